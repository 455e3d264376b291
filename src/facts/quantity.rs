//! What a project builds, in units of length, area, volume or power: planned, delivered or last agreed, and what one unit costs.
//!
//! Metrics may measure anything; jobs, beneficiaries and traffic are not what is built. Only units in which works are measured count, and a
//! project without one has none of these facts.

use any_ascii::any_ascii;

use crate::{
    ingest::merge::ProjectHistory,
    procurement::{Currency, Metric, Money, Observation},
};

use super::{locale::Locale, rows::ProjectRow};

/// A unit, how many of it one of these names is, and the names: words of publishers without spaces, signs and accents, and UN/CEFACT codes.
const UNITS: [(&str, f64, &[&str]); 7] = [
    (
        "km",
        1.0,
        &[
            "km",
            "kms",
            "kilometre",
            "kilometres",
            "kilometer",
            "kilometers",
            "kilometro",
            "kilometros",
            "kmt",
        ],
    ),
    (
        "km",
        0.001,
        &[
            "m",
            "mts",
            "ml",
            "metre",
            "metres",
            "meter",
            "meters",
            "metro",
            "metros",
            "metrolineal",
            "metroslineales",
            "linearmetres",
            "linearmeters",
            "mtr",
        ],
    ),
    (
        "m2",
        1.0,
        &[
            "m2",
            "mts2",
            "sqm",
            "squaremetre",
            "squaremetres",
            "squaremeter",
            "squaremeters",
            "metrocuadrado",
            "metroscuadrados",
            "mtk",
        ],
    ),
    (
        "m3",
        1.0,
        &[
            "m3",
            "mts3",
            "cubicmetre",
            "cubicmetres",
            "cubicmeter",
            "cubicmeters",
            "metrocubico",
            "metroscubicos",
            "mtq",
        ],
    ),
    (
        "ha",
        1.0,
        &["ha", "hectare", "hectares", "hectarea", "hectareas", "har"],
    ),
    (
        "MW",
        1.0,
        &[
            "mw",
            "megawatt",
            "megawatts",
            "megavatio",
            "megavatios",
            "maw",
        ],
    ),
    (
        "MW",
        0.001,
        &[
            "kw",
            "kilowatt",
            "kilowatts",
            "kilovatio",
            "kilovatios",
            "kwt",
        ],
    ),
];

/// Fills the facts on scope and unit cost; cost and completion must be known by now.
pub(super) fn fill(history: &ProjectHistory<'_>, locale: &Locale<'_>, row: &mut ProjectRow<'_>) {
    let project = &history.project;
    let is_completed = row.is_completed == Some(true);
    row.scope_ratio = history.first_forecasts.iter().find_map(|plan| {
        let (unit, planned) = quantity(plan, locale)?;
        // While works go on, what is delivered is less than what is planned; what was agreed anew is not.
        let now = if is_completed {
            &project.metrics
        } else if history.versions.len() > 1 {
            &project.forecasts
        } else {
            return None;
        };
        let (other, now) = now
            .iter()
            .find(|metric| metric.id == plan.id)
            .and_then(|metric| quantity(metric, locale))?;
        (other == unit).then(|| now / planned)
    });
    let delivered = || {
        (project.metrics.iter())
            .filter(|_| is_completed)
            .find_map(|metric| quantity(metric, locale))
    };
    let main = (history.first_forecasts.iter())
        .find_map(|plan| quantity(plan, locale))
        .or_else(delivered);
    let contracts = row.cost_amount.map(|amount| Money {
        amount,
        currency: row
            .amount_at_stake_currency
            .as_deref()
            .and_then(Currency::parse),
    });
    // Contracts signed so far may be a part of what will be built; the budget is for all of it.
    let cost = project
        .completion_value
        .or(history.first_budget.map(|(_, budget)| budget))
        .or(contracts);
    if let Some(((unit, quantity), cost)) = main.zip(cost)
        && let Some(currency) = cost.currency
    {
        row.unit_cost = Some(cost.amount / quantity);
        row.unit_cost_unit = Some(format!("{}/{unit}", currency.code()).into());
    }
}

/// The last quantity of a metric that is in a unit of works, and more than nothing.
fn quantity(metric: &Metric<'_>, locale: &Locale<'_>) -> Option<(&'static str, f64)> {
    metric
        .observations
        .iter()
        .filter(|observation| observation.measure > 0.0)
        .filter_map(|observation| {
            let (unit, factor) = unit_of(observation)?;
            Some((
                locale.day(observation.date),
                unit,
                observation.measure * factor,
            ))
        })
        .max_by_key(|(day, ..)| *day)
        .map(|(_, unit, quantity)| (unit, quantity))
}

fn unit_of(observation: &Observation<'_>) -> Option<(&'static str, f64)> {
    [&observation.unit_name, &observation.unit_code]
        .into_iter()
        .flatten()
        .find_map(|published| {
            let letters: String = any_ascii(published)
                .to_lowercase()
                .chars()
                .filter(char::is_ascii_alphanumeric)
                .collect();
            UNITS
                .iter()
                .find(|(.., names)| names.contains(&letters.as_str()))
                .map(|(unit, factor, _)| (*unit, *factor))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_of_works_are_known_by_their_names_in_both_languages() {
        let unit = |name: &'static str| {
            unit_of(&Observation {
                date: None,
                measure: 1.0,
                unit_name: Some(name.into()),
                unit_code: None,
            })
        };
        for (names, expected) in [
            (["km", "Kilómetros", "KMT"], Some(("km", 1.0))),
            (["m", "Metros lineales", "meters"], Some(("km", 0.001))),
            (["m²", "Metros cuadrados", "sq. m"], Some(("m2", 1.0))),
            (["m³", "cubic metres", "MTQ"], Some(("m3", 1.0))),
            (["jobs", "percent", "USD"], None),
        ] {
            for name in names {
                assert_eq!(unit(name), expected, "{name}");
            }
        }
    }
}
