#include "science/reconcile/overrides.h"

#include <cmath>

#include <gtest/gtest.h>

#include "science/reconcile/reconcile_fixture.h"

namespace restock {
namespace {

const std::vector<Date> kTwoDays = {Date::of(2026, 3, 1), Date::of(2026, 3, 2)};
const OverrideOptions kToday{.today = Date::of(2026, 2, 20), .variance = {}};

Override on_both_days(size_t node, double value, const std::string& author = "Ada") {
  return {.node = node,
          .first = kTwoDays[0],
          .last = kTwoDays[1],
          .value = value,
          .reason = "promotion",
          .author = author,
          .expires = {}};
}

/// Series j has j + 1 units on the first day and twice that on the second.
std::vector<double> forecasts_of(const Hierarchy& h) {
  std::vector<double> values(h.n_nodes() * 2, 0);
  for (size_t j = 0; j < h.n_bottom(); ++j) {
    values[(h.n_aggregates() + j) * 2] = static_cast<double>(j + 1);
    values[(h.n_aggregates() + j) * 2 + 1] = static_cast<double>(2 * (j + 1));
  }
  sum_up(h, 2, values);
  return values;
}

std::vector<double> applied(const Hierarchy& h, const std::vector<Override>& overrides,
                            const OverrideOptions& options = kToday) {
  const auto before = forecasts_of(h);
  auto result = apply_overrides(h, kTwoDays, before, overrides, options);
  EXPECT_TRUE(result.ok()) << result.error().message;
  EXPECT_LT(incoherence(h, 2, result->forecasts), 1e-9);
  return result->forecasts;
}

TEST(Overrides, SharesATotalOutByForecast) {
  const Hierarchy h = make_hierarchy({}, {"a", "b"}, {{}}).value();
  const std::vector<double> before = {4, 3, 1};
  const std::vector<Date> day = {kTwoDays[0]};
  const std::vector<Override> overrides = {on_both_days(0, 8)};
  const auto result = apply_overrides(h, day, before, overrides, kToday);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->forecasts, (std::vector<double>{8, 6, 2}));
}

TEST(Overrides, ChangesNothingThatIsNeitherAboveNorBelow) {
  const Hierarchy h = two_stores_two_categories();
  const auto before = forecasts_of(h);
  const auto after = applied(h, {on_both_days(1, 12)});  // store=a: 1 + 2 + 3, and twice that
  EXPECT_DOUBLE_EQ(after[2], 12);
  EXPECT_DOUBLE_EQ(after[5 * 2], 2);
  EXPECT_DOUBLE_EQ(after[0], 27);
  EXPECT_DOUBLE_EQ(after[1], 42);  // the second day was 12 already
  for (size_t j = 8; j < 11; ++j) EXPECT_DOUBLE_EQ(after[j * 2], before[j * 2]);
}

TEST(Overrides, HoldsSeveralLevelsTogether) {
  const Hierarchy h = two_stores_two_categories();
  const auto after = applied(
      h, {on_both_days(5, 7), on_both_days(0, 50), on_both_days(1, 20), on_both_days(3, 30)});
  for (size_t step = 0; step < 2; ++step) {
    EXPECT_NEAR(after[0 + step], 50, 1e-7);
    EXPECT_NEAR(after[2 + step], 20, 1e-7);
    EXPECT_NEAR(after[6 + step], 30, 1e-7);
    EXPECT_NEAR(after[10 + step], 7, 1e-7);
    for (size_t j = 5; j < 11; ++j) EXPECT_GE(after[j * 2 + step], 0);
  }
}

TEST(Overrides, SharesByVarianceAndStopsAtZero) {
  const Hierarchy h = make_hierarchy({}, {"a", "b", "c"}, {{}}).value();
  const std::vector<double> before = {16, 1, 5, 10};
  const std::vector<Date> day = {kTwoDays[0]};
  const std::vector<double> variance = {4, 4, 0};
  OverrideOptions options = kToday;
  options.share = OverrideShare::kByVariance;
  options.variance = variance;
  const std::vector<Override> overrides = {on_both_days(0, 12)};
  const auto result = apply_overrides(h, day, before, overrides, options);
  ASSERT_TRUE(result.ok()) << result.error().message;
  EXPECT_NEAR(result->forecasts[1], 0, 1e-9);  // wanted -1
  EXPECT_NEAR(result->forecasts[2], 2, 1e-9);
  EXPECT_NEAR(result->forecasts[3], 10, 1e-9);
}

TEST(Overrides, SharesEquallyWhereAllForecastsAreZero) {
  const Hierarchy h = make_hierarchy({}, {"a", "b"}, {{}}).value();
  const std::vector<double> before = {0, 0, 0};
  const std::vector<Date> day = {kTwoDays[0]};
  const std::vector<Override> overrides = {on_both_days(0, 8)};
  const auto result = apply_overrides(h, day, before, overrides, kToday);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->forecasts, (std::vector<double>{8, 4, 4}));
}

TEST(Overrides, LiftsSeriesAtZeroWhereOthersAreHeld) {
  const Hierarchy h = make_hierarchy({}, {"a", "b"}, {{}}).value();
  const std::vector<double> before = {3, 3, 0};
  const std::vector<Date> day = {kTwoDays[0]};
  const std::vector<Override> overrides = {on_both_days(0, 10), on_both_days(1, 6)};
  const auto result = apply_overrides(h, day, before, overrides, kToday);
  ASSERT_TRUE(result.ok()) << result.error().message;
  EXPECT_NEAR(result->forecasts[2], 4, 1e-7);
}

TEST(Overrides, LeavesExpiredOnesAndOtherDatesOut) {
  const Hierarchy h = two_stores_two_categories();
  Override expired = on_both_days(0, 1000);
  expired.expires = Date::of(2026, 2, 19);
  Override last_day = on_both_days(1, 12);
  last_day.expires = Date::of(2026, 2, 20);
  last_day.last = kTwoDays[0];
  Override later = on_both_days(0, 1000);
  later.first = later.last = Date::of(2026, 3, 3);
  const auto before = forecasts_of(h);
  const std::vector<Override> overrides = {expired, last_day, later};
  const auto result = apply_overrides(h, kTwoDays, before, overrides, kToday);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->count(OverrideStatus::kExpired), 1);
  EXPECT_EQ(result->count(OverrideStatus::kApplied), 1);
  EXPECT_EQ(result->count(OverrideStatus::kOutside), 1);
  EXPECT_DOUBLE_EQ(result->forecasts[2], 12);
  EXPECT_DOUBLE_EQ(result->forecasts[1], 42);
}

TEST(Overrides, NamesBothSidesOfAContradiction) {
  const Hierarchy h = two_stores_two_categories();
  const auto before = forecasts_of(h);
  const std::vector<Override> part_above_whole = {on_both_days(1, 80, "Ada"),
                                                  on_both_days(0, 50, "Ben")};
  const auto nested = apply_overrides(h, kTwoDays, before, part_above_whole, kToday);
  ASSERT_FALSE(nested.ok());
  EXPECT_EQ(nested.error().message,
            "overrides contradict each other on 2026-03-01: 'total = 50 from 2026-03-01 to "
            "2026-03-02 by Ben (promotion)' against 'store=a = 80 from 2026-03-01 to 2026-03-02 by "
            "Ada (promotion)'");
  // Two stores make up the total: 30 + 30 is not 50, though no pair alone contradicts.
  const std::vector<Override> three = {on_both_days(0, 50, "Ben"), on_both_days(1, 30, "Ada"),
                                       on_both_days(2, 30, "Eve")};
  const auto sum = apply_overrides(h, kTwoDays, before, three, kToday);
  ASSERT_FALSE(sum.ok());
  for (const char* name : {"Ben", "Ada", "Eve"})
    EXPECT_NE(sum.error().message.find(name), std::string::npos) << sum.error().message;
}

TEST(Overrides, RefusesBadValuesAndDates) {
  const Hierarchy h = two_stores_two_categories();
  const auto before = forecasts_of(h);
  Override backwards = on_both_days(0, 5);
  backwards.last = Date::of(2026, 2, 1);
  for (const Override& bad :
       {on_both_days(0, -1), on_both_days(0, std::nan("")), on_both_days(11, 5), backwards}) {
    const std::vector<Override> overrides = {bad};
    EXPECT_FALSE(apply_overrides(h, kTwoDays, before, overrides, kToday).ok());
  }
}

TEST(Overrides, TellsWhichOnesBearOnEachForecast) {
  const Hierarchy h = two_stores_two_categories();  // total; a, b; x, y; a/1 a/2 a/3 b/1 b/2 b/3
  Override store = on_both_days(1, 12);
  store.last = kTwoDays[0];
  const std::vector<Override> overrides = {on_both_days(0, 100), store, on_both_days(4, 9)};
  const std::vector<OverrideStatus> status = {OverrideStatus::kExpired, OverrideStatus::kApplied,
                                              OverrideStatus::kApplied};
  const auto found = overrides_of_forecasts(h, kTwoDays, overrides, status);
  const auto of = [&](size_t node, size_t step) {
    return found.sets[static_cast<size_t>(found.set_of[node * 2 + step])];
  };
  using Set = std::vector<size_t>;
  EXPECT_EQ(of(0, 0), (Set{1, 2}));  // the total has series of both
  EXPECT_EQ(of(0, 1), (Set{2}));
  EXPECT_EQ(of(5, 0), (Set{1}));     // a/1, of category x
  EXPECT_EQ(of(7, 0), (Set{1, 2}));  // a/3, of category y
  EXPECT_EQ(of(8, 0), (Set{}));      // b/1
  EXPECT_EQ(of(10, 1), (Set{2}));    // b/3
}

}  // namespace
}  // namespace restock
