"""Predicted against realised detection: 1,000 target-minutes by deciles, and false `compliant` under hidden faults.

band      lower: the model's blocks at the 10 % share; upper: sliding 3 of 5 looks at the 95 % share, shares as learned
          from 60 looks at known aircraft; both widened by what a binomial of the decile's size spreads in 90 of 100
verdicts  windows as in METHODS section 0 rule 4: prior 0.2, true detection 25 % lower, 10 % hidden outages
"""

from __future__ import annotations

import numpy as np
from scipy import stats

from truceline.coverage.detection import radar_look, rate_of_looks, seen_within
from truceline.coverage.trust import running
from truceline.terms.time import NS_PER_MINUTE, NS_PER_S
from truceline.verify.confidence import ratio_unseen

LOOK_S, LOOKS, MINUTES, TARGETS = 6.0, 10, 60, 1000


def learned(share: float, rng: np.random.Generator) -> tuple[float, float, float]:
    """Low, mean and high share after 60 looks at known aircraft."""
    chance = rng.uniform(0.5, 0.95, 60)
    seen = rng.random(60) < share * chance
    times = np.arange(60, dtype=np.int64) * 10 * NS_PER_S
    found = running(times, seen, chance, 0, 11 * NS_PER_MINUTE, 0.2)
    return float(found.low[-1]), float(found.mean[-1]), float(found.high[-1])


def sliding(p: float, looks: int = LOOKS) -> float:
    """Exact chance of 3 hits in some 5 consecutive looks."""
    held, done = {(): 1.0}, 0.0
    for _ in range(looks):
        after: dict[tuple[int, ...], float] = {}
        for past, weight in held.items():
            for hit, chance in ((1, p), (0, 1.0 - p)):
                now = (*past, hit)[-5:]
                if sum(now) >= 3:
                    done += weight * chance
                else:
                    after[now] = after.get(now, 0.0) + weight * chance
        held = after
    return done


def reliability(rng: np.random.Generator) -> bool:
    """Print the table of deciles; True when every decile is inside its band."""
    rows = []
    for _ in range(TARGETS):
        share = rng.uniform(0.8, 1.0)
        low, _, high = learned(share, rng)
        range_m = 75_000.0 * np.sqrt(rng.uniform(0.05, 2.5))
        p = radar_look(float(range_m), 0.5, 74_000.0, 1e-6, 0.95)
        hits = (rng.random(LOOKS) < share * p).astype(int)
        seen = bool((np.convolve(hits, np.ones(5, int), "valid") >= 3).any())
        least = seen_within(rate_of_looks(low * p, LOOK_S), LOOKS * LOOK_S)
        rows.append((least, sliding(min(1.0, high * p)), seen))
    table = np.array(sorted(rows))
    print("decile  predicted  band            realised  inside")
    good = True
    for number, part in enumerate(np.array_split(table, 10)):
        lower, upper, seen = part[:, 0].mean(), part[:, 1].mean(), part[:, 2].mean()
        a = stats.binom.ppf(0.05, len(part), lower) / len(part)
        b = stats.binom.ppf(0.95, len(part), upper) / len(part)
        inside = bool(a <= seen <= b)
        good &= inside
        print(f"{number + 1:6d}  {lower:9.3f}  {a:.3f} to {b:.3f}  {seen:8.3f}  {'yes' if inside else 'NO'}")
    return good


def verdicts(rng: np.random.Generator, scale: float, outage: float, watch: bool, windows: int = 6000) -> None:
    """Print how often `compliant` was wrong, with book values and with learned trust."""
    wrong = said = 0
    for _ in range(windows):
        violated = rng.random() < 0.2
        m, cover, book = rng.integers(1, 9), rng.beta(1.2, 1.2), rng.uniform(0.5, 0.95)
        share = 0.0 if rng.random() < outage else scale
        # as the product does: rounded down to tenths
        trust = np.floor(10.0 * learned(share, rng)[0] + 1e-9) / 10.0 if watch else 1.0
        told = 1.0 - (1.0 - cover * book * trust) ** m
        if rng.random() < (max(1.0 - (1.0 - cover * book * share) ** m, 0.01) if violated else 0.01):
            continue
        ratio = ratio_unseen(told, 0.01, 0.05)
        if 0.2 * ratio / (0.2 * ratio + 0.8) <= 0.05:
            said += 1
            wrong += violated
    label = "trust learned" if watch else "book values  "
    outages = f"true share {scale:.2f}, hidden outages {outage:.0%}, {label}"
    print(f"{outages}: compliant {said / windows:.0%}, false {wrong / max(said, 1):.2%}")


def main() -> None:
    """Print both tables."""
    rng = np.random.default_rng(20201120)
    print("every decile inside:", "yes" if reliability(rng) else "NO")
    for scale, outage in ((1.0, 0.0), (0.75, 0.0), (1.0, 0.1), (0.75, 0.1)):
        for watch in (False, True):
            verdicts(rng, scale, outage, watch)
    print("goal: false compliant at most 2 %")


if __name__ == "__main__":
    main()
