//! Speed and memory of comparing names: all pairs of a list, one name against it, beside every pair of a sample by strsim's Jaro-Winkler, scaled.
//!
//! Machines differ and are shared: seconds are of processor time, and what is to be quoted are ratios of one run. `VEEDOR_BENCH_NAMES` names an own list (CSV with
//! a column `name`), or sets how many names are generated when it is a number: 100,000 unless told, 1,000,000 for the whole. Each list is measured in a
//! process of its own, so that the peak memory is its own. With Python and `string_grouper` at hand the same list is given to it at 0.8; otherwise that is said.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    reason = "a bench prints what it measured, is set by the environment, and counts far below 2^52"
)]

use std::{
    hint::black_box,
    path::Path,
    process::{Command, Stdio},
    time::Instant,
};

use veedor::identity::{ALERT, Index};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Names of the sample whose pairs the plain reference compares: 3,123,750 pairs.
const SAMPLE: usize = 2_500;
/// Names that are asked for one by one.
const ASKED: usize = 10_000;
/// Microseconds that 99 of 100 single names may take.
const P99_MICROSECONDS: f64 = 1_000.0;
/// CPU seconds, and MiB at the peak, that all pairs of so many names may take.
const BOUNDS: [(usize, f64, f64); 2] = [(100_000, 1.2, 1_229.0), (1_000_000, 30.0, 1_229.0)];
/// Seed of the generated list; no list that weights were fitted to has it.
const SEED: u64 = 1_207;

const GROUPER: &str = "
import sys, time, pandas, string_grouper
names = pandas.read_csv(sys.argv[1], dtype=str, keep_default_na=False)['name']
start = time.process_time()
pairs = string_grouper.match_strings(names, min_similarity=0.8)
print(time.process_time() - start, len(pairs))
";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [task, path] = &arguments[..]
        && task == "measure"
    {
        measure(Path::new(path));
        return;
    }
    let asked = std::env::var("VEEDOR_BENCH_NAMES").unwrap_or_else(|_| "100000".to_owned());
    let directory = tempfile::tempdir().expect("a temporary directory");
    let path = match asked.parse() {
        Ok(count) => {
            let path = directory.path().join("names.csv");
            let mut writer = csv::Writer::from_path(&path).expect("the list to write");
            writer.write_record(["name"]).expect("a header");
            for name in generated(count) {
                writer.write_record([name]).expect("a row");
            }
            writer.flush().expect("the list is written");
            path
        }
        Err(_) => asked.into(),
    };
    let this = std::env::current_exe().expect("this program's own path");
    let status = Command::new(this).arg("measure").arg(&path).status();
    assert!(status.expect("the measurement runs").success());
}

fn measure(path: &Path) {
    let names = names(path);
    let (before, peak_before) = usage();
    let index = Index::build(&names);
    let (built, _) = usage();
    let pairs = index.pairs(0.5);
    let (after, peak) = usage();
    let alerts = pairs.iter().filter(|pair| pair.score >= ALERT).count();
    let found = pairs.len();
    drop(pairs);
    let ours = after - before;
    println!(
        "{} names, all pairs: {ours:.2} CPU s (index {:.2}), peak {peak:.0} MiB ({peak_before:.0} before); {found} pairs from 0.5, {alerts} from {ALERT}",
        names.len(),
        built - before,
    );
    for (count, seconds, mebibytes) in BOUNDS.iter().filter(|it| it.0 == names.len()) {
        let held = if ours <= *seconds && peak <= *mebibytes {
            "held"
        } else {
            "NOT HELD"
        };
        println!("  bound for {count}: {seconds} CPU s and {mebibytes} MiB: {held}");
    }
    one_name(&index, &names);
    plain_reference(&names, ours);
    string_grouper(path, ours, names.len());
}

/// Names that are in the list, with a word more.
fn one_name(index: &Index, names: &[String]) {
    let step = (names.len() / ASKED).max(1);
    let mut times: Vec<f64> = names
        .iter()
        .step_by(step)
        .map(|name| {
            let name = format!("{name} X");
            let start = Instant::now();
            black_box(index.similar(&name, ALERT));
            start.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    times.sort_by(f64::total_cmp);
    let Some(last) = times.len().checked_sub(1) else {
        return;
    };
    let p99 = times[last * 99 / 100];
    let held = if p99 <= P99_MICROSECONDS {
        "held"
    } else {
        "NOT HELD"
    };
    println!(
        "one name against the list: p50 {:.0} µs, p99 {p99:.0} µs, most {:.0} µs ({} asked); bound {P99_MICROSECONDS} µs at p99: {held}",
        times[last / 2],
        times[last],
        times.len()
    );
}

fn plain_reference(names: &[String], ours: f64) {
    let step = (names.len() / SAMPLE).max(1);
    let sample: Vec<&String> = names.iter().step_by(step).take(SAMPLE).collect();
    let (before, _) = usage();
    let mut compared = 0_u64;
    let mut above = 0_u64;
    for (place, left) in sample.iter().enumerate() {
        for right in &sample[place + 1..] {
            above += u64::from(strsim::jaro_winkler(left, right) >= f64::from(ALERT));
            compared += 1;
        }
    }
    let seconds = usage().0 - before;
    let all = names.len() as f64 * (names.len() as f64 - 1.0) / 2.0;
    let scaled = seconds * all / compared.max(1) as f64;
    println!(
        "strsim Jaro-Winkler: {seconds:.2} CPU s for {compared} pairs ({above} from {ALERT}), {scaled:.0} s for all: {:.0} times ours",
        scaled / ours.max(0.01)
    );
}

fn string_grouper(path: &Path, ours: f64, names: usize) {
    let is_there = Command::new("python3")
        .args(["-c", "import string_grouper"])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !is_there {
        println!("string_grouper: skipped, Python does not have it here");
        return;
    }
    let output = Command::new("python3")
        .args(["-c", GROUPER])
        .arg(path)
        .output();
    let text = output.map(|it| String::from_utf8_lossy(&it.stdout).into_owned());
    let seconds = text
        .ok()
        .and_then(|text| text.split_whitespace().next()?.parse::<f64>().ok());
    match seconds {
        Some(seconds) => println!(
            "string_grouper at 0.8: {seconds:.1} CPU s for {names} names: {:.1} times ours",
            seconds / ours.max(0.01)
        ),
        None => println!("string_grouper: it is there and did not finish"),
    }
}

fn names(path: &Path) -> Vec<String> {
    let mut reader = csv::Reader::from_path(path).expect("the list can be read");
    let headers = reader.headers().expect("the list has a header");
    let column = headers.iter().position(|name| name == "name");
    let column = column.expect("the list has a column `name`");
    let rows = reader.records().map(|row| row.expect("a row of the list"));
    rows.map(|row| row[column].to_owned()).collect()
}

/// CPU seconds and peak memory in MiB of this process so far, where the system tells (Linux).
fn usage() -> (f64, f64) {
    /// Ticks of the processor clock in a second, as Linux shows them to programs.
    const TICKS: f64 = 100.0;
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or("").split(' ').collect();
    let ticks = |place: usize| fields.get(place).and_then(|it| it.parse::<f64>().ok());
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|text| text.trim().split(' ').next()?.parse::<f64>().ok());
    let seconds = (ticks(11).unwrap_or(0.0) + ticks(12).unwrap_or(0.0)) / TICKS;
    (seconds, peak.unwrap_or(0.0) / 1024.0)
}

/// Draws that depend on their number and the seed alone.
struct Draws(u64);

impl Draws {
    fn below(&mut self, bound: usize) -> usize {
        self.0 += 1;
        let drawn = xxh3_64_with_seed(&self.0.to_le_bytes(), SEED);
        usize::try_from(drawn % bound as u64).expect("it is below a usize")
    }

    /// Small numbers far more often than large ones, as words are in names.
    fn skewed(&mut self, bound: usize) -> usize {
        let reach = self.below(bound) + 1;
        let reach = self.below(reach) + 1;
        self.below(reach)
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.skewed(words.len())]
    }
}

const TRADES: [&str; 24] = [
    "CONSTRUCTORA",
    "SERVICIOS",
    "COMERCIALIZADORA",
    "TRANSPORTES",
    "INGENIERÍA",
    "DISTRIBUIDORA",
    "INVERSIONES",
    "GRUPO",
    "SOLUCIONES",
    "CONSULTORES",
    "EQUIPOS",
    "SUMINISTROS",
    "MAQUINARIA",
    "TECNOLOGÍA",
    "ALIMENTOS",
    "AGROPECUARIA",
    "ELECTRICIDAD",
    "SEGURIDAD",
    "MANTENIMIENTO",
    "PROYECTOS",
    "LABORATORIOS",
    "FERRETERÍA",
    "IMPRESOS",
    "TURISMO",
];
const TAILS: [&str; 12] = [
    "DEL ISTMO",
    "DE PANAMÁ",
    "INTERNACIONAL",
    "Y ASOCIADOS",
    "DEL NORTE",
    "CENTROAMERICANA",
    "DEL PACÍFICO",
    "INTEGRALES",
    "GENERALES",
    "MÉDICOS",
    "INDUSTRIALES",
    "HERMANOS",
];
const FORMS: [&str; 7] = [
    ", S.A.",
    " SA",
    ", S. DE R.L.",
    " INC.",
    " CORP",
    ", S.A. DE C.V.",
    "",
];
const SYLLABLES: [&str; 40] = [
    "VI", "LLA", "RRE", "AL", "QUIN", "TA", "NA", "O", "CAM", "PO", "BE", "TAN", "COR", "ZA", "MI",
    "RAN", "DU", "LO", "PEZ", "GUE", "RRA", "SAN", "TO", "RI", "OS", "MEN", "DO", "CHA", "VEZ",
    "FU", "EN", "TES", "BAR", "SI", "LIA", "NO", "JU", "LIO", "KA", "TRO",
];

/// A list in which one name in six is another way of writing one before it.
fn generated(count: usize) -> Vec<String> {
    let mut draws = Draws(0);
    let words: Vec<String> = (0..count / 3 + 500)
        .map(|_| {
            (0..2 + draws.below(3))
                .map(|_| SYLLABLES[draws.below(SYLLABLES.len())])
                .collect()
        })
        .collect();
    let mut names: Vec<String> = Vec::with_capacity(count);
    while names.len() < count {
        let is_variant = !names.is_empty() && draws.below(6) == 0;
        let name = if is_variant {
            let original = names[draws.below(names.len())].clone();
            variant(&original, &mut draws)
        } else {
            let mut name = draws.of(&TRADES).to_owned();
            for _ in 0..=draws.below(2) {
                name = format!("{name} {}", words[draws.skewed(words.len())]);
            }
            if draws.below(2) == 0 {
                name = format!("{name} {}", draws.of(&TAILS));
            }
            format!("{name}{}", draws.of(&FORMS))
        };
        names.push(name);
    }
    names
}

/// Another way of writing a name: a letter lost, its form spelt otherwise, a trade abbreviated, or words in another order.
fn variant(name: &str, draws: &mut Draws) -> String {
    match draws.below(4) {
        0 => {
            let lost = draws.below(name.chars().count().max(1));
            let kept = name.chars().enumerate().filter(|(place, _)| *place != lost);
            kept.map(|(_, letter)| letter).collect()
        }
        1 => name
            .replace(", S.A.", " S A")
            .replace(" SA", " SOCIEDAD ANÓNIMA"),
        2 => name
            .replace("CONSTRUCTORA", "CONST.")
            .replace("SERVICIOS", "SERV."),
        _ => {
            let mut words: Vec<&str> = name.split(' ').collect();
            let middle = words.len() / 2;
            words.rotate_left(middle);
            words.join(" ")
        }
    }
}
