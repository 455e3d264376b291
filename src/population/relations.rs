//! One supplier with one buyer in one year: how much of the buyer's money, how much elsewhere, and how many direct awards in a row.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::{
    points::Points,
    rows::BuyerSupplierRow,
    tables::{Asked, Question, integers, numbers},
};

/// Awards of a year from which a pair has a row: below, there is nothing to compare.
const LEAST_AWARDS: i64 = 2;
/// The window in which direct awards are counted.
const TWELVE_MONTHS_DAYS: i32 = 365;

/// The window of twelve months that ends in a year and holds the most direct awards; of several the one of the largest sum.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Window {
    awards: i64,
    amount: f64,
    maximum: f64,
    threshold: Option<f64>,
}

/// The rows, in the order of buyer, supplier and year.
pub(super) fn rows<'p>(points: &'p Points, asked: &Asked) -> Vec<BuyerSupplierRow<'p>> {
    let answer = asked.answer(Question::BuyerSupplier);
    let whole = |name| integers(&answer, name);
    let number = |name| numbers(&answer, name);
    let (buyers, suppliers, years) = (whole("buyer_key"), whole("supplier_key"), whole("year"));
    let jurisdictions = whole("jurisdiction_key");
    let (pair_counts, buyer_counts) = (whole("pair_award_count"), whole("buyer_award_count"));
    let (pair_amounts, buyer_amounts) = (number("pair_amount"), number("buyer_amount"));
    let (first, last) = (whole("first_currency_key"), whole("last_currency_key"));
    let windows = direct_windows(points);
    let elsewhere = Elsewhere::of(points);
    let mut rows = Vec::new();
    for row in 0..answer.height() {
        let (Some(buyer), Some(supplier), Some(year)) = (buyers[row], suppliers[row], years[row])
        else {
            continue;
        };
        let window = i32::try_from(year)
            .ok()
            .and_then(|year| windows.get(&(buyer, supplier, year)))
            .copied()
            .unwrap_or_default();
        let is_pair = pair_counts[row] >= Some(LEAST_AWARDS) || window.awards >= LEAST_AWARDS;
        if !is_pair {
            continue;
        }
        let has_one_currency = first[row] == last[row];
        let value_share = pair_amounts[row]
            .zip(buyer_amounts[row].filter(|amount| *amount > 0.0 && has_one_currency))
            .map(|(pair, whole)| pair / whole);
        let elsewhere_share = elsewhere.share(buyer, supplier);
        let (buyer_name, supplier_name) = (points.names.get(&buyer), points.names.get(&supplier));
        let jurisdiction = points.words.get(&jurisdictions[row].unwrap_or_default());
        rows.push(BuyerSupplierRow {
            pair_key: super::key(&[buyer, supplier, year]),
            buyer_key: buyer,
            supplier_key: supplier,
            buyer_id: buyer_name
                .and_then(|name| name.id.as_deref())
                .map(Cow::Borrowed),
            buyer_name: buyer_name
                .and_then(|name| name.name.as_deref())
                .map(Cow::Borrowed),
            supplier_id: supplier_name
                .and_then(|name| name.id.as_deref())
                .map(Cow::Borrowed),
            supplier_name: supplier_name
                .and_then(|name| name.name.as_deref())
                .map(Cow::Borrowed),
            jurisdiction: jurisdiction.map(|code| Cow::Borrowed(&**code)),
            year: Some(year),
            buyer_award_count: buyer_counts[row],
            pair_award_count: pair_counts[row],
            pair_amount: pair_amounts[row].filter(|_| has_one_currency),
            value_share,
            elsewhere_share,
            share_multiple: value_share
                .zip(elsewhere_share.filter(|share| *share > 0.0))
                .map(|(here, elsewhere)| here / elsewhere),
            direct_awards_in_12_months: Some(window.awards),
            direct_amount_in_12_months: (window.awards > 0).then_some(window.amount),
            direct_award_maximum_amount: (window.awards > 0).then_some(window.maximum),
            competition_threshold_amount: window.threshold,
            ..BuyerSupplierRow::default()
        });
    }
    rows
}

/// One direct award: day, amount, and the threshold that would have asked for competition.
type Direct = (i32, f64, Option<f64>);

fn direct_windows(points: &Points) -> FxHashMap<(i64, i64, i32), Window> {
    let mut awards: FxHashMap<(i64, i64), Vec<Direct>> = FxHashMap::default();
    for award in &points.awards {
        let process = &points.processes[award.process as usize];
        let day = award.day.or(process.day());
        if process.traits.method.is_restricted()
            && process.buyer_key != 0
            && let Some(day) = day
        {
            awards
                .entry((process.buyer_key, award.supplier_key))
                .or_default()
                .push((
                    day,
                    award.amount.unwrap_or_default(),
                    process.competition_threshold,
                ));
        }
    }
    let mut windows = FxHashMap::default();
    #[expect(
        clippy::iter_over_hash_type,
        reason = "each list fills windows of its own"
    )]
    for ((buyer, supplier), mut list) in awards {
        list.sort_by(|one, other| one.0.cmp(&other.0).then(one.1.total_cmp(&other.1)));
        let mut start = 0;
        for end in 0..list.len() {
            while list[end].0 - list[start].0 >= TWELVE_MONTHS_DAYS {
                start += 1;
            }
            let inside = &list[start..=end];
            let window = Window {
                awards: i64::try_from(inside.len()).unwrap_or(i64::MAX),
                amount: inside.iter().map(|(_, amount, _)| amount).sum(),
                maximum: inside
                    .iter()
                    .map(|(_, amount, _)| *amount)
                    .fold(0.0, f64::max),
                threshold: list[end].2,
            };
            let Some(year) =
                crate::facts::year_of_day(list[end].0).and_then(|year| i32::try_from(year).ok())
            else {
                continue;
            };
            let held = windows
                .entry((buyer, supplier, year))
                .or_insert(Window::default());
            if (window.awards, window.amount) > (held.awards, held.amount) {
                *held = window;
            }
        }
    }
    windows
}

/// What buyers other than one spend on the classes that a supplier sells to that one, and how much of it with that supplier.
#[expect(
    clippy::struct_field_names,
    reason = "each is one sum by other keys, and reads as such"
)]
struct Elsewhere {
    by_class: FxHashMap<i64, f64>,
    by_class_and_buyer: FxHashMap<(i64, i64), f64>,
    by_class_and_supplier: FxHashMap<(i64, i64), f64>,
    /// The classes of each pair, with what it is worth there.
    by_pair: FxHashMap<(i64, i64), Vec<(i64, f64)>>,
}

impl Elsewhere {
    fn of(points: &Points) -> Self {
        let mut found = Self {
            by_class: FxHashMap::default(),
            by_class_and_buyer: FxHashMap::default(),
            by_class_and_supplier: FxHashMap::default(),
            by_pair: FxHashMap::default(),
        };
        for award in &points.awards {
            let process = &points.processes[award.process as usize];
            let Some(amount) = award.amount else { continue };
            // Class and currency together: amounts of two currencies are not added up.
            let class = super::key(&[process.traits.class_key, process.currency_key]);
            *found.by_class.entry(class).or_default() += amount;
            *found
                .by_class_and_buyer
                .entry((class, process.buyer_key))
                .or_default() += amount;
            *found
                .by_class_and_supplier
                .entry((class, award.supplier_key))
                .or_default() += amount;
            let pair = found
                .by_pair
                .entry((process.buyer_key, award.supplier_key))
                .or_default();
            match pair.iter_mut().find(|(held, _)| *held == class) {
                Some((_, held)) => *held += amount,
                None => pair.push((class, amount)),
            }
        }
        found
    }

    fn share(&self, buyer: i64, supplier: i64) -> Option<f64> {
        let mut classes = self.by_pair.get(&(buyer, supplier))?.clone();
        classes.sort_unstable_by_key(|(class, _)| *class);
        let (mut all, mut own) = (0.0, 0.0);
        for (class, here) in classes {
            let of = |map: &FxHashMap<(i64, i64), f64>, key| map.get(&key).copied().unwrap_or(0.0);
            all += self.by_class.get(&class).copied().unwrap_or(0.0)
                - of(&self.by_class_and_buyer, (class, buyer));
            own += of(&self.by_class_and_supplier, (class, supplier)) - here;
        }
        // What is left of sums that should cancel is not money.
        (all > 0.005).then(|| (own / all).clamp(0.0, 1.0))
    }
}
