#include "science/generator/series_generator.h"

#include <cmath>
#include <cstdlib>
#include <vector>

#include <gtest/gtest.h>

namespace restock::generator {
namespace {

/// One series with memory of its own.
struct Series {
  std::vector<int32_t> units, demand, stock, price_cents, received;
  std::vector<float> mean;
  std::vector<uint8_t> for_sale, in_stock, promotion;
  StockPosition position;
};

Series compute(SeriesGenerator& generator, const World& world, int32_t store, int32_t product) {
  const auto n = static_cast<size_t>(world.n_days());
  Series s;
  for (auto* column : {&s.units, &s.demand, &s.stock, &s.price_cents, &s.received})
    column->resize(n);
  for (auto* column : {&s.for_sale, &s.in_stock, &s.promotion}) column->resize(n);
  s.mean.resize(n);
  s.position = generator.generate(store, product,
                                  {.units = s.units,
                                   .demand = s.demand,
                                   .stock = s.stock,
                                   .price_cents = s.price_cents,
                                   .mean = s.mean,
                                   .for_sale = s.for_sale,
                                   .in_stock = s.in_stock,
                                   .promotion = s.promotion,
                                   .received = s.received});
  return s;
}

World make_world(const GeneratorOptions& options) {
  auto world = World::make(options);
  EXPECT_TRUE(world.ok());
  return std::move(world).value();
}

template <typename Check>
void for_each_series(const World& world, const Check& check) {
  SeriesGenerator generator(world);
  for (int32_t store = 0; store < world.options().stores; ++store) {
    for (int32_t product = 0; product < world.options().products; ++product) {
      check(store, product, compute(generator, world, store, product));
    }
  }
}

TEST(SeriesGenerator, LosesExactlyTheDemandThatTheStockCouldNotServe) {
  const World world = make_world({.stores = 3, .products = 80, .days = 600});
  int64_t lost_days = 0;
  for_each_series(world, [&](int32_t, int32_t, const Series& s) {
    for (size_t t = 0; t < 600; ++t) {
      const int32_t opening = t == 0 ? 0 : s.stock[t - 1];
      const int32_t lost = s.demand[t] - s.units[t];
      ASSERT_EQ(s.units[t], std::min(s.demand[t], opening + s.received[t]));
      ASSERT_EQ(s.stock[t], opening + s.received[t] - s.units[t]);  // Nothing appears or vanishes.
      ASSERT_GE(s.stock[t], 0);
      if (lost > 0) {
        ASSERT_EQ(s.stock[t], 0);
        ASSERT_EQ(s.in_stock[t], 0);
        lost_days += 1;
      }
      if (s.in_stock[t] != 0) {
        ASSERT_EQ(lost, 0);
      }
    }
  });
  // Stock-outs are there, and rare: 0.2 to 5 % of all days.
  EXPECT_GT(lost_days, 3 * 80 * 600 / 500);
  EXPECT_LT(lost_days, 3 * 80 * 600 / 20);
}

TEST(SeriesGenerator, ServesEveryDemandWithoutStockOuts) {
  const World world = make_world({.stores = 2, .products = 40, .days = 400, .stock_outs = false});
  for_each_series(world, [&](int32_t, int32_t, const Series& s) {
    for (size_t t = 0; t < 400; ++t) {
      ASSERT_EQ(s.units[t], s.demand[t]);
      ASSERT_EQ(s.in_stock[t], s.for_sale[t]);
    }
  });
}

TEST(SeriesGenerator, SellsNothingBeforeLaunchAfterWithdrawalOrAtChristmas) {
  const World world = make_world({.stores = 2, .products = 300, .days = 730});
  int64_t launched = 0;
  int64_t withdrawn = 0;
  for_each_series(world, [&](int32_t, int32_t product, const Series& s) {
    const Product& item = world.products()[static_cast<size_t>(product)];
    launched += item.launch_day > 0 ? 1 : 0;
    withdrawn += item.withdrawal_day < 730 ? 1 : 0;
    for (int32_t day = 0; day < world.n_days(); ++day) {
      const auto t = static_cast<size_t>(day);
      const bool listed = day >= item.launch_day && day < item.withdrawal_day;
      if (!listed || world.closed(day)) {
        ASSERT_EQ(s.for_sale[t], 0);
      }
      if (s.for_sale[t] == 0) {
        ASSERT_EQ(s.units[t] + s.demand[t], 0);
        ASSERT_EQ(s.mean[t], 0.0F);
      } else {
        ASSERT_GT(s.mean[t], 0.0F);
        ASSERT_GT(s.price_cents[t], 0);
      }
    }
    // A product is for sale in every store within four weeks of its launch.
    ASSERT_EQ(s.for_sale[static_cast<size_t>(item.launch_day + 28)] +
                      s.for_sale[static_cast<size_t>(item.launch_day + 29)] >
                  0,
              true);
  });
  EXPECT_GT(launched, 20);
  EXPECT_GT(withdrawn, 10);
  EXPECT_TRUE(world.closed(Date::of(2024, 12, 25) - world.options().start));
}

TEST(SeriesGenerator, TrueMeanIsUnbiasedAndItsSpreadIsAsStated) {
  const World world = make_world({.stores = 8, .products = 150, .days = 500});
  double difference = 0;
  double variance = 0;
  double squares = 0;
  double days = 0;
  for_each_series(world, [&](int32_t, int32_t product, const Series& s) {
    const Product& item = world.products()[static_cast<size_t>(product)];
    for (size_t t = 0; t < s.mean.size(); ++t) {
      if (s.for_sale[t] == 0) continue;
      const double mean = static_cast<double>(s.mean[t]);
      // Lots of a negative binomial, and a shock of 3 % beside it.
      const double spread = item.lot * mean + (item.dispersion + 0.0009) * mean * mean;
      const double error = s.demand[t] - mean;
      difference += error;
      variance += spread;
      squares += error * error / spread;
      days += 1;
    }
  });
  // Shocks are common to a store's products, so the sum spreads a little more than independent
  // draws: 6 sd instead of 4.
  EXPECT_LT(std::abs(difference), 6 * std::sqrt(variance));
  EXPECT_NEAR(squares / days, 1, 0.03);
}

TEST(SeriesGenerator, ShowsWeekAndYearInTheDemand) {
  const World world = make_world({.stores = 8, .products = 120, .days = 728, .horizon = 0});
  std::vector<double> weekday(7, 0.0);
  double garden_spring = 0;
  double garden_autumn = 0;
  for_each_series(world, [&](int32_t, int32_t product, const Series& s) {
    const Product& item = world.products()[static_cast<size_t>(product)];
    const bool garden = world.departments()[static_cast<size_t>(item.department)].name == "Garden";
    for (size_t t = 0; t < 728; ++t) {
      weekday[t % 7] += s.demand[t];  // The first day is a Monday.
      const int month = (world.options().start + static_cast<int32_t>(t)).month();
      if (garden && (month == 4 || month == 5)) garden_spring += s.demand[t];
      if (garden && (month == 10 || month == 11)) garden_autumn += s.demand[t];
    }
  });
  EXPECT_GT(weekday[5], 1.2 * weekday[1]);  // Saturday against Tuesday
  EXPECT_GT(weekday[5], 1.1 * weekday[0]);
  EXPECT_GT(garden_spring, 1.8 * garden_autumn);
}

TEST(SeriesGenerator, PromotionLiftsDemandAndTheHigherThePriceTheLowerTheMean) {
  const World world = make_world({.stores = 8, .products = 60, .days = 730});
  double promoted = 0;
  double promoted_days = 0;
  double plain = 0;
  double plain_days = 0;
  for_each_series(world, [&](int32_t, int32_t, const Series& s) {
    double level = 0;
    double days = 0;
    for (size_t t = 0; t < 730; ++t) {
      level += static_cast<double>(s.mean[t]);
      days += s.for_sale[t];
    }
    if (days < 300) return;
    for (size_t t = 0; t < 730; ++t) {
      if (s.for_sale[t] == 0) continue;
      const double relative = s.demand[t] / (level / days);
      (s.promotion[t] != 0 ? promoted : plain) += relative;
      (s.promotion[t] != 0 ? promoted_days : plain_days) += 1;
    }
  });
  EXPECT_GT(promoted / promoted_days, 1.5 * plain / plain_days);
  EXPECT_LT(promoted / promoted_days, 4.0 * plain / plain_days);
}

TEST(SeriesGenerator, EasterMovesTheSalesOfFoodWithItself) {
  const World world = make_world({.stores = 8, .products = 80, .days = 730});
  std::vector<double> mean(730, 0.0);
  for_each_series(world, [&](int32_t, int32_t product, const Series& s) {
    const Product& item = world.products()[static_cast<size_t>(product)];
    if (world.departments()[static_cast<size_t>(item.department)].category != "Food") return;
    for (size_t t = 0; t < 730; ++t) mean[t] += static_cast<double>(s.mean[t]);
  });
  for (const int year : {2024, 2025}) {
    const auto easter = static_cast<size_t>(easter_sunday(year) - world.options().start);
    EXPECT_LT(mean[easter], 0.9 * 0.5 * (mean[easter - 14] + mean[easter + 14]));
    EXPECT_GT(mean[easter - 1], 1.08 * 0.5 * (mean[easter - 15] + mean[easter + 13]));
  }
}

TEST(SeriesGenerator, DoesNotDependOnWhatWasComputedBeforeNorOnMoreStoresOrLongerHorizons) {
  const World world = make_world({.stores = 2, .products = 20, .days = 300, .horizon = 10});
  const World larger = make_world({.stores = 5, .products = 20, .days = 300, .horizon = 60});
  SeriesGenerator fresh(world);
  SeriesGenerator used(larger);
  compute(used, larger, 4, 3);
  compute(used, larger, 0, 19);
  const Series a = compute(fresh, world, 1, 7);
  const Series b = compute(used, larger, 1, 7);
  for (size_t t = 0; t < 300; ++t) {
    ASSERT_EQ(a.units[t], b.units[t]);
    ASSERT_EQ(a.demand[t], b.demand[t]);
    ASSERT_EQ(a.stock[t], b.stock[t]);
    ASSERT_EQ(a.price_cents[t], b.price_cents[t]);
    ASSERT_EQ(a.mean[t], b.mean[t]);
  }
  EXPECT_EQ(a.position.on_hand, b.position.on_hand);
  EXPECT_EQ(a.position.on_order, b.position.on_order);
}

TEST(SeriesGenerator, EndsWithTheStockOfTheLastDayAndTheOrdersThatArriveLater) {
  const World world = make_world({.stores = 4, .products = 40, .days = 200});
  const World later = make_world({.stores = 4, .products = 40, .days = 230});
  SeriesGenerator later_generator(later);
  int64_t open = 0;
  for_each_series(world, [&](int32_t store, int32_t product, const Series& s) {
    ASSERT_EQ(s.position.on_hand, s.stock[199]);
    const Product& item = world.products()[static_cast<size_t>(product)];
    // Launches and withdrawals move with the length of the history; other products go on as they
    // were.
    if (item.launch_day > 0 || item.withdrawal_day < 230) return;
    const Series next = compute(later_generator, later, store, product);
    const int32_t lead_time = world.suppliers()[static_cast<size_t>(item.supplier)].lead_time_days;
    for (int32_t k = 1; k <= lead_time; ++k) {
      const int32_t arriving = s.position.on_order[static_cast<size_t>(k - 1)];
      ASSERT_EQ(arriving, next.received[static_cast<size_t>(199 + k)]);
      open += arriving;
    }
  });
  EXPECT_GT(open, 100);
}

TEST(SeriesGenerator, MakesAllProductsIntermittentOnRequest) {
  const World world =
      make_world({.stores = 2, .products = 60, .days = 400, .intermittent_share = 1});
  int64_t lumpy = 0;
  for_each_series(world, [&](int32_t, int32_t product, const Series& s) {
    const Product& item = world.products()[static_cast<size_t>(product)];
    ASSERT_NE(item.kind, DemandKind::kSmooth);
    lumpy += item.kind == DemandKind::kLumpy ? 1 : 0;
    for (const int32_t demand : s.demand) ASSERT_EQ(demand % item.lot, 0);
  });
  EXPECT_GT(lumpy, 20);
}

TEST(SeriesGenerator, M5PresetHasItsDepartmentsAndVolumes) {
  GeneratorOptions options = m5_preset();
  const World world = make_world(options);
  std::vector<int> count(7, 0);
  for (const Product& product : world.products()) ++count[static_cast<size_t>(product.department)];
  EXPECT_EQ(count, (std::vector<int>{216, 398, 823, 416, 149, 532, 515}));
  EXPECT_EQ(world.stores()[0].name, "CA_1");
  EXPECT_EQ(world.stores()[6].name, "TX_3");
  EXPECT_EQ(world.stores()[9].name, "WI_3");

  SeriesGenerator generator(world);
  double units = 0;
  double without = 0;
  double rows = 0;
  double largest = 0;
  for (int32_t store = 0; store < 10; ++store) {
    for (int32_t product = store; product < 3049; product += 10) {
      const Series s = compute(generator, world, store, product);
      double sum = 0;
      for (size_t t = 0; t < 1941; ++t) {
        sum += s.units[t];
        without += s.units[t] == 0 ? 1 : 0;
      }
      units += sum;
      rows += 1941;
      largest = std::max(largest, sum / 1941);
    }
  }
  // The M5 data: 68 % without sales, 1.13 units a day on average, its best series above 100 a day.
  EXPECT_NEAR(without / rows, 0.68, 0.02);
  EXPECT_NEAR(units / rows, 1.13, 0.12);
  EXPECT_GT(largest, 25);
}

}  // namespace
}  // namespace restock::generator
