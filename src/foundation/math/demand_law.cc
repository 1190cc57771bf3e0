#include "foundation/math/demand_law.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>

#include <fmt/format.h>

#include "foundation/base/argument.h"
#include "foundation/base/normal.h"
#include "foundation/math/root_finding.h"
#include "foundation/math/special_functions.h"

namespace restock {
namespace {

/// A probability counts as reached within this relative distance, so that quantile(cdf(k)) = k.
constexpr double kReached = 1 - 1e-12;

/// One lambda per shape, for std::visit.
template <class... Lambdas>
struct Cases : Lambdas... {
  using Lambdas::operator()...;
};

double loss_of_discrete(const std::vector<double>& probability, double x) {
  double loss = 0;
  const auto first = static_cast<size_t>(std::max(0.0, std::floor(x) + 1));
  for (size_t k = first; k < probability.size(); ++k) {
    loss += probability[k] * (static_cast<double>(k) - x);
  }
  return loss;
}

/// Sum of P(D = k) (k - x)^2 / 2 over the whole k > x, up to where the terms no longer count.
double second_loss_of_counts(const DemandDistribution& demand, double x) {
  double sum = 0;
  const double beyond = demand.mean() + 4 * std::sqrt(demand.variance()) + 4;
  for (double k = std::max(0.0, std::floor(x) + 1);; k += 1) {
    const double term = demand.density(k) * (k - x) * (k - x) / 2;
    sum += term;
    if (k > beyond && term <= 1e-17 * sum) return sum;
  }
}

double second_loss_of_gamma(const DemandDistribution& demand, double x) {
  const double scale = demand.variance() / demand.mean();
  const double shape = demand.mean() / scale;
  const double at = x / scale;
  return scale * scale / 2 *
         (shape * (shape + 1) * regularised_gamma_q(shape + 2, at) -
          2 * at * shape * regularised_gamma_q(shape + 1, at) +
          at * at * regularised_gamma_q(shape, at));
}

/// Below all demand, the loss is E[D] - x for sure.
double second_loss_below(double mean, double variance, double x) {
  return (variance + (mean - x) * (mean - x)) / 2;
}

std::vector<double> convolve(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> sum(a.size() + b.size() - 1, 0.0);
  for (size_t i = 0; i < a.size(); ++i) {
    for (size_t j = 0; j < b.size(); ++j) sum[i + j] += a[i] * b[j];
  }
  return sum;
}

Error no_sum_law(const char* kind) {
  return Error{Code::kInvalidArgument,
               fmt::format("the sum of several periods of {} demand has no law of its kind", kind),
               "give the distribution of demand over the whole time itself, or one period"};
}

}  // namespace

Result<DemandLaw> DemandLaw::normal(double mean, double sd) {
  RESTOCK_TRY(require_finite("mean", mean));
  RESTOCK_TRY(require_positive("sd", sd));
  return DemandLaw(Shape(Normal{mean, sd}));
}

Result<DemandLaw> DemandLaw::lognormal(double log_mean, double log_sd) {
  RESTOCK_TRY(require_finite("log_mean", log_mean));
  RESTOCK_TRY(require_positive("log_sd", log_sd));
  return DemandLaw(Shape(LognormalShape{log_mean, log_sd}));
}

Result<DemandLaw> DemandLaw::gamma(double shape, double scale) {
  RESTOCK_TRY(require_positive("shape", shape));
  RESTOCK_TRY(require_positive("scale", scale));
  RESTOCK_TRY(const auto demand, DemandDistribution::make(DemandKind::kContinuous, shape * scale,
                                                          shape * scale * scale));
  return DemandLaw(demand);
}

Result<DemandLaw> DemandLaw::exponential(double mean) {
  return gamma(1, mean);
}

Result<DemandLaw> DemandLaw::uniform(double low, double high) {
  RESTOCK_TRY(require_finite("low", low));
  RESTOCK_TRY(require_positive("high - low", high - low));
  return DemandLaw(Shape(Uniform{low, high}));
}

Result<DemandLaw> DemandLaw::poisson(double mean) {
  RESTOCK_TRY(const auto demand, DemandDistribution::make(DemandKind::kCounts, mean, mean));
  return DemandLaw(demand);
}

Result<DemandLaw> DemandLaw::negative_binomial(double mean, double variance) {
  RESTOCK_TRY(require_positive("mean", mean));
  RESTOCK_TRY(require_positive("variance - mean", variance - mean));
  RESTOCK_TRY(const auto demand, DemandDistribution::make(DemandKind::kCounts, mean, variance));
  return DemandLaw(demand);
}

Result<DemandLaw> DemandLaw::geometric(double success_probability) {
  if (success_probability != 1) {
    RESTOCK_TRY(require_share("success_probability", success_probability));
  }
  return DemandLaw(Shape(Geometric{success_probability}));
}

Result<DemandLaw> DemandLaw::discrete(std::span<const double> probabilities) {
  double total = 0;
  for (const double p : probabilities) {
    RESTOCK_TRY(require_not_negative("each of probabilities", p));
    total += p;
  }
  if (!(std::abs(total - 1) <= 1e-9)) {
    return Error{Code::kInvalidArgument, fmt::format("probabilities must sum to 1, got {}", total),
                 "divide them by their sum"};
  }
  return DemandLaw(Shape(Discrete{{probabilities.begin(), probabilities.end()}}));
}

Result<DemandLaw> DemandLaw::empirical(std::span<const double> sample) {
  if (sample.empty()) {
    return Error{Code::kInvalidArgument,
                 "a sample of demand must have at least one value, got none",
                 "give what was sold in past periods, or sample paths of a forecast"};
  }
  for (const double x : sample) RESTOCK_TRY(require_finite("each value of sample", x));
  Empirical shape{{sample.begin(), sample.end()}, std::vector<double>(sample.size() + 1, 0.0)};
  std::sort(shape.sorted.begin(), shape.sorted.end());
  for (size_t i = shape.sorted.size(); i-- > 0;) {
    shape.sum_from[i] = shape.sum_from[i + 1] + shape.sorted[i];
  }
  return DemandLaw(Shape(std::move(shape)));
}

DemandLaw::DemandLaw(const DemandDistribution& demand) : shape_(demand) {}

bool DemandLaw::whole_units() const {
  if (const auto* d = std::get_if<DemandDistribution>(&shape_)) {
    return d->kind() == DemandKind::kCounts;
  }
  return std::holds_alternative<Geometric>(shape_) || std::holds_alternative<Discrete>(shape_);
}

double DemandLaw::mean() const {
  return std::visit(
      Cases{
          [](const Normal& d) { return d.mean; },
          [](const LognormalShape& d) { return std::exp(d.log_mean + d.log_sd * d.log_sd / 2); },
          [](const Uniform& d) { return (d.low + d.high) / 2; },
          [](const Geometric& d) { return 1 / d.success; },
          [](const DemandDistribution& d) { return d.mean(); },
          [](const Discrete& d) { return loss_of_discrete(d.probability, 0); },
          [](const Empirical& d) { return d.sum_from[0] / static_cast<double>(d.sorted.size()); }},
      shape_);
}

double DemandLaw::variance() const {
  return std::visit(
      Cases{[](const Normal& d) { return d.sd * d.sd; },
            [](const LognormalShape& d) {
              const double s = d.log_sd * d.log_sd;
              return std::exp(2 * d.log_mean + s) * std::expm1(s);
            },
            [](const Uniform& d) { return (d.high - d.low) * (d.high - d.low) / 12; },
            [](const Geometric& d) { return (1 - d.success) / (d.success * d.success); },
            [](const DemandDistribution& d) { return d.variance(); },
            [this](const Discrete& d) {
              const double center = mean();
              double sum = 0;
              for (size_t k = 0; k < d.probability.size(); ++k) {
                const double distance = static_cast<double>(k) - center;
                sum += d.probability[k] * distance * distance;
              }
              return sum;
            },
            [this](const Empirical& d) {
              const double center = mean();
              double sum = 0;
              for (const double x : d.sorted) sum += (x - center) * (x - center);
              return sum / static_cast<double>(d.sorted.size());
            }},
      shape_);
}

double DemandLaw::cdf(double x) const {
  return std::visit(
      Cases{[x](const Normal& d) { return standard_normal_cdf((x - d.mean) / d.sd); },
            [x](const LognormalShape& d) {
              return x <= 0 ? 0 : standard_normal_cdf((std::log(x) - d.log_mean) / d.log_sd);
            },
            [x](const Uniform& d) { return std::clamp((x - d.low) / (d.high - d.low), 0.0, 1.0); },
            [x](const Geometric& d) {
              return x < 1 ? 0 : 1 - std::pow(1 - d.success, std::floor(x));
            },
            [x](const DemandDistribution& d) { return d.cdf(x); },
            [x](const Discrete& d) {
              if (x < 0) return 0.0;
              const auto n = static_cast<size_t>(
                  std::min(std::floor(x) + 1, static_cast<double>(d.probability.size())));
              return std::accumulate(d.probability.begin(),
                                     d.probability.begin() + static_cast<std::ptrdiff_t>(n), 0.0);
            },
            [x](const Empirical& d) {
              const auto above = std::upper_bound(d.sorted.begin(), d.sorted.end(), x);
              return static_cast<double>(above - d.sorted.begin()) /
                     static_cast<double>(d.sorted.size());
            }},
      shape_);
}

double DemandLaw::probability(double k) const {
  RESTOCK_ASSERT(whole_units());
  if (k < 0 || k != std::floor(k)) return 0;
  if (const auto* d = std::get_if<Geometric>(&shape_)) {
    return k < 1 ? 0 : d->success * std::pow(1 - d->success, k - 1);
  }
  if (const auto* d = std::get_if<Discrete>(&shape_)) {
    return k < static_cast<double>(d->probability.size()) ? d->probability[static_cast<size_t>(k)]
                                                          : 0;
  }
  return std::get<DemandDistribution>(shape_).density(k);
}

double DemandLaw::quantile(double p) const {
  RESTOCK_ASSERT(p > 0 && p < 1);
  return std::visit(
      Cases{[p](const Normal& d) { return d.mean + standard_normal_quantile(p) * d.sd; },
            [p](const LognormalShape& d) {
              return std::exp(d.log_mean + standard_normal_quantile(p) * d.log_sd);
            },
            [p](const Uniform& d) { return d.low + p * (d.high - d.low); },
            [p](const Geometric& d) {
              if (d.success == 1) return 1.0;
              // 1 - (1 - q)^k >= p, less a little so that a cdf gives back its own k.
              const double k = std::log1p(-p * kReached) / std::log1p(-d.success);
              return std::max(1.0, std::ceil(k * (1 - 1e-14)));
            },
            [p](const DemandDistribution& d) { return d.quantile(p); },
            [p](const Discrete& d) {
              size_t k = 0;
              double reached = d.probability[0];
              while (reached < p * kReached && k + 1 < d.probability.size()) {
                reached += d.probability[++k];
              }
              return static_cast<double>(k);
            },
            [p](const Empirical& d) {
              const auto n = static_cast<double>(d.sorted.size());
              const double rank = std::max(1.0, std::ceil(p * kReached * n));
              return d.sorted[static_cast<size_t>(rank) - 1];
            }},
      shape_);
}

double DemandLaw::loss(double x) const {
  return std::visit(
      Cases{[x](const Normal& d) { return d.sd * standard_normal_loss((x - d.mean) / d.sd); },
            [x](const LognormalShape& d) { return lognormal_loss(d, x); },
            [x](const Uniform& d) {
              if (x <= d.low) return (d.low + d.high) / 2 - x;
              const double above = std::max(0.0, d.high - x);
              return above * above / (2 * (d.high - d.low));
            },
            [x](const Geometric& d) {
              if (x < 1) return 1 / d.success - x;
              const double k = std::floor(x);
              const double survival = std::pow(1 - d.success, k);
              return survival / d.success - (x - k) * survival;
            },
            [x](const DemandDistribution& d) { return d.loss(x); },
            [x](const Discrete& d) { return loss_of_discrete(d.probability, x); },
            [x](const Empirical& d) {
              const auto i = static_cast<size_t>(
                  std::upper_bound(d.sorted.begin(), d.sorted.end(), x) - d.sorted.begin());
              const auto above = static_cast<double>(d.sorted.size() - i);
              return (d.sum_from[i] - above * x) / static_cast<double>(d.sorted.size());
            }},
      shape_);
}

double DemandLaw::second_loss(double x) const {
  return std::visit(
      Cases{[x](const Normal& d) {
              return d.sd * d.sd * standard_normal_second_loss((x - d.mean) / d.sd);
            },
            [x](const LognormalShape& d) { return lognormal_second_loss(d, x); },
            [this, x](const Uniform& d) {
              if (x <= d.low) return second_loss_below(mean(), variance(), x);
              const double above = std::max(0.0, d.high - x);
              return above * above * above / (6 * (d.high - d.low));
            },
            [this, x](const Geometric& d) {
              if (x < 1) return second_loss_below(mean(), variance(), x);
              // Beyond k the demand is k plus a fresh geometric one.
              const double k = std::floor(x);
              return std::pow(1 - d.success, k) * second_loss_below(mean(), variance(), x - k);
            },
            [x](const DemandDistribution& d) {
              if (x <= 0) return second_loss_below(d.mean(), d.variance(), x);
              if (d.variance() == 0) {
                const double short_units = std::max(0.0, d.mean() - x);
                return short_units * short_units / 2;
              }
              return d.kind() == DemandKind::kCounts ? second_loss_of_counts(d, x)
                                                     : second_loss_of_gamma(d, x);
            },
            [x](const Discrete& d) {
              double sum = 0;
              const auto first = static_cast<size_t>(std::max(0.0, std::floor(x) + 1));
              for (size_t k = first; k < d.probability.size(); ++k) {
                const double above = static_cast<double>(k) - x;
                sum += d.probability[k] * above * above;
              }
              return sum / 2;
            },
            [x](const Empirical& d) {
              double sum = 0;
              for (const double value : d.sorted) {
                const double above = std::max(0.0, value - x);
                sum += above * above;
              }
              return sum / (2 * static_cast<double>(d.sorted.size()));
            }},
      shape_);
}

double DemandLaw::level_of_loss(double units) const {
  RESTOCK_ASSERT(units > 0 && std::isfinite(units));
  const auto excess = [&](double x) { return loss(x) - units; };
  // The loss is at least E[D] - x, and exactly that below all demand.
  const double low = mean() - units;
  if (excess(low) <= 0) return low;
  double step = std::max(units, std::sqrt(variance()));
  double high = low + step;
  while (excess(high) > 0) high += step *= 2;
  return find_root(excess, {.low = low, .high = high}).value();
}

Result<DemandLaw> DemandLaw::over(double periods) const {
  RESTOCK_TRY(require_not_negative("periods", periods));
  if (const auto* d = std::get_if<Normal>(&shape_)) {
    if (periods > 0) return normal(d->mean * periods, d->sd * std::sqrt(periods));
    return DemandLaw(DemandDistribution::of(DemandKind::kContinuous, 0, 0));
  }
  const bool whole = periods == std::floor(periods);
  if (const auto* d = std::get_if<DemandDistribution>(&shape_)) {
    const bool binomial = d->kind() == DemandKind::kCounts && d->variance() < d->mean();
    if (!binomial || whole) {
      RESTOCK_TRY(const auto sum, DemandDistribution::make(d->kind(), d->mean() * periods,
                                                           d->variance() * periods));
      return DemandLaw(sum);
    }
  }
  if (const auto* d = std::get_if<Discrete>(&shape_); d != nullptr && whole) {
    Discrete sum{{1.0}};
    for (auto left = static_cast<int64_t>(periods); left > 0; --left) {
      sum.probability = convolve(sum.probability, d->probability);
    }
    return DemandLaw(Shape(std::move(sum)));
  }
  if (periods == 1) return *this;
  if (std::holds_alternative<LognormalShape>(shape_)) return no_sum_law("lognormal");
  if (std::holds_alternative<Uniform>(shape_)) return no_sum_law("uniform");
  if (std::holds_alternative<Geometric>(shape_)) return no_sum_law("geometric");
  if (std::holds_alternative<Empirical>(shape_)) return no_sum_law("empirical");
  return Error{Code::kInvalidArgument,
               fmt::format("periods of this demand must be whole, got {}", periods),
               "use a shorter period as the unit of time"};
}

}  // namespace restock
