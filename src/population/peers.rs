//! Peer groups: what is usual for purchases like this one, level by level until there are enough of them.
//!
//! A *measure* is one number of one kind of subject. Its values are sorted once; for each level they are dealt out into the groups of that level
//! in that order, so every group is sorted as well and the work is linear. Groups below the measure's minimum are not kept. What is kept of a
//! group is its [`Distribution`]; all of them are the [`Baseline`](super::Baseline).

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::ingest::key_of;

use super::{
    baseline::{Distribution, GRID},
    points::{Points, Traits},
    statistics,
};

/// A number that is compared with peers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Measure {
    BidderCount,
    LowestGapRatio,
    DecisionDays,
    PriceVariationRatio,
    SigningDays,
    AmendmentsIn12Months,
    AwardedAmount,
    UnitPrice,
    CostOverrunRatio,
    UnitCost,
}

/// What is kept of a group beside its quantiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// Nothing more.
    Quantiles,
    /// The upper fence of the logarithms, adjusted for skew.
    Fence,
    /// Median and median absolute deviation of the logarithms.
    Logs,
}

/// What purchases of one group have in common. All are also of one jurisdiction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Attribute {
    /// The class of a purchase, the sector of a project.
    Class,
    /// The division of a purchase, the type of a project.
    Division,
    Category,
    Method,
    Region,
    Year,
}

/// One level of likeness.
struct Level {
    name: &'static str,
    attributes: &'static [Attribute],
}

use Attribute::{Category, Class, Division, Method, Region, Year};

/// From the most alike to the least. Every level keeps the method where the method decides what is usual.
const PURCHASES: &[Level] = &[
    Level {
        name: "class, method, region, year",
        attributes: &[Class, Method, Region, Year],
    },
    Level {
        name: "division, method, region, year",
        attributes: &[Division, Method, Region, Year],
    },
    Level {
        name: "division, method, year",
        attributes: &[Division, Method, Year],
    },
    Level {
        name: "category, method, year",
        attributes: &[Category, Method, Year],
    },
    Level {
        name: "category, method",
        attributes: &[Category, Method],
    },
];

/// Prices of the same goods, unit and currency.
const PRICES: &[Level] = &[
    Level {
        name: "goods, region, year",
        attributes: &[Region, Year],
    },
    Level {
        name: "goods, year",
        attributes: &[Year],
    },
    Level {
        name: "goods",
        attributes: &[],
    },
];

/// Projects of a sector, as the reference classes of forecasting have it: over all years, because there are few.
const PROJECTS: &[Level] = &[
    Level {
        name: "sector, type, region",
        attributes: &[Class, Division, Region],
    },
    Level {
        name: "sector, type",
        attributes: &[Class, Division],
    },
    Level {
        name: "sector",
        attributes: &[Class],
    },
];

impl Measure {
    pub(crate) const ALL: [Self; 10] = [
        Self::BidderCount,
        Self::LowestGapRatio,
        Self::DecisionDays,
        Self::PriceVariationRatio,
        Self::SigningDays,
        Self::AmendmentsIn12Months,
        Self::AwardedAmount,
        Self::UnitPrice,
        Self::CostOverrunRatio,
        Self::UnitCost,
    ];

    /// The fact that holds it, and the first part of the names of its peer facts.
    pub(crate) const fn fact(self) -> &'static str {
        match self {
            Self::BidderCount => "bidder_count",
            Self::LowestGapRatio => "lowest_gap_ratio",
            Self::DecisionDays => "decision_days",
            Self::PriceVariationRatio => "price_variation_ratio",
            Self::SigningDays => "signing_days",
            Self::AmendmentsIn12Months => "amendments_in_12_months",
            Self::AwardedAmount => "awarded_amount",
            Self::UnitPrice => "unit_price",
            Self::CostOverrunRatio => "cost_overrun_ratio",
            Self::UnitCost => "unit_cost",
        }
    }

    /// Members from which a group is compared with: the least that the catalogue asks of any rule that uses the measure.
    const fn minimum(self) -> usize {
        match self {
            Self::LowestGapRatio => 50,
            Self::UnitPrice => 10,
            Self::CostOverrunRatio | Self::UnitCost => 15,
            _ => 30,
        }
    }

    const fn shape(self) -> Shape {
        match self {
            Self::LowestGapRatio => Shape::Fence,
            Self::UnitPrice | Self::UnitCost => Shape::Logs,
            _ => Shape::Quantiles,
        }
    }

    const fn levels(self) -> &'static [Level] {
        match self {
            Self::UnitPrice => PRICES,
            Self::CostOverrunRatio | Self::UnitCost => PROJECTS,
            _ => PURCHASES,
        }
    }

    /// The name of a level in evidence.
    pub(crate) fn level_name(self, level: usize) -> &'static str {
        self.levels()[level].name
    }

    /// The value of one row, with its process or project and what else only equals are compared by; none where it is unknown or has no peers.
    pub(crate) fn value(self, points: &Points, row: usize) -> Option<(f64, u32, i64)> {
        let competitive = |process: u32| {
            points.processes[process as usize]
                .traits
                .method
                .is_competitive()
        };
        let of_lot = |value: fn(&super::points::LotPoint) -> Option<f64>| {
            let lot = &points.lots[row];
            let value = value(lot).filter(|_| competitive(lot.process))?;
            Some((value, lot.process, 0))
        };
        match self {
            Self::BidderCount => of_lot(|lot| lot.bidder_count.filter(|count| *count >= 1.0)),
            Self::LowestGapRatio => of_lot(|lot| lot.lowest_gap_ratio.filter(|gap| *gap > 0.0)),
            Self::DecisionDays => of_lot(|lot| lot.decision_days.filter(|days| *days >= 0.0)),
            // Three prices vary in few ways: the rule asks for four.
            Self::PriceVariationRatio => of_lot(|lot| {
                lot.price_variation_ratio
                    .filter(|_| lot.valid_priced_bidder_count >= 4)
            }),
            Self::SigningDays => {
                let contract = &points.contracts[row];
                let days = contract.signing_days.filter(|days| *days >= 0.0)?;
                Some((days, contract.process, 0))
            }
            Self::AmendmentsIn12Months => {
                let contract = &points.contracts[row];
                Some((contract.amendments_in_12_months?, contract.process, 0))
            }
            Self::AwardedAmount => {
                let process = &points.processes[row];
                let amount = process.awarded.filter(|amount| *amount > 0.0)?;
                Some((amount, u32::try_from(row).ok()?, process.currency_key))
            }
            Self::UnitPrice => {
                let item = &points.items[row];
                let price = item.unit_price.filter(|_| item.goods_key != 0)?;
                Some((price, item.process, item.goods_key))
            }
            Self::CostOverrunRatio => {
                let overrun = points.projects[row].cost_overrun_ratio?;
                Some((overrun, u32::try_from(row).ok()?, 0))
            }
            Self::UnitCost => {
                let project = &points.projects[row];
                let cost = project.unit_cost.filter(|cost| *cost > 0.0)?;
                Some((cost, u32::try_from(row).ok()?, project.unit_key))
            }
        }
    }

    /// Rows of the subject that the measure is of.
    fn rows(self, points: &Points) -> usize {
        match self {
            Self::BidderCount
            | Self::LowestGapRatio
            | Self::DecisionDays
            | Self::PriceVariationRatio => points.lots.len(),
            Self::SigningDays | Self::AmendmentsIn12Months => points.contracts.len(),
            Self::AwardedAmount => points.processes.len(),
            Self::UnitPrice => points.items.len(),
            Self::CostOverrunRatio | Self::UnitCost => points.projects.len(),
        }
    }

    /// The traits of the process or project that a row belongs to.
    pub(crate) fn traits(self, points: &Points, owner: u32) -> &Traits {
        match self {
            Self::CostOverrunRatio | Self::UnitCost => &points.projects[owner as usize].traits,
            _ => &points.processes[owner as usize].traits,
        }
    }

    /// The key of the group at a level; none where the traits lack what the group is made by.
    pub(crate) fn group_key(self, level: usize, traits: &Traits, extra: i64) -> Option<i64> {
        // By names and not by positions: a frozen baseline is read by later versions.
        let mut parts = [0_i64; 7];
        parts[0] = key_of(self.levels()[level].name);
        parts[1] = traits.jurisdiction_key;
        parts[2] = extra;
        for (place, attribute) in self.levels()[level].attributes.iter().enumerate() {
            parts[3 + place] = match attribute {
                Class => known(traits.class_key)?,
                Division => known(traits.division_key)?,
                Category => known(traits.category_key)?,
                Method => traits.method as i64,
                Region => known(traits.region_key)?,
                Year => i64::from(traits.year?),
            };
        }
        Some(super::key(&parts))
    }

    /// Levels from the most alike to the least.
    pub(crate) fn level_count(self) -> usize {
        self.levels().len()
    }
}

const fn known(key: i64) -> Option<i64> {
    if key == 0 { None } else { Some(key) }
}

/// The distributions of every measure in every group that is large enough, in the order of measure, level and key.
pub(super) fn distributions(points: &Points) -> Vec<Distribution> {
    Measure::ALL
        .par_iter()
        .map(|measure| of_measure(*measure, points))
        .collect::<Vec<_>>()
        .into_iter()
        .flatten()
        .collect()
}

fn of_measure(measure: Measure, points: &Points) -> Vec<Distribution> {
    let mut values: Vec<(f64, u32, i64)> = (0..measure.rows(points))
        .filter_map(|row| measure.value(points, row))
        .collect();
    values.sort_unstable_by(|one, other| one.0.total_cmp(&other.0));
    let levels: Vec<usize> = (0..measure.level_count()).collect();
    levels
        .par_iter()
        .map(|level| of_level(measure, *level, &values, points))
        .collect::<Vec<_>>()
        .into_iter()
        .flatten()
        .collect()
}

/// Deals sorted values out into the groups of a level.
fn of_level(
    measure: Measure,
    level: usize,
    values: &[(f64, u32, i64)],
    points: &Points,
) -> Vec<Distribution> {
    let mut places: FxHashMap<i64, usize> = FxHashMap::default();
    let mut keys: Vec<i64> = Vec::new();
    let mut sizes: Vec<usize> = Vec::new();
    let groups: Vec<Option<usize>> = values
        .iter()
        .map(|(_, owner, extra)| {
            let key = measure.group_key(level, measure.traits(points, *owner), *extra)?;
            let group = *places.entry(key).or_insert_with(|| {
                keys.push(key);
                sizes.push(0);
                keys.len() - 1
            });
            sizes[group] += 1;
            Some(group)
        })
        .collect();
    let mut next: Vec<usize> = Vec::with_capacity(sizes.len());
    let mut total = 0;
    for size in &sizes {
        next.push(total);
        total += size;
    }
    let starts = next.clone();
    let mut dealt = vec![0.0; total];
    for ((value, _, _), group) in values.iter().zip(&groups) {
        if let Some(group) = group {
            dealt[next[*group]] = *value;
            next[*group] += 1;
        }
    }
    let mut found: Vec<Distribution> = (0..keys.len())
        .filter(|group| sizes[*group] >= measure.minimum())
        .map(|group| {
            let members = &dealt[starts[group]..starts[group] + sizes[group]];
            distribution(measure, level, keys[group], members)
        })
        .collect();
    found.sort_unstable_by_key(|distribution| distribution.key);
    found
}

fn distribution(measure: Measure, level: usize, key: i64, sorted: &[f64]) -> Distribution {
    let mut kept = Distribution {
        measure: measure.fact().to_owned(),
        level: measure.level_name(level).to_owned(),
        key,
        count: sorted.len() as u64,
        ..Distribution::default()
    };
    for (place, quantile) in kept.grid.iter_mut().enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "21 places")]
        let share = place as f64 / (GRID - 1) as f64;
        *quantile = statistics::quantiles::quantile(sorted, share).unwrap_or(f64::NAN);
    }
    match measure.shape() {
        Shape::Quantiles => {}
        Shape::Fence => {
            kept.fence = statistics::robust::log_fences(sorted).map(|fences| fences.upper)
        }
        Shape::Logs => {
            let logs: Vec<f64> = sorted.iter().map(|value| value.ln()).collect();
            kept.log_median = statistics::quantiles::median(&logs);
            kept.log_deviation = statistics::quantiles::median_absolute_deviation(&logs);
        }
    }
    kept
}
