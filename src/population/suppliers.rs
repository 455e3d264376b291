//! Suppliers and bidders: in how many lines of business they are awarded, and how often they bid and do not win.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::{
    baseline::{Baseline, Distribution, GRID, measure_key},
    points::Points,
    rows::SupplierRow,
    shares::{Member, compared, priors},
    statistics::{Beta, quantiles::sorted, rarefaction::expected_classes, robust::log_fences},
    tables::{Asked, Question, integers},
};

const WIN_RATE: &str = "win_rate";
const DIVISION_RATIO: &str = "division_ratio";
/// All bidders of the jurisdictions they bid in are one another's peers.
const LEVELS: [&str; 1] = ["jurisdiction"];
/// Bidders, or suppliers, from which they are compared: the least that a rule asks for.
const LEAST_PEERS: usize = 20;
/// Awards from which the divisions of a supplier are compared with those expected: the catalogue's.
const LEAST_AWARDS: u64 = 10;

/// Suppliers before they are compared, in the order of their keys.
pub(super) struct Suppliers {
    keys: Vec<i64>,
    jurisdictions: Vec<i64>,
    awards: Vec<u64>,
    divisions: Vec<u64>,
    expected: Vec<Option<f64>>,
    members: Vec<Member>,
    /// The winner of most of the lots that it did not win, and of how many.
    winners: FxHashMap<i64, (i64, u64)>,
}

impl Suppliers {
    pub(super) fn of(points: &Points, asked: &Asked) -> Self {
        let mut bids: FxHashMap<i64, (u64, u64, i64)> = FxHashMap::default();
        for bidder in &points.bidders {
            let process = points.lots[bidder.lot as usize].process;
            let jurisdiction = points.processes[process as usize].traits.jurisdiction_key;
            let held = bids
                .entry(bidder.bidder_key)
                .or_insert((0, 0, jurisdiction));
            held.0 += u64::from(bidder.has_won);
            held.1 += 1;
            held.2 = held.2.min(jurisdiction);
        }
        let mut awarded: FxHashMap<i64, Vec<i64>> = FxHashMap::default();
        let mut everywhere: FxHashMap<i64, u64> = FxHashMap::default();
        let mut jurisdictions: FxHashMap<i64, i64> = FxHashMap::default();
        for award in &points.awards {
            let process = &points.processes[award.process as usize];
            let held = jurisdictions
                .entry(award.supplier_key)
                .or_insert(process.traits.jurisdiction_key);
            *held = (*held).min(process.traits.jurisdiction_key);
            let divisions = awarded.entry(award.supplier_key).or_default();
            if process.traits.division_key != 0 {
                divisions.push(process.traits.division_key);
                *everywhere.entry(process.traits.division_key).or_default() += 1;
            }
        }
        let mut frequencies: Vec<u64> = everywhere.into_values().collect();
        frequencies.sort_unstable();
        let mut keys: Vec<i64> = bids.keys().chain(awarded.keys()).copied().collect();
        keys.sort_unstable();
        keys.dedup();
        // Only so many different numbers of awards exist: each is asked for once.
        let mut expected_for: FxHashMap<u64, Option<f64>> = FxHashMap::default();
        let mut found = Self {
            jurisdictions: Vec::with_capacity(keys.len()),
            awards: Vec::with_capacity(keys.len()),
            divisions: Vec::with_capacity(keys.len()),
            expected: Vec::with_capacity(keys.len()),
            members: Vec::with_capacity(keys.len()),
            winners: winners(asked),
            keys,
        };
        for key in &found.keys {
            let (wins, lots, bid_jurisdiction) = bids.get(key).copied().unwrap_or_default();
            let jurisdiction = jurisdictions.get(key).copied().unwrap_or(bid_jurisdiction);
            let mut divisions = awarded.remove(key).unwrap_or_default();
            let awards = divisions.len() as u64;
            divisions.sort_unstable();
            divisions.dedup();
            found.jurisdictions.push(jurisdiction);
            found.awards.push(awards);
            found.divisions.push(divisions.len() as u64);
            found.expected.push(if awards >= LEAST_AWARDS {
                *expected_for
                    .entry(awards)
                    .or_insert_with(|| expected_classes(&frequencies, awards))
            } else {
                None
            });
            found.members.push(Member {
                successes: wins,
                trials: lots,
                groups: vec![super::key(&[bid_jurisdiction])],
            });
        }
        found
    }

    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
    fn ratio(&self, place: usize) -> Option<f64> {
        self.expected[place]
            .filter(|expected| *expected > 0.0)
            .map(|expected| self.divisions[place] as f64 / expected)
    }

    /// Puts the quantiles of the members' own shrunk rates in the place of the prior's: it is with those that a shrunk rate is compared. Where all
    /// are equal there is nothing to compare with.
    fn hold_shrunk_rates(&self, held: &mut Distribution) -> bool {
        let Some((alpha, beta)) = held.prior else {
            return false;
        };
        let level = crate::ingest::key_of(LEVELS[0]);
        let rates = sorted(
            self.members
                .iter()
                .filter(|member| {
                    member.trials > 0 && super::key(&[member.groups[0], level]) == held.key
                })
                .map(|member| {
                    Beta { alpha, beta }
                        .posterior(member.successes, member.trials)
                        .mean()
                }),
        );
        for (place, quantile) in held.grid.iter_mut().enumerate() {
            #[expect(clippy::cast_precision_loss, reason = "21 places")]
            let share = place as f64 / (GRID - 1) as f64;
            let Some(found) = super::statistics::quantiles::quantile(&rates, share) else {
                return false;
            };
            *quantile = found;
        }
        held.grid[0] < held.grid[GRID - 1]
    }

    /// What a baseline keeps of them.
    pub(super) fn distributions(&self) -> Vec<Distribution> {
        let mut found = priors(WIN_RATE, &LEVELS, &self.members, LEAST_PEERS);
        found.retain_mut(|held| self.hold_shrunk_rates(held));
        let ratios = sorted((0..self.keys.len()).filter_map(|place| self.ratio(place)));
        if ratios.len() >= LEAST_PEERS {
            found.push(Distribution {
                measure: DIVISION_RATIO.to_owned(),
                level: "all".to_owned(),
                key: 0,
                count: ratios.len() as u64,
                fence: log_fences(&ratios).map(|fences| fences.upper),
                ..Distribution::default()
            });
        }
        found
    }

    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
    pub(super) fn rows<'p>(&self, points: &'p Points, baseline: &Baseline) -> Vec<SupplierRow<'p>> {
        let variety = baseline.find(measure_key(DIVISION_RATIO), 0);
        let whole = |count: u64| i64::try_from(count).ok();
        (0..self.keys.len())
            .map(|place| {
                let key = self.keys[place];
                let name = points.names.get(&key);
                let member = &self.members[place];
                let compared = compared(WIN_RATE, &LEVELS, member, 0.05, baseline);
                let winner = self.winners.get(&key);
                let ratio = self.ratio(place);
                SupplierRow {
                    supplier_key: key,
                    supplier_id: name.and_then(|name| name.id.as_deref()).map(Cow::Borrowed),
                    supplier_name: name
                        .and_then(|name| name.name.as_deref())
                        .map(Cow::Borrowed),
                    award_count: whole(self.awards[place]),
                    division_count: whole(self.divisions[place]),
                    expected_division_count: self.expected[place],
                    division_ratio: ratio,
                    division_ratio_peer_fence: variety.and_then(|held| held.fence),
                    division_ratio_peer_count: variety.and_then(|held| whole(held.count)),
                    bid_count: whole(member.trials),
                    win_count: whole(member.successes),
                    win_rate_shrunk: compared.map(|found| found.shrunk),
                    win_rate_peer_p05: compared.map(|found| found.bound),
                    win_rate_peer_count: compared.and_then(|found| whole(found.peers)),
                    frequent_winner: winner
                        .and_then(|(winner, _)| super::said(points, *winner))
                        .map(Cow::Borrowed),
                    frequent_winner_share: winner
                        .filter(|_| member.trials > 0)
                        .map(|(_, lots)| *lots as f64 / member.trials as f64),
                    ..SupplierRow::default()
                }
            })
            .collect()
    }
}

/// Rows come with the most frequent winner of each bidder first, ties by key.
fn winners(asked: &Asked) -> FxHashMap<i64, (i64, u64)> {
    let answer = asked.answer(Question::Supplier);
    let (bidders, winners, lots) = (
        integers(&answer, "bidder_key"),
        integers(&answer, "winner_key"),
        integers(&answer, "lot_count"),
    );
    let mut found = FxHashMap::default();
    for row in 0..answer.height() {
        if let (Some(bidder), Some(winner), Some(lots)) = (bidders[row], winners[row], lots[row]) {
            found
                .entry(bidder)
                .or_insert((winner, u64::try_from(lots).unwrap_or_default()));
        }
    }
    found
}
