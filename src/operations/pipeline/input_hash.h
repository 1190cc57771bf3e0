#pragma once

#include <cstdint>
#include <vector>

#include "foundation/base/thread_pool.h"
#include "foundation/config/run_config.h"
#include "foundation/panel/panel.h"
#include "science/features/period_calendar.h"

namespace restock {

/// One number per series of all that its forecast reads of its own, so that a later forecast can
/// tell which series were touched: key, attributes, each period's state, units, price, promotion,
/// closure, share of stock and covariates up to the end of the horizon; and of what all share: time
/// axis, origin, holidays, whether units are whole, and how [forecast] rounds. Not in it: the
/// movement of other series. Equal inputs give equal numbers on every machine and for any number of
/// threads.
[[nodiscard]] std::vector<int64_t> input_hashes(const RunConfig& config, const Panel& panel,
                                                const std::vector<HolidayDay>& holidays,
                                                ThreadPool& pool);

}  // namespace restock
