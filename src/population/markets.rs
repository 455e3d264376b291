//! Markets: a class of goods or services in one region and year. Who sells there, who could, and whether lots look covered more often than chance.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::{
    points::Points,
    rows::MarketRow,
    statistics::{
        Stratum,
        adjust::benjamini_hochberg,
        concentration::{herfindahl_hirschman, location_quotient},
        shares::share_above_null,
    },
    tables::{Asked, Question, integers, numbers},
};

/// Valid prices from which a lot is screened, the coefficient of variation below which prices stand close, and the relative distance from which the
/// lowest stands apart: the fallback values of cover-bid-pattern (Imhof 2019), because a market's share needs one yardstick for all.
const LEAST_PRICES: u32 = 4;
const CLOSE_VARIATION: f64 = 0.06;
const APART_DISTANCE: f64 = 1.0;

/// The awards of one supplier in one market.
struct Sold {
    supplier: i64,
    awards: u64,
    amount: Option<f64>,
}

type MarketKey = (i64, i64, i64, i64);

/// The rows, in the order of jurisdiction, class, region and year.
pub(super) fn rows<'p>(points: &'p Points, asked: &Asked) -> Vec<MarketRow<'p>> {
    let markets = markets(asked);
    let everywhere = Everywhere::of(&markets);
    let screened = screened(points);
    let probabilities: Vec<f64> = markets
        .iter()
        .map(|(key, ..)| {
            screened
                .markets
                .get(key)
                .filter(|lots| lots.market_lots > 0)
                .and_then(|lots| share_above_null(std::slice::from_ref(lots)))
                .unwrap_or(f64::NAN)
        })
        .collect();
    let probabilities = benjamini_hochberg(&probabilities);
    markets
        .iter()
        .zip(probabilities)
        .map(|((key, sold, has_one_currency), probability)| {
            let mut row = row(points, *key, sold, *has_one_currency, &everywhere);
            if let Some(lots) = screened.markets.get(key) {
                row.screened_lot_count = i64::try_from(lots.market_lots).ok();
                row.cover_lot_count = i64::try_from(lots.market_flagged).ok();
                row.cover_lot_share = super::shares::share(lots.market_flagged, lots.market_lots);
                row.cover_probability = Some(probability).filter(|found| !found.is_nan());
            }
            row
        })
        .collect()
}

/// Each market with what each supplier sold there, and whether it was all in one currency.
fn markets(asked: &Asked) -> Vec<(MarketKey, Vec<Sold>, bool)> {
    let answer = asked.answer(Question::Market);
    let whole = |name| integers(&answer, name);
    let keys = ["jurisdiction_key", "class_key", "region_key", "year"].map(whole);
    let (suppliers, awards) = (whole("supplier_key"), whole("award_count"));
    let amounts = numbers(&answer, "amount");
    let (first, last) = (whole("first_currency_key"), whole("last_currency_key"));
    let mut markets: Vec<(MarketKey, Vec<Sold>, bool)> = Vec::new();
    let mut currency = None;
    for row in 0..answer.height() {
        let [jurisdiction, class, region, year] =
            [0, 1, 2, 3].map(|place| keys[place][row].unwrap_or_default());
        let key = (jurisdiction, class, region, year);
        let sold = Sold {
            supplier: suppliers[row].unwrap_or_default(),
            awards: awards[row]
                .and_then(|awards| u64::try_from(awards).ok())
                .unwrap_or_default(),
            amount: amounts[row],
        };
        let is_one = first[row] == last[row];
        if let Some((_, held, has_one)) = markets.last_mut().filter(|(held, ..)| *held == key) {
            *has_one &= is_one && first[row] == currency;
            held.push(sold);
        } else {
            currency = first[row];
            markets.push((key, vec![sold], is_one));
        }
    }
    markets
}

/// What is sold of each class over all regions and years of a jurisdiction.
struct Everywhere {
    by_class: FxHashMap<(i64, i64), f64>,
    by_supplier: FxHashMap<(i64, i64, i64), f64>,
    /// The regions in which each supplier of a class has awards, by class.
    regions: FxHashMap<(i64, i64), FxHashMap<i64, Vec<i64>>>,
}

impl Everywhere {
    fn of(markets: &[(MarketKey, Vec<Sold>, bool)]) -> Self {
        let mut found = Self {
            by_class: FxHashMap::default(),
            by_supplier: FxHashMap::default(),
            regions: FxHashMap::default(),
        };
        for ((jurisdiction, class, region, _), sold, _) in markets {
            for sold in sold {
                let amount = sold.amount.unwrap_or_default();
                *found.by_class.entry((*jurisdiction, *class)).or_default() += amount;
                *found
                    .by_supplier
                    .entry((*jurisdiction, *class, sold.supplier))
                    .or_default() += amount;
                let regions = found
                    .regions
                    .entry((*jurisdiction, *class))
                    .or_default()
                    .entry(sold.supplier)
                    .or_default();
                if !regions.contains(region) {
                    regions.push(*region);
                }
            }
        }
        found
    }

    /// Suppliers of the class that have awards in other regions, but for one.
    fn active_elsewhere(&self, key: MarketKey, except: i64) -> usize {
        let (jurisdiction, class, region, _) = key;
        self.regions
            .get(&(jurisdiction, class))
            .into_iter()
            .flatten()
            .filter(|(supplier, regions)| {
                **supplier != except && regions.iter().any(|other| *other != region)
            })
            .count()
    }
}

fn row<'p>(
    points: &'p Points,
    key: MarketKey,
    sold: &[Sold],
    has_one_currency: bool,
    everywhere: &Everywhere,
) -> MarketRow<'p> {
    let (jurisdiction, class, region, year) = key;
    let word = |key: i64| points.words.get(&key).map(|word| Cow::Borrowed(&**word));
    let mut row = MarketRow {
        market_key: super::key(&[jurisdiction, class, region, year]),
        item_class: word(class),
        region: word(region),
        year: Some(year),
        award_count: i64::try_from(sold.iter().map(|sold| sold.awards).sum::<u64>()).ok(),
        supplier_count: i64::try_from(sold.len()).ok(),
        ..MarketRow::default()
    };
    let amounts: Option<Vec<f64>> = sold.iter().map(|sold| sold.amount).collect();
    let Some(amounts) = amounts.filter(|_| has_one_currency) else {
        return row;
    };
    let total: f64 = amounts.iter().sum();
    row.concentration_index = herfindahl_hirschman(&amounts);
    // Of equal ones the first by key, which is the order of the rows.
    let top = (0..sold.len()).max_by(|one, other| {
        amounts[*one]
            .total_cmp(&amounts[*other])
            .then(other.cmp(one))
    });
    if let Some(top) = top.filter(|_| total > 0.0) {
        let supplier = sold[top].supplier;
        let of_class = everywhere
            .by_class
            .get(&(jurisdiction, class))
            .copied()
            .unwrap_or_default();
        let of_supplier = everywhere
            .by_supplier
            .get(&(jurisdiction, class, supplier))
            .copied()
            .unwrap_or_default();
        row.top_supplier = super::said(points, supplier).map(Cow::Borrowed);
        row.top_supplier_share = Some(amounts[top] / total);
        let elsewhere = of_class - total;
        row.top_supplier_elsewhere_share =
            (elsewhere > 0.005).then(|| ((of_supplier - amounts[top]) / elsewhere).clamp(0.0, 1.0));
        row.location_quotient = location_quotient(amounts[top], total, of_supplier, of_class);
        row.active_elsewhere_count = i64::try_from(everywhere.active_elsewhere(key, supplier)).ok();
    }
    row
}

/// The lots of each market that were screened, beside those of their stratum.
struct Screened {
    markets: FxHashMap<MarketKey, Stratum>,
}

/// Under the null a lot looks covered as often as others of its jurisdiction and category, whatever its market.
fn screened(points: &Points) -> Screened {
    let mut strata: FxHashMap<(i64, i64), (u64, u64)> = FxHashMap::default();
    let mut markets: FxHashMap<MarketKey, (u64, u64, (i64, i64))> = FxHashMap::default();
    for lot in &points.lots {
        let traits = &points.processes[lot.process as usize].traits;
        let Some(variation) = lot
            .price_variation_ratio
            .filter(|_| lot.valid_priced_bidder_count >= LEAST_PRICES)
        else {
            continue;
        };
        let looks_covered = variation <= CLOSE_VARIATION
            && lot
                .relative_distance
                .is_some_and(|distance| distance >= APART_DISTANCE);
        let stratum = (traits.jurisdiction_key, traits.category_key);
        let held = strata.entry(stratum).or_default();
        held.0 += 1;
        held.1 += u64::from(looks_covered);
        if let Some(year) = traits.year {
            let key = (
                traits.jurisdiction_key,
                traits.class_key,
                traits.region_key,
                i64::from(year),
            );
            let held = markets.entry(key).or_insert((0, 0, stratum));
            held.0 += 1;
            held.1 += u64::from(looks_covered);
        }
    }
    Screened {
        markets: markets
            .into_iter()
            .map(|(key, (market_lots, market_flagged, stratum))| {
                let (lots, flagged) = strata.get(&stratum).copied().unwrap_or_default();
                (
                    key,
                    Stratum {
                        lots,
                        flagged,
                        market_lots,
                        market_flagged,
                    },
                )
            })
            .collect(),
    }
}
