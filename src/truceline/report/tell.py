"""Tell: a report's figures as a paper in one language; what was not observed leads."""

from __future__ import annotations

import msgspec

from truceline.report.figures import Report, figures_digest
from truceline.report.paper import Paper, spoken
from truceline.report.tell_counts import (
    QUOTED,
    cases_section,
    counts_section,
    deadlines_section,
    events_section,
    reading_section,
    seal_section,
    sources_section,
)
from truceline.report.tell_findings import (
    clauses_section,
    findings_section,
    indications_section,
    violated_section,
)
from truceline.report.tell_flags import checks_section
from truceline.report.tell_unobserved import headline, unobserved_section
from truceline.report.voice import Places, Voice, date_text
from truceline.report.wording import check_words


def tell(report: Report, language: str) -> Paper:
    """Return the report in a language (one of ``words.LANGUAGES``)."""
    voice = Voice(language, Places(report.areas, report.parties))
    head, lead = headline(report, voice)
    paper = Paper(
        language=language,
        day=report.day,
        title=voice.say("title", day=date_text(language, report.day)),
        centre=voice.say("centre"),
        mark=voice.say("exercise") if report.simulated else "",
        band=_band(report, voice),
        facts=_facts(report, voice),
        chips=_chips(report, voice),
        headline=head,
        lead=lead if report.complete else (voice.say("open"), *lead),
        sections=(
            unobserved_section(report, voice),
            clauses_section(report, voice),
            violated_section(report, voice),
            indications_section(report, voice),
            cases_section(report, voice),
            counts_section(report, voice),
            checks_section(report, voice),
            deadlines_section(report, voice),
            sources_section(report, voice),
        ),
        page=voice.say("page", n="{n}", m="{m}"),
        digest=figures_digest(report),
    )
    closing = (
        seal_section(report, voice, paper.digest, _wording(paper, voice)),
        reading_section(voice),
        findings_section(report, voice),
        *((events_section(report, voice),) if report.events else ()),
    )
    return msgspec.structs.replace(paper, sections=(*paper.sections, *closing))


def _band(report: Report, voice: Voice) -> str:
    if report.exercise:
        return voice.say("exercise.band", name=report.exercise)
    return voice.say("exercise.input") if report.simulated else ""


def _facts(report: Report, voice: Voice) -> tuple[str, ...]:
    local = f"{report.local_start} – {report.local_end}"
    title = report.agreement_title.get(voice.language) or report.agreement_title.get("en", "")
    agreement = f"{voice.say('agreement')}: {title} ({report.agreement}, {report.agreement_version})"
    if report.applied:
        agreement += f", {voice.say('amended', names=', '.join(report.applied))}"
    known = f"{voice.say('known', time=report.known)}, {voice.say('by', part=report.part)}"
    return (
        voice.say("period", start=report.start, end=report.end, zone=report.time_zone, local=local),
        known,
        agreement,
    )


def _chips(report: Report, voice: Voice) -> tuple[str, ...]:
    return (voice.known("stage", report.stage), voice.known("mode", report.mode))


def _wording(paper: Paper, voice: Voice) -> str:
    """How many remarks the wording check has on words that are quoted; ours must have none."""
    quoted = [said for style, said in spoken(paper) if style == QUOTED]
    remarks = sum(len(check_words(said, paper.language)) for said in quoted)
    return voice.count("seal.wording", remarks)
