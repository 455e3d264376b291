//! The run, readable as a paragraph: read what is published, judge it part by part, score what was flagged, and make the result visible all at once.
//!
//! Pure but for its two ends. The day as of which it judges is the latest date its input speaks of, or the operator's; there is no clock in it.

mod changes;
mod entities;
mod judging;
mod output;
mod rows;
mod summary;

use std::{collections::BTreeMap, path::PathBuf, sync::atomic::AtomicUsize};

use chrono::{DateTime, NaiveDate};
use crossbeam_channel::Sender;

pub use crate::store::dataset_directory;
pub use changes::{BaselineChanges, IndicatorChanges};
pub use summary::{AnswerCounts, Assessment, Counts};

use self::{
    entities::{Context, EntityJudge, project_tables},
    judging::{Judge, Judgement},
    output::Output,
    rows::{Found, Held, Rows, count_issues, frame},
};
use crate::{
    alerts::build::Maker,
    facts::{
        Subject, locale::Setting, party::Parties, project::ContractSums, rows::PartyRow,
        tables::ProjectTables,
    },
    ingest::{self, IngestError, Progress, Reading, Reject, shelf::BUCKETS},
    jurisdiction::Jurisdictions,
    population::{
        self, Population,
        baseline::{self, BaselineError},
        points::{Offsets, Points},
    },
    procurement::day_of,
    reference::{Reference, ReferenceError},
    rules::{CasesError, Engine, ParameterOverrides, Rulebook, RulebookErrors},
    scoring::{Ranked, Scoring},
    store::{self, PreparedAlert, Store},
    telemetry::Stages,
};

/// What freezing the baseline anew would change, in the directory of a dataset.
pub const BASELINE_CHANGES: &str = "baseline_changes.json";
/// The name that stands for the population's own distributions.
pub const OWN_BASELINE: &str = "own";

/// Documents that one part is made for; what is held in memory at a time grows with it and not with the input.
const PART_DOCUMENTS: u64 = 1 << 14;
/// Parts that there are at least, so that threads share the work, unless they would be smaller than this.
const LEAST_PARTS: u64 = 4;
const LEAST_PART_DOCUMENTS: u64 = 1 << 11;
/// Encoded releases held in memory before they go to files.
const SHELF_MEMORY_BYTES: usize = 256 << 20;

/// What to assess, and how.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Files, directories, or `-`.
    pub paths: Vec<PathBuf>,
    /// The data directory.
    pub data: PathBuf,
    /// The operator's own rules.
    pub rules: Option<PathBuf>,
    /// The operator's values of parameters.
    pub parameters: ParameterOverrides,
    /// The directory of the operator's reference lists.
    pub reference: Option<PathBuf>,
    /// The operator's word on the jurisdiction of everything that is read.
    pub jurisdiction: Option<String>,
    /// The day as of which to judge; absent, the latest date of the input.
    pub as_of: Option<NaiveDate>,
    /// The frozen baseline to compare with; absent, the one in use in the data directory; `own`, none.
    pub baseline: Option<String>,
    /// Workers that read; 0 takes as many as there are processors.
    pub threads: usize,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Report {
    /// The assessment as it was published.
    pub assessment: Assessment,
    /// What could not be read.
    pub rejects: Vec<Reject>,
    /// Rules that failed, with why.
    pub failures: BTreeMap<String, String>,
    /// Data issues by reason, most frequent first.
    pub issues: Vec<(String, u64)>,
}

/// Why there is no new assessment. The last one stays as it was.
#[derive(Debug, thiserror::Error)]
pub enum AssessmentError {
    /// A rule cannot be used.
    #[error(transparent)]
    Rules(#[from] RulebookErrors),
    /// A rule does not answer its own cases.
    #[error(transparent)]
    Cases(#[from] CasesError),
    /// A reference list cannot be used.
    #[error(transparent)]
    Reference(#[from] ReferenceError),
    /// The input cannot be read.
    #[error(transparent)]
    Ingest(#[from] IngestError),
    /// Nothing in the input is a release, a record or a project.
    #[error("nothing could be assessed: {} of the texts read were rejected{}", .0.len(), first_of(.0))]
    NothingRead(Vec<Reject>),
    /// The result cannot be written.
    #[error("cannot write to `{}`: {source}; free some space or choose another `--data` directory", path.display())]
    Output {
        /// Where.
        path: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// The database cannot be written.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The baseline cannot be used.
    #[error(transparent)]
    Baseline(#[from] BaselineError),
    /// Another run is writing to the same directory.
    #[error("another `assess` is writing to `{}`; wait for it to end, or choose another `--data` directory", .0.display())]
    Busy(PathBuf),
}

fn first_of(rejects: &[Reject]) -> String {
    rejects.first().map_or_else(String::new, |reject| {
        format!(
            "; the first: {} line {}{}: {}",
            reject.file, reject.line, reject.pointer, reject.reason
        )
    })
}

/// Assesses everything under the paths and publishes the result in the data directory.
///
/// # Errors
/// See [`AssessmentError`]; whatever happens, what was published before is still served.
#[expect(
    clippy::too_many_lines,
    reason = "the run, from its first stage to its last"
)]
pub fn run(options: &Options, progress: &Progress) -> Result<Report, AssessmentError> {
    let stages = Stages::begin();
    let rulebook = Rulebook::load(options.rules.as_deref())?;
    if options.rules.is_some() {
        // The program's own rules were held to their cases by its tests.
        rulebook.verify_cases()?;
    }
    let engine = Engine::new(&rulebook, Jurisdictions::embedded(), &options.parameters)?;
    let reference = match &options.reference {
        Some(directory) => Reference::read(directory)?,
        None => Reference::default(),
    };
    stages.end("rules");
    let output = Output::begin(&options.data)?;
    let threads = if options.threads == 0 {
        std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
    } else {
        options.threads
    };
    let reading = ingest::read(
        &options.paths,
        output.directory(),
        SHELF_MEMORY_BYTES,
        threads,
        progress,
    )?;
    if reading.tally.releases + reading.tally.summaries + reading.tally.projects == 0 {
        return Err(AssessmentError::NothingRead(reading.rejects));
    }
    stages.end("read");
    let as_of = options
        .as_of
        .unwrap_or_else(|| last_day(reading.tally.latest_seconds));
    let setting = Setting {
        jurisdictions: Jurisdictions::embedded(),
        jurisdiction: options.jurisdiction.clone(),
        as_of_day: day_of(as_of),
        reference: &reference,
    };
    // What an operator's lists say is input as well.
    let lists_fingerprint = reference.fingerprint().unwrap_or_default();
    let input_fingerprint = format!("{:032x}", reading.tally.fingerprint ^ lists_fingerprint);
    let baseline_id = match options.baseline.as_deref() {
        Some(OWN_BASELINE) => None,
        Some(id) => Some(id.to_owned()),
        None => baseline::in_use(&options.data)?,
    };
    let frozen = baseline_id
        .as_deref()
        .map(|id| baseline::open(&options.data, id))
        .transpose()?;
    let frozen_fingerprint = frozen.as_ref().map(baseline::Baseline::fingerprint);
    let id = assessment_id(
        options,
        &engine,
        &reading.files,
        &input_fingerprint,
        frozen_fingerprint.as_deref(),
        as_of,
    );
    let mut assessment = begun(id, as_of, &engine, input_fingerprint, &reading);
    assessment.baseline = baseline_id;
    let store = Store::open(&options.data)?;
    let publication = store.publish(&assessment)?;
    let rows = Rows {
        setting: &setting,
        output: &output,
        reading: &reading,
        progress,
        stages: Stages::begin(),
        held_bytes: AtomicUsize::new(0),
    };
    let mut gathered = gather(&rows, threads)?;
    stages.end("rows");
    let project_entries = reading
        .projects
        .take(0..BUCKETS)
        .map_err(|source| output.failed(source))?;
    let project_rows = project_entries.by_key();
    let projects = project_tables(&project_rows, &setting, &gathered.sums, &reading.files);
    gathered.counts.projects = projects.projects.len() as u64;
    gathered.counts.repeated_releases += projects.repeated;
    gathered.counts.data_issues += projects.issues.len() as u64;
    count_issues(&mut gathered.issues, &projects.issues);
    gathered.points.add_projects(&projects, |currency| {
        rows::currency_key(setting.jurisdictions, currency)
    });
    let mut population = Population::of(
        std::mem::take(&mut gathered.points),
        frozen,
        population::Setting {
            jurisdictions: setting.jurisdictions,
        },
    );
    stages.end("population");
    let maker = Maker {
        method: engine.method(),
        scoring: Scoring::embedded(),
    };
    let mut judgement = Judgement::default();
    let entity_judge = EntityJudge {
        engine: &engine,
        maker: &maker,
        output: &output,
    };
    let parties = std::mem::take(&mut gathered.parties).rows();
    gathered.counts.parties = parties.len() as u64;
    let party_table = frame(PartyRow::columns(&parties));
    drop(parties);
    let mut flags = entity_judge.judge(Subject::Party, party_table, None, &mut judgement)?;
    let own_entities = std::mem::take(&mut population.own_entities);
    let entities = std::mem::take(&mut population.entities);
    for (position, (subject, table)) in entities.into_iter().enumerate() {
        let own = own_entities.get(position).map(|(_, table)| table);
        flags.extend(entity_judge.judge(subject, table, own, &mut judgement)?);
    }
    drop(own_entities);
    population
        .own
        .write(&output.directory().join(baseline::DISTRIBUTIONS))?;
    let context = Context::of(&flags);
    stages.end("entities");
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
        let judge = Judge {
            engine: &engine,
            maker: &maker,
            setting: &setting,
            output: &output,
            population: &population,
            context: &context,
            stages: Stages::begin(),
        };
        let judged = judge_all(
            &judge,
            std::mem::take(&mut gathered.held),
            &projects,
            threads,
            &mut judgement,
            &sender,
        );
        drop(sender);
        let written = writer
            .join()
            .expect("the writer does not panic: what it writes is bounded and typed");
        (judged, written)
    });
    stages.end("judged");
    let mut publication = written?;
    judged?;
    gathered.counts.add(&judgement.counts);
    assessment.counts = Counts {
        files: assessment.counts.files,
        bytes: assessment.counts.bytes,
        rejected: assessment.counts.rejected,
        releases: assessment.counts.releases,
        ..gathered.counts.clone()
    };
    assessment.answers = std::mem::take(&mut judgement.answers)
        .into_values()
        .collect();
    for (key, flag) in &flags {
        publication.add_party_flag(*key, flag)?;
    }
    drop(projects);
    drop(project_rows);
    drop(project_entries);
    let rejects = reading.rejects;
    if let Some(id) = &assessment.baseline {
        let changes = std::mem::take(&mut judgement.changes).finish(id);
        output.json(BASELINE_CHANGES, &changes)?;
    }
    output.finish(&assessment, engine.method(), &rejects)?;
    let finished = publication.finish(&assessment)?;
    stages.end("published");
    output::remove_datasets(&options.data, &finished.dropped, &assessment.id);
    Ok(Report {
        assessment,
        rejects,
        issues: gathered.issues_by_number(),
        failures: judgement.failures,
    })
}

/// The assessment as far as it is known once everything is read.
fn begun(
    id: String,
    as_of: NaiveDate,
    engine: &Engine,
    input_fingerprint: String,
    reading: &Reading,
) -> Assessment {
    Assessment {
        id,
        as_of,
        code_version: env!("CARGO_PKG_VERSION").to_owned(),
        rules_fingerprint: engine.fingerprint().to_owned(),
        baseline: None,
        input_fingerprint,
        counts: Counts {
            files: reading.files.len() as u64,
            bytes: reading.bytes,
            releases: reading.tally.releases,
            rejected: reading.rejects.len() as u64,
            ..Counts::default()
        },
        answers: Vec::new(),
    }
}

/// What the one writer of the database is given, in this order: alerts as parts are judged, then the priorities of all.
enum ToWrite {
    Alerts(Vec<PreparedAlert>),
    Priorities(Vec<f64>),
}

/// What the first pass found in all parts.
#[derive(Default)]
struct Gathered {
    parties: Parties,
    sums: BTreeMap<i64, ContractSums>,
    counts: Counts,
    issues: BTreeMap<String, u64>,
    points: Points,
    /// The tables of each part, and where its rows begin in the population.
    held: Vec<(Held, Offsets)>,
}

impl Gathered {
    fn add(&mut self, found: Found) {
        self.parties.merge(found.parties);
        self.sums.extend(found.sums);
        self.counts.add(&found.counts);
        for (reason, number) in found.issues {
            *self.issues.entry(reason).or_default() += number;
        }
        self.held.push((found.held, self.points.offsets()));
        self.points.append(found.points);
    }

    /// Data issues by reason, most frequent first.
    fn issues_by_number(self) -> Vec<(String, u64)> {
        let mut issues: Vec<_> = self.issues.into_iter().collect();
        issues.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
        issues
    }
}

/// The first pass over every part.
fn gather(rows: &Rows<'_>, threads: usize) -> Result<Gathered, AssessmentError> {
    let mut gathered = Gathered::default();
    let parts = rows.parts();
    let work: Vec<_> = (0..parts).collect();
    in_order(
        threads,
        work,
        |part, _| rows.part(part, parts),
        |found| {
            gathered.add(found);
            true
        },
    )?;
    Ok(gathered)
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

/// Does work on several threads and takes the results in the order of the work, whichever is ready first, until they are wanted no more.
fn in_order<W: Send, R: Send>(
    threads: usize,
    work: Vec<W>,
    does: impl Fn(usize, W) -> Result<R, AssessmentError> + Sync,
    mut takes: impl FnMut(R) -> bool,
) -> Result<(), AssessmentError> {
    let (give, next) = crossbeam_channel::unbounded();
    let threads = threads.clamp(1, work.len().max(1));
    for (position, piece) in work.into_iter().enumerate() {
        give.send((position, piece))
            .expect("the receiver is held until the threads end");
    }
    drop(give);
    let (ready, results) = crossbeam_channel::bounded(1);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let (next, ready, does) = (next.clone(), ready.clone(), &does);
            // Threads of their own, not those of a shared pool: one that waits there for the rules to be run would take up the next part meanwhile.
            let thread = std::thread::Builder::new().name("part".to_owned());
            let spawned = thread.spawn_scoped(scope, move || {
                for (position, piece) in next {
                    if ready.send((position, does(position, piece))).is_err() {
                        return;
                    }
                }
            });
            spawned.expect("the system gives a thread");
        }
        drop(ready);
        let mut early = BTreeMap::new();
        let mut expected = 0;
        for (position, result) in results {
            early.insert(position, result?);
            while let Some(result) = early.remove(&expected) {
                expected += 1;
                if !takes(result) {
                    return Ok(());
                }
            }
        }
        Ok(())
    })
}

/// Parts: a power of two, so that each is a whole number of the shelf's buckets; where there is enough to share, enough of them for a few threads.
fn part_count(documents: u64) -> usize {
    let shared = documents.div_ceil(LEAST_PART_DOCUMENTS).min(LEAST_PARTS);
    let wanted = documents
        .div_ceil(PART_DOCUMENTS)
        .max(shared)
        .next_power_of_two();
    usize::try_from(wanted).unwrap_or(BUCKETS).min(BUCKETS)
}

/// The UTC day of the latest date that the input speaks of.
fn last_day(latest_seconds: Option<i64>) -> NaiveDate {
    latest_seconds
        .and_then(|seconds| DateTime::from_timestamp(seconds, 0))
        .unwrap_or_default()
        .date_naive()
}

/// The same input, rules and day give the same id wherever and however often they are assessed.
fn assessment_id(
    options: &Options,
    engine: &Engine,
    files: &[String],
    input_fingerprint: &str,
    baseline: Option<&str>,
    as_of: NaiveDate,
) -> String {
    let mut hasher = blake3::Hasher::new();
    for text in [
        env!("CARGO_PKG_VERSION"),
        engine.fingerprint(),
        input_fingerprint,
        options.jurisdiction.as_deref().unwrap_or(""),
        baseline.unwrap_or(""),
    ] {
        hasher.update(text.as_bytes());
        hasher.update(&[0]);
    }
    for file in files {
        hasher.update(file.as_bytes());
        hasher.update(&[0]);
    }
    format!("{as_of}-{}", &hasher.finalize().to_hex()[..12])
}

/// The first in order of the currencies that some jurisdiction's law declares to be worth the same as this one.
fn canonical_currency(jurisdictions: &Jurisdictions, currency: &str) -> String {
    let groups = jurisdictions
        .iter()
        .flat_map(|jurisdiction| &jurisdiction.currencies_at_par);
    groups
        .filter(|group| group.currencies.iter().any(|known| known == currency))
        .filter_map(|group| group.currencies.iter().min())
        .min()
        .cloned()
        .unwrap_or_else(|| currency.to_owned())
}

/// What the priority of an alert is made of; currencies that are worth the same by some jurisdiction's law rank together.
fn ranked(alert: &crate::alerts::Alert, jurisdictions: &Jurisdictions) -> Ranked {
    let stake = alert.amount_at_stake.as_ref();
    let currency = stake
        .and_then(|stake| stake.currency.as_deref())
        .map(|currency| canonical_currency(jurisdictions, currency));
    Ranked {
        risk: alert.risk,
        value: stake.map(|stake| stake.amount),
        currency,
        actionability: alert.actionability,
    }
}

/// Counts processes as they are judged, for whoever watches.
fn count_processes(progress: &Progress, processes: usize) {
    progress
        .processes
        .fetch_add(processes as u64, std::sync::atomic::Ordering::Relaxed);
}
