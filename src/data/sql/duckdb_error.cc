#include "data/sql/duckdb_error.h"

#include <cctype>
#include <string>
#include <string_view>

namespace restock::sql {
namespace {

Code code_of(duckdb_error_type type) {
  switch (type) {
    case DUCKDB_ERROR_IO:
    case DUCKDB_ERROR_NETWORK:
    case DUCKDB_ERROR_HTTP:
    case DUCKDB_ERROR_CONNECTION:
    case DUCKDB_ERROR_MISSING_EXTENSION:
    case DUCKDB_ERROR_AUTOLOAD:
    case DUCKDB_ERROR_TRANSACTION:
      return Code::kIo;
    case DUCKDB_ERROR_OUT_OF_MEMORY:
      return Code::kResourceExhausted;
    case DUCKDB_ERROR_PERMISSION:
      return Code::kPermission;
    case DUCKDB_ERROR_INTERRUPT:
      return Code::kCancelled;
    case DUCKDB_ERROR_INTERNAL:
    case DUCKDB_ERROR_FATAL:
      return Code::kInternal;
    case DUCKDB_ERROR_PARSER:
    case DUCKDB_ERROR_SYNTAX:
    case DUCKDB_ERROR_BINDER:
    case DUCKDB_ERROR_CATALOG:
    case DUCKDB_ERROR_SETTINGS:
    case DUCKDB_ERROR_NOT_IMPLEMENTED:
      return Code::kInvalidArgument;
    default:
      return Code::kInvalidData;
  }
}

// "Binder Error: text" -> "text". The class name is one to four words that start with capitals.
std::string_view without_class_name(std::string_view text) {
  const size_t end = text.find("Error: ");
  if (end == std::string_view::npos || end > 40) return text;
  for (const char c : text.substr(0, end)) {
    if (!std::isalpha(static_cast<unsigned char>(c)) && c != ' ' && c != '-') return text;
  }
  return text.substr(end + 7);
}

bool is_suggestion(std::string_view line) {
  return line.starts_with("Candidate") || line.starts_with("Did you mean") ||
         line.starts_with("Possible ");
}

void join(std::string& to, std::string_view line) {
  while (!line.empty() && line.front() == ' ') line.remove_prefix(1);
  if (line.empty()) return;
  if (!to.empty()) to += ' ';
  to += line;
}

}  // namespace

Error duckdb_error(duckdb_error_type type, const char* message) {
  std::string_view text = message == nullptr ? "DuckDB gave no reason" : message;
  text = without_class_name(text);
  text = text.substr(0, text.find("\nLINE "));
  Error error{code_of(type), "", ""};
  while (!text.empty()) {
    const size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    join(is_suggestion(line) ? error.hint : error.message, line);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  if (type == DUCKDB_ERROR_OUT_OF_MEMORY && error.hint.empty()) {
    error.hint = "give more with --memory, or use fewer threads";
  }
  return error;
}

}  // namespace restock::sql
