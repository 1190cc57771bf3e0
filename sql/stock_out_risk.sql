-- name: stock_out_risk
-- question: On which day will how much run out, if what is proposed is ordered?
-- columns: period_start, series (with a stock record), projected_stock (mean units at the end of the period), out_of_stock
--   (expected number of series that lose sales), lost_units (expected), riskiest (series), highest_risk (its probability)
-- parameters: store=all (one store, or all)
SELECT period_start, count(*) AS series, round(sum(projected_stock), 2) AS projected_stock,
  round(sum(stock_out_risk), 2) AS out_of_stock, round(sum(lost_units), 2) AS lost_units,
  arg_max(series, stock_out_risk ORDER BY series) AS riskiest, round(max(stock_out_risk), 3) AS highest_risk
FROM projected_stock_facts WHERE latest AND getvariable('store') IN ('all', store)
GROUP BY period_start ORDER BY period_start
