#include "science/inventory/replay_setup.h"

#include <cmath>

#include <fmt/format.h>

namespace restock {

Status check_replay_input(const ReplayInput& input) {
  const Panel& panel = input.panel;
  const size_t n = panel.n_series();
  if (input.supply.size() != n ||
      (!input.starting_stock.empty() && input.starting_stock.size() != n)) {
    return Error{
        Code::kInvalidArgument,
        fmt::format("a replay of {} series needs as many supply entries and starting stocks "
                    "(or none), got {} and {}",
                    n, input.supply.size(), input.starting_stock.size()),
        ""};
  }
  if (input.periods < 1 || int64_t{input.first} + input.periods - 1 > panel.origin) {
    return Error{
        Code::kInvalidArgument,
        fmt::format("a replay must have at least 1 period and end at or before {}, got {} "
                    "periods from {}",
                    panel.axis.label(panel.origin), input.periods, panel.axis.label(input.first)),
        "lower [plan] replay_periods"};
  }
  for (size_t i = 0; i < n; ++i) {
    RESTOCK_TRY(validate(input.supply[i], i));
    const double stock = input.starting_stock.empty() ? 0 : input.starting_stock[i];
    if (!(stock >= 0 && std::isfinite(stock))) {
      return Error{Code::kInvalidArgument,
                   fmt::format("starting stock of series {} must be >= 0, got {}", i, stock), ""};
    }
  }
  return {};
}

}  // namespace restock
