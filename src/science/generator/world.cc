#include "science/generator/world.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "foundation/base/assert.h"

namespace restock::generator {
namespace {

struct State {
  std::string_view name;
  std::string_view region;
};

constexpr State kStates[] = {{"CA", "West"},      {"TX", "South"}, {"WI", "Midwest"},
                             {"NY", "Northeast"}, {"FL", "South"}, {"WA", "West"},
                             {"OH", "Midwest"},   {"GA", "South"}};

/// State of each store of the M5 data.
constexpr int kM5StoreStates[] = {0, 0, 0, 0, 1, 1, 1, 2, 2, 2};

/// Days of the month on which income support is paid; the states take turns. As SNAP in California,
/// Texas and Wisconsin.
constexpr uint32_t kBenefitDays[] = {
    0b0000000000000000'0000011111111110,  // 1..10
    0b0000000000000000'1011101011101010,  // 1, 3, 5, 6, 7, 9, 11, 12, 13, 15
    0b0000000000000000'1101101101101100,  // 2, 3, 5, 6, 8, 9, 11, 12, 14, 15
};

constexpr std::string_view kBrands[] = {"Alder",  "Birch", "Cedar",    "Dogwood", "Elm",   "Fir",
                                        "Ginkgo", "Hazel", "Ironwood", "Juniper", "Larch", "Maple"};

constexpr int32_t kSuppliersPerDepartment = 2;

int32_t positive_round(double value) {
  return std::max(1, static_cast<int32_t>(std::lround(value)));
}

/// Departments of products 0..n-1: blocks in proportion to the weights, by largest remainders left
/// to right.
std::vector<int32_t> assign_departments(std::span<const Department> departments, int32_t n) {
  int64_t weights = 0;
  for (const Department& department : departments) weights += department.weight;
  std::vector<int32_t> of_product;
  of_product.reserve(static_cast<size_t>(n));
  int64_t cumulated = 0;
  for (size_t d = 0; d < departments.size(); ++d) {
    cumulated += departments[d].weight;
    const int64_t end = (cumulated * n + weights / 2) / weights;
    while (static_cast<int64_t>(of_product.size()) < end)
      of_product.push_back(static_cast<int32_t>(d));
  }
  return of_product;
}

}  // namespace

double rough_normal(Random& random) {
  const uint64_t bits = random.next_u64();
  const uint64_t sum =
      (bits & 0xFFFF) + ((bits >> 16) & 0xFFFF) + ((bits >> 32) & 0xFFFF) + (bits >> 48);
  // Each part is uniform on 0..65535, with mean 32767.5 and variance (65536^2 - 1) / 12.
  return (static_cast<double>(sum) - 4 * 32767.5) / (65536.0 * std::sqrt(4.0 / 12));
}

World::World(const GeneratorOptions& options)
    : options_(options), departments_(departments_of(options.assortment)) {
  const int week_start = options.assortment == Assortment::kM5 ? 5 : 0;
  week_shift_ = (options.start.weekday() - week_start + 7) % 7;
}

Result<World> World::make(const GeneratorOptions& options) {
  RESTOCK_TRY(validate(options));
  World world(options);
  world.make_stores();
  world.make_suppliers();
  world.make_products();
  world.make_calendar();
  return world;
}

Random World::stream(uint64_t purpose, uint64_t a, uint64_t b) const {
  return Random(options_.seed, mix(purpose, a, b));
}

int32_t World::n_states() const {
  int32_t states = 0;
  for (const Store& store : stores_) states = std::max(states, store.state_index + 1);
  return states;
}

void World::make_stores() {
  const bool m5 = options_.assortment == Assortment::kM5;
  std::vector<int32_t> count(std::size(kStates), 0);
  for (int32_t i = 0; i < options_.stores; ++i) {
    Random random = stream(stream::kStore, static_cast<uint64_t>(i));
    Store store;
    store.state_index =
        m5 && i < 10 ? kM5StoreStates[i] : i % (m5 ? 3 : static_cast<int32_t>(std::size(kStates)));
    const State& state = kStates[store.state_index];
    store.state = state.name;
    store.region = state.region;
    store.name = fmt::format("{}_{}", state.name, ++count[static_cast<size_t>(store.state_index)]);
    store.size_log = 0.22 * rough_normal(random);
    store.growth_per_year = 0.02 + 0.025 * rough_normal(random);
    for (double& factor : store.weekday_factor) factor = std::exp(0.04 * rough_normal(random));
    stores_.push_back(std::move(store));
  }
}

void World::make_suppliers() {
  for (size_t d = 0; d < departments_.size(); ++d) {
    const Department& department = departments_[d];
    for (int32_t s = 0; s < kSuppliersPerDepartment; ++s) {
      Random random = stream(stream::kSupplier, d, static_cast<uint64_t>(s));
      Supplier supplier;
      supplier.name = fmt::format("{}-SUPPLY-{}", department.code, s + 1);
      const int span = department.lead_time_days_max - department.lead_time_days_min + 1;
      supplier.lead_time_days = department.lead_time_days_min +
                                static_cast<int32_t>(random.below(static_cast<uint64_t>(span)));
      supplier.delay_share = 0.04 + 0.10 * random.uniform();
      suppliers_.push_back(std::move(supplier));
    }
  }
}

void World::make_products() {
  const std::vector<int32_t> of_product = assign_departments(departments_, options_.products);
  std::vector<int32_t> count(departments_.size(), 0);
  products_.reserve(of_product.size());
  for (int32_t i = 0; i < options_.products; ++i) {
    const int32_t d = of_product[static_cast<size_t>(i)];
    Product product = make_product(i, d);
    const Department& department = departments_[static_cast<size_t>(d)];
    const int32_t number = ++count[static_cast<size_t>(d)];
    product.name = options_.assortment == Assortment::kM5
                       ? fmt::format("{}_{:03}", department.code, number)
                       : fmt::format("{}-{:04}", department.code, number);
    products_.push_back(std::move(product));
  }
}

Product World::make_product(int32_t index, int32_t department_index) const {
  const Department& department = departments_[static_cast<size_t>(department_index)];
  const bool m5 = options_.assortment == Assortment::kM5;
  Random random = stream(stream::kProduct, static_cast<uint64_t>(index));
  Product product;
  product.department = department_index;
  product.supplier = department_index * kSuppliersPerDepartment +
                     static_cast<int32_t>(random.below(kSuppliersPerDepartment));
  product.brand = kBrands[random.below(std::size(kBrands))];
  product.units_log =
      std::log(department.units_median) + department.units_log_sd * rough_normal(random);
  product.price_cents = positive_round(100 * department.price_median *
                                       std::exp(department.price_log_sd * rough_normal(random)));
  product.unit_cost_cents = positive_round(
      product.price_cents * (1 - department.margin * (0.85 + 0.3 * random.uniform())));
  product.elasticity = department.elasticity * (0.6 + 0.8 * random.uniform());
  product.promotion_lift = 0.10 + 0.35 * random.uniform();
  product.season_scale = 0.5 + random.uniform();
  product.season_shift_days = static_cast<int32_t>(20 * rough_normal(random));
  product.dispersion = (m5 ? 0.25 : 0.03) * std::exp(0.6 * rough_normal(random));
  const double kind = random.uniform();
  const double rarity = random.uniform();
  const uint64_t lot = random.below(5);
  if (kind < options_.intermittent_share) {
    const bool lumpy = kind < options_.intermittent_share * 0.4;
    product.kind = lumpy ? DemandKind::kLumpy : DemandKind::kIntermittent;
    product.units_log = std::log(lumpy ? 0.15 : 0.03) + std::log(lumpy ? 8.0 : 12.0) * rarity;
    product.dispersion = lumpy ? 1.5 : 0.3;
    product.lot = lumpy ? static_cast<int32_t>(2 + lot * 2) : 1;
  }

  product.launch_day = 0;
  product.withdrawal_day = n_days();
  const double launch = random.uniform();
  const double launch_at = random.uniform();
  const double withdrawal = random.uniform();
  const double withdrawal_at = random.uniform();
  const int32_t days = options_.days;
  if (days >= 120) {
    const double launched_late = m5 ? 0.48 : 0.12;
    if (launch < launched_late)
      product.launch_day = 30 + static_cast<int32_t>(launch_at * (days - 60) * (m5 ? 0.85 : 1));
    const int32_t left = days - product.launch_day;
    if (withdrawal < (m5 ? 0.04 : 0.06) && left > 120) {
      product.withdrawal_day =
          product.launch_day + 90 + static_cast<int32_t>(withdrawal_at * (left - 90));
    }
  }
  static constexpr int32_t kPacks[] = {1, 1, 2, 4, 6, 6, 12, 24};
  const double weekly = 7 * std::exp(product.units_log);
  const auto pack_limit = static_cast<uint64_t>(weekly < 2    ? 2
                                                : weekly < 10 ? 5
                                                : weekly < 50 ? 7
                                                              : 8);
  product.pack_size = kPacks[random.below(pack_limit)];
  product.moq = product.pack_size * static_cast<int32_t>(1 + random.below(2));
  return product;
}

void World::make_calendar() {
  const auto n = static_cast<size_t>(n_days());
  const Date start = options_.start;
  events_ = events_between(start.year() - 1, (start + n_days()).year() + 1);
  closed_.assign(n, 0);
  for (const EventDay& day : events_) {
    const int32_t t = day.date - start;
    if (day.event == Event::kChristmas && t >= 0 && t < n_days())
      closed_[static_cast<size_t>(t)] = 1;
  }
  for (int32_t s = 0; s < n_states(); ++s) {
    std::vector<uint8_t> benefit(n, 0);
    const uint32_t mask = kBenefitDays[static_cast<size_t>(s) % std::size(kBenefitDays)];
    for (size_t t = 0; t < n; ++t) {
      const int day = (start + static_cast<int32_t>(t)).day();
      benefit[t] = static_cast<uint8_t>(mask >> day & 1U);
    }
    benefit_.push_back(std::move(benefit));
  }
  for (int32_t s = 0; s < n_states(); ++s) {
    for (const Department& department : departments_) {
      std::vector<float> factor(n, 1.0F);
      for (size_t t = 0; t < n; ++t) {
        const Date date = start + static_cast<int32_t>(t);
        double value = department.weekday_factor[static_cast<size_t>(date.weekday())];
        if (benefit_[static_cast<size_t>(s)][t] != 0) value *= std::exp(department.benefit_lift);
        factor[t] = static_cast<float>(value);
      }
      for (const EventDay& day : events_) {
        for (int offset = -kEventReachDays; offset <= kEventReachDays; ++offset) {
          const int32_t t = day.date - start + offset;
          if (t < 0 || t >= n_days()) continue;
          factor[static_cast<size_t>(t)] *=
              static_cast<float>(event_factor(day.event, department.event_class, offset));
        }
      }
      day_factor_.push_back(std::move(factor));
    }
  }
  const auto inside = [&](const EventDay& day) {
    return day.date >= start && day.date < start + n_days();
  };
  std::erase_if(events_, [&](const EventDay& day) { return !inside(day); });
}

std::span<const float> World::day_factor(int32_t state, int32_t department) const {
  RESTOCK_ASSERT(department >= 0 && static_cast<size_t>(department) < departments_.size());
  return day_factor_[static_cast<size_t>(state) * departments_.size() +
                     static_cast<size_t>(department)];
}

std::span<const uint8_t> World::benefit_day(int32_t state) const {
  RESTOCK_ASSERT(state >= 0 && static_cast<size_t>(state) < benefit_.size());
  return benefit_[static_cast<size_t>(state)];
}

double World::season_log(int32_t department, int32_t day) const {
  const Department& traits = departments_[static_cast<size_t>(department)];
  // Days since 1970 keep the phase in every year; 365.2425 days are a Gregorian year.
  const double years = (options_.start.days() + day - traits.season_peak + 1) / 365.2425;
  const double angle = 2 * std::numbers::pi * years;
  return traits.season_amplitude * (0.8 * std::cos(angle) + 0.2 * std::cos(2 * angle));
}

}  // namespace restock::generator
