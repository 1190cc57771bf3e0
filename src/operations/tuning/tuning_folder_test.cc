#include "operations/tuning/tuning_folder.h"

#include <filesystem>

#include <gtest/gtest.h>

namespace restock {
namespace {

SearchSpace some_space() {
  return {{.name = "depth", .low = 3, .high = 10, .whole = true},
          {.name = "learning_rate", .low = 0.01, .high = 0.2, .logarithmic = true},
          {.name = "objective", .choices = {"poisson", "tweedie"}}};
}

std::vector<EvaluationRecord> some_records() {
  std::vector<EvaluationRecord> records(2);
  records[0].evaluation.configuration = {6, 0.05, 0};
  records[0].origin = "2017-10-02";
  records[0].loss = 1.0 / 3;
  records[0].trees = 120;
  records[0].model_sha256 = std::string(64, 'a');
  records[1].evaluation.trial = 1;
  records[1].evaluation.configuration = {3, 0.0173, 1};
  records[1].origin = "2017-10-02";
  records[1].loss = 1e-17;
  records[1].trees = 7;
  records[1].model_sha256 = std::string(64, 'b');
  return records;
}

/// A folder that no other test has, without anything in it.
std::string fresh_folder(const char* name) {
  const auto path = std::filesystem::path(testing::TempDir()) / "tuning_folder" / name;
  std::filesystem::remove_all(path);
  return path.string();
}

TEST(TuningFolder, WritesTrialsThatReadBackToTheSameBits) {
  const std::string text = trials_text(some_space(), some_records());
  const auto back = parse_trials(some_space(), text);
  ASSERT_TRUE(back.ok()) << back.error().message;
  EXPECT_EQ(*back, some_records());
  EXPECT_NE(text.find("\t3\t0.0173\ttweedie\n"), std::string::npos) << text;
  const std::vector<LastWindowRecord> last = {{3, "ab", 90, 11.2, 1.0 / 7, 0.9, 2, 1, -0.3}};
  EXPECT_EQ(parse_last_window(last_window_text(last)).value(), last);
}

TEST(TuningFolder, RefusesDamagedTrialsWithTheLine) {
  const std::string text = trials_text(some_space(), some_records());
  const auto complaint = [&](const std::string& changed) {
    const auto parsed = parse_trials(some_space(), changed);
    return parsed.ok() ? std::string() : parsed.error().message;
  };
  const auto replaced = [&](const std::string& from, const std::string& to) {
    std::string changed = text;
    return changed.replace(changed.find(from), from.size(), to);
  };
  EXPECT_NE(complaint(text.substr(0, text.size() - 3)).find("whole line"), std::string::npos);
  EXPECT_NE(complaint(replaced("poisson", "gamma")).find("line 2"), std::string::npos);
  EXPECT_NE(complaint(replaced("tweedie", "tweedie\t1")).find("line 3"), std::string::npos);
  EXPECT_NE(complaint(replaced("depth", "width")).find("header"), std::string::npos);
  EXPECT_NE(complaint(replaced("1e-17", "small")).find("numbers"), std::string::npos);
  EXPECT_FALSE(complaint("").empty());
}

TEST(TuningFolder, KeepsWhatItWasGivenAndRefusesAnotherSearch) {
  const std::string path = fresh_folder("kept");
  {
    auto folder = TuningFolder::open(path, "one search\n", some_space(), {});
    ASSERT_TRUE(folder.ok()) << folder.error().message;
    for (const EvaluationRecord& record : some_records()) ASSERT_TRUE(folder->add(record).ok());
    ASSERT_TRUE(folder->spend({2, 10.5, 4.25}).ok());
  }
  {
    auto folder = TuningFolder::open(path, "one search\n", some_space(), {});
    ASSERT_TRUE(folder.ok()) << folder.error().message;
    EXPECT_EQ(folder->trials(), some_records());
    EXPECT_EQ(folder->seconds_before(), 10.5);
    EXPECT_EQ(folder->longest_evaluation_before(), 4.25);
    ASSERT_TRUE(folder->spend({1, 2, 8}).ok());
    ASSERT_TRUE(folder->spend({2, 3, 9}).ok()) << "the session at work is one line";
  }
  auto folder = TuningFolder::open(path, "one search\n", some_space(), {});
  ASSERT_TRUE(folder.ok());
  EXPECT_EQ(folder->seconds_before(), 13.5);
  EXPECT_EQ(folder->sessions().size(), 2U);
}

TEST(TuningFolder, RefusesAnotherSearchAndAnotherProcess) {
  const std::string path = fresh_folder("refused");
  {
    auto folder = TuningFolder::open(path, "one search\n", some_space(), {});
    ASSERT_TRUE(folder.ok());
    const auto busy = TuningFolder::open(path, "one search\n", some_space(),
                                         [](const Progress&) { return false; });
    ASSERT_FALSE(busy.ok());
    EXPECT_EQ(busy.error().code, Code::kCancelled);
  }
  const auto other = TuningFolder::open(path, "another search\n", some_space(), {});
  ASSERT_FALSE(other.ok());
  EXPECT_EQ(other.error().code, Code::kInvalidArgument);
  EXPECT_NE(other.error().hint.find("--out"), std::string::npos);
}

}  // namespace
}  // namespace restock
