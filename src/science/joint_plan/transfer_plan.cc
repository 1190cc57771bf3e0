#include "science/joint_plan/transfer_plan.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "science/inventory/cost_with_units.h"

namespace restock {
namespace {

constexpr size_t kSeriesAtATime = 512;  // whose paths are in memory, unless one group has more

/// Groups of `groups` from `begin` on whose series together are no more than are drawn at a time.
size_t end_of_part(std::span<const std::vector<size_t>> groups, size_t begin) {
  size_t series = groups[begin].size();
  size_t end = begin + 1;
  while (end < groups.size() && series + groups[end].size() <= kSeriesAtATime)
    series += groups[end++].size();
  return end;
}

/// The transfers of one product; `first` is the place of its series in `paths`.
Result<std::vector<Transfer>> transfers_of(std::span<const size_t> group,
                                           std::span<const SeriesSupply> supply,
                                           const PlanParameters& parameters,
                                           const TransferOptions& options, const PathBlock& paths,
                                           size_t first) {
  UnitsMoved moved{options.transfer_time, 1};
  std::vector<int32_t> gives_max;
  gives_max.reserve(group.size());
  for (const size_t i : group) {
    moved.horizon = std::max(moved.horizon, supply[i].lead_time + supply[i].review_period);
    gives_max.push_back(static_cast<int32_t>(std::min(1e9, std::floor(usable_stock(supply[i])))));
  }
  const CostWithUnits cost = [&](size_t location, int32_t units) {
    return cost_with_units(paths.at(first + location), supply[group[location]], parameters, units,
                           moved);
  };
  RESTOCK_TRY(auto transfers, match_transfers(gives_max, cost, options.transfer_cost));
  for (Transfer& transfer : transfers) {
    transfer.from = group[transfer.from];
    transfer.to = group[transfer.to];
  }
  return transfers;
}

/// Nothing to send, or nowhere to send it.
bool is_idle(std::span<const size_t> group, std::span<const SeriesSupply> supply) {
  return group.size() < 2 ||
         std::all_of(
             group.begin(), group.end(), [&](size_t i) { return usable_stock(supply[i]) < 1; });
}

}  // namespace

Result<std::vector<Transfer>> plan_transfers(std::span<const std::vector<size_t>> groups,
                                             std::span<const SeriesSupply> supply,
                                             const PlanParameters& parameters,
                                             const TransferOptions& options,
                                             const PathsOf& paths_of, ThreadPool& pool) {
  if (!paths_of) {
    return Error{Code::kInvalidArgument, "transfers need sample paths, which this forecast has not",
                 "set [forecast] objective to one that is not quantile, or no transfers"};
  }
  std::vector<std::vector<size_t>> busy;
  for (const auto& group : groups) {
    if (!is_idle(group, supply)) busy.push_back(group);
  }
  std::vector<Transfer> out;
  for (size_t begin = 0; begin < busy.size();) {
    const size_t end = end_of_part(busy, begin);
    std::vector<size_t> series;
    std::vector<size_t> first;
    for (size_t g = begin; g < end; ++g) {
      first.push_back(series.size());
      series.insert(series.end(), busy[g].begin(), busy[g].end());
    }
    RESTOCK_TRY(PathBlock drawn, paths_of(series));
    const PathBlock paths = extended(std::move(drawn), longest_risk_period(supply));
    std::vector<std::vector<Transfer>> found(end - begin);
    std::vector<std::optional<Error>> failed(end - begin);
    pool.parallel_for(end - begin, 1, [&](size_t from, size_t to) {
      for (size_t g = from; g < to; ++g) {
        auto transfers =
            transfers_of(busy[begin + g], supply, parameters, options, paths, first[g]);
        if (transfers.ok()) found[g] = *std::move(transfers);
        if (!transfers.ok()) failed[g] = transfers.error();
      }
    });
    for (const auto& error : failed) {
      if (error) return *error;
    }
    for (const auto& transfers : found) out.insert(out.end(), transfers.begin(), transfers.end());
    begin = end;
  }
  return out;
}

void apply_transfers(std::span<const Transfer> transfers, int32_t transfer_time,
                     std::vector<SeriesSupply>& supply) {
  for (const Transfer& transfer : transfers) {
    supply[transfer.from].on_hand -= transfer.units;
    supply[transfer.to].open_orders.push_back({transfer_time + 1, 1.0 * transfer.units});
  }
}

}  // namespace restock
