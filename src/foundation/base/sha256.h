#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace restock {

/// SHA-256 of bytes that come in pieces. Copyable; not thread-safe.
///
/// Source: FIPS 180-4. Example there: "abc" gives ba7816bf 8f01cfea 414140de 5dae2223 b00361a3
/// 96177a9c b410ff61 f20015ad.
class Sha256 {
 public:
  Sha256();
  void update(std::string_view bytes);
  /// The digest of all bytes so far, as 64 lower-case hexadecimal digits. The object can take more
  /// bytes afterwards.
  [[nodiscard]] std::string hex() const;

 private:
  void compress(const uint8_t* block);

  std::array<uint32_t, 8> state_;
  std::array<uint8_t, 64> buffer_{};
  uint64_t length_ = 0;  ///< bytes so far
};

/// SHA-256 of a text, as 64 lower-case hexadecimal digits.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

}  // namespace restock
