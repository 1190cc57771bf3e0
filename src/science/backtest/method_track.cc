#include "science/backtest/method_track.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace restock {
namespace {

/// Days of sales that weigh series against each other, as in M5.
constexpr double kRevenueDays = 28;

int32_t revenue_periods(const TimeAxis& axis) {
  return std::max(1, static_cast<int32_t>(std::lround(kRevenueDays / axis.days_per_period())));
}

}  // namespace

MethodTrack::MethodTrack(std::string name, int32_t horizon, int32_t gap)
    : buckets_(HorizonBuckets::of(horizon, gap)), card_(buckets_, 0, 0) {
  sums_.name = std::move(name);
}

void MethodTrack::add_window(const WindowScoring& by, Period origin, const ForecastView& view) {
  const size_t width = view.quantiles.empty() ? 0 : view.probabilities.size();
  ScoreCard card(buckets_, width, by.options.levels.size());
  if (windows_ == 0) card_ = card;
  card.add_window(by.panel, view, by.scale, by.classes, by.options, by.pool);
  card_.add(card);
  sums_.has_quantiles = width > 0;
  sums_.segments.push_back({"origin", by.panel.axis.label(origin),
                            card.overall(view.probabilities.first(width), by.options)});
  if (windows_ > 0) {
    const ForecastView before{last_origin_, view.horizon, last_mean_, {}, {}};
    sums_.stability.add(forecast_changes(before, view, by.panel.n_series()));
  }
  last_mean_.assign(view.mean.begin(), view.mean.end());
  last_origin_ = view.origin;
  windows_ += 1;
  if (by.levels.empty() && width == 0) return;
  const auto revenue = recent_revenue(by.panel, origin, revenue_periods(by.panel.axis));
  if (!by.levels.empty()) {
    const WeightedScore weighted = wrmsse(by.panel, view, by.levels, revenue, by.pool);
    sums_.wrmsse += weighted.score;
    if (sums_.wrmsse_levels.empty()) {
      for (const auto& level : weighted.levels)
        sums_.wrmsse_levels.push_back({level.name, level.n_groups, 0});
    }
    for (size_t k = 0; k < weighted.levels.size(); ++k)
      sums_.wrmsse_levels[k].score += weighted.levels[k].score;
  }
  if (width > 0) sums_.wspl += weighted_scaled_pinball(by.panel, view, by.scale.one_step, revenue);
}

MethodResult MethodTrack::result(const WindowScoring& by) const {
  MethodResult out = sums_;
  const auto probabilities =
      by.probabilities.first(sums_.has_quantiles ? by.probabilities.size() : 0);
  out.overall = card_.overall(probabilities, by.options);
  for (auto& segment : card_.segments(probabilities, by.options))
    out.segments.push_back(std::move(segment));
  const double n = std::max(1, windows_);
  out.wrmsse /= n;
  out.wspl /= n;
  for (auto& level : out.wrmsse_levels) level.score /= n;
  return out;
}

}  // namespace restock
