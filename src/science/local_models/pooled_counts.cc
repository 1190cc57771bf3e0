#include "science/local_models/pooled_counts.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include <fmt/format.h>

#include "foundation/base/assert.h"
#include "foundation/math/demand_distribution.h"
#include "science/local_models/nonnegative_weights.h"

namespace restock {
namespace {

constexpr size_t kBlock = 128;
constexpr double kShapes[] = {0.5, 1.0};
constexpr double kShrinkage = 0.1;
/// Below this a scaled error no longer raises the weight of its series.
constexpr double kScaledErrorMin = 0.1;
constexpr int kReweightings = 4;

Error bad(std::string message) {
  return {Code::kInvalidArgument, std::move(message), ""};
}

Status check(const PooledCountsOptions& o, std::span<const double> probabilities) {
  if (o.decays.empty()) return bad("decays is empty, and needs at least one in (0, 1]");
  for (const double d : o.decays) {
    if (!(d > 0 && d <= 1)) return bad(fmt::format("decays must lie in (0, 1], got {}", d));
  }
  if (o.window < 0 || o.steps < 1 || o.series_max < 1) {
    return bad(fmt::format("window must be >= 0, steps and series_max >= 1, got {}, {} and {}",
                           o.window, o.steps, o.series_max));
  }
  if (o.units_max < 1 || o.units_max > 65'535) {
    return bad(fmt::format("units_max must be 1 to 65,535, got {}", o.units_max));
  }
  for (size_t j = 0; j < probabilities.size(); ++j) {
    const double p = probabilities[j];
    if (!(p >= 0 && p < 1) || (j > 0 && !(p >= probabilities[j - 1]))) {
      return bad(fmt::format("probabilities must be ascending in [0, 1), got {} at {}", p, j));
    }
  }
  return {};
}

/// What all steps share about the panel.
struct Pool {
  const Panel* panel = nullptr;
  const PooledCountsOptions* options = nullptr;
  size_t n_decays = 0;
  size_t n_opinions = 0;
  size_t support = 1;  ///< Counts 0 .. support - 1 have a place.
  int32_t window = 0;
  std::vector<std::vector<double>> powers;  ///< n_decays x age
  std::vector<uint8_t> eligible;            ///< n_series
};

/// What the panel sold up to an origin.
struct Pooled {
  std::vector<double> shares;  ///< support
  std::vector<double> rates;   ///< n_decays
};

/// One series at one origin. shares: n_decays x support, rates: n_decays.
struct View {
  bool seen = false;
  std::vector<double> shares;
  std::vector<double> rates;
  std::vector<double> totals;
};

int32_t n_known(const Panel& panel, size_t i, int32_t back) {
  return std::clamp(panel.n_known(i) - back, 0, panel.length(i));
}

/// Looks at series i as it was known `back` periods before the panel's origin.
void look(const Pool& pool, size_t i, int32_t back, View& view) {
  const auto n = static_cast<size_t>(n_known(*pool.panel, i, back));
  const auto units = pool.panel->units_of(i).first(n);
  const auto state = pool.panel->state_of(i).first(n);
  view.shares.assign(pool.n_decays * pool.support, 0.0);
  view.rates.assign(pool.n_decays, 0.0);
  view.totals.assign(pool.n_decays, 0.0);
  // Ages count from the last period that was seen: shares are the same as from the origin, and a
  // series last seen long ago does not vanish below the smallest number.
  size_t end = n;
  while (end > 0 && state[end - 1] != PeriodState::kSold) --end;
  view.seen = end > 0;
  for (size_t t = 0; t < end; ++t) {
    if (state[t] != PeriodState::kSold) continue;
    const auto count = static_cast<size_t>(units[t]);
    for (size_t d = 0; d < pool.n_decays; ++d) {
      const double weight = pool.powers[d][end - 1 - t];
      view.shares[d * pool.support + count] += weight;
      view.rates[d] += weight * units[t];
      view.totals[d] += weight;
    }
  }
  for (size_t d = 0; d < pool.n_decays && view.seen; ++d) {
    const double scale = 1 / view.totals[d];
    view.rates[d] *= scale;
    for (size_t k = 0; k < pool.support; ++k) view.shares[d * pool.support + k] *= scale;
  }
}

/// Mean over series of the shares at the middle decay and of all rates, summed block by block.
Pooled pool_series(const Pool& pool, int32_t back, ThreadPool& threads) {
  const size_t n = pool.panel->n_series();
  const size_t n_blocks = (n + kBlock - 1) / kBlock;
  const size_t middle = pool.n_decays / 2;
  const size_t width = pool.support + pool.n_decays + 1;
  std::vector<double> sums(n_blocks * width, 0.0);
  threads.parallel_for(n, kBlock, [&](size_t begin, size_t end) {
    View view;
    double* sum = sums.data() + begin / kBlock * width;
    for (size_t i = begin; i < end; ++i) {
      if (!pool.eligible[i]) continue;
      look(pool, i, back, view);
      if (!view.seen) continue;
      const double* shares = view.shares.data() + middle * pool.support;
      for (size_t k = 0; k < pool.support; ++k) sum[k] += shares[k];
      for (size_t d = 0; d < pool.n_decays; ++d) sum[pool.support + d] += view.rates[d];
      sum[width - 1] += 1;
    }
  });
  std::vector<double> total(width, 0.0);
  for (size_t b = 0; b < n_blocks; ++b) {
    for (size_t k = 0; k < width; ++k) total[k] += sums[b * width + k];
  }
  const double series = std::max(1.0, total[width - 1]);
  Pooled out{std::vector<double>(pool.support), std::vector<double>(pool.n_decays)};
  for (size_t k = 0; k < pool.support; ++k) out.shares[k] = total[k] / series;
  for (size_t d = 0; d < pool.n_decays; ++d) out.rates[d] = total[pool.support + d] / series;
  if (total[width - 1] == 0) out.shares[0] = 1;
  return out;
}

/// Decays whose rates the two negative binomials take: the second of the list and its middle.
size_t decay_of(const Pool& pool, size_t shape) {
  return shape == 0 ? std::min<size_t>(1, pool.n_decays - 1) : pool.n_decays / 2;
}

double shrunk_rate(const Pool& pool, const View& view, const Pooled& pooled, size_t shape) {
  const size_t d = decay_of(pool, shape);
  return (1 - kShrinkage) * view.rates[d] + kShrinkage * pooled.rates[d];
}

/// Adds factor x the negative binomial with the shrunk rate to out[0, support).
void add_negative_binomial(const Pool& pool, const View& view, const Pooled& pooled, size_t shape,
                           double factor, std::span<double> out) {
  const double r = kShapes[shape];
  const double mean = shrunk_rate(pool, view, pooled, shape);
  double probability = factor * std::pow(r / (r + mean), r);
  for (size_t k = 0; k < out.size(); ++k) {
    out[k] += probability;
    const double x = static_cast<double>(k);
    probability *= (x + r) / (x + 1) * mean / (r + mean);
  }
}

/// Probabilities of all counts by all opinions: n_opinions x support.
void opinions(const Pool& pool, const View& view, const Pooled& pooled, std::vector<double>& out) {
  out.assign(pool.n_opinions * pool.support, 0.0);
  std::copy(view.shares.begin(), view.shares.end(), out.begin());
  const auto row = [&](size_t e) { return std::span(out).subspan(e * pool.support, pool.support); };
  std::copy(pooled.shares.begin(), pooled.shares.end(), row(pool.n_decays).begin());
  for (size_t s = 0; s < std::size(kShapes); ++s) {
    add_negative_binomial(pool, view, pooled, s, 1.0, row(pool.n_decays + 1 + s));
  }
}

/// What one series teaches: the opinions' probabilities of each period of the window, and for the
/// mean its rates, the sum of the periods, their number and the scale of its errors.
struct Lesson {
  std::vector<double> likelihoods;  ///< periods x n_opinions
  std::vector<double> rates;        ///< n_decays + 1, the last the panel's
  double sum = 0;
  double squares = 0;
  double periods = 0;
  double scale = 0;  ///< mean squared difference of neighbouring periods; 0: not to be scaled
};

double scale_of(const Panel& panel, size_t i, size_t n) {
  const auto units = panel.units_of(i);
  const auto state = panel.state_of(i);
  double squares = 0;
  int64_t count = 0;
  for (size_t t = 1; t < n; ++t) {
    if (state[t] != PeriodState::kSold || state[t - 1] != PeriodState::kSold) continue;
    const double step = double{units[t]} - units[t - 1];
    squares += step * step;
    count += 1;
  }
  return count == 0 ? 0 : squares / static_cast<double>(count);
}

void learn_series(const Pool& pool, const Pooled& pooled, size_t i, View& view,
                  std::vector<double>& table, Lesson& lesson) {
  const Panel& panel = *pool.panel;
  lesson = {};
  if (!pool.eligible[i]) return;
  look(pool, i, pool.window, view);
  if (!view.seen) return;
  opinions(pool, view, pooled, table);
  const auto from = static_cast<size_t>(n_known(panel, i, pool.window));
  const auto to = static_cast<size_t>(n_known(panel, i, 0));
  for (size_t t = from; t < to; ++t) {
    if (panel.state_of(i)[t] != PeriodState::kSold) continue;
    const double units = panel.units_of(i)[t];
    for (size_t e = 0; e < pool.n_opinions; ++e) {
      lesson.likelihoods.push_back(table[e * pool.support + static_cast<size_t>(units)]);
    }
    lesson.sum += units;
    lesson.squares += units * units;
    lesson.periods += 1;
  }
  lesson.rates = view.rates;
  lesson.rates.push_back(pooled.rates[pool.n_decays / 2]);
  lesson.scale = scale_of(panel, i, from);
}

std::vector<Lesson> learn_all(const Pool& pool, ThreadPool& threads) {
  const Pooled pooled = pool_series(pool, pool.window, threads);
  const size_t n = pool.panel->n_series();
  const auto most = static_cast<size_t>(pool.options->series_max);
  const size_t stride = (n + most - 1) / most;
  std::vector<Lesson> lessons(stride == 0 ? 0 : (n + stride - 1) / stride);
  threads.parallel_for(lessons.size(), kBlock, [&](size_t begin, size_t end) {
    View view;
    std::vector<double> table;
    for (size_t k = begin; k < end; ++k) {
      learn_series(pool, pooled, k * stride, view, table, lessons[k]);
    }
  });
  return lessons;
}

/// The weights under which the lessons are likeliest.
std::vector<double> mixture_weights(const Pool& pool, std::span<const Lesson> lessons) {
  const size_t n = pool.n_opinions;
  std::vector<double> weights(n, 1.0 / static_cast<double>(n));
  std::vector<double> sums(n);
  for (int step = 0; step < pool.options->steps; ++step) {
    std::fill(sums.begin(), sums.end(), 0.0);
    for (const Lesson& lesson : lessons) {
      for (size_t at = 0; at < lesson.likelihoods.size(); at += n) {
        double total = 0;
        for (size_t e = 0; e < n; ++e) total += weights[e] * lesson.likelihoods[at + e];
        if (total <= 0) continue;
        for (size_t e = 0; e < n; ++e) sums[e] += weights[e] * lesson.likelihoods[at + e] / total;
      }
    }
    double total = 0;
    for (const double s : sums) total += s;
    if (total <= 0) break;
    for (size_t e = 0; e < n; ++e) weights[e] = sums[e] / total;
  }
  return weights;
}

/// Weights >= 0 of the rates with the least sum of scaled errors (roots), by reweighted least
/// squares: each series counts by one over its scale and over its error of the round before.
std::vector<double> mean_weights(std::span<const Lesson> lessons) {
  std::vector<double> weights;
  for (int round = 0; round < kReweightings; ++round) {
    std::vector<double> gram;
    std::vector<double> right;
    for (const Lesson& lesson : lessons) {
      if (lesson.periods == 0 || !(lesson.scale > 0)) continue;
      const size_t n = lesson.rates.size();
      gram.resize(n * n, 0.0);
      right.resize(n, 0.0);
      const double actual = lesson.sum / lesson.periods;
      double influence = 1 / lesson.scale;
      if (!weights.empty()) {
        double rate = 0;
        for (size_t d = 0; d < n; ++d) rate += weights[d] * lesson.rates[d];
        const double error = lesson.squares / lesson.periods - 2 * rate * actual + rate * rate;
        influence /= std::max(kScaledErrorMin, std::sqrt(std::max(0.0, error) / lesson.scale));
      }
      for (size_t a = 0; a < n; ++a) {
        right[a] += influence * lesson.rates[a] * actual;
        for (size_t b = 0; b < n; ++b) {
          gram[a * n + b] += influence * lesson.rates[a] * lesson.rates[b];
        }
      }
    }
    if (right.empty()) return {};
    weights = nonnegative_weights(gram, right);
  }
  return weights;
}

struct Moments {
  double first = 0;
  double second = 0;
};

Moments moments_of(std::span<const double> shares) {
  Moments out;
  for (size_t k = 0; k < shares.size(); ++k) {
    const double x = static_cast<double>(k);
    out.first += x * shares[k];
    out.second += x * x * shares[k];
  }
  return out;
}

/// Smallest counts whose shares sum to the probabilities; the last count where a tail was cut off.
void quantiles_of_shares(std::span<const double> shares, std::span<const double> probabilities,
                         std::span<float> quantiles) {
  size_t k = 0;
  double below = shares[0];
  for (size_t j = 0; j < probabilities.size(); ++j) {
    const double level = probabilities[j] * (1 - 1e-12);
    while (below < level && k + 1 < shares.size()) below += shares[++k];
    quantiles[j] = static_cast<float>(k);
  }
}

/// Mean and variance of what one series sold; a distribution of its own.
void answer_alone(const Panel& panel, size_t i, std::span<const double> probabilities,
                  std::span<float> quantiles, double& mean, double& variance) {
  double n = 0;
  double sum = 0;
  bool whole = true;
  const auto known = static_cast<size_t>(n_known(panel, i, 0));
  const auto units = panel.units_of(i).first(known);
  const auto state = panel.state_of(i).first(known);
  for (size_t t = 0; t < known; ++t) {
    if (state[t] != PeriodState::kSold) continue;
    const double x = std::max(0.0F, units[t]);
    n += 1;
    sum += x;
    whole = whole && x == std::floor(x);
  }
  mean = sum / n;
  double squares = 0;
  for (size_t t = 0; t < known; ++t) {
    if (state[t] != PeriodState::kSold) continue;
    const double step = std::max(0.0F, units[t]) - mean;
    squares += step * step;
  }
  variance = squares / std::max(1.0, n - 1);
  quantiles_of(whole ? DemandKind::kCounts : DemandKind::kContinuous, mean, variance, probabilities,
               quantiles);
}

/// The opinions that are shares, weighed: those of the series and the panel's.
void mix_shares(const Pool& pool, const Pooled& pooled, const View& view,
                std::span<const double> weights, std::vector<double>& shares) {
  shares.assign(pool.support, 0.0);
  for (size_t d = 0; d < pool.n_decays; ++d) {
    const double* own = view.shares.data() + d * pool.support;
    for (size_t k = 0; k < pool.support; ++k) shares[k] += weights[d] * own[k];
  }
  for (size_t k = 0; k < pool.support; ++k) {
    shares[k] += weights[pool.n_decays] * pooled.shares[k];
  }
}

void answer(const Pool& pool, const Pooled& pooled, size_t i, std::span<const double> probabilities,
            View& view, std::vector<double>& shares, PooledCountsTable& out) {
  const auto quantiles =
      std::span(out.quantiles).subspan(i * probabilities.size(), probabilities.size());
  std::string& reason = out.fallback_reason[i];
  reason.clear();
  if (!pool.eligible[i]) {
    answer_alone(*pool.panel, i, probabilities, quantiles, out.mean[i], out.variance[i]);
    reason.assign("not a count up to units_max: a distribution of its own");
    return;
  }
  look(pool, i, 0, view);
  if (!view.seen) {
    shares = pooled.shares;
    reason.assign("no period with known demand: what the panel sold");
  } else {
    mix_shares(pool, pooled, view, out.weights, shares);
  }
  Moments moments = moments_of(shares);
  for (size_t s = 0; s < std::size(kShapes) && view.seen; ++s) {
    // Moments of the whole distribution, whose tail has no place in `shares`.
    const double factor = out.weights[pool.n_decays + 1 + s];
    const double m = shrunk_rate(pool, view, pooled, s);
    add_negative_binomial(pool, view, pooled, s, factor, shares);
    moments.first += factor * m;
    moments.second += factor * (m + m * m * (1 + 1 / kShapes[s]));
  }
  quantiles_of_shares(shares, probabilities, quantiles);
  out.mean[i] = moments.first;
  out.variance[i] = std::max(0.0, moments.second - moments.first * moments.first);
  if (!view.seen) return;
  if (out.mean_weights.empty()) return;
  out.mean[i] = out.mean_weights.back() * pooled.rates[pool.n_decays / 2];
  for (size_t d = 0; d < pool.n_decays; ++d) out.mean[i] += out.mean_weights[d] * view.rates[d];
}

/// Which series are counts up to units_max, and how many counts need a place.
void survey(Pool& pool) {
  const Panel& panel = *pool.panel;
  int32_t longest = 0;
  float most = 0;
  pool.eligible.assign(panel.n_series(), 1);
  for (size_t i = 0; i < panel.n_series(); ++i) {
    const auto n = static_cast<size_t>(n_known(panel, i, 0));
    float own = 0;
    for (size_t t = 0; t < n; ++t) {
      if (panel.state_of(i)[t] != PeriodState::kSold) continue;
      const float units = panel.units_of(i)[t];
      if (!(units >= 0) || units != std::floor(units) ||
          units > static_cast<float>(pool.options->units_max)) {
        pool.eligible[i] = 0;
        break;
      }
      own = std::max(own, units);
    }
    if (pool.eligible[i]) most = std::max(most, own);
    longest = std::max(longest, static_cast<int32_t>(n));
  }
  pool.support = 4 * static_cast<size_t>(most) + 64;  // room for the tails
  for (size_t d = 0; d < pool.n_decays; ++d) {
    std::vector<double> powers(static_cast<size_t>(longest) + 1, 1.0);
    for (size_t a = 1; a < powers.size(); ++a) powers[a] = powers[a - 1] * pool.options->decays[d];
    pool.powers.push_back(std::move(powers));
  }
}

}  // namespace

Status pooled_counts(const Panel& panel, const PooledCountsOptions& options,
                     std::span<const double> probabilities, ThreadPool& threads,
                     PooledCountsTable& table) {
  RESTOCK_TRY(check(options, probabilities));
  Pool pool{.panel = &panel,
            .options = &options,
            .n_decays = options.decays.size(),
            .n_opinions = options.decays.size() + 1 + std::size(kShapes),
            .support = 1,
            .window = options.window > 0 ? options.window : std::max(1, panel.horizon),
            .powers = {},
            .eligible = {}};
  survey(pool);
  {
    const std::vector<Lesson> lessons = learn_all(pool, threads);
    table.weights = mixture_weights(pool, lessons);
    table.mean_weights.clear();
    if (options.mean == PooledMean::kScaledError) table.mean_weights = mean_weights(lessons);
  }
  const Pooled pooled = pool_series(pool, 0, threads);
  const size_t n = panel.n_series();
  table.mean.resize(n);
  table.variance.resize(n);
  table.quantiles.resize(n * probabilities.size());
  table.fallback_reason.resize(n);
  threads.parallel_for(n, kBlock, [&](size_t begin, size_t end) {
    View view;
    std::vector<double> shares;
    for (size_t i = begin; i < end; ++i) {
      answer(pool, pooled, i, probabilities, view, shares, table);
    }
  });
  return {};
}

}  // namespace restock
