#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "foundation/base/progress.h"
#include "foundation/base/result.h"
#include "operations/publish/run_result.h"

namespace restock {

/// Times the stages of a job, one after the other, and tells progress under the stage's name.
/// References must outlive it. Not thread-safe.
class StageClock {
 public:
  StageClock(std::vector<StageTime>& stages, const ProgressCallback& progress)
      : stages_(stages), progress_(progress) {}

  /// End the running stage, begin the next. Errors: kCancelled if the listener asked to stop.
  Status begin(const std::string& name);
  /// End the running stage, which worked on so many rows.
  void end(int64_t rows);
  /// Progress for a library call inside the running stage.
  [[nodiscard]] ProgressCallback callback() const;

 private:
  std::vector<StageTime>& stages_;
  const ProgressCallback& progress_;
  std::string name_;
  std::chrono::steady_clock::time_point since_;
};

}  // namespace restock
