-- name: raw_and_refined
-- question: How do sales look as recorded, and without periods and values that mislead?
-- columns: statistic, raw, refined (without out-of-stock and closed periods, returns, and values above the upper fence)
-- parameters: fence=1.5 (how many interquartile ranges above its third quartile a series' value may lie)
WITH facts AS (
  SELECT series, units, coalesce(in_stock, true) AND NOT coalesce(closed, false) AND units >= 0 AS for_sale
  FROM sales_facts WHERE units IS NOT NULL
), fences AS (
  SELECT series, quantile_cont(units, 0.75)
      + getvariable('fence')::DOUBLE * (quantile_cont(units, 0.75) - quantile_cont(units, 0.25)) AS upper
  FROM facts WHERE for_sale GROUP BY series
), marked AS (
  SELECT units, coalesce(for_sale AND units <= upper, false) AS refined FROM facts LEFT JOIN fences USING (series)
)
SELECT unnest(['rows', 'mean', 'sd', 'min', 'p25', 'median', 'p75', 'max', 'zero_percent']) AS statistic,
  unnest([count(*), round(avg(units), 4), round(stddev_samp(units), 4), min(units), quantile_cont(units, 0.25),
    median(units), quantile_cont(units, 0.75), max(units),
    round(100 * avg((units = 0)::INTEGER), 2)]::DOUBLE[]) AS raw,
  unnest([count(*) FILTER (refined), round(avg(units) FILTER (refined), 4), round(stddev_samp(units) FILTER (refined), 4),
    min(units) FILTER (refined), quantile_cont(units, 0.25) FILTER (refined), median(units) FILTER (refined),
    quantile_cont(units, 0.75) FILTER (refined), max(units) FILTER (refined),
    round(100 * avg((units = 0)::INTEGER) FILTER (refined), 2)]::DOUBLE[]) AS refined
FROM marked
