#include "science/evaluation/step_value.h"

#include "science/evaluation/error_sums.h"

namespace restock {

std::vector<StepValue> value_of_steps(const Panel& actuals, Period origin, int32_t horizon,
                                      std::span<const ForecastStep> steps, ThreadPool& pool) {
  const NaiveScale scale = naive_scale(actuals, origin, actuals.axis.short_season(), pool);
  std::vector<StepValue> out;
  for (const ForecastStep& step : steps) {
    const Metrics m =
        evaluate(actuals, {origin, horizon, step.mean, {}, {}}, &scale, ScoringOptions{}, pool);
    StepValue value{step.name, m.wape, m.rmsse, m.bias, 0, 0};
    if (!out.empty()) {
      value.wape_points = out.back().wape - m.wape;
      if (out.back().rmsse > 0) value.rmsse_percent = 100 * (1 - m.rmsse / out.back().rmsse);
    }
    out.push_back(std::move(value));
  }
  return out;
}

}  // namespace restock
