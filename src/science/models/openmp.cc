#include "science/models/openmp.h"

#include <cstdlib>

namespace restock {

void request_passive_openmp() {
  if (std::getenv("OMP_WAIT_POLICY") == nullptr) setenv("OMP_WAIT_POLICY", "passive", 0);
}

}  // namespace restock
