#include "data/ingest/phase_out.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "foundation/base/assert.h"

namespace restock::ingest {
namespace {

constexpr size_t kNamesMax = 10;
constexpr double kPauseLeastDays = 28;
constexpr double kPauseLeastPeriods = 3;

/// How a series has sold up to a period.
struct SalesRecord {
  int64_t sales = 0;      ///< periods with a sale after the first
  int64_t periods = 0;    ///< in stock, after the first sale up to the last
  int64_t pause = 0;      ///< periods in stock since the last sale
  int64_t pause_max = 0;  ///< longest pause between two sales
  bool sold = false;
};

SalesRecord record_of(const Panel& panel, size_t series, Period until) {
  SalesRecord out;
  for (Period p = panel.start[series]; p <= until; ++p) {
    const auto at = static_cast<size_t>(panel.at(series, p));
    if (panel.state[at] != PeriodState::kSold && panel.units[at] <= 0) continue;
    if (panel.units[at] <= 0) {
      out.pause += out.sold ? 1 : 0;
      continue;
    }
    if (out.sold) {
      ++out.sales;
      out.periods += out.pause + 1;
      out.pause_max = std::max(out.pause_max, out.pause);
    }
    out.sold = true;
    out.pause = 0;
  }
  return out;
}

}  // namespace

double pause_probability(int64_t sales, int64_t periods, int64_t pause) {
  RESTOCK_ASSERT(sales >= 0 && sales <= periods);
  RESTOCK_ASSERT(pause >= 0);
  const auto a = static_cast<double>(sales + 1);
  const auto b = static_cast<double>(periods - sales + 1);
  double probability = 1;
  for (int64_t i = 0; i < pause; ++i) {
    const auto step = static_cast<double>(i);
    probability *= (b + step) / (a + b + step);
  }
  return probability;
}

std::vector<size_t> find_phased_out(const Panel& panel, Period shown_until) {
  RESTOCK_ASSERT(shown_until <= panel.origin);
  const auto least = static_cast<int64_t>(
      std::ceil(std::max(kPauseLeastPeriods, kPauseLeastDays / panel.axis.days_per_period())));
  std::vector<size_t> out;
  for (size_t i = 0; i < panel.n_series(); ++i) {
    const SalesRecord record = record_of(panel, i, shown_until);
    if (!record.sold || record.pause < least || record.pause <= record.pause_max) continue;
    if (pause_probability(record.sales, record.periods, record.pause) < kPhaseOutProbability)
      out.push_back(i);
  }
  return out;
}

void close_phased_out(const std::vector<size_t>& series, Period shown_until, Panel& panel,
                      std::vector<DataFinding>& findings) {
  if (series.empty()) return;
  std::string names;
  for (size_t k = 0; k < std::min(series.size(), kNamesMax); ++k)
    names += (k == 0 ? "" : ", ") + panel.keys[series[k]].to_string();
  if (series.size() > kNamesMax) names += fmt::format(" and {} more", series.size() - kNamesMax);
  for (const size_t i : series) {
    const Period first = std::max(shown_until + 1, panel.start[i]);
    for (Period p = first; p <= panel.origin + panel.horizon; ++p) {
      const auto at = static_cast<size_t>(panel.at(i, p));
      panel.closed[at] = 1;
      if (panel.state[at] == PeriodState::kFuture) panel.state[at] = PeriodState::kNotForSale;
    }
  }
  findings.push_back({.severity = Severity::kWarning,
                      .code = "phase_out",
                      .message = fmt::format(
                          "{} series have stopped selling though in stock, for longer than ever "
                          "and than 1 in 1,000 of their pauses; nothing is forecast for {}.",
                          series.size(), names),
                      .count = static_cast<int64_t>(series.size())});
}

}  // namespace restock::ingest
