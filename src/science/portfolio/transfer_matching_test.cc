#include "science/portfolio/transfer_matching.h"

#include <cmath>
#include <limits>
#include <string>

#include <gtest/gtest.h>

#include "foundation/base/random.h"
#include "science/portfolio/box_program.h"

namespace restock {
namespace {

/// Costs by units, from `least` units (below 0) on.
struct CostTable {
  int32_t least = 0;
  std::vector<double> cost;
  [[nodiscard]] double at(int32_t units) const { return cost[static_cast<size_t>(units - least)]; }
  [[nodiscard]] int32_t most() const { return least + static_cast<int32_t>(cost.size()) - 1; }
};

/// Convex, unless not: falls first where the location is short, rises where it has plenty.
CostTable random_table(Random& random, int32_t stock, bool convex) {
  CostTable table{-stock, {20 * random.uniform()}};
  double difference = -3 + 4 * random.uniform();
  for (int32_t units = -stock; units < 8; ++units) {
    table.cost.push_back(table.cost.back() + difference);
    difference += convex ? random.uniform() : 2 * random.uniform() - 1;
  }
  return table;
}

std::vector<CostTable> random_tables(uint64_t seed, size_t n, bool convex) {
  Random random(seed, 4);
  std::vector<CostTable> tables;
  tables.reserve(n);
  for (size_t i = 0; i < n; ++i)
    tables.push_back(random_table(random, static_cast<int32_t>(random.below(5)), convex));
  return tables;
}

std::vector<int32_t> stocks_of(const std::vector<CostTable>& tables) {
  std::vector<int32_t> stocks;
  stocks.reserve(tables.size());
  for (const auto& table : tables) stocks.push_back(-table.least);
  return stocks;
}

Result<std::vector<Transfer>> match(const std::vector<CostTable>& tables, double moving_cost) {
  const CostWithUnits cost = [&](size_t location, int32_t units) -> Result<double> {
    // Nobody receives more than the tables tell.
    if (units > tables[location].most()) return 1e9;
    return tables[location].at(units);
  };
  return match_transfers(stocks_of(tables), cost, moving_cost);
}

std::vector<int32_t> units_after(const std::vector<Transfer>& transfers, size_t n) {
  std::vector<int32_t> units(n, 0);
  for (const auto& transfer : transfers) {
    units[transfer.from] -= transfer.units;
    units[transfer.to] += transfer.units;
  }
  return units;
}

double total_cost(const std::vector<CostTable>& tables, const std::vector<int32_t>& units,
                  double moving_cost) {
  double cost = 0;
  int32_t moved = 0;
  for (size_t i = 0; i < tables.size(); ++i) {
    cost += tables[i].at(units[i]);
    moved += std::max(0, units[i]);
  }
  return cost + moving_cost * moved;
}

/// The cheapest of all ways to share the units out: the oracle.
double best_cost(const std::vector<CostTable>& tables, double moving_cost,
                 std::vector<int32_t>& units, size_t i = 0, int32_t sum = 0) {
  if (i == tables.size())
    return sum == 0 ? total_cost(tables, units, moving_cost)
                    : std::numeric_limits<double>::infinity();
  double best = std::numeric_limits<double>::infinity();
  for (int32_t u = tables[i].least; u <= tables[i].most(); ++u) {
    units[i] = u;
    best = std::min(best, best_cost(tables, moving_cost, units, i + 1, sum + u));
  }
  return best;
}

TEST(TransferMatching, IsTheCheapestOfAllWaysToShare) {
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    const auto tables = random_tables(seed, 4, true);
    for (const double moving_cost : {0.0, 0.4, 1.5}) {
      const auto transfers = match(tables, moving_cost);
      ASSERT_TRUE(transfers.ok());
      std::vector<int32_t> units(tables.size(), 0);
      EXPECT_NEAR(total_cost(tables, units_after(*transfers, 4), moving_cost),
                  best_cost(tables, moving_cost, units), 1e-6)
          << seed << " at " << moving_cost;
    }
  }
}

TEST(TransferMatching, IsTheOptimumOfTheTransportProblem) {
  for (uint64_t seed = 1; seed <= 15; ++seed) {
    const auto tables = random_tables(seed, 12, true);
    const double moving_cost = 0.3;
    // A column for each unit received or sent; as much is sent as received.
    BoxProgram program;
    program.limits = {0, 0};
    double before = 0;
    for (const auto& table : tables) {
      before += table.at(0);
      for (int32_t u = table.least; u < table.most(); ++u) {
        const bool received = u >= 0;
        program.rows.insert(program.rows.end(), {0, 1});
        program.values.insert(program.values.end(), {received ? 1.0 : -1.0, received ? -1.0 : 1.0});
        program.end_column(received ? table.at(u) - table.at(u + 1) - moving_cost
                                    : table.at(u + 1) - table.at(u));
      }
    }
    const auto whole = solve_whole(program, std::vector<double>(program.n_columns(), 0), 1000);
    ASSERT_TRUE(whole.ok()) << whole.error().message;
    ASSERT_TRUE(whole->proven);
    double saved = 0;
    for (size_t j = 0; j < program.n_columns(); ++j) saved += program.gain[j] * whole->parts[j];
    const auto transfers = match(tables, moving_cost);
    ASSERT_TRUE(transfers.ok());
    EXPECT_NEAR(before - total_cost(tables, units_after(*transfers, 12), moving_cost), saved, 1e-6);
    EXPECT_GT(saved, 0);
  }
}

TEST(TransferMatching, ConservesUnitsAndNeverCostsMoreWhateverTheCosts) {
  int32_t moved = 0;
  for (uint64_t seed = 1; seed <= 100; ++seed) {
    const bool convex = seed % 2 == 0;
    const auto tables = random_tables(seed, 6, convex);
    const auto transfers = match(tables, 0.2);
    ASSERT_TRUE(transfers.ok());
    const auto units = units_after(*transfers, 6);
    int32_t sum = 0;
    double saved = 0;
    for (size_t i = 0; i < units.size(); ++i) {
      sum += units[i];
      EXPECT_GE(units[i], tables[i].least);
    }
    for (const auto& transfer : *transfers) {
      EXPECT_GT(transfer.units, 0);
      EXPECT_NE(transfer.from, transfer.to);
      EXPECT_LE(units[transfer.from], 0) << "whoever sends receives nothing";
      saved += transfer.saves;
      moved += transfer.units;
    }
    EXPECT_EQ(sum, 0);
    const double none = total_cost(tables, std::vector<int32_t>(6, 0), 0.2);
    EXPECT_NEAR(none - total_cost(tables, units, 0.2), saved, 1e-9) << seed;
    EXPECT_GE(saved, 0);
  }
  EXPECT_GT(moved, 100);
}

TEST(TransferMatching, MovesLessWhereMovingCostsMore) {
  const auto tables = random_tables(3, 10, true);
  int32_t before = std::numeric_limits<int32_t>::max();
  for (const double moving_cost : {0.0, 0.5, 1.0, 2.0, 50.0}) {
    int32_t moved = 0;
    for (const auto& transfer : match(tables, moving_cost).value()) moved += transfer.units;
    EXPECT_LE(moved, before);
    before = moved;
  }
  EXPECT_EQ(before, 0);
}

TEST(TransferMatching, OfOneLocationOrNoneIsNothing) {
  EXPECT_TRUE(match({}, 1).value().empty());
  EXPECT_TRUE(match(random_tables(1, 1, true), 0).value().empty());
}

TEST(TransferMatching, RejectsBadInput) {
  const auto tables = random_tables(1, 3, true);
  for (const double moving_cost : {-1.0, std::nan("")})
    EXPECT_FALSE(match(tables, moving_cost).ok());
  const std::vector<int32_t> negative = {1, -2};
  const auto refused =
      match_transfers(negative, [](size_t, int32_t) -> Result<double> { return 1.0; }, 0);
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().message.find("location 1 must be >= 0, got -2"), std::string::npos);
  const auto broken = match_transfers(
      std::vector<int32_t>{1, 1},
      [](size_t, int32_t) -> Result<double> { return Error{Code::kInvalidData, "no paths", ""}; },
      0);
  ASSERT_FALSE(broken.ok());
  EXPECT_EQ(broken.error().message, "no paths");
}

}  // namespace
}  // namespace restock
