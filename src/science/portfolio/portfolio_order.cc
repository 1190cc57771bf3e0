#include "science/portfolio/portfolio_order.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "science/portfolio/pack_steps.h"

namespace restock {
namespace {

PackRewards packs_of(const PortfolioItems& items) {
  return {items.rewards, items.offsets, items.packs_min};
}

struct Candidate {
  double density = 0;  ///< reward per unit of resource
  size_t item = 0;
  PackStep step;
  double resource = 0;  ///< of the step
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
    const PackStep step = next_step(packs_of(items_), i, ordered);
    const double alone = static_cast<double>(ordered + step.packs) * items_.resource_per_pack[i];
    if (step.packs == 0 || alone > resource_) return {};
    const double used = static_cast<double>(step.packs) * items_.resource_per_pack[i];
    return {step.reward / used, i, step, used};
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
    const auto [density, item, step, used] = queue.pop();
    if (order.resource_used + used > resource) {
      if (!binds) {
        binds = true;
        order.marginal_reward = density;
        order.reward_bound = order.reward + density * (resource - order.resource_used);
      }
      continue;  // the later packs of this item fall away with this one
    }
    order.packs[item] += static_cast<int32_t>(step.packs);
    order.reward += step.reward;
    order.resource_used += used;
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
    for (PackStep step = next_step(packs_of(items), i, 0); step.packs > 0;
         step = next_step(packs_of(items), i, packs)) {
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

Status check_resource(std::span<const double> per_pack, double resource) {
  if (std::isnan(resource) || resource < 0) {
    return Error{Code::kInvalidArgument, fmt::format("resource must be >= 0, got {}", resource),
                 "give the budget or the capacity that is left"};
  }
  for (size_t i = 0; i < per_pack.size(); ++i) {
    if (!std::isfinite(per_pack[i]) || per_pack[i] <= 0) {
      return Error{Code::kInvalidArgument,
                   fmt::format("resource_per_pack of item {} must be > 0, got {}", i, per_pack[i]),
                   "order items that use none of the resource without a limit"};
    }
  }
  return {};
}

}  // namespace

Result<PortfolioOrder> order_portfolio(const PortfolioItems& items, double resource) {
  RESTOCK_TRY(check_resource(items.resource_per_pack, resource));
  RESTOCK_TRY(validate(packs_of(items), items.resource_per_pack.size()));
  PortfolioOrder order = by_marginal_reward(items, resource);
  prefer_single_item(items, resource, order);
  return order;
}

}  // namespace restock
