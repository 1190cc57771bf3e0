"""Share of randomised PITs inside the central intervals of `restock run --holdout`, as its record tells them.

Default configuration of each example; one thread; exit code 1 if a share over all windows of a set is more than
TOLERANCE points from nominal, for single days or for sums of 7 or 14 days.
"""
import argparse
import datetime
import json
import os
import pathlib
import platform
import subprocess
import sys
import tempfile

TOLERANCE = 2.0
JUDGED = (1, 7, 14)
# name, days held out, where the example reads from, its date column and that column's format (None: ISO)
WINDOWS = (
    ("store_item", 30, "store_item/sales.parquet", "date", None),
    ("store_item", 90, "store_item/sales.parquet", "date", None),
    ("online_retail", 30, "online_retail/transactions.parquet", "InvoiceDate", "%m/%d/%y %H:%M"),
)


def shortened(config: pathlib.Path, source: pathlib.Path, column: str, form, before: int, folder: pathlib.Path):
    """The example over data that ends `before` days earlier."""
    import pandas as pd
    data = pd.read_parquet(source)
    day = pd.to_datetime(data[column], format=form).dt.normalize()
    data[day <= day.max() - pd.Timedelta(days=before)].to_parquet(folder / "data.parquet")
    lines = []
    for line in config.read_text().splitlines():
        if line.startswith("files"):
            line = f'files = ["{folder / "data.parquet"}"]'
        if line.startswith("directory"):
            line = f'directory = "{folder / "out"}"'
        lines.append(line)
    out = folder / "restock.toml"
    out.write_text("\n".join(lines) + "\n")
    return out


def run(restock: str, config: pathlib.Path, holdout: int, folder: pathlib.Path):
    """The program's record, and the CPU seconds it took."""
    record = folder / "record.json"
    start = os.times()
    ended = subprocess.run([restock, "run", "--config", str(config), "--holdout", str(holdout), "--threads", "1",
                            "--json", str(record)], capture_output=True, text=True)
    if ended.returncode not in (0, 1):  # 1: done, with quarantined rows
        raise SystemExit(f"{config}: exit code {ended.returncode}\n{ended.stderr[-2000:]}")
    end = os.times()
    cpu = end.children_user - start.children_user + end.children_system - start.children_system
    return json.loads(record.read_text()), cpu


def table(record: dict, details: bool) -> tuple[list[str], bool]:
    rows = [row for row in record["calibration"] if details or row["group"] == "all"]
    levels = list(rows[0]["inside"])
    lines = ["| Days summed | Windows | n | " + " | ".join(f"{level} %" for level in levels) +
             " | under 2.5 % | over 97.5 % | farthest |",
             "|---|---|---|" + "---|" * (len(levels) + 3)]
    good = True
    for row in rows:
        farthest = max(abs(row["inside"][level] - float(level)) for level in levels)
        if row["group"] == "all" and row["periods"] in JUDGED:
            good = good and farthest <= TOLERANCE
        lines.append(f"| {row['periods']} | {row['group']} | {row['n']} | " +
                     " | ".join(f"{row['inside'][level]:.1f}" for level in levels) +
                     f" | {row['below_2_5']:.1f} | {row['above_97_5']:.1f} | {farthest:.1f} |")
    return lines, good


def machine() -> str:
    model = platform.processor() or platform.machine()
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    return f"{model}, {os.cpu_count()} cores, {datetime.date.today().isoformat()}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--restock", required=True)
    parser.add_argument("--data", default="../shared/data")
    parser.add_argument("--before", type=int, default=0, help="let the data end this many days earlier")
    parser.add_argument("--only", default="", help="name of one data set")
    parser.add_argument("--details", action="store_true", help="also by level and by part of the horizon")
    parser.add_argument("--record", action="store_true", help="write RESULTS.md")
    arguments = parser.parse_args()
    root = pathlib.Path(__file__).resolve().parents[2]
    lines, all_good = [], True
    for name, holdout, source, column, form in WINDOWS:
        path = (root / arguments.data / source).resolve()
        if (arguments.only and name != arguments.only) or not path.exists():
            continue
        with tempfile.TemporaryDirectory() as temporary:
            folder = pathlib.Path(temporary)
            config = root / "examples" / name / "restock.toml"
            if arguments.before:
                config = shortened(config, path, column, form, arguments.before, folder)
            record, cpu = run(arguments.restock, config, holdout, folder)
        rows, good = table(record, arguments.details or arguments.record)
        all_good = all_good and good
        when = f", {arguments.before} days before the last" if arguments.before else ""
        lines += [f"## {name}, last {holdout} days held out{when}: {'within' if good else 'NOT within'} "
                  f"{TOLERANCE:.0f} points", "", f"{record['series']} series, {cpu:.1f} CPU seconds in all.", "", *rows, ""]
        print("\n".join(lines[-(len(rows) + 5):]), flush=True)
    if arguments.record:
        file = root / "bench" / "calibration" / "RESULTS.md"
        # What is said of earlier windows stays; the tables after it are replaced.
        kept = file.read_text() if file.exists() else "# Calibration by randomised PIT"
        kept = kept.split("\nTables: ")[0].split("\n## store_item, last")[0].rstrip()
        file.write_text("\n".join([kept, "", f"Tables: {machine()}.", "", *lines]))
    return 0 if all_good else 1


if __name__ == "__main__":
    sys.exit(main())
