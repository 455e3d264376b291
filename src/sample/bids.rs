//! The bids and the award of one lot, under a scheme.

use super::calendar::Moment;
use super::firms::{Appearance, has_two_identifiers};
use super::model::{Award, Bid, BidStatus, Item, Lot, Period};
use super::plan::Strictness;
use super::prices::{prices, relative_distance};
use super::random::Random;
use super::schemes::LotScheme;

/// What a lot buys until that is drawn.
pub(super) const NOTHING: Item = Item {
    quantity: 0,
    unit_cents: 0,
};

/// What a lot's bids depend on.
pub(super) struct Setting<'a> {
    pub(super) tender: Period,
    pub(super) awarded: Moment,
    pub(super) estimate_cents: i64,
    /// The firm that is to win.
    pub(super) winner: Appearance,
    /// The firms interested in this process, the winner among them, each with one appearance.
    pub(super) firms: &'a [Appearance],
    /// Whether exactly these firms bid.
    pub(super) is_closed: bool,
    /// Whether something besides the price counts.
    pub(super) uses_rated_criteria: bool,
    pub(super) strictness: Strictness,
}

/// Bids of a competitive lot that is awarded. Prices that look covered are drawn again unless that is the scheme.
pub(super) fn competitive_lot(
    random: &mut Random,
    setting: &Setting<'_>,
    scheme: LotScheme,
) -> Lot {
    loop {
        let lot = drawn_lot(random, setting, scheme);
        if scheme == LotScheme::Cover || relative_distance(&lot.bids).is_none_or(|far| far < 0.8) {
            return lot;
        }
    }
}

fn drawn_lot(random: &mut Random, setting: &Setting<'_>, scheme: LotScheme) -> Lot {
    let bidders = match scheme {
        _ if setting.is_closed => 7,
        LotScheme::SingleBid => 1,
        LotScheme::FewBidders => 2,
        LotScheme::LowestDisqualified
        | LotScheme::LowestWithdrawn
        | LotScheme::TiedLowest
        | LotScheme::Cover
        | LotScheme::TwoLeft => random.between(4, 5),
        LotScheme::AllButWinnerDisqualified
        | LotScheme::WholePercentGaps
        | LotScheme::PredeterminedPrice => random.between(3, 4),
        LotScheme::HalfAndWhole => 3,
        LotScheme::Honest if setting.strictness == Strictness::Hard => 6,
        // Always one of four, so that the mildly strict are alike and nobody stands out among them.
        LotScheme::Honest if setting.strictness == Strictness::Mild => 4,
        _ => 3 + i64::from(random.happens(3_500)) + i64::from(random.happens(1_500)),
    };
    let bidders = usize::try_from(bidders)
        .expect("a small count")
        .min(setting.firms.len());
    let prices = prices(random, setting.estimate_cents, bidders, scheme);
    let mut bids: Vec<Bid> = chosen_firms(random, setting, bidders)
        .into_iter()
        .zip(prices)
        .map(|(firm, cents)| Bid {
            firm,
            date: in_time(random, setting.tender),
            status: BidStatus::Valid,
            cents,
        })
        .collect();
    let winner = settle(random, setting, scheme, &mut bids);
    // The firm that is to win changes places with the one whose price won.
    let lucky = bids[winner].firm;
    for bid in &mut bids {
        if bid.firm == lucky {
            bid.firm = setting.winner;
        } else if bid.firm == setting.winner {
            bid.firm = lucky;
        }
    }
    shuffled_lot(random, setting, bids, winner, scheme.plants())
}

/// Decides who is out, who wins and when the telling bid came; returns the winner's position.
fn settle(
    random: &mut Random,
    setting: &Setting<'_>,
    scheme: LotScheme,
    bids: &mut Vec<Bid>,
) -> usize {
    let mut winner = 0;
    let deadline = setting.tender.end;
    match scheme {
        LotScheme::SingleBid | LotScheme::FewBidders if random.happens(3_000) => {
            // Somebody who was invited, or who took the bid back, is not a bidder.
            // A firm with two identifiers stays out: whether an invitation makes a supplier is no question to settle here.
            let is_free = |firm: &&Appearance| {
                !has_two_identifiers(firm.firm) && bids.iter().all(|bid| bid.firm != **firm)
            };
            if let Some(&firm) = setting.firms.iter().find(is_free) {
                let (status, cents) = if random.happens(5_000) {
                    (BidStatus::Invited, 0)
                } else {
                    (BidStatus::Withdrawn, bids[0].cents * 1_137 / 1_000 + 41)
                };
                bids.push(Bid {
                    firm,
                    date: in_time(random, setting.tender),
                    status,
                    cents,
                });
            }
        }
        LotScheme::AllButWinnerDisqualified => {
            winner = usize::from(random.happens(4_000));
            for (position, bid) in bids.iter_mut().enumerate() {
                if position != winner {
                    bid.status = BidStatus::Disqualified;
                }
            }
        }
        LotScheme::LowestDisqualified | LotScheme::TiedLowest => {
            bids[0].status = BidStatus::Disqualified;
            winner = 1;
        }
        LotScheme::LowestWithdrawn => {
            bids[0].status = BidStatus::Withdrawn;
            winner = 1;
        }
        LotScheme::TwoLeft => bids[2..]
            .iter_mut()
            .for_each(|bid| bid.status = BidStatus::Disqualified),
        LotScheme::LateWinner => {
            bids[0].date = deadline.plus_minutes(random.between(5, 3 * 24 * 60));
        }
        LotScheme::LateLoser => {
            let last = bids.len() - 1;
            bids[last].date = deadline.plus_minutes(random.between(5, 600));
        }
        LotScheme::LastMinuteWinner => bids[0].date = deadline.plus_minutes(-random.between(1, 9)),
        LotScheme::SameBidderTwice => {
            let mut again = bids[bids.len() - 1].clone();
            again.date = again.date.plus_minutes(20);
            bids.push(again);
        }
        LotScheme::Honest => {
            let (may_be_strict, others) = (!setting.is_closed, bids.len() - 1);
            if setting.strictness == Strictness::Hard && may_be_strict && others >= 3 {
                // The lowest wins and another is left, so that nothing shows in this lot alone.
                for bid in &mut bids[2..] {
                    bid.status = BidStatus::Disqualified;
                }
                return winner;
            }
            if setting.strictness == Strictness::Mild && may_be_strict && others >= 3 {
                bids[2 + random.position(others - 1)].status = BidStatus::Disqualified;
            } else if bids.len() >= 4 && random.happens(2_000) && may_be_strict {
                let out = 2 + random.position(bids.len() - 2);
                bids[out].status = if random.happens(7_500) {
                    BidStatus::Disqualified
                } else {
                    BidStatus::Withdrawn
                };
            }
            if setting.uses_rated_criteria && random.happens(3_000) {
                winner = 1;
            }
        }
        _ => {}
    }
    winner
}

/// Bids of a lot that closes without an award: none at all, or all disqualified.
pub(super) fn failed_lot(random: &mut Random, setting: &Setting<'_>) -> Lot {
    let mut lot = competitive_lot(random, setting, LotScheme::Honest);
    lot.award = None;
    lot.status = "unsuccessful";
    if random.happens(9_000) {
        lot.bids.clear();
    }
    lot.bids
        .iter_mut()
        .for_each(|bid| bid.status = BidStatus::Disqualified);
    lot
}

/// Bids of a small purchase by invitation: one to three quotations.
pub(super) fn invited_lot(random: &mut Random, setting: &Setting<'_>) -> Lot {
    let bidders = 1 + random.position(setting.firms.len().min(3));
    let prices = prices(random, setting.estimate_cents, bidders, LotScheme::Honest);
    let mut firms = chosen_firms(random, setting, bidders);
    let place = firms.iter().position(|firm| *firm == setting.winner);
    firms.swap(0, place.expect("the winner is among those chosen"));
    let bids = firms
        .into_iter()
        .zip(prices)
        .map(|(firm, cents)| Bid {
            firm,
            date: in_time(random, setting.tender),
            status: BidStatus::Valid,
            cents,
        })
        .collect();
    shuffled_lot(random, setting, bids, 0, &[])
}

/// A direct award: a price somewhat below the estimate, and no bids.
pub(super) fn direct_lot(random: &mut Random, setting: &Setting<'_>) -> Lot {
    let cents =
        setting.estimate_cents / 10_000 * random.between(9_300, 9_700) + random.between(1, 99);
    let award = Award {
        bid: None,
        firm: setting.winner,
        cents,
        date: setting.awarded,
        names_bid: false,
    };
    Lot {
        estimate_cents: setting.estimate_cents,
        item: NOTHING,
        status: "complete",
        bids: Vec::new(),
        award: Some(award),
        contract: None,
        planted: &[],
    }
}

/// Publishes the bids in no telling order and awards the winner its price.
fn shuffled_lot(
    random: &mut Random,
    setting: &Setting<'_>,
    mut bids: Vec<Bid>,
    mut winner: usize,
    planted: &'static [super::model::Indicator],
) -> Lot {
    for last in (1..bids.len()).rev() {
        let other = random.position(last + 1);
        bids.swap(last, other);
        if winner == last {
            winner = other;
        } else if winner == other {
            winner = last;
        }
    }
    let won = &bids[winner];
    let award = Award {
        bid: Some(winner),
        firm: won.firm,
        cents: won.cents,
        date: setting.awarded,
        names_bid: random.happens(5_000),
    };
    Lot {
        estimate_cents: setting.estimate_cents,
        item: NOTHING,
        status: "complete",
        bids,
        award: Some(award),
        contract: None,
        planted,
    }
}

/// A moment between the opening and one hour before the deadline.
fn in_time(random: &mut Random, tender: Period) -> Moment {
    let minutes = tender.end.0 - tender.start.0;
    tender
        .start
        .plus_minutes(random.between(minutes / 3, minutes - 60))
}

/// The winner and others, in no telling order.
fn chosen_firms(random: &mut Random, setting: &Setting<'_>, number: usize) -> Vec<Appearance> {
    let mut firms = setting.firms.to_vec();
    let winner = firms.iter().position(|firm| *firm == setting.winner);
    firms.swap(0, winner.expect("the winner is interested"));
    for position in 1..number {
        let other = position + random.position(firms.len() - position);
        firms.swap(position, other);
    }
    firms.truncate(number);
    for last in (1..firms.len()).rev() {
        let other = random.position(last + 1);
        firms.swap(last, other);
    }
    firms
}
