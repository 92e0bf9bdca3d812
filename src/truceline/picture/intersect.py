"""Covariance intersection: taking in another tracker's state, whose errors our track may share to an unknown degree.

    P^-1 = w P_a^-1 + (1 - w) P_b^-1,   x = P (w P_a^-1 x_a + (1 - w) P_b^-1 x_b)

is consistent whatever the correlation; w in (0, 1) is chosen for the least determinant of the position's covariance. It is
the update of a Kalman filter with both covariances widened, P_a / w and P_b / (1 - w): so a state that only repeats what we
know adds nothing, however often it comes.
Source: Julier and Uhlmann 1997, A Non-divergent Estimation Algorithm in the Presence of Unknown Correlations.
"""

from __future__ import annotations

import numba

from truceline.picture import slots as at
from truceline.picture.slots import STATE, Floats

STEPS = 20


@numba.njit(cache=True)
def own_share(mode: Floats, plot: Floats) -> float:
    """Return w of the mode (14,) against a position (PLOT_REALS,): least determinant, on a grid of 1/20."""
    det_a = mode[4] * mode[6] - mode[5] * mode[5]
    det_b = plot[at.P_EE] * plot[at.P_NN] - plot[at.P_EN] * plot[at.P_EN]
    best, most = 0.5, -1.0
    for k in range(1, STEPS):
        w = k / STEPS
        ee = w * mode[6] / det_a + (1.0 - w) * plot[at.P_NN] / det_b
        en = -w * mode[5] / det_a - (1.0 - w) * plot[at.P_EN] / det_b
        nn = w * mode[4] / det_a + (1.0 - w) * plot[at.P_EE] / det_b
        information = ee * nn - en * en
        if information > most:
            best, most = w, information
    return best


@numba.njit(cache=True)
def widen(mode: Floats, plot: Floats, share: float, wide: Floats) -> None:
    """Widen the mode's covariance by 1 / w, in place, and write the position with its own by 1 / (1 - w) to ``wide``."""
    for k in range(4, STATE):
        mode[k] /= share
    wide[:] = plot
    wide[at.P_EE] /= 1.0 - share
    wide[at.P_EN] /= 1.0 - share
    wide[at.P_NN] /= 1.0 - share
