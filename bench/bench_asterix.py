"""ASTERIX: the columnar path, libasterix beside it, writing, and containers."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from bench import Row
from truceline.means.asterix import MEANS, encode_timed, walk
from truceline.means.asterix.categories import KNOWN
from truceline.means.container import unpack
from truceline.means.means import Input
from truceline.means.observations import KIND, OBSERVATIONS
from truceline.means.source import Source
from truceline.means.watch import Sector, Watch
from truceline.terms.columns import Columns
from truceline.terms.place import Site

SITE = Site(40.45, 47.15, 300.0)
RADAR = Source("bench", "asterix", door="udp:127.0.0.1:8600", site=SITE)
DAY = 1_605_830_400 * 10**9
PLOTS = 300_000
CAPTURES = (
    "jade/final_frame_062_30min.ff",
    "jade/final_frame_062_065_large_packet_30min.ff",
    "argentina/cba_010626.pcap",
    "misc/Jahorina.raw",
)
REPEATS = 5
LIBRARY_BLOCKS = 400


def plots(kind: str) -> Columns:
    """A day of a 10 s radar (or of ADS-B, or of system tracks) with identities and levels."""
    rng = np.random.default_rng(1)
    time_ns = np.sort(DAY + rng.integers(0, 86_400 * 10**9, PLOTS))
    columns: dict[str, Any] = {
        "kind": np.full(PLOTS, KIND[kind]),
        "time_ns": time_ns,
        "squawk": np.full(PLOTS, 2351),
        "address": rng.integers(0, 1 << 24, PLOTS),
        "label": np.full(PLOTS, b"AHY101"),
        "pressure_altitude_m": rng.uniform(0, 12_000, PLOTS),
        "track_number": rng.integers(0, 4096, PLOTS),
        "vel_east_mps": rng.uniform(-250, 250, PLOTS),
        "vel_north_mps": rng.uniform(-250, 250, PLOTS),
    }
    if kind == "reply":
        columns["range_m"] = rng.uniform(2_000, 200_000, PLOTS)
        columns["azimuth_rad"] = (time_ns - DAY) % 10**10 / 1e10 * 2 * np.pi
    else:
        columns["lat_deg"], columns["lon_deg"] = rng.uniform(38, 42, PLOTS), rng.uniform(44, 50, PLOTS)
    return OBSERVATIONS.build(PLOTS, columns)


def best(work: Callable[[], Any]) -> tuple[float, Any]:
    """The shortest of several runs in seconds (after one that compiles), and the result."""
    work()
    times, result = [], None
    for _ in range(REPEATS):
        begin = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - begin)
    return min(times), result


def written_and_read() -> Iterator[Row]:
    """Writing a day of a radar, reading it back as one file and as datagrams."""
    watch = Watch("bench", DAY, DAY + 86_400 * 10**9, Sector(SITE, 200_000.0))
    for kind, category, watches in (
        ("reply", "048 and 034", (watch,)),
        ("position", "021", ()),
        ("track", "062", ()),
    ):
        rows = plots(kind)
        took, sent = best(lambda rows=rows, watches=watches: encode_timed(rows, watches, RADAR))
        octets = sum(len(body) for _, body in sent)
        note = f"{len(rows):,} rows, {len(sent):,} datagrams"
        yield Row(f"ASTERIX write, CAT {category}", octets / took / 1e6, "MB/s", "", note)
        yield Row(f"ASTERIX write, CAT {category}", len(rows) / took, "rows/s", "", note)
        whole = b"".join(body for _, body in sent)
        took, reading = best(lambda whole=whole: MEANS.decode([Input(0, DAY, whole)], RADAR))
        note = f"one body of {len(whole) / 1e6:.1f} MB to rows and Watches"
        yield Row(f"ASTERIX read, CAT {category}", reading.records / took, "records/s", ">= 1000000", note)
        inputs = [Input(seq, stamp, body) for seq, (stamp, body) in enumerate(sent)]
        took, reading = best(lambda inputs=inputs: MEANS.decode(inputs, RADAR))
        note = f"{len(inputs):,} bodies, to rows and Watches"
        yield Row(f"ASTERIX read, CAT {category}, datagrams", reading.records / took, "records/s", "", note)


def captures(root: Path) -> Iterator[Row]:
    """Real captures: ours whole, libasterix on a sample of their data blocks."""
    for name in CAPTURES:
        path = root / name
        if not path.is_file():
            yield Row(
                f"ASTERIX read, {path.name}",
                float("nan"),
                "records/s",
                "",
                "no such file: set TRUCELINE_DATA",
            )
            continue
        body = path.read_bytes()
        took, reading = best(lambda body=body: MEANS.decode([Input(0, DAY, body)], RADAR))
        rate, note = (
            reading.records / took,
            f"{reading.records:,} records in {1e3 * took:.1f} ms, container included",
        )
        yield Row(f"ASTERIX read, {path.name}", rate, "records/s", "", note)
        yield library(path, body)


def library(path: Path, body: bytes) -> Row:
    """Read data blocks of a capture, spread over it, with libasterix."""
    from asterix import base, generated

    data = np.frombuffer(body, np.uint8)
    blocks, _, _, _ = walk.blocks(data, unpack(body).rows, 0, -1, KNOWN, 1 << 40)
    count, begin = 0, time.perf_counter()
    for start, end, _, category in blocks[:: max(1, len(blocks) // LIBRARY_BLOCKS)].tolist():
        profile = generated.manifest["CATS"][category][-1].cv_uap
        records = profile.parse(base.Bits.from_bytes(body[start + 3 : end]))
        count += len(records)
    rate = count / (time.perf_counter() - begin)
    return Row(
        f"libasterix, {path.name}", rate, "records/s", "", f"{count:,} records, structure only, no rows"
    )


def rows() -> Iterator[Row]:
    """Yield all ASTERIX figures."""
    yield from written_and_read()
    root = Path(os.environ.get("TRUCELINE_DATA") or Path(__file__).parents[2] / "shared" / "data")
    yield from captures(root / "asterix")
