#pragma once

#include <string>

#include "operations/assessment/assessment.h"

namespace restock {

/// Everything of an assessment as JSON, for machines. Keys are stable:
///
///   kind, run_id, series, horizon, step, gap, refit, origins, risk_periods
///   methods.NAME: the measures of `Metrics` by their names, wrmsse, wrmsse_levels, wspl, coverage
///     (level -> percent), pit (inside, bins, below_2_5, above_97_5, chi_square, scored), stability
///     (mac, smapc, wapc, compared), segments (dimension, segment and the same measures)
///   value_added: from, to, wape_points, rmsse_percent
///   members, weights: volume, pattern, series, selected, weights (member -> weight)
///   memory: budget_bytes, predicted_bytes, peak_rss_bytes
///   notes
[[nodiscard]] std::string assessment_json(const Assessment& assessment);

/// The same for people: methods, value added, segments and calibration of the main method.
[[nodiscard]] std::string assessment_text(const Assessment& assessment);

}  // namespace restock
