#pragma once

#include <string>

#include "science/forecast/global_model.h"

namespace restock {

/// The folder where a run keeps the state of its trainings, so that a killed run goes on instead of
/// beginning anew. Files appear whole or not at all; they stay until `clear`.
class CheckpointFolder {
 public:
  explicit CheckpointFolder(std::string path) : path_(std::move(path)) {}

  /// `progress` with the reading and writing of this folder, which must outlive the result.
  [[nodiscard]] LearnCallbacks callbacks(ProgressCallback progress) const;
  /// Remove the folder: the run has ended and its model is published.
  void clear() const;

 private:
  [[nodiscard]] std::string file_of(const std::string& training) const;
  std::string path_;
};

}  // namespace restock
