//! The second pass: outcomes and alerts, part by part, once the population is known.

use std::{collections::BTreeMap, ops::Range};

use polars::prelude::{Column, DataFrame};

use super::{
    AnswerCounts, AssessmentError, Counts,
    changes::Changes,
    identity::ranked,
    output::Output,
    rows::{Held, SliceTables, stacked},
};
use crate::{
    alerts::{
        Alert,
        build::Maker,
        slice::{Judged, OF_PROCESS, ProcessSlice},
    },
    coverage::{Cell, Counter, Rows, Source, Tally},
    facts::{Subject, locale::Setting, table::frame},
    population::{Against, Population, points::Offsets},
    rules::{Engine, Outcomes},
    scoring::Ranked,
    store::PreparedAlert,
    telemetry::Stages,
};

/// Judges parts. Judging one knows nothing of the others: threads share it.
pub(super) struct Judge<'j> {
    pub(super) engine: &'j Engine,
    pub(super) maker: &'j Maker<'j>,
    pub(super) setting: &'j Setting<'j>,
    pub(super) output: &'j Output,
    pub(super) population: &'j Population,
    /// Entities that something was flagged about, by their key: context of the alerts about processes that they take part in.
    pub(super) context: &'j super::entities::Context,
    pub(super) counter: &'j Counter,
    pub(super) stages: Stages,
}

/// What was found in one part.
#[derive(Default)]
pub(super) struct Verdicts {
    pub(super) alerts: Vec<(Ranked, PreparedAlert)>,
    pub(super) answers: Vec<(AnswerCounts, Option<String>)>,
    pub(super) changes: Changes,
    pub(super) coverage: Tally,
}

/// What was found in all parts.
#[derive(Default)]
pub(super) struct Judgement {
    pub(super) answers: BTreeMap<String, AnswerCounts>,
    pub(super) failures: BTreeMap<String, String>,
    pub(super) ranked: Vec<Ranked>,
    pub(super) counts: Counts,
    pub(super) changes: Changes,
    pub(super) coverage: Tally,
}

impl Judge<'_> {
    /// Judges the processes of one part and writes their tables. `begin` is where the part's rows begin in the population.
    pub(super) fn part(
        &self,
        part: usize,
        held: Held,
        begin: Offsets,
    ) -> Result<Verdicts, AssessmentError> {
        let mut verdicts = Verdicts::default();
        let mut written = BTreeMap::<(&str, &str), Vec<DataFrame>>::new();
        let mut begin = begin;
        for tables in held.take(self.output)? {
            let end = begin.plus(tables.offsets());
            let slice = self.slice(tables, begin, end, &mut verdicts.changes);
            begin = end;
            for index in 0..slice.len() {
                if let Some(alert) = self.maker.process(&slice, index) {
                    let keys = self.context.of_process(&slice, index);
                    verdicts.alerts.push(self.prepare(&alert, &keys));
                }
            }
            self.stages.end("alerts");
            self.count(&slice, &mut verdicts.coverage);
            self.stages.end("coverage");
            for judged in &slice.judged {
                verdicts.answers.extend(answers(&judged.outcomes));
            }
            let ProcessSlice {
                judged,
                awards,
                releases,
                ..
            } = slice;
            for judged in judged {
                let name = judged.subject.name();
                let outcomes = frame(outcome_columns(&judged));
                written
                    .entry(("outcomes", name))
                    .or_default()
                    .push(outcomes);
                written
                    .entry(("tables", name))
                    .or_default()
                    .push(judged.table);
            }
            written.entry(("tables", "award")).or_default().push(awards);
            written
                .entry(("tables", "release"))
                .or_default()
                .push(releases);
        }
        for ((room, name), tables) in written {
            self.output.table(room, name, part, stacked(tables))?;
        }
        self.stages.end("part written");
        Ok(verdicts)
    }

    /// Counts what could be asked about the processes of a slice.
    fn count(&self, slice: &ProcessSlice, tally: &mut Tally) {
        let cells = cells(&slice.judged[0].table, "ocid", |ocid| {
            self.counter.source(ocid)
        });
        for (position, judged) in slice.judged.iter().enumerate() {
            let of_rows: Vec<Cell> = (0..slice.len())
                .flat_map(|process| {
                    slice.extent(process).judged[position]
                        .clone()
                        .map(move |_| process)
                })
                .map(|process| cells[process])
                .collect();
            self.counter.count(
                &Rows {
                    subject: judged.subject,
                    table: &judged.table,
                    outcomes: &judged.outcomes,
                    cells: &of_rows,
                },
                tally,
            );
        }
    }

    fn slice(
        &self,
        tables: SliceTables,
        begin: Offsets,
        end: Offsets,
        changes: &mut Changes,
    ) -> ProcessSlice {
        let SliceTables {
            process,
            lot,
            contract,
            item,
            award,
            release,
        } = tables;
        let rows = [
            begin.processes..end.processes,
            begin.lots..end.lots,
            begin.contracts..end.contracts,
            begin.items..end.items,
        ];
        let mut tables = [process, lot, contract, item].into_iter().zip(rows);
        let judged = OF_PROCESS.map(|subject| {
            let (table, rows) = tables.next().expect("as many tables as subjects");
            self.judge_beside(subject, table, &rows, changes)
        });
        self.stages.end("answers");
        ProcessSlice::new(judged, award, release)
    }

    /// Judges a subject's own facts beside those that its population says of it, and where a frozen baseline is used also what another would
    /// change.
    pub(super) fn judge_beside(
        &self,
        subject: Subject,
        table: DataFrame,
        rows: &Range<usize>,
        changes: &mut Changes,
    ) -> Judged {
        let beside = |table: DataFrame, against| {
            with_population_facts(table, &self.population.columns(subject, rows, against))
        };
        let own = self
            .population
            .has_frozen_baseline()
            .then(|| beside(table.clone(), Against::Own));
        let table = beside(table, Against::Baseline);
        let judged = Judged::by(self.engine, subject, table);
        if let Some(own) = own {
            changes.compare(&judged, &self.engine.evaluate(subject, &own));
        }
        judged
    }

    /// Writes the table and the outcomes of one subject.
    pub(super) fn write(&self, judged: &Judged, part: usize) -> Result<(), AssessmentError> {
        write_judged(self.output, judged, part)
    }

    pub(super) fn prepare(&self, alert: &Alert, context: &[i64]) -> (Ranked, PreparedAlert) {
        (
            ranked(alert, self.setting.jurisdictions),
            PreparedAlert::new(alert, context),
        )
    }
}

impl Judgement {
    /// Adds what was found in the next part and gives its alerts to be written. Parts are added in their order, whichever was ready first.
    pub(super) fn add(&mut self, verdicts: Verdicts) -> Vec<PreparedAlert> {
        for (answers, failure) in verdicts.answers {
            self.count_answers(answers, failure);
        }
        self.changes.add(verdicts.changes);
        self.coverage.merge(verdicts.coverage);
        let (ranked, prepared): (Vec<_>, Vec<_>) = verdicts.alerts.into_iter().unzip();
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

    pub(super) fn count_outcomes(&mut self, outcomes: &Outcomes) {
        for (answers, failure) in answers(outcomes) {
            self.count_answers(answers, failure);
        }
    }
}

fn answers(outcomes: &Outcomes) -> impl Iterator<Item = (AnswerCounts, Option<String>)> + '_ {
    outcomes
        .rules()
        .iter()
        .map(|outcome| (outcome.counts(), outcome.failure().map(str::to_owned)))
}

/// Who published each row of a table, as the identifier in a column tells, and its year where the table has one.
pub(super) fn cells(
    table: &DataFrame,
    identifier: &str,
    source: impl Fn(Option<&str>) -> Source,
) -> Vec<Cell> {
    let identifiers = table.column(identifier).and_then(Column::str).ok();
    let years = table.column("year").and_then(Column::i64).ok();
    (0..table.height())
        .map(|row| Cell {
            source: source(identifiers.and_then(|identifiers| identifiers.get(row))),
            year: years
                .and_then(|years| years.get(row))
                .and_then(|year| i32::try_from(year).ok()),
        })
        .collect()
}

/// Writes the table and the outcomes of one subject.
pub(super) fn write_judged(
    output: &Output,
    judged: &Judged,
    part: usize,
) -> Result<(), AssessmentError> {
    let name = judged.subject.name();
    output.table("tables", name, part, judged.table.clone())?;
    output.table("outcomes", name, part, frame(outcome_columns(judged)))
}

/// A subject's own facts with those that its population says of it.
pub(super) fn with_population_facts(mut table: DataFrame, facts: &[Column]) -> DataFrame {
    table
        .hstack_mut(facts)
        .expect("population facts have names of their own and a value for each row");
    table
}

/// Keys, identifiers, and one column an indicator.
pub(super) fn outcome_columns(judged: &Judged) -> Vec<Column> {
    let mut columns: Vec<Column> = judged
        .subject
        .identity()
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
