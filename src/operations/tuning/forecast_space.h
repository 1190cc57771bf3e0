#pragma once

#include <string>
#include <vector>

#include "foundation/base/result.h"
#include "foundation/config/run_config.h"
#include "science/search/search_space.h"

namespace restock {

/// Options of [forecast] that can be searched, by their names there.
[[nodiscard]] std::vector<std::string> tunable_options();

/// The space of the named options; none named: objective, depth, learning_rate, min_child_weight,
/// lambda, row_share and column_share. The number of trees is left to early stopping. An objective
/// of quantiles is the user's choice and is not searched.
/// Errors: kInvalidArgument for a name that cannot be searched, with those that can.
[[nodiscard]] Result<SearchSpace> forecast_space(const ForecastConfig& configured,
                                                 const std::vector<std::string>& names);

/// Where the search starts: what is configured, with what "auto" and 0 stand for.
[[nodiscard]] Configuration configured_values(const SearchSpace& space,
                                              const ForecastConfig& configured,
                                              int64_t training_rows);

/// `configured` with the values of a configuration.
[[nodiscard]] ForecastConfig with_values(const SearchSpace& space, const Configuration& values,
                                         ForecastConfig configured);

}  // namespace restock
