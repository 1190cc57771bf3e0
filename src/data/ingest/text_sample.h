#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "foundation/base/result.h"

namespace restock::ingest {

/// The beginning of a text file cut into named columns; every value stays text.
struct TextSample {
  char delimiter = ',';
  std::string encoding = "utf-8";  ///< utf-8, utf-16 or latin-1, as DuckDB names them.
  bool has_byte_order_mark = false;
  bool has_header = true;  ///< Without one, columns are named column0, column1, ...
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>>
      rows;  ///< At most `rows_max`, each with one value a column.
};

struct TextSampleOptions {
  std::string delimiter = "auto";  ///< auto or one character
  size_t rows_max = 20000;
  bool complete =
      false;  ///< The bytes are the whole file, so the last line counts even without a line end.
};

/// Cut delimited text. Quotes are " doubled inside; the delimiter is the one of , ; tab | that cuts
/// the most lines into the same number (above one) of columns; the first line is a header if it has
/// no value that is a number or a date. Repeated or empty column names get a number, as in name_2.
/// Pure. Errors: kInvalidData if there is not one line, or a NUL byte (a binary file).
[[nodiscard]] Result<TextSample> sample_delimited(std::string_view bytes,
                                                  const TextSampleOptions& options);

/// Cut JSON lines: columns are the keys of the objects in order of appearance, nested values stay
/// JSON text, null is empty. Lines that are no object are left out. Errors: kInvalidData if no line
/// is an object.
[[nodiscard]] Result<TextSample> sample_json_lines(std::string_view bytes,
                                                   const TextSampleOptions& options);

/// True for what a number or a date of any common spelling looks like.
[[nodiscard]] bool looks_like_value(std::string_view text);

}  // namespace restock::ingest
