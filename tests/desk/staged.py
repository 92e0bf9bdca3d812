"""A small genuine day for the desk: the rehearsal's script cut to one hour, taken in through both parts' doors.

`python -m tests.desk.staged [PORT]` serves it with a running clock, for work on the console.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np

from truceline.centre.fold import fold_day
from truceline.centre.shipped import agreement_bytes
from truceline.desk.views import Moving, Status
from truceline.exercise.rehearsal import Parts, assess, everything, flush, mirror, prepare, take_in
from truceline.exercise.script import Outage, Script, read_script
from truceline.means.means import Field
from truceline.means.registry import named
from truceline.picture.picture import Picture
from truceline.record.record import Record
from truceline.report.day import Day, Head
from truceline.terms.faults import Refusal
from truceline.terms.time import NS_PER_MINUTE, parse_day, parse_time

START, END = "2020-11-20T07:50:00Z", "2020-11-20T08:50:00Z"
OUTAGE = ("2020-11-20T08:30:00Z", "2020-11-20T08:42:00Z")
FRESH_NS = NS_PER_MINUTE


def script() -> Script:
    """The rehearsal's script with the seen crossing, one radar outage, few flights."""
    whole = read_script("karabakh-2020")
    return msgspec.structs.replace(
        whole,
        start=START,
        end=END,
        traffic=msgspec.structs.replace(whole.traffic, flights=14),
        outage=(Outage("R2", *OUTAGE),),
    )


def staged_day(folder: Path) -> Day:
    """The day as part A knows it at the end of the cut script, cases assessed."""
    cut = script()
    sent = [item for item in everything(cut, frozenset(), _silent)[0] if item.stamp_ns <= parse_time(END)]
    parts = prepare(cut, folder, agreement_bytes(cut.agreement))
    try:
        take_in(cut, parts, sent, 0, len(sent))
        doors = parts.doors[0]
        doors.take("R1", bytes.fromhex("30001ef11483"), "raw")  # a torn CAT048 block: a Fault
        flush(parts)
        mirror(parts)
        before = _fold(parts, END)
        assess(cut, parts, before.cases, parse_time(END), _silent)
        mirror(parts)
        # officers spoke after the window; they are known although the window ends before
        return msgspec.structs.replace(_fold(parts, "2020-11-20T11:00:00Z"), known_ns=parse_time(END))
    finally:
        parts.close()


def _fold(parts: Parts, known: str) -> Day:
    return fold_day(parts.parts[0].records(), "A", parse_day("2020-11-20"), parse_time(known))


def _silent(_: str) -> None:
    return None


class StagedDesk:
    """A ``Desk`` over one day: its clock stands at the day's end, or runs through the last part of it."""

    def __init__(self, day: Day, clock: Callable[[], float] | None = None, pace: float = 0.0) -> None:
        """``clock`` gives seconds; with it the day's last 55 minutes are played round and round."""
        self._day = day
        self._clock = clock
        self.pace = pace
        self.begun = clock() if clock else 0.0

    def status(self) -> Status:
        now = self._now()
        heads = (Head("A", len(self._day.records), "5f" * 32), Head("B", len(self._day.records), "5f" * 32))
        return Status(now, self.pace, 1, now, heads, ("A", "B"))

    def day(self, known_ns: int = 0) -> Day:
        if not known_ns or known_ns >= self._day.known_ns:
            return self._day
        return fold_day(self._day.records, self._day.part, None, known_ns)

    def moving(self, since: int) -> Moving:
        now = self._now()
        serial = now // 1_000_000_000
        if serial == since:
            return Moving(serial, now, ())
        return Moving(serial, now, (_present(self._day.air, now),), whole=True, waited_ns=40_000_000)

    def evidence(self, content: str, item: int) -> tuple[Record, list[Field]]:
        record = next((held for held in self._day.records if held.content == content), None)
        if record is None:
            raise Refusal("no input of this content id in this window", where=content[:16])
        source = next((held for held in self._day.sources if held.name == record.source), None)
        if source is None or record.kind != "raw":
            return record, []
        return record, named(source.means).explain(record.body, item, source)

    def reports(self) -> tuple[str, ...]:
        return (self._day.day,)

    def report(self, day: str, language: str) -> bytes:
        if day != self._day.day:
            raise Refusal(f"no report of {day} here")
        try:
            from truceline.report.daily import render
        except ImportError:
            links = "".join(f'<li><a href="/findings/{f.id}">{f.clause}</a>' for f in self._day.findings[:5])
            return f"<!doctype html><h1>EXERCISE {day} {language}</h1><ul>{links}</ul>".encode()
        return render(self._day, language, "html")

    def _now(self) -> int:
        end = self._day.known_ns
        if self._clock is None:
            return end
        span = 55 * NS_PER_MINUTE
        return end - span + int((self._clock() - self.begun) * self.pace * 1e9) % span


def _present(picture: Picture, now_ns: int) -> Picture:
    states = picture.states
    held = np.flatnonzero((states["time_ns"] <= now_ns) & (states["time_ns"] > now_ns - FRESH_NS))
    last: dict[int, int] = {int(states["track"][row]): int(row) for row in held}
    rows = np.array(sorted(last.values()), dtype=np.int64)
    return Picture(picture.lane, picture.tracks, states.take(rows))


def main() -> None:
    """Serve a staged day on loopback: `python -m tests.desk.staged [PORT [PICKLED_DAY]]`."""
    import pickle
    import tempfile

    import uvicorn

    from truceline.desk.api import build

    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8800
    if len(sys.argv) > 2:
        day = pickle.loads(Path(sys.argv[2]).read_bytes())
    else:
        with tempfile.TemporaryDirectory() as folder:
            day = staged_day(Path(folder))
    uvicorn.run(
        build(StagedDesk(day, time.monotonic, 12.0)), host="127.0.0.1", port=port, log_level="warning"
    )


if __name__ == "__main__":
    main()
