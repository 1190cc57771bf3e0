-- name: abc_xyz
-- question: Which series make most of the sales, and which of them sell steadily?
-- columns: abc (A: the first 80 % of the money of the last year, B: up to 95 %, C), xyz (demand per review period varies by
--   up to half its mean X, up to the mean Y, more Z), series, sales_value, share_of_sales (percent), stock_value (at cost)
WITH newest AS (SELECT * FROM stock_report_facts WHERE latest)
SELECT abc, xyz, count(*) AS series, round(sum(sales_value), 2) AS sales_value,
  round(100 * sum(sales_value) / nullif((SELECT sum(sales_value) FROM newest), 0), 2) AS share_of_sales,
  round(sum(stock_value), 2) AS stock_value
FROM newest GROUP BY abc, xyz ORDER BY abc, xyz
