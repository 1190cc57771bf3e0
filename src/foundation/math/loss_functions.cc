#include "foundation/math/loss_functions.h"

#include <cmath>

#include "foundation/base/normal.h"
#include "foundation/math/special_functions.h"

namespace restock {

double standard_normal_loss(double z) {
  return standard_normal_density(z) - z * standard_normal_cdf(-z);
}

double standard_normal_second_loss(double z) {
  return ((z * z + 1) * standard_normal_cdf(-z) - z * standard_normal_density(z)) / 2;
}

double lognormal_loss(const LognormalShape& demand, double x) {
  const double s = demand.log_sd;
  const double mean = std::exp(demand.log_mean + s * s / 2);
  if (x <= 0) return mean - x;
  const double z = (std::log(x) - demand.log_mean) / s;
  return mean * standard_normal_cdf(s - z) - x * standard_normal_cdf(-z);
}

double lognormal_second_loss(const LognormalShape& demand, double x) {
  const double s = demand.log_sd;
  const double mean = std::exp(demand.log_mean + s * s / 2);
  const double square = std::exp(2 * demand.log_mean + 2 * s * s);
  if (x <= 0) return (square - 2 * x * mean + x * x) / 2;
  const double z = (std::log(x) - demand.log_mean) / s;
  return (square * standard_normal_cdf(2 * s - z) - 2 * x * mean * standard_normal_cdf(s - z) +
          x * x * standard_normal_cdf(-z)) /
         2;
}

}  // namespace restock
