"""The feature kernels of Restock through their C interface (kernels_abi.cc)."""
import ctypes

import numpy as np

STATISTICS = ["lag", "rolling_mean", "rolling_std", "rolling_min", "rolling_max", "rolling_quantile", "rolling_nonzero",
              "expanding_mean", "expanding_std", "expanding_min", "expanding_max", "exponential_mean",
              "exponential_variance", "periods_since_nonzero"]  # the order of enum Statistic


class _Request(ctypes.Structure):
    _fields_ = [("statistic", ctypes.c_int32), ("lag", ctypes.c_int32), ("window", ctypes.c_int32),
                ("stride", ctypes.c_int32), ("parameter", ctypes.c_double), ("out", ctypes.c_void_p)]


def feature(statistic: str, lag: int = 0, window: int = 1, stride: int = 1, parameter: float = 0.5) -> tuple:
    return STATISTICS.index(statistic), lag, window, stride, parameter


class Kernels:
    def __init__(self, library: str, threads: int = 1):
        self._lib = ctypes.CDLL(library)
        self._lib.restock_pool_make.restype = ctypes.c_void_p
        self._lib.restock_kernels_run.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int32, ctypes.c_void_p,
                                                  ctypes.c_void_p, ctypes.c_int64]
        self._lib.restock_date_parts.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64, ctypes.c_int32,
                                                 ctypes.c_int32, ctypes.c_void_p]
        self._pool = self._lib.restock_pool_make(threads)

    def run(self, features: list[tuple], values: np.ndarray, offsets: np.ndarray, columns: list[np.ndarray]) -> None:
        """values and each column: float32, n rows; offsets: int64, n_series + 1."""
        assert offsets.dtype == np.int64 and len(columns) == len(features)
        for array in [values, *columns]:
            assert array.dtype == np.float32 and array.flags.c_contiguous and len(array) == len(values)
        requests = (_Request * len(features))(*(_Request(*f, c.ctypes.data) for f, c in zip(features, columns)))
        if self._lib.restock_kernels_run(self._pool, requests, len(features), values.ctypes.data, offsets.ctypes.data,
                                         len(offsets) - 1) != 0:
            raise ValueError("a feature was refused")

    def date_parts(self, first_days: np.ndarray, offsets: np.ndarray, first_day: int, end_day: int,
                   columns: list[np.ndarray]) -> None:
        """Weekday, day, month, ISO week, quarter. first_days: int32, day number of the first row of each series."""
        assert first_days.dtype == np.int32 and len(columns) == 5
        pointers = (ctypes.c_void_p * 5)(*(c.ctypes.data for c in columns))
        self._lib.restock_date_parts(first_days.ctypes.data, offsets.ctypes.data, len(offsets) - 1, first_day, end_day,
                                     pointers)
