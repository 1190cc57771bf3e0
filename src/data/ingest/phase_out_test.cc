#include "data/ingest/phase_out.h"

#include <cmath>

#include <gtest/gtest.h>

#include "foundation/base/random.h"

namespace restock::ingest {
namespace {

/// Series of units up to the origin, with `horizon` periods after it.
Panel panel_of(const std::vector<std::vector<float>>& series, int32_t horizon = 2) {
  Panel panel;
  panel.key_names = {"item"};
  panel.origin = static_cast<Period>(series.front().size()) - 1;
  panel.horizon = horizon;
  for (size_t i = 0; i < series.size(); ++i) {
    panel.keys.push_back({{std::to_string(i)}});
    panel.start.push_back(0);
    panel.units.insert(panel.units.end(), series[i].begin(), series[i].end());
    panel.units.resize(panel.units.size() + static_cast<size_t>(horizon), 0);
    panel.state.insert(panel.state.end(), series[i].size(), PeriodState::kSold);
    panel.state.insert(panel.state.end(), static_cast<size_t>(horizon), PeriodState::kFuture);
    panel.offsets.push_back(static_cast<int64_t>(panel.units.size()));
  }
  panel.closed.assign(panel.units.size(), 0);
  return panel;
}

std::vector<float> sales_then_pause(size_t sales, size_t pause) {
  std::vector<float> units(sales, 1);
  units.resize(sales + pause, 0);
  return units;
}

TEST(PhaseOut, HasTheProbabilityOfTheBetaGeometricDistribution) {
  EXPECT_NEAR(pause_probability(3, 3, 2), 1.0 / 15, 1e-12);  // the example of the header
  // In closed form: B(a, b + L) / B(a, b).
  const auto log_beta = [](double a, double b) {
    return std::lgamma(a) + std::lgamma(b) - std::lgamma(a + b);
  };
  EXPECT_NEAR(pause_probability(20, 90, 30), std::exp(log_beta(21, 101) - log_beta(21, 71)), 1e-12);
  EXPECT_EQ(pause_probability(5, 9, 0), 1);
}

TEST(PhaseOut, FindsALongPauseOfASteadySellerOnly) {
  const auto steady = sales_then_pause(60, 30);
  const auto short_pause = sales_then_pause(63, 27);
  std::vector<float> slow(90, 0);
  for (size_t t = 0; t < 60; t += 12) slow[t] = 1;
  EXPECT_EQ(find_phased_out(panel_of({steady, short_pause, slow}), 89), (std::vector<size_t>{0}));
}

TEST(PhaseOut, DoesNotFindAPauseThatTheProductHasMadeBefore) {
  std::vector<float> seasonal;
  for (int year = 0; year < 2; ++year) {
    seasonal.insert(seasonal.end(), 120, 2);
    seasonal.insert(seasonal.end(), 60, 0);
  }
  EXPECT_LT(pause_probability(239, 299, 60), kPhaseOutProbability);
  EXPECT_TRUE(find_phased_out(panel_of({seasonal}), 359).empty());
}

TEST(PhaseOut, CountsNoPeriodWithoutStock) {
  Panel panel = panel_of({sales_then_pause(60, 30)});
  EXPECT_EQ(find_phased_out(panel, 89).size(), 1U);
  for (size_t t = 60; t < 85; ++t) panel.state[t] = PeriodState::kOutOfStock;
  EXPECT_TRUE(find_phased_out(panel, 89).empty());
}

TEST(PhaseOut, ReadsNothingAfterWhatIsShown) {
  Panel panel = panel_of({sales_then_pause(60, 30)});
  EXPECT_TRUE(find_phased_out(panel, 86).empty());
  panel.units[89] = 4;  // it sells again, unseen
  EXPECT_EQ(find_phased_out(panel, 88).size(), 1U);
  std::vector<DataFinding> findings;
  close_phased_out({0}, 88, panel, findings);
  EXPECT_EQ(panel.closed[88], 0);
  EXPECT_EQ(panel.closed[89], 1);
  EXPECT_EQ(panel.state[89], PeriodState::kSold);
  EXPECT_EQ(panel.state[90], PeriodState::kNotForSale);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].code, "phase_out");
  EXPECT_EQ(findings[0].count, 1);
}

TEST(PhaseOut, IsWrongForFewerThanOneInAThousandThatGoOnSelling) {
  Random random(7, 0);
  std::vector<std::vector<float>> series(4000);
  for (auto& units : series) {
    const double rate = 0.05 + 0.9 * random.uniform();
    for (int t = 0; t < 300; ++t) units.push_back(random.uniform() < rate ? 1.0F : 0.0F);
  }
  EXPECT_LE(find_phased_out(panel_of(series), 299).size(), 4U);
}

TEST(PhaseOut, FindsNothingInASeriesThatNeverSold) {
  EXPECT_TRUE(find_phased_out(panel_of({std::vector<float>(500, 0)}), 499).empty());
}

}  // namespace
}  // namespace restock::ingest
