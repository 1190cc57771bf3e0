#include "science/portfolio/transfer_matching.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include <fmt/format.h>

namespace restock {
namespace {

/// Savings below this part of a unit's gain are crumbs of summation, no reason to load a van.
constexpr double kCrumb = 1e-9;

/// One location as transfers change it.
struct Place {
  int32_t units = 0;  ///< received, below 0 sent
  double cost = 0;    ///< with these
  double gain = 0;    ///< of one unit more
  double loss = 0;    ///< of one unit less
  double cost_more = 0;
  double cost_less = 0;
  bool receives = true;
  bool gives = true;
};

Status evaluate(const CostWithUnits& cost, size_t location, int32_t gives_max, Place& place) {
  place.receives = place.units >= 0;
  place.gives = place.units <= 0 && -place.units < gives_max;
  if (place.receives) {
    RESTOCK_TRY(place.cost_more, cost(location, place.units + 1));
    place.gain = place.cost - place.cost_more;
  }
  if (place.gives) {
    RESTOCK_TRY(place.cost_less, cost(location, place.units - 1));
    place.loss = place.cost_less - place.cost;
  }
  return {};
}

/// The receiver that gains most and the sender that loses least, never the same; equal where there
/// is no pair.
std::pair<size_t, size_t> best_pair(std::span<const Place> places) {
  const size_t n = places.size();
  size_t to[2] = {n, n};
  size_t from[2] = {n, n};
  for (size_t i = 0; i < n; ++i) {
    const Place& place = places[i];
    if (place.receives && (to[0] == n || place.gain > places[to[0]].gain)) {
      to[1] = std::exchange(to[0], i);
    } else if (place.receives && (to[1] == n || place.gain > places[to[1]].gain)) {
      to[1] = i;
    }
    if (place.gives && (from[0] == n || place.loss < places[from[0]].loss)) {
      from[1] = std::exchange(from[0], i);
    } else if (place.gives && (from[1] == n || place.loss < places[from[1]].loss)) {
      from[1] = i;
    }
  }
  const auto saves = [&](size_t t, size_t f) {
    return t == n || f == n || t == f ? -INFINITY : places[t].gain - places[f].loss;
  };
  if (to[0] != from[0]) return {to[0], from[0]};
  return saves(to[0], from[1]) >= saves(to[1], from[0]) ? std::pair(to[0], from[1])
                                                        : std::pair(to[1], from[0]);
}

}  // namespace

Result<std::vector<Transfer>> match_transfers(std::span<const int32_t> gives_max,
                                              const CostWithUnits& cost, double moving_cost) {
  const size_t n = gives_max.size();
  if (!std::isfinite(moving_cost) || moving_cost < 0) {
    return Error{Code::kInvalidArgument,
                 fmt::format("the cost of moving a unit must be >= 0, got {}", moving_cost),
                 "set [plan] transfer_cost"};
  }
  std::vector<Place> places(n);
  for (size_t i = 0; i < n; ++i) {
    if (gives_max[i] < 0) {
      return Error{Code::kInvalidArgument,
                   fmt::format("gives_max of location {} must be >= 0, got {}", i, gives_max[i]),
                   "0 = sends nothing"};
    }
    RESTOCK_TRY(places[i].cost, cost(i, 0));
    RESTOCK_TRY(evaluate(cost, i, gives_max[i], places[i]));
  }
  std::map<std::pair<size_t, size_t>, Transfer> transfers;
  while (true) {
    const auto [to, from] = best_pair(places);
    if (to == n || from == n || to == from) break;
    const double saves = places[to].gain - places[from].loss - moving_cost;
    if (!(saves > kCrumb * std::max({1.0, std::abs(places[to].cost), std::abs(places[from].cost)})))
      break;
    Transfer& transfer = transfers[{from, to}];
    transfer.from = from;
    transfer.to = to;
    ++transfer.units;
    transfer.saves += saves;
    ++places[to].units;
    places[to].cost = places[to].cost_more;
    --places[from].units;
    places[from].cost = places[from].cost_less;
    RESTOCK_TRY(evaluate(cost, to, gives_max[to], places[to]));
    RESTOCK_TRY(evaluate(cost, from, gives_max[from], places[from]));
  }
  std::vector<Transfer> out;
  out.reserve(transfers.size());
  for (const auto& [pair, transfer] : transfers) out.push_back(transfer);
  return out;
}

}  // namespace restock
