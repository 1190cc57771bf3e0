#include "science/evaluation/step_value.h"

#include <cmath>

#include <gtest/gtest.h>

#include "science/evaluation/evaluation_fixture.h"

namespace restock {
namespace {

TEST(ValueOfSteps, ReproducesSumsByHand) {
  // Steps of the history: 1, 1, so the scale is 1; then 2 and 4 are sold.
  const Panel panel = sold_panel({{2, 3, 2, 2, 4}});
  const std::vector<double> naive = {2, 2}, model = {3, 4}, worse = {6, 4};
  const std::vector<ForecastStep> steps = {
      {"naive", naive}, {"model", model}, {"judgement", worse}};
  ThreadPool pool(1);
  const auto values = value_of_steps(panel, 2, 2, steps, pool);
  ASSERT_EQ(values.size(), 3U);
  EXPECT_EQ(values[0].name, "naive");
  EXPECT_NEAR(values[0].wape, 100 * 2.0 / 6, 1e-9);
  EXPECT_NEAR(values[0].bias, -100 * 2.0 / 6, 1e-9);
  EXPECT_EQ(values[0].wape_points, 0);
  EXPECT_NEAR(values[1].wape_points, 100 * 1.0 / 6, 1e-9);
  EXPECT_NEAR(values[1].rmsse, std::sqrt(0.5), 1e-9);
  EXPECT_NEAR(values[1].rmsse_percent, 50, 1e-9);
  EXPECT_LT(values[2].wape_points, 0);
  EXPECT_LT(values[2].rmsse_percent, 0);
}

TEST(ValueOfSteps, GivesZerosWhereNothingWasSold) {
  const Panel panel = sold_panel({{2, 3, 2, 0, 0}});
  const std::vector<double> mean = {0, 0};
  const std::vector<ForecastStep> steps = {{"a", mean}, {"b", mean}};
  ThreadPool pool(1);
  const auto values = value_of_steps(panel, 2, 2, steps, pool);
  EXPECT_EQ(values[1].wape_points, 0);
  EXPECT_EQ(values[1].rmsse_percent, 0);
}

}  // namespace
}  // namespace restock
