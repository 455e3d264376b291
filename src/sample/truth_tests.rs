//! The oracle on cases small enough to check by hand.

use super::super::firms::Appearance;
use super::super::model::{Award, Milestone, Period, Transaction};
use super::*;

const DAY: i64 = 24 * 60;

fn bid(firm: u32, cents: i64, status: BidStatus) -> Bid {
    Bid {
        firm: Appearance {
            firm,
            identity: 0,
            spelling: 0,
        },
        date: Moment(0),
        status,
        cents,
    }
}

fn valid(firm: u32, cents: i64) -> Bid {
    bid(firm, cents, BidStatus::Valid)
}

fn lot(bids: Vec<Bid>, winner: usize) -> Lot {
    let award = Award {
        bid: Some(winner),
        firm: bids[winner].firm,
        cents: bids[winner].cents,
        date: Moment(DAY),
        names_bid: true,
    };
    Lot {
        estimate_cents: 0,
        item: crate::sample::bids::NOTHING,
        status: "complete",
        bids,
        award: Some(award),
        contract: None,
        planted: &[],
    }
}

#[test]
fn bidders_are_different_firms_with_a_standing_bid() {
    use BidStatus::{Disqualified, Invited, Withdrawn};
    assert_eq!(
        bidders(&[
            valid(1, 10),
            valid(1, 9),
            bid(2, 8, Withdrawn),
            bid(3, 0, Invited)
        ]),
        1
    );
    assert_eq!(bidders(&[valid(1, 10), bid(2, 9, Disqualified)]), 2);
}

#[test]
fn the_winner_must_be_the_only_one_left() {
    use BidStatus::{Disqualified, Withdrawn};
    assert!(only_the_winner_left(&lot(
        vec![valid(1, 10), bid(2, 9, Disqualified)],
        0
    )));
    assert!(!only_the_winner_left(&lot(
        vec![valid(1, 10), valid(3, 11), bid(2, 9, Disqualified)],
        0
    )));
    assert!(
        !only_the_winner_left(&lot(vec![valid(1, 10), bid(2, 9, Withdrawn)], 0)),
        "nobody was disqualified"
    );
}

#[test]
fn a_tie_for_the_lowest_price_is_not_out_while_one_stands() {
    use BidStatus::{Disqualified, Withdrawn};
    assert!(lowest_is_out(&lot(
        vec![bid(1, 8, Disqualified), valid(2, 9)],
        1
    )));
    assert!(!lowest_is_out(&lot(
        vec![bid(1, 8, Disqualified), valid(2, 8), valid(3, 9)],
        1
    )));
    assert!(!lowest_is_out(&lot(
        vec![bid(1, 8, Withdrawn), valid(2, 9)],
        1
    )));
    let mut unawarded = lot(vec![bid(1, 8, Disqualified), valid(2, 9)], 1);
    unawarded.award = None;
    assert!(!lowest_is_out(&unawarded));
}

#[test]
fn identical_prices_are_of_two_firms_not_round_and_not_set_by_the_tender() {
    let shared = [valid(1, 12_345), valid(2, 12_345)];
    assert!(prices_are_identical(&shared, None));
    assert!(!prices_are_identical(&shared, Some(12_345)));
    assert!(
        !prices_are_identical(&[valid(1, 12_000), valid(2, 12_000)], None),
        "two significant digits"
    );
    assert!(
        !prices_are_identical(&[valid(1, 12_345), valid(1, 12_345)], None),
        "one firm"
    );
}

#[test]
fn multiples_are_near_not_exact() {
    let with = |high| prices_follow_a_pattern(&[valid(1, 10_000_000), valid(2, high)]);
    assert!(with(20_050_000));
    assert!(with(29_860_000));
    assert!(!with(20_000_000), "exactly twice");
    assert!(!with(20_200_000), "one per cent off");
    assert!(!with(15_000_000));
}

#[test]
fn two_whole_percentages_make_a_pattern() {
    let with = |prices: [i64; 3]| {
        prices_follow_a_pattern(&[
            valid(1, prices[0]),
            valid(2, prices[1]),
            valid(3, prices[2]),
        ])
    };
    assert!(with([10_000_000, 10_300_000, 10_506_000]));
    assert!(!with([10_000_000, 10_300_000, 10_550_000]), "only one");
    assert!(
        !with([10_000_000, 10_000_000, 10_300_000]),
        "no gap is no percentage"
    );
}

#[test]
fn an_award_is_above_the_estimate_or_close_to_a_hidden_one() {
    assert!(at_or_above_estimate(10_100, 10_000, true));
    assert!(!at_or_above_estimate(10_000, 10_000, true));
    assert!(!at_or_above_estimate(9_950, 10_000, true));
    assert!(at_or_above_estimate(9_950, 10_000, false));
    assert!(!at_or_above_estimate(9_800, 10_000, false));
}

/// A contract of a hundred days for a thousand, signed on the first day of 2022.
fn contract() -> Contract {
    let signed = Moment::at(day_number(2022, 1, 1), 12, 0);
    let period = Period {
        start: signed,
        end: signed.plus_days(100),
    };
    Contract {
        signed,
        original_cents: 100_000,
        current_cents: 100_000,
        original: period,
        current: period,
        is_terminated: true,
        amendments: Vec::new(),
        transactions: Vec::new(),
        milestones: Vec::new(),
        is_paid_at_par: false,
        typed: None,
        subcontractor: None,
        planted: &[],
    }
}

fn shown(change: impl FnOnce(&mut Contract)) -> Vec<Indicator> {
    let mut contract = contract();
    change(&mut contract);
    of_contract(&contract, Some(100_000), true)
}

#[test]
fn growth_near_the_cap_is_growth_too() {
    use Indicator::{AmendmentNearLegalCap, ContractPriceGrowth};
    assert_eq!(shown(|_| ()), []);
    assert_eq!(shown(|contract| contract.current_cents = 108_000), []);
    assert_eq!(
        shown(|contract| contract.current_cents = 115_000),
        [ContractPriceGrowth]
    );
    assert_eq!(
        shown(|contract| contract.current_cents = 124_000),
        [ContractPriceGrowth, AmendmentNearLegalCap]
    );
    assert_eq!(
        shown(|contract| contract.current_cents = 126_000),
        [ContractPriceGrowth]
    );
    let before_the_law = shown(|contract| {
        contract.current_cents = 124_000;
        contract.signed = Moment::at(day_number(2020, 9, 7), 12, 0);
    });
    assert_eq!(before_the_law, [ContractPriceGrowth]);
}

#[test]
fn a_contract_differs_from_its_award_only_where_its_first_value_is_known() {
    let mut contract = contract();
    contract.original_cents = 112_000;
    contract.current_cents = 112_000;
    assert_eq!(
        of_contract(&contract, Some(100_000), true),
        [Indicator::ContractDiffersFromAward]
    );
    assert_eq!(of_contract(&contract, Some(100_000), false), []);
    assert_eq!(of_contract(&contract, None, true), []);
}

#[test]
fn amendments_are_early_or_many_by_their_days() {
    use Indicator::{EarlyAmendment, RepeatedAmendments};
    let on = |days: &'static [i64]| {
        shown(move |contract| {
            contract.amendments = days
                .iter()
                .map(|&day| contract.signed.plus_days(day))
                .collect();
        })
    };
    assert_eq!(on(&[30]), [EarlyAmendment]);
    assert_eq!(on(&[31]), []);
    assert_eq!(on(&[50, 80, 400]), [RepeatedAmendments]);
    assert_eq!(on(&[50, 300, 580]), []);
}

#[test]
fn payments_and_delays_have_their_tolerance() {
    use Indicator::{ContractDelay, PaymentsExceedContract};
    let paid = |cents| {
        shown(|contract| {
            contract.transactions = vec![Transaction {
                date: contract.signed,
                cents,
                payee: None,
            }];
        })
    };
    assert_eq!(paid(100_000), []);
    assert_eq!(paid(100_400), []);
    assert_eq!(paid(102_000), [PaymentsExceedContract]);
    assert_eq!(
        shown(|contract| contract.current.end = contract.current.end.plus_days(20)),
        []
    );
    assert_eq!(
        shown(|contract| contract.current.end = contract.current.end.plus_days(21)),
        [ContractDelay]
    );
    let met = |days| {
        shown(move |contract| {
            contract.milestones = vec![Milestone {
                due: contract.signed,
                met: Some(contract.signed.plus_days(days)),
            }];
        })
    };
    assert_eq!(met(30), []);
    assert_eq!(met(31), [ContractDelay]);
}

#[test]
fn projects_overrun_by_more_than_a_fifth() {
    assert!(cost_overrun(100, 121) && !cost_overrun(100, 120));
    assert!(delay(100, 21) && !delay(100, 20) && !delay(100, -5));
}
