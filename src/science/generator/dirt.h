#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "science/generator/world.h"

namespace restock::generator {

/// Faults that a generated sales file can be given on request, each in one row.
enum class DirtKind {
  kDuplicateRow,    ///< The row is followed by an exact copy.
  kMissingRow,      ///< The row is left out.
  kNegativeUnits,   ///< The row is followed by another for the same day with negative units, a
                    ///< return.
  kBadUnits,        ///< The units are text.
  kBadDate,         ///< The date does not exist.
  kBadPrice,        ///< The price is text.
  kUnknownProduct,  ///< The row is followed by one of a product that the product table does not
                    ///< have.
};
inline constexpr int kDirtKindCount = 7;

/// "exact_duplicate", "missing_row", ...: where an importer would give the row a reason, the reason
/// code.
[[nodiscard]] std::string_view dirt_kind_name(DirtKind kind);

struct Dirt {
  DirtKind kind;
  uint64_t choice = 0;  ///< Random bits for what exactly is written.
};

/// Whether and how a row is spoilt: each with probability `share`, all kinds alike. Pure; depends
/// on the seed, the series and the day only. Precondition: share in [0, 1].
[[nodiscard]] std::optional<Dirt> dirt_at(const World& world, double share, int32_t store,
                                          int32_t product, int32_t day);

/// What stands in the spoilt cell for kBadUnits, kBadDate and kBadPrice; empty for other kinds.
[[nodiscard]] std::string_view dirt_text(const Dirt& dirt);

}  // namespace restock::generator
