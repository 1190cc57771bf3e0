"""Replay the eight-week windows of vn2 with `restock plan`, against the organiser's benchmark policy.

    python replay.py RESTOCK [--windows 85,93,...] [--ratio R] [--threads N] [--out FILE]

Rules (../shared/data/README.md): an order placed at the end of week X arrives at the start of week X+3; what is not served is
lost; 0.2 a unit in stock at the end of a week, 1.0 a unit of lost sales; six orders, eight weeks, of which weeks 3 to 8 count.
Each window begins with the stock and open orders that 26 weeks of the benchmark policy leave, from empty shelves. Every order
is one call of the program, with the sales up to that week and the state of that evening in files; nothing else passes.

The benchmark policy: factors by week of the year (mean over series of the in-stock weeks so far, normalised to mean 1), demand
without season averaged over the last 13 in-stock weeks, the factors put back; order up to the forecast of the next four weeks
less stock and goods in transit, rounded.

For each window the critical ratio is what `restock simulate` says with the sales before it alone: half of them, lived in windows
of eight weeks. --ratio takes one for all instead. Exit code 1 if a target is missed: 15 % saved in sum, and in no window dearer.
"""
import argparse
import csv
import datetime
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas

DATA = Path("../shared/data/vn2")
CONFIG = Path("examples/vn2/restock.toml")
WINDOWS = (85, 93, 101, 109, 117, 125, 133, 141, 149)
WARM_UP, WEEKS, ORDERS, COUNTED_FROM = 26, 8, 6, 2
HOLDING, SHORTAGE = 0.2, 1.0
SEASON, AVERAGED, COVERED = 52, 13, 4
RATIOS = (0, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9)


class History:
    """Units and stock flags as n_series x n_weeks."""

    def __init__(self, folder: Path):
        self.rows = pandas.read_parquet(folder / "sales.parquet")
        self.rows["week"] = pandas.to_datetime(self.rows["week"])
        units = self.rows.pivot(index=["store", "product"], columns="week", values="units")
        self.keys = list(units.index)
        self.weeks = list(units.columns)
        self.units = units.to_numpy(float)
        self.in_stock = self.rows.pivot(index=["store", "product"], columns="week", values="in_stock").to_numpy(bool)

    def slot(self, week: int) -> int:
        """Week of the year, 0 to 51, also of weeks after the history."""
        day = self.weeks[0] + datetime.timedelta(weeks=week)
        return min(day.isocalendar()[1], SEASON) - 1


class Benchmark:
    def __init__(self, history: History):
        self.history = history
        self.made: dict[int, np.ndarray] = {}

    def forecast(self, week: int) -> np.ndarray:
        """Of the next weeks, known at the end of `week`: n_series x COVERED."""
        if week in self.made:
            return self.made[week]
        units, in_stock = self.history.units, self.history.in_stock
        slots = np.array([self.history.slot(t) for t in range(week + 1 + COVERED)])
        means = np.array([units[in_stock[:, t], t].mean() for t in range(week + 1)])
        factor = np.full(SEASON, np.nan)
        for slot in range(SEASON):
            if (slots[:week + 1] == slot).any():
                factor[slot] = means[slots[:week + 1] == slot].mean()
        factor = np.where(np.isnan(factor), np.nanmean(factor), factor)
        factor = np.maximum(factor / factor.mean(), 1e-9)
        level = np.zeros(len(units))
        for i in range(len(units)):
            last = np.flatnonzero(in_stock[i, :week + 1])[-AVERAGED:]
            level[i] = (units[i, last] / factor[slots[last]]).mean() if len(last) else 0
        self.made[week] = level[:, None] * factor[slots[week + 1:]]
        return self.made[week]

    def order(self, week: int, on_hand, first, second) -> np.ndarray:
        return np.maximum(0, np.round(self.forecast(week).sum(axis=1) - on_hand - first - second))


class Program:
    """Orders by `restock plan`, from files; the ratio by `restock simulate`, from earlier sales."""

    def __init__(self, restock: str, history: History, folder: Path, threads: int):
        self.restock, self.history, self.folder, self.threads = restock, history, folder, threads
        self.config = folder / "restock.toml"
        here = CONFIG.resolve().parent
        self.text = "\n".join(line.replace('"../', f'"{here}/../') for line in CONFIG.read_text().splitlines()
                              if not line.startswith("critical_ratio")) + "\n"
        self.slowest = 0.0

    def set_ratio(self, ratio: float) -> None:
        self.config.write_text(self.text.replace("[plan]\n", f"[plan]\ncritical_ratio = {ratio}\n"))

    def write_sales(self, week: int) -> Path:
        rows = self.history.rows
        known = rows[rows["week"] <= self.history.weeks[week]].copy()
        known["week"] = known["week"].dt.strftime("%Y-%m-%d")
        known.to_parquet(self.folder / "sales.parquet", index=False)
        return self.folder / "sales.parquet"

    def write_state(self, on_hand, first, second) -> Path:
        with open(self.folder / "state.csv", "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["store", "product", "on_hand", "arriving_in_1_week", "arriving_in_2_weeks"])
            for (store, product), *numbers in zip(self.history.keys, on_hand, first, second):
                writer.writerow([store, product, *(int(x) for x in numbers)])
        return self.folder / "state.csv"

    def run(self, *arguments: object) -> None:
        done = subprocess.run([self.restock, *map(str, arguments), "--threads", str(self.threads)], capture_output=True, text=True)
        if done.returncode not in (0, 1):
            raise RuntimeError(done.stderr)

    def choose_ratio(self, window: int) -> float:
        """By the sales before the window, which is all that the program gets to see."""
        self.set_ratio(0)
        nothing = np.zeros(len(self.history.keys))
        self.run("simulate", "--config", self.config, "--sales", self.write_sales(window - 1), "--state",
                 self.write_state(nothing, nothing, nothing), "--windows", window // (2 * WEEKS), "--periods", WEEKS,
                 "--ratios", *RATIOS, "--json", self.folder / "policies.json")
        return json.loads((self.folder / "policies.json").read_text())["chosen"]

    def order(self, week: int, on_hand, first, second) -> np.ndarray:
        history, orders = self.history, self.folder / "orders.csv"
        sales, state = self.write_sales(week), self.write_state(on_hand, first, second)
        started = time.monotonic()
        self.run("plan", "--config", self.config, "--sales", sales, "--state", state, "--as-of",
                 history.weeks[week].strftime("%Y-%m-%d"), "--out", orders)
        self.slowest = max(self.slowest, time.monotonic() - started)
        with open(orders, newline="") as file:
            by_key = {(int(row["store"]), int(row["product"])): float(row["quantity"]) for row in csv.DictReader(file)}
        return np.array([by_key[key] for key in history.keys])


def simulate(history: History, first_week: int, weeks: int, policy, state=None, orders: int = 10**9):
    """Stock and transit at the end, holding cost and lost units by week, shares sold."""
    on_hand, first, second = (np.zeros(len(history.keys)) for _ in range(3)) if state is None else (x.copy() for x in state)
    holding, lost, sold = [], [], []
    for k in range(weeks):
        week = first_week + k
        order = policy.order(week - 1, on_hand, first, second) if k < orders else np.zeros(len(on_hand))
        on_hand, first, second = on_hand + first, second, order
        served = np.minimum(on_hand, history.units[:, week])
        on_hand = on_hand - served
        holding.append(HOLDING * on_hand.sum())
        lost.append(SHORTAGE * (history.units[:, week] - served).sum())
        sold.append(served.sum())
    return (on_hand, first, second), np.array(holding), np.array(lost), np.array(sold)


def counted(history: History, window: int, policy, state) -> dict[str, float]:
    _, holding, lost, sold = simulate(history, window, WEEKS, policy, state, ORDERS)
    part = slice(COUNTED_FROM, None)
    demand = history.units[:, window:window + WEEKS].sum(axis=0)
    return {"cost": float((holding + lost)[part].sum()), "holding": float(holding[part].sum()), "lost": float(lost[part].sum()),
            "fill": float(100 * sold[part].sum() / demand[part].sum())}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("restock")
    parser.add_argument("--windows", default=",".join(map(str, WINDOWS)))
    parser.add_argument("--ratio", type=float)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", help="write the table to this file")
    options = parser.parse_args()
    history = History(DATA)
    benchmark = Benchmark(history)
    lines = ["| window | critical ratio | benchmark | restock plan | saved | holding, lost sales | fill rate, % | benchmark's |",
             "|---|---|---|---|---|---|---|---|"]
    mine, theirs, dearer, slowest = 0.0, 0.0, [], 0.0
    for window in map(int, options.windows.split(",")):
        state, *_ = simulate(history, window - WARM_UP, WARM_UP, benchmark)
        other = counted(history, window, benchmark, state)
        with tempfile.TemporaryDirectory() as folder:
            program = Program(options.restock, history, Path(folder), options.threads)
            ratio = program.choose_ratio(window) if options.ratio is None else options.ratio
            program.set_ratio(ratio)
            ours = counted(history, window, program, state)
            slowest = max(slowest, program.slowest)
        mine, theirs = mine + ours["cost"], theirs + other["cost"]
        dearer += [window] if ours["cost"] >= other["cost"] else []
        lines.append(f"| {window} | {ratio:g} | {other['cost']:.0f} | {ours['cost']:.0f} | {100 * (1 - ours['cost'] / other['cost']):.1f} % | "
                     f"{ours['holding']:.0f}, {ours['lost']:.0f} | {ours['fill']:.1f} | {other['fill']:.1f} |")
        print(lines[-1], file=sys.stderr, flush=True)
    saved = 100 * (1 - mine / theirs)
    lines.append(f"| sum | | {theirs:.0f} | {mine:.0f} | {saved:.1f} % | | | |")
    met = saved >= 15 and not dearer
    lines.append(f"\nSlowest call {slowest:.0f} s. Targets (15 % in sum, no window dearer): {'met' if met else 'MISSED'}"
                 + (f"; dearer: {', '.join(map(str, dearer))}" if dearer else "") + ".")
    text = "\n".join(lines)
    print(text)
    if options.out:
        Path(options.out).write_text(f"# Results of bench/vn2\n\n{__doc__.split(chr(10), 1)[0]} Money of weeks 3 to 8.\n\n{text}\n")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
