"""The figures of the picture floor, each with its unit; the defaults are those the bench is measured with."""

from __future__ import annotations

import msgspec


class Settings(msgspec.Struct, frozen=True):
    """Air lane first, events lane last.

    ``branches``: association hypotheses a track may keep. ``slice_s``: plots of one source inside one slice of
    absolute time are associated jointly. ``confirm_existence`` and ``confirm_updates``: a track is confirmed when
    it reaches both. ``end_existence``: a track below it is given up; ``coast_s``: so is one without any
    observation for that long. ``keep_existence``: a track never confirmed stays in the picture when it once
    reached that. ``life_s``: mean life of a target in view; ``renewal_s``: time in which the traffic renews
    itself. ``speed_sigma_mps``: spread of speeds at the first plot. ``thin_s``: of one address's broadcasts
    nearer than that in time only the first moves the filter. ``false_plots``: false plots a look assumed before
    any were counted. ``claim_density_m2`` and ``false_claim_density_m2``: unknown and false broadcasters per m2.
    ``merge_distance2``: squared Mahalanobis distance under which two tracks of different sources become one;
    ``apart_looks``: so many looks of a source between its plots of two tracks prove them two. ``learns_noise``,
    ``learns_bias``: plots are corrected by what innovations and common targets show. ``event_gate``: squared
    Mahalanobis distance in (east, north, time) that links events; ``event_gap_s``: time allowed beyond the sigmas
    between two looks at one event; ``event_sigma_m``: spread of what belongs to one event.
    """

    branches: int = 4
    slice_s: float = 0.25
    confirm_existence: float = 0.99
    confirm_updates: int = 4
    end_existence: float = 1e-3
    coast_s: float = 120.0
    keep_existence: float = 0.5
    life_s: float = 1000.0
    renewal_s: float = 1400.0
    speed_sigma_mps: float = 145.0
    thin_s: float = 1.0
    false_plots: float = 10.0
    claim_density_m2: float = 1e-11
    false_claim_density_m2: float = 1e-12
    merge_distance2: float = 6.0
    learns_noise: bool = True
    learns_bias: bool = True
    apart_looks: float = 2.5
    event_gate: float = 9.0
    event_gap_s: float = 3600.0
    event_sigma_m: float = 300.0


DEFAULT = Settings()
