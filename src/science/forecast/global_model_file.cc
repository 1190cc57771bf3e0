// Saving a global model to bytes and loading it; the format is in README.md.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "foundation/base/sha256.h"
#include "science/forecast/global_model.h"
#include "science/forecast/model_bytes.h"

namespace restock {
namespace {

constexpr std::string_view kMagic = "RSTKGLOB";
/// Files before this version could not be loaded and begin with another word.
constexpr std::string_view kMagicOfVersion1 = "RESTOCKGM1";
constexpr uint64_t kVersion = 2;
constexpr size_t kDigestBytes = 64;
/// Days and periods beyond this are no dates.
constexpr int32_t kPeriodMost = 100'000'000;

Error damaged(const std::string& what) {
  return Error{Code::kInvalidData, "not a usable model file: " + what,
               "learn the model again with restock run"};
}

void put_options(const GlobalModelOptions& options, ModelWriter& out) {
  out.put(static_cast<int32_t>(options.objective));
  for (const int32_t value : {options.horizon, options.trees_max, options.trees_min, options.depth})
    out.put(value);
  for (const double value : {options.learning_rate, options.min_child_weight, options.lambda,
                             options.row_share, options.column_share}) {
    out.put(value);
  }
  out.put(static_cast<uint8_t>(options.price_monotone));
  out.put(options.train_periods_max);
  out.put(options.validation_periods);
  out.put(static_cast<uint8_t>(options.refit));
  out.put(options.refit_rows_max);
  out.put(static_cast<uint8_t>(options.recursive));
  out.put_numbers(options.quantiles);
  out.put(options.seed);
  out.put(static_cast<uint64_t>(options.holidays.size()));
  for (const HolidayDay& day : options.holidays) {
    out.put(day.date.days());
    out.put_text(day.name);
  }
  out.put(static_cast<uint8_t>(options.estimate_censored));
  out.put(static_cast<int32_t>(options.demand.iterations_max));
  for (const double value : {options.demand.tolerance, options.demand.level_variance,
                             options.demand.day_variance, options.demand.share_exponent}) {
    out.put(value);
  }
  out.put(options.censored_target_weight);
}

GlobalModelOptions get_options(ModelReader& in) {
  GlobalModelOptions options;
  options.objective = static_cast<ObjectiveKind>(in.get<int32_t>());
  options.horizon = in.get<int32_t>();
  options.trees_max = in.get<int32_t>();
  options.trees_min = in.get<int32_t>();
  options.depth = in.get<int32_t>();
  options.learning_rate = in.get<double>();
  options.min_child_weight = in.get<double>();
  options.lambda = in.get<double>();
  options.row_share = in.get<double>();
  options.column_share = in.get<double>();
  options.price_monotone = in.get_flag();
  options.train_periods_max = in.get<int32_t>();
  options.validation_periods = in.get<int32_t>();
  options.refit = in.get_flag();
  options.refit_rows_max = in.get<int64_t>();
  options.recursive = in.get_flag();
  options.quantiles = in.get_numbers<double>();
  options.seed = in.get<uint64_t>();
  options.holidays.resize(in.get_count(sizeof(int32_t) + sizeof(uint64_t)));
  for (HolidayDay& day : options.holidays) {
    day.date = Date::from_days(in.get<int32_t>());
    day.name = in.get_text();
  }
  options.estimate_censored = in.get_flag();
  options.demand.iterations_max = in.get<int32_t>();
  options.demand.tolerance = in.get<double>();
  options.demand.level_variance = in.get<double>();
  options.demand.day_variance = in.get<double>();
  options.demand.share_exponent = in.get<double>();
  options.censored_target_weight = in.get<float>();
  return options;
}

void put_profile(const Profile& profile, ModelWriter& out) {
  out.put(static_cast<int32_t>(profile.n_slots));
  out.put(static_cast<int32_t>(profile.n_seasons));
  out.put(profile.promotion_scale);
  for (const auto* values :
       {&profile.slot, &profile.season, &profile.promotion, &profile.holiday,
        &profile.overdispersion, &profile.pooled.slot, &profile.pooled.season}) {
    out.put_numbers(*values);
  }
  out.put(profile.pooled.promotion);
  out.put(profile.pooled.overdispersion);
}

Profile get_profile(ModelReader& in) {
  Profile profile;
  profile.n_slots = in.get<int32_t>();
  profile.n_seasons = in.get<int32_t>();
  profile.promotion_scale = in.get<float>();
  for (auto* values : {&profile.slot, &profile.season, &profile.promotion, &profile.holiday,
                       &profile.overdispersion, &profile.pooled.slot, &profile.pooled.season}) {
    *values = in.get_numbers<float>();
  }
  profile.pooled.promotion = in.get<float>();
  profile.pooled.overdispersion = in.get<float>();
  return profile;
}

void put_classes(const LevelClasses& classes, ModelWriter& out) {
  out.put(classes.length);
  for (const auto* values : {&classes.upper, &classes.log_level, &classes.log_ratio, &classes.map})
    out.put_numbers(*values);
}

LevelClasses get_classes(ModelReader& in) {
  LevelClasses classes;
  classes.length = in.get<int32_t>();
  for (auto* values : {&classes.upper, &classes.log_level, &classes.log_ratio, &classes.map})
    *values = in.get_numbers<double>();
  return classes;
}

void put_uncertainty(const Uncertainty& uncertainty, ModelWriter& out) {
  out.put(uncertainty.dispersion_power);
  out.put(uncertainty.residuals);
  put_classes(uncertainty.daily, out);
  out.put(static_cast<uint64_t>(uncertainty.sums.size()));
  for (const LevelClasses& classes : uncertainty.sums) put_classes(classes, out);
}

Uncertainty get_uncertainty(ModelReader& in) {
  Uncertainty uncertainty;
  uncertainty.dispersion_power = in.get<double>();
  uncertainty.residuals = in.get<int64_t>();
  uncertainty.daily = get_classes(in);
  uncertainty.sums.resize(in.get_count(sizeof(int32_t) + 4 * sizeof(uint64_t)));
  for (LevelClasses& classes : uncertainty.sums) classes = get_classes(in);
  return uncertainty;
}

void put_ranks(const std::vector<RankedColumn>& ranks, ModelWriter& out) {
  out.put(static_cast<uint64_t>(ranks.size()));
  for (const RankedColumn& column : ranks) {
    out.put_text(column.name);
    out.put_texts(column.levels);
    out.put_numbers(column.rank);
  }
}

std::vector<RankedColumn> get_ranks(ModelReader& in) {
  std::vector<RankedColumn> ranks(in.get_count(3 * sizeof(uint64_t)));
  for (RankedColumn& column : ranks) {
    column.name = in.get_text();
    column.levels = in.get_texts();
    column.rank = in.get_numbers<float>();
  }
  return ranks;
}

std::vector<SeriesKey> get_keys(size_t n_parts, ModelReader& in) {
  // A key without parts takes no bytes: there can be one at most.
  const auto count = in.get<uint64_t>();
  std::vector<SeriesKey> keys;
  for (uint64_t i = 0; i < count && in.whole() && (n_parts > 0 || i < 1); ++i) {
    SeriesKey& key = keys.emplace_back();
    for (size_t part = 0; part < n_parts; ++part) key.parts.push_back(in.get_text());
  }
  return keys.size() == count ? keys : std::vector<SeriesKey>{};
}

template <typename T>
bool all_finite(const std::vector<T>& values) {
  return std::all_of(values.begin(), values.end(), [](T value) { return std::isfinite(value); });
}

bool all_positive(const std::vector<float>& values) {
  return std::all_of(values.begin(), values.end(),
                     [](float value) { return std::isfinite(value) && value > 0; });
}

template <typename T>
bool ascends(const std::vector<T>& values) {
  return std::adjacent_find(values.begin(), values.end(),
                            [](const T& a, const T& b) { return !(a < b); }) == values.end();
}

bool usable(const GlobalModelOptions& options) {
  const bool counts = options.horizon >= 1 && options.horizon <= kPeriodMost &&
                      options.trees_max >= 1 && options.depth >= 0 &&
                      options.train_periods_max >= 0 && options.validation_periods >= 0;
  const bool levels = all_finite(options.quantiles) && ascends(options.quantiles) &&
                      (options.quantiles.empty() ||
                       (options.quantiles.front() > 0 && options.quantiles.back() < 1));
  const bool days = std::all_of(
      options.holidays.begin(), options.holidays.end(),
      [](const HolidayDay& day) { return std::abs(int64_t{day.date.days()}) <= kPeriodMost; });
  return counts && levels && days && std::isfinite(options.learning_rate) &&
         std::isfinite(options.censored_target_weight);
}

/// n_slots and n_seasons as a calendar of this frequency has them; else factors would be looked up
/// where there are none.
bool usable(const Profile& profile, size_t n_series, size_t n_holidays, const TimeAxis& axis) {
  const PeriodCalendar calendar = make_period_calendar(axis, 0, 1, {});
  if (profile.n_slots != calendar.n_slots) return false;
  if (profile.n_seasons != 1 && profile.n_seasons != calendar.n_seasons) return false;
  const auto slots = static_cast<size_t>(profile.n_slots);
  const auto seasons = static_cast<size_t>(profile.n_seasons);
  return profile.slot.size() == n_series * slots && profile.season.size() == n_series * seasons &&
         profile.promotion.size() == n_series && profile.overdispersion.size() == n_series &&
         profile.holiday.size() == n_holidays && profile.pooled.slot.size() == slots &&
         profile.pooled.season.size() == seasons && all_positive(profile.slot) &&
         all_positive(profile.season) && all_positive(profile.promotion) &&
         all_positive(profile.holiday) && all_positive(profile.overdispersion) &&
         all_positive(profile.pooled.slot) && all_positive(profile.pooled.season) &&
         all_positive(
             {profile.promotion_scale, profile.pooled.promotion, profile.pooled.overdispersion});
}

bool usable(const LevelClasses& classes) {
  const size_t n = classes.n_classes();
  const size_t bounds = n == 0 ? 0 : n - 1;
  return classes.length >= 1 && classes.upper.size() == bounds && classes.log_ratio.size() == n &&
         classes.map.size() == n * kMapKnots && all_finite(classes.upper) &&
         all_finite(classes.log_level) && all_finite(classes.log_ratio) && all_finite(classes.map);
}

bool usable(const Uncertainty& uncertainty) {
  int32_t length = 1;
  for (const LevelClasses& classes : uncertainty.sums) {
    if (!usable(classes) || classes.n_classes() == 0 || classes.length <= length) return false;
    length = classes.length;
  }
  return std::isfinite(uncertainty.dispersion_power) && usable(uncertainty.daily);
}

bool usable(const std::vector<RankedColumn>& ranks) {
  return std::all_of(ranks.begin(), ranks.end(), [](const RankedColumn& column) {
    return column.levels.size() == column.rank.size() && ascends(column.levels) &&
           all_finite(column.rank);
  });
}

/// The content between head and digest. Errors: kInvalidData saying what is wrong with the bytes.
Result<std::string_view> content_of(std::string_view bytes) {
  const size_t head = kMagic.size() + 2 * sizeof(uint64_t);
  if (bytes.starts_with(kMagicOfVersion1)) {
    return Error{Code::kInvalidData,
                 fmt::format("the model file has version 1, this program reads {}", kVersion),
                 "learn the model again with restock run"};
  }
  if (!bytes.starts_with(kMagic)) return damaged(fmt::format("it does not begin with {}", kMagic));
  if (bytes.size() < head + kDigestBytes)
    return damaged(fmt::format("it ends after {} bytes", bytes.size()));
  ModelReader in(bytes.substr(kMagic.size(), 2 * sizeof(uint64_t)));
  const auto version = in.get<uint64_t>();
  if (version != kVersion) {
    return Error{
        Code::kInvalidData,
        fmt::format("the model file has version {}, this program reads {}", version, kVersion),
        "use the program that wrote it, or learn the model again"};
  }
  const auto size = in.get<uint64_t>();
  const size_t rest = bytes.size() - head - kDigestBytes;
  if (size != rest) {
    return damaged(fmt::format("it has {} bytes of content, its head promises {}", rest, size));
  }
  const std::string_view hashed = bytes.substr(0, bytes.size() - kDigestBytes);
  if (sha256_hex(hashed) != bytes.substr(hashed.size()))
    return damaged("its content does not fit its checksum");
  return hashed.substr(head);
}

}  // namespace

std::string GlobalModel::content_bytes(std::string_view trees, std::string_view quantiles) const {
  ModelWriter out;
  put_options(options_, out);
  out.put(static_cast<int32_t>(axis_.frequency));
  out.put(static_cast<int32_t>(axis_.week_start));
  out.put_texts(key_names_);
  out.put(static_cast<uint64_t>(keys_.size()));
  for (const SeriesKey& key : keys_) {
    for (const std::string& part : key.parts) out.put_text(part);
  }
  out.put(cutoff_);
  out.put(training_rows_);
  out.put(rule_.window);
  out.put(static_cast<uint8_t>(rule_.pooled_trend));
  out.put(rule_.prior);
  out.put(rule_.pseudo);
  out.put_texts(calendar_.holiday_names);
  put_profile(profile_, out);
  out.put_texts(grouping_names_);
  put_ranks(ranks_, out);
  put_uncertainty(uncertainty_, out);
  out.put_text(trees);
  out.put_text(quantiles);
  return out.take();
}

Result<std::string> GlobalModel::save_bytes() const {
  RESTOCK_TRY(const std::string trees, trees_->save_bytes());
  std::string quantiles;
  if (quantile_trees_) {
    RESTOCK_TRY(quantiles, quantile_trees_->save_bytes());
  }
  const std::string content = content_bytes(trees, quantiles);
  ModelWriter head;
  head.put(kVersion);
  head.put(static_cast<uint64_t>(content.size()));
  std::string out = std::string(kMagic) + head.take() + content;
  return out + sha256_hex(out);
}

Result<GlobalModel> GlobalModel::load_bytes(std::string_view bytes) {
  RESTOCK_TRY(const std::string_view content, content_of(bytes));
  ModelReader in(content);
  GlobalModel model;
  model.options_ = get_options(in);
  model.axis_.frequency = static_cast<Frequency>(in.get<int32_t>());
  model.axis_.week_start = in.get<int32_t>();
  model.key_names_ = in.get_texts();
  model.keys_ = get_keys(model.key_names_.size(), in);
  model.cutoff_ = in.get<int32_t>();
  model.training_rows_ = in.get<int64_t>();
  model.rule_.window = in.get<int32_t>();
  model.rule_.pooled_trend = in.get_flag();
  model.rule_.prior = in.get<double>();
  model.rule_.pseudo = in.get<double>();
  model.calendar_.holiday_names = in.get_texts();
  model.profile_ = get_profile(in);
  model.grouping_names_ = in.get_texts();
  model.ranks_ = get_ranks(in);
  model.uncertainty_ = get_uncertainty(in);
  const std::string trees = in.get_text();
  const std::string quantiles = in.get_text();
  const bool known_kinds = model.options_.objective >= ObjectiveKind::kPoisson &&
                           model.options_.objective <= ObjectiveKind::kSquared &&
                           model.axis_.frequency >= Frequency::kHourly &&
                           model.axis_.frequency <= Frequency::kMonthly;
  if (!in.at_end() || !known_kinds) return damaged("its parts do not fit");
  if (!usable(model.options_)) return damaged("its options are out of range");
  if (model.keys_.empty() || !ascends(model.keys_)) return damaged("its series are not in order");
  if (model.axis_.week_start < 0 || model.axis_.week_start > 6 ||
      std::abs(int64_t{model.cutoff_}) > kPeriodMost || model.rule_.window < 1 ||
      !std::isfinite(model.rule_.prior) || !(model.rule_.pseudo >= 0)) {
    return damaged("its cutoff or level rule is out of range");
  }
  const auto& holidays = model.calendar_.holiday_names;
  if (!ascends(holidays) || holidays.size() > std::numeric_limits<int16_t>::max() ||
      !usable(model.profile_, model.keys_.size(), holidays.size(), model.axis_)) {
    return damaged("its profile does not fit its series");
  }
  if (!usable(model.ranks_)) return damaged("its ranks do not fit their levels");
  if (!usable(model.uncertainty_)) return damaged("its uncertainty is not whole");
  RESTOCK_TRY(auto loaded, BoostedTrees::load_bytes(trees));
  if (loaded.n_outputs() != 1) return damaged("its trees do not give a mean");
  model.trees_ = std::make_unique<BoostedTrees>(std::move(loaded));
  if (quantiles.empty() != model.options_.quantiles.empty())
    return damaged("its quantile trees do not fit its options");
  if (!quantiles.empty()) {
    RESTOCK_TRY(auto learnt, BoostedTrees::load_bytes(quantiles));
    if (learnt.n_outputs() != model.options_.quantiles.size())
      return damaged("its quantile trees do not fit its options");
    model.quantile_trees_ = std::make_unique<BoostedTrees>(std::move(learnt));
  }
  return model;
}

}  // namespace restock
