"""The ground lane: what sensors that look at the ground saw, folded into tracks of vehicles and boats.

    picture = fold_ground(observations, sources, theatre, roads)
    state = start_ground(...); state = step(state, batch); ...; picture = close(state)         step, close: those of air

It hears the sources declared ``[source.detection] ground = true``: plots of ground surveillance and GMTI radars, camera and
lidar detections placed on the grid with their own covariance (kind "plot"), positions vehicles report of themselves (kind
"position"), bearings (kind "bearing", which move tracks and begin none). The loops are the air's; the motion is that of
``ground_motion``: rolling, changing speed, standing, and along roads where a network is given.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from truceline.means.source import Source
from truceline.picture.air import AirState, close, start, step
from truceline.picture.picture import Picture
from truceline.picture.predict import make_ground_bank
from truceline.picture.settings import DEFAULT, Settings
from truceline.picture.slots import Roads
from truceline.terms.columns import Columns
from truceline.terms.place import Theatre

GROUND: Settings = msgspec.structs.replace(
    DEFAULT,
    coast_s=600.0,
    life_s=3600.0,
    renewal_s=1800.0,
    speed_sigma_mps=12.0,
    apart_looks=24.0,
    learns_noise=False,  # a standing vehicle's innovations tell of its standing,
    learns_bias=False,  # and its way between two plots is no straight line
)
GROUND_BANK = make_ground_bank()


def start_ground(
    sources: Sequence[Source], theatre: Theatre, roads: Roads | None = None, settings: Settings = GROUND
) -> AirState:
    """Return the empty ground lane of these sources; ``roads`` as ``roads.make_roads`` gives them."""
    bank = GROUND_BANK if roads is None else make_ground_bank(roads)
    return start(sources, theatre, settings, bank, "ground")


def fold_ground(
    observations: Columns,
    sources: Sequence[Source],
    theatre: Theatre,
    roads: Roads | None = None,
    settings: Settings = GROUND,
) -> Picture:
    """Return the ground picture of located, sorted observations: ``close(step(start_ground(), all))``."""
    return close(step(start_ground(sources, theatre, roads, settings), observations))
