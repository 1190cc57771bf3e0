#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/result.h"
#include "foundation/base/thread_pool.h"
#include "foundation/panel/panel.h"
#include "science/local_models/intermittent.h"

namespace restock {

/// The models of single series, each read about in the header named beside it.
enum class LocalModel : uint8_t {
  kHistoricAverage,  // simple_models.h
  kNaive,
  kDrift,
  kWindowAverage,
  kSeasonalNaive,
  kSeasonalWindowAverage,
  kCroston,  // intermittent.h
  kCrostonOptimised,
  kSba,
  kTsb,
  kAdida,
  kImapa,
  kSimpleSmoothing,  // exponential_smoothing.h
  kHolt,
  kDampedHolt,
  kHoltWinters,
  kHoltWintersMultiplicative,
  kAutoEts,
  kTheta,  // theta.h
  kOptimisedTheta,
  kDynamicTheta,
  kDynamicOptimisedTheta,
  kAutoTheta,
  kMstl,       // mstl.h
  kAutoArima,  // auto_arima.h
};

/// All models, in the order of the enum.
[[nodiscard]] std::span<const LocalModel> local_models();

/// The name in configurations and tables: "auto_ets", "croston_optimised".
[[nodiscard]] std::string_view local_model_name(LocalModel model);

/// Errors: kNotFound for a name that is no model's; the hint lists all.
[[nodiscard]] Result<LocalModel> parse_local_model(std::string_view name);

struct LocalModelOptions {
  /// Tried in order until one can answer; after the last comes kHistoricAverage, which always can.
  std::vector<LocalModel> chain = {LocalModel::kImapa};
  /// Periods, >= 1; 0 = the axis' short season, or its year where there is none (7 days, 24 hours,
  /// 52 weeks, 12 months).
  int32_t season_length = 0;
  int32_t window = 12;               ///< of the window averages, >= 1
  IntermittentOptions intermittent;  ///< constants; the method is the model's
};

/// Forecasts of all series of a panel. mean, variance: n_series x horizon, row-major, step h of
/// series i at i * horizon + h, units and units^2 per period; the others: one a series.
struct LocalForecastTable {
  Period origin = 0;
  int32_t horizon = 0;
  std::vector<double> mean;
  std::vector<double> variance;
  std::vector<LocalModel> model;  ///< Who answered.
  std::vector<std::string> description;
  /// Why not the first of the chain; empty = it was.
  std::vector<std::string> fallback_reason;
};

/// Forecasts every series of a panel on its own, from the panel's origin over its horizon.
///
/// Only demand that was seen counts: periods in state kSold. The others are taken out of the series
/// for models in which time has no position (averages, naive, intermittent demand, simple
/// smoothing): a stock-out then counts neither as a sale of what was left nor as a period without
/// demand. Where trend or season need the position they are bridged: by the value one season
/// before, else by the straight line between the neighbours, else by the last value; such a value
/// carries no information, so variances are a little too small where much is bridged. What comes
/// before the first seen period is left out.
///
/// A series without any seen period is 0 and says so. A period known to be closed ahead
/// (kNotForSale) is 0 with variance 0. Means below 0 become 0: demand cannot be negative.
///
/// Series go in blocks of 64, each block with a workspace of its own from a free list. The simple
/// and the intermittent models allocate nothing for a series once workspaces and table have grown,
/// but for the words of a fallback. Same bytes for any number of threads. Use from one thread at a
/// time.
class LocalForecaster {
 public:
  /// Errors: kInvalidArgument for an empty chain, a season_length below 0 or a window below 1.
  [[nodiscard]] static Result<LocalForecaster> make(LocalModelOptions options);
  ~LocalForecaster();
  LocalForecaster(LocalForecaster&&) noexcept;
  LocalForecaster& operator=(LocalForecaster&&) noexcept;

  /// Writes over `table`, whose memory is reused. Precondition: panel.validate() is ok.
  void forecast(const Panel& panel, ThreadPool& pool, LocalForecastTable& table);

 private:
  struct State;
  explicit LocalForecaster(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// The known demand of one series as a model sees it, written over `values` (see LocalForecaster);
/// `bridged`: fill what was not seen instead of leaving it out. season_length >= 1. Empty when
/// nothing was seen up to the panel's origin.
/// Example: units 1, 2, -, 4 (- is kMissing), season 1: 1, 2, 4, or bridged 1, 2, 3, 4.
void known_demand(const Panel& panel, size_t series, bool bridged, int32_t season_length,
                  std::vector<double>& values);

}  // namespace restock
