//! The run, readable as a paragraph: read what is published, judge it part by part, score what was flagged, and make the result visible all at once.
//!
//! Pure but for its two ends. The day as of which it judges is the latest date its input speaks of, or the operator's; there is no clock in it.

mod output;
mod part;
mod summary;

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::atomic::{AtomicUsize, Ordering},
};

use chrono::{DateTime, NaiveDate};
use crossbeam_channel::Sender;

pub use crate::store::dataset_directory;
pub use summary::{AnswerCounts, Assessment, Counts};

use self::output::Output;
use crate::{
    alerts::build::Maker,
    facts::locale::Setting,
    ingest::{self, IngestError, Progress, Reading, Reject, shelf::BUCKETS},
    jurisdiction::Jurisdictions,
    procurement::day_of,
    reference::{Reference, ReferenceError},
    rules::{CasesError, Engine, ParameterOverrides, Rulebook, RulebookErrors},
    scoring::{Ranked, Scoring},
    store::{self, PreparedAlert, Store},
    telemetry::Stages,
};

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
pub fn run(options: &Options, progress: &Progress) -> Result<Report, AssessmentError> {
    let stages = Stages::begin();
    let rulebook = Rulebook::load(options.rules.as_deref())?;
    rulebook.verify_cases()?;
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
    let id = assessment_id(options, &engine, &reading.files, &input_fingerprint, as_of);
    let mut assessment = begun(id, as_of, &engine, input_fingerprint, &reading);
    let store = Store::open(&options.data)?;
    let publication = store.publish(&assessment)?;
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
        let judge = part::Judge {
            engine: &engine,
            maker: Maker {
                method: engine.method(),
                scoring: Scoring::embedded(),
            },
            setting: &setting,
            output: &output,
            reading: &reading,
            progress,
            stages: Stages::begin(),
        };
        let judged = judge_all(&judge, threads, &sender);
        drop(sender);
        let written = writer
            .join()
            .expect("the writer does not panic: what it writes is bounded and typed");
        (judged, written)
    });
    stages.end("judged");
    let mut publication = written?;
    let mut judged = judged?;
    assessment.counts = Counts {
        files: assessment.counts.files,
        bytes: assessment.counts.bytes,
        rejected: assessment.counts.rejected,
        releases: assessment.counts.releases,
        ..judged.counts.clone()
    };
    assessment.answers = std::mem::take(&mut judged.answers).into_values().collect();
    for (party_key, flag) in &judged.party_flags {
        publication.add_party_flag(*party_key, flag)?;
    }
    let rejects = reading.rejects;
    output.finish(&assessment, engine.method(), &rejects)?;
    let finished = publication.finish(&assessment)?;
    stages.end("published");
    output::remove_datasets(&options.data, &finished.dropped, &assessment.id);
    Ok(Report {
        assessment,
        rejects,
        issues: judged.issues(),
        failures: judged.failures,
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

/// Judges every part, then the projects, then the parties.
fn judge_all(
    judge: &part::Judge<'_>,
    threads: usize,
    sender: &Sender<ToWrite>,
) -> Result<part::Judgement, AssessmentError> {
    let mut judgement = part::Judgement::default();
    let parts = judge.parts();
    let next = AtomicUsize::new(0);
    let (ready, results) = crossbeam_channel::bounded(1);
    std::thread::scope(|scope| {
        for _ in 0..threads.clamp(1, parts) {
            let (next, ready) = (&next, ready.clone());
            // Threads of their own, not those of a shared pool: one that waits there for the rules to be run would take up the next part meanwhile.
            let thread = std::thread::Builder::new().name("judge".to_owned());
            let spawned = thread.spawn_scoped(scope, move || {
                while let Some(part) =
                    Some(next.fetch_add(1, Ordering::Relaxed)).filter(|part| *part < parts)
                {
                    if ready.send((part, judge.part(part, parts))).is_err() {
                        return;
                    }
                }
            });
            spawned.expect("the system gives a thread");
        }
        drop(ready);
        let mut early = BTreeMap::new();
        let mut expected = 0;
        for (part, found) in results {
            early.insert(part, found?);
            while let Some(found) = early.remove(&expected) {
                expected += 1;
                // A writer that failed takes nothing any more, and says why when it is joined.
                if sender.send(ToWrite::Alerts(judgement.add(found))).is_err() {
                    return Ok(());
                }
            }
        }
        Ok::<_, AssessmentError>(())
    })?;
    let alerts = judgement.projects(judge)?;
    let _ = sender.send(ToWrite::Alerts(alerts));
    let _ = sender.send(ToWrite::Priorities(
        Scoring::embedded().priorities(&judgement.ranked),
    ));
    judgement.parties(judge)?;
    Ok(judgement)
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
    as_of: NaiveDate,
) -> String {
    let mut hasher = blake3::Hasher::new();
    for text in [
        env!("CARGO_PKG_VERSION"),
        engine.fingerprint(),
        input_fingerprint,
        options.jurisdiction.as_deref().unwrap_or(""),
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

/// What the priority of an alert is made of; currencies that are worth the same by some jurisdiction's law rank together.
fn ranked(alert: &crate::alerts::Alert, jurisdictions: &Jurisdictions) -> Ranked {
    let stake = alert.amount_at_stake.as_ref();
    let currency = stake
        .and_then(|stake| stake.currency.clone())
        .map(|currency| {
            let groups = jurisdictions
                .iter()
                .flat_map(|jurisdiction| &jurisdiction.currencies_at_par);
            groups
                .filter(|group| group.currencies.contains(&currency))
                .filter_map(|group| group.currencies.iter().min())
                .min()
                .cloned()
                .unwrap_or(currency)
        });
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
        .fetch_add(processes as u64, Ordering::Relaxed);
}
