#pragma once

#include <cstdint>
#include <string>

#include "foundation/base/progress.h"
#include "interfaces/cli/console.h"

namespace restock::cli {

/// Shows a job's progress on stderr. On a terminal one line is redrawn, at most ten times a second
/// and only once the job has run for a second; elsewhere each stage leaves one line when it ends.
/// Not thread-safe.
class ProgressPrinter {
 public:
  explicit ProgressPrinter(Console& console);

  /// The callback to hand to a job; it asks the job to stop once the console says so. The printer
  /// must outlive it.
  [[nodiscard]] ProgressCallback callback();

  /// Ends the last stage and clears the line. Call before printing anything else.
  void finish();

 private:
  bool update(const Progress& progress);
  void end_stage();
  void redraw(const Progress& progress, double now);

  Console& console_;
  double job_start_;
  double stage_start_ = 0;
  double last_drawn_ = 0;
  std::string stage_;
  int64_t done_ = 0;
  bool line_open_ = false;
};

/// "learn: 120 of 600 (20 %), 45/s, 11 s left". `elapsed`: seconds since the stage began.
[[nodiscard]] std::string progress_line(const Progress& progress, double elapsed);

}  // namespace restock::cli
