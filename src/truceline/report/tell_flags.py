"""The section on checks of what aircraft say of themselves: flags, what could not be told, what was not checked."""

from __future__ import annotations

from truceline.report.figures import Checked, Flagged, Report
from truceline.report.paper import Block, Cell, Head, Paragraph, Row, Section, Span, Table, cell, lines
from truceline.report.voice import Voice
from truceline.terms.ids import short

SHOWN = 40
KIND_HEADS = (("check", False), ("flags", True), ("untold", True))
FLAG_HEADS = ("time", "check", "whose", "place", "statistic", "evidence", "id")


def checks_section(report: Report, voice: Voice) -> Section:
    """Return the checks of the day; where nothing could be checked that is said instead of a count."""
    heads = tuple(Head(voice.say(f"h.{name}"), number=number) for name, number in KIND_HEADS)
    rows = tuple(Row(_kind_cells(voice, item)) for item in report.checks)
    blocks: list[Block] = [Table(heads, rows), Paragraph((Span(voice.say("checks.note")),), "note")]
    if report.flags:
        heads = tuple(Head(voice.say(f"h.{name}")) for name in FLAG_HEADS)
        told = tuple(Row(_flag_cells(voice, flag), f"check-{flag.id[:16]}") for flag in report.flags[:SHOWN])
        blocks.append(Table(heads, told, "small"))
    rest = sum(item.flags for item in report.checks) - min(len(report.flags), SHOWN)
    if rest > 0:
        blocks.append(Paragraph((Span(voice.count("checks.more", rest)),), "note"))
    return Section("checks", voice.say("s.checks"), tuple(blocks))


def _kind_cells(voice: Voice, item: Checked) -> tuple[Cell, ...]:
    able = item.able and not item.only_untold
    flags = cell(voice.number(item.flags)) if able else cell(voice.say("check.not"), "strong")
    return cell(voice.known("check", item.kind)), flags, cell(voice.number(item.untold))


def _flag_cells(voice: Voice, flag: Flagged) -> tuple[Cell, ...]:
    proof = [Span(f"{short(content, 12)}#{item}", "mono") for content, item in flag.evidence]
    rest = flag.evidence_total - len(proof)
    more = [Span(f"+ {voice.number(rest)}", "dim")] if rest else []
    return (
        cell(flag.time, "mono"),
        cell(voice.known("check", flag.kind)),
        lines(Span(flag.address, "mono"), Span(short(flag.track, 12) if flag.track else "", "mono")),
        cell(f"{flag.lat}, {flag.lon}" if flag.lat else ""),
        cell(f"{flag.statistic} / {flag.threshold}"),
        lines(*proof, *more),
        cell(short(flag.id, 12), "mono"),
    )
