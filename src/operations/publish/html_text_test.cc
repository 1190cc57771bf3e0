#include "operations/publish/html_text.h"

#include <gtest/gtest.h>

#include "operations/publish/utf8.h"

namespace restock {
namespace {

TEST(HtmlText, EscapesWhatCouldEndATextOrAnAttribute) {
  EXPECT_EQ(escape_html("<script>\"a\" & 'b'</script>"),
            "&lt;script&gt;&quot;a&quot; &amp; &#39;b&#39;&lt;/script&gt;");
}

TEST(HtmlText, KeepsGoodUtf8AndReplacesTheRest) {
  EXPECT_EQ(escape_html("Käse 日本 🍏"), "Käse 日本 🍏");
  EXPECT_EQ(escape_html("a\xFF"
                        "b"),
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(escape_html(std::string_view("\0\x1B", 2)), "\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(Utf8, RefusesOverlongFormsSurrogatesAndTruncation) {
  EXPECT_EQ(utf8_sequence_length("\xC0\xBC"), 0U) << "an overlong '<'";
  EXPECT_EQ(utf8_sequence_length("\xE0\x80\xBC"), 0U);
  EXPECT_EQ(utf8_sequence_length("\xED\xA0\x80"), 0U) << "a surrogate";
  EXPECT_EQ(utf8_sequence_length("\xF4\x90\x80\x80"), 0U) << "above U+10FFFF";
  EXPECT_EQ(utf8_sequence_length("\xE2\x82"), 0U) << "cut off";
  EXPECT_EQ(utf8_sequence_length("\xE2\x82\xAC"), 3U);
  EXPECT_EQ(repaired_utf8("\xE2\x82"), "\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(HtmlText, ShortensByCodePoints) {
  EXPECT_EQ(shortened("Käse", 4), "Käse");
  EXPECT_EQ(shortened("Käsekuchen", 4), "Käs…");
  EXPECT_EQ(shortened("日本語", 1), "…");
}

}  // namespace
}  // namespace restock
