#pragma once

namespace restock::detail {

/// Print what failed and where to stderr, then end the process with exit code 70 (our bug).
[[noreturn]] void assertion_failed(const char* expression, const char* file, int line);

}  // namespace restock::detail

/// A fact that only a bug of Restock can break. On in every build. One fact per assertion.
#define RESTOCK_ASSERT(condition)     \
  ((condition) ? static_cast<void>(0) \
               : ::restock::detail::assertion_failed(#condition, __FILE__, __LINE__))
