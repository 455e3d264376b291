-- One row a bidder and winner of lots in which it bid and did not win.
SELECT loser.bidder_key AS bidder_key,
       winner.bidder_key AS winner_key,
       COUNT(*) AS lot_count
FROM bidder AS loser
JOIN bidder AS winner ON winner.lot = loser.lot
WHERE loser.has_won = 0 AND winner.has_won = 1
GROUP BY loser.bidder_key, winner.bidder_key
ORDER BY bidder_key, lot_count DESC, winner_key
