#include "interfaces/cli/verb.h"

namespace restock::cli {

std::vector<Verb> all_verbs() {
  return {run_verb(),  forecast_verb(), plan_verb(),      orders_verb(),   simulate_verb(),
          init_verb(), import_verb(),   generate_verb(),  backtest_verb(), evaluate_verb(),
          tune_verb(), explain_verb(),  reconcile_verb(), sql_verb(),      doctor_verb()};
}

}  // namespace restock::cli
