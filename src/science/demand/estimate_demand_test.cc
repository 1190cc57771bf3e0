#include "science/demand/estimate_demand.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include <gtest/gtest.h>

#include "foundation/base/random.h"
#include "science/features/synthetic_panel.h"

namespace restock {
namespace {

/// One series on a daily axis; '+' in `states` marks the periods that sold out.
Panel one_series(const std::vector<float>& units, const std::vector<PeriodState>& states) {
  Panel panel;
  panel.key_names = {"product"};
  panel.keys.push_back({{"p"}});
  panel.start.push_back(Date::of(2024, 1, 1).days());
  panel.offsets.push_back(static_cast<int64_t>(units.size()));
  panel.origin = panel.start[0] + static_cast<Period>(units.size()) - 1;
  panel.units = units;
  panel.state = states;
  return panel;
}

/// Without any shape: the level is all there is.
Profile flat_profile(const PeriodCalendar& calendar, size_t n) {
  Profile profile;
  profile.n_slots = calendar.n_slots;
  profile.slot.assign(n * static_cast<size_t>(calendar.n_slots), 1.0F);
  profile.season.assign(n, 1.0F);
  profile.promotion.assign(n, 1.0F);
  profile.overdispersion.assign(n, 1.0F);
  return profile;
}

PeriodCalendar calendar_of(const Panel& panel) {
  return make_period_calendar(panel.axis, panel.start[0], panel.origin + panel.horizon + 1, {});
}

constexpr auto kSold = PeriodState::kSold;
constexpr auto kOut = PeriodState::kOutOfStock;

/// A panel whose stock of each day is drawn around the mean: what was wanted beyond it is lost.
struct Cut {
  Panel panel;
  std::vector<float> demand;  ///< as `panel.units`
};

Cut cut_by_stock(const SyntheticPanelOptions& options, double stock_to_mean) {
  Cut cut{synthetic_panel(options), {}};
  Panel& panel = cut.panel;
  cut.demand = panel.units;
  for (size_t i = 0; i < panel.n_series(); ++i) {
    for (Period t = panel.start[i]; t <= panel.origin; ++t) {
      const auto at = static_cast<size_t>(panel.at(i, t));
      const auto bits = mix(11, i, static_cast<uint64_t>(t)) % 1000;
      // A day in ten the shelf is empty from the start.
      const double share = bits % 10 == 0 ? 0 : 0.6 + 0.8 * static_cast<double>(bits) / 1000;
      const auto stock = static_cast<float>(
          std::floor(share * stock_to_mean * synthetic_mean(options, i, t, false)));
      if (panel.units[at] < stock) continue;
      panel.units[at] = std::min(panel.units[at], stock);
      panel.state[at] = kOut;
    }
  }
  return cut;
}

TEST(EstimateDemand, SolvesTheLikelihoodOfCensoredSales) {
  const Panel panel = one_series({3, 1, 2, 2, 0}, {kSold, kSold, kOut, kSold, kSold});
  const auto calendar = calendar_of(panel);
  ThreadPool pool(1);
  const auto demand = estimate_demand(panel, calendar, flat_profile(calendar, 1), panel.origin,
                                      {.iterations_max = 1000, .tolerance = 1e-9}, pool);
  ASSERT_TRUE(demand.ok());
  ASSERT_EQ(demand->n_entries(), 1);
  EXPECT_EQ(demand->position[0], 2);
  // scipy.optimize over poisson.logpmf([3, 1, 2, 0]) + log poisson.sf(1): level 1.7543324.
  const auto weight = static_cast<double>(demand->weight[0]);
  const double level = (6 + weight * static_cast<double>(demand->observation[0])) / (4 + weight);
  EXPECT_NEAR(level, 1.7543324, 1e-5);
  EXPECT_NEAR(static_cast<double>(demand->demand[0]), 2.7716621, 1e-5);
}

TEST(EstimateDemand, RecoversWhatWasLost) {
  const SyntheticPanelOptions options{.days = 400, .level = 6};
  const Cut cut = cut_by_stock(options, 1.1);
  const auto calendar = calendar_of(cut.panel);
  ThreadPool pool(2);
  const auto profile = fit_demand_profile(cut.panel, calendar, cut.panel.origin, {}, pool);
  ASSERT_TRUE(profile.ok());
  const CensoredDemand& demand = profile->censored;
  double lost = 0;
  double estimated = 0;
  for (size_t e = 0; e < demand.position.size(); ++e) {
    const auto at = static_cast<size_t>(demand.position[e]);
    EXPECT_GE(demand.demand[e], cut.panel.units[at]);
    lost += static_cast<double>(cut.demand[at] - cut.panel.units[at]);
    estimated += static_cast<double>(demand.demand[e] - cut.panel.units[at]);
  }
  EXPECT_GT(lost, 5000);
  EXPECT_NEAR(estimated / lost, 1, 0.05);
}

TEST(EstimateDemand, TellsNothingFromAnEmptyShelf) {
  const Panel panel = one_series({4, 0, 6, 5, 0, 5}, {kSold, kOut, kSold, kSold, kOut, kSold});
  const auto calendar = calendar_of(panel);
  ThreadPool pool(1);
  const auto demand =
      estimate_demand(panel, calendar, flat_profile(calendar, 1), panel.origin, {}, pool);
  ASSERT_TRUE(demand.ok());
  for (size_t e = 0; e < 2; ++e) {
    EXPECT_EQ(demand->weight[e], 0);
    EXPECT_NEAR(demand->demand[e], 5, 1e-5);
  }
}

TEST(EstimateDemand, TakesSalesOfAKnownShareAsThatShare) {
  Panel panel = one_series({8, 3, 12, 0}, {kSold, kOut, kSold, kOut});
  panel.stocked = {1, 0.5, 1, 0};
  const auto calendar = calendar_of(panel);
  ThreadPool pool(1);
  const auto demand = estimate_demand(panel, calendar, flat_profile(calendar, 1), panel.origin,
                                      {.day_variance = 0}, pool);
  ASSERT_TRUE(demand.ok());
  const double level = (8 + 3 + 12) / 2.5;
  EXPECT_NEAR(demand->demand[0], 3 + 0.5 * level, 1e-2);
  EXPECT_NEAR(demand->demand[1], level, 1e-2);
  EXPECT_EQ(demand->weight[0], 0.5F);
  EXPECT_EQ(demand->observation[0], 6.0F);
}

TEST(EstimateDemand, MeasuresHowEarlyDemandComes) {
  // Three days of four had stock for half of them, which served 1 - 0.5^2 of the usual 40 units.
  std::vector<float> units;
  std::vector<PeriodState> states;
  std::vector<float> stocked;
  for (int t = 0; t < 2400; ++t) {
    const bool partly = t % 4 != 0;
    units.push_back(partly ? 30 : 40);
    states.push_back(partly ? kOut : kSold);
    stocked.push_back(partly ? 0.5F : 1);
  }
  Panel panel = one_series(units, states);
  panel.stocked = stocked;
  const auto calendar = calendar_of(panel);
  ThreadPool pool(1);
  const auto demand = estimate_demand(panel, calendar, flat_profile(calendar, 1), panel.origin,
                                      {.day_variance = 0}, pool);
  ASSERT_TRUE(demand.ok());
  ASSERT_GE(demand->n_entries(), 500);
  for (size_t e = 0; e < demand->demand.size(); ++e) {
    EXPECT_NEAR(demand->demand[e], 40, 1e-2);
    EXPECT_FLOAT_EQ(demand->weight[e], 0.75F);
  }
}

TEST(EstimateDemand, StartsFromSalesWhereEveryDaySoldOut) {
  const Panel panel = one_series({5, 7, 6}, {kOut, kOut, kOut});
  const auto calendar = calendar_of(panel);
  ThreadPool pool(1);
  const auto demand =
      estimate_demand(panel, calendar, flat_profile(calendar, 1), panel.origin, {}, pool);
  ASSERT_TRUE(demand.ok());
  ASSERT_EQ(demand->n_entries(), 3);
  for (size_t e = 0; e < 3; ++e) EXPECT_GT(demand->demand[e], panel.units[e]);
}

TEST(EstimateDemand, LeavesASeriesThatNeverSoldAlone) {
  const Panel panel = one_series({0, 0}, {kOut, kOut});
  const auto calendar = calendar_of(panel);
  ThreadPool pool(1);
  const auto demand =
      estimate_demand(panel, calendar, flat_profile(calendar, 1), panel.origin, {}, pool);
  ASSERT_TRUE(demand.ok());
  EXPECT_TRUE(demand->empty());
}

TEST(EstimateDemand, NeverTouchesPeriodsNotForSaleNorReadsPastTheCutoff) {
  Cut cut = cut_by_stock({.days = 300}, 1.0);
  Panel& panel = cut.panel;
  for (int64_t j = 0; j < 50; ++j) panel.state[static_cast<size_t>(j)] = PeriodState::kNotForSale;
  for (int64_t j = 60; j < 70; ++j) panel.state[static_cast<size_t>(j)] = PeriodState::kMissing;
  const auto calendar = calendar_of(panel);
  ThreadPool pool(2);
  const Period cutoff = panel.origin - 40;
  const auto before = fit_demand_profile(panel, calendar, cutoff, {}, pool);
  ASSERT_TRUE(before.ok());
  for (const int64_t position : before->censored.position) {
    EXPECT_EQ(panel.state[static_cast<size_t>(position)], kOut);
    EXPECT_FALSE(position < 50 || (position >= 60 && position < 70));
  }
  for (size_t i = 0; i < panel.n_series(); ++i) {
    for (Period t = cutoff + 1; t <= panel.origin; ++t)
      panel.units[static_cast<size_t>(panel.at(i, t))] = 1000;
  }
  const auto after = fit_demand_profile(panel, calendar, cutoff, {}, pool);
  ASSERT_TRUE(after.ok());
  EXPECT_EQ(before->censored.demand, after->censored.demand);
  EXPECT_EQ(before->censored.position, after->censored.position);
}

TEST(EstimateDemand, GivesTheSameBytesForAnyThreadCount) {
  const Cut cut = cut_by_stock({.n_products = 30, .days = 200}, 1.0);
  const auto calendar = calendar_of(cut.panel);
  ThreadPool one(1);
  ThreadPool three(3);
  const auto a = fit_demand_profile(cut.panel, calendar, cut.panel.origin, {}, one);
  const auto b = fit_demand_profile(cut.panel, calendar, cut.panel.origin, {}, three);
  ASSERT_TRUE(a.ok() && b.ok());
  EXPECT_FALSE(a->censored.empty());
  EXPECT_EQ(a->censored.demand, b->censored.demand);
  EXPECT_EQ(a->censored.observation, b->censored.observation);
  EXPECT_EQ(a->slot, b->slot);
}

TEST(EstimateDemand, IsThePlainProfileWithoutCensoredPeriods) {
  const Panel panel = synthetic_panel({.days = 200});
  const auto calendar = calendar_of(panel);
  ThreadPool pool(1);
  const auto learnt = fit_demand_profile(panel, calendar, panel.origin, {}, pool);
  ASSERT_TRUE(learnt.ok());
  EXPECT_TRUE(learnt->censored.empty());
  EXPECT_EQ(learnt->slot, fit_profile(panel, calendar, panel.origin, pool).slot);
}

TEST(EstimateDemand, RefusesOptionsOutOfRange) {
  const Panel panel = one_series({1, 1}, {kSold, kOut});
  const auto calendar = calendar_of(panel);
  const Profile profile = flat_profile(calendar, 1);
  ThreadPool pool(1);
  for (const DemandOptions& bad :
       {DemandOptions{.iterations_max = 0}, DemandOptions{.tolerance = std::nan("")},
        DemandOptions{.level_variance = 0}, DemandOptions{.day_variance = -1},
        DemandOptions{.share_exponent = 0}}) {
    const auto demand = estimate_demand(panel, calendar, profile, panel.origin, bad, pool);
    ASSERT_FALSE(demand.ok());
    EXPECT_EQ(demand.error().code, Code::kInvalidArgument);
  }
}

}  // namespace
}  // namespace restock
