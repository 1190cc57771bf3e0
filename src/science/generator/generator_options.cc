#include "science/generator/generator_options.h"

#include <cmath>
#include <string_view>

#include <fmt/format.h>

namespace restock::generator {
namespace {

constexpr int64_t kRowsMax = 20'000'000'000;

Status check_range(std::string_view name, int64_t value, int64_t low, int64_t high) {
  if (value >= low && value <= high) return {};
  return Error{Code::kInvalidArgument,
               fmt::format("{} must be in {}..{}, got {}", name, low, high, value),
               fmt::format("give --{} N with N in that range", name)};
}

}  // namespace

GeneratorOptions small_preset() {
  return {};
}

GeneratorOptions m5_preset() {
  return {.stores = 10,
          .products = 3049,
          .days = 1941,
          .horizon = 28,
          .start = Date::of(2011, 1, 29),
          .intermittent_share = 0.2,
          .assortment = Assortment::kM5};
}

Status validate(const GeneratorOptions& options) {
  RESTOCK_TRY(check_range("stores", options.stores, 1, 10'000));
  RESTOCK_TRY(check_range("products", options.products, 1, 1'000'000));
  RESTOCK_TRY(check_range("days", options.days, 1, 10'000));
  RESTOCK_TRY(check_range("horizon", options.horizon, 0, 730));
  if (options.start < Date::of(1900, 1, 1) || options.start >= Date::of(2201, 1, 1)) {
    return Error{
        Code::kInvalidArgument,
        fmt::format("start must be in 1900-01-01..2200-12-31, got {}", options.start.to_string()),
        "give --start YYYY-MM-DD"};
  }
  if (!(options.intermittent_share >= 0 && options.intermittent_share <= 1)) {
    return Error{
        Code::kInvalidArgument,
        fmt::format("intermittent_share must be in 0..1, got {}", options.intermittent_share),
        "it is a share: 0.15 makes 15 % of the products intermittent"};
  }
  const int64_t rows = options.n_sales_rows() + options.n_planned_rows();
  if (rows > kRowsMax) {
    return Error{
        Code::kInvalidArgument,
        fmt::format("{} stores x {} products x {} days are {} rows, at most {} are allowed",
                    options.stores, options.products, options.days + options.horizon, rows,
                    kRowsMax),
        "lower stores, products or days"};
  }
  return {};
}

}  // namespace restock::generator
