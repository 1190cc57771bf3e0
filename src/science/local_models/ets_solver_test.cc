#include "science/local_models/ets_solver.h"

#include <cmath>

#include <gtest/gtest.h>

#include "science/local_models/ets_fixture.h"

namespace restock::ets {
namespace {

Series series_of(const std::vector<double>& values) {
  Series series{values, 0.0, 0.0};
  for (const double value : values) series.sum_log += std::log(value);
  return series;
}

/// A point somewhere inside the region, with seasonal states that are not even.
Point point_of(const Layout& layout, double level) {
  Point point;
  point.x.assign(layout.n_columns, 0.0);
  point.season.assign(layout.season_length, 0.0);
  point.x[layout.alpha] = 0.3;
  if (layout.beta >= 0) point.x[layout.beta] = 0.05;
  if (layout.gamma >= 0) point.x[layout.gamma] = 0.2;
  if (layout.phi >= 0) point.x[layout.phi] = 0.9;
  point.x[layout.level] = level;
  if (layout.trend >= 0) point.x[layout.trend] = 0.1;
  const bool multiplies = layout.form.season == EtsSeason::kMultiplicative;
  for (int32_t k = 0; layout.season >= 0 && k + 1 < layout.season_length; ++k) {
    point.x[layout.season + k] = (multiplies ? 1.0 : 0.0) + 0.1 * std::sin(k);
  }
  return point;
}

TEST(Evaluate, HasTheDerivativesOfItsObjective) {
  const auto values = daily_sales();
  const Series series = series_of(values);
  const auto n = static_cast<double>(values.size());
  // Seasons that fill 1 to 18 groups of columns.
  for (const int32_t m : {2, 7, 12, 64}) {
    for (const auto& form : all_ets_forms()) {
      const Layout layout(form, m, kSeasonEstimatedMax);
      Point point = point_of(layout, 12.0);
      Pass pass;
      ASSERT_TRUE(std::isfinite(evaluate(layout, series, point, pass)));
      for (int32_t i = 0; i < layout.n_columns; ++i) {
        const double step = 1e-6;
        Pass other;
        Point up = point;
        Point down = point;
        up.x[i] += step;
        down.x[i] -= step;
        const double slope =
            (evaluate(layout, series, up, other) - evaluate(layout, series, down, other)) /
            (2 * step);
        double want = 2 * pass.gradient[i / 4][i % 4] / pass.sum_squares;
        if (form.error == EtsError::kMultiplicative) want += 2 * pass.log_slope[i / 4][i % 4] / n;
        EXPECT_NEAR(slope, want, 1e-6 * (1 + std::abs(want))) << ets_name(form) << m << " " << i;
      }
    }
  }
}

TEST(Evaluate, SumsTheProductsOfItsDerivatives) {
  // J'J from passes over one value more each: the last row of J is the difference of gradients.
  const auto values = daily_sales();
  for (const auto& form : all_ets_forms()) {
    const Layout layout(form, 7, kSeasonEstimatedMax);
    Point point = point_of(layout, 12.0);
    Pass pass;
    Pass before;
    std::vector<double> products(static_cast<size_t>(layout.n_columns) * layout.n_columns);
    std::vector<double> row(layout.n_columns);
    for (size_t n = 1; n <= 40; ++n) {
      const Series series{std::span(values).first(n), 0.0, 0.0};
      (void)evaluate(layout, series, point, pass);
      const double squares = pass.sum_squares - (n > 1 ? before.sum_squares : 0.0);
      for (int32_t i = 0; i < layout.n_columns; ++i) {
        const double earlier = n > 1 ? before.gradient[i / 4][i % 4] : 0.0;
        row[i] = (pass.gradient[i / 4][i % 4] - earlier) / std::sqrt(squares);
      }
      for (int32_t i = 0; i < layout.n_columns; ++i) {
        for (int32_t j = i; j < layout.n_columns; ++j) {
          products[i * layout.n_columns + j] += row[i] * row[j];
        }
      }
      before = pass;
    }
    for (int32_t i = 0; i < layout.n_columns; ++i) {
      for (int32_t j = i; j < layout.n_columns; ++j) {
        const double want = products[i * layout.n_columns + j];
        EXPECT_NEAR(pass.products[i * layout.n_lanes + j / 4][j % 4], want,
                    1e-6 * (1 + std::abs(want)))
            << ets_name(form) << i << j;
      }
    }
  }
}

/// Whether the recurrence with the characteristic polynomial of the discount matrix dies out, seen
/// by running it (Hyndman, Akram & Archibald 2008; with a trend, of degree m + 1).
bool dies_out(double alpha, double beta, double gamma, double phi, size_t m) {
  std::vector<double> lags(m + 1, alpha + beta - alpha * phi);  // of y[t - 1 - k]
  lags[0] = alpha + beta - phi;
  lags[m - 1] += gamma - 1;
  lags[m] = phi * (1 - alpha - gamma);
  std::vector<double> y(m + 1, 1.0);
  y[0] = 2.0;
  double largest = 0;
  for (int t = 0; t < 20000; ++t) {
    double next = 0;
    for (size_t k = 0; k <= m; ++k) next -= lags[k] * y[y.size() - 1 - k];
    if (!std::isfinite(next)) return false;
    y.push_back(next);
    if (t >= 19900) largest = std::max(largest, std::abs(next));
  }
  return largest < 1.0;
}

TEST(IsAdmissible, AgreesWithTheRecurrence) {
  const EtsForm form{EtsError::kAdditive, EtsTrend::kDamped, EtsSeason::kAdditive};
  std::vector<double> polynomial;
  Random random(5, 0);
  int stable = 0;
  for (int i = 0; i < 60; ++i) {
    const size_t m = 2 + random.below(11);
    const Layout layout(form, static_cast<int32_t>(m), kSeasonEstimatedMax);
    Point point = point_of(layout, 1.0);
    const double alpha = 1.2 * random.uniform();
    const double beta = 0.5 * random.uniform();
    const double gamma = 1.0 * random.uniform();
    point.x[layout.alpha] = alpha;
    point.x[layout.beta] = beta;
    point.x[layout.gamma] = gamma;
    const bool admissible = is_admissible(layout, point.x, polynomial);
    EXPECT_EQ(admissible, dies_out(alpha, beta, gamma, 0.9, m)) << alpha << " " << beta;
    stable += admissible ? 1 : 0;
  }
  EXPECT_GT(stable, 5);
  EXPECT_LT(stable, 55);
}

TEST(IsAdmissible, AcceptsASeasonalLevelOfTheUsualRegion) {
  const EtsForm form{EtsError::kAdditive, EtsTrend::kNone, EtsSeason::kAdditive};
  std::vector<double> polynomial;
  for (const int32_t m : {2, 7, 24, 365}) {
    const Layout layout(form, m, kSeasonEstimatedMax);
    EXPECT_TRUE(is_admissible(layout, std::vector<double>{0.2, 0.1}, polynomial));
    EXPECT_TRUE(is_admissible(layout, std::vector<double>{1e-4, 1e-4}, polynomial));
    EXPECT_FALSE(is_admissible(layout, std::vector<double>{0.5, 1.9}, polynomial));
  }
}

}  // namespace
}  // namespace restock::ets
