"""Standing: the centre in one line, and what both logs and the last seal say."""

from __future__ import annotations

from truceline.desk.answers import LogAnswer, PartAnswer, StatusAnswer
from truceline.desk.hours import sources_of
from truceline.desk.plain import ms
from truceline.desk.shelf import Page
from truceline.desk.tracks import heads
from truceline.desk.views import Status


def status_of(page: Page, status: Status) -> StatusAnswer:
    """Return the centre in one line."""
    day = page.day
    sources = sources_of(page).rows
    names = (
        {guarantor.part for guarantor in day.agreement.guarantors}
        | {head.part for head in status.heads}
        | {day.part}
    )
    return StatusAnswer(
        part=day.part,
        parts=tuple(PartAnswer(name, _state(day.part, name, status)) for name in sorted(names)),  # type: ignore[arg-type]
        exercise=day.exercise,
        agreement=day.agreement.id,
        agreement_title=day.agreement.title,
        agreement_version=day.agreement.version,
        time_zone=day.agreement.time_zone,
        day=day.day,
        start_ms=ms(day.start_ns),
        end_ms=ms(day.end_ns),
        now_ms=ms(status.now_ns),
        known_ms=ms(day.known_ns),
        tick_ms=ms(status.tick_ns),
        pace=status.pace,
        revision=status.revision,
        heads=heads(status),
        sources_healthy=sum(source.state in ("up", "not due") for source in sources),
        sources_total=len(sources),
        records=len(day.records),
        faults=len(day.faults),
        duplicates=day.duplicates,
        centre=(day.theatre.lon_deg, day.theatre.lat_deg),
        notice=status.notice,
    )


def log_of(page: Page, status: Status) -> LogAnswer:
    """Return both logs' heads and the seal of the day shown, if it has one."""
    seal = page.day.seal
    return LogAnswer(
        heads(status),
        seal.day if seal else "",
        seal.mode if seal else "",
        seal.findings if seal else "",
        tuple(sorted(seal.signatures)) if seal else (),
    )


def _state(own: str, name: str, status: Status) -> str:
    if name == own:
        return "you"
    return "connected" if name in status.connected else "away"
