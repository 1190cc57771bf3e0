#include "science/generator/price_plan.h"

#include <algorithm>
#include <cmath>

#include "foundation/base/assert.h"

namespace restock::generator {
namespace {

constexpr double kPriceChangePerWeek = 1.0 / 30;
constexpr double kDepths[] = {0.10, 0.15, 0.20, 0.20, 0.25, 0.33};
constexpr int32_t kWeeksBetweenPromotions = 4;

void fill_regular_prices(const World& world, int32_t state, int32_t product, PricePlan& plan) {
  const Product& item = world.products()[static_cast<size_t>(product)];
  Random state_random = world.stream(stream::kPrice, static_cast<uint64_t>(product),
                                     1 + static_cast<uint64_t>(state));
  const double state_factor = std::exp(0.02 * rough_normal(state_random));
  Random random = world.stream(stream::kPrice, static_cast<uint64_t>(product));
  double level = item.price_cents * state_factor;
  int32_t price = shelf_price_cents(level);
  for (size_t week = 0; week < plan.regular_cents.size(); ++week) {
    const bool change = random.uniform() < kPriceChangePerWeek;
    const double step = 0.035 * rough_normal(random);
    if (change) {
      const double years = static_cast<double>(week) / 52.1775;
      level = item.price_cents * state_factor * std::exp(kInflationPerYear * years + step);
      price = shelf_price_cents(level);
    }
    plan.regular_cents[week] = price;
  }
}

void fill_promotions(const World& world, int32_t state, int32_t product, PricePlan& plan) {
  const Product& item = world.products()[static_cast<size_t>(product)];
  const Department& department = world.departments()[static_cast<size_t>(item.department)];
  Random random = world.stream(stream::kPromotion, static_cast<uint64_t>(product),
                               static_cast<uint64_t>(state));
  const auto n = static_cast<int32_t>(plan.promotion.size());
  int32_t running = 0;
  int32_t rest = 0;
  double depth = 0;
  for (int32_t week = 0; week < n; ++week) {
    // Three draws a week whatever happens, so that a longer calendar begins like a shorter one.
    const bool start = random.uniform() * 52 < department.promotions_per_year;
    const double length = random.uniform();
    const uint64_t which = random.below(std::size(kDepths));
    if (running == 0 && rest == 0 && start) {
      running = length < 0.65 ? 1 : 2;
      depth = kDepths[which];
    }
    const auto w = static_cast<size_t>(week);
    plan.price_cents[w] = plan.regular_cents[w];
    plan.promotion[w] = running > 0 ? 1 : 0;
    if (running > 0) {
      plan.price_cents[w] =
          std::min(shelf_price_cents(plan.regular_cents[w] * (1 - depth)), plan.regular_cents[w]);
      if (--running == 0) rest = kWeeksBetweenPromotions;
    } else if (rest > 0) {
      rest -= 1;
    }
  }
}

}  // namespace

int32_t shelf_price_cents(double cents) {
  const auto rounded = static_cast<int32_t>(std::lround(cents));
  if (rounded < 100) return std::max(rounded, 5);
  return (rounded + 5) / 10 * 10 - 1;
}

void make_price_plan(const World& world, int32_t store, int32_t product, PricePlan& plan) {
  const auto n = static_cast<size_t>(world.n_weeks());
  const Product& item = world.products()[static_cast<size_t>(product)];
  const int32_t state = world.stores()[static_cast<size_t>(store)].state_index;
  plan.regular_cents.resize(n);
  plan.price_cents.resize(n);
  plan.promotion.resize(n);
  plan.effect_log.resize(n);
  fill_regular_prices(world, state, product, plan);
  fill_promotions(world, state, product, plan);
  for (size_t week = 0; week < n; ++week) {
    RESTOCK_ASSERT(plan.price_cents[week] > 0);
    const double years = static_cast<double>(week) / 52.1775;
    const double trend = item.price_cents * std::exp(kInflationPerYear * years);
    double effect = item.elasticity * std::log(plan.price_cents[week] / trend);
    if (plan.promotion[week] != 0) effect += item.promotion_lift;
    // Households that filled the cupboard buy less in the week after.
    const bool was_promoted = week > 0 && plan.promotion[week - 1] != 0;
    if (was_promoted && plan.promotion[week] == 0) effect -= 0.3 * item.promotion_lift;
    plan.effect_log[week] = effect;
  }
}

}  // namespace restock::generator
