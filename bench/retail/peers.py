"""Forecast with one peer in a process of its own.

    python peers.py PEER SET HISTORY OUT

HISTORY: Parquet with unique_id, ds, y up to the origin. OUT: unique_id, ds, mean and a column per quantile level.
Quantiles are each package's own: analytic where a model has them, else conformal from two windows before the origin.
"""
import sys
import warnings

import pandas as pd

from sets import SETS

LEVELS = [50, 80, 90, 95]
# The same levels as columns: lower and upper end of each central interval, and the middle.
QUANTILES = {0.025: "lo-95", 0.05: "lo-90", 0.1: "lo-80", 0.25: "lo-50", 0.75: "hi-50", 0.9: "hi-80", 0.95: "hi-90",
             0.975: "hi-95"}
TREES = {"mlforecast_xgboost", "mlforecast_lightgbm"}


def statistical(peer: str, season: int, horizon: int):
    from statsforecast import models
    from statsforecast.utils import ConformalIntervals
    conformal = ConformalIntervals(n_windows=2, h=horizon)
    return {
        "seasonal_naive": lambda: models.SeasonalNaive(season),
        "window_average": lambda: models.WindowAverage(4 * season if season < 52 else 13, prediction_intervals=conformal),
        # The package leaves seasons longer than 24 out of its exponential smoothing.
        "auto_ets": lambda: models.AutoETS(season_length=season if season <= 24 else 1),
        "dynamic_optimized_theta": lambda: models.DynamicOptimizedTheta(season_length=season if season <= 24 else 1),
        "mstl": lambda: models.MSTL(season_length=season),
        "auto_arima": lambda: models.AutoARIMA(season_length=1),
        "croston_optimized": lambda: models.CrostonOptimized(prediction_intervals=conformal),
        "croston_sba": lambda: models.CrostonSBA(prediction_intervals=conformal),
        "tsb": lambda: models.TSB(0.1, 0.1, prediction_intervals=conformal),
        "adida": lambda: models.ADIDA(prediction_intervals=conformal),
        "imapa": lambda: models.IMAPA(prediction_intervals=conformal),
    }[peer]()


def fit_statistical(peer: str, one, history: pd.DataFrame) -> pd.DataFrame:
    from statsforecast import StatsForecast
    from statsforecast.models import Naive
    model = statistical(peer, one.season, one.horizon)
    # Too short a history for the model or its conformal windows: the naive forecast answers.
    long_enough = history.groupby("unique_id")["y"].transform("size") > 2 * one.horizon + 2 * min(one.season, 13)
    parts = []
    for part, chosen in ((history[long_enough], model), (history[~long_enough], None)):
        if part.empty:
            continue
        if chosen is None:
            last = part.groupby("unique_id").tail(1)
            dates = pd.date_range(last["ds"].max(), periods=one.horizon + 1, freq=one.frequency)[1:]
            flat = last[["unique_id", "y"]].merge(pd.DataFrame({"ds": dates}), how="cross").rename(columns={"y": "mean"})
            parts.append(flat.assign(**{str(q): flat["mean"] for q in QUANTILES}))
            continue
        runner = StatsForecast(models=[chosen], freq=one.frequency, n_jobs=1, fallback_model=Naive())
        out = runner.forecast(df=part[["unique_id", "ds", "y"]], h=one.horizon, level=LEVELS)
        name = next(c for c in out.columns if c not in ("unique_id", "ds") and "-lo-" not in c and "-hi-" not in c)
        parts.append(out.rename(columns={name: "mean", **{f"{name}-{end}": str(q) for q, end in QUANTILES.items()}}))
    return pd.concat(parts, ignore_index=True)


def fit_trees(peer: str, one, history: pd.DataFrame) -> pd.DataFrame:
    import lightgbm
    import xgboost
    from mlforecast import MLForecast
    from mlforecast.lag_transforms import RollingMean
    from mlforecast.utils import PredictionIntervals
    shared = {"n_estimators": 600, "learning_rate": 0.05, "subsample": 0.8, "colsample_bytree": 0.8, "n_jobs": 1,
              "random_state": 0}
    learner = (xgboost.XGBRegressor(objective="reg:tweedie", tweedie_variance_power=1.1, max_depth=6, min_child_weight=20,
                                    tree_method="hist", **shared) if peer.endswith("xgboost") else
               lightgbm.LGBMRegressor(objective="tweedie", tweedie_variance_power=1.1, num_leaves=63, min_child_samples=20,
                                      subsample_freq=1, verbosity=-1, **shared))
    dates = ["week", "month"] if one.frequency.startswith("W") else ["dayofweek", "day", "month"]
    history = history.assign(series=history["unique_id"].astype("category").cat.codes)
    long_enough = history.groupby("unique_id")["y"].transform("size") > 3 * one.horizon + 2
    model = MLForecast(models={"mean": learner}, freq=one.frequency, lags=list(one.lags), date_features=dates,
                       lag_transforms={1: [RollingMean(w, min_samples=1) for w in one.windows]}, num_threads=1)
    model.fit(history[long_enough], static_features=["series"], dropna=False,
              prediction_intervals=PredictionIntervals(n_windows=2, h=one.horizon))
    out = model.predict(one.horizon, level=LEVELS)
    return out.rename(columns={f"mean-{end}": str(q) for q, end in QUANTILES.items()})


def main(peer: str, set_name: str, history_file: str, out: str) -> None:
    warnings.filterwarnings("ignore")
    one = SETS[set_name]
    history = pd.read_parquet(history_file)
    forecast = (fit_trees if peer in TREES else fit_statistical)(peer, one, history)
    columns = ["mean", *(str(q) for q in QUANTILES)]
    forecast[columns] = forecast[columns].clip(lower=0)  # demand is never negative
    forecast.assign(**{"0.5": forecast["mean"]}).to_parquet(out, index=False)


if __name__ == "__main__":
    main(*sys.argv[1:])
