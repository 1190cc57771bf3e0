#include "science/forecast/global_model.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include <gtest/gtest.h>

#include "science/features/synthetic_panel.h"
#include "science/forecast/accuracy.h"
#include "science/models/baselines.h"

namespace restock {
namespace {

const std::vector<double> kLevels = {50, 80, 90, 95};

GlobalModelOptions small_options() {
  GlobalModelOptions options;
  options.horizon = 14;
  options.trees_max = 60;
  return options;
}

TEST(GlobalModel, ComesCloseToTheTrueMeanAndBeatsTheBaselines) {
  const SyntheticPanelOptions truth{.days = 800, .promotions = true};
  const Panel panel = synthetic_panel(truth);
  ThreadPool pool(2);
  const Period origin = panel.origin - 14;
  const auto model = GlobalModel::fit(panel, origin, small_options(), pool, {});
  ASSERT_TRUE(model.ok()) << model.error().to_string();
  const auto table = model->forecast(panel, origin, 14, probabilities_of(kLevels), pool);
  ASSERT_TRUE(table.ok());
  std::vector<double> true_mean;
  for (size_t i = 0; i < panel.n_series(); ++i) {
    for (Period t = origin + 1; t <= panel.origin; ++t) {
      const bool promoted = panel.promotion[static_cast<size_t>(panel.at(i, t))] > 0;
      true_mean.push_back(synthetic_mean(truth, i, t, promoted));
    }
  }
  const AccuracyMetrics got = score(panel, *table, kLevels);
  const AccuracyMetrics best = score(panel, origin, 14, true_mean);
  const auto naive = seasonal_naive(panel, {origin, 14});
  ASSERT_TRUE(naive.ok());
  EXPECT_LT(got.wape, 1.06 * best.wape);
  EXPECT_LT(got.wape, 0.8 * score(panel, origin, 14, *naive).wape);
  EXPECT_NEAR(got.bias, 0, 4);
  ASSERT_EQ(got.coverage.size(), 4U);
  EXPECT_NEAR(got.coverage[1].percent, 80, 10);
}

/// Days that sell more than the stock of the day, drawn around the mean, end at what was there.
Panel cut_by_stock(const SyntheticPanelOptions& truth, Period until) {
  Panel panel = synthetic_panel(truth);
  for (size_t i = 0; i < panel.n_series(); ++i) {
    for (Period t = panel.start[i]; t <= until; ++t) {
      const auto at = static_cast<size_t>(panel.at(i, t));
      const double drawn =
          0.7 + 0.6 * static_cast<double>(mix(5, i, static_cast<uint64_t>(t)) % 97) / 97;
      const auto stock =
          static_cast<float>(static_cast<int>(drawn * synthetic_mean(truth, i, t, false)));
      if (panel.units[at] < stock) continue;
      panel.units[at] = stock;
      panel.state[at] = PeriodState::kOutOfStock;
    }
  }
  return panel;
}

TEST(GlobalModel, LearnsDemandAndNotWhatStockLeftOfIt) {
  const SyntheticPanelOptions truth{.days = 500, .level = 8};
  const Panel whole = synthetic_panel(truth);
  const Period origin = whole.origin - 28;
  const Panel cut = cut_by_stock(truth, origin);
  ThreadPool pool(2);
  const auto forecast_of = [&](const Panel& panel, bool estimate) {
    GlobalModelOptions options = small_options();
    options.estimate_censored = estimate;
    const auto model = GlobalModel::fit(panel, origin, options, pool, {});
    EXPECT_TRUE(model.ok());
    const auto forecast = model->predict(panel, origin, 28, pool);
    EXPECT_TRUE(forecast.ok());
    return std::accumulate(forecast->mean.begin(), forecast->mean.end(), 0.0);
  };
  const double with_all_stock = forecast_of(whole, false);
  EXPECT_LT(forecast_of(cut, false) / with_all_stock, 0.94);
  EXPECT_NEAR(forecast_of(cut, true) / with_all_stock, 1, 0.03);
}

TEST(GlobalModel, ReadsNoSalesAfterTheOrigin) {
  Panel panel = synthetic_panel({.days = 300});
  ThreadPool pool(2);
  const Period origin = panel.origin - 20;
  const auto before = GlobalModel::fit(panel, origin, small_options(), pool, {});
  ASSERT_TRUE(before.ok());
  const auto forecast_before = before->predict(panel, origin, 14, pool);
  for (size_t i = 0; i < panel.n_series(); ++i) {
    for (Period t = origin + 1; t <= panel.origin; ++t) {
      panel.units[static_cast<size_t>(panel.at(i, t))] += 1000.5F;
      panel.state[static_cast<size_t>(panel.at(i, t))] =
          i % 2 == 0 ? PeriodState::kOutOfStock : PeriodState::kSold;
    }
  }
  const auto after = GlobalModel::fit(panel, origin, small_options(), pool, {});
  ASSERT_TRUE(after.ok());
  EXPECT_EQ(forecast_before->mean, after->predict(panel, origin, 14, pool)->mean);
  EXPECT_EQ(*before->save_bytes(), *after->save_bytes());
}

TEST(GlobalModel, GivesTheSameBytesForAnyNumberOfThreads) {
  const Panel panel =
      synthetic_panel({.n_stores = 6, .n_products = 6, .days = 300, .promotions = true});
  ThreadPool one(1);
  ThreadPool two(2);
  const auto a = GlobalModel::fit(panel, panel.origin, small_options(), one, {});
  const auto b = GlobalModel::fit(panel, panel.origin, small_options(), two, {});
  ASSERT_TRUE(a.ok() && b.ok());
  EXPECT_EQ(*a->save_bytes(), *b->save_bytes());
  EXPECT_EQ(a->predict(panel, panel.origin, 14, one)->mean,
            b->predict(panel, panel.origin, 14, two)->mean);
}

TEST(GlobalModel, ForecastsZeroForPlannedClosuresAndAFallbackForNewcomers) {
  Panel panel = synthetic_panel({.days = 200});
  panel.closed.assign(panel.units.size(), 0);
  const auto closed_at = static_cast<size_t>(panel.at(3, panel.origin + 5));
  panel.closed[closed_at] = 1;
  panel.state[closed_at] = PeriodState::kNotForSale;
  // The last series has not begun: its places up to the origin are cut off.
  const size_t last = panel.n_series() - 1;
  const int32_t known = panel.n_known(last);
  const auto first = panel.offsets[last];
  panel.units.erase(panel.units.begin() + first, panel.units.begin() + first + known);
  panel.state.erase(panel.state.begin() + first, panel.state.begin() + first + known);
  panel.closed.erase(panel.closed.begin() + first, panel.closed.begin() + first + known);
  panel.offsets.back() -= known;
  panel.start[last] += known;
  ASSERT_TRUE(panel.validate().ok());
  ThreadPool pool(1);
  const auto model = GlobalModel::fit(panel, panel.origin, small_options(), pool, {});
  ASSERT_TRUE(model.ok()) << model.error().to_string();
  const auto forecast = model->predict(panel, panel.origin, 14, pool);
  EXPECT_EQ(forecast->mean[3 * 14 + 4], 0);
  EXPECT_GT(forecast->mean[3 * 14 + 5], 0);
  EXPECT_EQ(forecast->fallback_reason[3], "");
  EXPECT_NE(forecast->fallback_reason[last].find("no history"), std::string::npos);
  EXPECT_GT(forecast->mean[last * 14], 0);
}

TEST(GlobalModel, RecursiveModeAgreesWithDirectModeOneStepAhead) {
  const Panel panel = synthetic_panel({.days = 300, .promotions = true});
  ThreadPool pool(2);
  GlobalModelOptions options = small_options();
  options.mode = ForecastMode::kRecursive;
  options.horizon = 1;
  const auto recursive = GlobalModel::fit(panel, panel.origin, options, pool, {});
  options.mode = ForecastMode::kDirect;
  const auto direct = GlobalModel::fit(panel, panel.origin, options, pool, {});
  ASSERT_TRUE(recursive.ok() && direct.ok());
  EXPECT_EQ(recursive->predict(panel, panel.origin, 1, pool)->mean,
            direct->predict(panel, panel.origin, 1, pool)->mean);
}

TEST(GlobalModel, MixedModeIsTheWeightedMeanOfBothAndBeatsTheBaselines) {
  const Panel panel = synthetic_panel({.days = 400, .promotions = true});
  ThreadPool pool(2);
  const Period origin = panel.origin - 14;
  GlobalModelOptions options = small_options();
  std::vector<std::vector<double>> means;
  for (const auto mode : {ForecastMode::kDirect, ForecastMode::kRecursive, ForecastMode::kMixed}) {
    options.mode = mode;
    const auto model = GlobalModel::fit(panel, origin, options, pool, {});
    ASSERT_TRUE(model.ok()) << model.error().to_string();
    means.push_back(model->predict(panel, origin, 14, pool)->mean);
    if (mode != ForecastMode::kMixed) continue;
    // A panel of 12 series is too small to judge learnt weights.
    EXPECT_TRUE(model->mixed_weights().direct.empty());
    EXPECT_EQ(model->validation_forecast().mean.size(), panel.n_series() * 14);
  }
  for (size_t at = 0; at < means[0].size(); ++at)
    EXPECT_DOUBLE_EQ(means[2][at], 0.5 * means[0][at] + 0.5 * means[1][at]);
  const auto naive = seasonal_naive(panel, {origin, 14});
  ASSERT_TRUE(naive.ok());
  EXPECT_LT(score(panel, origin, 14, means[2]).wape, 0.9 * score(panel, origin, 14, *naive).wape);
}

TEST(GlobalModel, ForecastsMeansWithoutBiasUnderEachTargetTransform) {
  // Low counts, where the mean of logs or of roots is far from that of demand.
  for (const double level : {1.5, 12.0}) {
    const SyntheticPanelOptions truth{
        .n_stores = 6, .n_products = 8, .days = 400, .promotions = true, .level = level};
    const Panel panel = synthetic_panel(truth);
    ThreadPool pool(2);
    const Period origin = panel.origin - 28;
    GlobalModelOptions options = small_options();
    options.horizon = 28;
    options.learning_rate = 0.1;
    for (const auto mode : {ForecastMode::kDirect, ForecastMode::kRecursive}) {
      AccuracyMetrics plain;
      for (const auto transform : {TargetTransform::kNone, TargetTransform::kLog1p,
                                   TargetTransform::kSqrt, TargetTransform::kLevel}) {
        SCOPED_TRACE(std::string(target_transform_name(transform)) + " " + std::to_string(level) +
                     " " + std::to_string(static_cast<int>(mode)));
        options.target_transform = transform;
        options.mode = mode;
        const auto model = GlobalModel::fit(panel, origin, options, pool, {});
        ASSERT_TRUE(model.ok()) << model.error().to_string();
        const auto forecast = model->predict(panel, origin, 28, pool);
        ASSERT_TRUE(forecast.ok());
        const AccuracyMetrics got = score(panel, origin, 28, forecast->mean);
        if (transform == TargetTransform::kNone) plain = got;
        // The trend and recursion have a bias of their own here; a transform adds little to it.
        // Without smearing, logs of 1.5 units would add 25 %.
        EXPECT_LT(std::abs(got.bias), std::abs(plain.bias) + 4);
        EXPECT_LT(got.wape, 1.15 * plain.wape);
      }
    }
  }
}

TEST(GlobalModel, LearnsTreesOfItsOwnForEachGroupAndOneForSmallOnes) {
  Panel panel = synthetic_panel({.n_stores = 6, .n_products = 6, .days = 400});
  panel.attributes.push_back({"category", {}, {"big", "large", "rare", "scarce"}});
  for (size_t i = 0; i < panel.n_series(); ++i) {
    // 17 series in each of two, one in each of two others.
    const int32_t code = i == 0 ? 2 : i == 1 ? 3 : static_cast<int32_t>(i % 2);
    panel.attributes[0].codes.push_back(code);
  }
  ThreadPool pool(2);
  GlobalModelOptions options = small_options();
  options.model_per = "category";
  const auto model = GlobalModel::fit(panel, panel.origin, options, pool, {});
  ASSERT_TRUE(model.ok()) << model.error().to_string();
  const ModelGroups& groups = model->groups();
  EXPECT_EQ(groups.values, (std::vector<std::string>{"big", "large", "rare", "scarce"}));
  // Together the two small ones have fewer than 2,000 rows, so the smaller of the others joins.
  EXPECT_EQ(groups.n_sets, 2U);
  EXPECT_EQ(groups.set[2], groups.set[3]);
  const auto said =
      std::find_if(model->notes().begin(), model->notes().end(), [](const auto& note) {
        return note.find("2 models by category; 3 values share one") != std::string::npos;
      });
  EXPECT_NE(said, model->notes().end());
  const auto forecast = model->predict(panel, panel.origin, 14, pool);
  ASSERT_TRUE(forecast.ok());
  auto loaded = GlobalModel::load_bytes(*model->save_bytes());
  ASSERT_TRUE(loaded.ok()) << loaded.error().to_string();
  EXPECT_EQ(*loaded->save_bytes(), *model->save_bytes());
  Panel next = panel;
  next.attributes[0].levels[3] = "unknown";
  ASSERT_TRUE(loaded->align_to(next, {}, pool).ok());
  EXPECT_EQ(loaded->groups().sets_of(next)[1], groups.other);
  ASSERT_TRUE(loaded->align_to(panel, {}, pool).ok());
  EXPECT_EQ(loaded->predict(panel, panel.origin, 14, pool)->mean, forecast->mean);
  const auto one = loaded->predict_part(panel, panel.origin, 14, {{7, 2}, {3, 5}}, pool);
  ASSERT_TRUE(one.ok());
  EXPECT_EQ(one->mean[0], forecast->mean[7 * 14 + 3]);
  EXPECT_EQ(one->mean[3], forecast->mean[2 * 14 + 4]);
}

TEST(GlobalModel, OneGroupHasTheTreesOfAModelWithoutGroups) {
  Panel panel = synthetic_panel({.days = 300});
  panel.attributes.push_back({"all", std::vector<int32_t>(panel.n_series(), 0), {"same"}});
  ThreadPool pool(2);
  GlobalModelOptions options = small_options();
  const auto plain = GlobalModel::fit(panel, panel.origin, options, pool, {});
  options.model_per = "all";
  for (const auto mode : {ForecastMode::kDirect, ForecastMode::kRecursive}) {
    options.mode = mode;
    const auto grouped = GlobalModel::fit(panel, panel.origin, options, pool, {});
    ASSERT_TRUE(plain.ok() && grouped.ok());
    EXPECT_EQ(grouped->groups().n_sets, 1U);
    if (mode == ForecastMode::kDirect) {
      EXPECT_EQ(grouped->predict(panel, panel.origin, 14, pool)->mean,
                plain->predict(panel, panel.origin, 14, pool)->mean);
    }
  }
}

TEST(GlobalModel, RefusesToGroupByAColumnThatIsNotThere) {
  const Panel panel = synthetic_panel({.days = 300});
  ThreadPool pool(1);
  GlobalModelOptions options = small_options();
  options.model_per = "catgory";
  const auto model = GlobalModel::fit(panel, panel.origin, options, pool, {});
  ASSERT_FALSE(model.ok());
  EXPECT_EQ(model.error().code, Code::kInvalidArgument);
  EXPECT_NE(model.error().message.find("\"catgory\""), std::string::npos);
  EXPECT_NE(model.error().hint.find("store"), std::string::npos);
}

TEST(GlobalModel, LearnsWithEachObjective) {
  const Panel panel = synthetic_panel({.days = 400});
  ThreadPool pool(2);
  const Period origin = panel.origin - 14;
  GlobalModelOptions options = small_options();
  const auto naive = seasonal_naive(panel, {origin, 14});
  ASSERT_TRUE(naive.ok());
  const double bound = 0.95 * score(panel, origin, 14, *naive).wape;
  for (const auto kind :
       {ObjectiveKind::kPoisson, ObjectiveKind::kTweedie, ObjectiveKind::kSquared}) {
    options.objective = kind;
    const auto model = GlobalModel::fit(panel, origin, options, pool, {});
    ASSERT_TRUE(model.ok()) << model.error().to_string();
    EXPECT_LT(score(panel, origin, 14, model->predict(panel, origin, 14, pool)->mean).wape, bound)
        << objective_name(kind);
  }
}

TEST(GlobalModel, LearnsQuantilesThatAscendAndCover) {
  const Panel panel = synthetic_panel({.days = 400});
  ThreadPool pool(2);
  const Period origin = panel.origin - 14;
  GlobalModelOptions options = small_options();
  options.quantiles = probabilities_of(kLevels);
  const auto model = GlobalModel::fit(panel, origin, options, pool, {});
  ASSERT_TRUE(model.ok()) << model.error().to_string();
  const auto table = model->forecast(panel, origin, 14, options.quantiles, pool);
  ASSERT_TRUE(table.ok()) << table.error().to_string();
  const size_t width = options.quantiles.size();
  for (size_t at = 0; at < table->quantiles.size(); ++at) {
    if (at % width > 0) {
      EXPECT_LE(table->quantiles[at - 1], table->quantiles[at]);
    }
  }
  EXPECT_NEAR(score(panel, *table, kLevels).coverage[1].percent, 80, 15);
}

TEST(GlobalModel, RefusesAHistoryTooShortToLearnFrom) {
  const Panel panel = synthetic_panel({.days = 5});
  ThreadPool pool(1);
  const auto model = GlobalModel::fit(panel, panel.origin, small_options(), pool, {});
  ASSERT_FALSE(model.ok());
  EXPECT_EQ(model.error().code, Code::kInvalidData);
  EXPECT_NE(model.error().message.find("periods of history"), std::string::npos);
}

TEST(GlobalModel, KnowsTheBaselineOfItsValidationWindowAsItWasBefore) {
  const Panel panel = synthetic_panel({.days = 400});
  const Period origin = panel.origin - 14;
  Panel spoilt = panel;
  for (size_t i = 0; i < panel.n_series(); ++i) {
    for (Period t = origin - 13; t <= origin; ++t)
      spoilt.units[static_cast<size_t>(panel.at(i, t))] *= 3;
  }
  ThreadPool pool(2);
  const auto model = GlobalModel::fit(panel, origin, small_options(), pool, {});
  const auto other = GlobalModel::fit(spoilt, origin, small_options(), pool, {});
  ASSERT_TRUE(model.ok());
  ASSERT_TRUE(other.ok());
  EXPECT_EQ(model->validation_baseline().size(), model->validation_forecast().mean.size());
  EXPECT_EQ(model->validation_baseline(), other->validation_baseline());
}

TEST(GlobalModel, SpreadsOtherMeansWithAnUncertaintyLearntOfThem) {
  const Panel panel = synthetic_panel({.days = 400});
  const Period origin = panel.origin - 14;
  ThreadPool pool(2);
  auto model = GlobalModel::fit(panel, origin, small_options(), pool, {});
  ASSERT_TRUE(model.ok());
  const std::vector<double> probabilities = probabilities_of(kLevels);
  const auto own = model->forecast(panel, origin, 14, probabilities, pool);
  ASSERT_TRUE(own.ok());
  // The same means give the same: nothing is learnt twice.
  model->learn_uncertainty_of(panel, model->validation_forecast().mean);
  const auto same =
      model->forecast_of(panel, {origin, 14, own->mean, own->fallback_reason}, probabilities, pool);
  ASSERT_TRUE(same.ok());
  EXPECT_EQ(same->quantiles, own->quantiles);
  EXPECT_EQ(same->cumulative_variance, own->cumulative_variance);
  // Means that miss by more spread wider.
  std::vector<double> wild = model->validation_forecast().mean;
  for (size_t at = 0; at < wild.size(); ++at) wild[at] *= at % 2 == 0 ? 1.6 : 0.4;
  model->learn_uncertainty_of(panel, wild);
  const auto wide = model->forecast(panel, origin, 14, probabilities, pool);
  ASSERT_TRUE(wide.ok());
  EXPECT_GT(std::accumulate(wide->sd.begin(), wide->sd.end(), 0.0),
            1.2 * std::accumulate(own->sd.begin(), own->sd.end(), 0.0));
}

}  // namespace
}  // namespace restock
