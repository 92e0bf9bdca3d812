"""REACH: F[t0, deadline] state; then G state. By its deadline an area's declared sites are clear, and stay so.

A look is a person's report that a site was searched and nothing of the class was there, made under a Watch
of its own (seen needs watched) that covers the site. A site is clear when ``looks`` independent sources have
looked after the last sighting in the area; its detection is 1 - prod(1 - p) over them, p = P(noticed) x
reliability. D_min is the worst site's.

    before the deadline   not verified (pending), or compliant when already clear
    ``after`` unfulfilled not verified: it is not due yet
    after the deadline    compliant: clear by looks made before it; violated: seen there afterwards by two
    witnesses
Every reading of the deadline is judged; the first carries the finding, the others stand beside it. Units:
sites, ns. Example: kind = "REACH", state = "clear", classes = ["vehicle"], deadline = { at = "2020-11-20" },
looks = 2.
"""

from __future__ import annotations

import math

import msgspec
import numpy as np

from truceline.agreement.areas import Place
from truceline.agreement.calendar import Reading, deadline_ns, deadline_text
from truceline.agreement.clauses import Reach
from truceline.coverage.places import place_looks
from truceline.means.observations import KIND, KNOWN
from truceline.means.source import independent
from truceline.terms.classes import NAMES
from truceline.terms.place import to_grid
from truceline.terms.quantity import rounded, text
from truceline.terms.time import NS_PER_HOUR, format_time
from truceline.verify.confidence import holds_kept, posteriors, ratio_unseen
from truceline.verify.counted import ground_explanations, rows_in, sightings_in, witnesses_of_rows
from truceline.verify.finding import (
    DETECTION_DIGITS,
    WITNESSED,
    Alternative,
    Detection,
    Verdict,
    Words,
    margin_of,
)
from truceline.verify.material import Outcome, Question
from truceline.verify.outcome import (
    MOST_UNSEEN,
    Sight,
    asked,
    most_unseen,
    names_of,
    seen,
    unseen_words,
    went_by,
)
from truceline.verify.scene import Scene
from truceline.verify.words import say

METHOD, VERSION = "reach", "2"
EXPLANATIONS = ("permitted force", "notified movement", "false report", "counted twice", "civilian traffic")
RING_REACH2 = 3.0  # the corners of a rectangle's sides lie at sqrt 3 sigmas of a point spread evenly over it
UNSTATED = 0.5


class SiteLook(msgspec.Struct, frozen=True):
    """One look at one site: observation row, source number, when it ended, and its detection."""

    row: int
    source: int
    start_ns: int
    end_ns: int
    detection: float


def judge(scene: Scene, question: Question) -> Outcome:
    """Return the answer for one area and day, under the principal reading, with the others beside it."""
    clause = question.clause
    assert isinstance(clause, Reach)
    zone = scene.agreement.time_zone
    answers = [_under(scene, question, clause, reading) for reading in clause.deadline.readings]
    others = tuple(
        Alternative(reading.id, deadline_text(clause.deadline, reading, zone), answer.verdict, answer.reason)
        for reading, answer in list(zip(clause.deadline.readings, answers, strict=True))[1:]
    )
    return msgspec.structs.replace(answers[0], alternatives=others)


def _under(scene: Scene, question: Question, clause: Reach, reading: Reading) -> Outcome:
    zone = scene.agreement.time_zone
    due_ns, due = deadline_ns(clause.deadline, reading, zone), deadline_text(clause.deadline, reading, zone)
    now_ns = min(question.end_ns, scene.material.end_ns)
    waits = [name for name in clause.after if scene.norms.get(name) != "fulfilled"]
    if waits:
        answer = _not_told(scene, question, clause, say("reach.waits", clauses=", ".join(waits)))
    elif clause.state == "present":
        answer = _present(scene, question, clause, due_ns, due)
    else:
        after = msgspec.structs.replace(question, start_ns=max(due_ns, question.start_ns), end_ns=now_ns)
        late = sightings_in(scene, after, clause.classes, types=clause.types) if now_ns > due_ns else None
        answer = _clear(scene, question, clause, due_ns, due)
        if late is not None and late.against:
            times = scene.material.observations["time_ns"][list(late.against)]
            told = {"deadline": due, "object_class": clause.classes[0], "area": question.area}
            told["sources"] = names_of(scene, late.witnesses.sources)
            proof = say(
                "reach.still_there", **told, number=str(len(late.against)), last=format_time(int(times.max()))
            )
            sight = Sight(
                late.witnesses,
                scene.ordered(late.against),
                ground_explanations(late, clause.classes[0]),
                proof,
                say("reach.one_source", **told),
                innocent=not late.rows,
            )
            detection = scene.detection(question.area, clause.classes[0], question.start_ns, now_ns, "stay")
            answer = seen(scene, question, detection, clause.classes[0], sight, answer.counts)
            late_h = (due_ns - int(times.max())) / NS_PER_HOUR
            answer = msgspec.structs.replace(
                answer, margin=margin_of(-math.inf, late_h if answer.verdict == "violated" else 0.0, "h")
            )
    return msgspec.structs.replace(answer, reading=reading.id, deadline=due)


def _clear(scene: Scene, question: Question, clause: Reach, due_ns: int, due: str) -> Outcome:
    name, sites = clause.classes[0], scene.agreement.area(question.area).site
    now_ns = min(question.end_ns, scene.material.end_ns)
    whole = msgspec.structs.replace(question, start_ns=-(2**62), end_ns=now_ns)
    seen_rows = sightings_in(scene, whole, clause.classes)
    observations = scene.material.observations
    last_ns = max(
        (int(observations["time_ns"][row]) for row in (*seen_rows.rows, *seen_rows.notified)),
        default=-(2**62),
    )
    looks = [
        [look for look in _looks(scene, clause, site, now_ns) if look.start_ns >= last_ns] for site in sites
    ]
    early = [_independent(scene, [look for look in held if look.end_ns <= due_ns]) for held in looks]
    ever = [_independent(scene, held) for held in looks]
    figures = [rounded(_joint(held), DETECTION_DIGITS) for held in early]
    clear = sum(len(held) >= clause.looks for held in early)
    detection = _detection(scene, question, name, figures)
    measure, required = asked(scene, clause)
    found = went_by(detection, measure)
    judgement = scene.agreement.judgement
    ratio = ratio_unseen(found, judgement.false_alarm, judgement.common_mode)
    beliefs = posteriors(scene.agreement, clause.id, ratio)
    told = {"area": question.area, "sites": str(len(sites)), "clear": str(clear), "looks": str(clause.looks)}
    verdict: Verdict = "not verified"
    reason = say("reach.looks_missing", **told, deadline=due)
    cause = detection.unwatched[0][0] if detection.unwatched else "not there"
    enough = clear == len(sites) and found >= required > 0.0 and detection.watched > 0.0
    if enough and question.over and holds_kept(scene.agreement, beliefs):
        verdict = "compliant"
        reason = say(
            "reach.clear", area=question.area, sites=told["sites"], object_class=name, deadline=due,
            looks=told["looks"], detection=text(found, 3), measure=measure,
        )  # fmt: skip
    elif now_ns < due_ns:
        reason = say(
            "reach.pending", deadline=due, clear=told["clear"], sites=told["sites"], area=question.area
        )
    elif enough and not question.over:
        reason = say("period.open")
    elif sum(len(held) >= clause.looks for held in ever) == len(sites) > clear:
        reason = say("reach.clear_late", area=question.area, deadline=due)
    elif clear == len(sites):
        reason = say(
            "watch.too_little", object_class=name, area=question.area, detection=text(found, 3),
            measure=measure, required=text(required, 3), cause=cause,
        )  # fmt: skip
    rows = [look.row for held in early for look in held]
    counts = (
        ("sites", len(sites)),
        ("clear", clear),
        ("looks", len(set(rows))),
        ("sightings", len(seen_rows.rows)),
    )
    return Outcome(
        verdict, reason, detection, name, ratio, beliefs, _unseen(question, detection, name), required, measure,
        rows=scene.ordered(rows), counts=counts,
    )  # fmt: skip


def _unseen(question: Question, detection: Detection, name: str) -> Words:
    """What could have gone unseen at the declared sites; of the rest of the area only what was watched can be said."""
    number = most_unseen(detection)
    if number >= MOST_UNSEEN:
        return say("unseen.no_limit", object_class=name)
    share = text(100.0 * detection.watched, 0)
    return say("unseen.sites", number=str(number), object_class=name, area=question.area, watched=share)


def _looks(scene: Scene, clause: Reach, site: Place, now_ns: int) -> list[SiteLook]:
    """Looks at a site: "empty" reports of the clause's first class whose own Watch could have seen it there."""
    held, material = scene.material.observations, scene.material
    name = clause.classes[0]
    stretch = (material.coverage.start_ns, now_ns)
    place = (site.lon_deg, site.lat_deg, site.radius_m)
    watched = place_looks(material.coverage, material.theatre, name, *place, *stretch)
    empty = (held["kind"] == KIND["empty"]) & (held["object_class"] == NAMES.index(name))
    rows = np.flatnonzero(empty & (held["known"] == KNOWN.index("seen"))).tolist()
    east, north = to_grid(material.theatre, np.array([site.lat_deg]), np.array([site.lon_deg]))
    found = []
    for row in rows:
        if not _covers(scene, row, float(east[0]), float(north[0]), site.radius_m):
            continue
        trust = float(held["quality"][row])
        trust = min(1.0, max(0.0, trust)) if math.isfinite(trust) else UNSTATED
        for look in watched:
            mine = look.source == held["source"][row] and look.start_ns <= held["time_ns"][row] <= look.end_ns
            if mine and look.probability * trust > 0.0:
                found.append(SiteLook(row, look.source, look.start_ns, look.end_ns, look.probability * trust))
    return found


def _covers(scene: Scene, row: int, east_m: float, north_m: float, radius_m: float) -> bool:
    """Whether a site lies in the searched ring, told by its middle and spread, or within the site's radius of it."""
    held = scene.material.observations
    de, dn = east_m - float(held["east_m"][row]), north_m - float(held["north_m"][row])
    ee, en, nn = (float(held[name][row]) for name in ("cov_ee_m2", "cov_en_m2", "cov_nn_m2"))
    if de * de + dn * dn <= radius_m * radius_m:
        return True
    det = ee * nn - en * en
    return det > 0.0 and (de * de * nn - 2.0 * de * dn * en + dn * dn * ee) / det <= RING_REACH2


def _independent(scene: Scene, looks: list[SiteLook]) -> list[SiteLook]:
    """The best look of each of a set of sources of which no two share anything."""
    chosen: list[SiteLook] = []
    for look in sorted(looks, key=lambda item: (-item.detection, scene.evidence([item.row]), item.row)):
        if all(independent(scene.sources[look.source], scene.sources[held.source]) for held in chosen):
            chosen.append(look)
    return chosen


def _joint(looks: list[SiteLook]) -> float:
    missed = 1.0
    for look in looks:
        missed *= 1.0 - look.detection
    return 1.0 - missed


def _detection(scene: Scene, question: Question, name: str, figures: list[float]) -> Detection:
    """Detection at the declared sites, beside what of the whole area was watched."""
    area = scene.detection(question.area, name, question.start_ns, question.end_ns, "stay")
    mean = sum(figures) / len(figures) if figures else 0.0
    return msgspec.structs.replace(area, mean=mean, least=min(figures, default=0.0))


def _present(scene: Scene, question: Question, clause: Reach, due_ns: int, due: str) -> Outcome:
    """The bearer's own force seen at every site by enough independent lookers before the deadline; never violated."""
    held = scene.material.observations
    own = [
        row
        for row in rows_in(scene, question.area, clause.classes, -(2**62), min(due_ns, question.end_ns))
        if held["side"][row].decode() in clause.bearer and held["known"][row] == KNOWN.index("seen")
    ]
    if not own:
        return _not_told(scene, question, clause, say("reach.present_untold", area=question.area))
    sites = scene.agreement.area(question.area).site
    looks: list[int] = []
    there = 0
    for site in sites:
        east, north = to_grid(scene.material.theatre, np.array([site.lat_deg]), np.array([site.lon_deg]))
        near = [row for row in own if _near(scene, row, float(east[0]), float(north[0]), site.radius_m)]
        witnesses = witnesses_of_rows(scene, near)
        there += min(len(witnesses.sources), witnesses.independent) >= min(clause.looks, 2)
        looks += near
    told = {"area": question.area, "sites": str(len(sites)), "looks": str(clause.looks), "deadline": due}
    every = witnesses_of_rows(scene, looks or own)
    kept = there == len(sites) and every.independent >= 2
    reason = say("reach.there", **told) if kept else say("reach.not_there", **told, clear=str(there))
    answer = _not_told(scene, question, clause, reason)
    verdict: Verdict = "compliant" if kept else "not verified"
    return msgspec.structs.replace(
        answer, verdict=verdict, rows=scene.ordered(looks or own), witnesses=every, measure=WITNESSED,
        counts=(("sites", len(sites)), ("there", there), ("sightings", len(own))),
    )  # fmt: skip


def _near(scene: Scene, row: int, east_m: float, north_m: float, radius_m: float) -> bool:
    held = scene.material.observations
    de, dn = east_m - float(held["east_m"][row]), north_m - float(held["north_m"][row])
    return de * de + dn * dn <= radius_m * radius_m


def _not_told(scene: Scene, question: Question, clause: Reach, reason: Words) -> Outcome:
    name = clause.classes[0]
    detection = scene.detection(question.area, name, question.start_ns, question.end_ns, "stay")
    measure, required = asked(scene, clause)
    beliefs = posteriors(scene.agreement, clause.id, 1.0)
    return Outcome(
        "not verified",
        reason,
        detection,
        name,
        1.0,
        beliefs,
        unseen_words(detection, name),
        required,
        measure,
    )
