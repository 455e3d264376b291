//! How far a project has come and how much of it is paid, with the days on which that was measured.

use crate::{
    ingest::merge::ProjectHistory,
    procurement::{FINANCIAL_PROGRESS, Metric, Money, Observation, PHYSICAL_PROGRESS, Transaction},
};

use super::{locale::Locale, project::ContractSums, rows::ProjectRow};

/// Without a unit that says so, a series of measures is in percent if one of them is above this: works may run to a little more than all that was
/// planned, and not to half as much again. Ours.
const HIGHEST_RATIO: f64 = 1.5;
/// Names and codes of percent (UN/CEFACT `P1`), in small letters.
const PERCENT: [&str; 8] = [
    "%",
    "p1",
    "percent",
    "percentage",
    "per cent",
    "porcentaje",
    "por ciento",
    "porciento",
];

/// One measurement: its day, where it has one, and the share that is done.
type Measured = (Option<i32>, f64);

/// Fills the facts on progress; whether the project is completed must be known by now.
pub(super) fn fill(
    history: &ProjectHistory<'_>,
    own: &[&ContractSums],
    locale: &Locale<'_>,
    row: &mut ProjectRow<'_>,
) {
    let project = &history.project;
    let physical = series(&project.metrics, PHYSICAL_PROGRESS, locale);
    let done = physical.last().copied();
    let financial = series(&project.metrics, FINANCIAL_PROGRESS, locale);
    let paid = financial
        .last()
        .copied()
        .or_else(|| paid_share(own, project.transactions.as_deref(), locale));
    row.physical_progress_ratio = done.map(|(_, ratio)| ratio);
    row.financial_progress_ratio = paid.map(|(_, ratio)| ratio);
    row.progress_gap_ratio = paid.zip(done).map(|((_, paid), (_, done))| paid - done);
    row.progress_gap_days = paid
        .zip(done)
        .and_then(|((paid, _), (done, _))| Some(i64::from((paid? - done?).abs())));
    // What is finished does not stand still.
    let is_unfinished =
        row.is_completed != Some(true) && done.is_some_and(|(_, ratio)| ratio < 1.0);
    row.days_without_progress = last_increase(&physical)
        .filter(|_| is_unfinished)
        .map(|day| i64::from(locale.setting.as_of_day - day).max(0));
}

/// The measurements of one code as shares, by day; those without a day stand first, in published order.
fn series(metrics: &[Metric<'_>], code: &str, locale: &Locale<'_>) -> Vec<Measured> {
    let observations = || {
        metrics
            .iter()
            .filter(|metric| metric.is(code))
            .flat_map(|metric| &metric.observations)
            .filter(|observation| observation.measure >= 0.0)
    };
    let are_percent = observations()
        .any(|observation| !says_percent(observation) && observation.measure > HIGHEST_RATIO);
    let mut series: Vec<_> = observations()
        .map(|observation| {
            let divisor = if are_percent || says_percent(observation) {
                100.0
            } else {
                1.0
            };
            (locale.day(observation.date), observation.measure / divisor)
        })
        .collect();
    series.sort_by_key(|(day, _)| *day);
    series
}

fn says_percent(observation: &Observation<'_>) -> bool {
    [&observation.unit_name, &observation.unit_code]
        .into_iter()
        .flatten()
        .any(|unit| PERCENT.contains(&unit.trim().to_lowercase().as_str()))
}

/// The last day on which progress rose above all that was measured before; the first measurement is such a day.
fn last_increase(series: &[Measured]) -> Option<i32> {
    let mut highest = f64::NEG_INFINITY;
    let mut last = None;
    for (day, ratio) in series {
        if let Some(day) = day
            && *ratio > highest
        {
            highest = *ratio;
            last = Some(*day);
        }
    }
    last
}

/// Paid over the value of the contracts, with the day of the last payment: of the contracts where all their payments are published, else of what
/// the project lists.
fn paid_share(
    own: &[&ContractSums],
    transactions: Option<&[Transaction<'_>]>,
    locale: &Locale<'_>,
) -> Option<Measured> {
    let due = locale.sum(own.iter().filter_map(|sums| sums.current));
    let with_contracts = || own.iter().filter(|sums| sums.contracts > 0);
    let of_contracts = with_contracts()
        .all(|sums| sums.standing_paid.is_some())
        .then(|| locale.sum(with_contracts().filter_map(|sums| sums.standing_paid)))
        .flatten()
        .map(|paid| {
            let day = with_contracts().filter_map(|sums| sums.last_payment_day);
            (day.max(), paid)
        });
    let (day, paid) = of_contracts.or_else(|| {
        let transactions = transactions?;
        Some((
            last_payment_day(transactions, locale),
            paid_in(transactions, locale)?,
        ))
    })?;
    Some((day, locale.ratio(Some(paid), due)?))
}

/// The sum of payments, refunds taken off. An empty list says that nothing was paid.
pub(super) fn paid_in(transactions: &[Transaction<'_>], locale: &Locale<'_>) -> Option<Money> {
    if transactions.is_empty() {
        return Some(Money {
            amount: 0.0,
            currency: None,
        });
    }
    locale.sum(transactions.iter().filter_map(|payment| payment.value))
}

pub(super) fn last_payment_day(
    transactions: &[Transaction<'_>],
    locale: &Locale<'_>,
) -> Option<i32> {
    transactions
        .iter()
        .filter_map(|payment| locale.day(payment.date))
        .max()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{facts::locale::Setting, jurisdiction::Jurisdictions, procurement::Moment};

    fn metric(measures: &[(&str, f64, &'static str)]) -> Metric<'static> {
        Metric {
            id: PHYSICAL_PROGRESS.into(),
            observations: measures
                .iter()
                .map(|(day, measure, unit)| Observation {
                    date: Moment::parse(day),
                    measure: *measure,
                    unit_name: (!unit.is_empty()).then_some((*unit).into()),
                    unit_code: None,
                })
                .collect(),
        }
    }

    fn measured(measures: &[(&str, f64, &'static str)]) -> Vec<f64> {
        let setting = Setting {
            jurisdictions: Jurisdictions::embedded(),
            jurisdiction: None,
            as_of_day: 0,
            reference: crate::reference::Reference::none(),
        };
        let locale = Locale::of(&setting, None, &[], None);
        series(&[metric(measures)], PHYSICAL_PROGRESS, &locale)
            .into_iter()
            .map(|(_, ratio)| ratio)
            .collect()
    }

    #[test]
    fn progress_is_a_share_whatever_its_unit() {
        assert_eq!(measured(&[("2020-01-01", 75.0, "Percent")]), [0.75]);
        assert_eq!(measured(&[("2020-01-01", 1.0, "%")]), [0.01]);
        assert_eq!(measured(&[("2020-01-01", 0.75, "")]), [0.75]);
        assert_eq!(measured(&[("2020-01-01", 75.0, "")]), [0.75]);
        // One per cent is told from one whole by the measures beside it.
        assert_eq!(
            measured(&[("2020-01-01", 1.0, ""), ("2020-02-01", 30.0, "")]),
            [0.01, 0.3]
        );
        assert_eq!(measured(&[("2020-01-01", -5.0, "%")]), [0.0; 0]);
    }

    #[test]
    fn measurements_stand_by_their_day_and_those_without_one_first() {
        assert_eq!(
            measured(&[
                ("2020-03-01", 0.3, ""),
                ("2020-01-01", 0.1, ""),
                ("", 0.2, "")
            ]),
            [0.2, 0.1, 0.3]
        );
    }

    #[test]
    fn progress_increased_when_it_rose_above_all_before() {
        let days = |series: &[(i32, f64)]| {
            last_increase(
                &series
                    .iter()
                    .map(|(day, ratio)| (Some(*day), *ratio))
                    .collect::<Vec<_>>(),
            )
        };
        assert_eq!(days(&[]), None);
        assert_eq!(days(&[(5, 0.0)]), Some(5));
        assert_eq!(days(&[(5, 0.4), (9, 0.5), (12, 0.5)]), Some(9));
        // A correction and its return are no progress.
        assert_eq!(days(&[(5, 0.5), (9, 0.4), (12, 0.5)]), Some(5));
        assert_eq!(last_increase(&[(None, 0.9), (Some(3), 0.2)]), Some(3));
    }
}
