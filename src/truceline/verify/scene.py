"""The scene of one judgement: areas on the grid, detection in them, positions inside them, notices; each computed once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from truceline.agreement.clauses import Permit
from truceline.agreement.document import Agreement
from truceline.coverage.coverage import Coverage
from truceline.coverage.exposure import area_mean, least_exposed
from truceline.coverage.unseen import longest_gap_s
from truceline.means.source import Source
from truceline.terms.faults import Broken
from truceline.verify.finding import Detection, Evidence
from truceline.verify.margins import Floats, Mask, Shape, inside_probability, mask_of, shape_of
from truceline.verify.material import Material, Question
from truceline.verify.norms import Norms, states_of
from truceline.verify.notices import Announced, announced, covers
from truceline.verify.sightings import Sightings, sightings_of
from truceline.verify.statements import Said, said_of
from truceline.verify.unwatched import shares
from truceline.verify.wrappers import permits_of

Rows = npt.NDArray[np.int64]
T = TypeVar("T")


class Scene:
    """Material and agreement with what several rules ask of them, kept once computed."""

    def __init__(self, agreement: Agreement, material: Material, norms: Norms = ()) -> None:
        """Read notices and people's sightings; everything else is computed when asked."""
        self.agreement = agreement
        self.material = material
        self.notices: tuple[Announced, ...] = announced(
            agreement, material.notices, material.theatre, material.notice_stamps
        )
        self.norms = states_of(norms)
        self.said: tuple[Said, ...] = said_of(agreement, material.spoken)
        self.sightings: Sightings = sightings_of(material.observations)
        self._shapes: dict[str, Shape] = {}
        self._masks: dict[str, tuple[Mask, float]] = {}
        self._detections: dict[tuple[str, str, int, int, str], Detection] = {}
        self._inside: dict[str, tuple[Floats, Floats]] = {}
        self._kept: dict[tuple[str, ...], Any] = {}

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources, in the order of observations' numbers."""
        return self.material.sources

    def permits(self, question: Question) -> tuple[Permit, ...]:
        """Return the permissions that carve out of a question's clause."""
        stretch = (question.start_ns, question.end_ns)
        return permits_of(self.agreement, question.clause.id, *stretch, self.said)

    def shape(self, area: str) -> Shape:
        """Return an area on the theatre grid."""
        if area not in self._shapes:
            held = self.agreement.area(area)
            self._shapes[area] = shape_of(self.agreement, held, self.material.theatre)
        return self._shapes[area]

    def mask(self, area: str) -> tuple[Mask, float]:
        """Return an area's raster cells and the share of it beyond the raster."""
        if area not in self._masks:
            self._masks[area] = mask_of(self.shape(area), self.material.coverage.grid)
        return self._masks[area]

    def detection(self, area: str, name: str, start_ns: int, end_ns: int, how: str) -> Detection:
        """Return how probably an object or event of a class would have been seen in an area and period."""
        key = (area, name, start_ns, end_ns, how)
        if key not in self._detections:
            self._detections[key] = _detect(
                self.material.coverage, self.mask(area), name, start_ns, end_ns, how
            )
        return self._detections[key]

    def inside(self, area: str) -> tuple[Floats, Floats]:
        """Return (P(inside), margin_m) of every state of the air picture, shapes (states,)."""
        if area not in self._inside:
            states = self.material.air.states
            place = (states["east_m"], states["north_m"])
            spread = (states["cov_ee_m2"], states["cov_en_m2"], states["cov_nn_m2"])
            self._inside[area] = inside_probability(self.shape(area), *place, *spread)
        return self._inside[area]

    def once(self, key: tuple[str, ...], make: Callable[[], T]) -> T:
        """Return what ``make`` returns, made once per key: what a rule asks for every hour and does not change."""
        if key not in self._kept:
            self._kept[key] = make()
        kept: T = self._kept[key]
        return kept

    def notice_for(
        self, names: Iterable[str], start_ns: int, end_ns: int, east_m: Floats, north_m: Floats
    ) -> Announced | None:
        """Return the first notice that covers something of a class, all of its times and places."""
        held = tuple(names)
        return next((n for n in self.notices if covers(n, held, start_ns, end_ns, east_m, north_m)), None)

    def ordered(self, rows: Iterable[int]) -> tuple[int, ...]:
        """Return observation rows once each, in order of time, content and item: the same for every order of arrival."""
        return tuple(sorted(set(rows), key=self.order))

    def evidence(self, rows: Iterable[int]) -> tuple[Evidence, ...]:
        """Return (content, item) of observation rows."""
        return tuple(self.order(row)[1:] for row in rows)

    def order(self, row: int) -> tuple[int, str, int]:
        """Return (time_ns, content, item) of an observation row."""
        observations = self.material.observations
        seq = int(observations["seq"][row])
        if not 0 <= seq < len(self.material.contents):
            raise Broken(f"observation {row} cites record {seq}, which is not there", where="verify.scene")
        return int(observations["time_ns"][row]), self.material.contents[seq], int(observations["item"][row])


def _detect(
    coverage: Coverage, held: tuple[Mask, float], name: str, start_ns: int, end_ns: int, how: str
) -> Detection:
    mask, beyond = held
    if name not in coverage.classes or end_ns <= start_ns:
        return Detection(unwatched=(("not there", 1.0),), gap_s=max(0, end_ns - start_ns) / 1e9)
    folded = max(0, min(end_ns, coverage.end_ns) - max(start_ns, coverage.start_ns))
    # what lies beyond the raster, or outside the folded time, was not watched
    known = (1.0 - beyond) * folded / (end_ns - start_ns)
    seen, split = shares(coverage, name, mask, start_ns, end_ns)
    watched = seen * known
    causes = {cause: share * known for cause, share in split.items()}
    if known < 1.0:
        causes["not there"] = causes.get("not there", 0.0) + 1.0 - known
    mean = area_mean(coverage, name, mask, start_ns, end_ns, how) * known
    least = least_exposed(coverage, name, mask, start_ns, end_ns, how=how)[0] if known == 1.0 else 0.0
    gap_s = longest_gap_s(coverage, name, mask, start_ns, end_ns)
    ordered = tuple(sorted(causes.items(), key=lambda item: (-item[1], item[0])))
    return Detection(mean, min(least, mean), watched, ordered, gap_s, beyond)
