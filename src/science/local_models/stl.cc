#include "science/local_models/stl.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

namespace restock {
namespace {

int32_t odd_from(double least) {
  const auto rounded = static_cast<int32_t>(std::ceil(least));
  return rounded % 2 == 0 ? rounded + 1 : rounded;
}

struct Shapes {
  LoessShape season;
  LoessShape trend;
  LoessShape low_pass;
};

Shapes shapes_of(const StlOptions& options) {
  const double period = options.season_length;
  const int32_t trend = options.trend_window != 0
                            ? options.trend_window
                            : odd_from(1.5 * period / (1.0 - 1.5 / options.season_window));
  const int32_t low_pass =
      options.low_pass_window != 0 ? options.low_pass_window : odd_from(period + 1.0);
  return {{options.season_window, options.season_degree, options.season_jump},
          {trend, options.trend_degree, options.trend_jump},
          {low_pass, options.low_pass_degree, options.low_pass_jump}};
}

Status check(const LoessShape& shape, const char* name) {
  if (shape.window < 3 || shape.window % 2 == 0) {
    return Error{Code::kInvalidArgument,
                 fmt::format("{}_window must be odd and >= 3, got {}", name, shape.window),
                 "a longer window gives a smoother component"};
  }
  if (shape.degree < 0 || shape.degree > 1 || shape.jump < 1) {
    return Error{Code::kInvalidArgument,
                 fmt::format("{}_degree must be 0 or 1 and {}_jump >= 1, got {} and {}", name, name,
                             shape.degree, shape.jump),
                 ""};
  }
  return {};
}

Status check(std::span<const double> values, const StlOptions& options) {
  RESTOCK_TRY(check_stl(options));
  if (std::cmp_less(values.size(), int64_t{2} * options.season_length)) {
    return Error{Code::kInvalidData,
                 fmt::format("{} values are fewer than two seasons of {}", values.size(),
                             options.season_length),
                 "use a shorter season_length"};
  }
  for (size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) {
      return Error{Code::kInvalidData, fmt::format("value {} is not finite", i),
                   "fill or drop missing values first"};
    }
  }
  return {};
}

/// out[i] = mean of in[i .. i + length); out: in.size() - length + 1 values.
void moving_average(std::span<const double> in, size_t length, std::vector<double>& out) {
  out.resize(in.size() - length + 1);
  double sum = 0.0;
  for (size_t i = 0; i < length; ++i) sum += in[i];
  const double scale = 1.0 / static_cast<double>(length);
  out[0] = sum * scale;
  for (size_t i = 1; i < out.size(); ++i) {
    sum += in[i + length - 1] - in[i - 1];
    out[i] = sum * scale;
  }
}

void smooth(std::span<const double> y, std::span<const double> weights, const LoessShape& shape,
            bool extend, StlWorkspace& workspace, std::span<double> out) {
  if (!weights.empty()) return smooth_directly(y, weights, shape, extend, out);
  workspace.smoothers.get(shape, y.size()).smooth(y, extend, workspace.scratch, out);
}

/// Smooth the values of each phase (each Monday, say), one season longer at both ends (step 2).
void smooth_phases(std::span<const double> weights, size_t period, const LoessShape& shape,
                   StlWorkspace& ws) {
  const size_t n = ws.detrended.size();
  ws.cycle.resize(n + 2 * period);
  for (size_t phase = 0; phase < period; ++phase) {
    ws.phase.clear();
    ws.phase_weight.clear();
    for (size_t i = phase; i < n; i += period) {
      ws.phase.push_back(ws.detrended[i]);
      if (!weights.empty()) ws.phase_weight.push_back(weights[i]);
    }
    ws.phase_smooth.resize(ws.phase.size() + 2);
    smooth(ws.phase, ws.phase_weight, shape, true, ws, ws.phase_smooth);
    for (size_t k = 0; k < ws.phase_smooth.size(); ++k) {
      ws.cycle[phase + k * period] = ws.phase_smooth[k];
    }
  }
}

/// One pass of the inner loop (steps 1 to 6 of section 2.2).
void pass(std::span<const double> values, std::span<const double> weights, size_t period,
          const Shapes& shapes, StlWorkspace& ws, StlDecomposition& d) {
  const size_t n = values.size();
  ws.detrended.resize(n);
  for (size_t i = 0; i < n; ++i) ws.detrended[i] = values[i] - d.trend[i];
  smooth_phases(weights, period, shapes.season, ws);
  moving_average(ws.cycle, period, ws.first_average);
  moving_average(ws.first_average, period, ws.second_average);
  moving_average(ws.second_average, 3, ws.first_average);
  ws.low_pass.resize(n);
  smooth(ws.first_average, {}, shapes.low_pass, false, ws, ws.low_pass);
  for (size_t i = 0; i < n; ++i) {
    d.season[i] = ws.cycle[period + i] - ws.low_pass[i];
    ws.detrended[i] = values[i] - d.season[i];
  }
  smooth(ws.detrended, weights, shapes.trend, false, ws, d.trend);
}

/// Bisquare weights of the remainder with six times its median as the limit (section 2.3).
void update_weights(std::span<const double> values, StlWorkspace& ws, StlDecomposition& d) {
  const size_t n = values.size();
  ws.scratch.resize(n);
  for (size_t i = 0; i < n; ++i) {
    d.weight[i] = std::abs(values[i] - d.season[i] - d.trend[i]);
  }
  std::copy(d.weight.begin(), d.weight.end(), ws.scratch.begin());
  const auto middle = ws.scratch.begin() + static_cast<int64_t>(n / 2);
  std::nth_element(ws.scratch.begin(), middle, ws.scratch.end());
  const double above = *middle;
  const double below = n % 2 == 1 ? above : *std::max_element(ws.scratch.begin(), middle);
  const double limit = 3.0 * (above + below);
  for (double& w : d.weight) {
    const double ratio = w / limit;
    const double part = 1.0 - ratio * ratio;
    w = w <= 0.001 * limit ? 1.0 : w <= 0.999 * limit ? part * part : 0.0;
  }
}

}  // namespace

Status check_stl(const StlOptions& options) {
  if (options.season_length < 2) {
    return Error{Code::kInvalidArgument,
                 fmt::format("season_length must be >= 2, got {}", options.season_length),
                 "a series without a season has no seasonal decomposition"};
  }
  if (options.robust_rounds < 0 || options.passes < 1) {
    return Error{Code::kInvalidArgument,
                 fmt::format("robust_rounds must be >= 0 and passes >= 1, got {} and {}",
                             options.robust_rounds, options.passes),
                 ""};
  }
  RESTOCK_TRY(check({options.season_window, options.season_degree, options.season_jump}, "season"));
  const Shapes shapes = shapes_of(options);
  RESTOCK_TRY(check(shapes.trend, "trend"));
  RESTOCK_TRY(check(shapes.low_pass, "low_pass"));
  return {};
}

Status decompose_stl(std::span<const double> values, const StlOptions& options,
                     StlWorkspace& workspace, StlDecomposition& decomposition) {
  RESTOCK_TRY(check(values, options));
  const Shapes shapes = shapes_of(options);
  const auto period = static_cast<size_t>(options.season_length);
  const size_t n = values.size();
  decomposition.season.assign(n, 0.0);
  decomposition.trend.assign(n, 0.0);
  decomposition.weight.assign(n, 1.0);
  std::span<const double> weights;
  for (int32_t round = 0; round <= options.robust_rounds; ++round) {
    if (round > 0) {
      update_weights(values, workspace, decomposition);
      weights = decomposition.weight;
    }
    for (int32_t k = 0; k < options.passes; ++k) {
      pass(values, weights, period, shapes, workspace, decomposition);
    }
  }
  decomposition.remainder.resize(n);
  for (size_t i = 0; i < n; ++i) {
    decomposition.remainder[i] = values[i] - decomposition.season[i] - decomposition.trend[i];
  }
  return {};
}

}  // namespace restock
