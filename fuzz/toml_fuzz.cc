// modules: config
// restock.toml from anywhere: never crashes, and what it accepts survives being written and read
// again.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "foundation/base/assert.h"
#include "foundation/config/config_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto config = restock::parse_run_config(text, ".", "fuzz.toml");
  if (!config.ok()) return 0;
  const std::string written = restock::to_toml(*config);
  const auto back = restock::parse_run_config(written, ".", "written.toml");
  RESTOCK_ASSERT(back.ok());
  RESTOCK_ASSERT(restock::to_toml(*back) == written);
  return 0;
}
