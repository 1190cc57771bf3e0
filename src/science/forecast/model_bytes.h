#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace restock {

/// Writes numbers, texts and arrays one after the other, little endian. Internal to this module.
class ModelWriter {
 public:
  template <typename T>
  void put(const T& value) {
    static_assert(std::is_arithmetic_v<T>);
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof(value));
  }
  void put_text(std::string_view text) {
    put(static_cast<uint64_t>(text.size()));
    bytes_ += text;
  }
  template <typename T>
  void put_numbers(const std::vector<T>& values) {
    put(static_cast<uint64_t>(values.size()));
    bytes_.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
  }
  void put_texts(const std::vector<std::string>& texts) {
    put(static_cast<uint64_t>(texts.size()));
    for (const std::string& text : texts) put_text(text);
  }
  [[nodiscard]] std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

/// Takes from the front what a `ModelWriter` wrote. What does not fit leaves the value empty or 0
/// and `whole()` false from then on, so that one check at the end of a part is enough. Never reads
/// beyond the bytes, nor makes room for more than they can hold.
class ModelReader {
 public:
  explicit ModelReader(std::string_view bytes) : rest_(bytes) {}

  template <typename T>
  T get() {
    static_assert(std::is_arithmetic_v<T> && !std::is_same_v<T, bool>);
    T value{};
    if (fits(sizeof(T))) {
      rest_.copy(reinterpret_cast<char*>(&value), sizeof(T));
      rest_.remove_prefix(sizeof(T));
    }
    return value;
  }
  /// A byte that is 0 or 1.
  bool get_flag() {
    const auto value = get<uint8_t>();
    if (value > 1) whole_ = false;
    return value == 1;
  }
  /// A number of things that take at least `least_bytes` each.
  size_t get_count(size_t least_bytes) {
    const auto count = get<uint64_t>();
    if (count > rest_.size() / least_bytes) whole_ = false;
    return whole_ ? count : 0;
  }
  std::string get_text() {
    const size_t size = get_count(1);
    std::string text(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return text;
  }
  template <typename T>
  std::vector<T> get_numbers() {
    std::vector<T> values(get_count(sizeof(T)));
    rest_.copy(reinterpret_cast<char*>(values.data()), values.size() * sizeof(T));
    rest_.remove_prefix(values.size() * sizeof(T));
    return values;
  }
  std::vector<std::string> get_texts() {
    std::vector<std::string> texts(get_count(sizeof(uint64_t)));
    for (std::string& text : texts) text = get_text();
    return texts;
  }
  [[nodiscard]] bool whole() const { return whole_; }
  [[nodiscard]] bool at_end() const { return whole_ && rest_.empty(); }

 private:
  bool fits(size_t size) {
    whole_ = whole_ && rest_.size() >= size;
    return whole_;
  }

  std::string_view rest_;
  bool whole_ = true;
};

}  // namespace restock
