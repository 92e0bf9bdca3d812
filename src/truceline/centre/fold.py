"""The fold: records in, a Day out. The same function makes the seal, the audit, the replay and ``--as-known-on``.

    inputs known -> configuration, agreement -> raw window -> observations, watches, faults
    -> air, ground and event pictures, coverage -> findings -> cases
It is pure over the set of records it is given: no clock, no disk, no order of arrival.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence

from truceline.agreement.text import Agreement, fold_agreement
from truceline.cases.case import Case, fold_cases
from truceline.centre.checks import checks_of
from truceline.centre.config import Config, grid_of, theatre_of
from truceline.centre.impeded import believed, impediments, is_weather
from truceline.centre.inputs import Decoded, canonical_order, config_at, decode, raw_window
from truceline.centre.roads_log import roads_at, roads_faults
from truceline.centre.spread import Spread, in_order
from truceline.centre.terrain_log import site_faults, terrain_at
from truceline.coverage.coverage import Coverage, fold_coverage
from truceline.coverage.terrain import Sights, Terrain, made_anew
from truceline.means.watch import Watch
from truceline.picture.air import fold_air
from truceline.picture.checks.check import Check
from truceline.picture.events import fold_events
from truceline.picture.ground import fold_ground
from truceline.picture.picture import Picture
from truceline.picture.slots import Roads
from truceline.record.record import Record
from truceline.report.day import NO_GROUND, Day
from truceline.terms.classes import NAMES
from truceline.terms.columns import Columns
from truceline.terms.faults import Fault, Refusal
from truceline.terms.time import NS_PER_S, civil_date, civil_day, format_time
from truceline.verify.finding import Finding
from truceline.verify.judge import Material, judge, norm_states, said_of
from truceline.verify.norms import Norms
from truceline.verify.notices import notice_fault
from truceline.verify.statements import Spoken, is_statement, read_statement


def fold_day(
    records: Iterable[Record],
    part: str,
    day: datetime.date | None = None,
    known_ns: int | None = None,
    norms: Norms = (),
    spread: Spread = in_order,
    sights: Sights = made_anew,
) -> Day:
    """Return one civil day folded from the records known.

    ``known_ns`` leaves out every record stamped later (None: none is left out); the day's end is cut at it. ``day`` None
    is the civil day that holds ``known_ns`` or the last record. ``norms``: last states; ``sights`` keeps viewsheds.

    Raises:
        Refusal: no configuration or agreement was in force, or the day had not begun by ``known_ns``.
    """
    held = tuple(r for r in canonical_order(records) if known_ns is None or r.stamp_ns <= known_ns)
    now_ns = known_ns if known_ns is not None else max((r.stamp_ns for r in held), default=0)
    config = config_at(held, now_ns, part)
    agreement = agreement_at(held, now_ns)
    chosen = day or civil_date(now_ns, agreement.time_zone)
    start_ns, end_ns, stop_ns = _begun(chosen, agreement, known_ns, now_ns)
    warm_ns = start_ns - round(config.centre.warmup_s * NS_PER_S)
    raw = raw_window(held, config, warm_ns, stop_ns)
    decoded = decode(raw, config, warm_ns, stop_ns, spread, counted_ns=start_ns)
    air, ground, events = pictures(decoded.observations, config, roads_at(held, config))
    terrain = terrain_at(held, config, now_ns, sights)
    witnesses = witnessed(decoded, held, config, (start_ns, stop_ns), terrain)
    coverage = watched(witnesses, config, start_ns, end_ns, terrain)
    checks = checked(decoded, air, config, (start_ns, stop_ns), terrain, witnesses)
    findings = findings_of(
        held, decoded, air, events, coverage, config, agreement, (start_ns, stop_ns), now_ns, norms, checks
    )
    cases, case_faults = cases_of(held, findings, config)
    case_faults = (*case_faults, *roads_faults(held, config, start_ns, stop_ns))
    return Day(
        part,
        config.centre.exercise,
        chosen.isoformat(),
        start_ns,
        end_ns,
        now_ns,
        agreement,
        theatre_of(config),
        config.source,
        held,
        decoded.observations,
        witnesses,
        faults_of(held, (*decoded.faults, *case_faults), agreement, config, terrain, now_ns),
        decoded.duplicates,
        air,
        events,
        coverage,
        findings,
        norm_states(norms, findings, agreement, now_ns, said_of(agreement, spoken_in(held))),
        cases,
        checks=checks,
        ground=ground,
    )


def _begun(
    day: datetime.date, agreement: Agreement, known_ns: int | None, now_ns: int
) -> tuple[int, int, int]:
    """The day's start and end, and the end of what is known of it."""
    start_ns, end_ns = civil_day(day, agreement.time_zone)
    stop_ns = min(end_ns, known_ns) if known_ns is not None else end_ns
    if stop_ns <= start_ns:
        raise Refusal(
            f"{day} had not begun by then", where=format_time(now_ns), remedy="ask for a later instant"
        )
    return start_ns, end_ns, stop_ns


def agreement_at(records: Sequence[Record], known_ns: int) -> Agreement:
    """Return the agreement with the amendments known at a time."""
    documents = [(r.stamp_ns, r.body) for r in records if r.kind == "agreement"]
    return fold_agreement(documents, known_ns)


def pictures(
    observations: Columns, config: Config, roads: Roads | None = None
) -> tuple[Picture, Picture, Picture]:
    """Return the air, the ground and the event picture of located, sorted observations."""
    theatre, ground = theatre_of(config), NO_GROUND
    if watches_ground(config):
        ground = fold_ground(observations, config.source, theatre, roads)
    events = fold_events(observations, config.source, theatre)
    return fold_air(observations, config.source, theatre), ground, events


def watches_ground(config: Config) -> bool:
    """Return whether a source looks at the ground, so that there is a ground lane."""
    return any(source.detection.ground for source in config.source)


def watched(
    watches: Sequence[Watch], config: Config, start_ns: int, end_ns: int, terrain: Terrain | None = None
) -> Coverage:
    """Return the coverage of a stretch of time on the theatre's raster; ``terrain`` None is a smooth earth."""
    step_ns = round(config.centre.step_s * NS_PER_S)
    return fold_coverage(
        watches, config.source, theatre_of(config), grid_of(config), start_ns, end_ns, step_ns, NAMES, terrain
    )


def witnessed(
    decoded: Decoded,
    records: Sequence[Record],
    config: Config,
    period: tuple[int, int],
    terrain: Terrain | None = None,
) -> tuple[Watch, ...]:
    """Return the Watches as far as they can be believed: their trust, their weather, what impeded them."""
    theatre = theatre_of(config)
    return believed(decoded.observations, decoded.watches, records, config.source, theatre, period, terrain)


def checked(
    decoded: Decoded,
    air: Picture,
    config: Config,
    period: tuple[int, int],
    terrain: Terrain | None = None,
    witnesses: Sequence[Watch] = (),
) -> tuple[Check, ...]:
    """Return the checks of claims, silent aircraft and impeded sources in a period."""
    theatre = theatre_of(config)
    found = checks_of(
        decoded.observations, air, decoded.watches, config.source, theatre, period, terrain=terrain
    )
    return (*found, *impediments(witnesses, config.source, theatre))


def findings_of(
    records: Sequence[Record],
    decoded: Decoded,
    air: Picture,
    events: Picture,
    coverage: Coverage,
    config: Config,
    agreement: Agreement,
    period: tuple[int, int],
    known_ns: int,
    norms: Norms,
    checks: tuple[Check, ...] = (),
) -> tuple[Finding, ...]:
    """Return the findings of a period."""
    notices = [record for record in records if record.kind == "notice" and record.effective_ns <= known_ns]
    material = Material(
        sources=config.source,
        theatre=theatre_of(config),
        observations=decoded.observations,
        air=air,
        events=events,
        coverage=coverage,
        contents=tuple(record.content for record in records),
        start_ns=period[0],
        end_ns=period[1],
        known_ns=known_ns,
        notices=tuple(record.body for record in notices),
        notice_stamps=tuple(record.stamp_ns for record in notices),
        spoken=spoken_in(records),
        checks=checks,
    )
    return tuple(judge(agreement, material, norms))


def spoken_in(records: Sequence[Record]) -> tuple[Spoken, ...]:
    """Return the statement records as the judge reads them."""
    return tuple(Spoken(r.content, r.stamp_ns, r.held_by, r.body) for r in records if r.kind == "statement")


def faults_of(
    records: Sequence[Record],
    found: Sequence[Fault],
    agreement: Agreement,
    config: Config,
    terrain: Terrain | None,
    known_ns: int,
) -> tuple[Fault, ...]:
    """Return the faults found with those of people's words and of sites under the ground, in order."""
    spoken = spoken_faults(records, agreement, known_ns)
    return tuple(sorted([*found, *spoken, *site_faults(records, terrain, config, known_ns)]))


def spoken_faults(records: Sequence[Record], agreement: Agreement, known_ns: int) -> tuple[Fault, ...]:
    """Return a fault for every notice and statement that does not count, and for every agreement document refused."""
    found = []
    for record in records:
        reason = ""
        if record.kind == "notice" and record.effective_ns <= known_ns:
            reason = "" if is_weather(record.body) else notice_fault(agreement, record.body)
        elif record.kind == "statement" and is_statement(record.body):
            try:
                read_statement(record.body, agreement)
            except Refusal as refusal:
                reason = str(refusal)
        if reason:
            found.append(Fault(record.source, record.seq, 0, len(record.body), reason))
    found += [Fault("agreement", -1, 0, 0, reason) for reason in agreement.refused]
    return tuple(found)


def cases_of(
    records: Sequence[Record], findings: Sequence[Finding], config: Config
) -> tuple[tuple[Case, ...], tuple[Fault, ...]]:
    """Return the cases of findings and statements, with what the parts have committed and revealed."""
    kinds = ("statement", "commitment", "assessment")
    parts = tuple(part.name for part in config.part)
    return fold_cases(findings, [record for record in records if record.kind in kinds], parts)
