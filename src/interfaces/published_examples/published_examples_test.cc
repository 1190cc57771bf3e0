#include "interfaces/published_examples/published_examples.h"

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

namespace restock {
namespace {

TEST(PublishedExamples, EachNumberIsWithinItsTolerance) {
  for (const auto& number : published_numbers()) {
    EXPECT_TRUE(number.ok()) << number.id << " " << number.model << ", " << number.quantity
                             << ": expected " << number.expected << ", got " << number.got;
    EXPECT_GT(number.tolerance, 0) << number.id;
    // No tolerance hides a wrong number: half a unit at most where the source gives whole ones.
    EXPECT_LE(number.tolerance, std::max(0.5, 0.005 * std::abs(number.expected))) << number.id;
  }
}

TEST(PublishedExamples, AllThirtySevenAreThere) {
  std::set<std::string> ids;
  for (const auto& number : published_numbers()) ids.insert(number.id);
  for (int i = 1; i <= 37; ++i) EXPECT_EQ(ids.count("T" + std::to_string(i)), 1U) << i;
  EXPECT_EQ(ids.size(), 37U);
}

TEST(PublishedExamples, WrongNumbersAndNanAreSeen) {
  PublishedNumber number{"T0", "a model", "a number", 10, 10.4, 0.5};
  EXPECT_TRUE(number.ok());
  number.got = 10.6;
  EXPECT_FALSE(number.ok());
  number.got = NAN;
  EXPECT_FALSE(number.ok());
  EXPECT_NE(published_examples_markdown({number}).find("**out of tolerance**"), std::string::npos);
}

TEST(PublishedExamples, PageIsCurrent) {
  const std::string path =
      std::string(RESTOCK_SOURCE_DIR) + "/docs/reference/inventory-examples.md";
  const std::string wanted = published_examples_markdown(published_numbers());
  if (std::getenv("RESTOCK_UPDATE_DOCS") != nullptr) std::ofstream(path) << wanted;
  std::ostringstream seen;
  seen << std::ifstream(path).rdbuf();
  EXPECT_EQ(seen.str(), wanted)
      << "renew it: RESTOCK_UPDATE_DOCS=1 restock_published_examples_test";
}

}  // namespace
}  // namespace restock
