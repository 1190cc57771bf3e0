#include "science/forecast/explanation.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "foundation/base/assert.h"
#include "science/forecast/global_model.h"

namespace restock {
namespace {

/// Float sums of a few hundred leaves differ by less; more would be a contribution that is not of
/// this row.
constexpr double kSumTolerance = 1e-3;
constexpr double kUnitTolerance = 1e-6;

}  // namespace

std::vector<KindEffect> ForecastExplanation::by_kind() const {
  if (is_zero()) return {};
  std::array<bool, kFeatureKinds> present{};
  std::array<double, kFeatureKinds> sums{};
  for (const FeatureEffect& effect : effects) {
    const auto k = static_cast<size_t>(effect.kind);
    present[k] = true;
    sums[k] += effect.contribution;
  }
  std::vector<KindEffect> out;
  for (size_t k = 0; k < kFeatureKinds; ++k) {
    KindEffect effect{static_cast<FeatureKind>(k), 1, additive ? sums[k] : std::exp(sums[k])};
    const ProfileFactors& f = baseline.factors;
    if (effect.kind == FeatureKind::kTrend) effect.profile = baseline.pooled_trend;
    if (effect.kind == FeatureKind::kSlot) effect.profile = static_cast<double>(f.slot);
    if (effect.kind == FeatureKind::kSeason) effect.profile = static_cast<double>(f.season);
    if (effect.kind == FeatureKind::kHoliday) effect.profile = static_cast<double>(f.holiday);
    if (effect.kind == FeatureKind::kPromotion) effect.profile = static_cast<double>(f.promotion);
    if (present[k] || effect.profile != 1) out.push_back(effect);
  }
  return out;
}

Result<ForecastExplanation> GlobalModel::explain(const Panel& panel, Period origin, int32_t horizon,
                                                 SeriesStep at, ThreadPool& pool) const {
  RESTOCK_ASSERT(at.series < panel.n_series());
  RESTOCK_ASSERT(at.step >= 0 && at.step < horizon);
  RESTOCK_TRY(const MeanForecast forecast, predict(panel, origin, horizon, pool));
  const size_t i = at.series;
  ForecastExplanation out;
  out.origin = origin;
  out.period = origin + 1 + at.step;
  out.mean = forecast.mean[i * static_cast<size_t>(horizon) + static_cast<size_t>(at.step)];
  out.source = forecast.source[i];
  out.reason = forecast.fallback_reason[i];
  if (out.period < panel.start[i]) {
    out.source = ForecastSource::kNone;
    out.reason = "the series begins on " + panel.axis.label(panel.start[i]);
  } else if (!panel.closed.empty() &&
             panel.closed[static_cast<size_t>(panel.at(i, out.period))] != 0) {
    out.source = ForecastSource::kNone;
    out.reason = "closed or not on sale, as planned";
  }
  if (out.is_zero()) return out;
  const size_t c = calendar_.at(out.period);
  if (calendar_.holiday[c] >= 0)
    out.holiday = calendar_.holiday_names[static_cast<size_t>(calendar_.holiday[c])];
  if (out.source == ForecastSource::kPeers) {
    out.baseline.factors = profile_.factors(panel, calendar_, i, panel.at(i, out.period), c);
    out.baseline.own_level = 1;
    out.baseline.own_level = out.mean / out.baseline.mean();
    return out;
  }
  out.additive = !scale_of(&LearnerSet::means).log_link;
  out.target_transform = options_.target_transform;
  out.recursive = options_.mode == ForecastMode::kRecursive;
  if (options_.mode == ForecastMode::kMixed)
    RESTOCK_TRY(explain_mix(panel, horizon, at, pool, out));
  RESTOCK_TRY(explain_row(panel, at, pool, out));
  return out;
}

Status GlobalModel::explain_mix(const Panel& panel, int32_t horizon, SeriesStep at,
                                ThreadPool& pool, ForecastExplanation& out) const {
  const ForecastPart part{{at.series}, {at.step, at.step + 1}};
  RESTOCK_TRY(const auto direct, predict_steps(&LearnerSet::means, panel, out.origin, part, pool));
  RESTOCK_TRY(const auto recursive, predict_recursive(panel, out.origin, horizon, pool));
  out.mixed = MixedMean{
      mixed_weights_.at(at.step), std::max(0.0, static_cast<double>(direct.front())),
      recursive.mean[at.series * static_cast<size_t>(horizon) + static_cast<size_t>(at.step)]};
  return {};
}

Status GlobalModel::explain_row(const Panel& panel, SeriesStep at, ThreadPool& pool,
                                ForecastExplanation& out) const {
  const Period origin = out.origin;
  RESTOCK_TRY(const Profile profile, profile_at(panel, origin, pool));
  const FeatureContext context{panel, calendar_, profile, rule_,
                               FeatureWindows::of(panel.axis.frequency)};
  const auto groupings = groupings_by(panel, grouping_names_);
  const FeatureSet features(context, groupings, ranks_at(panel, origin));
  std::vector<float> row(features.size());
  const auto fill = [&](const SeriesState& state, const PooledStatistics& pooled, Period from) {
    features.fill(state, pooled, from, out.period, row);
    out.baseline = features.baseline_parts(state, pooled, from, out.period);
  };
  if (options_.mode == ForecastMode::kRecursive) {
    RESTOCK_TRY(const auto states, states_before(panel, profile, origin, at.step, pool));
    fill(states[at.series],
         pool_statistics_of(states, context.windows, rule_, out.period - 1, groupings),
         out.period - 1);
  } else {
    SeriesState state;
    state.load(panel, calendar_, profile, at.series, origin);
    fill(state, pool_statistics(panel, calendar_, profile, rule_, origin, origin, groupings, pool),
         origin);
  }
  std::vector<float> shares(features.size() + 1);
  const Learner& learner = sets_[set_of_[at.series]].means;
  RESTOCK_TRY(learner.trees->contributions(row, 1, shares));
  const TargetScale scale = scale_of(&LearnerSet::means);
  const double baseline = out.baseline.mean();
  const double mean = out.explained_mean();
  const double margin = scale.margin(baseline);
  double sum = 0;
  out.effects.reserve(features.size());
  for (size_t f = 0; f < features.size(); ++f) {
    out.effects.push_back({features.names()[f], features.kinds()[f], static_cast<double>(row[f]),
                           static_cast<double>(shares[f])});
    sum += out.effects.back().contribution;
  }
  out.bias = static_cast<double>(shares.back());
  const double output = margin + sum + out.bias;
  const double said = scale.transform == TargetTransform::kNone && scale.log_link
                          ? std::exp(output)
                          : scale.mean(output, baseline, learner.smearing);
  if (std::abs(said - mean) > kSumTolerance * std::max(mean, said) + kUnitTolerance) {
    return Error{
        Code::kInternal,
        fmt::format("contributions of {} and a bias of {} do not add up to the forecast {} "
                    "over the baseline {}",
                    sum, out.bias, mean, baseline),
        ""};
  }
  // A mean of zero is a sum below zero that was cut off: there is nothing to share the rest with.
  if (out.additive && mean == 0) return {};
  if (out.target_transform != TargetTransform::kNone) {
    // Units a step on the scale is worth, on the way from the baseline to the output.
    const double moved = sum + out.bias;
    const double before = scale.mean(margin, baseline, {}),
                 after = scale.mean(output, baseline, {});
    const double slope = std::abs(moved) > kUnitTolerance ? (after - before) / moved : 0;
    for (FeatureEffect& effect : out.effects) effect.contribution *= slope;
    sum *= slope;
  }
  out.bias = (out.additive ? mean - baseline : std::log(mean / baseline)) - sum;
  return {};
}

Result<std::vector<SeriesState>> GlobalModel::states_before(const Panel& panel,
                                                            const Profile& profile, Period origin,
                                                            int32_t step, ThreadPool& pool) const {
  MeanForecast known;
  if (step > 0) {
    RESTOCK_TRY(known, predict_recursive(panel, origin, step, pool));
  }
  std::vector<SeriesState> states(panel.n_series());
  pool.parallel_for(states.size(), 8, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      states[i].load(panel, calendar_, profile, i, origin);
      for (int32_t h = 0; h < step; ++h) {
        const Period target = origin + 1 + h;
        if (target == panel.start[i])
          states[i].append(panel, calendar_, profile, 0, PeriodState::kMissing);
        if (target <= panel.start[i]) continue;
        const bool closed =
            !panel.closed.empty() && panel.closed[static_cast<size_t>(panel.at(i, target))] != 0;
        const double mean = known.mean[i * static_cast<size_t>(step) + static_cast<size_t>(h)];
        states[i].append(panel, calendar_, profile, static_cast<float>(mean),
                         closed ? PeriodState::kNotForSale : PeriodState::kSold);
      }
    }
  });
  return states;
}

}  // namespace restock
