#pragma once

#include <chrono>
#include <optional>

namespace restock {

/// Seconds that a job may take, over all its sessions; the clock starts when it is made.
class Spending {
 public:
  /// limit: of all sessions together; none = no limit.
  explicit Spending(std::optional<double> limit)
      : limit_(limit), start_(std::chrono::steady_clock::now()) {}

  /// What earlier sessions took.
  void add_before(double seconds) { before_ += seconds; }
  [[nodiscard]] double this_session() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }
  [[nodiscard]] double total() const { return before_ + this_session(); }
  /// True when less than `reserve` seconds are left.
  [[nodiscard]] bool exhausted(double reserve) const {
    return limit_ && total() + reserve > *limit_;
  }
  [[nodiscard]] std::optional<double> limit() const { return limit_; }

 private:
  std::optional<double> limit_;
  double before_ = 0;
  std::chrono::steady_clock::time_point start_;
};

}  // namespace restock
