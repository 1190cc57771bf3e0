#include "data/sql/cell_text.h"

#include <cstdint>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "foundation/base/assert.h"

namespace restock::sql {
namespace {

// Owns what the C API hands out.
struct Type {
  duckdb_logical_type handle;
  explicit Type(duckdb_logical_type type) : handle(type) {}
  Type(const Type&) = delete;
  Type& operator=(const Type&) = delete;
  ~Type() { duckdb_destroy_logical_type(&handle); }
};

struct Values {
  std::vector<duckdb_value> items;
  Values() = default;
  Values(const Values&) = delete;
  Values& operator=(const Values&) = delete;
  ~Values() {
    for (auto& item : items) duckdb_destroy_value(&item);
  }
};

template <typename T>
const T& at(duckdb_vector vector, size_t row) {
  return static_cast<const T*>(duckdb_vector_get_data(vector))[row];
}

std::string_view text_at(duckdb_vector vector, size_t row) {
  auto* text = static_cast<duckdb_string_t*>(duckdb_vector_get_data(vector)) + row;
  return {duckdb_string_t_data(text), duckdb_string_t_length(*text)};
}

bool is_null(duckdb_vector vector, size_t row) {
  uint64_t* validity = duckdb_vector_get_validity(vector);
  return validity != nullptr && !duckdb_validity_row_is_valid(validity, row);
}

duckdb_value value_at(duckdb_vector vector, duckdb_logical_type type, size_t row);

duckdb_value decimal_at(duckdb_vector vector, duckdb_logical_type type, size_t row) {
  duckdb_decimal decimal{duckdb_decimal_width(type), duckdb_decimal_scale(type), {0, 0}};
  int64_t small = 0;
  switch (duckdb_decimal_internal_type(type)) {
    case DUCKDB_TYPE_SMALLINT:
      small = at<int16_t>(vector, row);
      break;
    case DUCKDB_TYPE_INTEGER:
      small = at<int32_t>(vector, row);
      break;
    case DUCKDB_TYPE_BIGINT:
      small = at<int64_t>(vector, row);
      break;
    default:
      decimal.value = at<duckdb_hugeint>(vector, row);
      return duckdb_create_decimal(decimal);
  }
  decimal.value = {static_cast<uint64_t>(small), small < 0 ? -1 : 0};
  return duckdb_create_decimal(decimal);
}

duckdb_value enum_at(duckdb_vector vector, duckdb_logical_type type, size_t row) {
  uint32_t code = 0;
  switch (duckdb_enum_internal_type(type)) {
    case DUCKDB_TYPE_UTINYINT:
      code = at<uint8_t>(vector, row);
      break;
    case DUCKDB_TYPE_USMALLINT:
      code = at<uint16_t>(vector, row);
      break;
    default:
      code = at<uint32_t>(vector, row);
  }
  char* text = duckdb_enum_dictionary_value(type, code);
  duckdb_value value = duckdb_create_varchar(text);
  duckdb_free(text);
  return value;
}

duckdb_value list_at(duckdb_vector vector, duckdb_logical_type type, size_t row) {
  const auto entry = at<duckdb_list_entry>(vector, row);
  const Type child_type(duckdb_list_type_child_type(type));
  duckdb_vector child = duckdb_list_vector_get_child(vector);
  Values values;
  for (idx_t i = 0; i < entry.length; ++i) {
    values.items.push_back(value_at(child, child_type.handle, entry.offset + i));
  }
  return duckdb_create_list_value(child_type.handle, values.items.data(), entry.length);
}

duckdb_value array_at(duckdb_vector vector, duckdb_logical_type type, size_t row) {
  const idx_t size = duckdb_array_type_array_size(type);
  const Type child_type(duckdb_array_type_child_type(type));
  duckdb_vector child = duckdb_array_vector_get_child(vector);
  Values values;
  for (idx_t i = 0; i < size; ++i)
    values.items.push_back(value_at(child, child_type.handle, row * size + i));
  return duckdb_create_array_value(child_type.handle, values.items.data(), size);
}

duckdb_value struct_at(duckdb_vector vector, duckdb_logical_type type, size_t row) {
  Values values;
  for (idx_t i = 0; i < duckdb_struct_type_child_count(type); ++i) {
    const Type child_type(duckdb_struct_type_child_type(type, i));
    values.items.push_back(
        value_at(duckdb_struct_vector_get_child(vector, i), child_type.handle, row));
  }
  return duckdb_create_struct_value(type, values.items.data());
}

// A map is stored as a list of (key, value).
duckdb_value map_at(duckdb_vector vector, duckdb_logical_type type, size_t row) {
  const auto entry = at<duckdb_list_entry>(vector, row);
  const Type key_type(duckdb_map_type_key_type(type));
  const Type value_type(duckdb_map_type_value_type(type));
  duckdb_vector pairs = duckdb_list_vector_get_child(vector);
  Values keys;
  Values values;
  for (idx_t i = entry.offset; i < entry.offset + entry.length; ++i) {
    keys.items.push_back(value_at(duckdb_struct_vector_get_child(pairs, 0), key_type.handle, i));
    values.items.push_back(
        value_at(duckdb_struct_vector_get_child(pairs, 1), value_type.handle, i));
  }
  return duckdb_create_map_value(type, keys.items.data(), values.items.data(), entry.length);
}

// A UUID is stored with its first bit flipped, so that it sorts as a signed number.
duckdb_value uuid_at(duckdb_vector vector, size_t row) {
  const auto stored = at<duckdb_hugeint>(vector, row);
  return duckdb_create_uuid(
      {stored.lower, static_cast<uint64_t>(stored.upper) ^ (uint64_t{1} << 63)});
}

duckdb_value nested_at(duckdb_vector vector, duckdb_logical_type type, size_t row) {
  switch (duckdb_get_type_id(type)) {
    case DUCKDB_TYPE_DECIMAL:
      return decimal_at(vector, type, row);
    case DUCKDB_TYPE_ENUM:
      return enum_at(vector, type, row);
    case DUCKDB_TYPE_LIST:
      return list_at(vector, type, row);
    case DUCKDB_TYPE_ARRAY:
      return array_at(vector, type, row);
    case DUCKDB_TYPE_STRUCT:
      return struct_at(vector, type, row);
    case DUCKDB_TYPE_MAP:
      return map_at(vector, type, row);
    case DUCKDB_TYPE_UUID:
      return uuid_at(vector, row);
    default:
      return nullptr;
  }
}

// The value, owned by the caller. Precondition: has_text(type).
duckdb_value value_at(duckdb_vector v, duckdb_logical_type type, size_t row) {
  if (is_null(v, row)) return duckdb_create_null_value();
  switch (duckdb_get_type_id(type)) {
    case DUCKDB_TYPE_BOOLEAN:
      return duckdb_create_bool(at<bool>(v, row));
    case DUCKDB_TYPE_TINYINT:
      return duckdb_create_int8(at<int8_t>(v, row));
    case DUCKDB_TYPE_SMALLINT:
      return duckdb_create_int16(at<int16_t>(v, row));
    case DUCKDB_TYPE_INTEGER:
      return duckdb_create_int32(at<int32_t>(v, row));
    case DUCKDB_TYPE_BIGINT:
      return duckdb_create_int64(at<int64_t>(v, row));
    case DUCKDB_TYPE_UTINYINT:
      return duckdb_create_uint8(at<uint8_t>(v, row));
    case DUCKDB_TYPE_USMALLINT:
      return duckdb_create_uint16(at<uint16_t>(v, row));
    case DUCKDB_TYPE_UINTEGER:
      return duckdb_create_uint32(at<uint32_t>(v, row));
    case DUCKDB_TYPE_UBIGINT:
      return duckdb_create_uint64(at<uint64_t>(v, row));
    case DUCKDB_TYPE_HUGEINT:
      return duckdb_create_hugeint(at<duckdb_hugeint>(v, row));
    case DUCKDB_TYPE_UHUGEINT:
      return duckdb_create_uhugeint(at<duckdb_uhugeint>(v, row));
    case DUCKDB_TYPE_FLOAT:
      return duckdb_create_float(at<float>(v, row));
    case DUCKDB_TYPE_DOUBLE:
      return duckdb_create_double(at<double>(v, row));
    case DUCKDB_TYPE_DATE:
      return duckdb_create_date(at<duckdb_date>(v, row));
    case DUCKDB_TYPE_TIME:
      return duckdb_create_time(at<duckdb_time>(v, row));
    case DUCKDB_TYPE_TIME_NS:
      return duckdb_create_time_ns(at<duckdb_time_ns>(v, row));
    case DUCKDB_TYPE_TIME_TZ:
      return duckdb_create_time_tz_value(at<duckdb_time_tz>(v, row));
    case DUCKDB_TYPE_TIMESTAMP:
      return duckdb_create_timestamp(at<duckdb_timestamp>(v, row));
    case DUCKDB_TYPE_TIMESTAMP_S:
      return duckdb_create_timestamp_s(at<duckdb_timestamp_s>(v, row));
    case DUCKDB_TYPE_TIMESTAMP_MS:
      return duckdb_create_timestamp_ms(at<duckdb_timestamp_ms>(v, row));
    case DUCKDB_TYPE_TIMESTAMP_NS:
      return duckdb_create_timestamp_ns(at<duckdb_timestamp_ns>(v, row));
    case DUCKDB_TYPE_TIMESTAMP_TZ:
      return duckdb_create_timestamp_tz(at<duckdb_timestamp>(v, row));
    case DUCKDB_TYPE_INTERVAL:
      return duckdb_create_interval(at<duckdb_interval>(v, row));
    case DUCKDB_TYPE_SQLNULL:
      return duckdb_create_null_value();
    case DUCKDB_TYPE_VARCHAR: {
      const std::string_view text = text_at(v, row);
      return duckdb_create_varchar_length(text.data(), text.size());
    }
    case DUCKDB_TYPE_BLOB: {
      const std::string_view text = text_at(v, row);
      return duckdb_create_blob(reinterpret_cast<const uint8_t*>(text.data()), text.size());
    }
    default:
      return nested_at(v, type, row);
  }
}

struct TypeName {
  duckdb_type type;
  const char* name;
};

constexpr TypeName kTypeNames[] = {{DUCKDB_TYPE_BOOLEAN, "BOOLEAN"},
                                   {DUCKDB_TYPE_TINYINT, "TINYINT"},
                                   {DUCKDB_TYPE_SMALLINT, "SMALLINT"},
                                   {DUCKDB_TYPE_INTEGER, "INTEGER"},
                                   {DUCKDB_TYPE_BIGINT, "BIGINT"},
                                   {DUCKDB_TYPE_UTINYINT, "UTINYINT"},
                                   {DUCKDB_TYPE_USMALLINT, "USMALLINT"},
                                   {DUCKDB_TYPE_UINTEGER, "UINTEGER"},
                                   {DUCKDB_TYPE_UBIGINT, "UBIGINT"},
                                   {DUCKDB_TYPE_HUGEINT, "HUGEINT"},
                                   {DUCKDB_TYPE_UHUGEINT, "UHUGEINT"},
                                   {DUCKDB_TYPE_FLOAT, "FLOAT"},
                                   {DUCKDB_TYPE_DOUBLE, "DOUBLE"},
                                   {DUCKDB_TYPE_VARCHAR, "VARCHAR"},
                                   {DUCKDB_TYPE_BLOB, "BLOB"},
                                   {DUCKDB_TYPE_DATE, "DATE"},
                                   {DUCKDB_TYPE_TIME, "TIME"},
                                   {DUCKDB_TYPE_TIME_NS, "TIME_NS"},
                                   {DUCKDB_TYPE_TIME_TZ, "TIME WITH TIME ZONE"},
                                   {DUCKDB_TYPE_TIMESTAMP, "TIMESTAMP"},
                                   {DUCKDB_TYPE_TIMESTAMP_S, "TIMESTAMP_S"},
                                   {DUCKDB_TYPE_TIMESTAMP_MS, "TIMESTAMP_MS"},
                                   {DUCKDB_TYPE_TIMESTAMP_NS, "TIMESTAMP_NS"},
                                   {DUCKDB_TYPE_TIMESTAMP_TZ, "TIMESTAMP WITH TIME ZONE"},
                                   {DUCKDB_TYPE_INTERVAL, "INTERVAL"},
                                   {DUCKDB_TYPE_UUID, "UUID"},
                                   {DUCKDB_TYPE_ENUM, "ENUM"},
                                   {DUCKDB_TYPE_MAP, "MAP"},
                                   {DUCKDB_TYPE_STRUCT, "STRUCT"},
                                   {DUCKDB_TYPE_UNION, "UNION"},
                                   {DUCKDB_TYPE_BIT, "BIT"},
                                   {DUCKDB_TYPE_BIGNUM, "BIGNUM"},
                                   {DUCKDB_TYPE_GEOMETRY, "GEOMETRY"},
                                   {DUCKDB_TYPE_VARIANT, "VARIANT"},
                                   {DUCKDB_TYPE_SQLNULL, "NULL"}};

const char* simple_name(duckdb_type type) {
  for (const TypeName& each : kTypeNames) {
    if (each.type == type) return each.name;
  }
  return "UNKNOWN";
}

}  // namespace

std::string type_name(duckdb_logical_type type) {
  switch (duckdb_get_type_id(type)) {
    case DUCKDB_TYPE_DECIMAL:
      return fmt::format("DECIMAL({},{})", duckdb_decimal_width(type), duckdb_decimal_scale(type));
    case DUCKDB_TYPE_LIST:
      return type_name(Type(duckdb_list_type_child_type(type)).handle) + "[]";
    case DUCKDB_TYPE_ARRAY:
      return fmt::format("{}[{}]", type_name(Type(duckdb_array_type_child_type(type)).handle),
                         duckdb_array_type_array_size(type));
    default:
      return simple_name(duckdb_get_type_id(type));
  }
}

bool has_text(duckdb_logical_type type) {
  switch (duckdb_get_type_id(type)) {
    case DUCKDB_TYPE_LIST:
      return has_text(Type(duckdb_list_type_child_type(type)).handle);
    case DUCKDB_TYPE_ARRAY:
      return has_text(Type(duckdb_array_type_child_type(type)).handle);
    case DUCKDB_TYPE_MAP:
      return has_text(Type(duckdb_map_type_key_type(type)).handle) &&
             has_text(Type(duckdb_map_type_value_type(type)).handle);
    case DUCKDB_TYPE_STRUCT:
      for (idx_t i = 0; i < duckdb_struct_type_child_count(type); ++i) {
        if (!has_text(Type(duckdb_struct_type_child_type(type, i)).handle)) return false;
      }
      return true;
    case DUCKDB_TYPE_UNION:
    case DUCKDB_TYPE_BIT:
    case DUCKDB_TYPE_BIGNUM:
    case DUCKDB_TYPE_GEOMETRY:
    case DUCKDB_TYPE_VARIANT:
      return false;
    default:
      return std::string_view(simple_name(duckdb_get_type_id(type))) != "UNKNOWN" ||
             duckdb_get_type_id(type) == DUCKDB_TYPE_DECIMAL;
  }
}

std::optional<std::string> cell_text(duckdb_vector vector, duckdb_logical_type type, size_t row) {
  if (is_null(vector, row)) return std::nullopt;
  switch (duckdb_get_type_id(type)) {  // The common types without a detour through a value.
    case DUCKDB_TYPE_VARCHAR:
      return std::string(text_at(vector, row));
    case DUCKDB_TYPE_INTEGER:
      return std::to_string(at<int32_t>(vector, row));
    case DUCKDB_TYPE_BIGINT:
      return std::to_string(at<int64_t>(vector, row));
    default:
      break;
  }
  duckdb_value value = value_at(vector, type, row);
  RESTOCK_ASSERT(value != nullptr);
  char* text = duckdb_get_varchar(value);
  duckdb_destroy_value(&value);
  RESTOCK_ASSERT(text != nullptr);
  std::string result = text;
  duckdb_free(text);
  return result;
}

}  // namespace restock::sql
