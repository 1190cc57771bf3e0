"""Accuracy of point forecasts, by the definitions that `restock run --json` states; written apart from the program.

mape, smape, wape and bias are in percent. mape skips zero actuals; bias = sum(forecast - actual) / sum(actual), so that
a positive bias forecasts too much; smape has the mean of both sizes below the line, so that it reaches 200.
"""
import numpy as np


def score(actual: np.ndarray, forecast: np.ndarray) -> dict[str, float]:
    """actual, forecast: one entry a series and period, in the same order."""
    if actual.shape != forecast.shape or not np.isfinite(forecast).all():
        raise ValueError(f"forecasts {forecast.shape} do not match actuals {actual.shape}, or are not finite")
    actual, forecast = actual.astype(float), forecast.astype(float)
    error = forecast - actual
    positive = actual > 0
    size = np.abs(actual) + np.abs(forecast)
    symmetric = np.divide(2 * np.abs(error), size, out=np.zeros_like(size), where=size > 0)
    return {
        "wape": 100 * np.abs(error).sum() / actual.sum(),
        "mape": 100 * (np.abs(error)[positive] / actual[positive]).mean(),
        "smape": 100 * symmetric.mean(),
        "bias": 100 * error.sum() / actual.sum(),
    }
