#pragma once

#include <vector>

#include "foundation/base/thread_pool.h"
#include "foundation/config/run_config.h"
#include "operations/publish/run_result.h"
#include "science/inventory/path_block.h"
#include "science/inventory/supply.h"

namespace restock {

/// With [plan] service_group: number the series by it, give each its unit price (the last one in
/// the sales, else its unit cost), find what a lost sale counts in each group for the service
/// target, and note what it comes to. Without: nothing. Errors: kInvalidArgument for a column that
/// is no key or attribute, and where the forecast has no sample paths; those of `group_services`.
[[nodiscard]] Status set_service_targets(const PlanConfig& plan, const PlanParameters& parameters,
                                         const PathsOf& paths_of, ThreadPool& pool,
                                         std::vector<SeriesSupply>& supply, RunResult& result);

}  // namespace restock
