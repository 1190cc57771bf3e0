#include "science/inventory/stock_projection.h"

#include <algorithm>

#include <fmt/format.h>

#include "foundation/base/assert.h"

namespace restock {
namespace {

/// Arrivals of open orders at the start of periods 1..n after the origin, at [1..n].
std::vector<double> arrivals_within(const SeriesSupply& supply, int32_t n) {
  std::vector<double> arriving(static_cast<size_t>(n) + 1, 0.0);
  for (const auto& order : supply.open_orders) {
    const int32_t k = std::max(1, order.arrives_in);
    if (k <= n) arriving[static_cast<size_t>(k)] += order.quantity;
  }
  return arriving;
}

}  // namespace

StockProjection::StockProjection(const SeriesPaths& paths, const SeriesSupply& supply)
    : paths_(paths),
      lead_time_(supply.lead_time),
      review_period_(supply.review_period),
      arriving_(arrivals_within(supply, supply.lead_time + supply.review_period)) {
  RESTOCK_ASSERT(paths.horizon >= lead_time_ + review_period_);
  const double start = usable_stock(supply);
  before_.reserve(n_paths());
  int64_t losing = 0;
  for (size_t p = 0; p < n_paths(); ++p) {
    const auto demand = paths_.path(p);
    double stock = start;
    bool lost = false;
    for (int32_t k = 1; k <= lead_time_; ++k) {
      stock += arriving_[static_cast<size_t>(k)] - demand[static_cast<size_t>(k) - 1];
      lost = lost || stock < 0;
      stock = std::max(0.0, stock);
    }
    losing += lost ? 1 : 0;
    before_.push_back(stock);
  }
  lead_time_losses_ = static_cast<double>(losing) / static_cast<double>(n_paths());
}

double StockProjection::projected_stock() const {
  double sum = 0;
  for (const double stock : before_) sum += stock;
  return sum / static_cast<double>(n_paths()) + arriving_[static_cast<size_t>(lead_time_) + 1];
}

std::vector<TurningPoint> StockProjection::turning_points(double holding, double shortage) const {
  std::vector<TurningPoint> points;
  points.reserve(n_paths() * static_cast<size_t>(review_period_));
  for (size_t p = 0; p < n_paths(); ++p) {
    const auto demand = paths_.path(p);
    double balance = before_[p];
    double missing = -balance;
    for (int32_t j = 1; j <= review_period_; ++j) {
      const size_t k = static_cast<size_t>(lead_time_) + static_cast<size_t>(j);
      balance += arriving_[k] - demand[k - 1];
      missing = j == 1 ? -balance : std::max(missing, -balance);
      points.push_back({missing, holding + (j == review_period_ ? shortage : 0)});
    }
  }
  std::sort(points.begin(), points.end());
  return points;
}

CoverOutcome StockProjection::with_order(double quantity, int32_t delay) const {
  RESTOCK_ASSERT(delay >= 0);
  CoverOutcome out;
  for (size_t p = 0; p < n_paths(); ++p) {
    const auto demand = paths_.path(p);
    double stock = before_[p];
    bool lost = false;
    for (int32_t j = 1; j <= review_period_; ++j) {
      const size_t k = static_cast<size_t>(lead_time_) + static_cast<size_t>(j);
      if (j == 1 + delay) stock += quantity;
      stock += arriving_[k] - demand[k - 1];
      if (stock < 0) {
        out.lost_units -= stock;
        stock = 0;
        lost = true;
      }
      out.holding_units += stock;
    }
    out.losing += lost ? 1 : 0;
  }
  const auto n = static_cast<double>(n_paths());
  return {out.holding_units / n, out.lost_units / n, out.losing / n};
}

Status check_paths(const SeriesPaths& paths, const SeriesSupply& supply) {
  const int32_t risk_period = supply.lead_time + supply.review_period;
  if (paths.horizon < risk_period || paths.values.size() < static_cast<size_t>(paths.horizon)) {
    return Error{Code::kInvalidArgument,
                 fmt::format("an order over lead time {} + review {} needs paths of {} periods or "
                             "more, got {} paths of {}",
                             supply.lead_time, supply.review_period, risk_period,
                             paths.horizon > 0 ? paths.n_paths() : 0, paths.horizon),
                 "raise [forecast] horizon"};
  }
  return {};
}

}  // namespace restock
