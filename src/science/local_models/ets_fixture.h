#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "foundation/base/random.h"
#include "science/local_models/ets.h"

namespace restock {

/// Airline passengers in thousands, monthly from January 1949 to December 1960 (Box & Jenkins,
/// Time Series Analysis, series G).
inline std::vector<double> airline_passengers() {
  return {112, 118, 132, 129, 121, 135, 148, 148, 136, 119, 104, 118, 115, 126, 141, 135, 125, 149,
          170, 170, 158, 133, 114, 140, 145, 150, 178, 163, 172, 178, 199, 199, 184, 162, 146, 166,
          171, 180, 193, 181, 183, 218, 230, 242, 209, 191, 172, 194, 196, 196, 236, 235, 229, 243,
          264, 272, 237, 211, 180, 201, 204, 188, 235, 227, 234, 264, 302, 293, 259, 229, 203, 229,
          242, 233, 267, 269, 270, 315, 364, 347, 312, 274, 237, 278, 284, 277, 317, 313, 318, 374,
          413, 405, 355, 306, 271, 306, 315, 301, 356, 348, 355, 422, 465, 467, 404, 347, 305, 336,
          340, 318, 362, 348, 363, 435, 491, 505, 404, 359, 310, 337, 360, 342, 406, 396, 420, 472,
          548, 559, 463, 407, 362, 405, 417, 391, 419, 461, 472, 535, 622, 606, 508, 461, 390, 432};
}

/// 20 weeks of one product's daily sales (bench/local_models/ets_oracle.py).
inline std::vector<double> daily_sales() {
  return {13, 11, 14, 13, 10, 12, 10, 9,  12, 9,  9,  7,  10, 12, 5,  7,  16, 7,  18, 15,
          8,  7,  9,  8,  14, 12, 12, 11, 6,  9,  13, 11, 21, 15, 14, 9,  10, 13, 11, 14,
          11, 16, 11, 14, 10, 11, 7,  11, 10, 10, 7,  13, 12, 15, 11, 7,  9,  9,  10, 15,
          13, 20, 14, 13, 17, 11, 15, 16, 11, 18, 14, 13, 10, 14, 10, 22, 11, 19, 14, 17,
          21, 21, 19, 13, 16, 11, 13, 17, 19, 20, 11, 19, 24, 18, 19, 23, 17, 19, 13, 19,
          16, 18, 17, 26, 14, 9,  17, 21, 22, 22, 20, 13, 11, 13, 14, 20, 22, 19, 11, 15,
          16, 23, 22, 20, 14, 14, 15, 14, 11, 16, 19, 13, 9,  13, 16, 15, 16, 20, 19, 14};
}

/// 51 months of a spare part's sales, with zeros (bench/local_models/ets_oracle.py).
inline std::vector<double> spare_part_sales() {
  return {6, 6, 5, 0, 2, 1, 3, 1, 5, 5, 0, 2, 1, 3, 1, 6, 4, 3, 0, 1, 2, 5, 0, 1, 1, 1,
          3, 0, 0, 0, 3, 1, 1, 2, 1, 0, 0, 4, 0, 0, 0, 1, 0, 1, 0, 2, 0, 1, 0, 3, 0};
}

/// All forms of the taxonomy that are allowed.
inline std::vector<EtsForm> all_ets_forms() {
  std::vector<EtsForm> forms;
  for (const auto season : {EtsSeason::kNone, EtsSeason::kAdditive, EtsSeason::kMultiplicative}) {
    for (const auto trend : {EtsTrend::kNone, EtsTrend::kAdditive, EtsTrend::kDamped}) {
      for (const auto error : {EtsError::kAdditive, EtsError::kMultiplicative}) {
        if (error == EtsError::kAdditive && season == EtsSeason::kMultiplicative) continue;
        forms.push_back({error, trend, season});
      }
    }
  }
  return forms;
}

/// Carry a fitted model on from its last states with drawn errors: one possible future. Written
/// from tables 2.2 and 2.3 of Hyndman et al. (2008), with no regard to how the fit does it.
inline void simulate_ets(const EtsFit& fit, Random& random, std::vector<double>& future) {
  double level = fit.level;
  double trend = fit.trend;
  std::vector<double> season = fit.season;
  const double sd = std::sqrt(fit.sigma2);
  for (size_t h = 0; h < future.size(); ++h) {
    const double s = season.empty() ? 0.0 : season[h % season.size()];
    const bool multiplies = fit.form.season == EtsSeason::kMultiplicative;
    const double base = level + fit.phi * trend;
    const double mean = multiplies ? base * s : base + s;
    const double draw = sd * random.normal();
    const double error = fit.form.error == EtsError::kAdditive ? draw : mean * draw;
    future[h] = mean + error;
    level = base + fit.alpha * (multiplies ? error / s : error);
    trend = fit.phi * trend + fit.beta * (multiplies ? error / s : error);
    if (!season.empty()) {
      season[h % season.size()] = s + fit.gamma * (multiplies ? error / base : error);
    }
  }
}

}  // namespace restock
