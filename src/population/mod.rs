//! The population room: what can be said of a subject only beside all others.
//!
//! In reading order: the [`points`] that are gathered while rows are in hand; [`peers`], the groups that each number is compared with, and the
//! [`baseline`] that keeps their distributions; `together`, what purchases of one buyer say only side by side; `statistics`, the formulas, each
//! with its source. [`Population`] puts it together and gives the columns that stand beside each subject's own facts.
//!
//! Pure, but for reading and writing baselines: no clock, and where chance is drawn, from a fixed seed. Groups are made from integer keys and results
//! are ordered by them, so the order of the input changes nothing.

pub mod baseline;
mod columns;
mod peers;
pub(crate) mod points;
pub(crate) mod statistics;
mod together;

use std::ops::Range;

use polars::prelude::Column;

use self::{
    baseline::Baseline, columns::peer_columns, peers::Measure, points::Points, together::Together,
};
use crate::facts::Subject;

/// A population with what its members are compared with.
#[derive(Debug)]
pub(crate) struct Population {
    points: Points,
    /// The distributions of this very population, to be kept beside its tables.
    pub(crate) own: Baseline,
    /// The frozen ones, where the assessment uses such.
    frozen: Option<Baseline>,
    together: Together,
}

impl Population {
    /// Puts a population together.
    pub(crate) fn of(points: Points, frozen: Option<Baseline>) -> Self {
        let (distributions, together) =
            rayon::join(|| peers::distributions(&points), || Together::of(&points));
        Self {
            own: Baseline::new(distributions),
            frozen,
            together,
            points,
        }
    }

    /// The population facts of some rows of a subject, in the order of its dictionary. Subjects that are whole populations of their own have none.
    pub(crate) fn columns(&self, subject: Subject, rows: &Range<usize>) -> Vec<Column> {
        let baseline = self.frozen.as_ref().unwrap_or(&self.own);
        let peers = |measures: &[Measure]| -> Vec<Column> {
            measures
                .iter()
                .flat_map(|measure| peer_columns(*measure, &self.points, baseline, rows.clone()))
                .collect()
        };
        match subject {
            Subject::Process => {
                let mut columns = peers(&[Measure::AwardedAmount]);
                columns.extend(self.together.columns(&self.points, rows.clone()));
                columns
            }
            Subject::Lot => peers(&[
                Measure::BidderCount,
                Measure::LowestGapRatio,
                Measure::DecisionDays,
                Measure::PriceVariationRatio,
            ]),
            Subject::Contract => peers(&[Measure::SigningDays, Measure::AmendmentsIn12Months]),
            Subject::Item => peers(&[Measure::UnitPrice]),
            Subject::Project => peers(&[Measure::CostOverrunRatio, Measure::UnitCost]),
            _ => Vec::new(),
        }
    }
}

/// A key made of keys.
#[expect(
    clippy::cast_possible_wrap,
    reason = "shifted right by one, a hash fits"
)]
fn key(parts: &[i64]) -> i64 {
    let mut hasher = xxhash_rust::xxh3::Xxh3::new();
    for part in parts {
        hasher.update(&part.to_le_bytes());
    }
    (hasher.digest() >> 1) as i64
}
