#include "foundation/config/byte_size.h"

#include <gtest/gtest.h>

namespace restock {
namespace {

TEST(ByteSize, ReadsUnitsOfBothKinds) {
  EXPECT_EQ(*parse_byte_size("6GiB"), 6LL << 30);
  EXPECT_EQ(*parse_byte_size("1.5 gib"), 1610612736);
  EXPECT_EQ(*parse_byte_size("1500MB"), 1500000000);
  EXPECT_EQ(*parse_byte_size("512k"), 524288);
  EXPECT_EQ(*parse_byte_size("100"), 100);
}

TEST(ByteSize, RefusesWhatIsNoSize) {
  for (const char* text :
       {"", "GiB", "-1GiB", "6 gibbons", "nan", "inf", "1e300TiB", "6GiB extra"}) {
    EXPECT_FALSE(parse_byte_size(text).ok()) << text;
  }
}

TEST(ByteSize, WrittenTextReadsBackUnchanged) {
  for (const int64_t bytes :
       {0LL, 1LL, 1023LL, 1024LL, 1000000LL, 6LL << 30, (6LL << 30) + 1, 3LL << 40}) {
    EXPECT_EQ(*parse_byte_size(format_byte_size(bytes)), bytes);
  }
  EXPECT_EQ(format_byte_size(6LL << 30), "6GiB");
}

}  // namespace
}  // namespace restock
