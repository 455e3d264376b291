//! `veedor names dedupe`: the pairs of similar names in any list.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, IsTerminal, Write},
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use indicatif::{HumanCount, ProgressBar};

use super::{
    list::{List, Source},
    output::{self, Format, PairRow},
};
use crate::identity::{ALERT, Class, Index, Pair, Standing, compare_ids, group};

/// Score from which pairs are looked for: groups need the weaker ones.
const LEAST: f32 = 0.5;

/// What `veedor names dedupe` takes.
///
/// Each identifier and name of the list counts once, however often it is repeated. Pairs go to standard output or to --out, strongest first; what was
/// read and found is said on standard error.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The list (CSV with a header), or - for standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Column that holds names
    #[arg(long, value_name = "NAME")]
    name_column: String,
    /// Column that holds identifiers
    #[arg(long, value_name = "NAME")]
    id_column: Option<String>,
    /// What separates columns
    #[arg(long, value_name = "SIGN", default_value_t = ',')]
    delimiter: char,
    /// The least score to write, 0.5 to 1
    #[arg(long, value_name = "SCORE", default_value_t = ALERT)]
    least: f32,
    /// Write pairs to this file
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Form of the output
    #[arg(long, value_enum, default_value_t = Format::Csv)]
    format: Format,
    /// Write the rows that could not be compared, with their reason, to this CSV file
    #[arg(long, value_name = "FILE")]
    unused: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments) -> Result<()> {
    if !(LEAST..=1.0).contains(&arguments.least) {
        bail!("--least {} is not between {LEAST} and 1", arguments.least);
    }
    if arguments.format == Format::Parquet && arguments.out.is_none() {
        bail!("Parquet is for programs: name a file with --out");
    }
    let progress = Stages::new();
    progress.say("reading the list");
    let list = List::read(&Source {
        path: &arguments.file,
        name_column: &arguments.name_column,
        id_column: arguments.id_column.as_deref(),
        delimiter: arguments.delimiter,
    })?;
    progress.say(&format!(
        "indexing {} names",
        HumanCount(list.rows.len() as u64)
    ));
    let names: Vec<&str> = list.rows.iter().map(|row| row.name.as_str()).collect();
    let index = Index::build(&names);
    progress.say(&format!(
        "comparing {} names",
        HumanCount(list.rows.len() as u64)
    ));
    let pairs = index.pairs(LEAST);
    progress.say("grouping");
    let groups = groups(&index, &pairs);
    let rows: Vec<PairRow<'_>> = pairs
        .iter()
        .filter(|pair| pair.score >= arguments.least)
        .map(|pair| row(&list, pair, &groups))
        .collect();
    progress.clear();
    output::write(&rows, arguments.out.as_deref(), arguments.format)?;
    let mut said = io::stderr().lock();
    summary(&mut said, &list, &index, &rows, &groups)?;
    if let Some(path) = &arguments.unused {
        write_unused(path, &list, &index)
            .with_context(|| format!("cannot write `{}`", path.display()))?;
    }
    Ok(())
}

/// What is being done, on a terminal.
struct Stages(ProgressBar);

impl Stages {
    fn new() -> Self {
        let bar = if io::stderr().is_terminal() {
            ProgressBar::new_spinner()
        } else {
            ProgressBar::hidden()
        };
        bar.enable_steady_tick(Duration::from_millis(100));
        Self(bar)
    }

    fn say(&self, what: &str) {
        self.0.set_message(what.to_owned());
    }

    fn clear(&self) {
        self.0.finish_and_clear();
    }
}

/// The group of each row that is in one, from 1.
fn groups(index: &Index, pairs: &[Pair]) -> BTreeMap<u32, u64> {
    let mut of_row = BTreeMap::new();
    for (number, group) in (1..).zip(group(index, pairs)) {
        of_row.extend(group.rows.into_iter().map(|row| (row, number)));
    }
    of_row
}

fn row<'l>(list: &'l List, pair: &Pair, groups: &BTreeMap<u32, u64>) -> PairRow<'l> {
    let (left, right) = (
        &list.rows[pair.left as usize],
        &list.rows[pair.right as usize],
    );
    let group = groups.get(&pair.left).copied();
    let are_ids = !left.id.is_empty() && !right.id.is_empty();
    PairRow {
        group: group.filter(|_| group == groups.get(&pair.right).copied()),
        score: (f64::from(pair.score) * 1e4).round() / 1e4,
        class: pair.class.code(),
        is_similar: pair.score >= ALERT && pair.class.is_similar(),
        ids: are_ids.then(|| compare_ids(&left.id, &right.id).code()),
        left_line: left.line,
        left_id: &left.id,
        left_name: &left.name,
        left_rows: left.rows,
        right_line: right.line,
        right_id: &right.id,
        right_name: &right.name,
        right_rows: right.rows,
    }
}

fn summary(
    out: &mut impl Write,
    list: &List,
    index: &Index,
    rows: &[PairRow<'_>],
    groups: &BTreeMap<u32, u64>,
) -> io::Result<()> {
    let counts = index.counts();
    let human = |count: usize| HumanCount(count as u64);
    writeln!(
        out,
        "read      {} rows: {} different, {} said again",
        HumanCount(list.read),
        human(list.rows.len()),
        HumanCount(list.read - (list.rows.len() + list.short.len()) as u64)
    )?;
    writeln!(
        out,
        "compared  {} names of {} words",
        human(counts.usable),
        human(counts.words)
    )?;
    for (what, count) in [
        (
            "name nobody (fillers such as N/A or CONFIDENTIAL)",
            counts.placeholders,
        ),
        ("have no letter and no digit", counts.empty),
        ("have one letter, or digits alone", counts.too_short),
        ("had no column of names", list.short.len()),
    ] {
        if count > 0 {
            writeln!(out, "unused    {} {what}", human(count))?;
        }
    }
    if list.garbled > 0 {
        writeln!(
            out,
            "garbled   {} rows are not in UTF-8; convert the file for better answers",
            HumanCount(list.garbled)
        )?;
    }
    let similar = rows.iter().filter(|row| row.is_similar).count();
    let number = groups.values().max().copied().unwrap_or(0);
    writeln!(
        out,
        "found     {} pairs, {} of them similar, {} groups",
        human(rows.len()),
        human(similar),
        HumanCount(number)
    )?;
    for class in Class::ALL {
        let count = rows.iter().filter(|row| row.class == class.code()).count();
        if count > 0 {
            writeln!(
                out,
                "{:>14}  {:<18} {}",
                human(count).to_string(),
                class.code(),
                class.words().0
            )?;
        }
    }
    let equal = rows.iter().filter(|row| row.ids == Some("equal")).count();
    if equal > 0 {
        writeln!(
            out,
            "          {} of the pairs stand under one identifier: spellings of one supplier, no collision",
            human(equal)
        )?;
    }
    writeln!(
        out,
        "Similar names are a question about who is who, never an answer."
    )
}

fn write_unused(path: &Path, list: &List, index: &Index) -> Result<()> {
    let mut writer = csv::Writer::from_writer(File::create(path)?);
    writer.write_record(["line", "id", "name", "reason"])?;
    for (number, row) in (0..).zip(&list.rows) {
        let standing = index.standing(number);
        if standing != Standing::Usable {
            let line = row.line.to_string();
            writer.write_record([line.as_str(), &row.id, &row.name, standing.code()])?;
        }
    }
    for line in &list.short {
        writer.write_record([line.to_string().as_str(), "", "", "no_column"])?;
    }
    writer.flush()?;
    Ok(())
}
