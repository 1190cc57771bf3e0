#pragma once

namespace restock {

/// Ask OpenMP threads to sleep, not spin, between parallel regions: set OMP_WAIT_POLICY=passive
/// unless the user set it.
///
/// libgomp reads the variable when it is loaded, which happens with the first model (see
/// xgboost_library.h). Training calls this itself; a program with other threads calls it first
/// thing in `main`, because setenv may not run while another thread reads the environment.
void request_passive_openmp();

}  // namespace restock
