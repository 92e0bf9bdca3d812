"""Explaining: the whole chain of one finding, from verdict to bytes, in plain words, a line each."""

from __future__ import annotations

from collections.abc import Mapping

from truceline.record.record import Record
from truceline.terms.time import format_time
from truceline.verify.finding import WITNESSED, Finding
from truceline.verify.words import sentence

MOST_ITEMS = 20


def explained(finding: Finding, records: Mapping[str, Record]) -> list[str]:
    """Return the lines that explain a finding; ``records`` are those it cites, by content id."""
    seal = "an indication, no proof" if finding.indication else ""
    lines = [
        f"{finding.verdict.upper()}{f' ({seal})' if seal else ''}: clause {finding.clause}, article {finding.article}",
        f"  {sentence(finding.reason)}",
        "",
        f"What was asked: {finding.kind} of {finding.agreement}, version {finding.agreement_version}, in {finding.area}",
        f"  on the drawing of map version {finding.map_version}{_accepted(finding)}",
        f"  from {format_time(finding.start_ns)} to {format_time(finding.end_ns)}{_reading(finding)}",
    ]
    lines += ["", *_looked(finding), "", *_believed(finding)]
    if finding.margin.unit:
        ends = [
            "not bounded" if end is None else f"{end:g}" for end in (finding.margin.low, finding.margin.high)
        ]
        lines += [
            f"Margin to a violation: from {ends[0]} to {ends[1]} {finding.margin.unit}; below zero it is broken."
        ]
    counted = ", ".join(f"{name} {number}" for name, number in finding.counts)
    lines += [f"Raw counts: {counted or 'none'}. Seen or said by: {', '.join(finding.sources) or 'nobody'}."]
    lines += ["", *_competing(finding), *_others(finding), "", *_evidence(finding, records), ""]
    lines += [
        f"Judged by the rule {finding.method}, version {finding.method_version}; stage: {finding.stage}"
        + (f"; supersedes {finding.supersedes[:16]}" if finding.supersedes else ""),
        f"The finding's id is the hash of all of this: {finding.id}",
    ]
    return lines


MISSED = {"watched": "chance of a miss where somebody watched"}


def _accepted(finding: Finding) -> str:
    told = ", ".join(f"{party}: {stand}" for party, stand in finding.accepted)
    return f" ({told})" if told else ""


def _reading(finding: Finding) -> str:
    if not finding.deadline:
        return f", reading {finding.reading}" if finding.reading else ""
    return f', due {finding.deadline} when read as "{finding.reading}"'


def _looked(finding: Finding) -> list[str]:
    if finding.required_measure in ("", WITNESSED):
        return ["What could have been seen: this clause stands on people's word and sight, not on detection."]
    held = {"min": "even for one who knows the sensors and takes the least watched way", "mean": "on average"}
    causes = (
        ", ".join(f"{100 * share:.1f} % {MISSED.get(cause, cause)}" for cause, share in finding.unwatched)
        or "none"
    )
    return [
        f"What could have been seen: {100 * finding.watched:.1f} % of area and time was watched for {finding.object_class}; "
        f"the rest: {causes}.",
        f"  A violation would have been seen with probability {finding.detection_mean:.3f} on average, "
        f"{finding.detection_min:.3f} at the least watched place;",
        f"  the clause asks for {finding.required:.3f} {held.get(finding.required_measure, '')}.",
        f"  {sentence(finding.largest_unseen)}",
    ]


def _believed(finding: Finding) -> list[str]:
    lines = [
        f"What it changes: the evidence is {finding.likelihood_ratio:g} times as likely if the clause was broken as if not."
    ]
    return lines + [
        f"  Part {item.part} held a violation for {item.prior:.4f} likely before, for {item.violated:.4f} after."
        for item in finding.posteriors
    ]


def _competing(finding: Finding) -> list[str]:
    if not finding.explanations:
        return [
            "Innocent explanations: none were needed."
            if finding.verdict != "violated"
            else "Innocent explanations: none!"
        ]
    return ["Innocent explanations:"] + [
        f"  {item.name}: {item.state}. {sentence(item.reason)}" + (f" [{item.ref[:16]}]" if item.ref else "")
        for item in finding.explanations
    ]


def _others(finding: Finding) -> list[str]:
    return [
        f'Read as "{item.reading}" (due {item.deadline}) the same observations say: {item.verdict}. {sentence(item.reason)}'
        for item in finding.alternatives
    ]


def _evidence(finding: Finding, records: Mapping[str, Record]) -> list[str]:
    lines = [
        f"Evidence: {finding.evidence_total} items in the log" + (", the first:" if finding.evidence else ".")
    ]
    for content, item in finding.evidence[:MOST_ITEMS]:
        record = records.get(content)
        if record is None:
            lines.append(f"  record {content[:16]}, byte {item}: not in this log")
            continue
        lines.append(
            f"  byte {item} of the {len(record.body)} bytes that {record.source} sent at {format_time(record.stamp_ns)}: "
            f"{record.kind} record {content[:16]}"
        )
    return lines
