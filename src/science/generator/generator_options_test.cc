#include "science/generator/generator_options.h"

#include <limits>

#include <gtest/gtest.h>

namespace restock::generator {
namespace {

void expect_refused(const GeneratorOptions& options, const char* name, const char* seen) {
  const Status status = validate(options);
  ASSERT_FALSE(status.ok()) << name;
  EXPECT_EQ(status.error().code, Code::kInvalidArgument);
  EXPECT_NE(status.error().message.find(name), std::string::npos) << status.error().message;
  EXPECT_NE(status.error().message.find(seen), std::string::npos) << status.error().message;
  EXPECT_FALSE(status.error().hint.empty());
}

TEST(GeneratorOptions, PresetsAreValidAndHaveThePromisedSize) {
  EXPECT_TRUE(validate(small_preset()).ok());
  EXPECT_TRUE(validate(m5_preset()).ok());
  EXPECT_EQ(m5_preset().n_series(), 30'490);
  EXPECT_EQ(m5_preset().n_sales_rows(), 59'181'090);
  EXPECT_EQ(m5_preset().start, Date::of(2011, 1, 29));
}

TEST(GeneratorOptions, NamesTheOptionAndTheValueThatIsWrong) {
  expect_refused({.stores = 0}, "stores", "0");
  expect_refused({.products = -3}, "products", "-3");
  expect_refused({.days = 10'001}, "days", "10001");
  expect_refused({.horizon = 731}, "horizon", "731");
  expect_refused({.start = Date::of(1899, 12, 31)}, "start", "1899-12-31");
  expect_refused({.intermittent_share = 1.5}, "intermittent_share", "1.5");
  expect_refused({.intermittent_share = std::numeric_limits<double>::quiet_NaN()}, "intermittent",
                 "nan");
  expect_refused({.stores = 10'000, .products = 1'000'000, .days = 10'000}, "rows", "10000");
}

}  // namespace
}  // namespace restock::generator
