//! Judging one slice of the processes at a time: facts, outcomes, alerts.

use std::{collections::BTreeMap, ops::Range};

use polars::prelude::{Column, DataFrame};
use rayon::prelude::*;

use super::{AnswerCounts, AssessmentError, Counts, count_processes, merged, output::Output, part_count, ranked};
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
        rows::{ContractRow, DataIssueRow, LotRow, ParticipationRow, PartyRow, ProcessRow, ProjectRow, ReleaseRow},
        tables::{ProjectTables, Tables},
    },
    ingest::{
        Progress, Reading, merge,
        shelf::{BUCKETS, Entry},
    },
    procurement::{Project, Release},
    rules::{Answer, Engine, Outcomes},
    scoring::{Ranked, Scoring},
    store::PreparedAlert,
};

/// Entries that one thread takes at a time: enough to be worth handing over, few enough that the cores end together.
const SLICE_ENTRIES: usize = 2_048;

/// Judges a reading, and adds up what it finds.
pub(super) struct Judge<'j> {
    engine: &'j Engine,
    maker: Maker<'j>,
    setting: &'j Setting<'j>,
    output: &'j Output,
    reading: &'j Reading,
    progress: &'j Progress,
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
    ) -> Self {
        Self {
            engine,
            maker: Maker { method: engine.method(), scoring },
            setting,
            output,
            reading,
            progress,
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
    pub(super) fn processes(&mut self, part: usize, buckets: Range<usize>) -> Result<Vec<PreparedAlert>, AssessmentError> {
        let entries = self.take(&self.reading.shelf, buckets)?;
        let by_key = entries.by_key();
        let (tables, parties) = self.tables(&by_key);
        self.parties.merge(parties);
        let judged = [
            self.judge(Subject::Process, tables.processes.len(), ProcessRow::columns(&tables.processes)),
            self.judge(Subject::Lot, tables.lots.len(), LotRow::columns(&tables.lots)),
            self.judge(Subject::Contract, tables.contracts.len(), ContractRow::columns(&tables.contracts)),
        ];
        let (written, alerts) = rayon::join(|| self.write_processes(part, &tables, &judged), || self.process_alerts(&tables, &judged));
        written?;
        self.add_up(&tables, &judged);
        Ok(self.publish(alerts))
    }

    fn take(&self, shelf: &crate::ingest::shelf::Shelf, buckets: Range<usize>) -> Result<crate::ingest::shelf::Entries, AssessmentError> {
        shelf.take(buckets).map_err(|source| AssessmentError::Output { path: self.output.directory().to_owned(), source })
    }

    /// The rows of every process, in the order of the keys, whatever the number of threads.
    fn tables<'e>(&self, by_key: &[Entry<'e>]) -> (Tables<'e>, Parties)
    where
        'j: 'e,
    {
        let slices = slices_of(by_key);
        let made: Vec<_> = slices
            .into_par_iter()
            .map(|slice| {
                let (mut tables, mut parties) = (Tables::default(), Parties::default());
                for group in by_key[slice].chunk_by(|one, other| one.key == other.key) {
                    for releases in processes_of(group) {
                        let project_processes = &self.reading.tally.project_processes;
                        tables.add(merge::process(releases), self.setting, &self.reading.files, |key| project_processes.contains(&key), &mut parties);
                    }
                }
                count_processes(self.progress, tables.processes.len());
                (tables, parties)
            })
            .collect();
        let mut all = Tables::default();
        let mut parties = Vec::with_capacity(made.len());
        for (tables, some) in made {
            all.append(tables);
            parties.push(some);
        }
        (all, merged(parties))
    }

    fn judge(&self, subject: Subject, height: usize, columns: Vec<Column>) -> Judged {
        let table = DataFrame::new(height, columns).expect("tables are declared with each column once and each row whole");
        let outcomes = self.engine.evaluate(subject, &table);
        Judged { subject, table, outcomes }
    }

    fn write_processes(&self, part: usize, tables: &Tables<'_>, judged: &[Judged; 3]) -> Result<(), AssessmentError> {
        let others: [(&str, &(dyn Fn() -> Vec<Column> + Sync)); 3] = [
            ("participation", &|| ParticipationRow::columns(&tables.participations)),
            ("release", &|| ReleaseRow::columns(&tables.releases)),
            ("data_issue", &|| DataIssueRow::columns(&tables.issues)),
        ];
        let own = judged.par_iter().map(|judged| self.write(judged, part));
        own.chain(others.par_iter().map(|(name, columns)| self.output.table("tables", name, part, columns()))).collect()
    }

    /// Writes the table and the outcomes of one subject.
    fn write(&self, judged: &Judged, part: usize) -> Result<(), AssessmentError> {
        let name = judged.subject.name();
        self.output.table("tables", name, part, judged.table.columns().to_vec())?;
        self.output.table("outcomes", name, part, outcome_columns(judged))
    }

    fn process_alerts(&self, tables: &Tables<'_>, judged: &[Judged; 3]) -> Vec<(Ranked, PreparedAlert)> {
        (0..tables.processes.len())
            .into_par_iter()
            .filter_map(|index| {
                let alert = self.maker.process(tables, judged, index)?;
                let suppliers = &tables.extents[index].suppliers;
                let keys: Vec<_> = suppliers.iter().map(|supplier| party_key(supplier.id.as_deref(), supplier.name.as_deref())).collect();
                Some(self.prepare(&alert, &keys))
            })
            .collect()
    }

    fn prepare(&self, alert: &Alert, supplier_keys: &[i64]) -> (Ranked, PreparedAlert) {
        (ranked(alert, self.setting.jurisdictions), PreparedAlert::new(alert, supplier_keys))
    }

    fn publish(&mut self, alerts: Vec<(Ranked, PreparedAlert)>) -> Vec<PreparedAlert> {
        let (ranked, prepared): (Vec<_>, Vec<_>) = alerts.into_iter().unzip();
        self.judgement.ranked.extend(ranked);
        prepared
    }

    fn add_up(&mut self, tables: &Tables<'_>, judged: &[Judged; 3]) {
        let counts = &mut self.judgement.counts;
        counts.processes += tables.processes.len() as u64;
        counts.lots += tables.lots.len() as u64;
        counts.contracts += tables.contracts.len() as u64;
        counts.participations += tables.participations.len() as u64;
        counts.data_issues += tables.issues.len() as u64;
        counts.repeated_releases += tables.repeated_releases;
        counts.processes_with_bids += tables.processes.iter().filter(|row| row.bid_count.is_some()).count() as u64;
        self.sums.extend(tables.sums.iter().cloned());
        self.count_issues(&tables.issues);
        for judged in judged {
            self.count_answers(&judged.outcomes);
        }
        self.judgement.counts.process_alerts = 0;
    }

    fn count_issues(&mut self, issues: &[DataIssueRow<'_>]) {
        for issue in issues {
            let reason = issue.reason.as_deref().unwrap_or_default();
            match self.issues.get_mut(reason) {
                Some(number) => *number += 1,
                None => {
                    self.issues.insert(reason.to_owned(), 1);
                }
            }
        }
    }

    fn count_answers(&mut self, outcomes: &Outcomes) {
        for outcome in outcomes.rules() {
            let here = outcome.counts();
            let all = self.answers.entry(outcome.rule().to_owned()).or_insert_with(|| AnswerCounts { indicator: outcome.rule().to_owned(), ..AnswerCounts::default() });
            all.flagged += here.flagged;
            all.clear += here.clear;
            all.not_applicable += here.not_applicable;
            all.insufficient_data += here.insufficient_data;
            all.error += here.error;
            if let Some(failure) = outcome.failure() {
                self.judgement.failures.entry(outcome.rule().to_owned()).or_insert_with(|| failure.to_owned());
            }
        }
    }

    /// Judges every project.
    pub(super) fn projects(&mut self) -> Result<Vec<PreparedAlert>, AssessmentError> {
        self.judgement.counts.process_alerts = self.judgement.ranked.len() as u64;
        let entries = self.take(&self.reading.projects, 0..BUCKETS)?;
        let mut tables = ProjectTables::default();
        for group in entries.by_key().chunk_by(|one, other| one.key == other.key) {
            for versions in projects_of(group) {
                tables.add(merge::project(versions), self.setting, &self.sums, &self.reading.files);
            }
        }
        let judged = [self.judge(Subject::Project, tables.projects.len(), ProjectRow::columns(&tables.projects))];
        self.write(&judged[0], 0)?;
        self.output.table("tables", "project_release", 0, ReleaseRow::columns(&tables.releases))?;
        self.output.table("tables", "project_data_issue", 0, DataIssueRow::columns(&tables.issues))?;
        self.count_answers(&judged[0].outcomes);
        self.count_issues(&tables.issues);
        let alerts: Vec<_> = (0..tables.projects.len()).filter_map(|index| Some(self.prepare(&self.maker.project(&tables, &judged, index)?, &[]))).collect();
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
        let judged = self.judge(Subject::Party, rows.len(), PartyRow::columns(&rows));
        self.write(&judged, 0)?;
        self.count_answers(&judged.outcomes);
        self.judgement.counts.parties = rows.len() as u64;
        let is_flagged = |row: usize| judged.outcomes.rules().iter().any(|outcome| outcome.answer(row) == Answer::Flagged);
        for (index, row) in rows.iter().enumerate().filter(|(index, _)| is_flagged(*index)) {
            let flags = self.maker.party(row, &judged, index);
            self.judgement.party_flags.extend(flags.into_iter().map(|flag| (row.party_key, flag)));
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> Judgement {
        self.judgement.answers = self.answers.into_values().collect();
        self.judgement.issues = self.issues.into_iter().collect();
        self.judgement.issues.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
        self.judgement
    }
}

/// Slices of whole processes.
fn slices_of(by_key: &[Entry<'_>]) -> Vec<Range<usize>> {
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
fn processes_of<'e>(group: &[Entry<'e>]) -> Vec<Vec<Release<'e>>> {
    let releases: Vec<Release<'e>> = group.iter().map(|entry| decoded(entry)).collect();
    grouped(releases, |release| release.body.ocid.to_string())
}

fn projects_of<'e>(group: &[Entry<'e>]) -> Vec<Vec<Project<'e>>> {
    let projects: Vec<Project<'e>> = group.iter().map(|entry| decoded(entry)).collect();
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

fn decoded<'e, T: serde::Deserialize<'e>>(entry: &Entry<'e>) -> T {
    postcard::from_bytes(entry.bytes).expect("the shelf gives back what this program put there")
}

/// Keys, identifiers, and one column an indicator.
fn outcome_columns(judged: &Judged) -> Vec<Column> {
    let keys: &[&str] = match judged.subject {
        Subject::Process => &["process_key", "ocid"],
        Subject::Lot => &["process_key", "ocid", "lot_id"],
        Subject::Contract => &["process_key", "ocid", "contract_id"],
        Subject::Project => &["project_key", "project_id"],
        Subject::Party => &["party_key", "party_id", "name"],
        Subject::Participation => &["process_key", "ocid", "lot_id"],
    };
    let mut columns: Vec<Column> = keys.iter().map(|key| judged.table.column(key).expect("every table has its keys").clone()).collect();
    columns.extend(judged.outcomes.to_columns());
    columns
}
