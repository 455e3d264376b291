-- One row a bidder and winner of lots in which it bid and did not win.
WITH winner AS (
    SELECT lot AS won_lot, bidder_key AS winner_key
    FROM bidder
    WHERE has_won = 1
)
SELECT bidder_key, winner_key,
       COUNT(*) AS lot_count
FROM bidder
JOIN winner ON won_lot = lot
WHERE has_won = 0
GROUP BY bidder_key, winner_key
ORDER BY bidder_key, lot_count DESC, winner_key
