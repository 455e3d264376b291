//! The evaluation of overrun as a text for people, and its folds as a table for other programs.

use std::fmt::Write as _;

use super::overrun::{Evaluation, Prepared};

impl std::fmt::Display for Evaluation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{}", self.title)?;
        writeln!(
            f,
            "{} rows with a known outcome, {:.1} % reached the target",
            self.rows,
            100.0 * self.base_rate
        )?;
        for origin in &self.origins {
            writeln!(
                f,
                "  from {}: {} rows teach, {} examine ({:.1} %)",
                origin.day,
                origin.train_rows,
                origin.test_rows,
                100.0 * origin.base_rate
            )?;
        }
        writeln!(
            f,
            "  {:<28} {:>6} {:>6} {:>8} {:>12}",
            "", "AUC", "AP", "P@10 %", "calibration"
        )?;
        for score in &self.scores {
            let mut calibration = String::new();
            match score.calibration_error {
                Some(error) => write!(calibration, "{error:.3}")?,
                None => calibration.push('-'),
            }
            writeln!(
                f,
                "  {:<28} {:>6.3} {:>6.3} {:>8.3} {:>12}",
                score.name,
                score.auc,
                score.average_precision,
                score.precision_at_tenth,
                calibration
            )?;
        }
        writeln!(f, "  features: {}", self.features.join(", "))
    }
}

/// The table of an evaluation as CSV for other programs: one column per feature, the label, then per origin 1 where the row teaches, 2 where it examines.
#[must_use]
pub fn folds_as_csv(prepared: &Prepared) -> String {
    let mut csv = prepared.matrix.names().join(",");
    csv.push_str(",label");
    for origin in 0..prepared.origins.len() {
        let _ = write!(csv, ",origin_{origin}");
    }
    csv.push('\n');
    for row in 0..prepared.matrix.rows() {
        for value in prepared.matrix.row(row) {
            if value.is_nan() {
                csv.push(',');
            } else {
                let _ = write!(csv, "{value},");
            }
        }
        let _ = write!(csv, "{}", u8::from(prepared.labels[row]));
        for origin in &prepared.origins {
            let role = u8::from(origin.split.train.contains(&row))
                + 2 * u8::from(origin.split.test.contains(&row));
            let _ = write!(csv, ",{role}");
        }
        csv.push('\n');
    }
    csv
}
