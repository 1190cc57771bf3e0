#include "science/models/model_file.h"

#include <charconv>
#include <cstdint>

#include <fmt/format.h>

namespace restock {
namespace {

constexpr std::string_view kMagic = "RSTKTREE";
constexpr uint32_t kVersion = 1;
constexpr size_t kNumberBytes = 8;

Error damaged(std::string what) {
  return Error{Code::kInvalidData, "not a usable model file: " + std::move(what),
               "train the model again"};
}

void append_u64(uint64_t value, std::string* out) {
  for (size_t i = 0; i < kNumberBytes; ++i)
    out->push_back(static_cast<char>((value >> (8 * i)) & 0xff));
}

uint64_t read_u64(std::string_view bytes) {
  uint64_t value = 0;
  for (size_t i = 0; i < kNumberBytes; ++i)
    value |= uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  return value;
}

/// FNV-1a, 64 bits (Fowler, Noll & Vo): finds damage, not forgery.
uint64_t checksum(std::string_view bytes) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : bytes) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

template <typename Number>
bool parse(std::string_view text, Number* value) {
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), *value);
  return code == std::errc() && end == text.data() + text.size();
}

Status read_line(std::string_view key, std::string_view value, ModelFile* file) {
  if (key == "feature") {
    file->feature_names.emplace_back(value);
  } else if (key == "objective") {
    auto kind = parse_objective(value);
    if (!kind.ok()) return damaged(kind.error().message);
    file->objective.kind = *kind;
  } else if (key == "variance_power") {
    if (!parse(value, &file->objective.variance_power)) return damaged("bad variance_power");
  } else if (key == "probability") {
    if (!parse(value, &file->objective.probabilities.emplace_back()))
      return damaged("bad probability");
  } else if (key == "rounds") {
    if (!parse(value, &file->rounds) || file->rounds < 0) return damaged("bad rounds");
  }
  // Unknown keys come from newer versions that old readers may ignore.
  return {};
}

Status read_header(std::string_view header, ModelFile* file) {
  while (!header.empty()) {
    const size_t end = header.find('\n');
    if (end == std::string_view::npos) return damaged("its header does not end");
    const std::string_view line = header.substr(0, end);
    header.remove_prefix(end + 1);
    const size_t space = line.find(' ');
    if (space == std::string_view::npos)
      return damaged(fmt::format("its header has a line of {} bytes without value", line.size()));
    RESTOCK_TRY(read_line(line.substr(0, space), line.substr(space + 1), file));
  }
  if (file->feature_names.empty()) return damaged("it names no features");
  if (auto valid = file->objective.validate(); !valid.ok()) return damaged(valid.error().message);
  return {};
}

}  // namespace

std::string write_model_file(const ModelFile& file) {
  std::string header = fmt::format("objective {}\n", objective_name(file.objective.kind));
  if (file.objective.kind == ObjectiveKind::kTweedie) {
    header += fmt::format("variance_power {}\n", file.objective.variance_power);
  }
  if (file.objective.kind == ObjectiveKind::kQuantile) {
    for (const double p : file.objective.probabilities)
      header += fmt::format("probability {}\n", p);
  }
  header += fmt::format("rounds {}\n", file.rounds);
  for (const std::string& name : file.feature_names) header += fmt::format("feature {}\n", name);

  std::string bytes(kMagic);
  append_u64(kVersion, &bytes);
  append_u64(header.size(), &bytes);
  append_u64(file.trees.size(), &bytes);
  bytes += header;
  bytes += file.trees;
  append_u64(checksum(bytes), &bytes);
  return bytes;
}

Result<ModelFile> read_model_file(std::string_view bytes) {
  const size_t fixed = kMagic.size() + 3 * kNumberBytes;
  if (!bytes.starts_with(kMagic)) return damaged(fmt::format("it does not begin with {}", kMagic));
  if (bytes.size() < fixed + kNumberBytes)
    return damaged(fmt::format("it ends after {} bytes", bytes.size()));
  const uint64_t version = read_u64(bytes.substr(kMagic.size()));
  if (version != kVersion) {
    return Error{Code::kInvalidData,
                 fmt::format("model file has version {}, this program reads {}", version, kVersion),
                 "use the program that wrote it, or a newer one"};
  }
  const uint64_t header_bytes = read_u64(bytes.substr(kMagic.size() + kNumberBytes));
  const uint64_t tree_bytes = read_u64(bytes.substr(kMagic.size() + 2 * kNumberBytes));
  const uint64_t rest = bytes.size() - fixed - kNumberBytes;
  if (header_bytes > rest || tree_bytes != rest - header_bytes) {
    return damaged(
        fmt::format("it has {} bytes, its header promises another length", bytes.size()));
  }
  const std::string_view content = bytes.substr(0, bytes.size() - kNumberBytes);
  if (checksum(content) != read_u64(bytes.substr(content.size())))
    return damaged("its checksum does not fit its content");
  ModelFile file;
  RESTOCK_TRY(read_header(content.substr(fixed, header_bytes), &file));
  file.trees = content.substr(fixed + header_bytes);
  return file;
}

}  // namespace restock
