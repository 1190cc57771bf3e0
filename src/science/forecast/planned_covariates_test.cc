// What is planned for the future acts on exactly the steps it is planned for: in direct, recursive
// and mixed forecasts of all series, and in a request for one series and one step.
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "science/features/synthetic_panel.h"
#include "science/forecast/global_model.h"

namespace restock {
namespace {

constexpr int32_t kHorizon = 10;
constexpr size_t kSeries = 5;
constexpr int32_t kStep = 4;  // 0-based step that plans are changed at

size_t future(const Panel& panel, size_t series, int32_t step) {
  return static_cast<size_t>(panel.at(series, panel.origin + 1 + step));
}

/// Sales that react to promotions, to price (one day in eight is a third cheaper and sells double)
/// and to a covariate. Nothing of it happens or is planned from 15 days before the origin on.
Panel reacting_panel() {
  Panel panel = synthetic_panel({.days = 400, .promotions = true, .prices = true});
  panel.closed.assign(panel.units.size(), 0);
  Covariate heat{"heat", {}, std::vector<uint8_t>(panel.units.size(), 1)};
  for (size_t i = 0; i < panel.n_series(); ++i) {
    for (int32_t p = 0; p < panel.length(i); ++p) {
      const auto at = static_cast<size_t>(panel.offsets[i] + p);
      const bool quiet = p >= panel.n_known(i) - 15;
      if (quiet && panel.promotion[at] > 0) {
        panel.promotion[at] = 0;
        panel.units[at] = std::floor(panel.units[at] / 1.5F);
      }
      const uint64_t dice = mix(9, i, static_cast<uint64_t>(p));
      const bool hot = !quiet && dice % 5 == 0;
      heat.values.push_back(hot ? 30.0F : 18.0F);
      if (hot) panel.units[at] = std::floor(panel.units[at] * 1.5F);
      if (quiet || dice % 8 != 1) continue;
      panel.price[at] *= 2.0F / 3;
      panel.units[at] *= 2;
    }
  }
  panel.covariates.push_back(std::move(heat));
  EXPECT_TRUE(panel.validate().ok());
  return panel;
}

enum class Plan { kPrice, kPromotion, kClosure, kCovariate };

Panel with_plan(Panel panel, Plan plan) {
  const size_t at = future(panel, kSeries, kStep);
  if (plan == Plan::kPrice) panel.price[at] *= 2.0F / 3;
  if (plan == Plan::kPromotion) panel.promotion[at] = 1;
  if (plan == Plan::kCovariate) panel.covariates[0].values[at] = 30;
  if (plan == Plan::kClosure) {
    panel.closed[at] = 1;
    panel.state[at] = PeriodState::kNotForSale;
  }
  return panel;
}

GlobalModelOptions options_of(ForecastMode mode) {
  GlobalModelOptions options;
  options.horizon = kHorizon;
  options.trees_max = 60;
  options.mode = mode;
  return options;
}

class PlannedCovariates : public testing::TestWithParam<ForecastMode> {
 protected:
  PlannedCovariates()
      : panel_(reacting_panel()),
        model_(GlobalModel::fit(panel_, panel_.origin, options_of(GetParam()), pool_, {})) {}

  [[nodiscard]] std::vector<double> means(const Panel& panel) {
    const auto forecast = model_->predict(panel, panel.origin, kHorizon, pool_);
    EXPECT_TRUE(forecast.ok()) << forecast.error().to_string();
    return forecast->mean;
  }
  [[nodiscard]] static double& at(std::vector<double>& mean, size_t series, int32_t step) {
    return mean[series * kHorizon + static_cast<size_t>(step)];
  }
  /// Later steps read the forecasts of earlier ones, those of all series together.
  [[nodiscard]] static bool reads_forecasts() { return GetParam() != ForecastMode::kDirect; }
  /// Steps of `kSeries` whose means differ; other series may differ after the plan's step only
  /// where each step reads the forecasts before it.
  std::set<int32_t> changed_steps(std::vector<double> before, std::vector<double> after) {
    std::set<int32_t> changed;
    for (size_t i = 0; i < panel_.n_series(); ++i) {
      for (int32_t step = 0; step < kHorizon; ++step) {
        if (at(before, i, step) == at(after, i, step)) continue;
        if (i == kSeries) changed.insert(step);
        EXPECT_TRUE(i == kSeries || (reads_forecasts() && step > kStep)) << i << " " << step;
      }
    }
    return changed;
  }

  ThreadPool pool_{2};
  Panel panel_;
  Result<GlobalModel> model_;
};

TEST_P(PlannedCovariates, ActOnTheirStepsAlone) {
  ASSERT_TRUE(model_.ok()) << model_.error().to_string();
  std::vector<double> before = means(panel_);
  for (const Plan plan : {Plan::kPrice, Plan::kPromotion, Plan::kCovariate, Plan::kClosure}) {
    SCOPED_TRACE(static_cast<int>(plan));
    std::vector<double> after = means(with_plan(panel_, plan));
    const std::set<int32_t> changed = changed_steps(before, after);
    ASSERT_TRUE(changed.contains(kStep));
    EXPECT_EQ(*changed.begin(), kStep) << "a step before the plan's was changed";
    if (plan == Plan::kClosure) {
      EXPECT_EQ(at(after, kSeries, kStep), 0);
    } else {
      EXPECT_GT(at(after, kSeries, kStep), 1.2 * at(before, kSeries, kStep));
    }
    // A promotion is also what later days are "since"; all else is of its own day, unless later
    // steps read the forecast of this one.
    if (!reads_forecasts() && plan != Plan::kPromotion) {
      EXPECT_EQ(changed.size(), 1U);
    }
    for (int32_t step = 0; step < kHorizon; ++step) {
      if (step == kStep) continue;
      EXPECT_NEAR(at(after, kSeries, step) / at(before, kSeries, step), 1, 0.2) << step;
    }
  }
}

TEST_P(PlannedCovariates, ARequestForOneSeriesAndStepHasTheBitsOfTheBatch) {
  ASSERT_TRUE(model_.ok());
  for (const Plan plan : {Plan::kPrice, Plan::kPromotion, Plan::kCovariate, Plan::kClosure}) {
    SCOPED_TRACE(static_cast<int>(plan));
    const Panel planned = with_plan(panel_, plan);
    std::vector<double> batch = means(planned);
    for (const size_t series : {size_t{0}, kSeries, panel_.n_series() - 1}) {
      for (const int32_t step : {0, kStep - 1, kStep, kStep + 1, kHorizon - 1}) {
        const auto one = model_->predict_part(planned, planned.origin, kHorizon,
                                              {{series}, {step, step + 1}}, pool_);
        ASSERT_TRUE(one.ok()) << one.error().to_string();
        ASSERT_EQ(one->mean.size(), 1U);
        EXPECT_EQ(one->mean[0], at(batch, series, step)) << series << " " << step;
      }
    }
    const auto some =
        model_->predict_part(planned, planned.origin, kHorizon, {{7, kSeries}, {2, 6}}, pool_);
    ASSERT_TRUE(some.ok());
    for (int32_t step = 2; step < 6; ++step) {
      EXPECT_EQ(some->mean[static_cast<size_t>(step - 2)], at(batch, 7, step));
      EXPECT_EQ(some->mean[static_cast<size_t>(4 + step - 2)], at(batch, kSeries, step));
    }
  }
}

TEST_P(PlannedCovariates, RefusePartsOutsideTheForecast) {
  ASSERT_TRUE(model_.ok());
  for (const ForecastPart& part :
       {ForecastPart{{0}, {3, 3}}, ForecastPart{{0}, {-1, 2}}, ForecastPart{{0}, {0, kHorizon + 1}},
        ForecastPart{{panel_.n_series()}, {0, 1}}}) {
    const auto refused = model_->predict_part(panel_, panel_.origin, kHorizon, part, pool_);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, Code::kInvalidArgument);
  }
}

TEST_P(PlannedCovariates, AForecastOfChangedSeriesKeepsTheOthersAndHasTheBitsOfAFullOne) {
  ASSERT_TRUE(model_.ok());
  const std::vector<double> levels = {0.1, 0.5, 0.9};
  const auto before = model_->forecast(panel_, panel_.origin, kHorizon, levels, pool_);
  const Panel planned = with_plan(panel_, Plan::kPrice);
  const auto full = model_->forecast(planned, planned.origin, kHorizon, levels, pool_);
  ASSERT_TRUE(before.ok() && full.ok());
  const std::vector<size_t> changed = {kSeries};
  const auto again = model_->forecast_changed(
      planned, {planned.origin, kHorizon, before->mean, before->fallback_reason}, changed, levels,
      pool_);
  ASSERT_TRUE(again.ok()) << again.error().to_string();
  for (size_t i = 0; i < panel_.n_series(); ++i) {
    const ForecastTable& expected = i == kSeries ? *full : *before;
    for (int32_t step = 0; step < kHorizon; ++step) {
      const size_t cell = expected.index(i, step);
      EXPECT_EQ(again->mean[cell], expected.mean[cell]);
      EXPECT_EQ(again->sd[cell], expected.sd[cell]);
      EXPECT_EQ(again->cumulative_variance[cell], expected.cumulative_variance[cell]);
      EXPECT_EQ(again->quantiles[cell * 3 + 2], expected.quantiles[cell * 3 + 2]);
    }
  }
  // A direct forecast of one series reads nothing planned for another: the table is the full one.
  if (!reads_forecasts()) {
    EXPECT_EQ(again->mean, full->mean);
    EXPECT_EQ(again->quantiles, full->quantiles);
  }
}

std::string mode_name(const testing::TestParamInfo<ForecastMode>& mode) {
  constexpr const char* kNames[] = {"Direct", "Recursive", "Mixed"};
  return kNames[static_cast<size_t>(mode.param)];
}

INSTANTIATE_TEST_SUITE_P(Modes, PlannedCovariates,
                         testing::Values(ForecastMode::kDirect, ForecastMode::kRecursive,
                                         ForecastMode::kMixed),
                         mode_name);

TEST(PlannedFeatures, AllModesAgreeOneStepAheadUnderAnyPlan) {
  Panel panel = reacting_panel();
  ThreadPool pool(2);
  GlobalModelOptions options = options_of(ForecastMode::kDirect);
  options.horizon = 1;
  const auto direct = GlobalModel::fit(panel, panel.origin, options, pool, {});
  options.mode = ForecastMode::kRecursive;
  const auto recursive = GlobalModel::fit(panel, panel.origin, options, pool, {});
  options.mode = ForecastMode::kMixed;
  const auto mixed = GlobalModel::fit(panel, panel.origin, options, pool, {});
  ASSERT_TRUE(direct.ok() && recursive.ok() && mixed.ok());
  const size_t at = future(panel, kSeries, 0);
  const auto expect_agreement = [&](const char* plan) {
    const auto expected = direct->predict(panel, panel.origin, 1, pool)->mean;
    EXPECT_EQ(expected, recursive->predict(panel, panel.origin, 1, pool)->mean) << plan;
    EXPECT_EQ(expected, mixed->predict(panel, panel.origin, 1, pool)->mean) << plan;
  };
  expect_agreement("none");
  panel.price[at] *= 2.0F / 3;
  expect_agreement("price");
  panel.promotion[at] = 1;
  expect_agreement("promotion");
  panel.covariates[0].values[at] = 30;
  expect_agreement("covariate");
  panel.closed[at] = 1;
  panel.state[at] = PeriodState::kNotForSale;
  expect_agreement("closure");
}

/// Names of the features of one step that differ between two panels.
std::set<std::string> differing_features(const Panel& a, const Panel& b, const GlobalModel& model,
                                         int32_t step) {
  const PeriodCalendar calendar =
      make_period_calendar(a.axis, a.start[0], a.origin + a.horizon + 1, model.options().holidays);
  ThreadPool pool(1);
  const auto row_of = [&](const Panel& panel, std::vector<float>& row) {
    const FeatureContext context{panel, calendar, model.profile(), model.level_rule(),
                                 FeatureWindows::of(panel.axis.frequency)};
    const auto groupings = find_groupings(panel, 5);
    const FeatureSet features(context, groupings, panel.origin);
    const PooledStatistics pooled =
        pool_statistics(panel, calendar, model.profile(), model.level_rule(), panel.origin,
                        panel.origin, groupings, pool);
    SeriesState state;
    state.load(panel, calendar, model.profile(), kSeries, panel.origin);
    row.assign(features.size(), 0);
    features.fill(state, pooled, panel.origin, panel.origin + 1 + step, row);
    return features.names();
  };
  std::vector<float> row_a, row_b;
  const auto names = row_of(a, row_a);
  row_of(b, row_b);
  std::set<std::string> out;
  for (size_t f = 0; f < names.size(); ++f) {
    if (row_a[f] != row_b[f] && !(std::isnan(row_a[f]) && std::isnan(row_b[f])))
      out.insert(names[f]);
  }
  return out;
}

TEST(PlannedFeatures, ChangeExactlyTheirFeaturesOfTheirSteps) {
  const Panel panel = reacting_panel();
  ThreadPool pool(2);
  const auto model =
      GlobalModel::fit(panel, panel.origin, options_of(ForecastMode::kDirect), pool, {});
  ASSERT_TRUE(model.ok());
  using Names = std::set<std::string>;
  const auto changed = [&](Plan plan, int32_t step) {
    return differing_features(panel, with_plan(panel, plan), *model, step);
  };
  for (int32_t step = 0; step < kHorizon; ++step) {
    SCOPED_TRACE(step);
    const bool own = step == kStep;
    EXPECT_EQ(changed(Plan::kPrice, step),
              own ? (Names{"price", "price_to_usual", "price_change"}) : Names{});
    EXPECT_EQ(changed(Plan::kCovariate, step), own ? Names{"heat"} : Names{});
    EXPECT_EQ(changed(Plan::kClosure, step), Names{});
    EXPECT_EQ(changed(Plan::kPromotion, step),
              own            ? (Names{"promotion", "promotion_age", "periods_since_promotion"})
              : step > kStep ? Names{"periods_since_promotion"}
                             : Names{});
  }
}

/// Prices that move at random and that nobody reacts to: trees follow the noise up and down.
Panel panel_of_meaningless_prices() {
  Panel panel = synthetic_panel({.n_products = 2, .days = 300, .prices = true, .level = 3});
  for (size_t at = 0; at < panel.price.size(); ++at)
    panel.price[at] = 1 + static_cast<float>(mix(21, at, 0) % 200) / 100;
  return panel;
}

/// Steps of all series whose mean is higher when all planned prices are `factor` times as high.
int raised_forecasts(const GlobalModel& model, Panel panel, float factor, ThreadPool& pool) {
  for (size_t i = 0; i < panel.n_series(); ++i) {
    for (int32_t step = 0; step < kHorizon; ++step) panel.price[future(panel, i, step)] = 2;
  }
  const auto before = model.predict(panel, panel.origin, kHorizon, pool);
  for (size_t i = 0; i < panel.n_series(); ++i) {
    for (int32_t step = 0; step < kHorizon; ++step) panel.price[future(panel, i, step)] *= factor;
  }
  const auto after = model.predict(panel, panel.origin, kHorizon, pool);
  EXPECT_TRUE(before.ok() && after.ok());
  int raised = 0;
  for (size_t k = 0; k < before->mean.size(); ++k)
    raised += after->mean[k] > before->mean[k] * (1 + 1e-6) ? 1 : 0;
  return raised;
}

TEST(PlannedCovariates, HigherPricesNeverRaiseAForecastIfPricesAreMonotone) {
  const Panel panel = panel_of_meaningless_prices();
  ThreadPool pool(2);
  GlobalModelOptions options;
  options.horizon = kHorizon;
  options.trees_max = options.trees_min = 60;
  options.min_child_weight = 5;
  const auto free = GlobalModel::fit(panel, panel.origin, options, pool, {});
  options.price_monotone = true;
  const auto bound = GlobalModel::fit(panel, panel.origin, options, pool, {});
  ASSERT_TRUE(free.ok() && bound.ok());
  const auto bytes = bound->save_bytes();
  ASSERT_TRUE(bytes.ok());
  const auto loaded = GlobalModel::load_bytes(*bytes);
  ASSERT_TRUE(loaded.ok()) << loaded.error().to_string();
  EXPECT_TRUE(loaded->options().price_monotone);
  int unbound = 0;
  for (const float factor : {1.02F, 1.1F, 1.25F, 1.5F}) {
    unbound += raised_forecasts(*free, panel, factor, pool);
    EXPECT_EQ(raised_forecasts(*bound, panel, factor, pool), 0) << factor;
  }
  EXPECT_GT(unbound, 0) << "without the constraint the noise is followed";
}

}  // namespace
}  // namespace restock
