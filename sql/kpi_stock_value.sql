-- name: kpi_stock_value
-- question: How much money lies in stock, and for how long does it last?
-- columns: store, units (on hand), value (units x unit cost; NULL = no cost is known), periods_of_cover (units over mean
--   sales of the last `window` periods)
-- parameters: window=28 (periods)
WITH recent AS (
  SELECT period_start FROM (SELECT DISTINCT period_start FROM sales_facts WHERE units IS NOT NULL)
  ORDER BY period_start DESC LIMIT (SELECT getvariable('window')::BIGINT)
), pace AS (
  SELECT store, sum(units) / (SELECT count(*) FROM recent) AS units_per_period
  FROM sales_facts SEMI JOIN recent USING (period_start) WHERE units IS NOT NULL GROUP BY store
), stock AS (
  SELECT store, sum(on_hand) AS units, sum(on_hand * cost_facts.unit_cost) AS value
  FROM inventory_facts LEFT JOIN cost_facts USING (series) WHERE latest GROUP BY store
)
SELECT store, round(units, 3) AS units, round(value, 2) AS value,
  round(units / nullif(units_per_period, 0), 2) AS periods_of_cover
FROM stock LEFT JOIN pace USING (store) ORDER BY value DESC NULLS LAST, store
