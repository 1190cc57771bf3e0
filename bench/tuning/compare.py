"""Configured and tuned options on the windows they were chosen by and on the last one, for several seeds and both methods.

Exit code 1 where the tuned options are worse on the last window than the defaults, in the mean over the seeds of Bayesian search.
"""
import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# What is searched, by set: the measure, further options, and the seeds.
SETS = {
    "seed_retail": ("rmsse", ["--trials", "40"], (1, 2, 3, 4, 5)),
    "store_item": ("wape", ["--trials", "12", "--windows", "3"], (42,)),
}


def tune(restock: str, name: str, method: str, seed: int, measure: str, options: list[str], folder: Path) -> dict:
    record = folder / f"{name}-{method}-{seed}.json"
    config = ROOT / "examples" / name / "restock.toml"
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([restock, "tune", "--config", config, "--method", method, "--seed", str(seed), "--measure", measure, *options,
                    "--out", folder / f"{name}-{method}-{seed}", "--json", record], check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    result = json.loads(record.read_text())
    result["cpu_seconds"] = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return result


def row(name: str, method: str, results: list[dict], measure: str) -> tuple[str, bool]:
    def mean(*path: str) -> float:
        values = []
        for result in results:
            for key in path:
                result = result[key]
            values.append(result)
        return statistics.mean(values)

    def last(which: str, what: str) -> float:
        return mean("last_window", which, what)

    won = sum(r["last_window"]["tuned"][measure] < r["last_window"]["configured"][measure] for r in results)
    cells = (name, method, len(results), f"{mean('evaluations'):.0f}", f"{mean('cpu_seconds'):.0f}", measure,
             f"{mean('loss_configured'):.4f}", f"{mean('loss_tuned'):.4f}",
             f"{last('configured', 'wape'):.2f}", f"{last('tuned', 'wape'):.2f}",
             f"{last('configured', 'rmsse'):.4f}", f"{last('tuned', 'rmsse'):.4f}",
             f"{last('configured', 'bias'):+.2f}", f"{last('tuned', 'bias'):+.2f}", f"{won} of {len(results)}")
    return "| " + " | ".join(map(str, cells)) + " |", last("tuned", measure) <= last("configured", measure)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--restock", required=True)
    parser.add_argument("sets", nargs="*", choices=[[], *SETS])
    arguments = parser.parse_args()
    print("| set | search | seeds | evaluations | CPU s | measure | before: default | tuned | last WAPE: default | tuned | "
          "last RMSSE: default | tuned | last bias: default | tuned | last better |")
    print("|" + "---|" * 15, flush=True)
    good = True
    for name in arguments.sets or SETS:
        if not (ROOT.parent / "shared/data" / name).exists():
            print(f"{name}: no data in ../shared/data, skipped", file=sys.stderr)
            continue
        measure, options, seeds = SETS[name]
        for method in ("bayesian", "random") if len(seeds) > 1 else ("bayesian",):
            with tempfile.TemporaryDirectory() as folder:
                results = [tune(arguments.restock, name, method, seed, measure, options, Path(folder)) for seed in seeds]
            text, better = row(name, method, results, measure)
            print(text, flush=True)
            good = good and (better or method != "bayesian")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
