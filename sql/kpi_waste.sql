-- name: kpi_waste
-- question: How much was thrown away?
-- columns: store, product, waste_units (sum over all inventory records), waste_cost (NULL = no cost is known),
--   waste_percent (of units sold and wasted)
WITH waste AS (
  SELECT series, any_value(store) AS store, any_value(product) AS product, sum(waste_units) AS units
  FROM inventory_facts WHERE waste_units IS NOT NULL GROUP BY series
), sold AS (
  SELECT series, sum(units) AS units FROM sales_facts WHERE units IS NOT NULL GROUP BY series
)
SELECT store, product, round(waste.units, 3) AS waste_units, round(waste.units * unit_cost, 2) AS waste_cost,
  round(100 * waste.units / nullif(waste.units + coalesce(sold.units, 0), 0), 2) AS waste_percent
FROM waste LEFT JOIN sold USING (series) LEFT JOIN cost_facts USING (series)
ORDER BY waste_cost DESC NULLS LAST, waste_units DESC, store, product
