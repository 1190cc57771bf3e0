#include "science/generator/series_generator.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "foundation/base/assert.h"
#include "science/generator/count_sampler.h"

namespace restock::generator {
namespace {

constexpr double kShockSd = 0.03;
constexpr double kLevelPersistence = 0.98;  // per week
constexpr double kLevelSd = 0.15;           // stationary
constexpr double kStoreProductSd = 0.5;
/// Half-life of a launch's climb to its full level is about 3 weeks.
constexpr double kLaunchWeeks = 4;
/// How quickly the shop's own estimate of demand follows its sales, per day.
constexpr double kRateSmoothing = 0.04;

int32_t round_up_to_pack(double quantity, const Product& product) {
  const double packs = std::ceil(std::max(quantity, 1.0) / product.pack_size);
  return std::max(static_cast<int32_t>(packs) * product.pack_size, product.moq);
}

/// Expected change of demand over the coming weeks that a shop reads off its own plans (promotions,
/// season).
double planned_uplift(std::span<const double> week_factor, int32_t week) {
  const auto w = static_cast<size_t>(week);
  const size_t last = week_factor.size() - 1;
  const double coming =
      std::max(week_factor[std::min(w + 1, last)], week_factor[std::min(w + 2, last)]);
  return std::clamp(coming / week_factor[w], 0.8, 3.0);
}

/// Order-up-to level for the lead time and one review, from the shop's own rate of sales per day.
double order_up_to(double rate, double days, double uplift, double planner,
                   const Product& product) {
  const double mean = rate * days * uplift;
  const double lot = product.lot;
  const double per_day = rate * uplift;
  const double variance = mean * lot * (1 + product.dispersion * per_day / lot);
  // Shops keep at least one unit on the shelf to show the product.
  return mean + planner * std::sqrt(variance) + std::max(1.0, lot);
}

/// Stock of one series and the deliveries on their way.
class Shelf {
 public:
  /// Unless limited, stock is topped up whenever a demand would empty it.
  explicit Shelf(bool limited) : limited_(limited) {}

  /// Take in the deliveries of a day. Days must follow each other.
  void open(int32_t day) {
    day_ = static_cast<size_t>(day);
    received_ = std::exchange(arrivals_[day_ % arrivals_.size()], 0);
    on_order_ -= received_;
    on_hand_ += received_;
  }
  void deliver(int32_t quantity) {
    received_ += quantity;
    on_hand_ += quantity;
  }
  int32_t sell(int32_t demand) {
    if (!limited_ && on_hand_ <= demand) deliver(demand + 1 - on_hand_);
    const int32_t sold = std::min(demand, on_hand_);
    on_hand_ -= sold;
    return sold;
  }
  void order(int32_t quantity, int32_t lead_time_days) {
    RESTOCK_ASSERT(lead_time_days >= 1 && lead_time_days <= kLeadTimeDaysMax);
    arrivals_[(day_ + static_cast<size_t>(lead_time_days)) % arrivals_.size()] += quantity;
    on_order_ += quantity;
  }
  [[nodiscard]] int32_t on_hand() const { return on_hand_; }
  [[nodiscard]] int32_t received() const { return received_; }
  /// On hand and on order.
  [[nodiscard]] int64_t position() const { return int64_t{on_hand_} + on_order_; }
  [[nodiscard]] StockPosition position_after(int32_t day) const {
    StockPosition position;
    position.on_hand = on_hand_;
    for (size_t k = 1; k <= kLeadTimeDaysMax; ++k) {
      position.on_order[k - 1] = arrivals_[(static_cast<size_t>(day) + k) % arrivals_.size()];
    }
    return position;
  }

 private:
  bool limited_;
  size_t day_ = 0;
  std::array<int32_t, kLeadTimeDaysMax + 1>
      arrivals_{};  // A ring: the slot of a day is day mod size.
  int32_t on_order_ = 0;
  int32_t on_hand_ = 0;
  int32_t received_ = 0;
};

}  // namespace

SeriesGenerator::SeriesGenerator(const World& world)
    : world_(world), week_factor_(static_cast<size_t>(world.n_weeks())) {}

StockPosition SeriesGenerator::generate(int32_t store, int32_t product,
                                        const SeriesColumns& columns) {
  RESTOCK_ASSERT(store >= 0 && store < world_.options().stores);
  RESTOCK_ASSERT(product >= 0 && product < world_.options().products);
  RESTOCK_ASSERT(columns.units.size() == static_cast<size_t>(world_.n_days()));
  load_store(store);
  make_price_plan(world_, store, product, plan_);
  const Life life = fill_weeks(store, product);
  fill_days(store, product, life, columns);
  fill_demand(store, product, columns);
  return fill_stock(store, product, life, columns);
}

void SeriesGenerator::load_store(int32_t store) {
  if (loaded_store_ == store) return;
  shock_.resize(static_cast<size_t>(world_.n_days()));
  Random random = world_.stream(stream::kShock, static_cast<uint64_t>(store));
  for (float& shock : shock_) {
    // The expectation of exp(sd z) is exp(sd^2 / 2).
    shock = static_cast<float>(std::exp(kShockSd * rough_normal(random) - kShockSd * kShockSd / 2));
  }
  loaded_store_ = store;
}

SeriesGenerator::Life SeriesGenerator::fill_weeks(int32_t store, int32_t product) {
  const Product& item = world_.products()[static_cast<size_t>(product)];
  const Store& shop = world_.stores()[static_cast<size_t>(store)];
  const auto series_a = static_cast<uint64_t>(store);
  const auto series_b = static_cast<uint64_t>(product);
  Random random = world_.stream(stream::kSeries, series_a, series_b);
  Life life;
  const double effect = kStoreProductSd * rough_normal(random);
  const auto delay = static_cast<int32_t>(random.below(29));
  life.planner = 0.7 + 1.4 * random.uniform();
  life.launch = item.launch_day == 0 ? 0 : item.launch_day + delay;
  life.withdrawal = item.withdrawal_day;

  const double base = item.units_log + effect + shop.size_log;
  const double innovation = kLevelSd * std::sqrt(1 - kLevelPersistence * kLevelPersistence);
  Random level_random = world_.stream(stream::kLevel, series_a, series_b);
  double level = kLevelSd * rough_normal(level_random);
  for (int32_t week = 0; week < world_.n_weeks(); ++week) {
    const int32_t middle = world_.week_middle(week);
    const double years = middle / 365.2425;
    double log_factor = base + shop.growth_per_year * years + level;
    log_factor +=
        item.season_scale * world_.season_log(item.department, middle - item.season_shift_days);
    log_factor += plan_.effect_log[static_cast<size_t>(week)];
    double factor = std::exp(log_factor);
    if (life.launch > 0) {
      const double age_weeks = std::max(0, middle - life.launch + 4) / 7.0;
      factor *= 1 - 0.7 * std::exp(-age_weeks / kLaunchWeeks);
    }
    week_factor_[static_cast<size_t>(week)] = factor;
    level = kLevelPersistence * level + innovation * rough_normal(level_random);
  }
  return life;
}

void SeriesGenerator::fill_days(int32_t store, int32_t product, const Life& life,
                                const SeriesColumns& columns) {
  const Product& item = world_.products()[static_cast<size_t>(product)];
  const Store& shop = world_.stores()[static_cast<size_t>(store)];
  const std::span<const float> day_factor = world_.day_factor(shop.state_index, item.department);
  int weekday = world_.options().start.weekday();
  for (int32_t day = 0; day < world_.n_days(); ++day) {
    const auto t = static_cast<size_t>(day);
    const auto week = static_cast<size_t>(world_.week_of(day));
    const bool listed = day >= life.launch && day < life.withdrawal;
    const bool for_sale = listed && !world_.closed(day);
    columns.for_sale[t] = for_sale ? 1 : 0;
    columns.price_cents[t] = listed ? plan_.price_cents[week] : 0;
    columns.promotion[t] = listed ? plan_.promotion[week] : 0;
    columns.mean[t] = for_sale
                          ? static_cast<float>(week_factor_[week] * day_factor[t] *
                                               shop.weekday_factor[static_cast<size_t>(weekday)])
                          : 0.0F;
    weekday = weekday == 6 ? 0 : weekday + 1;
  }
}

void SeriesGenerator::fill_demand(int32_t store, int32_t product, const SeriesColumns& columns) {
  const Product& item = world_.products()[static_cast<size_t>(product)];
  Random random =
      world_.stream(stream::kDemand, static_cast<uint64_t>(store), static_cast<uint64_t>(product));
  const double per_lot = 1.0 / item.lot;
  for (size_t t = 0; t < columns.demand.size(); ++t) {
    // One number a day, on sale or not: the draws of a day do not depend on those of other days.
    const double u = random.uniform();
    const double mean =
        static_cast<double>(columns.mean[t]) * static_cast<double>(shock_[t]) * per_lot;
    columns.demand[t] =
        columns.for_sale[t] == 0 ? 0 : item.lot * count_from_uniform(mean, item.dispersion, u);
  }
}

StockPosition SeriesGenerator::fill_stock(int32_t store, int32_t product, const Life& life,
                                          const SeriesColumns& columns) {
  const Product& item = world_.products()[static_cast<size_t>(product)];
  const Supplier& supplier = world_.suppliers()[static_cast<size_t>(item.supplier)];
  Random random =
      world_.stream(stream::kStock, static_cast<uint64_t>(store), static_cast<uint64_t>(product));
  const auto review_phase = static_cast<int32_t>(random.below(kReviewDays));
  const double cycle_days = supplier.lead_time_days + kReviewDays;
  Shelf shelf(world_.options().stock_outs);
  double rate = 0;  // The shop's estimate of its sales per day.
  for (int32_t day = 0; day < world_.options().days; ++day) {
    const auto t = static_cast<size_t>(day);
    shelf.open(day);
    if (day == life.launch) {
      // The shelf is filled for the launch from what the planner expects of a product at its full
      // level.
      rate = week_factor_[static_cast<size_t>(world_.week_of(day))];
      shelf.deliver(round_up_to_pack(order_up_to(rate, cycle_days, 1, life.planner, item), item));
    }
    columns.units[t] = shelf.sell(columns.demand[t]);
    columns.stock[t] = shelf.on_hand();
    if (!columns.received.empty()) columns.received[t] = shelf.received();
    columns.in_stock[t] = columns.for_sale[t] != 0 && shelf.on_hand() > 0 ? 1 : 0;
    // Days without stock say nothing about demand.
    if (columns.in_stock[t] != 0) rate += kRateSmoothing * (columns.units[t] - rate);

    const bool listed = day >= life.launch && day < life.withdrawal;
    if (!listed || (day + review_phase) % kReviewDays != 0) continue;
    const double uplift = planned_uplift(week_factor_, world_.week_of(day));
    const double short_of = order_up_to(rate, cycle_days, uplift, life.planner, item) -
                            static_cast<double>(shelf.position());
    const bool late = random.uniform() < supplier.delay_share;
    const auto late_days = 1 + static_cast<int32_t>(random.below(3));
    if (short_of > 0.5) {
      shelf.order(round_up_to_pack(short_of, item),
                  supplier.lead_time_days + (late ? late_days : 0));
    }
  }
  for (auto t = static_cast<size_t>(world_.options().days); t < columns.units.size(); ++t) {
    columns.units[t] = 0;
    columns.stock[t] = 0;
    columns.in_stock[t] = columns.for_sale[t];
    if (!columns.received.empty()) columns.received[t] = 0;
  }
  return shelf.position_after(world_.options().days - 1);
}

}  // namespace restock::generator
