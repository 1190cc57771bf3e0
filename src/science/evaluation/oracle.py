"""Print the constants of error_sums_test.cc: point and quantile losses by utilsforecast.

    python src/science/evaluation/oracle.py
"""
import numpy as np
import pandas as pd
import utilsforecast.losses as losses

PERIODS, HORIZON = 30, 6
LEVELS = {"a": 5, "b": 20, "c": 1.2}
QUANTILES = {0.1: 0.5, 0.5: 1, 0.9: 1.75}


def main() -> None:
    random = np.random.default_rng(7)
    rows, train = [], []
    for name, level in LEVELS.items():
        y = [int(x) for x in random.poisson(level, PERIODS + HORIZON)]
        mean = [float(x) for x in np.round(random.gamma(4, level / 4, HORIZON), 2)]
        print(name, y, mean)
        train += [(name, t, v) for t, v in enumerate(y[:PERIODS])]
        for h in range(HORIZON):
            quantiles = [float(np.floor(mean[h] * k)) for k in QUANTILES.values()]
            rows.append((name, PERIODS + h, y[PERIODS + h], mean[h], *quantiles))
    data = pd.DataFrame(rows, columns=["unique_id", "ds", "y", "mean", "q10", "q50", "q90"])
    known = pd.DataFrame(train, columns=["unique_id", "ds", "y"])
    columns = {"q": ["q10", "q50", "q90"]}
    pinball = losses.mqloss(data, columns, np.array(list(QUANTILES))).q.mean()
    print("mase", losses.mase(data, ["mean"], 7, known)["mean"].mean())
    print("rmsse", losses.rmsse(data, ["mean"], 1, known)["mean"].mean())
    print("mae", (data["mean"] - data.y).abs().mean())
    print("rmse", np.sqrt(((data["mean"] - data.y) ** 2).mean()))
    print("wape", 100 * (data["mean"] - data.y).abs().sum() / data.y.sum())
    print("pinball", pinball)
    print("wql", 2 * pinball * len(data) / data.y.sum())


if __name__ == "__main__":
    main()
