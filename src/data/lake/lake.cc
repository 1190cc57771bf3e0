#include "data/lake/lake.h"

#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "data/lake/durable_files.h"
#include "data/lake/lake_impl.h"

namespace restock::lake {
namespace {

namespace fs = std::filesystem;
using sql::quote_literal;

Error io_error(const std::string& what, const std::error_code& failed) {
  const bool refused =
      failed == std::errc::permission_denied || failed == std::errc::read_only_file_system;
  return Error{refused ? Code::kPermission : Code::kIo,
               fmt::format("{}: {}", what, failed.message()), ""};
}

// Make the folder, and its name durable.
Status make_folder(const fs::path& folder) {
  std::error_code failed;
  if (fs::is_directory(folder, failed)) return {};
  if (folder.has_parent_path() && folder.parent_path() != folder)
    RESTOCK_TRY(make_folder(folder.parent_path()));
  fs::create_directory(folder, failed);
  if (failed) return io_error(fmt::format("cannot make the folder {}", folder.string()), failed);
  return sync_path(folder.parent_path().string());
}

}  // namespace

Result<FileLock> Lake::Impl::lock() const {
  return FileLock::acquire(options.directory + "/lake.lock", {options.on_wait, options.cancelled});
}

// DATA_PATH is given each time, so that a lake can be moved to another folder as a whole.
Status Lake::Impl::attach() {
  RESTOCK_TRY(database.load_extension("sqlite_scanner"));
  RESTOCK_TRY(database.load_extension("ducklake"));
  std::error_code failed;
  std::optional<FileLock> held;
  const std::string journal = catalog_file + "-journal";
  if (!options.read_only || fs::exists(journal, failed)) {
    RESTOCK_TRY(held, lock());
  }
  if (held && fs::exists(journal, failed)) {
    // A writer was killed while it committed. The first reader with the right to write rolls it
    // back.
    RESTOCK_TRY(
        database.execute(fmt::format("ATTACH {} AS killed_catalog (TYPE sqlite); "
                                     "SELECT count(*) FROM duckdb_tables() WHERE database_name = "
                                     "'killed_catalog'; DETACH killed_catalog",
                                     quote_literal(catalog_file))));
  }
  return database.execute(fmt::format(
      "ATTACH {} AS lake (DATA_PATH {}, OVERRIDE_DATA_PATH true, META_BUSY_TIMEOUT 30000{})",
      quote_literal("ducklake:sqlite:" + catalog_file), quote_literal(data_folder + "/"),
      options.read_only ? ", READ_ONLY" : ""));
}

Result<std::vector<TableColumn>> Lake::Impl::columns_of(std::string_view table) {
  RESTOCK_TRY(
      const auto found,
      database.query(fmt::format(
          "SELECT column_name, data_type FROM duckdb_columns() WHERE database_name = 'lake' "
          "AND schema_name = 'main' AND table_name = {} ORDER BY column_index",
          quote_literal(table))));
  std::vector<TableColumn> columns;
  for (const auto& row : found.rows) columns.push_back({row[0].value_or(""), row[1].value_or("")});
  return columns;
}

Result<std::vector<std::string>> Lake::Impl::data_set_values(std::string_view name) {
  std::vector<std::string> values;
  RESTOCK_TRY(const auto columns, columns_of("data_set"));
  if (columns.empty()) return values;
  RESTOCK_TRY(const auto found,
              database.query(
                  fmt::format("SELECT value FROM lake.data_set WHERE name = {} ORDER BY position",
                              quote_literal(name))));
  for (const auto& row : found.rows) values.push_back(row[0].value_or(""));
  return values;
}

Result<int64_t> Lake::Impl::snapshot() {
  RESTOCK_TRY(const auto found, database.query("SELECT id FROM lake.current_snapshot()"));
  return found.single_integer();
}

Lake::Lake(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Lake::Lake(Lake&&) noexcept = default;
Lake& Lake::operator=(Lake&&) noexcept = default;
Lake::~Lake() = default;

Result<Lake> Lake::open(const LakeOptions& options) {
  std::error_code failed;
  const fs::path folder = fs::absolute(options.directory, failed).lexically_normal();
  const std::string directory =
      folder.has_filename() ? folder.string() : folder.parent_path().string();
  const std::string catalog = directory + "/catalog.sqlite";
  if (options.read_only && (!fs::exists(catalog, failed) || fs::file_size(catalog, failed) == 0)) {
    return Error{Code::kNotFound, fmt::format("there is no lake in {}", directory),
                 "`restock run` makes one"};
  }
  if (!options.read_only) RESTOCK_TRY(make_folder(directory));
  RESTOCK_TRY(sql::Database database, sql::Database::open(options.database));
  auto impl =
      std::make_unique<Impl>(Impl{options, catalog, directory + "/data", std::move(database)});
  impl->options.directory = directory;
  RESTOCK_TRY(impl->attach());
  return Lake(std::move(impl));
}

sql::Database& Lake::database() {
  return impl_->database;
}
const std::string& Lake::directory() const {
  return impl_->options.directory;
}
Result<int64_t> Lake::snapshot() {
  return impl_->snapshot();
}
Result<std::vector<std::string>> Lake::key_names() {
  return impl_->data_set_values("key");
}
Result<std::vector<TableColumn>> Lake::columns_of(std::string_view table) {
  return impl_->columns_of(table);
}

Result<bool> Lake::has_import(std::string_view content_sha256) {
  RESTOCK_TRY(const auto columns, impl_->columns_of("imports"));
  if (columns.empty()) return false;
  RESTOCK_TRY(const auto found, impl_->database.query(fmt::format(
                                    "SELECT count(*) FROM lake.imports WHERE content_sha256 = {}",
                                    quote_literal(content_sha256))));
  return found.single_integer() > 0;
}

Result<LakeWrite> Lake::begin_write(const WriteOptions& options) {
  if (impl_->options.read_only) {
    return Error{Code::kPermission,
                 fmt::format("the lake in {} is open for reading only", directory()), ""};
  }
  auto write = std::make_unique<LakeWrite::Impl>(*impl_, options);
  RESTOCK_TRY(write->begin());
  return LakeWrite(std::move(write));
}

}  // namespace restock::lake
