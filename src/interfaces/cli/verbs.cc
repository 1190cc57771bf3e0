#include "interfaces/cli/verb.h"

namespace restock::cli {

std::vector<Verb> all_verbs() {
  return {doctor_verb()};
}

}  // namespace restock::cli
