#include "interfaces/cli/verb.h"

namespace restock::cli {

std::vector<Verb> all_verbs() {
  return {run_verb(), generate_verb(), doctor_verb()};
}

}  // namespace restock::cli
