"""Automatic exponential smoothing beside statsforecast's AutoETS on the same series: CPU seconds on one thread, AICc, likelihood.

    python compare_ets.py ets.so [--timed N] [--all]

store_item: 200 series (every item, four stores) of 1,796 days, season 7, the last 30 days held out. intermittent: 1,000 made
series of 400 days, 50 to 95 % zeros, season 7. Both sides choose among the same forms (15, and 6 where zeros are) within the same
region of parameters. year: ETS(A,N,A) with season 365 on three of the daily series. --timed N: the peer fits the first N of each (40); --all: all of them. Ours always fits all, three times;
the fastest counts. Exit code 1 if ours is not ten times as fast or the median AICc is worse.
"""
import argparse
import collections
import ctypes
import math
import sys
import time

import numpy as np
import pandas
from statsforecast.ets import ets_f
from statsforecast.models import AutoETS

SEASON, HORIZON, TURNS = 7, 30, 3
SAME = 1e-3  # AICc or log-likelihood: what two optimisers may differ by at the same optimum


class Row(ctypes.Structure):
    _fields_ = [("log_likelihood", ctypes.c_double), ("aicc", ctypes.c_double), ("parameters", ctypes.c_double * 4),
                ("states", ctypes.c_double * 4), ("form", ctypes.c_char * 8)]


class Ours:
    def __init__(self, path: str):
        self.library = ctypes.CDLL(path)

    def run(self, series: list[np.ndarray], form: str = "", season: int = SEASON) -> tuple[list[Row], np.ndarray, float]:
        values = np.concatenate(series)
        offsets = np.cumsum([0] + [len(s) for s in series]).astype(np.int64)
        rows = (Row * len(series))()
        mean = np.zeros((len(series), HORIZON))
        pointer = lambda array: array.ctypes.data_as(ctypes.c_void_p)
        start = time.process_time()
        failed = self.library.restock_ets_run(pointer(values), pointer(offsets), ctypes.c_int64(len(series)), season,
                                              form.encode(), HORIZON, rows, pointer(mean))
        seconds = time.process_time() - start
        if failed:
            raise RuntimeError(f"{failed} series of {len(series)} could not be fitted")
        return list(rows), mean, seconds


def store_item() -> tuple[list[np.ndarray], np.ndarray]:
    sales = pandas.read_parquet("../shared/data/store_item/sales.parquet").sort_values(["store", "item", "date"])
    whole = [group.sales.to_numpy(float) for _, group in sales[sales.store <= 4].groupby(["store", "item"])]
    # Stores take turns, so that the first N series are a mix.
    whole = [whole[store * 50 + item] for item in range(50) for store in range(4)]
    return [s[:-HORIZON] for s in whole], np.array([s[-HORIZON:] for s in whole])


def intermittent() -> tuple[list[np.ndarray], None]:
    rng = np.random.default_rng(7)
    series = []
    for _ in range(1000):
        chance, size = rng.uniform(0.05, 0.5), rng.gamma(1.5, 2.0)
        series.append(((rng.random(400) < chance) * (1 + rng.poisson(size, 400))).astype(float))
    return series, None


def constant(n: int) -> float:
    """What the peer leaves out of its log-likelihood."""
    return -n / 2 * (math.log(2 * math.pi / n) + 1)


def peer_run(series: list[np.ndarray]) -> tuple[list[dict], np.ndarray, float]:
    AutoETS(season_length=SEASON).fit(series[0][:100])  # warm
    fits, mean = [], []
    start = time.process_time()
    for values in series:
        model = AutoETS(season_length=SEASON).fit(values)
        mean.append(model.predict(HORIZON)["mean"])
        fits.append(model.model_)
    return fits, np.array(mean), time.process_time() - start


def same_form(ours: Ours, series: list[np.ndarray], fits: list[dict]) -> np.ndarray:
    """Our log-likelihood less the peer's, both for the form that the peer chose."""
    gain = np.zeros(len(fits))
    by_form = collections.defaultdict(list)
    for i, fit in enumerate(fits):
        by_form[fit["components"]].append(i)
    for form, members in by_form.items():
        rows, _, _ = ours.run([series[i] for i in members], form)
        for i, row in zip(members, rows):
            gain[i] = row.log_likelihood - fits[i]["loglik"] - constant(len(series[i]))
    return gain


def describe(name: str, gain: np.ndarray) -> str:
    return (f"  {name}: equal or better on {100 * np.mean(gain >= -SAME):.1f} %, better on {100 * np.mean(gain > SAME):.1f} %; "
            f"median gain {np.median(gain):.3f}, mean {gain.mean():.3f}, worst {gain.min():.3f}")


def compare(name: str, ours: Ours, series: list[np.ndarray], actual: np.ndarray | None, n_peer: int) -> bool:
    turns = [ours.run(series) for _ in range(TURNS)]
    rows, mean, _ = turns[0]
    each = min(seconds for _, _, seconds in turns) / len(series)
    fits, mean_peer, seconds = peer_run(series[:n_peer])
    each_peer = seconds / len(fits)
    print(f"{name}: {len(series)} series, {len(series[0])} values, season {SEASON}; the peer on {len(fits)}")
    print(f"  CPU ms a series, one thread: ours {1e3 * each:.2f}, statsforecast {1e3 * each_peer:.1f}; ratio {each_peer / each:.0f}")
    fewer = np.array([fit["aicc"] - 2 * constant(len(series[0])) - row.aicc for row, fit in zip(rows, fits)])
    print(describe("AICc of the chosen form", fewer))
    print(describe("log-likelihood of the form the peer chose", same_form(ours, series, fits)))
    print(f"  same form chosen: {100 * np.mean([r.form.decode() == f['components'] for r, f in zip(rows, fits)]):.1f} %")
    if actual is not None:
        n = len(fits)
        wape = [100 * np.abs(m[:n] - actual[:n]).sum() / actual[:n].sum() for m in (mean, mean_peer)]
        print(f"  WAPE of the next {HORIZON} days: ours {wape[0]:.2f} %, statsforecast {wape[1]:.2f} %")
    sys.stdout.flush()
    return each_peer >= 10 * each and np.median(fewer) >= -SAME


def compare_year(ours: Ours) -> None:
    """A season whose states are too many to estimate one by one."""
    series = store_item()[0][:3]
    rows, _, seconds = ours.run(series, "ANAN", 365)
    start = time.process_time()
    fits = [ets_f(values, 365, model="ANA", damped=False) for values in series]
    seconds_peer = time.process_time() - start
    print(f"year: {len(series)} series, {len(series[0])} values, season 365, ETS(A,N,A)")
    print(f"  CPU ms a series, one thread: ours {1e3 * seconds / len(series):.2f}, statsforecast "
          f"{1e3 * seconds_peer / len(series):.1f}; ratio {seconds_peer / seconds:.0f}")
    print(describe("log-likelihood", np.array([row.log_likelihood - fit["loglik"] - constant(len(values))
                                               for row, fit, values in zip(rows, fits, series)])))


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("library")
    parser.add_argument("--timed", type=int, default=40)
    parser.add_argument("--all", action="store_true")
    options = parser.parse_args()
    ours = Ours(options.library)
    good = True
    for name, make in (("store_item", store_item), ("intermittent", intermittent)):
        try:
            series, actual = make()
        except FileNotFoundError as error:
            print(f"{name}: skipped, {error}")
            continue
        good &= compare(name, ours, series, actual, len(series) if options.all else options.timed)
    if good:
        compare_year(ours)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
