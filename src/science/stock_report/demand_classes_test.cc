#include "science/stock_report/demand_classes.h"

#include <cmath>
#include <string>

#include <gtest/gtest.h>

#include "science/stock_report/stock_report_fixture.h"

namespace restock {
namespace {

std::string abc_of(const DemandClasses& classes) {
  std::string text;
  for (const DemandClass& of : classes.series) text += of.abc;
  return text;
}

std::string xyz_of(const DemandClasses& classes) {
  std::string text;
  for (const DemandClass& of : classes.series) text += of.xyz;
  return text;
}

std::vector<float> steady(float units) {
  return std::vector<float>(10, units);
}

TEST(DemandClasses, FollowsTheTextbooksAnnualUsage) {
  // Annual usage 900, 600, 300, 150, 50 and nothing: shares before 0, 45, 75, 90, 97.5 %.
  const Panel panel =
      weekly_panel({steady(5), steady(90), steady(30), steady(15), steady(60), steady(0)});
  const std::vector<double> cost(6, 1.0);
  const std::vector<int32_t> review(6, 1);
  const auto classes = classify_demand(panel, cost, review);
  EXPECT_EQ(classes.basis, ValueBasis::kCost);
  EXPECT_DOUBLE_EQ(classes.series[1].sales_value, 900);
  EXPECT_EQ(abc_of(classes), "CAABAC");
}

TEST(DemandClasses, CountsMoneyByPriceThenCostThenUnits) {
  Panel panel = weekly_panel({steady(10), steady(1)});
  const std::vector<int32_t> review(2, 1);
  const std::vector<double> none(2, 0.0);
  EXPECT_EQ(classify_demand(panel, none, review).basis, ValueBasis::kUnits);
  EXPECT_DOUBLE_EQ(classify_demand(panel, none, review).series[1].sales_value, 10);
  const std::vector<double> cost = {1, 50};
  EXPECT_DOUBLE_EQ(classify_demand(panel, cost, review).series[1].sales_value, 500);
  panel.price.assign(panel.units.size(), 3.0F);
  const auto priced = classify_demand(panel, cost, review);
  EXPECT_EQ(priced.basis, ValueBasis::kPrice);
  EXPECT_DOUBLE_EQ(priced.series[0].sales_value, 300);
}

TEST(DemandClasses, MeasuresVariationOverReviewPeriods) {
  // 0, 4, 0, 4, ...: wild by the week, without any variation by the fortnight.
  std::vector<float> pulse;
  for (int t = 0; t < 12; ++t) pulse.push_back(t % 2 == 0 ? 0.0F : 4.0F);
  const Panel panel = weekly_panel({pulse, pulse});
  const std::vector<double> none(2, 0.0);
  const std::vector<int32_t> review = {1, 2};
  const auto classes = classify_demand(panel, none, review);
  // Mean 2, squares about it 4 each, over n - 1.
  EXPECT_DOUBLE_EQ(classes.series[0].variation, std::sqrt(12 * 4.0 / 11) / 2);
  EXPECT_DOUBLE_EQ(classes.series[1].variation, 0);
  EXPECT_EQ(xyz_of(classes), "ZX");
}

TEST(DemandClasses, LeavesOutWhatIsNotKnown) {
  Panel panel = weekly_panel({{2, 2, 2, 2, 2, 9}, {2, 2, 2, 2, 2, 2}});
  panel.state[5] = PeriodState::kMissing;
  for (size_t t = 6; t < 10; ++t) panel.state[t] = PeriodState::kOutOfStock;
  const std::vector<double> none(2, 0.0);
  const std::vector<int32_t> review(2, 1);
  const auto classes = classify_demand(panel, none, review);
  EXPECT_DOUBLE_EQ(classes.series[0].sales_value, 10);
  EXPECT_DOUBLE_EQ(classes.series[0].variation, 0);
  // Two known weeks say nothing of how steady demand is.
  EXPECT_TRUE(std::isnan(classes.series[1].variation));
  EXPECT_EQ(xyz_of(classes), "XZ");
}

TEST(DemandClasses, LooksAtTheLastYearOnly) {
  std::vector<float> fallen(60, 1.0F);
  for (size_t t = 0; t < 8; ++t) fallen[t] = 1000;
  const Panel panel = weekly_panel({fallen, std::vector<float>(60, 2.0F)});
  const std::vector<double> none(2, 0.0);
  const std::vector<int32_t> review(2, 1);
  const auto classes = classify_demand(panel, none, review);
  EXPECT_LE(classes.series[0].sales_value, 53);
  EXPECT_EQ(xyz_of(classes), "XX");
}

TEST(DemandClasses, HasNoAWhereNothingSold) {
  const Panel panel = weekly_panel({steady(0), steady(0)});
  const std::vector<double> none(2, 0.0);
  const std::vector<int32_t> review(2, 1);
  EXPECT_EQ(abc_of(classify_demand(panel, none, review)), "CC");
}

}  // namespace
}  // namespace restock
