-- name: kpi_revenue
-- question: What was sold for how much, month by month?
-- columns: month, units, revenue, priced_percent (of the units: those whose price is known), change_percent (of revenue,
--   against the month before)
WITH months AS (
  SELECT date_trunc('month', period_start)::DATE AS month, sum(units) AS units, sum(units * price) AS revenue,
    100 * sum(units) FILTER (price IS NOT NULL) / nullif(sum(units), 0) AS priced_percent
  FROM sales_facts WHERE units IS NOT NULL GROUP BY month
)
SELECT month, round(units, 3) AS units, round(revenue, 2) AS revenue, round(coalesce(priced_percent, 0), 2) AS priced_percent,
  round(100 * (revenue / nullif(lag(revenue) OVER (ORDER BY month), 0) - 1), 2) AS change_percent
FROM months ORDER BY month
