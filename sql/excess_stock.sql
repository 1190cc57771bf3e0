-- name: excess_stock
-- question: Which stock will not sell, and what is tied up in it?
-- columns: store, product, on_hand, cover (periods that stock and open orders last), excess_units (beyond what sells until
--   the end of the forecast with 95 % probability), excess_value (at cost; NULL = no cost is known), dead (nothing sold for
--   half a year), last_sale
-- parameters: rows=50 (most rows)
SELECT store, product, on_hand, round(cover, 1) AS cover, round(excess_units, 2) AS excess_units,
  round(excess_value, 2) AS excess_value, dead, last_sale
FROM stock_report_facts WHERE latest AND (excess_units > 0 OR dead)
ORDER BY excess_value DESC NULLS LAST, excess_units DESC, store, product LIMIT (SELECT getvariable('rows')::BIGINT)
