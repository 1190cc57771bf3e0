#include "interfaces/cli/job_options.h"

#include <utility>

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

}  // namespace restock::cli
