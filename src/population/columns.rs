//! Peer facts: what a row's peer group says of it, as the columns that its subject's dictionary names.

use std::ops::Range;

use polars::prelude::{Column, IntoColumn, NamedFrom, Series};

use super::{
    baseline::{Baseline, Distribution, GRID, measure_key},
    peers::Measure,
    points::Points,
    statistics,
};

/// What the rules ask of a group, beside its size and level.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Asked {
    /// One quantile, under this name, and the value's own percentile.
    Quantile(&'static str, f64),
    /// One quantile, the upper fence, and the value's own percentile.
    Fence(&'static str, f64),
    /// The median, and the value's robust distance from it on logs.
    Distance,
}

const fn asked(measure: Measure) -> Asked {
    match measure {
        Measure::BidderCount | Measure::PriceVariationRatio => Asked::Quantile("p10", 0.10),
        Measure::LowestGapRatio => Asked::Fence("p05", 0.05),
        Measure::DecisionDays | Measure::SigningDays | Measure::AmendmentsIn12Months => {
            Asked::Quantile("p95", 0.95)
        }
        Measure::AwardedAmount => Asked::Quantile("p75", 0.75),
        Measure::CostOverrunRatio => Asked::Quantile("p80", 0.80),
        Measure::UnitPrice | Measure::UnitCost => Asked::Distance,
    }
}

/// The peer facts of one measure for some rows, in the order of the dictionary.
pub(super) fn peer_columns(
    measure: Measure,
    points: &Points,
    baseline: &Baseline,
    rows: Range<usize>,
) -> Vec<Column> {
    let asked = asked(measure);
    let number = measure_key(measure.fact());
    let height = rows.len();
    let mut first = Vec::with_capacity(height);
    let mut second = Vec::with_capacity(height);
    let mut percentiles = Vec::with_capacity(height);
    let mut counts = Vec::with_capacity(height);
    let mut levels = Vec::with_capacity(height);
    for row in rows {
        let found = measure
            .value(points, row)
            .and_then(|(value, owner, extra)| {
                let (level, held) = group(measure, number, points, baseline, owner, extra)?;
                // Where all peers are equal there is nothing to stand out from.
                (held.grid[0] < held.grid[GRID - 1]).then_some((value, level, held))
            });
        first.push(found.map(|(_, _, held)| match asked {
            Asked::Quantile(_, share) | Asked::Fence(_, share) => held.quantile(share),
            Asked::Distance => held.log_median.map_or(f64::NAN, f64::exp),
        }));
        second.push(found.and_then(|(value, _, held)| match asked {
            Asked::Quantile(..) => None,
            Asked::Fence(..) => held.fence,
            Asked::Distance => {
                statistics::robust::robust_z(value.ln(), held.log_median?, held.log_deviation?)
            }
        }));
        percentiles.push(found.map(|(value, _, held)| held.percentile(value)));
        counts.push(found.map(|(_, _, held)| i64::try_from(held.count).unwrap_or(i64::MAX)));
        levels.push(found.map(|(_, level, _)| measure.level_name(level)));
    }
    let fact = measure.fact();
    let numbers = |name: &str, values: Vec<Option<f64>>| {
        Series::new(format!("{fact}_peer_{name}").into(), values).into_column()
    };
    let counts = Series::new(format!("{fact}_peer_count").into(), counts).into_column();
    let levels = Series::new(format!("{fact}_peer_level").into(), levels).into_column();
    match asked {
        Asked::Quantile(name, _) => vec![
            numbers(name, first),
            counts,
            levels,
            numbers("percentile", percentiles),
        ],
        Asked::Fence(name, _) => vec![
            numbers(name, first),
            numbers("fence", second),
            counts,
            levels,
            numbers("percentile", percentiles),
        ],
        Asked::Distance => vec![
            numbers("median", first),
            numbers("z", second),
            counts,
            levels,
        ],
    }
}

/// The group of the most alike that is large enough.
fn group<'b>(
    measure: Measure,
    number: u64,
    points: &Points,
    baseline: &'b Baseline,
    owner: u32,
    extra: i64,
) -> Option<(usize, &'b Distribution)> {
    let traits = measure.traits(points, owner);
    (0..measure.level_count()).find_map(|level| {
        let key = measure.group_key(level, traits, extra)?;
        Some((level, baseline.find(number, key)?))
    })
}
