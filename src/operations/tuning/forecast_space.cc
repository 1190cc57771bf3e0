#include "operations/tuning/forecast_space.h"

#include <algorithm>

#include <fmt/format.h>

#include "foundation/config/suggest.h"
#include "science/forecast/global_model.h"

namespace restock {
namespace {

/// One option that can be searched: its range, and where it lives.
struct Tunable {
  TunedParameter parameter;
  bool by_default;
  double (*get)(const ForecastConfig& config);
  void (*set)(ForecastConfig& config, double value);
};

const std::vector<std::string> kObjectives = {"poisson", "tweedie", "squared"};

template <auto Member>
double get_number(const ForecastConfig& config) {
  return static_cast<double>(config.*Member);
}

template <auto Member>
void set_number(ForecastConfig& config, double value) {
  config.*Member = static_cast<std::remove_cvref_t<decltype(config.*Member)>>(value);
}

template <auto Member>
Tunable number(TunedParameter parameter, bool by_default = true) {
  return {std::move(parameter), by_default, get_number<Member>, set_number<Member>};
}

double get_objective(const ForecastConfig& config) {
  const auto at = std::ranges::find(kObjectives, config.objective);
  // "auto" is the first.
  return at == kObjectives.end() ? 0 : static_cast<double>(at - kObjectives.begin());
}

void set_objective(ForecastConfig& config, double value) {
  config.objective = kObjectives[static_cast<size_t>(value)];
}

std::vector<Tunable> all_tunables() {
  using F = ForecastConfig;
  return {{{.name = "objective", .choices = kObjectives}, true, get_objective, set_objective},
          number<&F::depth>({.name = "depth", .low = 3, .high = 10, .whole = true}),
          number<&F::learning_rate>(
              {.name = "learning_rate", .low = 0.015, .high = 0.2, .logarithmic = true}),
          number<&F::min_child_weight>(
              {.name = "min_child_weight", .low = 1, .high = 300, .logarithmic = true}),
          number<&F::lambda>({.name = "lambda", .low = 0.1, .high = 30, .logarithmic = true}),
          number<&F::row_share>({.name = "row_share", .low = 0.4, .high = 1}),
          number<&F::column_share>({.name = "column_share", .low = 0.3, .high = 1}),
          number<&F::trees_max>(
              {.name = "trees_max", .low = 50, .high = 2000, .logarithmic = true, .whole = true},
              false)};
}

Tunable tunable_named(const std::string& name) {
  const auto all = all_tunables();
  const auto found = std::ranges::find_if(
      all, [&](const Tunable& tunable) { return tunable.parameter.name == name; });
  RESTOCK_ASSERT(found != all.end());
  return *found;
}

}  // namespace

std::vector<std::string> tunable_options() {
  std::vector<std::string> names;
  for (const Tunable& tunable : all_tunables()) names.push_back(tunable.parameter.name);
  return names;
}

Result<SearchSpace> forecast_space(const ForecastConfig& configured,
                                   const std::vector<std::string>& names) {
  const std::vector<std::string> known = tunable_options();
  for (const std::string& name : names) {
    if (std::ranges::find(known, name) != known.end()) continue;
    return Error{Code::kInvalidArgument,
                 fmt::format("[forecast] {} cannot be tuned{}", name, did_you_mean(name, known)),
                 fmt::format("tunable are {}", fmt::join(known, ", "))};
  }
  SearchSpace space;
  for (const Tunable& tunable : all_tunables()) {
    const std::string& name = tunable.parameter.name;
    const bool named = std::ranges::find(names, name) != names.end();
    if (name == "objective" && configured.objective == "quantile") {
      if (!named) continue;
      return Error{Code::kInvalidArgument,
                   "objective = \"quantile\" is configured and cannot be tuned",
                   "tune other options, or configure another objective"};
    }
    if (names.empty() ? tunable.by_default : named) space.push_back(tunable.parameter);
  }
  return space;
}

Configuration configured_values(const SearchSpace& space, const ForecastConfig& configured,
                                int64_t training_rows) {
  Configuration values;
  for (const TunedParameter& parameter : space) {
    double value = tunable_named(parameter.name).get(configured);
    if (parameter.name == "min_child_weight" && value == 0)
      value = min_child_weight_for(training_rows);
    values.push_back(value);
  }
  return values;
}

ForecastConfig with_values(const SearchSpace& space, const Configuration& values,
                           ForecastConfig configured) {
  RESTOCK_ASSERT(space.size() == values.size());
  for (size_t d = 0; d < space.size(); ++d) tunable_named(space[d].name).set(configured, values[d]);
  configured.trees_min = std::min(configured.trees_min, configured.trees_max);
  return configured;
}

}  // namespace restock
