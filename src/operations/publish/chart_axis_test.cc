#include "operations/publish/chart_axis.h"

#include <gtest/gtest.h>

#include "foundation/domain/date.h"

namespace restock {
namespace {

TEST(ValueTicks, AreRoundAndCoverTheHighest) {
  EXPECT_EQ(value_ticks(23, 5), (std::vector<double>{0, 5, 10, 15, 20, 25}));
  EXPECT_EQ(value_ticks(100, 4), (std::vector<double>{0, 25, 50, 75, 100}));
  EXPECT_EQ(value_ticks(0, 5), (std::vector<double>{0, 1}));
  EXPECT_EQ(value_ticks(0.7, 3).back(), 0.75);
}

TEST(ValueTicks, HoldForAllSizes) {
  for (double high = 1e-9; high < 1e15; high *= 1.37) {
    const std::vector<double> ticks = value_ticks(high, 5);
    EXPECT_GE(ticks.back(), high * (1 - 1e-6)) << high;
    EXPECT_LE(ticks.size(), 7U) << high;
    EXPECT_GE(ticks.size(), 3U) << high;
  }
}

TEST(TickText, IsShort) {
  EXPECT_EQ(tick_text(0), "0");
  EXPECT_EQ(tick_text(2500), "2500");
  EXPECT_EQ(tick_text(12500), "12.5k");
  EXPECT_EQ(tick_text(3e6), "3M");
}

TEST(TimeTicks, TakeTheFinestGrainThatFits) {
  const TimeAxis daily;
  const Period first = Date::of(2017, 11, 20).days();
  const Period last = Date::of(2018, 2, 10).days();
  const std::vector<TimeTick> ticks = time_ticks(daily, first, last, 5);
  ASSERT_EQ(ticks.size(), 3U);
  EXPECT_EQ(ticks[0].period, Date::of(2017, 12, 1).days());
  EXPECT_EQ(ticks[0].text, "Dec 2017");
  EXPECT_EQ(ticks[1].text, "Jan 2018");
  EXPECT_EQ(ticks[2].text, "Feb") << "the year is named where it begins";
  const std::vector<TimeTick> weeks = time_ticks(daily, first, last, 20);
  ASSERT_EQ(weeks.size(), 12U);
  EXPECT_EQ(weeks[0].text, "20 Nov") << "weeks begin on Monday";
}

TEST(TimeTicks, NeverExceedTheirNumber) {
  for (const Frequency frequency :
       {Frequency::kHourly, Frequency::kDaily, Frequency::kWeekly, Frequency::kMonthly}) {
    const TimeAxis axis{.frequency = frequency};
    for (const int length : {1, 2, 30, 400, 5000}) {
      for (const int most : {1, 4, 12}) {
        const auto ticks = time_ticks(axis, 500, 500 + length, most);
        EXPECT_LE(ticks.size(), static_cast<size_t>(most));
        for (const TimeTick& tick : ticks) EXPECT_FALSE(tick.text.empty());
      }
    }
  }
}

}  // namespace
}  // namespace restock
