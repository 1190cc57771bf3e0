#include "interfaces/cli/command_line.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "foundation/config/byte_size.h"
#include "foundation/config/suggest.h"

namespace restock::cli {
namespace {

const OptionSpec* find_option(const VerbSpec& verb, const std::string& name) {
  const auto found = std::find_if(verb.options.begin(), verb.options.end(),
                                  [&](const OptionSpec& option) { return option.name == name; });
  return found == verb.options.end() ? nullptr : &*found;
}

std::string see_help(const VerbSpec& verb) {
  return fmt::format("see restock {} --help", verb.name);
}

Error unknown_option(const VerbSpec& verb, const std::string& word, const std::string& name) {
  std::vector<std::string> names = {"help"};
  for (const OptionSpec& option : verb.options) names.push_back(option.name);
  const auto nearest = suggest(name, names);
  const std::string hint = nearest ? fmt::format("did you mean --{}? ", *nearest) : "";
  return Error{Code::kInvalidArgument,
               fmt::format("restock {} has no option '{}'", verb.name, word),
               hint + see_help(verb)};
}

Result<int64_t> parse_integer(const OptionSpec& option, const std::string& text) {
  int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [rest, problem] = std::from_chars(text.data(), end, value);
  const std::string allowed =
      option.maximum == INT64_MAX
          ? fmt::format("a whole number of at least {}", option.minimum)
          : fmt::format("a whole number from {} to {}", option.minimum, option.maximum);
  if (text.empty() || problem != std::errc() || rest != end || value < option.minimum ||
      value > option.maximum) {
    return Error{
        Code::kInvalidArgument, fmt::format("--{} needs {}, got '{}'", option.name, allowed, text),
        fmt::format("for example --{} {}", option.name, std::max<int64_t>(option.minimum, 1))};
  }
  return value;
}

Status add_value(const VerbSpec& verb, const OptionSpec& option, const std::string& text,
                 Arguments& arguments) {
  if (arguments.has(option.name) && !option.repeated) {
    return Error{Code::kInvalidArgument, fmt::format("--{} is given twice", option.name),
                 see_help(verb)};
  }
  if (!option.choices.empty() &&
      std::find(option.choices.begin(), option.choices.end(), text) == option.choices.end()) {
    const auto nearest = suggest(text, option.choices);
    return Error{Code::kInvalidArgument,
                 fmt::format("--{} must be one of {}, got '{}'", option.name,
                             fmt::join(option.choices, ", "), text),
                 nearest ? fmt::format("did you mean {}?", *nearest) : see_help(verb)};
  }
  if (option.kind == ValueKind::kInteger) {
    RESTOCK_TRY(const int64_t number, parse_integer(option, text));
    arguments.add(option.name, number);
  } else if (option.kind == ValueKind::kBytes) {
    auto bytes = parse_byte_size(text);
    if (!bytes.ok()) {
      return Error{Code::kInvalidArgument,
                   fmt::format("--{}: {}", option.name, bytes.error().message), bytes.error().hint};
    }
    arguments.add(option.name, bytes.value());
  }
  arguments.add(option.name, text);
  return {};
}

bool looks_like_option(const std::string& word) {
  return word.size() > 1 && word[0] == '-';
}

/// Read the option at words[at] with its values; returns the position after them.
Result<size_t> read_option(const VerbSpec& verb, const std::vector<std::string>& words, size_t at,
                           Arguments& arguments) {
  const std::string& word = words[at++];
  const size_t equals = word.find('=');
  const size_t dashes = word.starts_with("--") ? 2 : 1;
  std::string name = word.substr(dashes, equals == std::string::npos ? equals : equals - dashes);
  // Names are spelt as in the configuration; the dash that other programs use is understood too.
  std::replace(name.begin(), name.end(), '-', '_');
  const OptionSpec* option = dashes == 2 ? find_option(verb, name) : nullptr;
  if (option == nullptr) return unknown_option(verb, word.substr(0, equals), name);
  if (option->kind == ValueKind::kFlag) {
    if (equals != std::string::npos) {
      return Error{Code::kInvalidArgument, fmt::format("--{} takes no value, got '{}'", name, word),
                   fmt::format("write --{}", name)};
    }
    arguments.add(name, "true");
    return at;
  }
  const std::string allowed = fmt::format("for example --{} {}", name, option->value_name);
  if (equals != std::string::npos) {
    RESTOCK_TRY(add_value(verb, *option, word.substr(equals + 1), arguments));
    return at;
  }
  // A negative number is a value, any other word with a dash is the next option.
  const auto is_value = [&](size_t i) {
    return i < words.size() &&
           (!looks_like_option(words[i]) || (words[i][1] >= '0' && words[i][1] <= '9'));
  };
  if (!is_value(at)) {
    return Error{Code::kInvalidArgument, fmt::format("--{} needs a value", name), allowed};
  }
  do {
    RESTOCK_TRY(add_value(verb, *option, words[at++], arguments));
  } while (option->repeated && is_value(at));
  return at;
}

Status add_free_argument(const VerbSpec& verb, const std::string& word, Arguments& arguments) {
  if (verb.argument_name.empty()) {
    return Error{Code::kInvalidArgument,
                 fmt::format("restock {} takes options only, got '{}'", verb.name, word),
                 see_help(verb)};
  }
  if (arguments.argument().has_value()) {
    return Error{Code::kInvalidArgument,
                 fmt::format("restock {} takes one {}, got a second: '{}'", verb.name,
                             verb.argument_name, word),
                 "put it in quotes if it contains spaces"};
  }
  arguments.set_argument(word);
  return {};
}

}  // namespace

std::string Arguments::text(const std::string& option) const {
  const auto found = values_.find(option);
  return found == values_.end() ? std::string() : found->second.front();
}

std::vector<std::string> Arguments::texts(const std::string& option) const {
  const auto found = values_.find(option);
  return found == values_.end() ? std::vector<std::string>() : found->second;
}

std::optional<int64_t> Arguments::integer(const std::string& option) const {
  const auto found = integers_.find(option);
  return found == integers_.end() ? std::nullopt : std::optional(found->second);
}

Result<Arguments> parse_arguments(const VerbSpec& verb, const std::vector<std::string>& words) {
  Arguments arguments;
  bool options_ended = false;
  for (const std::string& word : words) {
    if (word == "--") break;
    if (word == "--help" || word == "-h") {
      arguments.set_help();
      return arguments;
    }
  }
  for (size_t at = 0; at < words.size();) {
    const std::string& word = words[at];
    if (!options_ended && word == "--") {
      options_ended = true;
      ++at;
    } else if (!options_ended && looks_like_option(word)) {
      RESTOCK_TRY(at, read_option(verb, words, at, arguments));
    } else {
      RESTOCK_TRY(add_free_argument(verb, word, arguments));
      ++at;
    }
  }
  for (const OptionSpec& option : verb.options) {
    if (option.required && !arguments.has(option.name)) {
      return Error{
          Code::kInvalidArgument,
          fmt::format("restock {} needs --{} {}", verb.name, option.name, option.value_name),
          see_help(verb)};
    }
  }
  return arguments;
}

}  // namespace restock::cli
