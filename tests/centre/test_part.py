"""A part on disk: founded whole or not at all, its keys its own, its word told apart from the other's."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.centre.full_disk import small_disk
from truceline.centre.clock import SetClock
from truceline.centre.config import Config, HereSettings, PartSettings
from truceline.centre.founding import first_config, theatre_round
from truceline.centre.keys import exercise_keys
from truceline.centre.part import Part, Writing, look, make_part, said_by, settings_of
from truceline.centre.shipped import agreement_bytes
from truceline.terms.faults import Refusal
from truceline.terms.time import parse_time

NOW = parse_time("2020-11-10T00:00:00Z")
AGREEMENT = agreement_bytes("2020-11-karabakh.toml")
CONFIG = Config(part=(PartSettings("A", "first"),))


def made(root: Path, config: Config = CONFIG) -> Part:
    return make_part(root, config, AGREEMENT, SetClock(NOW), rhythm_s=0.0)


def again(root: Path) -> Part:
    return Part(root, SetClock(NOW + 5), rhythm_s=0.0)


def test_a_new_part_opens_with_settings_keys_and_agreement(tmp_path: Path) -> None:
    part = made(tmp_path / "a")
    part.close()
    name, records = look(tmp_path / "a")
    assert name == "A"
    assert [(r.kind, r.source, r.held_by) for r in records] == [
        ("config", "centre", "A"),
        ("config", "keys", "A"),
        ("agreement", "agreement", "A"),
    ]
    assert (tmp_path / "a" / "private" / "keys").stat().st_mode & 0o077 == 0
    assert settings_of(tmp_path / "a").part[0].log_keys


def test_settings_enter_the_log_only_when_they_change(tmp_path: Path) -> None:
    made(tmp_path / "a").close()
    again(tmp_path / "a").close()
    assert len(look(tmp_path / "a")[1]) == 3
    path = tmp_path / "a" / "centre.toml"
    path.write_text(path.read_text().replace("desk_port = 8470", "desk_port = 1"))
    again(tmp_path / "a").close()
    assert len(look(tmp_path / "a")[1]) == 3  # [here] is never logged
    path.write_text(path.read_text().replace("tick_s = 10.0", "tick_s = 5.0"))
    again(tmp_path / "a").close()
    assert [r.source for r in look(tmp_path / "a")[1]][3:] == ["centre"]


def test_what_is_there_is_never_overwritten(tmp_path: Path) -> None:
    made(tmp_path / "a").close()
    with pytest.raises(Refusal, match="a centre here already"):
        made(tmp_path / "a")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "letter.txt").write_text("dear")
    with pytest.raises(Refusal, match=r"holds 'letter.txt'"):
        made(tmp_path / "b")
    (tmp_path / "c").write_text("a file")
    with pytest.raises(Refusal):
        made(tmp_path / "c")
    assert (tmp_path / "b" / "letter.txt").read_text() == "dear"


def test_bad_settings_found_nothing(tmp_path: Path) -> None:
    bad = Config(part=(PartSettings("alpha"),), here=HereSettings(part="alpha"))
    with pytest.raises(Refusal, match="regex"):
        made(tmp_path / "a", bad)
    assert list((tmp_path / "a").iterdir()) == []
    made(tmp_path / "a").close()


def test_a_full_disk_at_the_founding_leaves_nothing_half_made(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", kib=12) as disk:
        with pytest.raises(Refusal, match="disk is full") as found:
            made(disk / "a")
        assert found.value.remedy
        assert not [path for path in (disk / "a").rglob("*") if path.is_file()]


def test_a_read_only_place_is_refused(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", kib=4096, read_only=True) as disk:
        with pytest.raises(Refusal, match=r"cannot be written|cannot write|read-only|Read-only"):
            made(disk / "a")


def test_another_process_may_not_write(tmp_path: Path) -> None:
    part = made(tmp_path / "a")
    try:
        with pytest.raises(Refusal, match="another process writes this log"):
            again(tmp_path / "a")
    finally:
        part.close()
    again(tmp_path / "a").close()


def test_no_centre_is_refused_with_the_remedy(tmp_path: Path) -> None:
    for call in (again, look, settings_of):
        with pytest.raises(Refusal, match="truceline init"):
            call(tmp_path / "nothing")


def test_foreign_keys_in_the_settings_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    made(tmp_path / "a").close()
    path = tmp_path / "a" / "centre.toml"
    config = settings_of(tmp_path / "a")
    foreign = exercise_keys("truceline/EXERCISE/z", 1).log.key.vkey
    path.write_text(path.read_text().replace(config.part[0].log_keys[0], foreign))
    with pytest.raises(Refusal, match="other log_keys than private/keys"):
        again(tmp_path / "a")
    path.write_text(path.read_text().replace(foreign, config.part[0].log_keys[0]))
    again(tmp_path / "a").close()


def test_a_failed_start_lets_go_of_the_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(tmp_path / "a").close()

    def fails(self: Part) -> None:
        raise Refusal("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(Part, "_log_settings", fails)
        with pytest.raises(Refusal, match="full"):
            again(tmp_path / "a")
    again(tmp_path / "a").close()


def test_only_a_parts_own_outputs_count_from_its_log(tmp_path: Path) -> None:
    part = made(tmp_path / "a")
    part.write(
        [Writing(kind, source, NOW, b"{}") for kind in ("finding", "seal", "raw") for source in ("A", "B")]
    )
    held = [(r.kind, r.source) for r in part.records()][3:]
    part.close()
    assert held == [("finding", "A"), ("seal", "A"), ("raw", "A"), ("raw", "B")]
    assert list(said_by("A", [])) == []


def test_sizes_cut_what_is_read(tmp_path: Path, rehearsal: Any) -> None:
    shutil.copytree(rehearsal.root, tmp_path / "run")
    part = again(tmp_path / "run" / "A")
    try:
        sizes = part.sizes()
        assert set(sizes) == {"A", "B"}
        every = part.records_to(sizes)
        first = part.records_to({"A": 10, "B": 20})
        rest = part.records_between({"A": 10, "B": 20}, sizes)
        assert {(r.held_by, r.seq) for r in first} | {(r.held_by, r.seq) for r in rest} == {
            (r.held_by, r.seq) for r in every
        }
        assert part.records_to({"Z": 5}) == []
        assert look(tmp_path / "run" / "A", {"A": 10, "B": 20})[1] == first
    finally:
        part.close()


def test_heads_are_those_of_both_logs(rehearsal: Any) -> None:
    assert [head.part for head in rehearsal.days[0].seal.heads] == ["A", "B"]
    assert rehearsal.days[0].seal.heads == rehearsal.days[1].seal.heads


# ------------------------------------------------------------------ founding


def test_the_theatre_is_drawn_round_the_agreements_areas() -> None:
    config = first_config(AGREEMENT, "agreement", "B", "Centre")
    assert config.part == (PartSettings("B", "Türkiye"),)
    assert config.theatre.lat_deg == pytest.approx(39.7, abs=0.2)
    assert config.theatre.lon_deg == pytest.approx(46.5, abs=0.2)
    assert 90_000 <= config.theatre.half_width_m <= 140_000
    other = first_config(AGREEMENT, "agreement", "A", "Centre", (-31.3, -64.2))
    assert (other.theatre.lat_deg, other.theatre.lon_deg) == (-31.3, -64.2)
    assert other.theatre.half_width_m == 250_000.0
    assert theatre_round([], (1.0, 2.0)).lat_deg == 1.0


def test_a_broken_agreement_founds_nothing() -> None:
    broken = AGREEMENT.replace(b'kind = "CEASE"', b'kind = "CEESE"', 1)
    with pytest.raises(Refusal, match="lint lists every defect") as found:
        first_config(broken, "agreement.toml", "A", "Centre")
    assert found.value.where.startswith("agreement.toml:")
    assert int(found.value.where.rpartition(":")[2]) > 1


def test_settings_survive_the_disk(tmp_path: Path) -> None:
    config = first_config(AGREEMENT, "agreement", "A", 'Centre "of" Агдам')
    made(tmp_path / "a", config).close()
    assert msgspec.structs.replace(settings_of(tmp_path / "a"), part=()) == msgspec.structs.replace(
        config, part=()
    )
