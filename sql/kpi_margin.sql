-- name: kpi_margin
-- question: What is earned on each product?
-- columns: product, units, revenue, cost (at the newest unit cost), margin, margin_percent (of revenue); only units whose
--   price and cost are known count
WITH earned AS (
  SELECT product, sum(units) AS units, sum(units * price) AS revenue, sum(units * unit_cost) AS cost
  FROM sales_facts JOIN cost_facts USING (series) WHERE units IS NOT NULL AND price IS NOT NULL AND unit_cost IS NOT NULL
  GROUP BY product
)
SELECT product, round(units, 3) AS units, round(revenue, 2) AS revenue, round(cost, 2) AS cost,
  round(revenue - cost, 2) AS margin, round(100 * (revenue - cost) / nullif(revenue, 0), 2) AS margin_percent
FROM earned ORDER BY margin DESC, product
