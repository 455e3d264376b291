-- One row a pair of bidders that met in several lots: how often, and who won.
SELECT one.bidder_key AS bidder_key,
       other.bidder_key AS other_key,
       COUNT(*) AS lot_count,
       SUM(one.has_won) AS bidder_win_count,
       SUM(other.has_won) AS other_win_count
FROM bidder AS one
JOIN bidder AS other ON other.lot = one.lot
WHERE one.bidder_key < other.bidder_key
GROUP BY one.bidder_key, other.bidder_key
HAVING COUNT(*) >= 5
ORDER BY bidder_key, other_key
