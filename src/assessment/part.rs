//! Judging one slice of the processes at a time: facts, outcomes, alerts.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    ops::Range,
    sync::atomic::{AtomicUsize, Ordering},
};

use polars::prelude::{Column, DataFrame};
use rayon::prelude::*;

use super::{
    AnswerCounts, AssessmentError, Counts, count_processes, output::Output, part_count, ranked,
};
use crate::{
    alerts::{
        Alert, PartyFlag,
        build::{Judged, Maker},
    },
    facts::{
        Subject,
        locale::Setting,
        party::{Parties, party_key},
        project::ContractSums,
        rows::{
            ContractRow, DataIssueRow, LotRow, ParticipationRow, PartyRow, ProcessRow, ProjectRow,
            ReleaseRow,
        },
        tables::{ProjectTables, Tables},
    },
    ingest::{
        Progress, Reading, merge,
        shelf::{BUCKETS, Entries, Entry as ShelfEntry, Shelf},
    },
    procurement::{Project, Release},
    rules::{Answer, Engine, Outcomes},
    scoring::{Ranked, Scoring},
    store::PreparedAlert,
    telemetry::Stages,
};

/// Slices of a part. It does not depend on the number of threads, so that what is written does not; up to this many threads have work of the same size.
const SLICES: usize = 4;
/// Entries that are worth a slice: preparing a pass of the rules costs as much as some hundred processes.
const SLICE_ENTRIES: usize = 2_048;

/// Judges a reading, and adds up what it finds.
pub(super) struct Judge<'j> {
    engine: &'j Engine,
    maker: Maker<'j>,
    setting: &'j Setting<'j>,
    output: &'j Output,
    reading: &'j Reading,
    progress: &'j Progress,
    threads: usize,
    stages: Stages,
    parties: Parties,
    sums: BTreeMap<i64, ContractSums>,
    judgement: Judgement,
    answers: BTreeMap<String, AnswerCounts>,
    issues: BTreeMap<String, u64>,
}

/// What was found.
#[derive(Default)]
pub(super) struct Judgement {
    pub(super) counts: Counts,
    pub(super) answers: Vec<AnswerCounts>,
    pub(super) failures: BTreeMap<String, String>,
    pub(super) issues: Vec<(String, u64)>,
    pub(super) ranked: Vec<Ranked>,
    pub(super) party_flags: Vec<(i64, PartyFlag)>,
}

impl<'j> Judge<'j> {
    pub(super) fn new(
        engine: &'j Engine,
        scoring: &'j Scoring,
        setting: &'j Setting<'j>,
        output: &'j Output,
        reading: &'j Reading,
        progress: &'j Progress,
        threads: usize,
    ) -> Self {
        Self {
            engine,
            maker: Maker {
                method: engine.method(),
                scoring,
            },
            setting,
            output,
            reading,
            progress,
            threads,
            stages: Stages::begin(),
            parties: Parties::default(),
            sums: BTreeMap::new(),
            judgement: Judgement::default(),
            answers: BTreeMap::new(),
            issues: BTreeMap::new(),
        }
    }

    pub(super) fn parts(&self) -> usize {
        part_count(self.reading.tally.releases + self.reading.tally.summaries)
    }

    /// Judges the processes of some buckets.
    pub(super) fn processes(
        &mut self,
        part: usize,
        buckets: Range<usize>,
    ) -> Result<Vec<PreparedAlert>, AssessmentError> {
        let entries = self.take(&self.reading.shelf, buckets)?;
        let by_key = entries.by_key();
        let slices = self.in_threads(&slices_of(&by_key), |slice| self.slice(&by_key[slice]));
        self.stages.end("sliced");
        let (mut tables, mut alerts) = (
            BTreeMap::<(&'static str, &'static str), DataFrame>::new(),
            Vec::new(),
        );
        // One after the other, in the order of the keys, whichever was ready first.
        for slice in slices {
            for (name, table) in slice.tables {
                match tables.entry(name) {
                    Entry::Vacant(vacant) => {
                        vacant.insert(table);
                    }
                    Entry::Occupied(mut held) => {
                        held.get_mut()
                            .vstack_mut_owned(table)
                            .expect("the slices of one table have the same columns");
                    }
                }
            }
            self.parties.merge(slice.parties);
            self.sums.extend(slice.sums);
            self.add_up(&slice.counts, slice.issues);
            for (answers, failure) in slice.answers {
                self.count_answers(answers, failure);
            }
            alerts.extend(slice.alerts);
        }
        drop(entries);
        tables
            .into_par_iter()
            .try_for_each(|((room, name), table)| self.output.table(room, name, part, table))?;
        self.stages.end("written");
        Ok(self.publish(alerts))
    }

    /// Works on slices in threads of its own and returns what came of them in the slices' order.
    ///
    /// Not in the shared pool: a thread of it that waits for the rules to be run takes up the next slice meanwhile, and in the end the rows of all
    /// slices would be held at once.
    fn in_threads<T: Send>(
        &self,
        slices: &[Range<usize>],
        work: impl Fn(Range<usize>) -> T + Sync,
    ) -> Vec<T> {
        let next = AtomicUsize::new(0);
        let mut made: Vec<(usize, T)> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..self.threads.min(slices.len()))
                .map(|_| {
                    let thread = std::thread::Builder::new().name("judge".to_owned());
                    let made = thread.spawn_scoped(scope, || {
                        let mut made = Vec::new();
                        while let Some(slice) = slices.get(next.fetch_add(1, Ordering::Relaxed)) {
                            made.push((slice.start, work(slice.clone())));
                        }
                        made
                    });
                    made.expect("the system gives a thread")
                })
                .collect();
            threads
                .into_iter()
                .flat_map(|thread| {
                    thread
                        .join()
                        .expect("judgement does not panic: rules that do are caught")
                })
                .collect()
        });
        made.sort_by_key(|(start, _)| *start);
        made.into_iter().map(|(_, made)| made).collect()
    }

    fn take(&self, shelf: &Shelf, buckets: Range<usize>) -> Result<Entries, AssessmentError> {
        shelf
            .take(buckets)
            .map_err(|source| AssessmentError::Output {
                path: self.output.directory().to_owned(),
                source,
            })
    }

    /// Judges the processes of some entries: rows, outcomes, alerts. The rows live only here.
    fn slice(&self, by_key: &[ShelfEntry<'_>]) -> Slice {
        let (mut tables, mut parties) = (Tables::with_capacity(by_key.len()), Parties::default());
        let project_processes = &self.reading.tally.project_processes;
        for group in by_key.chunk_by(|one, other| one.key == other.key) {
            for releases in processes_of(group) {
                tables.add(
                    merge::process(releases),
                    self.setting,
                    &self.reading.files,
                    |key| project_processes.contains(&key),
                    &mut parties,
                );
            }
        }
        self.stages.end("rows");
        let judged = [
            self.judge(Subject::Process, ProcessRow::columns(&tables.processes)),
            self.judge(Subject::Lot, LotRow::columns(&tables.lots)),
            self.judge(Subject::Contract, ContractRow::columns(&tables.contracts)),
        ];
        self.stages.end("answers");
        let alerts = self.process_alerts(&tables, &judged);
        self.stages.end("alerts");
        count_processes(self.progress, tables.processes.len());
        let counts = Counts {
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
        };
        let others = [
            (
                "participation",
                ParticipationRow::columns(&tables.participations),
            ),
            ("release", ReleaseRow::columns(&tables.releases)),
            ("data_issue", DataIssueRow::columns(&tables.issues)),
        ];
        let issues = issue_counts(&tables.issues);
        let outcomes = judged.iter().flat_map(|judged| judged.outcomes.rules());
        let answers = outcomes
            .map(|outcome| (outcome.counts(), outcome.failure().map(str::to_owned)))
            .collect();
        let mut written: Vec<_> = others
            .into_iter()
            .map(|(name, columns)| (("tables", name), frame(columns)))
            .collect();
        for judged in judged {
            let name = judged.subject.name();
            written.push((("outcomes", name), frame(outcome_columns(&judged))));
            written.push((("tables", name), judged.table));
        }
        Slice {
            tables: written,
            alerts,
            parties,
            sums: tables.sums,
            counts,
            issues,
            answers,
        }
    }

    fn judge(&self, subject: Subject, columns: Vec<Column>) -> Judged {
        let table = frame(columns);
        let outcomes = self.engine.evaluate(subject, &table);
        Judged {
            subject,
            table,
            outcomes,
        }
    }

    /// Writes the table and the outcomes of one subject.
    fn write(&self, judged: &Judged, part: usize) -> Result<(), AssessmentError> {
        let name = judged.subject.name();
        self.output
            .table("tables", name, part, judged.table.clone())?;
        self.output
            .table("outcomes", name, part, frame(outcome_columns(judged)))
    }

    fn process_alerts(
        &self,
        tables: &Tables<'_>,
        judged: &[Judged; 3],
    ) -> Vec<(Ranked, PreparedAlert)> {
        let alert_of = |index| {
            let alert = self.maker.process(tables, judged, index)?;
            let suppliers = &tables.extents[index].suppliers;
            let keys: Vec<_> = suppliers
                .iter()
                .map(|supplier| party_key(supplier.id.as_deref(), supplier.name.as_deref()))
                .collect();
            Some(self.prepare(&alert, &keys))
        };
        (0..tables.processes.len()).filter_map(alert_of).collect()
    }

    fn prepare(&self, alert: &Alert, supplier_keys: &[i64]) -> (Ranked, PreparedAlert) {
        (
            ranked(alert, self.setting.jurisdictions),
            PreparedAlert::new(alert, supplier_keys),
        )
    }

    fn publish(&mut self, alerts: Vec<(Ranked, PreparedAlert)>) -> Vec<PreparedAlert> {
        let (ranked, prepared): (Vec<_>, Vec<_>) = alerts.into_iter().unzip();
        self.judgement.ranked.extend(ranked);
        prepared
    }

    fn add_up(&mut self, slice: &Counts, issues: BTreeMap<String, u64>) {
        let counts = &mut self.judgement.counts;
        counts.processes += slice.processes;
        counts.lots += slice.lots;
        counts.contracts += slice.contracts;
        counts.participations += slice.participations;
        counts.data_issues += slice.data_issues;
        counts.repeated_releases += slice.repeated_releases;
        counts.processes_with_bids += slice.processes_with_bids;
        for (reason, number) in issues {
            *self.issues.entry(reason).or_default() += number;
        }
    }

    fn count_answers(&mut self, here: AnswerCounts, failure: Option<String>) {
        let all = self
            .answers
            .entry(here.indicator.clone())
            .or_insert_with(|| AnswerCounts {
                indicator: here.indicator.clone(),
                ..AnswerCounts::default()
            });
        all.flagged += here.flagged;
        all.clear += here.clear;
        all.not_applicable += here.not_applicable;
        all.insufficient_data += here.insufficient_data;
        all.error += here.error;
        if let Some(failure) = failure {
            self.judgement
                .failures
                .entry(here.indicator)
                .or_insert(failure);
        }
    }

    fn count_outcomes(&mut self, outcomes: &Outcomes) {
        for outcome in outcomes.rules() {
            self.count_answers(outcome.counts(), outcome.failure().map(str::to_owned));
        }
    }

    /// Judges every project.
    pub(super) fn projects(&mut self) -> Result<Vec<PreparedAlert>, AssessmentError> {
        self.judgement.counts.process_alerts = self.judgement.ranked.len() as u64;
        let entries = self.take(&self.reading.projects, 0..BUCKETS)?;
        let mut tables = ProjectTables::default();
        for group in entries.by_key().chunk_by(|one, other| one.key == other.key) {
            for versions in projects_of(group) {
                tables.add(
                    merge::project(versions),
                    self.setting,
                    &self.sums,
                    &self.reading.files,
                );
            }
        }
        let judged = [self.judge(Subject::Project, ProjectRow::columns(&tables.projects))];
        self.write(&judged[0], 0)?;
        self.output.table(
            "tables",
            "project_release",
            0,
            frame(ReleaseRow::columns(&tables.releases)),
        )?;
        self.output.table(
            "tables",
            "project_data_issue",
            0,
            frame(DataIssueRow::columns(&tables.issues)),
        )?;
        self.count_outcomes(&judged[0].outcomes);
        for (reason, number) in issue_counts(&tables.issues) {
            *self.issues.entry(reason).or_default() += number;
        }
        let alerts: Vec<_> = (0..tables.projects.len())
            .filter_map(|index| {
                Some(self.prepare(&self.maker.project(&tables, &judged, index)?, &[]))
            })
            .collect();
        let counts = &mut self.judgement.counts;
        counts.projects = tables.projects.len() as u64;
        counts.repeated_releases += tables.repeated;
        counts.data_issues += tables.issues.len() as u64;
        counts.project_alerts = alerts.len() as u64;
        Ok(self.publish(alerts))
    }

    /// Judges every party.
    pub(super) fn parties(&mut self) -> Result<(), AssessmentError> {
        let rows = std::mem::take(&mut self.parties).rows();
        let judged = self.judge(Subject::Party, PartyRow::columns(&rows));
        self.write(&judged, 0)?;
        self.count_outcomes(&judged.outcomes);
        self.judgement.counts.parties = rows.len() as u64;
        let is_flagged = |row: usize| {
            judged
                .outcomes
                .rules()
                .iter()
                .any(|outcome| outcome.answer(row) == Answer::Flagged)
        };
        for (index, row) in rows
            .iter()
            .enumerate()
            .filter(|(index, _)| is_flagged(*index))
        {
            let flags = self.maker.party(row, &judged, index);
            self.judgement
                .party_flags
                .extend(flags.into_iter().map(|flag| (row.party_key, flag)));
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> Judgement {
        self.judgement.answers = self.answers.into_values().collect();
        self.judgement.issues = self.issues.into_iter().collect();
        self.judgement
            .issues
            .sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
        self.judgement
    }
}

/// What one thread made of some entries.
struct Slice {
    tables: Vec<((&'static str, &'static str), DataFrame)>,
    alerts: Vec<(Ranked, PreparedAlert)>,
    parties: Parties,
    sums: Vec<(i64, ContractSums)>,
    counts: Counts,
    issues: BTreeMap<String, u64>,
    answers: Vec<(AnswerCounts, Option<String>)>,
}

fn frame(columns: Vec<Column>) -> DataFrame {
    let height = columns.first().map_or(0, Column::len);
    DataFrame::new(height, columns)
        .expect("tables are declared with each column once and each row whole")
}

fn issue_counts(issues: &[DataIssueRow<'_>]) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for issue in issues {
        let reason = issue.reason.as_deref().unwrap_or_default();
        match counts.get_mut(reason) {
            Some(number) => *number += 1,
            None => {
                counts.insert(reason.to_owned(), 1);
            }
        }
    }
    counts
}

/// Slices of whole processes.
fn slices_of(by_key: &[ShelfEntry<'_>]) -> Vec<Range<usize>> {
    let mut slices = Vec::new();
    let mut start = 0;
    let entries = by_key.len().div_ceil(SLICES).max(SLICE_ENTRIES);
    while start < by_key.len() {
        let mut end = (start + entries).min(by_key.len());
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

fn projects_of<'e>(group: &[ShelfEntry<'e>]) -> Vec<Vec<Project<'e>>> {
    let projects: Vec<Project<'e>> = group.iter().map(decoded).collect();
    grouped(projects, |project| project.id.to_string())
}

fn grouped<T>(items: Vec<T>, identifier: impl Fn(&T) -> String) -> Vec<Vec<T>> {
    if items.len() == 1 {
        return vec![items];
    }
    let mut groups: BTreeMap<String, Vec<T>> = BTreeMap::new();
    for item in items {
        groups.entry(identifier(&item)).or_default().push(item);
    }
    groups.into_values().collect()
}

fn decoded<'e, T: serde::Deserialize<'e>>(entry: &ShelfEntry<'e>) -> T {
    postcard::from_bytes(entry.bytes).expect("the shelf gives back what this program put there")
}

/// Keys, identifiers, and one column an indicator.
fn outcome_columns(judged: &Judged) -> Vec<Column> {
    let keys: &[&str] = match judged.subject {
        Subject::Process => &["process_key", "ocid"],
        Subject::Lot | Subject::Participation => &["process_key", "ocid", "lot_id"],
        Subject::Contract => &["process_key", "ocid", "contract_id"],
        Subject::Project => &["project_key", "project_id"],
        Subject::Party => &["party_key", "party_id", "name"],
    };
    let mut columns: Vec<Column> = keys
        .iter()
        .map(|key| {
            judged
                .table
                .column(key)
                .expect("every table has its keys")
                .clone()
        })
        .collect();
    columns.extend(judged.outcomes.to_columns());
    columns
}
