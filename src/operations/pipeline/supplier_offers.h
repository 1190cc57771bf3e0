#pragma once

#include <vector>

#include "data/lake/lake.h"
#include "foundation/base/result.h"
#include "foundation/config/run_config.h"
#include "foundation/panel/panel.h"
#include "operations/publish/run_result.h"
#include "science/inventory/supply.h"

namespace restock {

/// Read [suppliers] and [receipts] and give each series of `panel` its offers: the first in place
/// of what `supply` has, with that one's stock and open orders, the rest as its alternatives. Terms
/// that an offer does not give are those that `supply` has. A series whose stock table names one of
/// its suppliers has that one alone. Lead times are those learnt from the receipts of the supplier,
/// with or without [suppliers]. Fills findings, notes and supplier_reliability of the result;
/// nothing happens without the files. Of the panel only keys, axis and origin are read.
/// Errors: those of `ingest::read_suppliers`, `ingest::read_receipts` and `LearntLeadTimes::make`.
[[nodiscard]] Status read_supplier_offers(const RunConfig& config, lake::Lake& lake,
                                          const Panel& panel, std::vector<SeriesSupply>& supply,
                                          RunResult& result);

}  // namespace restock
