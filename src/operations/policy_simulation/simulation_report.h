#pragma once

#include <string>

#include "operations/policy_simulation/history_simulation.h"
#include "operations/policy_simulation/path_simulation.h"

namespace restock {

/// For people: what each policy cost in money, fill rate, stock-outs, waste, and how steady its
/// orders were.
[[nodiscard]] std::string history_simulation_text(const HistorySimulation& simulation,
                                                  const HistorySimulationOptions& options,
                                                  const PlanConfig& plan);

/// The same for programs.
[[nodiscard]] std::string history_simulation_json(const HistorySimulation& simulation);

/// For people: the mean cost of each policy over the paths and its standard error, the difference
/// to the first, and what made it.
[[nodiscard]] std::string path_simulation_text(const PathSimulation& simulation,
                                               const PathSimulationOptions& options,
                                               const PlanConfig& plan);

/// The same for programs.
[[nodiscard]] std::string path_simulation_json(const PathSimulation& simulation);

}  // namespace restock
