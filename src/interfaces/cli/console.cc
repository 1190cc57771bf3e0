#include "interfaces/cli/console.h"

#include <ostream>

namespace restock::cli {

int report_error(const Error& error, Console& console) {
  console.err << "error: " << error.message << '\n';
  if (!error.hint.empty()) console.err << "hint: " << error.hint << '\n';
  if (error.code == Code::kInternal) {
    console.err
        << "hint: this is a fault of Restock; please report it with the command and this message\n";
  }
  console.err.flush();
  return exit_code(error.code);
}

}  // namespace restock::cli
