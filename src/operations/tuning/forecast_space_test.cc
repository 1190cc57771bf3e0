#include "operations/tuning/forecast_space.h"

#include <gtest/gtest.h>

#include "foundation/config/config_file.h"

namespace restock {
namespace {

TEST(ForecastSpace, TunesTheUsualOptionsUnlessOthersAreNamed) {
  const auto usual = forecast_space({}, {});
  ASSERT_TRUE(usual.ok());
  EXPECT_EQ(usual->size(), 7U);
  EXPECT_TRUE(check_space(*usual).ok());
  const auto named = forecast_space({}, {"trees_max", "depth"});
  ASSERT_TRUE(named.ok());
  ASSERT_EQ(named->size(), 2U);
  EXPECT_EQ((*named)[0].name, "depth") << "always in the order of the table";
}

TEST(ForecastSpace, LeavesAnObjectiveOfQuantilesAlone) {
  ForecastConfig config;
  config.objective = "quantile";
  const auto space = forecast_space(config, {});
  ASSERT_TRUE(space.ok());
  for (const TunedParameter& parameter : *space) EXPECT_NE(parameter.name, "objective");
  EXPECT_FALSE(forecast_space(config, {"objective"}).ok());
}

TEST(ForecastSpace, RefusesOptionsThatCannotBeTunedWithTheNearest) {
  const auto space = forecast_space({}, {"dept"});
  ASSERT_FALSE(space.ok());
  EXPECT_NE(space.error().message.find("did you mean \"depth\""), std::string::npos);
}

TEST(ForecastSpace, StartsFromWhatIsConfigured) {
  ForecastConfig config;
  config.depth = 8;
  config.learning_rate = 0.1;
  config.objective = "tweedie";
  const auto space = forecast_space(config, {});
  const Configuration start = configured_values(*space, config, 250'000);
  EXPECT_EQ(start, (Configuration{1, 8, 0.1, 50, 1, 1, 0.8}))
      << "min_child_weight 0 stands for rows / 5000";
  const ForecastConfig back = with_values(*space, start, ForecastConfig{});
  EXPECT_EQ(back.objective, "tweedie");
  EXPECT_EQ(back.depth, 8);
  EXPECT_EQ(back.min_child_weight, 50);
  EXPECT_EQ(back.column_share, 0.8);
}

TEST(ForecastSpace, EveryPointIsAConfigurationThatTheFileAllows) {
  const auto space = forecast_space({}, tunable_options());
  ASSERT_TRUE(space.ok());
  for (const double u : {0.0, 0.31, 0.77, 1.0}) {
    Configuration values;
    for (const TunedParameter& parameter : *space) values.push_back(from_unit(parameter, u));
    RunConfig config;
    config.data.files = {"a.csv"};
    config.data.keys = {"sku"};
    config.data.date = "d";
    config.data.units = "u";
    config.forecast = with_values(*space, values, config.forecast);
    const auto back = parse_run_config(to_toml(config), ".", "restock.toml");
    ASSERT_TRUE(back.ok()) << back.error().message;
    EXPECT_EQ(configured_values(*space, back->forecast, 0), values);
  }
}

}  // namespace
}  // namespace restock
