#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "foundation/base/result.h"
#include "foundation/domain/series_key.h"
#include "foundation/domain/time_axis.h"

namespace restock {

/// What is known about one period of one series. Four things that must never be confused, and the
/// future.
enum class PeriodState : uint8_t {
  kSold = 0,        ///< On sale with stock: `units` is the demand, perhaps zero.
  kOutOfStock = 1,  ///< Demand is censored: it was at least `units`.
  kNotForSale =
      2,         ///< Not listed, closed, before launch or after withdrawal: demand does not exist.
  kMissing = 3,  ///< No record, or a record with empty units: nothing is known.
  kFuture = 4,   ///< After the origin: to be forecast.
};

/// Values of one known-ahead quantity (price, promotion, ...), aligned with the periods of a panel.
struct Covariate {
  std::string name;
  /// offsets.back() values, laid out as `Panel::units`; NaN never appears: `present` says where a
  /// value is.
  std::vector<float> values;
  std::vector<uint8_t> present;
};

/// One attribute that does not change over time (department, category, brand, ...), as a code per
/// series.
struct StaticAttribute {
  std::string name;
  std::vector<int32_t> codes;       ///< n_series; index into `levels`, -1 when not given.
  std::vector<std::string> levels;  ///< sorted, distinct
};

/// Many series in columns. Series i occupies [offsets[i], offsets[i+1]) of every column; its first
/// value belongs to period start[i]; periods are dense. All series end at the same period: origin +
/// horizon, where `origin` is the last period whose sales are known, so that the known-ahead
/// covariates of the future have a place.
///
/// Series are sorted by key. A plain value: copy, move, share const references between threads.
struct Panel {
  TimeAxis axis;
  std::vector<std::string> key_names;
  std::vector<SeriesKey> keys;
  std::vector<Period> start;
  std::vector<int64_t> offsets = {0};
  /// The last period with known sales; periods after it have state kFuture (or kNotForSale for
  /// known closures).
  Period origin = 0;
  /// Periods after the origin that have a place in the columns.
  int32_t horizon = 0;

  std::vector<float>
      units;  ///< Sales in units per period; 0 where the state is not kSold or kOutOfStock.
  std::vector<PeriodState> state;
  /// Price per unit; empty when the data set has none. A missing price carries the last known one,
  /// else the next.
  std::vector<float> price;
  /// Planned promotion intensity, 0 = none (flags are 0/1); empty when the data set has none.
  std::vector<float> promotion;
  /// 1 where the series is known ahead to be closed (a planned closure forecasts zero); empty when
  /// none is known.
  std::vector<uint8_t> closed;
  /// Share of each period that stock was there, 0..1, where the state is kOutOfStock (1 elsewhere);
  /// empty when it is not known.
  std::vector<float> stocked;
  std::vector<Covariate> covariates;
  std::vector<StaticAttribute> attributes;

  [[nodiscard]] size_t n_series() const { return keys.size(); }
  [[nodiscard]] int64_t n_values() const { return offsets.back(); }
  [[nodiscard]] int32_t length(size_t series) const {
    return static_cast<int32_t>(offsets[series + 1] - offsets[series]);
  }
  /// Position of `period` in the columns. Precondition: start[series] <= period <= origin +
  /// horizon.
  [[nodiscard]] int64_t at(size_t series, Period period) const {
    return offsets[series] + (period - start[series]);
  }
  /// Periods of the series up to and with the origin; negative when it starts after the origin.
  [[nodiscard]] int32_t n_known(size_t series) const { return origin - start[series] + 1; }
  [[nodiscard]] std::span<const float> units_of(size_t series) const {
    return std::span(units).subspan(static_cast<size_t>(offsets[series]),
                                    static_cast<size_t>(length(series)));
  }
  [[nodiscard]] std::span<const PeriodState> state_of(size_t series) const {
    return std::span(state).subspan(static_cast<size_t>(offsets[series]),
                                    static_cast<size_t>(length(series)));
  }
  /// Bytes held by all columns.
  [[nodiscard]] int64_t memory_bytes() const;

  /// Check every invariant named above; the error names the series. For tests and for panels from
  /// outside.
  [[nodiscard]] Status validate() const;
};

/// The panel as it was known at `origin`: later sales and states are removed (kFuture, units 0;
/// kNotForSale where `closed` says so), planned prices, promotions, closures and covariates stay;
/// the columns end at origin + horizon. Series that start after the origin keep their planned
/// periods. Errors: kInvalidArgument if origin + horizon lies after the end of the panel's columns.
[[nodiscard]] Result<Panel> as_known_at(const Panel& panel, Period origin, int32_t horizon);

}  // namespace restock
