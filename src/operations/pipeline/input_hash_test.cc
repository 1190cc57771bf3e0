#include "operations/pipeline/input_hash.h"

#include <functional>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "science/features/synthetic_panel.h"

namespace restock {
namespace {

Panel whole_panel() {
  Panel panel = synthetic_panel({.days = 60, .horizon = 7, .promotions = true, .prices = true});
  panel.closed.assign(panel.units.size(), 0);
  panel.stocked.assign(panel.units.size(), 1);
  panel.covariates.push_back({"heat", std::vector<float>(panel.units.size(), 20),
                              std::vector<uint8_t>(panel.units.size(), 1)});
  panel.attributes.push_back(
      {"category", std::vector<int32_t>(panel.n_series(), 0), {"dry", "fresh"}});
  return panel;
}

std::vector<int64_t> hashes(const Panel& panel, const std::vector<HolidayDay>& holidays = {},
                            int threads = 1) {
  ThreadPool pool(threads);
  return input_hashes(RunConfig{}, panel, holidays, pool);
}

TEST(InputHash, OfASeriesMovesWithEachOfItsInputsAndNoOther) {
  const Panel panel = whole_panel();
  const auto before = hashes(panel);
  EXPECT_EQ(std::set<int64_t>(before.begin(), before.end()).size(), panel.n_series());
  const size_t i = 4;
  const auto past = static_cast<size_t>(panel.at(i, panel.origin - 9));
  const auto planned = static_cast<size_t>(panel.at(i, panel.origin + 7));
  const std::vector<std::pair<const char*, std::function<void(Panel&)>>> changes = {
      {"units", [&](Panel& p) { p.units[past] += 1; }},
      {"state", [&](Panel& p) { p.state[past] = PeriodState::kMissing; }},
      {"price", [&](Panel& p) { p.price[planned] *= 2; }},
      {"promotion", [&](Panel& p) { p.promotion[planned] = 0.5F; }},
      {"closed", [&](Panel& p) { p.closed[planned] = 1; }},
      {"stocked", [&](Panel& p) { p.stocked[past] = 0.5F; }},
      {"covariate", [&](Panel& p) { p.covariates[0].values[planned] = 30; }},
      {"covariate present", [&](Panel& p) { p.covariates[0].present[planned] = 0; }},
      {"attribute", [&](Panel& p) { p.attributes[0].codes[i] = 1; }},
      {"attribute none", [&](Panel& p) { p.attributes[0].codes[i] = -1; }},
      {"key", [&](Panel& p) { p.keys[i].parts[1] += "x"; }},
  };
  for (const auto& [name, change] : changes) {
    Panel changed = panel;
    change(changed);
    const auto after = hashes(changed);
    for (size_t k = 0; k < panel.n_series(); ++k)
      EXPECT_EQ(after[k] != before[k], k == i) << name << " " << k;
  }
}

TEST(InputHash, OfAllSeriesMovesWithWhatTheyShare) {
  const Panel panel = whole_panel();
  const auto before = hashes(panel);
  const auto expect_all_moved = [&](const std::vector<int64_t>& after, const char* name) {
    for (size_t k = 0; k < panel.n_series(); ++k) EXPECT_NE(after[k], before[k]) << name;
  };
  expect_all_moved(hashes(panel, {{Date::of(2020, 5, 1), "labour day"}}), "holidays");
  // One sale in fractions of a unit makes the law of all demand continuous.
  Panel changed = panel;
  changed.units[3] += 0.5F;
  expect_all_moved(hashes(changed), "fractions");
  const auto earlier = as_known_at(panel, panel.origin - 1, 7);
  ASSERT_TRUE(earlier.ok());
  expect_all_moved(hashes(*earlier), "origin");
  RunConfig config;
  config.forecast.integers = !config.forecast.integers;
  ThreadPool pool(1);
  expect_all_moved(input_hashes(config, panel, {}, pool), "integers");
}

TEST(InputHash, IsTheSameForAnyNumberOfThreads) {
  const Panel panel = whole_panel();
  EXPECT_EQ(hashes(panel, {}, 1), hashes(panel, {}, 3));
}

}  // namespace
}  // namespace restock
