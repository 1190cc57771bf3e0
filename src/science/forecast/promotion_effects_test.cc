#include "science/forecast/promotion_effects.h"

#include <cmath>

#include <gtest/gtest.h>

#include "foundation/base/random.h"

namespace restock {
namespace {

struct Truth {
  double during = 2;
  double before = 0.9;         // the two days before
  double after = 0.7;          // the three days after
  double cannibalised = 0.85;  // of the others in the category of the store
};

/// Four stores, two categories, three products each; every product is promoted five days in sixty.
Panel promoted_panel(const Truth& truth) {
  constexpr int kDays = 720;
  Panel panel;
  panel.key_names = {"store", "product"};
  panel.origin = 20000 + kDays - 1;
  panel.horizon = 7;
  StaticAttribute category{"category", {}, {"c0", "c1"}};
  const auto day_in_cycle = [](int p, int day) { return (day + 20 * (p % 3) + 7 * (p / 3)) % 60; };
  for (int s = 0; s < 4; ++s) {
    for (int p = 0; p < 6; ++p) {
      const size_t i = panel.keys.size();
      panel.keys.push_back({{"s" + std::to_string(s), "p" + std::to_string(p)}});
      category.codes.push_back(p / 3);
      panel.start.push_back(20000);
      panel.offsets.push_back(panel.offsets.back() + kDays + 7);
      Random random(5, i);
      for (int d = 0; d < kDays + 7; ++d) {
        const int at = day_in_cycle(p, d);
        bool others = false;
        for (int q = p / 3 * 3; q < p / 3 * 3 + 3; ++q)
          others = others || (q != p && day_in_cycle(q, d) < 5);
        double mean = 30;
        if (at < 5) mean *= truth.during;
        if (at >= 5 && at < 8) mean *= truth.after;
        if (at >= 58) mean *= truth.before;
        if (others) mean *= truth.cannibalised;
        const bool past = d < kDays;
        panel.units.push_back(past ? static_cast<float>(random.poisson(mean)) : 0);
        panel.state.push_back(past ? PeriodState::kSold : PeriodState::kFuture);
        panel.promotion.push_back(at < 5 ? 1 : 0);
      }
    }
  }
  panel.attributes.push_back(std::move(category));
  return panel;
}

PromotionEffects measure(const Panel& panel, int threads) {
  ThreadPool pool(threads);
  const PeriodCalendar calendar =
      make_period_calendar(panel.axis, 20000, panel.origin + panel.horizon + 1, {});
  const Profile profile = fit_profile(panel, calendar, panel.origin, pool);
  return measure_promotion_effects(panel, calendar, profile, panel.origin, pool);
}

TEST(PromotionEffects, FindsUpliftDipsAndCannibalisationThatWerePutIn) {
  const Panel panel = promoted_panel({});
  ASSERT_TRUE(panel.validate().ok());
  const PromotionEffects got = measure(panel, 2);
  EXPECT_EQ(got.group, "category, store");
  EXPECT_NEAR(got.during.ratio(), 2, 0.06);
  ASSERT_EQ(got.after.size(), 7U);
  for (size_t k = 0; k < 7; ++k) {
    EXPECT_NEAR(got.after[k].ratio(), k < 3 ? 0.7 : 1, 0.05) << k;
    EXPECT_NEAR(got.before[k].ratio(), k < 2 ? 0.9 : 1, 0.05) << k;
  }
  EXPECT_NEAR(got.others.ratio(), 0.85, 0.02);
  EXPECT_LT(got.others.standard_error(), 0.01);
  // Two others lose 15 % of 30 on each promoted day that gains 30: 30 %. Days of theirs that are
  // near a promotion of their own are not counted.
  EXPECT_GT(got.cannibalised_percent(), 15);
  EXPECT_LT(got.cannibalised_percent(), 32);
}

TEST(PromotionEffects, FindsNothingWhereNothingHappens) {
  const PromotionEffects got = measure(promoted_panel({1, 1, 1, 1}), 1);
  EXPECT_NEAR(got.during.ratio(), 1, 4 * got.during.standard_error());
  EXPECT_NEAR(got.others.ratio(), 1, 4 * got.others.standard_error());
  for (const EffectRatio& effect : got.after)
    EXPECT_NEAR(effect.ratio(), 1, 4 * effect.standard_error());
}

TEST(PromotionEffects, IsTheSameForAnyNumberOfThreads) {
  const Panel panel = promoted_panel({});
  const PromotionEffects one = measure(panel, 1);
  const PromotionEffects three = measure(panel, 3);
  EXPECT_EQ(one.during.observed, three.during.observed);
  EXPECT_EQ(one.during.expected, three.during.expected);
  EXPECT_EQ(one.others.expected, three.others.expected);
}

TEST(PromotionEffects, IsEmptyWithoutPromotions) {
  Panel panel = promoted_panel({});
  std::fill(panel.promotion.begin(), panel.promotion.end(), 0.0F);
  EXPECT_EQ(measure(panel, 1).during.periods, 0);
  panel.promotion.clear();
  const PromotionEffects none = measure(panel, 1);
  EXPECT_EQ(none.during.periods, 0);
  EXPECT_TRUE(std::isnan(none.cannibalised_percent()));
}

}  // namespace
}  // namespace restock
