#include "science/models/baselines.h"

#include <gtest/gtest.h>

namespace restock {
namespace {

constexpr auto S = PeriodState::kSold;
constexpr auto O = PeriodState::kOutOfStock;
constexpr auto N = PeriodState::kNotForSale;
constexpr auto M = PeriodState::kMissing;
constexpr auto F = PeriodState::kFuture;

/// A daily panel whose origin is period 1000; each series ends `horizon` periods later.
class PanelBuilder {
 public:
  explicit PanelBuilder(int32_t horizon, Frequency frequency = Frequency::kDaily) {
    panel_.axis.frequency = frequency;
    panel_.key_names = {"item"};
    panel_.origin = 1000;
    panel_.horizon = horizon;
  }
  PanelBuilder& add(std::vector<float> units, std::vector<PeriodState> states = {}) {
    if (states.empty()) states.assign(units.size(), S);
    const auto known = static_cast<Period>(units.size());
    units.resize(units.size() + static_cast<size_t>(panel_.horizon));
    states.resize(units.size(), F);
    panel_.keys.push_back({{std::string(1, static_cast<char>('a' + panel_.keys.size()))}});
    panel_.start.push_back(panel_.origin - known + 1);
    panel_.units.insert(panel_.units.end(), units.begin(), units.end());
    panel_.state.insert(panel_.state.end(), states.begin(), states.end());
    panel_.offsets.push_back(static_cast<int64_t>(panel_.units.size()));
    return *this;
  }
  PanelBuilder& close(int32_t step) {
    panel_.state[panel_.state.size() - static_cast<size_t>(panel_.horizon - step)] = N;
    return *this;
  }
  Panel build() {
    const Status valid = panel_.validate();
    EXPECT_TRUE(valid.ok()) << valid.error().to_string();
    return panel_;
  }

 private:
  Panel panel_;
};

using Numbers = std::vector<double>;

TEST(SeasonalNaive, RepeatsTheLastSeason) {
  const Panel panel = PanelBuilder(5).add({9, 9, 1, 2, 3}).build();
  EXPECT_EQ(*seasonal_naive(panel, 3), (Numbers{1, 2, 3, 1, 2}));
}

TEST(SeasonalNaive, TakesTheShortSeasonOfTheAxis) {
  const Panel panel = PanelBuilder(8).add({0, 1, 2, 3, 4, 5, 6, 7}).build();
  EXPECT_EQ(*seasonal_naive(panel), (Numbers{1, 2, 3, 4, 5, 6, 7, 1}));
  const Panel monthly = PanelBuilder(2, Frequency::kMonthly).add({5, 8}).build();
  EXPECT_EQ(*seasonal_naive(monthly), (Numbers{8, 8}));
}

TEST(SeasonalNaive, SkipsPeriodsWhoseDemandWasNotSeen) {
  const Panel panel = PanelBuilder(3).add({4, 5, 6, 1, 0, 0}, {S, S, S, O, M, N}).build();
  EXPECT_EQ(*seasonal_naive(panel, 3), (Numbers{4, 5, 6}));
}

TEST(SeasonalNaive, FillsAPositionNeverSeenWithTheRecentMean) {
  const Panel panel = PanelBuilder(2).add({2, 0, 4, 0}, {S, M, S, M}).build();
  EXPECT_EQ(*seasonal_naive(panel, 2), (Numbers{4, 3}));
}

TEST(SeasonalNaive, HandlesAHorizonOfSeveralSeasonsAndNoHistory) {
  const Panel panel = PanelBuilder(7).add({1, 2}).add({3}, {N}).build();
  EXPECT_EQ(*seasonal_naive(panel, 2), (Numbers{1, 2, 1, 2, 1, 2, 1, 0, 0, 0, 0, 0, 0, 0}));
}

TEST(MovingAverage, AveragesTheLastSeenValues) {
  const Panel panel = PanelBuilder(2).add({100, 2, 50, 4, 0}, {S, S, O, S, M}).build();
  EXPECT_EQ(*moving_average(panel, 2), (Numbers{3, 3}));
  EXPECT_EQ(*moving_average(panel, 99), (Numbers{106.0 / 3, 106.0 / 3}));
}

TEST(Baselines, AreZeroWhereNotForSale) {
  const Panel panel = PanelBuilder(3).add({5, 5, 5}).close(1).build();
  EXPECT_EQ(*moving_average(panel, 3), (Numbers{5, 0, 5}));
  EXPECT_EQ(*seasonal_naive(panel, 1), (Numbers{5, 0, 5}));
  EXPECT_EQ(last_year(panel), (Numbers{5, 0, 5}));
}

TEST(LastYear, TakesTheSameWeekdayAYearAgo) {
  std::vector<float> units(400);
  for (size_t i = 0; i < units.size(); ++i) units[i] = static_cast<float>(i);
  // Index 399 is the origin, so step h lies at index 400 + h, and a year earlier at 36 + h.
  EXPECT_EQ(last_year(PanelBuilder(3).add(units).build()), (Numbers{36, 37, 38}));
}

TEST(LastYear, TakesAnEarlierYearThenSeasonalNaiveWhenHistoryIsShort) {
  std::vector<float> units(30);
  for (size_t i = 0; i < units.size(); ++i) units[i] = static_cast<float>(i);
  std::vector<PeriodState> states(30, S);
  states[30 - 12] = M;  // last year's place of the first step
  // Two months lie within two years; the first step takes the value of two years ago, index 30
  // - 24.
  EXPECT_EQ(last_year(PanelBuilder(2, Frequency::kMonthly).add(units, states).build()),
            (Numbers{6, 19}));
  EXPECT_EQ(last_year(PanelBuilder(2).add({1, 2, 3, 4, 5, 6, 7}).build()), (Numbers{1, 2}));
}

TEST(LastYear, ReachesPastAHorizonLongerThanAYear) {
  std::vector<float> units(12);
  for (size_t i = 0; i < units.size(); ++i) units[i] = static_cast<float>(i);
  const Numbers out = last_year(PanelBuilder(14, Frequency::kMonthly).add(units).build());
  EXPECT_EQ(out[11], 11);
  EXPECT_EQ(out[12], 0);
  EXPECT_EQ(out[13], 1);
}

TEST(Baselines, RefuseBadWindows) {
  const Panel panel = PanelBuilder(1).add({1}).build();
  EXPECT_EQ(moving_average(panel, 0).error().code, Code::kInvalidArgument);
  EXPECT_EQ(seasonal_naive(panel, -1).error().code, Code::kInvalidArgument);
}

}  // namespace
}  // namespace restock
