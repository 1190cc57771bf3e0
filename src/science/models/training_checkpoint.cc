#include "science/models/training_checkpoint.h"

#include <cstdint>
#include <cstring>

#include "foundation/base/sha256.h"

namespace restock {
namespace {

constexpr std::string_view kMagic = "RSTKCKP1";
constexpr size_t kDigestBytes = 64;

Error damaged(const char* what) {
  return Error{Code::kInvalidData, std::string("not a usable checkpoint of a training: ") + what,
               "remove it, training then begins anew"};
}

template <typename T>
void append(const T& value, std::string* out) {
  out->append(reinterpret_cast<const char*>(&value), sizeof(value));
}

/// Takes values from the front of bytes; false where they end.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  template <typename T>
  bool take(T* value) {
    if (rest_.size() < sizeof(T)) return false;
    std::memcpy(value, rest_.data(), sizeof(T));
    rest_.remove_prefix(sizeof(T));
    return true;
  }
  bool take_text(std::string* value) {
    uint64_t size = 0;
    if (!take(&size) || size > rest_.size()) return false;
    value->assign(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return true;
  }
  bool take_numbers(std::vector<double>* values) {
    uint64_t count = 0;
    if (!take(&count) || count > rest_.size() / sizeof(double)) return false;
    values->resize(count);
    for (double& value : *values) take(&value);
    return true;
  }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

}  // namespace

std::string TrainingCheckpoint::to_bytes() const {
  std::string content(kMagic);
  append(static_cast<int64_t>(rounds), &content);
  append(static_cast<uint64_t>(fingerprint.size()), &content);
  content += fingerprint;
  append(static_cast<uint64_t>(validation_deviance.size()), &content);
  for (const double deviance : validation_deviance) append(deviance, &content);
  append(static_cast<uint64_t>(model.size()), &content);
  content += model;
  return content + sha256_hex(content);
}

Result<TrainingCheckpoint> TrainingCheckpoint::from_bytes(std::string_view bytes) {
  if (!bytes.starts_with(kMagic)) return damaged("it does not begin as one");
  if (bytes.size() < kMagic.size() + kDigestBytes) return damaged("it is truncated");
  const std::string_view content = bytes.substr(0, bytes.size() - kDigestBytes);
  if (sha256_hex(content) != bytes.substr(content.size()))
    return damaged("its content does not fit its checksum");
  Reader reader(content.substr(kMagic.size()));
  TrainingCheckpoint checkpoint;
  int64_t rounds = 0;
  const bool whole = reader.take(&rounds) && reader.take_text(&checkpoint.fingerprint) &&
                     reader.take_numbers(&checkpoint.validation_deviance) &&
                     reader.take_text(&checkpoint.model) && reader.at_end();
  if (!whole || rounds < 1 || rounds > 1'000'000) return damaged("its parts do not fit");
  checkpoint.rounds = static_cast<int>(rounds);
  return checkpoint;
}

}  // namespace restock
