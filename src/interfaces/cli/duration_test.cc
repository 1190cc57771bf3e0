#include "interfaces/cli/duration.h"

#include <gtest/gtest.h>

namespace restock::cli {
namespace {

TEST(Duration, AddsUpItsParts) {
  EXPECT_EQ(parse_duration("90s").value(), 90);
  EXPECT_EQ(parse_duration("1h30m").value(), 5400);
  EXPECT_EQ(parse_duration("1.5h").value(), 5400);
  EXPECT_EQ(parse_duration("2d").value(), 172800);
}

TEST(Duration, RefusesWhatIsNoTime) {
  for (const char* text :
       {"", "90", "s", "0s", "-5m", "30m1h", "1h1h", "1e3s", "nans", "infs", "5 m", "5x", "1h30"}) {
    const auto parsed = parse_duration(text);
    ASSERT_FALSE(parsed.ok()) << text;
    EXPECT_NE(parsed.error().message.find(text), std::string::npos);
  }
}

TEST(Duration, ReadsPlainNumbersAboveZero) {
  EXPECT_EQ(parse_positive("2.50").value(), 2.5);
  for (const char* text : {"", "0", "-1", "2,5", "1e9x", "nan", "inf"})
    EXPECT_FALSE(parse_positive(text).ok()) << text;
}

}  // namespace
}  // namespace restock::cli
