//! The run, readable as a paragraph: read what is published, judge it part by part, score what was flagged, and make the result visible all at once.
//!
//! Pure but for its two ends. The day as of which it judges is the latest date its input speaks of, or the operator's; there is no clock in it.
//! It keeps what it read and the ground it judged on, so that [`arrivals`] can be judged alone afterwards.

pub mod arrivals;
mod changes;
mod entities;
mod ground;
mod identity;
mod judging;
mod kept;
mod output;
mod parts;
mod pass;
mod rows;
mod summary;

use std::{collections::BTreeMap, path::PathBuf, sync::atomic::AtomicUsize};

use chrono::NaiveDate;

pub use crate::store::dataset_directory;
pub use changes::{BaselineChanges, IndicatorChanges};
pub use summary::{AnswerCounts, Assessment, Counts};

use self::{
    entities::{Context, project_tables},
    ground::Ground,
    identity::{assessment_id, last_day},
    judging::Judgement,
    kept::Frozen,
    output::Output,
    pass::{Gathered, gather},
    rows::Rows,
};
use crate::{
    alerts::build::Maker,
    casework,
    coverage::{COVERAGE, Counter},
    database,
    facts::locale::Setting,
    ingest::{self, IngestError, Progress, Reading, Reject, arrival::DocumentKind, shelf::BUCKETS},
    jurisdiction::Jurisdictions,
    population::{
        self, Population,
        baseline::{self, Baseline, BaselineError},
    },
    procurement::day_of,
    reference::{Reference, ReferenceError},
    rules::{CasesError, Engine, ParameterOverrides, Rulebook, RulebookErrors},
    scoring::Scoring,
    store::{self, Store},
    telemetry::Stages,
};

/// What freezing the baseline anew would change, in the directory of a dataset.
pub const BASELINE_CHANGES: &str = "baseline_changes.json";
/// The name that stands for the population's own distributions.
pub const OWN_BASELINE: &str = "own";

/// Encoded releases held in memory before they go to files.
const SHELF_MEMORY_BYTES: usize = 32 << 20;

/// What to assess, and how.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Files, directories, or `-`.
    pub paths: Vec<PathBuf>,
    /// The data directory.
    pub data: PathBuf,
    /// The address of a database elsewhere; absent, the one in the data directory.
    pub database_url: Option<String>,
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
    /// What people concluded of alerts cannot be held against the new ones.
    #[error(transparent)]
    Casework(#[from] casework::Error),
    /// The database cannot do it.
    #[error(transparent)]
    Database(#[from] database::Error),
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
pub fn run(options: &Options, progress: &Progress) -> Result<Report, AssessmentError> {
    let stages = Stages::begin();
    let (engine, reference) = method_of(options)?;
    stages.end("rules");
    let output = Output::begin(&options.data)?;
    let threads = threads_of(options);
    let mut reading = read(options, &output, threads, progress)?;
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
    let (mut assessment, frozen) = begin(options, &engine, &reference, &reading, as_of)?;
    let rejects = std::mem::take(&mut reading.rejects);
    let publication =
        Store::open_with(&options.data, options.database_url.as_deref())?.publish(&assessment)?;
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
    let entries = reading
        .projects
        .take(0..BUCKETS)
        .map_err(|source| output.failed(source))?;
    let entries_by_key = entries.by_key();
    output.keep(DocumentKind::Project, 0, &entries_by_key)?;
    let projects = project_tables(&entries_by_key, &setting, &gathered.sums, &reading.files);
    gathered.add_projects(&projects, setting.jurisdictions);
    let mut population = Population::of(
        std::mem::take(&mut gathered.points),
        frozen,
        population::Setting {
            jurisdictions: setting.jurisdictions,
        },
    );
    stages.end("population");
    let counter = Counter::new(
        engine.method(),
        std::mem::take(&mut gathered.publishers).publishers(),
    );
    let ground = Ground {
        engine: &engine,
        maker: Maker {
            method: engine.method(),
            scoring: Scoring::embedded(),
        },
        setting: &setting,
        output: &output,
        counter: &counter,
        threads,
    };
    let mut judgement = Judgement::default();
    let flags = ground.entities(&mut gathered, &mut population, &mut judgement)?;
    stages.end("entities");
    let mut publication = ground.judge(
        std::mem::take(&mut gathered.held),
        &projects,
        &population,
        &Context::of(&flags),
        publication,
        &mut judgement,
    )?;
    stages.end("judged");
    flags
        .iter()
        .try_for_each(|(key, flag)| publication.add_party_flag(*key, flag))?;
    complete(&mut assessment, &mut gathered, &mut judgement);
    describe(&assessment, &mut judgement, &ground)?;
    let frozen = Frozen::of(
        options,
        &reference,
        reading.files,
        &flags,
        judgement.ranked,
        population,
    );
    output.freeze(&frozen, options.reference.as_deref())?;
    stages.end("kept");
    output.finish(&assessment, engine.method(), &rejects)?;
    let finished = publication.finish_with(&assessment, casework::after_assessment)?;
    stages.end("published");
    output::remove_datasets(&options.data, &finished.dropped, &assessment.id);
    Ok(Report {
        assessment,
        rejects,
        issues: gathered.issues_by_number(),
        failures: judgement.failures,
    })
}

/// Writes what is said of the judgement as a whole beside its tables.
fn describe(
    assessment: &Assessment,
    judgement: &mut Judgement,
    ground: &Ground<'_>,
) -> Result<(), AssessmentError> {
    if let Some(id) = &assessment.baseline {
        let changes = std::mem::take(&mut judgement.changes).finish(id);
        ground.output.json(BASELINE_CHANGES, &changes)?;
    }
    let coverage = judgement
        .coverage
        .coverage(ground.counter, ground.engine.method());
    ground.output.json(COVERAGE, &coverage)
}

/// Adds to an assessment what both passes counted.
fn complete(assessment: &mut Assessment, gathered: &mut Gathered, judgement: &mut Judgement) {
    gathered.counts.add(&judgement.counts);
    let read = assessment.counts.clone();
    assessment.counts = Counts {
        files: read.files,
        bytes: read.bytes,
        rejected: read.rejected,
        releases: read.releases,
        ..gathered.counts.clone()
    };
    assessment.answers = std::mem::take(&mut judgement.answers)
        .into_values()
        .collect();
}

/// What is judged by: the rules, checked and compiled, and the operator's lists.
fn method_of(options: &Options) -> Result<(Engine, Reference), AssessmentError> {
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
    Ok((engine, reference))
}

/// Everything under the paths, on the shelf.
fn read(
    options: &Options,
    output: &Output,
    threads: usize,
    progress: &Progress,
) -> Result<Reading, AssessmentError> {
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
    Ok(reading)
}

fn threads_of(options: &Options) -> usize {
    match options.threads {
        0 => std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
        threads => threads,
    }
}

/// The assessment as far as it is known once everything is read, and the frozen baseline that it compares with.
fn begin(
    options: &Options,
    engine: &Engine,
    reference: &Reference,
    reading: &Reading,
    as_of: NaiveDate,
) -> Result<(Assessment, Option<Baseline>), AssessmentError> {
    // What an operator's lists say is input as well.
    let lists_fingerprint = reference.fingerprint().unwrap_or_default();
    let input_fingerprint = format!("{:032x}", reading.tally.fingerprint ^ lists_fingerprint);
    let baseline = match options.baseline.as_deref() {
        Some(OWN_BASELINE) => None,
        Some(id) => Some(id.to_owned()),
        None => baseline::in_use(&options.data)?,
    };
    let frozen = baseline
        .as_deref()
        .map(|id| baseline::open(&options.data, id))
        .transpose()?;
    let frozen_fingerprint = frozen.as_ref().map(Baseline::fingerprint);
    let id = assessment_id(
        options,
        engine,
        &reading.files,
        &input_fingerprint,
        frozen_fingerprint.as_deref(),
        as_of,
    );
    let assessment = Assessment {
        id,
        as_of,
        code_version: env!("CARGO_PKG_VERSION").to_owned(),
        rules_fingerprint: engine.fingerprint().to_owned(),
        baseline,
        input_fingerprint,
        counts: Counts {
            files: reading.files.len() as u64,
            bytes: reading.bytes,
            releases: reading.tally.releases,
            rejected: reading.rejects.len() as u64,
            ..Counts::default()
        },
        answers: Vec::new(),
    };
    Ok((assessment, frozen))
}
