"""Print the numbers of statsmodels that src/science/local_models/arima_test.cc holds.

    python bench/local_models/arima_oracle.py      needs numpy and statsmodels
"""

import numpy as np
from statsmodels.tsa.seasonal import STL
from statsmodels.tsa.statespace.sarimax import SARIMAX
from statsmodels.tsa.stattools import kpss

LH = [2.4, 2.4, 2.4, 2.2, 2.1, 1.5, 2.3, 2.3, 2.5, 2.0, 1.9, 1.7, 2.2, 1.8, 3.2, 3.2, 2.7, 2.2, 2.2, 1.9, 1.9, 1.8, 2.7, 3.0,
      2.3, 2.0, 2.0, 2.9, 2.9, 2.7, 2.7, 2.3, 2.6, 2.4, 1.8, 1.7, 1.5, 1.4, 2.1, 3.3, 3.5, 3.5, 3.1, 2.6, 2.1, 3.4, 3.0, 2.9]
DEMAND = [0, 3, 0, 0, 1, 0, 5, 2, 0, 0, 0, 4, 0, 6, 0, 1, 0, 2, 0, 0, 7, 3, 0, 0, 0, 1, 0, 8, 1, 0, 2, 0, 0, 0, 6, 0,
          0, 0, 1, 3, 0, 9, 2, 1, 0, 0, 0, 0, 5, 0, 2, 0, 0, 4, 0, 7, 0, 0, 1, 0, 2, 0, 6, 4]


def show(name, values, order, seasonal, trend):
    model = SARIMAX(np.array(values, float), order=order, seasonal_order=seasonal, trend=trend, simple_differencing=True)
    fits = [model.fit(start_params=model.start_params * scale, maxiter=2000, pgtol=1e-10, factr=10, disp=0) for scale in (1, 0.5)]
    best = max(fits, key=lambda fit: fit.llf)
    forecast = best.get_forecast(5)
    print(name, order, seasonal, f"llf {best.llf:.8f}", "aicc", best.aicc)
    print("  ", dict(zip(best.param_names, best.params)))
    print("   w mean", list(forecast.predicted_mean), "w var", list(forecast.var_pred_mean))


show("lh", LH, (1, 0, 1), (0, 0, 0, 0), "c")
show("lh", LH, (3, 0, 0), (0, 0, 0, 0), "c")
show("demand", DEMAND, (1, 0, 0), (1, 0, 0, 7), "c")


def kpss_and_strength(name, values, period):
    values = np.array(values, float)
    statistic = kpss(values, regression="c", nlags=int(3 * len(values) ** 0.5 / 13))[0]
    stl = STL(values, period=period, seasonal=11, seasonal_deg=0, robust=False).fit(inner_iter=2, outer_iter=0)
    strength = max(0.0, 1 - np.var(stl.resid) / np.var(stl.seasonal + stl.resid))
    print(name, f"kpss {statistic:.8f} strength {strength:.6f}")


kpss_and_strength("lh", LH, 6)
kpss_and_strength("demand", DEMAND, 7)
kpss_and_strength("ramp", np.arange(48) % 7 + 0.3 * np.arange(48), 7)
