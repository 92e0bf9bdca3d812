"""Observations: what technical means and people said they saw, one row each, with the bytes it came from.

A means fills what its wire format holds (polar or geographic position, identity, declared quality); ``locate`` (centre's
fold) puts the row on the theatre grid with a covariance from the source's declared accuracy. Empty is NaN for measures
and -1 for identities. ``item`` is the byte offset, in the record's body, of the data record the row was decoded from.
"""

from __future__ import annotations

import math

from truceline.terms.columns import Column, Table

NAN = math.nan

KINDS: tuple[str, ...] = (
    "none",
    "plot",  # radar plot, primary only
    "reply",  # radar plot with a secondary reply (alone or combined with primary)
    "position",  # position an aircraft broadcasts of itself (ADS-B)
    "track",  # position computed by somebody else's tracker (CAT062)
    "fire",  # thermal anomaly
    "report",  # a person's report of an event or object
    "empty",  # a person's report that a place was looked at and nothing of the class was there
    "identity",  # identity or status without a position (ADS-B callsign, velocity)
    "bearing",  # a direction without a range, from the row's place or the source's site
)
KIND: dict[str, int] = {name: number for number, name in enumerate(KINDS)}

KNOWN: tuple[str, ...] = ("recorded", "seen", "heard", "told")

OBSERVATIONS = Table(
    "observations",
    (
        Column("seq", "<i8", "", "number of the record, as handed to the decoder", -1),
        Column("item", "<i8", "byte", "offset in the record's body of the data record", 0),
        Column("source", "<i2", "", "number of the source in the fold's list", -1),
        Column("kind", "<i1", "", "observations.KINDS", 0),
        Column("known", "<i1", "", "how it is known: observations.KNOWN", 0),
        Column("time_ns", "<i8", "ns", "when it was so, UTC since 1970", 0),
        Column("time_sigma_ns", "<i8", "ns", "one sigma of time_ns", 0),
        Column("range_m", "<f8", "m", "slant range from the source's site", NAN),
        Column("azimuth_rad", "<f8", "rad", "true azimuth from the source's site", NAN),
        Column("elevation_rad", "<f8", "rad", "elevation from the source's site", NAN),
        Column("doppler_mps", "<f8", "m/s", "range rate, away positive", NAN),
        Column("lat_deg", "<f8", "deg", "WGS84 latitude as stated", NAN),
        Column("lon_deg", "<f8", "deg", "WGS84 longitude as stated", NAN),
        Column("height_m", "<f8", "m", "height above the ellipsoid as stated", NAN),
        Column(
            "pressure_altitude_m",
            "<f8",
            "m",
            "altitude in the standard atmosphere (mode C, flight level)",
            NAN,
        ),
        Column("east_m", "<f8", "m", "theatre grid, filled by locate", NAN),
        Column("north_m", "<f8", "m", "theatre grid, filled by locate", NAN),
        Column("cov_ee_m2", "<f8", "m2", "position covariance", NAN),
        Column("cov_en_m2", "<f8", "m2", "position covariance", NAN),
        Column("cov_nn_m2", "<f8", "m2", "position covariance", NAN),
        Column("vel_east_mps", "<f8", "m/s", "velocity as stated", NAN),
        Column("vel_north_mps", "<f8", "m/s", "velocity as stated", NAN),
        Column("vel_up_mps", "<f8", "m/s", "velocity as stated", NAN),
        Column("address", "<i4", "", "24-bit aircraft address", -1),
        Column("squawk", "<i2", "", "mode A code as its octal digits read in decimal (7700)", -1),
        Column("track_number", "<i4", "", "the sender's own track number", -1),
        Column("label", "S16", "", "callsign, place or report id", b""),
        Column("object_class", "<i1", "", "index into terms.classes.NAMES when the sender says one", -1),
        Column("object_type", "S8", "", "terms.classes.OBJECT_TYPES when the reporter tells it apart", b""),
        Column("side", "S16", "", "party of the agreement the reporter holds it to belong to", b""),
        Column("amount", "<f8", "", "fire: radiative power MW; report: number of objects", NAN),
        Column(
            "quality",
            "<f8",
            "",
            "position: 95 % radius in m; fire: confidence 0-1; report: reliability 0-1",
            NAN,
        ),
        Column("integrity", "<i1", "", "NIC of a broadcast position, 0 (none) to 11; -1 not stated", -1),
        Column(
            "accuracy_category",
            "<i1",
            "",
            "NACp of a broadcast position, 0 (unknown) to 11; -1 not stated",
            -1,
        ),
        Column("simulated", "?", "", "the data itself says it is simulated or a test", False),
    ),
)
