"""Every technical means keeps the one shape: documented, written as it is read, never thrown by any bytes."""

import importlib
import inspect
import re
from pathlib import Path

import numpy as np
import pytest

from tests.means.samples import SAMPLES, T0, Sample
from truceline.means.means import Field, Input, Means, Reading
from truceline.means.observations import OBSERVATIONS
from truceline.means.registry import every_means
from truceline.terms.classes import NAMES
from truceline.terms.faults import Fault

ROOT = Path(__file__).resolve().parents[2]
NAMED = sorted(every_means())
HOSTILE = 10_000
BATCH = 250
IGNORED = {"seq", "item", "source"}


def sample_of(name: str) -> Sample:
    assert name in SAMPLES, f"tests/means/samples.py has no sample for the means {name}"
    return SAMPLES[name]()


def written(name: str) -> tuple[Sample, list[Input]]:
    """The sample's bytes as records, each stamped with the time its first row or Watch has."""
    sample = sample_of(name)
    module = inspect.getmodule(every_means()[name].decode)
    package = importlib.import_module(f"truceline.means.{name}")
    assert module is not None
    timed = getattr(package, "encode_timed", None)
    if timed is not None:
        parts = timed(sample.items, sample.watches, sample.source)
    else:
        bodies = every_means()[name].encode(sample.items, sample.watches, sample.source)
        parts = [(T0, body) for body in bodies]
    return sample, [Input(number, stamp, body) for number, (stamp, body) in enumerate(parts)]


def check(reading: Reading, inputs: list[Input]) -> None:
    """What holds for every reading: declared columns, known records, and bytes that add up."""
    assert reading.observations.table is OBSERVATIONS
    assert set(reading.observations["seq"].tolist()) <= {item.seq for item in inputs}
    assert all(
        isinstance(fault, Fault) and fault.length >= 0 and fault.offset >= 0 for fault in reading.faults
    )
    for watch in reading.watches:
        assert watch.start_ns <= watch.end_ns
    whole = reading.decoded_bytes + reading.framing_bytes + sum(fault.length for fault in reading.faults)
    assert whole == sum(len(item.body) for item in inputs)
    assert min(reading.decoded_bytes, reading.framing_bytes, reading.records) >= 0


@pytest.mark.parametrize("name", NAMED)
def test_the_docstring_is_the_wire_layout_with_its_source(name: str) -> None:
    text = importlib.import_module(f"truceline.means.{name}").__doc__ or ""
    assert "Source:" in text, "the module's docstring names no source of its layout"
    assert re.search(r"\n {4,}\S", text), "the module's docstring shows no layout (an indented block)"
    assert len(text.splitlines()[0]) < 125


@pytest.mark.parametrize("name", NAMED)
def test_it_declares_what_it_can_do(name: str) -> None:
    means = every_means()[name]
    assert means.standard and means.accuracy and means.detection
    assert set(means.classes) <= set(NAMES)
    for call, wanted in ((means.decode, 2), (means.encode, 3), (means.explain, 3), (means.claims, 2)):
        assert len(inspect.signature(call).parameters) == wanted
        assert inspect.getdoc(call), f"{call.__qualname__} has no docstring"


@pytest.mark.parametrize("name", NAMED)
def test_it_watches_or_says_why_not(name: str) -> None:
    means = every_means()[name]
    assert bool(means.watch) != bool(means.no_watch), "say where Watches come from, or why there are none"
    sample, inputs = written(name)
    found = means.decode(inputs, sample.source).watches
    assert bool(found) == bool(means.watch)


@pytest.mark.parametrize("name", NAMED)
def test_golden_values_of_an_independent_decoder_are_held(name: str) -> None:
    files = [
        *(ROOT / "tests/means").glob(f"test_*{name}*.py"),
        *(ROOT / f"tests/means/{name}").glob("test_*.py"),
    ]
    shape = re.compile(r"^def test_(?:golden_\w+|\w+_equal_\w+)", re.M)
    golden = [path for path in files if shape.search(path.read_text(encoding="utf-8"))]
    assert golden, (
        f"no test_golden_* or test_..._equal_... in tests/means/test_{name}.py or tests/means/{name}/"
    )


@pytest.mark.parametrize("name", NAMED)
def test_it_has_a_row_in_the_documentation(name: str) -> None:
    page = (ROOT / "docs/reference/means.md").read_text(encoding="utf-8")
    assert re.search(rf"^\| `{name}` \|", page, re.M), "docs/reference/means.md has no row for it"


@pytest.mark.parametrize("name", NAMED)
def test_what_it_writes_it_reads_back(name: str) -> None:
    sample, inputs = written(name)
    reading = every_means()[name].decode(inputs, sample.source)
    check(reading, inputs)
    assert not reading.faults
    ours, back = sample.items.sort(["time_ns", "address"]), reading.observations.sort(["time_ns", "address"])
    assert len(back) == len(ours)
    for column in OBSERVATIONS.columns:
        if column.name in IGNORED or (column.name == "time_sigma_ns" and not ours["time_sigma_ns"].any()):
            continue
        if column.name in sample.within or ours[column.name].dtype.kind == "f":
            within = sample.within.get(column.name, 1e-9)
            np.testing.assert_allclose(
                back[column.name], ours[column.name], rtol=0, atol=within, err_msg=column.name
            )
        else:
            np.testing.assert_array_equal(back[column.name], ours[column.name], err_msg=column.name)
    assert [(w.start_ns, w.end_ns, w.footprint, w.classes) for w in reading.watches] == [
        (w.start_ns, w.end_ns, w.footprint, w.classes) for w in sample.watches
    ]


@pytest.mark.parametrize("name", NAMED)
def test_reading_is_pure(name: str) -> None:
    sample, inputs = written(name)
    one, two = (every_means()[name].decode(inputs, sample.source) for _ in range(2))
    assert (one.watches, one.faults, one.records) == (two.watches, two.faults, two.records)
    for column in one.observations:
        np.testing.assert_array_equal(one.observations[column], two.observations[column])


@pytest.mark.parametrize("name", NAMED)
def test_it_claims_what_it_writes_more_surely_than_any_other(name: str) -> None:
    _, inputs = written(name)
    head = b"".join(item.body for item in inputs)[:4096]
    sure = {other: means.claims("recording", head) for other, means in every_means().items()}
    assert max(sure, key=lambda other: sure[other]) == name
    assert sure[name] >= 0.5


@pytest.mark.parametrize("name", NAMED)
def test_it_explains_each_row_and_any_other_byte(name: str) -> None:
    sample, inputs = written(name)
    means: Means = every_means()[name]
    rows = means.decode(inputs, sample.source).observations
    bodies = {item.seq: item.body for item in inputs}
    for seq, item in list(zip(rows["seq"].tolist(), rows["item"].tolist(), strict=True))[:20]:
        told = means.explain(bodies[seq], item, sample.source)
        assert told and all(isinstance(field, Field) for field in told)
        assert all(0 <= field.offset <= field.offset + field.length <= len(bodies[seq]) for field in told)
    for body in (b"", b"\0", inputs[0].body):
        for item in (0, 1, 10**9):
            assert isinstance(means.explain(body, item, sample.source), list)


def hostile(inputs: list[Input], count: int) -> list[bytes]:
    """Random bytes, and truncated, bit-flipped, spliced and repeated real ones; the same ones each time."""
    rng = np.random.default_rng(2020)
    real = [item.body for item in inputs if item.body]
    bodies = []
    for number in range(count):
        body = bytearray(real[int(rng.integers(len(real)))][:4000])
        match number % 6:
            case 0:
                body = bytearray(rng.bytes(int(rng.integers(0, 400))))
            case 1:
                body = body[: int(rng.integers(0, len(body) + 1))]
            case 2:
                for place in rng.integers(0, len(body), int(rng.integers(1, 9))).tolist():
                    body[place] ^= 1 << int(rng.integers(8))
            case 3:
                body = body[int(rng.integers(0, len(body))) :]
            case 4:
                start, size = int(rng.integers(0, len(body))), int(rng.integers(1, 9))
                body[start : start + size] = rng.bytes(int(rng.integers(0, 12)))
            case _:
                body = body + body[: int(rng.integers(0, len(body) + 1))]
        bodies.append(bytes(body))
    return bodies


@pytest.mark.parametrize("name", NAMED)
def test_ten_thousand_hostile_inputs_give_faults_and_no_exception(name: str) -> None:
    sample, inputs = written(name)
    means, faults = every_means()[name], 0
    bodies = hostile(inputs, HOSTILE)
    for start in range(0, HOSTILE, BATCH):
        batch = [
            Input(number, T0 + number, body) for number, body in enumerate(bodies[start : start + BATCH])
        ]
        reading = means.decode(batch, sample.source)
        check(reading, batch)
        faults += len(reading.faults)
    for body in bodies[:: HOSTILE // 200]:
        check(means.decode([Input(0, T0, body)], sample.source), [Input(0, T0, body)])
        means.claims("recording", body[:4096])
        means.explain(body, 0, sample.source)
    assert faults > HOSTILE // 20
