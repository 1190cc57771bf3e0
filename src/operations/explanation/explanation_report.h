#pragma once

#include <string>

#include "operations/explanation/explanation.h"
#include "science/features/feature_set.h"

namespace restock {

/// "Friday 14 Feb 2025", "Friday 14 Feb 2025 05:00", "week of Monday 10 Feb 2025", "February 2025".
[[nodiscard]] std::string period_in_words(const TimeAxis& axis, Period period);

/// The forecast in one sentence: "Thursday 12 Dec 2024: 14.2 units; usual level 9.8, promotion
/// x1.35, Thursdays x1.10, all else x0.99." What moves it by less than 2 % is in "all else", so
/// that the numbers multiply out.
[[nodiscard]] std::string explanation_sentence(const ForecastStory& story);

/// Sentence, what it is made of by kind and by feature, and the change if there is one.
[[nodiscard]] std::string explanation_text(const ForecastStory& story);

/// Everything as JSON, for machines. Keys are stable:
///
///   series (key -> value), period, sentence
///   run: run_id, origin, model_sha256, lake_snapshot, source, reason, additive, recursive,
///     target_transform, mixed (direct_share, direct_mean, recursive_mean; of mixed forecasts,
///     whose direct part all that follows is of), published, reconciled, mean (final), combined (by
///     an ensemble), model_mean, own_level, pooled_trend, holiday, bias, kinds (kind, label,
///     profile, trees, factor), features (feature, kind, value, contribution, factor)
///   change: against (as run), old_model_new_data (as run, from source on), total, data, model,
///     reconciliation, overrides, unexplained
///   notes
///
/// Where `additive`, trees and contributions are units, and there is no factor. Under a target
/// transform they are parts of the units that the trees add together.
[[nodiscard]] std::string explanation_json(const ForecastStory& story);

/// What a kind is called in a forecast of this period.
[[nodiscard]] std::string kind_label(const ForecastExplanation& explanation, FeatureKind kind,
                                     const TimeAxis& axis);

}  // namespace restock
