"""Motion on the ground: rolling freely, standing still, following a road; each exact for any time step.

    rolling    white acceleration noise q along and across the own velocity, as in the air but without turns
    stopped    velocity an Ornstein-Uhlenbeck process about zero:  u' = u e^(-dt/T),  x' = x + T (1 - e^(-dt/T)) u,
               stationary velocity variance s^2
    on a road  along: as rolling. Across: a critically damped oscillator about the centre line,
               d'' = -2 d' / T - d / T^2 + noise,
               stationary variance the squared width of the road; the velocity turns with the road under the vehicle

Both mean-reverting processes are linear and stationary, so the noise of a step is Q = P0 - F P0 F', P0 their stationary
covariance; a road seen again and again is so never counted as a new measurement.
Sources: Kirubarajan, Bar-Shalom, Pattipati, Kadar 2000, Ground Target Tracking with Variable Structure IMM Estimator
(directional process noise, stopped-target model); Li and Jilkov 2003, Survey of Maneuvering Target Tracking, part I.
"""

from __future__ import annotations

import math

import numba

from truceline.picture.arithmetic import exponential
from truceline.picture.roads import road_near
from truceline.picture.slots import Floats, Roads

Four = tuple[float, float, float, float]
Six = tuple[float, float, float, float, float, float]

FLIGHT, ROLLING, STOPPED, ON_ROAD = 0.0, 1.0, 2.0, 3.0  # the last column of a model
NEAR_SIGMAS2 = 9.0  # squared sigmas off a road within which a vehicle may be on it
STEP_M = 25.0  # along a road between two looks at where it leads
MOST_STEPS = 60
SLOWEST_HEADING_MPS2 = 4.0  # squared speed below which the own heading is too vague for directional noise


@numba.njit(cache=True)
def move(mode: Floats, dt: float, model: Floats, roads: Roads) -> None:
    """Predict one mode (14,) by dt >= 0 s under a model of the ground (4,), in place."""
    if model[3] == STOPPED:
        stand(mode, dt, model[0], model[1])
    elif model[3] == ON_ROAD:
        follow(mode, dt, model, roads)
    else:
        roll(mode, dt, model[1], model[2])


@numba.njit(cache=True)
def roll(mode: Floats, dt: float, along: float, across: float) -> None:
    """Predict by white acceleration noise (m2/s3) along and across the own velocity; their mean where that is vague."""
    u, v = mode[2], mode[3]
    speed2 = u * u + v * v
    tx, ty = 1.0, 0.0
    if speed2 > SLOWEST_HEADING_MPS2 and mode[11] + mode[13] < 0.5 * speed2:
        speed = math.sqrt(speed2)
        tx, ty = u / speed, v / speed
    else:
        along = across = 0.5 * (along + across)
    mode[0] += dt * u
    mode[1] += dt * v
    d2, d3 = dt * dt / 2.0, dt * dt * dt / 3.0
    one = (1.0, dt, 0.0, 1.0)
    frame(
        mode,
        tx,
        ty,
        tx,
        ty,
        one,
        one,
        (along * d3, along * d2, along * dt, across * d3, across * d2, across * dt),
    )


@numba.njit(cache=True)
def stand(mode: Floats, dt: float, relaxation_s: float, sigma_mps: float) -> None:
    """Predict a vehicle that comes to a stand and stays: velocity falls as e^(-dt/T) to a tremor of ``sigma_mps``."""
    fall = exponential(-dt / relaxation_s)
    far = relaxation_s * (1.0 - fall)
    mode[0] += far * mode[2]
    mode[1] += far * mode[3]
    mode[2] *= fall
    mode[3] *= fall
    power = sigma_mps * sigma_mps
    xx = power * relaxation_s * (2.0 * (dt - far) - far * far / relaxation_s)
    xu, uu = power * far * far / relaxation_s, power * (1.0 - fall * fall)
    one = (1.0, far, 0.0, fall)
    frame(mode, 1.0, 0.0, 1.0, 0.0, one, one, (xx, xu, uu, xx, xu, uu))


@numba.njit(cache=True)
def follow(mode: Floats, dt: float, model: Floats, roads: Roads) -> None:
    """Predict a vehicle on the road under it (model: relaxation s, q along, q across off roads), in place.

    It goes in steps of at most ``STEP_M``; at each the velocity and the covariance turn with the road. Off roads it rolls.
    """
    speed = math.sqrt(mode[2] * mode[2] + mode[3] * mode[3])
    steps = min(1 + int(speed * dt / STEP_M), MOST_STEPS)
    part = dt / steps
    heading_east, heading_north, held = 1.0, 0.0, False
    width2 = roads.width_m[0] * roads.width_m[0]
    for _ in range(steps):
        found, tx, ty, off = road_near(roads, mode[0], mode[1], mode[2], mode[3])
        spread = mode[4] * ty * ty - 2.0 * mode[5] * tx * ty + mode[6] * tx * tx
        if found < 0 or off * off > NEAR_SIGMAS2 * (spread + width2):
            roll(mode, part, model[1], model[2])
            held = False
            continue
        if held:
            cosine, sine = tx * heading_east + ty * heading_north, ty * heading_east - tx * heading_north
            mode[2], mode[3] = cosine * mode[2] - sine * mode[3], sine * mode[2] + cosine * mode[3]
        else:
            heading_east, heading_north = tx, ty
        along(mode, part, model[0], model[1], width2, heading_east, heading_north, tx, ty, off)
        heading_east, heading_north, held = tx, ty, True


@numba.njit(cache=True)
def along(
    mode: Floats, dt: float, relaxation_s: float, q: float, width2: float, from_east: float, from_north: float,
    tx: float, ty: float, off: float,
) -> None:  # fmt: skip
    """Predict one straight step along (tx, ty), ``off`` m left of the road; the covariance comes from another axis."""
    p, w = mode[2] * tx + mode[3] * ty, -mode[2] * ty + mode[3] * tx
    fall, turns = exponential(-dt / relaxation_s), dt / relaxation_s
    g, h = fall * (1.0 + turns), fall * dt
    k, m = -fall * turns / relaxation_s, fall * (1.0 - turns)
    side = g * off + h * w - off
    mode[0] += p * dt * tx - side * ty
    mode[1] += p * dt * ty + side * tx
    w = k * off + m * w
    mode[2], mode[3] = p * tx - w * ty, p * ty + w * tx
    speed2 = width2 / (relaxation_s * relaxation_s)
    noise = (
        q * dt * dt * dt / 3.0,
        q * dt * dt / 2.0,
        q * dt,
        width2 - g * g * width2 - h * h * speed2,
        -g * k * width2 - h * m * speed2,
        speed2 - k * k * width2 - m * m * speed2,
    )
    frame(mode, from_east, from_north, tx, ty, (1.0, dt, 0.0, 1.0), (g, h, k, m), noise)


@numba.njit(cache=True)
def frame(mode: Floats, fx: float, fy: float, tx: float, ty: float, one: Four, two: Four, noise: Six) -> None:
    """Predict a covariance seen along and across the axis (fx, fy) and put it back along (tx, ty), in place.

    ``one`` and ``two`` are a, b, c, e of [x; u]' = [a b; c e] [x; u] along and across; ``noise`` xx, xu, uu of both.
    """
    xx, xy, yy = mode[4], mode[5], mode[6]
    xu, xv, yu, yv, uu, uv, vv = mode[7], mode[8], mode[9], mode[10], mode[11], mode[12], mode[13]
    cc, cs, ss = fx * fx, fx * fy, fy * fy
    aa, ad, dd = (
        cc * xx + 2.0 * cs * xy + ss * yy,
        cs * (yy - xx) + (cc - ss) * xy,
        ss * xx - 2.0 * cs * xy + cc * yy,
    )
    ap, aw = cc * xu + cs * (xv + yu) + ss * yv, cs * (yv - xu) + cc * xv - ss * yu
    dp, dw = cs * (yv - xu) + cc * yu - ss * xv, ss * xu - cs * (xv + yu) + cc * yv
    pp, pw, ww = (
        cc * uu + 2.0 * cs * uv + ss * vv,
        cs * (vv - uu) + (cc - ss) * uv,
        ss * uu - 2.0 * cs * uv + cc * vv,
    )
    a, b, c, e = one
    g, h, k, m = two
    saa = a * a * aa + 2.0 * a * b * ap + b * b * pp + noise[0]
    sap = a * c * aa + (a * e + b * c) * ap + b * e * pp + noise[1]
    spp = c * c * aa + 2.0 * c * e * ap + e * e * pp + noise[2]
    sdd = g * g * dd + 2.0 * g * h * dw + h * h * ww + noise[3]
    sdw = g * k * dd + (g * m + h * k) * dw + h * m * ww + noise[4]
    sww = k * k * dd + 2.0 * k * m * dw + m * m * ww + noise[5]
    sad, saw = a * (g * ad + h * aw) + b * (g * dp + h * pw), a * (k * ad + m * aw) + b * (k * dp + m * pw)
    sdp, spw = c * (g * ad + h * aw) + e * (g * dp + h * pw), c * (k * ad + m * aw) + e * (k * dp + m * pw)
    cc, cs, ss = tx * tx, tx * ty, ty * ty
    mode[4] = cc * saa - 2.0 * cs * sad + ss * sdd
    mode[5] = cs * (saa - sdd) + (cc - ss) * sad
    mode[6] = ss * saa + 2.0 * cs * sad + cc * sdd
    mode[7] = cc * sap - cs * (saw + sdp) + ss * sdw
    mode[8] = cs * (sap - sdw) + cc * saw - ss * sdp
    mode[9] = cs * (sap - sdw) - ss * saw + cc * sdp
    mode[10] = ss * sap + cs * (saw + sdp) + cc * sdw
    mode[11] = cc * spp - 2.0 * cs * spw + ss * sww
    mode[12] = cs * (spp - sww) + (cc - ss) * spw
    mode[13] = ss * spp + 2.0 * cs * spw + cc * sww
