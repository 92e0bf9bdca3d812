"""Prediction: straight flight and turns of constant lateral acceleration, mixed by an interacting multiple model (IMM).

A model is (a, q_along, q_across): turn rate w = a / speed (0: straight) and continuous white acceleration noise along
and across the own velocity. Over a time dt

    x' = x + sin(w dt)/w u - (1 - cos(w dt))/w v        u' = cos(w dt) u - sin(w dt) v
    y' = y + (1 - cos(w dt))/w u + sin(w dt)/w v        v' = sin(w dt) u + cos(w dt) v
    P' = F P F' + Q,   Q = q [dt^3/3, dt^2/2; dt^2/2, dt], q along and across the velocity halfway through the turn

A model's fourth number is its kind; those of the ground are in ``ground_motion``. Leaving a model is a Poisson process
with a rate per second, so the transition probabilities are exact for any dt.
Sources: Blom and Bar-Shalom 1988 (IMM); Li and Jilkov 2003, Survey of Maneuvering Target Tracking, part I (models).
"""

from __future__ import annotations

import math

import numba
import numpy as np

from truceline.picture.arithmetic import exponential, sine_cosine
from truceline.picture.ground_motion import FLIGHT, ON_ROAD, ROLLING, STOPPED, move
from truceline.picture.roads import no_roads
from truceline.picture.slots import STATE, Bank, Floats, Roads

SLOWEST_TURN_MPS2 = 900.0  # squared speed below which a heading is too vague to turn about


def make_bank() -> Bank:
    """Return nine models: straight, and left and right turns of 0.5, 1.1, 1.9 and 3.2 g, the last two rare."""
    turns = (0.0, 5.0, -5.0, 11.0, -11.0, 19.0, -19.0, 31.0, -31.0)
    count = len(turns)
    model = np.array(
        [
            [0.0, 0.05, 0.05, FLIGHT],
            *([turn, 1.0, 12.0 if abs(turn) < 15.0 else 36.0, FLIGHT] for turn in turns[1:]),
        ]
    )
    rate = np.full(count, 1.0 / 20.0)
    rate[0] = 1.0 / 90.0
    shift = np.zeros((count, count))
    commonness = np.array([0.0, *(1.0 if abs(turn) < 15.0 else 0.1 for turn in turns[1:])])
    shift[0] = commonness / 4.4
    for one in range(1, count):
        shift[one, 0] = 0.9
        for other in range(1, count):
            if other != one and turns[one] * turns[other] > 0.0:
                shift[one, other] = 0.1 / 3.0
    prior = np.full(count, 0.3 / (count - 1))
    prior[0] = 0.7
    return Bank(model, rate, shift, prior, np.array([[0.0, 10.0, 10.0, FLIGHT]]), no_roads())


def make_ground_bank(roads: Roads | None = None) -> Bank:
    """Return the models of the ground: steady, changing speed or course, stopped; with roads also both along them.

    A vehicle stops about every two minutes and stands one; who starts changes speed first. Sums of ``shift`` are 1.
    """
    model = [[0.0, 0.1, 0.05, ROLLING], [0.0, 4.0, 4.0, ROLLING], [2.0, 0.1, 0.0, STOPPED]]
    rate = [1.0 / 60.0, 1.0 / 15.0, 1.0 / 60.0]
    shift = [[0.0, 0.8, 0.2], [0.6, 0.0, 0.4], [0.1, 0.9, 0.0]]
    prior = [0.4, 0.4, 0.2]
    if roads is not None and len(roads.items):
        model += [[6.0, 0.1, 0.05, ON_ROAD], [6.0, 3.0, 4.0, ON_ROAD]]
        rate += [1.0 / 60.0, 1.0 / 15.0]
        shift = [
            [0.0, 0.5, 0.2, 0.2, 0.1],
            [0.4, 0.0, 0.3, 0.1, 0.2],
            [0.0, 0.4, 0.0, 0.0, 0.6],
            [0.1, 0.1, 0.2, 0.0, 0.6],
            [0.0, 0.2, 0.3, 0.5, 0.0],
        ]
        prior = [0.2, 0.2, 0.2, 0.2, 0.2]
    return Bank(
        np.array(model),
        np.array(rate),
        np.array(shift),
        np.array(prior),
        np.array([[0.0, 2.0, 2.0, ROLLING]]),
        no_roads() if roads is None else roads,
    )


@numba.njit(cache=True)
def drift(mode: Floats, dt: float) -> None:
    """Move one mode along its velocity by dt seconds (either sign) without noise, in place."""
    mode[0] += mode[2] * dt
    mode[1] += mode[3] * dt
    mode[4] += dt * (2.0 * mode[7] + dt * mode[11])
    mode[5] += dt * (mode[8] + mode[9] + dt * mode[12])
    mode[6] += dt * (2.0 * mode[10] + dt * mode[13])
    mode[7] += dt * mode[11]
    mode[8] += dt * mode[12]
    mode[9] += dt * mode[12]
    mode[10] += dt * mode[13]


@numba.njit(cache=True)
def turn(mode: Floats, dt: float, rate: float) -> None:
    """Turn one mode by ``rate`` rad/s for dt seconds without noise, in place."""
    u, v = mode[2], mode[3]
    s, c = sine_cosine(rate * dt)
    sa, ca = s / rate, (1.0 - c) / rate
    mode[0] += sa * u - ca * v
    mode[1] += ca * u + sa * v
    mode[2] = c * u - s * v
    mode[3] = s * u + c * v
    xu, xv, yu, yv, uu, uv, vv = mode[7], mode[8], mode[9], mode[10], mode[11], mode[12], mode[13]
    g11, g12 = xu + sa * uu - ca * uv, xv + sa * uv - ca * vv
    g21, g22 = yu + ca * uu + sa * uv, yv + ca * uv + sa * vv
    mode[4] += sa * xu - ca * xv + g11 * sa - g12 * ca
    mode[5] += sa * yu - ca * yv + g11 * ca + g12 * sa
    mode[6] += ca * yu + sa * yv + g21 * ca + g22 * sa
    mode[7], mode[8] = g11 * c - g12 * s, g11 * s + g12 * c
    mode[9], mode[10] = g21 * c - g22 * s, g21 * s + g22 * c
    b11, b12 = c * uu - s * uv, c * uv - s * vv
    b21, b22 = s * uu + c * uv, s * uv + c * vv
    mode[11], mode[12], mode[13] = b11 * c - b12 * s, b11 * s + b12 * c, b21 * s + b22 * c


@numba.njit(cache=True)
def predict_mode(mode: Floats, dt: float, model: Floats) -> None:
    """Predict one mode by dt >= 0 seconds under one model of flight (a, q along, q across), in place."""
    u, v = mode[2], mode[3]
    speed2 = u * u + v * v
    oriented = speed2 > SLOWEST_TURN_MPS2 and mode[11] + mode[13] < 0.5 * speed2
    half = 0.0
    if model[0] != 0.0 and oriented:
        rate = model[0] / math.sqrt(speed2)
        half = 0.5 * rate * dt
        turn(mode, dt, rate)
    else:
        drift(mode, dt)
    along, across = model[1], model[2]
    if oriented:
        s, c = sine_cosine(half)
        speed = math.sqrt(speed2)
        tx, ty = (c * u - s * v) / speed, (s * u + c * v) / speed
        qxx = along * tx * tx + across * ty * ty
        qyy = along * ty * ty + across * tx * tx
        qxy = (along - across) * tx * ty
    else:
        qxx = qyy = 0.5 * (along + across)
        qxy = 0.0
    d2 = dt * dt / 2.0
    d3 = dt * dt * dt / 3.0
    mode[4] += qxx * d3
    mode[5] += qxy * d3
    mode[6] += qyy * d3
    mode[7] += qxx * d2
    mode[8] += qxy * d2
    mode[9] += qxy * d2
    mode[10] += qyy * d2
    mode[11] += qxx * dt
    mode[12] += qxy * dt
    mode[13] += qyy * dt


@numba.njit(cache=True)
def mix(modes: Floats, weights: Floats, out: Floats) -> None:
    """Write the moments (14,) of a Gaussian mixture: modes (k, 14), weights (k,) with sum above 0."""
    heaviest = 0
    for k in range(1, len(weights)):
        if weights[k] > weights[heaviest]:
            heaviest = k
    x0, y0, u0, v0 = modes[heaviest, 0], modes[heaviest, 1], modes[heaviest, 2], modes[heaviest, 3]
    out[:] = 0.0
    total = 0.0
    least = 1e-4 * weights[heaviest]
    for k in range(len(weights)):
        w = weights[k]
        if w <= least:
            continue
        total += w
        # Sums are taken from the heaviest mode, so that positions far from the origin cost no digits.
        dx, dy, du, dv = modes[k, 0] - x0, modes[k, 1] - y0, modes[k, 2] - u0, modes[k, 3] - v0
        out[0] += w * dx
        out[1] += w * dy
        out[2] += w * du
        out[3] += w * dv
        out[4] += w * (modes[k, 4] + dx * dx)
        out[5] += w * (modes[k, 5] + dx * dy)
        out[6] += w * (modes[k, 6] + dy * dy)
        out[7] += w * (modes[k, 7] + dx * du)
        out[8] += w * (modes[k, 8] + dx * dv)
        out[9] += w * (modes[k, 9] + dy * du)
        out[10] += w * (modes[k, 10] + dy * dv)
        out[11] += w * (modes[k, 11] + du * du)
        out[12] += w * (modes[k, 12] + du * dv)
        out[13] += w * (modes[k, 13] + dv * dv)
    share = 1.0 / total
    for a in range(STATE):
        out[a] *= share
    dx, dy, du, dv = out[0], out[1], out[2], out[3]
    out[4] -= dx * dx
    out[5] -= dx * dy
    out[6] -= dy * dy
    out[7] -= dx * du
    out[8] -= dx * dv
    out[9] -= dy * du
    out[10] -= dy * dv
    out[11] -= du * du
    out[12] -= du * dv
    out[13] -= dv * dv
    out[0] += x0
    out[1] += y0
    out[2] += u0
    out[3] += v0


@numba.njit(cache=True)
def predict(modes: Floats, weights: Floats, count: int, dt: float, bank: Bank, scratch: Floats) -> None:
    """Mix and predict the first ``count`` modes of a track by dt > 0 s, in place; scratch is (models + 3, 14)."""
    if count == 1:
        step(modes[0], dt, bank.single[0], bank.roads)
        return
    w, total, stay = scratch[count], scratch[count + 1], scratch[count + 2]
    for k in range(count):
        known = k > 0 and bank.rate[k] == bank.rate[k - 1]
        stay[k] = stay[k - 1] if known else exponential(-bank.rate[k] * dt)
    for j in range(count):
        total[j] = 0.0
        for k in range(count):
            w[k] = weights[k] * (stay[k] if k == j else (1.0 - stay[k]) * bank.shift[k, j])
            total[j] += w[k]
        mix(modes, w[:count], scratch[j])
    for j in range(count):
        weights[j] = total[j]
        modes[j, :] = scratch[j]
        step(modes[j], dt, bank.model[j], bank.roads)


@numba.njit(cache=True)
def step(mode: Floats, dt: float, model: Floats, roads: Roads) -> None:
    """Predict one mode by dt >= 0 seconds under one model (4,) of whatever kind, in place."""
    if model[3] == FLIGHT:
        predict_mode(mode, dt, model)
    else:
        move(mode, dt, model, roads)
