"""The judge: calibration of its probabilities over simulated windows, the monitor's speed, a day's judging, feeds cut."""

import math
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np

from bench import Row
from tests.verify import scenes
from truceline.agreement.document import Agreement
from truceline.agreement.text import read_agreement
from truceline.terms.time import NS_PER_MINUTE
from truceline.verify import monitor
from truceline.verify.confidence import holds_broken, holds_kept, posteriors, ratio_seen, ratio_unseen
from truceline.verify.judge import judge

WINDOWS, SEED, BASE = 20_000, 1, 0.25
SAMPLES = 4_000_000
ROOT = Path(__file__).resolve().parents[1]


def upper_95(hits: int, tries: int) -> float:
    """The 95 % upper bound of a share (Wilson, one-sided)."""
    if not tries:
        return 1.0
    z, share = 1.645, hits / tries
    middle = share + z * z / (2 * tries)
    spread = z * math.sqrt(share * (1 - share) / tries + z * z / (4 * tries * tries))
    return (middle + spread) / (1 + z * z / tries)


def calibration(held: Agreement) -> Iterator[Row]:
    """Windows with a known truth through the judge's own ratios, posteriors and thresholds; detection as declared.

    Each window has 1 to 12 looks of random coverage and probability; violations are hidden at random places (D_mean); the
    common mode fails all looks at once with its declared probability, a false alarm comes with its own. The world is drawn
    from the model that the judge assumes: it shows that the arithmetic is right, not that declared detection is true.
    """
    rng = np.random.default_rng(SEED)
    rules = held.judgement
    looks = rng.integers(1, 13, WINDOWS)
    found = 1.0 - (1.0 - rng.beta(1.6, 1.0, WINDOWS) * rng.uniform(0.5, 0.97, WINDOWS)) ** looks
    broken = rng.random(WINDOWS) < BASE
    failed = rng.random(WINDOWS) < rules.common_mode
    # two independent witnesses, of whom at least one sees it with the declared detection
    each = 1.0 - np.sqrt(1.0 - found)
    seen = [
        np.where(broken & ~failed, rng.random(WINDOWS) < each, rng.random(WINDOWS) < rules.false_alarm)
        for _ in range(2)
    ]
    witnesses = seen[0].astype(int) + seen[1].astype(int)
    after, kept, proven = np.empty(WINDOWS), np.zeros(WINDOWS, bool), np.zeros(WINDOWS, bool)
    for row in range(WINDOWS):
        figure, count = float(found[row]), int(witnesses[row])
        if count:
            ratio = ratio_seen(figure, count, rules.false_alarm, rules.common_mode)
        else:
            ratio = ratio_unseen(figure, rules.false_alarm, rules.common_mode)
        beliefs = posteriors(held, "", ratio)
        kept[row] = count == 0 and figure >= 0.8 and holds_kept(held, beliefs)
        proven[row] = count >= 2 and holds_broken(held, beliefs)
        after[row] = BASE * ratio / (BASE * ratio + 1.0 - BASE)
    bins = np.minimum((after * 10).astype(int), 9)
    error = sum(
        abs(after[bins == b].mean() - broken[bins == b].mean()) * (bins == b).mean()
        for b in set(bins.tolist())
    )
    skill = 1.0 - float(((after - broken) ** 2).mean()) / float(((BASE - broken) ** 2).mean())
    wrong_kept, wrong_broken = int((kept & broken).sum()), int((proven & ~broken).sum())
    note = (
        f"{WINDOWS:,} simulated windows, base rate {BASE}, drawn from the assumed model, not from wire bytes"
    )
    yield Row("expected calibration error", float(error), "", "<= 0.03", note)
    yield Row("Brier skill over the base rate", skill, "", "> 0.5", note)
    both = "guarantors' own priors"
    yield Row("false compliant", 100 * wrong_kept / max(1, int(kept.sum())), "%", "<= 2", both)
    yield Row("false compliant, 95 % upper bound", 100 * upper_95(wrong_kept, int(kept.sum())), "%", "", both)
    yield Row("false violated", 100 * wrong_broken / max(1, int(proven.sum())), "%", "<= 1", both)
    yield Row(
        "false violated, 95 % upper bound", 100 * upper_95(wrong_broken, int(proven.sum())), "%", "", both
    )
    yield Row("not verified share", 100 * float((~kept & ~proven).mean()), "%", "printed", "never hidden")


def speed() -> Iterator[Row]:
    """Samples a second of the monitor, and seconds of judging a day of many clauses and tracks."""
    signal = monitor.observed(np.random.default_rng(SEED).normal(size=SAMPLES))
    for name, work in (
        ("always [0, 60]", lambda: monitor.always(signal, 0, 60)),
        ("until [5, 60]", lambda: monitor.until(signal, signal, 5, 60)),
    ):
        work()
        begin = time.perf_counter()
        work()
        spent = time.perf_counter() - begin
        yield Row(
            f"monitor, {name}", SAMPLES / spent / 1e6, "M samples/s", ">= 20", "both bounds counted as one"
        )
    held = scenes.agreement()
    clauses = [c for c in held.clauses if c.id not in ("4.term", "3.permit", "9.guards")]
    many = tuple(
        msgspec.structs.replace(clauses[n % len(clauses)], id=f"{clauses[n % len(clauses)].id}#{n}")
        for n in range(60)
    )
    sixty = msgspec.structs.replace(held, clauses=many)
    flights = [
        scenes.flight(
            [scenes.R1, scenes.R2], scenes.START + n * 2 * NS_PER_MINUTE, scenes.CROSSING, every_s=60.0
        )
        for n in range(500)
    ]
    day = scenes.material(scenes.both_radars(), scenes.gather(*flights))
    judge(sixty, day)
    begin = time.perf_counter()
    found = judge(sixty, day)
    spent = time.perf_counter() - begin
    yield Row(
        "a day judged",
        spent,
        "s",
        "<= 2 at 1-minute steps",
        f"60 clauses, 500 tracks, coverage in 10-minute steps, {len(found)} findings",
    )


def cut() -> Iterator[Row]:
    """The share of findings that read "not verified" when nobody watches anything."""
    found = judge(scenes.agreement(), scenes.material(scenes.nobody()))
    share = 100 * sum(item.verdict == "not verified" for item in found) / len(found)
    yield Row("every feed cut: not verified", share, "%", "100", f"{len(found)} findings of the nine points")


def rows() -> Iterator[Row]:
    """All of it."""
    yield from calibration(read_agreement((ROOT / "agreements" / "2020-11-karabakh.toml").read_bytes()))
    yield from speed()
    yield from cut()
