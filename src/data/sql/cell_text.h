#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include <duckdb.h>

namespace restock::sql {

/// DuckDB's name of a type: "BIGINT", "DECIMAL(18,3)", "VARCHAR[]".
[[nodiscard]] std::string type_name(duckdb_logical_type type);

/// Whether every value of the type can become text here: all but the few types that have no C value
/// (UNION, VARIANT, GEOMETRY, BIGNUM, BIT), alone or nested.
[[nodiscard]] bool has_text(duckdb_logical_type type);

/// One value of a flat vector as text, spelt as DuckDB spells it in a cast to VARCHAR; nullopt for
/// NULL. Precondition: has_text(type).
[[nodiscard]] std::optional<std::string> cell_text(duckdb_vector vector, duckdb_logical_type type,
                                                   size_t row);

}  // namespace restock::sql
