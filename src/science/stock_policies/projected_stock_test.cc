#include "science/stock_policies/projected_stock.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace restock {
namespace {

using ::testing::ElementsAre;

const std::vector<double> kForecast = {60, 75, 25, 50};
const std::vector<double> kReceipts = {0, 40, 30, 0};

TEST(ProjectedStock, ReproducesVandeputsExample) {
  const auto order = top_up_order({150, kForecast, kReceipts}, 3, 30).value();
  EXPECT_THAT(order.stock, ElementsAre(90, 55, 60, 10));
  EXPECT_EQ(order.quantity, 20);
}

TEST(ProjectedStock, TheOrderBringsStockToItsTarget) {
  for (const double on_hand : {-20.0, 0.0, 30.0, 150.0, 400.0}) {
    for (const bool lost : {false, true}) {
      if (lost && on_hand < 0) continue;  // what is lost does not wait
      for (size_t arrival = 0; arrival < 4; ++arrival) {
        const auto order = top_up_order({on_hand, kForecast, kReceipts, lost}, arrival, 30).value();
        std::vector<double> receipts = kReceipts;
        receipts[arrival] += order.quantity;
        const auto after = top_up_order({on_hand, kForecast, receipts, lost}, arrival, 30).value();
        EXPECT_NEAR(after.quantity, 0, 1e-9);
        EXPECT_NEAR(after.stock[arrival], std::max(30.0, order.stock[arrival]), 1e-9);
      }
    }
  }
}

TEST(ProjectedStock, LostSalesNeedNoLaterOrder) {
  const auto waits = top_up_order({0, kForecast, kReceipts, false}, 3, 0).value();
  const auto lost = top_up_order({0, kForecast, kReceipts, true}, 3, 0).value();
  EXPECT_EQ(waits.quantity, 140);
  EXPECT_THAT(lost.stock, ElementsAre(0, 0, 5, 0));
  EXPECT_EQ(lost.quantity, 45);
}

TEST(ProjectedStock, RejectsNonsense) {
  EXPECT_FALSE(top_up_order({150, kForecast, kReceipts}, 4, 30).ok());
  EXPECT_FALSE(top_up_order({150, kForecast, {}}, 1, 30).ok());
  EXPECT_FALSE(top_up_order({-1, kForecast, kReceipts, true}, 1, 30).ok());
  EXPECT_FALSE(top_up_order({NAN, kForecast, kReceipts}, 1, 30).ok());
  EXPECT_FALSE(top_up_order({1, std::vector<double>{-1.0}, std::vector<double>{0.0}}, 0, 1).ok());
}

}  // namespace
}  // namespace restock
