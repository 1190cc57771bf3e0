#include "foundation/base/sha256.h"

#include <gtest/gtest.h>

namespace restock {
namespace {

TEST(Sha256, ReproducesTheExamplesOfFips180) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex(std::string(1'000'000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, DoesNotDependOnHowTheBytesAreCut) {
  const std::string text(1000, 'x');
  for (const size_t piece : {1, 3, 55, 56, 63, 64, 65, 127, 999}) {
    Sha256 hash;
    for (size_t i = 0; i < text.size(); i += piece) {
      hash.update(std::string_view(text).substr(i, piece));
      static_cast<void>(hash.hex());  // Looking at it changes nothing.
    }
    EXPECT_EQ(hash.hex(), sha256_hex(text)) << piece;
  }
}

TEST(Sha256, PadsEveryLengthOfTheLastBlock) {
  // The digest of the digests of 0..130 zero bytes, computed with another implementation (Python's
  // hashlib).
  std::string all;
  for (size_t length = 0; length <= 130; ++length) all += sha256_hex(std::string(length, '\0'));
  EXPECT_EQ(sha256_hex(all), "54e76fce7077001577d4cd003983a26b89611ab84dce9950b9aaf77133a69f94");
}

}  // namespace
}  // namespace restock
