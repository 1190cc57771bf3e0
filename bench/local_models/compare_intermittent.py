"""Compare the intermittent models with statsforecast's: forecasts, sums of squares, CPU time a series.

    python compare_intermittent.py LIBRARY [--series 1000] [--length 400] [--out FILE]

Both sides forecast the same generated series on one core, one after the other, best of five rounds; the peer through its
models' own `forecast`, without the data frame around it. Exit code 1 if a forecast differs, a sum of squares is larger or a
model is not twice as fast.
"""
import argparse
import ctypes
import importlib.metadata
import sys
import time

import numpy as np
from statsforecast import models
from statsforecast.models import _optimized_ses_forecast

HORIZON = 12
ROUNDS = 5
RATIO_MIN = 2.0
# name, number of the method in IntermittentMethod, the peer, largest relative difference of a forecast: the constants of
# the optimised ones stop where each search stops.
CASES = [
    ("Croston", 0, models.CrostonClassic(), 1e-6),
    ("Croston optimised", 1, models.CrostonOptimized(), None),
    ("SBA", 2, models.CrostonSBA(), 1e-6),
    ("TSB", 3, models.TSB(alpha_d=0.1, alpha_p=0.1), 1e-6),
    ("ADIDA", 4, models.ADIDA(), None),
    ("IMAPA", 5, models.IMAPA(), None),
]


def generate(n_series: int, length: int) -> np.ndarray:
    """Demand in 5 to 50 % of the periods, sizes 1 + Poisson, one in three series fading out or growing."""
    random = np.random.default_rng(20)
    probability = random.uniform(0.05, 0.5, n_series)[:, None] * np.ones(length)
    kind = random.integers(0, 6, n_series)
    probability[kind == 0] *= np.linspace(1.5, 0.2, length)
    probability[kind == 1] *= np.linspace(0.2, 1.5, length)
    sizes = 1 + random.poisson(random.gamma(2, 2, n_series)[:, None], (n_series, length))
    return np.where(random.uniform(size=(n_series, length)) < probability, sizes, 0).astype(float)


def streams(y: np.ndarray, name: str) -> list[np.ndarray]:
    """What the optimised models smooth."""
    if name == "Croston optimised":
        return [y[y > 0], np.diff(np.flatnonzero(y) + 1, prepend=0).astype(float)]
    block = round(np.diff(np.flatnonzero(y) + 1, prepend=0).mean())
    blocks = [block] if name == "ADIDA" else range(1, block + 1)
    return [y[len(y) % b:].reshape(-1, b).sum(axis=1) for b in blocks]


def sums_of_squares(library, y: np.ndarray, name: str) -> tuple[float, float]:
    """(ours, the peer's) over the streams of one series; each of ours must be no larger, else the first is infinite."""
    ours = theirs = 0.0
    for stream in streams(y, name):
        stream = np.ascontiguousarray(stream)
        a = library.restock_best_smoothing(stream.ctypes.data, len(stream), 0.1, 0.3)
        fitted = _optimized_ses_forecast(stream)[1]
        b = float(np.sum((stream[1:] - fitted[1:]) ** 2))
        ours += a if a <= b * (1 + 1e-9) else np.inf
        theirs += b
    return ours, theirs


def best_of(run) -> tuple[float, object]:
    seconds, answer = np.inf, None
    for _ in range(ROUNDS):
        begin = time.process_time()
        answer = run()
        seconds = min(seconds, time.process_time() - begin)
    return seconds, answer


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("library")
    parser.add_argument("--series", type=int, default=1000)
    parser.add_argument("--length", type=int, default=400)
    parser.add_argument("--out", help="write the table there too")
    options = parser.parse_args()
    library = ctypes.CDLL(options.library)
    library.restock_best_smoothing.restype = ctypes.c_double
    library.restock_best_smoothing.argtypes = [ctypes.c_void_p, ctypes.c_int64, ctypes.c_double, ctypes.c_double]
    library.restock_intermittent_run.argtypes = [ctypes.c_int32, ctypes.c_double, ctypes.c_double, ctypes.c_void_p,
                                                 ctypes.c_void_p, ctypes.c_int64, ctypes.c_int32, ctypes.c_void_p,
                                                 ctypes.c_void_p]
    y = generate(options.series, options.length)
    offsets = np.arange(options.series + 1, dtype=np.int64) * options.length
    mean, variance = np.empty(options.series), np.empty(options.series)
    lines = [f"statsforecast {importlib.metadata.version('statsforecast')}, {options.series:,} series of "
             f"{options.length} values, horizon {HORIZON}, one core, best of {ROUNDS} rounds", "",
             "| Model | statsforecast, ms a series | ours, ms a series | times as fast | largest difference | "
             "sum of squares, ours / theirs |", "|---|---|---|---|---|---|"]
    failures = []
    for name, method, peer, tolerance in CASES:
        def ours():
            return library.restock_intermittent_run(method, 0.1, 0.1, y.ctypes.data, offsets.ctypes.data, options.series,
                                                    HORIZON, mean.ctypes.data, variance.ctypes.data)
        peer.forecast(y=y[0], h=HORIZON)
        their_seconds, answers = best_of(lambda: [peer.forecast(y=row, h=HORIZON)["mean"][0] for row in y])
        our_seconds, code = best_of(ours)
        assert code == 0
        ratio = their_seconds / our_seconds
        difference = float(np.max(np.abs(mean - answers) / np.maximum(np.abs(answers), 1e-9)))
        squares = "-"
        if tolerance is None:
            a, b = np.sum([sums_of_squares(library, row, name) for row in y], axis=0)
            squares = f"{a / b:.9f}"
            if not np.isfinite(a):
                failures.append(f"{name}: a sum of squares is larger")
        elif not difference <= tolerance:
            failures.append(f"{name}: a forecast differs by {difference:.2g}")
        if ratio < RATIO_MIN:
            failures.append(f"{name}: only {ratio:.1f} times as fast")
        lines.append(f"| {name} | {1e3 * their_seconds / options.series:.4f} | {1e3 * our_seconds / options.series:.5f} "
                     f"| {ratio:.1f} | {difference:.1e} | {squares} |")
    print("\n".join(lines))
    if options.out:
        with open(options.out, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
    for failure in failures:
        print("MISSED", failure, file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
