"""The leading section in words: what was not observed and why, and the gaps."""

from __future__ import annotations

from collections.abc import Iterable

from truceline.report.figures import Gap, Report, Share, Unobserved
from truceline.report.paper import (
    Block,
    Cell,
    Head,
    Paragraph,
    Row,
    Section,
    Span,
    Table,
    cell,
    finding_anchor,
    lines,
)
from truceline.report.voice import NBSP, Voice, duration_text

HALF = 500


def headline(report: Report, voice: Voice) -> tuple[str, tuple[str, ...]]:
    """Return the headline and the sentences under it; both speak of what was not observed."""
    verdicts = dict(report.verdicts)
    told = voice.say(
        "lead.verdicts",
        violated=verdicts["violated"],
        not_verified=verdicts["not verified"],
        compliant=verdicts["compliant"],
    )
    if report.blind:
        nothing = voice.say("violated.all_blind", all=sum(verdicts.values()))
        return voice.say("lead.blind"), (voice.say("lead.blind.what"), nothing)
    asked = [item for item in report.unobserved if item.asked]
    poorly = sum(item.observed < HALF for item in asked)
    if poorly:
        head = voice.count("lead.most", len(asked), n=poorly, m=len(asked))
    else:
        worst = min((item.observed for item in asked), default=0)
        head = voice.say("lead.worst", share=voice.percent(1000 - worst))
    return head, (voice.say("lead.what"), told)


def unobserved_section(report: Report, voice: Voice) -> Section:
    """Return the first section: shares per clause that make 100 % together, then gaps."""
    heads = (
        Head(voice.say("h.clause"), width=5),
        Head(voice.say("h.bar"), width=4),
        Head(voice.say("h.observed"), number=True),
        Head(voice.say("h.unobserved"), number=True),
        Head(voice.say("h.causes"), width=7),
    )
    rows = tuple(Row(_unobserved_cells(report, voice, item)) for item in report.unobserved)
    blocks: list[Block] = [Table(heads, rows), Paragraph((Span(voice.say("unobserved.note")),), "note")]
    if any(report.clause(item.clause).kind == "REACH" for item in report.unobserved):
        blocks.append(Paragraph((Span(voice.say("unobserved.sites")),), "note"))
    if report.not_binding:
        names = ", ".join(clause_name(report, voice, clause) for clause in report.not_binding)
        blocks.append(Paragraph((Span(voice.say("not_binding", clauses=names)),), "note"))
    blocks += [Paragraph((Span(voice.say("s.gaps")),), "title"), *_gaps(report, voice)]
    return Section("unobserved", voice.say("s.unobserved"), tuple(blocks))


def clause_name(report: Report, voice: Voice, identity: str) -> str:
    """Return a clause's id and its title in a language."""
    title = report.clause(identity).title
    return f"{identity} {title.get(voice.language) or title.get('en', '')}".strip()


def causes_text(voice: Voice, causes: Iterable[Share]) -> str:
    """Return causes with their shares."""
    return ", ".join(f"{voice.known('cause', item.cause)} {voice.percent(item.permille)}" for item in causes)


def _unobserved_cells(report: Report, voice: Voice, item: Unobserved) -> tuple[Cell, ...]:
    link = finding_anchor(item.finding)
    seen = voice.object_class(item.object_class, "one") if item.object_class else ""
    where = voice.area(item.area)
    return (
        lines(
            Span(clause_name(report, voice, item.clause), "strong"),
            Span(f"{where}, {seen}" if seen else where, "dim"),
        ),
        Cell(bar=item.observed),
        cell(voice.percent(item.observed), "", link),
        cell(voice.percent(1000 - item.observed), "strong", link),
        cell(causes_text(voice, item.causes)),
    )


def _gaps(report: Report, voice: Voice) -> Iterable[Table | Paragraph]:
    sources = [gap for gap in report.gaps if gap.source]
    if not sources and any(source.steady for source in report.sources):
        yield Paragraph((Span(voice.say("gaps.none")),))
    if report.gaps:
        heads = (
            Head(voice.say("h.from")),
            Head(voice.say("h.to")),
            Head(voice.say("h.length"), number=True),
            Head(voice.say("h.what"), width=5),
            Head(voice.say("h.detection"), number=True),
            Head(voice.say("h.causes"), width=6),
        )
        ordered = sorted(report.gaps, key=lambda gap: (not gap.source, gap.start, -gap.seconds))
        yield Table(heads, tuple(Row(_gap_cells(report, voice, gap)) for gap in ordered))
        yield Paragraph((Span(voice.say("gaps.note")),), "note")


def _gap_cells(report: Report, voice: Voice, gap: Gap) -> tuple[Cell, ...]:
    begin = (cell(gap.start, "mono"), cell(gap.end, "mono"), cell(duration_text(voice, gap.seconds)))
    if gap.source:
        what = voice.say("gap.source", source=gap.source)
        return (*begin, cell(what, "strong"), Cell(), cell(voice.known("cause", gap.causes[0].cause)))
    spread = gap.lowest if gap.lowest == gap.highest else f"{gap.lowest}–{gap.highest}"
    first = finding_anchor(gap.findings[0])
    silent = voice.say("gap.silent", sources=", ".join(gap.silent)) if gap.silent else ""
    return (
        *begin,
        lines(
            Span(clause_name(report, voice, gap.clause), "strong", first),
            Span(f"{voice.say('v.not verified')}, {len(gap.findings)}{NBSP}{voice.say('unit.h')}", "dim"),
        ),
        lines(Span(spread, "mono", first), Span(f"< {gap.required}" if gap.required else "", "dim")),
        lines(Span(causes_text(voice, gap.causes)), Span(silent, "dim")),
    )
