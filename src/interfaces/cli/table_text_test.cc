#include "interfaces/cli/table_text.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace restock::cli {
namespace {

sql::Table table() {
  return {.columns = {"store", "units"},
          .types = {"VARCHAR", "BIGINT"},
          .rows = {{"Köln, Süd", "1200"}, {std::nullopt, "7"}}};
}

TEST(TableText, AlignsColumnsByCodePoints) {
  EXPECT_EQ(aligned_text(table()),
            "store      units\n"
            "---------  -----\n"
            "Köln, Süd   1200\n"
            "NULL           7\n"
            "(2 rows)\n");
}

TEST(TableText, KeepsARowOnOneLine) {
  EXPECT_EQ(aligned_text({.columns = {"a"}, .types = {"VARCHAR"}, .rows = {{"x\ny"}}}),
            "a\n---\nx y\n(1 row)\n");
}

TEST(TableText, WritesTypedJson) {
  const sql::Table typed = {.columns = {"a", "b", "c", "d", "e"},
                            .types = {"DOUBLE", "BOOLEAN", "VARCHAR", "DOUBLE", "BIGINT"},
                            .rows = {{"1.5", "true", "1.5", "inf", std::nullopt}}};
  const auto json = nlohmann::json::parse(json_text(typed));
  EXPECT_EQ(json.at(0),
            (nlohmann::json{{"a", 1.5}, {"b", true}, {"c", "1.5"}, {"d", "inf"}, {"e", nullptr}}));
}

TEST(TableText, QuotesCsvAndLeavesNullEmpty) {
  EXPECT_EQ(csv_text(table()), "store,units\n\"Köln, Süd\",1200\n,7\n");
}

}  // namespace
}  // namespace restock::cli
