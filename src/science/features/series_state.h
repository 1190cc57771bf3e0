#pragma once

#include <cstdint>
#include <vector>

#include "foundation/panel/panel.h"
#include "science/features/period_calendar.h"
#include "science/features/profile.h"

namespace restock {

/// Lengths of the windows that features look back over, in periods.
struct FeatureWindows {
  int week = 7;  ///< a short cycle: 7 days, 24 hours, 4 weeks, 2 months
  int month = 28;
  int quarter = 91;
  int year = 364;

  [[nodiscard]] static FeatureWindows of(Frequency frequency);
};

/// What is known of one series up to a period, as prefix sums, so that any window at any origin
/// costs two look-ups.
///
/// `load` reads a panel; `append` adds one more period, so the same arithmetic serves training,
/// recursion (append the forecast) and an online request (append the new sale). Periods sold count;
/// those out of stock do in `units`, `factor` and `smoothed`, with their weight, where the profile
/// has an estimate of their demand. Missing and not-for-sale periods are left out of every sum.
/// Index p counts periods since the start of the series; prefix arrays hold the sum of [0, p).
/// Reused between series without allocation.
struct SeriesState {
  size_t series = 0;
  Period start = 0;
  int32_t known = 0;  ///< periods loaded or appended

  std::vector<double> units;         // prefix of units
  std::vector<double> factor;        // prefix of profile factors
  std::vector<double> square;        // prefix of (units / factor)^2
  std::vector<int32_t> sold;         // prefix count of sold periods
  std::vector<int32_t> nonzero;      // prefix count of periods with sales
  std::vector<int32_t> stocked_out;  // prefix count of out-of-stock periods
  std::vector<int32_t> last_sale;    // last index <= p with sales, -1 = none
  std::vector<float> deseasonal;     // units / factor, 0 where not sold
  std::vector<float> smoothed;       // exponentially weighted mean of deseasonal
  std::vector<float> slot_sum;       // strided prefix: deseasonal[p] + slot_sum[p - n_slots]
  std::vector<int32_t> slot_count;
  std::vector<double> price;  // prefix of log price where given

  /// Forget the old series and read periods up to and with `until` of series i.
  void load(const Panel& panel, const PeriodCalendar& calendar, const Profile& profile, size_t i,
            Period until);
  /// Add the next period.
  void append(const Panel& panel, const PeriodCalendar& calendar, const Profile& profile,
              float value, PeriodState state);

  /// Mean of units per unit of factor over the `window` periods that end with index `last`; the
  /// level without season. `pseudo` periods of the series' level over all its periods are added,
  /// and to those as many of level `prior`. NaN if the window holds no sold period and pseudo is 0.
  [[nodiscard]] double level(int32_t last, int32_t window, double prior = 0,
                             double pseudo = 0) const;
  /// Number of sold periods among the `window` periods that end with index `last`.
  [[nodiscard]] int32_t sold_in(int32_t last, int32_t window) const;

 private:
  void resize(size_t n);
  /// One period as the sums see it: sold has weight 1, censored and estimated at most 1, else 0.
  struct Observation {
    float value = 0;
    float weight = 0;
    PeriodState state = PeriodState::kMissing;
  };
  void write(const Panel& panel, const PeriodCalendar& calendar, const Profile& profile,
             const Observation& seen);
};

}  // namespace restock
