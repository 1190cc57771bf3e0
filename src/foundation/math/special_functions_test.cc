#include "foundation/math/special_functions.h"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "foundation/base/random.h"

namespace restock {
namespace {

void expect_relative(double got, double expected, double tolerance = 1e-12) {
  EXPECT_NEAR(got, expected, tolerance * std::abs(expected));
}

TEST(IncompleteGamma, MatchesReferenceValues) {
  // SciPy 1.17, gammainc and gammaincc; the last two rows mpmath with 40 digits.
  expect_relative(regularised_gamma_p(2.5, 1.5), 0.3000141641213724);
  expect_relative(regularised_gamma_q(100, 130), 0.002750408367306518);
  expect_relative(regularised_gamma_q(0.1, 10), 5.547985717901913e-07);
  expect_relative(regularised_gamma_p(2163.779511745418, 1530.3830128078503),
                  1.2176097542353697e-52, 1e-11);
}

TEST(IncompleteGamma, MatchesPoissonTable) {
  // Any printed table: P(Poisson(10) <= 10) = 0.5830, P(Poisson(2) <= 1) = 0.4060.
  EXPECT_NEAR(regularised_gamma_q(11, 10), 0.5830, 5e-5);
  EXPECT_NEAR(regularised_gamma_q(2, 2), 3 * std::exp(-2.0), 1e-15);
}

TEST(IncompleteGamma, FormulasAgreeWhereTheyMeet) {
  // P(a + 1, x) = P(a, x) - x^a e^-x / Gamma(a + 1), across the borders of series, fraction and
  // expansion.
  for (const double a : {0.4, 3.0, 63.9, 64.1, 200.0, 5000.0, 1e6}) {
    for (const double x : {0.69 * a, 0.71 * a, 0.999 * a, a + 0.5, a + 1.5, 1.29 * a, 1.31 * a}) {
      EXPECT_NEAR(regularised_gamma_p(a + 1, x), regularised_gamma_p(a, x) - gamma_power(a, x),
                  1e-12)
          << a << " " << x;
      EXPECT_NEAR(regularised_gamma_p(a, x) + regularised_gamma_q(a, x), 1, 1e-13);
    }
  }
}

TEST(IncompleteGamma, EndsAreExact) {
  EXPECT_EQ(regularised_gamma_p(3, 0), 0);
  EXPECT_EQ(regularised_gamma_q(3, 0), 1);
  EXPECT_EQ(regularised_gamma_p(3, INFINITY), 1);
  EXPECT_EQ(regularised_gamma_q(1e6, INFINITY), 0);
}

TEST(IncompleteBeta, MatchesReferenceValues) {
  // SciPy 1.17, betainc.
  expect_relative(regularised_beta(2, 3, 0.4), 0.5248);
  expect_relative(regularised_beta(50, 200, 0.15), 0.018247018677528586);
  expect_relative(regularised_beta(0.5, 0.5, 0.1), 0.20483276469913345);
}

TEST(IncompleteBeta, ObeysItsSymmetryAndRecurrence) {
  Random random(7, 1);
  for (int i = 0; i < 500; ++i) {
    const double a = std::pow(10.0, -2 + 7 * random.uniform());
    const double b = std::pow(10.0, -2 + 7 * random.uniform());
    const double mean = a / (a + b);
    const double sd = std::sqrt(mean * (1 - mean) / (a + b + 1));
    const double x = std::min(std::max(mean + 3 * sd * random.normal(), 1e-6), 1 - 1e-6);
    const double value = regularised_beta(a, b, x);
    EXPECT_NEAR(value + regularised_beta(b, a, 1 - x, x), 1, 1e-12);
    // DLMF 8.17.20: I_x(a, b) = I_x(a + 1, b) + x^a (1-x)^b / (a B(a, b)).
    EXPECT_NEAR(value, regularised_beta(a + 1, b, x) + beta_power(a, b, x, 1 - x) / a, 1e-11)
        << a << " " << b << " " << x;
  }
}

TEST(IncompleteBeta, EndsAreExact) {
  EXPECT_EQ(regularised_beta(2, 3, 0), 0);
  EXPECT_EQ(regularised_beta(2, 3, 1), 1);
}

TEST(SpecialFunctionsDeathTest, RefuseNonsense) {
  EXPECT_DEATH(static_cast<void>(regularised_gamma_p(0, 1)), "a > 0");
  EXPECT_DEATH(static_cast<void>(regularised_gamma_p(NAN, 1)), "a > 0");
  EXPECT_DEATH(static_cast<void>(regularised_beta(1, 1, 1.5)), "y >= 0");
}

}  // namespace
}  // namespace restock
