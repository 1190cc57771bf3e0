#include "interfaces/cli/progress_printer.h"

#include <algorithm>
#include <ostream>

#include <fmt/format.h>

#include "operations/publish/number_text.h"

namespace restock::cli {
namespace {

constexpr double kDelaySeconds = 1.0;
constexpr double kRedrawSeconds = 0.1;
constexpr const char* kClearLine = "\r\033[K";

}  // namespace

std::string progress_line(const Progress& progress, double elapsed) {
  if (progress.total <= 0) {
    return progress.done > 0 ? fmt::format("{}: {}", progress.stage, grouped(progress.done))
                             : fmt::format("{} ...", progress.stage);
  }
  const double share = static_cast<double>(progress.done) / static_cast<double>(progress.total);
  std::string line = fmt::format("{}: {} of {} ({:.0f} %)", progress.stage, grouped(progress.done),
                                 grouped(progress.total), 100 * share);
  // A rate from the first moments says nothing.
  if (progress.done > 0 && elapsed > 0.5) {
    const double rate = static_cast<double>(progress.done) / elapsed;
    line += rate >= 10 ? fmt::format(", {}/s", grouped(static_cast<int64_t>(rate)))
                       : fmt::format(", {:.1f}/s", rate);
    const int64_t left = std::max<int64_t>(progress.total - progress.done, 0);
    line += fmt::format(", {} left", duration_text(static_cast<double>(left) / rate));
  }
  return line;
}

ProgressPrinter::ProgressPrinter(Console& console)
    : console_(console), job_start_(console.seconds()) {}

ProgressCallback ProgressPrinter::callback() {
  return [this](const Progress& progress) { return update(progress); };
}

bool ProgressPrinter::update(const Progress& progress) {
  const double now = console_.seconds();
  if (progress.stage != stage_) {
    end_stage();
    stage_ = std::string(progress.stage);
    stage_start_ = now;
  }
  done_ = std::max(progress.done, progress.total);
  if (console_.err_is_terminal && now - job_start_ >= kDelaySeconds &&
      now - last_drawn_ >= kRedrawSeconds) {
    redraw(progress, now);
  }
  return !console_.stop_requested || !console_.stop_requested();
}

void ProgressPrinter::redraw(const Progress& progress, double now) {
  console_.err << kClearLine << progress_line(progress, now - stage_start_);
  console_.err.flush();
  last_drawn_ = now;
  line_open_ = true;
}

void ProgressPrinter::end_stage() {
  if (line_open_) console_.err << kClearLine;
  line_open_ = false;
  if (!stage_.empty() && !console_.err_is_terminal) {
    console_.err << stage_ << ": " << (done_ > 0 ? grouped(done_) + " in " : "")
                 << duration_text(console_.seconds() - stage_start_) << '\n';
  }
  console_.err.flush();
  stage_.clear();
  done_ = 0;
}

void ProgressPrinter::finish() {
  end_stage();
}

}  // namespace restock::cli
