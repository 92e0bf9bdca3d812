"""The seeded traffic that several tests look at, folded once."""

import pytest

from tests.picture.scene import fold, world
from tests.picture.world import Target, traffic
from truceline.picture.picture import Picture
from truceline.terms.columns import Columns


@pytest.fixture(scope="session")
def traffic_picture() -> tuple[Picture, list[Target], Columns]:
    drone = Target(-40_000.0, -20_000.0, 1.2, 35.0, ((880.0, 0.0),), height_m=900.0)
    targets = [*traffic(12, 900.0, 3, side_m=100_000.0), drone]
    observations = world(targets, 900.0)
    return fold(observations), targets, observations
