//! A desk to work at: a directory for what is published, a data directory beside it, and a look at what an assessment left there.
//!
//! Invariant: tests touch the library through here, so that a change of its doors is a change of this file.

use std::{
    collections::BTreeMap,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::Arc,
};

use polars::prelude::{AnyValue, ParquetReader, SerReader as _};
use serde_json::{Value, json};
use tempfile::TempDir;
use veedor::{
    alerts::{Alert, AlertSubject},
    assessment::{self, Options, Report},
    ingest::Progress,
    sample::{Country, write_country},
    store::{AlertFilters, AlertQuery, Sort, SortColumn, Store},
};

/// One row of a table, by column.
pub(crate) type Row = BTreeMap<String, Value>;

/// A text of `tests/fixtures`.
pub(crate) fn fixture(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A fixture as a JSON value.
pub(crate) fn fixture_value(name: &str) -> Value {
    serde_json::from_str(&fixture(name)).unwrap()
}

/// Writes a generated country; `truth.jsonl` stands beside `published/`, which holds what would be published.
pub(crate) fn country(directory: &Path, processes: u64, honest: bool) {
    let published = directory.join("published");
    write_country(
        &Country {
            processes,
            seed: 7,
            honest,
        },
        &published,
    )
    .unwrap();
    fs::rename(published.join("truth.jsonl"), directory.join("truth.jsonl")).unwrap();
}

pub(crate) fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn zstandard(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 1).unwrap()
}

/// A directory with `input/`, what is published, and `data/`, what comes of it.
pub(crate) struct Desk {
    directory: Arc<TempDir>,
}

impl Desk {
    pub(crate) fn new() -> Self {
        let directory = Arc::new(tempfile::tempdir().unwrap());
        fs::create_dir(directory.path().join("input")).unwrap();
        Self { directory }
    }

    /// A desk on which these files are published.
    pub(crate) fn with<B: AsRef<[u8]>>(files: &[(&str, B)]) -> Self {
        let desk = Self::new();
        for (name, bytes) in files {
            desk.write(name, bytes);
        }
        desk
    }

    pub(crate) fn directory(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    pub(crate) fn input(&self) -> PathBuf {
        self.path("input")
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.path("data")
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.input().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// Two threads, the input directory, everything else as it is when nothing is said.
    pub(crate) fn options(&self) -> Options {
        Options {
            paths: vec![self.input()],
            data: self.data(),
            threads: 2,
            ..Options::default()
        }
    }

    /// Assesses the input directory.
    pub(crate) fn assess(&self) -> Assessed {
        self.assess_with(&self.options())
    }

    pub(crate) fn assess_with(&self, options: &Options) -> Assessed {
        let report = assessment::run(options, &Progress::default())
            .unwrap_or_else(|error| panic!("{error}"));
        Assessed::new(self, &options.data, report)
    }

    /// The program, run here.
    pub(crate) fn veedor<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_veedor"));
        command
            .args(arguments)
            .current_dir(self.directory.path())
            .env_remove("RUST_LOG")
            .stdin(Stdio::null());
        command
    }

    /// `veedor assess PATH… --data data`, finished.
    pub(crate) fn run_assess<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Ended {
        Ended::of(
            self.veedor(["assess", "--data", "data"])
                .args(arguments)
                .output()
                .unwrap(),
        )
    }

    /// The id of the assessment that is served.
    pub(crate) fn current(&self) -> Option<String> {
        let store = Store::open(&self.data()).unwrap();
        store
            .read(|snapshot| snapshot.current())
            .unwrap()
            .map(|record| record.assessment.id)
    }

    /// What the last good assessment left, after looking that it is whole: its tables can be read, its alerts are as many as it says.
    pub(crate) fn served(&self) -> Assessed {
        self.served_in("data")
    }

    pub(crate) fn served_in(&self, data: &str) -> Assessed {
        let data = self.path(data);
        let store = Store::open(&data).unwrap();
        let record = store
            .read(|snapshot| snapshot.current())
            .unwrap()
            .expect("an assessment is served");
        let report = Report {
            assessment: record.assessment,
            rejects: Vec::new(),
            failures: BTreeMap::new(),
            issues: Vec::new(),
        };
        let assessed = Assessed::new(self, &data, report);
        let counts = &assessed.report.assessment.counts;
        assert_eq!(assessed.rows("process").len() as u64, counts.processes);
        assert_eq!(
            assessed.alerts().len() as u64,
            counts.process_alerts + counts.project_alerts
        );
        assessed
    }

    /// Names in `data/datasets`: complete ones, and whatever is partial.
    pub(crate) fn datasets(&self) -> Vec<String> {
        names_in(&self.data().join("datasets"))
    }
}

pub(crate) fn names_in(directory: &Path) -> Vec<String> {
    let entries =
        fs::read_dir(directory).unwrap_or_else(|error| panic!("{}: {error}", directory.display()));
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ended {
    pub(crate) fn of(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Asserts the exit code, and that standard error holds each of these.
    #[track_caller]
    pub(crate) fn says(&self, code: i32, messages: &[&str]) {
        assert_eq!(self.code, Some(code), "{self:#?}");
        for message in messages {
            assert!(self.err.contains(message), "`{message}` in {self:#?}");
        }
    }
}

/// What an assessment left behind.
pub(crate) struct Assessed {
    pub(crate) report: Report,
    pub(crate) dataset: PathBuf,
    store: Store,
    /// The desk stays as long as somebody looks at what was left on it.
    _directory: Arc<TempDir>,
}

impl Assessed {
    fn new(desk: &Desk, data: &Path, report: Report) -> Self {
        let dataset = assessment::dataset_directory(data, &report.assessment.id);
        Self {
            dataset,
            store: Store::open(data).unwrap(),
            report,
            _directory: Arc::clone(&desk.directory),
        }
    }

    pub(crate) fn id(&self) -> &str {
        &self.report.assessment.id
    }

    /// The rows of a table, over all its parts.
    pub(crate) fn rows(&self, table: &str) -> Vec<Row> {
        self.rows_of("tables", table)
    }

    pub(crate) fn rows_of(&self, room: &str, table: &str) -> Vec<Row> {
        let directory = self.dataset.join(room);
        let is_part = |name: &String| {
            name.strip_prefix(table)
                .is_some_and(|rest| rest.starts_with('-') && rest.ends_with(".parquet"))
        };
        names_in(&directory)
            .iter()
            .filter(|name| is_part(name))
            .flat_map(|name| rows_of_file(&directory.join(name)))
            .collect()
    }

    /// The only row of a table.
    #[track_caller]
    pub(crate) fn row(&self, table: &str) -> Row {
        let mut rows = self.rows(table);
        assert_eq!(rows.len(), 1, "rows of {table}: {rows:#?}");
        rows.remove(0)
    }

    /// Some facts of the only row of a table.
    #[track_caller]
    pub(crate) fn facts(&self, table: &str, facts: &[&str]) -> Value {
        let row = self.row(table);
        let fact = |name: &&str| {
            row.get(*name)
                .unwrap_or_else(|| panic!("there is no {name} in {table}"))
                .clone()
        };
        Value::Array(facts.iter().map(fact).collect())
    }

    /// Every data issue, of processes and projects, as (pointer, value, reason), sorted.
    pub(crate) fn issues(&self) -> Vec<[String; 3]> {
        let rows = ["data_issue", "project_data_issue"]
            .into_iter()
            .flat_map(|table| self.rows(table));
        let text = |row: &Row, column: &str| row[column].as_str().unwrap().to_owned();
        let mut issues: Vec<_> = rows
            .map(|row| ["pointer", "value", "reason"].map(|column| text(&row, column)))
            .collect();
        issues.sort();
        issues
    }

    /// The rejects as written, one JSON object a line.
    pub(crate) fn rejects(&self) -> Vec<Value> {
        let text = fs::read_to_string(self.dataset.join("rejects.jsonl")).unwrap();
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// Every alert that is served, with its priority, in the order of their identifiers.
    pub(crate) fn alerts(&self) -> Vec<(Alert, f64)> {
        let read = self.store.read(|snapshot| {
            let record = snapshot
                .assessment(self.id())?
                .expect("the assessment is served");
            let filters = AlertFilters::default();
            let total = snapshot.count(&record, &filters)?;
            let sort = Sort {
                column: SortColumn::Priority,
                descending: true,
            };
            snapshot.alerts(
                &record,
                &AlertQuery {
                    filters: &filters,
                    sort,
                    limit: 1_000_000,
                    after: None,
                    total,
                },
            )
        });
        let mut alerts: Vec<_> = read
            .unwrap()
            .alerts
            .into_iter()
            .map(|(stored, _)| (stored.alert, stored.priority))
            .collect();
        alerts.sort_by(|one, other| one.0.id.cmp(&other.0.id));
        alerts
    }

    /// The alert about a process or project.
    #[track_caller]
    pub(crate) fn alert(&self, subject: AlertSubject, id: &str) -> Alert {
        let alerts = self.alerts();
        let found = alerts
            .into_iter()
            .map(|(alert, _)| alert)
            .find(|alert| alert.subject == subject && alert.subject_id == id);
        found.unwrap_or_else(|| panic!("there is no alert about {id}"))
    }

    /// The values that a flag shows, by fact.
    #[track_caller]
    pub(crate) fn evidence(&self, subject: AlertSubject, id: &str, indicator: &str) -> Value {
        let alert = self.alert(subject, id);
        let flag = alert.flags.iter().find(|flag| flag.indicator == indicator);
        let flag = flag.unwrap_or_else(|| panic!("{id} is not flagged for {indicator}"));
        let values = flag.evidence.iter().map(|evidence| {
            (
                evidence.fact.clone(),
                serde_json::to_value(&evidence.value).unwrap(),
            )
        });
        Value::Object(values.collect())
    }

    /// The answers of one indicator as (flagged, clear).
    pub(crate) fn answers(&self, indicator: &str) -> (u64, u64) {
        let answers = self
            .report
            .assessment
            .answers
            .iter()
            .find(|answers| answers.indicator == indicator);
        answers.map_or_else(
            || panic!("there is no {indicator}"),
            |answers| (answers.flagged, answers.clear),
        )
    }
}

pub(crate) fn rows_of_file(path: &Path) -> Vec<Row> {
    let table = ParquetReader::new(fs::File::open(path).unwrap())
        .finish()
        .unwrap();
    let cell = |value: AnyValue<'_>| match value {
        AnyValue::Null => Value::Null,
        AnyValue::Boolean(value) => json!(value),
        AnyValue::Float32(value) => json!(value),
        AnyValue::Float64(value) => json!(value),
        AnyValue::UInt8(value) => json!(value),
        AnyValue::Int32(value) => json!(value),
        AnyValue::Int64(value) => json!(value),
        AnyValue::String(value) => json!(value),
        AnyValue::StringOwned(value) => json!(value.as_str()),
        other => panic!("{}: {other:?} in a table", path.display()),
    };
    let row = |index: usize| {
        table
            .columns()
            .iter()
            .map(|column| (column.name().to_string(), cell(column.get(index).unwrap())))
            .collect()
    };
    (0..table.height()).map(row).collect()
}
