"""Judge the estimate of censored demand: against the truth of generated data, and by its effect on forecasts.

Printed tables are what RESULTS.md records; see run.sh.
"""
import argparse
import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd

FAMILIES = {  # options of `restock generate`; the last one was not looked at while the estimator was tuned
    "smooth": ["--preset", "small", "--intermittent_share", "0", "--seed", "101", "--products", "60"],
    "intermittent": ["--preset", "small", "--intermittent_share", "1", "--seed", "202", "--products", "60"],
    "m5 (unseen)": ["--preset", "m5", "--seed", "303", "--stores", "3", "--products", "150", "--days", "900"],
}
HOLDOUT = 28


def run(restock, config, holdout, work, censored):
    """One `restock run`; returns the folder of its CSV exports and its CPU seconds."""
    out = work / f"out-{censored}-{holdout}"
    text = config + f'\n[output]\ndirectory = "{out.resolve()}"\nparquet = false\nreport = false\n'
    text = text.replace("[forecast]\n", f'[forecast]\ncensored = "{censored}"\n', 1)
    path = work / f"restock-{censored}-{holdout}.toml"
    path.write_text(text)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([restock, "run", "--config", path, "--holdout", str(holdout)], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return out / "exports" / "csv", cpu


def without_output(text):
    return text.split("[output]")[0] + "[run]" + text.split("[run]")[1]


def score(forecast, actual):
    total = actual.sum()
    return 100 * np.abs(forecast - actual).sum() / total, 100 * (forecast - actual).sum() / total


def generated(restock, work, names):
    rows = []
    for name in names:
        folder = work / name.split()[0]
        subprocess.run([restock, "generate", "--out", folder, "--overwrite", "--format", "parquet", *FAMILIES[name]],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        config = without_output((folder / "restock.toml").read_text())
        truth = pd.concat(pd.read_parquet(p) for p in sorted((folder / "truth").glob("*.parquet")))
        truth["date"] = pd.to_datetime(truth["date"])
        keys = ["store", "product", "date"]
        sales = pd.concat(pd.read_parquet(p) for p in sorted(folder.glob("sales*.parquet")) or
                          sorted((folder / "sales").glob("*.parquet")))
        sales["date"] = pd.to_datetime(sales["date"])
        last = sales["date"].max()
        truth = truth[truth["date"] <= last].merge(sales[keys + ["in_stock", "units"]], on=keys)
        for censored in ("skip", "estimate"):
            exports, cpu = run(restock, config, HOLDOUT, folder, censored)
            row = {"family": name, "censored": censored}
            if censored == "estimate":
                demand = pd.read_csv(exports / "demand.csv", parse_dates=["period_start"])
                demand = demand.rename(columns={"period_start": "date", "demand": "estimate"})
                joined = truth.merge(demand[keys + ["estimate"]], on=keys)
                known = truth[(truth["date"] <= last - pd.Timedelta(days=HOLDOUT)) & ~truth["in_stock"].astype(bool)]
                sold, estimate = joined["units"], joined["estimate"]
                row |= {"censored days": len(known), "lost / demand %": 100 * known["lost"].sum() / known["demand"].sum(),
                        "lost recovered %": 100 * (estimate - sold).sum() / known["lost"].sum(),
                        "WAPE of demand, sales %": score(sold, joined["demand"])[0],
                        "WAPE of demand, estimate %": score(estimate, joined["demand"])[0]}
            forecast = pd.read_csv(exports / "forecasts.csv", parse_dates=["period_start"])
            forecast = forecast.rename(columns={"period_start": "date", "mean": "forecast"})
            joined = truth.drop(columns=["mean"]).assign(true_mean=truth["mean"]).merge(
                forecast[keys + ["forecast"]], on=keys)
            row["true mean WAPE %"], row["true mean bias %"] = score(joined["forecast"], joined["true_mean"])
            stocked = joined[joined["in_stock"].astype(bool)]
            row["in-stock WAPE %"], row["in-stock bias %"] = score(stocked["forecast"], stocked["units"])
            row["CPU s"] = cpu
            rows.append(row)
    return pd.DataFrame(rows)


def vn2(restock, work, data, windows):
    source = Path("examples/vn2/restock.toml").read_text()
    source = source.replace("../../../shared/data", str(data.resolve())).split("[output]")[0]
    sales = pd.read_parquet(data / "vn2" / "sales.parquet")
    sales["week"] = pd.to_datetime(sales["week"])
    weeks = sorted(sales["week"].unique())
    rows = []
    for back in windows:
        # A window that ends `back` weeks before the end: a copy of the history that ends there.
        until = weeks[len(weeks) - 1 - back]
        path = work / "vn2" / f"sales-{back}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        kept = sales[sales["week"] <= until].copy()
        kept["week"] = kept["week"].dt.strftime("%Y-%m-%d")
        kept.to_parquet(path)
        config = source.replace(str(data.resolve()) + "/vn2/sales.parquet", str(path.resolve())) + "[run]\n"
        for censored in ("skip", "estimate"):
            exports, cpu = run(restock, config, 8, path.parent, censored)
            forecast = pd.read_csv(exports / "forecasts.csv", parse_dates=["period_start"])
            joined = sales.merge(forecast, left_on=["store", "product", "week"],
                                 right_on=["store", "product", "period_start"])
            stocked = joined[joined["in_stock"]]
            wape, bias = score(stocked["mean"], stocked["units"])
            rows.append({"window ends": str(until)[:10], "censored": censored, "WAPE %": wape, "bias %": bias,
                         "CPU s": cpu})
    return pd.DataFrame(rows)


def freshretail(restock, work, data, windows):
    sales = pd.read_parquet(data / "freshretail" / "train.parquet")
    sales["date"] = pd.to_datetime(sales["date"])
    days = sorted(sales["date"].unique())
    rows = []
    for name, back, holdout in windows:
        until = days[len(days) - 1 - back]
        path = work / "freshretail" / f"sales-{back}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        kept = sales[sales["date"] <= until].copy()
        kept["date"] = kept["date"].dt.strftime("%Y-%m-%d")
        kept.to_parquet(path)
        config = Path("bench/censored/freshretail.toml").read_text().replace("SALES", str(path.resolve()))
        for censored in ("skip", "estimate"):
            exports, cpu = run(restock, config, holdout, path.parent, censored)
            forecast = pd.read_csv(exports / "forecasts.csv", parse_dates=["period_start"])
            joined = sales.merge(forecast, left_on=["store_id", "product_id", "date"],
                                 right_on=["store_id", "product_id", "period_start"])
            stocked = joined[joined["oos_hours_6_22"] == 0]
            wape, bias = score(stocked["mean"], stocked["sale_amount"])
            rows.append({"window": name, "censored": censored, "rows": len(stocked), "WAPE %": wape, "bias %": bias,
                         "CPU s": cpu})
    return pd.DataFrame(rows)


def table(frame):
    def text(value):
        if isinstance(value, float):
            return "" if np.isnan(value) else f"{value:.2f}"
        return str(value)
    lines = ["| " + " | ".join(frame.columns) + " |", "|" + "---|" * len(frame.columns)]
    lines += ["| " + " | ".join(text(v) for v in row) + " |" for row in frame.itertuples(index=False)]
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--restock", default="build/release/bin/restock")
    parser.add_argument("--data", default="../shared/data", type=Path)
    parser.add_argument("--work", default="build/bench-censored", type=Path)
    parser.add_argument("--tuning", action="store_true", help="only what the estimator may be tuned on")
    parser.add_argument("--only", default="generated,freshretail,vn2")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    asked = options.only.split(",")
    if "generated" in asked:
        names = [n for n in FAMILIES if not (options.tuning and "unseen" in n)]
        print("## Generated data, truth known\n\n" + table(generated(options.restock, options.work, names)), flush=True)
    if "freshretail" in asked and (options.data / "freshretail").exists():
        windows = [("earlier (tuned on), 14 days", 14, 14)]
        if not options.tuning:
            windows.append(("last 14 days (scored once)", 0, 14))
        print("## freshretail, days without an hour out of stock\n\n" +
              table(freshretail(options.restock, options.work, options.data, windows)), flush=True)
    if "vn2" in asked and (options.data / "vn2").exists():
        windows = [32, 24] if options.tuning else [32, 24, 16, 8, 0]
        print("## vn2, weeks in stock, 8 weeks ahead\n\n" +
              table(vn2(options.restock, options.work, options.data, windows)), flush=True)


if __name__ == "__main__":
    sys.exit(main())
