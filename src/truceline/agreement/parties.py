"""Who is bound, who guarantees, and what the guarantors have agreed to ask of a verdict."""

from __future__ import annotations

from typing import Literal

import msgspec


class Party(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A state or body of the agreement; ``part`` is the part of the centre a guarantor runs (A or B)."""

    id: str
    name: dict[str, str]
    role: Literal["party", "guarantor", "body"]
    part: str = ""


class Guarantor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A guarantor's own belief before any look: probability that a clause is broken in one judged period."""

    part: str
    prior: float
    priors: dict[str, float] = {}

    def prior_of(self, clause: str) -> float:
        """Return the prior for a clause: its own, else the general one."""
        return self.priors.get(clause, self.prior)


class Judgement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Thresholds of the judge.

    ``confidence`` is the posterior a verdict must reach under every guarantor's prior; ``false_alarm`` the
    chance of a false confirmed detection in one period; ``common_mode`` the chance that whatever watched
    failed as one (weather, jamming, deception); ``inside`` the probability with which a position must lie
    inside an area to count; ``minimum_detection`` overrides a clause's own minimum.
    """

    guarantor: tuple[Guarantor, ...]
    confidence: float = 0.95
    false_alarm: float = 0.01
    common_mode: float = 0.02
    inside: float = 0.95
    minimum_detection: dict[str, float] = {}
