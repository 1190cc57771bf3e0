#pragma once

namespace restock {

/// z with Phi(z) = p, for p in (0, 1): Acklam's rational approximation refined by one Halley step
/// (error near 1e-15).
[[nodiscard]] double standard_normal_quantile(double p);

/// Phi(z), the standard normal distribution function.
[[nodiscard]] double standard_normal_cdf(double z);

}  // namespace restock
