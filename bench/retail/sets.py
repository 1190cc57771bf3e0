"""The sales histories of the benchmark, as a user of each program would prepare them."""
import dataclasses
import pathlib

import pandas as pd

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
DATA = REPOSITORY.parent / "shared" / "data"


@dataclasses.dataclass(frozen=True)
class RetailSet:
    """ends: periods before the end of the data at which the scored windows end, the last first.

    season: periods of the short season for peers; frequency: pandas' name of it.
    """
    name: str
    keys: tuple[str, ...]
    file: str
    horizon: int
    ends: tuple[int, ...]
    frequency: str
    season: int
    lags: tuple[int, ...]
    windows: tuple[int, ...]

    @property
    def path(self) -> pathlib.Path:
        return DATA / self.name / self.file

    @property
    def config(self) -> pathlib.Path:
        return REPOSITORY / "examples" / self.name / "restock.toml"


VN2 = RetailSet("vn2", ("store", "product"), "sales.parquet", 8, (0, 8, 16, 24, 32), "W-MON", 52,
                (1, 2, 3, 4, 8, 13, 26, 52), (4, 13, 26))
ONLINE_RETAIL = RetailSet("online_retail", ("StockCode",), "transactions.parquet", 28, (0,), "D", 7,
                          (1, 7, 14, 21, 28), (7, 28, 56))
SETS = {one.name: one for one in (VN2, ONLINE_RETAIL)}


def read_raw(one: RetailSet) -> pd.DataFrame:
    """The file with its rows' period in `ds`."""
    raw = pd.read_parquet(one.path)
    if one is ONLINE_RETAIL:
        raw["ds"] = pd.to_datetime(raw["InvoiceDate"], format="%m/%d/%y %H:%M").dt.normalize()
    else:
        raw["ds"] = pd.to_datetime(raw["week"])
    return raw


def series_ids(frame: pd.DataFrame, one: RetailSet) -> pd.Series:
    ids = frame[one.keys[0]].astype(str)
    for key in one.keys[1:]:
        ids = ids + "/" + frame[key].astype(str)
    return ids


def demand(raw: pd.DataFrame, one: RetailSet) -> pd.DataFrame:
    """unique_id, ds, y, scored: one row a period from the first sale (or the first stock) of a series on.

    scored: whether sales were demand. Weeks out of stock are not scored, and peers see the last stocked week's sales in
    their place, since a gap is refused and a zero would teach them that nobody wanted the product.
    """
    rows = raw.assign(unique_id=series_ids(raw, one))
    if one is ONLINE_RETAIL:
        rows = rows.drop(columns="ds").drop_duplicates().assign(ds=raw["ds"])
        rows = rows[rows["Quantity"] > 0].groupby(["unique_id", "ds"])["Quantity"].sum().rename("y").reset_index()
        last = raw["ds"].max()
        filled = [group.set_index("ds")["y"].reindex(pd.date_range(group["ds"].min(), last), fill_value=0)
                  .rename_axis("ds").reset_index().assign(unique_id=key) for key, group in rows.groupby("unique_id")]
        return pd.concat(filled, ignore_index=True).assign(y=lambda f: f["y"].astype(float), scored=True)
    rows = rows.sort_values(["unique_id", "ds"], ignore_index=True)
    rows = rows[rows.groupby("unique_id")["in_stock"].cummax().astype(bool)]
    known = rows["units"].astype(float).where(rows["in_stock"])
    return pd.DataFrame({"unique_id": rows["unique_id"], "ds": rows["ds"], "y": known.groupby(rows["unique_id"]).ffill(),
                         "scored": rows["in_stock"].astype(bool)}).reset_index(drop=True)
