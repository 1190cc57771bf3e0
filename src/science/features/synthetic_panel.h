#pragma once

#include <cmath>
#include <string>

#include "foundation/base/random.h"
#include "foundation/panel/panel.h"

namespace restock {

/// What `synthetic_panel` draws. For tests: the truth is known.
struct SyntheticPanelOptions {
  int n_stores = 3;
  int n_products = 4;
  int days = 800;
  int horizon = 30;
  bool noise = true;        ///< Poisson noise; else the exact mean
  bool promotions = false;  ///< one day in ten, lifting sales by a half
  bool prices = false;
  double level = 20;  ///< mean units of the smallest series
};

/// True mean of series i at period t: level x weekday x year x promotion.
inline double synthetic_mean(const SyntheticPanelOptions& options, size_t i, Period t,
                             bool promoted) {
  static constexpr double kWeekday[] = {0.8, 0.85, 0.9, 1.0, 1.1, 1.25, 1.1};
  const int weekday = Date::from_days(t).weekday();
  const double year = 1 + 0.3 * std::sin(2 * M_PI * (t % 365) / 365.0);
  return options.level * (1 + 0.3 * static_cast<double>(i)) * kWeekday[weekday] * year *
         (promoted ? 1.5 : 1.0);
}

/// Daily series of n_stores x n_products, each promoted on days of its own that are known ahead.
inline Panel synthetic_panel(const SyntheticPanelOptions& options) {
  Panel panel;
  panel.key_names = {"store", "product"};
  const Period first = Date::of(2020, 1, 6).days();
  panel.origin = first + options.days - 1;
  panel.horizon = options.horizon;
  const int length = options.days + options.horizon;
  for (int s = 0; s < options.n_stores; ++s) {
    for (int p = 0; p < options.n_products; ++p) {
      const size_t i = panel.keys.size();
      panel.keys.push_back({{"s" + std::to_string(s), "p" + std::to_string(p)}});
      panel.start.push_back(first);
      panel.offsets.push_back(panel.offsets.back() + length);
      Random random(7, i);
      for (int d = 0; d < length; ++d) {
        const Period t = first + d;
        const bool promoted = options.promotions && mix(3, i, static_cast<uint64_t>(d)) % 10 == 0;
        const double mean = synthetic_mean(options, i, t, promoted);
        const double units = options.noise ? static_cast<double>(random.poisson(mean)) : mean;
        panel.units.push_back(d < options.days ? static_cast<float>(units) : 0.0F);
        panel.state.push_back(d < options.days ? PeriodState::kSold : PeriodState::kFuture);
        if (options.promotions) panel.promotion.push_back(promoted ? 1.0F : 0.0F);
        if (options.prices) panel.price.push_back(2.0F + static_cast<float>(i));
      }
    }
  }
  return panel;
}

}  // namespace restock
