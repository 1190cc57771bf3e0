#pragma once

namespace restock {

// First-order loss of a demand D at a level x: E[(D - x)+], the units short on average.
// Second-order loss: E[((D - x)+)^2] / 2, which is the integral of the first-order loss from x
// upwards. Pure; thread-safe. Source: Zipkin, Foundations of Inventory Management (2000), C.3;
// Snyder & Shen, Fundamentals of Supply Chain Theory, 2nd ed. (2019), appendix C.3.

/// phi(z) - z (1 - Phi(z)), for any finite z. Example: z = 1.3 gives 0.0455280.
[[nodiscard]] double standard_normal_loss(double z);
/// ((z^2 + 1) (1 - Phi(z)) - z phi(z)) / 2.
[[nodiscard]] double standard_normal_second_loss(double z);

/// log D is normal with these moments.
struct LognormalShape {
  double log_mean = 0;
  double log_sd = 0;  ///< > 0
};
/// Precondition: log_sd > 0. Any x; below 0 it is E[D] - x.
/// Example: log_mean 2, log_sd 0.3, x 10 gives 0.283650.
[[nodiscard]] double lognormal_loss(const LognormalShape& demand, double x);
[[nodiscard]] double lognormal_second_loss(const LognormalShape& demand, double x);

}  // namespace restock
