#pragma once

#include <string>

#include "operations/tuning/tuning.h"

namespace restock {

/// What was found, for people.
[[nodiscard]] std::string tuning_text(const TuningResult& result);

/// Everything as JSON, for machines. Keys are stable:
///
///   method, measure, seed, series, horizon, windows, step, eta, origins, last_origin
///   trials: trial, parameters (name -> value), losses, loss (mean), judged_on_all_windows
///   chosen, chosen_parameters, loss_configured, loss_tuned, ended_by_budget
///   last_window.configured, .tuned: trial, wape, rmsse, mase, rmse, mae, bias, trees, model_sha256
///   evaluations, evaluations_before
///   spent: seconds, seconds_limit, sessions, money (null without a price)
///   memory: budget_bytes, predicted_bytes, peak_rss_bytes
///   directory, notes
[[nodiscard]] std::string tuning_json(const TuningResult& result);

/// The options found as a section of restock.toml. Depends on no clock.
[[nodiscard]] std::string tuned_toml(const TuningResult& result);

}  // namespace restock
