#include "data/sql/database.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <unistd.h>
#include <utility>

#include <duckdb.h>
#include <fmt/format.h>

#include "data/sql/cell_text.h"
#include "data/sql/column_source.h"
#include "data/sql/duckdb_error.h"
#include "data/sql/source_registry.h"

namespace restock::sql {
namespace {

namespace fs = std::filesystem;

struct Config {
  duckdb_config handle = nullptr;
  Config() { duckdb_create_config(&handle); }
  Config(const Config&) = delete;
  Config& operator=(const Config&) = delete;
  ~Config() { duckdb_destroy_config(&handle); }

  Status set(const char* name, const std::string& value) {
    if (duckdb_set_config(handle, name, value.c_str()) == DuckDBSuccess) return {};
    return Error{Code::kInvalidArgument, fmt::format("DuckDB refuses {} = {}", name, value), ""};
  }
};

struct Statements {
  duckdb_extracted_statements handle = nullptr;
  Statements() = default;
  Statements(const Statements&) = delete;
  Statements& operator=(const Statements&) = delete;
  ~Statements() { duckdb_destroy_extracted(&handle); }
};

struct Prepared {
  duckdb_prepared_statement handle = nullptr;
  Prepared() = default;
  Prepared(const Prepared&) = delete;
  Prepared& operator=(const Prepared&) = delete;
  ~Prepared() { duckdb_destroy_prepare(&handle); }
};

struct Answer {
  duckdb_result result{};
  Answer() = default;
  Answer(const Answer&) = delete;
  Answer& operator=(const Answer&) = delete;
  ~Answer() { duckdb_destroy_result(&result); }
};

struct DataChunk {
  duckdb_data_chunk handle;
  explicit DataChunk(duckdb_data_chunk chunk) : handle(chunk) {}
  DataChunk(const DataChunk&) = delete;
  DataChunk& operator=(const DataChunk&) = delete;
  ~DataChunk() { duckdb_destroy_data_chunk(&handle); }
};

struct ColumnType {
  duckdb_logical_type handle;
  ColumnType(duckdb_result& result, idx_t column)
      : handle(duckdb_column_logical_type(&result, column)) {}
  ColumnType(ColumnType&& other) noexcept : handle(std::exchange(other.handle, nullptr)) {}
  ColumnType(const ColumnType&) = delete;
  ColumnType& operator=(const ColumnType&) = delete;
  ~ColumnType() {
    if (handle != nullptr) duckdb_destroy_logical_type(&handle);
  }
};

Result<ColumnView::Type> view_type(duckdb_result& result, idx_t column) {
  switch (duckdb_column_type(&result, column)) {
    case DUCKDB_TYPE_BOOLEAN:
      return ColumnView::Type::kBool;
    case DUCKDB_TYPE_INTEGER:
    case DUCKDB_TYPE_DATE:
      return ColumnView::Type::kInt32;
    case DUCKDB_TYPE_BIGINT:
    case DUCKDB_TYPE_TIMESTAMP:
      return ColumnView::Type::kInt64;
    case DUCKDB_TYPE_UINTEGER:
      return ColumnView::Type::kUInt32;
    case DUCKDB_TYPE_FLOAT:
      return ColumnView::Type::kFloat;
    case DUCKDB_TYPE_DOUBLE:
      return ColumnView::Type::kDouble;
    case DUCKDB_TYPE_VARCHAR:
      return ColumnView::Type::kText;
    default:
      break;
  }
  const ColumnType type(result, column);
  return Error{
      Code::kInvalidArgument,
      fmt::format("column '{}' of a streamed query has type {}",
                  duckdb_column_name(&result, column), type_name(type.handle)),
      "cast it to BOOLEAN, INTEGER, UINTEGER, BIGINT, FLOAT, DOUBLE, DATE, TIMESTAMP or VARCHAR"};
}

void view_chunk(const DataChunk& data, Chunk& chunk) {
  chunk.rows = duckdb_data_chunk_get_size(data.handle);
  for (size_t i = 0; i < chunk.columns.size(); ++i) {
    duckdb_vector vector = duckdb_data_chunk_get_vector(data.handle, i);
    chunk.columns[i].data = duckdb_vector_get_data(vector);
    chunk.columns[i].validity = duckdb_vector_get_validity(vector);
  }
}

Result<Table> collect(duckdb_result& result) {
  Table table;
  std::vector<ColumnType> types;
  for (idx_t i = 0; i < duckdb_column_count(&result); ++i) {
    types.emplace_back(result, i);
    table.columns.emplace_back(duckdb_column_name(&result, i));
    table.types.push_back(type_name(types[i].handle));
    if (!has_text(types[i].handle)) {
      return Error{Code::kInvalidArgument,
                   fmt::format("column '{}' has type {}, which cannot be shown", table.columns[i],
                               table.types[i]),
                   "cast it: CAST(x AS VARCHAR)"};
    }
  }
  while (auto* raw = duckdb_fetch_chunk(result)) {
    const DataChunk data(raw);
    const size_t rows = duckdb_data_chunk_get_size(raw);
    for (size_t row = 0; row < rows; ++row) {
      std::vector<Cell> cells;
      cells.reserve(types.size());
      for (size_t i = 0; i < types.size(); ++i) {
        cells.push_back(cell_text(duckdb_data_chunk_get_vector(raw, i), types[i].handle, row));
      }
      table.rows.push_back(std::move(cells));
    }
  }
  return table;
}

bool only_reads(duckdb_statement_type type) {
  return type == DUCKDB_STATEMENT_TYPE_SELECT || type == DUCKDB_STATEMENT_TYPE_EXPLAIN;
}

// Where extensions may lie, most wanted first.
std::vector<fs::path> extension_folders() {
  std::vector<fs::path> folders;
  if (const char* own = std::getenv("RESTOCK_EXTENSIONS"); own != nullptr && *own != '\0') {
    folders.emplace_back(own);
  }
  std::error_code failed;
  const fs::path program = fs::read_symlink("/proc/self/exe", failed);
  if (!failed) folders.push_back(program.parent_path().parent_path() / "lib/restock/extensions");
#ifdef RESTOCK_EXTENSION_DIR
  folders.emplace_back(RESTOCK_EXTENSION_DIR);
#endif
  return folders;
}

std::string default_temp_directory() {
  std::error_code failed;
  const fs::path folder = fs::temp_directory_path(failed);
  return ((failed ? fs::path("/tmp") : folder) / fmt::format("restock-spill-{}", getpid()))
      .string();
}

}  // namespace

struct Database::Impl {
  duckdb_database database = nullptr;
  duckdb_connection connection = nullptr;
  std::shared_ptr<SourceRegistry> sources = std::make_shared<SourceRegistry>();

  Impl() = default;
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    duckdb_disconnect(&connection);
    duckdb_close(&database);
  }

  // The error of a source, which is complete, wins over the engine's report of it.
  Error error_of(duckdb_error_type type, const char* message) {
    if (auto own = sources->take_error()) return *std::move(own);
    return duckdb_error(type, message);
  }
  Error error_of(Answer& answer) {
    return error_of(duckdb_result_error_type(&answer.result), duckdb_result_error(&answer.result));
  }

  Status prepare(const Statements& statements, idx_t index, Prepared& prepared) {
    if (duckdb_prepare_extracted_statement(connection, statements.handle, index,
                                           &prepared.handle) == DuckDBSuccess) {
      return {};
    }
    // Preparing tells no error class, but names it in front of the message.
    const char* message = duckdb_prepare_error(prepared.handle);
    const std::string_view text = message == nullptr ? "" : message;
    const auto type = text.starts_with("IO Error")                   ? DUCKDB_ERROR_IO
                      : text.starts_with("Permission Error")         ? DUCKDB_ERROR_PERMISSION
                      : text.starts_with("INTERNAL Error")           ? DUCKDB_ERROR_INTERNAL
                      : text.starts_with("Out of Memory Error")      ? DUCKDB_ERROR_OUT_OF_MEMORY
                      : text.starts_with("Conversion Error")         ? DUCKDB_ERROR_CONVERSION
                      : text.starts_with("Invalid Input Error")      ? DUCKDB_ERROR_INVALID_INPUT
                      : text.starts_with("TransactionContext Error") ? DUCKDB_ERROR_TRANSACTION
                                                                     : DUCKDB_ERROR_BINDER;
    return error_of(type, message);
  }

  // Run all statements; the last is prepared and left to `run_last`.
  Status run(std::string_view sql, bool read_only,
             const std::function<Status(Prepared&)>& run_last) {
    Statements statements;
    const std::string text(sql);
    const idx_t count = duckdb_extract_statements(connection, text.c_str(), &statements.handle);
    if (count == 0) {
      const char* message = duckdb_extract_statements_error(statements.handle);
      if (message == nullptr)
        return Error{Code::kInvalidArgument, "the SQL text holds no statement", ""};
      return duckdb_error(DUCKDB_ERROR_PARSER, message);
    }
    for (idx_t i = 0; i < count; ++i) {
      Prepared prepared;
      RESTOCK_TRY(prepare(statements, i, prepared));
      if (read_only && !only_reads(duckdb_prepared_statement_type(prepared.handle))) {
        return Error{Code::kPermission, "only statements that read are allowed here",
                     "use SELECT, EXPLAIN, SHOW or DESCRIBE"};
      }
      if (i + 1 == count) return run_last(prepared);
      Answer dropped;
      RESTOCK_TRY(execute(prepared, dropped));
    }
    return {};
  }

  Status execute(Prepared& prepared, Answer& answer) {
    if (duckdb_execute_prepared(prepared.handle, &answer.result) != DuckDBSuccess)
      return error_of(answer);
    return {};
  }

  Result<Table> query(std::string_view sql, bool read_only) {
    Table table;
    RESTOCK_TRY(run(sql, read_only, [&](Prepared& prepared) -> Status {
      Answer answer;
      RESTOCK_TRY(execute(prepared, answer));
      RESTOCK_TRY(table, collect(answer.result));
      return {};
    }));
    return table;
  }

  Status start_stream(Prepared& prepared, Answer& answer) {
    duckdb_pending_result pending = nullptr;
    if (duckdb_pending_prepared_streaming(prepared.handle, &pending) != DuckDBSuccess) {
      Error error = error_of(DUCKDB_ERROR_INVALID_INPUT, duckdb_pending_error(pending));
      duckdb_destroy_pending(&pending);
      return error;
    }
    const auto state = duckdb_execute_pending(pending, &answer.result);
    duckdb_destroy_pending(&pending);
    if (state != DuckDBSuccess) return error_of(answer);
    return {};
  }

  Status stream(Prepared& prepared, const std::function<Status(const Chunk&)>& on_chunk) {
    Answer answer;
    RESTOCK_TRY(start_stream(prepared, answer));
    Chunk chunk;
    for (idx_t i = 0; i < duckdb_column_count(&answer.result); ++i) {
      RESTOCK_TRY(const auto type, view_type(answer.result, i));
      chunk.columns.push_back({type, nullptr, nullptr});
    }
    while (auto* raw = duckdb_fetch_chunk(answer.result)) {
      const DataChunk data(raw);
      view_chunk(data, chunk);
      if (chunk.rows > 0) RESTOCK_TRY(on_chunk(chunk));
    }
    if (duckdb_result_error(&answer.result) != nullptr) return error_of(answer);
    return {};
  }
};

Database::Database(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

Result<Database> Database::open(const DatabaseOptions& options) {
  Config config;
  if (options.threads > 0) RESTOCK_TRY(config.set("threads", std::to_string(options.threads)));
  if (options.memory_bytes > 0) {
    RESTOCK_TRY(config.set(
        "memory_limit", fmt::format("{}KiB", std::max<int64_t>(1, options.memory_bytes / 1024))));
  }
  RESTOCK_TRY(config.set("temp_directory", options.temp_directory.empty()
                                               ? default_temp_directory()
                                               : options.temp_directory));
  RESTOCK_TRY(config.set("preserve_insertion_order", options.preserve_order ? "true" : "false"));
  RESTOCK_TRY(config.set("autoinstall_known_extensions", "false"));
  RESTOCK_TRY(config.set("autoload_known_extensions", "false"));
  // The extensions lie beside libduckdb itself and are trusted as it is; hashing 70 MB to check
  // their signatures would cost every start half a second.
  RESTOCK_TRY(config.set("allow_unsigned_extensions", "true"));

  auto impl = std::make_unique<Impl>();
  char* message = nullptr;
  if (duckdb_open_ext(nullptr, &impl->database, config.handle, &message) != DuckDBSuccess) {
    Error error = duckdb_error(DUCKDB_ERROR_IO, message);
    duckdb_free(message);
    return error;
  }
  if (duckdb_connect(impl->database, &impl->connection) != DuckDBSuccess) {
    return Error{Code::kIo, "DuckDB gave no connection", ""};
  }
  RESTOCK_TRY(register_source_function(impl->connection, impl->sources));
  return Database(std::move(impl));
}

Status Database::execute(std::string_view sql) {
  return impl_->run(sql, false, [this](Prepared& prepared) -> Status {
    Answer answer;
    return impl_->execute(prepared, answer);
  });
}

Result<Table> Database::query(std::string_view sql) {
  return impl_->query(sql, false);
}

Result<Table> Database::query_read_only(std::string_view sql) {
  return impl_->query(sql, true);
}

Status Database::stream(std::string_view sql, const std::function<Status(const Chunk&)>& on_chunk) {
  return impl_->run(sql, false,
                    [&](Prepared& prepared) { return impl_->stream(prepared, on_chunk); });
}

Status Database::append(std::string_view table, const std::vector<AppendColumn>& columns,
                        std::string_view more) {
  RESTOCK_TRY(Source source, column_source(columns));
  constexpr const char* kName = "restock_appended_columns";
  impl_->sources->put(kName, std::move(source));
  Status done = [&]() -> Status {
    RESTOCK_TRY(execute(
        fmt::format("CREATE TABLE IF NOT EXISTS {} ({})", table, column_definitions(columns))));
    return execute(fmt::format("INSERT INTO {} BY NAME SELECT *{}{} FROM {}('{}')", table,
                               more.empty() ? "" : ", ", more, kSourceFunction, kName));
  }();
  impl_->sources->remove(kName);  // It points at the caller's columns.
  return done;
}

Status Database::register_source(std::string_view name, Source source) {
  RESTOCK_ASSERT(source.open != nullptr);
  RESTOCK_ASSERT(!source.columns.empty());
  impl_->sources->put(std::string(name), std::move(source));
  return execute(fmt::format("CREATE OR REPLACE TEMP MACRO {}() AS TABLE FROM {}({})",
                             quote_identifier(name), kSourceFunction, quote_literal(name)));
}

Status Database::load_extension(std::string_view name) {
  std::string looked;
  for (const fs::path& folder : extension_folders()) {
    const fs::path file = folder / fmt::format("{}.duckdb_extension", name);
    std::error_code failed;
    if (fs::exists(file, failed)) return execute("LOAD " + quote_literal(file.string()));
    looked += (looked.empty() ? "" : ", ") + file.string();
  }
  return Error{Code::kIo,
               fmt::format("the DuckDB extension '{}' is missing; looked for {}", name, looked),
               "set RESTOCK_EXTENSIONS to the folder that holds it"};
}

void Database::interrupt() {
  duckdb_interrupt(impl_->connection);
}

std::string Database::version() {
  return duckdb_library_version();
}

const Cell& Table::single() const {
  RESTOCK_ASSERT(!rows.empty());
  RESTOCK_ASSERT(!rows.front().empty());
  return rows.front().front();
}

int64_t Table::single_integer() const {
  const Cell& cell = single();
  int64_t number = 0;
  if (cell) std::from_chars(cell->data(), cell->data() + cell->size(), number);
  return number;
}

std::string_view ColumnView::text(size_t row) const {
  // The engine's accessor wants a mutable pointer but only reads.
  auto* cell = const_cast<duckdb_string_t*>(static_cast<const duckdb_string_t*>(data)) + row;
  return {duckdb_string_t_data(cell), duckdb_string_t_length(*cell)};
}

std::string quote_literal(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') quoted += '\'';
    quoted += c;
  }
  return quoted + '\'';
}

std::string quote_identifier(std::string_view name) {
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace restock::sql
