"""The peer's side of compare_matrix.py: mlforecast's features, then xgboost.QuantileDMatrix.

    python matrix_peer.py VALUES.f32 N_SERIES LENGTH THREADS TURNS polars|numpy|pandas

The last argument says what mlforecast hands over: its polars frame, that as a numpy array, or a pandas frame. Prints one JSON
line a turn, then one with the sums of the columns.
"""
import gc
import json
import sys
import time

import numpy as np
import pandas
import polars
import xgboost

from compare_features import FIRST, mlforecast_features
from matrix_memory import peak, start_peak


def frame_of(values: np.ndarray, n_series: int, length: int, kind: str):
    columns = {"unique_id": np.repeat(np.arange(n_series, dtype=np.int32), length),
               "ds": np.tile(np.datetime64(FIRST) + np.arange(length), n_series), "y": values}
    if kind == "pandas":
        columns["ds"] = columns["ds"].astype("datetime64[ns]")
        return pandas.DataFrame(columns)
    return polars.DataFrame(columns)


def main() -> None:
    path, n_series, length, threads, turns, kind = sys.argv[1], *map(int, sys.argv[2:6]), sys.argv[6]
    frame = frame_of(np.fromfile(path, dtype=np.float32), n_series, length, kind)

    def features():
        return mlforecast_features(threads).preprocess(
            frame, static_features=[], dropna=False, return_X_y=True, as_numpy=kind == "numpy")

    for _ in range(turns):
        gc.collect()
        before = start_peak()
        cpu, wall = time.process_time(), time.perf_counter()
        rows, target = features()
        features_cpu = time.process_time() - cpu
        matrix = xgboost.QuantileDMatrix(rows, target, max_bin=256, nthread=threads)
        print(json.dumps({"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall, "features_cpu": features_cpu,
                          "before_kib": before, "peak_kib": peak(), "rows": matrix.num_row()}), flush=True)
        del matrix, rows, target
    rows, _ = features()
    columns = [np.asarray(rows[:, i] if kind == "numpy" else rows[name], dtype=np.float64)
               for i, name in enumerate(range(rows.shape[1]) if kind == "numpy" else rows.columns)]
    print(json.dumps({"sums": [float(np.nansum(c)) for c in columns],
                      "missing": [int(np.isnan(c).sum()) for c in columns]}))


if __name__ == "__main__":
    main()
