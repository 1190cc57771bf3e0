#pragma once

#include <array>
#include <span>
#include <string_view>

#include "science/generator/generator_options.h"
#include "science/generator/moving_holidays.h"

namespace restock::generator {

/// How strongly events move a department.
enum class EventClass { kFood, kHousehold, kLeisure };

/// What the products of one department have in common. Rates are per product and store.
struct Department {
  std::string_view name;
  std::string_view category;
  std::string_view code;  ///< Prefix of product names.
  int32_t weight;         ///< Share of the products, relative to the other departments.
  double units_median;    ///< Median over products of the units sold per day.
  double units_log_sd;    ///< Spread of the same over products (sd of the logarithm).
  double price_median;    ///< Money per unit.
  double price_log_sd;
  double margin;            ///< (price - purchase cost) / price
  double season_amplitude;  ///< Log amplitude of the yearly season.
  int season_peak;          ///< Day of the year with the highest sales, 1..365.
  double promotions_per_year;
  double elasticity;    ///< d log(units) / d log(price), negative.
  double benefit_lift;  ///< Log lift on days when income support is paid.
  int lead_time_days_min;
  int lead_time_days_max;
  EventClass event_class;
  std::array<double, 7> weekday_factor;  ///< Monday first; mean 1.
};

/// The departments of an assortment, in order of output.
[[nodiscard]] std::span<const Department> departments_of(Assortment assortment);

/// Factor on sales of a department `offset` days after an event (negative: before), 1 outside its
/// reach. 0 where the stores are closed.
[[nodiscard]] double event_factor(Event event, EventClass event_class, int offset);

/// Events reach at most this many days to each side.
inline constexpr int kEventReachDays = 28;

}  // namespace restock::generator
