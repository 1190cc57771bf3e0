#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <span>
#include <thread>
#include <vector>

#include "foundation/base/progress.h"
#include "science/generator/dirt.h"
#include "science/generator/series_generator.h"
#include "science/generator/world.h"

namespace restock::sample_data {

/// Counts of what was generated; adding them in the order of the parts gives the same sums for any
/// number of threads.
struct Tally {
  int64_t truth_rows = 0;
  int64_t units = 0;
  int64_t zero_rows = 0;
  int64_t not_for_sale_rows = 0;
  int64_t out_of_stock_rows = 0;
  int64_t lost_units = 0;
  double floor_absolute_error = 0;
  int64_t floor_units = 0;
  std::array<int64_t, generator::kDirtKindCount> dirt_rows{};

  void add(const Tally& other);
};

/// Tells the caller of `generate_sample_data` how far it is, from its own thread only, and passes a
/// stop on to all threads.
class ProgressGate {
 public:
  ProgressGate(const ProgressCallback& callback, int64_t total)
      : callback_(callback), total_(total), owner_(std::this_thread::get_id()) {}

  /// Count `rows` more; false if the work should stop. Any thread.
  bool advance(int64_t rows);
  /// Stop the other threads too, after an error.
  void stop() { stopped_ = true; }
  [[nodiscard]] bool stopped() const { return stopped_; }

 private:
  const ProgressCallback& callback_;
  int64_t total_;
  std::thread::id owner_;
  std::atomic<int64_t> done_ = 0;
  std::atomic<bool> stopped_ = false;
};

/// The values of a run of series (in order of store, then product), all days, in columns.
class Part {
 public:
  /// Series [begin, end) of the world, where series i is store i / products, product i % products.
  Part(const generator::World& world, int64_t begin, int64_t end);

  /// Compute all series; false if the gate stopped it.
  bool generate(ProgressGate& gate);

  [[nodiscard]] const generator::World& world() const { return world_; }
  [[nodiscard]] int64_t n_series() const { return end_ - begin_; }
  [[nodiscard]] int32_t store(int64_t i) const {
    return static_cast<int32_t>((begin_ + i) / world_.options().products);
  }
  [[nodiscard]] int32_t product(int64_t i) const {
    return static_cast<int32_t>((begin_ + i) % world_.options().products);
  }
  /// Columns of the i-th series of the part.
  [[nodiscard]] generator::SeriesColumns columns(int64_t i);
  [[nodiscard]] const generator::StockPosition& position(int64_t i) const {
    return positions_[static_cast<size_t>(i)];
  }
  /// Sums over the part; the noise floor over the last `floor_days` days of the history.
  [[nodiscard]] Tally tally(int32_t floor_days);

 private:
  const generator::World& world_;
  int64_t begin_;
  int64_t end_;
  std::vector<int32_t> units_, demand_, stock_, price_cents_;
  std::vector<float> mean_;
  std::vector<uint8_t> for_sale_, in_stock_, promotion_;
  std::vector<generator::StockPosition> positions_;
};

}  // namespace restock::sample_data
