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
constexpr uint64_t kVersion = 3;
/// The oldest that can be read: it lacks the parts after the quantile trees.
constexpr uint64_t kVersionLeast = 2;
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
  out.put(static_cast<uint8_t>(options.mode));
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
  options.mode = static_cast<ForecastMode>(in.get<uint8_t>());
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
         classes.map.size() == n * kMapKnots && classes.inflation.size() == n &&
         std::all_of(classes.inflation.begin(), classes.inflation.end(),
                     [](double share) { return share >= 0 && share <= 1; }) &&
         all_finite(classes.upper) && all_finite(classes.log_level) &&
         all_finite(classes.log_ratio) && all_finite(classes.map);
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

bool usable(const ModelGroups& groups) {
  const bool one = groups.column.empty() && groups.values.empty() && groups.n_sets == 1;
  const bool many = !groups.column.empty() && groups.n_sets >= 1;
  return (one || many) && groups.set.size() == groups.values.size() && ascends(groups.values) &&
         groups.other < groups.n_sets &&
         std::all_of(
             groups.set.begin(), groups.set.end(),
             [&](uint32_t set) { return set < groups.n_sets; });
}

bool usable(const MixedWeights& weights) {
  return std::all_of(weights.direct.begin(), weights.direct.end(),
                     [](double weight) { return weight >= 0 && weight <= 1; });
}

bool usable(const Smearing& smearing) {
  return smearing.height.size() == smearing.correction.size() && all_finite(smearing.height) &&
         all_finite(smearing.correction) && ascends(smearing.height);
}

/// Errors: kInvalidData for other trees.
Result<std::unique_ptr<BoostedTrees>> trees_of(std::string_view bytes, size_t outputs) {
  RESTOCK_TRY(auto trees, BoostedTrees::load_bytes(bytes));
  if (trees.n_outputs() != outputs)
    return damaged("its trees do not give what its options ask for");
  return std::make_unique<BoostedTrees>(std::move(trees));
}

/// What lies between head and digest.
struct Content {
  uint64_t version = 0;
  std::string_view bytes;
};

/// Errors: kInvalidData saying what is wrong with the bytes.
Result<Content> content_of(std::string_view bytes) {
  const size_t head = kMagic.size() + 2 * sizeof(uint64_t);
  if (bytes.starts_with(kMagicOfVersion1)) {
    return Error{Code::kInvalidData,
                 fmt::format("the model file has version 1, this program reads {} to {}",
                             kVersionLeast, kVersion),
                 "learn the model again with restock run"};
  }
  if (!bytes.starts_with(kMagic)) return damaged(fmt::format("it does not begin with {}", kMagic));
  if (bytes.size() < head + kDigestBytes)
    return damaged(fmt::format("it ends after {} bytes", bytes.size()));
  ModelReader in(bytes.substr(kMagic.size(), 2 * sizeof(uint64_t)));
  const auto version = in.get<uint64_t>();
  if (version < kVersionLeast || version > kVersion) {
    return Error{Code::kInvalidData,
                 fmt::format("the model file has version {}, this program reads {} to {}", version,
                             kVersionLeast, kVersion),
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
  return Content{version, hashed.substr(head)};
}

}  // namespace

Result<std::string> GlobalModel::content_bytes() const {
  const auto put_trees = [](const Learner& learner, ModelWriter& to) -> Status {
    std::string bytes;
    if (learner.trees) {
      RESTOCK_TRY(bytes, learner.trees->save_bytes());
    }
    to.put_text(bytes);
    return {};
  };
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
  RESTOCK_TRY(put_trees(sets_.front().means, out));
  RESTOCK_TRY(put_trees(sets_.front().quantiles, out));
  out.put(static_cast<int32_t>(options_.target_transform));
  out.put_text(options_.model_per);
  out.put_texts(groups_.values);
  out.put_numbers(groups_.set);
  out.put(groups_.other);
  out.put_numbers(mixed_weights_.direct);
  out.put(static_cast<uint64_t>(sets_.size()));
  for (size_t set = 0; set < sets_.size(); ++set) {
    const LearnerSet& of = sets_[set];
    if (set > 0) {
      RESTOCK_TRY(put_trees(of.means, out));
      RESTOCK_TRY(put_trees(of.quantiles, out));
    }
    RESTOCK_TRY(put_trees(of.steps, out));
    for (const Smearing* smearing : {&of.means.smearing, &of.steps.smearing}) {
      out.put_numbers(smearing->height);
      out.put_numbers(smearing->correction);
    }
  }
  out.put_numbers(uncertainty_.daily.inflation);
  for (const LevelClasses& classes : uncertainty_.sums) out.put_numbers(classes.inflation);
  return out.take();
}

Result<std::string> GlobalModel::save_bytes() const {
  RESTOCK_TRY(const std::string content, content_bytes());
  ModelWriter head;
  head.put(kVersion);
  head.put(static_cast<uint64_t>(content.size()));
  std::string out = std::string(kMagic) + head.take() + content;
  return out + sha256_hex(out);
}

Status GlobalModel::load_sets(ModelReader& in, uint64_t version) {
  struct SetBytes {
    std::string means, quantiles, steps;
  };
  std::vector<SetBytes> bytes(1);
  bytes[0].means = in.get_text();
  bytes[0].quantiles = in.get_text();
  sets_.resize(1);
  if (version >= 3) {
    options_.target_transform = static_cast<TargetTransform>(in.get<int32_t>());
    options_.model_per = in.get_text();
    groups_.column = options_.model_per;
    groups_.values = in.get_texts();
    groups_.set = in.get_numbers<uint32_t>();
    groups_.other = in.get<uint32_t>();
    mixed_weights_.direct = in.get_numbers<double>();
    // Five lengths a set at least.
    const size_t n_sets = in.get_count(5 * sizeof(uint64_t));
    sets_.resize(n_sets);
    bytes.resize(n_sets);
    groups_.n_sets = static_cast<uint32_t>(n_sets);
    for (size_t set = 0; set < n_sets; ++set) {
      if (set > 0) {
        bytes[set].means = in.get_text();
        bytes[set].quantiles = in.get_text();
      }
      bytes[set].steps = in.get_text();
      for (Smearing* smearing : {&sets_[set].means.smearing, &sets_[set].steps.smearing}) {
        smearing->height = in.get_numbers<double>();
        smearing->correction = in.get_numbers<double>();
      }
    }
    uncertainty_.daily.inflation = in.get_numbers<double>();
    for (LevelClasses& classes : uncertainty_.sums) classes.inflation = in.get_numbers<double>();
  } else {
    uncertainty_.daily.inflation.assign(uncertainty_.daily.n_classes(), 0);
    for (LevelClasses& classes : uncertainty_.sums)
      classes.inflation.assign(classes.n_classes(), 0);
  }
  if (!in.at_end()) return damaged("its parts do not fit");
  const ForecastMode mode_most = version < 3 ? ForecastMode::kRecursive : ForecastMode::kMixed;
  if (options_.mode > mode_most || options_.target_transform < TargetTransform::kNone ||
      options_.target_transform > TargetTransform::kLevel) {
    return damaged("its options are out of range");
  }
  if (!usable(groups_) || !usable(mixed_weights_)) return damaged("its groups do not fit");
  const bool mixed = options_.mode == ForecastMode::kMixed;
  for (size_t set = 0; set < sets_.size(); ++set) {
    LearnerSet& of = sets_[set];
    if (!usable(of.means.smearing) || !usable(of.steps.smearing))
      return damaged("its way back from the transformed target is not whole");
    if (bytes[set].quantiles.empty() == learns_quantiles())
      return damaged("its quantile trees do not fit its options");
    if (bytes[set].steps.empty() == mixed)
      return damaged("its recursive trees do not fit its options");
    RESTOCK_TRY(of.means.trees, trees_of(bytes[set].means, 1));
    if (mixed) {
      RESTOCK_TRY(of.steps.trees, trees_of(bytes[set].steps, 1));
    }
    if (learns_quantiles()) {
      RESTOCK_TRY(of.quantiles.trees, trees_of(bytes[set].quantiles, options_.quantiles.size()));
    }
    const Objective& objective = of.means.trees->objective();
    if (objective.log_link() != scale_of(&LearnerSet::means).log_link)
      return damaged("its trees have another objective than its options");
  }
  return {};
}

Result<GlobalModel> GlobalModel::load_bytes(std::string_view bytes) {
  RESTOCK_TRY(const Content content, content_of(bytes));
  ModelReader in(content.bytes);
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
  RESTOCK_TRY(model.load_sets(in, content.version));
  const bool known_kinds = model.options_.objective >= ObjectiveKind::kPoisson &&
                           model.options_.objective <= ObjectiveKind::kSquared &&
                           model.axis_.frequency >= Frequency::kHourly &&
                           model.axis_.frequency <= Frequency::kMonthly;
  if (!known_kinds) return damaged("its parts do not fit");
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
  return model;
}

}  // namespace restock
