//! Judging one slice of the processes at a time: facts, outcomes, alerts.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    ops::Range,
};

use polars::prelude::{Column, DataFrame};

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
            ContractRow, DataIssueRow, ItemRow, LotRow, ParticipationRow, PartyRow, ProcessRow,
            ProjectRow, ReleaseRow,
        },
        tables::{ProjectTables, Tables},
    },
    ingest::{
        Progress, Reading, merge,
        shelf::{BUCKETS, Entries, Entry as ShelfEntry, Shelf},
    },
    procurement::{Project, Release},
    rules::{Answer, Engine, Outcomes},
    scoring::Ranked,
    store::PreparedAlert,
    telemetry::Stages,
};

/// Entries whose rows are held at a time: enough that preparing a pass of the rules costs little beside it, few enough to take little memory.
const SLICE_ENTRIES: usize = 4_096;

/// Judges parts of a reading. Judging one knows nothing of the others: threads share it.
pub(super) struct Judge<'j> {
    pub(super) engine: &'j Engine,
    pub(super) maker: Maker<'j>,
    pub(super) setting: &'j Setting<'j>,
    pub(super) output: &'j Output,
    pub(super) reading: &'j Reading,
    pub(super) progress: &'j Progress,
    pub(super) stages: Stages,
}

/// What was found in all parts.
#[derive(Default)]
pub(super) struct Judgement {
    pub(super) counts: Counts,
    pub(super) answers: BTreeMap<String, AnswerCounts>,
    pub(super) failures: BTreeMap<String, String>,
    issues: BTreeMap<String, u64>,
    pub(super) ranked: Vec<Ranked>,
    pub(super) party_flags: Vec<(i64, PartyFlag)>,
    parties: Parties,
    sums: BTreeMap<i64, ContractSums>,
}

/// What was found in one part, or in one slice of it.
#[derive(Default)]
pub(super) struct Found {
    alerts: Vec<(Ranked, PreparedAlert)>,
    parties: Parties,
    sums: Vec<(i64, ContractSums)>,
    counts: Counts,
    issues: BTreeMap<String, u64>,
    answers: Vec<(AnswerCounts, Option<String>)>,
}

impl Judge<'_> {
    pub(super) fn parts(&self) -> usize {
        part_count(self.reading.tally.releases + self.reading.tally.summaries)
    }

    /// Judges the processes of one part and writes their tables.
    pub(super) fn part(&self, part: usize, parts: usize) -> Result<Found, AssessmentError> {
        let buckets = BUCKETS / parts;
        let entries = self.take(&self.reading.shelf, part * buckets..(part + 1) * buckets)?;
        let by_key = entries.by_key();
        let mut tables = BTreeMap::<(&'static str, &'static str), DataFrame>::new();
        let mut found = Found::default();
        let mut slices = slices_of(&by_key);
        if slices.is_empty() {
            // Tables without rows are tables all the same.
            slices.push(0..0);
        }
        for slice in slices {
            for (name, table) in self.slice(&by_key[slice], &mut found) {
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
        }
        drop(entries);
        self.stages.end("part judged");
        for ((room, name), table) in tables {
            self.output.table(room, name, part, table)?;
        }
        self.stages.end("part written");
        Ok(found)
    }

    fn take(&self, shelf: &Shelf, buckets: Range<usize>) -> Result<Entries, AssessmentError> {
        shelf
            .take(buckets)
            .map_err(|source| AssessmentError::Output {
                path: self.output.directory().to_owned(),
                source,
            })
    }

    /// Judges the processes of some entries: rows, outcomes, alerts. The rows live only here; the tables are returned by room and name.
    fn slice(
        &self,
        by_key: &[ShelfEntry<'_>],
        found: &mut Found,
    ) -> Vec<((&'static str, &'static str), DataFrame)> {
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
        self.stages.end("rows");
        let judged = [
            self.judge(Subject::Process, ProcessRow::columns(&tables.processes)),
            self.judge(Subject::Lot, LotRow::columns(&tables.lots)),
            self.judge(Subject::Contract, ContractRow::columns(&tables.contracts)),
        ];
        self.stages.end("answers");
        found.alerts.extend(self.process_alerts(&tables, &judged));
        self.stages.end("alerts");
        count_processes(self.progress, tables.processes.len());
        add_counts(
            &mut found.counts,
            &Counts {
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
            },
        );
        count_issues(&mut found.issues, &tables.issues);
        found.sums.append(&mut tables.sums);
        let outcomes = judged.iter().flat_map(|judged| judged.outcomes.rules());
        found.answers.extend(
            outcomes.map(|outcome| (outcome.counts(), outcome.failure().map(str::to_owned))),
        );
        let mut written = vec![
            (
                ("tables", "participation"),
                frame(ParticipationRow::columns(&tables.participations)),
            ),
            (
                ("tables", "release"),
                frame(ReleaseRow::columns(&tables.releases)),
            ),
            (("tables", "item"), frame(ItemRow::columns(&tables.items))),
            (
                ("tables", "data_issue"),
                frame(DataIssueRow::columns(&tables.issues)),
            ),
        ];
        for judged in judged {
            let name = judged.subject.name();
            written.push((("outcomes", name), frame(outcome_columns(&judged))));
            written.push((("tables", name), judged.table));
        }
        written
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
}

impl Judgement {
    /// Adds what was found in the next part and gives its alerts to be written. Parts are added in their order, whichever was ready first.
    pub(super) fn add(&mut self, found: Found) -> Vec<PreparedAlert> {
        self.parties.merge(found.parties);
        self.sums.extend(found.sums);
        add_counts(&mut self.counts, &found.counts);
        for (reason, number) in found.issues {
            *self.issues.entry(reason).or_default() += number;
        }
        for (answers, failure) in found.answers {
            self.count_answers(answers, failure);
        }
        self.counts.process_alerts += found.alerts.len() as u64;
        self.publish(found.alerts)
    }

    fn publish(&mut self, alerts: Vec<(Ranked, PreparedAlert)>) -> Vec<PreparedAlert> {
        let (ranked, prepared): (Vec<_>, Vec<_>) = alerts.into_iter().unzip();
        self.ranked.extend(ranked);
        prepared
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
            self.failures.entry(here.indicator).or_insert(failure);
        }
    }

    fn count_outcomes(&mut self, outcomes: &Outcomes) {
        for outcome in outcomes.rules() {
            self.count_answers(outcome.counts(), outcome.failure().map(str::to_owned));
        }
    }

    /// Data issues by reason, most frequent first.
    pub(super) fn issues(&mut self) -> Vec<(String, u64)> {
        let mut issues: Vec<_> = std::mem::take(&mut self.issues).into_iter().collect();
        issues.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
        issues
    }

    /// Judges every project.
    pub(super) fn projects(
        &mut self,
        judge: &Judge<'_>,
    ) -> Result<Vec<PreparedAlert>, AssessmentError> {
        let entries = judge.take(&judge.reading.projects, 0..BUCKETS)?;
        let mut tables = ProjectTables::default();
        for group in entries.by_key().chunk_by(|one, other| one.key == other.key) {
            for versions in projects_of(group) {
                tables.add(
                    merge::project(versions),
                    judge.setting,
                    &self.sums,
                    &judge.reading.files,
                );
            }
        }
        let judged = [judge.judge(Subject::Project, ProjectRow::columns(&tables.projects))];
        judge.write(&judged[0], 0)?;
        judge.output.table(
            "tables",
            "project_release",
            0,
            frame(ReleaseRow::columns(&tables.releases)),
        )?;
        judge.output.table(
            "tables",
            "project_data_issue",
            0,
            frame(DataIssueRow::columns(&tables.issues)),
        )?;
        self.count_outcomes(&judged[0].outcomes);
        count_issues(&mut self.issues, &tables.issues);
        let alert_of =
            |index| Some(judge.prepare(&judge.maker.project(&tables, &judged, index)?, &[]));
        let alerts: Vec<_> = (0..tables.projects.len()).filter_map(alert_of).collect();
        self.counts.projects = tables.projects.len() as u64;
        self.counts.repeated_releases += tables.repeated;
        self.counts.data_issues += tables.issues.len() as u64;
        self.counts.project_alerts = alerts.len() as u64;
        Ok(self.publish(alerts))
    }

    /// Judges every party.
    pub(super) fn parties(&mut self, judge: &Judge<'_>) -> Result<(), AssessmentError> {
        let rows = std::mem::take(&mut self.parties).rows();
        let judged = judge.judge(Subject::Party, PartyRow::columns(&rows));
        judge.write(&judged, 0)?;
        self.count_outcomes(&judged.outcomes);
        self.counts.parties = rows.len() as u64;
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
            let flags = judge.maker.party(row, &judged, index);
            self.party_flags
                .extend(flags.into_iter().map(|flag| (row.party_key, flag)));
        }
        Ok(())
    }
}

fn frame(columns: Vec<Column>) -> DataFrame {
    let height = columns.first().map_or(0, Column::len);
    DataFrame::new(height, columns)
        .expect("tables are declared with each column once and each row whole")
}

fn add_counts(all: &mut Counts, some: &Counts) {
    all.processes += some.processes;
    all.lots += some.lots;
    all.contracts += some.contracts;
    all.participations += some.participations;
    all.data_issues += some.data_issues;
    all.repeated_releases += some.repeated_releases;
    all.processes_with_bids += some.processes_with_bids;
}

fn count_issues(counts: &mut BTreeMap<String, u64>, issues: &[DataIssueRow<'_>]) {
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
    let keys = judged.subject.identity();
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
