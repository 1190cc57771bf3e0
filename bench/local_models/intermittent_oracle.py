"""Numbers in intermittent_test.cc and simple_models_test.cc: what statsforecast 2.1 answers for one fixed series.

    pip install statsforecast==2.1.1 numpy; python intermittent_oracle.py
"""
import importlib.metadata

import numpy as np
from statsforecast import models
from statsforecast.models import _optimized_ses_forecast

print("statsforecast", importlib.metadata.version("statsforecast"))


def series(n: int = 60) -> np.ndarray:
    """Integers from a small congruential generator that the test repeats: a demand in about three periods of ten."""
    state, values = 12345, []
    for _ in range(n):
        state = (1103515245 * state + 12345) % 2**31
        draw = state >> 16
        values.append(float(draw % 7 + 1) if draw % 10 < 3 else 0.0)
    return np.array(values)


y = series()
print("y", y.astype(int).tolist())
for model in (models.CrostonClassic(), models.CrostonSBA(), models.TSB(0.2, 0.15), models.CrostonOptimized(),
              models.ADIDA(), models.IMAPA()):
    print(model, repr(float(model.forecast(y=y, h=1)["mean"][0])))
for name, stream in (("sizes", y[y > 0]), ("intervals", np.diff(np.flatnonzero(y) + 1, prepend=0).astype(float))):
    _, fitted, alpha = _optimized_ses_forecast(stream)
    print(name, "alpha", float(alpha), "sum of squares", repr(float(np.sum((stream[1:] - fitted[1:]) ** 2))))
for model in (models.HistoricAverage(), models.RandomWalkWithDrift(), models.Naive(), models.SeasonalNaive(7),
              models.WindowAverage(12), models.SeasonalWindowAverage(7, 3)):
    try:
        out = model.forecast(y=y, h=9, level=[95])
        sd = (out["hi-95"] - out["mean"]) / 1.959963984540054
        print(model, [round(float(v), 10) for v in out["mean"]], [round(float(v), 9) for v in sd**2])
    except Exception:
        print(model, [round(float(v), 10) for v in model.forecast(y=y, h=9)["mean"]])
