#include "operations/tuning/tuning_report.h"

#include <filesystem>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "operations/publish/number_text.h"

namespace restock {
namespace {

using Json = nlohmann::ordered_json;

int windows_of(const TuningResult& r) {
  return static_cast<int>(r.origins.size());
}

double mean_loss(const TuningResult& r, size_t trial) {
  return r.trials[trial].mean_loss(windows_of(r));
}

Json value_json(const TunedParameter& parameter, double value) {
  if (!parameter.choices.empty()) return value_text(parameter, value);
  if (parameter.whole) return static_cast<int64_t>(value);
  return value;
}

Json parameters_json(const TuningResult& r, const Configuration& values) {
  Json json = Json::object();
  for (size_t d = 0; d < r.space.size(); ++d)
    json[r.space[d].name] = value_json(r.space[d], values[d]);
  return json;
}

Json last_window_json(const LastWindowRecord& record) {
  return {{"trial", record.trial}, {"wape", record.wape},   {"rmsse", record.rmsse},
          {"mase", record.mase},   {"rmse", record.rmse},   {"mae", record.mae},
          {"bias", record.bias},   {"trees", record.trees}, {"model_sha256", record.model_sha256}};
}

std::string line(std::string_view name, const std::string& text) {
  return fmt::format("  {:<14}{}\n", name, text);
}

std::string budget_line(const TuningResult& r) {
  std::string text = duration_text(r.seconds_spent);
  if (r.request.price_per_hour > 0)
    text += fmt::format(", {:.2f} of money", r.seconds_spent / 3600 * r.request.price_per_hour);
  if (r.seconds_limit) text += fmt::format(" of {} allowed", duration_text(*r.seconds_limit));
  if (r.sessions > 1)
    text += fmt::format(", in {} sessions; {} of {} evaluations were on record", r.sessions,
                        r.evaluations_before, r.evaluations);
  return text;
}

std::string scores_table(const TuningResult& r) {
  std::string text = fmt::format("  {:<14}{:>18}{:>14}{:>10}{:>10}\n", "",
                                 r.request.measure + " before", "WAPE % last", "RMSSE", "bias %");
  const auto row = [&](const char* name, size_t trial, const LastWindowRecord& last) {
    text += fmt::format("    {:<12}{:>18}{:>14}{:>10}{:>10}\n", name, fixed(mean_loss(r, trial), 4),
                        fixed(last.wape, 2), fixed(last.rmsse, 4), fixed(last.bias, 2));
  };
  row("configured", 0, r.configured);
  row("tuned", r.chosen, r.tuned);
  return text;
}

}  // namespace

std::string tuning_text(const TuningResult& r) {
  std::string text = fmt::format(
      "Tried {} ({} search, {} evaluations) on {} windows of {} periods after {}..{}.\n",
      counted(static_cast<int64_t>(r.trials.size()) - 1, "configuration", "configurations"),
      search_method_name(r.request.method), r.evaluations, windows_of(r), r.horizon,
      r.axis.label(r.origins.back()), r.axis.label(r.origins.front()));
  text += line("Spent", budget_line(r));
  if (r.ended_by_budget) text += line("Ended", "by the budget, not by the number of trials");
  text +=
      line("Scores", fmt::format("before: mean of the windows; last: {} periods after {}, which "
                                 "no choice has seen",
                                 r.horizon, r.axis.label(r.last_origin)));
  text += scores_table(r);
  if (r.chosen == 0) {
    text += line("Chosen", "the configured options: nothing tried was better on all windows");
  } else {
    const Configuration& values = r.trials[r.chosen].configuration;
    std::string chosen = fmt::format("trial {}:", r.chosen);
    for (size_t d = 0; d < r.space.size(); ++d) {
      chosen += fmt::format("{} {} {}", d > 0 ? "," : "", r.space[d].name,
                            value_text(r.space[d], values[d]));
    }
    text += line("Chosen", chosen);
  }
  for (const std::string& note : r.notes) text += line("Note", note);
  text += line("Written to", r.directory);
  if (r.chosen != 0) {
    text += line("Next", fmt::format("put {} into your restock.toml",
                                     (std::filesystem::path(r.directory) / "tuned.toml").string()));
  }
  return text;
}

std::string tuning_json(const TuningResult& r) {
  Json json = {{"method", search_method_name(r.request.method)},
               {"measure", r.request.measure},
               {"seed", r.options.seed},
               {"series", r.series},
               {"horizon", r.horizon},
               {"windows", windows_of(r)},
               {"step", r.step},
               {"eta", r.options.eta}};
  json["origins"] = Json::array();
  for (const Period origin : r.origins) json["origins"].push_back(r.axis.label(origin));
  json["last_origin"] = r.axis.label(r.last_origin);
  json["trials"] = Json::array();
  for (size_t t = 0; t < r.trials.size(); ++t) {
    const Trial& trial = r.trials[t];
    json["trials"].push_back({{"trial", t},
                              {"parameters", parameters_json(r, trial.configuration)},
                              {"losses", trial.losses},
                              {"loss", trial.mean_loss(static_cast<int>(trial.losses.size()))},
                              {"judged_on_all_windows", trial.has(windows_of(r))}});
  }
  json["chosen"] = r.chosen;
  json["chosen_parameters"] = parameters_json(r, r.trials[r.chosen].configuration);
  json["loss_configured"] = mean_loss(r, 0);
  json["loss_tuned"] = mean_loss(r, r.chosen);
  json["ended_by_budget"] = r.ended_by_budget;
  json["last_window"] = {{"configured", last_window_json(r.configured)},
                         {"tuned", last_window_json(r.tuned)}};
  json["evaluations"] = r.evaluations;
  json["evaluations_before"] = r.evaluations_before;
  json["spent"] = {{"seconds", r.seconds_spent},
                   {"seconds_limit", r.seconds_limit ? Json(*r.seconds_limit) : Json(nullptr)},
                   {"sessions", r.sessions},
                   {"money", r.request.price_per_hour > 0
                                 ? Json(r.seconds_spent / 3600 * r.request.price_per_hour)
                                 : Json(nullptr)}};
  json["memory"] = {{"budget_bytes", r.memory_budget_bytes},
                    {"predicted_bytes", r.memory_predicted_bytes},
                    {"peak_rss_bytes", r.peak_rss_bytes}};
  json["directory"] = r.directory;
  json["notes"] = r.notes;
  return json.dump(2) + "\n";
}

std::string tuned_toml(const TuningResult& r) {
  std::string text = fmt::format(
      "# Found by restock tune: trial {} of {}, {} {} against {} of the configured options,\n"
      "# the mean of {} windows of {} periods that end before the last {} of the history.\n",
      r.chosen, r.trials.size() - 1, r.request.measure, fixed(mean_loss(r, r.chosen), 4),
      fixed(mean_loss(r, 0), 4), windows_of(r), r.horizon, r.horizon);
  if (r.chosen == 0) return text + "# Nothing tried was better: the configured options stay.\n";
  text += "[forecast]\n";
  const Configuration& values = r.trials[r.chosen].configuration;
  for (size_t d = 0; d < r.space.size(); ++d) {
    const std::string value = value_text(r.space[d], values[d]);
    text += r.space[d].choices.empty() ? fmt::format("{} = {}\n", r.space[d].name, value)
                                       : fmt::format("{} = \"{}\"\n", r.space[d].name, value);
  }
  return text;
}

}  // namespace restock
