#include "science/portfolio/box_program.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <string>

#include <fmt/format.h>
#include <interfaces/highs_c_api.h>

namespace restock {
namespace {

using Highs = std::unique_ptr<void, void (*)(void*)>;

/// The programme as HiGHS is given it: gains over the largest one, rows over their limits, so that
/// its absolute tolerances mean parts.
struct Scaled {
  double gain = 1;
  std::vector<double> row;
};

Scaled scale_of(const BoxProgram& program) {
  Scaled scale;
  for (const double gain : program.gain) scale.gain = std::max(scale.gain, std::abs(gain));
  scale.row.reserve(program.limits.size());
  for (const double limit : program.limits) scale.row.push_back(limit > 0 ? limit : 1);
  return scale;
}

Error failed(const char* doing, HighsInt status) {
  return Error{Code::kInternal, fmt::format("HiGHS failed while {}, status {}", doing, status),
               "report this with the limits and the stock table"};
}

/// One thread and the same course everywhere: no clock decides anything.
Result<Highs> make_highs(const BoxProgram& program, const Scaled& scale, bool whole) {
  Highs highs(Highs_create(), Highs_destroy);
  if (highs == nullptr || Highs_getSizeofHighsInt(highs.get()) != sizeof(HighsInt))
    return failed("starting", kHighsStatusError);
  HighsInt status = Highs_setBoolOptionValue(highs.get(), "output_flag", 0);
  status |= Highs_setIntOptionValue(highs.get(), "threads", 1);
  status |= Highs_setStringOptionValue(highs.get(), "parallel", "off");
  status |= Highs_setIntOptionValue(highs.get(), "random_seed", 0);
  std::vector<double> gain;
  gain.reserve(program.n_columns());
  for (const double of_column : program.gain) gain.push_back(-of_column / scale.gain);
  std::vector<double> values;
  values.reserve(program.values.size());
  for (size_t k = 0; k < program.values.size(); ++k)
    values.push_back(program.values[k] / scale.row[static_cast<size_t>(program.rows[k])]);
  std::vector<double> upper;
  upper.reserve(program.limits.size());
  for (size_t r = 0; r < program.limits.size(); ++r)
    upper.push_back(program.limits[r] / scale.row[r]);
  const std::vector<double> lower(upper.size(), -std::numeric_limits<double>::infinity());
  const std::vector<double> zeros(gain.size(), 0);
  const std::vector<double> ones(gain.size(), 1);
  const std::vector<HighsInt> integer(gain.size(), whole ? kHighsVarTypeInteger : 0);
  status |= Highs_passMip(
      highs.get(), static_cast<HighsInt>(gain.size()), static_cast<HighsInt>(upper.size()),
      static_cast<HighsInt>(values.size()), kHighsMatrixFormatColwise, kHighsObjSenseMinimize, 0,
      gain.data(), zeros.data(), ones.data(), lower.data(), upper.data(), program.starts.data(),
      program.rows.data(), values.data(), whole ? integer.data() : nullptr);
  if (status != kHighsStatusOk) return failed("reading the programme", status);
  return highs;
}

BoxSolution solution_of(const Highs& highs, const BoxProgram& program, const Scaled& scale) {
  BoxSolution found;
  const size_t n_rows = program.limits.size();
  found.parts.resize(program.n_columns());
  std::vector<double> column_dual(program.n_columns());
  std::vector<double> row_value(n_rows);
  std::vector<double> row_dual(n_rows);
  Highs_getSolution(highs.get(), found.parts.data(), column_dual.data(), row_value.data(),
                    row_dual.data());
  found.multipliers.reserve(n_rows);
  for (size_t r = 0; r < n_rows; ++r)
    found.multipliers.push_back(std::max(0.0, -row_dual[r]) * scale.gain / scale.row[r]);
  return found;
}

}  // namespace

Result<BoxSolution> solve_parts(const BoxProgram& program) {
  const Scaled scale = scale_of(program);
  RESTOCK_TRY(const Highs highs, make_highs(program, scale, false));
  // Columns in a box under a few rows: the interior point needs a second where the simplex method
  // needs a quarter of a minute, and neither presolve nor a vertex adds anything.
  Highs_setStringOptionValue(highs.get(), "solver", "ipm");
  Highs_setStringOptionValue(highs.get(), "presolve", "off");
  Highs_setStringOptionValue(highs.get(), "run_crossover", "off");
  const HighsInt status = Highs_run(highs.get());
  const HighsInt end = Highs_getModelStatus(highs.get());
  if (status == kHighsStatusError || end != kHighsModelStatusOptimal)
    return failed("solving the linear programme", end);
  BoxSolution found = solution_of(highs, program, scale);
  found.proven = true;
  return found;
}

Result<BoxSolution> solve_whole(const BoxProgram& program, const std::vector<double>& start,
                                int32_t nodes_max) {
  const Scaled scale = scale_of(program);
  RESTOCK_TRY(const Highs highs, make_highs(program, scale, true));
  HighsInt status = Highs_setIntOptionValue(highs.get(), "mip_max_nodes", nodes_max);
  status |= Highs_setDoubleOptionValue(highs.get(), "mip_rel_gap", 0);
  status |= Highs_setDoubleOptionValue(highs.get(), "mip_abs_gap", 1e-9);
  status |= Highs_setDoubleOptionValue(highs.get(), "primal_feasibility_tolerance", 1e-9);
  status |= Highs_setDoubleOptionValue(highs.get(), "mip_feasibility_tolerance", 1e-9);
  status |= Highs_setSolution(highs.get(), start.data(), nullptr, nullptr, nullptr);
  if (status == kHighsStatusError) return failed("setting its options", status);
  status = Highs_run(highs.get());
  const HighsInt end = Highs_getModelStatus(highs.get());
  if (status == kHighsStatusError ||
      (end != kHighsModelStatusOptimal && end != kHighsModelStatusSolutionLimit))
    return failed("solving the integer programme", end);
  BoxSolution found = solution_of(highs, program, scale);
  found.multipliers.clear();
  for (double& part : found.parts) part = std::round(part);
  found.proven = end == kHighsModelStatusOptimal;
  return found;
}

std::string highs_version() {
  return Highs_version();
}

}  // namespace restock
