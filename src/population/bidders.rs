//! Bidders that meet: pairs of which one always wins, and groups that take turns.

use std::borrow::Cow;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::{
    points::Points,
    rows::{BidderGroupRow, BidderPairRow},
    statistics::{
        adjust::benjamini_hochberg, binomial::upper_tail, cliques::cliques, permutation::win_turns,
    },
    tables::{Asked, Question, integers},
};

/// Lots in which two must have met to be tied: the catalogue's (same-winner-among-co-bidders), and what the SQL counts from.
const LEAST_MEETINGS: u32 = 5;
/// Ties beyond which a bidder is nobody's circle but the market's: it bids with everybody. Ours; the work grows as three to the power of a third of it.
const MOST_TIES: usize = 30;
/// Lots from which turns are tested, and members of a group: the catalogue's (bid-rotation).
const LEAST_LOTS: usize = 8;
const LEAST_MEMBERS: usize = 3;
/// Groups tested at most, the largest first: what is beyond says the same of the same bidders again. Ours.
const MOST_GROUPS: usize = 20_000;
/// Draws of the test of turns; it stops once a hundred are as regular (Besag and Clifford 1991).
const PERMUTATIONS: u32 = 99_999;
/// Where the draws begin, with the group's key: fixed, so that the same groups get the same answer.
const SEED: u64 = 0x5645_4544_4f52;

/// What SQL says of two bidders.
struct Pair {
    bidder: i64,
    other: i64,
    lots: u64,
    wins: u64,
    other_wins: u64,
}

/// Pairs and groups, each in the order of their keys.
pub(super) fn rows<'p>(
    points: &'p Points,
    asked: &Asked,
) -> (Vec<BidderPairRow<'p>>, Vec<BidderGroupRow<'p>>) {
    let pairs = pairs(asked);
    (pair_rows(points, &pairs), group_rows(points, &pairs))
}

fn pairs(asked: &Asked) -> Vec<Pair> {
    let answer = asked.answer(Question::BidderPair);
    let whole = |name| integers(&answer, name);
    let (bidders, others) = (whole("bidder_key"), whole("other_key"));
    let (lots, wins, other_wins) = (
        whole("lot_count"),
        whole("bidder_win_count"),
        whole("other_win_count"),
    );
    let count = |value: Option<i64>| {
        value
            .and_then(|value| u64::try_from(value).ok())
            .unwrap_or_default()
    };
    (0..answer.height())
        .map(|row| Pair {
            bidder: bidders[row].unwrap_or_default(),
            other: others[row].unwrap_or_default(),
            lots: count(lots[row]),
            wins: count(wins[row]),
            other_wins: count(other_wins[row]),
        })
        .collect()
}

#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
fn pair_rows<'p>(points: &'p Points, pairs: &[Pair]) -> Vec<BidderPairRow<'p>> {
    let mut bids: FxHashMap<i64, (u64, u64)> = FxHashMap::default();
    for bidder in &points.bidders {
        let held = bids.entry(bidder.bidder_key).or_default();
        held.0 += u64::from(bidder.has_won);
        held.1 += 1;
    }
    // How often a bidder wins where the other does not bid; one more win in two more lots, so that nobody wins always or never (Laplace).
    let rate = |key: i64, joint_wins: u64, joint_lots: u64| {
        let (wins, lots) = bids.get(&key).copied().unwrap_or_default();
        (wins.saturating_sub(joint_wins) + 1) as f64 / (lots.saturating_sub(joint_lots) + 2) as f64
    };
    let found: Vec<_> = pairs
        .iter()
        .map(|pair| {
            let decided = pair.wins + pair.other_wins;
            let own = rate(pair.bidder, pair.wins, pair.lots);
            let others = rate(pair.other, pair.other_wins, pair.lots);
            let (winner, wins, base) = if pair.wins >= pair.other_wins {
                (pair.bidder, pair.wins, own / (own + others))
            } else {
                (pair.other, pair.other_wins, others / (own + others))
            };
            (winner, wins, base, decided)
        })
        .collect();
    let probabilities: Vec<f64> = found
        .iter()
        .map(|(_, wins, base, decided)| {
            (*decided >= u64::from(LEAST_MEETINGS))
                .then(|| upper_tail(*wins, *decided, *base))
                .flatten()
                .unwrap_or(f64::NAN)
        })
        .collect();
    let probabilities = benjamini_hochberg(&probabilities);
    pairs
        .iter()
        .zip(found)
        .zip(probabilities)
        .map(|((pair, (winner, wins, base, decided)), probability)| {
            let (one, other) = (
                points.names.get(&pair.bidder),
                points.names.get(&pair.other),
            );
            BidderPairRow {
                pair_key: super::key(&[pair.bidder, pair.other]),
                bidder_key: pair.bidder,
                other_key: pair.other,
                bidder_id: one.and_then(|name| name.id.as_deref()).map(Cow::Borrowed),
                bidder_name: one.and_then(|name| name.name.as_deref()).map(Cow::Borrowed),
                other_id: other.and_then(|name| name.id.as_deref()).map(Cow::Borrowed),
                other_name: other
                    .and_then(|name| name.name.as_deref())
                    .map(Cow::Borrowed),
                joint_lot_count: i64::try_from(decided).ok(),
                frequent_winner: (decided > 0)
                    .then(|| super::said(points, winner))
                    .flatten()
                    .map(Cow::Borrowed),
                frequent_winner_count: i64::try_from(wins).ok(),
                frequent_winner_share: super::shares::share(wins, decided),
                frequent_winner_base_rate: Some(base),
                same_winner_probability: Some(probability).filter(|found| !found.is_nan()),
                ..BidderPairRow::default()
            }
        })
        .collect()
}

/// A group with the wins of its members in order of time.
struct Group {
    members: Vec<i64>,
    wins: Vec<usize>,
}

fn group_rows<'p>(points: &'p Points, pairs: &[Pair]) -> Vec<BidderGroupRow<'p>> {
    let mut keys: Vec<i64> = pairs
        .iter()
        .flat_map(|pair| [pair.bidder, pair.other])
        .collect();
    keys.sort_unstable();
    keys.dedup();
    let place = |key: i64| {
        keys.binary_search(&key)
            .ok()
            .and_then(|place| u32::try_from(place).ok())
            .expect("every bidder of a pair is among the keys, and they are fewer than 4 billion")
    };
    let edges: Vec<(u32, u32, u32)> = pairs
        .iter()
        .map(|pair| {
            (
                place(pair.bidder),
                place(pair.other),
                u32::try_from(pair.lots).unwrap_or(u32::MAX),
            )
        })
        .collect();
    let mut found = cliques(&edges, LEAST_MEETINGS, MOST_TIES).groups;
    found.retain(|members| members.len() >= LEAST_MEMBERS);
    found.sort_by(|one, other| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
    found.truncate(MOST_GROUPS);
    let lots = LotsOfBidders::of(points, &keys);
    let groups: Vec<Group> = found
        .into_par_iter()
        .map(|members| lots.group(points, &keys, &members))
        .filter(|group| group.wins.len() >= LEAST_LOTS)
        .collect();
    let turns: Vec<_> = groups
        .par_iter()
        .map(|group| {
            #[expect(clippy::cast_sign_loss, reason = "keys are positive")]
            let seed = SEED ^ super::key(&group.members) as u64;
            win_turns(&group.wins, group.members.len(), seed, PERMUTATIONS)
        })
        .collect();
    let probabilities: Vec<f64> = turns
        .iter()
        .map(|turns| turns.as_ref().map_or(f64::NAN, |turns| turns.p_value))
        .collect();
    let probabilities = benjamini_hochberg(&probabilities);
    let mut rows: Vec<_> = groups
        .iter()
        .zip(turns)
        .zip(probabilities)
        .map(|((group, turns), probability)| {
            let names: Vec<&str> = group
                .members
                .iter()
                .filter_map(|member| super::said(points, *member))
                .collect();
            let mut ids: Vec<&str> = group
                .members
                .iter()
                .filter_map(|member| points.names.get(member)?.id.as_deref())
                .collect();
            ids.sort_unstable();
            BidderGroupRow {
                group_key: super::key(&group.members),
                member_count: i64::try_from(group.members.len()).ok(),
                members: Some(Cow::Owned(names.join(" · "))),
                member_ids: Some(Cow::Owned(ids.join(" · "))),
                lot_count: i64::try_from(group.wins.len()).ok(),
                win_entropy_ratio: turns.as_ref().map(|turns| turns.entropy_ratio),
                run_count: turns
                    .as_ref()
                    .and_then(|turns| i64::try_from(turns.runs).ok()),
                expected_run_count: turns.as_ref().map(|turns| turns.expected_runs),
                rotation_probability: Some(probability).filter(|found| !found.is_nan()),
                ..BidderGroupRow::default()
            }
        })
        .collect();
    rows.sort_by_key(|row| row.group_key);
    rows
}

/// The lots in which each bidder bid, by its place among the keys.
struct LotsOfBidders {
    lots: Vec<Vec<u32>>,
    /// The only winner of a lot, by its place.
    winners: FxHashMap<u32, u32>,
}

impl LotsOfBidders {
    fn of(points: &Points, keys: &[i64]) -> Self {
        let mut lots = vec![Vec::new(); keys.len()];
        let mut winners = FxHashMap::default();
        for bidder in &points.bidders {
            let Ok(place) = keys.binary_search(&bidder.bidder_key) else {
                continue;
            };
            lots[place].push(bidder.lot);
            if bidder.has_won
                && let Ok(place) = u32::try_from(place)
            {
                winners
                    .entry(bidder.lot)
                    .and_modify(|held| *held = u32::MAX)
                    .or_insert(place);
            }
        }
        Self { lots, winners }
    }

    /// The lots in which at least two members bid and one of them won, in order of day, then of the rows.
    fn group(&self, points: &Points, keys: &[i64], members: &[u32]) -> Group {
        let mut lots: Vec<u32> = members
            .iter()
            .flat_map(|member| &self.lots[*member as usize])
            .copied()
            .collect();
        lots.sort_unstable();
        let mut wins: Vec<(i32, u32, usize)> = Vec::new();
        for same in lots.chunk_by(|one, other| one == other) {
            let winner = self.winners.get(&same[0]);
            let member =
                winner.and_then(|winner| members.iter().position(|member| member == winner));
            if let Some(member) = member.filter(|_| same.len() >= 2) {
                let process = points.lots[same[0] as usize].process;
                let day = points.processes[process as usize].day().unwrap_or(i32::MAX);
                wins.push((day, same[0], member));
            }
        }
        wins.sort_unstable();
        Group {
            members: members
                .iter()
                .map(|member| keys[*member as usize])
                .collect(),
            wins: wins.into_iter().map(|(_, _, member)| member).collect(),
        }
    }
}
