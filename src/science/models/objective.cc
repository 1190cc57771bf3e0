#include "science/models/objective.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "foundation/base/random.h"

namespace restock {
namespace {

constexpr size_t kBlockRows = 65536;
/// e^30 = 1e13 units a period is beyond any demand; the bound keeps gradients finite.
constexpr double kMarginMax = 30;
/// Every partial sum of gradients stays below this many quanta; doubles count exactly to 2^53.
constexpr int kSumBits = 52;

struct Derivatives {
  double gradient;
  double hessian;
};

Derivatives poisson(double margin, double y) {
  const double mu = std::exp(std::clamp(margin, -kMarginMax, kMarginMax));
  return {mu - y, mu};
}

Derivatives tweedie(double margin, double y, double power) {
  const double s = std::clamp(margin, -kMarginMax, kMarginMax);
  const double seen = y == 0 ? 0.0 : y * std::exp((1 - power) * s);
  const double expected = std::exp((2 - power) * s);
  return {expected - seen, (2 - power) * expected + (power - 1) * seen};
}

struct Sums {
  double gradient = 0;
  double hessian = 0;
};

/// True for rows that take part in the round. `bound` is share * 2^64, or 0 for all rows.
bool in_sample(const RowSample& sample, uint64_t bound, size_t row) {
  return bound == 0 || mix(sample.seed, sample.round, row) < bound;
}

uint64_t sample_bound(double share) {
  if (share >= 1) return 0;
  return std::max<uint64_t>(1, static_cast<uint64_t>(std::ldexp(share, 64)));
}

template <typename Loss>
Sums fill_block(const ScoredRows& rows, const RowSample& sample, size_t begin, size_t end,
                size_t n_outputs, std::span<float> gradient, std::span<float> hessian,
                const Loss& loss) {
  Sums sums;
  const uint64_t bound = sample_bound(sample.share);
  for (size_t row = begin; row < end; ++row) {
    const double weight = !in_sample(sample, bound, row) ? 0.0
                          : rows.weight.empty()          ? 1.0
                                                         : rows.weight[row];
    for (size_t output = 0; output < n_outputs; ++output) {
      const size_t at = row * n_outputs + output;
      const Derivatives d =
          loss(static_cast<double>(rows.margin[at]), static_cast<double>(rows.target[row]), output);
      gradient[at] = static_cast<float>(weight * d.gradient);
      hessian[at] = static_cast<float>(weight * d.hessian);
      sums.gradient += std::fabs(static_cast<double>(gradient[at]));
      sums.hessian += static_cast<double>(hessian[at]);
    }
  }
  return sums;
}

Sums fill_block(const Objective& objective, const ScoredRows& rows, const RowSample& sample,
                size_t begin, size_t end, std::span<float> gradient, std::span<float> hessian) {
  const auto fill = [&](const auto& loss) {
    return fill_block(rows, sample, begin, end, objective.n_outputs(), gradient, hessian, loss);
  };
  switch (objective.kind) {
    case ObjectiveKind::kPoisson:
      return fill([](double s, double y, size_t) { return poisson(s, y); });
    case ObjectiveKind::kTweedie:
      return fill(
          [p = objective.variance_power](double s, double y, size_t) { return tweedie(s, y, p); });
    case ObjectiveKind::kSquared:
      return fill([](double s, double y, size_t) { return Derivatives{s - y, 1.0}; });
    case ObjectiveKind::kQuantile:
      return fill([a = std::span(objective.probabilities)](double s, double y, size_t output) {
        return Derivatives{(s >= y ? 1.0 : 0.0) - a[output], 1.0};
      });
  }
  RESTOCK_ASSERT(false);
  return {};
}

/// The power of two q with total <= 2^kSumBits q.
double quantum(double total) {
  if (total <= 0) return 0;
  int exponent = 0;
  std::frexp(total, &exponent);  // total < 2^exponent
  return std::ldexp(1.0, exponent - kSumBits);
}

void round_block(std::span<float> values, double q) {
  const double inverse = 1 / q;
  for (float& value : values)
    value = static_cast<float>(std::nearbyint(static_cast<double>(value) * inverse) * q);
}

double deviance(const Objective& objective, double y, std::span<const float> margin) {
  const double p = objective.variance_power;
  const double s = std::clamp(static_cast<double>(margin[0]), -kMarginMax, kMarginMax);
  switch (objective.kind) {
    case ObjectiveKind::kPoisson:
      return 2 * ((y > 0 ? y * (std::log(y) - s) : 0.0) - y + std::exp(s));
    case ObjectiveKind::kTweedie: {
      const double own = y > 0 ? std::pow(y, 2 - p) / ((1 - p) * (2 - p)) : 0.0;
      const double seen = y > 0 ? y * std::exp((1 - p) * s) / (1 - p) : 0.0;
      return 2 * (own - seen + std::exp((2 - p) * s) / (2 - p));
    }
    case ObjectiveKind::kSquared:
      return (y - margin[0]) * (y - margin[0]);
    case ObjectiveKind::kQuantile: {
      double sum = 0;
      for (size_t i = 0; i < margin.size(); ++i) {
        const double error = y - margin[i];
        sum += error * (objective.probabilities[i] - (error < 0 ? 1.0 : 0.0));
      }
      return sum / static_cast<double>(margin.size());
    }
  }
  RESTOCK_ASSERT(false);
  return 0;
}

}  // namespace

size_t Objective::n_outputs() const {
  return kind == ObjectiveKind::kQuantile ? probabilities.size() : 1;
}

bool Objective::log_link() const {
  return kind == ObjectiveKind::kPoisson || kind == ObjectiveKind::kTweedie;
}

Status Objective::validate() const {
  if (kind == ObjectiveKind::kTweedie && !(variance_power > 1 && variance_power < 2)) {
    return Error{Code::kInvalidArgument,
                 fmt::format("variance_power must be in (1, 2), got {}", variance_power),
                 "use poisson for variance_power 1"};
  }
  if (kind != ObjectiveKind::kQuantile) return {};
  if (probabilities.empty()) {
    return Error{Code::kInvalidArgument, "probabilities must name at least one quantile, got none",
                 "try {0.1, 0.5, 0.9}"};
  }
  for (size_t i = 0; i < probabilities.size(); ++i) {
    if (!(probabilities[i] > 0 && probabilities[i] < 1) ||
        (i > 0 && probabilities[i] <= probabilities[i - 1])) {
      return Error{Code::kInvalidArgument,
                   fmt::format("probabilities must ascend within (0, 1), got {} at position {}",
                               probabilities[i], i),
                   ""};
    }
  }
  return {};
}

std::string_view objective_name(ObjectiveKind kind) {
  switch (kind) {
    case ObjectiveKind::kPoisson:
      return "poisson";
    case ObjectiveKind::kTweedie:
      return "tweedie";
    case ObjectiveKind::kSquared:
      return "squared";
    case ObjectiveKind::kQuantile:
      return "quantile";
  }
  RESTOCK_ASSERT(false);
  return "";
}

Result<ObjectiveKind> parse_objective(std::string_view name) {
  for (const ObjectiveKind kind : {ObjectiveKind::kPoisson, ObjectiveKind::kTweedie,
                                   ObjectiveKind::kSquared, ObjectiveKind::kQuantile}) {
    if (objective_name(kind) == name) return kind;
  }
  return Error{Code::kInvalidArgument, fmt::format("objective '{}' is unknown", name),
               "use poisson, tweedie, squared or quantile"};
}

void exact_gradients(const Objective& objective, const ScoredRows& rows, const RowSample& sample,
                     ThreadPool& pool, std::span<float> gradient, std::span<float> hessian) {
  const size_t n_rows = rows.target.size();
  const size_t n_outputs = objective.n_outputs();
  RESTOCK_ASSERT(rows.margin.size() == n_rows * n_outputs);
  RESTOCK_ASSERT(gradient.size() == rows.margin.size());
  RESTOCK_ASSERT(hessian.size() == rows.margin.size());
  std::vector<Sums> sums((n_rows + kBlockRows - 1) / kBlockRows);
  pool.parallel_for(n_rows, kBlockRows, [&](size_t begin, size_t end) {
    sums[begin / kBlockRows] = fill_block(objective, rows, sample, begin, end, gradient, hessian);
  });
  Sums total;
  for (const Sums& sum : sums) {
    total.gradient += sum.gradient;
    total.hessian += sum.hessian;
  }
  const double q_gradient = quantum(total.gradient);
  const double q_hessian = quantum(total.hessian);
  pool.parallel_for(n_rows, kBlockRows, [&](size_t begin, size_t end) {
    const size_t first = begin * n_outputs;
    const size_t count = (end - begin) * n_outputs;
    if (q_gradient > 0) round_block(gradient.subspan(first, count), q_gradient);
    if (q_hessian > 0) round_block(hessian.subspan(first, count), q_hessian);
  });
}

double mean_deviance(const Objective& objective, const ScoredRows& rows, ThreadPool& pool) {
  const size_t n_rows = rows.target.size();
  const size_t n_outputs = objective.n_outputs();
  RESTOCK_ASSERT(rows.margin.size() == n_rows * n_outputs);
  struct Part {
    double loss = 0;
    double weight = 0;
  };
  std::vector<Part> parts((n_rows + kBlockRows - 1) / kBlockRows);
  pool.parallel_for(n_rows, kBlockRows, [&](size_t begin, size_t end) {
    Part part;
    for (size_t row = begin; row < end; ++row) {
      const double weight = rows.weight.empty() ? 1.0 : rows.weight[row];
      part.loss += weight * deviance(objective, rows.target[row],
                                     rows.margin.subspan(row * n_outputs, n_outputs));
      part.weight += weight;
    }
    parts[begin / kBlockRows] = part;
  });
  Part total;
  for (const Part& part : parts) {
    total.loss += part.loss;
    total.weight += part.weight;
  }
  return total.weight > 0 ? total.loss / total.weight : 0;
}

}  // namespace restock
