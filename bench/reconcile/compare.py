"""Reconcile 2,000 series + 91 aggregates x 28 steps beside hierarchicalforecast, and 100,000 series alone.

    python compare.py reconcile_ours [threads]

The same base forecasts and 100 residuals per node for both; where the method is the same the numbers must agree. The peer runs
three ways: its dense and its sparse methods on arrays, and its whole interface on data frames; each warm, in a process of its
own. The best of five turns counts on both sides. Times are CPU seconds of reconciling (ours: of making the hierarchy as well). Memory is the peak of the whole process. The
peer's non-negative solver gets PEER_LIMIT seconds.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

STORES, PRODUCTS, DEPARTMENTS, HORIZON, TIMES = 10, 200, 8, 28, 100
PEER_LIMIT = 150
MIB = 1024


def make_input(folder: str) -> None:
    """Demand of a chain, one level a series, with noise on every node: forecasts that do not add up."""
    random = np.random.default_rng(1)
    level = random.exponential(size=(STORES * PRODUCTS, 1)) * random.exponential(size=(STORES * PRODUCTS, 1)) * 2
    bottom = level * (1 + 0.3 * random.random((STORES * PRODUCTS, HORIZON)))
    store = np.repeat(np.arange(STORES), PRODUCTS)
    group = store * DEPARTMENTS + np.tile(np.arange(PRODUCTS) % DEPARTMENTS, STORES)
    sums = [bottom.sum(0, keepdims=True)]
    sums += [np.array([bottom[key == k].sum(0) for k in np.unique(key)]) for key in (store, group)]
    aggregates = np.vstack(sums)
    aggregates = aggregates * (1 + 0.1 * random.standard_normal(aggregates.shape))
    base = np.vstack([aggregates, np.maximum(0, bottom + 0.2 * random.standard_normal(bottom.shape))])
    common = random.standard_normal((1, TIMES))
    residuals = (1 + base[:, :1]) * (0.2 * common + 0.3 * random.standard_normal((len(base), TIMES)))
    base.tofile(f"{folder}/base.f64")
    residuals.astype(np.float32).tofile(f"{folder}/residuals.f32")


def run(command: list[str], limit: float | None = None) -> dict | None:
    try:
        done = subprocess.run(command, check=False, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=limit)
    except subprocess.TimeoutExpired:
        return None
    if done.returncode != 0:
        return {"error": done.stderr.strip().splitlines()[-1][:90] if done.stderr else "failed"}
    return json.loads(done.stdout.splitlines()[-1])


def main() -> int:
    ours_program, threads = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "1"
    peer_program = str(pathlib.Path(__file__).with_name("reconcile_peer.py"))
    worst = 0
    with tempfile.TemporaryDirectory() as folder:
        make_input(folder)
        print(f"2,000 series + 91 aggregates x 28 steps, 100 residuals, {threads} thread(s)\n")
        print("| method | side | CPU s | peak MiB | peer CPU / ours | peer memory / ours | largest difference |")
        print("|---|---|---|---|---|---|---|")
        for method in ["bottom_up", "ols", "wls_structural", "wls_variance", "mint_shrinkage", "mint_sparse"]:
            ours = min((run([ours_program, "small", method, "0", threads, folder]) for _ in range(5)), key=lambda r: r["cpu"])
            ours_values = np.fromfile(f"{folder}/ours.f64")
            print(f"| {method} | ours | {ours['cpu']:.4f} | {ours['peak_kib'] / MIB:.0f} | | | |")
            # The peer has no sparse method for mint_shrinkage, and no mint_sparse.
            kinds = {"mint_shrinkage": ["dense", "frames"], "mint_sparse": []}.get(method, ["dense", "sparse", "frames"])
            for kind in kinds:
                peer = run([sys.executable, peer_program, method, kind, folder])
                if "error" in peer:
                    print(f"| {method} | peer, {kind} | {peer['error']} | | | | |")
                    continue
                difference = np.abs(ours_values - np.fromfile(f"{folder}/peer.f64")).max()
                print(f"| {method} | peer, {kind} | {peer['cpu']:.3f} | {peer['peak_kib'] / MIB:.0f} | "
                      f"{peer['cpu'] / ours['cpu']:.0f} | {peer['peak_kib'] / ours['peak_kib']:.0f} | {difference:.1e} |", flush=True)
                # The sparse solvers of the peer stop early at times; its dense ones are the reference.
                worst = max(worst, int(kind != "sparse" and difference > 1e-5))
        print("\n### Non-negative, the same series\n")
        for method in ["wls_structural"]:
            ours = run([ours_program, "small", method, "1", threads, folder])
            values = np.fromfile(f"{folder}/ours.f64")
            print(f"ours, {method}: {ours['cpu']:.4f} CPU s, {ours['rounds']} rounds, {ours['zeros']} forecasts at zero, optimality "
                  f"{ours['kkt']:.1e}")
            for kind in ["dense", "sparse"]:
                peer = run([sys.executable, peer_program, f"{method}_nonneg", kind, folder], PEER_LIMIT)
                if peer is None:
                    print(f"peer, {method}, {kind}: not finished after {PEER_LIMIT} s", flush=True)
                elif "error" in peer:
                    print(f"peer, {method}, {kind}: {peer['error']}", flush=True)
                else:
                    difference = np.abs(values - np.fromfile(f"{folder}/peer.f64")).max()
                    print(f"peer, {method}, {kind}: {peer['cpu']:.2f} CPU s, {peer['cpu'] / ours['cpu']:.0f} times ours; "
                          f"{peer['negative']} negative; largest difference {difference:.1e}", flush=True)
    print("\n### 100,000 series + 4,711 aggregates in 9 crossed levels x 28 steps, ours alone\n")
    print("| method | non-negative | CPU s | wall s | peak MiB | zeros | rounds | optimality | incoherence before, after |")
    print("|---|---|---|---|---|---|---|---|---|")
    methods = ["bottom_up", "ols", "wls_structural", "wls_variance", "mint_shrinkage", "mint_sparse"]
    for method, non_negative in [(method, signs) for signs in (0, 1) for method in methods]:
        r = run([ours_program, "large", method, str(non_negative), threads])
        worst = max(worst, int(not r["converged"] or r["after"] > 1e-6 or bool(non_negative and r["negative"])))
        print(f"| {method} | {'yes' if non_negative else 'no'} | {r['cpu']:.2f} | {r['wall']:.2f} | {r['peak_kib'] / MIB:.0f} | "
              f"{r['zeros']:,} | {r['rounds']} | {r['kkt']:.1e} | {r['before']:,.0f}, {r['after']:.1e} |", flush=True)
    return worst


sys.exit(main())
