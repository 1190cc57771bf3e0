#include "science/portfolio/limited_steps.h"

#include "science/portfolio/pack_steps.h"

namespace restock {
namespace {

PackRewards packs_of(const LimitedItems& items) {
  return {items.rewards, items.offsets, items.packs_min};
}

/// Whether so many packs of an item fit if nothing else is ordered.
bool fit_alone(const LimitedItems& items, std::span<const double> amounts, size_t i, size_t packs) {
  for (size_t u = items.use_offsets[i]; u < items.use_offsets[i + 1]; ++u) {
    if (static_cast<double>(packs) * items.use_per_pack[u] >
        amounts[static_cast<size_t>(items.use_limit[u])])
      return false;
  }
  return true;
}

/// All steps of an item that fit alone; `too_large` if others are worth something.
std::vector<LimitedSteps::Step> steps_of(const LimitedItems& items, std::span<const double> amounts,
                                         size_t i, bool& too_large) {
  std::vector<LimitedSteps::Step> steps;
  size_t packs = 0;
  for (PackStep step = next_step(packs_of(items), i, 0); step.packs > 0;
       step = next_step(packs_of(items), i, packs)) {
    packs += step.packs;
    if (!fit_alone(items, amounts, i, packs)) {
      too_large = true;
      break;
    }
    steps.push_back({i, static_cast<int32_t>(step.packs), step.reward});
  }
  return steps;
}

}  // namespace

LimitedSteps limited_steps(const LimitedItems& items, std::span<const double> amounts,
                           std::vector<int32_t>& free_packs) {
  const size_t n = items.offsets.size() - 1;
  LimitedSteps out;
  std::vector<std::vector<LimitedSteps::Step>> of_item;
  of_item.reserve(n);
  std::vector<double> wanted(amounts.size(), 0);
  free_packs.assign(n, 0);
  for (size_t i = 0; i < n; ++i) {
    of_item.push_back(steps_of(items, amounts, i, out.too_large));
    for (const auto& step : of_item.back()) free_packs[i] += step.packs;
    for (size_t u = items.use_offsets[i]; u < items.use_offsets[i + 1]; ++u)
      wanted[static_cast<size_t>(items.use_limit[u])] += free_packs[i] * items.use_per_pack[u];
  }
  std::vector<size_t> place(amounts.size(), amounts.size());
  for (size_t l = 0; l < amounts.size(); ++l) {
    if (!(wanted[l] > amounts[l])) continue;
    place[l] = out.limits.size();
    out.limits.push_back(l);
    out.amounts.push_back(amounts[l]);
  }
  out.offsets.push_back(0);
  out.use_offsets.push_back(0);
  for (size_t i = 0; i < n; ++i) {
    for (size_t u = items.use_offsets[i]; u < items.use_offsets[i + 1]; ++u) {
      const size_t limit = place[static_cast<size_t>(items.use_limit[u])];
      if (limit == amounts.size()) continue;
      out.use_limit.push_back(limit);
      out.use_per_pack.push_back(items.use_per_pack[u]);
    }
    if (out.use_limit.size() == out.use_offsets.back()) continue;
    free_packs[i] = 0;
    out.items.push_back(i);
    out.steps.insert(out.steps.end(), of_item[i].begin(), of_item[i].end());
    out.offsets.push_back(out.steps.size());
    out.use_offsets.push_back(out.use_limit.size());
  }
  return out;
}

BoxProgram box_program(const LimitedSteps& steps, bool in_order) {
  BoxProgram program;
  program.limits = steps.amounts;
  for (size_t k = 0; k < steps.items.size(); ++k) {
    const size_t first = steps.offsets[k];
    const size_t end = steps.offsets[k + 1];
    const bool ordered = in_order && end > first + 1 && steps.steps[first].packs > 1;
    const auto order_row = static_cast<int32_t>(program.limits.size());
    for (size_t s = first; s < end; ++s) {
      for (size_t u = steps.use_offsets[k]; u < steps.use_offsets[k + 1]; ++u) {
        program.rows.push_back(static_cast<int32_t>(steps.use_limit[u]));
        program.values.push_back(steps.use_per_pack[u] * steps.steps[s].packs);
      }
      for (size_t later = first + 1; ordered && later < end; ++later) {
        if (s != first && s != later) continue;
        program.rows.push_back(order_row + static_cast<int32_t>(later - first - 1));
        program.values.push_back(s == first ? -1 : 1);
      }
      program.end_column(steps.steps[s].reward);
    }
    if (ordered) program.limits.resize(program.limits.size() + end - first - 1, 0);
  }
  return program;
}

}  // namespace restock
