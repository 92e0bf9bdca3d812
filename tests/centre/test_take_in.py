"""Taking files in: the bytes first, then what they say; what cannot be taken leaves everything as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.centre.stamped import fire, fires, report, turns
from truceline.centre.clock import SetClock
from truceline.centre.config import Config, PartSettings
from truceline.centre.part import look, make_part, settings_of
from truceline.centre.reading import bytes_of, means_of, noon, open_file, parse_origin, parse_site, read_body
from truceline.centre.shipped import agreement_bytes
from truceline.centre.take_in import declare, take_files
from truceline.means.source import Source
from truceline.terms.faults import Refusal
from truceline.terms.place import Site
from truceline.terms.time import parse_time

NOW = parse_time("2020-11-10T00:00:00Z")
LIVE = Source("R9", "asterix", "A", "udp:127.0.0.1:8600")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    config = Config(part=(PartSettings("A"), PartSettings("B")), source=(LIVE, Source("W2", "human", "B")))
    make_part(tmp_path / "c", config, agreement_bytes("2020-11-karabakh.toml"), SetClock(NOW)).close()
    return tmp_path / "c"


def file(tmp_path: Path, name: str, body: bytes) -> Path:
    (tmp_path / name).write_bytes(body)
    return tmp_path / name


def kept(root: Path) -> list[bytes]:
    return [record.body for record in look(root)[1] if record.kind == "raw"]


def test_files_enter_the_log_as_they_are(root: Path, tmp_path: Path) -> None:
    body, broken = fires(fire(), fire(lat="95")), b"latitude,longitude\n\xff\xfe"
    paths = [file(tmp_path, "fires.csv", body), file(tmp_path, "more.csv", broken)]
    found = take_files(root, paths, means="firms")
    assert kept(root) == [body, broken]
    assert (found[0].records, found[0].observations, found[0].faults, found[0].bytes) == (1, 1, 1, len(body))
    assert (found[0].first, found[0].last) == ("2020-11-20T10:32:00Z", "2020-11-20T10:32:00Z")
    assert (found[1].observations, found[1].first) == (0, "")
    assert settings_of(root).source[-1] == Source("firms", "firms", "A", "file:")


def test_a_body_larger_than_an_entry_is_a_blob(root: Path, tmp_path: Path) -> None:
    body = fires(*(fire(lat=f"{39 + n / 3000:.4f}") for n in range(2_000)))
    (found,) = take_files(root, [file(tmp_path, "fires.csv", body)])
    assert found.observations == 2_000
    assert kept(root) == [body]
    assert len(list((root / "blobs").rglob("*/*"))) == 1


def test_a_day_given_by_hand_dates_times_of_day(root: Path, tmp_path: Path) -> None:
    start = parse_time("2020-11-20T10:00:00Z")
    raw = b"".join(body for _, body in turns(start, 5))
    (found,) = take_files(
        root, [file(tmp_path, "night.ast", raw)], "asterix", "R7", Site(40.0, 46.8, 300.0), noon("2003-07-05")
    )
    assert found.first.startswith("2003-07-05T10:00")
    assert found.observations == 5
    held = [record for record in look(root)[1] if record.kind == "raw"]
    assert held[0].effective_ns == parse_time("2003-07-05T12:00:00Z")
    assert held[0].stamp_ns > start


def test_comments_of_the_operator_stay(root: Path, tmp_path: Path) -> None:
    path = root / "centre.toml"
    path.write_text(path.read_text() + "\n# the mast was raised in May\n")
    take_files(root, [file(tmp_path, "fires.csv", fires(fire()))])
    text = path.read_text()
    assert "# the mast was raised in May" in text
    assert text.endswith('owner = ""\n')
    before = path.read_bytes()
    take_files(root, [file(tmp_path, "fires.csv", fires(fire()))])
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "means", "site", "what"),
    [
        ("R9", "asterix", None, "comes in live by udp"),
        ("W2", "human", None, "home of source 'W2' is part B"),
        ("R9", "human", None, "reads asterix, this file is human"),
    ],
)
def test_a_source_that_does_not_fit_is_refused(
    name: str, means: str, site: Site | None, what: str, root: Path
) -> None:
    before = (root / "centre.toml").read_bytes()
    with pytest.raises(Refusal, match=what) as found:
        declare(root, name, means, site)
    assert found.value.remedy
    assert (root / "centre.toml").read_bytes() == before


def test_another_site_is_refused(root: Path) -> None:
    declare(root, "R7", "asterix", Site(1.0, 2.0, 3.0))
    assert declare(root, "R7", "asterix", None).site == Site(1.0, 2.0, 3.0)
    with pytest.raises(Refusal, match="stands at another site"):
        declare(root, "R7", "asterix", Site(1.0, 2.0, 4.0))


def test_one_bad_name_among_files_takes_nothing(root: Path, tmp_path: Path) -> None:
    good = file(tmp_path, "fires.csv", fires(fire()))
    before = (root / "centre.toml").read_bytes()
    for bad in (
        tmp_path / "nothing.csv",
        file(tmp_path, "empty.csv", b""),
        file(tmp_path, "odd.xyz", b"\x00" * 50),
    ):
        with pytest.raises(Refusal) as found:
            take_files(root, [good, bad])
        assert str(bad) in str(found.value)
        assert found.value.remedy
    assert kept(root) == []
    assert (root / "centre.toml").read_bytes() == before


def test_a_file_larger_than_allowed_is_not_read(root: Path, tmp_path: Path) -> None:
    path = root / "centre.toml"
    path.write_text(path.read_text().replace("max_file_mib = 512", "max_file_mib = 1"))
    large = file(tmp_path, "fires.csv", fires(fire()))
    with large.open("r+b") as handle:
        handle.truncate(3 << 30)
    with pytest.raises(Refusal, match=r"3,072 MiB is more than 1 MiB"):
        take_files(root, [large])
    assert kept(root) == []


def test_a_means_that_is_none_is_refused(root: Path, tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="no technical means is called 'radar'"):
        take_files(root, [file(tmp_path, "a.csv", b"1")], means="radar")


# ------------------------------------------------------------------ reading


def test_a_file_says_what_it_is(tmp_path: Path) -> None:
    assert means_of(file(tmp_path, "x.csv", fires(fire()))).name == "firms"
    opened = open_file(file(tmp_path, "r.json", report()), "human")
    assert read_body(opened.means, opened.body, opened.changed_ns).records == 1
    with pytest.raises(Refusal, match="not a file"):
        open_file(tmp_path)
    with pytest.raises(Refusal, match="cannot read"):
        bytes_of(tmp_path / "nothing")
    with pytest.raises(Refusal, match="no technical means claims this file") as found:
        open_file(file(tmp_path, "noise.bin", bytes(range(256)) * 4))
    assert found.value.where == str(tmp_path / "noise.bin")


@pytest.mark.parametrize(
    "text", ["", "1,2", "1,2,3,4", "a,b,c", "91,0,0", "0,181,0", "nan,0,0", "0,0,inf", "0,0,200000"]
)
def test_a_site_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as found:
        parse_site(text)
    assert found.value.remedy


def test_sites_and_origins_are_read() -> None:
    assert parse_site("-31.31,-64.21,500") == Site(-31.31, -64.21, 500.0)
    assert parse_origin("39.8, 46.8") == (39.8, 46.8)
    for text in ("90,0", "1", "nan,1", "1,181"):
        with pytest.raises(Refusal):
            parse_origin(text)
    with pytest.raises(Refusal, match="not a day"):
        noon("yesterday")
