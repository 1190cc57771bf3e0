#include <algorithm>
#include <cmath>
#include <functional>

#include <fmt/format.h>

#include "operations/explanation/explanation_report.h"
#include "operations/publish/number_text.h"

namespace restock {
namespace {

constexpr size_t kFeaturesShown = 10;

std::string times(double factor) {
  return "x" + fixed(factor, 3);
}

std::string plus(double units) {
  const std::string text = fixed(units, 2);
  return text == "0.00" ? "0" : (units < 0 ? "" : "+") + text;
}

/// A factor of the trees, or their units.
std::string of_trees(const ForecastExplanation& e, double value) {
  return e.additive ? plus(value) : times(value);
}

/// The forecast as a running product, one kind a row.
std::string kinds_table(const ForecastStory& story) {
  const ForecastExplanation& e = story.run.model;
  std::string text =
      fmt::format("\n  {:<28}{:>10}{:>10}{:>10}\n", "made of", "profile", "trees", "units");
  double units = e.baseline.own_level;
  const auto row = [&](const std::string& label, const std::string& profile,
                       const std::string& trees) {
    text += fmt::format("  {:<28}{:>10}{:>10}{:>10}\n", label, profile, trees, fixed(units, 2));
  };
  row(e.source == ForecastSource::kPeers ? "level of series like it" : "usual level", "", "");
  const bool trees = !e.effects.empty();
  double added = 0;
  for (const KindEffect& effect : e.by_kind()) {
    units *= effect.profile * (e.additive ? 1 : effect.trees);
    added += e.additive ? effect.trees : 0;
    row(kind_label(e, effect.kind, story.axis), effect.profile == 1 ? "" : times(effect.profile),
        trees ? of_trees(e, effect.trees) : "");
  }
  if (trees) {
    units = e.additive ? units + added + e.bias : units * std::exp(e.bias);
    row("what trees add to all alike", "", of_trees(e, e.additive ? e.bias : std::exp(e.bias)));
  }
  units = e.explained_mean();
  row(e.mixed ? "direct forecast" : "forecast of the model", "", "");
  if (e.mixed) {
    units = e.mean;
    row("mean with the recursive one", "", "");
  }
  return text;
}

/// What keeps the table from being all of the forecast; "" = nothing.
std::string scale_text(const ForecastExplanation& e) {
  std::string text;
  if (e.mixed) {
    text += fmt::format(
        "The forecast is {} % of a direct one of {}, taken apart below, and {} % of a recursive "
        "one "
        "of {}.\n",
        fixed(100 * e.mixed->direct_share, 0), fixed(e.mixed->direct_mean, 2),
        fixed(100 * (1 - e.mixed->direct_share), 0), fixed(e.mixed->recursive_mean, 2));
  }
  if (e.target_transform != TargetTransform::kNone && !e.is_zero()) {
    text += fmt::format(
        "The trees add up on the scale \"{}\", not in units: each is given its part of the units "
        "that they add together.\n",
        target_transform_name(e.target_transform));
  }
  return text;
}

std::string features_table(const ForecastExplanation& e) {
  if (e.effects.empty()) return "";
  std::vector<FeatureEffect> effects = e.effects;
  std::ranges::stable_sort(effects, [](const FeatureEffect& a, const FeatureEffect& b) {
    return std::abs(a.contribution) > std::abs(b.contribution);
  });
  std::string text = fmt::format("\n  {:<28}{:>10}{:>10}{:>12}\n", "largest in the trees", "value",
                                 e.additive ? "units" : "factor", "about");
  for (size_t f = 0; f < std::min(kFeaturesShown, effects.size()); ++f) {
    const FeatureEffect& effect = effects[f];
    text +=
        fmt::format("  {:<28}{:>10}{:>10}{:>12}\n", effect.feature,
                    std::isnan(effect.value) ? "unknown" : readable(effect.value),
                    of_trees(e, e.additive ? effect.contribution : std::exp(effect.contribution)),
                    feature_kind_name(effect.kind));
  }
  return text;
}

/// Profile and trees of a kind together; "" where it has none.
std::string together(const ForecastExplanation& e, FeatureKind kind) {
  const auto effects = e.by_kind();
  const auto found = std::ranges::find(effects, kind, &KindEffect::kind);
  if (found == effects.end()) return "";
  if (!e.additive) return times(found->profile * found->trees);
  return found->profile == 1 ? plus(found->trees)
                             : fmt::format("{} {}", times(found->profile), plus(found->trees));
}

/// The three forecasts side by side: old model and data, old model on new data, new.
std::string compared_table(const ForecastStory& story) {
  const ForecastChange& change = *story.change;
  const ForecastExplanation* sides[] = {&change.before.model, &change.crossed, &story.run.model};
  std::string text =
      fmt::format("\n  {:<28}{:>14}{:>14}{:>14}\n", "", "before", "new data only", "now");
  const auto row = [&](const std::string& label, const auto& cell) {
    text += fmt::format("  {:<28}{:>14}{:>14}{:>14}\n", label, cell(*sides[0]), cell(*sides[1]),
                        cell(*sides[2]));
  };
  const auto unless_zero = [](const auto& body) {
    return
        [body](const ForecastExplanation& e) -> std::string { return e.is_zero() ? "" : body(e); };
  };
  row("usual level", unless_zero([](const auto& e) { return fixed(e.baseline.own_level, 2); }));
  for (int k = 0; k < kFeatureKinds; ++k) {
    const auto kind = static_cast<FeatureKind>(k);
    if (std::ranges::all_of(sides, [&](const auto* e) { return together(*e, kind).empty(); }))
      continue;
    const auto* shown =
        std::ranges::find_if(sides, [&](const auto* e) { return !together(*e, kind).empty(); });
    const bool ahead = kind == FeatureKind::kHorizon;
    row(ahead ? "periods ahead" : kind_label(**shown, kind, story.axis),
        [&](const ForecastExplanation& e) { return together(e, kind); });
  }
  row("what trees add to all alike", unless_zero([](const auto& e) -> std::string {
        if (e.effects.empty()) return "";
        return of_trees(e, e.additive ? e.bias : std::exp(e.bias));
      }));
  row("forecast of the model", [](const auto& e) { return fixed(e.mean, 2); });
  return text;
}

std::string change_text(const ForecastStory& story) {
  const ForecastChange& change = *story.change;
  const auto origin = [&](const ExplainedRun& run) { return story.axis.label(run.model.origin); };
  std::string text = fmt::format(
      "\nSince run {} (origin {}): {} units before, {} now ({}): data {}, model {}, overrides {}",
      change.before.record.run_id, origin(change.before), readable(change.before.record.final_mean),
      readable(story.run.record.final_mean), plus(change.total), plus(change.data),
      plus(change.model), plus(change.overrides));
  if (change.reconciliation != 0) text += ", reconciliation " + plus(change.reconciliation);
  if (std::abs(change.unexplained) > 1e-6) text += ", not reproduced " + plus(change.unexplained);
  return text + ".\n" + compared_table(story);
}

}  // namespace

std::string explanation_text(const ForecastStory& story) {
  std::string text =
      fmt::format("{}\n{}\n", story.key.describe(story.key_names), explanation_sentence(story));
  text += fmt::format("Run {}, origin {}.\n", story.run.record.run_id,
                      story.axis.label(story.run.model.origin));
  if (story.run.model.recursive)
    text += "The periods between count as sold as forecast: the forecast is recursive.\n";
  text += scale_text(story.run.model);
  if (!story.run.model.is_zero()) {
    text += kinds_table(story);
    text += features_table(story.run.model);
  }
  if (story.change) text += change_text(story);
  for (const std::string& note : story.notes) text += fmt::format("\nNote: {}.\n", note);
  return text;
}

}  // namespace restock
