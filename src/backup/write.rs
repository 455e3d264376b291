//! Writing an archive while the service goes on.

use std::{
    error::Error as StdError,
    ffi::OsStr,
    fs::File,
    io,
    path::{Path, PathBuf},
};

use tar::{Builder, EntryType, Header};
use tempfile::NamedTempFile;
use walkdir::{DirEntry, WalkDir};

use super::{
    CONFIGURATION, DATA, DATABASE, Error, MANIFEST, Result,
    manifest::{DatabaseKind, FORMAT, Manifest, Measured, synchronise},
};

/// Parquet is compressed already; more than this costs time and saves little.
const COMPRESSION_LEVEL: i32 = 3;
/// How often an archive is begun again because a dataset was replaced while it was read.
const ATTEMPTS: u32 = 3;
/// Where datasets stand in a data directory: only those that the database names are taken.
const DATASETS: &str = "datasets";

/// A database that can write itself into a directory as of one moment.
pub trait DatabaseCopy {
    /// Which database it is.
    fn kind(&self) -> DatabaseKind;

    /// Writes it into an empty directory, and says which assessments it serves.
    ///
    /// # Errors
    ///
    /// When it cannot be read, or there is no room.
    fn copy_into(&self, directory: &Path) -> Result<Vec<String>, Box<dyn StdError + Send + Sync>>;
}

/// What to write.
pub struct Request<'a> {
    /// The data directory.
    pub data: &'a Path,
    /// Its database.
    pub database: &'a dyn DatabaseCopy,
    /// The settings in effect, without secrets, as a file of settings.
    pub configuration: &'a str,
    /// The time that is written into the archive, in unix milliseconds.
    pub now_ms: i64,
    /// Whether an archive of this name is replaced.
    pub force: bool,
}

/// Writes an archive and says what it holds. It has its name once it is complete.
///
/// # Errors
///
/// When something cannot be read or written, or the name is taken.
pub fn write(request: &Request<'_>, archive: &Path) -> Result<Manifest> {
    if archive.exists() && !request.force {
        return Err(Error::Exists(archive.to_owned()));
    }
    let directory = match archive.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    for _ in 0..ATTEMPTS {
        // Only its owner may read it: it holds the work on alerts.
        let mut file = tempfile::Builder::new()
            .prefix(".veedor-backup-")
            .tempfile_in(directory)
            .map_err(Error::io("write a file into", directory))?;
        match write_to(request, &mut file) {
            Ok(manifest) => {
                file.as_file()
                    .sync_all()
                    .map_err(Error::io("write", archive))?;
                file.persist(archive)
                    .map_err(|error| Error::io("write", archive)(error.error))?;
                synchronise(directory).map_err(Error::io("write", directory))?;
                return Ok(manifest);
            }
            // A dataset went away: there is a newer one.
            Err(Error::Io { source, path, .. })
                if source.kind() == io::ErrorKind::NotFound && path.starts_with(request.data) => {}
            Err(error) => return Err(error),
        }
    }
    Err(Error::Moving { attempts: ATTEMPTS })
}

fn write_to(request: &Request<'_>, file: &mut NamedTempFile) -> Result<Manifest> {
    let place = file.path().to_owned();
    let failed = || Error::io("write", &place);
    // The database first: the datasets that it names are kept until two newer assessments were published.
    let copy = tempfile::Builder::new()
        .prefix(".veedor-backup-")
        .tempdir_in(request.data)
        .map_err(Error::io("write a directory into", request.data))?;
    let assessments = request
        .database
        .copy_into(copy.path())
        .map_err(Error::Database)?;
    let mut encoder = zstd::Encoder::new(file.as_file_mut(), COMPRESSION_LEVEL).map_err(failed())?;
    encoder.include_checksum(true).map_err(failed())?;
    let mut archive = Archive {
        builder: Builder::new(encoder),
        place: &place,
        now_ms: request.now_ms,
        files: Vec::new(),
    };
    // Whoever looked into the copy may have left an empty log beside it.
    archive.add_all(DATABASE, copy.path(), |entry| {
        let name = entry.file_name().to_string_lossy();
        !["-wal", "-shm"].iter().any(|end| name.ends_with(end))
    })?;
    archive.add_all(DATA, request.data, |entry| {
        is_taken(request.data, entry, &assessments)
    })?;
    let path = format!("{DATA}/{CONFIGURATION}");
    let configuration = request.configuration.as_bytes();
    archive.add(&path, configuration.len() as u64, configuration)?;
    let manifest = Manifest {
        format: FORMAT,
        program_version: env!("CARGO_PKG_VERSION").to_owned(),
        created_at_ms: request.now_ms,
        database: request.database.kind(),
        assessments,
        files: std::mem::take(&mut archive.files),
    };
    let text = serde_json::to_vec_pretty(&manifest).expect("a manifest has only string keys");
    archive.add(MANIFEST, text.len() as u64, text.as_slice())?;
    let encoder = archive.builder.into_inner().map_err(failed())?;
    encoder
        .finish()
        .and_then(io::Write::flush)
        .map_err(failed())?;
    Ok(manifest)
}

/// Whether something in the data directory is part of it, and not of the moment.
fn is_taken(data: &Path, entry: &DirEntry, assessments: &[String]) -> bool {
    let name = entry.file_name().to_string_lossy();
    if name.starts_with('.') {
        return false;
    }
    let is_named = || {
        assessments
            .iter()
            .any(|id| OsStr::new(id) == entry.file_name())
    };
    match entry.depth() {
        1 => {
            let is_database = [
                "veedor.db",
                "veedor.db-wal",
                "veedor.db-shm",
                "veedor.db-journal",
            ];
            let is_left = is_database.contains(&name.as_ref())
                || ["veedor.toml", CONFIGURATION].contains(&name.as_ref())
                || [".lock", ".publishing", ".tar.zst"]
                    .iter()
                    .any(|end| name.ends_with(end));
            !is_left
        }
        2 if entry.path().parent() == Some(&data.join(DATASETS)) => is_named(),
        _ => true,
    }
}

struct Archive<'a, W: io::Write> {
    builder: Builder<W>,
    place: &'a Path,
    now_ms: i64,
    files: Vec<super::FileRecord>,
}

impl<W: io::Write> Archive<'_, W> {
    /// Adds every file below a directory, in the order of names, under a name of the archive.
    fn add_all(
        &mut self,
        name: &str,
        directory: &Path,
        is_taken: impl Fn(&DirEntry) -> bool,
    ) -> Result<()> {
        let entries = WalkDir::new(directory)
            .min_depth(1)
            .sort_by_file_name()
            .into_iter()
            .filter_entry(is_taken);
        for entry in entries {
            let entry = entry.map_err(|error| {
                let path = error.path().unwrap_or(directory).to_owned();
                Error::io("read", &path)(error.into())
            })?;
            if entry.file_type().is_dir() {
                continue;
            }
            let path = entry.path();
            let below = path.strip_prefix(directory).expect("it was found below");
            let Some(below) = below.to_str().filter(|_| entry.file_type().is_file()) else {
                return Err(Error::io("read", path)(io::Error::new(
                    io::ErrorKind::InvalidInput,
                    "it is neither a file nor a directory, or its name is not Unicode; move it out of the data directory",
                )));
            };
            let file = File::open(path).map_err(Error::io("read", path))?;
            let bytes = file.metadata().map_err(Error::io("read", path))?.len();
            self.add(&format!("{name}/{below}"), bytes, file)?;
        }
        Ok(())
    }

    /// Adds as many bytes as it had when it was opened: files that grow are those of logs, and a line more belongs to the next backup.
    fn add(&mut self, path: &str, bytes: u64, content: impl io::Read) -> Result<()> {
        let mut header = Header::new_gnu();
        header.set_entry_type(EntryType::Regular);
        header.set_size(bytes);
        header.set_mode(0o600);
        header.set_mtime(u64::try_from(self.now_ms / 1_000).unwrap_or_default());
        let mut content = Measured::new(content.take(bytes));
        self.builder
            .append_data(&mut header, path, &mut content)
            .map_err(Error::io("write", self.place))?;
        let record = content.record(path.to_owned());
        if record.bytes != bytes {
            return Err(Error::io("read", &PathBuf::from(path))(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                "it became shorter while it was read; run the backup again",
            )));
        }
        self.files.push(record);
        Ok(())
    }
}
