#include "science/generator/moving_holidays.h"

#include <gtest/gtest.h>

namespace restock::generator {
namespace {

TEST(EasterSunday, ReproducesPublishedDates) {
  // Earliest and latest possible dates, and tables of the US Naval Observatory.
  const Date published[] = {
      Date::of(1818, 3, 22), Date::of(1886, 4, 25), Date::of(1943, 4, 25), Date::of(1954, 4, 18),
      Date::of(1981, 4, 19), Date::of(2000, 4, 23), Date::of(2008, 3, 23), Date::of(2011, 4, 24),
      Date::of(2012, 4, 8),  Date::of(2016, 3, 27), Date::of(2019, 4, 21), Date::of(2024, 3, 31),
      Date::of(2025, 4, 20), Date::of(2026, 4, 5),  Date::of(2038, 4, 25), Date::of(2285, 3, 22)};
  for (const Date date : published) EXPECT_EQ(easter_sunday(date.year()), date);
}

TEST(EasterSunday, IsASundayFromMarch22ToApril25) {
  for (int year = 1583; year <= 3000; ++year) {
    const Date easter = easter_sunday(year);
    EXPECT_EQ(easter.weekday(), 6) << year;
    EXPECT_GE(easter, Date::of(year, 3, 22));
    EXPECT_LE(easter, Date::of(year, 4, 25));
  }
}

TEST(NthWeekday, ReproducesPublishedDates) {
  EXPECT_EQ(nth_weekday(2011, 11, 3, 4), Date::of(2011, 11, 24));  // Thanksgiving
  EXPECT_EQ(nth_weekday(2023, 11, 3, 4), Date::of(2023, 11, 23));
  EXPECT_EQ(nth_weekday(2024, 11, 3, 4), Date::of(2024, 11, 28));
  EXPECT_EQ(nth_weekday(2024, 5, 0, -1), Date::of(2024, 5, 27));  // Memorial Day
  EXPECT_EQ(nth_weekday(2021, 5, 0, -1), Date::of(2021, 5, 31));
  EXPECT_EQ(nth_weekday(2025, 9, 0, 1), Date::of(2025, 9, 1));  // Labor Day
}

TEST(EventsBetween, ListsEveryEventOfEveryYearInOrder) {
  const auto events = events_between(2011, 2016);
  ASSERT_EQ(events.size(), static_cast<size_t>(6 * kEventCount));
  for (size_t i = 1; i < events.size(); ++i) EXPECT_LE(events[i - 1].date, events[i].date);
  for (const EventDay& day : events) EXPECT_FALSE(event_name(day.event).empty());
}

}  // namespace
}  // namespace restock::generator
