#include <algorithm>
#include <ostream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "interfaces/cli/doctor_checks.h"
#include "interfaces/cli/verb.h"

namespace restock::cli {
namespace {

void print_text(const std::vector<Check>& checks, std::ostream& out) {
  size_t width = 0;
  for (const Check& check : checks) width = std::max(width, check.name.size());
  for (const Check& check : checks) {
    out << fmt::format("{:4}  {:{}}  {}\n", check_state_name(check.state), check.name, width,
                       check.detail);
    if (!check.advice.empty()) out << fmt::format("      {:{}}  -> {}\n", "", width, check.advice);
  }
}

void print_json(const std::vector<Check>& checks, std::ostream& out) {
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  for (const Check& check : checks) {
    json.push_back({{"name", check.name},
                    {"state", check_state_name(check.state)},
                    {"detail", check.detail},
                    {"advice", check.advice}});
  }
  out << json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << '\n';
}

Result<int> run_doctor(const Arguments& arguments, Console& console) {
  std::vector<Check> checks = library_checks();
  for (Check& check : processor_checks()) checks.push_back(std::move(check));
  checks.push_back(memory_check());
  const std::string directory = arguments.has("out") ? arguments.text("out") : ".";
  for (Check& check : disk_checks(directory)) checks.push_back(std::move(check));
  arguments.has("json") ? print_json(checks, console.out) : print_text(checks, console.out);
  const bool failed = std::any_of(checks.begin(), checks.end(), [](const Check& check) {
    return check.state == CheckState::kFail;
  });
  return failed ? kExitUnavailable : kExitDone;
}

}  // namespace

Verb doctor_verb() {
  Verb verb;
  verb.spec = {
      .name = "doctor",
      .summary = "Check that this machine is fit for Restock",
      .description =
          "Checks versions, extensions, the processor, memory and the disk, and says what to do "
          "about each "
          "finding. Ends with 0 when nothing failed (warnings included), with 4 otherwise.",
      .options = {{.name = "out",
                   .value_name = "DIR",
                   .help = "Folder whose disk is checked; it need not exist.",
                   .standard = "the current folder"},
                  {.name = "json",
                   .kind = ValueKind::kFlag,
                   .help = "Print the findings as JSON."}},
      .examples = {"restock doctor", "restock doctor --out restock-out --json"},
  };
  verb.run = run_doctor;
  return verb;
}

}  // namespace restock::cli
