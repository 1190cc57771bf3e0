#pragma once

#include <optional>
#include <span>
#include <vector>

#include "data/ingest/limits.h"
#include "data/lake/lake.h"
#include "foundation/base/result.h"
#include "foundation/config/run_config.h"
#include "operations/publish/run_result.h"
#include "science/inventory/supply.h"
#include "science/joint_plan/limited_plan.h"
#include "science/joint_plan/transfer_plan.h"

namespace restock {

/// What the orders of a plan share, as configured: read before anything long.
struct JointRules {
  std::vector<ingest::Limit> limits;          ///< The budget first.
  std::optional<TransferOptions> transfers;   ///< None = no transfers.
  size_t location_key = 0;                    ///< Position in the keys of the sales.
  std::vector<std::vector<size_t>> products;  ///< The series of each product; for transfers.
};

/// Read [limits] and what [plan] says of budget and transfers, for the series of the result's
/// panel; adds what was found to the result. Errors: those of `read_limits`; kInvalidData for a
/// limit of money over series without a unit cost; kInvalidArgument for transfers where the sales
/// have fewer than two keys, and without a stock table, and for any of these with [locations], with
/// several suppliers of a series, and for transfers of goods that perish or whose lead times vary.
[[nodiscard]] Result<JointRules> read_joint_rules(const RunConfig& config, lake::Lake& lake,
                                                  std::span<const SeriesSupply> supply,
                                                  RunResult& result);

/// The limits with what is left of them for today's orders and what a unit of each series takes.
[[nodiscard]] std::vector<SharedLimit> shared_limits(const JointRules& rules,
                                                     std::span<const SeriesSupply> supply);

/// "sends 5 to CA_2", for the reasons of the plan's rows that transfers touch.
void tell_transfers(const TransferPlan& plan, const Panel& panel, std::vector<PlanRow>& rows);

}  // namespace restock
