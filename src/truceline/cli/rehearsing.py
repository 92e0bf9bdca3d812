"""What the commands of the rehearsal do: run a scenario to its end, write its reports, compare it with what is expected."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import msgspec

from truceline.centre.audit import declared_policy
from truceline.centre.disk import trouble
from truceline.centre.part import look
from truceline.centre.seal import bulletins
from truceline.centre.shipped import agreement_bytes
from truceline.centre.spread import Pool, Spread, in_order
from truceline.cli.telling import Progress
from truceline.exercise.rehearsal import rehearse
from truceline.exercise.score import Score, only_not_verified, score
from truceline.exercise.script import Script, read_expected, read_script, scenarios
from truceline.picture.checks.check import FLAG
from truceline.record.policy import format_policy
from truceline.report.daily import FORMATS, LANGUAGES, render
from truceline.report.day import Day
from truceline.terms.faults import Refusal

ALL = "all"
Summary = dict[str, object]


def run_once(
    name: str, out: Path, without: str, workers: int, progress: Progress
) -> tuple[Summary, list[str], bool]:
    """Run a scenario, write reports and ``summary.json``; return the summary, lines to tell, and whether all is as expected.

    Raises:
        Refusal: no such scenario or feed, or ``out`` is not empty or cannot be written.
    """
    script = read_script(name)
    cut = cut_feeds(script, without)
    pool = Pool(workers) if workers > 1 else None
    spread: Spread = pool or in_order
    try:
        days = rehearse(script, empty_folder(out), agreement_bytes(script.agreement), cut, spread, progress)
    finally:
        if pool is not None:
            pool.close()
    every = len(cut) == len(script.source)
    first = days[0]
    result = only_not_verified(first.findings) if every else score(first.findings, read_expected(name))
    digests = sorted({day.seal.findings for day in days if day.seal is not None})
    try:
        for day in days:
            _reports(day, out / day.part / "derived" / "reports", progress)
        (out / "keys.policy").write_bytes(format_policy(declared_policy(out / first.part)))
        summary = _summary(first, result, digests, progress.seconds)
        (out / "summary.json").write_bytes(
            msgspec.json.format(msgspec.json.encode(summary), indent=2) + b"\n"
        )
    except OSError as error:
        raise trouble(error, out) from error
    if len(digests) > 1:
        return summary, ["the parts sealed different findings: " + ", ".join(digests)], False
    # with some feeds cut nothing is expected: the summary says what came of it
    if cut and not every:
        return summary, [*result.lines, result.sentence, "feeds were cut: this is no failure"], True
    return summary, [*result.lines, result.sentence], result.passed


def score_part(directory: Path) -> Score:
    """Return the score of the newest seal of one part of a rehearsal.

    Raises:
        Refusal: nothing is sealed there, or it was no rehearsal of a shipped scenario.
    """
    name, records = look(directory)
    sealed = bulletins(records, name)
    if not sealed:
        raise Refusal("no day is sealed here", where=str(directory), remedy="truceline seal DIR DAY")
    last = sealed[-1]
    if last.seal.exercise not in scenarios():
        raise Refusal(
            "this centre ran no scenario", where=str(directory), remedy="only rehearsals can be scored"
        )
    return score(last.findings, read_expected(last.seal.exercise))


def cut_feeds(script: Script, without: str) -> frozenset[str]:
    """Return the names of the feeds to cut: ``without`` is ``all``, or names with commas.

    Raises:
        Refusal: no feed of that name.
    """
    names = [source.name for source in script.source]
    if without == ALL:
        return frozenset(names)
    wanted = [item.strip() for item in without.split(",") if item.strip()]
    unknown = [item for item in wanted if item not in names]
    if unknown:
        raise Refusal(f"no feed is called {unknown[0]!r}", remedy=f"one of {', '.join(names)}, or all")
    return frozenset(wanted)


def empty_folder(out: Path) -> Path:
    """Return ``out`` as an empty folder, made when it is not there.

    Raises:
        Refusal: it holds something, is no folder, or cannot be written.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        if any(out.iterdir()):
            raise Refusal(
                "the directory is not empty",
                where=str(out),
                remedy="name a new one; a log is never overwritten",
            )
    except OSError as error:
        raise Refusal(
            f"cannot write ({error.strerror})", where=str(out), remedy="name another --out"
        ) from error
    return out


def _summary(day: Day, result: Score, digests: list[str], seconds: float) -> Summary:
    verdicts = [finding.verdict for finding in day.findings]
    return {
        "exercise": day.exercise,
        "day": day.day,
        "findings_digest": digests[0] if len(digests) == 1 else digests,
        "findings": {
            "compliant": verdicts.count("compliant"),
            "violated": verdicts.count("violated"),
            "not_verified": verdicts.count("not verified"),
        },
        "expected": {"matched": result.matched, "missed": result.missed, "unexpected": result.unexpected},
        "records": len(day.records),
        "observations": len(day.observations),
        "tracks": len(day.air.tracks),
        "events": len(day.events.tracks),
        "cases": {case.id[:8]: case.outcome for case in day.cases},
        "checks": dict(sorted(Counter(check.kind for check in day.checks if check.state == FLAG).items())),
        "faults": len(day.faults),
        "duplicates": day.duplicates,
        "seconds": round(seconds, 1),
    }


def _reports(day: Day, folder: Path, progress: Progress) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for language in LANGUAGES:
        for form in FORMATS:
            (folder / f"{day.day}.{language}.{form}").write_bytes(render(day, language, form))
    progress(f"report: part {day.part}, {len(LANGUAGES) * len(FORMATS)} files in {folder}")
