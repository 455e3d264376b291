//! All rows of a slice of processes, made while each process is in hand.

use crate::{
    ingest::merge::{Process, ProjectHistory, Version},
    procurement::Issue,
};

use super::{
    award,
    contacts::{self, ProcessContacts},
    contract, item,
    locale::{Locale, Setting},
    lot,
    party::Parties,
    process,
    project::{self, ContractSums},
    rows::{
        AwardRow, ContractRow, DataIssueRow, ItemRow, LotRow, ParticipationRow, ProcessRow,
        ReleaseRow,
    },
};

/// The rows of a slice of processes, ordered by process.
#[derive(Default)]
pub(crate) struct Tables<'a> {
    pub(crate) processes: Vec<ProcessRow<'a>>,
    pub(crate) lots: Vec<LotRow<'a>>,
    pub(crate) contracts: Vec<ContractRow<'a>>,
    /// Items with a unit price, which few processes publish.
    pub(crate) items: Vec<ItemRow<'a>>,
    pub(crate) participations: Vec<ParticipationRow<'a>>,
    pub(crate) awards: Vec<AwardRow<'a>>,
    /// Of each process, in the order of the processes.
    pub(crate) contacts: Vec<ProcessContacts>,
    pub(crate) releases: Vec<ReleaseRow<'a>>,
    pub(crate) issues: Vec<DataIssueRow<'a>>,
    /// Contracts of processes that projects name, by the process's key.
    pub(crate) sums: Vec<(i64, ContractSums)>,
    pub(crate) repeated_releases: u64,
}

impl<'a> Tables<'a> {
    /// Tables with room for about this many processes.
    pub(crate) fn with_capacity(processes: usize) -> Self {
        let some_more = processes + processes / 4;
        Self {
            processes: Vec::with_capacity(processes),
            lots: Vec::with_capacity(some_more),
            contracts: Vec::with_capacity(some_more),
            participations: Vec::with_capacity(4 * processes),
            awards: Vec::with_capacity(some_more),
            releases: Vec::with_capacity(processes),
            ..Self::default()
        }
    }

    /// Adds the rows of one process.
    pub(crate) fn add(
        &mut self,
        process: Process<'a>,
        setting: &Setting<'_>,
        files: &'a [String],
        is_in_project: impl Fn(i64) -> bool,
        parties: &mut Parties,
    ) {
        let buyer = process::buyer(&process);
        let locale = Locale::of(setting, buyer.as_ref(), &process.parties, None);
        let mut row = process::begin(&process, &locale);
        let (lots, contracts) = (self.lots.len(), self.contracts.len());
        lot::rows(
            &process,
            &row,
            &locale,
            &mut self.lots,
            &mut self.participations,
        );
        contract::rows(
            &process,
            &row,
            &self.lots[lots..],
            &locale,
            &mut self.contracts,
        );
        item::rows(&process, &row, &locale, &mut self.items);
        process::complete(
            &mut row,
            &process,
            &self.lots[lots..],
            &self.contracts[contracts..],
            &locale,
        );
        if is_in_project(row.process_key) {
            self.sums.push((
                row.process_key,
                project::sums(&process, &self.contracts[contracts..], &locale),
            ));
        }
        parties.add(&process);
        self.contacts.push(contacts::of(&process));
        award::rows(&process, &row, &locale, &mut self.awards);
        self.repeated_releases += process.repeated;
        release_rows(row.process_key, process.versions, files, &mut self.releases);
        issue_rows(row.process_key, process.issues, &mut self.issues);
        self.processes.push(row);
    }
}

/// The versions of a process or project as rows.
pub(crate) fn release_rows<'a>(
    key: i64,
    versions: Vec<Version<'a>>,
    files: &'a [String],
    rows: &mut Vec<ReleaseRow<'a>>,
) {
    rows.extend(versions.into_iter().enumerate().map(|(index, version)| {
        ReleaseRow {
            process_key: key,
            release_index: lot::count(index),
            file: Some(files[version.source.file as usize].as_str().into()),
            line: i64::try_from(version.source.line).ok(),
            pointer: Some(version.source.pointer),
            release_id: version.id,
            release_date: version.date.map(|date| date.text().into()),
            kind: Some(
                match version.kind {
                    crate::procurement::ReleaseKind::Release => "release",
                    crate::procurement::ReleaseKind::Compiled => "compiled",
                    crate::procurement::ReleaseKind::Summary => "summary",
                }
                .into(),
            ),
            ..ReleaseRow::default()
        }
    }));
}

/// The data issues of a process or project as rows.
pub(crate) fn issue_rows<'a>(
    key: i64,
    issues: Vec<(usize, Issue<'a>)>,
    rows: &mut Vec<DataIssueRow<'a>>,
) {
    rows.extend(issues.into_iter().map(|(index, issue)| DataIssueRow {
        process_key: key,
        release_index: lot::count(index),
        pointer: Some(issue.pointer),
        value: Some(issue.value),
        reason: Some(issue.reason),
        ..DataIssueRow::default()
    }));
}

/// The rows of every project.
#[derive(Default)]
pub(crate) struct ProjectTables<'a> {
    pub(crate) projects: Vec<super::rows::ProjectRow<'a>>,
    pub(crate) releases: Vec<ReleaseRow<'a>>,
    pub(crate) release_extents: Vec<std::ops::Range<usize>>,
    pub(crate) issues: Vec<DataIssueRow<'a>>,
    /// Longitude and latitude of each project that has them, in the order of the rows.
    pub(crate) locations: Vec<Option<(f64, f64)>>,
    pub(crate) repeated: u64,
}

impl<'a> ProjectTables<'a> {
    /// Adds one project.
    pub(crate) fn add(
        &mut self,
        history: ProjectHistory<'a>,
        setting: &Setting<'_>,
        contracts: &std::collections::BTreeMap<i64, ContractSums>,
        files: &'a [String],
    ) {
        let row = project::row(&history, setting, contracts);
        let releases = self.releases.len();
        self.repeated += history.repeated;
        release_rows(row.project_key, history.versions, files, &mut self.releases);
        issue_rows(row.project_key, history.issues, &mut self.issues);
        self.release_extents.push(releases..self.releases.len());
        self.locations.push(history.project.point);
        self.projects.push(row);
    }
}
