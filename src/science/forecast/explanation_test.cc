#include "science/forecast/explanation.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "science/features/synthetic_panel.h"
#include "science/forecast/global_model.h"

namespace restock {
namespace {

GlobalModelOptions small_options() {
  GlobalModelOptions options;
  options.horizon = 14;
  options.trees_max = 60;
  return options;
}

/// A panel in which something of every kind happens: promotions, prices, a holiday, groups.
struct World {
  Panel panel = synthetic_panel({.days = 800, .promotions = true, .prices = true});
  GlobalModelOptions options = small_options();
  ThreadPool pool{2};

  World() {
    for (int year = 2020; year < 2024; ++year)
      options.holidays.push_back({Date::of(year, 3, 20), "Founders' Day"});
    for (size_t at = 0; at < panel.price.size(); ++at)
      panel.price[at] *= mix(11, at, 0) % 5 == 0 ? 0.9F : 1.0F;
  }
  [[nodiscard]] GlobalModel fit() {
    auto model = GlobalModel::fit(panel, panel.origin, options, pool, {});
    EXPECT_TRUE(model.ok()) << model.error().to_string();
    return std::move(model).value();
  }
  [[nodiscard]] ForecastExplanation explain(const GlobalModel& model, SeriesStep at) {
    auto out = model.explain(panel, panel.origin, 14, at, pool);
    EXPECT_TRUE(out.ok()) << out.error().to_string();
    return std::move(out).value();
  }
};

double put_together(const ForecastExplanation& e) {
  double out = e.baseline.own_level * (e.additive ? 1 : std::exp(e.bias));
  double added = e.additive ? e.bias : 0;
  for (const KindEffect& effect : e.by_kind()) {
    out *= effect.profile * (e.additive ? 1 : effect.trees);
    added += e.additive ? effect.trees : 0;
  }
  return out + added;
}

const KindEffect* find_kind(const std::vector<KindEffect>& effects, FeatureKind kind) {
  const auto found = std::ranges::find(effects, kind, &KindEffect::kind);
  return found == effects.end() ? nullptr : &*found;
}

TEST(Explanation, MultipliesToTheForecastForEveryObjectiveAndMode) {
  for (const auto kind :
       {ObjectiveKind::kPoisson, ObjectiveKind::kTweedie, ObjectiveKind::kSquared}) {
    for (const bool recursive : {false, true}) {
      World world;
      world.options.objective = kind;
      world.options.mode = recursive ? ForecastMode::kRecursive : ForecastMode::kDirect;
      const GlobalModel model = world.fit();
      const auto forecast = model.predict(world.panel, world.panel.origin, 14, world.pool);
      ASSERT_TRUE(forecast.ok());
      for (const SeriesStep at : {SeriesStep{0, 0}, SeriesStep{3, 5}, SeriesStep{11, 13}}) {
        const ForecastExplanation e = world.explain(model, at);
        EXPECT_EQ(e.mean, forecast->mean[at.series * 14 + static_cast<size_t>(at.step)]);
        EXPECT_EQ(e.source, ForecastSource::kModel);
        EXPECT_EQ(e.additive, kind == ObjectiveKind::kSquared);
        EXPECT_EQ(e.recursive, recursive);
        EXPECT_GT(e.mean, 0);
        EXPECT_NEAR(put_together(e), e.mean, 1e-9 * e.mean)
            << objective_name(kind) << (recursive ? " recursive" : " direct") << " step "
            << at.step;
      }
    }
  }
}

TEST(Explanation, AddsUpInUnitsUnderEachTargetTransform) {
  for (const auto transform :
       {TargetTransform::kLog1p, TargetTransform::kSqrt, TargetTransform::kLevel}) {
    World world;
    world.options.target_transform = transform;
    const GlobalModel model = world.fit();
    for (const SeriesStep at : {SeriesStep{0, 0}, SeriesStep{3, 5}, SeriesStep{11, 13}}) {
      const ForecastExplanation e = world.explain(model, at);
      EXPECT_TRUE(e.additive);
      EXPECT_EQ(e.target_transform, transform);
      EXPECT_NEAR(put_together(e), e.mean, 1e-9 * e.mean) << target_transform_name(transform);
    }
  }
}

TEST(Explanation, OfAMixedForecastTakesTheDirectPartApart) {
  World world;
  world.options.mode = ForecastMode::kMixed;
  const GlobalModel model = world.fit();
  for (const SeriesStep at : {SeriesStep{0, 0}, SeriesStep{3, 5}, SeriesStep{11, 13}}) {
    const ForecastExplanation e = world.explain(model, at);
    ASSERT_TRUE(e.mixed);
    EXPECT_FALSE(e.recursive);
    EXPECT_NEAR(put_together(e), e.mixed->direct_mean, 1e-9 * e.mean);
    EXPECT_DOUBLE_EQ(e.mixed->direct_share * e.mixed->direct_mean +
                         (1 - e.mixed->direct_share) * e.mixed->recursive_mean,
                     e.mean);
    // One step ahead there is nothing to recur on.
    if (at.step > 0) {
      EXPECT_NE(e.mixed->direct_mean, e.mixed->recursive_mean);
    }
  }
}

TEST(Explanation, ShowsTheBaselineThatTheModelStandsOn) {
  World world;
  const GlobalModel model = world.fit();
  const auto baseline = model.predict_baseline(world.panel, world.panel.origin, 14, world.pool);
  ASSERT_TRUE(baseline.ok());
  for (const SeriesStep at : {SeriesStep{1, 2}, SeriesStep{8, 9}}) {
    const ForecastExplanation e = world.explain(model, at);
    const double expected = baseline->mean[at.series * 14 + static_cast<size_t>(at.step)];
    EXPECT_NEAR(e.baseline.mean(), expected, 1e-6 * expected);
    double sum = e.bias;
    for (const FeatureEffect& effect : e.effects) sum += effect.contribution;
    EXPECT_NEAR(sum, std::log(e.mean / expected), 1e-6);
  }
}

TEST(Explanation, FindsThePromotionWeekdayAndHolidayThatMadeTheDemand) {
  World world;
  for (size_t i = 0; i < world.panel.n_series(); ++i) {
    for (int year = 2020; year < 2023; ++year) {
      const Period day = Date::of(year, 3, 20).days();
      if (day <= world.panel.origin)
        world.panel.units[static_cast<size_t>(world.panel.at(i, day))] *= 2;
    }
  }
  const GlobalModel model = world.fit();
  int promoted = 0;
  int holidays = 0;
  for (int32_t step = 0; step < 14; ++step) {
    const Period day = world.panel.origin + 1 + step;
    const auto on_promotion = [&](size_t i) {
      return world.panel.promotion[static_cast<size_t>(world.panel.at(i, day))] > 0;
    };
    size_t i = 0;
    while (i + 1 < world.panel.n_series() && !on_promotion(i)) ++i;
    const ForecastExplanation e = world.explain(model, {i, step});
    const auto effects = e.by_kind();
    EXPECT_EQ(e.period, day);
    const KindEffect* slot = find_kind(effects, FeatureKind::kSlot);
    ASSERT_NE(slot, nullptr);
    static constexpr double kWeekday[] = {0.8, 0.85, 0.9, 1.0, 1.1, 1.25, 1.1};
    EXPECT_NEAR(slot->profile * slot->trees, kWeekday[Date::from_days(day).weekday()], 0.06);
    const KindEffect* promotion = find_kind(effects, FeatureKind::kPromotion);
    ASSERT_NE(promotion, nullptr);
    EXPECT_NEAR(promotion->profile * promotion->trees, on_promotion(i) ? 1.5 : 1.0, 0.08);
    promoted += on_promotion(i) ? 1 : 0;
    const bool is_holiday = day == Date::of(2022, 3, 20).days();
    EXPECT_EQ(e.holiday, is_holiday ? "Founders' Day" : "");
    const KindEffect* holiday = find_kind(effects, FeatureKind::kHoliday);
    ASSERT_NE(holiday, nullptr);
    EXPECT_NEAR(holiday->profile * holiday->trees, is_holiday ? 2.0 : 1.0, is_holiday ? 0.3 : 0.06);
    holidays += is_holiday ? 1 : 0;
  }
  EXPECT_GT(promoted, 3);
  EXPECT_LT(promoted, 14);
  EXPECT_EQ(holidays, 1);
}

TEST(Explanation, SaysWhyADayIsZeroOrAForecastIsNotTheModels) {
  Panel panel = synthetic_panel({.days = 200});
  panel.closed.assign(panel.units.size(), 0);
  const auto closed_at = static_cast<size_t>(panel.at(3, panel.origin + 5));
  panel.closed[closed_at] = 1;
  panel.state[closed_at] = PeriodState::kNotForSale;
  for (Period t = panel.origin - 120; t <= panel.origin; ++t) {  // withdrawn
    panel.state[static_cast<size_t>(panel.at(5, t))] = PeriodState::kMissing;
    panel.units[static_cast<size_t>(panel.at(5, t))] = 0;
  }
  // The last series begins with the third forecast day.
  const size_t last = panel.n_series() - 1;
  const int32_t cut = panel.n_known(last) + 2;
  const auto first = panel.offsets[last];
  panel.units.erase(panel.units.begin() + first, panel.units.begin() + first + cut);
  panel.state.erase(panel.state.begin() + first, panel.state.begin() + first + cut);
  panel.closed.erase(panel.closed.begin() + first, panel.closed.begin() + first + cut);
  panel.offsets.back() -= cut;
  panel.start[last] += cut;
  ASSERT_TRUE(panel.validate().ok());
  ThreadPool pool(1);
  const auto model = GlobalModel::fit(panel, panel.origin, small_options(), pool, {});
  ASSERT_TRUE(model.ok()) << model.error().to_string();
  const auto explain = [&](SeriesStep at) {
    return *model->explain(panel, panel.origin, 14, at, pool);
  };
  const ForecastExplanation closed = explain({3, 4});
  EXPECT_TRUE(closed.is_zero());
  EXPECT_EQ(closed.mean, 0);
  EXPECT_EQ(closed.reason, "closed or not on sale, as planned");
  EXPECT_TRUE(closed.by_kind().empty());
  EXPECT_FALSE(explain({3, 5}).is_zero());
  const ForecastExplanation withdrawn = explain({5, 0});
  EXPECT_TRUE(withdrawn.is_zero());
  EXPECT_TRUE(withdrawn.reason.starts_with("withdrawn: no record since")) << withdrawn.reason;
  const ForecastExplanation early = explain({last, 1});
  EXPECT_TRUE(early.is_zero());
  EXPECT_EQ(early.reason, "the series begins on " + panel.axis.label(panel.start[last]));
  const ForecastExplanation newcomer = explain({last, 7});
  EXPECT_EQ(newcomer.source, ForecastSource::kPeers);
  EXPECT_TRUE(newcomer.reason.starts_with("new: no history")) << newcomer.reason;
  EXPECT_GT(newcomer.mean, 0);
  EXPECT_TRUE(newcomer.effects.empty());
  EXPECT_NEAR(put_together(newcomer), newcomer.mean, 1e-9 * newcomer.mean);
}

TEST(Explanation, OfARecursiveForecastHoldsForASeriesThatBeginsWithinIt) {
  World world;
  Panel& panel = world.panel;
  const size_t last = panel.n_series() - 1;
  const int32_t cut = panel.n_known(last) + 2;
  const auto first = panel.offsets[last];
  const auto drop = [&](auto& values) {
    values.erase(values.begin() + first, values.begin() + first + cut);
  };
  drop(panel.units);
  drop(panel.state);
  drop(panel.price);
  drop(panel.promotion);
  panel.offsets.back() -= cut;
  panel.start[last] += cut;
  ASSERT_TRUE(panel.validate().ok());
  world.options.mode = ForecastMode::kRecursive;
  const GlobalModel model = world.fit();
  for (const SeriesStep at :
       {SeriesStep{0, 9}, SeriesStep{last, 1}, SeriesStep{last, 2}, SeriesStep{last, 9}}) {
    const ForecastExplanation e = world.explain(model, at);
    EXPECT_EQ(e.source, at.series == 0 ? ForecastSource::kModel
                        : at.step < 2  ? ForecastSource::kNone
                                       : ForecastSource::kPeers);
    if (!e.is_zero()) {
      EXPECT_GT(e.mean, 0);
      EXPECT_NEAR(put_together(e), e.mean, 1e-9 * e.mean);
    }
  }
}

TEST(Explanation, AgreesBetweenModesOneStepAheadAndForAnyThreads) {
  World world;
  world.options.horizon = 1;
  const GlobalModel direct = world.fit();
  world.options.mode = ForecastMode::kRecursive;
  const GlobalModel recursive = world.fit();
  ThreadPool one(1);
  const auto a = direct.explain(world.panel, world.panel.origin, 1, {6, 0}, world.pool);
  const auto b = recursive.explain(world.panel, world.panel.origin, 1, {6, 0}, one);
  ASSERT_TRUE(a.ok() && b.ok());
  ASSERT_EQ(a->effects.size(), b->effects.size());
  for (size_t f = 0; f < a->effects.size(); ++f)
    EXPECT_EQ(a->effects[f].contribution, b->effects[f].contribution) << a->effects[f].feature;
  EXPECT_EQ(a->bias, b->bias);
}

TEST(Explanation, HoldsWhereDemandIsEstimated) {
  World world;
  for (size_t at = 0; at < world.panel.units.size(); ++at) {
    if (world.panel.state[at] != PeriodState::kSold || mix(5, at, 0) % 6 != 0) continue;
    world.panel.state[at] = PeriodState::kOutOfStock;
    world.panel.units[at] = std::floor(world.panel.units[at] / 2);
  }
  world.options.estimate_censored = true;
  const GlobalModel model = world.fit();
  for (const SeriesStep at : {SeriesStep{0, 1}, SeriesStep{7, 12}}) {
    const ForecastExplanation e = world.explain(model, at);
    EXPECT_NEAR(put_together(e), e.mean, 1e-9 * e.mean);
    const auto earlier = model.explain(world.panel, world.panel.origin - 40, 14, at, world.pool);
    ASSERT_TRUE(earlier.ok()) << earlier.error().to_string();
    EXPECT_NEAR(put_together(*earlier), earlier->mean, 1e-9 * earlier->mean);
  }
}

TEST(Explanation, IsTheSameForALoadedModel) {
  World world;
  const GlobalModel model = world.fit();
  auto loaded = GlobalModel::load_bytes(*model.save_bytes());
  ASSERT_TRUE(loaded.ok()) << loaded.error().to_string();
  ASSERT_TRUE(loaded->align_to(world.panel, world.options.holidays, world.pool).ok());
  const ForecastExplanation a = world.explain(model, {2, 4});
  const ForecastExplanation b = world.explain(*loaded, {2, 4});
  EXPECT_EQ(a.mean, b.mean);
  EXPECT_EQ(a.bias, b.bias);
  ASSERT_EQ(a.effects.size(), b.effects.size());
  for (size_t f = 0; f < a.effects.size(); ++f)
    EXPECT_EQ(a.effects[f].contribution, b.effects[f].contribution) << a.effects[f].feature;
}

}  // namespace
}  // namespace restock
