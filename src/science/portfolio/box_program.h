#pragma once

#include <cstdint>
#include <vector>

#include "foundation/base/result.h"

namespace restock {

/// Parts y in [0, 1] of columns with a gain each, under rows of upper limits:
///
///   max sum_j gain_j y_j   with   sum_j a_rj y_j <= limit_r,   0 <= y_j <= 1
struct BoxProgram {
  std::vector<double> gain;    ///< n_columns
  std::vector<double> limits;  ///< n_rows, finite
  /// Column j holds the entries [starts[j], starts[j + 1]): `rows` and their `values`.
  std::vector<int32_t> starts = {0};
  std::vector<int32_t> rows;
  std::vector<double> values;

  [[nodiscard]] size_t n_columns() const { return gain.size(); }
  /// Ends a column: what `rows` and `values` hold since the last one.
  void end_column(double gain_of_all) {
    gain.push_back(gain_of_all);
    starts.push_back(static_cast<int32_t>(rows.size()));
  }
};

/// What HiGHS found.
struct BoxSolution {
  std::vector<double> parts;        ///< n_columns: y; whole numbers from `solve_whole`.
  std::vector<double> multipliers;  ///< n_rows, >= 0: gain of one more unit; from `solve_parts`.
  bool proven = false;              ///< Nothing better exists, within the tolerances of HiGHS.
};

/// The linear programme, by HiGHS's interior-point method. Multipliers are exact to about 1e-7;
/// whoever needs a bound computes it from them. Deterministic: one thread, no limit on time.
/// Errors: kInternal with the status of HiGHS.
[[nodiscard]] Result<BoxSolution> solve_parts(const BoxProgram& program);

/// The best whole y, by branch and bound of HiGHS, begun with `start` (n_columns, feasible) and
/// ended after `nodes_max` nodes. Rows may be exceeded by a part in a billion of their limit: check
/// before use. Deterministic as above. Errors: kInternal.
[[nodiscard]] Result<BoxSolution> solve_whole(const BoxProgram& program,
                                              const std::vector<double>& start, int32_t nodes_max);

/// Version of the HiGHS that is loaded, such as "1.15.1".
[[nodiscard]] std::string highs_version();

}  // namespace restock
