//! Ingest: bytes → packages → releases and projects on the shelf, plus data issues and rejects.
//!
//! Reading order: [`files`] finds and splits what is there, [`document`] recognises each text, [`loose`] and [`wire`] read it whatever its shape,
//! [`intake`], [`convert`] and [`oc4ids`] make typed values of it, [`shelf`] keeps them by process, [`merge`] makes one process of its releases.
//! [`arrival`] reads what arrives by itself, afterwards, in the same way.
//!
//! Nothing is dropped silently: what is read with leniency leaves a data issue inside its release, what cannot be read is a [`Reject`].

pub(crate) mod arrival;
pub(crate) mod convert;
mod coordinates;
mod depth;
mod discover;
mod document;
mod files;
mod intake;
mod loose;
pub(crate) mod merge;
pub(crate) mod oc4ids;
pub mod shelf;
mod versioned;
mod wire;
mod wire_project;

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use crossbeam_channel::{Receiver, Sender};
use serde::{Deserialize, Serialize};
pub use shelf::key_of;

use self::{
    discover::InputFile,
    document::{Origin, Taker},
    files::Work,
    shelf::{Hands, Shelf},
};
use crate::procurement::{Project, Release, ReleaseKind};

/// What keeps an assessment from reading its input at all.
#[derive(Debug, thiserror::Error)]
pub enum IngestError {
    /// The operating system does not give the file or directory.
    #[error("cannot read `{}`: {source}; check that it exists and that this user may read it", path.display())]
    Unreadable {
        /// The file or directory.
        path: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// What is read cannot be put aside.
    #[error("cannot write what was read to `{}`: {source}; free some space or choose another `--data` directory", directory.display())]
    Spill {
        /// The directory.
        directory: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// There is not one file to read.
    #[error("there are no files in {paths}; name files, directories, or `-` for standard input")]
    NoFiles {
        /// The paths that were given.
        paths: String,
    },
}

/// Something that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Reject {
    /// File, as named under the path that was assessed.
    pub file: String,
    /// Line, from 1.
    pub line: u64,
    /// JSON pointer inside that line, empty for the line itself.
    pub pointer: String,
    /// Why, and what to do where something can be done.
    pub reason: String,
}

/// How far reading has come; written by the readers, read by whoever shows it.
#[derive(Debug, Default)]
pub struct Progress {
    /// Bytes there are to read; 0 where that is not known.
    pub total_bytes: AtomicU64,
    /// Bytes read so far, before decompression.
    pub read_bytes: AtomicU64,
    /// Releases and projects read so far.
    pub documents: AtomicU64,
    /// Processes assessed so far.
    pub processes: AtomicU64,
    /// Whether reading is over.
    pub reading_done: AtomicBool,
}

/// Everything that was read.
pub(crate) struct Reading {
    pub(crate) shelf: Shelf,
    pub(crate) projects: Shelf,
    /// Labels of the files, by the number that sources carry.
    pub(crate) files: Vec<String>,
    pub(crate) rejects: Vec<Reject>,
    pub(crate) tally: Tally,
    pub(crate) bytes: u64,
}

/// What is counted while reading; the same whatever the order of reading.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) releases: u64,
    pub(crate) summaries: u64,
    pub(crate) projects: u64,
    /// UTC seconds of the latest date of any release or project.
    pub(crate) latest_seconds: Option<i64>,
    /// Sum of the hashes of all documents.
    pub(crate) fingerprint: u128,
    /// Processes that a project names: their contracts are summed up for it.
    pub(crate) project_processes: BTreeSet<i64>,
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.releases += other.releases;
        self.summaries += other.summaries;
        self.projects += other.projects;
        self.latest_seconds = self.latest_seconds.max(other.latest_seconds);
        self.fingerprint = self.fingerprint.wrapping_add(other.fingerprint);
        self.project_processes.extend(other.project_processes);
    }
}

/// Reads everything under `paths` with `threads` workers beside the reader, and puts it on the shelf in `directory`.
pub(crate) fn read(
    paths: &[PathBuf],
    directory: &Path,
    memory_bytes: usize,
    threads: usize,
    progress: &Progress,
) -> Result<Reading, IngestError> {
    let inputs = discover::discover(paths)?;
    if inputs.is_empty() {
        let paths = paths
            .iter()
            .map(|path| format!("`{}`", path.display()))
            .collect::<Vec<_>>()
            .join(", ");
        return Err(IngestError::NoFiles { paths });
    }
    files::prepare_directory(directory)?;
    progress
        .total_bytes
        .store(discover::total_bytes(&inputs), Ordering::Relaxed);
    let shelf = Shelf::new(directory, memory_bytes);
    let projects = Shelf::new(directory, memory_bytes / 8);
    let gathered = Mutex::new((Tally::default(), Vec::new()));
    let (sender, receiver) = crossbeam_channel::bounded::<Work>(threads * 2);
    let (give_back, used) = crossbeam_channel::unbounded::<Vec<u8>>();
    let spilled = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads.max(1))
            .map(|_| {
                let receiver = receiver.clone();
                let give_back = give_back.clone();
                let mut worker = Worker::new(&shelf, &projects, &inputs, progress);
                let gathered = &gathered;
                scope.spawn(move || {
                    let result = worker.run(&receiver, &give_back);
                    let mut gathered = gathered.lock().unwrap_or_else(PoisonError::into_inner);
                    gathered.0.add(worker.tally);
                    gathered.1.append(&mut worker.rejects);
                    result
                })
            })
            .collect();
        drop(receiver);
        let read = read_files(&inputs, progress, &used, &mut |work| {
            sender.send(work).is_ok()
        });
        drop(sender);
        let worked = workers.into_iter().try_for_each(|worker| {
            worker
                .join()
                .expect("readers do not panic: foreign data is never an invariant")
        });
        read.and_then(|()| {
            worked.map_err(|source| IngestError::Spill {
                directory: directory.to_owned(),
                source,
            })
        })
    });
    spilled?;
    let (tally, mut rejects) = gathered
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    rejects.sort();
    progress.reading_done.store(true, Ordering::Relaxed);
    let bytes = progress.read_bytes.load(Ordering::Relaxed);
    Ok(Reading {
        shelf,
        projects,
        files: inputs.into_iter().map(|file| file.label).collect(),
        rejects,
        tally,
        bytes,
    })
}

fn read_files(
    inputs: &[InputFile],
    progress: &Progress,
    used: &Receiver<Vec<u8>>,
    hand_out: &mut dyn FnMut(Work) -> bool,
) -> Result<(), IngestError> {
    for (index, file) in inputs.iter().enumerate() {
        let index = u32::try_from(index).expect("fewer than 4 billion files");
        if !files::read(index, file, &progress.read_bytes, used, hand_out)? {
            // Nobody takes it any more: a worker failed and will say why.
            break;
        }
    }
    Ok(())
}

struct Worker<'w> {
    releases: Hands<'w>,
    projects: Hands<'w>,
    inputs: &'w [InputFile],
    progress: &'w Progress,
    tally: Tally,
    rejects: Vec<Reject>,
    /// Where the text in hand was read.
    origin: Origin,
    failure: Option<std::io::Error>,
}

impl<'w> Worker<'w> {
    fn new(
        shelf: &'w Shelf,
        projects: &'w Shelf,
        inputs: &'w [InputFile],
        progress: &'w Progress,
    ) -> Self {
        Self {
            releases: Hands::new(shelf),
            projects: Hands::new(projects),
            inputs,
            progress,
            tally: Tally::default(),
            rejects: Vec::new(),
            origin: Origin { file: 0, line: 1 },
            failure: None,
        }
    }

    fn run(
        &mut self,
        receiver: &Receiver<Work>,
        give_back: &Sender<Vec<u8>>,
    ) -> std::io::Result<()> {
        for work in receiver {
            let before = self.tally.releases + self.tally.projects;
            match work {
                Work::Lines {
                    file,
                    first_line,
                    bytes,
                } => {
                    for (line, text) in files::texts(first_line, &bytes) {
                        self.text(text, Origin { file, line });
                    }
                    // Nobody fills it again once everything is read.
                    let _ = give_back.send(bytes);
                }
                Work::Document { file, bytes } => self.text(&bytes, Origin { file, line: 1 }),
                Work::Reject { file, line, reason } => {
                    self.origin = Origin { file, line };
                    self.reject("", &reason);
                }
            }
            self.progress.documents.fetch_add(
                self.tally.releases + self.tally.projects - before,
                Ordering::Relaxed,
            );
            if let Some(failure) = self.failure.take() {
                return Err(failure);
            }
        }
        self.releases.hand_over()?;
        self.projects.hand_over()
    }

    fn text(&mut self, bytes: &[u8], origin: Origin) {
        self.origin = origin;
        document::read(bytes, origin, self);
    }

    fn count_date(&mut self, date: Option<crate::procurement::Moment>) {
        self.tally.latest_seconds = self
            .tally
            .latest_seconds
            .max(date.map(|date| date.utc_seconds(None)));
    }
}

impl Taker for Worker<'_> {
    fn release(&mut self, release: &Release<'_>) {
        let key = key_of(&release.body.ocid);
        if release.body.kind == ReleaseKind::Summary {
            self.tally.summaries += 1;
            self.tally.project_processes.insert(key);
        } else {
            self.tally.releases += 1;
        }
        self.count_date(release.body.date);
        match self.releases.put(key, release) {
            Ok(hash) => self.tally.fingerprint = self.tally.fingerprint.wrapping_add(hash),
            Err(error) => self.failure = Some(error),
        }
    }

    fn project(&mut self, project: &Project<'_>) {
        self.tally.projects += 1;
        self.count_date(project.updated);
        match self.projects.put(key_of(&project.id), project) {
            Ok(hash) => self.tally.fingerprint = self.tally.fingerprint.wrapping_add(hash),
            Err(error) => self.failure = Some(error),
        }
    }

    fn reject(&mut self, pointer: &str, reason: &str) {
        self.rejects.push(Reject {
            file: self.inputs[self.origin.file as usize].label.clone(),
            line: self.origin.line,
            pointer: pointer.to_owned(),
            reason: reason.to_owned(),
        });
    }
}
