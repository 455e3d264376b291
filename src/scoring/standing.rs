//! Where an alert that arrives later stands among those of an assessment.

use std::collections::BTreeMap;

use super::{Ranked, Scoring};

/// The alerts of an assessment, in the orders that priorities come from.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    risks: Vec<f64>,
    /// By currency: amounts in different currencies never meet.
    values: BTreeMap<String, Vec<f64>>,
}

impl Standing {
    /// Puts the alerts in order.
    #[must_use]
    pub fn of(alerts: Vec<Ranked>) -> Self {
        let mut standing = Self::default();
        for alert in alerts {
            standing.risks.push(alert.risk);
            if let (Some(value), Some(currency)) = (alert.value, alert.currency) {
                standing.values.entry(currency).or_default().push(value);
            }
        }
        standing.risks.sort_unstable_by(f64::total_cmp);
        for values in standing.values.values_mut() {
            values.sort_unstable_by(f64::total_cmp);
        }
        standing
    }

    /// The priority, 0..100, of an alert as if it stood among them. One that is among them has the priority that it has there.
    #[must_use]
    pub fn priority(&self, scoring: &Scoring, alert: &Ranked) -> f64 {
        let value_rank = match (alert.value, &alert.currency) {
            (Some(value), Some(currency)) => {
                rank(self.values.get(currency).map_or(&[], Vec::as_slice), value)
            }
            _ => scoring.priority.rank_of_unknown_value,
        };
        scoring.priority_of(
            rank(&self.risks, alert.risk),
            value_rank,
            alert.actionability,
        )
    }
}

/// The share of others that are below, ties in the middle of their place; where none is equal, the value is one more.
#[expect(clippy::cast_precision_loss, reason = "counts of alerts")]
fn rank(sorted: &[f64], value: f64) -> f64 {
    let below = sorted.partition_point(|other| other.total_cmp(&value).is_lt());
    let equal = sorted[below..].partition_point(|other| other.total_cmp(&value).is_le());
    let (tied, all) = match equal {
        0 => (1, sorted.len() + 1),
        _ => (equal, sorted.len()),
    };
    (below as f64 + tied as f64 / 2.0) / all as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alert(risk: f64, value: Option<f64>) -> Ranked {
        Ranked {
            risk,
            value,
            currency: value.map(|_| "PAB".to_owned()),
            actionability: 0.5,
        }
    }

    #[test]
    fn one_of_them_stands_where_it_stood() {
        let alerts = [
            alert(10.0, Some(5.0)),
            alert(20.0, None),
            alert(20.0, Some(5.0)),
            alert(35.5, Some(1.0)),
        ];
        let scoring = Scoring::embedded();
        let standing = Standing::of(alerts.to_vec());
        let each: Vec<f64> = alerts
            .iter()
            .map(|alert| standing.priority(scoring, alert))
            .collect();
        assert_eq!(each, scoring.priorities(&alerts));
    }

    #[test]
    fn another_one_stands_between_its_neighbours() {
        let scoring = Scoring::embedded();
        let alerts = [alert(10.0, Some(1.0)), alert(20.0, Some(2.0))];
        let standing = Standing::of(alerts.to_vec());
        let priority = |risk, value| standing.priority(scoring, &alert(risk, Some(value)));
        assert!(priority(10.0, 1.0) < priority(15.0, 1.5));
        assert!(priority(15.0, 1.5) < priority(20.0, 2.0));
        let alone = Standing::default().priority(scoring, &alert(50.0, Some(1.0)));
        assert!((0.0..=100.0).contains(&alone), "{alone}");
    }
}
