#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "data/lake/lake.h"
#include "foundation/base/result.h"
#include "foundation/config/run_config.h"
#include "foundation/domain/series_key.h"
#include "foundation/domain/time_axis.h"
#include "foundation/panel/panel.h"

namespace restock {

/// What the newest run of a lake forecast, and what its series can be grouped by.
struct RunForecasts {
  std::string run_id;
  TimeAxis axis;
  Period origin = 0;
  int32_t horizon = 0;
  std::vector<std::string> key_names;
  std::vector<SeriesKey> keys;   ///< ascending
  std::vector<double> mean;      ///< n_series x horizon
  std::vector<double> variance;  ///< n_series: mean of sd^2 over the steps
  /// The key columns, then those of the attribute tables that the configuration names.
  std::vector<StaticAttribute> attributes;
};

/// Read them. Errors: kNotFound where no run has been finished; kInvalidData where series have
/// different steps.
[[nodiscard]] Result<RunForecasts> read_run_forecasts(lake::Lake& lake, const RunConfig& config);

/// Told of the units of one series in one period up to the origin; several rows may come.
using UnitsListener = std::function<void(size_t series, Period period, double units)>;

/// Read what was sold from `first` up to the origin, series by series.
[[nodiscard]] Status read_history(lake::Lake& lake, const RunForecasts& forecasts, Period first,
                                  const UnitsListener& listener);

}  // namespace restock
