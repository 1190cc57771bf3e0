#include "foundation/domain/period_words.h"

#include <gtest/gtest.h>

namespace restock {
namespace {

TEST(PeriodWords, NamesOneAndSeveralPeriodsOfEveryFrequency) {
  EXPECT_EQ(periods_in_words(1, Frequency::kDaily), "1 day");
  EXPECT_EQ(periods_in_words(3, Frequency::kWeekly), "3 weeks");
  EXPECT_EQ(periods_in_words(2, Frequency::kHourly), "2 hours");
  EXPECT_EQ(periods_in_words(0, Frequency::kMonthly), "0 months");
}

}  // namespace
}  // namespace restock
