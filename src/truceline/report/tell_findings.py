"""Findings in words: the clause board, violations and indications in full, and the list of all findings."""

from __future__ import annotations

import math
from collections.abc import Iterable

from truceline.report.counted import figure
from truceline.report.figures import Due, Opened, Report, Told
from truceline.report.paper import (
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
    finding_anchor,
    lines,
)
from truceline.report.tell_unobserved import clause_name
from truceline.report.unobserved import is_asked
from truceline.report.voice import NBSP, Voice, likely_text, seeing_text
from truceline.terms.ids import short
from truceline.terms.quantity import text
from truceline.terms.time import format_time
from truceline.verify.finding import DETECTION_DIGITS, PROBABILITY_DIGITS, VERDICTS, Finding

NO_FIGURE = "–"
RANK = {"violated": 0, "split": 1, "indication": 2, "not verified": 3, "compliant": 4}
DAY_S, HOUR_S = 86_400, 3_600


def clauses_section(report: Report, voice: Voice) -> Section:
    """Return the board: every clause with its verdict of the day, most urgent first."""
    heads = (
        Head(voice.say("h.verdict"), width=9),
        Head(voice.say("h.clause"), width=9),
        Head(voice.say("h.seen"), width=27),
        Head(voice.say("h.mean_min"), number=True),
        Head(voice.say("h.decision"), width=6),
    )
    whole = [report.finding(item.finding) for item in report.unobserved]
    order = sorted(range(len(whole)), key=lambda n: (_rank(report, whole[n]), n))
    rows = tuple(Row(_clause_cells(report, voice, whole[n])) for n in order)
    return Section("clauses", voice.say("s.clauses"), (Table(heads, rows),))


def violated_section(report: Report, voice: Voice) -> Section:
    """Return every violation in full; without one, how many findings are not verified stands beside that."""
    verdicts = dict(report.verdicts)
    total = sum(verdicts.values())
    blocks: tuple[Card | Paragraph, ...] = tuple(_card(report, voice, told) for told in report.violated)
    if not blocks:
        key = "violated.all_blind" if report.blind else "violated.none"
        said = voice.say(key, not_verified=verdicts["not verified"], all=total)
        blocks = (Paragraph((Span(said),), "warn"),)
    return Section("violated", voice.say("s.violated"), blocks)


def indications_section(report: Report, voice: Voice) -> Section:
    """Return every indication in full."""
    if not report.indications:
        return Section(
            "indications",
            voice.say("s.indications"),
            (Paragraph((Span(voice.say("indications.none")),), "warn"),),
        )
    said = Paragraph((Span(voice.say("indications.what")),), "intro")
    cards = tuple(_card(report, voice, told) for told in report.indications)
    return Section("indications", voice.say("s.indications"), (said, *cards))


def findings_section(report: Report, voice: Voice) -> Section:
    """Return the list of all findings, each the anchor that numbers lead to."""
    heads = (
        Head(voice.say("h.verdict")),
        Head(voice.say("h.clause")),
        Head(voice.say("h.area"), width=3),
        Head(voice.say("h.period"), width=6),
        Head(voice.say("h.mean_min"), number=True),
        Head(voice.say("h.ratio"), number=True),
        Head(voice.say("h.evidence"), number=True),
        Head(voice.say("h.id")),
    )
    rows = tuple(_finding_row(report, voice, finding) for finding in report.findings)
    return Section("findings", voice.say("s.findings"), (Table(heads, rows, "small"),))


def verdict_line(report: Report, voice: Voice, finding: Finding) -> Line:
    """Return a finding's verdict with its sign; a split of the parts takes its place."""
    case = _case_of(report, finding)
    if case is not None and case.outcome == "split":
        return (Span(voice.say("v.split"), "strong", mark="split"),)
    return (Span(voice.known("v", finding.verdict), "strong", mark=finding.verdict),)


def detection_text(finding: Finding) -> str:
    """Return D mean and D min as in every language."""
    if not is_asked(finding):
        return NO_FIGURE
    mean, least = (text(value, DETECTION_DIGITS) for value in (finding.detection_mean, finding.detection_min))
    return f"{mean} / {least}"


def probability_text(value: float) -> str:
    """Return a probability; what rounds to none or all says so as a bound."""
    if value <= 0.0:
        return "< 0.0001"
    return "> 0.9999" if value >= 1.0 else text(value, PROBABILITY_DIGITS)


def left_text(voice: Voice, due: Due) -> str:
    """Return how long is left until a deadline, from the end of what is known."""
    if due.left_s == 0:
        return voice.say("left.now")
    if due.left_s < 0:
        return voice.say("left.passed")
    if due.left_s < 2 * DAY_S:
        return voice.count("left.hours", math.ceil(due.left_s / HOUR_S))
    return voice.count("left.days", due.left_s // DAY_S)


def _case_of(report: Report, finding: Finding) -> Opened | None:
    return next((case for case in report.cases if finding.id in case.findings), None)


def _rank(report: Report, finding: Finding) -> int:
    case = _case_of(report, finding)
    if case is not None and case.outcome == "split":
        return RANK["split"]
    return RANK["indication"] if finding.indication else RANK.get(finding.verdict, 3)


def _clause_cells(report: Report, voice: Voice, finding: Finding) -> tuple[Cell, ...]:
    link = finding_anchor(finding.id)
    hours = report.hours.get(finding.id, ())
    case = _case_of(report, finding)
    verdict: list[Span | Line] = [verdict_line(report, voice, finding)]
    if case is not None and case.outcome == "split":
        verdict += [
            (Span(voice.known("v", item.verdict), "", mark=f"part {item.part}"),) for item in case.assessments
        ]
    if hours:
        tally = [(name, sum(hour.verdict == name for hour in hours)) for name in VERDICTS]
        said = [voice.say(f"hours.{name}", n=number) for name, number in tally if number]
        verdict.append(Span(", ".join(said), "dim"))
    drawn = lines(*verdict)
    decision = cell(NO_FIGURE)
    if case is not None:
        decision = cell(voice.known("o", case.outcome), "", case_anchor(case.id))
    asked = ""
    if is_asked(finding) and finding.required_measure in ("min", "mean"):
        asked = voice.say(f"asked.{finding.required_measure}", d=text(finding.required, DETECTION_DIGITS))
    norm = voice.known("n", report.clause(finding.clause).norm)
    return (
        Cell(drawn.lines, hours=hours),
        lines(Span(clause_name(report, voice, finding.clause), "strong"), Span(norm, "dim")),
        lines(*_said(report, voice, finding)),
        lines(Span(detection_text(finding), "mono", link), Span(asked, "dim")),
        decision,
    )


def _said(report: Report, voice: Voice, finding: Finding) -> Iterable[Span | Line]:
    yield Span(voice.sentence(finding.reason))
    if is_asked(finding):
        yield Span(voice.sentence(finding.largest_unseen), "dim")
    for other in finding.alternatives:
        said = voice.say(
            "other.reading",
            reading=voice.known("r", other.reading),
            deadline=other.deadline,
        )
        verdict = Span(voice.known("v", other.verdict), "strong", mark=other.verdict)
        yield (verdict, Span(said, "dim"), Span(voice.sentence(other.reason), "dim"))
    for due in report.deadlines:
        if due.finding == finding.id and due.principal:
            yield Span(voice.say("due", deadline=due.deadline, left=left_text(voice, due)), "dim")


def _card(report: Report, voice: Voice, told: Told) -> Card:
    finding = report.finding(told.finding)
    title = (
        *verdict_line(report, voice, finding),
        Span(clause_name(report, voice, finding.clause), "strong"),
        Span(short(finding.id, 12), "mono", finding_anchor(finding.id)),
    )
    entries = [
        Entry(voice.say("h.seen"), ((Span(voice.sentence(finding.reason)),),)),
        Entry(voice.say("f.operator"), ((Span(voice.say("f.operator.what")),),)),
        Entry(voice.say("f.period"), ((Span(period_text(finding), "mono"),),)),
        Entry(voice.say("f.area"), ((Span(_area_text(voice, finding)),),)),
        Entry(voice.say("f.detection"), tuple(_detection_lines(voice, finding))),
        Entry(voice.say("f.evidence"), (_evidence_line(voice, finding, told),)),
        Entry(voice.say("f.ratio"), ((Span(figure(finding.likelihood_ratio), "mono"),),)),
        Entry(voice.say("f.beliefs"), tuple(_belief_lines(voice, finding))),
        Entry(voice.say("f.explanations"), tuple(_explanation_lines(voice, finding))),
        Entry(voice.say("f.unseen"), ((Span(voice.sentence(finding.largest_unseen)),),)),
        Entry(voice.say("f.tracks"), ((Span(", ".join(short(t, 12) for t in finding.tracks), "mono"),),)),
        Entry(voice.say("f.method"), ((Span(f"{finding.method} {finding.method_version}", "mono"),),)),
        Entry(voice.say("f.supersedes"), ((Span(finding.supersedes, "mono"),),)),
        Entry(voice.say("f.same"), (tuple(_links(told.same)),)),
        Entry(voice.say("f.case"), ((Span(short(told.case, 12), "mono", case_anchor(told.case)),),)),
    ]
    kept = tuple(entry for entry in entries if any(span.text for line in entry.lines for span in line))
    return Card(title, kept)


def period_text(finding: Finding) -> str:
    """Return a finding's period in UTC."""
    return f"{format_time(finding.start_ns)} – {format_time(finding.end_ns)}"


def _area_text(voice: Voice, finding: Finding) -> str:
    version = voice.say("f.map", version=finding.map_version)
    return f"{voice.area(finding.area)} ({finding.area}, {version})"


def _detection_lines(voice: Voice, finding: Finding) -> Iterable[Line]:
    said = voice.say(
        "f.detection.what",
        mean=text(finding.detection_mean, DETECTION_DIGITS),
        least=text(finding.detection_min, DETECTION_DIGITS),
        object_class=voice.object_class(finding.object_class, "pl"),
        measure=voice.known("measure", finding.required_measure),
        required=text(finding.required, DETECTION_DIGITS),
    )
    yield (Span(said),)
    yield (Span(voice.say("f.seeing", word=seeing_text(voice, finding.detection_min)), "dim"),)


def _evidence_line(voice: Voice, finding: Finding, told: Told) -> Line:
    if not finding.evidence_total:
        return (Span(voice.say("f.evidence.none")),)
    items = ", ".join(f"{name or '?'} {number}" for name, number in told.items)
    said = voice.count("f.evidence.what", finding.evidence_total, items=items)
    return (Span(said, "", finding_anchor(finding.id)),)


def _belief_lines(voice: Voice, finding: Finding) -> Iterable[Line]:
    for belief in finding.posteriors:
        said = voice.say(
            "f.belief",
            prior=probability_text(belief.prior),
            after=probability_text(belief.violated),
            word=likely_text(voice, belief.violated),
        )
        yield (Span(said, "", mark=f"part {belief.part}"),)


def _explanation_lines(voice: Voice, finding: Finding) -> Iterable[Line]:
    if not finding.explanations:
        yield (Span(voice.say("f.explanations.none")),)
    for item in finding.explanations:
        name = f"{voice.known('e', item.name)}: {voice.known('e', item.state)}."
        ref = f" {short(item.ref, 12)}" if item.ref else ""
        yield (Span(name, "strong"), Span(voice.sentence(item.reason) + ref, "dim"))


def _links(identities: Iterable[str]) -> Iterable[Span]:
    return (Span(short(identity, 12), "mono", finding_anchor(identity)) for identity in identities)


def _finding_row(report: Report, voice: Voice, finding: Finding) -> Row:
    del report
    verdict = Span(voice.known("v", finding.verdict), "strong", mark=finding.verdict)
    start, end = format_time(finding.start_ns), format_time(finding.end_ns)
    return Row(
        (
            Cell(((verdict,),)),
            cell(finding.clause),
            cell(finding.area),
            cell(f"{start}{NBSP}– {end[11:] if end[:10] == start[:10] else end}", "mono"),
            cell(detection_text(finding), "mono"),
            cell(figure(finding.likelihood_ratio), "mono"),
            cell(voice.number(finding.evidence_total)),
            cell(short(finding.id, 16), "mono", f"/findings/{finding.id}"),
        ),
        finding_anchor(finding.id),
    )
