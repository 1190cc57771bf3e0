#include "science/ensemble/ensemble.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "foundation/base/assert.h"
#include "science/evaluation/forecast_view.h"
#include "science/evaluation/naive_scale.h"

namespace restock {
namespace {

constexpr size_t kPatterns = Ensemble::kPatterns;
constexpr size_t kHalves = 2;
constexpr size_t kSeriesPerBlock = 64;
constexpr std::string_view kMagic = "RESTOCKEN1";
constexpr uint32_t kMembersMost = 64;
constexpr uint32_t kNameMost = 256;

/// Which half of the series one belongs to: every other one of a fixed shuffle, so that neighbours
/// in the order of keys are not always apart.
size_t half_of(size_t series) {
  uint64_t x = static_cast<uint64_t>(series) + 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return (x >> 31) % kHalves;
}

/// What a window tells of each series: error products, n_series x members^2, and whether any.
struct SeriesProducts {
  std::vector<double> sums;
  std::vector<int64_t> windows;
};

class Learner {
 public:
  Learner(const Panel& panel, std::span<const MemberWindow> windows, size_t n_members,
          const EnsembleOptions& options, ThreadPool& pool)
      : panel_(panel),
        windows_(windows),
        m_(n_members),
        options_(options),
        pool_(pool),
        classes_(class_series(panel, windows.back().origin, panel.axis.year_season(), pool)) {
    products_.sums.assign(panel.n_series() * m_ * m_, 0);
    products_.windows.assign(panel.n_series(), 0);
    for (const MemberWindow& window : windows) take_in(window);
  }

  LearntEnsemble learn(std::vector<std::string> members) const {
    std::array<Ensemble::Weights, kHalves> of_other;
    for (size_t half = 0; half < kHalves; ++half) of_other[half] = weigh(1 - half);
    LearntEnsemble out{
        Ensemble(std::move(members), weigh(std::nullopt)), gain(of_other), false, {}};
    out.pays = out.gain.percent >= options_.gain_percent_least &&
               out.gain.standard_errors >= options_.standard_errors_least;
    out.cross_fitted = cross_fitted(of_other, out.ensemble.members());
    return out;
  }

 private:
  void take_in(const MemberWindow& window);
  /// What brings each member's total in a window towards that of the actuals.
  [[nodiscard]] std::vector<double> level_factors(const MemberWindow& window) const;
  [[nodiscard]] Ensemble::Weights weigh(std::optional<size_t> half) const;
  [[nodiscard]] EnsembleGain gain(const std::array<Ensemble::Weights, kHalves>& of_other) const;
  [[nodiscard]] std::vector<double> cross_fitted(
      const std::array<Ensemble::Weights, kHalves>& of_other,
      const std::vector<std::string>& members) const;
  [[nodiscard]] size_t pattern_of(size_t series) const {
    return static_cast<size_t>(classes_.pattern[series]);
  }
  [[nodiscard]] std::span<const double> products_of(size_t series) const {
    return std::span(products_.sums).subspan(series * m_ * m_, m_ * m_);
  }

  const Panel& panel_;
  std::span<const MemberWindow> windows_;
  size_t m_;
  const EnsembleOptions& options_;
  ThreadPool& pool_;
  SeriesClasses classes_;
  SeriesProducts products_;
};

/// Call visit(index of the forecast, actual) for each period of a series that counts.
template <typename Visit>
void visit_known(const Panel& panel, const MemberWindow& window, size_t series,
                 const Visit& visit) {
  for (int32_t h = 0; h < window.horizon; ++h) {
    const auto actual = scored_actual(panel, series, window.origin + 1 + h);
    if (actual)
      visit(series * static_cast<size_t>(window.horizon) + static_cast<size_t>(h), *actual);
  }
}

bool answers_alone(const MemberWindow& window, size_t series) {
  return !window.alone.empty() && window.alone[series] != 0;
}

std::vector<double> Learner::level_factors(const MemberWindow& window) const {
  std::vector<double> totals(m_, 0), factors(m_, 1);
  double actuals = 0;
  for (size_t i = 0; i < panel_.n_series(); ++i) {
    if (answers_alone(window, i)) continue;
    visit_known(panel_, window, i, [&](size_t at, double actual) {
      actuals += actual;
      for (size_t m = 0; m < m_; ++m) totals[m] += window.means[m][at];
    });
  }
  for (size_t m = 0; m < m_; ++m) {
    if (totals[m] > 0 && actuals > 0)
      factors[m] = std::pow(actuals / totals[m], options_.level_share);
  }
  return factors;
}

void Learner::take_in(const MemberWindow& window) {
  const std::vector<double> squared =
      naive_scale(panel_, window.origin, panel_.axis.short_season(), pool_).squared;
  const std::vector<double> factors = level_factors(window);
  pool_.parallel_for(panel_.n_series(), kSeriesPerBlock, [&](size_t begin, size_t end) {
    std::vector<double> errors(m_);
    for (size_t i = begin; i < end; ++i) {
      if (squared[i] <= 0 || answers_alone(window, i)) continue;
      bool any = false;
      visit_known(panel_, window, i, [&](size_t at, double actual) {
        any = true;
        for (size_t m = 0; m < m_; ++m) errors[m] = factors[m] * window.means[m][at] - actual;
        for (size_t a = 0; a < m_; ++a) {
          for (size_t b = 0; b < m_; ++b)
            products_.sums[(i * m_ + a) * m_ + b] += errors[a] * errors[b] / squared[i];
        }
      });
      products_.windows[i] += any ? 1 : 0;
    }
  });
}

/// Weights from all series, or from one half of them.
Ensemble::Weights Learner::weigh(std::optional<size_t> half) const {
  std::vector<ErrorProducts> evidence(kPatterns, ErrorProducts(m_));
  ErrorProducts all(m_);
  for (size_t i = 0; i < panel_.n_series(); ++i) {
    if (products_.windows[i] == 0 || (half && half_of(i) != *half)) continue;
    const auto own = products_of(i);
    ErrorProducts& group = evidence[pattern_of(i)];
    for (size_t k = 0; k < own.size(); ++k) group.sums[k] += own[k];
    group.series += products_.windows[i];
  }
  for (const ErrorProducts& group : evidence) all.add(group);
  if (all.series > options_.pooled_series) {
    const double share =
        static_cast<double>(options_.pooled_series) / static_cast<double>(all.series);
    for (double& sum : all.sums) sum *= share;
    all.series = options_.pooled_series;
  }
  std::vector<double> first_alone(m_, 0);
  first_alone[0] = 1;
  Ensemble::Weights out;
  for (size_t p = 0; p < kPatterns; ++p) {
    out[p].series = evidence[p].series;
    evidence[p].add(all);
    out[p].weights = combination_weights(evidence[p], options_.prior, first_alone);
  }
  return out;
}

/// The squared error of a weighted series: w' E w.
double weighted_error(std::span<const double> products, const std::vector<double>& w) {
  double sum = 0;
  for (size_t a = 0; a < w.size(); ++a) {
    for (size_t b = 0; b < w.size(); ++b) sum += w[a] * w[b] * products[a * w.size() + b];
  }
  return sum;
}

EnsembleGain Learner::gain(const std::array<Ensemble::Weights, kHalves>& of_other) const {
  double first = 0, saved = 0, squares = 0;
  int64_t n = 0;
  for (size_t i = 0; i < panel_.n_series(); ++i) {
    if (products_.windows[i] == 0) continue;
    const auto own = products_of(i);
    const double less = own[0] - weighted_error(own, of_other[half_of(i)][pattern_of(i)].weights);
    first += own[0];
    saved += less;
    squares += less * less;
    n += 1;
  }
  if (n < 2 || first <= 0) return {};
  const double deviation =
      std::sqrt(std::max(0.0, squares - saved * saved / static_cast<double>(n)));
  return {100 * saved / first, deviation > 0 ? saved / deviation : 0};
}

std::vector<double> Learner::cross_fitted(const std::array<Ensemble::Weights, kHalves>& of_other,
                                          const std::vector<std::string>& members) const {
  const MemberWindow& window = windows_.back();
  const auto horizon = static_cast<size_t>(window.horizon);
  std::vector<double> out;
  for (size_t half = 0; half < kHalves; ++half) {
    const auto mean = Ensemble(members, of_other[half]).combine(panel_, window, pool_);
    if (half == 0) out.resize(mean.size());
    for (size_t i = 0; i < panel_.n_series(); ++i) {
      if (half_of(i) != half) continue;
      std::copy_n(mean.begin() + static_cast<std::ptrdiff_t>(i * horizon), horizon,
                  out.begin() + static_cast<std::ptrdiff_t>(i * horizon));
    }
  }
  return out;
}

/// Reads what `save_bytes` wrote; every read says whether there was enough.
struct Reader {
  std::string_view left;

  template <typename T>
  bool take(T& value) {
    if (left.size() < sizeof(T)) return false;
    std::copy_n(left.begin(), sizeof(T), reinterpret_cast<char*>(&value));
    left.remove_prefix(sizeof(T));
    return true;
  }
  bool take(std::string& text, uint32_t length) {
    if (left.size() < length) return false;
    text = left.substr(0, length);
    left.remove_prefix(length);
    return true;
  }
};

bool are_shares(const std::vector<double>& weights) {
  double sum = 0;
  for (const double w : weights) {
    if (!(w >= 0)) return false;
    sum += w;
  }
  return std::abs(sum - 1) < 1e-9;
}

Error not_an_ensemble(const std::string& why) {
  return {Code::kInvalidData, "not the weights of an ensemble: " + why,
          "take the file that a run wrote beside its model, or run again"};
}

}  // namespace

Ensemble::Ensemble(std::vector<std::string> members, Weights weights)
    : members_(std::move(members)), weights_(std::move(weights)) {
  RESTOCK_ASSERT(!members_.empty());
  for (const PatternWeights& pattern : weights_)
    RESTOCK_ASSERT(pattern.weights.size() == members_.size());
}

bool Ensemble::needed(size_t member) const {
  RESTOCK_ASSERT(member < members_.size());
  return member == 0 || std::any_of(weights_.begin(), weights_.end(), [&](const auto& pattern) {
           return pattern.weights[member] > 0;
         });
}

std::vector<double> Ensemble::combine(const Panel& panel, const MemberWindow& window,
                                      ThreadPool& pool) const {
  const size_t n = panel.n_series();
  const auto horizon = static_cast<size_t>(window.horizon);
  RESTOCK_ASSERT(window.means.size() == members_.size());
  for (size_t m = 0; m < members_.size(); ++m)
    RESTOCK_ASSERT(window.means[m].size() == n * horizon || !needed(m));
  const auto pattern = class_series(panel, window.origin, panel.axis.year_season(), pool).pattern;
  std::vector<double> out(window.means[0]);
  pool.parallel_for(n, kSeriesPerBlock, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      if (answers_alone(window, i)) continue;
      const std::vector<double>& w = of(pattern[i]).weights;
      for (size_t at = i * horizon; at < (i + 1) * horizon; ++at) {
        if (out[at] == 0) continue;
        double sum = 0;
        for (size_t m = 0; m < w.size(); ++m) sum += w[m] > 0 ? w[m] * window.means[m][at] : 0;
        out[at] = sum;
      }
    }
  });
  return out;
}

std::string Ensemble::save_bytes() const {
  std::string out(kMagic);
  const auto put = [&out](const auto& value) {
    out.append(reinterpret_cast<const char*>(&value), sizeof(value));
  };
  put(static_cast<uint32_t>(members_.size()));
  for (const std::string& name : members_) {
    put(static_cast<uint32_t>(name.size()));
    out += name;
  }
  for (const PatternWeights& pattern : weights_) {
    put(pattern.series);
    for (const double w : pattern.weights) put(w);
  }
  return out;
}

Result<Ensemble> Ensemble::load_bytes(std::string_view bytes) {
  if (!bytes.starts_with(kMagic)) return not_an_ensemble("it does not begin with RESTOCKEN1");
  Reader reader{bytes.substr(kMagic.size())};
  uint32_t n = 0;
  if (!reader.take(n)) return not_an_ensemble("it is cut short");
  if (n < 1 || n > kMembersMost) {
    return not_an_ensemble("it has " + std::to_string(n) + " members; 1 to " +
                           std::to_string(kMembersMost) + " are allowed");
  }
  std::vector<std::string> members(n);
  for (std::string& name : members) {
    uint32_t length = 0;
    if (!reader.take(length) || length > kNameMost || !reader.take(name, length))
      return not_an_ensemble("it is cut short");
  }
  Weights weights;
  for (PatternWeights& pattern : weights) {
    bool whole = reader.take(pattern.series);
    pattern.weights.resize(n);
    for (double& w : pattern.weights) whole = whole && reader.take(w);
    if (!whole) return not_an_ensemble("it is cut short");
    if (!are_shares(pattern.weights)) return not_an_ensemble("its weights do not sum to 1");
  }
  if (!reader.left.empty()) return not_an_ensemble("something follows its end");
  return Ensemble(std::move(members), std::move(weights));
}

Result<LearntEnsemble> learn_ensemble(const Panel& panel, std::vector<std::string> members,
                                      std::span<const MemberWindow> windows,
                                      const EnsembleOptions& options, ThreadPool& pool) {
  if (windows.empty() || members.empty()) {
    return Error{Code::kInvalidArgument,
                 "an ensemble is learnt from at least one window and one member, got " +
                     std::to_string(windows.size()) + " and " + std::to_string(members.size()),
                 ""};
  }
  for (const MemberWindow& window : windows) {
    const size_t cells = panel.n_series() * static_cast<size_t>(std::max(0, window.horizon));
    const bool right =
        window.means.size() == members.size() &&
        std::all_of(window.means.begin(), window.means.end(),
                    [&](const std::vector<double>& mean) { return mean.size() == cells; });
    if (!right) {
      return Error{Code::kInvalidArgument,
                   "a window needs a mean of " + std::to_string(cells) + " values for each of " +
                       std::to_string(members.size()) + " members",
                   "give n_series x horizon values a member"};
    }
  }
  const size_t n_members = members.size();
  return Learner(panel, windows, n_members, options, pool).learn(std::move(members));
}

}  // namespace restock
