#include "science/features/feature_set.h"

#include <cmath>
#include <cstring>
#include <numeric>

#include <gtest/gtest.h>

#include "science/features/synthetic_panel.h"

namespace restock {
namespace {

struct World {
  Panel panel;
  PeriodCalendar calendar;
  Profile profile;
  LevelRule rule;
  ThreadPool pool{2};
  std::vector<Grouping> groupings;

  explicit World(Panel made, Period cutoff) : panel(std::move(made)) {
    calendar =
        make_period_calendar(panel.axis, panel.start[0], panel.origin + panel.horizon + 1, {});
    profile = fit_profile(panel, calendar, cutoff, pool);
    groupings = find_groupings(panel, 5);
  }
  FeatureContext context() const {
    return {panel, calendar, profile, rule, FeatureWindows::of(panel.axis.frequency)};
  }
  PooledStatistics pooled(Period first, Period last) {
    return pool_statistics(panel, calendar, profile, rule, first, last, groupings, pool);
  }
};

bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0;
}

std::vector<float> features_of(const FeatureSet& features, const SeriesState& state,
                               const PooledStatistics& pooled, Period origin, Period target) {
  std::vector<float> row(features.size());
  features.fill(state, pooled, origin, target, row);
  return row;
}

TEST(FeatureSet, GivesTheSameBitsForTrainingRecursionAndOneRequest) {
  World world(synthetic_panel({.promotions = true, .prices = true}), Date::of(2021, 12, 1).days());
  const FeatureSet features(world.context(), world.groupings, Date::of(2021, 12, 1).days());
  const Period last = world.panel.origin - 5;
  // Training: one load up to a late period, pooled statistics of many origins at once.
  const PooledStatistics many = world.pooled(last - 40, last);
  // Recursion and online: states grown period by period, pooled statistics of one origin.
  std::vector<SeriesState> grown(world.panel.n_series());
  for (size_t i = 0; i < grown.size(); ++i) {
    grown[i].load(world.panel, world.calendar, world.profile, i, last - 10);
    for (Period t = last - 9; t <= last; ++t) {
      const auto at = static_cast<size_t>(world.panel.at(i, t));
      grown[i].append(world.panel, world.calendar, world.profile, world.panel.units[at],
                      world.panel.state[at]);
    }
  }
  const PooledStatistics one =
      pool_statistics_of(grown, world.context().windows, world.rule, last, world.groupings);
  for (size_t i = 0; i < grown.size(); ++i) {
    SeriesState loaded;
    loaded.load(world.panel, world.calendar, world.profile, i, world.panel.origin);
    for (const int step : {1, 3, 30}) {
      EXPECT_TRUE(same_bits(features_of(features, loaded, many, last, last + step),
                            features_of(features, grown[i], one, last, last + step)))
          << "series " << i << " step " << step;
    }
  }
}

TEST(FeatureSet, ReadsNothingSoldAfterTheOrigin) {
  World world(synthetic_panel({.promotions = true}), Date::of(2021, 6, 1).days());
  const Period origin = Date::of(2021, 6, 1).days();
  const FeatureSet before(world.context(), world.groupings, origin);
  const auto pooled_before = world.pooled(origin, origin);
  SeriesState state;
  state.load(world.panel, world.calendar, world.profile, 2, origin);
  const auto row_before = features_of(before, state, pooled_before, origin, origin + 9);
  for (size_t i = 0; i < world.panel.n_series(); ++i) {
    for (Period t = origin + 1; t <= world.panel.origin; ++t) {
      world.panel.units[static_cast<size_t>(world.panel.at(i, t))] = 1e6F;
      world.panel.state[static_cast<size_t>(world.panel.at(i, t))] = PeriodState::kOutOfStock;
    }
  }
  World changed(world.panel, origin);
  const FeatureSet after(changed.context(), changed.groupings, origin);
  SeriesState again;
  again.load(changed.panel, changed.calendar, changed.profile, 2, origin);
  EXPECT_TRUE(same_bits(
      row_before, features_of(after, again, changed.pooled(origin, origin), origin, origin + 9)));
}

TEST(FeatureSet, CountsOnlyPeriodsOnSaleWithStock) {
  Panel panel = synthetic_panel({.n_stores = 1, .n_products = 1, .days = 100, .noise = false});
  const auto last = static_cast<size_t>(panel.at(0, panel.origin));
  panel.units[last] = 0;
  panel.state[last] = PeriodState::kOutOfStock;
  World world(panel, panel.origin);
  SeriesState state;
  state.load(world.panel, world.calendar, world.profile, 0, panel.origin);
  EXPECT_EQ(state.sold_in(99, 7), 6);
  double sum = 0;
  for (int d = 93; d < 99; ++d) sum += static_cast<double>(panel.units[static_cast<size_t>(d)]);
  EXPECT_NEAR(state.units[100] - state.units[93], sum, 1e-3);
  EXPECT_EQ(state.last_sale[99], 98);
}

TEST(FeatureSet, SplitsTheBaselineIntoItsParts) {
  World world(synthetic_panel({.promotions = true, .prices = true}), Date::of(2021, 12, 1).days());
  const FeatureSet features(world.context(), world.groupings, world.panel.origin);
  const Period origin = world.panel.origin;
  const PooledStatistics pooled = world.pooled(origin, origin);
  bool promoted = false;
  for (size_t i = 0; i < world.panel.n_series(); ++i) {
    SeriesState state;
    state.load(world.panel, world.calendar, world.profile, i, origin);
    for (const int step : {1, 2, 9, 30}) {
      const BaselineParts parts = features.baseline_parts(state, pooled, origin, origin + step);
      EXPECT_DOUBLE_EQ(parts.level() * static_cast<double>(parts.factors.product()),
                       features.baseline(state, pooled, origin, origin + step));
      const bool now =
          world.panel.promotion[static_cast<size_t>(world.panel.at(i, origin + step))] > 0;
      EXPECT_EQ(parts.factors.promotion != 1.0F, now);
      promoted = promoted || now;
    }
  }
  EXPECT_TRUE(promoted);
}

TEST(FeatureSet, SaysWhatEachFeatureIsAbout) {
  World world(synthetic_panel({.promotions = true, .prices = true}), Date::of(2021, 12, 1).days());
  const FeatureSet features(world.context(), world.groupings, world.panel.origin);
  ASSERT_EQ(features.kinds().size(), features.size());
  const auto kind_of = [&](const char* name) {
    const auto at = std::find(features.names().begin(), features.names().end(), name);
    return features.kinds()[static_cast<size_t>(at - features.names().begin())];
  };
  EXPECT_EQ(kind_of("mean_month"), FeatureKind::kLevel);
  EXPECT_EQ(kind_of("steps_ahead"), FeatureKind::kHorizon);
  EXPECT_EQ(kind_of("pooled_month_to_year"), FeatureKind::kTrend);
  EXPECT_EQ(kind_of("slot_mean_13"), FeatureKind::kSlot);
  EXPECT_EQ(kind_of("weekday"), FeatureKind::kSlot);
  EXPECT_EQ(kind_of("year_shape"), FeatureKind::kSeason);
  EXPECT_EQ(kind_of("age"), FeatureKind::kLevel);
  EXPECT_EQ(kind_of("price_change"), FeatureKind::kPrice);
  EXPECT_EQ(kind_of("promotion_age"), FeatureKind::kPromotion);
  EXPECT_EQ(kind_of("product"), FeatureKind::kSeries);
}

TEST(FeatureSet, NamesEachFeatureOnce) {
  World world(synthetic_panel({.promotions = true, .prices = true}), Date::of(2021, 12, 1).days());
  const FeatureSet features(world.context(), world.groupings, world.panel.origin);
  std::vector<std::string> names = features.names();
  ASSERT_EQ(names.size(), features.size());
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
  for (const char* expected :
       {"mean_month", "weekday", "promotion", "price_to_usual", "store", "product"}) {
    EXPECT_TRUE(std::binary_search(names.begin(), names.end(), expected)) << expected;
  }
}

TEST(Profile, FindsWeekdayAndPromotionFactorsOfSeriesThatShareThem) {
  const SyntheticPanelOptions options{
      .n_stores = 2, .n_products = 2, .days = 730, .noise = false, .promotions = true};
  World world(synthetic_panel(options), Date::of(2021, 12, 1).days());
  const double weekdays[] = {0.8, 0.85, 0.9, 1.0, 1.1, 1.25, 1.1};
  for (size_t i = 0; i < world.panel.n_series(); ++i) {
    for (size_t d = 0; d < 7; ++d)
      EXPECT_NEAR(world.profile.slot[i * 7 + d], weekdays[d], 0.02) << d;
    EXPECT_NEAR(world.profile.promotion[i], 1.5, 0.03);
  }
}

TEST(Profile, IsTheSameForAnyNumberOfThreads) {
  const Panel panel =
      synthetic_panel({.n_stores = 10, .n_products = 10, .days = 600, .promotions = true});
  const auto calendar = make_period_calendar(panel.axis, panel.start[0], panel.origin + 31, {});
  ThreadPool one(1);
  ThreadPool three(3);
  const Profile a = fit_profile(panel, calendar, panel.origin, one);
  const Profile b = fit_profile(panel, calendar, panel.origin, three);
  EXPECT_TRUE(same_bits(a.slot, b.slot));
  EXPECT_TRUE(same_bits(a.season, b.season));
  EXPECT_TRUE(same_bits(a.overdispersion, b.overdispersion));
}

TEST(Profile, LeavesUnknownSeasonsAtOne) {
  const Panel panel = synthetic_panel({.days = 200});
  const auto calendar = make_period_calendar(panel.axis, panel.start[0], panel.origin + 31, {});
  ThreadPool pool(1);
  EXPECT_EQ(fit_profile(panel, calendar, panel.origin, pool).n_seasons, 1);
}

TEST(PeriodCalendar, KnowsWeekdayMonthAndDistanceToHolidays) {
  const auto first = Date::of(2024, 12, 20).days();
  const auto calendar =
      make_period_calendar({}, first, first + 14, {{Date::of(2024, 12, 25), "Christmas Day"}});
  const size_t friday = 0;
  const size_t christmas = 5;
  EXPECT_EQ(calendar.slot[friday], 4);
  EXPECT_EQ(calendar.month[christmas], 12);
  EXPECT_EQ(calendar.holiday[christmas], 0);
  EXPECT_EQ(calendar.holiday[friday], -1);
  EXPECT_EQ(calendar.days_to_holiday[friday], 5);
  EXPECT_EQ(calendar.days_since_holiday[christmas + 3], 3);
  EXPECT_EQ(calendar.days_to_holiday[christmas + 1], PeriodCalendar::kHolidayReach);
}

TEST(PooledStatistics, FollowsAMovementThatAllSeriesShare) {
  const auto month_at_the_end = [](float lift) {
    Panel panel = synthetic_panel({.n_stores = 5, .n_products = 5, .days = 400, .noise = false});
    for (size_t i = 0; i < panel.n_series(); ++i) {
      for (Period t = panel.origin - 27; t <= panel.origin; ++t)
        panel.units[static_cast<size_t>(panel.at(i, t))] *= lift;
    }
    World world(panel, panel.origin - 28);
    world.rule.window = 300;
    return static_cast<double>(world.pooled(panel.origin, panel.origin).month.front());
  };
  const double plain = month_at_the_end(1.0F);
  // The own levels take up their share of the movement: 28 of 300 days, weighted by the season of
  // those days.
  EXPECT_NEAR(month_at_the_end(1.2F) / plain, 1.2 / (1 + 0.2 * 28 / 300), 0.02);
}

TEST(SeriesLevel, QuietWindowIsDrawnToTheOwnPastNotToTheOtherSeries) {
  // By hand: one sale in 400 periods of factor 1, none in the last 28, others sell 10 a period.
  SeriesState state;
  state.known = 400;
  for (int p = 0; p <= 400; ++p) {
    state.units.push_back(p > 100 ? 1 : 0);
    state.factor.push_back(p);
  }
  const double own = (1 + 10 * 0.5) / 400.5;
  EXPECT_DOUBLE_EQ(state.level(399, 28, 10, 0.5), own * 0.5 / 28.5);
  // A window of the whole past draws to the other series alone, by half a period.
  EXPECT_NEAR(state.level(399, 400, 10, 0.5), (1 + own * 0.5) / 400.5, 1e-12);
  // Nothing known at all: the level of the others.
  EXPECT_DOUBLE_EQ(state.level(-1, 28, 10, 0.5), 10);
}

}  // namespace
}  // namespace restock
