#pragma once

#include <duckdb.h>

#include "foundation/base/result.h"

namespace restock::sql {

/// DuckDB's failure as an `Error` for people: the class name in front and the excerpt of the
/// statement behind are cut off, suggestions ("Did you mean", "Candidate bindings") become the
/// hint.
[[nodiscard]] Error duckdb_error(duckdb_error_type type, const char* message);

}  // namespace restock::sql
