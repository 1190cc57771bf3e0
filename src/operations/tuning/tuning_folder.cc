#include "operations/tuning/tuning_folder.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <numeric>

#include <fmt/format.h>

#include "operations/publish/atomic_file.h"

namespace restock {
namespace {

constexpr size_t kTrialColumns = 6;
constexpr const char* kTrialHeader = "trial\twindow\torigin\tloss\ttrees\tmodel_sha256";
constexpr const char* kLastWindowHeader =
    "trial\tmodel_sha256\ttrees\twape\trmsse\tmase\trmse\tmae\tbias";
constexpr const char* kSessionHeader = "session\tevaluations\tseconds\tlongest_evaluation";

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  while (true) {
    const size_t end = text.find(at);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

template <typename T>
bool take(std::string_view text, T* value) {
  const auto [rest, problem] = std::from_chars(text.data(), text.data() + text.size(), *value);
  return problem == std::errc() && rest == text.data() + text.size();
}

Error damaged(const char* file, size_t line, const std::string& what) {
  return Error{Code::kInvalidData, fmt::format("{} line {}: {}", file, line, what),
               "remove the folder of the search to begin anew"};
}

/// The lines of a table, each split at tabs, without the header, which must be `header`.
Result<std::vector<std::vector<std::string_view>>> rows_of(const char* file,
                                                           const std::string& header,
                                                           std::string_view text) {
  if (!text.ends_with('\n')) return damaged(file, 1, "the file does not end with a whole line");
  const auto lines = split(text.substr(0, text.size() - 1), '\n');
  if (lines.front() != header)
    return damaged(file, 1,
                   fmt::format("the header must be '{}', got '{}'", header, lines.front()));
  const size_t width = split(header, '\t').size();
  std::vector<std::vector<std::string_view>> rows;
  for (size_t i = 1; i < lines.size(); ++i) {
    rows.push_back(split(lines[i], '\t'));
    if (rows.back().size() != width)
      return damaged(file, i + 1,
                     fmt::format("{} columns wanted, got {}", width, rows.back().size()));
  }
  return rows;
}

std::string trial_header(const SearchSpace& space) {
  std::string header = kTrialHeader;
  for (const TunedParameter& parameter : space) header += "\t" + parameter.name;
  return header;
}

std::optional<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::string sessions_text(const std::vector<SessionRecord>& sessions) {
  std::string text = std::string(kSessionHeader) + "\n";
  for (size_t i = 0; i < sessions.size(); ++i) {
    text += fmt::format("{}\t{}\t{:.3f}\t{:.3f}\n", i + 1, sessions[i].evaluations,
                        sessions[i].seconds, sessions[i].longest_evaluation);
  }
  return text;
}

Result<std::vector<SessionRecord>> parse_sessions(std::string_view text) {
  constexpr const char* kFile = "elapsed.tsv";
  RESTOCK_TRY(const auto rows, rows_of(kFile, kSessionHeader, text));
  std::vector<SessionRecord> sessions;
  for (const auto& row : rows) {
    SessionRecord session;
    if (!take(row[1], &session.evaluations) || !take(row[2], &session.seconds) ||
        !take(row[3], &session.longest_evaluation))
      return damaged(kFile, sessions.size() + 2, "a number is wanted");
    sessions.push_back(session);
  }
  return sessions;
}

}  // namespace

std::string trials_text(const SearchSpace& space, const std::vector<EvaluationRecord>& records) {
  std::string text = trial_header(space) + "\n";
  for (const EvaluationRecord& record : records) {
    const Evaluation& at = record.evaluation;
    text += fmt::format("{}\t{}\t{}\t{}\t{}\t{}", at.trial, at.window, record.origin, record.loss,
                        record.trees, record.model_sha256);
    for (size_t d = 0; d < space.size(); ++d)
      text += "\t" + value_text(space[d], at.configuration[d]);
    text += "\n";
  }
  return text;
}

Result<std::vector<EvaluationRecord>> parse_trials(const SearchSpace& space,
                                                   std::string_view text) {
  constexpr const char* kFile = "trials.tsv";
  RESTOCK_TRY(const auto rows, rows_of(kFile, trial_header(space), text));
  std::vector<EvaluationRecord> records;
  for (const auto& row : rows) {
    const size_t line = records.size() + 2;
    EvaluationRecord record;
    Evaluation& at = record.evaluation;
    if (!take(row[0], &at.trial) || !take(row[1], &at.window) || !take(row[3], &record.loss) ||
        !take(row[4], &record.trees))
      return damaged(kFile, line, "trial, window, loss and trees must be numbers");
    record.origin = row[2];
    record.model_sha256 = row[5];
    for (size_t d = 0; d < space.size(); ++d) {
      const auto value = parse_value(space[d], row[kTrialColumns + d]);
      if (!value.ok()) return damaged(kFile, line, value.error().message);
      at.configuration.push_back(*value);
    }
    records.push_back(std::move(record));
  }
  return records;
}

std::string last_window_text(const std::vector<LastWindowRecord>& records) {
  std::string text = std::string(kLastWindowHeader) + "\n";
  for (const LastWindowRecord& r : records) {
    text += fmt::format("{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\n", r.trial, r.model_sha256, r.trees,
                        r.wape, r.rmsse, r.mase, r.rmse, r.mae, r.bias);
  }
  return text;
}

Result<std::vector<LastWindowRecord>> parse_last_window(std::string_view text) {
  constexpr const char* kFile = "last_window.tsv";
  RESTOCK_TRY(const auto rows, rows_of(kFile, kLastWindowHeader, text));
  std::vector<LastWindowRecord> records;
  for (const auto& row : rows) {
    LastWindowRecord r;
    r.model_sha256 = row[1];
    if (!take(row[0], &r.trial) || !take(row[2], &r.trees) || !take(row[3], &r.wape) ||
        !take(row[4], &r.rmsse) || !take(row[5], &r.mase) || !take(row[6], &r.rmse) ||
        !take(row[7], &r.mae) || !take(row[8], &r.bias))
      return damaged(kFile, records.size() + 2, "a number is wanted");
    records.push_back(std::move(r));
  }
  return records;
}

TuningFolder::TuningFolder(std::string path, SearchSpace space, lake::FileLock lock)
    : path_(std::move(path)),
      space_(std::move(space)),
      lock_(std::move(lock)),
      checkpoints_((std::filesystem::path(path_) / "checkpoints").string()) {}

std::string TuningFolder::path_of(const std::string& file) const {
  return (std::filesystem::path(path_) / file).string();
}

Result<TuningFolder> TuningFolder::open(const std::string& path, const std::string& description,
                                        const SearchSpace& space,
                                        const ProgressCallback& progress) {
  std::error_code failed;
  std::filesystem::create_directories(path, failed);
  if (failed) {
    return Error{Code::kIo, fmt::format("cannot make the folder {}: {}", path, failed.message()),
                 "give another with --out"};
  }
  const auto stopped = [&] { return progress && !progress({"wait for another tuning", 0, 0}); };
  RESTOCK_TRY(auto lock, lake::FileLock::acquire((std::filesystem::path(path) / "lock").string(),
                                                 {{}, stopped}));
  TuningFolder folder(path, space, std::move(lock));
  const auto known = folder.read("search.txt");
  if (known && *known != description) {
    return Error{Code::kInvalidArgument,
                 fmt::format("{} holds a search over other data or options", path),
                 "give another folder with --out, or remove it; its search.txt says what it is"};
  }
  if (!known) RESTOCK_TRY(folder.write("search.txt", description));
  if (const auto text = folder.read("trials.tsv")) {
    RESTOCK_TRY(folder.trials_, parse_trials(space, *text));
  }
  if (const auto text = folder.read("last_window.tsv")) {
    RESTOCK_TRY(folder.last_window_, parse_last_window(*text));
  }
  if (const auto text = folder.read("elapsed.tsv")) {
    RESTOCK_TRY(folder.sessions_, parse_sessions(*text));
  }
  return folder;
}

double TuningFolder::seconds_before() const {
  return std::accumulate(sessions_.begin(), sessions_.end(), 0.0,
                         [](double sum, const SessionRecord& s) { return sum + s.seconds; });
}

double TuningFolder::longest_evaluation_before() const {
  return std::accumulate(
      sessions_.begin(), sessions_.end(), 0.0,
      [](double most, const SessionRecord& s) { return std::max(most, s.longest_evaluation); });
}

Status TuningFolder::add(EvaluationRecord record) {
  trials_.push_back(std::move(record));
  return write("trials.tsv", trials_text(space_, trials_));
}

Status TuningFolder::add(LastWindowRecord record) {
  last_window_.push_back(std::move(record));
  return write("last_window.tsv", last_window_text(last_window_));
}

Status TuningFolder::spend(const SessionRecord& session) const {
  std::vector<SessionRecord> all = sessions_;
  all.push_back(session);
  return write("elapsed.tsv", sessions_text(all));
}

Status TuningFolder::write(const std::string& file, std::string_view content) const {
  return write_file_atomically(path_of(file), content);
}

std::optional<std::string> TuningFolder::read(const std::string& file) const {
  return read_file(path_of(file));
}

}  // namespace restock
