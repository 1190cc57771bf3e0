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
    : all_paths_(paths),
      paths_(paths),
      begins_(std::move(begins)),
      ends_(ends.empty() ? drawn_arrivals(supply, 1, paths.n_paths(), begins_) : std::move(ends)) {
  RESTOCK_ASSERT(begins_.size() == n_paths() && ends_.size() == n_paths());
  const int32_t last = *std::max_element(ends_.begin(), ends_.end());
  RESTOCK_ASSERT(paths.horizon >= last - 1);
  arriving_ = arrivals_within(supply, last);
  unit_cost_ = supply.unit_cost;
  if (perishable(supply)) {
    project_perishable(supply);
    return;
  }
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

void StockProjection::project_perishable(const SeriesSupply& supply) {
  perishable_ = true;
  shelf_life_ = supply.shelf_life;
  if (shelf_life_ > 0) {
    for (size_t p = 0; p < n_paths(); ++p) ends_[p] = std::min(ends_[p], begins_[p] + shelf_life_);
  }
  older_ = age_stock(all_paths_, supply, begins_, ends_);
  paths_ = {older_.residual, older_.horizon};
  older_wasted_ = older_.wasted_units;
  before_.assign(n_paths(), 0.0);
  int64_t losing = 0;
  for (size_t p = 0; p < n_paths(); ++p) {
    const auto left = paths_.path(p).first(static_cast<size_t>(begins_[p]) - 1);
    losing += std::any_of(left.begin(), left.end(), [](float units) { return units > 0; }) ? 1 : 0;
  }
  lead_time_losses_ = static_cast<double>(losing) / static_cast<double>(n_paths());
}

double StockProjection::left_demand(size_t p, int32_t from, int32_t periods) const {
  const auto horizon = static_cast<size_t>(paths_.horizon);
  double sum = 0;
  for (int32_t k = from; k < from + periods; ++k) {
    const auto at = static_cast<size_t>(k) - 1;
    // Nothing is known of older goods so far ahead: all demand is left.
    sum += at < horizon ? paths_.path(p)[at]
                        : all_paths_.path((p + at / horizon) % n_paths())[at % horizon];
  }
  return sum;
}

double StockProjection::sellable(int32_t periods) const {
  double sum = 0;
  for (size_t p = 0; p < n_paths(); ++p) {
    // Of a perishable series the older goods are taken off already.
    const double older = before_[p] + arriving(p, begins_[p]);
    sum += std::max(0.0, left_demand(p, begins_[p], periods) - older);
  }
  return sum / static_cast<double>(n_paths());
}

size_t StockProjection::n_covering() const {
  size_t n = 0;
  for (size_t p = 0; p < n_paths(); ++p) n += ends_[p] > begins_[p] ? 1 : 0;
  return n;
}

double StockProjection::projected_stock() const {
  double stock = 0;
  double arrived = 0;
  for (size_t p = 0; p < n_paths(); ++p) {
    stock += perishable_ ? older_.at_arrival[p] : before_[p];
    arrived += arriving(p, begins_[p]);
  }
  return (stock + arrived) / static_cast<double>(n_paths());
}

std::vector<TurningPoint> StockProjection::turning_points(double holding, double shortage,
                                                          double waste) const {
  std::vector<TurningPoint> points;
  size_t n_points = 0;
  for (size_t p = 0; p < n_paths(); ++p) n_points += static_cast<size_t>(ends_[p] - begins_[p]);
  points.reserve(n_points + (shelf_life_ > 0 ? n_paths() : 0));
  for (size_t p = 0; p < n_paths(); ++p) {
    const auto demand = paths_.path(p);
    double balance = before_[p];
    double missing = -balance;
    for (int32_t period = begins_[p]; period < ends_[p]; ++period) {
      const auto k = static_cast<size_t>(period);
      balance += arriving(p, period) - demand[k - 1];
      missing = period == begins_[p] ? -balance : std::max(missing, -balance);
      points.push_back({missing, holding + (period + 1 == ends_[p] ? shortage : 0)});
    }
    if (shelf_life_ > 0 && waste > 0 && ends_[p] > begins_[p])
      points.push_back({left_demand(p, begins_[p], shelf_life_), waste});
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
      stock += arriving(p, period) - demand[k - 1];
      out.demand_units += all_paths_.path(p)[k - 1];
      if (stock < 0) {
        out.lost_units -= stock;
        stock = 0;
        lost = true;
      }
      out.holding_units += stock;
    }
    out.losing += lost ? 1 : 0;
    out.end_units += ends_[p] > begins_[p] ? stock : 0;
    if (perishable_) {
      out.holding_units += older_.held[p];
      out.end_units += older_.left[p];
    }
    if (shelf_life_ > 0) {
      const double sold = left_demand(p, begins_[p] + delay, shelf_life_);
      out.wasted_units += std::max(0.0, quantity - sold);
    }
  }
  const auto n = static_cast<double>(n_paths());
  for (double* sum : {&out.holding_units, &out.lost_units, &out.losing, &out.demand_units,
                      &out.end_units, &out.wasted_units})
    *sum /= n;
  return out;
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
