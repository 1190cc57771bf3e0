#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "foundation/base/result.h"
#include "foundation/base/thread_pool.h"
#include "foundation/panel/panel.h"

namespace restock {

/// What `PooledCountsTable::mean` is made to be good at.
enum class PooledMean {
  /// The mean of the distribution: right on average, for plans that sum periods or series.
  kDistribution,
  /// The mean with the least scaled error, averaged over series as a root (RMSSE, Hyndman & Koehler
  /// 2006, with squares as in the M5 competition). That average forgives errors on the few series
  /// that sell and not on the many that do not, so such a mean is too low in sum.
  kScaledError,
};

struct PooledCountsOptions {
  /// Weight that a period loses against the next, in (0, 1], distinct: one way to look at a history
  /// each.
  std::vector<double> decays = {0.6, 0.75, 0.85, 0.92, 0.97, 1.0};
  PooledMean mean = PooledMean::kDistribution;
  /// Periods at the end of the history on which the weights are learnt, >= 1; 0 = the horizon.
  int32_t window = 0;
  /// Steps of expectation and maximisation, >= 1.
  int32_t steps = 60;
  /// Series that sold more in a period are forecast on their own, 1 to 65,535.
  int32_t units_max = 1023;
  /// Series from which the weights are learnt, evenly spread over the panel, >= 1.
  int32_t series_max = 20'000;
};

/// Forecasts of one period's demand, the same for each period ahead (a period known to be closed is
/// 0 whatever this says).
struct PooledCountsTable {
  std::vector<double> mean;          ///< n_series, units per period
  std::vector<double> variance;      ///< n_series, around the distribution's mean
  std::vector<float> quantiles;      ///< n_series x probabilities, row-major; whole units
  std::vector<double> weights;       ///< of the opinions in the distribution; their sum is 1
  std::vector<double> mean_weights;  ///< of the rates in kScaledError's mean; empty: not learnt
  std::vector<std::string> fallback_reason;  ///< n_series; empty = the pooled distribution
};

/// The distribution of intermittent demand, learnt from all series of a panel together.
///
/// Each series gets a mixture of opinions about its next period:
///   - what it sold, as shares of its periods, whose weight falls by each of the `decays`;
///   - what the panel sold: the mean over series of those shares at the middle decay;
///   - two negative binomials with its own decayed rates, drawn a tenth of the way to the panel's,
///     with shapes 0.5 and 1.
/// The weights of the mixture are the same for all series. They are those under which the demand of
/// the last `window` periods, forecast from before them, was likeliest, found by the EM algorithm;
/// so the panel says how far a short history is to be trusted. kScaledError learns weights >= 0 of
/// the rates (and of the panel's rate) on the same periods by least squares, reweighted so that a
/// series counts by the root of its scaled error.
///
/// Only periods in state kSold count; others are skipped but keep their place in time. Where
/// nothing can be learnt (no series known both before and within the window) all opinions weigh the
/// same and the mean is the distribution's. A series that was never seen takes the panel's shares,
/// one above `units_max` or with fractions of units a negative binomial or gamma of its own mean
/// and variance; `fallback_reason` says so. Same bytes for any number of threads.
///
/// probabilities: ascending, in [0, 1). Precondition: panel.validate() is ok.
/// Errors: kInvalidArgument for options or probabilities out of range.
/// Source: the mixture is a linear opinion pool (Stone 1961, Annals of Mathematical Statistics 32,
/// 1339-1342), its weights by Dempster, Laird & Rubin (1977), J. of the Royal Statistical Society B
/// 39; decayed shares: Boylan & Syntetos (2021), Intermittent Demand Forecasting, ch. 13.
/// Example: see PooledCounts.TrustsHistoriesThatDiffer and ..PoolsHistoriesThatDoNot in the test.
[[nodiscard]] Status pooled_counts(const Panel& panel, const PooledCountsOptions& options,
                                   std::span<const double> probabilities, ThreadPool& pool,
                                   PooledCountsTable& table);

}  // namespace restock
