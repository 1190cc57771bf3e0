#include "interfaces/cli/verb.h"

#include <algorithm>
#include <cerrno>
#include <ostream>

#include <fmt/format.h>

#include "foundation/config/suggest.h"
#include "interfaces/cli/help.h"

namespace restock::cli {
namespace {

std::vector<VerbSpec> specifications(const std::vector<Verb>& verbs) {
  std::vector<VerbSpec> specs;
  specs.reserve(verbs.size());
  for (const Verb& verb : verbs) specs.push_back(verb.spec);
  return specs;
}

Error unknown_verb(const std::string& word, const std::vector<Verb>& verbs) {
  std::vector<std::string> names = {"help"};
  for (const Verb& verb : verbs) names.push_back(verb.spec.name);
  const auto nearest = suggest(word, names);
  return Error{Code::kInvalidArgument, fmt::format("restock has no command '{}'", word),
               nearest ? fmt::format("did you mean restock {}? restock help lists all", *nearest)
                       : std::string("restock help lists all commands")};
}

/// `restock help [VERB]`, also as pages for the documentation.
Result<int> show_help(const std::vector<std::string>& words, const std::vector<Verb>& verbs,
                      Console& console) {
  const std::vector<VerbSpec> specs = specifications(verbs);
  if (words.empty()) {
    console.out << overview_text(specs);
  } else if (words[0] == "--markdown") {
    console.out << reference_markdown(specs);
  } else if (words[0] == "--man") {
    console.out << manual_page(specs);
  } else {
    const auto verb = std::find_if(specs.begin(), specs.end(),
                                   [&](const VerbSpec& spec) { return spec.name == words[0]; });
    if (verb == specs.end()) return unknown_verb(words[0], verbs);
    console.out << help_text(*verb);
  }
  return kExitDone;
}

Result<int> dispatch(const std::vector<std::string>& words, const std::vector<Verb>& verbs,
                     Console& console) {
  if (words.empty()) {
    console.err << overview_text(specifications(verbs));
    return Error{Code::kInvalidArgument, "no command given", "for example: restock help"};
  }
  const std::string& name = words[0];
  const std::vector<std::string> rest(words.begin() + 1, words.end());
  if (name == "help" || name == "--help" || name == "-h") return show_help(rest, verbs, console);
  if (name == "--version" || name == "-V" || name == "version") {
    console.out << "restock " << RESTOCK_VERSION << '\n';
    return kExitDone;
  }
  const auto verb = std::find_if(verbs.begin(), verbs.end(), [&](const Verb& candidate) {
    return candidate.spec.name == name;
  });
  if (verb == verbs.end()) return unknown_verb(name, verbs);
  RESTOCK_TRY(const Arguments arguments, parse_arguments(verb->spec, rest));
  if (arguments.help()) {
    console.out << help_text(verb->spec);
    return kExitDone;
  }
  return verb->run(arguments, console);
}

}  // namespace

int run_command(const std::vector<std::string>& words, Console& console) {
  const auto code = dispatch(words, all_verbs(), console);
  const int result = code.ok() ? code.value() : report_error(code.error(), console);
  errno = 0;
  console.out.flush();
  if (!console.out) {
    // Whoever closed the pipe (head, less) has seen enough and wants no message.
    if (errno != EPIPE) console.err << "error: could not write to standard output\n";
    return kExitUnavailable;
  }
  return result;
}

}  // namespace restock::cli
