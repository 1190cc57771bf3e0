#include "operations/publish/run_json.h"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "operations/publish/run_summary.h"
#include "operations/publish/sample_result.h"

namespace restock {
namespace {

using nlohmann::json;

TEST(RunJson, KeepsTheContract) {
  const RunResult result = sample_result({.held_out = true});
  const json parsed = json::parse(run_json(result));
  const json& model = parsed.at("metrics").at("model");
  EXPECT_DOUBLE_EQ(model.at("wape"), 11.8);
  EXPECT_DOUBLE_EQ(model.at("bias"), -0.4);
  EXPECT_DOUBLE_EQ(model.at("mape"), result.metrics[0].metrics.mape);
  EXPECT_DOUBLE_EQ(model.at("smape"), result.metrics[0].metrics.smape);
  EXPECT_DOUBLE_EQ(model.at("coverage").at("50"), 51.2);
  EXPECT_DOUBLE_EQ(model.at("coverage").at("80"), 78.4);
  const json& baselines = parsed.at("metrics").at("baselines");
  EXPECT_EQ(baselines.size(), 3U);
  EXPECT_DOUBLE_EQ(baselines.at("seasonal_naive").at("wape"), 16.8);
  EXPECT_TRUE(baselines.at("last_year").at("coverage").empty());
  const json& steps = parsed.at("value_added");
  ASSERT_EQ(steps.size(), 5U);
  EXPECT_TRUE(steps.at(0).at("wape_points").is_null());
  EXPECT_EQ(steps.at(2), (json{{"step", "profile"},
                               {"wape", 12.5},
                               {"rmsse", 0.69},
                               {"bias", -0.9},
                               {"wape_points", 8.9},
                               {"rmsse_percent", 40}}));
  const json& promotions = parsed.at("promotion_effects");
  EXPECT_DOUBLE_EQ(promotions.at("during").at("ratio"), 2);
  EXPECT_DOUBLE_EQ(promotions.at("after").at(0).at("ratio"), 0.8);
  EXPECT_DOUBLE_EQ(promotions.at("others").at("ratio"), 0.9);
  EXPECT_DOUBLE_EQ(promotions.at("cannibalised_percent"), 20);
  const json& ensemble = parsed.at("ensemble");
  EXPECT_EQ(ensemble.at("used"), true);
  EXPECT_DOUBLE_EQ(ensemble.at("gain_percent"), 1.6);
  EXPECT_EQ(ensemble.at("groups").at(0),
            (json{{"pattern", "smooth"},
                  {"series", 14},
                  {"weights", {{"global_model", 0.75}, {"profile", 0.25}}}}));
  EXPECT_EQ(parsed.at("stages").at(1),
            (json{{"name", "learn"}, {"seconds", 8.5}, {"rows", 12000}}));
  EXPECT_EQ(parsed.at("peak_rss_bytes"), int64_t{612} << 20);
  EXPECT_EQ(parsed.at("quarantined"), (json{{"bad_date", 3}, {"negative_units", 12}}));
  EXPECT_EQ(parsed.at("rows_read").get<int64_t>(), parsed.at("rows_kept").get<int64_t>() + 15);
  const json& replay = parsed.at("replay");
  EXPECT_DOUBLE_EQ(replay.at("plan").at("cost"), 812.5);
  EXPECT_DOUBLE_EQ(replay.at("plan").at("fill_rate"), 98.7);
  EXPECT_EQ(replay.at("plan").at("stock_outs"), 14);
  EXPECT_DOUBLE_EQ(replay.at("baseline").at("cost"), 1044.25);
  EXPECT_EQ(replay.at("baseline").at("policy"), "moving_average");
  EXPECT_EQ(parsed.at("series"), 24);
  EXPECT_EQ(parsed.at("fallbacks"), (json{{"new", 3}}));
  EXPECT_EQ(parsed.at("model_sha256"), std::string(64, 'a'));
  EXPECT_EQ(parsed.at("lake_snapshot"), 4);
  EXPECT_EQ(parsed.at("origin"), "2017-12-01");
}

TEST(RunJson, TellsWhatAnUpdateKeptAndNothingOfItForARun) {
  RunResult result = sample_result();
  EXPECT_TRUE(json::parse(run_json(result)).at("update").is_null());
  result.update = ForecastUpdate{"2017-12-30", 1, 3, 21, 2, "20171231-fedcba"};
  result.scored = {};
  result.metrics.clear();
  result.replay.clear();
  const json parsed = json::parse(run_json(result));
  EXPECT_EQ(parsed.at("update"), (json{{"model_cutoff", "2017-12-30"},
                                       {"periods_since", 1},
                                       {"series_forecast", 3},
                                       {"series_kept", 21},
                                       {"series_newcomers", 2},
                                       {"kept_run_id", "20171231-fedcba"}}));
  EXPECT_TRUE(parsed.at("scored_origin").is_null());
  const std::string text = run_summary(result);
  EXPECT_NE(text.find("3 forecast again, 21 untouched since run 20171231-fedcba"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("learnt from sales up to 2017-12-30, 1 period before the origin; 2 series it "
                      "had not seen"),
            std::string::npos)
      << text;
}

TEST(RunJson, WritesNullForWhatCouldNotBeComputed) {
  RunResult result = sample_result();
  result.metrics[0].metrics.mape = std::numeric_limits<double>::quiet_NaN();
  result.replay.clear();
  const json parsed = json::parse(run_json(result));
  EXPECT_TRUE(parsed.at("metrics").at("model").at("mape").is_null());
  EXPECT_TRUE(parsed.at("replay").empty());
}

TEST(RunJson, SurvivesTextThatIsNotUtf8) {
  RunResult result = sample_result();
  result.notes = {"bad \xFF byte"};
  EXPECT_EQ(json::parse(run_json(result)).at("notes").at(0), "bad \xEF\xBF\xBD byte");
}

TEST(RunJson, WritesAFileThatParses) {
  const std::string path = testing::TempDir() + "/run_json_test.json";
  ASSERT_TRUE(write_run_json(sample_result(), path).ok());
  std::ifstream file(path);
  EXPECT_EQ(json::parse(file).at("run_id"), "20180101-abcdef");
  std::filesystem::remove(path);
}

TEST(RunSummary, SaysWhatAPlannerAsksFirst) {
  const std::string text = run_summary(sample_result());
  EXPECT_NE(text.find("15 quarantined (bad_date 3, negative_units 12)"), std::string::npos) << text;
  EXPECT_NE(text.find("24 forecast for 30 periods after 2017-12-31, 3 of them by a fallback"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("model                 11.80"), std::string::npos) << text;
  EXPECT_NE(text.find("22.2 % less"), std::string::npos) << text;
  EXPECT_NE(text.find("Written to    restock-out"), std::string::npos) << text;
  EXPECT_NE(text.find("Next          open restock-out/report.html"), std::string::npos) << text;
}

TEST(RunJson, TellsTheCalibrationOfSinglePeriodsAndSums) {
  RunResult result = sample_result();
  result.calibration_levels = {50, 97.5};
  result.calibration = {{7, "level < 1", 1200, {49.5, 96}, 2.25, 3.5}};
  const json row = json::parse(run_json(result)).at("calibration").at(0);
  EXPECT_EQ(row, (json{{"periods", 7},
                       {"group", "level < 1"},
                       {"n", 1200},
                       {"inside", {{"50", 49.5}, {"97.5", 96.0}}},
                       {"below_2_5", 2.25},
                       {"above_97_5", 3.5}}));
}

TEST(RunJson, HasNoEnsembleWhereNoneWasTried) {
  RunResult result = sample_result();
  result.ensemble = {};
  EXPECT_TRUE(json::parse(run_json(result)).at("ensemble").is_null());
}

}  // namespace
}  // namespace restock
