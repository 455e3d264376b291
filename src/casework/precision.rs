//! What verdicts say of each indicator: of the alerts it flagged and somebody judged, how many were confirmed.

use serde::Serialize;
use utoipa::ToSchema;

use super::Result;
use crate::database::Session;

/// The normal quantile of a 95 % interval.
const Z: f64 = 1.959_963_984_540_054;

/// How often an indicator's flags were confirmed, of those that were judged. Alerts set aside as duplicates or out of scope say nothing about it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Precision {
    /// The indicator.
    pub indicator: String,
    /// Alerts with its flag that were confirmed.
    pub confirmed: u64,
    /// Alerts with its flag that were explained.
    pub explained: u64,
    /// Alerts with its flag that rested on wrong data.
    pub data_errors: u64,
    /// Confirmed, of those three together: 0..1.
    pub precision: f64,
    /// Where 95 % of such samples would put it (Wilson 1927, score interval): lower end.
    pub lower: f64,
    /// Upper end.
    pub upper: f64,
}

/// The precision of every indicator that was judged, in the order of their names.
///
/// # Errors
///
/// When the database cannot answer.
pub fn precision(session: &Session<'_>) -> Result<Vec<Precision>> {
    let counted: Vec<(String, String, u64)> = session.rows(
        "SELECT indicator, verdict, count(*) FROM case_verdict \
         WHERE verdict IN ('confirmed', 'explained', 'data_error') GROUP BY indicator, verdict ORDER BY indicator, verdict",
        &[],
        |row| Ok((row.text(0)?, row.text(1)?, row.count(2)?)),
    )?;
    let mut found: Vec<Precision> = Vec::new();
    for (indicator, verdict, count) in counted {
        if found.last().is_none_or(|last| last.indicator != indicator) {
            found.push(Precision {
                indicator,
                confirmed: 0,
                explained: 0,
                data_errors: 0,
                precision: 0.0,
                lower: 0.0,
                upper: 1.0,
            });
        }
        let last = found.last_mut().expect("just made sure of");
        match verdict.as_str() {
            "confirmed" => last.confirmed = count,
            "explained" => last.explained = count,
            _ => last.data_errors = count,
        }
    }
    for one in &mut found {
        let judged = one.confirmed + one.explained + one.data_errors;
        (one.precision, one.lower, one.upper) = wilson(one.confirmed, judged);
    }
    Ok(found)
}

/// A share with its score interval; of nothing, nothing is known.
#[expect(
    clippy::cast_precision_loss,
    reason = "people judge fewer alerts than 2^53"
)]
fn wilson(successes: u64, trials: u64) -> (f64, f64, f64) {
    if trials == 0 {
        return (0.0, 0.0, 1.0);
    }
    let n = trials as f64;
    let share = successes as f64 / n;
    let middle = (share + Z * Z / (2.0 * n)) / (1.0 + Z * Z / n);
    let half = Z / (1.0 + Z * Z / n) * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    (share, (middle - half).max(0.0), (middle + half).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::wilson;

    /// Values from scipy 1.17.1, `binomtest(…).proportion_ci(method="wilson")`.
    #[test]
    fn intervals_agree_with_another_implementation() {
        let check = |successes, trials, lower: f64, upper: f64| {
            let (_, low, high) = wilson(successes, trials);
            assert!(
                (low - lower).abs() < 1e-9 && (high - upper).abs() < 1e-9,
                "{low} {high}"
            );
        };
        check(7, 10, 0.396_778_147_5, 0.892_208_732_6);
        check(0, 5, 0.0, 0.434_482_464_8);
        check(50, 50, 0.928_652_400_9, 1.0);
        assert_eq!(wilson(0, 0), (0.0, 0.0, 1.0));
    }
}
