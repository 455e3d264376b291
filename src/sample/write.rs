//! Writes a country: processes as JSON Lines, projects as one package, and the truth about both.
//!
//! Blocks of processes are generated side by side and written in order, a batch at a time, so memory stays flat at any size.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use rayon::prelude::*;

use super::cast::Cast;
use super::country::{OCID_PREFIX, PARTY_PREFIX, PROJECT_PREFIX, REGION_PREFIX};
use super::json::Json;
use super::listing::{self, DoubledFirms};
use super::model::Indicator;
use super::plan::{BLOCK, Plan};
use super::truth_block::{self, BlockTruth};
use super::truth_country::CountryTruth;
use super::truth_line::{TruthHeader, TruthLine};
use super::truth_process;
use super::{Country, process, project_package, projects, reference, releases};

/// Blocks in memory at once: about two megabytes each.
const BLOCKS_IN_BATCH: u64 = 8;

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

/// Where a country is written to.
pub(super) struct Output<W> {
    pub(super) processes: W,
    pub(super) projects: W,
    pub(super) truth: W,
    pub(super) sanctions: W,
    pub(super) foundations: W,
}

/// A block in its published form, with what it shows.
struct WrittenBlock {
    text: Vec<u8>,
    sanctions: Vec<u8>,
    foundations: Vec<u8>,
    truth: BlockTruth,
    country: CountryTruth,
    doubled: DoubledFirms,
}

/// Writes the country into a directory, which is made if need be: what is published, the truth about it, and in `reference` the
/// lists that others keep.
///
/// # Errors
///
/// Where the directory or one of its files cannot be written.
pub fn write_country(country: &Country, directory: &Path) -> io::Result<Written> {
    std::fs::create_dir_all(directory.join("reference"))?;
    let create = |name: &str| {
        File::create(directory.join(name)).map(|file| BufWriter::with_capacity(1 << 20, file))
    };
    let mut output = Output {
        processes: create("processes.jsonl")?,
        projects: create("projects.json")?,
        truth: create("truth.jsonl")?,
        sanctions: create("reference/sanctions.csv")?,
        foundations: create("reference/foundations.csv")?,
    };
    write_to(country, &mut output)
}

/// Writes the country to its writers, and flushes them.
pub(super) fn write_to<W: Write>(country: &Country, output: &mut Output<W>) -> io::Result<Written> {
    let mut written = Written {
        projects: projects::number_of_projects(country.processes),
        ..Written::default()
    };
    let mut doubled = DoubledFirms::default();
    let mut whole = CountryTruth::default();
    serde_json::to_writer(&mut output.truth, &header(country))?;
    output.truth.write_all(b"\n")?;
    output
        .sanctions
        .write_all(reference::SANCTIONS_HEAD.as_bytes())?;
    output
        .foundations
        .write_all(reference::FOUNDATIONS_HEAD.as_bytes())?;
    let blocks = country.processes.div_ceil(BLOCK);
    for batch in (0..blocks).step_by(usize::try_from(BLOCKS_IN_BATCH).expect("small")) {
        let generated: Vec<WrittenBlock> = (batch..blocks.min(batch + BLOCKS_IN_BATCH))
            .into_par_iter()
            .map(|block| written_block(country, block))
            .collect();
        for block in generated {
            output.processes.write_all(&block.text)?;
            output.sanctions.write_all(&block.sanctions)?;
            output.foundations.write_all(&block.foundations)?;
            written.process_bytes += block.text.len() as u64;
            written.truth_lines += write_lines(&mut output.truth, &block.truth.lines)?;
            whole.note_markets(block.truth.markets, block.truth.territories);
            whole.join(block.country);
            doubled.join(block.doubled);
        }
    }
    written_projects(country, &mut written, &mut doubled, output)?;
    written.truth_lines += write_lines(&mut output.truth, &whole.list())?;
    written.truth_lines += write_lines(&mut output.truth, &doubled.list())?;
    for writer in [
        &mut output.processes,
        &mut output.projects,
        &mut output.truth,
        &mut output.sanctions,
        &mut output.foundations,
    ] {
        writer.flush()?;
    }
    Ok(written)
}

fn written_projects<W: Write>(
    country: &Country,
    written: &mut Written,
    doubled: &mut DoubledFirms,
    output: &mut Output<W>,
) -> io::Result<()> {
    let mut json = Json::default();
    project_package::write_head(&mut json);
    for index in 0..written.projects {
        let project = projects::generate(country.seed, index, country.processes, country.honest);
        let cast = project.cast();
        project_package::write_project(&mut json, &project, &cast);
        doubled.note(&cast);
        written.truth_lines += write_lines(&mut output.truth, &project.list())?;
        written.project_bytes += drain(&mut json, &mut output.projects)?;
    }
    project_package::write_tail(&mut json);
    written.project_bytes += drain(&mut json, &mut output.projects)?;
    Ok(())
}

/// Generates a block, as far as the country goes.
fn written_block(country: &Country, block: u64) -> WrittenBlock {
    let plan = Plan::of(country.seed, block, country.honest);
    let mut json = Json::default();
    let mut lines = Vec::new();
    let mut doubled = DoubledFirms::default();
    let mut whole = CountryTruth::default();
    let indices = block * BLOCK..country.processes.min((block + 1) * BLOCK);
    let processes: Vec<_> = indices
        .map(|index| process::generate(&plan, index))
        .collect();
    for process in &processes {
        let cast = Cast::of_process(process);
        releases::write_process(&mut json, process, &cast);
        lines.extend(listing::of_process(&plan, process));
        if truth_process::contacts_of(process).through_bookkeepers {
            whole.note_bookkeepers(TruthLine {
                ocid: Some(process.ocid.clone()),
                ..TruthLine::new(Indicator::BiddersShareContact, "process", &[])
            });
        }
        doubled.note(&cast);
        whole.note_parties(&cast);
    }
    let mut truth = truth_block::of_block(&plan, &processes);
    truth.lines.splice(0..0, lines);
    let (mut sanctions, mut foundations) = (Vec::new(), Vec::new());
    reference::write_sanctions(&mut sanctions, &plan);
    reference::write_foundations(&mut foundations, &plan);
    WrittenBlock {
        text: json.out,
        sanctions,
        foundations,
        truth,
        country: whole,
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
        region_prefix: REGION_PREFIX.to_owned(),
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
