#pragma once

#include <cstdint>
#include <string>

#include "foundation/domain/series_key.h"

namespace restock {

/// FNV-1a of the parts of a key (Fowler, Noll & Vo; 64 bits, each part closed by 0xFF): the random
/// stream of a series wherever it stands in a panel.
[[nodiscard]] inline uint64_t hash_of(const SeriesKey& key) {
  uint64_t hash = 0xcbf29ce484222325ULL;
  for (const std::string& part : key.parts) {
    for (const char c : part) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
    hash = (hash ^ 0xffU) * 0x100000001b3ULL;
  }
  return hash;
}

}  // namespace restock
