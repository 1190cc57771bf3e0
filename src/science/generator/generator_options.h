#pragma once

#include <cstdint>

#include "foundation/base/result.h"
#include "foundation/domain/date.h"

namespace restock::generator {

/// Names, hierarchy and volumes of the generated shop chain.
enum class Assortment {
  kGrocer,  ///< 3 categories, 8 departments, readable names, mostly smooth demand.
  kM5,      ///< Names, counts by department and volumes shaped like the M5 competition's data.
};

/// What to generate. Every value follows from these fields alone.
struct GeneratorOptions {
  int32_t stores = 4;     ///< 1..10,000
  int32_t products = 40;  ///< 1..1,000,000
  int32_t days = 730;     ///< Days with sales, 1..10,000
  int32_t horizon = 30;   ///< Days after them with planned prices and promotions, 0..730
  Date start = Date::of(2024, 1, 1);  ///< First day, years 1900..2200
  uint64_t seed = 42;
  double intermittent_share = 0.15;  ///< Share of products with rare or lumpy demand, 0..1
  bool stock_outs =
      true;  ///< False: every demand is served, and stock is topped up without a bound.
  Assortment assortment = Assortment::kGrocer;

  [[nodiscard]] int64_t n_series() const { return static_cast<int64_t>(stores) * products; }
  [[nodiscard]] int64_t n_sales_rows() const { return n_series() * days; }
  [[nodiscard]] int64_t n_planned_rows() const { return n_series() * horizon; }
};

/// The sample of the README: 4 stores, 40 products, two years.
[[nodiscard]] GeneratorOptions small_preset();
/// 10 stores in 3 states, 3,049 products in 7 departments and 3 categories, 1,941 days from
/// 2011-01-29, horizon 28.
[[nodiscard]] GeneratorOptions m5_preset();

/// Errors: kInvalidArgument naming the option, the value seen and the range allowed.
[[nodiscard]] Status validate(const GeneratorOptions& options);

}  // namespace restock::generator
