-- name: reorder_points
-- question: At which stock should each product be ordered again, and where is stock below that now?
-- columns: store, product, mean_units, sd_units, lead_time (periods), safety_stock (z sd sqrt(lead time)), reorder_point
--   (mean x lead time + safety stock), planned_reorder_point (of the newest plan), on_hand, below (on hand and on order
--   under the reorder point; NULL = stock unknown)
-- parameters: service_level=0.95 (probability, 0.5 to 0.9999); lead_time=7 (periods, where the inventory names none)
-- The quantile z uses formula 26.2.23 of Abramowitz & Stegun (absolute error below 0.00045).
WITH level AS (
  SELECT sqrt(-2 * ln(1 - getvariable('service_level')::DOUBLE)) AS t
), quantile AS (
  SELECT t - (2.515517 + 0.802853 * t + 0.010328 * t * t)
    / (1 + 1.432788 * t + 0.189269 * t * t + 0.001308 * t * t * t) AS z FROM level
), demand AS (
  SELECT series, any_value(store) AS store, any_value(product) AS product, avg(units) AS mean,
    coalesce(stddev_samp(units), 0) AS sd
  FROM sales_facts WHERE units IS NOT NULL AND coalesce(in_stock, true) AND NOT coalesce(closed, false)
  GROUP BY series
), stock AS (
  SELECT series, any_value(lead_time) AS lead_time, sum(on_hand) AS on_hand, coalesce(sum(on_order), 0) AS on_order
  FROM inventory_facts WHERE latest GROUP BY series
), planned AS (
  SELECT series, any_value(reorder_point) AS planned_reorder_point FROM order_facts WHERE latest GROUP BY series
), points AS (
  SELECT series, store, product, mean, sd, coalesce(stock.lead_time, getvariable('lead_time')::DOUBLE) AS lead_time,
    on_hand, on_order, planned_reorder_point
  FROM demand LEFT JOIN stock USING (series) LEFT JOIN planned USING (series)
), answers AS (
  SELECT *, z * sd * sqrt(lead_time) + 0 AS safety, mean * lead_time + z * sd * sqrt(lead_time) AS point FROM points, quantile
)
SELECT store, product, round(mean, 4) AS mean_units, round(sd, 4) AS sd_units, lead_time,
  round(safety, 2) AS safety_stock, round(point, 2) AS reorder_point,
  round(planned_reorder_point, 2) AS planned_reorder_point, on_hand, on_hand + on_order < point AS below
FROM answers ORDER BY below DESC NULLS LAST, store, product, series
