"""Time 27 features beside mlforecast's on the same rows: 30,490 series of 400 days = 12.2 million rows, one thread.

    python compare_features.py kernels.so

Ours: 22 kernels and 5 parts of the date into 27 columns of float32 that are kept from run to run. mlforecast: preprocess() of
a polars frame, which returns the same 27 columns. Runs take turns; CPU time; the columns must agree first.
"""
import datetime
import statistics
import sys
import time

import mlforecast.lag_transforms as theirs
import numpy as np
import polars
from mlforecast import MLForecast

from kernels_library import Kernels, feature

N_SERIES, LENGTH, TURNS = 30_490, 400, 5
FIRST = datetime.date(2020, 1, 1)
LAGS = [1, 7, 14, 21, 28, 35, 42]
AFTER_LAG = {
    1: [(feature("rolling_mean", 1, 7), theirs.RollingMean(7)), (feature("rolling_mean", 1, 14), theirs.RollingMean(14)),
        (feature("rolling_mean", 1, 28), theirs.RollingMean(28)),
        (feature("rolling_mean", 1, 60), theirs.RollingMean(60)),
        (feature("rolling_std", 1, 7), theirs.RollingStd(7)), (feature("rolling_std", 1, 28), theirs.RollingStd(28)),
        (feature("rolling_min", 1, 28), theirs.RollingMin(28)), (feature("rolling_max", 1, 28), theirs.RollingMax(28)),
        (feature("rolling_mean", 1, 4, 7), theirs.SeasonalRollingMean(7, 4)),
        (feature("expanding_mean", 1), theirs.ExpandingMean()), (feature("expanding_std", 1), theirs.ExpandingStd()),
        (feature("exponential_mean", 1, parameter=0.3), theirs.ExponentiallyWeightedMean(0.3)),
        (feature("exponential_mean", 1, parameter=0.7), theirs.ExponentiallyWeightedMean(0.7))],
    7: [(feature("rolling_mean", 7, 7), theirs.RollingMean(7)), (feature("rolling_mean", 7, 28), theirs.RollingMean(28))],
}
DATE_PARTS = ["weekday", "day", "month", "week", "quarter"]


def cpu_seconds(work) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def make_values() -> np.ndarray:
    rng = np.random.default_rng(0)
    values = rng.poisson(np.broadcast_to(rng.gamma(1.0, 3.0, (N_SERIES, 1)), (N_SERIES, LENGTH)))
    return values.astype(np.float32).ravel()


def mlforecast_features(threads: int) -> MLForecast:
    return MLForecast(models=[], freq="1d", lags=LAGS, date_features=DATE_PARTS, num_threads=threads,
                      lag_transforms={lag: [t for _, t in pairs] for lag, pairs in AFTER_LAG.items()})


def main() -> int:
    values = make_values()
    days = np.tile(np.datetime64(FIRST) + np.arange(LENGTH), N_SERIES)
    frame = polars.DataFrame(
        {"unique_id": np.repeat(np.arange(N_SERIES, dtype=np.int32), LENGTH), "ds": days, "y": values})
    peer = mlforecast_features(threads=1)

    kernels = Kernels(sys.argv[1], threads=1)
    offsets = np.arange(N_SERIES + 1, dtype=np.int64) * LENGTH
    features = [feature("lag", lag) for lag in LAGS] + [f for pairs in AFTER_LAG.values() for f, _ in pairs]
    columns = [np.zeros_like(values) for _ in range(len(features) + len(DATE_PARTS))]
    first_day = (FIRST - datetime.date(1970, 1, 1)).days
    first_days = np.full(N_SERIES, first_day, dtype=np.int32)

    def ours():
        kernels.run(features, values, offsets, columns[:len(features)])
        kernels.date_parts(first_days, offsets, first_day, first_day + LENGTH, columns[len(features):])

    def preprocess():
        return peer.preprocess(frame, static_features=[], dropna=False)

    ours()
    want = preprocess()
    for name, column in zip(want.columns[3:], columns, strict=True):
        np.testing.assert_allclose(column, want[name].to_numpy(), rtol=1e-3, atol=2e-2, err_msg=name)
    del want
    turns = [(cpu_seconds(ours), cpu_seconds(preprocess)) for _ in range(TURNS)]
    seconds, seconds_peer = (min(side) for side in zip(*turns))
    ratio = statistics.median(b / a for a, b in turns)
    cells = values.size * len(columns) / 1e6
    print(f"{len(columns)} features x {values.size / 1e6:.1f} M rows, 1 thread, CPU time")
    print(f"ours       {seconds:6.2f} s {cells / seconds:8,.0f} Mcells/s")
    print(f"mlforecast {seconds_peer:6.2f} s {cells / seconds_peer:8,.0f} Mcells/s   ratio {ratio:.2f}")
    return 0 if ratio >= 3 else 1


if __name__ == "__main__":
    sys.exit(main())
