#include "data/ingest/raw_table.h"

#include <algorithm>
#include <regex>

#include <fmt/format.h>

#include "data/ingest/text_sample.h"
#include "foundation/config/suggest.h"

namespace restock::ingest {
namespace {

using sql::quote_identifier;
using sql::quote_literal;

constexpr size_t kSampleBytes = 4 << 20;
constexpr const char* kQuarantine = "ingest_rejected";

std::string join_columns(const std::vector<std::string>& names) {
  std::vector<std::string> quoted;
  for (const auto& name : names) quoted.push_back(quote_identifier(name));
  return fmt::format("{}", fmt::join(quoted, ", "));
}

/// Where one text file was cut to, and its columns.
struct StagedFile {
  std::string path;
  std::vector<std::string> columns;
};

/// Rejected lines whose places are remembered for numbering the rows behind them.
constexpr size_t kRejectsNumbered = 1000;

Error in_file(const SourceFile& file, const Error& error) {
  return {error.code, fmt::format("{}: {}", file.name, error.message), error.hint};
}

std::string compression_option(const SourceFile& file) {
  switch (file.compression) {
    case Compression::kGzip:
      return ", compression = 'gzip'";
    case Compression::kZstd:
      return ", compression = 'zstd'";
    case Compression::kNone:
      return ", compression = 'none'";
  }
  return "";
}

/// Move the lines that DuckDB could not cut from its reject tables to the quarantine.
Status take_rejects(sql::Database& database, const SourceFile& file, bool has_header) {
  return database.execute(fmt::format(
      "INSERT INTO {} SELECT 'bad_row', {}, min(line) - {}, any_value(column_name), NULL, "
      "CAST(to_json({{'line': left(any_value(csv_line), 4000), 'problem': "
      "any_value(error_message)}}) AS VARCHAR) "
      "FROM reject_errors GROUP BY scan_id, file_id, line; DELETE FROM reject_errors; DELETE FROM "
      "reject_scans;",
      kQuarantine, quote_literal(file.name), has_header ? 1 : 0));
}

Result<StagedFile> stage_delimited(sql::Database& database, const SourceFile& file,
                                   const DataConfig& config, const std::string& target) {
  RESTOCK_TRY(const std::string bytes, read_prefix(file, kSampleBytes));
  const std::string delimiter =
      file.format == FileFormat::kTsv && config.delimiter == "auto" ? "\t" : config.delimiter;
  const auto sample = sample_delimited(
      bytes, {.delimiter = delimiter, .rows_max = 2000, .complete = bytes.size() < kSampleBytes});
  if (!sample) return in_file(file, sample.error());
  std::vector<std::string> types;
  for (const auto& name : sample->columns)
    types.push_back(fmt::format("{}: 'VARCHAR'", quote_literal(name)));
  const std::string sql = fmt::format(
      "COPY (SELECT row_number() OVER () AS row_number, * FROM read_csv({}, auto_detect = false, "
      "header = {}, delim = {}, "
      "quote = '\"', escape = '\"', columns = {{{}}}, encoding = '{}', null_padding = false, "
      "store_rejects = true, "
      "rejects_limit = 0, parallel = true{})) TO {} (FORMAT parquet, COMPRESSION zstd)",
      quote_literal(file.path), sample->has_header,
      quote_literal(std::string(1, sample->delimiter)), fmt::join(types, ", "), sample->encoding,
      compression_option(file), quote_literal(target));
  if (auto status = database.execute(sql); !status.ok()) return in_file(file, status.error());
  RESTOCK_TRY(take_rejects(database, file, sample->has_header));
  return StagedFile{target, sample->columns};
}

/// SQL that adds to the number of a row those of the rejected lines before it.
Result<std::string> row_number_expression(sql::Database& database, const SourceFile& file) {
  if (file.format == FileFormat::kJsonLines) return std::string("row_number");
  // The i-th rejected line (from 0) at row t shifts the accepted rows from t - i on.
  RESTOCK_TRY(
      const auto rejected,
      database.query(fmt::format("SELECT \"row\" FROM {} WHERE file = {} ORDER BY \"row\" LIMIT {}",
                                 kQuarantine, quote_literal(file.name), kRejectsNumbered)));
  if (rejected.rows.empty()) return std::string("row_number");
  std::vector<int64_t> places;
  for (size_t i = 0; i < rejected.rows.size(); ++i) {
    places.push_back(std::stoll(rejected.rows[i][0].value_or("0")) - static_cast<int64_t>(i));
  }
  return fmt::format("row_number + len(list_filter([{}], x -> x <= row_number)) AS row_number",
                     fmt::join(places, ", "));
}

std::string json_pointer(const std::string& key) {
  std::string out = "/";
  for (const char c : key) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

/// Each line is read as one text by a delimiter that valid JSON cannot hold; what is no object goes
/// to the quarantine.
Result<StagedFile> stage_json(sql::Database& database, const SourceFile& file,
                              const std::string& target) {
  RESTOCK_TRY(const std::string bytes, read_prefix(file, kSampleBytes));
  const auto sample =
      sample_json_lines(bytes, {.rows_max = 20000, .complete = bytes.size() < kSampleBytes});
  if (!sample) return in_file(file, sample.error());
  const std::string lines = fmt::format(
      "read_csv({}, auto_detect = false, header = false, delim = '\x01', quote = '', escape = '', "
      "columns = {{'line': 'VARCHAR'}}, store_rejects = true, rejects_limit = 0{})",
      quote_literal(file.path), compression_option(file));
  std::vector<std::string> pointers;
  std::vector<std::string> columns;
  for (size_t i = 0; i < sample->columns.size(); ++i) {
    pointers.push_back(quote_literal(json_pointer(sample->columns[i])));
    columns.push_back(fmt::format("cells[{}] AS {}", i + 1, quote_identifier(sample->columns[i])));
  }
  const std::string cut = fmt::format(
      "SELECT row_number() OVER () AS row_number, ltrim(line, chr(65279)) AS line FROM {}", lines);
  const std::string valid =
      "(CASE WHEN json_valid(line) THEN json_type(line) = 'OBJECT' ELSE false END)";
  const std::string whole = target + ".lines";
  if (auto status = database.execute(fmt::format(
          "COPY ({}) TO {} (FORMAT parquet, COMPRESSION zstd)", cut, quote_literal(whole)));
      !status.ok()) {
    return in_file(file, status.error());
  }
  RESTOCK_TRY(take_rejects(database, file, false));
  RESTOCK_TRY(database.execute(
      fmt::format("INSERT INTO {} SELECT 'bad_row', {}, row_number, NULL, NULL, "
                  "CAST(to_json({{'line': left(line, 4000)}}) AS VARCHAR) "
                  "FROM read_parquet({}) WHERE NOT {} AND trim(line) <> ''",
                  kQuarantine, quote_literal(file.name), quote_literal(whole), valid)));
  RESTOCK_TRY(database.execute(
      fmt::format("COPY (SELECT row_number, {0} FROM (SELECT row_number, CASE WHEN {1} THEN "
                  "json_extract_string(line, [{2}]) END AS cells FROM "
                  "read_parquet({3}) WHERE {1})) TO {4} (FORMAT parquet, COMPRESSION zstd)",
                  fmt::join(columns, ", "), valid, fmt::join(pointers, ", "), quote_literal(whole),
                  quote_literal(target))));
  return StagedFile{target, sample->columns};
}

Result<RawTable> open_text(sql::Database& database, const std::vector<SourceFile>& files,
                           const DataConfig& config, const std::string& work_directory) {
  RawTable table;
  table.files = files;
  table.quarantine_table = kQuarantine;
  std::vector<StagedFile> staged;
  for (size_t i = 0; i < files.size(); ++i) {
    const std::string target = fmt::format("{}/stage_{}.parquet", work_directory, i);
    if (files[i].format == FileFormat::kJsonLines) {
      RESTOCK_TRY(StagedFile one, stage_json(database, files[i], target));
      staged.push_back(std::move(one));
    } else {
      RESTOCK_TRY(StagedFile one, stage_delimited(database, files[i], config, target));
      staged.push_back(std::move(one));
    }
  }
  for (const auto& one : staged) {
    for (const auto& name : one.columns) {
      if (table.find(name) == nullptr) table.columns.push_back({name, "VARCHAR"});
    }
  }
  std::vector<std::string> parts;
  for (size_t i = 0; i < staged.size(); ++i) {
    std::vector<std::string> columns;
    for (const auto& column : table.columns) {
      const auto& own = staged[i].columns;
      const bool has = std::find(own.begin(), own.end(), column.name) != own.end();
      columns.push_back(fmt::format("CAST({} AS VARCHAR) AS {}",
                                    has ? quote_identifier(column.name) : "NULL",
                                    quote_identifier(column.name)));
    }
    RESTOCK_TRY(const std::string number, row_number_expression(database, files[i]));
    parts.push_back(fmt::format("SELECT {} AS row_file, {}, {} FROM read_parquet({})",
                                quote_literal(files[i].name), number, fmt::join(columns, ", "),
                                quote_literal(staged[i].path)));
  }
  table.relation = fmt::format("({})", fmt::join(parts, " UNION ALL "));
  table.plain_relation = table.relation;
  RESTOCK_TRY(const auto rejected,
              database.query(fmt::format("SELECT count(*) FROM {}", kQuarantine)));
  table.rows_rejected = rejected.single_integer();
  return table;
}

Result<RawTable> open_parquet(sql::Database& database, const std::vector<SourceFile>& files) {
  RawTable table;
  table.files = files;
  table.quarantine_table = kQuarantine;
  std::vector<std::string> paths;
  for (const auto& file : files) paths.push_back(quote_literal(file.path));
  const std::string list = fmt::format("[{}]{}", fmt::join(paths, ", "),
                                       files.size() > 1 ? ", union_by_name = true" : "");
  const std::string plain = fmt::format("read_parquet({}, hive_partitioning = false)", list);
  const auto described = database.query(fmt::format("DESCRIBE SELECT * FROM {}", plain));
  if (!described) return in_file(files.front(), described.error());
  for (const auto& row : described->rows)
    table.columns.push_back({row[0].value_or(""), row[1].value_or("")});
  table.plain_relation = fmt::format("(SELECT * FROM {})", plain);
  std::string file_names = "CASE filename";
  for (const auto& file : files)
    file_names +=
        fmt::format(" WHEN {} THEN {}", quote_literal(file.path), quote_literal(file.name));
  table.relation = fmt::format(
      "(SELECT {} ELSE filename END AS row_file, file_row_number + 1 AS row_number, {} FROM "
      "read_parquet({}, "
      "hive_partitioning = false, filename = true, file_row_number = true))",
      file_names, join_columns(table.names()), list);
  return table;
}

}  // namespace

const RawTable::Column* RawTable::find(const std::string& name) const {
  const auto place = std::find_if(columns.begin(), columns.end(),
                                  [&](const Column& column) { return column.name == name; });
  return place == columns.end() ? nullptr : &*place;
}

std::vector<std::string> RawTable::names() const {
  std::vector<std::string> out;
  for (const auto& column : columns) out.push_back(column.name);
  return out;
}

Result<RawTable> open_raw_table(sql::Database& database, const std::vector<SourceFile>& files,
                                const DataConfig& config, const std::string& work_directory) {
  RESTOCK_ASSERT(!files.empty());
  RESTOCK_TRY(
      database.execute(fmt::format("CREATE OR REPLACE TEMP TABLE {} (reason VARCHAR, file VARCHAR, "
                                   "\"row\" BIGINT, \"column\" VARCHAR, \"value\" VARCHAR, "
                                   "raw VARCHAR)",
                                   kQuarantine)));
  const bool parquet = files.front().format == FileFormat::kParquet;
  for (const auto& file : files) {
    if ((file.format == FileFormat::kParquet) != parquet) {
      return Error{Code::kInvalidArgument,
                   fmt::format("{} and {} differ in format", files.front().name, file.name),
                   "import Parquet files and text files one after the other"};
    }
  }
  return parquet ? open_parquet(database, files)
                 : open_text(database, files, config, work_directory);
}

Result<RawTable> unpivot(sql::Database& database, const RawTable& wide, const DataConfig& config,
                         const std::string& work_directory) {
  std::vector<std::string> dates;
  std::vector<std::string> others;
  try {
    const std::regex pattern(config.wide_columns, std::regex::ECMAScript);
    for (const auto& column : wide.columns) {
      (std::regex_match(column.name, pattern) ? dates : others).push_back(column.name);
    }
  } catch (const std::regex_error&) {
    return Error{
        Code::kInvalidArgument,
        fmt::format("[data] wide_columns: \"{}\" is no regular expression", config.wide_columns),
        "such as d_[0-9]+"};
  }
  if (dates.empty()) {
    return Error{Code::kInvalidArgument,
                 fmt::format("[data] wide_columns: \"{}\" matches none of the columns {}",
                             config.wide_columns, fmt::join(others, ", ")),
                 "the expression must match the whole name"};
  }
  RawTable table = wide;
  table.columns.clear();
  for (const auto& name : others) table.columns.push_back(*wide.find(name));
  table.columns.push_back({"wide_date", "VARCHAR"});
  table.columns.push_back({"wide_units", "VARCHAR"});
  // A cell is a row here: its number is that of the line, its column the date.
  std::vector<std::string> casts;
  for (const auto& name : dates) {
    casts.push_back(
        fmt::format("CAST({} AS VARCHAR) AS {}", quote_identifier(name), quote_identifier(name)));
  }
  const std::string target = work_directory + "/stage_long.parquet";
  RESTOCK_TRY(database.execute(
      fmt::format("COPY (SELECT row_file, row_number, {0}{1}wide_date, wide_units FROM (SELECT "
                  "row_file, row_number, {0}{1}{2} FROM {3}) "
                  "UNPIVOT INCLUDE NULLS (wide_units FOR wide_date IN ({4}))) TO {5} (FORMAT "
                  "parquet, COMPRESSION zstd)",
                  join_columns(others), others.empty() ? "" : ", ", fmt::join(casts, ", "),
                  wide.relation, join_columns(dates), quote_literal(target))));
  table.relation = fmt::format("(SELECT * FROM read_parquet({}))", quote_literal(target));
  table.plain_relation = table.relation;
  return table;
}

}  // namespace restock::ingest
