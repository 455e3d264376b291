//! Buyers: how often without competition, how many just below a threshold, how many bids disqualified, and the digits of their amounts.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::{
    Setting,
    baseline::{Baseline, Distribution},
    points::Points,
    rows::BuyerRow,
    shares::{Member, compared, priors, share},
    statistics::{adjust::benjamini_hochberg, benford::benford, binomial::upper_tail},
    tables::{Asked, Question, integers, numbers},
};

/// Similar buyers: of the same jurisdiction and of the category they award most in; else of the jurisdiction.
const LEVELS: [&str; 2] = ["jurisdiction, category", "jurisdiction"];
/// Buyers from which a group is compared with: the least that a rule asks for.
const LEAST_PEERS: usize = 10;
/// Purchases around the threshold from which bunching is tested: the catalogue's.
const LEAST_AROUND_THRESHOLD: u64 = 20;
/// Amounts from which digits are looked at: below, every deviation is chance. The rule asks for more.
const LEAST_AMOUNTS: usize = 100;

const DIRECT_AWARDS: &str = "direct_award_share";
const DISQUALIFICATIONS: &str = "disqualification_share";

/// What SQL says of one buyer.
struct Counted {
    buyer_key: i64,
    jurisdiction_key: i64,
    process_count: Option<i64>,
    threshold: Option<f64>,
    below: u64,
    above: u64,
    awards: u64,
    direct: u64,
    amount: Option<f64>,
    direct_amount: Option<f64>,
    judged: u64,
    disqualified: u64,
}

/// Buyers before they are compared.
pub(super) struct Buyers {
    counted: Vec<Counted>,
    direct: Vec<Member>,
    disqualified: Vec<Member>,
}

impl Buyers {
    pub(super) fn of(points: &Points, asked: &Asked) -> Self {
        let counted = counted(asked);
        let categories = main_categories(points);
        let groups = |buyer: &Counted| {
            let category = categories
                .get(&buyer.buyer_key)
                .copied()
                .unwrap_or_default();
            vec![
                super::key(&[buyer.jurisdiction_key, category]),
                super::key(&[buyer.jurisdiction_key]),
            ]
        };
        let members = |of: fn(&Counted) -> (u64, u64)| {
            counted
                .iter()
                .map(|buyer| {
                    let (successes, trials) = of(buyer);
                    Member {
                        successes,
                        trials,
                        groups: groups(buyer),
                    }
                })
                .collect::<Vec<_>>()
        };
        Self {
            direct: members(|buyer| (buyer.direct, buyer.awards)),
            disqualified: members(|buyer| (buyer.disqualified, buyer.judged)),
            counted,
        }
    }

    /// What a baseline keeps of them.
    pub(super) fn distributions(&self) -> Vec<Distribution> {
        let mut found = priors(DIRECT_AWARDS, &LEVELS, &self.direct, LEAST_PEERS);
        found.extend(priors(
            DISQUALIFICATIONS,
            &LEVELS,
            &self.disqualified,
            LEAST_PEERS,
        ));
        found
    }

    pub(super) fn rows<'p>(
        &self,
        points: &'p Points,
        baseline: &Baseline,
        setting: Setting<'p>,
    ) -> Vec<BuyerRow<'p>> {
        let bunching: Vec<f64> = self
            .counted
            .iter()
            .map(|buyer| {
                let around = buyer.below + buyer.above;
                (around >= LEAST_AROUND_THRESHOLD)
                    .then(|| upper_tail(buyer.below, around, 0.5))
                    .flatten()
                    .unwrap_or(f64::NAN)
            })
            .collect();
        let bunching = benjamini_hochberg(&bunching);
        let amounts = amounts(points);
        let digits: Vec<_> = self
            .counted
            .iter()
            .map(|buyer| {
                let amounts = amounts.get(&buyer.buyer_key)?;
                (amounts.len() >= LEAST_AMOUNTS)
                    .then(|| benford(amounts.iter().copied()))
                    .flatten()
            })
            .collect();
        let digit_probabilities: Vec<f64> = digits
            .iter()
            .map(|digits| digits.as_ref().map_or(f64::NAN, |digits| digits.p_value))
            .collect();
        let digit_probabilities = benjamini_hochberg(&digit_probabilities);
        let known =
            |probability: f64| Some(probability).filter(|probability| !probability.is_nan());
        (0..self.counted.len())
            .map(|place| {
                let buyer = &self.counted[place];
                let name = points.names.get(&buyer.buyer_key);
                let direct = compared(DIRECT_AWARDS, &LEVELS, &self.direct[place], 0.90, baseline);
                let disqualified = compared(
                    DISQUALIFICATIONS,
                    &LEVELS,
                    &self.disqualified[place],
                    0.90,
                    baseline,
                );
                let jurisdiction = points
                    .words
                    .get(&buyer.jurisdiction_key)
                    .map(|code| &**code);
                BuyerRow {
                    buyer_key: buyer.buyer_key,
                    buyer_id: name.and_then(|name| name.id.as_deref()).map(Cow::Borrowed),
                    buyer_name: name
                        .and_then(|name| name.name.as_deref())
                        .map(Cow::Borrowed),
                    jurisdiction: jurisdiction.map(Cow::Borrowed),
                    process_count: buyer.process_count,
                    award_count: whole(buyer.awards),
                    direct_award_count: whole(buyer.direct),
                    direct_award_share: share(buyer.direct, buyer.awards),
                    direct_award_value_share: buyer
                        .direct_amount
                        .zip(buyer.amount.filter(|amount| *amount > 0.0))
                        .map(|(direct, amount)| direct / amount),
                    direct_award_share_shrunk: direct.map(|direct| direct.shrunk),
                    direct_award_share_peer_p90: direct.map(|direct| direct.bound),
                    direct_award_share_probability: direct.map(|direct| direct.probability_above),
                    direct_award_share_peer_count: direct.and_then(|direct| whole(direct.peers)),
                    below_threshold_count: whole(buyer.below),
                    above_threshold_count: whole(buyer.above),
                    threshold_amount: buyer.threshold,
                    threshold_citation: jurisdiction
                        .zip(buyer.threshold)
                        .and_then(|(code, amount)| setting.citation(code, amount))
                        .map(Cow::Borrowed),
                    bunching_probability: known(bunching[place]),
                    judged_bid_count: whole(buyer.judged),
                    disqualified_bid_count: whole(buyer.disqualified),
                    disqualification_share: share(buyer.disqualified, buyer.judged),
                    disqualification_share_shrunk: disqualified.map(|found| found.shrunk),
                    disqualification_share_peer_p90: disqualified.map(|found| found.bound),
                    disqualification_share_probability: disqualified
                        .map(|found| found.probability_above),
                    disqualification_share_peer_count: disqualified
                        .and_then(|found| whole(found.peers)),
                    amount_count: i64::try_from(amounts.get(&buyer.buyer_key).map_or(0, Vec::len))
                        .ok(),
                    amount_magnitude_orders: digits[place]
                        .as_ref()
                        .map(|digits| digits.orders_of_magnitude),
                    benford_deviation: digits[place]
                        .as_ref()
                        .map(|digits| digits.mean_absolute_deviation),
                    benford_probability: known(digit_probabilities[place]),
                    ..BuyerRow::default()
                }
            })
            .collect()
    }
}

fn whole(count: u64) -> Option<i64> {
    i64::try_from(count).ok()
}

fn counted(asked: &Asked) -> Vec<Counted> {
    let answer = asked.answer(Question::Buyer);
    let whole = |name| integers(&answer, name);
    let number = |name| numbers(&answer, name);
    let (keys, jurisdictions) = (whole("buyer_key"), whole("jurisdiction_key"));
    let (processes, thresholds) = (whole("process_count"), number("threshold"));
    let (below, above) = (
        whole("below_threshold_count"),
        whole("above_threshold_count"),
    );
    let (awards, direct) = (whole("award_count"), whole("direct_award_count"));
    let (amounts, direct_amounts) = (number("amount"), number("direct_amount"));
    let (first, last) = (whole("first_currency_key"), whole("last_currency_key"));
    let (judged, disqualified) = (whole("judged_bid_count"), whole("disqualified_bid_count"));
    let count = |value: Option<i64>| {
        value
            .and_then(|value| u64::try_from(value).ok())
            .unwrap_or_default()
    };
    (0..answer.height())
        .map(|row| {
            // Amounts compare within one currency: a buyer that awards in two has no share of value.
            let has_one_currency = first[row] == last[row];
            Counted {
                buyer_key: keys[row].unwrap_or_default(),
                jurisdiction_key: jurisdictions[row].unwrap_or_default(),
                process_count: processes[row],
                threshold: thresholds[row],
                below: count(below[row]),
                above: count(above[row]),
                awards: count(awards[row]),
                direct: count(direct[row]),
                amount: amounts[row].filter(|_| has_one_currency),
                direct_amount: direct_amounts[row].filter(|_| has_one_currency),
                judged: count(judged[row]),
                disqualified: count(disqualified[row]),
            }
        })
        .collect()
}

/// The category in which each buyer published most processes; of several the smallest key.
fn main_categories(points: &Points) -> FxHashMap<i64, i64> {
    let mut counts: FxHashMap<(i64, i64), u32> = FxHashMap::default();
    for process in &points.processes {
        *counts
            .entry((process.buyer_key, process.traits.category_key))
            .or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_unstable_by_key(|((buyer, category), count)| {
        (*buyer, std::cmp::Reverse(*count), *category)
    });
    counts.dedup_by_key(|((buyer, _), _)| *buyer);
    counts
        .into_iter()
        .map(|((buyer, category), _)| (buyer, category))
        .collect()
}

/// The different amounts of each buyer's awards: call-offs of one framework repeat an amount and would count its digits many times.
fn amounts(points: &Points) -> FxHashMap<i64, Vec<f64>> {
    let mut amounts: FxHashMap<i64, Vec<f64>> = FxHashMap::default();
    for award in &points.awards {
        let buyer = points.processes[award.process as usize].buyer_key;
        if let Some(amount) = award.amount.filter(|amount| buyer != 0 && *amount > 0.0) {
            amounts.entry(buyer).or_default().push(amount);
        }
    }
    #[expect(
        clippy::iter_over_hash_type,
        reason = "each list is put in order by itself"
    )]
    for list in amounts.values_mut() {
        list.sort_unstable_by(f64::total_cmp);
        list.dedup();
    }
    amounts
}
