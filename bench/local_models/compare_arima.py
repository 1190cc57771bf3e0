"""AutoARIMA of Restock against statsforecast's: CPU seconds, AICc, likelihood and error on hidden days, same run, one core.

    BENCH_PYTHON=python bench/local_models/run_arima.sh

Data: 20 series of ../shared/data/store_item/sales.parquet (1,796 days, the last 30 hidden) and 100 generated intermittent series
of 400 days. "likelihood" compares the same order fitted by both: ours less the peer's (AICc of orders with other differences are
not comparable, so those rows compare ours at the peer's order).
"""

import ctypes
import os
import sys
import time
import warnings

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
from statsforecast.models import AutoARIMA

warnings.filterwarnings("ignore")
PERIOD = 7
HIDDEN = 30
TOLERANCE = 0.05  # in AICc and log-likelihood: the peer's diffuse start differs from the differenced density by about 0.002


class Row(ctypes.Structure):
    _fields_ = [("order", ctypes.c_int32 * 8), ("log_likelihood", ctypes.c_double), ("aicc", ctypes.c_double),
                ("sigma2", ctypes.c_double), ("constant", ctypes.c_double), ("coefficients", ctypes.c_double * 14)]


def ours(library, values, order=None):
    row, mean = Row(), np.empty(HIDDEN)
    fixed = None if order is None else (ctypes.c_int32 * 7)(*order)
    code = library.restock_arima_run(values.ctypes.data_as(ctypes.c_void_p), ctypes.c_int64(len(values)), PERIOD, fixed, HIDDEN,
                                     ctypes.byref(row), mean.ctypes.data_as(ctypes.c_void_p))
    return (row, mean) if code == 0 else (None, None)


def name(order):
    p, d, q, sp, sd, sq, constant = order
    return f"({p},{d},{q})({sp},{sd},{sq})" + (" c" if constant else "")


def daily_series(n):
    table = pq.read_table("../shared/data/store_item/sales.parquet").sort_by([("store", "ascending"), ("item", "ascending"), ("date", "ascending")])
    pairs = sorted({(s, i) for s, i in zip(table["store"].to_pylist(), table["item"].to_pylist())})
    for store, item in pairs[:: len(pairs) // 20][:n]:
        mask = pc.and_(pc.equal(table["store"], store), pc.equal(table["item"], item))
        yield f"{store}/{item}", table.filter(mask)["sales"].to_numpy().astype(float)


def intermittent_series(n):
    random = np.random.default_rng(2026)
    for i in range(n):
        rate = random.uniform(0.05, 0.5)
        occurs = random.random(400 + HIDDEN) < rate * (1 + 0.5 * np.sin(2 * np.pi * np.arange(400 + HIDDEN) / 7))
        yield f"intermittent {i}", np.where(occurs, 1.0 + random.poisson(random.uniform(0.5, 4), 400 + HIDDEN), 0.0)


def compare(title, series, library):
    rows = []
    for label, values in series:
        train, test = np.ascontiguousarray(values[:-HIDDEN]), values[-HIDDEN:]
        start = time.process_time()
        model = AutoARIMA(season_length=PERIOD).fit(train)
        peer_mean = model.predict(HIDDEN)["mean"]
        peer_seconds = time.process_time() - start
        start = time.process_time()
        row, mean = ours(library, train)
        seconds = time.process_time() - start
        fit = model.model_
        p, q, sp, sq, _, d, sd = (int(v) for v in fit["arma"])
        peer_order = (p, d, q, sp, sd, sq, int("intercept" in fit["coef"] or "drift" in fit["coef"]))
        if row is None:
            print(f"{label}: refused by ours; peer {name(peer_order)}")
            continue
        order = tuple(row.order)[:7]
        same, _ = ours(library, train, peer_order)
        comparable = order[1] == d and order[4] == sd
        aicc = row.aicc if comparable else same.aicc
        rows.append((seconds, peer_seconds, aicc - fit["aicc"], same.log_likelihood - fit["loglik"],
                     np.abs(mean - test).mean(), np.abs(peer_mean - test).mean(), comparable))
        print(f"| {label} | {name(order)} | {name(peer_order)} | {row.aicc:.2f} | {fit['aicc']:.2f} | {row.log_likelihood:.2f} | "
              f"{fit['loglik']:.2f} | {rows[-1][3]:+.3f} | {seconds:.3f} | {peer_seconds:.2f} |", flush=True)
    cpu, peer_cpu, aicc, likelihood, error, peer_error, comparable = (np.array(column, float) for column in zip(*rows))
    print(f"\n{title}: {len(rows)} series, {int(comparable.sum())} with the same differences")
    print(f"  CPU s a series: ours {cpu.mean():.4f}, peer {peer_cpu.mean():.4f}, ratio {peer_cpu.sum() / cpu.sum():.1f} "
          f"(median {np.median(peer_cpu / cpu):.1f}, least {np.min(peer_cpu / cpu):.1f})")
    print(f"  AICc, ours less peer: median {np.median(aicc):.3f}, equal or better {np.mean(aicc <= TOLERANCE):.1%}")
    print(f"  log-likelihood at the peer's order: median {np.median(likelihood):+.4f}, equal or better "
          f"{np.mean(likelihood >= -TOLERANCE):.1%}")
    print(f"  mean absolute error on {HIDDEN} hidden days: ours {error.mean():.4f}, peer {peer_error.mean():.4f}\n")
    return peer_cpu.sum() / cpu.sum() >= 10 and np.median(aicc) <= TOLERANCE


def main():
    library = ctypes.CDLL(os.path.abspath(sys.argv[1]))
    AutoARIMA(season_length=PERIOD).fit(np.random.default_rng(1).poisson(3, 60).astype(float))
    print("| series | ours | peer | AICc ours | AICc peer | log L ours | log L peer | log L ours - peer at the peer's order | CPU s ours | CPU s peer |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    passed = compare("store_item", daily_series(int(os.environ.get("N_DAILY", "20"))), library)
    passed = compare("intermittent", intermittent_series(int(os.environ.get("N_INTERMITTENT", "100"))), library) and passed
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
