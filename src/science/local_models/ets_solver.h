#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "science/local_models/ets_recursion.h"

namespace restock::ets {

inline constexpr double kSmoothingMin = 1e-4;
inline constexpr double kSmoothingMaxValue = 0.9999;
inline constexpr double kPhiMin = 0.8;
inline constexpr double kPhiMax = 0.98;

/// The series of one fit, and what all its points share.
struct Series {
  std::span<const double> y;
  double sum_log = 0.0;            ///< Sum of log y; only read where the error is multiplicative.
  double sum_squares_floor = 0.0;  ///< A sum of squares below this is rounding error.
};

/// Scratch of the solver.
struct SolverWork {
  Point trial;
  Pass trial_pass;
  std::vector<double> hessian;  ///< Of log objective / 2, n_columns^2.
  std::vector<double> factor;
  std::vector<double> gradient;
  std::vector<double> step;
  std::vector<double> responses;  ///< One solved column for each constraint.
  std::vector<double> polynomial;
};

/// True where the seasonal form is stable: all roots of the characteristic polynomial of its
/// discount matrix lie inside the unit circle (Hyndman, Akram & Archibald 2008, "The admissible
/// parameter space for exponential smoothing models", Ann. Inst. Stat. Math. 60, 407-426), tested
/// by the Schur-Cohn recursion. Forms without a season are stable in the whole usual region.
[[nodiscard]] bool is_admissible(const Layout& layout, std::span<const double> x,
                                 std::vector<double>& polynomial);

/// Evaluate a point: `log S + 2/n sum log |r_t|`, which is -2/n log L without its constant, so the
/// smaller the better; infinity where the point is not usable. Fills `pass`.
[[nodiscard]] double evaluate(const Layout& layout, const Series& series, Point& point, Pass& pass);

/// A minimum found before, so that a search that comes close to it can end.
struct Known {
  const Point* point = nullptr;
  double objective = 0.0;
};

/// Move `point`, which must be usable and whose `pass` and `objective` are given, to a minimum by
/// Levenberg-Marquardt steps within the usual and the admissible region; all three then belong to
/// the minimum. Pure, and never worse than the start. A search that comes near `known` ends there.
///
/// The objective's exponential is a sum of squares, sum (e_t G)^2 with G the geometric mean of
/// |r_t|, so that Gauss-Newton holds for multiplicative errors as well.
void minimise(const Layout& layout, const Series& series, int32_t steps_max, const Known& known,
              SolverWork& work, Point& point, Pass& pass, double& objective);

}  // namespace restock::ets
