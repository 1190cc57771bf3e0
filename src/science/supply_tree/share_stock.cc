#include "science/supply_tree/share_stock.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "science/portfolio/portfolio_order.h"

namespace restock {
namespace {

/// Sums of packs such as 0.1 leave crumbs, which are no pack less.
constexpr double kCrumb = 1e-9;

/// The largest whole number of packs in `units`, as units.
double whole_packs(double units, double pack) {
  return pack > 0 ? std::floor(units / pack * (1 + kCrumb) + kCrumb) * pack : units;
}

Status check(double stock, std::span<const AskedStock> askers, SharingRule rule) {
  if (!(stock >= 0) || !std::isfinite(stock)) {
    return Error{Code::kInvalidArgument, fmt::format("stock to share must be >= 0, got {}", stock),
                 ""};
  }
  for (size_t i = 0; i < askers.size(); ++i) {
    const AskedStock& asker = askers[i];
    const bool packed =
        asker.pack_size > 0 || asker.rewards.empty() || rule != SharingRule::kReward;
    if (asker.quantity >= 0 && std::isfinite(asker.quantity) && asker.pack_size >= 0 && packed)
      continue;
    return Error{Code::kInvalidArgument,
                 fmt::format("asker {} must ask for >= 0 units in packs, got {} in packs of {}", i,
                             asker.quantity, asker.pack_size),
                 "share in proportion where any quantity can be sent"};
  }
  return {};
}

Result<std::vector<double>> by_reward(double stock, std::span<const AskedStock> askers) {
  std::vector<double> rewards;
  std::vector<size_t> offsets = {0};
  std::vector<double> packs;
  offsets.reserve(askers.size() + 1);
  packs.reserve(askers.size());
  for (const AskedStock& asker : askers) {
    packs.push_back(asker.pack_size > 0 ? asker.pack_size : 1.0);
    const auto asked =
        static_cast<size_t>(std::llround(whole_packs(asker.quantity, packs.back()) / packs.back()));
    for (size_t k = 0; k < std::min(asked, asker.rewards.size()) && asker.rewards[k] > 0; ++k)
      rewards.push_back(asker.rewards[k]);
    offsets.push_back(rewards.size());
  }
  RESTOCK_TRY(const PortfolioOrder order, order_portfolio({rewards, offsets, packs, {}}, stock));
  std::vector<double> sent(askers.size());
  for (size_t i = 0; i < sent.size(); ++i) sent[i] = order.packs[i] * packs[i];
  return sent;
}

}  // namespace

Result<SharingRule> parse_sharing_rule(std::string_view name) {
  if (name == "reward") return SharingRule::kReward;
  if (name == "proportional") return SharingRule::kProportional;
  return Error{Code::kInvalidArgument,
               fmt::format("allocation must be reward or proportional, got '{}'", name),
               "set [locations] allocation"};
}

Result<std::vector<double>> share_stock(double stock, std::span<const AskedStock> askers,
                                        SharingRule rule) {
  RESTOCK_TRY(check(stock, askers, rule));
  std::vector<double> sent(askers.size());
  double asked = 0;
  for (size_t i = 0; i < askers.size(); ++i) {
    sent[i] = askers[i].quantity;
    asked += sent[i];
  }
  if (asked <= stock * (1 + kCrumb)) return sent;
  if (rule == SharingRule::kReward) {
    RESTOCK_TRY(sent, by_reward(stock, askers));
  } else {
    for (size_t i = 0; i < askers.size(); ++i)
      sent[i] = whole_packs(stock * askers[i].quantity / asked, askers[i].pack_size);
  }
  double left = stock;
  for (const double units : sent) left -= units;
  for (size_t i = 0; i < askers.size() && left > kCrumb; ++i) {
    const double more =
        whole_packs(std::min(left, askers[i].quantity - sent[i]), askers[i].pack_size);
    sent[i] += more;
    left -= more;
  }
  return sent;
}

}  // namespace restock
