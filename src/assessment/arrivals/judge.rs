//! Judges what is touched: merged, made into rows and asked about as an assessment does, all processes in one pass and all projects in another.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use polars::prelude::{Column, DataFrame};

use super::{
    super::{
        identity::ranked,
        judging::{outcome_columns, with_population_facts},
        rows::{SliceTables, currency_key, stacked},
    },
    DataIssue, DocumentKind, Error, Held, Reassessed, SubjectRows,
    sources::Sources,
};
use crate::{
    alerts::{
        Alert,
        slice::{Judged, OF_PROCESS, ProcessSlice},
    },
    facts::{
        Subject,
        party::Parties,
        project::ContractSums,
        rows::{DataIssueRow, ParticipationRow, ProjectRow},
        table::frame,
        tables::{ProjectTables, Tables},
    },
    ingest::merge::{self, Process, ProjectHistory, Version},
    jurisdiction::Jurisdictions,
    population::points::Points,
    procurement::{Moment, ReleaseKind},
    scoring::Scoring,
    store::{ProcessRows, ProjectRows, SubjectRow},
};

/// A process or project, merged.
struct Merged<T> {
    key: i64,
    id: String,
    as_of: NaiveDate,
    was_assessed: bool,
    /// Whether a project names it.
    is_in_project: bool,
    history: T,
}

/// A process with the tables of its rows.
struct Rows {
    tables: SliceTables,
    participations: Vec<SubjectRow>,
    issues: Vec<DataIssue>,
}

impl Held {
    /// Judges the touched processes, then the touched projects.
    pub(super) fn judge(&self, sources: &Sources<'_>) -> Result<Vec<Reassessed>, Error> {
        let mut processes = self.processes(sources, &sources.processes)?;
        let mut summed = self.processes(sources, &sources.summed)?;
        let mut projects = self.projects(sources)?;
        let labels = Labels::of(
            sources,
            versions(&mut processes, |process| &mut process.versions)
                .chain(versions(&mut summed, |process| &mut process.versions))
                .chain(versions(&mut projects, |project| &mut project.versions)),
        );
        let sums = self.sums(summed, &labels);
        let mut reassessed = self.judge_processes(processes, &labels)?;
        reassessed.extend(self.judge_projects(projects, &sums, &labels)?);
        Ok(reassessed)
    }

    fn processes<'s>(
        &self,
        sources: &'s Sources<'_>,
        which: &BTreeSet<(i64, String)>,
    ) -> Result<Vec<Merged<Process<'s>>>, Error> {
        let mut merged = Vec::with_capacity(which.len());
        for (key, id) in which {
            let releases = sources.releases(*key, id)?;
            if releases.documents.is_empty() {
                continue;
            }
            let bodies = || releases.documents.iter().map(|release| &release.body);
            merged.push(Merged {
                key: *key,
                id: id.clone(),
                as_of: self.as_of(latest(bodies().map(|body| body.date))),
                was_assessed: releases.was_assessed,
                is_in_project: bodies().any(|body| body.kind == ReleaseKind::Summary),
                history: merge::process(releases.documents),
            });
        }
        Ok(merged)
    }

    fn projects<'s>(
        &self,
        sources: &'s Sources<'_>,
    ) -> Result<Vec<Merged<ProjectHistory<'s>>>, Error> {
        let mut merged = Vec::with_capacity(sources.projects.len());
        for (key, id) in &sources.projects {
            let versions = sources.versions(*key, id)?;
            if versions.documents.is_empty() {
                continue;
            }
            merged.push(Merged {
                key: *key,
                id: id.clone(),
                as_of: self.as_of(latest(
                    versions.documents.iter().map(|project| project.updated),
                )),
                was_assessed: versions.was_assessed,
                is_in_project: true,
                history: merge::project(versions.documents),
            });
        }
        Ok(merged)
    }

    /// What the contracts of processes add to their projects.
    fn sums(
        &self,
        processes: Vec<Merged<Process<'_>>>,
        labels: &Labels,
    ) -> BTreeMap<i64, ContractSums> {
        let mut sums = BTreeMap::new();
        for process in processes {
            sums.extend(self.tables(process, labels).sums);
        }
        sums
    }

    fn tables<'p>(&self, process: Merged<Process<'p>>, labels: &'p Labels) -> Tables<'p> {
        let mut tables = Tables::default();
        tables.add(
            process.history,
            &self.setting(process.as_of),
            &labels.names,
            |_| process.is_in_project,
            &mut Parties::default(),
        );
        tables
    }

    fn judge_processes(
        &self,
        processes: Vec<Merged<Process<'_>>>,
        labels: &Labels,
    ) -> Result<Vec<Reassessed>, Error> {
        if processes.is_empty() {
            return Ok(Vec::new());
        }
        let mut described = Vec::with_capacity(processes.len());
        let mut rows = Vec::with_capacity(processes.len());
        for process in processes {
            let subject = (
                process.key,
                process.id.clone(),
                process.as_of,
                process.was_assessed,
            );
            rows.push(self.rows(process, labels)?);
            described.push(subject);
        }
        let (slice, mut participations, mut issues) = self.slice(rows);
        let answered = |judged: &Judged| {
            let answers = frame(outcome_columns(judged));
            SubjectRow::all_of(&judged.table, Some(&answers)).map_err(|reason| self.unshown(reason))
        };
        let mut shown = Vec::with_capacity(OF_PROCESS.len());
        for judged in &slice.judged {
            shown.push(answered(judged)?.into_iter());
        }
        let mut reassessed = Vec::with_capacity(slice.len());
        for (index, (key, subject_id, as_of, was_assessed)) in described.into_iter().enumerate() {
            let extent = slice.extent(index);
            let mut own = |position: usize| -> Vec<SubjectRow> {
                let rows = extent.judged[position].len();
                shown[position].by_ref().take(rows).collect()
            };
            let alert = self.maker().process(&slice, index);
            let rows = ProcessRows {
                process: own(0).pop().unwrap_or_default(),
                lots: own(1),
                contracts: own(2),
                participations: std::mem::take(&mut participations[index]),
                documents: slice.documents(index),
            };
            reassessed.push(Reassessed {
                kind: DocumentKind::Process,
                key,
                subject_id,
                as_of,
                was_assessed,
                priority: self.priority(alert.as_ref()),
                party_keys: alert
                    .as_ref()
                    .map(|_| self.context.of_process(&slice, index))
                    .unwrap_or_default(),
                alert,
                rows: SubjectRows::Process(rows),
                issues: std::mem::take(&mut issues[index]),
            });
        }
        Ok(reassessed)
    }

    /// The rows of one process, with what its surroundings say of them.
    fn rows(&self, process: Merged<Process<'_>>, labels: &Labels) -> Result<Rows, Error> {
        let ocid = process.id.clone();
        let tables = self.tables(process, labels);
        let mut points = Points::default();
        points.add(&tables, canonical);
        let facts = self
            .surroundings
            .of_process(points, &ocid, &self.baseline, OF_PROCESS);
        let participations = frame(ParticipationRow::columns(&tables.participations));
        Ok(Rows {
            tables: beside(SliceTables::of(&tables), &facts),
            participations: SubjectRow::all_of(&participations, None)
                .map_err(|reason| self.unshown(reason))?,
            issues: issues(&tables.issues),
        })
    }

    /// All processes in one pass.
    fn slice(&self, rows: Vec<Rows>) -> (ProcessSlice, Vec<Vec<SubjectRow>>, Vec<Vec<DataIssue>>) {
        let mut tables: [Vec<DataFrame>; 6] = Default::default();
        let (mut participations, mut issues) = (Vec::new(), Vec::new());
        for rows in rows {
            for (all, own) in tables.iter_mut().zip(rows.tables.into_named()) {
                all.push(own);
            }
            participations.push(rows.participations);
            issues.push(rows.issues);
        }
        let [process, lot, contract, item, awards, releases] = tables.map(|tables| {
            let mut table = stacked(tables);
            table.rechunk_mut();
            table
        });
        let mut tables = [process, lot, contract, item].into_iter();
        let judged = OF_PROCESS.map(|subject| {
            let table = tables.next().expect("as many tables as subjects");
            Judged::by(&self.engine, subject, table)
        });
        (
            ProcessSlice::new(judged, awards, releases),
            participations,
            issues,
        )
    }

    fn judge_projects(
        &self,
        projects: Vec<Merged<ProjectHistory<'_>>>,
        sums: &BTreeMap<i64, ContractSums>,
        labels: &Labels,
    ) -> Result<Vec<Reassessed>, Error> {
        if projects.is_empty() {
            return Ok(Vec::new());
        }
        let mut tables = ProjectTables::default();
        let mut reassessed = Vec::with_capacity(projects.len());
        for project in projects {
            let before = tables.issues.len();
            tables.add(
                project.history,
                &self.setting(project.as_of),
                sums,
                &labels.names,
            );
            reassessed.push(Reassessed {
                kind: DocumentKind::Project,
                key: project.key,
                subject_id: project.id,
                as_of: project.as_of,
                was_assessed: project.was_assessed,
                alert: None,
                party_keys: Vec::new(),
                priority: None,
                rows: SubjectRows::Project(ProjectRows::default()),
                issues: issues(&tables.issues[before..]),
            });
        }
        let mut points = Points::default();
        points.add_projects(&tables, canonical);
        let facts = self.surroundings.of_projects(&points, &self.baseline);
        let rows = with_population_facts(frame(ProjectRow::columns(&tables.projects)), &facts);
        let judged = [Judged::by(&self.engine, Subject::Project, rows)];
        let answers = frame(outcome_columns(&judged[0]));
        let shown = SubjectRow::all_of(&judged[0].table, Some(&answers))
            .map_err(|reason| self.unshown(reason))?;
        for (index, (project, row)) in reassessed.iter_mut().zip(shown).enumerate() {
            project.alert = self.maker().project(&tables, &judged, index);
            project.priority = self.priority(project.alert.as_ref());
            project.rows = SubjectRows::Project(ProjectRows { project: row });
        }
        Ok(reassessed)
    }

    fn priority(&self, alert: Option<&Alert>) -> Option<f64> {
        let ranked = ranked(alert?, Jurisdictions::embedded());
        Some(self.standing.priority(Scoring::embedded(), &ranked))
    }

    /// Tables that this program makes can be shown; where one cannot, what it was made from was not what it seemed.
    fn unshown(&self, reason: String) -> Error {
        Error::damaged(&self.directory, reason)
    }
}

/// Names of files, by the numbers that merged versions carry from here on.
struct Labels {
    names: Vec<String>,
}

impl Labels {
    /// Of all files of an assessment, those that these versions stand in.
    fn of<'v, 'a: 'v>(
        sources: &Sources<'_>,
        versions: impl Iterator<Item = &'v mut Version<'a>>,
    ) -> Self {
        let versions: Vec<_> = versions.collect();
        let files: BTreeSet<u32> = versions.iter().map(|version| version.source.file).collect();
        let files: Vec<u32> = files.into_iter().collect();
        for version in versions {
            let place = files.partition_point(|file| *file < version.source.file);
            version.source.file = u32::try_from(place).expect("fewer places than numbers");
        }
        Self {
            names: files
                .into_iter()
                .map(|file| sources.label(file).to_owned())
                .collect(),
        }
    }
}

fn versions<'m, 'a: 'm, T: 'm>(
    merged: &'m mut [Merged<T>],
    of: impl Fn(&'m mut T) -> &'m mut Vec<Version<'a>> + 'm,
) -> impl Iterator<Item = &'m mut Version<'a>> {
    merged
        .iter_mut()
        .flat_map(move |merged| of(&mut merged.history).iter_mut())
}

/// The latest of some dates, in UTC seconds.
fn latest(dates: impl Iterator<Item = Option<Moment>>) -> Option<i64> {
    dates.flatten().map(|date| date.utc_seconds(None)).max()
}

fn canonical(currency: &str) -> i64 {
    currency_key(Jurisdictions::embedded(), currency)
}

/// The tables of judged subjects, each with its population facts.
fn beside(tables: SliceTables, facts: &[Vec<Column>; 4]) -> SliceTables {
    let [process, lot, contract, item] = facts;
    SliceTables {
        process: with_population_facts(tables.process, process),
        lot: with_population_facts(tables.lot, lot),
        contract: with_population_facts(tables.contract, contract),
        item: with_population_facts(tables.item, item),
        ..tables
    }
}

fn issues(rows: &[DataIssueRow<'_>]) -> Vec<DataIssue> {
    let words = |text: &Option<crate::procurement::Text<'_>>| {
        text.as_deref().unwrap_or_default().to_owned()
    };
    rows.iter()
        .map(|row| DataIssue {
            document: row
                .release_index
                .and_then(|index| usize::try_from(index).ok())
                .unwrap_or_default(),
            pointer: words(&row.pointer),
            value: words(&row.value),
            reason: words(&row.reason),
        })
        .collect()
}
