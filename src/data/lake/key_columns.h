#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "data/sql/database.h"
#include "foundation/domain/series_key.h"

namespace restock::lake {

/// How keys are read from a table of the lake: as texts, those that are not given as "".
/// "coalesce("store"::VARCHAR, '') AS "store", ..."; empty without keys.
[[nodiscard]] std::string select_keys(const std::vector<std::string>& names);

/// The key of a row whose first `n_keys` columns were selected so.
[[nodiscard]] SeriesKey key_at(const sql::Chunk& chunk, size_t row, size_t n_keys);

}  // namespace restock::lake
