#include "data/ingest/text_sample.h"

#include <gtest/gtest.h>

namespace restock::ingest {
namespace {

using Row = std::vector<std::string>;

TextSample cut(const std::string& text) {
  auto sample = sample_delimited(text, {.complete = true});
  EXPECT_TRUE(sample.ok());
  return sample.ok() ? std::move(sample).value() : TextSample();
}

TEST(TextSample, FindsTheDelimiterThatCutsAllLinesAlike) {
  EXPECT_EQ(cut("a;b\n1,5;2,5\n1,7;3\n").delimiter, ';');
  EXPECT_EQ(cut("a\tb, c\n1\t2\n").delimiter, '\t');
  EXPECT_EQ(cut("a|b\n1|2\n").delimiter, '|');
  EXPECT_EQ(cut("units\n1\n2\n").columns, Row{"units"});
}

TEST(TextSample, KeepsQuotedDelimitersLineEndsAndQuotes) {
  const TextSample sample = cut("\"na,me\",b\r\n\"x\ny\",\"say \"\"hi\"\"\"\r\n");
  EXPECT_EQ(sample.columns, (Row{"na,me", "b"}));
  ASSERT_EQ(sample.rows.size(), 1U);
  EXPECT_EQ(sample.rows[0], (Row{"x\ny", "say \"hi\""}));
}

TEST(TextSample, TellsAHeaderFromValues) {
  EXPECT_TRUE(cut("date,units\n2024-01-01,3\n").has_header);
  EXPECT_FALSE(cut("2024-01-01,3\n2024-01-02,4\n").has_header);
  EXPECT_EQ(cut("2024-01-01,3\n2024-01-02,4\n").columns, (Row{"column0", "column1"}));
  EXPECT_TRUE(cut("item,2024-01-01,2024-01-02,2024-01-03,2024-01-04,2024-01-05,2024-01-06,2024-01-"
                  "07,2024-01-08\nA,1,2,3,4,5,6,7,8\n")
                  .has_header);
}

TEST(TextSample, NamesRepeatedAndEmptyColumns) {
  EXPECT_EQ(cut("a,,A,b\n1,2,3,4\n").columns, (Row{"a", "column1", "A_2", "b"}));
}

TEST(TextSample, LeavesOutTheCutOffLastLine) {
  EXPECT_EQ(sample_delimited("a,b\n1,2\n3,", {})->rows.size(), 1U);
  EXPECT_EQ(sample_delimited("a,b\n1,2\n3,4", {.complete = true})->rows.size(), 2U);
}

TEST(TextSample, RefusesBinaryAndEmptyFiles) {
  EXPECT_FALSE(sample_delimited(std::string("PAR1\0\0\0", 7), {}).ok());
  EXPECT_FALSE(sample_delimited("", {}).ok());
  EXPECT_FALSE(sample_json_lines("[1]\nnull\n", {}).ok());
}

TEST(TextSample, ReadsJsonLinesWithGrowingKeys) {
  const auto sample = sample_json_lines(
      "{\"a\": 1, \"b\": null}\nbroken\n{\"b\": \"x\", \"c\": {\"d\": [1]}}\n", {.complete = true});
  ASSERT_TRUE(sample.ok());
  EXPECT_EQ(sample->columns, (Row{"a", "b", "c"}));
  EXPECT_EQ(sample->rows[0], (Row{"1", "", ""}));
  EXPECT_EQ(sample->rows[1], (Row{"", "x", "{\"d\":[1]}"}));
}

TEST(TextSample, SurvivesDeeplyNestedJson) {
  const std::string deep = "{\"a\":" + std::string(100000, '[') + std::string(100000, ']') + "}\n";
  EXPECT_TRUE(sample_json_lines(deep, {.complete = true}).ok());
}

}  // namespace
}  // namespace restock::ingest
