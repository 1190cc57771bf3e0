-- name: promotion_effect
-- question: How much more is sold on promotion?
-- columns: product ('(all)' last), periods_promoted, mean_promoted, mean_other (of the same series, weighted alike),
--   lift_percent, price_change_percent; series without both kinds of periods do not count
WITH facts AS (
  SELECT series, product, units, price, coalesce(promotion, 0) > 0 AS promoted FROM sales_facts
  WHERE units IS NOT NULL AND coalesce(in_stock, true) AND NOT coalesce(closed, false)
), by_series AS (
  SELECT series, any_value(product) AS product, count(*) FILTER (promoted) AS periods,
    sum(units) FILTER (promoted) AS units, avg(units) FILTER (NOT promoted) AS other_units,
    avg(price) FILTER (promoted) AS price, avg(price) FILTER (NOT promoted) AS other_price
  FROM facts GROUP BY series HAVING bool_or(promoted) AND NOT bool_and(promoted)
)
SELECT CASE WHEN grouping(product) = 1 THEN '(all)' ELSE product END AS product,
  sum(periods)::BIGINT AS periods_promoted, round(sum(units) / sum(periods), 4) AS mean_promoted,
  round(sum(periods * other_units) / sum(periods), 4) AS mean_other,
  round(100 * (sum(units) / nullif(sum(periods * other_units), 0) - 1), 2) AS lift_percent,
  round(100 * (sum(periods * price) / nullif(sum(periods * other_price), 0) - 1), 2) AS price_change_percent
FROM by_series GROUP BY GROUPING SETS ((product), ()) HAVING sum(periods) > 0
ORDER BY grouping(product), lift_percent DESC NULLS LAST, product
