#include "science/multi_echelon/assembly_system.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "foundation/base/argument.h"
#include "science/multi_echelon/serial_system.h"

namespace restock {
namespace {

/// Each item's lead time and all lead times after it.
Result<std::vector<double>> times_to_end(const std::vector<AssemblyItem>& items) {
  const size_t n = items.size();
  size_t ends = 0;
  for (size_t i = 0; i < n; ++i) {
    RESTOCK_TRY(require_positive("holding_cost", items[i].holding_cost));
    RESTOCK_TRY(require_not_negative("lead_time", items[i].lead_time));
    if (!items[i].goes_into) ++ends;
    if (items[i].goes_into.value_or(0) >= n) {
      return Error{
          Code::kInvalidArgument,
          fmt::format("item {} goes into item {}; there are {}", i, *items[i].goes_into, n),
          "items are numbered from 0"};
    }
  }
  if (ends != 1) {
    return Error{Code::kInvalidArgument,
                 fmt::format("an assembly has one end item, got {} without goes_into", ends),
                 "plan each end item on its own"};
  }
  std::vector<double> times(n, 0.0);
  for (size_t i = 0; i < n; ++i) {
    size_t steps = 0;
    for (std::optional<size_t> at = i; at; at = items[*at].goes_into) {
      times[i] += items[*at].lead_time;
      if (++steps > n) {
        return Error{Code::kInvalidArgument, fmt::format("item {} goes into itself in the end", i),
                     "each item must lead to the end item"};
      }
    }
  }
  return times;
}

}  // namespace

Result<AssemblyPlan> assembly_exact(const AssemblySystem& system) {
  RESTOCK_TRY(auto times, times_to_end(system.items));
  const size_t n = system.items.size();
  AssemblyPlan plan{std::vector<size_t>(n), std::move(times), std::vector<double>(n), 0};
  std::iota(plan.order.begin(), plan.order.end(), size_t{0});
  std::stable_sort(plan.order.begin(), plan.order.end(),
                   [&](size_t a, size_t b) { return plan.time_to_end[a] > plan.time_to_end[b]; });
  SerialSystem row{{}, system.stockout_cost, system.demand};
  row.stages.reserve(n);
  std::vector<size_t> stage_of(n);
  // In a row an item's holding cost begins when the next one could use it, here when it arrives.
  double charged_too_early = 0;
  for (size_t k = 0; k < n; ++k) {
    const size_t i = plan.order[k];
    const AssemblyItem& item = system.items[i];
    const double next = k + 1 < n ? plan.time_to_end[plan.order[k + 1]] : 0;
    const double lead_time = plan.time_to_end[i] - next;
    const bool joined = k > 0 && plan.time_to_end[i] == plan.time_to_end[plan.order[k - 1]];
    if (joined) {
      row.stages.back().holding_cost += item.holding_cost;
      row.stages.back().lead_time = lead_time;
    } else {
      row.stages.push_back({item.holding_cost, lead_time});
    }
    stage_of[i] = row.stages.size() - 1;
  }
  for (size_t i = 0; i < n; ++i) {
    charged_too_early += system.items[i].holding_cost *
                         (system.items[i].lead_time - row.stages[stage_of[i]].lead_time);
  }
  RESTOCK_TRY(const auto serial, serial_exact(row));
  for (size_t i = 0; i < n; ++i) {
    plan.echelon_base_stock[i] = serial.echelon_base_stock[stage_of[i]];
  }
  plan.cost = serial.cost - charged_too_early * system.demand.mean();
  return plan;
}

}  // namespace restock
