"""Score the model on EARLIER windows, so that defaults are chosen before the windows that count are looked at.

    python origins.py --restock build/release/bin/restock [--data-set store_item] [--horizon 30 90]
                      [--set section.key=value ...] [--peer lightgbm] [--out FILE]

For each origin the history is cut at the end of its window and the same command runs on what is left:
`restock run --holdout HORIZON`. --set tries another option of restock.toml, such as forecast.depth=5.
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

import compare
import restock_run
from data_sets import DATA_SETS, DataSet

# Days before the end of the data at which each window ends. 0, the window that counts, is left out on purpose.
WINDOW_ENDS = {15: (15, 30, 45), 30: (30, 60, 365, 395), 90: (90, 365, 455)}


def toml_value(text: str):
    """Read a value of --set as TOML would; a bare word is a text."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def write_config(data_set: DataSet, sales: pathlib.Path, output: pathlib.Path, changes: list[str], out: pathlib.Path):
    """The example's configuration with another sales file, output folder and the changed options."""
    config = tomllib.loads(data_set.config.read_text())
    config["data"]["files"] = [str(sales)]
    config.setdefault("output", {})["directory"] = str(output)
    for change in changes:
        option, _, value = change.partition("=")
        section, _, key = option.partition(".")
        config.setdefault(section, {})[key] = toml_value(value)
    # JSON and TOML spell texts, numbers, truth values and lists of them alike.
    out.write_text("".join(f"[{section}]\n" + "".join(f"{k} = {json.dumps(v)}\n" for k, v in options.items())
                           for section, options in config.items()))


def window_rows(options, data_set: DataSet, whole: pd.DataFrame, horizon: int, back: int):
    """Score one window that ends `back` days before the end of the data. Returns (lines of the table, our scores)."""
    folder = compare.WORK / "origins"
    end = whole[data_set.date].max() - pd.Timedelta(days=back)
    sales = whole[whole[data_set.date] <= end]
    sales.drop(columns="unique_id").to_parquet(folder / "sales.parquet", index=False)
    # The lake of another window must not be found.
    shutil.rmtree(folder / "out", ignore_errors=True)
    config = folder / "restock.toml"
    write_config(data_set, folder / "sales.parquet", folder / "out", options.set, config)
    rows = sales.rename(columns={data_set.date: "ds", data_set.units: "y"})
    origin = end - pd.Timedelta(days=horizon)
    history, held_out = rows[rows["ds"] <= origin], rows[rows["ds"] > origin]
    window = f"{held_out['ds'].min():%Y-%m-%d} to {end:%Y-%m-%d}"

    def line(method, scores, cpu="", notes=""):
        return (f"| {window} | {method} | {scores['wape']:.2f} | {scores['mape']:.2f} | {scores['bias']:+.2f} | {cpu} | "
                f"{notes} |")

    scores, cost, record = restock_run.run(options.restock, data_set, config, horizon, options.threads, folder, held_out)
    notes = "; ".join(note for note in record.get("notes", []) if not note.startswith("estimated"))
    lines = [line("**restock**", scores, f"{cost.cpu_seconds:.0f}", notes)]
    if options.peer is not None:
        theirs, cost = compare.run_peer(options.peer, data_set, horizon, options.threads, history, held_out)
        lines.append(line(f"mlforecast + {options.peer}", theirs, f"{cost.cpu_seconds:.0f}"))
    lines += [line(name, m) for name, m in record["metrics"]["baselines"].items()]
    return lines, scores


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--restock", required=True, type=pathlib.Path)
    parser.add_argument("--out", type=pathlib.Path, help="write the tables there too")
    parser.add_argument("--data-set", default="store_item", choices=DATA_SETS)
    parser.add_argument("--horizon", type=int, nargs="*", default=[30, 90], choices=WINDOW_ENDS)
    parser.add_argument("--set", nargs="*", default=[], metavar="section.key=value")
    parser.add_argument("--peer", choices=compare.PEERS)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    options = parser.parse_args()
    data_set = DATA_SETS[options.data_set]
    if not data_set.sales.exists():
        print(f"skipped: {data_set.sales} is absent", file=sys.stderr)
        return 0
    (compare.WORK / "origins").mkdir(parents=True, exist_ok=True)
    whole = data_set.read()
    lines = []

    def say(*more: str):
        print("\n".join(more), flush=True)
        lines.extend(more)

    for horizon in options.horizon:
        say("", f"## {data_set.name}, {horizon} days", "", "| window | method | WAPE % | MAPE % | bias % | CPU s | notes |",
            "|---|---|---|---|---|---|---|")
        ours = []
        for back in WINDOW_ENDS[horizon]:
            table, scores = window_rows(options, data_set, whole, horizon, back)
            say(*table)
            ours.append(scores)
        mean = {m: np.mean([s[m] for s in ours]) for m in ours[0]}
        say(f"| mean of {len(ours)} | **restock** | {mean['wape']:.2f} | {mean['mape']:.2f} | {mean['bias']:+.2f} | | |")
    say("", f"{datetime.date.today()}, options changed: {', '.join(options.set) or 'none'}.")
    if options.out is not None:
        title = ["# Accuracy on earlier windows", "", "Written by `bench/accuracy/run.sh origins --record`. Choose defaults "
                 "here, not on the windows of [RESULTS.md](RESULTS.md)."]
        options.out.write_text("\n".join(title + lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
