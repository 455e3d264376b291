//! Speed of an arrival: how long the ground of an assessment takes to load, and one more release of a known process to be judged beside it.
//!
//! `VEEDOR_BENCH_PROCESSES` sets the size (100,000 unless told), `VEEDOR_BENCH_ARRIVALS` how many are judged one by one (500). The files that were kept and
//! their size in bytes are printed as well; what keeping costs a whole assessment is the `kept` stages of `RUST_LOG=veedor=debug veedor assess`.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench prints what it measured and is set by the environment"
)]

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use veedor::{
    assessment::{
        self, Options,
        arrivals::{Error, Held, receive},
    },
    ingest::Progress,
    sample::{Country, write_country},
};

/// What one release of a known process may take, from its bytes to its alert.
const BOUND: Duration = Duration::from_millis(100);
/// What loading may take.
const OPEN_BOUND: Duration = Duration::from_secs(2);

fn main() {
    let processes = setting("VEEDOR_BENCH_PROCESSES", 100_000);
    let arrivals = setting("VEEDOR_BENCH_ARRIVALS", 500);
    let directory = tempfile::tempdir().expect("a temporary directory");
    let country = directory.path().join("country");
    let sample = Country {
        processes,
        seed: 1,
        honest: false,
    };
    write_country(&sample, &country).expect("a country is written");
    let options = Options {
        paths: vec![
            country.join("processes.jsonl"),
            country.join("projects.json"),
        ],
        data: directory.path().join("data"),
        ..Options::default()
    };
    let start = Instant::now();
    let report = assessment::run(&options, &Progress::default()).expect("it is assessed");
    println!(
        "{processes} processes assessed in {:.1} s",
        start.elapsed().as_secs_f64()
    );
    let id = &report.assessment.id;
    let kept = assessment::dataset_directory(&options.data, id).join("kept");
    println!("kept: {} MiB", bytes_in(&kept) >> 20);

    let mut opened = Vec::new();
    for _ in 0..3 {
        let start = Instant::now();
        Held::open(&options.data, id).expect("the ground is there");
        opened.push(start.elapsed());
    }
    let held = Held::open(&options.data, id).expect("the ground is there");
    told("load the ground", opened, OPEN_BOUND);

    // The last words of processes from all over the file, with another date, one by one.
    let text = fs::read_to_string(country.join("processes.jsonl")).expect("the published file");
    let lines: Vec<&str> = text.lines().collect();
    let step = (lines.len() / usize::try_from(arrivals).unwrap_or(1)).max(1);
    let mut judged = Vec::new();
    let mut alerts = 0;
    for line in lines.iter().step_by(step) {
        let start = Instant::now();
        let received = receive("arrival.json", line.as_bytes(), 1 << 20);
        let reassessed = held
            .reassess(&received.documents, |_, _| Ok::<_, Error>(Vec::new()))
            .expect("what is kept can be read");
        judged.push(start.elapsed());
        alerts += reassessed
            .iter()
            .filter(|subject| subject.alert.is_some())
            .count();
    }
    println!("{} arrivals, {alerts} alerts", judged.len());
    told("judge one release of a known process", judged, BOUND);

    let many = lines
        .iter()
        .step_by(step)
        .copied()
        .collect::<Vec<_>>()
        .join("\n");
    let start = Instant::now();
    let received = receive("arrivals.jsonl", many.as_bytes(), 1 << 30);
    held.reassess(&received.documents, |_, _| Ok::<_, Error>(Vec::new()))
        .expect("what is kept can be read");
    println!(
        "the same in one arrival: {:.1} ms",
        start.elapsed().as_secs_f64() * 1_000.0
    );
}

fn told(what: &str, mut taken: Vec<Duration>, bound: Duration) {
    taken.sort_unstable();
    let at = |share: usize| taken[(taken.len() - 1) * share / 100].as_secs_f64() * 1_000.0;
    println!(
        "{what}: median {:.1} ms, p99 {:.1} ms, most {:.1} ms; to be under {} ms: {}",
        at(50),
        at(99),
        at(100),
        bound.as_millis(),
        if taken[taken.len() - 1] < bound {
            "yes"
        } else {
            "NO"
        }
    );
}

fn bytes_in(directory: &Path) -> u64 {
    let entries = fs::read_dir(directory).expect("the directory of what is kept");
    entries
        .filter_map(|entry| entry.ok()?.metadata().ok())
        .map(|metadata| metadata.len())
        .sum()
}

fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(otherwise)
}
