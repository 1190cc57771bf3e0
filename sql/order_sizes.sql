-- name: order_sizes
-- question: How high do sales go, and how much should one order hold?
-- columns: store, product, mean_units, p95_units, upper_bound (third quartile + 1.5 interquartile ranges), periods_above,
--   order_size (mean times `review` periods), order_size_high (p95 times `review` periods), economic_order
--   (sqrt(2 x mean x order_cost / holding_cost))
-- parameters: review=7 (periods between orders); order_cost=10 (money an order); holding_cost=0.02 (money a unit and period)
WITH facts AS (
  SELECT store, product, series, units FROM sales_facts
  WHERE units IS NOT NULL AND coalesce(in_stock, true) AND NOT coalesce(closed, false)
), bounds AS (
  SELECT series, any_value(store) AS store, any_value(product) AS product, avg(units) AS mean,
    quantile_cont(units, 0.95) AS p95,
    quantile_cont(units, 0.75) + 1.5 * (quantile_cont(units, 0.75) - quantile_cont(units, 0.25)) AS upper
  FROM facts GROUP BY series
), above AS (
  SELECT series, count(*) AS periods FROM facts JOIN bounds USING (series) WHERE units > upper GROUP BY series
)
SELECT store, product, round(mean, 4) AS mean_units, round(p95, 3) AS p95_units, round(upper, 3) AS upper_bound,
  coalesce(periods, 0) AS periods_above, ceil(mean * getvariable('review')::DOUBLE) AS order_size,
  ceil(p95 * getvariable('review')::DOUBLE) AS order_size_high,
  round(sqrt(2 * greatest(mean, 0) * getvariable('order_cost')::DOUBLE / getvariable('holding_cost')::DOUBLE), 1)
    AS economic_order
FROM bounds LEFT JOIN above USING (series) ORDER BY store, product, series
