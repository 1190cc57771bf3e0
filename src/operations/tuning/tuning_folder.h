#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "data/lake/file_lock.h"
#include "foundation/base/progress.h"
#include "foundation/base/result.h"
#include "operations/pipeline/checkpoint_folder.h"
#include "science/search/search.h"

namespace restock {

/// One finished evaluation: a line of trials.tsv.
struct EvaluationRecord {
  Evaluation evaluation;
  std::string origin;  ///< label of the last period learnt from
  double loss = 0;
  int trees = 0;
  std::string model_sha256;

  bool operator==(const EvaluationRecord&) const = default;
};

/// What one trial was worth on the last horizon: a line of last_window.tsv.
struct LastWindowRecord {
  size_t trial = 0;
  std::string model_sha256;
  int trees = 0;
  double wape = 0, rmsse = 0, mase = 0, rmse = 0, mae = 0, bias = 0;

  bool operator==(const LastWindowRecord&) const = default;
};

/// What one session of a search took: a line of elapsed.tsv.
struct SessionRecord {
  int64_t evaluations = 0;
  double seconds = 0;
  double longest_evaluation = 0;  ///< seconds
};

/// trials.tsv: a header with the names of the space, then one line an evaluation; numbers read back
/// to the same bits. Errors of the reader: kInvalidData naming the line.
[[nodiscard]] std::string trials_text(const SearchSpace& space,
                                      const std::vector<EvaluationRecord>& records);
[[nodiscard]] Result<std::vector<EvaluationRecord>> parse_trials(const SearchSpace& space,
                                                                 std::string_view text);

/// last_window.tsv and back, likewise.
[[nodiscard]] std::string last_window_text(const std::vector<LastWindowRecord>& records);
[[nodiscard]] Result<std::vector<LastWindowRecord>> parse_last_window(std::string_view text);

/// The folder of one search; files are listed in README.md. Holds a lock on it, so that two
/// searches do not write into each other. Move-only.
class TuningFolder {
 public:
  /// Make or open the folder. description: what the search is over; a folder that holds another is
  /// refused. Waits for another process that works in it.
  /// Errors: kInvalidArgument for another search; kInvalidData for files it cannot read; kIo,
  /// kPermission; kCancelled.
  static Result<TuningFolder> open(const std::string& path, const std::string& description,
                                   const SearchSpace& space, const ProgressCallback& progress);

  [[nodiscard]] const std::vector<EvaluationRecord>& trials() const { return trials_; }
  [[nodiscard]] const std::vector<LastWindowRecord>& last_window() const { return last_window_; }
  [[nodiscard]] const std::vector<SessionRecord>& sessions() const { return sessions_; }
  [[nodiscard]] double seconds_before() const;
  [[nodiscard]] double longest_evaluation_before() const;

  /// Add a line and renew the file.
  [[nodiscard]] Status add(EvaluationRecord record);
  [[nodiscard]] Status add(LastWindowRecord record);
  /// Renew elapsed.tsv with the session at work.
  [[nodiscard]] Status spend(const SessionRecord& session) const;
  [[nodiscard]] Status write(const std::string& file, std::string_view content) const;
  [[nodiscard]] std::optional<std::string> read(const std::string& file) const;
  [[nodiscard]] std::string path_of(const std::string& file) const;
  [[nodiscard]] const CheckpointFolder& checkpoints() const { return checkpoints_; }

 private:
  TuningFolder(std::string path, SearchSpace space, lake::FileLock lock);

  std::string path_;
  SearchSpace space_;
  lake::FileLock lock_;
  CheckpointFolder checkpoints_;
  std::vector<EvaluationRecord> trials_;
  std::vector<LastWindowRecord> last_window_;
  std::vector<SessionRecord> sessions_;  ///< finished ones
};

}  // namespace restock
