//! What the population is made of: a few numbers of each process, lot, contract, item, award and bidder, gathered while their rows are in hand.
//!
//! Everything is a number: words are 64-bit hashes (0 where unknown) and are kept once, beside. A million processes fit in memory.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::contacts::Contacts;
pub(crate) use super::traits::{Method, Traits};
use crate::{
    facts::{
        rows::{ContractRow, ItemRow, LotRow, ProcessRow, ProjectRow},
        tables::{ProjectTables, Tables},
    },
    ingest::key_of,
};

/// One process.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct ProcessPoint {
    pub(crate) traits: Traits,
    pub(crate) buyer_key: i64,
    /// Currencies at par by law are one.
    pub(crate) currency_key: i64,
    /// Whether the tender ended without an award.
    pub(crate) has_failed: bool,
    pub(crate) award_day: Option<i32>,
    /// The day on which the tender opened, or the first release was published.
    pub(crate) opened_day: Option<i32>,
    pub(crate) tender_end_day: Option<i32>,
    pub(crate) estimate: Option<f64>,
    pub(crate) awarded: Option<f64>,
    pub(crate) award_count: u32,
    pub(crate) competition_threshold: Option<f64>,
    /// The only supplier; 0 where there is none or several.
    pub(crate) supplier_key: i64,
}

/// One lot.
#[derive(Clone, Debug)]
pub(crate) struct LotPoint {
    pub(crate) process: u32,
    pub(crate) bidder_count: Option<f64>,
    pub(crate) lowest_gap_ratio: Option<f64>,
    pub(crate) decision_days: Option<f64>,
    pub(crate) price_variation_ratio: Option<f64>,
    pub(crate) relative_distance: Option<f64>,
    pub(crate) valid_priced_bidder_count: u32,
}

/// One bidder in one lot.
#[derive(Clone, Debug)]
pub(crate) struct BidderPoint {
    pub(crate) lot: u32,
    pub(crate) bidder_key: i64,
    pub(crate) has_won: bool,
    /// Whether what became of the bid is published.
    pub(crate) is_judged: bool,
    pub(crate) is_disqualified: bool,
}

/// One contract.
#[derive(Clone, Debug)]
pub(crate) struct ContractPoint {
    pub(crate) process: u32,
    pub(crate) signing_days: Option<f64>,
    pub(crate) amendments_in_12_months: Option<f64>,
}

/// One item with a unit price.
#[derive(Clone, Debug)]
pub(crate) struct ItemPoint {
    pub(crate) process: u32,
    /// Of classification, unit and currency together: only what is sold by the same measure is compared.
    pub(crate) goods_key: i64,
    pub(crate) unit_price: Option<f64>,
}

/// One supplier of one award that stands.
#[derive(Clone, Debug)]
pub(crate) struct AwardPoint {
    pub(crate) process: u32,
    pub(crate) supplier_key: i64,
    pub(crate) amount: Option<f64>,
    pub(crate) day: Option<i32>,
}

/// One project.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct ProjectPoint {
    pub(crate) traits: Traits,
    pub(crate) project_id: Box<str>,
    pub(crate) authority_key: i64,
    pub(crate) currency_key: i64,
    pub(crate) cost_overrun_ratio: Option<f64>,
    pub(crate) unit_cost: Option<f64>,
    /// Of the unit and the currency of the unit cost together.
    pub(crate) unit_key: i64,
    pub(crate) amount: Option<f64>,
    pub(crate) planned_start_day: Option<i32>,
    pub(crate) competition_threshold: Option<f64>,
    /// Longitude and latitude, in degrees.
    pub(crate) location: Option<(f64, f64)>,
}

/// How an organisation is published.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Name {
    pub(crate) id: Option<Box<str>>,
    pub(crate) name: Option<Box<str>>,
}

/// The points of a population, in the order of their rows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Points {
    pub(crate) processes: Vec<ProcessPoint>,
    pub(crate) lots: Vec<LotPoint>,
    pub(crate) bidders: Vec<BidderPoint>,
    pub(crate) contracts: Vec<ContractPoint>,
    pub(crate) items: Vec<ItemPoint>,
    pub(crate) awards: Vec<AwardPoint>,
    pub(crate) projects: Vec<ProjectPoint>,
    pub(crate) contacts: Contacts,
    /// Buyers, bidders and suppliers by their keys.
    pub(crate) names: FxHashMap<i64, Name>,
    /// Classes, regions and jurisdictions by their keys.
    pub(crate) words: FxHashMap<i64, Box<str>>,
    /// The ocid of each process that another one's evidence may name, by its position.
    pub(crate) ocids: FxHashMap<u32, Box<str>>,
}

/// How many points of each kind there are, and so where those of the next part begin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Offsets {
    pub(crate) processes: usize,
    pub(crate) lots: usize,
    pub(crate) contracts: usize,
    pub(crate) items: usize,
}

impl Offsets {
    /// Where the rows after these begin.
    pub(crate) const fn plus(self, more: Self) -> Self {
        Self {
            processes: self.processes + more.processes,
            lots: self.lots + more.lots,
            contracts: self.contracts + more.contracts,
            items: self.items + more.items,
        }
    }
}

impl ProcessPoint {
    /// The day that places it in time: of the award, else of the opening.
    pub(crate) fn day(&self) -> Option<i32> {
        self.award_day.or(self.opened_day)
    }

    /// What was awarded, else what was estimated.
    pub(crate) fn amount(&self) -> Option<f64> {
        self.awarded.or(self.estimate)
    }
}

impl Points {
    pub(crate) const fn offsets(&self) -> Offsets {
        Offsets {
            processes: self.processes.len(),
            lots: self.lots.len(),
            contracts: self.contracts.len(),
            items: self.items.len(),
        }
    }

    /// Gathers the rows of a slice. `canonical` names the currency that stands for all that are worth the same by law.
    pub(crate) fn add(&mut self, tables: &Tables<'_>, canonical: impl Fn(&str) -> i64) {
        let first = self.processes.len();
        let mut positions = FxHashMap::default();
        for row in &tables.processes {
            positions.insert(row.process_key, position(self.processes.len()));
            self.add_process(row, &canonical);
        }
        for contacts in &tables.contacts {
            self.contacts.add(contacts);
        }
        let of = |key: i64| positions.get(&key).copied().unwrap_or_default();
        let first_lot = self.lots.len();
        for row in &tables.lots {
            self.lots.push(lot(row, of(row.process_key)));
            let awarded = &mut self.processes[of(row.process_key) as usize].award_day;
            *awarded = row
                .award_day
                .map(|day| awarded.map_or(day, |held| held.min(day)))
                .or(*awarded);
        }
        // Bidders stand in the order of the lots they bid in.
        let mut lot = first_lot;
        for row in &tables.participations {
            while lot < self.lots.len() && !is_of(&tables.lots[lot - first_lot], row) {
                lot += 1;
            }
            if lot == self.lots.len() {
                unreachable!("every bidder stands in one of the lots of its process")
            }
            let status = row.bid_status.as_deref();
            self.bidders.push(BidderPoint {
                lot: position(lot),
                bidder_key: row.bidder_key,
                has_won: row.is_winner == Some(true),
                is_judged: matches!(status, Some("valid" | "disqualified")),
                is_disqualified: status == Some("disqualified"),
            });
            self.name(
                row.bidder_key,
                row.bidder_id.as_deref(),
                row.bidder_name.as_deref(),
            );
        }
        for row in &tables.contracts {
            self.contracts.push(contract(row, of(row.process_key)));
        }
        for row in &tables.items {
            self.items.push(item(row, of(row.process_key), &canonical));
        }
        for row in &tables.awards {
            let process = of(row.process_key);
            self.name(
                row.supplier_key,
                row.supplier_id.as_deref(),
                row.supplier_name.as_deref(),
            );
            let held = &mut self.processes[process as usize].supplier_key;
            *held = match *held {
                0 => row.supplier_key,
                same if same == row.supplier_key => same,
                _ => -1,
            };
            if row.is_award == Some(true) {
                let currency = row.award_currency.as_deref().map_or(0, &canonical);
                let process_currency = self.processes[process as usize].currency_key;
                self.awards.push(AwardPoint {
                    process,
                    supplier_key: row.supplier_key,
                    amount: row
                        .award_amount
                        .filter(|_| currency == 0 || currency == process_currency),
                    day: row.award_day,
                });
            }
        }
        for process in &mut self.processes[first..] {
            process.supplier_key = process.supplier_key.max(0);
        }
    }

    fn add_process(&mut self, row: &ProcessRow<'_>, canonical: &impl Fn(&str) -> i64) {
        let class = row.item_class.as_deref().filter(|class| class.len() >= 2);
        let mut word = |text: Option<&str>| text.map_or(0, |text| self.word(text));
        let point = ProcessPoint {
            traits: Traits {
                jurisdiction_key: word(row.jurisdiction.as_deref()),
                category_key: word(row.main_procurement_category.as_deref()),
                class_key: word(class),
                division_key: word(class.and_then(|class| class.get(..2))),
                region_key: word(row.region.as_deref()),
                method: Method::of(row.procurement_method.as_deref()),
                year: row.year.and_then(|year| i32::try_from(year).ok()),
            },
            buyer_key: row.buyer_key,
            currency_key: row.amount_at_stake_currency.as_deref().map_or(0, canonical),
            has_failed: matches!(
                row.tender_status.as_deref(),
                Some("unsuccessful" | "cancelled")
            ) && row.award_count == Some(0),
            award_day: None,
            opened_day: row.tender_start_day.or(row.first_release_day),
            tender_end_day: row.tender_end_day,
            estimate: row.estimate_amount,
            awarded: row.awarded_amount,
            award_count: row
                .award_count
                .and_then(|count| u32::try_from(count).ok())
                .unwrap_or_default(),
            competition_threshold: row.competition_threshold_amount,
            supplier_key: 0,
        };
        if point.traits.class_key != 0
            && point.buyer_key != 0
            && (point.has_failed || point.traits.method.is_restricted())
            && let Some(ocid) = row.ocid.as_deref()
        {
            self.ocids
                .insert(position(self.processes.len()), ocid.into());
        }
        self.name(
            row.buyer_key,
            row.buyer_id.as_deref(),
            row.buyer_name.as_deref(),
        );
        self.processes.push(point);
    }

    /// Gathers every project.
    pub(crate) fn add_projects(
        &mut self,
        tables: &ProjectTables<'_>,
        canonical: impl Fn(&str) -> i64,
    ) {
        for (row, location) in tables.projects.iter().zip(&tables.locations) {
            let point = self.project(row, *location, &canonical);
            self.projects.push(point);
        }
    }

    fn project(
        &mut self,
        row: &ProjectRow<'_>,
        location: Option<(f64, f64)>,
        canonical: &impl Fn(&str) -> i64,
    ) -> ProjectPoint {
        let mut word = |text: Option<&str>| text.map_or(0, |text| self.word(text));
        ProjectPoint {
            traits: Traits {
                jurisdiction_key: word(row.jurisdiction.as_deref()),
                class_key: word(row.sector.as_deref()),
                division_key: word(row.project_type.as_deref()),
                region_key: word(row.region.as_deref()),
                year: row.year.and_then(|year| i32::try_from(year).ok()),
                ..Traits::default()
            },
            project_id: row.project_id.as_deref().unwrap_or_default().into(),
            authority_key: row.authority_key,
            currency_key: row
                .budget_currency
                .as_deref()
                .or(row.amount_at_stake_currency.as_deref())
                .map_or(0, canonical),
            cost_overrun_ratio: row.cost_overrun_ratio,
            unit_cost: row.unit_cost,
            unit_key: row.unit_cost_unit.as_deref().map_or(0, key_of),
            amount: row.budget_amount.or(row.amount_at_stake),
            planned_start_day: row.planned_start_day,
            competition_threshold: row.competition_threshold_amount,
            location,
        }
    }

    fn word(&mut self, text: &str) -> i64 {
        let key = key_of(text);
        self.words.entry(key).or_insert_with(|| text.into());
        key
    }

    /// Of several names under one key the first in order is kept, whoever comes first.
    fn name(&mut self, key: i64, id: Option<&str>, name: Option<&str>) {
        if key == 0 {
            return;
        }
        match self.names.entry(key) {
            Entry::Vacant(vacant) => {
                vacant.insert(Name::of(id, name));
            }
            Entry::Occupied(mut held) => {
                let kept = held.get();
                let is_before = match (name, kept.name.as_deref()) {
                    (Some(name), Some(kept)) => name < kept,
                    (Some(_), None) => true,
                    _ => false,
                };
                if is_before {
                    held.insert(Name::of(id, name));
                }
            }
        }
    }

    /// Adds the points of the next part.
    pub(crate) fn append(&mut self, part: Self) {
        let processes = position(self.processes.len());
        let lots = position(self.lots.len());
        self.processes.extend(part.processes);
        self.lots
            .extend(part.lots.into_iter().map(|point| LotPoint {
                process: point.process + processes,
                ..point
            }));
        self.bidders
            .extend(part.bidders.into_iter().map(|point| BidderPoint {
                lot: point.lot + lots,
                ..point
            }));
        self.contracts
            .extend(part.contracts.into_iter().map(|point| ContractPoint {
                process: point.process + processes,
                ..point
            }));
        self.items
            .extend(part.items.into_iter().map(|point| ItemPoint {
                process: point.process + processes,
                ..point
            }));
        self.awards
            .extend(part.awards.into_iter().map(|point| AwardPoint {
                process: point.process + processes,
                ..point
            }));
        self.contacts.append(part.contacts);
        self.words.extend(part.words);
        self.ocids.extend(
            part.ocids
                .into_iter()
                .map(|(process, ocid)| (process + processes, ocid)),
        );
        #[expect(
            clippy::iter_over_hash_type,
            reason = "each name is kept under a key of its own"
        )]
        for (key, name) in part.names {
            self.name(key, name.id.as_deref(), name.name.as_deref());
        }
    }
}

impl Name {
    fn of(id: Option<&str>, name: Option<&str>) -> Self {
        Self {
            id: id.map(Into::into),
            name: name.map(Into::into),
        }
    }
}

fn position(index: usize) -> u32 {
    u32::try_from(index).expect("a population has fewer than 4 billion members")
}

fn is_of(lot: &LotRow<'_>, row: &crate::facts::rows::ParticipationRow<'_>) -> bool {
    lot.process_key == row.process_key && lot.ocid == row.ocid && lot.lot_id == row.lot_id
}

fn lot(row: &LotRow<'_>, process: u32) -> LotPoint {
    LotPoint {
        process,
        bidder_count: row.bidder_count.and_then(small),
        lowest_gap_ratio: row.lowest_gap_ratio,
        decision_days: row.decision_days.and_then(small),
        price_variation_ratio: row.price_variation_ratio,
        relative_distance: row.relative_distance,
        valid_priced_bidder_count: row
            .valid_priced_bidder_count
            .and_then(|count| u32::try_from(count).ok())
            .unwrap_or_default(),
    }
}

fn contract(row: &ContractRow<'_>, process: u32) -> ContractPoint {
    ContractPoint {
        process,
        signing_days: row.signing_days.and_then(small),
        amendments_in_12_months: row.amendments_in_12_months.and_then(small),
    }
}

fn item(row: &ItemRow<'_>, process: u32, canonical: &impl Fn(&str) -> i64) -> ItemPoint {
    let class = row.item_classification.as_deref().map_or(0, key_of);
    let unit = row
        .unit_name
        .as_deref()
        .map_or(0, |unit| key_of(&unit.to_lowercase()));
    let currency = row.unit_price_currency.as_deref().map_or(0, canonical);
    ItemPoint {
        process,
        goods_key: if class == 0 {
            0
        } else {
            super::key(&[class, unit, currency])
        },
        unit_price: row
            .unit_price
            .filter(|price| *price > 0.0 && row.unit_price_equals_total != Some(true)),
    }
}

/// A count or a number of days as a number; what no process can have is unknown.
fn small(number: i64) -> Option<f64> {
    i32::try_from(number).ok().map(f64::from)
}
