#include "science/models/baselines.h"

#include <span>

#include <fmt/format.h>

namespace restock {
namespace {

/// Read access to what one series sold up to the origin.
class SeenSales {
 public:
  SeenSales(const Panel& panel, size_t series, Period origin)
      : start_(panel.start[series]),
        n_known_(origin - panel.start[series] + 1),
        units_(panel.units_of(series)),
        state_(panel.state_of(series)) {}

  bool seen(Period period) const {
    const int64_t i = int64_t{period} - start_;
    return i >= 0 && i < n_known_ && state_[static_cast<size_t>(i)] == PeriodState::kSold;
  }
  double units(Period period) const {
    return units_[static_cast<size_t>(int64_t{period} - start_)];
  }
  Period start() const { return start_; }

  /// The mean of the last `window` seen values up to `origin`; 0 if there are none.
  double recent_mean(Period origin, int window) const {
    double sum = 0;
    int count = 0;
    for (Period period = origin; period >= start_ && count < window; --period) {
      if (!seen(period)) continue;
      sum += units(period);
      count += 1;
    }
    return count == 0 ? 0 : sum / count;
  }

  /// The last seen value a whole number of seasons before `period`, at or before `origin`; false if
  /// there is none.
  bool last_in_season(Period period, Period origin, int season, double* value) const {
    for (int64_t t = int64_t{period} - season; t >= start_; t -= season) {
      if (t > origin || !seen(static_cast<Period>(t))) continue;
      *value = units(static_cast<Period>(t));
      return true;
    }
    return false;
  }

 private:
  Period start_;
  int32_t n_known_;
  std::span<const float> units_;
  std::span<const PeriodState> state_;
};

/// Whether a period ahead is known to be closed. States of periods that the panel already knows say
/// what happened, not what was planned, so only the plan counts there.
bool is_closed(const Panel& panel, size_t at, Period period) {
  if (!panel.closed.empty() && panel.closed[at] != 0) return true;
  return period > panel.origin && panel.state[at] == PeriodState::kNotForSale;
}

/// Calls forecast(sales, period) for every future period that is for sale.
template <typename Forecast>
std::vector<double> for_each_step(const Panel& panel, const BaselineWindow& ahead,
                                  const Forecast& forecast) {
  const auto horizon = static_cast<size_t>(ahead.horizon);
  std::vector<double> out(panel.n_series() * horizon, 0.0);
  for (size_t i = 0; i < panel.n_series(); ++i) {
    const SeenSales sales(panel, i, ahead.origin);
    const auto forecast_series = forecast(sales);
    for (size_t h = 0; h < horizon; ++h) {
      const Period period = ahead.origin + 1 + static_cast<Period>(h);
      if (period < sales.start()) continue;  // before launch
      if (is_closed(panel, static_cast<size_t>(panel.at(i, period)), period)) continue;
      out[i * horizon + h] = forecast_series(period);
    }
  }
  return out;
}

}  // namespace

Result<std::vector<double>> seasonal_naive(const Panel& panel, int season) {
  return seasonal_naive(panel, {panel.origin, panel.horizon}, season);
}

Result<std::vector<double>> seasonal_naive(const Panel& panel, const BaselineWindow& ahead,
                                           int season) {
  if (season < 0)
    return Error{Code::kInvalidArgument, fmt::format("season must be >= 0 periods, got {}", season),
                 ""};
  const int m = season == 0 ? panel.axis.short_season() : season;
  return for_each_step(panel, ahead, [&](const SeenSales& sales) {
    return [&ahead, &sales, m, mean = sales.recent_mean(ahead.origin, m)](Period period) {
      double value = mean;
      sales.last_in_season(period, ahead.origin, m, &value);
      return value;
    };
  });
}

Result<std::vector<double>> moving_average(const Panel& panel, int window) {
  return moving_average(panel, {panel.origin, panel.horizon}, window);
}

Result<std::vector<double>> moving_average(const Panel& panel, const BaselineWindow& ahead,
                                           int window) {
  if (window < 1)
    return Error{Code::kInvalidArgument, fmt::format("window must be >= 1 period, got {}", window),
                 ""};
  return for_each_step(panel, ahead, [&](const SeenSales& sales) {
    return [mean = sales.recent_mean(ahead.origin, window)](Period) { return mean; };
  });
}

std::vector<double> last_year(const Panel& panel) {
  return last_year(panel, {panel.origin, panel.horizon});
}

std::vector<double> last_year(const Panel& panel, const BaselineWindow& ahead) {
  const int year = panel.axis.year_season();
  const int m = panel.axis.short_season();
  return for_each_step(panel, ahead, [&](const SeenSales& sales) {
    return [&ahead, &sales, year, m, mean = sales.recent_mean(ahead.origin, m)](Period period) {
      double value = mean;
      if (!sales.last_in_season(period, ahead.origin, year, &value)) {
        sales.last_in_season(period, ahead.origin, m, &value);
      }
      return value;
    };
  });
}

}  // namespace restock
