#pragma once

#include <string>

#include "foundation/base/result.h"
#include "operations/publish/run_result.h"

namespace restock {

/// Write one line a series, those without an order too: its keys and `quantity`; with `details`
/// also what the published table of orders has of it. The file appears whole or not at all. Errors:
/// kIo naming the file.
[[nodiscard]] Status write_orders_csv(const RunResult& result, const std::string& file,
                                      bool details);

/// Write one line a transfer: from, to, the other keys, quantity and what it saves. Errors: kIo.
[[nodiscard]] Status write_transfers_csv(const RunResult& result, const std::string& file);

}  // namespace restock
