"""EXCLUDE: G count(class in area) = 0. Nothing of the named classes enters an area, over all heights or a band.

Air classes are judged on tracks: a confirmed track counts when at least ``UPDATES`` of its observations on
one visit lie inside the area with the agreed probability (position covariance against the nearest border),
and a source witnesses it by ``OWN_UPDATES`` of its own. Ground classes are judged on people's sightings.
Permitted, notified and accompanied flights are counted apart. Units: metres, metres per second, metres above
the ellipsoid; ``verified_above_m`` above ground. Example: kind = "EXCLUDE", classes = ["uav"], area =
["line-buffer"], verified_above_m = 1000, how = "cross".
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from truceline.agreement.clauses import Exclude, Permit
from truceline.means.observations import KIND, KNOWN
from truceline.picture.picture import Picture
from truceline.terms.classes import BY_NAME, NAMES
from truceline.terms.quantity import rounded, text
from truceline.terms.time import NS_PER_MINUTE, format_time
from truceline.verify.confidence import Witnesses, witnesses_of
from truceline.verify.counted import judge_sightings
from truceline.verify.finding import PROBABILITY_DIGITS, Explanation, Words
from truceline.verify.material import Outcome, Question
from truceline.verify.notices import Announced
from truceline.verify.outcome import Counts, Sight, asked, names_of, seen, unseen, went_by
from truceline.verify.scene import Scene
from truceline.verify.words import say
from truceline.verify.wrappers import filed_in_time

METHOD, VERSION = "exclude", "2"
EXPLANATIONS = ("permitted force", "civil flight", "own sortie", "false echo", "birds", "bias")
UPDATES = 3
OWN_UPDATES = 2
AWAY_NS = 10 * NS_PER_MINUTE
BIRD_MPS = 25.0
BIAS_M = 500.0
ALONGSIDE_M = 2000.0
VISUAL_M = 10_000.0
VISUAL_NS = 10 * NS_PER_MINUTE
Rows = npt.NDArray[np.int64]


class Entry(msgspec.Struct, frozen=True):
    """One visit of a track to the area: its states there, who holds it, and what it is taken for."""

    track: int
    states: Rows
    witnesses: Witnesses
    standing: str
    depth_m: float
    speed_mps: float
    alongside_m: float
    notice: str = ""


def judge(scene: Scene, question: Question) -> Outcome:
    """Return the answer for one area and period."""
    clause = question.clause
    assert isinstance(clause, Exclude)
    name = clause.classes[0]
    if BY_NAME[name].lane != "air":
        return judge_sightings(scene, question, METHOD)
    detection = scene.detection(question.area, name, question.start_ns, question.end_ns, clause.how)
    every = scene.once((METHOD, clause.id, question.area), lambda: _entries(scene, question, clause))
    entries = [entry for entry in every if _touches(scene, entry, question)]
    counts = _counts(entries)
    uninvited = [entry for entry in entries if entry.standing in ("uninvited", "doubtful")]
    if uninvited:
        firm = [e for e in uninvited if e.standing == "uninvited"]
        proven = [e for e in firm if e.witnesses.independent >= 2]
        return seen(
            scene, question, detection, name, _sight(scene, question, proven or firm or uninvited), counts
        )
    answer = unseen(scene, question, detection, name, _kept(scene, question, clause, counts), counts)
    coverage = scene.material.coverage
    held_m = coverage.heights_m[coverage.classes.index(name)] if name in coverage.classes else 0.0
    if answer.verdict == "compliant" and held_m > clause.verified_above_m:
        low = say(
            "watch.height",
            object_class=name,
            height_m=text(held_m, 0),
            asked_m=text(clause.verified_above_m, 0),
        )
        return msgspec.structs.replace(answer, verdict="not verified", reason=low)
    return answer


def _touches(scene: Scene, entry: Entry, question: Question) -> bool:
    times = scene.material.air.states["time_ns"][entry.states]
    return bool(((times >= question.start_ns) & (times < question.end_ns)).any())


def _kept(scene: Scene, question: Question, clause: Exclude, counts: Counts) -> Words:
    held = dict(counts)
    measure, _ = asked(scene, clause)
    detection = scene.detection(
        question.area, clause.classes[0], question.start_ns, question.end_ns, clause.how
    )
    return say(
        "exclude.nothing_seen",
        object_class=clause.classes[0],
        area=question.area,
        detection=text(went_by(detection, measure), 3),
        measure=measure,
        permitted=str(held["permitted"]),
        notified=str(held["notified"]),
    )


def _entries(scene: Scene, question: Question, clause: Exclude) -> list[Entry]:
    """All entries of the clause's classes into an area, in canonical order; an entry is whole whatever hour it began in."""
    area, permits = question.area, scene.permits(question)
    found = [_entry(scene, area, clause, permits, visit) for visit in _visits(scene, area, clause)]
    return sorted(found, key=lambda entry: (entry.track, int(entry.states[0])))


def _visits(scene: Scene, area: str, clause: Exclude) -> list[tuple[int, Rows]]:
    """Confirmed tracks with the rows of their observed states inside the area, cut where one was away for ``AWAY_NS``."""
    tracks, states = scene.material.air.tracks, scene.material.air.states
    probability = scene.inside(area)[0]
    agreed = scene.agreement.judgement.inside
    # rounded as published, so that the decision is the one that can be read
    near = np.flatnonzero(probability >= agreed - 1e-3).tolist()
    sure = [row for row in near if rounded(float(probability[row]), PROBABILITY_DIGITS) >= agreed]
    rows = np.array(sure, dtype=np.int64)
    rows = rows[(states["observation"][rows] >= 0) & (states["track"][rows] >= 0)]
    rows = rows[_in_band(states["height_m"][rows], scene.agreement.area(area).ground_m, clause)]
    wanted = [-1, *(NAMES.index(name) for name in clause.classes)]
    found = []
    for track in np.unique(states["track"][rows]).tolist():
        if tracks["confirmed_ns"][track] < 0 or tracks["object_class"][track] not in wanted:
            continue
        held = rows[states["track"][rows] == track]
        away = np.flatnonzero(np.diff(states["time_ns"][held]) > AWAY_NS) + 1
        found += [(track, visit) for visit in np.split(held, away) if len(visit) >= UPDATES]
    return found


def _in_band(height_m: npt.NDArray[np.float64], ground_m: float, clause: Exclude) -> npt.NDArray[np.bool_]:
    """A height nobody measured is in every band."""
    above = height_m - ground_m
    low = np.isnan(above) | (above >= clause.band.floor_m)
    return low & (np.isnan(above) | (clause.band.ceiling_m <= 0) | (above <= clause.band.ceiling_m))


def _entry(
    scene: Scene, area: str, clause: Exclude, permits: Sequence[Permit], visit: tuple[int, Rows]
) -> Entry:
    track, rows = visit
    picture = scene.material.air
    states = picture.states
    sources, counts = np.unique(states["source"][rows], return_counts=True)
    holding = [int(s) for s, n in zip(sources, counts, strict=True) if s >= 0 and n >= OWN_UPDATES]
    visual = _visual(scene, clause, rows)
    depth = float(scene.inside(area)[1][rows].max())
    speeds = states["vel_east_mps"][rows] ** 2 + states["vel_north_mps"][rows] ** 2
    speed = math.sqrt(float(np.sort(speeds)[len(speeds) // 2]))
    start_ns, end_ns = int(states["time_ns"][rows[0]]), int(states["time_ns"][rows[-1]])
    notice = scene.notice_for(
        clause.classes, start_ns, end_ns, states["east_m"][rows], states["north_m"][rows]
    )
    alongside = _alongside_m(picture, track, rows)
    standing = "uninvited"
    if _permitted(picture, clause, track, rows):
        standing = "permitted"
    elif notice is not None and any(item.what == "notified" for item in clause.permitted):
        standing = "notified"
    elif (carved := _carved(permits, notice, clause)) != "":
        standing = carved
    elif alongside <= ALONGSIDE_M or (speed < BIRD_MPS and picture.tracks["object_class"][track] < 0):
        standing = "doubtful"
    witnesses = witnesses_of(scene.sources, holding, visual)
    return Entry(track, rows, witnesses, standing, depth, speed, alongside, notice.digest if notice else "")


def _carved(permits: Sequence[Permit], notice: Announced | None, clause: Exclude) -> str:
    """What permissions make of a flight nobody told apart: permitted by a notice filed in time, else doubtful."""
    held = [p for p in permits if not p.contested and (not p.classes or set(p.classes) & set(clause.classes))]
    for permit in held:
        own = notice is not None and notice.notice.party in permit.bearer
        if own and notice is not None and filed_in_time(permit, notice.stamp_ns, notice.start_ns):
            return "permitted"
    return "doubtful" if any(permit.notice_h <= 0 for permit in held) else ""


def _identified(picture: Picture, track: int) -> bool:
    return bool(picture.tracks["address"][track] >= 0 or picture.tracks["squawk"][track] >= 0)


def _permitted(picture: Picture, clause: Exclude, track: int, rows: Rows) -> bool:
    """Whether it identifies itself and every height it told, at least one, is over the permitted one."""
    height = picture.states["height_m"][rows]
    told = height[np.isfinite(height)]
    if not _identified(picture, track) or not len(told):
        return False
    return any(item.what == "cooperative" and float(told.min()) >= item.above_m for item in clause.permitted)


def _alongside_m(picture: Picture, track: int, rows: Rows) -> float:
    """Median distance in m to the identified flight that was nearest; infinite when none was there at those times."""
    tracks, states = picture.tracks, picture.states
    if _identified(picture, track):
        return math.inf
    times = states["time_ns"][rows]
    best = math.inf
    named = (tracks["address"] >= 0) | (tracks["squawk"] >= 0)
    near = np.flatnonzero(named & (tracks["first_ns"] <= times[-1]) & (tracks["last_ns"] >= times[0]))
    for other in near.tolist():
        own = np.flatnonzero((states["track"] == other) & (states["observation"] >= 0))
        if len(own) < 2:
            continue
        base = int(times[0])
        east = np.interp(times - base, states["time_ns"][own] - base, states["east_m"][own])
        north = np.interp(times - base, states["time_ns"][own] - base, states["north_m"][own])
        apart2 = np.sort((east - states["east_m"][rows]) ** 2 + (north - states["north_m"][rows]) ** 2)
        best = min(best, math.sqrt(float(apart2[len(apart2) // 2])))
    return best


def _visual(scene: Scene, clause: Exclude, rows: Rows) -> list[int]:
    """Sources whose person saw an object of the class with own eyes near a state, within minutes."""
    states, seen_rows = scene.material.air.states, scene.material.observations
    start_ns, end_ns = int(states["time_ns"][rows[0]]), int(states["time_ns"][rows[-1]])
    found = []
    for row in scene.sightings.of(clause.classes, start_ns - VISUAL_NS, end_ns + VISUAL_NS).tolist():
        de = states["east_m"][rows] - seen_rows["east_m"][row]
        dn = states["north_m"][rows] - seen_rows["north_m"][row]
        own_eyes = seen_rows["known"][row] == KNOWN.index("seen") and seen_rows["kind"][row] == KIND["report"]
        if own_eyes and float((de * de + dn * dn).min()) <= VISUAL_M * VISUAL_M:
            found.append(int(seen_rows["source"][row]))
    return found


def _counts(entries: list[Entry]) -> Counts:
    held = {"tracks": len(entries), "uninvited": 0, "doubtful": 0, "permitted": 0, "notified": 0}
    for entry in entries:
        held[entry.standing] += 1
    return tuple(held.items())


def _sight(scene: Scene, question: Question, entries: list[Entry]) -> Sight:
    picture, observations = scene.material.air, scene.material.observations
    rows = np.concatenate([entry.states for entry in entries])
    cited = [row for row in picture.states["observation"][rows].tolist() if 0 <= row < len(observations)]
    times = picture.states["time_ns"][rows]
    best = max(entries, key=lambda entry: (entry.witnesses.independent, -entry.track)).witnesses
    told = {
        "area": question.area,
        "first": format_time(int(times.min())),
        "last": format_time(int(times.max())),
        "sources": names_of(scene, sorted({s for entry in entries for s in entry.witnesses.sources})),
    }
    innocent = all(entry.standing == "doubtful" for entry in entries)
    explanations = _explanations(picture, entries)
    kept = next(
        (
            item.name
            for item in explanations
            if item.state == "kept" and item.name in ("civil flight", "birds")
        ),
        "",
    )
    doubt = (
        say("exclude.innocent", **told, explanation=kept) if innocent else say("exclude.one_source", **told)
    )
    return Sight(
        best,
        scene.ordered(cited),
        explanations,
        say("exclude.track_inside", **told, number=str(len(entries))),
        doubt,
        innocent,
        tuple(picture.tracks["id"][entry.track].decode() for entry in entries),
    )


def _explanations(picture: Picture, entries: list[Entry]) -> tuple[Explanation, ...]:
    """Each innocent explanation, kept when it stands for any of the tracks."""
    nearest = min(entry.alongside_m for entry in entries)
    slowest = min(entry.speed_mps for entry in entries)
    shallow = min(entry.depth_m for entry in entries)
    named = [entry for entry in entries if _identified(picture, entry.track)]
    civil = Explanation("civil flight", "excluded", say("explain.civil.silent"))
    if named:
        address = int(picture.tracks["address"][named[0].track])
        identity = (
            f"{address:06X}"
            if address >= 0
            else f"squawk {int(picture.tracks['squawk'][named[0].track]):04d}"
        )
        civil = Explanation("civil flight", "kept", say("explain.civil.identified", identity=identity))
    elif nearest <= ALONGSIDE_M:
        civil = Explanation(
            "civil flight", "kept", say("explain.civil.alongside", distance_m=text(nearest, 0))
        )
    two = all(entry.witnesses.independent >= 2 for entry in entries)
    fast = slowest >= BIRD_MPS
    return (
        civil,
        Explanation("own sortie", "excluded", say("explain.own.no_notice")),
        Explanation(
            "false echo",
            "excluded" if two else "kept",
            say("explain.echo.two" if two else "explain.echo.one"),
        ),
        Explanation(
            "birds",
            "excluded" if fast else "kept",
            say("explain.birds.fast" if fast else "explain.birds.slow", speed_mps=text(slowest, 0)),
        ),
        Explanation(
            "bias",
            "excluded" if shallow >= BIAS_M else "kept",
            say(
                "explain.bias.deep" if shallow >= BIAS_M else "explain.bias.shallow", depth_m=text(shallow, 0)
            ),
        ),
    )
