"""Compare Restock's mean, median and distribution with statsforecast's and mlforecast's models, window by window.

    python compare.py --restock build/release/bin/restock [--out FILE] [--only SET ...] [--peers PEER ...]

Everyone sees the same history up to the origin and forecasts the same periods; a series without a forecast of a peer counts
with that peer's forecast taken as zero only if it had no history, else with its last value. Costs are CPU seconds of whole processes.
"""
import argparse
import datetime
import json
import os
import pathlib
import shutil
import sys
import tomllib

import numpy as np
import pandas as pd

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "accuracy"))
import measured  # noqa: E402
from sets import SETS, demand, read_raw, series_ids  # noqa: E402

WORK = HERE.parents[1] / "build" / "bench" / "retail"
LEVELS = [0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975]
OURS = {0.025: "q2_5", 0.05: "q5", 0.1: "q10", 0.25: "q25", 0.5: "q50", 0.75: "q75", 0.9: "q90", 0.95: "q95",
        0.975: "q97_5"}
PEERS = {
    "vn2": ["mlforecast_xgboost", "mlforecast_lightgbm", "auto_ets", "dynamic_optimized_theta", "mstl",
            "croston_optimized", "croston_sba", "tsb", "adida", "imapa", "seasonal_naive", "window_average"],
    "online_retail": ["mlforecast_xgboost", "mlforecast_lightgbm", "auto_ets", "dynamic_optimized_theta",
                      "croston_optimized", "croston_sba", "tsb", "adida", "imapa", "seasonal_naive", "window_average"],
}


def naive_scales(history: pd.DataFrame) -> pd.Series:
    """Mean squared step of each series from its first sale on (the scale of RMSSE)."""
    started = history[history.groupby("unique_id")["y"].cummax() > 0]
    steps = started.groupby("unique_id")["y"].diff() ** 2
    return steps.groupby(started["unique_id"]).mean()


def score(actual: pd.DataFrame, forecast: pd.DataFrame, scales: pd.Series) -> dict[str, float]:
    """actual: unique_id, ds, y of the scored periods; forecast: mean and a column per level."""
    names = [str(level) for level in LEVELS]
    joined = actual.merge(forecast[["unique_id", "ds", "mean", *names]], on=["unique_id", "ds"], how="left")
    joined[["mean", *names]] = joined[["mean", *names]].fillna(0.0)
    y, mean = joined["y"].to_numpy(), joined["mean"].to_numpy()
    pinball = 0.0
    for level, name in zip(LEVELS, names):
        error = y - joined[name].to_numpy()
        pinball += 2 * np.maximum(level * error, (level - 1) * error).sum() / len(LEVELS)
    squared = ((y - mean) ** 2)
    per_series = pd.Series(squared).groupby(joined["unique_id"]).mean()
    scale = scales.reindex(per_series.index)
    ratio = np.sqrt(per_series / scale)[scale > 0]
    return {"rmsse": ratio.mean(), "bias": 100 * (mean - y).sum() / y.sum(), "wape": 100 * np.abs(y - mean).sum() / y.sum(),
            "wape_median": 100 * np.abs(y - joined["0.5"].to_numpy()).sum() / y.sum(), "wql": 100 * pinball / y.sum()}


def run_restock(restock, one, raw: pd.DataFrame, folder: pathlib.Path):
    """`restock run --holdout` on a file that ends with the window, as a user would; its defaults untouched."""
    shutil.rmtree(folder / "out", ignore_errors=True)
    raw.drop(columns="ds").to_parquet(folder / "sales.parquet", index=False)
    config = tomllib.loads(one.config.read_text())
    config["data"]["files"] = [str(folder / "sales.parquet")]
    config["output"]["directory"] = str(folder / "out")
    config.pop("inventory", None)
    if "products" in config:
        config["products"]["file"] = str((one.config.parent / config["products"]["file"]).resolve())
    file = folder / "restock.toml"
    file.write_text("".join(f"[{section}]\n" + "".join(f"{k} = {json.dumps(v)}\n" for k, v in options.items())
                            for section, options in config.items()))
    cost = measured.run([restock, "run", "--config", file, "--holdout", one.horizon, "--threads", 1, "--json",
                         folder / "run.json"], folder / "restock.log", codes=(0, 1))  # 1: rows went to quarantine
    export = pd.read_csv(folder / "out" / "exports" / "csv" / "forecasts.csv")
    frame = export.rename(columns={name: str(level) for level, name in OURS.items()})
    return frame.assign(unique_id=series_ids(export, one), ds=pd.to_datetime(export["period_start"])), cost


def compare_window(options, one, back: int) -> dict[str, dict[str, float]]:
    raw = read_raw(one)
    step = pd.Timedelta(days=7 if one.frequency.startswith("W") else 1)
    raw = raw[raw["ds"] <= raw["ds"].max() - back * step]
    rows = demand(raw, one)
    origin = rows["ds"].max() - one.horizon * step
    history = rows[rows["ds"] <= origin]
    held = rows[(rows["ds"] > origin) & rows["scored"] & rows["unique_id"].isin(history["unique_id"])]
    scales = naive_scales(history)
    folder = WORK / f"{one.name}_{back}"
    folder.mkdir(parents=True, exist_ok=True)
    out = {}
    forecast, cost = run_restock(options.restock, one, raw, folder)
    out["restock"] = score(held, forecast, scales) | {"cpu": cost.cpu_seconds}
    history[["unique_id", "ds", "y"]].to_parquet(folder / "history.parquet", index=False)
    for peer in options.peers or PEERS[one.name]:
        target = folder / f"{peer}.parquet"
        done = folder / f"{peer}.json"
        if not (options.keep and done.exists()):
            cost = measured.run([sys.executable, HERE / "peers.py", peer, one.name, folder / "history.parquet", target],
                                folder / f"{peer}.log")
            done.write_text(json.dumps(cost.cpu_seconds))
        out[peer] = score(held, pd.read_parquet(target), scales) | {"cpu": json.loads(done.read_text())}
        print(f"{one.name} {back} {peer} {out[peer]}", file=sys.stderr, flush=True)
    print(f"{one.name} {back} restock {out['restock']}", file=sys.stderr, flush=True)
    return out


def table(one, windows: list[dict]) -> tuple[list[str], list[str]]:
    """Mean over the windows, and what Restock does not win."""
    means = {who: {m: float(np.mean([w[who][m] for w in windows])) for m in windows[0][who]} for who in windows[0]}
    lines = ["", f"## {one.name}: {len(windows)} window(s) of {one.horizon} periods", "",
             "| method | RMSSE (mean) | WAPE % (mean) | WAPE % (median) | WQL % | bias % | bias by window | CPU s |",
             "|---|---|---|---|---|---|---|---|"]
    for who, m in sorted(means.items(), key=lambda item: item[1]["wql"]):
        biases = " ".join(f"{w[who]['bias']:+.1f}" for w in windows)
        lines.append(f"| {'**restock**' if who == 'restock' else who} | {m['rmsse']:.4f} | {m['wape']:.2f} | "
                     f"{m['wape_median']:.2f} | {m['wql']:.2f} | {m['bias']:+.2f} | {biases} | {m['cpu']:.0f} |")
    ours, missed = means["restock"], []
    for measure in ("wape", "wql") if one.name == "vn2" else ("rmsse", "wape_median"):
        for who, m in means.items():
            if who != "restock" and m[measure] <= ours[measure]:
                missed.append(f"{one.name}: {measure} {ours[measure]:.4f} is not below {m[measure]:.4f} of {who}")
    return lines, missed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--restock", required=True, type=pathlib.Path)
    parser.add_argument("--out", type=pathlib.Path)
    parser.add_argument("--only", nargs="*", default=list(SETS))
    parser.add_argument("--peers", nargs="*")
    parser.add_argument("--keep", action="store_true", help="take the peers' forecasts of an earlier run")
    options = parser.parse_args()
    lines, missed = [], []
    for name in options.only:
        if not SETS[name].path.exists():
            print(f"skipped {name}: {SETS[name].path} is absent", file=sys.stderr)
            continue
        rows, lost = table(SETS[name], [compare_window(options, SETS[name], back) for back in SETS[name].ends])
        print("\n".join(rows), flush=True)
        lines += rows
        missed += lost
    note = ["", f"{datetime.date.today()}; one thread for everyone; {os.cpu_count()} cores; CPU seconds are means a window.", "",
            "Targets: " + ("all met." if not missed else "MISSED: " + "; ".join(missed) + ".")]
    print("\n".join(note))
    if options.out:
        title = ["# Mean, median and distribution on held-out windows", "", "Written by `bench/retail/run.sh --record`."]
        options.out.write_text("\n".join(title + lines + note) + "\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
