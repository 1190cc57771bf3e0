#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "foundation/config/run_config.h"
#include "foundation/domain/date.h"
#include "interfaces/cli/command_line.h"

namespace restock::cli {

/// What verbs that work by a configuration have in common: the options, and how they lie on top of
/// the file.

/// --config FILE, required.
[[nodiscard]] OptionSpec config_option(
    std::string help = "Configuration; paths in it are relative to it.");
/// --NAME N within [minimum, maximum]. standard: what holds without it, in words.
[[nodiscard]] OptionSpec number_option(const char* name, const char* help, int64_t minimum,
                                       int64_t maximum, const char* standard);
/// --sales FILE..., --state FILE, --as-of DATE: the files of one day, in place of the
/// configuration's.
[[nodiscard]] std::vector<OptionSpec> day_files_options();
/// A date option; nullopt when absent. Errors: kInvalidArgument naming it.
[[nodiscard]] Result<std::optional<Date>> date_argument(const Arguments& arguments,
                                                        const std::string& option);
/// An option of a number of [0, maximum] that was given. Errors: kInvalidArgument naming it.
[[nodiscard]] Result<double> number_argument(const Arguments& arguments, const std::string& option,
                                             double maximum);
[[nodiscard]] OptionSpec json_option(std::string help);  ///< --json FILE
[[nodiscard]] OptionSpec memory_option();                ///< --memory SIZE
[[nodiscard]] OptionSpec threads_option();               ///< --threads N
[[nodiscard]] OptionSpec seed_option();                  ///< --seed N

/// The configuration file with --threads, --memory and --seed, where they are given, on top.
/// Errors: those of `load_run_config`.
[[nodiscard]] Result<RunConfig> configured(const Arguments& arguments);

}  // namespace restock::cli
