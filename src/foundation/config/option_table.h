#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "foundation/config/run_config.h"

namespace restock {

/// Where the value of an option lives in a `RunConfig`. The alternative is also its type: text,
/// flag, whole number, number, size of memory, seed, list of texts, list of numbers.
using OptionField = std::variant<std::string*, bool*, int*, double*, int64_t*, uint64_t*,
                                 std::vector<std::string>*, std::vector<double>*>;

/// The numbers an option may take; for a list, each of its numbers.
struct OptionRange {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool low_open = false;   ///< `low` itself is not allowed.
  bool high_open = false;  ///< `high` itself is not allowed.

  [[nodiscard]] bool holds(double value) const;
  /// "1 to 730", "above 0", "0 up to but not 1"; empty if every number is allowed.
  [[nodiscard]] std::string describe() const;
};

/// One option of restock.toml. Parser, range checks, writer, command line and reference all come
/// from this row; the default is what a default-made `RunConfig` holds in `field`.
struct Option {
  std::string_view section;
  std::string_view key;
  OptionField (*field)(RunConfig& config);
  std::string_view doc;                     ///< One line, ends with a full stop.
  std::vector<std::string_view> choices{};  ///< Texts allowed; empty = any.
  OptionRange range{};

  /// "data.units".
  [[nodiscard]] std::string name() const;
  /// "text", "whole number", ... in words.
  [[nodiscard]] std::string type_name() const;
};

/// A section in the order of the file.
struct OptionSection {
  std::string_view name;
  std::string_view doc;
};

/// Every option, in the order of the file, sections together. Pure; the same on every call.
[[nodiscard]] std::vector<Option> option_table();
[[nodiscard]] std::vector<OptionSection> option_sections();

}  // namespace restock
