#include "science/search/tree_parzen.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include "foundation/base/assert.h"
#include "foundation/base/normal.h"

namespace restock {
namespace {

/// The share of a normal law around `centre` that lies within [0, 1].
double inside_share(double centre, double sd) {
  return standard_normal_cdf((1 - centre) / sd) - standard_normal_cdf(-centre / sd);
}

/// How often each choice was seen, plus its prior weight of 1.
std::vector<double> choice_weights(const TunedParameter& parameter,
                                   const std::vector<double>& seen) {
  std::vector<double> weights(parameter.choices.size(), 1.0);
  for (const double choice : seen) weights[static_cast<size_t>(choice)] += 1;
  const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
  for (double& weight : weights) weight /= total;
  return weights;
}

size_t draw_choice(const std::vector<double>& weights, Random& random) {
  double left = random.uniform();
  for (size_t i = 0; i + 1 < weights.size(); ++i) {
    if (left < weights[i]) return i;
    left -= weights[i];
  }
  return weights.size() - 1;
}

double best_choice(const TunedParameter& parameter, const std::vector<double>& good,
                   const std::vector<double>& others, int candidates, Random& random) {
  const auto likely = choice_weights(parameter, good);
  const auto unlikely = choice_weights(parameter, others);
  size_t best = 0;
  double best_ratio = -1;
  for (int c = 0; c < candidates; ++c) {
    const size_t choice = draw_choice(likely, random);
    const double ratio = likely[choice] / unlikely[choice];
    if (ratio > best_ratio) {
      best = choice;
      best_ratio = ratio;
    }
  }
  return static_cast<double>(best);
}

double best_number(const TunedParameter& parameter, const std::vector<double>& good,
                   const std::vector<double>& others, int candidates, Random& random) {
  const auto units = [&](const std::vector<double>& values) {
    std::vector<double> out(values.size());
    std::transform(values.begin(), values.end(), out.begin(),
                   [&](double value) { return to_unit(parameter, value); });
    return out;
  };
  const ParzenDensity likely(units(good));
  const ParzenDensity unlikely(units(others));
  double best = 0;
  double best_ratio = -1;
  for (int c = 0; c < candidates; ++c) {
    const double u = likely.draw(random);
    const double ratio = likely.at(u) / unlikely.at(u);
    if (ratio > best_ratio) {
      best = u;
      best_ratio = ratio;
    }
  }
  return from_unit(parameter, best);
}

}  // namespace

ParzenDensity::ParzenDensity(std::vector<double> points) : centre_(std::move(points)) {
  std::sort(centre_.begin(), centre_.end());
  const size_t n = centre_.size();
  const double sd_min = 1.0 / static_cast<double>(n + 1);
  for (size_t i = 0; i < n; ++i) {
    const double left = centre_[i] - (i > 0 ? centre_[i - 1] : 0.0);
    const double right = (i + 1 < n ? centre_[i + 1] : 1.0) - centre_[i];
    sd_.push_back(std::clamp(std::max(left, right), sd_min, 1.0));
  }
}

double ParzenDensity::at(double u) const {
  double sum = 1;  // the prior
  for (size_t i = 0; i < centre_.size(); ++i) {
    const double z = (u - centre_[i]) / sd_[i];
    sum += std::exp(-0.5 * z * z) /
           (sd_[i] * std::sqrt(2 * std::numbers::pi) * inside_share(centre_[i], sd_[i]));
  }
  return sum / static_cast<double>(centre_.size() + 1);
}

double ParzenDensity::draw(Random& random) const {
  const uint64_t part = random.below(centre_.size() + 1);
  const double p = random.uniform_open();
  if (part == centre_.size()) return p;
  const double centre = centre_[part];
  const double sd = sd_[part];
  const double below = standard_normal_cdf(-centre / sd);
  const double z = standard_normal_quantile(std::clamp(below + p * inside_share(centre, sd),
                                                       std::numeric_limits<double>::min(),
                                                       1 - std::numeric_limits<double>::epsilon()));
  return std::clamp(centre + sd * z, 0.0, 1.0);
}

Configuration propose_tree_parzen(const SearchSpace& space,
                                  std::span<const Observation> observations,
                                  const TreeParzenOptions& options, Random& random) {
  RESTOCK_ASSERT(observations.size() >= 2);
  RESTOCK_ASSERT(options.candidates >= 1);
  std::vector<size_t> order(observations.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return observations[a].loss < observations[b].loss; });
  const auto n = static_cast<double>(order.size());
  const size_t n_good = std::clamp<size_t>(static_cast<size_t>(std::ceil(options.good_share * n)),
                                           1, order.size() - 1);
  Configuration proposal;
  for (size_t d = 0; d < space.size(); ++d) {
    std::vector<double> good;
    std::vector<double> others;
    for (size_t k = 0; k < order.size(); ++k)
      (k < n_good ? good : others).push_back(observations[order[k]].configuration[d]);
    const auto best = space[d].choices.empty() ? best_number : best_choice;
    proposal.push_back(best(space[d], good, others, options.candidates, random));
  }
  return proposal;
}

Configuration propose_random(const SearchSpace& space, Random& random) {
  Configuration proposal;
  for (const TunedParameter& parameter : space)
    proposal.push_back(from_unit(parameter, random.uniform()));
  return proposal;
}

}  // namespace restock
