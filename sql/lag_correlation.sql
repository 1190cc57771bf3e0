-- name: lag_correlation
-- question: How much do sales resemble those of earlier periods?
-- columns: lag (in periods), pairs, correlation (of deviations from each series' mean, over all series)
-- parameters: lags=1,2,3,7,14,21,28 (in periods); series_max=1000 (at most so many series, chosen by the hash of their name)
WITH chosen AS (
  SELECT series FROM (SELECT DISTINCT series FROM sales_facts)
  ORDER BY md5(series), series LIMIT (SELECT getvariable('series_max')::BIGINT)
), facts AS (
  SELECT series, period_start, sum(units) AS units FROM sales_facts SEMI JOIN chosen USING (series)
  WHERE units IS NOT NULL GROUP BY series, period_start
), calendar AS (
  SELECT period_start, row_number() OVER (ORDER BY period_start) AS position
  FROM (SELECT DISTINCT period_start FROM sales_facts)
), deviations AS (
  SELECT series, position, units - avg(units) OVER (PARTITION BY series) AS deviation FROM facts JOIN calendar USING (period_start)
), lags AS (
  SELECT trim(word)::BIGINT AS lag FROM (SELECT unnest(string_split(getvariable('lags')::VARCHAR, ',')) AS word)
), earlier AS (
  SELECT lag, series, position + lag AS position, deviation FROM deviations, lags
)
SELECT lag, count(now.deviation) AS pairs, round(corr(now.deviation, earlier.deviation), 4) AS correlation
FROM earlier LEFT JOIN deviations AS now USING (series, position)
GROUP BY lag ORDER BY lag
