//! The tables of a slice of processes as alerts read them: which rows are whose, and single values.

use std::ops::Range;

use polars::prelude::{Column, DataFrame};

use crate::{
    facts::{
        Subject,
        sources::{ItemPlace, Places},
    },
    rules::{Engine, Outcomes},
};

use super::{Organization, SourceDocument};

/// One subject's table with its outcomes, row by row.
pub(crate) struct Judged {
    pub(crate) subject: Subject,
    pub(crate) table: DataFrame,
    pub(crate) outcomes: Outcomes,
}

impl Judged {
    /// What an engine answers for a table.
    pub(crate) fn by(engine: &Engine, subject: Subject, table: DataFrame) -> Self {
        Self {
            subject,
            outcomes: engine.evaluate(subject, &table),
            table,
        }
    }
}

/// Subjects whose flags an alert about a process is made of, in this order.
pub(crate) const OF_PROCESS: [Subject; 4] = [
    Subject::Process,
    Subject::Lot,
    Subject::Contract,
    Subject::Item,
];

/// A slice of processes: what was judged about each, who supplies it, and what it was read from. Rows stand in the order of processes.
pub(crate) struct ProcessSlice {
    /// In the order of [`OF_PROCESS`].
    pub(crate) judged: [Judged; 4],
    pub(crate) awards: DataFrame,
    pub(crate) releases: DataFrame,
    extents: Vec<Extent>,
}

/// The rows of one process in each table.
#[derive(Clone, Debug)]
pub(crate) struct Extent {
    /// In the order of [`OF_PROCESS`].
    pub(crate) judged: [Range<usize>; 4],
    pub(crate) awards: Range<usize>,
    pub(crate) releases: Range<usize>,
}

impl ProcessSlice {
    /// Finds the rows of each process.
    pub(crate) fn new(judged: [Judged; 4], awards: DataFrame, releases: DataFrame) -> Self {
        let processes = &judged[0].table;
        let mut walks = judged
            .each_ref()
            .map(|judged| Walk::over(&judged.table, true));
        let (mut award_walk, mut release_walk) =
            (Walk::over(&awards, true), Walk::over(&releases, false));
        let keys = processes.column("process_key").and_then(Column::i64);
        let ocids = processes.column("ocid").and_then(Column::str);
        let (Ok(keys), Ok(ocids)) = (keys, ocids) else {
            unreachable!("process tables have a key and an ocid")
        };
        let extents = (0..processes.height())
            .map(|row| {
                let (key, ocid) = (keys.get(row).unwrap_or_default(), ocids.get(row));
                Extent {
                    judged: walks.each_mut().map(|walk| walk.rows_of(key, ocid, None)),
                    awards: award_walk.rows_of(key, ocid, None),
                    releases: release_walk.rows_of(
                        key,
                        ocid,
                        integer(processes, "release_count", row),
                    ),
                }
            })
            .collect();
        Self {
            judged,
            awards,
            releases,
            extents,
        }
    }

    /// Processes in the slice.
    pub(crate) const fn len(&self) -> usize {
        self.extents.len()
    }

    /// The rows of one process.
    pub(crate) fn extent(&self, process: usize) -> &Extent {
        &self.extents[process]
    }

    /// Suppliers, each once, in the order of their identifiers.
    pub(crate) fn suppliers(&self, process: usize) -> Vec<Organization> {
        let mut suppliers: Vec<Organization> = Vec::new();
        let mut keys = Vec::new();
        for row in self.extents[process].awards.clone() {
            let key = integer(&self.awards, "supplier_key", row);
            if !keys.contains(&key) {
                keys.push(key);
                suppliers.push(Organization {
                    id: text(&self.awards, "supplier_id", row),
                    name: text(&self.awards, "supplier_name", row),
                });
            }
        }
        suppliers
    }

    /// The published versions of one process, in order of time.
    pub(crate) fn documents(&self, process: usize) -> Vec<SourceDocument> {
        documents(&self.releases, self.extents[process].releases.clone())
    }

    /// Where the row of a process, a lot, a contract or an item stands in its sources.
    pub(crate) fn places(&self, process: usize, judged: usize, row: usize) -> Places {
        let extent = &self.extents[process];
        let releases = extent.releases.clone();
        let is_summary =
            |row: usize| text(&self.releases, "kind", row).as_deref() == Some("summary");
        let start = releases.start;
        let last_release = releases.clone().rposition_by(|row| !is_summary(row));
        let summary = releases.rposition_by(is_summary);
        let mut places = Places {
            latest: last_release.unwrap_or(extent.releases.len() - 1 + start) - start,
            latest_is_oc4ids: last_release.is_none(),
            oc4ids: summary.map(|row| as_place(row - start)),
            ..Places::default()
        };
        let [_, lots, contracts, items] = &self.judged;
        let lot = if OF_PROCESS[judged] == Subject::Lot {
            row
        } else {
            extent.judged[1].start
        };
        if lots.table.height() > lot {
            let place = |name| place(&lots.table, name, lot);
            places.tender = place("tender_version");
            places.bids = place("bids_version");
            places.lot = place("lot_position");
            places.award = place("award_version").zip(place("award_position"));
        }
        if OF_PROCESS[judged] == Subject::Contract {
            let place = |name| place(&contracts.table, name, row);
            places.award = place("award_version").zip(place("award_position"));
            places.contract = place("contract_version").zip(place("contract_position"));
            places.original = place("original_version").zip(place("original_position"));
            // Without a summary of its own, nothing of this contract was read there.
            places.oc4ids = places.oc4ids.filter(|_| place("summary_version").is_some());
        }
        if OF_PROCESS[judged] == Subject::Item {
            let place = |name| place(&items.table, name, row);
            places.item =
                place("item_version")
                    .zip(place("item_position"))
                    .map(|(version, position)| ItemPlace {
                        version,
                        contract: place("contract_position"),
                        award: place("award_position"),
                        position,
                    });
        }
        places
    }
}

/// The last of some rows for which something holds.
trait LastRow {
    fn rposition_by(self, holds: impl Fn(usize) -> bool) -> Option<usize>;
}

impl LastRow for Range<usize> {
    fn rposition_by(mut self, holds: impl Fn(usize) -> bool) -> Option<usize> {
        self.rfind(|row| holds(*row))
    }
}

/// Walks over a table in the order of processes.
struct Walk<'f> {
    keys: &'f polars::prelude::Int64Chunked,
    ocids: Option<&'f polars::prelude::StringChunked>,
    next: usize,
}

impl<'f> Walk<'f> {
    fn over(table: &'f DataFrame, has_ocid: bool) -> Self {
        let column = |name: &str| {
            table
                .column(name)
                .expect("tables of processes have their key and the ocid")
        };
        Self {
            keys: column("process_key").i64().expect("keys are integers"),
            ocids: has_ocid.then(|| column("ocid").str().expect("an ocid is text")),
            next: 0,
        }
    }

    /// The next rows of this process: those of its key and ocid, or as many as it says it has.
    fn rows_of(&mut self, key: i64, ocid: Option<&str>, count: Option<i64>) -> Range<usize> {
        let start = self.next;
        let most = count
            .and_then(|count| usize::try_from(count).ok())
            .unwrap_or(usize::MAX);
        while self.next - start < most
            && self.next < self.keys.len()
            && self.keys.get(self.next) == Some(key)
            && self.ocids.is_none_or(|ocids| ocids.get(self.next) == ocid)
        {
            self.next += 1;
        }
        start..self.next
    }
}

fn as_place(position: usize) -> u32 {
    u32::try_from(position).expect("a process has far fewer than 4 billion versions")
}

/// The published versions in some rows of a table of releases.
pub(super) fn documents(releases: &DataFrame, rows: Range<usize>) -> Vec<SourceDocument> {
    rows.map(|row| SourceDocument {
        file: text(releases, "file", row).unwrap_or_default(),
        line: integer(releases, "line", row)
            .and_then(|line| u64::try_from(line).ok())
            .unwrap_or(1),
        pointer: text(releases, "pointer", row).unwrap_or_default(),
        release_id: text(releases, "release_id", row),
        release_date: text(releases, "release_date", row),
    })
    .collect()
}

pub(crate) fn text(table: &DataFrame, name: &str, row: usize) -> Option<String> {
    table
        .column(name)
        .ok()?
        .str()
        .ok()?
        .get(row)
        .map(str::to_owned)
}

pub(crate) fn integer(table: &DataFrame, name: &str, row: usize) -> Option<i64> {
    table.column(name).ok()?.i64().ok()?.get(row)
}

pub(super) fn number(table: &DataFrame, name: &str, row: usize) -> Option<f64> {
    table.column(name).ok()?.f64().ok()?.get(row)
}

fn place(table: &DataFrame, name: &str, row: usize) -> Option<u32> {
    integer(table, name, row).and_then(|place| u32::try_from(place).ok())
}
