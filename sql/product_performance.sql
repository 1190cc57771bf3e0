-- name: product_performance
-- question: Which products carry the sales?
-- columns: product, units, revenue, share_percent and cumulative_percent (of revenue; of units where no price is known),
--   class (A up to 80 % of the sum, B up to 95 %, else C), mean_units (a series and period), zero_percent (of periods)
WITH totals AS (
  SELECT product, sum(units) AS units, sum(units * price) AS revenue, avg(units) AS mean_units,
    100 * avg((units = 0)::INTEGER) AS zero_percent
  FROM sales_facts WHERE units IS NOT NULL GROUP BY product
), weights AS (
  SELECT *, CASE WHEN sum(revenue) OVER () IS NULL THEN units ELSE coalesce(revenue, 0) END AS weight FROM totals
), shares AS (
  SELECT *, sum(weight) OVER (ORDER BY weight DESC, product) AS running, sum(weight) OVER () AS total FROM weights
)
SELECT product, round(units, 3) AS units, round(revenue, 2) AS revenue,
  round(100 * weight / nullif(total, 0), 2) AS share_percent,
  round(100 * running / nullif(total, 0), 2) AS cumulative_percent,
  CASE WHEN running - weight < 0.80 * total THEN 'A' WHEN running - weight < 0.95 * total THEN 'B' ELSE 'C' END AS class,
  round(mean_units, 4) AS mean_units, round(zero_percent, 2) AS zero_percent
FROM shares ORDER BY weight DESC, product
