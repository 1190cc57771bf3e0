#include "science/stock_policies/safety_stock.h"

#include <cmath>

#include <gtest/gtest.h>

namespace restock {
namespace {

TEST(SafetyStock, ReproducesChopraFillRateExamples) {
  const LeadTimeDemand weekly{.demand_mean = 250, .demand_sd = 150, .lead_time_mean = 2};
  const auto service = service_of_policy(weekly, 600, 1000).value();
  EXPECT_EQ(service.safety_stock, 100);
  EXPECT_NEAR(service.cycle_service, 0.68132, 5e-6);
  EXPECT_NEAR(service.units_short, 43.86, 5e-3);
  EXPECT_NEAR(service.fill_rate, 0.95614, 5e-6);
  const LeadTimeDemand palm{.demand_mean = 2500, .demand_sd = 500, .lead_time_mean = 2};
  const auto policy = service_of_policy(palm, 6000, 10000).value();
  EXPECT_NEAR(policy.cycle_service, 0.92, 5e-3);
  EXPECT_NEAR(policy.units_short, 25.127, 5e-4);
  EXPECT_NEAR(policy.fill_rate, 0.9975, 5e-5);
  EXPECT_NEAR(safety_stock_for_cycle_service(palm, 0.90).value().safety_stock, 906, 0.5);
  EXPECT_NEAR(safety_stock_for_fill_rate(palm, 0.975, 10000).value().safety_stock, 67, 0.5);
}

TEST(SafetyStock, ReproducesLeadTimeVariabilityExamples) {
  const auto both = safety_stock_for_factor({100, 20, 7, 2}, 1.65).value();
  EXPECT_NEAR(both.safety_stock, 341.35, 5e-3);
  EXPECT_NEAR(both.reorder_point, 1041.35, 5e-3);
  // Heizer ch. 12: only the lead time varies. Taylor, I-75 Carpet: only demand does.
  EXPECT_NEAR(safety_stock_for_factor({60, 0, 6, 2}, 1.28).value().reorder_point, 513.6, 1e-9);
  const auto carpet = safety_stock_for_factor({30, 5, 10, 0}, 1.65).value();
  EXPECT_NEAR(carpet.safety_stock, 26.1, 0.05);
  EXPECT_NEAR(carpet.reorder_point, 326.1, 0.05);
}

TEST(SafetyStock, FillRateIsReachedByItsReorderPoint) {
  const LeadTimeDemand demand{
      .demand_mean = 40, .demand_sd = 25, .lead_time_mean = 5, .lead_time_sd = 1};
  for (const double fill : {0.3, 0.8, 0.95, 0.999, 0.9999999}) {
    const auto plan = safety_stock_for_fill_rate(demand, fill, 200).value();
    EXPECT_NEAR(service_of_policy(demand, plan.reorder_point, 200).value().fill_rate, fill, 1e-10);
  }
}

TEST(SafetyStock, RejectsNonsense) {
  EXPECT_FALSE(safety_stock_for_factor({-1, 1, 1, 0}, 1).ok());
  EXPECT_FALSE(safety_stock_for_factor({1, 1, 0, 0}, 1).ok());
  EXPECT_FALSE(safety_stock_for_factor({1, 1, 1, 0}, NAN).ok());
  EXPECT_FALSE(safety_stock_for_cycle_service({1, 1, 1, 0}, 1).ok());
  EXPECT_FALSE(safety_stock_for_fill_rate({1, 0, 1, 0}, 0.9, 10).ok());
  EXPECT_FALSE(service_of_policy({1, 1, 1, 0}, 5, 0).ok());
}

}  // namespace
}  // namespace restock
