//! Writes a country: processes as JSON Lines, projects as one package, and the truth about both.
//!
//! Chunks of processes are generated side by side and written in order, a batch at a time, so memory stays flat at any size.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::ops::Range;
use std::path::Path;

use rayon::prelude::*;

use super::cast::Cast;
use super::country::{OCID_PREFIX, PARTY_PREFIX, PROJECT_PREFIX};
use super::json::Json;
use super::listing::{self, DoubledFirms};
use super::truth_line::{TruthHeader, TruthLine};
use super::{Country, process, project_package, projects, releases};

/// Processes that one thread generates at a time: about 400 kB.
const CHUNK: u64 = 128;
/// Chunks in memory at once.
const CHUNKS_IN_BATCH: u64 = 32;

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Bytes of `processes.jsonl`.
    pub process_bytes: u64,
    /// Projects in `projects.json`.
    pub projects: u64,
    /// Bytes of `projects.json`.
    pub project_bytes: u64,
    /// Lines of `truth.jsonl` after its header.
    pub truth_lines: u64,
}

/// Some processes in their published form, with what they show.
struct Chunk {
    text: Vec<u8>,
    truth: Vec<TruthLine>,
    doubled: DoubledFirms,
}

/// Writes the country into a directory, which is made if need be.
///
/// # Errors
///
/// Where the directory or one of its files cannot be written.
pub fn write_country(country: &Country, directory: &Path) -> io::Result<Written> {
    std::fs::create_dir_all(directory)?;
    let create = |name: &str| {
        File::create(directory.join(name)).map(|file| BufWriter::with_capacity(1 << 20, file))
    };
    let (mut processes, mut projects) = (create("processes.jsonl")?, create("projects.json")?);
    let written = write_to(
        country,
        &mut processes,
        &mut projects,
        &mut create("truth.jsonl")?,
    )?;
    processes.flush()?;
    projects.flush()?;
    Ok(written)
}

/// Writes the country to three writers.
pub(super) fn write_to(
    country: &Country,
    process_out: &mut impl Write,
    project_out: &mut impl Write,
    truth_out: &mut impl Write,
) -> io::Result<Written> {
    let mut written = Written {
        projects: projects::number_of_projects(country.processes),
        ..Written::default()
    };
    let mut doubled = DoubledFirms::default();
    serde_json::to_writer(&mut *truth_out, &header(country))?;
    truth_out.write_all(b"\n")?;
    let chunks = country.processes.div_ceil(CHUNK);
    for batch in (0..chunks).step_by(usize::try_from(CHUNKS_IN_BATCH).expect("small")) {
        let generated: Vec<Chunk> = (batch..chunks.min(batch + CHUNKS_IN_BATCH))
            .into_par_iter()
            .map(|chunk| {
                chunk_of(
                    country,
                    chunk * CHUNK..country.processes.min((chunk + 1) * CHUNK),
                )
            })
            .collect();
        for chunk in generated {
            process_out.write_all(&chunk.text)?;
            written.process_bytes += chunk.text.len() as u64;
            written.truth_lines += write_lines(truth_out, &chunk.truth)?;
            doubled.join(chunk.doubled);
        }
    }
    written_projects(country, &mut written, &mut doubled, project_out, truth_out)?;
    written.truth_lines += write_lines(truth_out, &doubled.list())?;
    truth_out.flush()?;
    Ok(written)
}

fn written_projects(
    country: &Country,
    written: &mut Written,
    doubled: &mut DoubledFirms,
    project_out: &mut impl Write,
    truth_out: &mut impl Write,
) -> io::Result<()> {
    let mut json = Json::default();
    project_package::write_head(&mut json);
    for index in 0..written.projects {
        let project = projects::generate(country.seed, index, country.processes, country.honest);
        let cast = project.cast();
        project_package::write_project(&mut json, &project, &cast);
        doubled.note(&cast);
        written.truth_lines += write_lines(truth_out, &project.list())?;
        written.project_bytes += drain(&mut json, project_out)?;
    }
    project_package::write_tail(&mut json);
    written.project_bytes += drain(&mut json, project_out)?;
    Ok(())
}

/// Generates some processes.
fn chunk_of(country: &Country, indices: Range<u64>) -> Chunk {
    let mut json = Json::default();
    let mut truth = Vec::new();
    let mut doubled = DoubledFirms::default();
    for index in indices {
        let process = process::generate(country.seed, index, country.honest);
        let cast = Cast::of_process(&process);
        releases::write_process(&mut json, &process, &cast);
        truth.extend(listing::of_process(&process));
        doubled.note(&cast);
    }
    Chunk {
        text: json.out,
        truth,
        doubled,
    }
}

fn header(country: &Country) -> TruthHeader {
    TruthHeader {
        truth: "veedor".to_owned(),
        processes: country.processes,
        seed: country.seed,
        honest: country.honest,
        ocid_prefix: OCID_PREFIX.to_owned(),
        project_prefix: PROJECT_PREFIX.to_owned(),
        party_prefix: PARTY_PREFIX.to_owned(),
    }
}

fn write_lines(out: &mut impl Write, lines: &[TruthLine]) -> io::Result<u64> {
    for line in lines {
        serde_json::to_writer(&mut *out, line)?;
        out.write_all(b"\n")?;
    }
    Ok(lines.len() as u64)
}

/// Writes what the JSON writer holds and empties it; returns its length.
fn drain(json: &mut Json, out: &mut impl Write) -> io::Result<u64> {
    out.write_all(&json.out)?;
    let length = json.out.len() as u64;
    json.out.clear();
    Ok(length)
}
