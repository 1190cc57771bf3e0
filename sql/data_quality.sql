-- name: data_quality
-- question: What is missing, doubtful or refused in the data?
-- columns: finding, rows, percent (of all rows of the sales table)
WITH counts AS (
  SELECT count(*) AS total, count(*) FILTER (units IS NULL) AS no_units, count(*) FILTER (units = 0) AS zero_units,
    count(*) FILTER (units < 0) AS negative_units, count(*) FILTER (NOT in_stock) AS out_of_stock,
    count(*) FILTER (closed) AS closed, count(*) FILTER (price IS NULL) AS no_price,
    count(*) FILTER (price <= 0) AS price_not_positive
  FROM sales_facts
), by_period AS (
  SELECT series, period_start, count(*) AS rows FROM sales_facts GROUP BY series, period_start
), calendar AS (
  SELECT period_start, row_number() OVER (ORDER BY period_start) AS position
  FROM (SELECT DISTINCT period_start FROM by_period)
), lives AS (
  SELECT max(position) - min(position) + 1 - count(*) AS gaps, sum(rows) - count(*) AS duplicates
  FROM by_period JOIN calendar USING (period_start) GROUP BY series
), findings AS (
  SELECT unnest(range(1, 11)) AS place,
    unnest(['rows', 'units unknown', 'units zero', 'units negative', 'out of stock', 'closed', 'price unknown',
      'price not positive', 'periods without a row inside a series'' life', 'more than one row for a period']) AS finding,
    unnest([total, no_units, zero_units, negative_units, out_of_stock, closed, no_price, price_not_positive,
      (SELECT coalesce(sum(gaps), 0) FROM lives)::BIGINT, (SELECT coalesce(sum(duplicates), 0) FROM lives)::BIGINT]) AS rows
  FROM counts
  UNION ALL
  SELECT 11, 'refused: ' || reason, count(*) FROM quarantine_facts GROUP BY reason
)
SELECT finding, rows, round(100 * rows / nullif((SELECT total FROM counts), 0), 2) AS percent
FROM findings ORDER BY place, rows DESC, finding
