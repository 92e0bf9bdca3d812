"""The rehearsal: two parts opened, the script's bytes taken in through their doors, the day sealed by both, scored.

Everything that reaches a part goes through its doors as wire bytes, stamped by its own (wrong) clock. The parts mirror each
other's logs; their officers commit and reveal; both seal at the same tree heads, and the scenario's expected findings are
compared with what was sealed.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from truceline.agreement.text import read_agreement
from truceline.cases.assessment import Assessment, commitment_of
from truceline.cases.case import Case
from truceline.centre.clock import SetClock
from truceline.centre.config import CentreSettings, Config, HereSettings, PartSettings, TheatreSettings
from truceline.centre.doors import Doors
from truceline.centre.fold import fold_day
from truceline.centre.keys import exercise_keys
from truceline.centre.part import Part, Writing, declared, make_part
from truceline.centre.seal import seal_day
from truceline.centre.shipped import agreement_bytes
from truceline.centre.spread import Spread, in_order
from truceline.centre.terrain_log import TERRAIN_SOURCE
from truceline.exercise.emit import Sent, emit
from truceline.exercise.mountains import terrain_body
from truceline.exercise.script import Officer, Script
from truceline.exercise.truth import truth_of
from truceline.exercise.world import paths
from truceline.report.day import Day
from truceline.terms.ids import content_id
from truceline.terms.time import NS_PER_S, civil_day, parse_day, parse_time

Tell = Callable[[str], None]
GROUP = 4_000


class Parts(msgspec.Struct, frozen=True):
    """Both parts of a rehearsal, open, with their doors."""

    parts: tuple[Part, ...]
    doors: tuple[Doors, ...]
    clocks: tuple[SetClock, ...]

    def of(self, name: str) -> tuple[Part, Doors, SetClock]:
        """Return one part with its doors and clock."""
        number = [part.name for part in self.parts].index(name)
        return self.parts[number], self.doors[number], self.clocks[number]

    def close(self) -> None:
        """Close both."""
        for part in self.parts:
            part.close()


def prepare(script: Script, out: Path, agreement: bytes) -> Parts:
    """Open both parts in empty directories OUT/A and OUT/B, with the agreement and the terrain as the log's first words."""
    ground = terrain_body(script)
    opens = parse_time(script.opens)
    names = tuple(sorted(script.part_titles))
    keys = {
        name: exercise_keys(f"truceline/EXERCISE/{name.lower()}", script.seed, ("head",)) for name in names
    }
    settings = tuple(declared(PartSettings(name, script.part_titles[name]), keys[name]) for name in names)
    clocks = tuple(SetClock(opens) for _ in names)
    parts = []
    for name, clock in zip(names, clocks, strict=True):
        config = Config(
            centre=CentreSettings(name=script.title, exercise=script.name),
            theatre=TheatreSettings(script.lat_deg, script.lon_deg, script.half_width_m),
            part=settings,
            source=script.source,
            here=HereSettings(part=name, desk_port=0),
        )
        part = make_part(out / name, config, agreement, clock, keys[name], rhythm_s=0.0)
        if ground:
            part.write([Writing("config", TERRAIN_SOURCE, clock.now_ns(), ground)])
        parts.append(part)
    return Parts(tuple(parts), tuple(Doors(part) for part in parts), clocks)


def everything(script: Script, without: frozenset[str], tell: Tell) -> tuple[list[Sent], bytes]:
    """Return all that will be sent, in order of arrival, and the truth that stays apart."""
    ways = paths(script)
    tell(f"world: {len(ways)} flights, {len(script.fire)} fires")
    sent = emit(script, ways, without)
    tell(f"wire: {len(sent):,} bodies, {sum(len(item.body) for item in sent):,} bytes")
    return sent, truth_of(script, ways)


def take_in(script: Script, parts: Parts, sent: Sequence[Sent], start: int, stop: int) -> None:
    """Hand bodies ``start`` to ``stop - 1`` to the doors of their home parts, each stamped by that part's clock."""
    home = {source.name: source.home for source in script.source}
    held = 0
    for item in sent[start:stop]:
        _, doors, clock = parts.of(home.get(item.source, "A"))
        clock.set(item.stamp_ns)
        doors.take(item.source, item.body, item.kind)
        held += 1
        if held >= GROUP:
            flush(parts)
            held = 0
    flush(parts)


def flush(parts: Parts) -> None:
    """Make everything taken durable."""
    for doors in parts.doors:
        doors.flush()


def mirror(parts: Parts) -> None:
    """Let each part copy, check and cosign the other's log."""
    for part in parts.parts:
        part.log.flush()
    for part in parts.parts:
        for other in parts.parts:
            if other is not part:
                part.follow(other)


def rehearse(
    script: Script, out: Path, agreement: bytes, without: frozenset[str], spread: Spread, tell: Tell
) -> tuple[Day, ...]:
    """Run a whole rehearsal and return the sealed Day of each part, in order of part."""
    sent, truth = everything(script, without, tell)
    parts = prepare(script, out, agreement)
    try:
        tell("doors: taking the bytes in, stamped and logged before anything looks at them")
        take_in(script, parts, sent, 0, len(sent))
        mirror(parts)
        (out / "truth").mkdir(exist_ok=True)
        (out / "truth" / "truth.jsonl").write_bytes(truth)
        return seal_both(script, parts, spread, tell)
    finally:
        parts.close()


def seal_both(
    script: Script, parts: Parts, spread: Spread = in_order, tell: Tell = lambda _: None
) -> tuple[Day, ...]:
    """Fold once for the cases, let the officers assess them, then let both parts fold again and seal at the same heads."""
    day = parse_day(script.day)
    # a script may be cut short; the day it belongs to is over all the same before anyone seals it
    over_ns = civil_day(day, read_agreement(agreement_bytes(script.agreement)).time_zone)[1]
    now_ns = max(parse_time(script.end), over_ns) + 60 * NS_PER_S
    for clock in parts.clocks:
        clock.set(now_ns)
    if script.officer:
        tell("cases: folding the day for the officers")
        assess(script, parts, _cases(parts, day, spread), now_ns, tell)
    mirror(parts)
    heads = parts.parts[0].heads()
    sealed = []
    for part in parts.parts:
        tell(f"seal: part {part.name} folds {day} from both logs")
        sealed.append(seal_day(part, day, heads, None, spread))
    mirror(parts)
    return tuple(sealed)


def assess(script: Script, parts: Parts, cases: Sequence[Case], now_ns: int, tell: Tell) -> None:
    """Let each part's officer commit to a sealed assessment of every case, then reveal both."""
    made = [
        (_assessment(script, officer, case), officer)
        for case in cases
        for officer in script.officer
        if officer.clause in (case.clause, "*") and case.opened_by == "finding"
    ]
    contents: dict[tuple[str, str], str] = {}
    for assessment, officer in made:
        body = {
            "case": assessment.case,
            "part": assessment.part,
            "officer": assessment.officer,
            "commitment": commitment_of(assessment),
        }
        _, doors, clock = parts.of(officer.part)
        clock.set(now_ns + 60 * NS_PER_S)
        contents[assessment.case, assessment.part] = doors.take_officer(officer.officer, "commitment", body)
    flush(parts)
    mirror(parts)
    for assessment, officer in made:
        _, doors, clock = parts.of(officer.part)
        clock.set(now_ns + 3_600 * NS_PER_S)
        named = sorted(content for (case, _), content in contents.items() if case == assessment.case)
        whole = msgspec.structs.replace(assessment, commitments=tuple(named))
        doors.take_officer(officer.officer, "assessment", msgspec.to_builtins(whole))
    flush(parts)
    tell(f"cases: {len(cases)} opened, {len(made)} assessments committed, then revealed")


def _cases(parts: Parts, day: datetime.date, spread: Spread) -> tuple[Case, ...]:
    first = parts.parts[0]
    return fold_day(first.records(), first.name, day, None, (), spread).cases


def _assessment(script: Script, officer: Officer, case: Case) -> Assessment:
    # an exercise must give the same bytes twice; a live desk draws its nonce from the system
    nonce = content_id("exercise nonce", [script.seed, officer.part, case.id])
    return Assessment(
        case.id, officer.part, officer.officer, officer.verdict, officer.text, nonce, officer.reservation
    )
