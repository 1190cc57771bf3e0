-- name: daily_trend
-- question: How do total sales move from period to period?
-- columns: period_start, units, revenue, moving_average (of the last `average` periods' units), change_percent (against
--   the units `average` periods before)
-- parameters: average=7 (periods)
WITH totals AS (
  SELECT period_start, sum(units) AS units, sum(units * price) AS revenue
  FROM sales_facts WHERE units IS NOT NULL GROUP BY period_start
), numbered AS (
  SELECT *, row_number() OVER (ORDER BY period_start) AS position FROM totals
)
SELECT now.period_start, round(any_value(now.units), 3) AS units, round(any_value(now.revenue), 2) AS revenue,
  round(avg(past.units), 4) AS moving_average,
  round(100 * (any_value(now.units) / nullif(any_value(before.units), 0) - 1), 2) AS change_percent
FROM numbered AS now
JOIN numbered AS past
  ON past.position BETWEEN now.position - getvariable('average')::BIGINT + 1 AND now.position
LEFT JOIN numbered AS before ON before.position = now.position - getvariable('average')::BIGINT
GROUP BY now.period_start ORDER BY now.period_start
