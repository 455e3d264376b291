//! Projects and entities: judged once each, over their whole population.

use std::collections::BTreeMap;

use polars::prelude::DataFrame;
use rustc_hash::FxHashSet;

use super::{
    AssessmentError,
    judging::{Judge, Judgement, Verdicts, cells, write_judged},
    output::Output,
    rows::{decoded, grouped},
};
use crate::{
    alerts::{
        PartyFlag,
        build::Maker,
        slice::{Judged, ProcessSlice, integer, text},
    },
    coverage::{Counter, Rows, Source},
    facts::{
        Subject,
        locale::Setting,
        party::party_key,
        project::ContractSums,
        rows::{DataIssueRow, ProjectRow, ReleaseRow},
        table::frame,
        tables::ProjectTables,
    },
    ingest::{merge, shelf::Entry as ShelfEntry},
    procurement::Project,
    rules::{Answer, Engine},
    store::PreparedAlert,
};

/// Entities that something was flagged about.
#[derive(Debug, Default)]
pub(super) struct Context {
    keys: FxHashSet<i64>,
}

impl Context {
    pub(super) fn of(flags: &[(i64, PartyFlag)]) -> Self {
        Self::of_keys(flags.iter().map(|(key, _)| *key))
    }

    pub(super) fn of_keys(keys: impl IntoIterator<Item = i64>) -> Self {
        Self {
            keys: keys.into_iter().collect(),
        }
    }

    /// The keys of a process's suppliers in their order, flagged or not, then of the other flagged entities that take part in it.
    pub(super) fn of_process(&self, slice: &ProcessSlice, process: usize) -> Vec<i64> {
        let suppliers = slice.suppliers(process);
        let mut keys: Vec<i64> = suppliers
            .iter()
            .map(|supplier| party_key(supplier.id.as_deref(), supplier.name.as_deref()))
            .collect();
        let mut others: Vec<i64> = Vec::new();
        let buyer = integer(&slice.judged[0].table, "buyer_key", process);
        others.extend(buyer.map(|buyer| entity_key(Subject::Buyer, buyer)));
        for row in slice.extent(process).awards.clone() {
            let supplier = integer(&slice.awards, "supplier_key", row);
            others.extend(supplier.map(|supplier| entity_key(Subject::Supplier, supplier)));
        }
        others.retain(|key| self.keys.contains(key));
        others.sort_unstable();
        others.dedup();
        keys.extend(others);
        keys
    }
}

/// The key of an entity among those of all subjects.
pub(super) fn entity_key(subject: Subject, key: i64) -> i64 {
    crate::ingest::key_of(&format!("{} {key}", subject.name()))
}

/// Every project's rows.
pub(super) fn project_tables<'e>(
    by_key: &[ShelfEntry<'e>],
    setting: &'e Setting<'_>,
    sums: &BTreeMap<i64, ContractSums>,
    files: &'e [String],
) -> ProjectTables<'e> {
    let mut tables = ProjectTables::default();
    for group in by_key.chunk_by(|one, other| one.key == other.key) {
        let projects: Vec<Project<'e>> = group.iter().map(decoded).collect();
        for versions in grouped(projects, |project| project.id.to_string()) {
            tables.add(merge::project(versions), setting, sums, files);
        }
    }
    tables
}

impl Judgement {
    /// Judges every project.
    pub(super) fn projects(
        &mut self,
        judge: &Judge<'_>,
        tables: &ProjectTables<'_>,
    ) -> Result<Vec<PreparedAlert>, AssessmentError> {
        let rows = frame(ProjectRow::columns(&tables.projects));
        let all = 0..tables.projects.len();
        let judged = [judge.judge_beside(Subject::Project, rows, &all, &mut self.changes)];
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
        judge.counter.count(
            &Rows {
                subject: Subject::Project,
                table: &judged[0].table,
                outcomes: &judged[0].outcomes,
                cells: &cells(&judged[0].table, "project_id", |id| {
                    judge.counter.source(id)
                }),
            },
            &mut self.coverage,
        );
        let alert_of =
            |index| Some(judge.prepare(&judge.maker.project(tables, &judged, index)?, &[]));
        let alerts: Vec<_> = (0..tables.projects.len()).filter_map(alert_of).collect();
        self.counts.project_alerts = alerts.len() as u64;
        Ok(self.add(Verdicts {
            alerts,
            ..Verdicts::default()
        }))
    }
}

/// Judges whole tables of entities, and gives the flags by the key under which alerts have them as context.
pub(super) struct EntityJudge<'j> {
    pub(super) engine: &'j Engine,
    pub(super) maker: &'j Maker<'j>,
    pub(super) output: &'j Output,
    pub(super) counter: &'j Counter,
}

impl EntityJudge<'_> {
    /// Judges one table, writes it and its outcomes. `own` is the same table as the population's own distributions have it, where another
    /// baseline is used.
    pub(super) fn judge(
        &self,
        subject: Subject,
        table: DataFrame,
        own: Option<&DataFrame>,
        judgement: &mut Judgement,
    ) -> Result<Vec<(i64, PartyFlag)>, AssessmentError> {
        let judged = Judged::by(self.engine, subject, table);
        if let Some(own) = own {
            let outcomes = self.engine.evaluate(subject, own);
            judgement.changes.compare(&judged, &outcomes);
        }
        write_judged(self.output, &judged, 0)?;
        judgement.count_outcomes(&judged.outcomes);
        let key = subject.identity()[0];
        self.counter.count(
            &Rows {
                subject,
                table: &judged.table,
                outcomes: &judged.outcomes,
                cells: &cells(&judged.table, key, |_| Source::Everybody),
            },
            &mut judgement.coverage,
        );
        let mut flags = Vec::new();
        let is_flagged = |row: usize| {
            judged
                .outcomes
                .rules()
                .iter()
                .any(|outcome| outcome.answer(row) == Answer::Flagged)
        };
        for row in (0..judged.table.height()).filter(|row| is_flagged(*row)) {
            let (key, id, name) = identity(&judged.table, subject, row);
            let flagged = self
                .maker
                .entity(&judged, row, id.as_deref(), name.as_deref());
            for flag in flagged {
                // What is said of two is context wherever one of them takes part.
                let other = integer(&judged.table, "other_key", row)
                    .filter(|_| subject == Subject::SupplierPair);
                flags.extend(other.map(|other| (other, flag.clone())));
                flags.push((key, flag));
            }
        }
        Ok(flags)
    }
}

/// The key under which alerts have an entity as context, its identifier and its name.
fn identity(
    table: &DataFrame,
    subject: Subject,
    row: usize,
) -> (i64, Option<String>, Option<String>) {
    let column = subject.identity()[0];
    let key = integer(table, column, row).unwrap_or_default();
    let said = |name| text(table, name, row);
    let pair = |one: &str, other: &str| match (text(table, one, row), text(table, other, row)) {
        (Some(one), Some(other)) => Some(format!("{one} · {other}")),
        (one, other) => one.or(other),
    };
    match subject {
        Subject::Party => (key, said("party_id"), said("name")),
        Subject::Buyer => (
            entity_key(subject, key),
            said("buyer_id"),
            said("buyer_name"),
        ),
        Subject::Supplier => (
            entity_key(subject, key),
            said("supplier_id"),
            said("supplier_name"),
        ),
        Subject::BuyerSupplier => (
            entity_key(subject, key),
            pair("buyer_id", "supplier_id"),
            pair("buyer_name", "supplier_name"),
        ),
        Subject::SupplierPair => (
            integer(table, "supplier_key", row).unwrap_or_default(),
            said("pair"),
            pair("supplier_name", "other_name"),
        ),
        Subject::BidderPair => (
            entity_key(subject, key),
            pair("bidder_id", "other_id"),
            pair("bidder_name", "other_name"),
        ),
        Subject::BidderGroup => (entity_key(subject, key), None, said("members")),
        Subject::Market => (
            entity_key(subject, key),
            said("item_class"),
            pair("item_class", "region"),
        ),
        _ => (key, None, None),
    }
}
