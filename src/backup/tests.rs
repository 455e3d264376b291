//! What is taken into an archive and what is not, and which archives are refused.

use std::{
    error::Error as StdError,
    fs,
    path::{Path, PathBuf},
};

use super::*;

/// A database that is one file with these words.
struct OneFile(&'static str);

impl DatabaseCopy for OneFile {
    fn kind(&self) -> DatabaseKind {
        DatabaseKind::Sqlite
    }

    fn copy_into(&self, directory: &Path) -> Result<Vec<String>, Box<dyn StdError + Send + Sync>> {
        fs::write(directory.join("veedor.db"), self.0)?;
        Ok(vec!["served".to_owned()])
    }
}

/// A data directory `data` in a directory of its own.
fn desk() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("veedor.db", "live"),
        ("veedor.db-wal", "log"),
        ("veedor.toml", "secret"),
        ("assess.lock", ""),
        ("veedor.publishing", ""),
        ("old.tar.zst", "backup"),
        ("baselines/one/distributions.parquet", "fences"),
        ("models/m/1/weights.json", "weights"),
        ("models/.partial/x", "half"),
        ("datasets/served/tables/lot-0000.parquet", "rows"),
        ("datasets/older/tables/lot-0000.parquet", "old rows"),
        ("datasets/.partial/tables/lot-0000.parquet", "half"),
        ("empty", ""),
    ] {
        let path = directory.path().join("data").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    directory
}

fn backed_up(desk: &tempfile::TempDir) -> PathBuf {
    let archive = desk.path().join("a.tar.zst");
    let request = Request {
        data: &desk.path().join("data"),
        database: &OneFile("copied"),
        configuration: "[server]\n",
        now_ms: 1_700_000_000_000,
        force: false,
    };
    write(&request, &archive).unwrap();
    archive
}

/// Files below a directory with their text.
fn files(directory: &Path) -> Vec<(String, String)> {
    let mut found: Vec<_> = walkdir::WalkDir::new(directory)
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let name = entry.path().strip_prefix(directory).unwrap();
            (
                name.to_string_lossy().into_owned(),
                String::from_utf8_lossy(&fs::read(entry.path()).unwrap()).into_owned(),
            )
        })
        .collect();
    found.sort();
    found
}

/// An archive of our own making: these files, and a manifest that names those that are `named`.
fn forged(directory: &Path, entries: &[(&str, &str)], change: impl Fn(&mut Manifest)) -> PathBuf {
    let path = directory.join("forged.tar.zst");
    let mut manifest = Manifest {
        format: 1,
        program_version: "0".to_owned(),
        created_at_ms: 0,
        database: DatabaseKind::Sqlite,
        assessments: Vec::new(),
        files: Vec::new(),
    };
    let mut builder = tar::Builder::new(Vec::new());
    let mut add = |path: &str, bytes: &[u8]| {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        // Past the checks of the library that writes.
        let name = &mut header.as_old_mut().name;
        name[..path.len()].copy_from_slice(path.as_bytes());
        header.set_cksum();
        builder.append(&header, bytes).unwrap();
    };
    for (path, text) in entries {
        add(path, text.as_bytes());
        manifest.files.push(FileRecord {
            path: (*path).to_owned(),
            bytes: text.len() as u64,
            blake3: blake3::hash(text.as_bytes()).to_hex().to_string(),
        });
    }
    change(&mut manifest);
    add("manifest.json", &serde_json::to_vec(&manifest).unwrap());
    let bytes = builder.into_inner().unwrap();
    fs::write(&path, zstd::encode_all(&bytes[..], 1).unwrap()).unwrap();
    path
}

#[track_caller]
fn refused(archive: &Path, says: &str) {
    let directory = archive.parent().unwrap();
    let before = files(directory);
    let error = Staged::unpack(archive, &directory.join("target"), false).unwrap_err();
    assert!(error.to_string().contains(says), "{error}");
    assert_eq!(files(directory), before, "nothing was changed");
}

#[test]
fn what_comes_back_is_the_moment_and_nothing_of_what_was_being_written() {
    let desk = desk();
    let archive = backed_up(&desk);
    let target = desk.path().join("deep/target");
    let staged = Staged::unpack(&archive, &target, false).unwrap();
    assert!(!target.exists());
    assert_eq!(staged.manifest().assessments, ["served"]);
    assert_eq!(
        files(&staged.database()),
        [("veedor.db".to_owned(), "copied".to_owned())]
    );
    staged.put().unwrap();
    let names: Vec<_> = files(&target).into_iter().map(|(name, _)| name).collect();
    assert_eq!(
        names,
        [
            "baselines/one/distributions.parquet",
            "configuration.toml",
            "datasets/served/tables/lot-0000.parquet",
            "empty",
            "models/m/1/weights.json",
        ]
    );
    assert_eq!(
        fs::read_dir(target.parent().unwrap()).unwrap().count(),
        1,
        "nothing is left beside it"
    );
}

#[test]
fn what_is_there_is_replaced_only_when_asked() {
    let desk = desk();
    let archive = backed_up(&desk);
    let data = desk.path().join("data");
    assert!(matches!(
        Staged::unpack(&archive, &data, false),
        Err(Error::Exists(_))
    ));
    Staged::unpack(&archive, &data, true)
        .unwrap()
        .put()
        .unwrap();
    assert!(!data.join("veedor.toml").exists());
    let request = Request {
        data: &data,
        database: &OneFile("copied"),
        configuration: "",
        now_ms: 0,
        force: false,
    };
    assert!(matches!(write(&request, &archive), Err(Error::Exists(_))));
}

#[test]
fn an_archive_that_was_cut_off_or_changed_is_refused_with_nothing_changed() {
    let desk = desk();
    let archive = backed_up(&desk);
    let bytes = fs::read(&archive).unwrap();
    for length in [0, 1, bytes.len() / 2, bytes.len() - 1] {
        fs::write(&archive, &bytes[..length]).unwrap();
        refused(&archive, "nothing was changed");
    }
    for place in [10, bytes.len() / 3, bytes.len() / 2, bytes.len() - 2] {
        let mut changed = bytes.clone();
        changed[place] ^= 0x40;
        fs::write(&archive, &changed).unwrap();
        refused(&archive, "nothing was changed");
    }
    fs::write(&archive, "words").unwrap();
    refused(&archive, "nothing was changed");
}

#[test]
fn a_path_never_leaves_the_directory_it_is_unpacked_into() {
    for path in [
        "../outside",
        "data/../../outside",
        "/outside",
        "data",
        "outside",
        "data/./../../x",
        "other/x",
        "data/a\\b",
    ] {
        let directory = tempfile::tempdir().unwrap();
        let archive = forged(directory.path(), &[(path, "x")], |_| {});
        refused(&archive, "which is not a place in a backup");
    }
}

#[test]
fn links_and_what_the_manifest_does_not_say_are_refused() {
    let directory = tempfile::tempdir().unwrap();
    let at = directory.path();
    let one = [("data/x", "x")];
    refused(
        &forged(at, &one, |it| it.files.clear()),
        "which its manifest does not name",
    );
    refused(
        &forged(at, &one, |it| it.files[0].bytes = 2),
        "with other bytes",
    );
    refused(
        &forged(at, &one, |it| it.files[0].blake3.clear()),
        "with other bytes",
    );
    refused(
        &forged(at, &one, |it| it.files[0].path.push('y')),
        "lacks `data/xy`",
    );
    refused(
        &forged(at, &[("data/x", "x"), ("data/x", "x")], |_| {}),
        "data/x",
    );
    refused(&forged(at, &one, |it| it.format = 2), "upgrade the program");

    let mut builder = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::Symlink);
    header.set_size(0);
    builder.append_link(&mut header, "data/x", "/etc").unwrap();
    let bytes = builder.into_inner().unwrap();
    let link = at.join("link.tar.zst");
    fs::write(&link, zstd::encode_all(&bytes[..], 1).unwrap()).unwrap();
    refused(&link, "not a file");
}
