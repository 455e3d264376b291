-- One row a buyer, supplier and year: awards and their value beside all of the buyer's in that year.
WITH pair AS (
    SELECT buyer_key, supplier_key, year,
           MIN(jurisdiction_key) AS jurisdiction_key,
           COUNT(*) AS pair_award_count,
           SUM(amount) AS pair_amount
    FROM award
    WHERE buyer_key <> 0 AND year IS NOT NULL
    GROUP BY buyer_key, supplier_key, year
),
whole AS (
    SELECT buyer_key, year,
           COUNT(*) AS buyer_award_count,
           SUM(amount) AS buyer_amount,
           MIN(currency_key) AS first_currency_key,
           MAX(currency_key) AS last_currency_key
    FROM award
    WHERE buyer_key <> 0 AND year IS NOT NULL
    GROUP BY buyer_key, year
)
SELECT pair.buyer_key AS buyer_key,
       pair.supplier_key AS supplier_key,
       pair.year AS year,
       jurisdiction_key,
       pair_award_count,
       pair_amount,
       buyer_award_count,
       buyer_amount,
       first_currency_key,
       last_currency_key
FROM pair
JOIN whole ON whole.buyer_key = pair.buyer_key AND whole.year = pair.year
ORDER BY buyer_key, supplier_key, year
