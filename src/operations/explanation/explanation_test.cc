#include "operations/explanation/explanation.h"

#include <cmath>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "operations/explanation/explanation_report.h"

namespace restock {
namespace {

/// Thursday 12 Dec 2024 of one product: 10 x 1.1 (Thursdays) x 1.3 x 1.04 (promotion) x exp(0.02).
ForecastStory promoted_thursday() {
  ForecastStory story;
  story.key_names = {"store", "product"};
  story.key = {{"s1", "p7"}};
  story.period = Date::of(2024, 12, 12).days();
  ForecastExplanation& e = story.run.model;
  e.period = story.period;
  e.origin = story.period - 3;
  e.baseline.own_level = 10;
  e.baseline.factors.slot = 1.1F;
  e.baseline.factors.promotion = 1.3F;
  e.bias = 0.02;
  e.effects = {{"mean_month", FeatureKind::kLevel, 0.98, -0.01},
               {"steps_ahead", FeatureKind::kHorizon, 3, 0.004},
               {"weekday", FeatureKind::kSlot, 3, 0},
               {"promotion", FeatureKind::kPromotion, 1, std::log(1.04)},
               {"price", FeatureKind::kPrice, NAN, 0.001}};
  e.mean = 10 * 1.1 * 1.3 * 1.04 * std::exp(0.02 - 0.01 + 0.004 + 0.001);
  story.run.reproduced = e.mean;
  RunRecord& record = story.run.record;
  record.run_id = "run-2";
  record.published = record.reconciled = record.final_mean = e.mean;
  return story;
}

TEST(Explanation, SaysInOneSentenceWhatMakesAForecast) {
  EXPECT_EQ(explanation_sentence(promoted_thursday()),
            "Thursday 12 Dec 2024: 15.1 units; usual level 10, promotion x1.35, Thursdays x1.10, "
            "all else x1.02.");
}

TEST(Explanation, TellsOverridesAndReconciliationFromTheForecast) {
  ForecastStory story = promoted_thursday();
  story.run.record.reconciled += 1;
  story.run.record.final_mean += 6;
  EXPECT_TRUE(explanation_sentence(story).starts_with(
      "Thursday 12 Dec 2024: 21.1 units, of which reconciliation +1, overrides +5, the forecast "
      "15.1; usual level 10,"))
      << explanation_sentence(story);
}

TEST(Explanation, TellsTheModelFromWhatAnEnsembleMadeOfIt) {
  ForecastStory story = promoted_thursday();
  story.run.combined = true;
  story.run.record.published = story.run.record.reconciled = story.run.record.final_mean = 14;
  EXPECT_TRUE(explanation_sentence(story).starts_with(
      "Thursday 12 Dec 2024: 14 units, the model's 15.1 combined with simpler forecasts; usual "
      "level 10,"))
      << explanation_sentence(story);
}

TEST(Explanation, SaysWhatWasRounded) {
  ForecastStory story = promoted_thursday();
  story.run.reproduced = 15;
  story.run.record.published = story.run.record.reconciled = story.run.record.final_mean = 15;
  EXPECT_TRUE(explanation_sentence(story).starts_with(
      "Thursday 12 Dec 2024: 15 units (15.1 before rounding); usual level 10,"));
}

TEST(Explanation, GivesTheReasonOfAZeroAndOfANewcomer) {
  ForecastStory story = promoted_thursday();
  story.run.record.published = story.run.record.reconciled = story.run.record.final_mean = 0;
  story.run.model.mean = story.run.reproduced = 0;
  story.run.model.source = ForecastSource::kNone;
  story.run.model.reason = "closed";
  EXPECT_EQ(explanation_sentence(story), "Thursday 12 Dec 2024: 0 units: closed.");
  EXPECT_EQ(explanation_text(story).find("made of"), std::string::npos);
  story = promoted_thursday();
  story.run.model.effects.clear();
  story.run.model.source = ForecastSource::kPeers;
  story.run.model.reason = "new: no history at 2024-12-09; level from product p7";
  EXPECT_NE(explanation_sentence(story).find("; level of series like it 10, promotion x1.30, "
                                             "Thursdays x1.10 (new: no history"),
            std::string::npos)
      << explanation_sentence(story);
}

TEST(Explanation, AddsUnitsWhereTheTreesDo) {
  ForecastStory story = promoted_thursday();
  ForecastExplanation& e = story.run.model;
  e.additive = true;
  e.bias = 0.25;
  e.mean = 10 * 1.1 * 1.3 + 0.25 - 0.01 + 0.004 + std::log(1.04) + 0.001;
  story.run.reproduced = e.mean;
  EXPECT_NE(explanation_sentence(story).find("Thursdays x1.10 and +0, all else +0.245"),
            std::string::npos)
      << explanation_sentence(story);
}

TEST(Explanation, ShowsARunningProductThatEndsAtTheForecast) {
  const std::string text = explanation_text(promoted_thursday());
  for (const char* line : {
           "store=s1 product=p7\n",
           "  usual level                                          10.00\n",
           "  Thursdays                       x1.100    x1.000     10.89\n",
           "  promotion                       x1.300    x1.040     14.72\n",
           "  what trees add to all alike               x1.020     15.10\n",
           "  forecast of the model                                15.10\n",
           "  price                          unknown    x1.001       price\n",
       }) {
    EXPECT_NE(text.find(line), std::string::npos) << line << text;
  }
}

TEST(Explanation, SplitsAChangeIntoPartsThatSumToIt) {
  ForecastStory story = promoted_thursday();
  ExplainedRun& now = story.run;
  now.record = {.run_id = "new", .published = 15, .reconciled = 15.5, .final_mean = 20};
  now.reproduced = 14.75;
  ForecastChange change;
  change.before.record = {.run_id = "old", .published = 12, .reconciled = 12, .final_mean = 11};
  change.before.reproduced = 12;
  split_change(now, 13, change);
  EXPECT_EQ(change.data, 1);
  EXPECT_EQ(change.model, 1.75);
  EXPECT_EQ(change.reconciliation, 0.5);
  EXPECT_EQ(change.overrides, 5.5);  // 4.5 now, less the -1 of before
  EXPECT_EQ(change.unexplained, 0.25);
  EXPECT_EQ(change.total, 9);
  EXPECT_EQ(
      change.data + change.model + change.reconciliation + change.overrides + change.unexplained,
      change.total);
}

TEST(Explanation, WritesEverythingAsJson) {
  ForecastStory story = promoted_thursday();
  story.change.emplace();
  story.change->before = story.run;
  story.change->before.record.run_id = "run-1";
  story.change->crossed = story.run.model;
  split_change(story.run, story.run.reproduced, *story.change);
  const auto json = nlohmann::json::parse(explanation_json(story));
  EXPECT_EQ(json.at("series").at("product"), "p7");
  EXPECT_EQ(json.at("period"), "2024-12-12");
  EXPECT_EQ(json.at("sentence"), explanation_sentence(story));
  const auto& run = json.at("run");
  double mean = run.at("own_level").get<double>() * std::exp(run.at("bias").get<double>());
  for (const auto& kind : run.at("kinds")) mean *= kind.at("factor").get<double>();
  EXPECT_NEAR(mean, run.at("model_mean").get<double>(), 1e-6);
  ASSERT_EQ(run.at("features").size(), 5);
  EXPECT_TRUE(run.at("features")[4].at("value").is_null());
  EXPECT_EQ(json.at("change").at("against").at("run_id"), "run-1");
  EXPECT_EQ(json.at("change").at("total"), 0);
  EXPECT_EQ(json.at("change").at("old_model_new_data").at("source"), "model");
}

TEST(Explanation, NamesPeriodsOfEveryLength) {
  const Date day = Date::of(2024, 12, 12);
  EXPECT_EQ(period_in_words({Frequency::kDaily, 0}, day.days()), "Thursday 12 Dec 2024");
  const TimeAxis hourly{Frequency::kHourly, 0};
  EXPECT_EQ(period_in_words(hourly, hourly.period_of(day) + 5), "Thursday 12 Dec 2024 05:00");
  const TimeAxis weekly{Frequency::kWeekly, 0};
  EXPECT_EQ(period_in_words(weekly, weekly.period_of(day)), "week of Monday 9 Dec 2024");
  const TimeAxis monthly{Frequency::kMonthly, 0};
  EXPECT_EQ(period_in_words(monthly, monthly.period_of(day)), "December 2024");
}

TEST(ParseSeries, TakesKeysInAnyOrderAndSaysWhatIsWrong) {
  const std::vector<std::string> names = {"store", "product"};
  EXPECT_EQ(parse_series({"product=a=b", "store=s1"}, names)->parts,
            (std::vector<std::string>{"s1", "a=b"}));
  EXPECT_EQ(parse_series({"p7"}, {"product"})->parts, std::vector<std::string>{"p7"});
  EXPECT_TRUE(parse_series({}, {}).ok());
  const auto misspelt = parse_series({"stroe=s1", "product=p"}, names);
  ASSERT_FALSE(misspelt.ok());
  EXPECT_EQ(misspelt.error().code, Code::kInvalidArgument);
  EXPECT_EQ(misspelt.error().message,
            "\"stroe=s1\" names no key of the series, did you mean \"store\"?");
  EXPECT_EQ(misspelt.error().hint, "name the series: --series store=... product=...");
  const auto half = parse_series({"store=s1"}, names);
  ASSERT_FALSE(half.ok());
  EXPECT_EQ(half.error().message, "--series does not say which product");
}

}  // namespace
}  // namespace restock
