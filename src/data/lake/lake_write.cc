#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "data/lake/durable_files.h"
#include "data/lake/lake_impl.h"

namespace restock::lake {
namespace {

using sql::quote_identifier;
using sql::quote_literal;

std::string timestamp_literal(int64_t micros) {
  return fmt::format("make_timestamp({})", micros);
}

bool has_column(const std::vector<TableColumn>& columns, std::string_view name) {
  return std::ranges::any_of(columns,
                             [name](const TableColumn& column) { return column.name == name; });
}

std::string join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text.empty() ? "none" : text;
}

const std::vector<TableColumn>& stamp_columns() {
  static const std::vector<TableColumn> kColumns = {{"run_id", "VARCHAR"},
                                                    {"known_at", "TIMESTAMP"}};
  return kColumns;
}

std::vector<TableColumn> sales_columns(const SalesLayout& layout) {
  std::vector<TableColumn> columns;
  for (const std::string& key : layout.key_names) columns.push_back({key, "VARCHAR"});
  const std::vector<TableColumn> standard = {{"period_start", layout.hourly ? "TIMESTAMP" : "DATE"},
                                             {"units", "DOUBLE"},
                                             {"price", "DOUBLE"},
                                             {"promotion", "DOUBLE"},
                                             {"in_stock", "BOOLEAN"},
                                             {"closed", "BOOLEAN"},
                                             {"source_file", "VARCHAR"},
                                             {"source_row", "BIGINT"},
                                             {"known_at", "TIMESTAMP"},
                                             {"run_id", "VARCHAR"}};
  columns.insert(columns.end(), standard.begin(), standard.end());
  for (const TableColumn& column : layout.more) {
    if (!has_column(columns, column.name)) columns.push_back(column);
  }
  return columns;
}

Status same_data_set(const std::string& directory, const std::vector<std::string>& keys,
                     const std::string& period, const SalesLayout& layout) {
  if (keys != layout.key_names) {
    return Error{Code::kInvalidArgument,
                 fmt::format("the lake in {} holds sales by {}; this data set is by {}", directory,
                             join(keys), join(layout.key_names)),
                 "write it to another [output] directory"};
  }
  if ((period == "TIMESTAMP") != layout.hourly) {
    return Error{Code::kInvalidArgument,
                 fmt::format("the lake in {} holds {} sales; this data set is {}", directory,
                             layout.hourly ? "daily or longer" : "hourly",
                             layout.hourly ? "hourly" : "daily or longer"),
                 "write it to another [output] directory"};
  }
  return {};
}

}  // namespace

LakeWrite::Impl::~Impl() {
  // A failed rollback changes nothing: what is not committed is invisible, and its files go at the
  // next write.
  if (open) static_cast<void>(lake.database.execute("ROLLBACK"));
}

Status LakeWrite::Impl::begin() {
  RESTOCK_TRY(lock, lake.lock());
  // Nobody else writes now, so files that the catalog does not know are what a killed writer left.
  RESTOCK_TRY(
      lake.database.execute("CALL ducklake_delete_orphaned_files('lake', cleanup_all => true)"));
  RESTOCK_TRY(files_before, files_below(lake.data_folder));
  RESTOCK_TRY(lake.database.execute("BEGIN"));
  open = true;
  RESTOCK_TRY(snapshot_before, lake.snapshot());
  return {};
}

Status LakeWrite::Impl::create_table(const std::string& name,
                                     const std::vector<TableColumn>& columns) {
  std::string list;
  for (const TableColumn& column : columns) {
    list += fmt::format("{}{} {}", list.empty() ? "" : ", ", quote_identifier(column.name),
                        column.type);
  }
  return lake.database.execute(
      fmt::format("CREATE TABLE lake.{} ({})", quote_identifier(name), list));
}

Status LakeWrite::Impl::add_missing_columns(const std::string& name,
                                            const std::vector<TableColumn>& wanted) {
  RESTOCK_TRY(const auto present, lake.columns_of(name));
  for (const TableColumn& column : wanted) {
    if (has_column(present, column.name)) continue;
    RESTOCK_TRY(lake.database.execute(fmt::format("ALTER TABLE lake.{} ADD COLUMN {} {}",
                                                  quote_identifier(name),
                                                  quote_identifier(column.name), column.type)));
  }
  return {};
}

Status LakeWrite::Impl::ensure_table(const TableDefinition& definition,
                                     const std::vector<TableColumn>& given) {
  RESTOCK_TRY(const auto present, lake.columns_of(definition.name));
  std::vector<TableColumn> columns;
  RESTOCK_TRY(const auto period, lake.data_set_values("period_type"));
  if (definition.keyed) {
    if (period.empty()) {
      return Error{
          Code::kInvalidArgument,
          fmt::format("table '{}' is written before the lake has a sales table", definition.name),
          "call ensure_sales_table() first"};
    }
    RESTOCK_TRY(const auto keys, lake.data_set_values("key"));
    for (const std::string& key : keys) {
      if (!has_column(given, key)) {
        return Error{Code::kInvalidArgument,
                     fmt::format("table '{}' needs the key column '{}'", definition.name, key), ""};
      }
      columns.push_back({key, "VARCHAR"});
    }
  }
  if (!present.empty()) return add_missing_columns(definition.name, given);
  for (TableColumn column : definition.columns) {
    if (column.type == "PERIOD") column.type = period.empty() ? "DATE" : period.front();
    columns.push_back(std::move(column));
  }
  for (const auto* more : {&given, &stamp_columns()}) {
    for (const TableColumn& column : *more) {
      if (!has_column(columns, column.name)) columns.push_back(column);
    }
  }
  return create_table(definition.name, columns);
}

std::string LakeWrite::Impl::stamps(const std::vector<TableColumn>& given) const {
  std::string text;
  if (!has_column(given, "run_id")) text = quote_literal(options.run_id) + " AS run_id";
  if (!has_column(given, "known_at")) {
    text +=
        (text.empty() ? "" : ", ") + timestamp_literal(options.known_at_micros) + " AS known_at";
  }
  return text;
}

LakeWrite::LakeWrite(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
LakeWrite::LakeWrite(LakeWrite&&) noexcept = default;
LakeWrite& LakeWrite::operator=(LakeWrite&&) noexcept = default;
LakeWrite::~LakeWrite() = default;

Status LakeWrite::ensure_sales_table(const SalesLayout& layout) {
  RESTOCK_ASSERT(impl_->open);
  const auto columns = sales_columns(layout);
  const std::string period = layout.hourly ? "TIMESTAMP" : "DATE";
  RESTOCK_TRY(const auto present, impl_->lake.columns_of("sales"));
  if (!present.empty()) {
    RESTOCK_TRY(const auto keys, impl_->lake.data_set_values("key"));
    RESTOCK_TRY(const auto periods, impl_->lake.data_set_values("period_type"));
    RESTOCK_TRY(same_data_set(impl_->lake.options.directory, keys,
                              periods.empty() ? "" : periods.front(), layout));
    return impl_->add_missing_columns("sales", columns);
  }
  RESTOCK_TRY(impl_->create_table(
      "data_set", {{"name", "VARCHAR"}, {"value", "VARCHAR"}, {"position", "INTEGER"}}));
  std::string rows = fmt::format("('period_type', '{}', 0)", period);
  for (size_t i = 0; i < layout.key_names.size(); ++i) {
    rows += fmt::format(", ('key', {}, {})", quote_literal(layout.key_names[i]), i);
  }
  RESTOCK_TRY(impl_->lake.database.execute("INSERT INTO lake.data_set VALUES " + rows));
  return impl_->create_table("sales", columns);
}

Status LakeWrite::forget_file(std::string_view source_file) {
  RESTOCK_ASSERT(impl_->open);
  for (const char* table : {"sales", "quarantine", "imports"}) {
    RESTOCK_TRY(const auto present, impl_->lake.columns_of(table));
    if (present.empty()) continue;
    RESTOCK_TRY(impl_->lake.database.execute(fmt::format(
        "DELETE FROM lake.{} WHERE source_file = {}", table, quote_literal(source_file))));
  }
  return {};
}

Status LakeWrite::record_import(const ImportRecord& record) {
  return publish_query(
      LakeTable::kImports,
      fmt::format(
          "SELECT {} AS source_file, {} AS content_sha256, {}::BIGINT AS rows_kept, {}::BIGINT AS "
          "rows_quarantined",
          quote_literal(record.source_file), quote_literal(record.content_sha256), record.rows_kept,
          record.rows_quarantined));
}

Status LakeWrite::record_run(const RunRecord& record) {
  return publish_query(
      LakeTable::kRuns,
      fmt::format("SELECT {} AS started_at, {} AS version, {} AS config, {}::BIGINT AS "
                  "snapshot_before, {}::BIGINT AS "
                  "snapshot_after, {} AS status, {} AS held_out",
                  timestamp_literal(record.started_at_micros), quote_literal(record.version),
                  quote_literal(record.config), record.snapshot_before, impl_->snapshot_before + 1,
                  quote_literal(record.status), record.held_out));
}

Status LakeWrite::publish(LakeTable table, const std::vector<sql::AppendColumn>& columns) {
  RESTOCK_ASSERT(impl_->open);
  std::vector<TableColumn> given;
  for (const sql::AppendColumn& column : columns) given.push_back({column.name, column.type});
  const TableDefinition& definition = definition_of(table);
  RESTOCK_TRY(impl_->ensure_table(definition, given));
  return impl_->lake.database.append("lake." + quote_identifier(definition.name), columns,
                                     impl_->stamps(given));
}

Status LakeWrite::publish_query(LakeTable table, std::string_view select) {
  RESTOCK_ASSERT(impl_->open);
  RESTOCK_TRY(const auto described, impl_->lake.database.query(fmt::format("DESCRIBE {}", select)));
  std::vector<TableColumn> given;
  for (const auto& row : described.rows)
    given.push_back({row[0].value_or(""), row[1].value_or("VARCHAR")});
  const TableDefinition& definition = definition_of(table);
  RESTOCK_TRY(impl_->ensure_table(definition, given));
  const std::string stamps = impl_->stamps(given);
  return impl_->lake.database.execute(
      fmt::format("INSERT INTO lake.{} BY NAME SELECT *{}{} FROM (\n{}\n)",
                  quote_identifier(definition.name), stamps.empty() ? "" : ", ", stamps, select));
}

Result<int64_t> LakeWrite::commit() {
  RESTOCK_ASSERT(impl_->open);
  Lake::Impl& lake = impl_->lake;
  // DuckDB does not sync its Parquet files; the catalog, which SQLite syncs, must not name a file
  // that may be lost.
  RESTOCK_TRY(sync_new_files(lake.data_folder, impl_->files_before));
  RESTOCK_TRY(sync_path(lake.options.directory));
  impl_->open = false;
  if (auto done = lake.database.execute("COMMIT"); !done.ok()) {
    static_cast<void>(lake.database.execute("ROLLBACK"));  // Usually over already.
    return std::move(done).error();
  }
  // SQLite commits by removing its journal; only a synced folder keeps it from coming back after a
  // power cut.
  RESTOCK_TRY(sync_path(lake.options.directory));
  impl_->lock.reset();
  return lake.snapshot();
}

}  // namespace restock::lake
