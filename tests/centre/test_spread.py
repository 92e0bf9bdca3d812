"""The ordered map: in process, over processes, over a cluster; the results come in the order asked."""

from __future__ import annotations

import importlib.util
import os
import time

import pytest

from truceline.centre.spread import Pool, in_order, on_ray
from truceline.terms.faults import Refusal


def slow_first(item: int) -> int:
    time.sleep(0.2 if item == 0 else 0.0)
    return item * item


def where(_: int) -> int:
    return os.getpid()


def fails(item: int) -> int:
    raise ValueError(f"no {item}")


def test_in_process() -> None:
    assert list(in_order(slow_first, range(5))) == [0, 1, 4, 9, 16]


def test_over_processes_in_the_order_asked() -> None:
    pool = Pool(2)
    try:
        assert list(pool(slow_first, range(8))) == [n * n for n in range(8)]
        assert os.getpid() not in set(pool(where, range(4)))
        with pytest.raises(ValueError, match="no 3"):
            list(pool(fails, [3]))
        assert list(pool(slow_first, [])) == []
    finally:
        pool.close()


def test_ray_is_an_extra() -> None:
    if importlib.util.find_spec("ray") is not None:
        pytest.skip("Ray is installed here")
    with pytest.raises(Refusal, match="Ray is not installed"):
        list(on_ray(slow_first, range(3)))
