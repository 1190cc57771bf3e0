#include "science/portfolio/portfolio_order.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace restock {
namespace {

/// Rewards that are differences of sums may rise by this part of the item's largest one.
constexpr double kRoundingTolerance = 1e-9;

/// Packs that are ordered together: all of the minimum, then one by one.
struct Step {
  size_t packs = 0;  ///< 0: there is none that is worth anything.
  double reward = 0;
  double resource = 0;
};

size_t n_packs(const PortfolioItems& items, size_t i) {
  return items.offsets[i + 1] - items.offsets[i];
}

size_t minimum(const PortfolioItems& items, size_t i) {
  return items.packs_min.empty() ? 1
                                 : static_cast<size_t>(std::max<int32_t>(1, items.packs_min[i]));
}

/// The step of item i that follows `ordered` packs.
Step next_step(const PortfolioItems& items, size_t i, size_t ordered) {
  const size_t packs = ordered == 0 ? minimum(items, i) : 1;
  if (ordered + packs > n_packs(items, i)) return {};
  double reward = 0;
  for (size_t k = ordered; k < ordered + packs; ++k) reward += items.rewards[items.offsets[i] + k];
  if (!(reward > 0)) return {};
  return {packs, reward, static_cast<double>(packs) * items.resource_per_pack[i]};
}

struct Candidate {
  double density = 0;  ///< reward per unit of resource
  size_t item = 0;
  Step step;
};

/// Orders a heap with the best candidate on top.
bool comes_after(const Candidate& a, const Candidate& b) {
  return a.density != b.density ? a.density < b.density : a.item > b.item;
}

/// All next steps of all items, best first.
class StepQueue {
 public:
  StepQueue(const PortfolioItems& items, double resource) : items_(items), resource_(resource) {
    heap_.reserve(items.resource_per_pack.size());
    for (size_t i = 0; i < items.resource_per_pack.size(); ++i) {
      const Candidate first = candidate(i, 0);
      if (first.step.packs > 0) heap_.push_back(first);
    }
    std::make_heap(heap_.begin(), heap_.end(), comes_after);
  }

  [[nodiscard]] bool empty() const { return heap_.empty(); }

  Candidate pop() {
    std::pop_heap(heap_.begin(), heap_.end(), comes_after);
    const Candidate best = heap_.back();
    heap_.pop_back();
    return best;
  }

  /// Offers what follows `ordered` packs of item i.
  void push_next(size_t i, size_t ordered) {
    const Candidate next = candidate(i, ordered);
    if (next.step.packs == 0) return;
    heap_.push_back(next);
    std::push_heap(heap_.begin(), heap_.end(), comes_after);
  }

 private:
  [[nodiscard]] Candidate candidate(size_t i, size_t ordered) const {
    const Step step = next_step(items_, i, ordered);
    const double alone = static_cast<double>(ordered + step.packs) * items_.resource_per_pack[i];
    if (step.packs == 0 || alone > resource_) return {};
    return {step.reward / step.resource, i, step};
  }

  const PortfolioItems& items_;
  double resource_;
  std::vector<Candidate> heap_;
};

PortfolioOrder by_marginal_reward(const PortfolioItems& items, double resource) {
  PortfolioOrder order;
  order.packs.assign(items.resource_per_pack.size(), 0);
  StepQueue queue(items, resource);
  bool binds = false;
  while (!queue.empty()) {
    const auto [density, item, step] = queue.pop();
    if (order.resource_used + step.resource > resource) {
      if (!binds) {
        binds = true;
        order.marginal_reward = density;
        order.reward_bound = order.reward + density * (resource - order.resource_used);
      }
      continue;  // the later packs of this item fall away with this one
    }
    order.packs[item] += static_cast<int32_t>(step.packs);
    order.reward += step.reward;
    order.resource_used += step.resource;
    queue.push_next(item, static_cast<size_t>(order.packs[item]));
  }
  if (!binds) order.reward_bound = order.reward;
  return order;
}

/// Gives everything to one item if that is worth more than `order`.
void prefer_single_item(const PortfolioItems& items, double resource, PortfolioOrder& order) {
  size_t best = 0;
  size_t best_packs = 0;
  double best_reward = order.reward;
  for (size_t i = 0; i < items.resource_per_pack.size(); ++i) {
    size_t packs = 0;
    double reward = 0;
    for (Step step = next_step(items, i, 0); step.packs > 0; step = next_step(items, i, packs)) {
      if (static_cast<double>(packs + step.packs) * items.resource_per_pack[i] > resource) break;
      packs += step.packs;
      reward += step.reward;
    }
    if (reward > best_reward) {
      best = i;
      best_packs = packs;
      best_reward = reward;
    }
  }
  if (best_packs == 0) return;
  std::fill(order.packs.begin(), order.packs.end(), 0);
  order.packs[best] = static_cast<int32_t>(best_packs);
  order.reward = best_reward;
  order.resource_used = static_cast<double>(best_packs) * items.resource_per_pack[best];
}

Status check_shapes(const PortfolioItems& items, double resource) {
  const size_t n = items.resource_per_pack.size();
  if (std::isnan(resource) || resource < 0) {
    return Error{Code::kInvalidArgument, fmt::format("resource must be >= 0, got {}", resource),
                 "give the budget or the capacity that is left"};
  }
  const bool whole = items.offsets.size() == n + 1 && items.offsets.front() == 0 &&
                     items.offsets.back() == items.rewards.size() &&
                     std::is_sorted(items.offsets.begin(), items.offsets.end());
  if (!whole || (!items.packs_min.empty() && items.packs_min.size() != n)) {
    return Error{
        Code::kInvalidArgument,
        fmt::format("{} items need {} offsets that rise from 0 to the {} rewards, and {} or "
                    "no packs_min; got {} offsets and {} packs_min",
                    n, n + 1, items.rewards.size(), n, items.offsets.size(),
                    items.packs_min.size()),
        "item i has the rewards [offsets[i], offsets[i + 1])"};
  }
  return {};
}

Status check_item(const PortfolioItems& items, size_t i) {
  const double resource = items.resource_per_pack[i];
  if (!std::isfinite(resource) || resource <= 0) {
    return Error{Code::kInvalidArgument,
                 fmt::format("resource_per_pack of item {} must be > 0, got {}", i, resource),
                 "order items that use none of the resource without a limit"};
  }
  const size_t packs = n_packs(items, i);
  const int32_t least = items.packs_min.empty() ? 0 : items.packs_min[i];
  if (least < 0 || (packs > 0 && minimum(items, i) > packs) ||
      packs > static_cast<size_t>(std::numeric_limits<int32_t>::max())) {
    return Error{
        Code::kInvalidArgument,
        fmt::format("packs_min of item {} must be 0 to its {} packs, got {}", i, packs, least),
        "give the rewards of all packs of the minimum, or no pack for an item that cannot "
        "be ordered"};
  }
  const auto rewards = items.rewards.subspan(items.offsets[i], packs);
  double largest = 0;
  for (const double reward : rewards) largest = std::max(largest, std::abs(reward));
  for (size_t k = 0; k < packs; ++k) {
    const bool rises = k > 0 && rewards[k] > rewards[k - 1] + kRoundingTolerance * largest;
    if (!std::isfinite(rewards[k]) || rises) {
      return Error{
          Code::kInvalidArgument,
          fmt::format("rewards of item {} must be finite and never rise, got {} for pack {}"
                      "{}",
                      i, rewards[k], k + 1, k > 0 ? fmt::format(" after {}", rewards[k - 1]) : ""),
          "join packs that only pay together into one, or give them as packs_min"};
    }
  }
  return {};
}

}  // namespace

Result<PortfolioOrder> order_portfolio(const PortfolioItems& items, double resource) {
  RESTOCK_TRY(check_shapes(items, resource));
  for (size_t i = 0; i < items.resource_per_pack.size(); ++i) RESTOCK_TRY(check_item(items, i));
  PortfolioOrder order = by_marginal_reward(items, resource);
  prefer_single_item(items, resource, order);
  return order;
}

}  // namespace restock
