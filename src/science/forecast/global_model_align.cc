// Bringing a global model to another panel: other series, later periods.
#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "foundation/base/assert.h"
#include "science/forecast/global_model.h"

namespace restock {
namespace {

/// The calendar of the panel's periods with the holidays that the model has factors for, numbered
/// as there. Names it does not know are added to `unknown`, once each.
PeriodCalendar calendar_of(const Panel& panel, Period cutoff,
                           const std::vector<std::string>& known_names,
                           std::vector<HolidayDay>& holidays, std::vector<std::string>& unknown) {
  const auto is_known = [&](const HolidayDay& day) {
    return std::binary_search(known_names.begin(), known_names.end(), day.name);
  };
  for (const HolidayDay& day : holidays) {
    if (!is_known(day)) unknown.push_back(day.name);
  }
  std::sort(unknown.begin(), unknown.end());
  unknown.erase(std::unique(unknown.begin(), unknown.end()), unknown.end());
  std::erase_if(holidays, [&](const HolidayDay& day) { return !is_known(day); });
  Period first = cutoff;
  for (const Period start : panel.start) first = std::min(first, start);
  PeriodCalendar calendar = make_period_calendar(
      panel.axis, first, std::max(cutoff, panel.origin + panel.horizon) + 1, holidays);
  for (int16_t& index : calendar.holiday) {
    if (index < 0) continue;
    const std::string& name = calendar.holiday_names[static_cast<size_t>(index)];
    index = static_cast<int16_t>(std::lower_bound(known_names.begin(), known_names.end(), name) -
                                 known_names.begin());
  }
  calendar.holiday_names = known_names;
  return calendar;
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text.empty() ? "none" : text;
}

/// Factors [series x width, ...) of one series, or those of all where the model does not know it.
void append_factors(const std::vector<float>& own, const std::vector<float>& pooled, int64_t series,
                    std::vector<float>& out) {
  const auto width = static_cast<int64_t>(pooled.size());
  if (series < 0)
    out.insert(out.end(), pooled.begin(), pooled.end());
  else
    out.insert(out.end(), own.begin() + series * width, own.begin() + (series + 1) * width);
}

}  // namespace

Profile GlobalModel::profile_of(const Panel& panel, Alignment& met) const {
  Profile out;
  out.n_slots = profile_.n_slots;
  out.n_seasons = profile_.n_seasons;
  out.holiday = profile_.holiday;
  out.promotion_scale = profile_.promotion_scale;
  out.pooled = profile_.pooled;
  for (const SeriesKey& key : panel.keys) {
    const auto found = std::lower_bound(keys_.begin(), keys_.end(), key);
    const bool known = found != keys_.end() && *found == key;
    const int64_t from = known ? std::distance(keys_.begin(), found) : -1;
    (known ? met.known : met.newcomers) += 1;
    append_factors(profile_.slot, profile_.pooled.slot, from, out.slot);
    append_factors(profile_.season, profile_.pooled.season, from, out.season);
    append_factors(profile_.promotion, {profile_.pooled.promotion}, from, out.promotion);
    append_factors(profile_.overdispersion, {profile_.pooled.overdispersion}, from,
                   out.overdispersion);
  }
  met.gone = static_cast<int64_t>(keys_.size()) - met.known;
  return out;
}

std::vector<BoostedTrees*> GlobalModel::all_trees() const {
  std::vector<BoostedTrees*> out;
  for (const LearnerSet& set : sets_) {
    for (const Learner* learner : {&set.means, &set.steps, &set.quantiles}) {
      if (learner->trees) out.push_back(learner->trees.get());
    }
  }
  return out;
}

Status GlobalModel::check_features(const Panel& panel, const PeriodCalendar& calendar,
                                   const Profile& profile) const {
  const auto lacks = [&](const std::string& column) {
    return std::find(panel.key_names.begin(), panel.key_names.end(), column) ==
               panel.key_names.end() &&
           std::none_of(panel.attributes.begin(), panel.attributes.end(),
                        [&](const StaticAttribute& given) { return given.name == column; });
  };
  std::vector<std::string> columns = grouping_names_;
  for (const RankedColumn& column : ranks_) columns.push_back(column.name);
  if (!groups_.column.empty()) columns.push_back(groups_.column);
  for (const std::string& column : columns) {
    if (!lacks(column)) continue;
    return Error{
        Code::kInvalidArgument,
        fmt::format("the model was learnt with the attribute \"{}\", which the data do not "
                    "have",
                    column),
        "give the attribute again, or learn a new model with restock run"};
  }
  const FeatureContext context{panel, calendar, profile, rule_,
                               FeatureWindows::of(panel.axis.frequency)};
  const FeatureSet features(context, groupings_by(panel, grouping_names_), ranks_);
  const auto& given = features.names();
  for (const BoostedTrees* trees : all_trees()) {
    const auto& learnt = trees->feature_names();
    if (learnt == given) continue;
    const auto first = std::mismatch(learnt.begin(), learnt.end(), given.begin(), given.end());
    return Error{
        Code::kInvalidArgument,
        fmt::format("the model was learnt with {} features, the data give {}; the first difference "
                    "is {} against {}",
                    learnt.size(), given.size(),
                    first.first == learnt.end() ? "none" : "\"" + *first.first + "\"",
                    first.second == given.end() ? "none" : "\"" + *first.second + "\""),
        "use the [data] and [calendar] settings of the run that learnt it, or learn a new model"};
  }
  return {};
}

Result<Alignment> GlobalModel::align_to(const Panel& panel, const std::vector<HolidayDay>& holidays,
                                        ThreadPool& pool) {
  RESTOCK_ASSERT(panel.n_series() > 0);
  if (panel.key_names != key_names_ || panel.axis != axis_) {
    return Error{Code::kInvalidArgument,
                 fmt::format("the model has {} series by {}, the data {} ones by {}",
                             frequency_name(axis_.frequency), joined(key_names_),
                             frequency_name(panel.axis.frequency), joined(panel.key_names)),
                 "use the [data] settings of the run that learnt it, or learn a new model"};
  }
  Alignment met;
  std::vector<HolidayDay> days = holidays;
  PeriodCalendar calendar =
      calendar_of(panel, cutoff_, calendar_.holiday_names, days, met.unknown_holidays);
  Profile profile = profile_of(panel, met);
  RESTOCK_TRY(check_features(panel, calendar, profile));
  if (options_.estimate_censored && has_censored(panel, panel.origin)) {
    RESTOCK_TRY(profile.censored,
                estimate_demand(panel, calendar, profile, panel.origin, options_.demand, pool));
  }
  for (BoostedTrees* trees : all_trees()) RESTOCK_TRY(trees->set_threads(pool.threads()));
  calendar_ = std::move(calendar);
  profile_ = std::move(profile);
  profile_until_ = panel.origin;
  options_.holidays = std::move(days);
  keys_ = panel.keys;
  set_of_ = groups_.sets_of(panel);
  return met;
}

}  // namespace restock
