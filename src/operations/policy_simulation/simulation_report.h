#pragma once

#include <string>

#include "operations/policy_simulation/history_simulation.h"

namespace restock {

/// For people: what each policy cost in money, fill rate, stock-outs, waste, and how steady its
/// orders were.
[[nodiscard]] std::string history_simulation_text(const HistorySimulation& simulation,
                                                  const HistorySimulationOptions& options,
                                                  const PlanConfig& plan);

/// The same for programs.
[[nodiscard]] std::string history_simulation_json(const HistorySimulation& simulation);

}  // namespace restock
