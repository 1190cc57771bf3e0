#include "science/generator/dirt.h"

#include <array>

#include "foundation/base/assert.h"

namespace restock::generator {

std::string_view dirt_kind_name(DirtKind kind) {
  static constexpr std::array<std::string_view, kDirtKindCount> kNames = {
      "exact_duplicate", "missing_row", "negative_units", "bad_units",
      "bad_date",        "bad_price",   "unknown_product"};
  return kNames[static_cast<size_t>(kind)];
}

std::optional<Dirt> dirt_at(const World& world, double share, int32_t store, int32_t product,
                            int32_t day) {
  RESTOCK_ASSERT(share >= 0 && share <= 1);
  const uint64_t series = mix(static_cast<uint64_t>(store), static_cast<uint64_t>(product));
  Random random = world.stream(stream::kDirt, series, static_cast<uint64_t>(day));
  if (random.uniform() >= share) return std::nullopt;
  const auto kind = static_cast<DirtKind>(random.below(kDirtKindCount));
  return Dirt{kind, random.next_u64()};
}

std::string_view dirt_text(const Dirt& dirt) {
  static constexpr std::array<std::string_view, 4> kUnits = {"many", "12,5x", "three", "#REF!"};
  static constexpr std::array<std::string_view, 4> kDates = {"2024-13-45", "31.02.2025",
                                                             "yesterday", "0000-00-00"};
  static constexpr std::array<std::string_view, 4> kPrices = {"free", "4.99 USD?", "?", "1.2.3"};
  const size_t which = dirt.choice % 4;
  switch (dirt.kind) {
    case DirtKind::kBadUnits:
      return kUnits[which];
    case DirtKind::kBadDate:
      return kDates[which];
    case DirtKind::kBadPrice:
      return kPrices[which];
    default:
      return {};
  }
}

}  // namespace restock::generator
