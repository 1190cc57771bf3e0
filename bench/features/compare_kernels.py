"""Time each feature kernel beside coreforecast's on the same rows: 30,490 series of 1,941 days, one thread, warm memory.

    python compare_kernels.py kernels.so [part of a kernel's name]

Runs of the two take turns; the CPU time of the fastest run of each counts, and the ratio is the median over the turns, so
other work on the machine disturbs both alike. Two kinds of
values: counts, and amounts that are not whole numbers. The results must agree before they are timed (loosely: rolling deviations of coreforecast drift by 0.01 over a series of counts and by 0.1 over one of amounts).
"""
import statistics
import sys
import time

import coreforecast.lag_transforms as theirs
import numpy as np
from coreforecast.grouped_array import GroupedArray

from kernels_library import Kernels, feature

N_SERIES, LENGTH, TURNS = 30_490, 1_941, 5
# name, ours, theirs; the median is slow in coreforecast and gets a hundredth of the rows, on both sides
CASES = [
    ("lag 1", feature("lag", lag=1), theirs.Lag(1)),
    ("lag 28", feature("lag", lag=28), theirs.Lag(28)),
    ("rolling mean 7", feature("rolling_mean", lag=1, window=7), theirs.RollingMean(1, 7)),
    ("rolling mean 28", feature("rolling_mean", lag=1, window=28), theirs.RollingMean(1, 28)),
    ("rolling mean 364", feature("rolling_mean", lag=1, window=364), theirs.RollingMean(1, 364)),
    ("rolling std 7", feature("rolling_std", lag=1, window=7), theirs.RollingStd(1, 7)),
    ("rolling std 28", feature("rolling_std", lag=1, window=28), theirs.RollingStd(1, 28)),
    ("rolling std 364", feature("rolling_std", lag=1, window=364), theirs.RollingStd(1, 364)),
    ("rolling min 28", feature("rolling_min", lag=1, window=28), theirs.RollingMin(1, 28)),
    ("rolling max 28", feature("rolling_max", lag=1, window=28), theirs.RollingMax(1, 28)),
    ("rolling max 364", feature("rolling_max", lag=1, window=364), theirs.RollingMax(1, 364)),
    ("rolling median 28", feature("rolling_quantile", lag=1, window=28, parameter=0.5),
     theirs.RollingQuantile(1, 0.5, 28)),
    ("seasonal mean 7 x 4", feature("rolling_mean", lag=1, window=4, stride=7), theirs.SeasonalRollingMean(1, 7, 4)),
    ("seasonal std 7 x 4", feature("rolling_std", lag=1, window=4, stride=7), theirs.SeasonalRollingStd(1, 7, 4)),
    ("seasonal max 7 x 4", feature("rolling_max", lag=1, window=4, stride=7), theirs.SeasonalRollingMax(1, 7, 4)),
    ("expanding mean", feature("expanding_mean", lag=1), theirs.ExpandingMean(1)),
    ("expanding std", feature("expanding_std", lag=1), theirs.ExpandingStd(1)),
    ("expanding min", feature("expanding_min", lag=1), theirs.ExpandingMin(1)),
    ("expanding max", feature("expanding_max", lag=1), theirs.ExpandingMax(1)),
    ("exponential mean 0.3", feature("exponential_mean", lag=1, parameter=0.3),
     theirs.ExponentiallyWeightedMean(1, 0.3)),
]


def cpu_seconds(work) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def compare(kernels: Kernels, what: str, values: np.ndarray, tolerance: float, only: str) -> int:
    """Time every case on `values`; returns how many of ours were slower."""
    out = np.zeros_like(values)
    print(f"\n{what}: {N_SERIES:,} series x {LENGTH:,} = {values.size / 1e6:.1f} M float32, 1 thread, warm, CPU time")
    print(f"{'kernel':22} {'ours Mrows/s':>13} {'coreforecast':>13} {'ratio':>7}")
    slower = 0
    for name, mine, peer in CASES:
        if only not in name:
            continue
        n_series = N_SERIES // 100 if "median" in name else N_SERIES
        rows = n_series * LENGTH
        offsets = np.arange(n_series + 1, dtype=np.int64) * LENGTH
        grouped = GroupedArray(values[:rows], offsets.astype(np.int32), num_threads=1)
        ours = lambda: kernels.run([mine], values[:rows], offsets, [out[:rows]])
        want = peer.transform(grouped)
        ours()
        np.testing.assert_allclose(out[:rows], want, rtol=1e-3, atol=tolerance)
        del want
        turns = [(cpu_seconds(ours), cpu_seconds(lambda: peer.transform(grouped))) for _ in range(TURNS)]
        seconds, seconds_peer = (min(side) for side in zip(*turns))
        ratio = statistics.median(b / a for a, b in turns)
        slower += ratio < 1
        print(f"{name:22} {rows / seconds / 1e6:13,.0f} {rows / seconds_peer / 1e6:13,.0f} {ratio:7.2f}", flush=True)
    return slower


def main() -> int:
    kernels = Kernels(sys.argv[1], threads=1)
    only = sys.argv[2] if len(sys.argv) > 2 else ""
    rng = np.random.default_rng(0)
    rates = rng.gamma(1.0, 3.0, size=(N_SERIES, 1))
    counts = rng.poisson(np.broadcast_to(rates, (N_SERIES, LENGTH))).astype(np.float32).ravel()
    slower = compare(kernels, "counts", counts, 2e-2, only)
    # Amounts: counts at prices in cents that change from day to day.
    cents = rng.integers(50, 2_000, size=counts.size).astype(np.float32)
    slower += compare(kernels, "amounts (not whole)", counts * (cents / np.float32(100)), 0.2, only)
    print(f"\n{slower} kernels slower than coreforecast")
    return 1 if slower else 0


if __name__ == "__main__":
    sys.exit(main())
