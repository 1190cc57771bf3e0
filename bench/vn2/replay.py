"""Replay the eight-week windows of vn2 with `restock plan`, against the organiser's benchmark policy.

    python replay.py RESTOCK [--ratios 0,0.7,0.75] [--windows 85,93,...] [--markdown FILE] [--threads N]

Rules (../shared/data/README.md): an order placed at the end of week X arrives at the start of week X+3; what is not served is
lost; 0.2 a unit in stock at the end of a week, 1.0 a unit of lost sales; six orders, eight weeks, of which weeks 3 to 8 count.
Each window begins with the stock and open orders that 26 weeks of the benchmark policy leave, from empty shelves. Every order
is one call of the program, with the sales up to that week and the state of that evening in files; nothing else passes.

The benchmark policy: factors by week of the year (mean over series of the in-stock weeks so far, normalised to mean 1), demand
without season averaged over the last 13 in-stock weeks, the factors put back; order up to the forecast of the next four weeks
less stock and goods in transit, rounded.

For each window the critical ratio is the one that was cheapest, summed over the windows before it; the first takes 0, the
ratio of the costs. Exit code 1 if a target of the project is missed: 15 % in sum, and no window dearer than the benchmark.
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
    """Orders by `restock plan`, from files."""

    def __init__(self, restock: str, history: History, folder: Path, ratio: float, threads: int):
        self.restock, self.history, self.folder, self.threads = restock, history, folder, threads
        self.config = folder / "restock.toml"
        text = CONFIG.read_text()
        lines = [line for line in text.splitlines() if not line.startswith("critical_ratio")]
        here = CONFIG.resolve().parent
        lines = [line.replace('"../', f'"{here}/../') for line in lines]
        lines.insert(lines.index("[plan]") + 1, f"critical_ratio = {ratio}")
        self.config.write_text("\n".join(lines) + "\n")
        self.slowest = 0.0

    def order(self, week: int, on_hand, first, second) -> np.ndarray:
        history = self.history
        known = history.rows[history.rows["week"] <= history.weeks[week]].copy()
        known["week"] = known["week"].dt.strftime("%Y-%m-%d")
        sales, state, orders = (self.folder / name for name in ("sales.parquet", "state.csv", "orders.csv"))
        known.to_parquet(sales, index=False)
        with open(state, "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["store", "product", "on_hand", "arriving_in_1_week", "arriving_in_2_weeks"])
            for (store, product), *numbers in zip(history.keys, on_hand, first, second):
                writer.writerow([store, product, *(int(x) for x in numbers)])
        started = time.monotonic()
        done = subprocess.run([self.restock, "plan", "--config", self.config, "--sales", sales, "--state", state, "--as-of",
                               history.weeks[week].strftime("%Y-%m-%d"), "--out", orders, "--threads", str(self.threads)],
                              capture_output=True, text=True)
        if done.returncode not in (0, 1):
            raise RuntimeError(done.stderr)
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
    parser.add_argument("--ratios", default="0,0.7,0.75,0.8")
    parser.add_argument("--windows", default=",".join(map(str, WINDOWS)))
    parser.add_argument("--markdown")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--keep", help="JSON file of costs by ratio and window, added to")
    options = parser.parse_args()
    history = History(DATA)
    benchmark = Benchmark(history)
    ratios = [float(r) for r in options.ratios.split(",")]
    windows = [int(w) for w in options.windows.split(",")]
    kept = json.loads(Path(options.keep).read_text()) if options.keep and Path(options.keep).exists() else {}
    slowest = 0.0
    ours: dict[tuple[float, int], dict[str, float]] = {}
    theirs = {}
    for window in windows:
        state, *_ = simulate(history, window - WARM_UP, WARM_UP, benchmark)
        theirs[window] = counted(history, window, benchmark, state)
        for ratio in ratios:
            name = f"{ratio:g}/{window}"
            if name not in kept:
                with tempfile.TemporaryDirectory() as folder:
                    program = Program(options.restock, history, Path(folder), ratio, options.threads)
                    kept[name] = counted(history, window, program, state)
                    slowest = max(slowest, program.slowest)
                if options.keep:
                    Path(options.keep).write_text(json.dumps(kept, indent=1))
            ours[ratio, window] = kept[name]
            saved = 100 * (1 - kept[name]["cost"] / theirs[window]["cost"])
            print(f"window {window}, ratio {ratio:g}: {kept[name]['cost']:.0f} against {theirs[window]['cost']:.0f} ({saved:+.1f} %)",
                  file=sys.stderr, flush=True)
    lines = ["| window | benchmark | chosen ratio | restock plan | saved | fill rate, % | benchmark's | saved at the other ratios |",
             "|---|---|---|---|---|---|---|---|"]
    total = [0.0, 0.0]
    dearer = []
    for k, window in enumerate(windows):
        before = windows[:k]
        chosen = ratios[0] if not before else min(ratios, key=lambda r: sum(ours[r, w]["cost"] for w in before))
        mine, other = ours[chosen, window], theirs[window]
        saved = 100 * (1 - mine["cost"] / other["cost"])
        total[0] += mine["cost"]
        total[1] += other["cost"]
        if mine["cost"] >= other["cost"]:
            dearer.append(window)
        rest = ", ".join(f"{r:g}: {100 * (1 - ours[r, window]['cost'] / other['cost']):.1f}" for r in ratios)
        lines.append(f"| {window} | {other['cost']:.0f} | {chosen:g} | {mine['cost']:.0f} | {saved:.1f} % | {mine['fill']:.1f} | "
                     f"{other['fill']:.1f} | {rest} |")
    saved = 100 * (1 - total[0] / total[1])
    lines.append(f"| sum | {total[1]:.0f} | | {total[0]:.0f} | {saved:.1f} % | | | "
                 + ", ".join(f"{r:g}: {100 * (1 - sum(ours[r, w]['cost'] for w in windows) / total[1]):.1f}" for r in ratios) + " |")
    text = "\n".join(lines)
    print(text)
    print(f"\nslowest call: {slowest:.1f} s" if slowest else "")
    if options.markdown:
        Path(options.markdown).write_text(text + "\n")
    return 1 if saved < 15 or dearer else 0


if __name__ == "__main__":
    sys.exit(main())
