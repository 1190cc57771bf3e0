-- name: kpi_lost_sales
-- question: How much could not be sold because the shelf was empty?
-- columns: product, periods_out (of stock), lost_units (mean of the series' in-stock periods of the same weekday, else of
--   all, less what was sold), lost_revenue (at the period's price, else the series' mean price), lost_percent (of demand)
WITH facts AS (
  SELECT series, product, isodow(period_start) AS weekday, units, price, coalesce(in_stock, true) AS in_stock
  FROM sales_facts WHERE units IS NOT NULL AND NOT coalesce(closed, false)
), usual AS (
  SELECT series, weekday, avg(units) AS units FROM facts WHERE in_stock GROUP BY series, weekday
), usual_of_series AS (
  SELECT series, avg(units) FILTER (in_stock) AS units, avg(price) AS price FROM facts GROUP BY series
), lost AS (
  SELECT facts.product, facts.series, greatest(coalesce(usual.units, usual_of_series.units, 0) - facts.units, 0) AS units,
    coalesce(facts.price, usual_of_series.price) AS price
  FROM facts LEFT JOIN usual USING (series, weekday) LEFT JOIN usual_of_series USING (series) WHERE NOT facts.in_stock
), sold AS (
  SELECT product, sum(units) AS units FROM facts GROUP BY product
)
SELECT product, count(*) AS periods_out, round(sum(lost.units), 3) AS lost_units,
  round(sum(lost.units * price), 2) AS lost_revenue,
  round(100 * sum(lost.units) / nullif(sum(lost.units) + any_value(sold.units), 0), 2) AS lost_percent
FROM lost LEFT JOIN sold USING (product) GROUP BY product ORDER BY lost_revenue DESC NULLS LAST, lost_units DESC, product
