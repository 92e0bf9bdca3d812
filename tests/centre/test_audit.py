"""The audit: same on what is whole; on anything else no, naming the step, whatever was changed and by whom."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.centre.stamped import fire, fires
from truceline.centre.audit import Audited, audit_centre, audit_path, declared_policy
from truceline.centre.clock import SetClock
from truceline.centre.keys import exercise_keys
from truceline.centre.part import Part, Writing, look
from truceline.centre.seal import bulletins, read_seal, seal_day, sealed_text
from truceline.record.policy import format_policy, parse_policy, policy_of
from truceline.report.day import Seal
from truceline.terms.faults import Refusal
from truceline.terms.time import parse_day, parse_time

LATER = parse_time("2020-11-22T09:00:00Z")
DAY = parse_day("2020-11-20")


@pytest.fixture(scope="module")
def whole(rehearsal: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small rehearsal with a body too large for an entry, so that both logs have a blob to guard."""
    root = tmp_path_factory.mktemp("audit") / "run"
    shutil.copytree(rehearsal.root, root)
    parts = [Part(root / name, SetClock(LATER), rhythm_s=0.0) for name in "AB"]
    large = fires(*(fire(date="2019-01-01", lat=f"{39 + n / 4000:.5f}") for n in range(1_200)))
    parts[0].write([Writing("raw", "VIIRS-fires", LATER, large)])
    parts[1].write([Writing("raw", "VIIRS-fires", LATER, large + fires(fire()))])
    for part in parts:
        part.log.flush()
    parts[0].follow(parts[1])
    parts[1].follow(parts[0])
    for part in parts:
        part.close()
    return root


@pytest.fixture
def copied(whole: Path, tmp_path: Path) -> Path:
    shutil.copytree(whole / "A", tmp_path / "A")
    return tmp_path / "A"


def failed(result: Audited) -> str:
    assert not result.same
    last = result.steps[-1]
    assert not last.passed
    assert last.reason
    assert [step.number for step in result.steps] == list(range(1, len(result.steps) + 1))
    assert all(step.passed for step in result.steps[:-1])
    return last.name


def test_a_good_directory_is_the_same(whole: Path, rehearsal: Any) -> None:
    told: list[str] = []
    for name, day in zip("AB", rehearsal.days, strict=True):
        result = audit_centre(whole / name, tell=told.append)
        assert result.same, result.steps[-1]
        assert (result.findings_digest, result.days) == (day.seal.findings, ("2020-11-20",))
        assert not result.pinned
        reasons = {step.name: step.reason for step in result.steps}
        assert reasons["log A: signatures"].endswith("keys not pinned: internally consistent only")
        assert reasons["signatures"].startswith("2020-11-20: joint")
        assert "1 agreed with reservation" not in reasons["cases"]
        assert "agreed with reservation" in reasons["cases"]
    assert told[0].startswith("  1  passed  log A: ")


# ------------------------------------------------------------------ flipped bits


def kinds_of(root: Path) -> dict[str, list[Path]]:
    """Every file that the audit guards, by kind."""
    found: dict[str, list[Path]] = {}
    for path in sorted(root.rglob("*")):
        below = path.relative_to(root)
        if path.is_file() and ("log" in below.parts or "blobs" in below.parts):
            parts = ["N" if part[0].isdigit() or len(part) > 20 else part for part in below.parts]
            kind = "/".join(parts)
            if kind.startswith(("log", "blobs", "mirror")):
                found.setdefault(kind, []).append(path)
    return found


def flips(root: Path) -> Iterator[tuple[Path, int]]:
    chance = random.Random(4)
    for paths in kinds_of(root).values():
        for path in chance.sample(paths, min(3, len(paths))):
            size = path.stat().st_size
            yield path, 8 * chance.randrange(size) + chance.randrange(8)
            if path.name == "checkpoint":
                yield from (
                    (path, 8 * place + chance.randrange(8)) for place in chance.sample(range(size), 25)
                )


def test_one_flipped_bit_in_any_kind_of_file_of_log_blobs_and_mirror_is_found(
    whole: Path, copied: Path
) -> None:
    kinds = kinds_of(copied)
    assert {kind.split("/")[0] for kind in kinds} == {"log", "blobs", "mirror"}
    assert any(kind.startswith("mirror/B/blobs") for kind in kinds)
    tried = 0
    for path, bit in list(flips(copied)):
        good = path.read_bytes()
        bad = bytearray(good)
        bad[bit // 8] ^= 1 << bit % 8
        path.write_bytes(bad)
        result = audit_centre(copied)
        path.write_bytes(good)
        assert failed(result), (path, bit)
        tried += 1
    assert tried > 60
    assert audit_centre(copied).same


@pytest.mark.parametrize(
    "where", ["log/tile/0/stray", "blobs/00/stray", "mirror/B/log/stray", "mirror/B/blobs/x"]
)
def test_a_file_that_nothing_refers_to_is_found(where: str, copied: Path) -> None:
    (copied / where).parent.mkdir(parents=True, exist_ok=True)
    (copied / where).write_bytes(b"x")
    assert failed(audit_centre(copied))


@pytest.mark.parametrize("name", ["log/checkpoint", "mirror/B/log/checkpoint"])
@pytest.mark.parametrize("how", ["gone", "empty", "cut"])
def test_a_torn_log_is_found(name: str, how: str, copied: Path) -> None:
    path = copied / name
    data = path.read_bytes()
    path.unlink() if how == "gone" else path.write_bytes(b"" if how == "empty" else data[: len(data) // 2])
    assert failed(audit_centre(copied))


def test_any_one_missing_file_is_found(copied: Path) -> None:
    chance = random.Random(9)
    for paths in kinds_of(copied).values():
        path = chance.choice(paths)
        data = path.read_bytes()
        path.unlink()
        assert failed(audit_centre(copied)), path
        path.write_bytes(data)
    assert audit_centre(copied).same


# ------------------------------------------------------------------ pinned keys


def test_the_declared_policy_pins_the_keys_and_asks_for_the_other_parts_cosignature(whole: Path) -> None:
    policy = parse_policy(format_policy(declared_policy(whole / "A")))
    assert policy == declared_policy(whole / "B")
    for name in "AB":
        result = audit_centre(whole / name, policy)
        assert result.same, result.steps[-1]
        assert result.pinned
    assert policy.quorum == "other-part"


def test_other_keys_are_not_believed(whole: Path) -> None:
    wrong = exercise_keys("truceline/EXERCISE/a", 999)
    result = audit_centre(whole / "A", policy_of([wrong.log.key]))
    assert failed(result) == "log A: signatures"
    stranger = exercise_keys("elsewhere/EXERCISE/a", 999)
    assert failed(audit_centre(whole / "A", policy_of([stranger.log.key]))) == "log A: signatures"


def test_pinning_one_log_does_not_vouch_for_the_other(whole: Path, rehearsal: Any) -> None:
    only_a = policy_of([key for key in declared_policy(whole / "A").logs if key.name.endswith("/a")])
    assert failed(audit_centre(whole / "A", only_a)) == "log B: signatures"


def test_a_policy_that_asks_for_a_cosignature_fails_without_it(copied: Path) -> None:
    policy = declared_policy(copied)
    path = copied / "log" / "checkpoint"
    text, _, signatures = path.read_text().partition("\n\n")
    own = [line for line in signatures.splitlines(keepends=True) if "/EXERCISE/a" in line]
    path.write_text(f"{text}\n\n{''.join(own)}")
    assert audit_centre(copied).same
    assert failed(audit_centre(copied, policy)) == "log A: signatures"


def test_one_part_alone_asks_for_no_cosignature(copied: Path) -> None:
    shutil.rmtree(copied / "mirror")
    policy = declared_policy(copied)
    assert policy.quorum == "none"
    assert failed(audit_centre(copied, policy)) == "heads"  # its joint seal needs the other log


# ------------------------------------------------------------------ a part that lies in its own log


def resealed(
    root: Path,
    change: Callable[[Seal], Seal],
    keys: Any = None,
    bodies: Callable[[bytes], bytes] | None = None,
) -> Audited:
    """Let part A write findings, cases and a changed seal anew, signed with its own keys (or others), and audit it."""
    part = Part(root, SetClock(LATER + 1), rhythm_s=0.0)
    name, records = look(root)
    held = bulletins(records, name)[0]
    seal = change(held.seal)
    pair = keys or part.keys.log
    signed = msgspec.structs.replace(
        seal, signatures={"A": pair.sign(sealed_text(seal), 0).line.rstrip("\n")}
    )
    spelled = bodies or (lambda body: body)
    part.write(
        [
            *(Writing("finding", "A", LATER, spelled(msgspec.json.encode(item))) for item in held.findings),
            *(Writing("case", "A", LATER, spelled(msgspec.json.encode(item))) for item in held.cases),
            Writing("seal", "A", LATER, msgspec.json.encode(signed)),
        ]
    )
    part.close()
    return audit_centre(root)


def head(seal: Seal, number: int, **change: Any) -> dict[str, Any]:
    heads = list(seal.heads)
    heads[number] = msgspec.structs.replace(heads[number], **change)
    return {"heads": tuple(heads)}


@pytest.mark.parametrize(
    ("change", "step"),
    [
        (lambda seal: {"findings": "0" * 64}, "findings"),
        (lambda seal: {"inputs": "0" * 64}, "inputs"),
        (lambda seal: {"cases": "0" * 64}, "cases"),
        (lambda seal: {"norms": (("1.air", "fulfilled", ""),)}, "seal"),
        (lambda seal: {"counts": {**seal.counts, "violated": 0}}, "seal"),
        (lambda seal: {"exercise": ""}, "seal"),
        (lambda seal: {"config": "0" * 64}, "seal"),
        (lambda seal: {"known_ns": seal.known_ns + 1}, "seal"),
        (lambda seal: {"heads": seal.heads[:1]}, "inputs"),
        (lambda seal: head(seal, 1, root="0" * 64), "heads"),
        (lambda seal: head(seal, 0, size=10**9), "heads"),
        (lambda seal: head(seal, 0, part="Z"), "heads"),
        (lambda seal: {"day": "tomorrow"}, "fold"),
        (lambda seal: {"day": "9999-12-31"}, "fold"),
        (lambda seal: {"heads": ()}, "fold"),
    ],
)
def test_a_seal_that_says_something_else_is_found(
    change: Callable[[Seal], dict[str, Any]], step: str, copied: Path
) -> None:
    assert failed(resealed(copied, lambda seal: msgspec.structs.replace(seal, **change(seal)))) == step


def again(seal: Seal) -> Seal:
    from truceline.centre.seal import seal_id

    return msgspec.structs.replace(seal, supersedes=seal_id(seal))


def test_an_honest_second_seal_is_the_same(copied: Path) -> None:
    result = resealed(copied, again)
    assert result.same, result.steps[-1]


def test_a_seal_signed_with_another_key_is_found(copied: Path) -> None:
    other = exercise_keys("truceline/EXERCISE/a", 12)
    assert failed(resealed(copied, again, keys=other.log)) == "signatures"


@pytest.mark.parametrize(
    "edit",
    [
        lambda body: body.replace(b'"verdict":"violated"', b'"verdict":"compliant"'),
        lambda body: body.replace(b'"evidence_total":', b'"evidence_total":1'),
        lambda body: body.replace(b'"outcome":"agreed with reservation"', b'"outcome":"agreed"'),
        lambda body: body.replace(b'"text":"One object', b'"text":"No object'),
        lambda body: body.replace(b'"id":"', b'"id":"00', 1),
    ],
)
def test_findings_and_cases_edited_beside_an_honest_seal_are_found(
    edit: Callable[[bytes], bytes], copied: Path
) -> None:
    assert failed(resealed(copied, again, bodies=edit)) == "bulletins"


def test_an_unreadable_finding_is_found(copied: Path) -> None:
    assert failed(resealed(copied, again, bodies=lambda body: body[:40])) == "records"


def test_a_finding_left_out_is_found(copied: Path) -> None:
    part = Part(copied, SetClock(LATER + 1), rhythm_s=0.0)
    name, records = look(copied)
    seal = again(bulletins(records, name)[0].seal)
    signed = msgspec.structs.replace(
        seal, signatures={"A": part.keys.log.sign(sealed_text(seal), 0).line.rstrip("\n")}
    )
    part.write([Writing("seal", "A", LATER, msgspec.json.encode(signed))])
    part.close()
    assert failed(audit_centre(copied)) == "bulletins"


def test_a_seal_in_the_others_name_is_nobodys_word(copied: Path) -> None:
    """Part A cannot make a single seal joint by writing part B's into its own log."""
    part = Part(copied, SetClock(LATER + 1), rhythm_s=0.0)
    alone = seal_day(part, DAY)
    assert alone.seal is not None
    part.write([Writing("seal", "B", LATER, msgspec.json.encode(alone.seal))])
    part.close()
    result = audit_centre(copied)
    assert result.same, result.steps[-1]
    told = [step.reason for step in result.steps if step.name == "signatures"]
    assert told == ["2020-11-20: joint, sealed by A, B", "2020-11-20: single part, sealed by A"]


def test_another_letter_in_the_settings_does_not_hide_the_seals(copied: Path) -> None:
    path = copied / "centre.toml"
    path.write_text(path.read_text().replace('part = "A"', 'part = "B"'))
    assert failed(audit_centre(copied)) == "settings"


def test_the_wrong_log_as_the_mirror_is_found(copied: Path) -> None:
    shutil.rmtree(copied / "mirror" / "B" / "log")
    shutil.rmtree(copied / "mirror" / "B" / "blobs")
    for name in ("log", "blobs"):
        shutil.copytree(copied / name, copied / "mirror" / "B" / name)
    assert failed(audit_centre(copied)) == "settings"


# ------------------------------------------------------------------ what is no centre


def test_what_is_no_centre_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_bytes(b"no zip")
    for name in ("empty", "file", "nothing"):
        with pytest.raises(Refusal) as found:
            audit_path(tmp_path / name)
        assert found.value.remedy


def test_an_unsealed_centre_is_internally_consistent(tmp_path: Path, rehearsal: Any) -> None:
    from truceline.centre.config import Config, PartSettings
    from truceline.centre.part import make_part
    from truceline.centre.shipped import agreement_bytes

    config = Config(part=(PartSettings("A"),))
    make_part(tmp_path / "new", config, agreement_bytes("2020-11-karabakh.toml"), SetClock(LATER)).close()
    result = audit_centre(tmp_path / "new")
    assert result.same
    assert result.steps[-1].reason == "no day is sealed yet; nothing to compute again"
    assert read_seal(msgspec.json.encode(rehearsal.days[0].seal)) == rehearsal.days[0].seal
