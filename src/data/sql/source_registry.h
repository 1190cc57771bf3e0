#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include <duckdb.h>

#include "data/sql/source.h"
#include "foundation/base/result.h"

namespace restock::sql {

/// The sources that one database can read, and the failure of the last read. Shared with the
/// engine, which may still hold a plan that reads a source when the database object lets go of it:
/// hence shared pointers. Thread-safe.
class SourceRegistry {
 public:
  void put(const std::string& name, Source source);
  void remove(const std::string& name);
  [[nodiscard]] std::shared_ptr<const Source> find(const std::string& name) const;

  /// The first error of a reader since the last `take_error`, whole (the engine would keep only its
  /// text).
  void report(Error error);
  [[nodiscard]] std::optional<Error> take_error();

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const Source>> sources_;
  std::optional<Error> error_;
};

/// The SQL name of the table function that reads a source: restock_source('name').
inline constexpr const char* kSourceFunction = "restock_source";

/// Make the sources of the registry readable on a connection as restock_source('name').
[[nodiscard]] Status register_source_function(duckdb_connection connection,
                                              const std::shared_ptr<SourceRegistry>& registry);

}  // namespace restock::sql
