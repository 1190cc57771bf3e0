"""Print the constants of reconcile_test.cc: the same small grouped structure by hierarchicalforecast 1.5 and scipy.

    python src/science/reconcile/oracle.py
"""
import numpy as np
from hierarchicalforecast.methods import MinTrace
from scipy.optimize import nnls

STORES = [0, 0, 0, 1, 1, 1]
CATEGORIES = [0, 0, 1, 0, 0, 1]
HORIZON, PERIODS = 3, 12


def summing_matrix() -> np.ndarray:
    total = np.ones((1, 6))
    stores = np.array([[s == k for s in STORES] for k in (0, 1)], float)
    categories = np.array([[c == k for c in CATEGORIES] for k in (0, 1)], float)
    return np.vstack([total, stores, categories, np.eye(6)])


def base() -> np.ndarray:
    """Whole numbers that a test can make again; some bottom forecasts are pulled below zero."""
    return np.array([[(i * 37 + h * 101 + i * h * 13) % 29 + (20 if i == 0 else 0) for h in range(HORIZON)] for i in range(11)], float)


def residuals() -> np.ndarray:
    return np.array([[(i * 31 + t * 17 + i * i * t * 7 + t * t * 5) % 23 - 11 + 3 * (t * 7 % 11 - 5) for t in range(PERIODS)] for i in range(11)], float)


def main() -> None:
    np.set_printoptions(suppress=True)
    s, y, e = summing_matrix(), base(), residuals()
    for method in ["ols", "wls_struct", "wls_var", "mint_shrink"]:
        result = MinTrace(method=method).fit_predict(S=s, y_hat=y, y_insample=e, y_hat_insample=np.zeros_like(e))
        print(method, np.array2string(np.asarray(result["mean"])[5:], precision=12, separator=", "))
    weights = np.sqrt(1 / np.concatenate([s.sum(1)]))
    solution = np.array([nnls(s * weights[:, None], y[:, h] * weights)[0] for h in range(HORIZON)]).T
    print("scipy nnls, structural", np.array2string(solution, precision=12, separator=", "))


main()
