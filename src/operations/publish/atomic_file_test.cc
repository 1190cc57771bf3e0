#include "operations/publish/atomic_file.h"

#include <filesystem>
#include <fstream>
#include <signal.h>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace restock {
namespace {

namespace fs = std::filesystem;

struct AtomicFileTest : testing::Test {
  fs::path folder;

  void SetUp() override {
    std::string pattern = testing::TempDir() + "/restock-XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder = pattern;
  }
  void TearDown() override { fs::remove_all(folder); }

  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> result;
    for (const auto& entry : fs::directory_iterator(folder))
      result.push_back(entry.path().filename().string());
    std::sort(result.begin(), result.end());
    return result;
  }
};

std::string contents(const fs::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void put(const fs::path& path, const std::string& text) {
  std::ofstream(path) << text;
}

TEST_F(AtomicFileTest, ReplacesAFileAndLeavesNothingElse) {
  const std::string path = (folder / "run.json").string();
  ASSERT_TRUE(write_file_atomically(path, "old").ok());
  ASSERT_TRUE(write_file_atomically(path, "new").ok());
  EXPECT_EQ(contents(path), "new");
  EXPECT_EQ(names(), std::vector<std::string>{"run.json"});
}

TEST_F(AtomicFileTest, MakesTheFoldersAbove) {
  const std::string path = (folder / "a" / "b" / "run.json").string();
  ASSERT_TRUE(write_file_atomically(path, "x").ok());
  EXPECT_EQ(contents(path), "x");
}

TEST_F(AtomicFileTest, LeavesTheOldFileWhenWritingFails) {
  // A folder cannot be replaced by a file: the rename fails after all was written.
  fs::create_directories(folder / "run.json");
  put(folder / "run.json" / "inside", "kept");
  const Status status = write_file_atomically((folder / "run.json").string(), "new");
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, Code::kIo);
  EXPECT_NE(status.error().message.find("run.json"), std::string::npos);
  EXPECT_EQ(contents(folder / "run.json" / "inside"), "kept");
  EXPECT_EQ(names(), std::vector<std::string>{"run.json"});
}

TEST_F(AtomicFileTest, ReportsADiskThatIsFull) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  auto file = FileWriter::create("/dev/full");
  ASSERT_TRUE(file.ok());
  ASSERT_TRUE(file->write("x").ok());
  const Status status = file->close();
  ASSERT_FALSE(status.ok());
  EXPECT_NE(status.error().hint.find("disk space"), std::string::npos);
}

TEST_F(AtomicFileTest, SwapsAFolderWholeAndDropsTheOldOne) {
  const std::string target = (folder / "exports").string();
  fs::create_directories(target);
  put(fs::path(target) / "old.csv", "old");
  {
    auto staged = StagedDirectory::create(target);
    ASSERT_TRUE(staged.ok());
    put(fs::path(staged->path()) / "new.csv", "new");
    EXPECT_TRUE(fs::exists(fs::path(target) / "old.csv")) << "nothing changes before the commit";
    ASSERT_TRUE(staged->commit().ok());
  }
  EXPECT_FALSE(fs::exists(fs::path(target) / "old.csv"));
  EXPECT_EQ(contents(fs::path(target) / "new.csv"), "new");
  EXPECT_EQ(names(), std::vector<std::string>{"exports"});
}

TEST_F(AtomicFileTest, DropsAFolderThatIsNotCommitted) {
  const std::string target = (folder / "exports").string();
  {
    auto staged = StagedDirectory::create(target);
    ASSERT_TRUE(staged.ok());
    put(fs::path(staged->path()) / "new.csv", "new");
  }
  EXPECT_TRUE(names().empty());
}

TEST_F(AtomicFileTest, RemovesWhatAKilledProcessLeft) {
  const std::string target = (folder / "exports").string();
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    auto staged = StagedDirectory::create(target);
    if (staged.ok()) put(fs::path(staged->path()) / "half.csv", "half");
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_EQ(names().size(), 1U) << "the killed process left its folder";
  auto staged = StagedDirectory::create(target);
  ASSERT_TRUE(staged.ok());
  EXPECT_EQ(names().size(), 1U) << "only the new folder is there";
  ASSERT_TRUE(staged->commit().ok());
  EXPECT_EQ(names(), std::vector<std::string>{"exports"});
  EXPECT_TRUE(fs::is_empty(target));
}

}  // namespace
}  // namespace restock
