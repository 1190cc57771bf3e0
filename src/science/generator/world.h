#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/random.h"
#include "foundation/base/result.h"
#include "foundation/domain/date.h"
#include "science/generator/department.h"
#include "science/generator/generator_options.h"
#include "science/generator/moving_holidays.h"

namespace restock::generator {

/// Orders of every series are placed once in so many days.
inline constexpr int kReviewDays = 7;
/// No delivery takes longer, delays included.
inline constexpr int kLeadTimeDaysMax = 20;

struct Store {
  std::string name;
  std::string state;
  std::string region;
  int32_t state_index = 0;
  double size_log = 0;                     ///< log of its sales relative to an average store
  double growth_per_year = 0;              ///< log
  std::array<double, 7> weekday_factor{};  ///< Deviation from the department's week, Monday first.
};

struct Supplier {
  std::string name;
  int32_t lead_time_days = 0;  ///< As promised.
  double delay_share = 0;      ///< Share of the orders that come 1 to 3 days late.
};

enum class DemandKind { kSmooth, kIntermittent, kLumpy };

struct Product {
  std::string name;
  std::string brand;
  int32_t department = 0;
  int32_t supplier = 0;
  DemandKind kind = DemandKind::kSmooth;
  double units_log = 0;     ///< log of the mean units per day in an average store
  double dispersion = 0;    ///< Of the negative binomial: variance = m + dispersion m^2, in lots.
  int32_t lot = 1;          ///< Customers buy multiples of this.
  int32_t price_cents = 0;  ///< Regular price on the first day.
  int32_t unit_cost_cents = 0;
  double elasticity = 0;
  double promotion_lift = 0;  ///< log lift of display and leaflet, beyond the price
  double season_scale = 1;    ///< Of the department's yearly season.
  int32_t season_shift_days = 0;
  int32_t launch_day = 0;      ///< First day listed in the first store; 0 = before the history.
  int32_t withdrawal_day = 0;  ///< First day no longer listed; the number of days = never.
  int32_t pack_size = 1;
  int32_t moq = 1;
};

/// Everything the series of a data set have in common: stores, products, suppliers, calendar.
/// Immutable after `make`, so any number of threads may read it. Size: products + departments x
/// states x days; never a series.
///
/// A store's and a product's properties depend on the seed and its own number only: more stores or
/// products leave the others as they are (their names and the departments of products apart).
class World {
 public:
  /// Errors: those of `validate`.
  static Result<World> make(const GeneratorOptions& options);

  [[nodiscard]] const GeneratorOptions& options() const { return options_; }
  [[nodiscard]] std::span<const Department> departments() const { return departments_; }
  [[nodiscard]] std::span<const Store> stores() const { return stores_; }
  [[nodiscard]] std::span<const Product> products() const { return products_; }
  [[nodiscard]] std::span<const Supplier> suppliers() const { return suppliers_; }
  /// Events of the history and the horizon.
  [[nodiscard]] std::span<const EventDay> events() const { return events_; }

  /// Days of history and horizon; day t is options().start + t.
  [[nodiscard]] int32_t n_days() const { return options_.days + options_.horizon; }
  /// Weeks of the price calendar: they begin on Monday (M5: Saturday); the first and the last may
  /// be short.
  [[nodiscard]] int32_t n_weeks() const { return week_of(n_days() - 1) + 1; }
  [[nodiscard]] int32_t week_of(int32_t day) const { return (day + week_shift_) / 7; }
  /// Day in the middle of a week, perhaps before the first day.
  [[nodiscard]] int32_t week_middle(int32_t week) const { return week * 7 + 3 - week_shift_; }

  /// Factor of weekday, events and benefit days on sales, n_days values; 0 on days the stores are
  /// closed.
  [[nodiscard]] std::span<const float> day_factor(int32_t state, int32_t department) const;
  /// 1 on days when income support is paid in a state, n_days values.
  [[nodiscard]] std::span<const uint8_t> benefit_day(int32_t state) const;
  [[nodiscard]] bool closed(int32_t day) const { return closed_[static_cast<size_t>(day)] != 0; }
  /// Log of the yearly season of a department with scale 1 on a day after the start (perhaps
  /// fractional years away).
  [[nodiscard]] double season_log(int32_t department, int32_t day) const;

  /// A stream of random numbers that depends on the seed, a purpose and two numbers only.
  [[nodiscard]] Random stream(uint64_t purpose, uint64_t a, uint64_t b = 0) const;

 private:
  explicit World(const GeneratorOptions& options);
  void make_stores();
  void make_suppliers();
  void make_products();
  void make_calendar();
  [[nodiscard]] Product make_product(int32_t index, int32_t department) const;
  [[nodiscard]] int32_t n_states() const;

  GeneratorOptions options_;
  std::span<const Department> departments_;
  int32_t week_shift_ = 0;
  std::vector<Store> stores_;
  std::vector<Supplier> suppliers_;
  std::vector<Product> products_;
  std::vector<EventDay> events_;
  std::vector<uint8_t> closed_;
  std::vector<std::vector<uint8_t>> benefit_;   ///< by state
  std::vector<std::vector<float>> day_factor_;  ///< by state, then department
};

/// Nearly normal with mean 0 and sd 1 from one draw (sum of four 16-bit uniforms): fast, bounded
/// by 3.5 sd.
[[nodiscard]] double rough_normal(Random& random);

/// Purposes of random streams; their numbers are part of the output format.
namespace stream {
inline constexpr uint64_t kStore = 1;
inline constexpr uint64_t kProduct = 2;
inline constexpr uint64_t kSupplier = 3;
inline constexpr uint64_t kPrice = 4;
inline constexpr uint64_t kPromotion = 5;
inline constexpr uint64_t kSeries = 6;
inline constexpr uint64_t kDemand = 7;
inline constexpr uint64_t kStock = 8;
inline constexpr uint64_t kShock = 9;
inline constexpr uint64_t kDirt = 10;
inline constexpr uint64_t kLevel = 11;
}  // namespace stream

}  // namespace restock::generator
