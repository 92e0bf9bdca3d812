"""Live: a provisional picture on every tick, provisional findings on every judging; a courtesy, never the word.

A tick decodes only what is new: each source's new bodies, preceded by OVERLAP_S of old ones so that frames cut between two
bodies and positions that need a pair still decode; of the result only rows of new records are kept. The air picture is
``lane``'s: ticks that ended ``lateness_s`` ago are settled, later ones provisional. A judging folds coverage and findings
over the civil day so far. Whatever live shows is replaced at the close of the day by ``seal``.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import msgspec

from truceline.centre.config import theatre_of
from truceline.centre.fold import (
    agreement_at,
    cases_of,
    checked,
    faults_of,
    findings_of,
    spoken_in,
    watched,
    witnessed,
)
from truceline.centre.inputs import Decoded, canonical_order, config_at, decode, raw_window
from truceline.centre.lane import grown, opened
from truceline.centre.part import Part
from truceline.centre.roads_log import roads_at, roads_faults
from truceline.centre.seal import last_seal
from truceline.centre.sights import Kept
from truceline.centre.spread import in_order
from truceline.centre.terrain_log import terrain_at
from truceline.means.means import Field
from truceline.means.observations import OBSERVATIONS
from truceline.means.registry import named
from truceline.means.watch import Watch
from truceline.picture.air import close, present
from truceline.picture.events import fold_events
from truceline.picture.picture import Picture
from truceline.record.record import Record
from truceline.report.day import NO_GROUND, Day
from truceline.terms.faults import Refusal
from truceline.terms.time import NS_PER_S, civil_date, civil_day
from truceline.verify.judge import norm_states, said_of
from truceline.verify.norms import Norms

OVERLAP_S = 12.0
Tell = Callable[[str], None]


class Live:
    """The live side of one part: fed by ``tick``, judged by ``judge``, read by the desk from any thread."""

    def __init__(self, part: Part, tell: Tell = lambda _: None) -> None:
        """Know nothing yet; ``begin`` reads the log."""
        self.part = part
        self.revision = 0
        self.tick_ns = 0
        self.waited_ns = -1
        self._tell = tell
        self._sights = Kept(part.root / "derived")
        self._lock = threading.Lock()
        self._records: list[Record] = []
        self._seen: dict[str, int] = {}
        self._decoded = Decoded(OBSERVATIONS.empty(), (), (), 0, 0)
        self._config = part.config
        self._lane = opened(part.config)
        self._recent: dict[str, list[Record]] = {}
        self._period = (0, 0)
        self._norms: Norms = ()
        self._day: Day | None = None

    def begin(self, now_ns: int) -> None:
        """Read the logs and fold the civil day so far; findings follow with the first ``judge``."""
        # sizes first: what arrives while the logs are read belongs to the next tick
        sizes = self.part.sizes()
        every = self.part.records_to(sizes)
        records = canonical_order(every)
        config = config_at(records, now_ns, self.part.name)
        zone = agreement_at(records, now_ns).time_zone
        today = civil_date(now_ns, zone)
        period = civil_day(today, zone)
        seal = last_seal(every, self.part.name, before=today.isoformat())
        warm_ns = period[0] - round(config.centre.warmup_s * NS_PER_S)
        raw = raw_window(records, config, warm_ns, period[1])
        decoded = decode(raw, config, warm_ns, period[1], counted_ns=period[0])
        lane = grown(opened(config, roads_at(records, config)), decoded.observations, now_ns)
        recent: dict[str, list[Record]] = {}
        for record in records:
            if record.kind == "raw":
                _remember(recent, record)
        with self._lock:
            self._config, self._period, self._norms = config, period, seal.norms if seal else ()
            self._records, self._seen, self._recent = list(records), sizes, recent
            self._decoded, self._lane = decoded, lane
        self.tick_ns = now_ns
        self.revision += 1

    def tick(self, now_ns: int) -> int:
        """Take in what the logs gained and return how many records that was."""
        fresh = self._fresh()
        raw = [record for record in fresh if record.kind == "raw"]
        self._grow(raw, now_ns)
        for record in raw:
            _remember(self._recent, record)
        if now_ns >= self._period[1]:
            self._tell("the civil day has ended; the next one begins from the log")
            self.begin(now_ns)
        self.tick_ns = now_ns
        return len(fresh)

    def judge(self, now_ns: int) -> Day:
        """Fold coverage, findings and cases over the day so far and make them what the desk shows."""
        with self._lock:
            decoded, lane, records = self._decoded, self._lane, tuple(self._records)
            config, norms, (start_ns, end_ns) = self._config, self._norms, self._period
        stop_ns = max(start_ns + 1, min(now_ns, end_ns))
        agreement = agreement_at(records, now_ns)
        decoded = msgspec.structs.replace(decoded, observations=lane.rows)
        air = close(lane.air)
        ground = close(lane.ground.state) if lane.ground is not None else NO_GROUND
        events = fold_events(decoded.observations, config.source, theatre_of(config))
        terrain = terrain_at(records, config, now_ns, self._sights)
        witnesses = witnessed(decoded, records, config, (start_ns, stop_ns), terrain)
        coverage = watched(witnesses, config, start_ns, end_ns, terrain)
        checks = checked(decoded, air, config, (start_ns, stop_ns), terrain, witnesses)
        findings = findings_of(
            records,
            decoded,
            air,
            events,
            coverage,
            config,
            agreement,
            (start_ns, stop_ns),
            now_ns,
            norms,
            checks,
        )
        cases, faults = cases_of(records, findings, config)
        faults = (*faults, *roads_faults(records, config, start_ns, stop_ns))
        day = Day(
            self.part.name,
            config.centre.exercise,
            civil_date(start_ns, agreement.time_zone).isoformat(),
            start_ns,
            end_ns,
            now_ns,
            agreement,
            theatre_of(config),
            config.source,
            records,
            decoded.observations,
            witnesses,
            faults_of(records, (*decoded.faults, *faults), agreement, config, terrain, now_ns),
            decoded.duplicates,
            air,
            events,
            coverage,
            findings,
            norm_states(norms, findings, agreement, now_ns, said_of(agreement, spoken_in(records))),
            cases,
            checks=checks,
            ground=ground,
        )
        self.show(day)
        return day

    def show(self, day: Day) -> None:
        """Make a Day (a judged or a sealed one) what the desk shows."""
        self._day = day
        self.revision += 1

    @property
    def day(self) -> Day:
        """The Day last judged.

        Raises:
            Refusal: nothing is judged yet.
        """
        if self._day is None:
            raise Refusal("nothing is judged yet", remedy="wait for the first tick")
        return self._day

    def present(self) -> tuple[Picture, ...]:
        """Return the tracks held now, lane by lane, each with its last state."""
        with self._lock:
            following = self._lane
        lanes = (following.lane, *((following.ground,) if following.ground is not None else ()))
        return tuple(present(lane.state) for lane in lanes)

    def evidence(self, content: str, item: int) -> tuple[Record, list[Field]]:
        """Return the record of a content id and one item of it, decoded for a person.

        Raises:
            Refusal: no such record, or no source of its name is declared.
        """
        held = self._day.records if self._day is not None else tuple(self._records)
        record = next((r for r in held if r.content == content), None)
        if record is None:
            raise Refusal(
                "no input of this content id in this window", where=content[:16], remedy="check the id"
            )
        source = next((s for s in self.part.config.source if s.name == record.source), None)
        if source is None or record.kind != "raw":
            return record, []
        return record, named(source.means).explain(record.body, item, source)

    def _fresh(self) -> list[Record]:
        sizes = self.part.sizes()
        said = self.part.records_between(self._seen, sizes)
        recent = {record.content for held in self._recent.values() for record in held}
        once = {record.content: record for record in said if record.is_input and record.content not in recent}
        fresh = sorted(once.values(), key=lambda record: (record.stamp_ns, record.content))
        self._seen = sizes
        with self._lock:
            first = len(self._records)
            numbered = [msgspec.structs.replace(record, seq=first + n) for n, record in enumerate(fresh)]
            self._records += numbered
        return numbered

    def _grow(self, raw: Sequence[Record], now_ns: int) -> None:
        config, (start_ns, end_ns) = self._config, self._period
        if not raw:
            lane = grown(self._lane, OBSERVATIONS.empty(), now_ns)
            with self._lock:
                self._lane = lane
            return
        warm_ns = start_ns - round(config.centre.warmup_s * NS_PER_S)
        first = raw[0].seq
        sources = {record.source for record in raw}
        context = [old for name in sorted(sources) for old in self._recent.get(name, [])]
        found = decode([*context, *raw], config, warm_ns, end_ns, in_order, start_ns, first)
        fresh = found.observations.take(found.observations["seq"] >= first)
        lane = grown(self._lane, fresh, now_ns)
        with self._lock:
            self._lane = lane
            self._decoded = Decoded(
                OBSERVATIONS.empty(),
                joined([*self._decoded.watches, *found.watches]),
                (*self._decoded.faults, *found.faults),
                self._decoded.duplicates + found.duplicates,
                self._decoded.read + found.read,
            )


def joined(watches: Sequence[Watch]) -> tuple[Watch, ...]:
    """Return watches of one source, footprint, mode and health that touch or overlap as one each."""
    whole: list[Watch] = []
    for watch in sorted(
        watches, key=lambda item: (item.source, item.mode, item.health, item.start_ns, item.end_ns)
    ):
        last = whole[-1] if whole else None
        same = last is not None and last == msgspec.structs.replace(
            watch, start_ns=last.start_ns, end_ns=last.end_ns, seq=last.seq
        )
        if last is not None and same and watch.start_ns <= last.end_ns:
            whole[-1] = msgspec.structs.replace(last, end_ns=max(last.end_ns, watch.end_ns))
        else:
            whole.append(watch)
    return tuple(whole)


def _remember(recent: dict[str, list[Record]], record: Record) -> None:
    held = recent.setdefault(record.source, [])
    held.append(record)
    oldest = record.stamp_ns - round(OVERLAP_S * NS_PER_S)
    while held and held[0].stamp_ns < oldest:
        held.pop(0)
