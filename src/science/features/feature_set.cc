#include "science/features/feature_set.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "foundation/base/assert.h"

namespace restock {
namespace {

constexpr float kUnknown = std::numeric_limits<float>::quiet_NaN();

struct NameSink {
  std::vector<std::string>* names;
  std::vector<FeatureKind>* kinds;
  FeatureKind now = FeatureKind::kLevel;
  void kind(FeatureKind next) { now = next; }
  void put(const std::string& name, double /*value*/) {
    names->push_back(name);
    kinds->push_back(now);
  }
};

struct ValueSink {
  float* next;
  void kind(FeatureKind /*next*/) {}
  void put(const char* /*name*/, double value) { *next++ = static_cast<float>(value); }
  void put(const std::string& /*name*/, double value) { *next++ = static_cast<float>(value); }
};

/// Mean of the deseasonalised values of the last `count` periods in the target's slot, as known at
/// the origin.
double same_slot_mean(const SeriesState& state, int32_t last, int32_t target, int32_t n_slots,
                      int32_t count) {
  const int32_t steps = (target - last + n_slots - 1) / n_slots;
  const int32_t newest = target - steps * n_slots;
  if (newest < 0) return kUnknown;
  const int32_t before = newest - count * n_slots;
  const auto at = static_cast<size_t>(newest);
  const float old_sum = before >= 0 ? state.slot_sum[static_cast<size_t>(before)] : 0.0F;
  const int32_t old_count = before >= 0 ? state.slot_count[static_cast<size_t>(before)] : 0;
  const int32_t periods = state.slot_count[at] - old_count;
  if (periods <= 0) return kUnknown;
  return static_cast<double>(state.slot_sum[at] - old_sum) / periods;
}

/// Ratio of the level around the same time last year to that year's level; NaN with less than a
/// year of history.
double last_year_shape(const SeriesState& state, const FeatureWindows& windows, int32_t last,
                       int32_t target) {
  const int32_t years = (target - last + windows.year - 1) / windows.year;
  const int32_t then = target - years * windows.year;
  const int32_t half = std::max(1, windows.week / 2);
  const int32_t end = std::min(last, then + half);
  if (then < windows.week || state.sold_in(end, 2 * half + 1) < half) return kUnknown;
  const double around = state.level(end, 2 * half + 1);
  const double usual = state.level(std::min(last, then + windows.quarter / 2), windows.quarter);
  return usual > 0 ? around / usual : kUnknown;
}

/// A key part or attribute as a code per series.
struct CodedColumn {
  std::string name;
  std::vector<std::string> levels;  // sorted, distinct
  std::vector<int32_t> code;        // n_series, -1 = none
};

CodedColumn code_key(const Panel& panel, size_t part) {
  CodedColumn column{panel.key_names[part], {}, {}};
  auto& levels = column.levels;
  for (const auto& key : panel.keys) levels.push_back(key.parts[part]);
  std::sort(levels.begin(), levels.end());
  levels.erase(std::unique(levels.begin(), levels.end()), levels.end());
  for (const auto& key : panel.keys) {
    column.code.push_back(static_cast<int32_t>(
        std::lower_bound(levels.begin(), levels.end(), key.parts[part]) - levels.begin()));
  }
  return column;
}

/// The columns of keys and attributes, keys first.
std::vector<CodedColumn> code_columns(const Panel& panel) {
  std::vector<CodedColumn> out;
  out.reserve(panel.key_names.size() + panel.attributes.size());
  for (size_t part = 0; part < panel.key_names.size(); ++part) out.push_back(code_key(panel, part));
  for (const auto& attribute : panel.attributes)
    out.push_back({attribute.name, attribute.levels, attribute.codes});
  return out;
}

RankedColumn rank_by_mean(const CodedColumn& column, const std::vector<double>& means) {
  std::vector<double> sum(column.levels.size(), 0);
  std::vector<int64_t> count(column.levels.size(), 0);
  for (size_t i = 0; i < column.code.size(); ++i) {
    if (column.code[i] < 0) continue;
    sum[static_cast<size_t>(column.code[i])] += means[i];
    count[static_cast<size_t>(column.code[i])] += 1;
  }
  std::vector<size_t> order(column.levels.size());
  std::iota(order.begin(), order.end(), size_t{0});
  for (size_t l = 0; l < sum.size(); ++l)
    sum[l] /= static_cast<double>(std::max<int64_t>(1, count[l]));
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return sum[a] < sum[b]; });
  RankedColumn out{column.name, column.levels, std::vector<float>(column.levels.size())};
  for (size_t r = 0; r < order.size(); ++r) out.rank[order[r]] = static_cast<float>(r);
  return out;
}

/// The rank of each series; NaN for one whose value the ranks do not have.
std::vector<float> ranks_of_series(const CodedColumn& column, const RankedColumn& ranked) {
  std::vector<float> of_level;
  for (const std::string& level : column.levels) {
    const auto found = std::lower_bound(ranked.levels.begin(), ranked.levels.end(), level);
    const bool known = found != ranked.levels.end() && *found == level;
    of_level.push_back(known ? ranked.rank[static_cast<size_t>(found - ranked.levels.begin())]
                             : kUnknown);
  }
  std::vector<float> out(column.code.size(), kUnknown);
  for (size_t i = 0; i < out.size(); ++i) {
    if (column.code[i] >= 0) out[i] = of_level[static_cast<size_t>(column.code[i])];
  }
  return out;
}

std::vector<double> mean_units(const Panel& panel, Period cutoff) {
  std::vector<double> means(panel.n_series(), 0);
  for (size_t i = 0; i < panel.n_series(); ++i) {
    const int64_t end = panel.offsets[i] + std::max(0, cutoff - panel.start[i] + 1);
    int64_t sold = 0;
    double sum = 0;
    for (int64_t j = panel.offsets[i]; j < end; ++j) {
      if (panel.state[static_cast<size_t>(j)] != PeriodState::kSold) continue;
      sum += static_cast<double>(panel.units[static_cast<size_t>(j)]);
      sold += 1;
    }
    means[i] = sold > 0 ? sum / static_cast<double>(sold) : 0;
  }
  return means;
}

}  // namespace

const char* feature_kind_name(FeatureKind kind) {
  switch (kind) {
    case FeatureKind::kLevel:
      return "level";
    case FeatureKind::kTrend:
      return "trend";
    case FeatureKind::kSlot:
      return "slot";
    case FeatureKind::kSeason:
      return "season";
    case FeatureKind::kHoliday:
      return "holiday";
    case FeatureKind::kPromotion:
      return "promotion";
    case FeatureKind::kPrice:
      return "price";
    case FeatureKind::kCovariate:
      return "covariate";
    case FeatureKind::kSeries:
      return "series";
    case FeatureKind::kHorizon:
      return "horizon";
  }
  return "";
}

/// The triple with what several features share.
struct FeatureSet::Row {
  const SeriesState& state;
  const PooledStatistics& pooled;
  int32_t last;        // index of the origin in the series
  int32_t target;      // index of the target in the series
  size_t pooled_at;    // index of the origin in the pooled statistics
  size_t calendar_at;  // index of the target in the calendar
  int64_t position;    // position of the target in the panel
  double level;        // level at the origin, pooled trend included
};

std::vector<RankedColumn> rank_columns(const Panel& panel, Period cutoff) {
  const std::vector<double> means = mean_units(panel, cutoff);
  std::vector<RankedColumn> out;
  for (const CodedColumn& column : code_columns(panel)) {
    if (column.levels.size() >= 2) out.push_back(rank_by_mean(column, means));
  }
  return out;
}

std::vector<RankedColumn> rank_columns(const Panel& panel, Period cutoff,
                                       std::span<const std::string> columns) {
  const std::vector<double> means = mean_units(panel, cutoff);
  const std::vector<CodedColumn> coded = code_columns(panel);
  std::vector<RankedColumn> out;
  for (const std::string& name : columns) {
    const auto column = std::find_if(coded.begin(), coded.end(),
                                     [&](const CodedColumn& given) { return given.name == name; });
    out.push_back(column == coded.end() ? RankedColumn{name, {}, {}}
                                        : rank_by_mean(*column, means));
  }
  return out;
}

FeatureSet::FeatureSet(const FeatureContext& context, std::vector<Grouping> groupings,
                       std::span<const RankedColumn> ranks)
    : context_(context), groupings_(std::move(groupings)) {
  const Panel& panel = context_.panel;
  for (const auto& grouping : groupings_) pooled_names_.push_back("pooled_" + grouping.name);
  const std::vector<CodedColumn> coded = code_columns(panel);
  for (const RankedColumn& ranked : ranks) {
    const auto column = std::find_if(coded.begin(), coded.end(), [&](const CodedColumn& given) {
      return given.name == ranked.name;
    });
    ranks_.emplace_back(ranked.name, column == coded.end()
                                         ? std::vector<float>(panel.n_series(), kUnknown)
                                         : ranks_of_series(*column, ranked));
  }
  // The names come from the same code as the values, run once over an empty series.
  SeriesState empty;
  empty.load(panel, context_.calendar, context_.profile, 0, panel.start[0]);
  PooledStatistics pooled;
  pooled.month = pooled.quarter = pooled.year = {1.0F};
  for (const auto& grouping : groupings_)
    pooled.group.emplace_back(static_cast<size_t>(grouping.n_levels), 1.0F);
  const Row row{empty, pooled, 0, 1, 0, context_.calendar.at(panel.start[0]), panel.offsets[0],
                1.0};
  NameSink sink{&names_, &kinds_};
  emit(row, sink);
}

template <typename Sink>
void FeatureSet::emit(const Row& row, Sink& sink) const {
  emit_history(row, sink);
  emit_pooled(row, sink);
  emit_calendar(row, sink);
  emit_planned(row, sink);
  sink.kind(FeatureKind::kSeries);
  for (const auto& [name, rank] : ranks_)
    sink.put(name, static_cast<double>(rank[row.state.series]));
}

template <typename Sink>
void FeatureSet::emit_history(const Row& row, Sink& sink) const {
  const SeriesState& state = row.state;
  const FeatureWindows& w = context_.windows;
  const auto ratio = [&](double level) { return level / row.level; };
  const auto last = static_cast<size_t>(row.last);
  sink.kind(FeatureKind::kLevel);
  sink.put("level", row.level);
  sink.kind(FeatureKind::kHorizon);
  sink.put("steps_ahead", row.target - row.last);
  sink.kind(FeatureKind::kLevel);
  sink.put("mean_last", ratio(state.level(row.last, 1)));
  sink.put("mean_week", ratio(state.level(row.last, w.week)));
  sink.put("mean_month", ratio(state.level(row.last, w.month)));
  sink.put("mean_quarter", ratio(state.level(row.last, w.quarter)));
  sink.put("mean_year", ratio(state.level(row.last, w.year)));
  sink.put("mean_all", ratio(state.level(row.last, row.last + 1)));
  sink.put("mean_smoothed", ratio(static_cast<double>(state.smoothed[last])));
  sink.kind(FeatureKind::kSeason);
  sink.put("year_shape", last_year_shape(state, w, row.last, row.target));
  sink.kind(FeatureKind::kSlot);
  const int32_t n_slots = context_.calendar.n_slots;
  if (n_slots > 1) {
    sink.put("slot_mean_4", ratio(same_slot_mean(state, row.last, row.target, n_slots, 4)));
    sink.put("slot_mean_13", ratio(same_slot_mean(state, row.last, row.target, n_slots, 13)));
    sink.put("slot_mean_52", ratio(same_slot_mean(state, row.last, row.target, n_slots, 52)));
  }
  const auto low = static_cast<size_t>(std::max(0, row.last + 1 - w.month));
  const int32_t sold = state.sold[last + 1] - state.sold[low];
  const double mean = sold > 0 ? state.level(row.last, w.month) : 0;
  const double square = sold > 0 ? (state.square[last + 1] - state.square[low]) / sold : 0;
  sink.kind(FeatureKind::kLevel);
  sink.put("sd_month",
           sold > 1 ? ratio(std::sqrt(std::max(0.0, square - mean * mean))) : double{kUnknown});
  sink.put("share_nonzero_month",
           sold > 0 ? static_cast<double>(state.nonzero[last + 1] - state.nonzero[low]) / sold
                    : double{kUnknown});
  sink.put("periods_since_sale",
           state.last_sale[last] < 0 ? double{kUnknown} : row.last - state.last_sale[last]);
  sink.put("share_out_of_stock_month",
           static_cast<double>(state.stocked_out[last + 1] - state.stocked_out[low]) /
               std::min(row.last + 1, w.month));
  sink.put("age", std::min(row.target, 2 * w.year));
}

template <typename Sink>
void FeatureSet::emit_pooled(const Row& row, Sink& sink) const {
  const auto at = row.pooled_at;
  const double month = static_cast<double>(row.pooled.month[at]);
  sink.kind(FeatureKind::kTrend);
  sink.put("pooled_month_to_quarter", month / static_cast<double>(row.pooled.quarter[at]));
  sink.put("pooled_month_to_year", month / static_cast<double>(row.pooled.year[at]));
  for (size_t g = 0; g < groupings_.size(); ++g) {
    const int32_t code = groupings_[g].code[row.state.series];
    sink.put(
        pooled_names_[g],
        code < 0
            ? double{kUnknown}
            : static_cast<double>(
                  row.pooled.group[g][static_cast<size_t>(code) * row.pooled.n_origins() + at]));
  }
}

template <typename Sink>
void FeatureSet::emit_calendar(const Row& row, Sink& sink) const {
  const PeriodCalendar& calendar = context_.calendar;
  const size_t c = row.calendar_at;
  sink.kind(FeatureKind::kSlot);
  if (calendar.n_slots == 7) sink.put("weekday", calendar.slot[c]);
  if (calendar.n_slots > 7) {
    sink.put("hour_of_week", calendar.slot[c]);
    sink.put("hour", calendar.hour[c]);
  }
  sink.kind(FeatureKind::kSeason);
  sink.put("month", calendar.month[c]);
  sink.put("day_of_year", calendar.day_of_year[c]);
  if (calendar.n_slots == 7) sink.put("day_of_month", calendar.day_of_month[c]);
  sink.kind(FeatureKind::kHoliday);
  if (!calendar.holiday_names.empty()) {
    sink.put("holiday", calendar.holiday[c]);
    sink.put("days_to_holiday", calendar.days_to_holiday[c]);
    sink.put("days_since_holiday", calendar.days_since_holiday[c]);
  }
}

template <typename Sink>
void FeatureSet::emit_planned(const Row& row, Sink& sink) const {
  const Panel& panel = context_.panel;
  const auto at = static_cast<size_t>(row.position);
  const auto begin = static_cast<size_t>(panel.offsets[row.state.series]);
  sink.kind(FeatureKind::kPrice);
  if (!panel.price.empty()) {
    const float now = panel.price[at];
    const auto high = static_cast<size_t>(row.last) + 1;
    const auto low = static_cast<size_t>(std::max(0, row.last + 1 - context_.windows.quarter));
    const double usual =
        (row.state.price[high] - row.state.price[low]) / static_cast<double>(high - low);
    const float origin_price = panel.price[begin + static_cast<size_t>(row.last)];
    sink.put("price", now > 0 ? now : kUnknown);
    sink.put("price_to_usual",
             now > 0 ? std::log(static_cast<double>(now)) - usual : double{kUnknown});
    sink.put("price_change", now > 0 && origin_price > 0 ? now / origin_price : kUnknown);
  }
  sink.kind(FeatureKind::kPromotion);
  if (!panel.promotion.empty()) {
    constexpr size_t kReach = 14;
    size_t age = 0;
    while (age < kReach && at - age >= begin && panel.promotion[at - age] > 0) {
      age += 1;
      if (at - age + 1 == begin) break;
    }
    size_t since = 0;
    while (since < kReach && at - since > begin && panel.promotion[at - since] <= 0) since += 1;
    sink.put("promotion", panel.promotion[at]);
    sink.put("promotion_age", static_cast<double>(age));
    sink.put("periods_since_promotion", static_cast<double>(since));
  }
  sink.kind(FeatureKind::kCovariate);
  for (const auto& covariate : panel.covariates) {
    sink.put(covariate.name, covariate.present[at] != 0 ? covariate.values[at] : kUnknown);
  }
}

double FeatureSet::fill(const SeriesState& state, const PooledStatistics& pooled, Period origin,
                        Period target, std::span<float> out) const {
  RESTOCK_ASSERT(out.size() == size());
  RESTOCK_ASSERT(target > origin);
  const Panel& panel = context_.panel;
  const auto pooled_at = static_cast<size_t>(origin - pooled.first);
  RESTOCK_ASSERT(pooled_at < pooled.n_origins());
  const int32_t last = origin - state.start;
  const LevelRule& rule = context_.rule;
  double level = state.level(last, rule.window, rule.prior, rule.pseudo);
  if (rule.pooled_trend) level *= static_cast<double>(pooled.month[pooled_at]);
  const Row row{state,
                pooled,
                last,
                target - state.start,
                pooled_at,
                context_.calendar.at(target),
                panel.at(state.series, target),
                std::max(level, 1e-6)};
  ValueSink sink{out.data()};
  emit(row, sink);
  RESTOCK_ASSERT(sink.next == out.data() + out.size());
  return row.level * static_cast<double>(context_.profile.factor(
                         panel, context_.calendar, state.series, row.position, row.calendar_at));
}

BaselineParts FeatureSet::baseline_parts(const SeriesState& state, const PooledStatistics& pooled,
                                         Period origin, Period target) const {
  const LevelRule& rule = context_.rule;
  BaselineParts parts;
  parts.own_level = state.level(origin - state.start, rule.window, rule.prior, rule.pseudo);
  if (rule.pooled_trend)
    parts.pooled_trend =
        static_cast<double>(pooled.month[static_cast<size_t>(origin - pooled.first)]);
  // The level that the features stand on is never quite zero.
  if (!(parts.level() > 1e-6)) parts = {1e-6, 1, {}};
  parts.factors = context_.profile.factors(context_.panel, context_.calendar, state.series,
                                           context_.panel.at(state.series, target),
                                           context_.calendar.at(target));
  return parts;
}

double FeatureSet::baseline(const SeriesState& state, const PooledStatistics& pooled, Period origin,
                            Period target) const {
  const LevelRule& rule = context_.rule;
  double level = state.level(origin - state.start, rule.window, rule.prior, rule.pseudo);
  if (rule.pooled_trend)
    level *= static_cast<double>(pooled.month[static_cast<size_t>(origin - pooled.first)]);
  return std::max(level, 1e-6) *
         static_cast<double>(context_.profile.factor(
             context_.panel, context_.calendar, state.series,
             context_.panel.at(state.series, target), context_.calendar.at(target)));
}

}  // namespace restock
