#include "foundation/config/config_file.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "foundation/config/option_table.h"

namespace restock {
namespace {

using testing::HasSubstr;

constexpr const char* kSmallest =
    "[data]\nfiles = [\"sales.csv\"]\ndate = \"day\"\nunits = \"sold\"\n";

std::string error_of(const std::string& text) {
  const auto config = parse_run_config(text, ".", "restock.toml");
  return config.ok() ? "no error" : config.error().message;
}

/// A value unlike the default that the row allows.
struct OtherValue {
  const Option& option;
  void operator()(std::string* field) const {
    *field = option.choices.empty() ? "Größe \"x\" \\ #1" : std::string(option.choices.back());
  }
  void operator()(bool* field) const { *field = !*field; }
  void operator()(int* field) const { *field += *field < option.range.high ? 1 : -1; }
  void operator()(double* field) const { *field = *field * 0.5 + 0.1; }
  void operator()(int64_t* field) const { *field = (int64_t{5} << 30) + 1; }
  void operator()(uint64_t* field) const { *field += 123456789; }
  void operator()(std::vector<std::string>* field) const { *field = {"a b", "tab\there", "c\"d"}; }
  void operator()(std::vector<double>* field) const { *field = {33.3, 66}; }
};

TEST(ConfigFile, ReadsWhatItsDefaultsDoNotSay) {
  const auto config =
      parse_run_config(std::string(kSmallest) +
                           "keys = \"sku\"\n[forecast]\nhorizon = 14\nlevels = [80, 99.5]\n[run]\n"
                           "memory = \"6GiB\"\nseed = 7\n[output]\ncsv = false\n",
                       "/somewhere", "restock.toml");
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_EQ(config->directory, "/somewhere");
  EXPECT_EQ(config->data.files, std::vector<std::string>{"sales.csv"});
  EXPECT_EQ(config->data.keys, std::vector<std::string>{"sku"});
  EXPECT_EQ(config->forecast.horizon, 14);
  EXPECT_EQ(config->forecast.levels, (std::vector<double>{80, 99.5}));
  EXPECT_EQ(config->run.memory_bytes, 6LL << 30);
  EXPECT_EQ(config->run.seed, 7u);
  EXPECT_FALSE(config->output.csv);
  EXPECT_EQ(config->plan.lead_time, PlanConfig().lead_time);
}

TEST(ConfigFile, ReportsEveryProblemWithItsLineInTheOrderOfTheFile) {
  const std::string message = error_of(
      "[data]\nfiles = [\"a\"]\ndate = \"d\"\nunits = 3\n[forecast]\nhorison = 14\nlearning_rate = "
      "1.5\n"
      "levels = [80, 100]\n[plann]\nmoq = 1\n[plan]\nrounding = \"upp\"\nlead_time = 1.5\nhorizon "
      "= 3\n");
  EXPECT_THAT(message, HasSubstr("restock.toml has 8 problems"));
  const std::vector<std::string> wanted = {
      "restock.toml:4: [data] units must be a text, got the number 3",
      "restock.toml:6: unknown option [forecast] horison, did you mean \"horizon\"?",
      "restock.toml:7: [forecast] learning_rate must be above 0 and at most 1, got 1.5",
      "restock.toml:8: [forecast] levels must be above 0 and below 100, got 100",
      "restock.toml:9: unknown section [plann], did you mean [plan]?",
      "restock.toml:12: [plan] rounding must be one of \"up\", \"down\", \"nearest\", got \"upp\"; "
      "did you mean \"up\"?",
      "restock.toml:13: [plan] lead_time must be a whole number, got the number 1.5",
      "restock.toml:14: unknown option [plan] horizon, did you mean [forecast] horizon?"};
  size_t after = 0;
  for (const auto& line : wanted) {
    const size_t place = message.find(line);
    ASSERT_NE(place, std::string::npos) << line << "\nnot in\n" << message;
    EXPECT_GE(place, after) << line;
    after = place;
  }
}

TEST(ConfigFile, NamesTheLineOfBrokenToml) {
  EXPECT_THAT(error_of("[data]\nfiles = [\n\"a\"\nx"), HasSubstr("restock.toml:4:"));
  EXPECT_THAT(error_of("[data]\ndate = \"a\"\ndate = \"b\"\n"), HasSubstr("restock.toml:3:"));
  EXPECT_THAT(error_of("\xff\xfe"), HasSubstr("restock.toml:1:"));
}

TEST(ConfigFile, RefusesSectionNamesThatStartWithAnything) {
  for (const std::string name : {"$x", "=", "\x04ta", ",", "{"}) {
    EXPECT_THAT(error_of("[data]\ndate = \"d\"\n[" + name + "]\nx = 1\n"),
                HasSubstr("restock.toml:3:"))
        << name;
  }
}

TEST(ConfigFile, ReadsAnyLetterInsideQuotesAndRefusesItOutside) {
  const auto config = parse_run_config(
      "[data]\nfiles = ['a#b.csv']  # Käse \"\ndate = \"jour \\\"é\\\"\"\nunits = 'größe'\n", ".",
      "x");
  ASSERT_TRUE(config.ok()) << config.error().message;
  EXPECT_EQ(config->data.units, "größe");
  EXPECT_EQ(config->data.date, "jour \"é\"");
  EXPECT_THAT(error_of("[data]\nunits = é\n"),
              HasSubstr("restock.toml:2: unexpected character outside quotes"));
  EXPECT_THAT(error_of("[data]\nunits = \"x\n"),
              HasSubstr("restock.toml:2: the text in quotes is not closed"));
  EXPECT_THAT(error_of("[data]\nunits = x\"é\"\n"), HasSubstr("restock.toml:2:"));
  EXPECT_THAT(
      error_of("[data]\nunits = \"\xc3\"\n"),
      HasSubstr("restock.toml:2: the text in quotes is not closed on its line, or is no UTF-8"));
  const auto raw = parse_run_config(
      "[data]\nfiles = ['C:\\x\"y']\ndate = \"\\u00e9\\\\\"\nunits = '𝛼'\n", ".", "x");
  ASSERT_TRUE(raw.ok()) << raw.error().message;
  EXPECT_EQ(raw->data.files.at(0), "C:\\x\"y");
  EXPECT_EQ(raw->data.date, "é\\");
  EXPECT_EQ(raw->data.units, "𝛼");
  EXPECT_THAT(error_of("[data]\nunits = \"\"\"x\ny\"\"\"\n"),
              HasSubstr("restock.toml:2: write each text on one line"));
}

TEST(ConfigFile, AsksForWhatIsNeededAndRefusesContradictions) {
  const std::string empty = error_of("");
  EXPECT_THAT(empty, HasSubstr("[data] files is needed"));
  EXPECT_THAT(empty, HasSubstr("[data] date is needed"));
  EXPECT_THAT(empty, HasSubstr("[data] units is needed"));
  EXPECT_THAT(error_of("[data]\nfiles=[\"a\"]\nlayout=\"wide\"\n"),
              HasSubstr("wide_columns is needed"));
  EXPECT_THAT(error_of(std::string(kSmallest) + "price = \"sold\"\n"),
              HasSubstr("column \"sold\" is given as units and as price"));
  EXPECT_THAT(error_of(std::string(kSmallest) + "[forecast]\ntrees_min = 50\ntrees_max = 20\n"),
              HasSubstr("trees_min (50) must not be above trees_max (20)"));
  EXPECT_THAT(error_of("horizon = 3\n"),
              HasSubstr("stands outside a section, put it under [forecast]"));
  EXPECT_THAT(error_of("data = 3\n"), HasSubstr("data is a section: write [data]"));
}

TEST(ConfigFile, RefusesNumbersThatDoNotFit) {
  EXPECT_THAT(error_of(std::string(kSmallest) + "[forecast]\nhorizon = 4294967297\n"),
              HasSubstr("1 to 730"));
  EXPECT_THAT(error_of(std::string(kSmallest) + "[run]\nseed = -1\n"), HasSubstr("seed must be"));
  EXPECT_THAT(error_of(std::string(kSmallest) + "[plan]\nholding_cost = nan\n"),
              HasSubstr("holding_cost must be"));
  EXPECT_THAT(error_of(std::string(kSmallest) + "[plan]\nmoq = inf\n"), HasSubstr("moq must be"));
  EXPECT_THAT(error_of(std::string(kSmallest) + "[run]\nmemory = \"6 gibbons\"\n"),
              HasSubstr("no size of memory"));
}

TEST(ConfigFile, WrittenTextReadsBackTheSameForEveryOption) {
  RunConfig base;
  base.data.files = {"sales.csv"};
  base.data.date = "day";
  base.data.units = "sold";
  for (const Option& option : option_table()) {
    RunConfig changed = base;
    std::visit(OtherValue{option}, option.field(changed));
    // These two only make sense with others.
    if (option.name() == "data.layout") changed.data.wide_columns = "d_.*";
    const std::string text =
        to_toml(changed, {.header = "why\nso", .by_option = {{option.name(), "a\nreason\x01"}}});
    const auto back = parse_run_config(text, ".", "again");
    ASSERT_TRUE(back.ok()) << option.name() << ": " << back.error().message << "\n" << text;
    EXPECT_EQ(to_toml(*back), to_toml(changed)) << option.name();
    EXPECT_NE(to_toml(*back), to_toml(base)) << option.name();
  }
}

TEST(ConfigFile, EveryDefaultLiesInItsOwnRange) {
  std::set<std::string> names;
  const auto sections = option_sections();
  for (const Option& option : option_table()) {
    RunConfig config;
    EXPECT_TRUE(names.insert(option.name()).second) << option.name() << " twice";
    EXPECT_EQ(option.doc.back(), '.') << option.name();
    const OptionField field = option.field(config);
    if (auto* const* text = std::get_if<std::string*>(&field);
        text != nullptr && !option.choices.empty()) {
      EXPECT_THAT(option.choices, testing::Contains(**text)) << option.name();
    }
    if (auto* const* number = std::get_if<int*>(&field)) {
      EXPECT_TRUE(option.range.holds(**number)) << option.name();
    }
    if (auto* const* number = std::get_if<double*>(&field)) {
      EXPECT_TRUE(option.range.holds(**number)) << option.name();
    }
  }
}

TEST(ConfigFile, LoadsFromAFolderAndRefusesToOverwrite) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("restock_config_" + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  const std::string path = (folder / "restock.toml").string();
  RunConfig config;
  config.data.files = {"x.csv"};
  config.data.date = "d";
  config.data.units = "u";
  ASSERT_TRUE(write_run_config(config, path).ok());
  const auto loaded = load_run_config(path);
  ASSERT_TRUE(loaded.ok()) << loaded.error().message;
  EXPECT_EQ(loaded->directory, folder.string());
  EXPECT_THAT(write_run_config(config, path).error().message, HasSubstr("exists"));
  const auto missing = load_run_config((folder / "no.toml").string());
  EXPECT_EQ(missing.error().code, Code::kIo);
  EXPECT_THAT(missing.error().message, HasSubstr("no.toml"));
  EXPECT_EQ(load_run_config(folder.string()).error().code, Code::kIo);
  std::filesystem::remove_all(folder);
}

TEST(ConfigReference, IsCurrent) {
  const std::string path = std::string(RESTOCK_SOURCE_DIR) + "/docs/reference/config.md";
  const std::string wanted = config_reference_markdown();
  if (std::getenv("RESTOCK_UPDATE_DOCS") != nullptr) {
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path) << wanted;
  }
  std::ostringstream seen;
  seen << std::ifstream(path).rdbuf();
  EXPECT_EQ(seen.str(), wanted) << "renew it: RESTOCK_UPDATE_DOCS=1 restock_config_test";
}

}  // namespace
}  // namespace restock
