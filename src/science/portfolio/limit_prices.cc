#include "science/portfolio/limit_prices.h"

#include <algorithm>
#include <utility>

#include "science/portfolio/box_program.h"

namespace restock {
namespace {

constexpr int kRoundsMax = 50;
constexpr double kRoundTolerance = 1e-6;

/// The items under each limit: pairs of the place in `items` and the entry of its use.
std::vector<std::vector<std::pair<size_t, size_t>>> members_of(const LimitedSteps& steps) {
  std::vector<std::vector<std::pair<size_t, size_t>>> members(steps.amounts.size());
  for (size_t k = 0; k < steps.items.size(); ++k) {
    for (size_t u = steps.use_offsets[k]; u < steps.use_offsets[k + 1]; ++u)
      members[steps.use_limit[u]].emplace_back(k, u);
  }
  return members;
}

/// The price of one limit at which the bound is lowest while the others stay: where the steps that
/// are worth it just fill the amount.
double best_price(const LimitedSteps& steps, std::span<const std::pair<size_t, size_t>> members,
                  size_t limit, std::span<const double> prices) {
  struct Turn {
    double price = 0;  ///< up to which the step is worth it
    double use = 0;
  };
  std::vector<Turn> turns;
  for (const auto& [k, u] : members) {
    const double use = steps.use_per_pack[u];
    const double others = steps.price_of(k, prices) - prices[limit] * use;
    for (size_t s = steps.offsets[k]; s < steps.offsets[k + 1]; ++s) {
      const auto packs = static_cast<double>(steps.steps[s].packs);
      const double price = (steps.steps[s].reward - others * packs) / (use * packs);
      if (price > 0) turns.push_back({price, use * packs});
    }
  }
  std::sort(turns.begin(), turns.end(), [](const Turn& a, const Turn& b) {
    return a.price != b.price ? a.price > b.price : a.use < b.use;
  });
  double used = 0;
  for (const Turn& turn : turns) {
    used += turn.use;
    if (used > steps.amounts[limit]) return turn.price;
  }
  return 0;
}

}  // namespace

double LimitedSteps::price_of(size_t k, std::span<const double> prices) const {
  double price = 0;
  for (size_t u = use_offsets[k]; u < use_offsets[k + 1]; ++u)
    price += prices[use_limit[u]] * use_per_pack[u];
  return price;
}

double bound_at(const LimitedSteps& steps, std::span<const double> prices) {
  double bound = 0;
  for (size_t l = 0; l < steps.amounts.size(); ++l) bound += prices[l] * steps.amounts[l];
  for (size_t k = 0; k < steps.items.size(); ++k) {
    const double price = steps.price_of(k, prices);
    for (size_t s = steps.offsets[k]; s < steps.offsets[k + 1]; ++s)
      bound += std::max(0.0, steps.steps[s].reward - price * steps.steps[s].packs);
  }
  return bound;
}

std::vector<double> descend_prices(const LimitedSteps& steps) {
  const auto members = members_of(steps);
  std::vector<double> prices(steps.amounts.size(), 0);
  double bound = bound_at(steps, prices);
  for (int round = 0; round < kRoundsMax; ++round) {
    for (size_t l = 0; l < prices.size(); ++l) prices[l] = best_price(steps, members[l], l, prices);
    const double lowered = bound_at(steps, prices);
    if (lowered >= bound * (1 - kRoundTolerance)) break;
    bound = lowered;
  }
  return prices;
}

Result<std::vector<double>> linear_prices(const LimitedSteps& steps) {
  RESTOCK_TRY(BoxSolution solved, solve_parts(box_program(steps, false)));
  return std::move(solved.multipliers);
}

}  // namespace restock
