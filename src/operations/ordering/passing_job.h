#pragma once

#include <memory>
#include <string>
#include <vector>

#include "operations/ordering/plan_orders.h"
#include "operations/pipeline/checkpoint_folder.h"
#include "operations/pipeline/import_stage.h"
#include "operations/pipeline/joint_rules.h"
#include "operations/pipeline/run.h"
#include "operations/pipeline/stock_points.h"
#include "science/inventory/supply.h"

namespace restock {

/// The beginning of a job that keeps nothing: sales are imported into a lake in a temporary folder,
/// which is removed, with all in it, together with this.
class PassingJob {
 public:
  /// Import, and load panel, stock table and holidays; fills panel, rows and findings of `result`.
  /// What is wrong with the stock table is told here, before anything long. Errors: those of
  /// `import_history`; kInvalidArgument if the sales end before the period of `as_of`.
  static Result<PassingJob> open(const RunConfig& given, const PlanOrdersOptions& options,
                                 const ProgressCallback& progress, RunResult& result);
  PassingJob(PassingJob&&) noexcept;
  PassingJob& operator=(PassingJob&&) = delete;
  ~PassingJob();

  [[nodiscard]] const RunConfig& config() const { return config_; }
  [[nodiscard]] const RunOptions& run_options() const { return run_options_; }
  [[nodiscard]] int64_t memory() const { return memory_; }
  [[nodiscard]] const PlanParameters& parameters() const { return parameters_; }
  [[nodiscard]] const std::vector<SeriesSupply>& supply() const { return supply_; }
  /// The series of the panel, and what lies above them in the tree of [locations].
  [[nodiscard]] const StockPoints& points() const { return points_; }
  /// The supplies as replays live them, on evenings that are not today's: see `without_slots`.
  [[nodiscard]] std::vector<SeriesSupply> replay_supply() const;
  [[nodiscard]] const JointRules& rules() const { return rules_; }
  [[nodiscard]] const std::vector<HolidayDay>& holidays() const { return holidays_; }
  [[nodiscard]] CheckpointFolder checkpoints() const;

 private:
  PassingJob() = default;

  std::unique_ptr<WorkFolder> folder_;
  RunConfig config_;
  RunOptions run_options_;
  int64_t memory_ = 0;
  PlanParameters parameters_;
  StockPoints points_;
  std::vector<SeriesSupply> supply_;
  JointRules rules_;
  std::vector<HolidayDay> holidays_;
};

}  // namespace restock
