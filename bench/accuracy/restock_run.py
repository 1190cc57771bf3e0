"""Run `restock run` as a user would and score its export."""
import json
import pathlib

import pandas as pd

import measured
from data_sets import DataSet, series_ids
from scores import score

# forecasts.csv has six decimals; the record has all.
ROUNDING = 1e-4


def run(restock, data_set: DataSet, config, horizon: int, threads: int, folder: pathlib.Path, actual: pd.DataFrame):
    """Hold out `horizon` days. actual: unique_id, ds, y of those days. Returns (scores, cost, the program's record).

    The scores are those of exports/csv/forecasts.csv, computed here; a record that states others is an error.
    """
    record_file = folder / f"{data_set.name}_{horizon}.json"
    cost = measured.run([restock, "run", "--config", config, "--holdout", horizon, "--threads", threads,
                         "--json", record_file], folder / f"{data_set.name}_{horizon}_restock.log")
    record = json.loads(record_file.read_text())
    forecasts = pd.read_csv(pathlib.Path(record["output_directory"]) / "exports" / "csv" / "forecasts.csv")
    forecasts = forecasts.assign(unique_id=series_ids(forecasts, data_set.keys),
                                 ds=pd.to_datetime(forecasts["period_start"]), forecast=forecasts["mean"])
    scores = score_of(actual, forecasts)
    for name, value in scores.items():
        stated = record["metrics"]["model"][name]
        if abs(stated - value) > ROUNDING:
            raise SystemExit(f"{data_set.name}, {horizon} days: the record says {name} {stated}, the export has {value}")
    return scores, cost, record


def score_of(actual: pd.DataFrame, forecasts: pd.DataFrame) -> dict[str, float]:
    """Score each held-out row exactly once. Both: unique_id, ds; actual y; forecasts forecast."""
    joined = actual.merge(forecasts[["unique_id", "ds", "forecast"]], on=["unique_id", "ds"], how="left",
                          validate="one_to_one")
    if joined["forecast"].isna().any():
        raise SystemExit(f"{int(joined['forecast'].isna().sum())} held-out rows have no forecast")
    return score(joined["y"].to_numpy(), joined["forecast"].to_numpy())
