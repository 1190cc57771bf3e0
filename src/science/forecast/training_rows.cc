#include "science/forecast/training_rows.h"

#include <algorithm>
#include <cmath>

#include "foundation/base/random.h"

namespace restock {
namespace {

constexpr size_t kBlockRows = 32768;

/// Censored periods that tell less than this are no targets: their rows would cost and not teach.
constexpr float kWeightLeast = 0.02F;

}  // namespace

Period first_target_of(const Panel& panel, const RowPlan& plan, size_t series) {
  return std::max(plan.first_target, panel.start[series] + plan.history_min);
}

TrainingRows::TrainingRows(const FeatureContext& context, const FeatureSet& features,
                           const PooledStatistics& pooled, const RowPlan& plan, ThreadPool& pool)
    : context_(context), features_(features), pooled_(pooled), plan_(plan), pool_(pool) {
  const Panel& panel = context.panel;
  rows_of_.assign(panel.n_series(), 0);
  pool.parallel_for(panel.n_series(), 64, [&](size_t begin, size_t end) {
    for (size_t i = begin; i < end; ++i) {
      for_each_target(i, [&](Period, float, float) { rows_of_[i] += plan_.draws; });
    }
  });
  for (const int32_t rows : rows_of_) n_rows_ += rows;
}

Status TrainingRows::reset() {
  next_series_ = 0;
  return {};
}

Result<bool> TrainingRows::next(RowBlock* block) {
  const size_t n = rows_of_.size();
  if (next_series_ >= n) return false;
  const size_t begin = next_series_;
  std::vector<size_t> first_row = {0};
  while (next_series_ < n && (next_series_ == begin || first_row.back() < kBlockRows)) {
    first_row.push_back(first_row.back() + static_cast<size_t>(rows_of_[next_series_]));
    next_series_ += 1;
  }
  const size_t rows = first_row.back();
  values_.resize(rows * features_.size());
  for (auto* column : {&target_, &margin_, &weight_}) column->resize(rows);
  pool_.parallel_for(next_series_ - begin, 4, [&](size_t low, size_t high) {
    std::unique_ptr<SeriesState> state;
    {
      const std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
        state = std::move(idle_.back());
        idle_.pop_back();
      }
    }
    if (state == nullptr) state = std::make_unique<SeriesState>();
    for (size_t k = low; k < high; ++k) {
      if (rows_of_[begin + k] > 0) fill_series(begin + k, first_row[k], *state);
    }
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(state));
  });
  *block = {rows, values_.data(), target_.data(), margin_.data(), weight_.data()};
  return true;
}

template <typename Visit>
void TrainingRows::for_each_target(size_t series, const Visit& visit) const {
  if (!plan_.members.empty() && plan_.members[series] == 0) return;
  const Panel& panel = context_.panel;
  const CensoredDemand& censored = context_.profile.censored;
  const Period first = first_target_of(panel, plan_, series);
  if (first > plan_.last_target) return;
  CensoredCursor cursor(censored, series, panel.at(series, first));
  for (Period t = first; t <= plan_.last_target; ++t) {
    const int64_t position = panel.at(series, t);
    const PeriodState state = panel.state[static_cast<size_t>(position)];
    if (state == PeriodState::kSold) visit(t, panel.units[static_cast<size_t>(position)], 1.0F);
    if (state != PeriodState::kOutOfStock || plan_.censored_weight <= 0) continue;
    const int64_t entry = cursor.find(position);
    if (entry < 0) continue;
    const float weight = censored.weight[static_cast<size_t>(entry)];
    if (weight < kWeightLeast) continue;
    visit(t, censored.observation[static_cast<size_t>(entry)], weight * plan_.censored_weight);
  }
}

void TrainingRows::fill_series(size_t series, size_t first_row, SeriesState& state) {
  const Panel& panel = context_.panel;
  state.load(panel, context_.calendar, context_.profile, series, plan_.last_target - 1);
  const float scale = 1.0F / std::max(0.3F, context_.profile.overdispersion[series]);
  size_t row = first_row;
  for_each_target(series, [&](Period t, float units, float weight) {
    const int32_t steps_most =
        std::min(plan_.horizon, t - panel.start[series] - plan_.history_min + 1);
    for (int32_t draw = 0; draw < plan_.draws; ++draw, ++row) {
      const uint64_t bits =
          mix(plan_.seed, series, static_cast<uint64_t>(t) * 16 + static_cast<uint64_t>(draw));
      const auto steps = 1 + static_cast<int32_t>(bits % static_cast<uint64_t>(steps_most));
      const double baseline =
          features_.fill(state, pooled_, t - steps, t,
                         std::span(values_).subspan(row * features_.size(), features_.size()));
      target_[row] = static_cast<float>(plan_.scale.target(static_cast<double>(units), baseline));
      margin_[row] = static_cast<float>(plan_.scale.margin(baseline));
      weight_[row] = weight * scale * static_cast<float>(plan_.scale.weight(baseline));
    }
  });
}

}  // namespace restock
