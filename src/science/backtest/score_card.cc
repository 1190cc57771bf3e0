#include "science/backtest/score_card.h"

#include <algorithm>

namespace restock {
namespace {

constexpr size_t kSeriesPerBlock = 256;
constexpr int32_t kBucketsMost = 4;

}  // namespace

HorizonBuckets HorizonBuckets::of(int32_t horizon, int32_t first_step) {
  return {horizon, (horizon + kBucketsMost - 1) / kBucketsMost, first_step};
}

std::string HorizonBuckets::label(size_t bucket) const {
  const int32_t first = static_cast<int32_t>(bucket) * length;
  const int32_t last = std::min(horizon, first + length);
  const std::string begin = std::to_string(first_step + first + 1);
  return last == first + 1 ? begin : begin + "-" + std::to_string(first_step + last);
}

ScoreCard::ScoreCard(const HorizonBuckets& buckets, size_t n_probabilities, size_t n_levels)
    : buckets_(buckets),
      none_(n_probabilities, n_levels),
      all_(none_),
      horizon_(buckets.size(), none_),
      volume_(kVolumeClassNames.size(), none_),
      pattern_(kDemandPatternNames.size(), none_) {}

void ScoreCard::add_one(const Panel& actuals, const ForecastView& forecast, const NaiveScale& scale,
                        const SeriesClasses& classes, const ScoringOptions& options, size_t series,
                        ErrorSums& scratch) {
  scratch.clear();
  scratch.add_series(actuals, forecast, &scale, options, series, 0, forecast.horizon);
  all_.add(scratch);
  volume_[static_cast<size_t>(classes.volume[series])].add(scratch);
  pattern_[static_cast<size_t>(classes.pattern[series])].add(scratch);
  for (size_t b = 0; b < horizon_.size(); ++b) {
    const int32_t first = static_cast<int32_t>(b) * buckets_.length;
    horizon_[b].add_series(actuals, forecast, &scale, options, series, first,
                           std::min(forecast.horizon, first + buckets_.length));
  }
}

void ScoreCard::add_window(const Panel& actuals, const ForecastView& forecast,
                           const NaiveScale& scale, const SeriesClasses& classes,
                           const ScoringOptions& options, ThreadPool& pool) {
  const size_t n = actuals.n_series();
  ScoreCard empty = *this;
  for (auto* sums : {&empty.horizon_, &empty.volume_, &empty.pattern_})
    std::fill(sums->begin(), sums->end(), none_);
  empty.all_ = none_;
  std::vector<ScoreCard> parts((n + kSeriesPerBlock - 1) / kSeriesPerBlock, empty);
  pool.parallel_for(n, kSeriesPerBlock, [&](size_t begin, size_t end) {
    ErrorSums scratch = none_;
    for (size_t i = begin; i < end; ++i) {
      parts[begin / kSeriesPerBlock].add_one(actuals, forecast, scale, classes, options, i,
                                             scratch);
    }
  });
  for (const ScoreCard& part : parts) add(part);
}

void ScoreCard::add(const ScoreCard& other) {
  all_.add(other.all_);
  for (size_t k = 0; k < horizon_.size(); ++k) horizon_[k].add(other.horizon_[k]);
  for (size_t k = 0; k < volume_.size(); ++k) volume_[k].add(other.volume_[k]);
  for (size_t k = 0; k < pattern_.size(); ++k) pattern_[k].add(other.pattern_[k]);
}

Metrics ScoreCard::overall(std::span<const double> probabilities,
                           const ScoringOptions& options) const {
  return all_.metrics(probabilities, options);
}

std::vector<SegmentMetrics> ScoreCard::segments(std::span<const double> probabilities,
                                                const ScoringOptions& options) const {
  std::vector<SegmentMetrics> out;
  const auto add = [&](const char* dimension, std::string name, const ErrorSums& sums) {
    if (sums.scored() > 0)
      out.push_back({dimension, std::move(name), sums.metrics(probabilities, options)});
  };
  for (size_t k = 0; k < horizon_.size(); ++k) add("horizon", buckets_.label(k), horizon_[k]);
  for (size_t k = 0; k < volume_.size(); ++k)
    add("volume", std::string(kVolumeClassNames[k]), volume_[k]);
  for (size_t k = 0; k < pattern_.size(); ++k)
    add("pattern", std::string(kDemandPatternNames[k]), pattern_[k]);
  return out;
}

}  // namespace restock
