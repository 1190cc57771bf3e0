#pragma once

#include <string>
#include <vector>

#include "data/sql/database.h"
#include "data/sql/source.h"
#include "foundation/base/result.h"

namespace restock::sql {

/// A source that reads columns in memory in place: the columns must outlive it.
/// Errors: kInvalidArgument for an unknown type, lengths that differ, or a code outside the
/// dictionary.
[[nodiscard]] Result<Source> column_source(const std::vector<AppendColumn>& columns);

/// "name" TYPE, ... for CREATE TABLE.
[[nodiscard]] std::string column_definitions(const std::vector<AppendColumn>& columns);

}  // namespace restock::sql
