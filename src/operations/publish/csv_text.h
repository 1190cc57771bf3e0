#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "data/sql/database.h"

namespace restock {

/// One field of a CSV file (RFC 4180): quoted where it holds a comma, a quote, a line break or
/// outer spaces, or is empty (an absent value is written as nothing at all).
[[nodiscard]] std::string csv_field(std::string_view text);

/// The header line of the columns.
[[nodiscard]] std::string csv_header(const std::vector<sql::AppendColumn>& columns);

/// Their rows, each ended by a line feed. Numbers have at most six decimals; NULL is an empty
/// field; dates as 2017-12-31, instants as 2017-12-31T05:00:00, truth as true and false.
[[nodiscard]] std::string csv_rows(const std::vector<sql::AppendColumn>& columns);

}  // namespace restock
