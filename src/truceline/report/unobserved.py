"""What could not be observed and why: shares per clause that add up, gaps per clause and per source.

    observed   floor(1000 watched), so that it is never overstated; an observation of 999.96 per mille reads 999
    causes     the rest, shared out in proportion by largest remainders (ties: the order of the finding)
so that for every clause observed + causes = 1000, exactly. ``watched`` is area x time x the chance that the clause's class
would have been seen (``verify.unwatched``). A gap of a clause is a run of hours that read "not verified" for one main cause.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from truceline.coverage.coverage import CAUSE
from truceline.means.source import Source
from truceline.means.watch import Cone, Sector, Watch
from truceline.report.day import Day
from truceline.report.figures import Gap, Hour, Share, Unobserved
from truceline.terms.quantity import text
from truceline.terms.time import NS_PER_S, format_time
from truceline.verify.finding import DETECTION_DIGITS, Finding
from truceline.verify.margins import mask_of, shape_of

WHOLE = 1000
MISSED = "watched"
NO_MEANS = "no means"
NO_LIFE = "outage"
TO_COME = "to come"
Stretch = tuple[int, int]
Silences = dict[str, tuple[Stretch, ...]]


def shares_of(watched: float, unwatched: Sequence[tuple[str, float]]) -> tuple[int, tuple[Share, ...]]:
    """Return (observed, causes) in per mille; together they are 1000. No causes given: the chance of a miss."""
    observed = max(0, min(WHOLE, math.floor(WHOLE * watched + 1e-6)))
    rest = WHOLE - observed
    given = [(cause, share) for cause, share in unwatched if share > 0.0] or [(MISSED, 1.0)]
    total = math.fsum(share for _, share in given)
    parts = [(cause, rest * share / total) for cause, share in given]
    floors = [math.floor(value) for _, value in parts]
    by_remainder = sorted(range(len(parts)), key=lambda n: (-(parts[n][1] - floors[n]), n))
    for number in by_remainder[: rest - sum(floors)]:
        floors[number] += 1
    shares = [Share(cause, floor) for (cause, _), floor in zip(parts, floors, strict=True) if floor > 0]
    return observed, tuple(sorted(shares, key=lambda share: -share.permille))


def is_asked(finding: Finding) -> bool:
    """Return whether a finding's clause is a question for sensors."""
    return finding.largest_unseen.key != "unseen.not_asked"


def unobserved(finding: Finding, known_ns: int) -> Unobserved:
    """Return what of a finding's area and period was not observed, as known at an instant."""
    asked = is_asked(finding)
    observed = 0
    causes: tuple[Share, ...] = (Share(NO_MEANS, WHOLE),)
    if asked:
        observed, causes = shares_of(finding.watched, causes_of(finding, known_ns))
    return Unobserved(finding.id, finding.clause, finding.area, finding.object_class, observed, causes, asked)


def causes_of(finding: Finding, known_ns: int) -> tuple[tuple[str, float], ...]:
    """Return a finding's causes; the time after ``known_ns`` is still to come and no source's silence.

    The judge gives that time to the causes of what does not watch, so it is taken from those first.
    """
    ahead = max(0, finding.end_ns - max(finding.start_ns, known_ns)) / (finding.end_ns - finding.start_ns)
    if ahead <= 0.0:
        return finding.unwatched
    rest = {cause: share for cause, share in finding.unwatched}
    left = ahead
    for cause in (NO_LIFE, "not there", *(cause for cause, _ in finding.unwatched)):
        taken = min(left, rest.get(cause, 0.0))
        rest[cause] = rest.get(cause, 0.0) - taken
        left -= taken
    ordered = sorted(rest.items(), key=lambda item: (-item[1], item[0]))
    return ((TO_COME, ahead), *(item for item in ordered if item[1] > 0.0))


def hours_of(findings: Iterable[Finding], start_ns: int, end_ns: int) -> tuple[Hour, ...]:
    """Return the judged hours of one clause and area as a strip of the day."""
    span = end_ns - start_ns
    return tuple(
        Hour(
            (finding.start_ns - start_ns) * WHOLE // span,
            (finding.end_ns - start_ns) * WHOLE // span,
            finding.verdict,
            finding.id,
        )
        for finding in findings
    )


def clause_gaps(day: Day, hourly: Sequence[Finding], silences: Silences) -> list[Gap]:
    """Return the runs of hours of one clause and area that read "not verified" for one main cause, in order of time."""
    runs: list[list[Finding]] = []
    for finding in hourly:
        if finding.verdict != "not verified":
            continue
        if runs and runs[-1][-1].end_ns == finding.start_ns and _main(runs[-1][-1]) == _main(finding):
            runs[-1].append(finding)
        else:
            runs.append([finding])
    return [_gap_of(day, run, silences) for run in runs]


def silences_of(day: Day) -> Silences:
    """Return per source that should live all day the stretches without proof of life, up to what is known."""
    found = {}
    for source in day.sources:
        own = [watch for watch in day.watches if watch.source == source.name]
        if is_steady(source, own):
            found[source.name] = _holes(own, day.start_ns, known_end(day), source.heartbeat_s)
    return found


def source_gaps(silences: Silences) -> list[Gap]:
    """Return the gaps of sources, in order of source and time."""
    return [
        Gap(
            format_time(start),
            format_time(end),
            (end - start) // NS_PER_S,
            "",
            "",
            name,
            (Share(NO_LIFE, WHOLE),),
            "",
            "",
            "",
            (name,),
            (),
        )
        for name, holes in silences.items()
        for start, end in holes
    ]


def is_steady(source: Source, watches: Sequence[Watch]) -> bool:
    """Return whether a source should give proofs of life all day long: it stands somewhere and turns, stares or listens."""
    if watches:
        return any(isinstance(watch.footprint, Sector | Cone) for watch in watches)
    return source.site is not None


def watched_ns(watches: Iterable[Watch], start_ns: int, end_ns: int) -> int:
    """Return for how long at least one of the Watches lasted within [start_ns, end_ns)."""
    total, last = 0, start_ns
    for start, end in sorted((watch.start_ns, watch.end_ns) for watch in watches):
        total += max(0, min(end, end_ns) - max(start, last))
        last = max(last, end)
    return total


def known_end(day: Day) -> int:
    """Return how far the day is known: its end once it is sealed, else the instant it was folded at."""
    return day.end_ns if day.seal is not None else max(day.start_ns, min(day.end_ns, day.known_ns))


def _main(finding: Finding) -> str:
    """The cause that took most away, a miss by somebody who watched last."""
    causes = [cause for cause, share in finding.unwatched if share > 0.0]
    return next((cause for cause in causes if cause != MISSED), MISSED)


def _gap_of(day: Day, run: Sequence[Finding], silences: Silences) -> Gap:
    known_ns = known_end(day)
    start_ns, end_ns = run[0].start_ns, max(run[0].start_ns, min(run[-1].end_ns, known_ns))
    span_ns = max(1, run[-1].end_ns - start_ns)
    causes: dict[str, float] = {}
    for finding in run:
        for cause, share in causes_of(finding, known_ns):
            causes[cause] = causes.get(cause, 0.0) + share * (finding.end_ns - finding.start_ns)
    observed = math.fsum(f.watched * (f.end_ns - f.start_ns) for f in run) / span_ns
    figures = [f.detection_min if f.required_measure == "min" else f.detection_mean for f in run]
    silent = [name for name in silences if _missed_by(day, run[0], name, start_ns, end_ns)]
    return Gap(
        format_time(start_ns),
        format_time(end_ns),
        (end_ns - start_ns) // NS_PER_S,
        run[0].clause,
        run[0].area,
        "",
        shares_of(observed, sorted(causes.items(), key=lambda item: (-item[1], item[0])))[1],
        text(min(figures), DETECTION_DIGITS),
        text(max(figures), DETECTION_DIGITS),
        text(run[0].required, DETECTION_DIGITS),
        tuple(silent),
        tuple(finding.id for finding in run),
    )


def _missed_by(day: Day, finding: Finding, name: str, start_ns: int, end_ns: int) -> bool:
    """Whether a source would have covered the finding's class somewhere in its area, had it given proof of life."""
    coverage = day.coverage
    if finding.object_class not in coverage.classes or name not in coverage.sources:
        return False
    first, last = coverage.steps_in(start_ns, end_ns)
    shape = shape_of(day.agreement, day.agreement.area(finding.area), day.theatre)
    mask, _ = mask_of(shape, coverage.grid)
    kind, source = coverage.classes.index(finding.object_class), coverage.sources.index(name)
    return bool((coverage.cause[source, kind, first:last][:, mask] == CAUSE[NO_LIFE]).any())


def _holes(watches: Sequence[Watch], start_ns: int, end_ns: int, heartbeat_s: float) -> tuple[Stretch, ...]:
    """Stretches of [start_ns, end_ns) outside every Watch that last longer than a heartbeat."""
    holes: list[Stretch] = []
    last = start_ns
    stretches = sorted((watch.start_ns, watch.end_ns) for watch in watches if watch.end_ns > start_ns)
    for start, end in [*stretches, (end_ns, end_ns)]:
        if min(start, end_ns) - last > heartbeat_s * NS_PER_S:
            holes.append((last, min(start, end_ns)))
        last = max(last, end)
    return tuple(holes)
