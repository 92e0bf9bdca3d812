"""Registration: biases of range and azimuth found from common targets, and from what aircraft say of themselves."""

from __future__ import annotations

import math

import numpy as np
import pytest

from truceline.exercise.airspace import airspace
from truceline.picture.air import start_at, step
from truceline.picture.register import SIGMAS, biases, unknown


def test_nothing_is_known_at_first() -> None:
    values, spread = unknown(2)
    assert not values.any()
    assert np.sqrt(np.diag(spread)) == pytest.approx([*SIGMAS, *SIGMAS])
