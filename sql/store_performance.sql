-- name: store_performance
-- question: How do the stores compare?
-- columns: store, products, units, revenue, share_percent (of units), mean_price (of units sold with a price),
--   out_of_stock_percent (of recorded periods)
WITH totals AS (
  SELECT store, count(DISTINCT product) AS products, sum(units) AS units, sum(units * price) AS revenue,
    sum(units * price) / nullif(sum(units) FILTER (price IS NOT NULL), 0) AS mean_price,
    100 * avg((NOT coalesce(in_stock, true))::INTEGER) AS out_of_stock_percent
  FROM sales_facts WHERE units IS NOT NULL GROUP BY store
)
SELECT store, products, round(units, 3) AS units, round(revenue, 2) AS revenue,
  round(100 * units / nullif(sum(units) OVER (), 0), 2) AS share_percent, round(mean_price, 4) AS mean_price,
  round(out_of_stock_percent, 2) AS out_of_stock_percent
FROM totals ORDER BY units DESC, store
