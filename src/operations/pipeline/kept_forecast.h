#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "data/lake/lake.h"
#include "foundation/base/result.h"
#include "foundation/panel/panel.h"
#include "science/forecast/global_model.h"

namespace restock {

/// A forecast that was published, as far as it still holds.
struct KeptForecast {
  std::string run_id;
  MeanForecast forecast;        ///< 0 for the changed series
  std::vector<size_t> changed;  ///< series whose inputs are others than then, or that are new
};

/// The newest published forecast of the model with this hash from the panel's origin, for the
/// panel's series whose inputs (`input_hashes`) are still the same; none where there is no such
/// forecast. horizon: steps that a series must have.
[[nodiscard]] Result<std::optional<KeptForecast>> read_kept_forecast(
    lake::Lake& lake, const std::string& model_sha256, const Panel& panel, int32_t horizon,
    std::span<const int64_t> input_hash);

}  // namespace restock
