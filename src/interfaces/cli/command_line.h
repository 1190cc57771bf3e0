#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "foundation/base/result.h"

namespace restock::cli {

enum class ValueKind {
  kFlag,     ///< Takes no value.
  kText,     ///< Any text.
  kInteger,  ///< A whole number in [minimum, maximum].
  kBytes,    ///< A size such as 6GiB.
};

/// One option of a verb. Parser, checks, help, the reference page and the man page all come from
/// this row.
struct OptionSpec {
  std::string name;  ///< Without dashes: "holdout".
  ValueKind kind = ValueKind::kText;
  std::string value_name;  ///< As shown in help: "N"; empty for flags.
  std::string help;        ///< One sentence.
  std::string
      standard;  ///< What holds when the option is absent, in words; empty = nothing to say.
  bool required = false;
  bool repeated = false;  ///< Takes one or more values up to the next option.
  int64_t minimum = 0;
  int64_t maximum = INT64_MAX;
  std::vector<std::string> choices;  ///< Allowed values of a kText option; empty = any.
};

/// What a verb takes on the command line.
struct VerbSpec {
  std::string name;
  std::string summary;        ///< One line for the list of verbs.
  std::string description;    ///< A paragraph or two.
  std::string argument_name;  ///< Free argument, for instance "SQL"; empty = none is taken.
  std::string argument_help;
  std::vector<OptionSpec> options;
  std::vector<std::string> examples;
};

/// The values given to one verb, checked against its specification.
class Arguments {
 public:
  [[nodiscard]] bool has(const std::string& option) const { return values_.contains(option); }
  /// The option's text; empty when absent. Of a repeated option, the first.
  [[nodiscard]] std::string text(const std::string& option) const;
  [[nodiscard]] std::vector<std::string> texts(const std::string& option) const;
  /// Value of a kInteger or kBytes (bytes) option; nullopt when absent.
  [[nodiscard]] std::optional<int64_t> integer(const std::string& option) const;
  /// The free argument; nullopt when absent.
  [[nodiscard]] const std::optional<std::string>& argument() const { return argument_; }
  /// True when --help or -h was among the arguments; nothing else is checked then.
  [[nodiscard]] bool help() const { return help_; }

  void add(const std::string& option, std::string text) {
    values_[option].push_back(std::move(text));
  }
  void add(const std::string& option, int64_t number) { integers_[option] = number; }
  void set_argument(std::string text) { argument_ = std::move(text); }
  void set_help() { help_ = true; }

 private:
  std::map<std::string, std::vector<std::string>> values_;
  std::map<std::string, int64_t> integers_;
  std::optional<std::string> argument_;
  bool help_ = false;
};

/// Read what follows `restock VERB`: `--name value`, `--name=value`, `--flag`, `--` ends options.
///
/// Errors: kInvalidArgument naming the option, what was given and what is allowed; a misspelt
/// option is answered with the nearest one.
[[nodiscard]] Result<Arguments> parse_arguments(const VerbSpec& verb,
                                                const std::vector<std::string>& words);

}  // namespace restock::cli
