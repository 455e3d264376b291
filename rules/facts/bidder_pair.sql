-- One row a pair of bidders that met in several lots: how often, and who won.
WITH other AS (
    SELECT lot AS other_lot, bidder_key AS other_key, has_won AS other_has_won
    FROM bidder
)
SELECT bidder_key, other_key,
       COUNT(*) AS lot_count,
       SUM(has_won) AS bidder_win_count,
       SUM(other_has_won) AS other_win_count
FROM bidder
JOIN other ON other_lot = lot
WHERE bidder_key < other_key
GROUP BY bidder_key, other_key
HAVING COUNT(*) >= 5
ORDER BY bidder_key, other_key
