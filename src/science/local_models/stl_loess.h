#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace restock {

/// A local regression of equally spaced points. `window`: odd, >= 3, how many points one estimate
/// sees; `degree`: 0 or 1; `jump`: every jump-th point is estimated, those between interpolated.
struct LoessShape {
  int32_t window = 7;
  int32_t degree = 1;
  int32_t jump = 1;
};

/// Loess as STL uses it: tricube weights (1 - (d/h)^3)^3 of the distance d over the window's half
/// width h, made wider where the window is longer than the series.
///
/// `smooth_directly` follows the definition and takes a weight for each point. Without such weights
/// an estimate is a fixed combination of the values in its window: in the middle of a series
/// always the same symmetric one, at its ends one row a point, mirrored between both ends. A
/// `Loess` works these out once for a shape and length, and `smooth` only applies them.
///
/// With `extend`, out has two more values than y: the estimates one step before and one after it.
/// Thread-safe once made, except for `scratch`. Source: Cleveland, Cleveland, McRae & Terpenning
/// (1990), STL: A seasonal-trend decomposition procedure based on loess, J. Official Statistics 6,
/// sections 2.1, 3.1 and the appendix. Example: a straight line of degree 1 is its own smooth.
class Loess {
 public:
  /// Preconditions: length >= 1, shape as above.
  Loess(const LoessShape& shape, size_t length);

  [[nodiscard]] const LoessShape& shape() const { return shape_; }
  [[nodiscard]] size_t length() const { return length_; }

  /// y: length values; out: as many, or two more with `extend`.
  void smooth(std::span<const double> y, bool extend, std::vector<double>& scratch,
              std::span<double> out) const;

 private:
  [[nodiscard]] const double* row(size_t position, std::vector<double>& scratch) const;
  void smooth_ends(std::span<const double> y, bool extend, std::vector<double>& scratch,
                   std::span<double> out) const;

  LoessShape shape_;
  size_t length_;
  size_t row_length_;
  size_t end_count_;
  std::vector<double> kernel_;
  /// Weights of positions -1, 0, 1, ... end_count_ - 1; empty if they would take too much memory.
  std::vector<double> rows_;
};

/// The definition, point by point; weights: empty (all 1) or one a value, >= 0.
void smooth_directly(std::span<const double> y, std::span<const double> weights,
                     const LoessShape& shape, bool extend, std::span<double> out);

/// Smoothers by shape and length, made when first asked for; the least recently made leave first.
class LoessCache {
 public:
  /// Valid until the next call.
  [[nodiscard]] const Loess& get(const LoessShape& shape, size_t length);

 private:
  std::vector<std::unique_ptr<Loess>> smoothers_;
};

}  // namespace restock
