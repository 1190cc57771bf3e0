#pragma once

#include <map>
#include <string>
#include <string_view>

#include "foundation/base/result.h"
#include "foundation/config/run_config.h"

namespace restock {

/// Comments for `to_toml`: what goes on top of the file, and a reason above single options
/// ("data.units").
struct ConfigNotes {
  std::string header;
  std::map<std::string, std::string> by_option;
};

/// Read restock.toml; `directory` of the result is the folder of `path`.
/// Errors: kIo if the file cannot be read; kInvalidArgument with every problem found, each with its
/// line.
[[nodiscard]] Result<RunConfig> load_run_config(const std::string& path);

/// As `load_run_config`, from the text of the file. `name` stands for the file in messages.
[[nodiscard]] Result<RunConfig> parse_run_config(std::string_view text,
                                                 const std::string& directory,
                                                 const std::string& name);

/// What no single row of the option table can say: options that need each other or contradict each
/// other. Errors: kInvalidArgument with every problem found.
[[nodiscard]] Status check_run_config(const RunConfig& config);

/// Commented text of restock.toml: every option with its meaning; those at their default are
/// commented out. `parse_run_config` reads it back to the same configuration. Precondition: texts
/// are valid UTF-8.
[[nodiscard]] std::string to_toml(const RunConfig& config, const ConfigNotes& notes = {});

/// Write `to_toml` to a file that does not exist yet. Errors: kIo if it exists or cannot be
/// written.
[[nodiscard]] Status write_run_config(const RunConfig& config, const std::string& path,
                                      const ConfigNotes& notes = {});

/// docs/reference/config.md: every option with type, default, allowed values and meaning.
[[nodiscard]] std::string config_reference_markdown();

}  // namespace restock
