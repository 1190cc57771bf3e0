#include "interfaces/cli/job_options.h"

#include <charconv>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "foundation/config/config_file.h"

namespace restock::cli {

OptionSpec config_option(std::string help) {
  return {.name = "config", .value_name = "FILE", .help = std::move(help), .required = true};
}

OptionSpec number_option(const char* name, const char* help, int64_t minimum, int64_t maximum,
                         const char* standard) {
  return {.name = name,
          .kind = ValueKind::kInteger,
          .value_name = "N",
          .help = help,
          .standard = standard,
          .minimum = minimum,
          .maximum = maximum};
}

OptionSpec json_option(std::string help) {
  return {.name = "json", .value_name = "FILE", .help = std::move(help)};
}

OptionSpec memory_option() {
  return {.name = "memory",
          .kind = ValueKind::kBytes,
          .value_name = "SIZE",
          .help = "Keep within SIZE of memory, such as 6GiB.",
          .standard = "memory of [run], else three quarters of the machine"};
}

OptionSpec threads_option() {
  return number_option("threads", "Use N threads; the results do not depend on it.", 1, 1024,
                       "threads of [run], else all cores");
}

OptionSpec seed_option() {
  return number_option("seed", "Seed of everything random.", 0, INT64_MAX, "seed of [run]");
}

Result<RunConfig> configured(const Arguments& arguments) {
  RESTOCK_TRY(RunConfig config, load_run_config(arguments.text("config")));
  if (const auto threads = arguments.integer("threads"))
    config.run.threads = static_cast<int>(*threads);
  if (const auto memory = arguments.integer("memory")) config.run.memory_bytes = *memory;
  if (const auto seed = arguments.integer("seed")) config.run.seed = static_cast<uint64_t>(*seed);
  return config;
}

std::vector<OptionSpec> day_files_options() {
  return {{.name = "sales",
           .value_name = "FILE",
           .help = "Sales history up to the day of the orders; several files may follow.",
           .standard = "[data] files",
           .repeated = true},
          {.name = "state",
           .value_name = "FILE",
           .help = "Stock and open orders at the end of that day, columns as in [inventory].",
           .standard = "[inventory] file"},
          {.name = "as_of",
           .value_name = "DATE",
           .help = "Read no sale dated later; its period is the last one known.",
           .standard = "all sales are read"}};
}

Result<std::optional<Date>> date_argument(const Arguments& arguments, const std::string& option) {
  if (!arguments.has(option)) return std::optional<Date>();
  auto date = Date::parse(arguments.text(option));
  if (!date.ok()) {
    return Error{Code::kInvalidArgument, "--" + option + ": " + date.error().message,
                 "write a day such as 2024-04-08"};
  }
  return std::optional<Date>(*date);
}

Result<double> number_argument(const Arguments& arguments, const std::string& option,
                               double maximum) {
  const std::string& text = arguments.text(option);
  double number = -1;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed == std::errc() && end == text.data() + text.size() && number >= 0 && number <= maximum)
    return number;
  return Error{Code::kInvalidArgument,
               fmt::format("--{} takes numbers from 0 to {}, got '{}'", option, maximum, text), ""};
}

}  // namespace restock::cli
