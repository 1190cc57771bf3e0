#include "operations/pipeline/forecast_stage.h"

#include <gtest/gtest.h>

#include "science/features/synthetic_panel.h"

namespace restock {
namespace {

Result<GlobalModelOptions> options_of(const RunConfig& config) {
  const Panel panel = synthetic_panel({.n_stores = 1, .n_products = 2, .days = 100});
  std::vector<std::string> notes;
  return global_model_options(config, panel, 7, int64_t{8} << 30, notes);
}

TEST(GlobalModelOptions, TakeModeTransformAndGroupsFromTheConfiguration) {
  RunConfig config;
  config.forecast.mode = "mixed";
  config.forecast.target_transform = "sqrt";
  config.forecast.model_per = "category";
  const auto options = options_of(config);
  ASSERT_TRUE(options.ok()) << options.error().to_string();
  EXPECT_EQ(options->mode, ForecastMode::kMixed);
  EXPECT_EQ(options->target_transform, TargetTransform::kSqrt);
  EXPECT_EQ(options->model_per, "category");
}

TEST(GlobalModelOptions, RefuseATransformWithAnObjectiveThatItDoesNotGoWith) {
  RunConfig config;
  config.forecast.target_transform = "log1p";
  for (const char* objective : {"auto", "squared", "quantile"}) {
    config.forecast.objective = objective;
    EXPECT_TRUE(options_of(config).ok()) << objective;
  }
  for (const char* objective : {"poisson", "tweedie"}) {
    config.forecast.objective = objective;
    const auto options = options_of(config);
    ASSERT_FALSE(options.ok());
    EXPECT_EQ(options.error().code, Code::kInvalidArgument);
    EXPECT_NE(options.error().message.find("learnt by squared errors, got objective"),
              std::string::npos);
    EXPECT_FALSE(options.error().hint.empty());
  }
}

}  // namespace
}  // namespace restock
