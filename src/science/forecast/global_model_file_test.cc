#include <cstring>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "foundation/base/random.h"
#include "foundation/base/sha256.h"
#include "science/features/synthetic_panel.h"
#include "science/forecast/global_model.h"

namespace restock {
namespace {

const std::vector<double> kProbabilities = {0.025, 0.1, 0.5, 0.9, 0.975};

std::vector<HolidayDay> some_holidays() {
  return {{Date::of(2020, 5, 1), "labour day"},
          {Date::of(2020, 12, 25), "christmas"},
          {Date::of(2021, 5, 1), "labour day"}};
}

/// A panel with all that features are made of: promotions, prices, attributes, days out of stock.
Panel rich_panel(int days = 300) {
  Panel panel = synthetic_panel({.days = days, .promotions = true, .prices = true, .level = 6});
  panel.attributes.push_back({"category", {}, {"dry", "fresh"}});
  for (size_t i = 0; i < panel.n_series(); ++i)
    panel.attributes[0].codes.push_back(static_cast<int32_t>(i % 2));
  for (size_t i = 0; i < panel.n_series(); ++i) {
    for (Period t = panel.start[i] + 20; t <= panel.origin; t += 17)
      panel.state[static_cast<size_t>(panel.at(i, t))] = PeriodState::kOutOfStock;
  }
  return panel;
}

GlobalModelOptions rich_options() {
  GlobalModelOptions options;
  options.horizon = 14;
  options.trees_max = 40;
  options.min_child_weight = 5;
  options.lambda = 2;
  options.row_share = 0.8;
  options.column_share = 0.6;
  options.holidays = some_holidays();
  options.estimate_censored = true;
  options.seed = 7;
  return options;
}

void expect_same_bits(const ForecastTable& a, const ForecastTable& b) {
  EXPECT_EQ(a.mean, b.mean);
  EXPECT_EQ(a.sd, b.sd);
  EXPECT_EQ(a.quantiles, b.quantiles);
  EXPECT_EQ(a.cumulative_variance, b.cumulative_variance);
  EXPECT_EQ(a.fallback_reason, b.fallback_reason);
}

/// The saved model, or a test failure.
std::string bytes_of(const GlobalModel& model) {
  auto bytes = model.save_bytes();
  EXPECT_TRUE(bytes.ok()) << bytes.error().to_string();
  return bytes.ok() ? *bytes : "";
}

/// Put the right digest under changed bytes, so that the parser sees them.
std::string signed_again(std::string bytes) {
  constexpr size_t kDigest = 64;
  bytes.resize(bytes.size() - kDigest);
  return bytes + sha256_hex(bytes);
}

TEST(GlobalModelFile, LoadedForecastsAndSavesTheSameBits) {
  const Panel panel = rich_panel();
  ThreadPool pool(2);
  for (const bool recursive : {false, true}) {
    for (const bool quantiles : {false, true}) {
      GlobalModelOptions options = rich_options();
      options.mode = recursive ? ForecastMode::kRecursive : ForecastMode::kDirect;
      if (quantiles) options.quantiles = kProbabilities;
      const auto model = GlobalModel::fit(panel, panel.origin, options, pool, {});
      ASSERT_TRUE(model.ok()) << model.error().to_string();
      const std::string bytes = bytes_of(*model);
      auto loaded = GlobalModel::load_bytes(bytes);
      ASSERT_TRUE(loaded.ok()) << loaded.error().to_string();
      EXPECT_EQ(bytes_of(*loaded), bytes);
      const auto met = loaded->align_to(panel, some_holidays(), pool);
      ASSERT_TRUE(met.ok()) << met.error().to_string();
      EXPECT_EQ(met->known, static_cast<int64_t>(panel.n_series()));
      EXPECT_EQ(met->newcomers + met->gone, 0);
      EXPECT_EQ(bytes_of(*loaded), bytes);
      const auto before = model->forecast(panel, panel.origin, 14, kProbabilities, pool);
      const auto after = loaded->forecast(panel, panel.origin, 14, kProbabilities, pool);
      ASSERT_TRUE(before.ok() && after.ok());
      expect_same_bits(*before, *after);
      EXPECT_EQ(loaded->profile().censored.demand, model->profile().censored.demand);
    }
  }
}

TEST(GlobalModelFile, LoadedForecastsFromEarlierAndLaterOriginsAndLearnsAgainTheSameBits) {
  const Panel panel = rich_panel();
  ThreadPool pool(2);
  const Period cutoff = panel.origin - 30;
  const auto model = GlobalModel::fit(panel, cutoff, rich_options(), pool, {});
  ASSERT_TRUE(model.ok()) << model.error().to_string();
  auto loaded = GlobalModel::load_bytes(bytes_of(*model));
  ASSERT_TRUE(loaded.ok() && loaded->align_to(panel, some_holidays(), pool).ok());
  for (const Period origin : {cutoff - 40, cutoff, cutoff + 9, panel.origin}) {
    EXPECT_EQ(model->predict(panel, origin, 14, pool)->mean,
              loaded->predict(panel, origin, 14, pool)->mean);
  }
  const auto again = model->learn_again(panel, panel.origin, pool, {});
  const auto loaded_again = loaded->learn_again(panel, panel.origin, pool, {});
  ASSERT_TRUE(again.ok() && loaded_again.ok());
  EXPECT_EQ(bytes_of(*again), bytes_of(*loaded_again));
}

TEST(GlobalModelFile, KeepsModeTransformAndGroupsThroughSavingAligningAndLearningAgain) {
  const Panel panel = rich_panel();
  ThreadPool pool(2);
  for (const auto transform :
       {TargetTransform::kNone, TargetTransform::kLog1p, TargetTransform::kSqrt}) {
    GlobalModelOptions options = rich_options();
    options.mode = ForecastMode::kMixed;
    options.target_transform = transform;
    options.model_per = "category";
    options.quantiles = kProbabilities;
    const auto model = GlobalModel::fit(panel, panel.origin - 20, options, pool, {});
    ASSERT_TRUE(model.ok()) << model.error().to_string();
    const std::string bytes = bytes_of(*model);
    auto loaded = GlobalModel::load_bytes(bytes);
    ASSERT_TRUE(loaded.ok()) << loaded.error().to_string();
    EXPECT_EQ(bytes_of(*loaded), bytes);
    EXPECT_EQ(loaded->groups().n_sets, model->groups().n_sets);
    ASSERT_TRUE(loaded->align_to(panel, some_holidays(), pool).ok());
    const auto before = model->forecast(panel, panel.origin, 14, kProbabilities, pool);
    const auto after = loaded->forecast(panel, panel.origin, 14, kProbabilities, pool);
    ASSERT_TRUE(before.ok() && after.ok());
    expect_same_bits(*before, *after);
    EXPECT_EQ(bytes_of(*model->learn_again(panel, panel.origin, pool, {})),
              bytes_of(*loaded->learn_again(panel, panel.origin, pool, {})));
  }
}

/// Bytes of version 3 without the parts that version 2 lacks: what an earlier program wrote.
std::string as_version_2(const std::string& bytes, size_t parts_of_version_3) {
  constexpr size_t kDigest = 64;
  std::string older = bytes.substr(0, bytes.size() - kDigest - parts_of_version_3);
  const uint64_t version = 2;
  const uint64_t size = older.size() - 24;
  std::memcpy(older.data() + 8, &version, sizeof(version));
  std::memcpy(older.data() + 16, &size, sizeof(size));
  return older + sha256_hex(older);
}

TEST(GlobalModelFile, LoadsVersion2) {
  const Panel panel = rich_panel();
  ThreadPool pool(2);
  const auto model = GlobalModel::fit(panel, panel.origin, rich_options(), pool, {});
  ASSERT_TRUE(model.ok());
  // Transform, model_per, values, sets of values, other, weights, sets, recursive trees, smearing.
  size_t parts = 4 + 8 + 8 + 8 + 4 + 8 + 8 + 8 + 4 * 8;
  // Inflation of zeros of all classes: none is found in these sales.
  const Uncertainty& uncertainty = model->uncertainty();
  parts += 8 * (1 + uncertainty.daily.n_classes());
  for (const LevelClasses& classes : uncertainty.sums) parts += 8 * (1 + classes.n_classes());
  auto loaded = GlobalModel::load_bytes(as_version_2(bytes_of(*model), parts));
  ASSERT_TRUE(loaded.ok()) << loaded.error().to_string();
  ASSERT_TRUE(loaded->align_to(panel, some_holidays(), pool).ok());
  expect_same_bits(*model->forecast(panel, panel.origin, 14, kProbabilities, pool),
                   *loaded->forecast(panel, panel.origin, 14, kProbabilities, pool));
  EXPECT_EQ(bytes_of(*loaded), bytes_of(*model));
}

/// The panel without some series.
Panel without(const Panel& panel, const std::vector<size_t>& left_out) {
  Panel out = panel;
  for (size_t k = left_out.size(); k-- > 0;) {
    const size_t i = left_out[k];
    const int64_t begin = out.offsets[i], length = out.offsets[i + 1] - begin;
    const auto cut = [&](auto& column) {
      if (!column.empty()) column.erase(column.begin() + begin, column.begin() + begin + length);
    };
    cut(out.units);
    cut(out.state);
    cut(out.price);
    cut(out.promotion);
    out.keys.erase(out.keys.begin() + static_cast<int64_t>(i));
    out.start.erase(out.start.begin() + static_cast<int64_t>(i));
    out.offsets.erase(out.offsets.begin() + static_cast<int64_t>(i));
    for (size_t later = i; later < out.offsets.size(); ++later) out.offsets[later] -= length;
    for (auto& attribute : out.attributes)
      attribute.codes.erase(attribute.codes.begin() + static_cast<int64_t>(i));
  }
  EXPECT_TRUE(out.validate().ok());
  return out;
}

TEST(GlobalModelFile, MeetsAnotherPanelByKeyAndGivesNewcomersTheShapeOfAll) {
  const Panel whole = rich_panel();
  const Panel learnt = without(whole, {0, 7});
  ThreadPool pool(2);
  const auto model = GlobalModel::fit(learnt, learnt.origin, rich_options(), pool, {});
  ASSERT_TRUE(model.ok()) << model.error().to_string();
  auto loaded = GlobalModel::load_bytes(bytes_of(*model));
  ASSERT_TRUE(loaded.ok());
  const Panel next = without(whole, {3});
  const auto met = loaded->align_to(next, some_holidays(), pool);
  ASSERT_TRUE(met.ok()) << met.error().to_string();
  EXPECT_EQ(met->known, 9);
  EXPECT_EQ(met->newcomers, 2);
  EXPECT_EQ(met->gone, 1);
  // Series 4 of the whole is the third of `next` and of `learnt`.
  const auto slots = static_cast<size_t>(model->profile().n_slots);
  for (size_t slot = 0; slot < slots; ++slot) {
    EXPECT_EQ(loaded->profile().slot[3 * slots + slot], model->profile().slot[3 * slots + slot]);
    EXPECT_EQ(loaded->profile().slot[slot], model->profile().pooled.slot[slot]);
  }
  const auto forecast = loaded->predict(next, next.origin, 14, pool);
  ASSERT_TRUE(forecast.ok()) << forecast.error().to_string();
  // A newcomer with a history is forecast from it: close to what it sells.
  double sold = 0, expected = 0;
  for (int step = 1; step <= 14; ++step) {
    sold += synthetic_mean({.days = 300, .promotions = true, .level = 6}, 0, next.origin + step,
                           next.promotion[static_cast<size_t>(next.at(0, next.origin + step))] > 0);
    expected += forecast->mean[static_cast<size_t>(step - 1)];
  }
  EXPECT_NEAR(expected / sold, 1, 0.25);
  EXPECT_EQ(forecast->fallback_reason[0], "");
}

TEST(GlobalModelFile, ForecastsLaterDaysThanItWasLearntFrom) {
  const Panel later = rich_panel(340);
  const auto earlier = as_known_at(later, later.origin - 40, 14);
  ASSERT_TRUE(earlier.ok());
  ThreadPool pool(2);
  auto model = GlobalModel::fit(*earlier, earlier->origin, rich_options(), pool, {});
  ASSERT_TRUE(model.ok());
  auto loaded = GlobalModel::load_bytes(bytes_of(*model));
  ASSERT_TRUE(loaded.ok());
  const auto unaligned = loaded->predict(later, later.origin, 14, pool);
  ASSERT_FALSE(unaligned.ok());
  EXPECT_NE(unaligned.error().message.find("other series or periods"), std::string::npos);
  ASSERT_TRUE(loaded->align_to(later, some_holidays(), pool).ok());
  const auto forecast = loaded->predict(later, later.origin, 14, pool);
  ASSERT_TRUE(forecast.ok()) << forecast.error().to_string();
  // A model that was never saved says the same of the later panel.
  ASSERT_TRUE(model->align_to(later, some_holidays(), pool).ok());
  EXPECT_EQ(model->predict(later, later.origin, 14, pool)->mean, forecast->mean);
}

TEST(GlobalModelFile, KeepsTheNumbersOfHolidaysWhenSomeAreNotGivenAndNamesUnknownOnes) {
  const Panel panel = rich_panel();
  ThreadPool pool(1);
  const auto model = GlobalModel::fit(panel, panel.origin, rich_options(), pool, {});
  ASSERT_TRUE(model.ok());
  auto loaded = GlobalModel::load_bytes(bytes_of(*model));
  ASSERT_TRUE(loaded.ok());
  // "christmas" sorts before "labour day": without it the numbers must not move.
  const auto met = loaded->align_to(
      panel,
      {{Date::of(2020, 5, 1), "labour day"}, {panel.axis.date_of(panel.origin + 3), "circus"}},
      pool);
  ASSERT_TRUE(met.ok());
  EXPECT_EQ(met->unknown_holidays, std::vector<std::string>{"circus"});
  EXPECT_EQ(loaded->profile().holiday, model->profile().holiday);
  EXPECT_EQ(loaded->options().holidays.size(), 1U);
}

TEST(GlobalModelFile, RefusesAPanelOfOtherKeysOrFeatures) {
  const Panel panel = rich_panel();
  ThreadPool pool(1);
  const auto model = GlobalModel::fit(panel, panel.origin, rich_options(), pool, {});
  ASSERT_TRUE(model.ok());
  auto loaded = GlobalModel::load_bytes(bytes_of(*model));
  ASSERT_TRUE(loaded.ok());
  const auto message = [&](const Panel& other) {
    const auto met = loaded->align_to(other, some_holidays(), pool);
    return met.ok() ? "" : met.error().message;
  };
  Panel other = panel;
  other.key_names = {"shop", "product"};
  EXPECT_NE(message(other).find("by store, product, the data daily ones by shop, product"),
            std::string::npos)
      << message(other);
  other = panel;
  other.attributes.clear();
  EXPECT_NE(message(other).find("attribute \"category\""), std::string::npos) << message(other);
  other = panel;
  other.price.clear();
  EXPECT_NE(message(other).find("\"price\" against \"promotion\""), std::string::npos)
      << message(other);
  // What was refused has changed nothing.
  ASSERT_TRUE(loaded->align_to(panel, some_holidays(), pool).ok());
  EXPECT_EQ(bytes_of(*loaded), bytes_of(*model));
}

TEST(GlobalModelFile, RefusesForeignAndOlderFiles) {
  for (const std::string& foreign : {std::string(), std::string("PAR1"), std::string(5000, 'x')}) {
    const auto loaded = GlobalModel::load_bytes(foreign);
    ASSERT_FALSE(loaded.ok());
    EXPECT_EQ(loaded.error().code, Code::kInvalidData);
    EXPECT_NE(loaded.error().message.find("does not begin with RSTKGLOB"), std::string::npos);
  }
  const auto older = GlobalModel::load_bytes("RESTOCKGM1" + std::string(100, '\0'));
  ASSERT_FALSE(older.ok());
  EXPECT_NE(older.error().message.find("has version 1, this program reads 2 to 3"),
            std::string::npos);
}

TEST(GlobalModelFile, RefusesEveryTruncationAndEveryFlippedBit) {
  const Panel panel = synthetic_panel({.n_stores = 2, .n_products = 2, .days = 120});
  ThreadPool pool(1);
  GlobalModelOptions options;
  options.horizon = 7;
  options.trees_max = 3;
  options.trees_min = 1;
  const auto model = GlobalModel::fit(panel, panel.origin, options, pool, {});
  ASSERT_TRUE(model.ok());
  const std::string bytes = bytes_of(*model);
  for (size_t size = 0; size < bytes.size(); size += 1 + size / 50)
    EXPECT_FALSE(GlobalModel::load_bytes(std::string_view(bytes).substr(0, size)).ok()) << size;
  EXPECT_FALSE(GlobalModel::load_bytes(bytes + "x").ok());
  Random random(11, 0);
  for (int trial = 0; trial < 500; ++trial) {
    std::string changed = bytes;
    changed[static_cast<size_t>(random.next_u64() % bytes.size())] ^=
        static_cast<char>(1U << (random.next_u64() % 8));
    const auto loaded = GlobalModel::load_bytes(changed);
    ASSERT_FALSE(loaded.ok()) << trial;
    EXPECT_EQ(loaded.error().code, Code::kInvalidData);
    EXPECT_FALSE(loaded.error().message.empty());
  }
}

/// The digest keeps accidents out; bytes that were made to fit it must not crash either, neither
/// in loading nor in forecasting.
TEST(GlobalModelFile, SurvivesChangedBytesUnderARightDigest) {
  const Panel panel = rich_panel(120);
  ThreadPool pool(1);
  GlobalModelOptions options = rich_options();
  options.horizon = 7;
  options.trees_max = 3;
  options.trees_min = 1;
  const auto model = GlobalModel::fit(panel, panel.origin, options, pool, {});
  ASSERT_TRUE(model.ok());
  const std::string bytes = bytes_of(*model);
  const size_t head = 24;  // magic, version, size
  const size_t content = bytes.size() - head - 64;
  Random random(12, 0);
  int loads = 0;
  for (int trial = 0; trial < 1000; ++trial) {
    std::string changed = bytes;
    const size_t at = head + static_cast<size_t>(random.next_u64() % content);
    if (trial % 4 == 0) {
      // A part cut out, and a head that agrees.
      changed.erase(at, std::min<size_t>(1 + random.next_u64() % 64, head + content - at));
      const uint64_t size = changed.size() - head - 64;
      std::memcpy(changed.data() + 16, &size, sizeof(size));
    } else {
      changed[at] ^= static_cast<char>(1U << (random.next_u64() % 8));
    }
    auto loaded = GlobalModel::load_bytes(signed_again(changed));
    if (!loaded.ok()) {
      EXPECT_FALSE(loaded.error().message.empty());
      continue;
    }
    loads += 1;
    if (loaded->align_to(panel, some_holidays(), pool).ok())
      (void)loaded->forecast(panel, panel.origin, 7, kProbabilities, pool);
  }
  // Most changes of a factor by a bit are as good as another factor.
  EXPECT_GT(loads, 10);
}

}  // namespace
}  // namespace restock
