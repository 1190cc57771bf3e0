#include "science/ensemble/forecast_method.h"

#include <utility>

#include "science/features/feature_set.h"

namespace restock {

std::vector<ForecastMethod> benchmark_methods() {
  std::vector<ForecastMethod> methods;
  methods.push_back({"seasonal_naive",
                     [](const Panel& panel, const BaselineWindow& ahead,
                        ThreadPool& /*pool*/) -> Result<MethodForecast> {
                       RESTOCK_TRY(auto mean, seasonal_naive(panel, ahead));
                       return MethodForecast{std::move(mean), {}};
                     }});
  methods.push_back({"moving_average",
                     [](const Panel& panel, const BaselineWindow& ahead,
                        ThreadPool& /*pool*/) -> Result<MethodForecast> {
                       const int month = FeatureWindows::of(panel.axis.frequency).month;
                       RESTOCK_TRY(auto mean, moving_average(panel, ahead, month));
                       return MethodForecast{std::move(mean), {}};
                     }});
  methods.push_back({"last_year",
                     [](const Panel& panel, const BaselineWindow& ahead,
                        ThreadPool& /*pool*/) -> Result<MethodForecast> {
                       return MethodForecast{last_year(panel, ahead), {}};
                     }});
  return methods;
}

ForecastMethod local_method(LocalModel model) {
  return {std::string(local_model_name(model)),
          [model](const Panel& panel, const BaselineWindow& ahead,
                  ThreadPool& pool) -> Result<MethodForecast> {
            RESTOCK_TRY(const Panel known, as_known_at(panel, ahead.origin, ahead.horizon));
            LocalModelOptions options;
            options.chain = {model};
            RESTOCK_TRY(auto forecaster, LocalForecaster::make(options));
            LocalForecastTable table;
            forecaster.forecast(known, pool, table);
            return MethodForecast{std::move(table.mean), std::move(table.variance)};
          }};
}

}  // namespace restock
