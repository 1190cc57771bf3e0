#include "foundation/panel/panel.h"

#include <algorithm>
#include <cmath>

namespace restock {
namespace {

template <typename T>
int64_t bytes(const std::vector<T>& column) {
  return static_cast<int64_t>(column.capacity() * sizeof(T));
}

Status bad(const Panel& panel, size_t series, const std::string& what) {
  return Error{Code::kInvalidData,
               "panel: series " + panel.keys[series].describe(panel.key_names) + ": " + what, ""};
}

/// Copy the first `length(series)` values of each series of a column into a shorter layout.
template <typename T>
std::vector<T> shorten(const std::vector<T>& column, const Panel& from, const Panel& to) {
  std::vector<T> out;
  if (column.empty()) return out;
  out.resize(static_cast<size_t>(to.n_values()));
  for (size_t i = 0; i < to.n_series(); ++i) {
    std::copy_n(column.begin() + from.offsets[i], to.length(i), out.begin() + to.offsets[i]);
  }
  return out;
}

}  // namespace

int64_t Panel::memory_bytes() const {
  int64_t total = bytes(units) + bytes(state) + bytes(price) + bytes(promotion) + bytes(start) +
                  bytes(offsets) + bytes(closed) + bytes(stocked);
  for (const auto& covariate : covariates)
    total += bytes(covariate.values) + bytes(covariate.present);
  for (const auto& attribute : attributes) total += bytes(attribute.codes);
  return total;
}

Status Panel::validate() const {
  const auto n = static_cast<size_t>(n_values());
  if (offsets.size() != n_series() + 1 || start.size() != n_series()) {
    return Error{Code::kInvalidData, "panel: offsets, start and keys differ in length", ""};
  }
  if (units.size() != n || state.size() != n || (!price.empty() && price.size() != n) ||
      (!promotion.empty() && promotion.size() != n) || (!closed.empty() && closed.size() != n) ||
      (!stocked.empty() && stocked.size() != n)) {
    return Error{Code::kInvalidData, "panel: a column does not have one value per period", ""};
  }
  for (size_t i = 0; i < n_series(); ++i) {
    if (start[i] + length(i) != origin + horizon + 1)
      return bad(*this, i, "does not end at origin + horizon");
    if (i > 0 && !(keys[i - 1] < keys[i])) return bad(*this, i, "keys are not sorted and distinct");
    for (int64_t j = offsets[i]; j < offsets[i + 1]; ++j) {
      const auto at = static_cast<size_t>(j);
      const Period period = start[i] + static_cast<Period>(j - offsets[i]);
      const PeriodState s = state[at];
      if (!std::isfinite(units[at]) || units[at] < 0)
        return bad(*this, i, "units are negative or not finite");
      if (!stocked.empty() && !(stocked[at] >= 0 && stocked[at] <= 1))
        return bad(*this, i, "a share of a period with stock is not in 0..1");
      if (s == PeriodState::kFuture && period <= origin)
        return bad(*this, i, "a known period has state kFuture");
      if (s != PeriodState::kFuture && s != PeriodState::kNotForSale && period > origin) {
        return bad(*this, i, "a period after the origin is known");
      }
    }
  }
  return {};
}

Result<Panel> as_known_at(const Panel& panel, Period origin, int32_t horizon) {
  if (horizon < 0 || origin + horizon > panel.origin + panel.horizon) {
    return Error{Code::kInvalidArgument,
                 "origin " + panel.axis.label(origin) + " with " + std::to_string(horizon) +
                     " periods ahead ends after the data's last period " +
                     panel.axis.label(panel.origin + panel.horizon),
                 "take an earlier origin or a shorter horizon"};
  }
  Panel out;
  out.axis = panel.axis;
  out.key_names = panel.key_names;
  out.origin = origin;
  out.horizon = horizon;
  // A series whose first period lies after the new end keeps an empty stretch, so that series
  // indices stay the same.
  const Period end = origin + horizon + 1;
  out.keys = panel.keys;
  for (size_t i = 0; i < panel.n_series(); ++i) {
    out.start.push_back(std::min(panel.start[i], end));
    out.offsets.push_back(out.offsets.back() + (end - out.start.back()));
  }
  out.units = shorten(panel.units, panel, out);
  out.state = shorten(panel.state, panel, out);
  out.price = shorten(panel.price, panel, out);
  out.promotion = shorten(panel.promotion, panel, out);
  out.closed = shorten(panel.closed, panel, out);
  out.stocked = shorten(panel.stocked, panel, out);
  for (const auto& covariate : panel.covariates) {
    out.covariates.push_back({covariate.name, shorten(covariate.values, panel, out),
                              shorten(covariate.present, panel, out)});
  }
  out.attributes = panel.attributes;
  for (size_t i = 0; i < out.n_series(); ++i) {
    for (Period period = std::max(origin + 1, out.start[i]); period < end; ++period) {
      const auto at = static_cast<size_t>(out.at(i, period));
      out.units[at] = 0;
      if (!out.stocked.empty()) out.stocked[at] = 1;
      const bool closed = !out.closed.empty() && out.closed[at] != 0;
      out.state[at] = closed ? PeriodState::kNotForSale : PeriodState::kFuture;
    }
  }
  return out;
}

}  // namespace restock
