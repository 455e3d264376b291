//! The population room: what can be said of a subject only beside all others.
//!
//! In reading order: the [`points`] that are gathered while rows are in hand; [`mod@peers`], the groups that each number is compared with, and the
//! [`baseline`] that keeps their distributions; `together`, what purchases of one buyer say only side by side; `statistics`, the formulas, each
//! with its source. [`Population`] puts it together and gives the columns that stand beside each subject's own facts; [`surroundings`] is what it leaves
//! for those that arrive after it.
//!
//! Pure, but for reading and writing baselines: no clock, and where chance is drawn, from a fixed seed. Groups are made from integer keys and results
//! are ordered by them, so the order of the input changes nothing.

pub mod baseline;
mod bidders;
mod buyers;
mod columns;
mod contacts;
mod markets;
pub(crate) mod names;
mod nearby;
mod peers;
pub(crate) mod points;
mod relations;
mod rows;
mod shares;
pub mod statistics;
mod suppliers;
pub(crate) mod surroundings;
mod tables;
mod together;
mod traits;

use std::ops::Range;

use polars::prelude::{Column, DataFrame};

use self::{
    baseline::Baseline,
    buyers::Buyers,
    columns::peer_columns,
    peers::Measure,
    points::Points,
    rows::{
        BidderGroupRow, BidderPairRow, BuyerRow, BuyerSupplierRow, MarketRow, SupplierPairRow,
        SupplierRow,
    },
    suppliers::Suppliers,
    surroundings::Surroundings,
    tables::Asked,
    together::Together,
};
use crate::{
    facts::{Subject, rows::PartyRow, table::frame},
    jurisdiction::Jurisdictions,
};

/// What a population is judged by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setting<'s> {
    pub(crate) jurisdictions: &'s Jurisdictions,
}

impl<'s> Setting<'s> {
    /// The law that sets a threshold of this amount.
    fn citation(self, code: &str, amount: f64) -> Option<&'s str> {
        self.jurisdictions
            .get(code)?
            .thresholds
            .iter()
            .find(|threshold| threshold.amount.to_bits() == amount.to_bits())
            .map(|threshold| &*threshold.citation)
    }
}

/// A population with what its members are compared with.
#[derive(Debug)]
pub(crate) struct Population {
    points: Points,
    /// The distributions of this very population, to be kept beside its tables.
    pub(crate) own: Baseline,
    /// The frozen ones, where the assessment uses such.
    frozen: Option<Baseline>,
    together: Together,
    /// The tables of subjects that are populations of their own.
    pub(crate) entities: Vec<(Subject, DataFrame)>,
    /// The same as this population's own distributions have them, where a frozen baseline is used.
    pub(crate) own_entities: Vec<(Subject, DataFrame)>,
}

/// Which distributions a population is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Against {
    /// The frozen baseline where there is one, else its own distributions.
    Baseline,
    /// Its own distributions.
    Own,
}

impl Population {
    /// Puts a population together.
    pub(crate) fn of(points: Points, frozen: Option<Baseline>, setting: Setting<'_>) -> Self {
        let (mut distributions, (together, asked)) = rayon::join(
            || peers::distributions(&points),
            || (Together::of(&points), Asked::new(&points)),
        );
        let (buyers, suppliers) = rayon::join(
            || Buyers::of(&points, &asked),
            || Suppliers::of(&points, &asked),
        );
        distributions.extend(buyers.distributions());
        distributions.extend(suppliers.distributions());
        let own = Baseline::new(distributions);
        let entities_against = |baseline: &Baseline| {
            let ((of_buyers, of_suppliers), ((pairs, groups), (relations, markets))) = rayon::join(
                || {
                    (
                        buyers.rows(&points, baseline, setting),
                        suppliers.rows(&points, baseline),
                    )
                },
                || {
                    rayon::join(
                        || bidders::rows(&points, &asked),
                        || {
                            (
                                relations::rows(&points, &asked),
                                markets::rows(&points, &asked),
                            )
                        },
                    )
                },
            );
            vec![
                (Subject::Buyer, frame(BuyerRow::columns(&of_buyers))),
                (
                    Subject::Supplier,
                    frame(SupplierRow::columns(&of_suppliers)),
                ),
                (
                    Subject::BuyerSupplier,
                    frame(BuyerSupplierRow::columns(&relations)),
                ),
                (Subject::Market, frame(MarketRow::columns(&markets))),
                (Subject::BidderPair, frame(BidderPairRow::columns(&pairs))),
                (
                    Subject::BidderGroup,
                    frame(BidderGroupRow::columns(&groups)),
                ),
            ]
        };
        let entities = entities_against(frozen.as_ref().unwrap_or(&own));
        let own_entities = if frozen.is_some() {
            entities_against(&own)
        } else {
            Vec::new()
        };
        Self {
            points,
            own,
            frozen,
            together,
            entities,
            own_entities,
        }
    }

    /// Suppliers whose names are similar, from the party table that the names were taken from.
    pub(crate) fn supplier_pairs(
        &self,
        names: &names::SupplierNames,
        parties: &[PartyRow<'_>],
    ) -> DataFrame {
        frame(SupplierPairRow::columns(
            &names.pairs(parties, &self.points),
        ))
    }

    /// Whether it is compared with other distributions than its own.
    pub(crate) const fn has_frozen_baseline(&self) -> bool {
        self.frozen.is_some()
    }

    /// The population facts of some rows of a subject, in the order of its dictionary. Subjects that are whole populations of their own have none.
    pub(crate) fn columns(
        &self,
        subject: Subject,
        rows: &Range<usize>,
        against: Against,
    ) -> Vec<Column> {
        let baseline = match against {
            Against::Baseline => self.frozen.as_ref().unwrap_or(&self.own),
            Against::Own => &self.own,
        };
        let mut columns = peers(subject, &self.points, baseline, rows);
        match subject {
            Subject::Process => {
                columns.extend(self.together.columns(&self.points, rows.clone()));
                columns.extend(self.points.contacts.columns(rows.clone()));
            }
            Subject::Project => columns.extend(nearby::columns(&self.points)),
            _ => {}
        }
        columns
    }

    /// What is left of it for those that arrive later.
    pub(crate) fn into_surroundings(self) -> Surroundings {
        Surroundings::of(self.points)
    }
}

/// The peer facts of some rows of a subject, in the order of its dictionary.
fn peers(
    subject: Subject,
    points: &Points,
    baseline: &Baseline,
    rows: &Range<usize>,
) -> Vec<Column> {
    let measures: &[Measure] = match subject {
        Subject::Process => &[Measure::AwardedAmount],
        Subject::Lot => &[
            Measure::BidderCount,
            Measure::LowestGapRatio,
            Measure::DecisionDays,
            Measure::PriceVariationRatio,
        ],
        Subject::Contract => &[Measure::SigningDays, Measure::AmendmentsIn12Months],
        Subject::Item => &[Measure::UnitPrice],
        Subject::Project => &[Measure::CostOverrunRatio, Measure::UnitCost],
        _ => &[],
    };
    measures
        .iter()
        .flat_map(|measure| peer_columns(*measure, points, baseline, rows.clone()))
        .collect()
}

/// The name of an organisation, else its identifier.
fn said(points: &Points, key: i64) -> Option<&str> {
    let name = points.names.get(&key)?;
    name.name.as_deref().or(name.id.as_deref())
}

/// Keys that most keys are made of at most.
const FEW: usize = 8;

/// A key made of keys.
#[expect(
    clippy::cast_possible_wrap,
    reason = "shifted right by one, a hash fits"
)]
fn key(parts: &[i64]) -> i64 {
    // One call on a few bytes is many times faster than a hasher that is fed.
    let mut few = [0; 8 * FEW];
    let mut many = Vec::new();
    let bytes = if parts.len() <= FEW {
        &mut few[..8 * parts.len()]
    } else {
        many.resize(8 * parts.len(), 0);
        &mut many[..]
    };
    for (place, part) in bytes.chunks_exact_mut(8).zip(parts) {
        place.copy_from_slice(&part.to_le_bytes());
    }
    (xxhash_rust::xxh3::xxh3_64(bytes) >> 1) as i64
}
