#include "interfaces/cli/verb.h"

#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "interfaces/cli/doctor_checks.h"
#include "interfaces/cli/help.h"

namespace restock::cli {
namespace {

struct Outcome {
  int code;
  std::string out;
  std::string err;
};

Outcome command(const std::vector<std::string>& words) {
  std::ostringstream out;
  std::ostringstream err;
  Console console{out, err, false, [] { return 0.0; }, [] { return false; }};
  const int code = run_command(words, console);
  return {code, out.str(), err.str()};
}

std::vector<VerbSpec> specs() {
  std::vector<VerbSpec> result;
  for (const Verb& verb : all_verbs()) result.push_back(verb.spec);
  return result;
}

TEST(Command, PrintsItsVersion) {
  const Outcome outcome = command({"--version"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.out, "restock " RESTOCK_VERSION "\n");
}

TEST(Command, ExplainsEveryVerbOnStandardOutput) {
  const std::string overview = command({"help"}).out;
  for (const VerbSpec& verb : specs()) {
    EXPECT_NE(overview.find("\n  " + verb.name + " "), std::string::npos) << verb.name;
    const Outcome help = command({verb.name, "--help"});
    EXPECT_EQ(help.code, 0);
    EXPECT_EQ(help.out, command({"help", verb.name}).out);
    for (const OptionSpec& option : verb.options) {
      EXPECT_NE(help.out.find("--" + option.name), std::string::npos)
          << verb.name << ' ' << option.name;
      EXPECT_TRUE(option.help.ends_with('.')) << verb.name << ' ' << option.name;
    }
  }
}

TEST(Command, KeepsHelpWithin100Columns) {
  for (const VerbSpec& verb : specs()) {
    std::istringstream lines(help_text(verb));
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 100U) << line;
  }
}

TEST(Command, EndsWith2AndASuggestionOnAMisspeltVerb) {
  const Outcome outcome = command({"docter"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(outcome.err,
            "error: restock has no command 'docter'\n"
            "hint: did you mean restock doctor? restock help lists all\n");
}

TEST(Command, EndsWith2WithoutACommand) {
  const Outcome outcome = command({});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_NE(outcome.err.find("Commands:"), std::string::npos);
}

TEST(Command, EndsWith2OnAnUnknownOptionOfAVerb) {
  const Outcome outcome = command({"doctor", "--jsn"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_NE(outcome.err.find("did you mean --json?"), std::string::npos) << outcome.err;
}

TEST(Command, MapsEachKindOfErrorToItsExitCode) {
  std::ostringstream out;
  std::ostringstream err;
  Console console{out, err, false, nullptr, nullptr};
  EXPECT_EQ(report_error({Code::kInvalidArgument, "a", ""}, console), 2);
  EXPECT_EQ(report_error({Code::kInvalidData, "a", ""}, console), 3);
  EXPECT_EQ(report_error({Code::kIo, "a", ""}, console), 4);
  EXPECT_EQ(report_error({Code::kPermission, "a", ""}, console), 5);
  EXPECT_EQ(report_error({Code::kInternal, "a", ""}, console), 70);
  EXPECT_EQ(report_error({Code::kCancelled, "a", ""}, console), 130);
}

TEST(Command, FailsWhenStandardOutputCannotBeWritten) {
  std::ostringstream out;
  std::ostringstream err;
  out.setstate(std::ios::badbit);
  Console console{out, err, false, nullptr, nullptr};
  EXPECT_EQ(run_command({"--version"}, console), 4);
}

TEST(Reference, IsWhatTheProgramPrints) {
  std::ifstream file(RESTOCK_SOURCE_DIR "/docs/reference/cli.md");
  std::ostringstream text;
  text << file.rdbuf();
  EXPECT_EQ(text.str(), reference_markdown(specs()))
      << "write it anew: build/release/bin/restock help --markdown > docs/reference/cli.md";
}

TEST(ManualPage, HidesDashesAndLeadingDotsFromTroff) {
  const VerbSpec verb{
      .name = "brew",
      .description = ".hidden folder\\path",
      .options = {{.name = "dry-run", .kind = ValueKind::kFlag, .help = "Nothing."}}};
  const std::string page = manual_page({verb});
  EXPECT_NE(page.find("\n\\&.hidden folder\\epath\n"), std::string::npos) << page;
  EXPECT_NE(page.find(".B \\-\\-dry\\-run\n"), std::string::npos) << page;
}

TEST(Doctor, ReportsJsonThatParses) {
  const Outcome outcome = command({"doctor", "--json", "--out", testing::TempDir()});
  const auto checks = nlohmann::json::parse(outcome.out);
  ASSERT_TRUE(checks.is_array());
  std::vector<std::string> names;
  bool failed = false;
  for (const auto& check : checks) {
    names.push_back(check.at("name"));
    failed = failed || check.at("state") == "fail";
    EXPECT_EQ(check.at("state") == "ok", check.at("advice") == "") << check.dump();
  }
  EXPECT_EQ(outcome.code, failed ? 4 : 0);
  for (const char* name : {"restock", "duckdb", "extension ducklake", "extension sqlite_scanner",
                           "processor", "cores", "memory", "disk", "writing"}) {
    EXPECT_NE(std::find(names.begin(), names.end(), name), names.end()) << name;
  }
}

TEST(Doctor, FailsAnUnwritableFolderAndSaysWhatToDo) {
  const std::vector<Check> checks = disk_checks("/proc/self");
  ASSERT_FALSE(checks.empty());
  EXPECT_EQ(checks.back().state, CheckState::kFail);
  EXPECT_FALSE(checks.back().advice.empty());
}

TEST(Doctor, ReadsMeminfo) {
  const char* text = "MemTotal:       16 kB\nMemAvailable:    4 kB\n";
  EXPECT_EQ(meminfo_bytes(text, "MemAvailable"), 4096);
  EXPECT_EQ(meminfo_bytes(text, "Mem"), -1);
  EXPECT_EQ(meminfo_bytes("", "MemTotal"), -1);
}

}  // namespace
}  // namespace restock::cli
