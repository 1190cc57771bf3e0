#pragma once

#include "operations/publish/run_result.h"

namespace restock {

struct SampleResultOptions {
  int stores = 3;
  int products = 8;
  int days = 500;
  int horizon = 30;
  bool held_out = false;
  bool hostile =
      true;  ///< Some keys and messages hold HTML, commas, quotes, line breaks and broken UTF-8.
};

/// A whole `RunResult` over a small made-up chain, for tests and for looking at the report. Its
/// forecast is the true mean of the demand drawn, so accuracy and coverage are those of a perfect
/// model. Same options, same bytes.
[[nodiscard]] RunResult sample_result(const SampleResultOptions& options = {});

}  // namespace restock
