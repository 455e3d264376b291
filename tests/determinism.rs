//! The same input gives the same answers, byte for byte, whatever the threads and the order in which paths are named.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;
use veedor::assessment::Options;

use crate::support::{Assessed, Desk, country, names_in};

const PROCESSES: u64 = 400;

/// A country in six files: its processes a few releases at a time, its projects, and one file twice.
fn published(desk: &Desk) -> Vec<PathBuf> {
    country(&desk.path("country"), PROCESSES, false);
    let from = desk.path("country/published");
    let text = fs::read_to_string(from.join("processes.jsonl")).unwrap();
    let lines: Vec<_> = text.lines().collect();
    for (index, lines) in lines.chunks(lines.len().div_ceil(4)).enumerate() {
        desk.write(&format!("part-{index}.jsonl"), lines.join("\n"));
    }
    desk.write("again.jsonl", lines[..lines.len() / 3].join("\n"));
    desk.write(
        "projects.json",
        fs::read(from.join("projects.json")).unwrap(),
    );
    names_in(&desk.input())
        .iter()
        .map(|name| desk.input().join(name))
        .collect()
}

/// Every file of a dataset with its bytes.
fn bytes(dataset: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in walkdir::WalkDir::new(dataset).sort_by_file_name() {
        let entry = entry.unwrap();
        if entry.file_type().is_file() {
            files.insert(
                entry.path().strip_prefix(dataset).unwrap().to_owned(),
                fs::read(entry.path()).unwrap(),
            );
        }
    }
    files
}

/// Everything about the alerts that is served, in the order of their identifiers.
fn served(assessed: &Assessed) -> Vec<Value> {
    assessed
        .alerts()
        .into_iter()
        .map(|(alert, priority)| serde_json::json!([alert, priority]))
        .collect()
}

#[track_caller]
fn assert_same(one: &Assessed, other: &Assessed) {
    assert_eq!(one.id(), other.id());
    let (one_files, other_files) = (bytes(&one.dataset), bytes(&other.dataset));
    assert_eq!(
        one_files.keys().collect::<Vec<_>>(),
        other_files.keys().collect::<Vec<_>>()
    );
    for (name, content) in &one_files {
        assert!(other_files[name] == *content, "{} differs", name.display());
    }
    assert_eq!(served(one), served(other));
    assert!(served(one).len() > 50, "there is something to compare");
}

#[test]
fn neither_threads_nor_the_order_of_paths_change_a_byte() {
    let desk = Desk::new();
    let mut paths = published(&desk);
    let assessed = |name: &str, threads: usize, paths: &[PathBuf]| {
        desk.assess_with(&Options {
            paths: paths.to_vec(),
            data: desk.path(name),
            threads,
            ..Options::default()
        })
    };
    let first = assessed("one", 1, &paths);
    paths.reverse();
    paths.swap(0, 3);
    let second = assessed("two", 2, &paths);
    assert_same(&first, &second);
    let counts = &first.report.assessment.counts;
    assert!(
        counts.repeated_releases > 100 && counts.processes >= PROCESSES,
        "{counts:?}"
    );
}

#[test]
fn the_program_judges_the_same_with_one_thread_and_with_two() {
    let desk = Desk::new();
    published(&desk);
    for (data, threads) in [("one", "1"), ("two", "2")] {
        let mut command = desk.veedor(["assess", "input", "--data", data, "--threads", threads]);
        let output = command
            .env("POLARS_MAX_THREADS", threads)
            .env("RAYON_NUM_THREADS", threads)
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
    }
    assert_same(&desk.served_in("one"), &desk.served_in("two"));
}

#[test]
fn assessing_again_changes_nothing() {
    let desk = Desk::new();
    published(&desk);
    let first = desk.assess();
    let (files, alerts) = (bytes(&first.dataset), served(&first));
    let second = desk.assess();
    assert_eq!(first.id(), second.id());
    assert!(bytes(&second.dataset) == files);
    assert_eq!(served(&second), alerts);
    assert_eq!(
        desk.datasets(),
        [first.id()],
        "one dataset, nothing partial"
    );
}

#[test]
fn another_name_of_a_file_is_another_assessment_with_the_same_answers() {
    let desk = Desk::new();
    published(&desk);
    let first = desk.assess();
    fs::rename(
        desk.input().join("part-2.jsonl"),
        desk.input().join("renamed.jsonl"),
    )
    .unwrap();
    let second = desk.assess();
    assert_ne!(first.id(), second.id(), "evidence names files");
    assert_eq!(
        first.report.assessment.answers,
        second.report.assessment.answers
    );
    assert_eq!(desk.current().as_deref(), Some(second.id()));
}
