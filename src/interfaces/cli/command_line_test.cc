#include "interfaces/cli/command_line.h"

#include <gtest/gtest.h>

namespace restock::cli {
namespace {

VerbSpec spec() {
  return {.name = "brew",
          .summary = "Make tea",
          .description = "Makes tea.",
          .argument_name = "LEAF",
          .argument_help = "Which leaf.",
          .options = {{.name = "cups",
                       .kind = ValueKind::kInteger,
                       .value_name = "N",
                       .minimum = 1,
                       .maximum = 12},
                      {.name = "memory", .kind = ValueKind::kBytes, .value_name = "SIZE"},
                      {.name = "milk", .kind = ValueKind::kFlag},
                      {.name = "from", .value_name = "FILE", .repeated = true},
                      {.name = "style", .value_name = "NAME", .choices = {"green", "black"}}},
          .examples = {}};
}

Arguments parsed(const std::vector<std::string>& words) {
  auto arguments = parse_arguments(spec(), words);
  EXPECT_TRUE(arguments.ok()) << arguments.error().message;
  return arguments.value();
}

Error refused(const std::vector<std::string>& words) {
  const auto arguments = parse_arguments(spec(), words);
  EXPECT_FALSE(arguments.ok());
  return arguments.ok() ? Error{} : arguments.error();
}

TEST(CommandLine, ReadsValuesFlagsAndTheFreeArgument) {
  const Arguments arguments = parsed({"--cups", "3", "assam", "--milk", "--memory=1.5GiB"});
  EXPECT_EQ(arguments.integer("cups"), 3);
  EXPECT_EQ(arguments.integer("memory"), 1610612736);
  EXPECT_TRUE(arguments.has("milk"));
  EXPECT_FALSE(arguments.has("style"));
  EXPECT_EQ(arguments.integer("style"), std::nullopt);
  EXPECT_EQ(arguments.argument(), "assam");
}

TEST(CommandLine, TakesSeveralValuesUpToTheNextOption) {
  const Arguments arguments = parsed({"--from", "a.csv", "b.csv", "--milk", "--from", "c.csv"});
  EXPECT_EQ(arguments.texts("from"), (std::vector<std::string>{"a.csv", "b.csv", "c.csv"}));
}

TEST(CommandLine, TakesWordsAfterTwoDashesAsTheyAre) {
  EXPECT_EQ(parsed({"--milk", "--", "--cups"}).argument(), "--cups");
}

TEST(CommandLine, UnderstandsDashesInsideNames) {
  VerbSpec verb = spec();
  verb.options.push_back({.name = "two_words", .kind = ValueKind::kFlag});
  EXPECT_TRUE(parse_arguments(verb, {"--two-words"}).value().has("two_words"));
}

TEST(CommandLine, KeepsEqualSignsInsideValues) {
  EXPECT_EQ(parsed({"--from=a=b.csv"}).text("from"), "a=b.csv");
}

TEST(CommandLine, AsksForHelpWhateverElseIsWrong) {
  EXPECT_TRUE(parsed({"--cups", "many", "-h"}).help());
}

TEST(CommandLine, AnswersAMisspeltOptionWithTheNearest) {
  const Error error = refused({"--cusp", "3"});
  EXPECT_EQ(error.code, Code::kInvalidArgument);
  EXPECT_EQ(error.message, "restock brew has no option '--cusp'");
  EXPECT_EQ(error.hint, "did you mean --cups? see restock brew --help");
}

TEST(CommandLine, TreatsASingleDashAsAMisspeltOption) {
  EXPECT_EQ(refused({"-milk"}).hint, "did you mean --milk? see restock brew --help");
}

TEST(CommandLine, NamesTheAllowedRangeOfANumber) {
  for (const char* text : {"0", "13", "three", "3.5", "", "99999999999999999999", "-1"}) {
    EXPECT_EQ(refused({"--cups", text}).message,
              std::string("--cups needs a whole number from 1 to 12, got '") + text + "'");
  }
}

TEST(CommandLine, RefusesAnUnknownChoiceWithTheNearest) {
  const Error error = refused({"--style", "blak"});
  EXPECT_EQ(error.message, "--style must be one of green, black, got 'blak'");
  EXPECT_EQ(error.hint, "did you mean black?");
}

TEST(CommandLine, RefusesAMissingValueAndASecondOne) {
  EXPECT_EQ(refused({"--cups"}).message, "--cups needs a value");
  EXPECT_EQ(refused({"--cups", "--milk"}).message, "--cups needs a value");
  EXPECT_EQ(refused({"--cups", "1", "--cups", "2"}).message, "--cups is given twice");
  EXPECT_EQ(refused({"--milk=yes"}).message, "--milk takes no value, got '--milk=yes'");
}

TEST(CommandLine, RefusesASizeThatIsNone) {
  EXPECT_NE(refused({"--memory", "much"}).message.find("--memory: "), std::string::npos);
}

TEST(CommandLine, RefusesASecondFreeArgument) {
  EXPECT_EQ(refused({"assam", "ceylon"}).message,
            "restock brew takes one LEAF, got a second: 'ceylon'");
}

TEST(CommandLine, NamesARequiredOptionThatIsMissing) {
  VerbSpec strict = spec();
  strict.options[0].required = true;
  EXPECT_EQ(parse_arguments(strict, {}).error().message, "restock brew needs --cups N");
}

}  // namespace
}  // namespace restock::cli
