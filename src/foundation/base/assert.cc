#include "foundation/base/assert.h"

#include <cstdio>
#include <cstdlib>

namespace restock::detail {

void assertion_failed(const char* expression, const char* file, int line) {
  std::fprintf(stderr, "restock: internal error: '%s' is false at %s:%d\n", expression, file, line);
  std::fprintf(stderr, "  this is a bug of Restock; please report the command and this line\n");
  std::fflush(stderr);
  std::_Exit(70);
}

}  // namespace restock::detail
