"""Forecast with mlforecast and one learner, in a process of its own so that its time and memory can be measured.

    python peer.py LEARNER DATA_SET HORIZON HISTORY FUTURE OUT THREADS

LEARNER: xgboost or lightgbm. HISTORY: Parquet with unique_id, ds, y and the covariates, up to the forecast origin;
FUTURE: the covariates alone of the days to come ("-" if the data set has none); OUT: unique_id, ds, forecast. Neither file
holds a unit sold after the origin.
"""
import sys

import lightgbm
import pandas as pd
import xgboost
from mlforecast import MLForecast
from mlforecast.lag_transforms import RollingMean

from data_sets import DATA_SETS

TREES = 600
LEARNING_RATE = 0.05
SEED = 0


def learner(name: str, threads: int):
    """Both learners grow the same number of trees of like size, with the same loss and the same rate."""
    if name == "xgboost":
        return xgboost.XGBRegressor(
            objective="reg:tweedie", tweedie_variance_power=1.1, n_estimators=TREES, learning_rate=LEARNING_RATE,
            max_depth=6, min_child_weight=20, subsample=0.8, colsample_bytree=0.8, tree_method="hist", n_jobs=threads,
            random_state=SEED)
    if name == "lightgbm":
        return lightgbm.LGBMRegressor(
            objective="tweedie", tweedie_variance_power=1.1, n_estimators=TREES, learning_rate=LEARNING_RATE,
            num_leaves=63, min_child_samples=20, subsample=0.8, subsample_freq=1, colsample_bytree=0.8, n_jobs=threads,
            random_state=SEED, verbosity=-1)
    raise SystemExit(f"peer.py: learner {name!r} is unknown; allowed: xgboost, lightgbm")


def main(name, data_set_name, horizon, history_file, future_file, out, threads) -> None:
    data_set = DATA_SETS[data_set_name]
    history = pd.read_parquet(history_file)
    future = None if future_file == "-" else pd.read_parquet(future_file)
    for key in data_set.keys:
        history[key] = history[key].astype("category").cat.codes
    model = MLForecast(
        models={"forecast": learner(name, int(threads))}, freq="D", lags=list(data_set.lags),
        lag_transforms={1: [RollingMean(days) for days in data_set.rolling_means]},
        date_features=["dayofweek", "day", "month", "dayofyear"], num_threads=int(threads))
    model.fit(history, static_features=list(data_set.keys))
    forecast = model.predict(int(horizon), X_df=future)
    forecast.to_parquet(out, index=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
