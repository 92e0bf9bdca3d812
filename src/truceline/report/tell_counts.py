"""Counts, deadlines, sources, cases, seal and how to read it all, in words."""

from __future__ import annotations

from collections.abc import Iterable

from truceline.report.figures import Event, Opened, Rate, Report, SourceDay
from truceline.report.paper import (
    Block,
    Card,
    Cell,
    Entry,
    Head,
    Line,
    Paragraph,
    Row,
    Section,
    Span,
    Table,
    case_anchor,
    cell,
    event_anchor,
    finding_anchor,
    lines,
)
from truceline.report.tell_findings import NO_FIGURE, left_text
from truceline.report.tell_unobserved import clause_name
from truceline.report.voice import NBSP, Voice, duration_text
from truceline.terms.ids import short

QUOTED = "quote"
READING = ("d", "verdicts", "likely", "seeing", "numbers", "links")


def cases_section(report: Report, voice: Voice) -> Section:
    """Return the cases with both parts' assessments; dissent stands beside the outcome."""
    blocks: list[Block] = [_case_card(report, voice, case) for case in report.cases]
    if blocks:
        blocks.append(Paragraph((Span(voice.say("case.own_words")),), "note"))
    else:
        key = "cases.all_blind" if report.blind else "cases.none"
        blocks.append(Paragraph((Span(voice.say(key)),)))
    return Section("cases", voice.say("s.cases"), tuple(blocks))


def counts_section(report: Report, voice: Voice) -> Section:
    """Return raw counts beside their rates, and notified activity apart."""
    heads = (
        Head(voice.say("h.event"), width=6),
        Head(voice.say("h.count"), number=True),
        Head(voice.say("h.notified"), number=True),
        Head(voice.say("h.watched"), number=True),
        Head(voice.say("h.km2h"), number=True),
        Head(voice.say("h.hours"), number=True),
        Head(voice.say("h.per_hour"), number=True, width=3),
        Head(voice.say("h.per_1000"), number=True, width=3),
    )
    rows = tuple(Row(_rate_cells(report, voice, rate)) for rate in report.rates)
    blocks: list[Block] = [Table(heads, rows), Paragraph((Span(voice.say("counts.note")),), "note")]
    if report.notices:
        names = ("notice", "party", "activity", "from", "to", "events")
        titles = tuple(
            Head(voice.say(f"h.{name}"), name == "events", int(name == "activity")) for name in names
        )
        told = tuple(
            Row(
                (
                    cell(item.notice, "mono"), cell(voice.party(item.party)), cell(item.activity, QUOTED),
                    cell(item.start, "mono"), cell(item.end, "mono"), cell(voice.number(item.events)),
                )
            )
            for item in report.notices
        )  # fmt: skip
        blocks += [Table(titles, told), Paragraph((Span(voice.say("notices.what")),), "note")]
    else:
        blocks.append(Paragraph((Span(voice.say("notices.none")),)))
    return Section("counts", voice.say("s.counts"), tuple(blocks))


def deadlines_section(report: Report, voice: Voice) -> Section:
    """Return every deadline under every reading."""
    heads = (
        Head(voice.say("h.clause"), width=4), Head(voice.say("h.reading"), width=2), Head(voice.say("h.deadline")),
        Head(voice.say("h.left"), width=2), Head(voice.say("h.verdict")), Head(voice.say("h.state")),
    )  # fmt: skip
    rows = tuple(
        Row(
            (
                cell(clause_name(report, voice, due.clause), "strong"),
                cell(voice.known("r", due.reading)),
                cell(due.deadline, "mono", finding_anchor(due.finding)),
                cell(left_text(voice, due)),
                cell(voice.known("v", due.verdict), "strong", "", due.verdict),
                cell(voice.known("n", report.clause(due.clause).norm) if due.principal else NO_FIGURE),
            )
        )
        for due in report.deadlines
    )
    held: Block = Table(heads, rows) if rows else Paragraph((Span(voice.say("deadlines.none")),))
    return Section("deadlines", voice.say("s.deadlines"), (held,))


def sources_section(report: Report, voice: Voice) -> Section:
    """Return every source's day, faults by reason, duplicates."""
    names = ("source", "means", "home", "share", "first_last", "gaps", "observations", "faults")
    numbers = ("gaps", "observations", "faults")
    heads = tuple(
        Head(voice.say(f"h.{name}"), name in numbers, 3 if name in ("share", "first_last") else 0)
        for name in names
    )
    rows = tuple(Row(_source_cells(voice, source)) for source in report.sources)
    blocks: list[Block] = [Table(heads, rows), Paragraph((Span(voice.say("sources.faults.what")),), "note")]
    for source in report.sources:
        for reason, number in source.reasons:
            said = voice.say("sources.faults", source=source.name, reason=reason, n=voice.number(number))
            blocks.append(Paragraph((Span(said, QUOTED),), "note"))
    if report.other_faults:
        blocks.append(Paragraph((Span(voice.count("sources.others", report.other_faults)),), "note"))
    totals = [
        voice.count("sources.records", report.records),
        voice.count("sources.duplicates", report.duplicates),
        voice.say("sources.terrain", terrain=voice.known("terrain", report.terrain)),
    ]
    blocks.append(Paragraph((Span(" ".join(totals)),)))
    return Section("sources", voice.say("s.sources"), tuple(blocks))


def seal_section(report: Report, voice: Voice, digest: str, wording: str) -> Section:
    """Return the seal, or that there is none, and how to check everything."""
    entries = [
        Entry(
            voice.say("seal.figures"),
            ((Span(digest, "mono"),), (Span(voice.say("seal.figures.what"), "dim"),)),
        )
    ]
    seal = report.seal
    if seal is not None:
        for head in seal.heads:
            said = voice.count("seal.head.what", head.size)
            entries.append(
                Entry(voice.say("seal.head", part=head.part), ((Span(said),), (Span(head.root, "mono"),)))
            )
        for name in ("inputs", "findings", "cases", "config", "code", "known", "supersedes"):
            entries.append(Entry(voice.say(f"seal.{name}"), ((Span(getattr(seal, name), "mono"),),)))
        entries.append(
            Entry(voice.say("seal.changes"), tuple((Span(line, "mono"),) for line in seal.changes))
        )
        for part in report.parts:
            signed = seal.signatures.get(part, "")
            line = Span(signed, "mono") if signed else Span(voice.say("seal.waiting"), "dim")
            entries.append(Entry(voice.say("seal.signed", part=part), ((line,),)))
    title = (Span(voice.known("mode", report.mode), "strong"), Span(voice.known("stage", report.stage)))
    kept = tuple(entry for entry in entries if any(span.text for line in entry.lines for span in line))
    warning = {"": "unsealed", "single part": "single"}.get(report.mode, "")
    blocks: list[Block] = [Paragraph((Span(voice.say(warning)),), "warn")] if warning else []
    if seal is None:
        blocks.append(Paragraph((Span(voice.say("seal.none")),)))
    check = (Paragraph((Span(voice.say("seal.verify")),)), Paragraph((Span(wording),), "note"))
    return Section("seal", voice.say("s.seal"), (*blocks, Card(title, kept), *check))


def reading_section(voice: Voice) -> Section:
    """Return what the words and figures mean."""
    said = tuple(Paragraph((Span(voice.say(f"reading.{name}")),)) for name in READING)
    return Section("reading", voice.say("s.reading"), said)


def events_section(report: Report, voice: Voice) -> Section:
    """Return every event of the day."""
    names = ("time", "event", "place", "source", "known", "notice", "watched", "id")
    widths = {"source": 3, "known": 2, "id": 3}
    heads = tuple(Head(voice.say(f"h.{name}"), width=widths.get(name, 0)) for name in names)
    rows = tuple(Row(_event_cells(voice, event), event_anchor(event.id)) for event in report.events)
    return Section("events", voice.say("s.events"), (Table(heads, rows, "small"),))


def _case_card(report: Report, voice: Voice, case: Opened) -> Card:
    mark = "split" if case.outcome == "split" else ""
    title = (
        Span(voice.known("o", case.outcome), "strong", mark=mark),
        Span(
            clause_name(report, voice, case.clause) if _known(report, case.clause) else case.clause, "strong"
        ),
        Span(short(case.id, 12), "mono"),
    )
    findings = tuple(Span(short(item, 12), "mono", finding_anchor(item)) for item in case.findings)
    entries = [
        Entry(
            voice.say("case.opened"),
            ((Span(case.opened, "mono"), Span(voice.known("case.by", case.opened_by))), findings),
        )
    ]
    for said in case.complaints:
        entries.append(
            Entry(voice.say("case.complaint", party=voice.party(said.party)), ((Span(said.text, QUOTED),),))
        )
    for part in case.parts:
        entries.append(_part_entry(voice, case, part))
    entries += [Entry(voice.say("case.rejected"), ((Span(why, QUOTED),),)) for why in case.rejected]
    return Card(title, tuple(entries), case_anchor(case.id))


def _part_entry(voice: Voice, case: Opened, part: str) -> Entry:
    held = next((item for item in case.assessments if item.part == part), None)
    if held is None:
        key = "case.sealed" if part in case.committed else "case.waiting"
        return Entry(voice.say("part", part=part), ((Span(voice.say(key), "dim", mark=f"part {part}"),),))
    said: list[Line] = [
        (Span("", mark=f"part {part}"), Span(voice.known("v", held.verdict), "strong", mark=held.verdict)),
        (Span(held.text, QUOTED),),
    ]
    if held.reservation:
        said.append((Span(f"{voice.say('case.reservation')}:", "dim"), Span(held.reservation, QUOTED)))
    return Entry(voice.say("case.assessment", part=part, officer=held.officer), tuple(said))


def _known(report: Report, clause: str) -> bool:
    return any(item.id == clause for item in report.clauses)


def _rate_cells(report: Report, voice: Voice, rate: Rate) -> tuple[Cell, ...]:
    title = clause_name(report, voice, rate.clause) if rate.clause else ""
    classes = voice.object_class(rate.object_class, "pl")
    link = finding_anchor(rate.finding) if rate.finding else "events" if report.events else ""
    none = voice.say("rate.none")
    # Where nobody looked a zero would say too much.
    counted = rate.count > 0 or bool(rate.per_1000)
    return (
        cell(voice.say(f"c.{rate.what}", title=title, classes=classes), "" if rate.clause else "dim"),
        cell(voice.number(rate.count) if counted else NO_FIGURE, "strong", link),
        cell(voice.number(rate.notified) if counted else NO_FIGURE, "", link),
        cell(voice.number(rate.watched) if rate.per_1000 else NO_FIGURE, "", link),
        cell(_grouped(rate.observed_km2h), "", link),
        cell(rate.observed_h, "", link),
        _interval(rate.per_hour, none, link),
        _interval(rate.per_1000, none, link),
    )


def _interval(rate: tuple[str, ...], none: str, link: str) -> Cell:
    if not rate:
        return cell(none, "dim", link)
    return lines(Span(rate[0], "", link), Span(f"({rate[1]}–{rate[2]})".replace("–", "\u2060–\u2060"), "dim"))


def _grouped(figure: str) -> str:
    whole, dot, rest = figure.partition(".")
    return f"{int(whole):,}".replace(",", NBSP) + dot + rest


def _source_cells(voice: Voice, source: SourceDay) -> tuple[Cell, ...]:
    share = voice.percent(source.watched_s * 1000 // source.day_s) if source.day_s else NO_FIGURE
    lasted = duration_text(voice, source.watched_s)
    if source.steady:
        watched = f"{share} ({lasted})" if source.looks else voice.say("source.off")
    elif source.looks:
        watched = voice.count("source.sometimes", source.looks, h=lasted)
    else:
        watched = voice.say("source.no_life" if source.observations else "source.off")
    name = [Span(source.name, "strong")]
    if source.simulated:
        name.append(Span(voice.say("simulated"), "dim"))
    return (
        lines(*name),
        cell(voice.known("means", source.means)),
        Cell(((Span("", mark=f"part {source.home}"),),)),
        cell(watched),
        cell(f"{source.first} – {source.last}" if source.first else NO_FIGURE, "mono"),
        cell(voice.number(source.gaps) if source.steady else NO_FIGURE),
        cell(voice.number(source.observations)),
        cell(voice.number(source.faults)),
    )


def _event_cells(voice: Voice, event: Event) -> tuple[Cell, ...]:
    spread = f" ± {duration_text(voice, event.sigma_s)}" if event.sigma_s >= 60 else ""
    name = voice.object_class(event.object_class, "one") if event.object_class else voice.say("undetermined")
    return (
        cell(event.time + spread, "mono"),
        lines(Span(name), Span(event.label, "dim")),
        cell(f"{event.lat}, {event.lon}", "mono"),
        cell(", ".join(event.sources)),
        cell(", ".join(_sorted_words(voice, event.known))),
        cell(event.notice or NO_FIGURE),
        cell(voice.say("seen.yes" if event.watched else "seen.no")),
        Cell((tuple(Span(short(item, 12), "mono", finding_anchor(item)) for item in event.findings),)),
    )


def _sorted_words(voice: Voice, known: Iterable[str]) -> list[str]:
    return [voice.known("known", word) for word in known]
