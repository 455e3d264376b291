//! The second half of a run: what is judged by and beside, over entities first, then over every part with one writer at its side.

use chrono::NaiveDate;
use crossbeam_channel::Sender;

use super::{
    AssessmentError,
    entities::{Context, EntityJudge},
    judging::{Judge, Judgement},
    output::Output,
    parts::in_order,
    pass::Gathered,
    rows::Held,
};
use crate::{
    alerts::{PartyFlag, build::Maker},
    coverage::Counter,
    facts::{Subject, locale::Setting, rows::PartyRow, table::frame, tables::ProjectTables},
    population::{Population, baseline, names::SupplierNames, points::Offsets},
    rules::Engine,
    scoring::Scoring,
    store::{self, PreparedAlert, Publication},
    telemetry::Stages,
};

/// What everything is judged by, and where it goes.
pub(super) struct Ground<'g> {
    pub(super) engine: &'g Engine,
    pub(super) maker: Maker<'g>,
    pub(super) setting: &'g Setting<'g>,
    pub(super) output: &'g Output,
    pub(super) counter: &'g Counter,
    pub(super) threads: usize,
}

/// What the one writer of the database is given, in this order: alerts as parts are judged, then the priorities of all.
enum ToWrite {
    Alerts(Vec<PreparedAlert>),
    Priorities(Vec<f64>),
}

impl Ground<'_> {
    /// Judges parties and the population's entities, and gives their flags by the key under which alerts have them as context.
    pub(super) fn entities(
        &self,
        gathered: &mut Gathered,
        population: &mut Population,
        judgement: &mut Judgement,
    ) -> Result<Vec<(i64, PartyFlag)>, AssessmentError> {
        let judge = EntityJudge {
            engine: self.engine,
            maker: &self.maker,
            output: self.output,
            counter: self.counter,
        };
        let mut parties = std::mem::take(&mut gathered.parties).rows();
        gathered.counts.parties = parties.len() as u64;
        let names = SupplierNames::of(&parties);
        names.describe(
            &mut parties,
            self.setting.reference.sanctions.as_ref(),
            NaiveDate::from_epoch_days(self.setting.as_of_day).unwrap_or_default(),
        );
        let party_table = frame(PartyRow::columns(&parties));
        let pair_table = population.supplier_pairs(&names, &parties);
        drop((names, parties));
        let mut flags = judge.judge(Subject::Party, party_table, None, judgement)?;
        flags.extend(judge.judge(Subject::SupplierPair, pair_table, None, judgement)?);
        let own_entities = std::mem::take(&mut population.own_entities);
        let entities = std::mem::take(&mut population.entities);
        for (position, (subject, table)) in entities.into_iter().enumerate() {
            let own = own_entities.get(position).map(|(_, table)| table);
            flags.extend(judge.judge(subject, table, own, judgement)?);
        }
        population
            .own
            .write(&self.output.directory().join(baseline::DISTRIBUTIONS))?;
        Ok(flags)
    }

    /// The second pass: judges every part, then the projects, while one writer puts their alerts into the database.
    pub(super) fn judge(
        &self,
        held: Vec<(Held, Offsets)>,
        projects: &ProjectTables<'_>,
        population: &Population,
        context: &Context,
        publication: Publication,
        judgement: &mut Judgement,
    ) -> Result<Publication, AssessmentError> {
        let judge = Judge {
            engine: self.engine,
            maker: &self.maker,
            setting: self.setting,
            output: self.output,
            population,
            context,
            counter: self.counter,
            stages: Stages::begin(),
        };
        let (sender, receiver) = crossbeam_channel::bounded::<ToWrite>(1);
        let (judged, written) = std::thread::scope(|scope| {
            // SQLite takes one writer: it writes while the next part is judged.
            let writer = scope.spawn(move || {
                let mut publication = publication;
                for next in receiver {
                    match next {
                        ToWrite::Alerts(alerts) => alerts
                            .into_iter()
                            .try_for_each(|alert| publication.add_prepared(alert).map(|_| ()))?,
                        ToWrite::Priorities(priorities) => publication.rank(&priorities)?,
                    }
                }
                Ok::<_, store::Error>(publication)
            });
            let judged = judge_all(&judge, held, projects, self.threads, judgement, &sender);
            drop(sender);
            let written = writer
                .join()
                .expect("the writer does not panic: what it writes is bounded and typed");
            (judged, written)
        });
        // A writer that failed is why judging stopped: its reason goes first.
        let publication = written?;
        judged?;
        Ok(publication)
    }
}

/// The second pass: judges every part, then the projects.
fn judge_all(
    judge: &Judge<'_>,
    held: Vec<(Held, Offsets)>,
    projects: &ProjectTables<'_>,
    threads: usize,
    judgement: &mut Judgement,
    sender: &Sender<ToWrite>,
) -> Result<(), AssessmentError> {
    in_order(
        threads,
        held,
        |part, (held, begin)| judge.part(part, held, begin),
        |verdicts| {
            judgement.counts.process_alerts += verdicts.alerts.len() as u64;
            // A writer that failed takes nothing any more, and says why when it is joined.
            sender
                .send(ToWrite::Alerts(judgement.add(verdicts)))
                .is_ok()
        },
    )?;
    let alerts = judgement.projects(judge, projects)?;
    let _ = sender.send(ToWrite::Alerts(alerts));
    let _ = sender.send(ToWrite::Priorities(
        Scoring::embedded().priorities(&judgement.ranked),
    ));
    Ok(())
}
