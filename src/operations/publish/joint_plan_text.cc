#include "operations/publish/joint_plan_text.h"

#include <algorithm>

#include <fmt/format.h>

#include "foundation/domain/period_words.h"
#include "operations/publish/number_text.h"

namespace restock {
namespace {

constexpr size_t kLimitsShown = 10;

std::string transfers_text(const TransferPlan& plan) {
  int64_t units = 0;
  double saves = 0;
  for (const Transfer& transfer : plan.transfers) {
    units += transfer.units;
    saves += transfer.saves;
  }
  if (units == 0) return "none would save more than it costs";
  return fmt::format(
      "{} units in {}, which save {:.2f} after the cost of moving them", grouped(units),
      counted(static_cast<int64_t>(plan.transfers.size()), "transfer", "transfers"), saves);
}

std::string limit_text(const LimitUse& limit) {
  std::string text = fmt::format("{}: {:.2f} of {:.2f} used, {:.2f} wanted", limit.name, limit.used,
                                 limit.amount, limit.wanted);
  if (limit.marginal_reward > 0)
    text += fmt::format("; one more would save {:.3g}", limit.marginal_reward);
  if (limit.series_cut > 0)
    text += fmt::format("; {} cut", counted(limit.series_cut, "order", "orders"));
  return text;
}

std::string together_text(const LimitedPlan& plan) {
  if (plan.series_cut == 0) return "no order is cut";
  std::string text = fmt::format(
      "{} cut by {} units, which costs {:.2f} in expected holding and lost sales; by {}",
      counted(plan.series_cut, "order", "orders"), readable(plan.units_cut), plan.cost_of_limits,
      limited_method_name(plan.method));
  if (plan.proven) return text + ", proven the best";
  return text + fmt::format(", at most {:.2g} % from the best", 100 * plan.gap);
}

}  // namespace

std::vector<std::pair<std::string, std::string>> joint_plan_lines(const RunResult& result) {
  std::vector<std::pair<std::string, std::string>> lines;
  if (result.transfers) lines.emplace_back("Transfers", transfers_text(*result.transfers));
  if (!result.limited) return lines;
  std::vector<const LimitUse*> limits;
  limits.reserve(result.limited->limits.size());
  for (const LimitUse& limit : result.limited->limits) limits.push_back(&limit);
  // What a limit holds back, at the price of a unit of it.
  const auto weight = [](const LimitUse* limit) {
    return limit->marginal_reward * std::max(0.0, limit->wanted - limit->used);
  };
  std::stable_sort(limits.begin(), limits.end(),
                   [&](const LimitUse* a, const LimitUse* b) { return weight(a) > weight(b); });
  const auto cutting = static_cast<size_t>(std::count_if(
      limits.begin(), limits.end(), [&](const LimitUse* limit) { return weight(limit) > 0; }));
  const size_t shown = std::min(kLimitsShown, cutting > 0 ? cutting : limits.size());
  for (size_t l = 0; l < shown; ++l) lines.emplace_back("Limit", limit_text(*limits[l]));
  if (limits.size() > shown) {
    lines.emplace_back("Limit", fmt::format("{} more{}", limits.size() - shown,
                                            shown >= cutting ? ", which cut no order" : ""));
  }
  lines.emplace_back("Limits", together_text(*result.limited));
  return lines;
}

}  // namespace restock
