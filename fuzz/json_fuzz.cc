// modules: ingest
// JSON lines from anywhere: the sampler never crashes, and every row has one value a column.
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "data/ingest/text_sample.h"
#include "foundation/base/assert.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto sample = restock::ingest::sample_json_lines(text, {.complete = true});
  if (!sample.ok()) return 0;
  RESTOCK_ASSERT(!sample->rows.empty());
  for (const auto& row : sample->rows) RESTOCK_ASSERT(row.size() == sample->columns.size());
  const std::set<std::string> names(sample->columns.begin(), sample->columns.end());
  RESTOCK_ASSERT(names.size() == sample->columns.size());
  return 0;
}
