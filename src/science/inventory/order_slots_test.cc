#include "science/inventory/order_slots.h"

#include <algorithm>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace restock {
namespace {

using testing::ElementsAre;

constexpr TimeAxis kDaily{};
const Period kMonday = kDaily.period_of(Date::of(2024, 4, 1));

SupplierTerms terms(const char* order_days, const char* delivery_days, int32_t lead_time) {
  SupplierTerms out{.lead_time = lead_time};
  out.calendar.order_days = parse_weekdays(order_days).value();
  out.calendar.delivery_days = parse_weekdays(delivery_days).value();
  return out;
}

TEST(OrderSlots, FollowTheCalendar) {
  SeriesSupply supply;
  set_order_slots(terms("Thu", "Mon-Sun", 1), kDaily, kMonday, 0, supply);
  EXPECT_EQ(supply.lead_time, 4);
  EXPECT_EQ(supply.review_period, 7);
  ASSERT_EQ(supply.slots.size(), 2U);
  EXPECT_EQ(supply.slots[0].ordered_in, 3);
  EXPECT_THAT(supply.slots[0].arrives_in, ElementsAre(5));
  EXPECT_FALSE(orders_at_origin(supply));
  const SeriesSupply plain = without_slots({&supply, 1}).front();
  EXPECT_EQ(plain.lead_time, 1);
  EXPECT_EQ(plain.review_period, 7);
  EXPECT_TRUE(orders_at_origin(plain));
}

TEST(OrderSlots, ReachAsFarAsAsked) {
  SeriesSupply supply;
  set_order_slots(terms("Mon Thu", "Wed Sat", 1), kDaily, kMonday, 15, supply);
  std::vector<int32_t> ordered;
  for (const OrderSlot& slot : supply.slots) ordered.push_back(slot.ordered_in);
  EXPECT_THAT(ordered, ElementsAre(0, 3, 7, 10, 14));
  EXPECT_THAT(supply.slots[1].arrives_in, ElementsAre(5));
  EXPECT_EQ(supply.lead_time, 1);
  EXPECT_EQ(supply.review_period, 3);
}

TEST(OrderSlots, MoveEveryLeadTimeOfALawToADayOfDelivery) {
  SupplierTerms of = terms("Mon Thu", "Wed Sat", 99);
  const std::vector<double> weights = {0.2, 0.5, 0.3};
  of.law = LeadTimeLaw::make(1, weights).value();
  EXPECT_EQ(median_lead_time(*of.law), 2);
  SeriesSupply supply;
  set_order_slots(of, kDaily, kMonday, 0, supply);
  EXPECT_THAT(supply.slots[0].arrives_in, ElementsAre(2, 5, 5));
  EXPECT_EQ(supply.lead_time, 4);
  const auto arrivals = drawn_arrivals(supply, 0, 10000);
  EXPECT_NEAR(static_cast<double>(std::count(arrivals.begin(), arrivals.end(), 2)), 2000, 150);
  const auto next = drawn_arrivals(supply, 1, 10000, arrivals);
  for (size_t p = 0; p < next.size(); ++p) EXPECT_GE(next[p], arrivals[p]);
  EXPECT_EQ(longest_risk_period({&supply, 1}), supply.slots[1].arrives_in.back() - 1);
}

TEST(OrderSlots, AreTheSameForTheSameSeedAndOthersForAnother) {
  SupplierTerms of;
  of.law = LeadTimeLaw::make(1, std::vector<double>{1, 1, 1, 1}).value();
  SeriesSupply supply;
  set_order_slots(of, kDaily, kMonday, 0, supply);
  const auto first = drawn_arrivals(supply, 0, 100);
  EXPECT_EQ(drawn_arrivals(supply, 0, 100), first);
  const auto few = drawn_arrivals(supply, 0, 10);
  EXPECT_TRUE(std::equal(few.begin(), few.end(), first.begin()));
  EXPECT_NE(drawn_arrivals(supply, 1, 100), first);
  supply.lead_time_seed = 7;
  EXPECT_NE(drawn_arrivals(supply, 0, 100), first);
}

TEST(OrderSlots, ALawOfOneLeadTimeIsAFixedOne) {
  SupplierTerms of{.lead_time = 9, .review_period = 5};
  of.law = LeadTimeLaw::make(3, std::vector<double>{1}).value();
  SeriesSupply supply;
  set_order_slots(of, kDaily, kMonday, 0, supply);
  EXPECT_FALSE(supply.lead_time_law.has_value());
  EXPECT_EQ(supply.lead_time, 3);
  EXPECT_EQ(supply.review_period, 5);
}

TEST(OrderSlots, WithoutThemOrdersAreThoseOfLeadTimeAndReview) {
  const SeriesSupply supply{.lead_time = 3, .review_period = 2};
  EXPECT_THAT(drawn_arrivals(supply, 0, 2), ElementsAre(4, 4));
  EXPECT_THAT(drawn_arrivals(supply, 2, 2), ElementsAre(8, 8));
}

}  // namespace
}  // namespace restock
