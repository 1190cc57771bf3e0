"""Print the oracle numbers of src/science/local_models/ets_test.cc: log-likelihoods of statsforecast's ETS fits.

    python ets_oracle.py

The log-likelihood there leaves out n/2 (log(2 pi / n) + 1), which is added here.
"""
import math

import numpy as np
from statsforecast.ets import ets_f



def first_weeks(weeks: int) -> list[int]:
    import pandas
    sales = pandas.read_parquet("../shared/data/store_item/sales.parquet", filters=[("store", "=", 1), ("item", "=", 1)])
    return sales.sort_values("date").sales.astype(int).tolist()[:7 * weeks]


def spare_part() -> list[int]:
    import pandas
    parts = pandas.read_parquet("../shared/data/carparts/monthly.parquet")
    busy = parts.groupby("part").units.sum().sort_values(ascending=False).index[5]
    return parts[parts.part == busy].sort_values("month").units.astype(int).tolist()


def show(name: str, values: list[int], season_length: int, forms: list[str]) -> None:
    print(f"{name} = {values}")
    n = len(values)
    for form in forms:
        fit = ets_f(np.array(values, dtype=float), season_length, model=form[:3], damped=form[3] == "D")
        print(f"  {form} {fit['loglik'] - n / 2 * (math.log(2 * math.pi / n) + 1):.6f}")


if __name__ == "__main__":
    daily = first_weeks(20)
    show("daily", daily, 7, ["ANNN", "AANN", "AAND", "ANAN", "AAAN", "AAAD", "MNNN", "MANN", "MNAN", "MAAN", "MNMN", "MAMN",
                             "MAMD"])
    show("spare_part", spare_part(), 12, ["ANNN", "AANN", "AAND", "ANAN"])
