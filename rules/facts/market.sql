-- One row a class, region, year and supplier: its awards in that market.
SELECT jurisdiction_key, class_key, region_key, year, supplier_key,
       COUNT(*) AS award_count,
       SUM(amount) AS amount,
       MIN(currency_key) AS first_currency_key,
       MAX(currency_key) AS last_currency_key
FROM award
WHERE class_key <> 0 AND region_key <> 0 AND year IS NOT NULL
GROUP BY jurisdiction_key, class_key, region_key, year, supplier_key
ORDER BY jurisdiction_key, class_key, region_key, year, supplier_key
