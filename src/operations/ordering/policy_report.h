#pragma once

#include <string>

#include "operations/ordering/policy_replay.h"

namespace restock {

/// For people: what each policy cost in money, fill rate, stock-outs, waste where goods have a
/// shelf life, orders and how steady they were, and stock, summed over the windows; what the choice
/// on earlier windows would have cost; and what to set.
[[nodiscard]] std::string policy_replay_text(const PolicyReplay& replay, const PlanConfig& plan);

/// The same by window, for programs.
[[nodiscard]] std::string policy_replay_json(const PolicyReplay& replay);

}  // namespace restock
