#include "science/inventory/stock_projection.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "foundation/base/assert.h"
#include "science/inventory/order_slots.h"

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
    : StockProjection(paths, supply, drawn_arrivals(supply, 0, paths.n_paths()), {}) {}

StockProjection::StockProjection(const SeriesPaths& paths, const SeriesSupply& supply,
                                 std::vector<int32_t> begins, std::vector<int32_t> ends)
    : paths_(paths),
      begins_(std::move(begins)),
      ends_(ends.empty() ? drawn_arrivals(supply, 1, paths.n_paths(), begins_) : std::move(ends)) {
  RESTOCK_ASSERT(begins_.size() == n_paths() && ends_.size() == n_paths());
  const int32_t last = *std::max_element(ends_.begin(), ends_.end());
  RESTOCK_ASSERT(paths.horizon >= last - 1);
  arriving_ = arrivals_within(supply, last);
  const double start = usable_stock(supply);
  before_.reserve(n_paths());
  int64_t losing = 0;
  for (size_t p = 0; p < n_paths(); ++p) {
    const auto demand = paths_.path(p);
    double stock = start;
    bool lost = false;
    for (int32_t k = 1; k < begins_[p]; ++k) {
      stock += arriving_[static_cast<size_t>(k)] - demand[static_cast<size_t>(k) - 1];
      lost = lost || stock < 0;
      stock = std::max(0.0, stock);
    }
    losing += lost ? 1 : 0;
    before_.push_back(stock);
  }
  lead_time_losses_ = static_cast<double>(losing) / static_cast<double>(n_paths());
}

size_t StockProjection::n_covering() const {
  size_t n = 0;
  for (size_t p = 0; p < n_paths(); ++p) n += ends_[p] > begins_[p] ? 1 : 0;
  return n;
}

double StockProjection::projected_stock() const {
  double stock = 0;
  double arriving = 0;
  for (size_t p = 0; p < n_paths(); ++p) {
    stock += before_[p];
    arriving += arriving_[static_cast<size_t>(begins_[p])];
  }
  return (stock + arriving) / static_cast<double>(n_paths());
}

std::vector<TurningPoint> StockProjection::turning_points(double holding, double shortage) const {
  std::vector<TurningPoint> points;
  size_t n_points = 0;
  for (size_t p = 0; p < n_paths(); ++p) n_points += static_cast<size_t>(ends_[p] - begins_[p]);
  points.reserve(n_points);
  for (size_t p = 0; p < n_paths(); ++p) {
    const auto demand = paths_.path(p);
    double balance = before_[p];
    double missing = -balance;
    for (int32_t period = begins_[p]; period < ends_[p]; ++period) {
      const auto k = static_cast<size_t>(period);
      balance += arriving_[k] - demand[k - 1];
      missing = period == begins_[p] ? -balance : std::max(missing, -balance);
      points.push_back({missing, holding + (period + 1 == ends_[p] ? shortage : 0)});
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
    for (int32_t period = begins_[p]; period < ends_[p]; ++period) {
      const auto k = static_cast<size_t>(period);
      if (period == begins_[p] + delay) stock += quantity;
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
  const int32_t risk_period = longest_risk_period({&supply, 1});
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
