//! Speed of the learners: training and scoring on a table of 1,000,000 rows and 40 features, and, where Python has scikit-learn, the ratio to its same learners.
//!
//! Seconds of processor time count all threads and are what a shared machine can be compared by; the bounds are on wall seconds of two cores. `VEEDOR_BENCH_ROWS` sets the
//! rows, `VEEDOR_BENCH_PYTHON` the interpreter (`python3`). Below each learner stands its AUC on the rows it saw, to tell that it learned.

#![expect(
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::disallowed_methods,
    reason = "a bench prints what it measured and is set by the environment; rows are far below 2^53"
)]

use std::{io::Write, path::Path, process::Command, time::Instant};

use veedor::learning::{
    Matrix,
    forest::{Forest, ForestKind, ForestSettings},
    linear::{Linear, LinearSettings},
    metrics,
};

/// Wall seconds that training and scoring may take.
const BOUNDS: [f64; 2] = [60.0, 2.0];
const FEATURES: usize = 40;
const FOREST: &str = "random forest, 100 trees of 100,000 rows";
const LOGISTIC: &str = "logistic regression";

/// scikit-learn on the same bits: per learner its name, then wall and processor seconds of training and of scoring.
const SCRIPT: &str = r#"
import sys, time
import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
rows, features = int(sys.argv[2]), int(sys.argv[3])
X = np.fromfile(sys.argv[1] + "/values", dtype="<f8").reshape(features, rows).T
y = np.fromfile(sys.argv[1] + "/labels", dtype="u1")
for name, learner in [
    ("random forest", RandomForestClassifier(100, max_depth=14, min_samples_leaf=20, max_samples=min(100000, rows), n_jobs=-1, random_state=1)),
    ("logistic", make_pipeline(StandardScaler(), LogisticRegression(max_iter=200))),
]:
    times = []
    for work in (lambda: learner.fit(X, y), lambda: learner.predict_proba(X)):
        wall, processor = time.perf_counter(), time.process_time()
        result = work()
        times += [time.perf_counter() - wall, time.process_time() - processor]
    print(name, *times, roc_auc_score(y, result[:, 1]), sep=";")
"#;

/// Wall and processor seconds of training and of scoring, and the AUC.
struct Measured {
    name: &'static str,
    training: [f64; 2],
    scoring: [f64; 2],
    auc: f64,
}

fn main() {
    let rows = std::env::var("VEEDOR_BENCH_ROWS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(1_000_000);
    let (matrix, labels) = table(rows);
    let settings = ForestSettings {
        kind: ForestKind::RandomForest,
        trees: 100,
        least_leaf_weight: 20,
        most_depth: 14,
        rows_per_tree: 100_000.min(rows),
        ..ForestSettings::default()
    };
    let forest = measured(
        FOREST,
        &labels,
        || Forest::grow(&settings, &matrix, &labels, None, 1),
        |forest| forest.shares(&matrix),
    );
    let logistic = measured(
        LOGISTIC,
        &labels,
        || {
            Linear::fit(&LinearSettings::default(), &matrix, &labels)
                .expect("the table can be learned from")
        },
        |linear| linear.log_odds(&matrix),
    );
    println!(
        "{rows} rows, {FEATURES} features; bounds {} s and {} s of wall time",
        BOUNDS[0], BOUNDS[1]
    );
    for learner in [&forest, &logistic] {
        println!(
            "{}: training {:.1} s wall, {:.1} s processor; scoring {:.2} s wall, {:.2} s processor; AUC {:.4}{}",
            learner.name,
            learner.training[0],
            learner.training[1],
            learner.scoring[0],
            learner.scoring[1],
            learner.auc,
            if learner.training[0] > BOUNDS[0] || learner.scoring[0] > BOUNDS[1] {
                "  ABOVE ITS BOUND"
            } else {
                ""
            }
        );
    }
    match of_python(&matrix, &labels) {
        Err(reason) => println!("scikit-learn: skipped, {reason}"),
        Ok(theirs) => {
            for (own, theirs) in [&forest, &logistic].into_iter().zip(theirs) {
                println!(
                    "{}: processor time over scikit-learn's: training {:.2}, scoring {:.2} (its wall seconds {:.1} and {:.2}, its AUC {:.4})",
                    own.name,
                    own.training[1] / theirs[1],
                    own.scoring[1] / theirs[3],
                    theirs[0],
                    theirs[2],
                    theirs[4]
                );
            }
        }
    }
}

/// A table whose first eight features decide the outcome, by a congruential generator (Knuth's MMIX constants).
fn table(rows: usize) -> (Matrix, Vec<bool>) {
    let mut state = 1_u64;
    let mut uniform = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let columns: Vec<(String, Vec<f64>)> = (0..FEATURES)
        .map(|feature| {
            let values = (0..rows).map(|_| uniform()).collect();
            (format!("feature_{feature}"), values)
        })
        .collect();
    let labels = (0..rows)
        .map(|row| {
            let x = |feature: usize| columns[feature].1[row];
            let odds = 3.0 * x(0) - 3.0 * x(1)
                + 4.0 * (x(2) - 0.5) * (x(3) - 0.5)
                + 2.0 * x(4)
                + x(5)
                + x(6) * x(7)
                - 3.0;
            uniform() < 1.0 / (1.0 + (-odds).exp())
        })
        .collect();
    (
        Matrix::new(columns).expect("columns of one length and their own names"),
        labels,
    )
}

fn measured<L>(
    name: &'static str,
    labels: &[bool],
    learn: impl FnOnce() -> L,
    score: impl FnOnce(&L) -> Vec<f64>,
) -> Measured {
    let (learned, training) = timed(learn);
    let (scores, scoring) = timed(|| score(&learned));
    let auc = metrics::auc(&scores, labels).map_or(f64::NAN, |auc| auc.value);
    Measured {
        name,
        training,
        scoring,
        auc,
    }
}

/// What a work gives, with its wall and processor seconds.
fn timed<T>(work: impl FnOnce() -> T) -> (T, [f64; 2]) {
    let (wall, processor) = (Instant::now(), processor_seconds());
    let done = work();
    (
        done,
        [
            wall.elapsed().as_secs_f64(),
            processor_seconds() - processor,
        ],
    )
}

/// Seconds of processor time of this process in all threads, from the system's own account (Linux, hundredths of a second); 0 elsewhere.
fn processor_seconds() -> f64 {
    let account = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = account.rsplit(')').next().unwrap_or_default();
    let mut fields = fields
        .split_ascii_whitespace()
        .skip(11)
        .map(|field| field.parse().unwrap_or(0.0));
    let user: f64 = fields.next().unwrap_or(0.0);
    let system: f64 = fields.next().unwrap_or(0.0);
    (user + system) / 100.0
}

/// What scikit-learn takes on the same table, learner by learner, or why it was not asked.
fn of_python(matrix: &Matrix, labels: &[bool]) -> Result<Vec<Vec<f64>>, String> {
    let python = std::env::var("VEEDOR_BENCH_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let has_it = Command::new(&python)
        .args(["-c", "import sklearn"])
        .output();
    if !has_it.is_ok_and(|output| output.status.success()) {
        return Err(format!("`{python}` does not have it"));
    }
    let directory = tempfile::tempdir().map_err(|error| error.to_string())?;
    write(directory.path(), matrix, labels).map_err(|error| error.to_string())?;
    let output = Command::new(&python)
        .args(["-c", SCRIPT])
        .arg(directory.path())
        .args([matrix.rows().to_string(), matrix.width().to_string()])
        .output()
        .map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let numbers = |line: &str| {
        line.split(';')
            .skip(1)
            .map(|word| word.parse().unwrap_or(f64::NAN))
            .collect()
    };
    Ok(String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(numbers)
        .collect())
}

/// The table as bits that another program reads.
fn write(directory: &Path, matrix: &Matrix, labels: &[bool]) -> std::io::Result<()> {
    let mut values = std::io::BufWriter::new(std::fs::File::create(directory.join("values"))?);
    for place in 0..matrix.width() {
        for value in matrix.column(place) {
            values.write_all(&value.to_le_bytes())?;
        }
    }
    values.flush()?;
    let labels: Vec<u8> = labels.iter().map(|label| u8::from(*label)).collect();
    std::fs::write(directory.join("labels"), labels)
}
