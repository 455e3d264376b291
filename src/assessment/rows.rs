//! The first pass: the rows of every process, part by part. Knows nothing of rules.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, BufWriter, Write},
    ops::Range,
    path::{Path, PathBuf},
    sync::atomic::{AtomicUsize, Ordering},
};

use polars::prelude::{DataFrame, ParquetCompression, ParquetReader, ParquetWriter, SerReader};

use super::{
    AssessmentError, Counts, identity::canonical_currency, output::Output, parts::part_count,
};
use crate::{
    coverage::PublisherCounts,
    facts::{
        locale::Setting,
        party::Parties,
        project::ContractSums,
        rows::{
            AwardRow, ContractRow, DataIssueRow, ItemRow, LotRow, ParticipationRow, ProcessRow,
            ReleaseRow,
        },
        table::frame,
        tables::Tables,
    },
    ingest::{
        Progress, Reading,
        arrival::DocumentKind,
        key_of, merge,
        shelf::{BUCKETS, Entries, Entry as ShelfEntry, Shelf},
    },
    jurisdiction::Jurisdictions,
    population::points::{Offsets, Points},
    procurement::Release,
    telemetry::Stages,
};

/// Entries whose rows are held at a time: enough that making tables of them costs little beside it, few enough to take little memory.
const SLICE_ENTRIES: usize = 4_096;
/// Tables held in memory between the passes; those beyond it wait in files. Files cost no more processor time than memory that is touched for the
/// first time (measured at 100,000 processes: 14.0 s with 16 MiB, 14.4 s with 64 MiB, 16.0 s with 256 MiB), and leave room for the rest.
const HELD_BYTES: usize = 32 << 20;

/// Makes rows of parts of a reading. Making one part knows nothing of the others: threads share it.
pub(super) struct Rows<'j> {
    pub(super) setting: &'j Setting<'j>,
    pub(super) output: &'j Output,
    pub(super) reading: &'j Reading,
    pub(super) progress: &'j Progress,
    pub(super) stages: Stages,
    pub(super) held_bytes: AtomicUsize,
}

/// What was found in one part.
#[derive(Default)]
pub(super) struct Found {
    pub(super) parties: Parties,
    pub(super) sums: Vec<(i64, ContractSums)>,
    pub(super) counts: Counts,
    pub(super) issues: BTreeMap<String, u64>,
    pub(super) points: Points,
    pub(super) publishers: PublisherCounts,
    pub(super) held: Held,
}

/// The tables that the second pass goes over, for one slice of processes. Rows stand in the order of processes.
pub(super) struct SliceTables {
    pub(super) process: DataFrame,
    pub(super) lot: DataFrame,
    pub(super) contract: DataFrame,
    pub(super) item: DataFrame,
    pub(super) award: DataFrame,
    pub(super) release: DataFrame,
}

/// Where the tables of a part wait for the second pass.
pub(super) enum Held {
    Memory(Vec<SliceTables>),
    /// In files of this part's own, which whoever reads them removes.
    Files(PathBuf),
}

impl Default for Held {
    fn default() -> Self {
        Self::Memory(Vec::new())
    }
}

/// The tables that are written once both passes are through, by name and in the order of [`SliceTables::named`].
const WAITING: [&str; 6] = ["process", "lot", "contract", "item", "award", "release"];

impl Rows<'_> {
    pub(super) fn parts(&self) -> usize {
        part_count(self.reading.tally.releases + self.reading.tally.summaries)
    }

    /// Makes the rows of one part, and writes the tables that are complete with them.
    pub(super) fn part(&self, part: usize, parts: usize) -> Result<Found, AssessmentError> {
        let buckets = BUCKETS / parts;
        let entries = self.take(&self.reading.shelf, part * buckets..(part + 1) * buckets)?;
        let by_key = entries.by_key();
        self.output.keep(DocumentKind::Process, part, &by_key)?;
        self.stages.end("documents of a part kept");
        let mut found = Found::default();
        let mut slices = slices_of(&by_key);
        if slices.is_empty() {
            // Tables without rows are tables all the same.
            slices.push(0..0);
        }
        let mut held = Vec::with_capacity(slices.len());
        let (mut participations, mut issues) = (Vec::new(), Vec::new());
        for slice in slices {
            let tables = self.slice(&by_key[slice], &mut found);
            participations.push(frame(ParticipationRow::columns(&tables.participations)));
            issues.push(frame(DataIssueRow::columns(&tables.issues)));
            held.push(SliceTables::of(&tables));
        }
        drop(entries);
        self.stages.end("rows of a part");
        self.output
            .table("tables", "participation", part, stacked(participations))?;
        self.output
            .table("tables", "data_issue", part, stacked(issues))?;
        found.held = self.hold(part, held)?;
        self.stages.end("rows of a part kept");
        Ok(found)
    }

    fn take(&self, shelf: &Shelf, buckets: Range<usize>) -> Result<Entries, AssessmentError> {
        shelf
            .take(buckets)
            .map_err(|source| self.output.failed(source))
    }

    fn slice<'e>(&'e self, by_key: &[ShelfEntry<'e>], found: &mut Found) -> Tables<'e> {
        let mut tables = Tables::with_capacity(by_key.len());
        let project_processes = &self.reading.tally.project_processes;
        for group in by_key.chunk_by(|one, other| one.key == other.key) {
            for releases in processes_of(group) {
                let process = merge::process(releases);
                tables.add(
                    process,
                    self.setting,
                    &self.reading.files,
                    |key| project_processes.contains(&key),
                    &mut found.parties,
                );
            }
        }
        count_processes(self.progress, tables.processes.len());
        found.counts.add(&Counts {
            processes: tables.processes.len() as u64,
            lots: tables.lots.len() as u64,
            contracts: tables.contracts.len() as u64,
            participations: tables.participations.len() as u64,
            data_issues: tables.issues.len() as u64,
            repeated_releases: tables.repeated_releases,
            processes_with_bids: tables
                .processes
                .iter()
                .filter(|row| row.bid_count.is_some())
                .count() as u64,
            ..Counts::default()
        });
        count_issues(&mut found.issues, &tables.issues);
        for row in &tables.processes {
            found
                .publishers
                .add(row.ocid.as_deref().unwrap_or_default());
        }
        found.sums.append(&mut tables.sums);
        let jurisdictions = self.setting.jurisdictions;
        found
            .points
            .add(&tables, |currency| currency_key(jurisdictions, currency));
        tables
    }

    /// Keeps the tables of a part in memory while there is room, else in files.
    fn hold(&self, part: usize, held: Vec<SliceTables>) -> Result<Held, AssessmentError> {
        let bytes: usize = held
            .iter()
            .flat_map(SliceTables::named)
            .map(|table| table.estimated_size())
            .sum();
        if self.held_bytes.fetch_add(bytes, Ordering::Relaxed) + bytes <= HELD_BYTES {
            return Ok(Held::Memory(held));
        }
        self.held_bytes.fetch_sub(bytes, Ordering::Relaxed);
        let directory = self.output.directory().join(format!("rows-{part:04}"));
        let write = || -> io::Result<()> {
            std::fs::create_dir(&directory)?;
            for (position, name) in WAITING.iter().enumerate() {
                let tables: Vec<DataFrame> = held
                    .iter()
                    .map(|slice| slice.named()[position].clone())
                    .collect();
                let mut file = BufWriter::new(File::create(waiting(&directory, name))?);
                ParquetWriter::new(&mut file)
                    .with_compression(ParquetCompression::Uncompressed)
                    .set_parallel(false)
                    .finish(&mut stacked(tables))
                    .map_err(io::Error::other)?;
                file.flush()?;
            }
            Ok(())
        };
        write().map_err(|source| self.output.failed(source))?;
        Ok(Held::Files(directory))
    }
}

impl SliceTables {
    pub(super) fn of(tables: &Tables<'_>) -> Self {
        Self {
            process: frame(ProcessRow::columns(&tables.processes)),
            lot: frame(LotRow::columns(&tables.lots)),
            contract: frame(ContractRow::columns(&tables.contracts)),
            item: frame(ItemRow::columns(&tables.items)),
            award: frame(AwardRow::columns(&tables.awards)),
            release: frame(ReleaseRow::columns(&tables.releases)),
        }
    }

    const fn named(&self) -> [&DataFrame; 6] {
        [
            &self.process,
            &self.lot,
            &self.contract,
            &self.item,
            &self.award,
            &self.release,
        ]
    }

    /// The tables, in the order in which they are named.
    pub(super) fn into_named(self) -> [DataFrame; 6] {
        [
            self.process,
            self.lot,
            self.contract,
            self.item,
            self.award,
            self.release,
        ]
    }

    /// Rows of the tables that the population has points for.
    pub(super) fn offsets(&self) -> Offsets {
        Offsets {
            processes: self.process.height(),
            lots: self.lot.height(),
            contracts: self.contract.height(),
            items: self.item.height(),
        }
    }
}

impl Held {
    /// The tables, out of memory or of their files.
    pub(super) fn take(self, output: &Output) -> Result<Vec<SliceTables>, AssessmentError> {
        let directory = match self {
            Self::Memory(slices) => return Ok(slices),
            Self::Files(directory) => directory,
        };
        let read = |name: &str| -> io::Result<DataFrame> {
            let file = File::open(waiting(&directory, name))?;
            let mut table = ParquetReader::new(file)
                .finish()
                .map_err(io::Error::other)?;
            table.rechunk_mut();
            Ok(table)
        };
        let take = || -> io::Result<SliceTables> {
            let [process, lot, contract, item, award, release] = WAITING.map(&read);
            let slice = SliceTables {
                process: process?,
                lot: lot?,
                contract: contract?,
                item: item?,
                award: award?,
                release: release?,
            };
            std::fs::remove_dir_all(&directory)?;
            Ok(slice)
        };
        take()
            .map(|slice| vec![slice])
            .map_err(|source| output.failed(source))
    }
}

fn waiting(directory: &Path, name: &str) -> PathBuf {
    directory.join(format!("{name}.parquet"))
}

/// The currency that stands for all that some law declares to be worth the same, as a key.
pub(super) fn currency_key(jurisdictions: &Jurisdictions, currency: &str) -> i64 {
    key_of(&canonical_currency(jurisdictions, currency))
}

/// The tables of slices, one under the other.
pub(super) fn stacked(tables: Vec<DataFrame>) -> DataFrame {
    let mut tables = tables.into_iter();
    let mut stacked = tables.next().unwrap_or_default();
    for table in tables {
        stacked
            .vstack_mut_owned(table)
            .expect("the slices of one table have the same columns");
    }
    stacked
}

pub(super) fn count_issues(counts: &mut BTreeMap<String, u64>, issues: &[DataIssueRow<'_>]) {
    for issue in issues {
        let reason = issue.reason.as_deref().unwrap_or_default();
        match counts.get_mut(reason) {
            Some(number) => *number += 1,
            None => {
                counts.insert(reason.to_owned(), 1);
            }
        }
    }
}

/// Slices of whole processes.
fn slices_of(by_key: &[ShelfEntry<'_>]) -> Vec<Range<usize>> {
    let mut slices = Vec::new();
    let mut start = 0;
    while start < by_key.len() {
        let mut end = (start + SLICE_ENTRIES).min(by_key.len());
        while end < by_key.len() && by_key[end].key == by_key[end - 1].key {
            end += 1;
        }
        slices.push(start..end);
        start = end;
    }
    slices
}

/// The releases of each process among entries of one key. Two ocids of one key have not been seen; they would be told apart here.
fn processes_of<'e>(group: &[ShelfEntry<'e>]) -> Vec<Vec<Release<'e>>> {
    let releases: Vec<Release<'e>> = group.iter().map(decoded).collect();
    grouped(releases, |release| release.body.ocid.to_string())
}

pub(super) fn grouped<T>(items: Vec<T>, identifier: impl Fn(&T) -> String) -> Vec<Vec<T>> {
    if items.len() == 1 {
        return vec![items];
    }
    let mut groups: BTreeMap<String, Vec<T>> = BTreeMap::new();
    for item in items {
        groups.entry(identifier(&item)).or_default().push(item);
    }
    groups.into_values().collect()
}

pub(super) fn decoded<'e, T: serde::Deserialize<'e>>(entry: &ShelfEntry<'e>) -> T {
    postcard::from_bytes(entry.bytes).expect("the shelf gives back what this program put there")
}

/// Counts processes as they are judged, for whoever watches.
fn count_processes(progress: &Progress, processes: usize) {
    progress
        .processes
        .fetch_add(processes as u64, Ordering::Relaxed);
}
