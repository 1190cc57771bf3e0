#include "science/local_models/ets_recursion.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "foundation/base/assert.h"

namespace restock::ets {
namespace {

/// Rows of J kept before they are multiplied: as many as stay in the first-level cache.
constexpr int32_t kBlock = 32;

/// Add rows' * rows to the upper triangle of `products`, four rows and `kWide` groups of columns at
/// a time so that the sums stay in registers.
template <int kWide>
void add_products(const Lane4* rows, int32_t n_rows, int32_t n_lanes, int32_t row, int32_t column,
                  Lane4* products) {
  Lane4 sums[4][kWide] = {};
  const Lane4* end = rows + static_cast<ptrdiff_t>(n_rows) * n_lanes;
  for (const Lane4* at = rows; at != end; at += n_lanes) {
    const Lane4 left = at[row];
    for (int i = 0; i < 4; ++i) {
      for (int k = 0; k < kWide; ++k) sums[i][k] += left[i] * at[column + k];
    }
  }
  for (int i = 0; i < 4; ++i) {
    for (int k = 0; k < kWide; ++k) products[(4 * row + i) * n_lanes + column + k] += sums[i][k];
  }
}

void add_block(const Lane4* rows, int32_t n_rows, int32_t n_lanes, Lane4* products) {
  for (int32_t row = 0; row < n_lanes; ++row) {
    int32_t column = row;
    for (; column + 3 <= n_lanes; column += 3) {
      add_products<3>(rows, n_rows, n_lanes, row, column, products);
    }
    if (column + 2 == n_lanes) add_products<2>(rows, n_rows, n_lanes, row, column, products);
    if (column + 1 == n_lanes) add_products<1>(rows, n_rows, n_lanes, row, column, products);
  }
}

Lane4 unit(int32_t column) {
  Lane4 lane = {};
  if (column >= 0) lane[column] = 1.0;
  return lane;
}

struct Smoothing {
  double alpha;
  double beta;
  double gamma;
  double phi;
};

/// The numbers of one step that both states and derivatives need.
struct Step {
  double base;       ///< Level plus damped trend.
  double season;     ///< 0 without a season.
  double over_mean;  ///< 1 / yhat, where it divides.
  double ratio;      ///< y / yhat
  double residual;   ///< e of the likelihood.
  double to_level;   ///< The states move by their parameters times these.
  double to_season;
};

/// The pass for one form. kLanes: groups of four columns, 0 = known at run time only.
template <EtsTrend kTrend, EtsSeason kSeason, bool kRelative, int kLanes>
class FormPass {
 public:
  FormPass(const Layout& layout, const Smoothing& smoothing, Pass& pass)
      : unit_alpha_(unit(layout.alpha)),
        unit_beta_(unit(layout.beta)),
        unit_gamma_(unit(layout.gamma)),
        unit_phi_(unit(layout.phi)),
        layout_(layout),
        pass_(pass),
        level_(pass.level),
        trend_(pass.trend),
        by_(smoothing) {
    d_level_[layout.level / 4][layout.level % 4] = 1.0;
    if (kHasTrend) d_trend_[layout.trend / 4][layout.trend % 4] = 1.0;
  }

  bool run(std::span<const double> y) {
    for (size_t first = 0; first < y.size(); first += kBlock) {
      const auto block = y.subspan(first, std::min<size_t>(kBlock, y.size() - first));
      Lane4* row = pass_.rows.data();
      double product = 1.0;
      for (const double value : block) {
        const Step step = measure(value);
        product *= step.ratio;
        move_slopes(step, row);
        move_states(step);
        row += n_lanes();
      }
      add_block(pass_.rows.data(), static_cast<int32_t>(block.size()), n_lanes(),
                pass_.products.data());
      if (kRelative) sum_log_ += std::log(product);
    }
    return finish();
  }

 private:
  static constexpr bool kHasTrend = kTrend != EtsTrend::kNone;
  static constexpr bool kDamped = kTrend == EtsTrend::kDamped;
  static constexpr bool kHasSeason = kSeason != EtsSeason::kNone;
  static constexpr bool kMultiplies = kSeason == EtsSeason::kMultiplicative;
  using Slopes = std::array<Lane4, kLanes == 0 ? kLanesMax : kLanes>;

  [[nodiscard]] int32_t n_lanes() const { return kLanes == 0 ? layout_.n_lanes : kLanes; }
  [[nodiscard]] double damped(double trend) const { return kDamped ? by_.phi * trend : trend; }
  [[nodiscard]] Lane4 damped(Lane4 trend) const { return kDamped ? by_.phi * trend : trend; }

  Step measure(double value) {
    Step s{};
    s.base = kHasTrend ? level_ + damped(trend_) : level_;
    s.season = kHasSeason ? pass_.season[at_] : 0.0;
    const double mean = kMultiplies ? s.base * s.season : s.base + s.season;
    const double error = value - mean;
    s.over_mean = kRelative ? 1.0 / mean : 0.0;
    s.ratio = kRelative ? value * s.over_mean : 1.0;
    const double relative = error * s.over_mean;
    s.residual = kRelative ? relative : error;
    s.to_level = kMultiplies ? s.base * relative : error;
    s.to_season = kMultiplies ? s.season * relative : error;
    sum_squares_ += s.residual * s.residual;
    if (kRelative) least_ = std::min(least_, mean);
    if (kMultiplies) least_ = std::min(least_, s.season);
    return s;
  }

  /// Derivatives of the states after this step, and of its residual into `row`.
  void move_slopes(const Step& s, Lane4* row) {
    Lane4* d_season = pass_.season_slope.data() + static_cast<ptrdiff_t>(at_) * n_lanes();
    // Of a multiplicative season: 1 / season and 1 / base without another division.
    const double over_season = kMultiplies ? s.base * s.over_mean : 1.0;
    const double over_base = kMultiplies ? s.season * s.over_mean : 1.0;
    for (int32_t v = 0; v < n_lanes(); ++v) {
      Lane4 d_base = d_level_[v];
      if (kHasTrend) d_base += damped(d_trend_[v]);
      if (kDamped && v == 0) d_base += trend_ * unit_phi_;
      Lane4 d_mean = d_base;
      if (kSeason == EtsSeason::kAdditive) d_mean += d_season[v];
      if (kMultiplies) d_mean = s.season * d_base + s.base * d_season[v];
      Lane4 d_to_level = -d_mean;
      Lane4 d_to_season = -d_mean;
      if (kMultiplies) {
        d_to_level = (d_to_level - s.to_level * d_season[v]) * over_season;
        d_to_season = (d_to_season - s.to_season * d_base) * over_base;
      }
      if (kHasTrend) {
        d_trend_[v] = damped(d_trend_[v]) + by_.beta * d_to_level;
        if (v == 0) d_trend_[v] += s.to_level * unit_beta_;
        if (kDamped && v == 0) d_trend_[v] += trend_ * unit_phi_;
      }
      d_level_[v] = d_base + by_.alpha * d_to_level;
      if (v == 0) d_level_[v] += s.to_level * unit_alpha_;
      if (kHasSeason) {
        d_season[v] += by_.gamma * d_to_season;
        if (v == 0) d_season[v] += s.to_season * unit_gamma_;
      }
      Lane4 d_residual = -d_mean;
      if (kRelative) {
        const Lane4 d_log = d_mean * s.over_mean;
        log_slope_[v] += d_log;
        d_residual = -s.ratio * d_log;
      }
      gradient_[v] += s.residual * d_residual;
      row[v] = d_residual;
    }
  }

  void move_states(const Step& s) {
    if (kHasTrend) trend_ = damped(trend_) + by_.beta * s.to_level;
    level_ = s.base + by_.alpha * s.to_level;
    if (!kHasSeason) return;
    pass_.season[at_] = s.season + by_.gamma * s.to_season;
    if (++at_ == layout_.season_length) at_ = 0;
  }

  bool finish() {
    std::copy_n(gradient_.data(), n_lanes(), pass_.gradient.data());
    std::copy_n(log_slope_.data(), n_lanes(), pass_.log_slope.data());
    pass_.level = level_;
    pass_.trend = trend_;
    pass_.sum_squares = sum_squares_;
    pass_.sum_log_ratio = sum_log_;
    return std::isfinite(sum_squares_) && std::isfinite(sum_log_) && least_ > 0.0;
  }

  const Lane4 unit_alpha_;
  const Lane4 unit_beta_;
  const Lane4 unit_gamma_;
  const Lane4 unit_phi_;
  Slopes d_level_{};
  Slopes d_trend_{};
  Slopes gradient_{};
  Slopes log_slope_{};
  const Layout& layout_;
  Pass& pass_;
  double level_;
  double trend_;
  double sum_squares_ = 0.0;
  double sum_log_ = 0.0;
  double least_ = 1.0;  ///< Of all that must stay above 0.
  const Smoothing by_;
  int32_t at_ = 0;  ///< Place in the season.
};

template <EtsTrend kTrend, EtsSeason kSeason, bool kRelative, int kLanes>
bool run_form(const Layout& layout, std::span<const double> y, const Smoothing& smoothing,
              Pass& pass) {
  return FormPass<kTrend, kSeason, kRelative, kLanes>(layout, smoothing, pass).run(y);
}

template <EtsTrend kTrend, EtsSeason kSeason, bool kRelative>
bool run_lanes(const Layout& layout, std::span<const double> y, const Smoothing& smoothing,
               Pass& pass) {
  if constexpr (kSeason == EtsSeason::kNone) {
    if (layout.n_lanes == 1) {
      return run_form<kTrend, kSeason, kRelative, 1>(layout, y, smoothing, pass);
    }
    return run_form<kTrend, kSeason, kRelative, 2>(layout, y, smoothing, pass);
  }
  switch (layout.n_lanes) {
    case 2:
      return run_form<kTrend, kSeason, kRelative, 2>(layout, y, smoothing, pass);
    case 3:
      return run_form<kTrend, kSeason, kRelative, 3>(layout, y, smoothing, pass);
    case 4:
      return run_form<kTrend, kSeason, kRelative, 4>(layout, y, smoothing, pass);
    default:
      return run_form<kTrend, kSeason, kRelative, 0>(layout, y, smoothing, pass);
  }
}

template <EtsTrend kTrend>
bool run_trend(const Layout& layout, std::span<const double> y, const Smoothing& smoothing,
               Pass& pass) {
  const bool relative = layout.form.error == EtsError::kMultiplicative;
  switch (layout.form.season) {
    case EtsSeason::kNone:
      return relative ? run_lanes<kTrend, EtsSeason::kNone, true>(layout, y, smoothing, pass)
                      : run_lanes<kTrend, EtsSeason::kNone, false>(layout, y, smoothing, pass);
    case EtsSeason::kAdditive:
      return relative ? run_lanes<kTrend, EtsSeason::kAdditive, true>(layout, y, smoothing, pass)
                      : run_lanes<kTrend, EtsSeason::kAdditive, false>(layout, y, smoothing, pass);
    case EtsSeason::kMultiplicative:
      break;
  }
  RESTOCK_ASSERT(relative);
  return run_lanes<kTrend, EtsSeason::kMultiplicative, true>(layout, y, smoothing, pass);
}

/// Derivatives of the seasonal states before the first value, by the free ones.
void start_season_slopes(const Layout& layout, Pass& pass) {
  const auto n_lanes = static_cast<size_t>(layout.n_lanes);
  const auto m = static_cast<size_t>(layout.season_length);
  pass.season_slope.assign(m * n_lanes, Lane4{});
  if (layout.season < 0) return;
  for (size_t k = 0; k + 1 < m; ++k) {
    const auto column = static_cast<size_t>(layout.season) + k;
    pass.season_slope[k * n_lanes + column / 4][column % 4] = 1.0;
    pass.season_slope[(m - 1) * n_lanes + column / 4][column % 4] = -1.0;
  }
}

}  // namespace

Layout::Layout(const EtsForm& of_form, int32_t of_season_length,
               int32_t season_length_estimated_max)
    : form(of_form), season_length(of_form.season == EtsSeason::kNone ? 1 : of_season_length) {
  if (form.trend != EtsTrend::kNone) beta = n_smoothing++;
  if (form.season != EtsSeason::kNone) gamma = n_smoothing++;
  if (form.trend == EtsTrend::kDamped) phi = n_smoothing++;
  n_columns = n_smoothing;
  level = n_columns++;
  if (form.trend != EtsTrend::kNone) trend = n_columns++;
  n_counted = n_columns + season_length - 1;
  if (form.season != EtsSeason::kNone && season_length <= season_length_estimated_max) {
    season = n_columns;
    n_columns += season_length - 1;
  }
  n_lanes = (n_columns + 3) / 4;
  RESTOCK_ASSERT(n_lanes <= kLanesMax);
}

bool run_pass(const Layout& layout, std::span<const double> y, const Point& point, Pass& pass) {
  const auto& x = point.x;
  const auto n_lanes = static_cast<size_t>(layout.n_lanes);
  pass.products.assign(4 * n_lanes * n_lanes, Lane4{});
  pass.gradient.resize(n_lanes);
  pass.log_slope.resize(n_lanes);
  pass.rows.resize(kBlock * n_lanes);
  pass.season = point.season;
  start_season_slopes(layout, pass);
  pass.level = x[layout.level];
  pass.trend = layout.trend < 0 ? 0.0 : x[layout.trend];
  const Smoothing smoothing{x[layout.alpha], layout.beta < 0 ? 0.0 : x[layout.beta],
                            layout.gamma < 0 ? 0.0 : x[layout.gamma],
                            layout.phi < 0 ? 1.0 : x[layout.phi]};
  switch (layout.form.trend) {
    case EtsTrend::kNone:
      return run_trend<EtsTrend::kNone>(layout, y, smoothing, pass);
    case EtsTrend::kAdditive:
      return run_trend<EtsTrend::kAdditive>(layout, y, smoothing, pass);
    case EtsTrend::kDamped:
      return run_trend<EtsTrend::kDamped>(layout, y, smoothing, pass);
  }
  return false;
}

}  // namespace restock::ets
