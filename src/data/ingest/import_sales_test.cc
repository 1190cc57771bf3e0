#include "data/ingest/import_sales.h"

#include <fmt/format.h>

#include "data/ingest/import_fixture.h"

namespace restock::ingest {
namespace {

using testing::HasSubstr;
using ImportSales = ImportFixture;
using Counts = std::map<std::string, int64_t>;

/// Two series, ten days, units = day + series.
std::string clean_rows(const std::string& separator) {
  std::string text = fmt::format("date{0}store{0}item{0}units{0}price\n", separator);
  for (int item = 1; item <= 2; ++item) {
    for (int day = 1; day <= 10; ++day)
      text +=
          fmt::format("2024-03-{1:02}{0}S1{0}{2}{0}{3}{0}2.5\n", separator, day, item, day + item);
  }
  return text;
}

std::string clean_json() {
  std::string text;
  for (int item = 1; item <= 2; ++item) {
    for (int day = 1; day <= 10; ++day) {
      text += fmt::format(
          "{{\"date\": \"2024-03-{:02}\", \"store\": \"S1\", \"item\": {}, \"units\": {}, "
          "\"price\": 2.5}}\n",
          day, item, day + item);
    }
  }
  return text;
}

TEST_F(ImportSales, EveryFormatGivesTheSameTable) {
  write("a.csv", clean_rows(","));
  std::vector<std::string> names = {"a.csv",
                                    write("a.tsv", clean_rows("\t")),
                                    write("a.jsonl", clean_json()),
                                    write_gzip("b.csv.gz", clean_rows(",")),
                                    write_zstd("c.csv.zst", clean_rows(";")),
                                    write_gzip("d.ndjson.gz", clean_json()),
                                    write("e.txt", clean_rows("|"))};
  names.push_back(write_parquet(
      "f.parquet",
      "SELECT * FROM read_csv(" + sql::quote_literal((folder_ / "a.csv").string()) + ")"));
  config_.data.price = "price";
  std::string expected;
  for (const auto& name : names) {
    SCOPED_TRACE(name);
    const StagedSales staged = import_file(name);
    EXPECT_EQ(staged.result.rows_read, 20);
    EXPECT_EQ(staged.result.rows_kept, 20);
    EXPECT_EQ(staged.result.series, 2);
    auto sum = database_->query(
        "SELECT string_agg(concat_ws('|', store, item, date, units, price), ';' ORDER BY store, "
        "item, date) FROM sales");
    ASSERT_TRUE(sum.ok());
    if (expected.empty()) expected = *sum->single();
    EXPECT_EQ(*sum->single(), expected);
  }
  EXPECT_THAT(expected, HasSubstr("S1|2|2024-03-10|12.0|2.5"));
}

struct BadRow {
  std::string row;
  std::string reason;
  std::string column;
  std::string value;
};

TEST_F(ImportSales, EachBadRowGoesToQuarantineWithItsReasonAndPlace) {
  config_.data.price = "price";
  config_.data.promotion = "promo";
  config_.data.in_stock = "in_stock";
  config_.data.closed = "closed";
  config_.data.covariates = {"temp"};
  const std::vector<BadRow> bad = {
      {"2024-03-11,S1,,5,1,0,1,0,1", "missing_key", "item", ""},
      {",S1,1,5,1,0,1,0,1", "missing_date", "date", ""},
      {"2024-02-30,S1,1,5,1,0,1,0,1", "bad_date", "date", "2024-02-30"},
      {"2124-03-11,S1,1,5,1,0,1,0,1", "date_out_of_range", "date", "2124-03-11"},
      {"2024-03-11,S1,1,five,1,0,1,0,1", "bad_units", "units", "five"},
      {"2024-03-11,S1,1,inf,1,0,1,0,1", "bad_units", "units", "inf"},
      {"2024-03-11,S1,1,-5,1,0,1,0,1", "negative_units", "units", "-5"},
      {"2024-03-11,S1,1,5,-1,0,1,0,1", "bad_price", "price", "-1"},
      {"2024-03-11,S1,1,5,0,0,1,0,1", "bad_price", "price", "0"},
      {"2024-03-11,S1,1,5,1,-2,1,0,1", "bad_promotion", "promo", "-2"},
      {"2024-03-11,S1,1,5,1,0,perhaps,0,1", "bad_in_stock", "in_stock", "perhaps"},
      {"2024-03-11,S1,1,5,1,0,1,maybe,1", "bad_closed", "closed", "maybe"},
      {"2024-03-11,S1,1,5,1,0,1,0,warm", "bad_covariate", "temp", "warm"},
      {"2024-03-11,S1,1,5,1,0,1,0,1,surplus", "bad_row", "", ""},
      {"2024-03-11,S1", "bad_row", "", ""},
  };
  std::string text = "date,store,item,units,price,promo,in_stock,closed,temp\n";
  Counts expected;
  for (const BadRow& one : bad) {
    text += one.row + "\n";
    ++expected[one.reason];
  }
  for (int item = 1; item <= 4; ++item) {
    for (int day = 1; day <= 10; ++day)
      text += fmt::format("2024-03-{:02},S1,{},5,1,{},1,0,{}\n", day, item, day % 5, 10 + day);
  }
  write("dirty.csv", text + "2024-03-11,S1,4,late,1,0,1,0,1\n");
  ++expected["bad_units"];
  const StagedSales staged = import_file("dirty.csv");
  EXPECT_EQ(staged.result.rows_read, 56);
  EXPECT_EQ(staged.result.quarantined, expected);
  auto seen = database_->query(
      "SELECT reason, \"column\", \"value\", raw, file FROM quarantine ORDER BY \"row\"");
  ASSERT_TRUE(seen.ok());
  ASSERT_EQ(seen->rows.size(), bad.size() + 1);
  for (size_t i = 0; i < bad.size(); ++i) {
    SCOPED_TRACE(bad[i].row);
    EXPECT_EQ(seen->rows[i][0].value_or(""), bad[i].reason);
    EXPECT_THAT(seen->rows[i][3].value_or(""), HasSubstr("S1"));
    EXPECT_EQ(seen->rows[i][4].value_or(""), "dirty.csv");
    if (bad[i].reason == "bad_row") continue;
    EXPECT_EQ(seen->rows[i][1].value_or(""), bad[i].column);
    EXPECT_EQ(seen->rows[i][2].value_or(""), bad[i].value);
  }
  EXPECT_EQ(find(staged.result, "bad_units")->row, 5);
  // Lines that cannot be cut count as rows, so the number of a row behind them is that in the file.
  EXPECT_EQ(count("quarantine WHERE \"value\" = 'late' AND \"row\" = 56"), 1);
}

TEST_F(ImportSales, RepeatedRowsAreDuplicatesAndContradictionsAreBothSetAside) {
  config_.data.duplicates = "reject";
  const StagedSales staged = import_file(
      write("d.csv", clean_rows(",") + "2024-03-01,S1,1,2,2.5\n2024-03-02,S1,1,99,2.5\n"));
  // The contradicted day loses both its rows; the repeated day keeps one.
  EXPECT_EQ(staged.result.quarantined,
            (Counts{{"exact_duplicate", 1}, {"conflicting_duplicate", 2}}));
  EXPECT_EQ(count("sales WHERE date = '2024-03-02' AND item = '1'"), 0);
  EXPECT_EQ(count("sales WHERE date = '2024-03-01' AND item = '1'"), 1);
  EXPECT_EQ(find(staged.result, "exact_duplicate")->row, 21);
}

TEST_F(ImportSales, LastKeepsTheLaterRow) {
  config_.data.duplicates = "last";
  const StagedSales staged =
      import_file(write("d.csv", clean_rows(",") + "2024-03-02,S1,1,99,2.5\n"));
  EXPECT_EQ(staged.result.quarantined, (Counts{{"superseded", 1}}));
  EXPECT_EQ(count("sales WHERE date = '2024-03-02' AND item = '1' AND units = 99"), 1);
}

TEST_F(ImportSales, RecordsWithTimesAreAddedUpWithoutTheirRepetitions) {
  std::string text = "date,store,item,units,price,invoice\n";
  for (int day = 1; day <= 9; ++day) {
    text += fmt::format(
        "2024-03-{0:02} 09:{0:02}:00,S1,A,2,3,i{0}\n2024-03-{0:02} 17:3{0}:00,S1,A,3,4,j{0}\n",
        day);
  }
  text += "2024-03-09 17:39:00,S1,A,3,4,j9\n2024-03-09 17:39:00,S1,A,3,4,k9\n";
  config_.data.price = "price";
  const StagedSales staged = import_file(write("t.csv", text));
  EXPECT_EQ(staged.result.quarantined, (Counts{{"exact_duplicate", 1}}));
  EXPECT_EQ(staged.result.rows_merged, 10);
  EXPECT_EQ(staged.schema.axis.frequency, Frequency::kDaily);
  EXPECT_EQ(staged.schema.gaps, GapMeaning::kZero);
  EXPECT_EQ(count("sales WHERE units = 5"), 8);
  EXPECT_EQ(count("sales WHERE units = 8"), 1);
  // The price of a day is weighted by units: (2 * 3 + 3 * 4) / 5.
  EXPECT_EQ(count("sales WHERE abs(price - 3.6) < 1e-6"), 8);
}

TEST_F(ImportSales, ReturnsAreNettedOrTakenAsZeroOnRequest) {
  const std::string text = clean_rows(",") + "2024-03-01,S1,1,-1,2.5\n2024-03-02,S1,1,-100,2.5\n";
  config_.data.returns = "net";
  EXPECT_EQ(import_file(write("r.csv", text)).result.quarantined, Counts{});
  EXPECT_EQ(count("sales WHERE date = '2024-03-01' AND item = '1' AND units = 1"), 1);
  EXPECT_EQ(count("sales WHERE date = '2024-03-02' AND item = '1' AND units = 0"), 1);
  config_.data.returns = "zero";
  config_.data.duplicates = "sum";
  import_file("r.csv");
  EXPECT_EQ(count("sales WHERE date = '2024-03-02' AND item = '1' AND units = 3"), 1);
}

TEST_F(ImportSales, DayAndMonthOrderIsDecidedOverAllRows) {
  // Only the last row shows that the day comes first.
  std::string text = "date,store,item,units\n";
  for (int day = 1; day <= 13; ++day) text += fmt::format("{:02}/03/2024,S1,A,{}\n", day, day);
  const StagedSales staged = import_file(write("d.csv", text));
  EXPECT_EQ(staged.result.rows_kept, 13);
  EXPECT_EQ(count("sales WHERE date = '2024-03-02' AND units = 2"), 1);
  // Ambiguous for every row: the reading whose days lie close together.
  std::string american = "date,store,item,units\n";
  for (int day = 1; day <= 12; ++day) american += fmt::format("03/{:02}/2024,S1,A,{}\n", day, day);
  const StagedSales second = import_file(write("m.csv", american));
  EXPECT_EQ(count("sales WHERE date = '2024-03-12' AND units = 12"), 1);
  EXPECT_NE(find(second.result, "date_format"), nullptr);
}

TEST_F(ImportSales, FrequencyIsJudgedOverAllSeries) {
  std::string weekly = "date,store,item,units\n";
  std::string monthly = weekly;
  std::string hourly = weekly;
  for (int i = 0; i < 30; ++i) {
    weekly += fmt::format("{},S1,A,{}\n", (Date::of(2024, 1, 3) + 7 * i).to_string(), i);
    monthly += fmt::format("{}-{:02}-01,S1,A,{}\n", 2020 + i / 12, i % 12 + 1, i);
    for (int hour = 0; hour < 24; ++hour)
      hourly += fmt::format("{} {:02}:00:00,S1,A,{}\n", (Date::of(2024, 1, 1) + i).to_string(),
                            hour, hour);
  }
  const StagedSales weeks = import_file(write("w.csv", weekly));
  EXPECT_EQ(weeks.schema.axis.frequency, Frequency::kWeekly);
  EXPECT_EQ(weeks.schema.axis.week_start, 2);  // 2024-01-03 was a Wednesday.
  EXPECT_EQ(import_file(write("m.csv", monthly)).schema.axis.frequency, Frequency::kMonthly);
  EXPECT_EQ(import_file(write("h.csv", hourly)).schema.axis.frequency, Frequency::kHourly);
  // A hundred daily series after the weekly one make it daily.
  std::string mixed = weekly;
  for (int i = 0; i < 100; ++i) {
    for (int day = 0; day < 20; ++day)
      mixed += fmt::format("{},S2,B{},{}\n", (Date::of(2024, 1, 1) + day).to_string(), i, day);
  }
  EXPECT_EQ(import_file(write("x.csv", mixed)).schema.axis.frequency, Frequency::kDaily);
}

TEST_F(ImportSales, DailyRowsFillWeeksAndTheUnfinishedWeekIsToldOf) {
  std::string text = "date,store,item,units\n";
  for (int day = 0; day < 31; ++day)
    text += fmt::format("{},S1,A,1\n", (Date::of(2024, 1, 1) + day).to_string());
  config_.data.frequency = "weekly";
  const StagedSales staged = import_file(write("w.csv", text));
  EXPECT_TRUE(staged.schema.last_period_incomplete);
  EXPECT_NE(find(staged.result, "incomplete_period"), nullptr);
  EXPECT_EQ(count("sales WHERE units = 7"), 4);
  const Panel panel = load(2);
  EXPECT_EQ(panel.axis.label(panel.origin), "2024-01-22");
}

TEST_F(ImportSales, ReadsDecimalCommasByteOrderMarkQuotesAndOldEncodings) {
  config_.data = {
      .files = {}, .keys = {"Filiale"}, .date = "Datum", .units = "Menge", .price = "Preis"};
  std::string text = "\xef\xbb\xbf\"Filiale\";\"Datum\";\"Menge\";\"Preis\"\r\n";
  for (int day = 1; day <= 20; ++day)
    text += fmt::format("\"Ort; \"\"Nord\"\"\";\"{:02}.03.2024\";\"1.234,5\";\"2,50\"\r\n", day);
  EXPECT_EQ(import_file(write("e.csv", text)).result.rows_kept, 20);
  EXPECT_EQ(count("sales WHERE units = 1234.5 AND price = 2.5 AND Filiale = 'Ort; \"Nord\"'"), 20);
  std::string latin = "Filiale;Datum;Menge;Preis\n";
  for (int day = 1; day <= 20; ++day) latin += fmt::format("K\xf6ln;{:02}.03.2024;3;2,5\n", day);
  import_file(write("l.csv", latin));
  EXPECT_EQ(count("sales WHERE Filiale = 'Köln'"), 20);
}

TEST_F(ImportSales, SeveralFilesMayHaveColumnsInAnotherOrder) {
  write("p1.csv", clean_rows(","));
  write("p2.csv",
        "units,item,extra,store,date\n7,9,x,S2,2024-03-01\nbad,9,x,S2,2024-03-02\n8,9,x,S2,2024-03-"
        "03\n");
  const StagedSales staged = import_file("p*.csv");
  EXPECT_EQ(staged.result.rows_read, 23);
  EXPECT_EQ(staged.result.series, 3);
  EXPECT_EQ(find(staged.result, "bad_units")->file, "p2.csv");
  EXPECT_EQ(find(staged.result, "bad_units")->row, 2);
  EXPECT_EQ(staged.result.files, (std::vector<std::string>{"p1.csv", "p2.csv"}));
}

TEST_F(ImportSales, LinesThatAreNoObjectAreBadRowsOfJson) {
  const StagedSales staged =
      import_file(write("a.jsonl", clean_json() + "{\"date\": \n[1,2]\n\"text\"\n"));
  EXPECT_EQ(staged.result.rows_read, 23);
  EXPECT_EQ(staged.result.quarantined, (Counts{{"bad_row", 3}}));
}

TEST_F(ImportSales, WideTablesAreUnpivotedByDatesOrByNumbers) {
  config_.data = {
      .files = {}, .keys = {"item"}, .layout = "wide", .wide_columns = "2024-[0-9]+-[0-9]+"};
  const StagedSales staged =
      import_file(write("w.csv", "item,2024-01-01,2024-01-02,2024-01-03\nA,0,2,3\nB,4,,x\n"));
  EXPECT_EQ(staged.result.rows_read, 6);
  EXPECT_EQ(staged.result.quarantined, (Counts{{"bad_units", 1}}));
  EXPECT_EQ(find(staged.result, "bad_units")->row, 2);
  const Panel panel = load();
  ASSERT_EQ(panel.n_series(), 2U);
  EXPECT_EQ(panel.length(0), 2);  // The zero before the first sale is padding.
  EXPECT_EQ(panel.units_of(0)[0], 2);
  EXPECT_EQ(panel.state_of(1)[1], PeriodState::kMissing);
  config_.data.wide_columns = "d_[0-9]+";
  config_.data.wide_start = "2011-01-29";
  import_file(write("n.csv", "item,d_1,d_2,d_3\nA,1,2,3\n"));
  EXPECT_EQ(count("sales WHERE date = '2011-01-31' AND units = 3"), 1);
}

TEST_F(ImportSales, ASingleSeriesNeedsNoKey) {
  config_.data.keys.clear();
  const StagedSales staged =
      import_file(write("s.csv", "date,units\n2024-01-01,3\n2024-01-02,4\n2024-01-03,5\n"));
  EXPECT_EQ(staged.result.series, 1);
  EXPECT_EQ(load().n_series(), 1U);
}

TEST_F(ImportSales, AllMissingColumnsAreToldAtOnceWithThoseThereAre) {
  write("a.csv", clean_rows(","));
  config_.data.files = {"a.csv"};
  config_.data.units = "unit";
  config_.data.price = "prize";
  const auto staged = import();
  ASSERT_FALSE(staged.ok());
  EXPECT_EQ(staged.error().code, Code::kInvalidData);
  EXPECT_THAT(staged.error().message,
              HasSubstr("a.csv has no column \"unit\" ([data] units), did you mean \"units\"?"));
  EXPECT_THAT(staged.error().message,
              HasSubstr("no column \"prize\" ([data] price), did you mean \"price\"?"));
  EXPECT_THAT(staged.error().message, HasSubstr("the columns are date, store, item, units, price"));
}

TEST_F(ImportSales, MostlyUnusableRowsAreAnErrorOfTheMapping) {
  config_.data.units = "store";
  config_.data.files = {write("a.csv", clean_rows(","))};
  config_.data.keys = {"item"};
  const auto staged = import();
  ASSERT_FALSE(staged.ok());
  EXPECT_THAT(staged.error().message,
              HasSubstr("20 of 20 rows cannot be used; 20 bad_units (first: a.csv row 1, column "
                        "store, value \"S1\")"));
}

TEST_F(ImportSales, FilesThatCannotBeReadAreNamed) {
  config_.data.files = {"sale.csv"};
  write("sales.csv", clean_rows(","));
  EXPECT_THAT(import().error().message, HasSubstr("did you mean \"sales.csv\"?"));
  config_.data.files = {"*.tsv"};
  EXPECT_EQ(import().error().code, Code::kIo);
  config_.data.files = {write("broken.parquet", "no parquet")};
  EXPECT_THAT(import().error().message, HasSubstr("broken.parquet"));
  config_.data.files = {write("empty.csv", "")};
  EXPECT_THAT(import().error().message, HasSubstr("empty.csv"));
  config_.data.files = {write("only.csv", "date,store,item,units\n")};
  EXPECT_FALSE(import().ok());
  config_.data.files = {write("broken.csv.gz", "no gzip at all")};
  EXPECT_FALSE(import().ok());
}

TEST_F(ImportSales, SchemaSurvivesInTheTables) {
  config_.data.price = "price";
  const StagedSales staged = import_file(write("a.csv", clean_rows(",")));
  const auto schema = read_sales_schema(*database_, "");
  ASSERT_TRUE(schema.ok());
  EXPECT_EQ(schema->axis, staged.schema.axis);
  EXPECT_EQ(schema->keys, staged.schema.keys);
  EXPECT_TRUE(schema->has_price);
  EXPECT_FALSE(schema->has_closed);
  EXPECT_EQ(schema->gaps, staged.schema.gaps);
  EXPECT_EQ(read_sales_schema(*database_, "nowhere.").error().code, Code::kNotFound);
}

TEST_F(ImportSales, StopsWhenAskedTo) {
  config_.data.files = {write("a.csv", clean_rows(","))};
  const auto staged =
      stage_sales(*database_, config_,
                  {.work_directory = (folder_ / "work").string(),
                   .progress = [](const Progress& progress) { return progress.done < 2; }});
  ASSERT_FALSE(staged.ok());
  EXPECT_EQ(staged.error().code, Code::kCancelled);
}

}  // namespace
}  // namespace restock::ingest
