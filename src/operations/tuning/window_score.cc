#include "operations/tuning/window_score.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "foundation/base/sha256.h"
#include "operations/pipeline/forecast_stage.h"
#include "science/evaluation/naive_scale.h"

namespace restock {

Result<WindowScore> score_window(const WindowContext& by, const RunConfig& config, Period origin,
                                 const LearnCallbacks& callbacks) {
  std::vector<std::string> notes;
  constexpr int64_t kNoLimit = INT64_MAX;  // the configuration names its periods
  RESTOCK_TRY(GlobalModelOptions options,
              global_model_options(config, by.panel, by.horizon, kNoLimit, notes));
  options.quantiles.clear();
  options.holidays = by.holidays;
  RESTOCK_TRY(const GlobalModel model,
              GlobalModel::fit(by.panel, origin, options, by.pool, callbacks));
  RESTOCK_TRY(const MeanForecast forecast, model.predict(by.panel, origin, by.horizon, by.pool));
  const NaiveScale scale = naive_scale(by.panel, origin, by.panel.axis.short_season(), by.pool);
  WindowScore score;
  score.metrics =
      evaluate(by.panel, {origin, by.horizon, forecast.mean, {}, {}}, &scale, {}, by.pool);
  score.trees = model.rounds();
  std::ranges::copy_if(model.notes(), std::back_inserter(score.resumed), [](const auto& note) {
    return note.find("went on from round") != std::string::npos;
  });
  RESTOCK_TRY(score.model, model.save_bytes());
  score.model_sha256 = sha256_hex(score.model);
  return score;
}

std::vector<std::string> tuning_measures() {
  return {"rmsse", "wape", "rmse", "mae", "mase"};
}

Result<double> measure_of(const Metrics& metrics, std::string_view name) {
  const bool scaled = name == "rmsse" || name == "mase";
  if (metrics.scored == 0 || (scaled && metrics.scaled_series == 0)) {
    return Error{Code::kInvalidData,
                 fmt::format("a window has no sales that {} could be measured on", name),
                 scaled ? "give --measure rmse, or other windows with --windows and --step"
                        : "give other windows with --windows and --step"};
  }
  if (name == "rmsse") return metrics.rmsse;
  if (name == "wape") return metrics.wape;
  if (name == "rmse") return metrics.rmse;
  if (name == "mae") return metrics.mae;
  if (name == "mase") return metrics.mase;
  return Error{Code::kInvalidArgument,
               fmt::format("a measure to tune by must be one of {}, got '{}'",
                           fmt::join(tuning_measures(), ", "), name),
               ""};
}

}  // namespace restock
