"""Our side: the functions of inventory_abi.cc as Python functions."""
import ctypes

import numpy as np


class Ours:
    """Each method returns (list of decisions, cost)."""

    def __init__(self, path):
        self.library = ctypes.CDLL(path)

    def call(self, name, size, *arguments):
        out = np.zeros(size + 1)
        function = getattr(self.library, name)
        function.restype = ctypes.c_bool
        converted = []
        for a in arguments:
            if isinstance(a, np.ndarray):
                converted.append(a.ctypes.data_as(ctypes.c_void_p))
            elif isinstance(a, bool):
                converted.append(ctypes.c_bool(a))
            elif isinstance(a, int):
                converted.append(ctypes.c_size_t(a))
            else:
                converted.append(ctypes.c_double(a))
        if not function(*converted, out.ctypes.data_as(ctypes.c_void_p)):
            raise SystemExit(f"{name} refused its arguments")
        return list(out[:-1]), float(out[-1])

    def guaranteed_service(self, tree):
        ints = lambda values: np.array([-1 if v is None else v for v in values], dtype=np.int32)
        n = len(tree["time"])
        inbound = np.array([v or 0 for v in tree["inbound"]], dtype=np.int32)
        arcs = np.array(tree["arcs"], dtype=np.int32).reshape(-1)
        return self.call("guaranteed_service_abi", n, n, ints(tree["time"]), inbound, np.array(tree["holding"]),
                         np.array(tree["sd"], dtype=float), np.array(tree.get("factor", [1] * n), dtype=float),
                         ints(tree["outbound"]), arcs)

    def reorder_up_to(self, fixed, holding, stockout, mean):
        return self.call("reorder_up_to_abi", 2, float(fixed), float(holding), float(stockout), float(mean))

    def reorder_quantity(self, fixed, holding, stockout, rate, lead_time):
        return self.call("reorder_quantity_abi", 2, *map(float, (fixed, holding, stockout, rate, lead_time)))

    def wagner_whitin(self, demand, fixed, holding):
        return self.call("wagner_whitin_abi", len(demand), len(demand), np.array(demand, dtype=float), float(fixed),
                         float(holding))

    def serial(self, holding, lead_time, stockout, mean, sd, exact=True):
        n = len(holding)
        return self.call("serial_abi", n, n, np.array(holding, dtype=float), np.array(lead_time, dtype=float),
                         float(stockout), float(mean), float(sd), exact)

    def finite_horizon(self, periods, holding, stockout, unit, fixed, mean, sd, sds_max):
        return self.call("finite_horizon_abi", 2 * periods, periods, *map(float, (holding, stockout, unit, fixed, mean,
                                                                                  sd, sds_max)))

    def newsvendor(self, holding, stockout, mean):
        return self.call("newsvendor_abi", 1, *map(float, (holding, stockout, mean)))

    def eoq_disruptions(self, fixed, holding, stockout, rate, fail, repair):
        return self.call("eoq_disruptions_abi", 1, *map(float, (fixed, holding, stockout, rate, fail, repair)))
