//! Speed and memory of a whole assessment, beside a plain reading of the same file: one thread, line by line, into `serde_json::Value`, and nothing else.
//!
//! Machines differ and are shared, so what is printed to be quoted are ratios of runs made in turn. `VEEDOR_BENCH_PROCESSES` sets the size (100,000 unless
//! told), `VEEDOR_BENCH_ROUNDS` the rounds (5), `VEEDOR_BENCH_FILE` an own JSON Lines file. Each measured run is a process of its own, so that the peak memory is its own.
//! After the rounds it prints what each stage takes, the part that the population has in the whole, and how the time of one process grows from a tenth of the size.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench prints what it measured and is set by the environment"
)]

use std::{
    fs::File,
    io::{BufRead, BufReader, BufWriter, Write},
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

/// What an assessment with the first nineteen indicators was to take of the plain reading's time, and with the whole catalogue.
const BOUNDS: [(&str, f64); 2] = [("the first indicators", 0.8), ("the whole catalogue", 1.0)];
/// What the stages of the population may take of the whole.
const POPULATION_BOUND: f64 = 1.0 / 3.0;
/// How much longer one process may take where there are ten times as many.
const GROWTH_BOUND: f64 = 1.15;
/// Peak memory it may take, in MiB, up to and beyond 100,000 processes.
const PEAK_MIB: [(u64, u64); 2] = [(100_000, 600), (1_000_000, 1_536)];

/// The stages of a run, as it names them in its log.
const STAGES: [&str; 7] = [
    "rules",
    "read",
    "rows",
    "population",
    "entities",
    "judged",
    "published",
];

fn main() {
    let mut arguments = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench");
    match (arguments.next().as_deref(), arguments.next()) {
        (Some("read"), Some(file)) => read_plainly(Path::new(&file)),
        _ => measure(),
    }
}

/// The reference: every line into a JSON tree that is dropped at once.
fn read_plainly(file: &Path) {
    let mut lines = 0_u64;
    let mut reader = BufReader::with_capacity(1 << 20, File::open(file).expect("the file to read"));
    let mut line = Vec::new();
    while reader
        .read_until(b'\n', &mut line)
        .expect("the file can be read")
        > 0
    {
        let value: serde_json::Value = serde_json::from_slice(&line).expect("a line of JSON");
        lines += u64::from(value.is_object());
        line.clear();
    }
    println!("{lines}");
}

fn setting(name: &str, otherwise: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(otherwise)
}

#[expect(
    clippy::too_many_lines,
    reason = "what is measured, from first to last"
)]
fn measure() {
    let veedor = env!("CARGO_BIN_EXE_veedor");
    let processes = setting("VEEDOR_BENCH_PROCESSES", 100_000);
    let rounds = setting("VEEDOR_BENCH_ROUNDS", 5);
    let directory = tempfile::tempdir().expect("a temporary directory");
    let file = std::env::var_os("VEEDOR_BENCH_FILE").map_or_else(
        || {
            let country = directory.path().join("country");
            run(Command::new(veedor)
                .args([
                    "generate",
                    "--seed",
                    "1",
                    "--processes",
                    &processes.to_string(),
                    "--out",
                ])
                .arg(&country));
            country.join("processes.jsonl")
        },
        PathBuf::from,
    );
    let bytes = file.metadata().expect("the generated file").len();
    println!(
        "{processes} processes, {} MiB, {} bytes each, {rounds} rounds in turn",
        bytes >> 20,
        bytes / processes
    );
    let this = std::env::current_exe().expect("this program's own path");
    let mut ratios = Vec::new();
    let mut peak = 0;
    for round in 0..=rounds {
        let read = run(Command::new(&this).arg("read").arg(&file));
        let data = directory.path().join(format!("data-{round}"));
        let assess = run(Command::new(veedor)
            .arg("assess")
            .arg(&file)
            .arg("--data")
            .arg(&data));
        std::fs::remove_dir_all(&data).expect("the data directory of this round");
        // The first round warms the page cache.
        if round > 0 {
            peak = peak.max(assess.peak_mib);
            let ratio = assess.wall.as_secs_f64() / read.wall.as_secs_f64();
            println!(
                "  plain reading {:>6.2} s · assess {:>6.2} s · ratio {ratio:.3} · peak {} MiB",
                read.wall.as_secs_f64(),
                assess.wall.as_secs_f64(),
                assess.peak_mib
            );
            ratios.push(ratio);
        }
    }
    ratios.sort_by(f64::total_cmp);
    let median = ratios[ratios.len() / 2];
    let verdict = |met: bool| if met { "met" } else { "NOT MET" };
    for (whom, bound) in BOUNDS {
        println!(
            "assess / plain reading: median {median:.3} (bound {bound:.1}, {whom}): {}",
            verdict(median <= bound)
        );
    }
    if let Some((_, bound)) = PEAK_MIB.iter().find(|(size, _)| processes <= *size) {
        println!(
            "peak memory: {peak} MiB (bound {bound}): {}",
            verdict(peak < *bound)
        );
    }
    let shares = stages(veedor, &file, &directory.path().join("data-stages"));
    let whole: f64 = shares.iter().map(|(_, seconds)| seconds).sum();
    for (stage, seconds) in &shares {
        println!(
            "  {stage:<12} {seconds:>7.2} s  {:>5.1} %",
            seconds / whole * 100.0
        );
    }
    let population: f64 = shares
        .iter()
        .filter(|(stage, _)| ["population", "entities"].contains(&stage.as_str()))
        .map(|(_, seconds)| seconds / whole)
        .sum();
    println!(
        "population / whole: {population:.3} (bound {POPULATION_BOUND:.3}): {}",
        verdict(population <= POPULATION_BOUND)
    );
    let tenth = tenth_of(&file, &directory.path().join("tenth.jsonl"));
    let mut growths: Vec<f64> = (0..rounds)
        .map(|round| {
            let of = |file: &Path, lines: u64| {
                let data = directory.path().join(format!("growth-{round}-{lines}"));
                let assess = run(Command::new(veedor)
                    .arg("assess")
                    .arg(file)
                    .arg("--data")
                    .arg(&data));
                std::fs::remove_dir_all(&data).expect("the data directory of this round");
                assess.wall.as_secs_f64() / number(lines)
            };
            of(&file, tenth.1) / of(&directory.path().join("tenth.jsonl"), tenth.0)
        })
        .collect();
    growths.sort_by(f64::total_cmp);
    let growth = growths[growths.len() / 2];
    println!(
        "time of one process, {} against {}: {growth:.3} (bound {GROWTH_BOUND}): {}",
        tenth.1,
        tenth.0,
        verdict(growth <= GROWTH_BOUND)
    );
}

#[expect(clippy::cast_precision_loss, reason = "a number of lines")]
fn number(lines: u64) -> f64 {
    lines as f64
}

/// Writes the first tenth of the lines of a file; says how many they are, and how many there were.
fn tenth_of(file: &Path, to: &Path) -> (u64, u64) {
    let lines = || {
        BufReader::new(File::open(file).expect("the file to read"))
            .split(b'\n')
            .map(|line| line.expect("the file can be read"))
    };
    let all = lines().count() as u64;
    let mut out = BufWriter::new(File::create(to).expect("a file beside it"));
    let some = all.div_ceil(10);
    for line in lines().take(usize::try_from(some).expect("fewer lines than memory has bytes")) {
        out.write_all(&line).expect("room for a tenth");
        out.write_all(b"\n").expect("room for a tenth");
    }
    out.flush().expect("room for a tenth");
    (some, all)
}

/// What each stage of a run takes, in seconds, as the program logs it.
fn stages(veedor: &str, file: &Path, data: &Path) -> Vec<(String, f64)> {
    let output = Command::new(veedor)
        .arg("assess")
        .arg(file)
        .arg("--data")
        .arg(data)
        .env("RUST_LOG", "veedor=debug")
        .output()
        .expect("the program starts");
    let log = String::from_utf8_lossy(&output.stderr);
    let mut ended = Vec::new();
    let mut before = 0.0;
    for line in log.lines() {
        // Stages of parts are told beside those of the run: only whole names count.
        let Some(stage) = STAGES
            .iter()
            .find(|stage| line.contains(&format!("stage=\"{stage}\"")))
        else {
            continue;
        };
        let elapsed = line.split("elapsed_ms=").nth(1);
        let elapsed = elapsed.and_then(|rest| rest.split(' ').next()?.parse::<f64>().ok());
        if let Some(elapsed) = elapsed {
            ended.push(((*stage).to_owned(), (elapsed - before) / 1_000.0));
            before = elapsed;
        }
    }
    ended
}

struct Measured {
    wall: Duration,
    peak_mib: u64,
}

/// Runs a command to its end; its peak memory is read from the kernel's own account when it has ended.
fn run(command: &mut Command) -> Measured {
    let start = Instant::now();
    let mut child = command
        .stdout(std::process::Stdio::null())
        .spawn()
        .expect("the program starts");
    let status = format!("/proc/{}/status", child.id());
    let mut peak_kib = 0;
    let code = loop {
        if let Ok(text) = std::fs::read_to_string(&status) {
            let high = text.lines().find_map(|line| {
                line.strip_prefix("VmHWM:")?
                    .trim()
                    .strip_suffix(" kB")?
                    .trim()
                    .parse::<u64>()
                    .ok()
            });
            peak_kib = peak_kib.max(high.unwrap_or(0));
        }
        match child.try_wait().expect("the child is ours") {
            Some(code) => break code,
            None => std::thread::sleep(Duration::from_millis(2)),
        }
    };
    assert!(code.success(), "{command:?} ended with {code}");
    Measured {
        wall: start.elapsed(),
        peak_mib: peak_kib >> 10,
    }
}
