#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "data/sql/database.h"
#include "operations/publish/run_result.h"

namespace restock {

/// The published tables, column by column: the same for the lake, the CSV and the Parquet exports.
/// Rows are in the order of the series, then time. Texts are valid UTF-8; a number that could not
/// be computed is NULL.

/// Keys, origin, period_start, mean, sd, the quantiles (q2_5 is the quantile in percent),
/// fallback_reason and model_sha256 of the series [begin, end). Precondition: begin <= end <=
/// forecast.n_series().
[[nodiscard]] std::vector<sql::AppendColumn> forecast_columns(const RunResult& result, size_t begin,
                                                              size_t end);

/// All orders of a result: the plan, and behind the row of a series its second order if it has one.
/// They live as long as the result.
[[nodiscard]] std::vector<const PlanRow*> order_rows(const RunResult& result);

/// Keys, order_date (the origin: the order is placed at its end) and the columns of a plan row,
/// with arrives_on, the period at whose start the order is there.
[[nodiscard]] std::vector<sql::AppendColumn> order_columns(const RunResult& result);

/// Keys, order_date, period_start, projected_stock, stock_low, stock_high, stock_out_risk,
/// lost_units and wasted_units of every period until the next order can arrive; series with a stock
/// record only.
[[nodiscard]] std::vector<sql::AppendColumn> projected_stock_columns(const RunResult& result);

/// Keys, order_date, what sold and how steadily, with its classes, and where the stock stands: one
/// row a series of the plan.
[[nodiscard]] std::vector<sql::AppendColumn> stock_report_columns(const RunResult& result);

/// rank (1 = dearest), keys, order_date, kind, money, units, supplier, text.
[[nodiscard]] std::vector<sql::AppendColumn> exception_columns(const RunResult& result);

/// from, to, the keys besides the location, quantity and saves of each transfer; none without.
[[nodiscard]] std::vector<sql::AppendColumn> transfer_columns(const RunResult& result);

/// method, metric, level (percent, for coverage only), value: accuracy, coverage, coverage of the
/// demand over the risk period, and the outcome of the replay.
[[nodiscard]] std::vector<sql::AppendColumn> metric_columns(const RunResult& result);

/// Keys, period_start, units and demand of every period out of stock whose demand was estimated.
[[nodiscard]] std::vector<sql::AppendColumn> demand_columns(const RunResult& result);

/// supplier and the columns of `SupplierReliability`; shares in percent.
[[nodiscard]] std::vector<sql::AppendColumn> reliability_columns(const RunResult& result);

/// Rows that the columns hold.
[[nodiscard]] size_t row_count(const std::vector<sql::AppendColumn>& columns);

/// How many series make a block of forecasts of about 200,000 rows, at least 1.
[[nodiscard]] size_t series_per_block(const RunResult& result);

}  // namespace restock
