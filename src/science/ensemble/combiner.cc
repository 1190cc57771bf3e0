#include "science/ensemble/combiner.h"

#include <algorithm>
#include <cmath>

#include "foundation/base/assert.h"
#include "science/evaluation/forecast_view.h"

namespace restock {
namespace {

constexpr size_t kPatterns = kDemandPatternNames.size();
constexpr size_t kGroups = kVolumeClassNames.size() * kPatterns;
constexpr size_t kSeriesPerBlock = 512;
/// Series of a group that the errors of all series count for.
constexpr int64_t kPooledSeries = 30;

}  // namespace

Combiner::Combiner(const Panel& panel, const SeriesClasses& classes,
                   std::vector<double> squared_scale, size_t n_members, double prior)
    : panel_(panel),
      classes_(classes),
      squared_scale_(std::move(squared_scale)),
      n_members_(n_members),
      prior_(prior),
      products_(kGroups, ErrorProducts(n_members)),
      evidence_(kGroups, ErrorProducts(n_members)),
      weights_(kGroups, combination_weights(ErrorProducts(n_members), prior)) {}

size_t Combiner::group_of(size_t series) const {
  return static_cast<size_t>(classes_.volume[series]) * kPatterns +
         static_cast<size_t>(classes_.pattern[series]);
}

void Combiner::take_in(const Remembered& from, int32_t steps, ThreadPool& pool) {
  const MemberWindow& window = from.window;
  RESTOCK_ASSERT(window.means.size() == n_members_);
  const size_t n = panel_.n_series();
  using Groups = std::vector<ErrorProducts>;
  std::vector<Groups> parts((n + kSeriesPerBlock - 1) / kSeriesPerBlock,
                            Groups(kGroups, ErrorProducts(n_members_)));
  pool.parallel_for(n, kSeriesPerBlock, [&](size_t begin, size_t end) {
    Groups& groups = parts[begin / kSeriesPerBlock];
    std::vector<double> errors(n_members_);
    for (size_t i = begin; i < end; ++i) {
      if (squared_scale_[i] <= 0) continue;
      ErrorProducts& group = groups[group_of(i)];
      const double scale = std::sqrt(squared_scale_[i]);
      bool any = false;
      for (int32_t h = from.learnt; h < steps; ++h) {
        const auto actual = scored_actual(panel_, i, window.origin + 1 + h);
        if (!actual) continue;
        const size_t at = i * static_cast<size_t>(window.horizon) + static_cast<size_t>(h);
        for (size_t m = 0; m < n_members_; ++m) errors[m] = (window.means[m][at] - *actual) / scale;
        group.add(errors);
        any = true;
      }
      // A window counts when it begins; its later steps say little that is new.
      group.series += any && from.learnt == 0 ? 1 : 0;
    }
  });
  for (const Groups& part : parts) {
    for (size_t g = 0; g < kGroups; ++g) products_[g].add(part[g]);
  }
}

void Combiner::learn_until(Period known, ThreadPool& pool) {
  for (Remembered& from : windows_) {
    const int32_t steps = std::clamp(known - from.window.origin, 0, from.window.horizon);
    if (steps <= from.learnt) continue;
    take_in(from, steps, pool);
    from.learnt = steps;
  }
  while (!windows_.empty() && windows_.front().learnt == windows_.front().window.horizon)
    windows_.pop_front();
  weigh();
}

void Combiner::weigh() {
  ErrorProducts all(n_members_);
  for (const ErrorProducts& group : products_) all.add(group);
  if (all.series == 0) return;
  // Every group starts from what all series say, worth kPooledSeries of its own.
  const double share = static_cast<double>(kPooledSeries) / static_cast<double>(all.series);
  for (double& sum : all.sums) sum *= share;
  all.series = kPooledSeries;
  for (size_t g = 0; g < kGroups; ++g) {
    evidence_[g] = products_[g];
    evidence_[g].add(all);
    weights_[g] = combination_weights(evidence_[g], prior_);
  }
}

std::vector<double> Combiner::combine(const MemberWindow& window) const {
  const auto horizon = static_cast<size_t>(window.horizon);
  std::vector<double> out(panel_.n_series() * horizon, 0);
  for (size_t i = 0; i < panel_.n_series(); ++i) {
    const std::vector<double>& weights = weights_[group_of(i)];
    for (size_t m = 0; m < n_members_; ++m) {
      if (weights[m] == 0) continue;
      for (size_t at = i * horizon; at < (i + 1) * horizon; ++at)
        out[at] += weights[m] * window.means[m][at];
    }
  }
  return out;
}

std::vector<double> Combiner::select(const MemberWindow& window) const {
  const auto horizon = static_cast<size_t>(window.horizon);
  std::vector<double> out(panel_.n_series() * horizon);
  for (size_t i = 0; i < panel_.n_series(); ++i) {
    const auto& mean = window.means[best_member(evidence_[group_of(i)])];
    std::copy_n(mean.begin() + static_cast<std::ptrdiff_t>(i * horizon), horizon,
                out.begin() + static_cast<std::ptrdiff_t>(i * horizon));
  }
  return out;
}

std::vector<GroupWeights> Combiner::groups() const {
  std::vector<int64_t> series(kGroups, 0);
  for (size_t i = 0; i < panel_.n_series(); ++i) ++series[group_of(i)];
  std::vector<GroupWeights> out;
  for (size_t g = 0; g < kGroups; ++g) {
    if (series[g] == 0) continue;
    out.push_back({std::string(kVolumeClassNames[g / kPatterns]),
                   std::string(kDemandPatternNames[g % kPatterns]), series[g], weights_[g],
                   best_member(evidence_[g])});
  }
  return out;
}

}  // namespace restock
