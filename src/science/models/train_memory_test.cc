#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "science/models/boosted_trees.h"
#include "science/models/run_alone.h"
#include "science/models/synthetic_rows.h"

namespace restock {
namespace {

/// A field of /proc/self/status in bytes, such as "VmHWM:", the largest resident size so far.
int64_t status_bytes(const std::string& field) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(field)) return std::stoll(line.substr(field.size())) * 1024;
  }
  return 0;
}

/// Runs in a process of its own, below: the peak is that of the whole process.
TEST(TrainMemory, DISABLED_PeakIsAsEstimated) {
  constexpr size_t kRows = 600000;
  SyntheticRows rows({.rows = kRows, .n_features = 30, .block_rows = 16384, .base_margin = true});
  TreeParameters p;
  p.fixed_rounds = 2;
  ThreadPool pool(2);
  const int64_t before = status_bytes("VmRSS:");
  const auto trees = BoostedTrees::train(rows, nullptr, p, pool);
  ASSERT_TRUE(trees.ok()) << trees.error().to_string();
  const auto peak = static_cast<double>(status_bytes("VmHWM:") - before);
  const auto estimate =
      static_cast<double>(BoostedTrees::estimate_memory(kRows, 30, p)->peak_bytes);
  RecordProperty("peak_bytes", std::to_string(peak));
  EXPECT_LT(peak, estimate * 1.05);
  EXPECT_GT(peak, estimate * 0.65);
}

TEST(TrainMemory, StaysWithinTheEstimate) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "sanitizers keep memory of their own";
#endif
  EXPECT_EQ(run_alone("TrainMemory.DISABLED_PeakIsAsEstimated", ""), 0);
}

}  // namespace
}  // namespace restock
