//! What firms that meet in many tenders show together.

use std::collections::{BTreeMap, BTreeSet};

use super::super::firms::Appearance;
use super::super::model::Indicator;
use super::super::plan::{Plan, Somebody};
use super::super::truth_line::TruthLine;
use super::{Won, line};

/// Bids from which a firm that never wins is listed: so many bids without a win are not chance.
const LOSER_BIDS: usize = 13;
/// Tenders in which two firms must have met for the winner between them to be listed.
const JOINT_LOTS: usize = 10;
/// Tenders of a group from which its turns are listed.
const TURNS: usize = 16;
/// Awards and divisions from which a supplier is listed as one that sells everything: others keep to three divisions.
const SELLER_AWARDS: usize = 12;
const SELLER_DIVISIONS: usize = 12;

/// One award with those who bid for it.
struct Contest<'a> {
    won: &'a Won<'a>,
    winner: Appearance,
    bidders: BTreeSet<Appearance>,
}

/// Patterns of suppliers, pairs and groups.
pub(super) fn of_bidders(plan: &Plan, won: &[Won<'_>]) -> Vec<TruthLine> {
    let contests: Vec<Contest<'_>> = won
        .iter()
        .map(|one| Contest {
            won: one,
            winner: one.supplier(),
            bidders: one
                .lot
                .bids
                .iter()
                .filter(|bid| bid.is_submitted())
                .map(|bid| bid.firm.unspelled())
                .collect(),
        })
        .collect();
    let mut lines = pairs(plan, &contests);
    lines.extend(losers(plan, &contests));
    lines.extend(sellers(plan, won));
    for group in &plan.groups {
        if takes_turns(group, &contests) {
            lines.push(TruthLine {
                bidder_ids: sorted(group.map(|firm| Appearance::plain(firm).id()).to_vec()),
                ..line(
                    plan,
                    Indicator::BidRotation,
                    "bidder_group",
                    Somebody::Group(*group),
                )
            });
        }
    }
    lines
}

fn sorted(mut ids: Vec<String>) -> Vec<String> {
    ids.sort();
    ids
}

/// Where two firms meet and one of them wins, it is always the same, which elsewhere wins no more often than others.
fn pairs(plan: &Plan, contests: &[Contest<'_>]) -> Vec<TruthLine> {
    let mut met: BTreeMap<(Appearance, Appearance), (usize, usize)> = BTreeMap::new();
    for contest in contests {
        for one in &contest.bidders {
            for other in contest.bidders.range(*one..).skip(1) {
                let wins = met.entry((*one, *other)).or_default();
                wins.0 += usize::from(contest.winner == *one);
                wins.1 += usize::from(contest.winner == *other);
            }
        }
    }
    let mut lines = Vec::new();
    for ((one, other), wins) in met {
        let joint = wins.0 + wins.1;
        let (frequent, rare) = if wins.0 >= wins.1 {
            (one, other)
        } else {
            (other, one)
        };
        if joint < JOINT_LOTS || wins.0.max(wins.1) * 10 < joint * 9 {
            continue;
        }
        let apart = contests.iter().filter(|contest| {
            contest.bidders.contains(&frequent) && !contest.bidders.contains(&rare)
        });
        let (bids, its) = apart.fold((0, 0), |(bids, wins), contest| {
            (bids + 1, wins + usize::from(contest.winner == frequent))
        });
        if its * 2 <= bids {
            lines.push(TruthLine {
                bidder_ids: sorted(vec![one.id(), other.id()]),
                ..line(
                    plan,
                    Indicator::SameWinnerAmongCoBidders,
                    "bidder_pair",
                    Somebody::Bidders(frequent.firm, rare.firm),
                )
            });
        }
    }
    lines
}

/// Never wins, and mostly the same firm does where it bids.
fn losers(plan: &Plan, contests: &[Contest<'_>]) -> Vec<TruthLine> {
    let mut bids: BTreeMap<Appearance, Vec<Appearance>> = BTreeMap::new();
    for contest in contests {
        for bidder in &contest.bidders {
            bids.entry(*bidder).or_default().push(contest.winner);
        }
    }
    let mut lines = Vec::new();
    for (bidder, winners) in bids
        .iter()
        .filter(|(_, winners)| winners.len() >= LOSER_BIDS)
    {
        let often = |firm: &Appearance| winners.iter().filter(|other| *other == firm).count();
        let most = winners.iter().map(often).max().unwrap_or(0);
        if !winners.contains(bidder) && most * 2 >= winners.len() {
            lines.push(TruthLine {
                supplier_id: Some(bidder.id()),
                ..line(
                    plan,
                    Indicator::SerialLoser,
                    "supplier",
                    Somebody::Supplier(bidder.firm),
                )
            });
        }
    }
    lines
}

/// Sells something of nearly every division.
fn sellers(plan: &Plan, won: &[Won<'_>]) -> Vec<TruthLine> {
    let mut sold: BTreeMap<Appearance, Vec<&str>> = BTreeMap::new();
    for one in won {
        sold.entry(one.supplier())
            .or_default()
            .push(one.process.ware.division());
    }
    let mut lines = Vec::new();
    for (supplier, divisions) in sold {
        let different: BTreeSet<&&str> = divisions.iter().collect();
        if divisions.len() >= SELLER_AWARDS && different.len() >= SELLER_DIVISIONS {
            lines.push(TruthLine {
                supplier_id: Some(supplier.id()),
                ..line(
                    plan,
                    Indicator::HeterogeneousSupplier,
                    "supplier",
                    Somebody::Supplier(supplier.firm),
                )
            });
        }
    }
    lines
}

/// No member of a closed group wins twice in a row.
fn takes_turns(group: &[u32; 3], contests: &[Contest<'_>]) -> bool {
    let mut wins: Vec<_> = contests
        .iter()
        .filter(|contest| group.contains(&contest.winner.firm))
        .filter(|contest| {
            let members = contest
                .bidders
                .iter()
                .filter(|bidder| group.contains(&bidder.firm));
            members.count() >= 2
        })
        .map(|contest| (contest.won.award.date, contest.winner))
        .collect();
    wins.sort_unstable();
    wins.len() >= TURNS && wins.windows(2).all(|pair| pair[0].1 != pair[1].1)
}
