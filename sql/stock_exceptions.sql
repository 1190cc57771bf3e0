-- name: stock_exceptions
-- question: Where is most money at stake in the newest plan, and what can be done?
-- columns: rank (1 = dearest), store, product, kind (stock_out: sales lost before an order can arrive; order: skipping the
--   proposal; excess: more than will sell; dead: nothing sold for half a year), money, units, supplier, text
-- parameters: kind=all (stock_out, order, excess, dead or all); rows=50 (most rows)
SELECT rank, store, product, kind, round(money, 2) AS money, round(units, 3) AS units, supplier, text
FROM exception_facts WHERE latest AND getvariable('kind') IN ('all', kind)
ORDER BY rank LIMIT (SELECT getvariable('rows')::BIGINT)
