"""The peer's side of compare.py: one method of hierarchicalforecast, in a process of its own.

    python reconcile_peer.py METHOD KIND FOLDER      KIND: dense, sparse (the summing matrix), frames (the whole interface)

Prints one JSON line as reconcile_ours does and writes FOLDER/peer.f64. Negative results are left as they come; "nonneg" runs
the peer's own non-negative solver.
"""
import json
import resource
import sys
import time

import numpy as np
from scipy import sparse

STORES, PRODUCTS, DEPARTMENTS, HORIZON, TIMES = 10, 200, 8, 28, 100


def summing_matrix() -> np.ndarray:
    store = np.repeat(np.arange(STORES), PRODUCTS)
    department = np.tile(np.arange(PRODUCTS) % DEPARTMENTS, STORES)
    groups = [np.zeros_like(store), store, store * DEPARTMENTS + department]
    rows = [(group[None, :] == np.unique(group)[:, None]).astype(float) for group in groups]
    return np.vstack([*rows, np.eye(STORES * PRODUCTS)])


def peak_kib() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def by_arrays(method: str, kind: str, base: np.ndarray, residuals: np.ndarray, s: np.ndarray):
    from hierarchicalforecast import methods as m
    nonneg = method.endswith("_nonneg")
    method = method.removesuffix("_nonneg")
    if method == "bottom_up":
        model = m.BottomUp() if kind == "dense" else m.BottomUpSparse()
    else:
        name = {"ols": "ols", "wls_structural": "wls_struct", "wls_variance": "wls_var", "mint_shrinkage": "mint_shrink"}[method]
        model = (m.MinTrace if kind == "dense" else m.MinTraceSparse)(method=name, nonnegative=nonneg)
    matrix = s if kind == "dense" else sparse.csr_matrix(s)
    arguments = {"S": matrix, "y_hat": base}
    if method in ("wls_variance", "mint_shrinkage"):
        arguments |= {"y_insample": residuals.astype(np.float64), "y_hat_insample": np.zeros(residuals.shape)}
    return lambda: model.fit_predict(**arguments)["mean"]


def by_frames(method: str, base: np.ndarray, residuals: np.ndarray, s: np.ndarray):
    import pandas as pd
    from hierarchicalforecast.core import HierarchicalReconciliation
    from hierarchicalforecast.methods import BottomUp, MinTrace
    ids = [f"n{i:04}" for i in range(len(s))]
    bottom = ids[len(s) - s.shape[1]:]
    s_df = pd.DataFrame(s, columns=bottom)
    s_df.insert(0, "unique_id", ids)
    n_total = 1
    tags = {"total": np.array(ids[:n_total]), "store": np.array(ids[1:1 + STORES]),
            "store/department": np.array(ids[1 + STORES:len(s) - s.shape[1]]), "series": np.array(bottom)}
    days = pd.date_range("2024-01-01", periods=HORIZON + TIMES)
    y_hat = pd.DataFrame({"unique_id": np.repeat(ids, HORIZON), "ds": np.tile(days[TIMES:], len(s)), "model": base.ravel()})
    y = pd.DataFrame({"unique_id": np.repeat(ids, TIMES), "ds": np.tile(days[:TIMES], len(s)),
                      "y": residuals.ravel().astype(np.float64), "model": 0.0})
    name = {"ols": "ols", "wls_structural": "wls_struct", "wls_variance": "wls_var", "mint_shrinkage": "mint_shrink"}
    model = BottomUp() if method == "bottom_up" else MinTrace(method=name[method])
    needs = method in ("wls_variance", "mint_shrinkage")

    def work():
        out = HierarchicalReconciliation([model]).reconcile(Y_hat_df=y_hat, Y_df=y if needs else None, S_df=s_df, tags=tags)
        out = out.set_index("unique_id").loc[ids]
        return out.iloc[:, -1].to_numpy().reshape(len(s), HORIZON)
    return work


def main() -> None:
    method, kind, folder = sys.argv[1:4]
    s = summing_matrix()
    base = np.fromfile(f"{folder}/base.f64").reshape(len(s), HORIZON)
    residuals = np.fromfile(f"{folder}/residuals.f32", np.float32).reshape(len(s), TIMES)
    work = by_frames(method, base, residuals, s) if kind == "frames" else by_arrays(method, kind, base, residuals, s)
    turns = 1
    if not method.endswith("_nonneg"):
        turns = 5
        work()  # warm: compiled functions and imports are not counted
    before = peak_kib()
    with open("/proc/self/clear_refs", "w", encoding="ascii") as file:
        file.write("5")
    cpu = wall = float("inf")
    for _ in range(turns):
        cpu_before, wall_before = time.process_time(), time.perf_counter()
        mean = np.asarray(work())
        cpu, wall = min(cpu, time.process_time() - cpu_before), min(wall, time.perf_counter() - wall_before)
    with open("/proc/self/status", encoding="ascii") as lines:
        peak = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))
    mean.astype(np.float64).tofile(f"{folder}/peer.f64")
    print(json.dumps({"cpu": cpu, "wall": wall, "before_kib": before, "peak_kib": peak, "negative": int((mean < -1e-9).sum())}))


main()
