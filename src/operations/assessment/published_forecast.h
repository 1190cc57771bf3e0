#pragma once

#include <string>
#include <vector>

#include "data/lake/lake.h"
#include "foundation/base/result.h"
#include "foundation/panel/panel.h"

namespace restock {

/// Forecasts of one run, laid out for the series of a panel.
struct PublishedForecast {
  std::string run_id;
  Period origin = 0;
  int32_t horizon = 0;
  std::vector<double> probabilities;  ///< ascending
  std::vector<double> mean;           ///< n_series of the panel x horizon; 0 where none was made
  std::vector<float> quantiles;       ///< n_series x horizon x probabilities
  std::vector<uint8_t> present;       ///< n_series: 1 where the run forecast the series
  int64_t unmatched = 0;              ///< series of the run that the panel does not have
};

/// Read the forecasts of a run (empty: of the newest that has any). Errors: kNotFound where there
/// is none; kInvalidArgument where the panel's keys are not those of the lake.
[[nodiscard]] Result<PublishedForecast> read_published_forecast(lake::Lake& lake,
                                                                const std::string& run_id,
                                                                const Panel& panel);

}  // namespace restock
