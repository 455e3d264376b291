//! Which files there are under the paths that were given, in an order that does not depend on how they were given.

use std::{io, path::PathBuf};

use super::IngestError;

/// One file to read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct InputFile {
    /// Its name under the path that was given: what evidence points to.
    pub(super) label: String,
    /// `None` is standard input.
    pub(super) path: Option<PathBuf>,
    pub(super) bytes: u64,
}

/// Every file under the paths, in an order that does not depend on how they were given.
pub(super) fn discover(paths: &[PathBuf]) -> Result<Vec<InputFile>, IngestError> {
    let mut files = Vec::new();
    for path in paths {
        if path.as_os_str() == "-" {
            files.push(InputFile {
                label: "stdin".to_owned(),
                path: None,
                bytes: 0,
            });
            continue;
        }
        let metadata = std::fs::metadata(path).map_err(|source| IngestError::Unreadable {
            path: path.clone(),
            source,
        })?;
        let root = path
            .canonicalize()
            .map_err(|source| IngestError::Unreadable {
                path: path.clone(),
                source,
            })?;
        let name = root.file_name().map_or_else(
            || "root".to_owned(),
            |name| name.to_string_lossy().into_owned(),
        );
        if !metadata.is_dir() {
            files.push(InputFile {
                label: name,
                path: Some(root),
                bytes: metadata.len(),
            });
            continue;
        }
        for entry in walkdir::WalkDir::new(&root).sort_by_file_name() {
            let entry = entry.map_err(|error| {
                let path = error.path().unwrap_or(&root).to_owned();
                let source = error
                    .into_io_error()
                    .unwrap_or_else(|| io::Error::other("a link that leads back to itself"));
                IngestError::Unreadable { path, source }
            })?;
            if !entry.file_type().is_file() {
                continue;
            }
            let below = entry
                .path()
                .strip_prefix(&root)
                .expect("the walk stays below its root");
            let label = format!("{name}/{}", below.to_string_lossy().replace('\\', "/"));
            let bytes = entry.metadata().map_or(0, |metadata| metadata.len());
            files.push(InputFile {
                label,
                path: Some(entry.path().to_owned()),
                bytes,
            });
        }
    }
    files.sort();
    files.dedup();
    Ok(files)
}

/// How much there is to read, where it is known.
pub(super) fn total_bytes(files: &[InputFile]) -> u64 {
    files.iter().map(|file| file.bytes).sum()
}
