#include "operations/pipeline/stage_clock.h"

namespace restock {

Status StageClock::begin(const std::string& name) {
  name_ = name;
  since_ = std::chrono::steady_clock::now();
  if (progress_ && !progress_({name_, 0, 0})) {
    return Error{Code::kCancelled, "stopped before stage \"" + name + "\"",
                 "run the same command again to go on"};
  }
  return {};
}

void StageClock::end(int64_t rows) {
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - since_;
  stages_.push_back({name_, seconds.count(), rows});
  if (progress_) progress_({name_, rows, rows});
}

ProgressCallback StageClock::callback() const {
  if (!progress_) return {};
  return [this](const Progress& inner) { return progress_({name_, inner.done, inner.total}); };
}

}  // namespace restock
