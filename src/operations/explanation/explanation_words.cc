#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "operations/explanation/explanation_report.h"
#include "operations/publish/number_text.h"

namespace restock {
namespace {

constexpr std::array kWeekdays = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                  "Friday", "Saturday", "Sunday"};
constexpr std::array kMonths = {"January",   "February", "March",    "April",
                                "May",       "June",     "July",     "August",
                                "September", "October",  "November", "December"};
/// Effects below it are told together.
constexpr double kWorthTelling = 0.02;

std::string day_in_words(Date date) {
  const std::string month = kMonths[static_cast<size_t>(date.month() - 1)];
  return fmt::format("{} {} {} {}", kWeekdays[static_cast<size_t>(date.weekday())], date.day(),
                     month.substr(0, 3), date.year());
}

double value_of(const ForecastExplanation& e, std::string_view feature) {
  const auto found = std::ranges::find(e.effects, feature, &FeatureEffect::feature);
  return found == e.effects.end() ? 0 : found->value;
}

std::string slot_label(const TimeAxis& axis, Period period) {
  const Date date = axis.date_of(period);
  const std::string day = fmt::format("{}s", kWeekdays[static_cast<size_t>(date.weekday())]);
  return axis.frequency == Frequency::kHourly
             ? fmt::format("{} {:02}:00", day, axis.hour_of(period))
             : day;
}

/// Names of the covariates, or how many there are.
std::string covariate_label(const ForecastExplanation& e) {
  std::vector<std::string> names;
  for (const FeatureEffect& effect : e.effects) {
    if (effect.kind == FeatureKind::kCovariate) names.push_back(effect.feature);
  }
  return names.size() == 1 ? names.front() : fmt::format("{} covariates", names.size());
}

std::string number_word(const ForecastExplanation& e, const KindEffect& effect) {
  if (!e.additive) return fmt::format("x{}", fixed(effect.profile * effect.trees, 2));
  const std::string added =
      fmt::format("{}{}", effect.trees < 0 ? "" : "+", readable(effect.trees));
  return effect.profile == 1 ? added : fmt::format("x{} and {}", fixed(effect.profile, 2), added);
}

/// How far it moves the forecast, as a share.
double size_of(const ForecastExplanation& e, const KindEffect& effect) {
  if (!e.additive) return std::abs(std::log(effect.profile * effect.trees));
  return std::abs(std::log(effect.profile)) +
         std::abs(effect.trees) / std::max(1e-9, std::abs(e.explained_mean()));
}

std::string parts_in_words(const ForecastStory& story) {
  const ForecastExplanation& e = story.run.model;
  std::string text = fmt::format(
      "{} {}", e.source == ForecastSource::kPeers ? "level of series like it" : "usual level",
      readable(e.baseline.own_level));
  std::vector<KindEffect> effects = e.by_kind();
  std::ranges::stable_sort(effects, [&](const KindEffect& a, const KindEffect& b) {
    return size_of(e, a) > size_of(e, b);
  });
  KindEffect rest{FeatureKind::kLevel, 1, e.additive ? e.bias : std::exp(e.bias)};
  for (const KindEffect& effect : effects) {
    if (size_of(e, effect) < kWorthTelling) {
      rest.profile *= effect.profile;
      rest.trees = e.additive ? rest.trees + effect.trees : rest.trees * effect.trees;
      continue;
    }
    text += fmt::format(", {} {}", kind_label(e, effect.kind, story.axis), number_word(e, effect));
  }
  if (!e.effects.empty()) text += ", all else " + number_word(e, rest);
  return text;
}

}  // namespace

std::string period_in_words(const TimeAxis& axis, Period period) {
  const Date date = axis.date_of(period);
  switch (axis.frequency) {
    case Frequency::kHourly:
      return fmt::format("{} {:02}:00", day_in_words(date), axis.hour_of(period));
    case Frequency::kDaily:
      return day_in_words(date);
    case Frequency::kWeekly:
      return "week of " + day_in_words(date);
    case Frequency::kMonthly:
      return fmt::format("{} {}", kMonths[static_cast<size_t>(date.month() - 1)], date.year());
  }
  return axis.label(period);
}

std::string kind_label(const ForecastExplanation& e, FeatureKind kind, const TimeAxis& axis) {
  switch (kind) {
    case FeatureKind::kLevel:
      return "recent sales";
    case FeatureKind::kTrend:
      return "trend of all series";
    case FeatureKind::kSlot:
      return slot_label(axis, e.period);
    case FeatureKind::kSeason:
      return "time of year";
    case FeatureKind::kHoliday:
      return e.holiday.empty() ? "no holiday" : e.holiday;
    case FeatureKind::kPromotion:
      return value_of(e, "promotion") > 0 || e.baseline.factors.promotion != 1 ? "promotion"
                                                                               : "no promotion";
    case FeatureKind::kPrice:
      return "price";
    case FeatureKind::kCovariate:
      return covariate_label(e);
    case FeatureKind::kSeries:
      return "which series it is";
    case FeatureKind::kHorizon:
      return fmt::format("{} ahead", counted(e.period - e.origin, "period", "periods"));
  }
  return "";
}

std::string explanation_sentence(const ForecastStory& story) {
  const ExplainedRun& run = story.run;
  const RunRecord& record = run.record;
  std::string text = fmt::format("{}: {} units", period_in_words(story.axis, story.period),
                                 readable(record.final_mean));
  if (record.final_mean != record.published) {
    text += fmt::format(", of which");
    if (record.reconciled != record.published)
      text += fmt::format(" reconciliation {}{},", record.reconciled < record.published ? "" : "+",
                          readable(record.reconciled - record.published));
    if (record.final_mean != record.reconciled)
      text += fmt::format(" overrides {}{},", record.final_mean < record.reconciled ? "" : "+",
                          readable(record.final_mean - record.reconciled));
    text += fmt::format(" the forecast {}", readable(record.published));
  }
  if (std::abs(run.reproduced - run.model.mean) > 1e-9)
    text += fmt::format(" ({} before rounding)", readable(run.model.mean));
  if (run.combined && run.reproduced != record.published)
    text +=
        fmt::format(", the model's {} combined with simpler forecasts", readable(run.reproduced));
  if (run.model.is_zero()) return text + ": " + run.model.reason + ".";
  text += "; ";
  if (run.model.mixed) {
    text += fmt::format(
        "{} % of a direct forecast of {}: ", fixed(100 * run.model.mixed->direct_share, 0),
        readable(run.model.mixed->direct_mean));
  }
  text += parts_in_words(story);
  if (!run.model.reason.empty()) text += " (" + run.model.reason + ")";
  return text + ".";
}

}  // namespace restock
