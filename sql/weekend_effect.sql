-- name: weekend_effect
-- question: How do sales differ between the days of the week?
-- columns: weekday (1 = Monday), name, weekend, rows, mean_units, index_percent (of the mean over all rows)
WITH facts AS (
  SELECT isodow(period_start) AS weekday, units FROM sales_facts
  WHERE units IS NOT NULL AND coalesce(in_stock, true) AND NOT coalesce(closed, false)
)
SELECT weekday, ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'][weekday] AS name,
  weekday >= 6 AS weekend, count(*) AS rows, round(avg(units), 4) AS mean_units,
  round(100 * avg(units) / nullif((SELECT avg(units) FROM facts), 0), 2) AS index_percent
FROM facts GROUP BY weekday ORDER BY weekday
