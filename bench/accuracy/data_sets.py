"""The data sets of the benchmark: where they are, what their columns mean, and which windows are scored."""
import dataclasses
import pathlib

import pandas as pd

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]


@dataclasses.dataclass(frozen=True)
class DataSet:
    """One sales history with daily series, complete (every series has every day).

    keys, date, units: column names of the sales file. known_ahead: columns that a planner knows for days to come.
    lags, rolling_means: features of the peers, in days; they must fit the length of the history.
    """
    name: str
    keys: tuple[str, ...]
    units: str
    lags: tuple[int, ...]
    rolling_means: tuple[int, ...]
    known_ahead: tuple[str, ...] = ()
    date: str = "date"

    @property
    def config(self) -> pathlib.Path:
        return REPOSITORY / "examples" / self.name / "restock.toml"

    @property
    def sales(self) -> pathlib.Path:
        return REPOSITORY.parent / "shared" / "data" / self.name / "sales.parquet"

    def read(self) -> pd.DataFrame:
        """All rows with a column unique_id (the keys as one text) first, sorted by series and day."""
        frame = pd.read_parquet(self.sales)
        frame[self.date] = pd.to_datetime(frame[self.date])
        frame.insert(0, "unique_id", series_ids(frame, self.keys))
        return frame.sort_values(["unique_id", self.date], ignore_index=True)


def series_ids(frame: pd.DataFrame, keys) -> pd.Series:
    """One text a row: its keys joined, the same for the sales file and for the exports of restock."""
    ids = frame[keys[0]].astype(str)
    for key in keys[1:]:
        ids = ids + "/" + frame[key].astype(str)
    return ids


STORE_ITEM = DataSet(
    name="store_item", keys=("store", "item"), units="sales",
    lags=(1, 7, 14, 21, 28, 35, 42, 91, 182, 364), rolling_means=(7, 28, 91, 364))
SEED_RETAIL = DataSet(
    name="seed_retail", keys=("store", "product"), units="units", known_ahead=("promotion", "price"),
    lags=(1, 7, 14, 21, 28), rolling_means=(7, 28))
DATA_SETS = {data_set.name: data_set for data_set in (STORE_ITEM, SEED_RETAIL)}
