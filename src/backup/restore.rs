//! Unpacking an archive beside its target, and moving it into its place once it was found whole.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, BufReader, Read},
    path::{Component, Path, PathBuf},
};

use tempfile::TempDir;

use super::{
    DATA, DATABASE, Error, MANIFEST, Manifest, Result,
    manifest::{FORMAT, FileRecord, Measured, synchronise},
};

/// Bytes of a manifest at most: room for some hundred thousand files.
const MANIFEST_BYTES: u64 = 64 * 1024 * 1024;
/// Directories that a path of an archive may go down at most.
const DEPTH: usize = 16;

/// An archive that was unpacked and found whole. Dropping it removes what was unpacked.
#[derive(Debug)]
pub struct Staged {
    manifest: Manifest,
    /// Beside the target, so that moving is renaming.
    directory: TempDir,
    target: PathBuf,
}

impl Staged {
    /// Unpacks an archive beside its target and compares every file with the manifest. The target itself is not touched.
    ///
    /// # Errors
    ///
    /// When the target is in use and `force` is not given, or the archive is damaged, incomplete or not ours.
    pub fn unpack(archive: &Path, target: &Path, force: bool) -> Result<Self> {
        if !force && !is_free(target).map_err(Error::io("read", target))? {
            return Err(Error::Exists(target.to_owned()));
        }
        let file = File::open(archive).map_err(Error::io("read", archive))?;
        let absolute = std::path::absolute(target).map_err(Error::io("read", target))?;
        let parent = absolute.parent().unwrap_or(Path::new("/"));
        fs::create_dir_all(parent).map_err(Error::io("create", parent))?;
        let directory = tempfile::Builder::new()
            .prefix(".veedor-restore-")
            .tempdir_in(parent)
            .map_err(Error::io(
                "write a directory beside the target into",
                parent,
            ))?;
        let manifest = Unpacking {
            archive,
            directory: directory.path(),
        }
        .run(file)?;
        Ok(Self {
            manifest,
            directory,
            target: absolute,
        })
    }

    /// What the archive says it holds, which is what it holds.
    #[must_use]
    pub const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The data directory as it will be, still beside its place.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.directory.path().join(DATA)
    }

    /// The copy of the database.
    #[must_use]
    pub fn database(&self) -> PathBuf {
        self.directory.path().join(DATABASE)
    }

    /// Moves the data directory into its place. What stood there is moved aside first and removed at the end; if the move fails, it comes back.
    ///
    /// # Errors
    ///
    /// When directories cannot be renamed, for example because the target is a mount point: restore into a directory below it.
    pub fn put(self) -> Result<()> {
        let data = self.data();
        synchronise_all(&data).map_err(Error::io("write", &data))?;
        let aside = self.directory.path().join("replaced");
        let was_there = match fs::rename(&self.target, &aside) {
            Ok(()) => true,
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            Err(error) => return Err(Error::io("move aside", &self.target)(error)),
        };
        if let Err(error) = fs::rename(&data, &self.target) {
            if was_there && let Err(error) = fs::rename(&aside, &self.target) {
                // What stood there is the only copy: it stays where it is, and the message says where.
                let _ = self.directory.keep();
                return Err(Error::io("move back", &aside)(error));
            }
            return Err(Error::io("move the restored directory to", &self.target)(
                error,
            ));
        }
        let parent = self.target.parent().unwrap_or(Path::new("/"));
        synchronise(parent).map_err(Error::io("write", parent))
    }
}

/// Nothing is there, or an empty directory.
fn is_free(target: &Path) -> io::Result<bool> {
    match fs::read_dir(target) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => Ok(false),
        Err(error) => Err(error),
    }
}

fn synchronise_all(directory: &Path) -> io::Result<()> {
    for entry in walkdir::WalkDir::new(directory).contents_first(true) {
        synchronise(entry?.path())?;
    }
    Ok(())
}

struct Unpacking<'a> {
    archive: &'a Path,
    directory: &'a Path,
}

impl Unpacking<'_> {
    fn damaged(&self, what: impl Into<String>) -> Error {
        Error::Damaged {
            path: self.archive.to_owned(),
            what: what.into(),
        }
    }

    /// What reading the archive says when it is not one.
    fn unreadable(&self, error: &io::Error) -> Error {
        self.damaged(format!("cannot be read to its end ({error})"))
    }

    fn run(&self, file: File) -> Result<Manifest> {
        let decoder =
            zstd::Decoder::new(BufReader::new(file)).map_err(|error| self.unreadable(&error))?;
        let mut archive = tar::Archive::new(decoder);
        let mut found: BTreeMap<String, FileRecord> = BTreeMap::new();
        let mut manifest = None;
        let entries = archive.entries().map_err(|error| self.unreadable(&error))?;
        for entry in entries {
            let mut entry = entry.map_err(|error| self.unreadable(&error))?;
            if manifest.is_some() {
                return Err(self.damaged("goes on after its manifest"));
            }
            if !entry.header().entry_type().is_file() {
                return Err(self.damaged("holds something that is not a file"));
            }
            let path = entry
                .path()
                .ok()
                .and_then(|path| path.to_str().map(str::to_owned))
                .ok_or_else(|| self.damaged("holds a name that is not Unicode"))?;
            if path == MANIFEST {
                manifest = Some(self.manifest(&mut entry)?);
            } else {
                let record = self.unpack(&path, &mut entry)?;
                if found.insert(path.clone(), record).is_some() {
                    return Err(self.damaged(format!("holds `{path}` twice")));
                }
            }
        }
        // The checksum of the compressed text stands behind its last byte.
        let mut rest = archive.into_inner();
        io::copy(&mut rest, &mut io::sink()).map_err(|error| self.unreadable(&error))?;
        let manifest = manifest.ok_or_else(|| self.damaged("has no manifest: it was cut off"))?;
        self.compare(&manifest, found)?;
        Ok(manifest)
    }

    fn manifest(&self, entry: &mut impl Read) -> Result<Manifest> {
        let mut text = Vec::new();
        entry
            .take(MANIFEST_BYTES)
            .read_to_end(&mut text)
            .map_err(|error| self.unreadable(&error))?;
        let format = serde_json::from_slice::<serde_json::Value>(&text)
            .ok()
            .and_then(|value| u32::try_from(value["format"].as_u64()?).ok());
        if let Some(format) = format.filter(|format| *format > FORMAT) {
            return Err(Error::NewerFormat {
                path: self.archive.to_owned(),
                format,
                known: FORMAT,
            });
        }
        serde_json::from_slice(&text)
            .map_err(|error| self.damaged(format!("has a manifest that cannot be read ({error})")))
    }

    /// Writes one file below our own directory.
    fn unpack(&self, path: &str, entry: &mut impl Read) -> Result<FileRecord> {
        if !is_below(path) {
            return Err(self.damaged(format!("holds `{path}`, which is not a place in a backup")));
        }
        let place = self.directory.join(path);
        let parent = place.parent().expect("a place in a backup has a directory");
        fs::create_dir_all(parent).map_err(Error::io("create", parent))?;
        // A name that is a file in one place and a directory in another, or stands there twice, fails here.
        let mut file = File::create_new(&place).map_err(Error::io("write", &place))?;
        let mut content = Measured::new(entry);
        let mut buffer = vec![0; 256 * 1024];
        loop {
            let read = content
                .read(&mut buffer)
                .map_err(|error| self.unreadable(&error))?;
            if read == 0 {
                return Ok(content.record(path.to_owned()));
            }
            io::Write::write_all(&mut file, &buffer[..read]).map_err(Error::io("write", &place))?;
        }
    }

    fn compare(&self, manifest: &Manifest, mut found: BTreeMap<String, FileRecord>) -> Result<()> {
        for expected in &manifest.files {
            match found.remove(&expected.path) {
                Some(record) if record == *expected => {}
                Some(_) => {
                    let what = format!(
                        "holds `{}` with other bytes than were written",
                        expected.path
                    );
                    return Err(self.damaged(what));
                }
                None => return Err(self.damaged(format!("lacks `{}`", expected.path))),
            }
        }
        match found.into_keys().next() {
            Some(path) => {
                Err(self.damaged(format!("holds `{path}`, which its manifest does not name")))
            }
            None => Ok(()),
        }
    }
}

/// Whether it is a name of ours below the directory it is unpacked into: `data/…` or `database/…`, made of ordinary names.
fn is_below(path: &str) -> bool {
    let components: Vec<_> = Path::new(path).components().collect();
    let is_ordinary = components
        .iter()
        .all(|component| matches!(component, Component::Normal(_)));
    is_ordinary
        && (2..=DEPTH).contains(&components.len())
        && !path.contains(['\\', '\0'])
        && [DATA, DATABASE].contains(&components[0].as_os_str().to_str().unwrap_or_default())
}
