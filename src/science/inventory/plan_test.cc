#include "science/inventory/plan.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "foundation/base/random.h"

namespace restock {
namespace {

/// `n` daily series with Poisson demand of the given mean a day.
ForecastTable steady_forecast(size_t n, double mean, int32_t horizon) {
  ForecastTable table;
  table.origin = 100;
  table.horizon = horizon;
  table.key_names = {"store", "product"};
  for (size_t i = 0; i < n; ++i) {
    table.keys.push_back({{"1", std::to_string(i)}});
    for (int32_t k = 1; k <= horizon; ++k) {
      table.mean.push_back(mean);
      table.sd.push_back(std::sqrt(mean));
      table.cumulative_variance.push_back(mean * k);
    }
    table.fallback_reason.emplace_back();
  }
  return table;
}

SeriesSupply stocked(double on_hand, std::vector<OpenOrder> open_orders = {}) {
  SeriesSupply supply;
  supply.known = true;
  supply.on_hand = on_hand;
  supply.open_orders = std::move(open_orders);
  return supply;
}

PlanRow plan_one(const ForecastTable& forecast, const SeriesSupply& supply,
                 const PlanParameters& parameters) {
  const auto rows = make_plan(forecast, std::span(&supply, 1), parameters);
  EXPECT_TRUE(rows.ok()) << rows.error().to_string();
  return rows.value().at(0);
}

bool says(const PlanRow& row, std::string_view words) {
  return row.reason.find(words) != std::string::npos;
}

TEST(Plan, ComputesEveryFigureOfASteadyItem) {
  // Poisson(2) a day, lead time 7, weekly review: SciPy poisson(28).ppf(.95) = 37,
  // poisson(16).ppf(.95) = 23.
  const auto row = plan_one(steady_forecast(1, 2, 30), stocked(9), {.service_level = 0.95});
  EXPECT_EQ(row.order_up_to, 37);
  EXPECT_EQ(row.reorder_point, 23);
  EXPECT_DOUBLE_EQ(row.risk_demand_mean, 28);
  EXPECT_DOUBLE_EQ(row.risk_demand_sd, std::sqrt(28.0));
  EXPECT_DOUBLE_EQ(row.lead_time_demand_mean, 14);
  EXPECT_DOUBLE_EQ(row.safety_stock, 9);
  EXPECT_EQ(row.order_quantity, 28);
  // SciPy: poisson(14).sf(9) = 0.8905990...
  EXPECT_NEAR(row.stock_out_risk, 0.89060, 5e-6);
  EXPECT_EQ(row.reason,
            "order 28: stock 9 + on order 0, covers 4 of the next 14 days; target 37 = expected 28 "
            "+ safety 9 for 95.0 % service");
}

TEST(Plan, NetsOpenOrdersSoThatNothingIsProposedTwice) {
  const auto forecast = steady_forecast(1, 2, 30);
  const PlanParameters parameters{.service_level = 0.95};
  const auto first = plan_one(forecast, stocked(9), parameters);
  const auto second = plan_one(
      forecast, stocked(9, {{.arrives_in = 8, .quantity = first.order_quantity}}), parameters);
  EXPECT_EQ(second.order_quantity, 0);
  EXPECT_EQ(second.on_order, 28);
  EXPECT_TRUE(says(second, "no order: stock 9 + on order 28 reaches the target")) << second.reason;
  // It arrives too late to change the risk of the lead time; a sooner one does.
  EXPECT_EQ(second.stock_out_risk, first.stock_out_risk);
  const auto sooner =
      plan_one(forecast, stocked(9, {{.arrives_in = 4, .quantity = 28}}), parameters);
  EXPECT_NEAR(sooner.stock_out_risk, 0.08392, 5e-6);  // SciPy: poisson(6).sf(9), the evening before
  EXPECT_TRUE(says(sooner, "covers 14 of")) << sooner.reason;
}

TEST(Plan, OrdersNothingAtOrOverTheTarget) {
  const auto forecast = steady_forecast(1, 2, 30);
  for (const double stock : {37.0, 38.0, 500.0}) {
    auto supply = stocked(stock);
    supply.moq = 50;
    supply.pack_size = 6;
    EXPECT_EQ(plan_one(forecast, supply, {.service_level = 0.95}).order_quantity, 0);
  }
}

TEST(Plan, ExplainsMinimumPacksAndRounding) {
  auto supply = stocked(30);
  supply.pack_size = 12;
  const auto forecast = steady_forecast(1, 2, 30);
  const auto up = plan_one(forecast, supply, {.service_level = 0.95});
  EXPECT_EQ(up.order_quantity, 12);
  EXPECT_TRUE(says(up, "order 12 (need 7, packs of 12)")) << up.reason;
  supply.on_hand = 33;
  const auto down =
      plan_one(forecast, supply, {.service_level = 0.95, .rounding = Rounding::kNearest});
  EXPECT_EQ(down.order_quantity, 0);
  EXPECT_TRUE(says(down, "4 short of the target, which rounds to nothing")) << down.reason;
  supply.moq = 20;
  const auto minimum = plan_one(forecast, supply, {.service_level = 0.95});
  EXPECT_EQ(minimum.order_quantity, 24);
  EXPECT_TRUE(says(minimum, "order 24 (need 4, minimum 20, packs of 12)")) << minimum.reason;
}

TEST(Plan, SaysWhatIsUnusual) {
  auto forecast = steady_forecast(1, 2, 10);
  forecast.mean[3] = 0;
  forecast.fallback_reason[0] = "new: 3 days of history";
  auto supply = stocked(-3, {{.arrives_in = -2, .quantity = 5}, {.arrives_in = 40, .quantity = 6}});
  const auto row = plan_one(forecast, supply, {.service_level = 0.95});
  EXPECT_EQ(row.on_hand, 0);
  EXPECT_DOUBLE_EQ(row.risk_demand_mean, 18 * 1.4);
  EXPECT_TRUE(says(row, "book stock -3 taken as 0")) << row.reason;
  EXPECT_TRUE(says(row, "the forecast ends after 10 days and was extended linearly"));
  EXPECT_TRUE(says(row, "no demand is expected in 1 day of them"));
  EXPECT_TRUE(says(row, "5 on order are overdue and expected next day"));
  EXPECT_TRUE(says(row, "6 on order arrive only after these 14 days"));
  EXPECT_TRUE(says(row, "fallback forecast: new: 3 days of history"));
  supply.known = false;
  supply.on_hand = 1000;
  const auto unknown = plan_one(forecast, supply, {.service_level = 0.95});
  EXPECT_FALSE(unknown.stock_known);
  EXPECT_EQ(unknown.on_hand, 0);
  EXPECT_TRUE(says(unknown, "no stock record, stock taken as 0")) << unknown.reason;
}

TEST(Plan, CostsGiveAServiceLevelAndTheReasonNamesIt) {
  const auto row = plan_one(steady_forecast(1, 2, 30), stocked(0), {});
  // The fractile lies between (p - 6h) / (p + h) = 0.863 and p / (p + 7h) = 0.877.
  EXPECT_GT(row.service_level, 0.862);
  EXPECT_LT(row.service_level, 0.878);
  EXPECT_TRUE(says(row, "% service (from the costs)")) << row.reason;
}

TEST(Plan, PlannedClosuresNeedNoStock) {
  auto open = steady_forecast(1, 2, 14);
  auto closed = open;
  for (int k = 7; k < 14; ++k) {
    closed.mean[static_cast<size_t>(k)] = 0;
    closed.cumulative_variance[static_cast<size_t>(k)] = 14;
  }
  const PlanParameters parameters{.service_level = 0.95};
  EXPECT_EQ(plan_one(open, stocked(0), parameters).order_up_to, 37);
  EXPECT_EQ(plan_one(closed, stocked(0), parameters).order_up_to,
            20);  // SciPy: poisson(14).ppf(.95)
  closed.mean.assign(14, 0.0);
  closed.cumulative_variance.assign(14, 0.0);
  EXPECT_EQ(plan_one(closed, stocked(0), parameters).order_quantity, 0);
}

/// Every series sells `units` a period on both of its paths.
PathsOf steady_paths(float units, int32_t horizon) {
  return [=](std::span<const size_t> series) -> Result<PathBlock> {
    return PathBlock{horizon, 2,
                     std::vector<float>(series.size() * 2 * static_cast<size_t>(horizon), units)};
  };
}

TEST(Plan, TakesOrdersAlongPathsAndKeepsTheLevelForInformation) {
  const auto forecast = steady_forecast(300, 2, 30);
  const std::vector<SeriesSupply> supply(300, stocked(9));
  ThreadPool pool(2);
  const auto rows = make_plan(forecast, supply, {}, steady_paths(2, 30), pool);
  ASSERT_TRUE(rows.ok()) << rows.error().to_string();
  const auto by_level = plan_one(steady_forecast(1, 2, 30), stocked(9), {});
  for (const PlanRow& row : *rows) {
    // Nine sell before the order arrives, five are lost and not owed: fourteen cover the rest.
    EXPECT_EQ(row.order_quantity, 14);
    EXPECT_EQ(row.need, 14);
    EXPECT_EQ(row.stock_out_risk, 1);
    ASSERT_TRUE(row.projected);
    EXPECT_EQ(row.projected->projected_stock, 0);
    EXPECT_EQ(row.order_up_to, by_level.order_up_to);
    EXPECT_EQ(row.safety_stock, by_level.safety_stock);
  }
  EXPECT_EQ(rows->back().series, 299U);
  // A day later two sales are lost, and as much is held, only later: 12 + 10 + ... + 2 unit-days.
  EXPECT_EQ(rows->front().reason,
            "order 14: stock 9 + on order 0, covers 4 of the next 14 days; 28 expected to sell in "
            "them, 0 left when an order of today arrives; not ordering until the next review would "
            "cost 13.16 more, ordering a day later 2.00");
  EXPECT_FALSE(by_level.projected);
}

TEST(Plan, ExtendsPathsThatEndBeforeTheRiskPeriod) {
  const auto forecast = steady_forecast(1, 2, 10);
  const auto supply = stocked(20);
  ThreadPool pool(1);
  const auto rows = make_plan(forecast, std::span(&supply, 1), {}, steady_paths(2, 10), pool);
  ASSERT_TRUE(rows.ok()) << rows.error().to_string();
  EXPECT_EQ(rows->front().order_quantity, 8);
  EXPECT_TRUE(says(rows->front(), "the forecast ends after 10 days and was extended by more of"));
}

TEST(Plan, OrdersUpToTheLevelWithoutPathsAndSaysSo) {
  const auto forecast = steady_forecast(1, 2, 30);
  const auto supply = stocked(9);
  ThreadPool pool(1);
  const PlanParameters parameters{.service_level = 0.95};
  const auto rows = make_plan(forecast, std::span(&supply, 1), parameters, {}, pool);
  ASSERT_TRUE(rows.ok());
  EXPECT_EQ(rows->front().order_quantity, 28);
  EXPECT_FALSE(rows->front().projected);
  EXPECT_TRUE(says(rows->front(), "ordered up to the target, since the forecast has no sample"));
}

TEST(Plan, PassesOnWhatIsWrongWithThePaths) {
  const auto forecast = steady_forecast(2, 2, 30);
  const std::vector<SeriesSupply> supply(2, stocked(9));
  ThreadPool pool(1);
  const PathsOf failing = [](std::span<const size_t>) -> Result<PathBlock> {
    return Error{Code::kCancelled, "no more paths", ""};
  };
  const auto rows = make_plan(forecast, supply, {}, failing, pool);
  ASSERT_FALSE(rows.ok());
  EXPECT_EQ(rows.error().message, "no more paths");
}

TEST(Plan, MoreShortageCostNeverOrdersLess) {
  Random random(4, 4);
  for (int i = 0; i < 40; ++i) {
    const auto forecast = steady_forecast(1, 0.05 + 6 * random.uniform(), 20);
    auto supply = stocked(std::floor(30 * random.uniform()),
                          {{.arrives_in = 3, .quantity = std::floor(9 * random.uniform())}});
    supply.lead_time = static_cast<int32_t>(random.below(9));
    supply.review_period = 1 + static_cast<int32_t>(random.below(9));
    supply.moq = random.uniform() < 0.5 ? 0 : 7;
    supply.pack_size = random.uniform() < 0.5 ? 1 : 6;
    const auto rounding = static_cast<Rounding>(random.below(3));
    double before = 0;
    for (double p = 0.01; p < 50; p *= 2) {
      const auto row = plan_one(forecast, supply, {.shortage_cost = p, .rounding = rounding});
      EXPECT_GE(row.order_quantity, before);
      EXPECT_LE(row.reorder_point, row.order_up_to);
      EXPECT_GE(row.safety_stock, 0);
      before = row.order_quantity;
    }
  }
}

TEST(Plan, RejectsWhatDoesNotFit) {
  const auto forecast = steady_forecast(2, 2, 14);
  const std::vector<SeriesSupply> two(2);
  EXPECT_TRUE(make_plan(forecast, two, {}).ok());
  EXPECT_FALSE(make_plan(forecast, std::vector<SeriesSupply>(3), {}).ok());
  EXPECT_FALSE(make_plan(forecast, two, {.service_level = 2}).ok());
  auto broken = forecast;
  broken.cumulative_variance.pop_back();
  EXPECT_FALSE(make_plan(broken, two, {}).ok());
  broken = forecast;
  broken.mean[20] = NAN;
  const auto result = make_plan(broken, two, {});
  ASSERT_FALSE(result.ok());
  EXPECT_NE(result.error().message.find("1/1"), std::string::npos) << result.error().message;
}

}  // namespace
}  // namespace restock
