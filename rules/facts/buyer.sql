-- One row a buyer: what it published and awarded, how, and how many bids it disqualified.
WITH published AS (
    SELECT buyer_key,
           COUNT(*) AS process_count,
           MIN(jurisdiction_key) AS jurisdiction_key,
           MAX(threshold) AS threshold,
           SUM(CASE WHEN estimate >= 0.9 * threshold AND estimate < threshold THEN 1 ELSE 0 END) AS below_threshold_count,
           SUM(CASE WHEN estimate >= threshold AND estimate < 1.1 * threshold THEN 1 ELSE 0 END) AS above_threshold_count
    FROM process
    WHERE buyer_key <> 0
    GROUP BY buyer_key
),
awarded AS (
    SELECT buyer_key,
           COUNT(*) AS award_count,
           SUM(is_restricted) AS direct_award_count,
           SUM(amount) AS amount,
           SUM(CASE WHEN is_restricted = 1 THEN amount ELSE 0.0 END) AS direct_amount,
           MIN(currency_key) AS first_currency_key,
           MAX(currency_key) AS last_currency_key
    FROM award
    WHERE buyer_key <> 0
    GROUP BY buyer_key
),
judged AS (
    SELECT buyer_key,
           SUM(is_judged) AS judged_bid_count,
           SUM(is_disqualified) AS disqualified_bid_count
    FROM bidder
    WHERE buyer_key <> 0
    GROUP BY buyer_key
)
SELECT published.buyer_key AS buyer_key,
       jurisdiction_key,
       process_count,
       threshold,
       below_threshold_count,
       above_threshold_count,
       award_count,
       direct_award_count,
       amount,
       direct_amount,
       first_currency_key,
       last_currency_key,
       judged_bid_count,
       disqualified_bid_count
FROM published
LEFT JOIN awarded ON awarded.buyer_key = published.buyer_key
LEFT JOIN judged ON judged.buyer_key = published.buyer_key
ORDER BY published.buyer_key
