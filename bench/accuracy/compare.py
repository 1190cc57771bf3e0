"""Compare Restock with mlforecast + XGBoost and mlforecast + LightGBM on held-out days, side by side.

    python compare.py --restock build/release/bin/restock [--out FILE] [--threads N] [--only DATA_SET:DAYS ...]

Prints one table; exit code 1 if a target is missed. Peers get files that end at the forecast origin. Everyone runs in a
process of its own, one after the other, with the same number of threads; costs are of the whole process: reading, learning
and forecasting, and for Restock also checking, lake, plan, replay and report.
"""
import argparse
import datetime
import importlib.metadata
import os
import pathlib
import platform
import subprocess
import sys

import pandas as pd

import measured
import restock_run
from data_sets import DATA_SETS, REPOSITORY, SEED_RETAIL, STORE_ITEM

HERE = pathlib.Path(__file__).resolve().parent
WORK = REPOSITORY / "build" / "bench" / "accuracy"
PEERS = ("xgboost", "lightgbm")
# What Restock promises: (data set, days held out) -> {measure: at most}; bias counts without its sign.
TARGETS = {
    (STORE_ITEM.name, 30): {"wape": 11.80, "bias": 1.5},
    (STORE_ITEM.name, 90): {"wape": 10.60, "bias": 1.5},
    (SEED_RETAIL.name, 15): {"mape": 8.0},
}
# Must be below both peers.
BEATEN_MEASURE = "wape"


def split(data_set, horizon: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """History up to the origin, and the `horizon` days after it, with the columns unique_id, ds, y and covariates."""
    rows = data_set.read().rename(columns={data_set.date: "ds", data_set.units: "y"})
    origin = rows["ds"].max() - pd.Timedelta(days=horizon)
    return rows[rows["ds"] <= origin], rows[rows["ds"] > origin]


def run_peer(learner: str, data_set, horizon: int, threads: int, history, held_out):
    """Scores and cost of one peer, which reads nothing but what this function writes for it."""
    name = f"{data_set.name}_{horizon}"
    history_file, future_file, out = (WORK / f"{name}_{part}.parquet" for part in ("history", "future", learner))
    assert history["ds"].max() < held_out["ds"].min()
    history.to_parquet(history_file, index=False)
    future = "-"
    if data_set.known_ahead:
        held_out[["unique_id", "ds", *data_set.known_ahead]].to_parquet(future_file, index=False)
        future = future_file
    cost = measured.run([sys.executable, HERE / "peer.py", learner, data_set.name, horizon, history_file, future, out,
                         threads], WORK / f"{name}_{learner}.log")
    return restock_run.score_of(held_out, pd.read_parquet(out)), cost


def table_row(method: str, days: int, scores: dict, cost=None) -> str:
    cells = [method, str(days), *(f"{scores[m]:.2f}" for m in ("wape", "mape", "smape")), f"{scores['bias']:+.2f}"]
    cells += ["", "", ""] if cost is None else [
        f"{cost.cpu_seconds:.0f}", f"{cost.wall_seconds:.0f}", f"{cost.peak_rss_mib:,.0f}"]
    return "| " + " | ".join(cells) + " |"


def machine(threads: int) -> str:
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "?")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (f"{os.cpu_count()} cores of {model}, {memory:.0f} GiB; {threads} threads for everyone; load average "
            f"{os.getloadavg()[0]:.1f} at the end. Wall seconds include waiting for other work: compare CPU seconds")


def versions(record: dict) -> str:
    commit = subprocess.run(["git", "describe", "--always"], cwd=REPOSITORY, capture_output=True, text=True)
    packages = ", ".join(f"{p} {importlib.metadata.version(p)}" for p in ("mlforecast", "lightgbm", "xgboost-cpu"))
    return (f"restock {record['version']} (checkout at {commit.stdout.strip() or '?'}), {packages}, Python "
            f"{platform.python_version()}")


def missed(data_set, horizon: int, scores: dict, peers: dict) -> list[str]:
    """The targets that are not met, in words."""
    out = []
    for measure, most in TARGETS.get((data_set.name, horizon), {}).items():
        if abs(scores[measure]) > most:
            out.append(f"{data_set.name}, {horizon} days: {measure} {scores[measure]:.2f}, at most {most} wanted")
    for learner, theirs in peers.items():
        if scores[BEATEN_MEASURE] >= theirs[BEATEN_MEASURE]:
            out.append(f"{data_set.name}, {horizon} days: {BEATEN_MEASURE} {scores[BEATEN_MEASURE]:.2f} is not below "
                       f"{theirs[BEATEN_MEASURE]:.2f} of {learner}")
    return out


def compare(restock, data_set, horizon: int, threads: int) -> tuple[list[str], list[str], dict]:
    """(lines of the table, targets missed, the program's record) of one data set and horizon."""
    history, held_out = split(data_set, horizon)
    scores, cost, record = restock_run.run(restock, data_set, data_set.config, horizon, threads, WORK, held_out)
    rows, peers = [table_row("**restock**", horizon, scores, cost)], {}
    for learner in PEERS:
        peers[learner], peer_cost = run_peer(learner, data_set, horizon, threads, history, held_out)
        rows.append(table_row(f"mlforecast + {learner}", horizon, peers[learner], peer_cost))
    rows += [table_row(name, horizon, m) for name, m in record["metrics"]["baselines"].items()]
    return rows, missed(data_set, horizon, scores, peers), record


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--restock", required=True, type=pathlib.Path)
    parser.add_argument("--out", type=pathlib.Path, help="write the table there too")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--only", nargs="*", default=[f"{name}:{days}" for name, days in TARGETS])
    options = parser.parse_args()
    WORK.mkdir(parents=True, exist_ok=True)
    lines, failures, record = [], [], None
    for case in options.only:
        name, days = case.split(":")
        data_set = DATA_SETS[name]
        if not data_set.sales.exists():
            print(f"skipped {case}: {data_set.sales} is absent", file=sys.stderr)
            continue
        rows, missing, record = compare(options.restock, data_set, int(days), options.threads)
        head = ["", f"## {name}, last {days} days held out", "",
                "| method | days | WAPE % | MAPE % | SMAPE % | bias % | CPU s | wall s | peak RSS MiB |",
                "|---|---|---|---|---|---|---|---|---|"]
        print("\n".join(head + rows), flush=True)
        lines += head + rows
        failures += missing
    if record is None:
        return 0
    note = ["", f"{datetime.date.today()}; {machine(options.threads)}.", f"{versions(record)}.", "",
            "Targets: " + ("all met." if not failures else "MISSED: " + "; ".join(failures) + ".")]
    print("\n".join(note))
    if options.out is not None:
        title = ["# Accuracy on held-out days", "", "Written by `bench/accuracy/run.sh --record`; how it is measured: "
                 "[bench/README.md](../README.md)."]
        options.out.write_text("\n".join(title + lines + note) + "\n")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
