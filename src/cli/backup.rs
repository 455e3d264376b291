//! `veedor backup` and `veedor restore`: the service as of one moment in a file, and back.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};

use super::{clock::now_ms, settings::DataArguments};
use crate::{
    backup::{self, DatabaseCopy, DatabaseKind, Request, Staged},
    config::Secret,
    database::Dialect,
    store::{self, Store},
};

/// Write the service as of one moment into a file, while it goes on.
#[derive(Debug, clap::Args)]
pub struct BackupArguments {
    /// The file to write, as veedor-2026-03-01.tar.zst. It holds the work on alerts: keep it where only those who may see that can read it.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Replace the file when it exists.
    #[arg(long)]
    force: bool,
    /// Of what.
    #[command(flatten)]
    data: DataArguments,
}

/// Put a backup into its place. Nothing is changed unless all of it is as it was written.
#[derive(Debug, clap::Args)]
pub struct RestoreArguments {
    /// The file that `veedor backup` wrote.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Replace what is there. Stop the service first.
    #[arg(long)]
    force: bool,
    /// Where to.
    #[command(flatten)]
    data: DataArguments,
}

/// The database of a store.
struct Kept<'a>(&'a Store);

impl DatabaseCopy for Kept<'_> {
    fn kind(&self) -> DatabaseKind {
        match self.0.database().dialect() {
            Dialect::Sqlite => DatabaseKind::Sqlite,
            Dialect::Postgres => DatabaseKind::Postgresql,
        }
    }

    fn copy_into(
        &self,
        directory: &Path,
    ) -> Result<Vec<String>, Box<dyn std::error::Error + Send + Sync>> {
        Ok(self.0.copy_into(directory)?)
    }
}

/// The database's file in a data directory.
const DATABASE_FILE: &str = "veedor.db";

/// Writes a backup.
///
/// # Errors
/// When there is nothing to back up, or something cannot be read or written.
pub fn run(arguments: &BackupArguments) -> Result<()> {
    let config = arguments.data.load("veedor backup", &[], Vec::new())?;
    let data = config.server.data.as_path();
    let url = config.database.url.as_ref().map(Secret::expose);
    let is_there = match url {
        Some(_) => data.is_dir(),
        None => data.join(DATABASE_FILE).is_file(),
    };
    anyhow::ensure!(
        is_there,
        "there is no database in `{}`; name the data directory with --data",
        data.display()
    );
    let store = Store::open_with(data, url)?;
    let request = Request {
        data,
        database: &Kept(&store),
        configuration: &config.without_secrets(),
        now_ms: now_ms(),
        force: arguments.force,
    };
    let manifest = backup::write(&request, &arguments.file)?;
    let bytes = std::fs::metadata(&arguments.file)
        .with_context(|| format!("cannot read `{}`", arguments.file.display()))?
        .len();
    writeln!(
        io::stdout(),
        "{} files and the database of {} are in {} ({bytes} bytes)",
        manifest.files.len(),
        data.display(),
        arguments.file.display()
    )?;
    Ok(())
}

/// Puts a backup into its place.
///
/// # Errors
/// When the archive is not whole, or what is there may not be replaced.
pub fn restore(arguments: &RestoreArguments) -> Result<()> {
    let config = arguments.data.load("veedor restore", &[], Vec::new())?;
    let data = config.server.data.as_path();
    let url = config.database.url.as_ref().map(Secret::expose);
    let staged = Staged::unpack(&arguments.file, data, arguments.force)?;
    let files = staged.manifest().files.len();
    std::fs::create_dir_all(staged.data())
        .with_context(|| format!("cannot write beside `{}`", data.display()))?;
    let served = match (staged.manifest().database, url) {
        (DatabaseKind::Sqlite, None) => into_file(staged)?,
        (DatabaseKind::Postgresql, Some(url)) => into_server(staged, url, arguments.force)?,
        (DatabaseKind::Sqlite, Some(_)) => bail!(
            "the archive holds an embedded database and `database.url` names a server; restore without it. Nothing was changed"
        ),
        (DatabaseKind::Postgresql, None) => bail!(
            "the archive holds the tables of a PostgreSQL database; say with `database.url` where they go. Nothing was changed"
        ),
    };
    let mut out = io::stdout();
    writeln!(out, "{files} files are in {}", data.display())?;
    match served.first() {
        Some(assessment) => writeln!(
            out,
            "assessment {assessment} is served by `veedor serve --data {}`",
            data.display()
        )?,
        None => writeln!(out, "no assessment was complete when the backup was made")?,
    }
    Ok(())
}

/// The embedded database stands in the data directory.
fn into_file(staged: Staged) -> Result<Vec<String>> {
    let place = staged.data().join(DATABASE_FILE);
    std::fs::rename(staged.database().join(DATABASE_FILE), &place)
        .context("the archive holds no database; nothing was changed")?;
    // Opening it tells whether this program can serve it; looking at it tells whether the tables that it names came along.
    let opened = Store::open(&staged.data()).and_then(|store| {
        let record = store.read(|snapshot| snapshot.current())?;
        if let Some(record) = &record {
            store.dataset(&record.assessment.id)?;
        }
        Ok(record.map(|record| record.assessment.id))
    });
    let served = opened.context("what the archive holds cannot be served; nothing was changed")?;
    staged.put()?;
    Ok(served.into_iter().collect())
}

/// The tables go to a server; the directory moves when they are all there, and they are kept when the directory is.
fn into_server(staged: Staged, url: &str, force: bool) -> Result<Vec<String>> {
    let served = staged.manifest().assessments.clone();
    let directory = staged.database();
    Store::load_copy(url, &directory, force, || {
        staged
            .put()
            .map_err(|error| store::Error::Copy(Box::new(error)))
    })?;
    Ok(served)
}
