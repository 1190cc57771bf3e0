"""Compare forecasts of intermittent demand with statsforecast's on the spare parts: mean by RMSSE, distribution by WQL.

    python compare.py LIBRARY [--restock build/release/bin/restock] [--earlier] [--out FILE]

The last 12 and the last 6 months are held out, in turn; parts without records in them are not scored. --earlier scores windows
before those instead, on which the choices were made. Everyone gets the same history and answers with a mean and the quantiles
0.1 .. 0.9 of each month. A peer's quantiles are its conformal ones (its models of intermittent demand have no others), cut off at 0,
the better of two and, where the history allows, four windows by the score itself. Exit code 1 if a peer has a lower RMSSE or WQL.
"""
import argparse
import ctypes
import importlib.metadata
import pathlib
import resource
import subprocess
import sys
import time
import warnings

import numpy as np
import pandas as pd
from statsforecast import StatsForecast, models
from statsforecast.utils import ConformalIntervals

HERE = pathlib.Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
WORK = REPOSITORY / "build" / "bench" / "intermittent"
SALES = REPOSITORY.parent / "shared" / "data" / "carparts" / "monthly.parquet"
PROBABILITIES = np.arange(1, 10) / 10
FINAL, EARLIER = [(39, 12), (45, 6)], [(27, 12), (33, 6), (39, 6)]
PEERS = {
    "CrostonClassic": lambda c: models.CrostonClassic(prediction_intervals=c),
    "CrostonOptimized": lambda c: models.CrostonOptimized(prediction_intervals=c),
    "CrostonSBA": lambda c: models.CrostonSBA(prediction_intervals=c),
    "TSB (0.1, 0.1)": lambda c: models.TSB(alpha_d=0.1, alpha_p=0.1, prediction_intervals=c),
    "TSB (0.3, 0.1)": lambda c: models.TSB(alpha_d=0.3, alpha_p=0.1, prediction_intervals=c),
    "TSB (0.1, 0.2)": lambda c: models.TSB(alpha_d=0.1, alpha_p=0.2, prediction_intervals=c),
    "ADIDA": lambda c: models.ADIDA(prediction_intervals=c),
    "IMAPA": lambda c: models.IMAPA(prediction_intervals=c),
}


def read() -> pd.DataFrame:
    """Parts in rows, months in columns; NaN where there is no record."""
    rows = pd.read_parquet(SALES)
    rows["month"] = pd.to_datetime(rows["month"])
    return rows.pivot(index="part", columns="month", values="units").astype(float)


def rmsse(actual: np.ndarray, mean: np.ndarray, history: np.ndarray) -> float:
    """Mean over parts of the root of the squared error, scaled by that of the naive forecast inside the history; parts
    that never changed cannot be scaled and are left out. mean: parts x 1 or parts x months."""
    steps = np.diff(history, axis=1) ** 2
    known = np.isfinite(steps).any(axis=1)
    scale = np.nanmean(steps[known], axis=1)
    error = np.nanmean((actual[known] - np.broadcast_to(mean, actual.shape)[known]) ** 2, axis=1)
    return float(np.mean(np.sqrt(error[scale > 0] / scale[scale > 0])))


def wql(actual: np.ndarray, quantiles: np.ndarray) -> float:
    """2 sum of pinball losses / sum |actual|, mean over the probabilities. quantiles: parts x (1 or months) x 9."""
    error = actual[..., None] - quantiles
    loss = np.where(error >= 0, PROBABILITIES * error, (PROBABILITIES - 1) * error)
    return float(2 * np.nansum(loss) / (len(PROBABILITIES) * np.nansum(np.abs(actual))))


def row(name: str, actual, mean, quantiles, history, seconds: float) -> dict:
    mean = np.broadcast_to(mean, actual.shape)
    return {"method": name, "rmsse": rmsse(actual, mean, history), "wql": np.inf if quantiles is None else wql(actual, quantiles),
            "rmse": float(np.sqrt(np.nanmean((actual - mean) ** 2))), "bias": float(np.nanmean(mean - actual)),
            "seconds": seconds}


def peers(history: np.ndarray, actual: np.ndarray) -> list[dict]:
    n, months = history.shape
    horizon = actual.shape[1]
    frame = pd.DataFrame({"unique_id": np.repeat(np.arange(n), months), "ds": np.tile(np.arange(months), n),
                          "y": history.ravel()}).dropna()
    shortest = int(np.isfinite(history).sum(axis=1).min())
    out = []
    for name, make in PEERS.items():
        best = None
        for windows in (2, 4):
            if windows * horizon + 1 >= shortest:
                continue
            begin = time.process_time()
            table = StatsForecast([make(ConformalIntervals(h=horizon, n_windows=windows))], freq=1, n_jobs=1).forecast(
                df=frame, h=horizon, level=[20, 40, 60, 80])
            seconds = time.process_time() - begin
            alias = table.columns[2]
            columns = [f"{alias}-lo-{level}" for level in (80, 60, 40, 20)] + [alias] + [
                f"{alias}-hi-{level}" for level in (20, 40, 60, 80)]
            quantiles = np.maximum(table[columns].to_numpy().reshape(n, horizon, 9), 0)
            scored = row(name, actual, table[alias].to_numpy().reshape(n, horizon), quantiles, history, seconds)
            best = scored if best is None or scored["wql"] < best["wql"] else best
        out.append(best)
    return out


def ours(library, history: np.ndarray, actual: np.ndarray) -> list[dict]:
    n, months = history.shape
    units = np.ascontiguousarray(np.nan_to_num(history, nan=-1), dtype=np.float32)
    out = []
    for name, scaled in (("pooled counts, mean of the distribution", 0), ("pooled counts, mean for scaled errors", 1)):
        mean, quantiles = np.empty(n), np.empty((n, 9), dtype=np.float32)
        begin = time.process_time()
        assert library.restock_pooled_counts(units.ctypes.data, n, months, actual.shape[1], scaled, PROBABILITIES.ctypes.data, 9,
                                             mean.ctypes.data, quantiles.ctypes.data) == 0
        seconds = time.process_time() - begin
        out.append(row(name, actual, mean[:, None], quantiles[:, None].astype(float), history, seconds))
    return out


def global_model(restock: str, parts: np.ndarray, horizon: int, actual, history) -> dict:
    """The program itself, as configured in examples/carparts, with this horizon and the levels that WQL needs."""
    config = (REPOSITORY / "examples/carparts/restock.toml").read_text()
    config = config.replace('"../../../shared/data', f'"{SALES.parents[1]}').replace("horizon = 6", f"horizon = {horizon}\n"
                                                                                     "levels = [20, 40, 60, 80]")
    folder = WORK / f"global_{horizon}"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "restock.toml").write_text(config.replace("../../build/examples/carparts", str(folder)))
    begin = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    subprocess.run([restock, "run", "--config", folder / "restock.toml", "--holdout", str(horizon), "--threads", "1"],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    seconds = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - begin
    table = pd.read_csv(folder / "exports" / "csv" / "forecasts.csv").sort_values(["part", "period_start"])
    table = table[table["part"].isin(parts)]
    shape = (len(parts), horizon)
    quantiles = table[[f"q{p}" for p in range(10, 100, 10)]].to_numpy(float).reshape(*shape, 9)
    return row("restock run, one model over all parts", actual, table["mean"].to_numpy().reshape(shape), quantiles, history,
               seconds)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("library")
    parser.add_argument("--restock", help="the program, to score its own model too")
    parser.add_argument("--earlier", action="store_true")
    parser.add_argument("--out")
    options = parser.parse_args()
    if not SALES.exists():
        print(f"skipped: {SALES} is absent", file=sys.stderr)
        return 0
    warnings.filterwarnings("ignore")
    library = ctypes.CDLL(options.library)
    library.restock_pooled_counts.argtypes = [ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64, ctypes.c_int32, ctypes.c_int32,
                                              ctypes.c_void_p, ctypes.c_int64, ctypes.c_void_p, ctypes.c_void_p]
    sales = read()
    lines, missed = [f"statsforecast {importlib.metadata.version('statsforecast')}"], []
    for months, horizon in EARLIER if options.earlier else FINAL:
        kept = sales[sales.iloc[:, months].notna()]
        history, actual = kept.iloc[:, :months].to_numpy(), kept.iloc[:, months:months + horizon].to_numpy()
        own, theirs = ours(library, history, actual), peers(history, actual)
        zero = row("zero for all", actual, np.zeros((len(actual), 1)), np.zeros((len(actual), 1, 9)), history, 0)
        extra = [zero]
        if options.restock and not options.earlier:
            extra.insert(0, global_model(options.restock, kept.index.to_numpy(), horizon, actual, history))
        lines += ["", f"{horizon} months after month {months}, {len(kept):,} parts", "",
                  "| Method | RMSSE | WQL | RMSE | bias, units a month | CPU s |", "|---|---|---|---|---|---|"]
        lines += [f"| {r['method']} | {r['rmsse']:.4f} | {r['wql']:.4f} | {r['rmse']:.4f} | {r['bias']:+.3f} "
                  f"| {r['seconds']:.2f} |" for r in own + theirs + extra]
        for measure in ("rmsse", "wql"):
            least = min(r[measure] for r in own)
            missed += [f"{horizon} months: {measure} {least:.4f} is not below {r[measure]:.4f} of {r['method']}"
                       for r in theirs if not least < r[measure]]
    print("\n".join(lines))
    if options.out:
        pathlib.Path(options.out).write_text("\n".join(lines) + "\n", encoding="utf-8")
    for line in missed:
        print("MISSED", line, file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
