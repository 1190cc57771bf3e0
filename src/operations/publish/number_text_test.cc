#include "operations/publish/number_text.h"

#include <cmath>

#include <gtest/gtest.h>

namespace restock {
namespace {

TEST(NumberText, GroupsThousands) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(-1234567), "-1,234,567");
  EXPECT_EQ(fixed(1234.5, 2), "1,234.50");
  EXPECT_EQ(fixed(-0.001, 2), "0.00");
}

TEST(NumberText, KeepsThreeSignificantDigitsForPeople) {
  EXPECT_EQ(readable(0), "0");
  EXPECT_EQ(readable(12345.6), "12,346");
  EXPECT_EQ(readable(12.34), "12.3");
  EXPECT_EQ(readable(5), "5");
  EXPECT_EQ(readable(0.01234), "0.0123");
  EXPECT_EQ(readable(0.00001), "1.0e-05");
  EXPECT_EQ(readable(NAN), "–");
}

TEST(NumberText, WritesNumbersForProgramsWithoutExponentOrPadding) {
  EXPECT_EQ(decimal(0.1 + 0.2), "0.3");
  EXPECT_EQ(decimal(1e15), "1000000000000000");
  EXPECT_EQ(decimal(-1e-9), "0");
  EXPECT_EQ(decimal(-2.5), "-2.5");
  EXPECT_EQ(decimal(INFINITY), "");
}

TEST(NumberText, NamesDurationsAndSizes) {
  EXPECT_EQ(duration_text(0.44), "0.4 s");
  EXPECT_EQ(duration_text(59.96), "1 min 00 s");
  EXPECT_EQ(duration_text(200), "3 min 20 s");
  EXPECT_EQ(duration_text(7500), "2 h 05 min");
  EXPECT_EQ(size_text(512), "512 B");
  EXPECT_EQ(size_text(int64_t{6} << 30), "6.0 GiB");
  EXPECT_EQ(counted(1, "order", "orders"), "1 order");
}

}  // namespace
}  // namespace restock
