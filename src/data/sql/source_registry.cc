#include "data/sql/source_registry.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <limits>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace restock::sql {
namespace {

using Type = SourceColumn::Type;

duckdb_type engine_type(Type type) {
  switch (type) {
    case Type::kBool:
      return DUCKDB_TYPE_BOOLEAN;
    case Type::kInt32:
      return DUCKDB_TYPE_INTEGER;
    case Type::kInt64:
      return DUCKDB_TYPE_BIGINT;
    case Type::kFloat:
      return DUCKDB_TYPE_FLOAT;
    case Type::kDouble:
      return DUCKDB_TYPE_DOUBLE;
    case Type::kDate:
      return DUCKDB_TYPE_DATE;
    case Type::kTimestamp:
      return DUCKDB_TYPE_TIMESTAMP;
    case Type::kText:
    case Type::kDictionary:
      return DUCKDB_TYPE_VARCHAR;
  }
  return DUCKDB_TYPE_INVALID;
}

struct Vector {
  duckdb_vector handle = nullptr;
  Vector() = default;
  Vector(const Vector&) = delete;
  Vector& operator=(const Vector&) = delete;
  Vector(Vector&& other) noexcept : handle(std::exchange(other.handle, nullptr)) {}
  Vector& operator=(Vector&&) = delete;
  ~Vector() {
    if (handle != nullptr) duckdb_destroy_vector(&handle);
  }
};

// The words of a dictionary column; one more entry, the last, is NULL.
Vector make_dictionary(const std::vector<std::string>& words) {
  Vector vector;
  duckdb_logical_type type = duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR);
  vector.handle = duckdb_create_vector(type, words.size() + 1);
  duckdb_destroy_logical_type(&type);
  for (size_t i = 0; i < words.size(); ++i) {
    duckdb_vector_assign_string_element_len(vector.handle, i, words[i].data(), words[i].size());
  }
  duckdb_vector_ensure_validity_writable(vector.handle);
  duckdb_validity_set_row_invalid(duckdb_vector_get_validity(vector.handle), words.size());
  return vector;
}

// What one reading statement was bound to.
struct Binding {
  std::shared_ptr<SourceRegistry> registry;
  std::shared_ptr<const Source> source;
};

// State of one scan, shared by its threads. Partitions are handed out in order.
struct Scan {
  std::atomic<size_t> next_partition = 0;
};

// State of one thread of a scan. Dictionaries are per thread, so that no reference count is fought
// over.
struct LocalScan {
  PartitionReader reader;
  std::vector<Vector> dictionaries;  ///< one per column; empty handles for other types
  std::vector<SourceChunk::Column> columns;
  std::vector<duckdb_selection_vector> selections;

  ~LocalScan() { drop_selections(); }
  void drop_selections() {
    for (auto& selection : selections) {
      if (selection != nullptr) duckdb_destroy_selection_vector(selection);
      selection = nullptr;
    }
  }
};

template <typename T>
void destroy(void* object) {
  delete static_cast<T*>(object);
}

void bind(duckdb_bind_info info) {
  const auto& registry =
      *static_cast<std::shared_ptr<SourceRegistry>*>(duckdb_bind_get_extra_info(info));
  duckdb_value value = duckdb_bind_get_parameter(info, 0);
  char* text = duckdb_get_varchar(value);
  const std::string name = text == nullptr ? "" : text;
  duckdb_free(text);
  duckdb_destroy_value(&value);
  auto source = registry->find(name);
  if (source == nullptr) {
    duckdb_bind_set_error(info, fmt::format("no source is named '{}'", name).c_str());
    return;
  }
  for (const SourceColumn& column : source->columns) {
    duckdb_logical_type type = duckdb_create_logical_type(engine_type(column.type));
    duckdb_bind_add_result_column(info, column.name.c_str(), type);
    duckdb_destroy_logical_type(&type);
  }
  if (source->rows_estimate > 0) {
    duckdb_bind_set_cardinality(info, static_cast<idx_t>(source->rows_estimate), false);
  }
  duckdb_bind_set_bind_data(info, new Binding{registry, std::move(source)}, destroy<Binding>);
}

void init(duckdb_init_info info) {
  const auto& binding = *static_cast<Binding*>(duckdb_init_get_bind_data(info));
  duckdb_init_set_max_threads(info, std::max<size_t>(1, binding.source->partitions));
  duckdb_init_set_init_data(info, new Scan, destroy<Scan>);
}

void init_local(duckdb_init_info info) {
  const auto& binding = *static_cast<Binding*>(duckdb_init_get_bind_data(info));
  auto* local = new LocalScan;
  for (const SourceColumn& column : binding.source->columns) {
    local->columns.push_back({column.type, nullptr, nullptr});
    local->dictionaries.push_back(
        column.type == Type::kDictionary ? make_dictionary(column.dictionary) : Vector());
  }
  local->selections.resize(local->columns.size(), nullptr);
  duckdb_init_set_init_data(info, local, destroy<LocalScan>);
}

// Point the chunk's columns at the engine's memory. The codes of a dictionary column are written
// straight into the selection vector that will pick its words (a code and sel_t are both 32 bits).
void prepare_columns(LocalScan& local, duckdb_data_chunk output, size_t capacity) {
  for (size_t i = 0; i < local.columns.size(); ++i) {
    SourceChunk::Column& column = local.columns[i];
    column.vector = duckdb_data_chunk_get_vector(output, i);
    if (column.type == Type::kDictionary) {
      local.selections[i] = duckdb_create_selection_vector(capacity);
      column.values = duckdb_selection_vector_get_data_ptr(local.selections[i]);
    } else {
      column.values = duckdb_vector_get_data(static_cast<duckdb_vector>(column.vector));
    }
  }
}

// Turn codes into words. Codes out of range are the caller's mistake and must not reach the engine.
Status finish_columns(LocalScan& local, const Source& source, size_t rows) {
  for (size_t i = 0; i < local.columns.size(); ++i) {
    if (local.columns[i].type != Type::kDictionary) continue;
    const auto words = static_cast<uint32_t>(source.columns[i].dictionary.size());
    auto* codes = static_cast<uint32_t*>(local.columns[i].values);
    uint32_t worst = 0;
    for (size_t row = 0; row < rows; ++row) {
      // -1 reads as the largest number, and becomes the NULL entry.
      codes[row] = codes[row] == std::numeric_limits<uint32_t>::max() ? words : codes[row];
      worst = std::max(worst, codes[row]);
    }
    if (worst > words) {
      return Error{Code::kInternal,
                   fmt::format("code {} of column '{}' is outside its dictionary of {} words",
                               worst, source.columns[i].name, words),
                   ""};
    }
    auto* vector = static_cast<duckdb_vector>(local.columns[i].vector);
    duckdb_vector_reference_vector(vector, local.dictionaries[i].handle);
    duckdb_slice_vector(vector, local.selections[i], rows);
  }
  return {};
}

// Read the next rows of this thread, from its partition or the next free one; 0 = all partitions
// are taken.
Result<size_t> read_rows(LocalScan& local, Scan& scan, const Source& source, SourceChunk& chunk) {
  while (true) {
    if (!local.reader) {
      const size_t partition = scan.next_partition.fetch_add(1);
      if (partition >= source.partitions) return size_t{0};
      local.reader = source.open(partition);
    }
    auto rows = local.reader(chunk);
    if (!rows.ok() || *rows > 0) return rows;
    local.reader = nullptr;
  }
}

Result<size_t> fill(LocalScan& local, Scan& scan, const Source& source, duckdb_data_chunk output) {
  const size_t capacity = duckdb_vector_size();
  prepare_columns(local, output, capacity);
  SourceChunk chunk(local.columns, capacity);
  RESTOCK_TRY(const size_t rows, read_rows(local, scan, source, chunk));
  if (rows > capacity) {
    return Error{Code::kInternal,
                 fmt::format("a source wrote {} rows into room for {}", rows, capacity), ""};
  }
  if (rows > 0) RESTOCK_TRY(finish_columns(local, source, rows));
  return rows;
}

void scan(duckdb_function_info info, duckdb_data_chunk output) {
  const auto& binding = *static_cast<Binding*>(duckdb_function_get_bind_data(info));
  auto& shared = *static_cast<Scan*>(duckdb_function_get_init_data(info));
  auto& local = *static_cast<LocalScan*>(duckdb_function_get_local_init_data(info));
  Result<size_t> rows = size_t{0};
  try {
    rows = fill(local, shared, *binding.source, output);
  } catch (
      const std::exception& error) {  // Nothing may be thrown through the engine's C interface.
    rows = Error{Code::kInternal, fmt::format("a source threw: {}", error.what()), ""};
  }
  local.drop_selections();
  if (!rows.ok()) {
    duckdb_function_set_error(info, rows.error().message.c_str());
    binding.registry->report(std::move(rows).error());
    return;
  }
  duckdb_data_chunk_set_size(output, *rows);
}

}  // namespace

void SourceChunk::set_text(size_t column, size_t row, std::string_view text) {
  duckdb_vector_assign_string_element_len(static_cast<duckdb_vector>(columns_[column].vector), row,
                                          text.data(), text.size());
}

void SourceChunk::set_null(size_t column, size_t row) {
  auto* vector = static_cast<duckdb_vector>(columns_[column].vector);
  duckdb_vector_ensure_validity_writable(vector);
  duckdb_validity_set_row_invalid(duckdb_vector_get_validity(vector), row);
}

void SourceRegistry::put(const std::string& name, Source source) {
  const std::lock_guard lock(mutex_);
  sources_[name] = std::make_shared<const Source>(std::move(source));
}

void SourceRegistry::remove(const std::string& name) {
  const std::lock_guard lock(mutex_);
  sources_.erase(name);
}

std::shared_ptr<const Source> SourceRegistry::find(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const auto found = sources_.find(name);
  return found == sources_.end() ? nullptr : found->second;
}

void SourceRegistry::report(Error error) {
  const std::lock_guard lock(mutex_);
  if (!error_) error_ = std::move(error);
}

std::optional<Error> SourceRegistry::take_error() {
  const std::lock_guard lock(mutex_);
  return std::exchange(error_, std::nullopt);
}

Status register_source_function(duckdb_connection connection,
                                const std::shared_ptr<SourceRegistry>& registry) {
  duckdb_table_function function = duckdb_create_table_function();
  duckdb_table_function_set_name(function, kSourceFunction);
  duckdb_logical_type text = duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR);
  duckdb_table_function_add_parameter(function, text);
  duckdb_destroy_logical_type(&text);
  using Shared = std::shared_ptr<SourceRegistry>;
  duckdb_table_function_set_extra_info(function, new Shared(registry), destroy<Shared>);
  duckdb_table_function_set_bind(function, bind);
  duckdb_table_function_set_init(function, init);
  duckdb_table_function_set_local_init(function, init_local);
  duckdb_table_function_set_function(function, scan);
  const auto state = duckdb_register_table_function(connection, function);
  duckdb_destroy_table_function(&function);
  if (state != DuckDBSuccess)
    return Error{Code::kInternal, "DuckDB refused the source function", ""};
  return {};
}

}  // namespace restock::sql
