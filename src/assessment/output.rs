//! What an assessment leaves in the data directory: written beside what is served, put in its place when it is complete.

use std::{
    fs::{self, File, TryLockError},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use polars::prelude::{DataFrame, ParquetCompression, ParquetWriter};
use serde::Serialize;

use super::{
    Assessment, AssessmentError, dataset_directory,
    kept::{self, Frozen},
};
use crate::{
    ingest::{Reject, arrival::DocumentKind, shelf::Entry},
    rules::Method,
};

/// Rows of a Parquet row group: small enough that looking up one process reads little, large enough that columns compress.
const ROW_GROUP_ROWS: usize = 16_384;
/// Directories that are being written start with this; one without its run is left over from a run that was stopped.
const PARTIAL: &str = ".partial";

/// What stood where the finished directory goes, for the moment between two renames.
const REPLACED: &str = ".replaced";

/// A dataset directory in the making.
pub(super) struct Output {
    data: PathBuf,
    partial: PathBuf,
    /// Held for the life of the run: one `assess` a data directory.
    _lock: File,
}

impl Output {
    pub(super) fn begin(data: &Path) -> Result<Self, AssessmentError> {
        let datasets = data.join("datasets");
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| AssessmentError::Output { path, source }
        };
        fs::create_dir_all(&datasets).map_err(failed(&datasets))?;
        let lock_path = data.join("assess.lock");
        let lock = File::create(&lock_path).map_err(failed(&lock_path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(AssessmentError::Busy(data.to_owned())),
            Err(TryLockError::Error(source)) => {
                return Err(AssessmentError::Output {
                    path: lock_path,
                    source,
                });
            }
        }
        // The lock is ours: whatever is partial was left by a run that was stopped.
        let partial = datasets.join(PARTIAL);
        remove_if_there(&partial).map_err(failed(&partial))?;
        for directory in ["tables", "outcomes", kept::DIRECTORY] {
            let directory = partial.join(directory);
            fs::create_dir_all(&directory).map_err(failed(&directory))?;
        }
        Ok(Self {
            data: data.to_owned(),
            partial,
            _lock: lock,
        })
    }

    /// That the run's files cannot be written or read.
    pub(super) fn failed(&self, source: io::Error) -> AssessmentError {
        AssessmentError::Output {
            path: self.partial.clone(),
            source,
        }
    }

    /// Where the run may put files of its own.
    pub(super) fn directory(&self) -> &Path {
        &self.partial
    }

    /// Writes one table: `tables` or `outcomes`, named by its subject and part.
    pub(super) fn table(
        &self,
        room: &str,
        name: &str,
        part: usize,
        mut frame: DataFrame,
    ) -> Result<(), AssessmentError> {
        let path = self
            .partial
            .join(room)
            .join(format!("{name}-{part:04}.parquet"));
        let mut write = || -> io::Result<()> {
            let mut file = BufWriter::new(File::create(&path)?);
            ParquetWriter::new(&mut file)
                .with_compression(ParquetCompression::Snappy)
                .with_row_group_size(Some(ROW_GROUP_ROWS))
                .set_parallel(false)
                .finish(&mut frame)
                .map_err(io::Error::other)?;
            file.flush()
        };
        write().map_err(|source| AssessmentError::Output {
            path: path.clone(),
            source,
        })
    }

    /// Keeps the documents of a part, in the order of their keys, for arrivals.
    pub(super) fn keep(
        &self,
        kind: DocumentKind,
        part: usize,
        by_key: &[Entry<'_>],
    ) -> Result<(), AssessmentError> {
        let path = kept::part_of(&self.kept(), kind, part);
        kept::blocks::write(&path, by_key)
            .map_err(|source| AssessmentError::Output { path, source })
    }

    /// Keeps the ground as it stood, with the operator's lists, for arrivals.
    pub(super) fn freeze(
        &self,
        ground: &Frozen,
        lists: Option<&Path>,
    ) -> Result<(), AssessmentError> {
        let path = self.kept();
        ground
            .write(&path, lists)
            .map_err(|source| AssessmentError::Output { path, source })
    }

    fn kept(&self) -> PathBuf {
        self.partial.join(kept::DIRECTORY)
    }

    /// Writes one document beside the tables.
    pub(super) fn json(&self, name: &str, value: &impl Serialize) -> Result<(), AssessmentError> {
        write_json(&self.partial.join(name), value).map_err(|source| self.failed(source))
    }

    /// Writes what describes the assessment, and puts the whole in its place.
    pub(super) fn finish(
        &self,
        assessment: &Assessment,
        method: &Method,
        rejects: &[Reject],
    ) -> Result<(), AssessmentError> {
        let place = dataset_directory(&self.data, &assessment.id);
        let finish = || -> io::Result<()> {
            write_json(&self.partial.join("assessment.json"), assessment)?;
            write_json(&self.partial.join("method.json"), method)?;
            let mut file = BufWriter::new(File::create(self.partial.join("rejects.jsonl"))?);
            for reject in rejects {
                serde_json::to_writer(&mut file, reject)?;
                file.write_all(b"\n")?;
            }
            file.flush()?;
            // The same assessment made again is the same; it takes the place of the one before.
            let before = self.data.join("datasets").join(REPLACED);
            remove_if_there(&before)?;
            match fs::rename(&place, &before) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            fs::rename(&self.partial, &place)?;
            remove_if_there(&before)
        };
        finish().map_err(|source| AssessmentError::Output {
            path: place.clone(),
            source,
        })
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        // After `finish` there is nothing left; after a failure the next run would remove it anyway.
        let _ = remove_if_there(&self.partial);
    }
}

fn write_json(path: &Path, value: &impl Serialize) -> io::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    serde_json::to_writer_pretty(&mut file, value)?;
    file.write_all(b"\n")?;
    file.flush()
}

fn remove_if_there(directory: &Path) -> io::Result<()> {
    match fs::remove_dir_all(directory) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Removes the tables of assessments that are served no more. What cannot be removed costs space, nothing else.
pub(super) fn remove_datasets(data: &Path, dropped: &[String], kept: &str) {
    for id in dropped.iter().filter(|id| *id != kept) {
        if let Err(error) = remove_if_there(&dataset_directory(data, id)) {
            tracing::warn!(assessment.id = %id, %error, "the tables of an assessment that is served no more could not be removed");
        }
    }
}
