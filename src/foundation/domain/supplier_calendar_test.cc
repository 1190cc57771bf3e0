#include "foundation/domain/supplier_calendar.h"

#include <gtest/gtest.h>

namespace restock {
namespace {

constexpr TimeAxis kDaily{};
constexpr TimeAxis kWeekly{.frequency = Frequency::kWeekly};

Period day(int d) {
  return kDaily.period_of(Date::of(2024, 4, d));  // 1 April 2024 was a Monday.
}

SupplierCalendar calendar(const char* order_days, const char* delivery_days) {
  SupplierCalendar out;
  if (*order_days != 0) out.order_days = parse_weekdays(order_days).value();
  if (*delivery_days != 0) out.delivery_days = parse_weekdays(delivery_days).value();
  return out;
}

TEST(Weekdays, AreReadFromNamesAndRanges) {
  EXPECT_EQ(parse_weekdays("Mon Thu")->bits, 0b0001001);
  EXPECT_EQ(parse_weekdays("monday, THURSDAY")->bits, 0b0001001);
  EXPECT_EQ(parse_weekdays("Mon-Fri")->bits, 0b0011111);
  EXPECT_EQ(parse_weekdays("Sat-Mon")->bits, 0b1100001);
  EXPECT_EQ(parse_weekdays("Wed-Wed,Sund")->bits, 0b1000100);
}

TEST(Weekdays, RefuseWhatIsNoDay) {
  EXPECT_EQ(parse_weekdays("Mon Foo").error().message, "\"Foo\" names no days of the week");
  for (const char* text : {"", " , ", "Mo", "Mon-", "-Fri", "Mon-Fri-Sun", "Mondays", "1 4"})
    EXPECT_FALSE(parse_weekdays(text).ok()) << text;
}

TEST(SupplyTiming, WithoutACalendarIsLeadTimeAndReview) {
  const SupplyTiming timing = supply_timing({}, kDaily, day(1), 3, 7);
  EXPECT_EQ(timing.order, day(1));
  EXPECT_EQ(timing.arrives, day(1) + 4);
  EXPECT_EQ(timing.next_order, day(8));
  EXPECT_EQ(timing.next_arrives - timing.arrives, 7);
}

// The example of the header, and of docs/guide/suppliers.md.
TEST(SupplyTiming, TakesTheLastOrderThatReachesADelivery) {
  const auto of = calendar("Mon-Fri", "Tue Fri");
  const SupplyTiming monday = supply_timing(of, kDaily, day(1), 1, 7);
  EXPECT_EQ(monday.order, day(3));
  EXPECT_EQ(monday.arrives, day(5));
  EXPECT_EQ(monday.next_order, day(5));
  EXPECT_EQ(monday.next_arrives, day(9));
  const SupplyTiming wednesday = supply_timing(of, kDaily, day(3), 1, 7);
  EXPECT_EQ(wednesday.order, day(3));
  EXPECT_EQ(wednesday.arrives, day(5));
}

TEST(SupplyTiming, MovesOrdersAndDeliveriesPastClosedDays) {
  auto of = calendar("Mon Thu", "Wed Sat");
  const SupplyTiming open = supply_timing(of, kDaily, day(1), 1, 7);
  EXPECT_EQ(open.order, day(1));
  EXPECT_EQ(open.arrives, day(3));
  EXPECT_EQ(open.next_arrives, day(6));
  of.closed = {Date::of(2024, 4, 3), Date::of(2024, 4, 4)};
  const SupplyTiming closed = supply_timing(of, kDaily, day(1), 1, 7);
  EXPECT_EQ(closed.arrives, day(6));
  EXPECT_EQ(closed.next_order, day(8));
  EXPECT_EQ(closed.next_arrives, day(10));
  SupplierCalendar reviews;
  reviews.closed = {Date::of(2024, 4, 8)};
  EXPECT_EQ(supply_timing(reviews, kDaily, day(1), 1, 7).next_order, day(9));
  EXPECT_EQ(supply_timing(reviews, kDaily, day(8), 1, 7).order, day(9));
}

TEST(SupplyTiming, WeeksHoldAllWeekdays) {
  auto of = calendar("Mon", "Tue");
  of.closed = {kWeekly.date_of(100)};
  const SupplyTiming timing = supply_timing(of, kWeekly, 100, 2, 1);
  EXPECT_EQ(timing.order, 100);
  EXPECT_EQ(timing.arrives, 103);
  EXPECT_EQ(timing.next_arrives, 104);
}

// By brute force: of all orders from the origin on, those that arrive first, and those after.
TEST(SupplyTiming, AgreesWithTryingEveryDay) {
  for (unsigned order_bits : {1U, 0b0010010U, 0b0011111U, 0b1111111U}) {
    for (unsigned delivery_bits : {0b0000100U, 0b0101010U, 0b1111111U}) {
      for (int32_t lead_time : {0, 2, 9}) {
        SupplierCalendar of;
        of.order_days = Weekdays{static_cast<uint8_t>(order_bits)};
        of.delivery_days = Weekdays{static_cast<uint8_t>(delivery_bits)};
        of.closed = {Date::of(2024, 4, 10), Date::of(2024, 4, 12)};
        for (int d = 1; d <= 14; ++d) {
          std::vector<std::pair<Period, Period>> arrivals;  // arrives, ordered
          for (Period t = day(d); t < day(d) + 60; ++t) {
            if (!takes_orders(of, kDaily, t)) continue;
            arrivals.emplace_back(delivery_period(of, kDaily, t, lead_time), t);
          }
          const SupplyTiming timing = supply_timing(of, kDaily, day(d), lead_time, 7);
          EXPECT_EQ(timing.arrives, arrivals.front().first);
          for (const auto& [arrives, ordered] : arrivals) {
            EXPECT_TRUE(arrives == timing.arrives ? ordered <= timing.order
                                                  : arrives >= timing.next_arrives);
            EXPECT_TRUE(arrives != timing.next_arrives || ordered <= timing.next_order);
          }
          EXPECT_EQ(delivery_period(of, kDaily, timing.order, lead_time), timing.arrives);
          EXPECT_EQ(delivery_period(of, kDaily, timing.next_order, lead_time), timing.next_arrives);
          EXPECT_GT(timing.next_arrives, timing.arrives);
        }
      }
    }
  }
}

}  // namespace
}  // namespace restock
