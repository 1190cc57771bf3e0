#include "interfaces/cli/help.h"

#include <array>
#include <sstream>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace restock::cli {
namespace {

constexpr size_t kColumns = 100;
constexpr std::string_view kPurpose = "forecasts demand and proposes orders from a sales history.";

constexpr std::array<std::pair<int, std::string_view>, 8> kExitCodes = {{
    {0, "done"},
    {1, "done, with quarantined rows or failed gates"},
    {2, "the command line or the configuration is wrong"},
    {3, "the data cannot be used as it is"},
    {4, "reading or writing failed, or something needed is unavailable"},
    {5, "the system refused access"},
    {70, "a fault of Restock"},
    {130, "stopped by Ctrl-C or SIGTERM"},
}};

/// Words of `text` in lines of at most `width` columns, each line after the first indented.
std::string wrapped(std::string_view text, size_t indent, size_t width) {
  std::istringstream words{std::string(text)};
  std::string result;
  std::string word;
  size_t column = indent;
  while (words >> word) {
    if (column > indent && column + 1 + word.size() > width) {
      result += '\n' + std::string(indent, ' ');
      column = indent;
    } else if (column > indent) {
      result += ' ';
      ++column;
    }
    result += word;
    column += word.size();
  }
  return result;
}

std::string option_usage(const OptionSpec& option) {
  std::string text = "--" + option.name;
  if (option.kind != ValueKind::kFlag) text += ' ' + option.value_name;
  if (option.repeated) text += "...";
  return text;
}

std::string usage(const VerbSpec& verb) {
  std::string text = "restock " + verb.name;
  for (const OptionSpec& option : verb.options) {
    if (option.required) text += ' ' + option_usage(option);
  }
  if (!verb.argument_name.empty()) text += " [" + verb.argument_name + ']';
  for (const OptionSpec& option : verb.options) {
    if (!option.required) text += " [" + option_usage(option) + ']';
  }
  return text;
}

std::string option_help(const OptionSpec& option) {
  std::string text = option.help;
  if (!option.choices.empty()) text += fmt::format(" One of: {}.", fmt::join(option.choices, ", "));
  if (!option.standard.empty()) text += fmt::format(" Default: {}.", option.standard);
  return text;
}

/// Backslashes and leading dots mean something to troff.
std::string troff(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '\\')
      result += "\\e";
    else if (c == '-')
      result += "\\-";
    else if ((c == '.' || c == '\'') && (result.empty() || result.back() == '\n'))
      result += fmt::format("\\&{}", c);
    else
      result += c;
  }
  return result;
}

/// A bar would end the cell of a table.
std::string cell(std::string_view text) {
  std::string result;
  for (const char c : text) result += c == '|' ? "\\|" : std::string(1, c);
  return result;
}

}  // namespace

std::string overview_text(const std::vector<VerbSpec>& verbs) {
  std::string text = fmt::format("Restock {} {}\n\nUsage: restock COMMAND [OPTIONS]\n\nCommands:\n",
                                 RESTOCK_VERSION, kPurpose);
  for (const VerbSpec& verb : verbs) text += fmt::format("  {:10} {}\n", verb.name, verb.summary);
  text += fmt::format("  {:10} {}\n", "help", "Explain a command: restock help run");
  text += "\nOptions:\n  -h, --help      This page, or that of a command\n";
  text += "  -V, --version   The version\n\nExit codes:\n";
  for (const auto& [code, meaning] : kExitCodes) text += fmt::format("  {:3}  {}\n", code, meaning);
  return text;
}

std::string help_text(const VerbSpec& verb) {
  std::string text = wrapped(verb.description, 0, kColumns) +
                     "\n\nUsage: " + wrapped(usage(verb), 7, kColumns) + '\n';
  if (!verb.argument_name.empty()) {
    text += fmt::format("\nArgument:\n  {:22}{}\n", verb.argument_name,
                        wrapped(verb.argument_help, 24, kColumns));
  }
  text += "\nOptions:\n";
  for (const OptionSpec& option : verb.options) {
    const std::string name = option_usage(option);
    // A long name gets a line of its own.
    const std::string gap =
        name.size() > 21 ? "\n" + std::string(24, ' ') : std::string(22 - name.size(), ' ');
    text += "  " + name + gap + wrapped(option_help(option), 24, kColumns) + '\n';
  }
  text += fmt::format("  {:22}{}\n", "-h, --help", "This page.");
  if (!verb.examples.empty()) text += "\nExamples:\n";
  for (const std::string& example : verb.examples) text += "  " + example + '\n';
  return text;
}

std::string reference_markdown(const std::vector<VerbSpec>& verbs) {
  std::string text =
      "# Command line\n\nMade from the program's own tables by `restock help --markdown`; a test "
      "keeps it so.\n";
  for (const VerbSpec& verb : verbs) {
    text += fmt::format("\n## restock {}\n\n{}\n\n```\n{}\n```\n\n", verb.name,
                        wrapped(verb.description, 0, kColumns), wrapped(usage(verb), 4, kColumns));
    text += "| Option | Meaning |\n|---|---|\n";
    if (!verb.argument_name.empty()) {
      text += fmt::format("| `{}` | {} |\n", verb.argument_name, cell(verb.argument_help));
    }
    for (const OptionSpec& option : verb.options) {
      text += fmt::format("| `{}` | {}{} |\n", option_usage(option), cell(option_help(option)),
                          option.required ? " Required." : "");
    }
    if (!verb.examples.empty()) text += "\n```sh\n";
    for (const std::string& example : verb.examples) text += example + '\n';
    if (!verb.examples.empty()) text += "```\n";
  }
  text += "\n## Exit codes\n\n| Code | Meaning |\n|---|---|\n";
  for (const auto& [code, meaning] : kExitCodes)
    text += fmt::format("| {} | {} |\n", code, meaning);
  return text;
}

std::string manual_page(const std::vector<VerbSpec>& verbs) {
  std::string text = fmt::format(".TH RESTOCK 1 \"\" \"restock {}\"\n.SH NAME\nrestock \\- {}\n",
                                 RESTOCK_VERSION, troff(kPurpose));
  text += ".SH SYNOPSIS\n.B restock\n.I COMMAND\n[\\fIOPTIONS\\fR]\n.SH COMMANDS\n";
  for (const VerbSpec& verb : verbs) {
    text += fmt::format(".SS {}\n{}\n", troff(usage(verb)), troff(verb.description));
    for (const OptionSpec& option : verb.options) {
      text +=
          fmt::format(".TP\n.B {}\n{}\n", troff(option_usage(option)), troff(option_help(option)));
    }
  }
  text += ".SH EXIT STATUS\n";
  for (const auto& [code, meaning] : kExitCodes)
    text += fmt::format(".TP\n.B {}\n{}\n", code, troff(meaning));
  return text;
}

}  // namespace restock::cli
