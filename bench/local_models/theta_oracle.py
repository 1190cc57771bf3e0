"""Print the numbers of theta_test.cc and mstl_test.cc that statsforecast 2.1 gives for the series embedded there.

    python bench/local_models/theta_oracle.py

The series come from the tests' fixture, src/science/local_models/theta_fixture.h.
"""
import re
from pathlib import Path

import numpy as np
from statsforecast.models import DynamicOptimizedTheta, DynamicTheta, OptimizedTheta, Theta

FIXTURE = Path(__file__).parents[2] / "src/science/local_models/theta_fixture.h"


def embedded(name: str) -> np.ndarray:
    body = re.search(name + r"\[\] = \{([^}]*)\}", FIXTURE.read_text()).group(1)
    return np.array([float(v) for v in body.split(",") if v.strip()])


def main() -> None:
    for name, season in (("kAirPassengers", 12), ("kShopSales", 7), ("kSpareParts", 1)):
        y = embedded(name)
        for model in (Theta, OptimizedTheta, DynamicTheta, DynamicOptimizedTheta):
            fit = model(season_length=season).fit(y)
            sse = fit.model_["mse"] * fit.model_["mean_y"]
            mean = fit.predict(3)["mean"]
            print(name, model.__name__, f"sse {sse:.4f}", "mean", ", ".join(f"{v:.4f}" for v in mean))


if __name__ == "__main__":
    main()
