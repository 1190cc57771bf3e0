#include "operations/pipeline/checkpoint_folder.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

#include "data/lake/durable_files.h"
#include "operations/publish/atomic_file.h"

namespace restock {

std::string CheckpointFolder::file_of(const std::string& training) const {
  return (std::filesystem::path(path_) / (training + ".checkpoint")).string();
}

LearnCallbacks CheckpointFolder::callbacks(ProgressCallback progress) const {
  LearnCallbacks callbacks(std::move(progress));
  callbacks.load_checkpoint = [this](const std::string& training) -> std::optional<std::string> {
    std::ifstream file(file_of(training), std::ios::binary);
    if (!file) return std::nullopt;
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  callbacks.save_checkpoint = [this](const std::string& training, std::string_view bytes) {
    return write_file_atomically(file_of(training), bytes);
  };
  return callbacks;
}

void CheckpointFolder::clear() const {
  std::error_code ignored;  // a folder that stays does no harm: its fingerprints are checked
  std::filesystem::remove_all(path_, ignored);
  const std::string parent = std::filesystem::path(path_).parent_path().string();
  [[maybe_unused]] const Status synced = lake::sync_path(parent);
}

}  // namespace restock
