#pragma once

#include <string>

#include "data/sql/database.h"

namespace restock::cli {

/// A result for people: columns aligned, numbers to the right, NULL as "NULL"; cells over 60
/// characters are shortened.
[[nodiscard]] std::string aligned_text(const sql::Table& table);

/// An array with one object a row. Whole numbers, decimals and truth are JSON's own, NULL is null,
/// all else is text.
[[nodiscard]] std::string json_text(const sql::Table& table);

/// Comma-separated with a header line (RFC 4180); NULL is an empty field.
[[nodiscard]] std::string csv_text(const sql::Table& table);

}  // namespace restock::cli
