#pragma once

#include <cstdint>
#include <vector>

#include "foundation/panel/panel.h"
#include "science/evaluation/forecast_view.h"
#include "science/evaluation/naive_scale.h"
#include "science/evaluation/pit.h"

namespace restock {

/// The measures of one group of forecasts. Values are 0 where nothing could be measured; the counts
/// say so. Scaled errors are means over series (and windows), each series weighing the same.
struct Metrics {
  int64_t scored = 0;          ///< periods with state kSold
  int64_t scaled_series = 0;   ///< series x windows with a scaled error
  double mae = 0;              ///< mean |f - a|, units
  double rmse = 0;             ///< sqrt mean (f - a)^2, units
  double mape = 0;             ///< percent, over actuals > 0
  double smape = 0;            ///< percent, 2 |f - a| / (|f| + |a|)
  double wape = 0;             ///< percent, sum |f - a| / sum a
  double wape_median = 0;      ///< the same for the forecast median; 0 without quantiles
  double bias = 0;             ///< percent, sum (f - a) / sum a
  double mase = 0;             ///< mean |f - a| / mean |seasonal naive error in the history|
  double rmsse = 0;            ///< sqrt(mean (f - a)^2 / mean (naive error in the history)^2)
  double pinball = 0;          ///< mean over periods and probabilities, units
  double wql = 0;              ///< mean over probabilities of 2 sum pinball / sum a
  double scaled_pinball = 0;   ///< M5's SPL: pinball / mean |naive error in the history|
  double crps = 0;             ///< units; integral of 2 pinball over the probabilities
  double cumulative_wape = 0;  ///< percent, sum |F - A| / sum A, F and A summed over risk periods
  double cumulative_bias = 0;  ///< percent, sum (F - A) / sum A
  struct Coverage {
    double level;    ///< percent
    double percent;  ///< of actuals inside the central interval, bounds included
  };
  std::vector<Coverage> coverage;
  PitTable pit;
};

/// What is measured, and how.
struct ScoringOptions {
  std::vector<double> levels;  ///< central intervals in percent; those without quantiles are left
  int32_t risk_periods = 0;    ///< lead time plus review; 0 or more than the horizon = not measured
  bool counts = true;          ///< demand is in whole units, for the PIT
  uint64_t seed = 42;          ///< of the PIT
};

/// Sums from which all measures follow; groups add up. Plain values of fixed size after `begin`.
class ErrorSums {
 public:
  ErrorSums() = default;
  /// Empty sums for forecasts of these probabilities.
  explicit ErrorSums(size_t n_probabilities, size_t n_levels)
      : pinball_(n_probabilities), inside_(n_levels) {}

  /// Add the steps [first, last) of one series. The scale may be null: then nothing is scaled.
  /// Preconditions: sums made for the view's probabilities and options' levels; the shapes of
  /// `ForecastView`.
  void add_series(const Panel& actuals, const ForecastView& forecast, const NaiveScale* scale,
                  const ScoringOptions& options, size_t series, int32_t first, int32_t last);
  void add(const ErrorSums& other);
  /// Back to empty sums of the same size; keeps its memory.
  void clear();
  [[nodiscard]] Metrics metrics(std::span<const double> probabilities,
                                const ScoringOptions& options) const;
  [[nodiscard]] int64_t scored() const { return n_; }

 private:
  struct Series;  // the sums of one series that its scaled errors need
  void add_quantiles(const ForecastView& forecast, const ScoringOptions& options, size_t series,
                     int32_t step, double actual, Series& own);
  void add_cumulative(const Panel& actuals, const ForecastView& forecast, int32_t risk_periods,
                      size_t series);

  int64_t n_ = 0, positive_ = 0, mase_n_ = 0, rmsse_n_ = 0, spl_n_ = 0;
  double absolute_ = 0, squared_ = 0, signed_ = 0, actual_ = 0, percentage_ = 0, symmetric_ = 0;
  double median_absolute_ = 0, mase_ = 0, rmsse_ = 0, spl_ = 0;
  double cumulative_absolute_ = 0, cumulative_signed_ = 0, cumulative_actual_ = 0;
  std::vector<double> pinball_;  // per probability
  std::vector<int64_t> inside_;  // per level
  PitTable pit_;
};

/// max(p (a - q), (p - 1) (a - q)): the loss whose expectation the p-quantile minimises.
/// Source: Koenker & Bassett, Econometrica 46 (1978). Example: p 0.9, q 8, a 10 gives 1.8.
[[nodiscard]] inline double pinball_loss(double probability, double quantile, double actual) {
  const double error = actual - quantile;
  return error >= 0 ? probability * error : (probability - 1) * error;
}

/// Measures of a whole forecast: the steps of every series, in a fixed order of addition.
[[nodiscard]] Metrics evaluate(const Panel& actuals, const ForecastView& forecast,
                               const NaiveScale* scale, const ScoringOptions& options,
                               ThreadPool& pool);

}  // namespace restock
