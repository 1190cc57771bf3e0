#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace restock {

/// How far one stage of a job is. `total` 0 means unknown.
struct Progress {
  std::string_view stage;
  int64_t done = 0;
  int64_t total = 0;
};

/// Told about progress now and then, from the thread that runs the job; returns false to ask the
/// job to stop. An empty function means nobody listens.
using ProgressCallback = std::function<bool(const Progress&)>;

}  // namespace restock
