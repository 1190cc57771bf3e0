#include "science/evaluation/error_sums.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "foundation/base/assert.h"

namespace restock {
namespace {

constexpr size_t kSeriesPerBlock = 64;

/// Integral over (0, 1) of a loss known at some probabilities: trapezoids, straight to 0 at both
/// ends, where the pinball loss vanishes.
double integral(std::span<const double> probabilities, std::span<const double> losses) {
  double sum = 0, p0 = 0, y0 = 0;
  for (size_t k = 0; k < losses.size(); ++k) {
    sum += (probabilities[k] - p0) * (y0 + losses[k]) / 2;
    p0 = probabilities[k];
    y0 = losses[k];
  }
  return sum + (1 - p0) * y0 / 2;
}

double ratio(double a, double b) {
  return b > 0 ? a / b : 0;
}

}  // namespace

struct ErrorSums::Series {
  int64_t n = 0;
  double absolute = 0, squared = 0, pinball = 0;
};

void ErrorSums::add_series(const Panel& actuals, const ForecastView& forecast,
                           const NaiveScale* scale, const ScoringOptions& options, size_t series,
                           int32_t first, int32_t last) {
  Series own;
  for (int32_t h = first; h < last; ++h) {
    const auto actual = scored_actual(actuals, series, forecast.origin + 1 + h);
    if (!actual) continue;
    const double a = *actual, f = forecast.mean[forecast.index(series, h)];
    const double error = f - a, size = std::abs(f) + std::abs(a);
    own.n += 1;
    own.absolute += std::abs(error);
    own.squared += error * error;
    signed_ += error;
    actual_ += a;
    if (a > 0) {
      percentage_ += std::abs(error) / a;
      positive_ += 1;
    }
    symmetric_ += size > 0 ? 2 * std::abs(error) / size : 0;
    if (!forecast.quantiles.empty()) add_quantiles(forecast, options, series, h, a, own);
  }
  n_ += own.n;
  absolute_ += own.absolute;
  squared_ += own.squared;
  if (first == 0 && options.risk_periods > 0 && options.risk_periods <= last)
    add_cumulative(actuals, forecast, options.risk_periods, series);
  if (scale == nullptr || own.n == 0) return;
  const auto n = static_cast<double>(own.n);
  if (scale->absolute[series] > 0) {
    mase_ += own.absolute / n / scale->absolute[series];
    mase_n_ += 1;
  }
  if (scale->squared[series] > 0) {
    rmsse_ += std::sqrt(own.squared / n / scale->squared[series]);
    rmsse_n_ += 1;
  }
  if (scale->one_step[series] > 0 && !forecast.quantiles.empty()) {
    spl_ += own.pinball / n / scale->one_step[series];
    spl_n_ += 1;
  }
}

void ErrorSums::add_quantiles(const ForecastView& forecast, const ScoringOptions& options,
                              size_t series, int32_t step, double actual, Series& own) {
  const auto quantiles = forecast.quantiles_at(series, step);
  RESTOCK_ASSERT(pinball_.size() == quantiles.size());
  double sum = 0;
  for (size_t k = 0; k < quantiles.size(); ++k) {
    const double loss =
        pinball_loss(forecast.probabilities[k], static_cast<double>(quantiles[k]), actual);
    pinball_[k] += loss;
    sum += loss;
  }
  own.pinball += sum / static_cast<double>(quantiles.size());
  if (const auto k = find_probability_at(forecast.probabilities, 0.5))
    median_absolute_ += std::abs(static_cast<double>(quantiles[*k]) - actual);
  for (size_t k = 0; k < options.levels.size(); ++k) {
    const double tail = (1 - options.levels[k] / 100) / 2;
    const auto low = find_probability_at(forecast.probabilities, tail);
    const auto high = find_probability_at(forecast.probabilities, 1 - tail);
    if (!low || !high) continue;
    inside_[k] += actual >= static_cast<double>(quantiles[*low]) &&
                          actual <= static_cast<double>(quantiles[*high])
                      ? 1
                      : 0;
  }
  if (quantiles.back() <= 0 && actual <= 0) return;
  const Period period = forecast.origin + 1 + step;
  pit_.add(grid_pit({forecast.probabilities, quantiles, options.counts}, actual,
                    pit_draw(options.seed, series, period)));
}

void ErrorSums::add_cumulative(const Panel& actuals, const ForecastView& forecast,
                               int32_t risk_periods, size_t series) {
  double sum = 0, actual_sum = 0;
  for (int32_t h = 0; h < risk_periods; ++h) {
    const auto actual = scored_actual(actuals, series, forecast.origin + 1 + h);
    // Half a sum compares nothing: demand of the other half is not known.
    if (!actual) return;
    sum += forecast.mean[forecast.index(series, h)];
    actual_sum += *actual;
  }
  cumulative_absolute_ += std::abs(sum - actual_sum);
  cumulative_signed_ += sum - actual_sum;
  cumulative_actual_ += actual_sum;
}

void ErrorSums::add(const ErrorSums& other) {
  RESTOCK_ASSERT(pinball_.size() == other.pinball_.size());
  RESTOCK_ASSERT(inside_.size() == other.inside_.size());
  n_ += other.n_;
  positive_ += other.positive_;
  mase_n_ += other.mase_n_;
  rmsse_n_ += other.rmsse_n_;
  spl_n_ += other.spl_n_;
  absolute_ += other.absolute_;
  squared_ += other.squared_;
  signed_ += other.signed_;
  actual_ += other.actual_;
  percentage_ += other.percentage_;
  symmetric_ += other.symmetric_;
  median_absolute_ += other.median_absolute_;
  mase_ += other.mase_;
  rmsse_ += other.rmsse_;
  spl_ += other.spl_;
  cumulative_absolute_ += other.cumulative_absolute_;
  cumulative_signed_ += other.cumulative_signed_;
  cumulative_actual_ += other.cumulative_actual_;
  for (size_t k = 0; k < pinball_.size(); ++k) pinball_[k] += other.pinball_[k];
  for (size_t k = 0; k < inside_.size(); ++k) inside_[k] += other.inside_[k];
  pit_.add(other.pit_);
}

void ErrorSums::clear() {
  auto pinball = std::move(pinball_);
  auto inside = std::move(inside_);
  *this = ErrorSums();
  std::fill(pinball.begin(), pinball.end(), 0.0);
  std::fill(inside.begin(), inside.end(), 0);
  pinball_ = std::move(pinball);
  inside_ = std::move(inside);
}

Metrics ErrorSums::metrics(std::span<const double> probabilities,
                           const ScoringOptions& options) const {
  const auto n = static_cast<double>(n_);
  Metrics m;
  m.scored = n_;
  m.scaled_series = rmsse_n_;
  m.mae = ratio(absolute_, n);
  m.rmse = std::sqrt(ratio(squared_, n));
  m.mape = 100 * ratio(percentage_, static_cast<double>(positive_));
  m.smape = 100 * ratio(symmetric_, n);
  m.wape = 100 * ratio(absolute_, actual_);
  m.bias = 100 * ratio(signed_, actual_);
  m.mase = ratio(mase_, static_cast<double>(mase_n_));
  m.rmsse = ratio(rmsse_, static_cast<double>(rmsse_n_));
  m.cumulative_wape = 100 * ratio(cumulative_absolute_, cumulative_actual_);
  m.cumulative_bias = 100 * ratio(cumulative_signed_, cumulative_actual_);
  if (pinball_.empty()) return m;
  double total = 0;
  for (const double loss : pinball_) total += loss;
  const auto width = static_cast<double>(pinball_.size());
  m.pinball = ratio(total / width, n);
  m.wql = ratio(2 * total / width, actual_);
  m.scaled_pinball = ratio(spl_, static_cast<double>(spl_n_));
  m.crps = ratio(2 * integral(probabilities, pinball_), n);
  if (find_probability_at(probabilities, 0.5))
    m.wape_median = 100 * ratio(median_absolute_, actual_);
  for (size_t k = 0; k < inside_.size(); ++k) {
    const double tail = (1 - options.levels[k] / 100) / 2;
    if (!find_probability_at(probabilities, tail) || !find_probability_at(probabilities, 1 - tail))
      continue;
    m.coverage.push_back({options.levels[k], 100 * ratio(static_cast<double>(inside_[k]), n)});
  }
  m.pit = pit_;
  return m;
}

Metrics evaluate(const Panel& actuals, const ForecastView& forecast, const NaiveScale* scale,
                 const ScoringOptions& options, ThreadPool& pool) {
  const size_t n = actuals.n_series();
  const size_t width = forecast.quantiles.empty() ? 0 : forecast.probabilities.size();
  const ErrorSums none(width, options.levels.size());
  std::vector<ErrorSums> parts((n + kSeriesPerBlock - 1) / kSeriesPerBlock, none);
  pool.parallel_for(n, kSeriesPerBlock, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      parts[begin / kSeriesPerBlock].add_series(actuals, forecast, scale, options, i, 0,
                                                forecast.horizon);
    }
  });
  ErrorSums all = none;
  for (const ErrorSums& part : parts) all.add(part);
  return all.metrics(forecast.probabilities, options);
}

}  // namespace restock
