"""Time 27 features and XGBoost's quantised matrix of them beside mlforecast and xgboost.QuantileDMatrix, and weigh both.

    python compare_matrix.py matrix_ours [threads]

The rows of compare_features.py: 30,490 series of 400 days = 12.2 million rows, 256 bins. Each side has a process of its own and
does the work three times; the first is left out (warm). Ours computes the features block by block, twice: for the sample of the
cut points and for the bins, so the float matrix never exists whole. The peer hands over what suits it best: all three ways
are tried. Peak memory is above the loaded input. The sums and missing values of the columns must agree.
"""
import datetime
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

from compare_features import FIRST, LENGTH, N_SERIES, make_values

TURNS = 3
GIB = 1 << 20  # KiB
WEEKDAY = 22  # the column of the weekday


def measure(name: str, command: list[str]) -> tuple[dict, dict]:
    """The fastest warm turn with the largest warm peak, and the sums."""
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    *turns, sums = map(json.loads, done.stdout.splitlines())
    best = min(turns[1:], key=lambda turn: turn["cpu"])
    best["wall"] = min(turn["wall"] for turn in turns[1:])
    # Memory freed by the first turn may stay resident, so the input is what was there before it.
    best["memory"] = max(turn["peak_kib"] - turns[0]["before_kib"] for turn in turns) / GIB
    best["absolute"] = max(turn["peak_kib"] for turn in turns) / GIB
    features = f", features alone {best['features_cpu']:.2f} s" if "features_cpu" in best else ""
    print(f"{name:16} CPU {best['cpu']:6.2f} s  wall {best['wall']:6.2f} s  peak {best['memory']:5.2f} GiB above the input, "
          f"{best['absolute']:5.2f} absolute{features}", flush=True)
    return best, sums


def main() -> int:
    threads = sys.argv[2] if len(sys.argv) > 2 else "1"
    first_day = (FIRST - datetime.date(1970, 1, 1)).days
    here = pathlib.Path(__file__).parent
    with tempfile.TemporaryDirectory() as folder:
        values = f"{folder}/values.f32"
        make_values().tofile(values)
        size = [str(N_SERIES), str(LENGTH)]
        print(f"27 features x {N_SERIES * LENGTH / 1e6:.1f} M rows and their matrix, {threads} thread(s), warm")
        ours, sums = measure("ours", [sys.argv[1], values, *size, str(first_day), threads, str(TURNS)])
        peers = []
        for kind in ["polars", "numpy", "pandas"]:
            peer, peer_sums = measure(f"peer, {kind}", [sys.executable, str(here / "matrix_peer.py"), values, *size, threads,
                                                        str(TURNS), kind])
            assert peer["rows"] == ours["rows"]
            if kind == "pandas":
                peer_sums["sums"][WEEKDAY] += peer["rows"]  # pandas counts Monday as 0
            np.testing.assert_array_equal(sums["missing"], peer_sums["missing"])
            np.testing.assert_allclose(sums["sums"], peer_sums["sums"], rtol=1e-4)
            peers.append(peer)
    ratios = {what: min(peer[what] for peer in peers) / ours[what] for what in ["cpu", "wall"]}
    memory = {what: ours[what] / min(peer[what] for peer in peers) for what in ["memory", "absolute"]}
    print(f"the best peer takes {ratios['cpu']:.2f} times our CPU time, {ratios['wall']:.2f} times our wall time")
    print(f"ours takes {memory['memory']:.2f} of the least peer's memory, {memory['absolute']:.2f} with program and input")
    return 0 if ratios["cpu"] >= 1.5 and memory["memory"] <= 1 / 3 else 1


if __name__ == "__main__":
    sys.exit(main())
