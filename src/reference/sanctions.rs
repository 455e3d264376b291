//! Who may not be awarded, from when until when, by whose decision.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::sheet::{Problem, Row};

pub(super) const FILE: &str = "sanctions.csv";
pub(super) const COLUMNS: [&str; 7] = [
    "scheme",
    "identifier",
    "name",
    "from",
    "until",
    "authority",
    "citation",
];

/// One sanction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sanction {
    /// The scheme of the identifier; empty for any.
    pub scheme: String,
    /// The name, as the list has it.
    pub name: String,
    /// First day.
    pub from: NaiveDate,
    /// Last day; none while it has no end.
    pub until: Option<NaiveDate>,
    /// Who imposed it.
    pub authority: String,
    /// The decision.
    pub citation: String,
}

/// Sanctions by identifier.
#[derive(Clone, Debug, Default)]
pub struct Sanctions {
    by_identifier: BTreeMap<String, Vec<Sanction>>,
}

impl Sanctions {
    pub(super) fn of(rows: &[Row], problems: &mut Vec<Problem>) -> Self {
        let mut sanctions = Self::default();
        for row in rows {
            if let Some((identifier, sanction)) = sanction(row, problems) {
                sanctions.add(identifier, sanction, row, problems);
            }
        }
        sanctions
    }

    fn add(
        &mut self,
        identifier: String,
        sanction: Sanction,
        row: &Row,
        problems: &mut Vec<Problem>,
    ) {
        let known = self.by_identifier.entry(identifier).or_default();
        let is_same = |other: &&Sanction| {
            (&other.scheme, other.from, &other.authority, &other.citation)
                == (
                    &sanction.scheme,
                    sanction.from,
                    &sanction.authority,
                    &sanction.citation,
                )
        };
        match known.iter().find(is_same) {
            None => known.push(sanction),
            Some(other) if other.until != sanction.until => {
                let until = |day: Option<NaiveDate>| {
                    day.map_or("no end".to_owned(), |day| format!("`{day}`"))
                };
                problems.push(row.problem(
                    "until",
                    format!(
                        "{} where another row of the same sanction has {}; keep the one that is right",
                        until(sanction.until),
                        until(other.until)
                    ),
                ));
            }
            Some(other) if other.name != sanction.name => problems.push(row.problem(
                "name",
                format!(
                    "`{}` where another row of the same sanction has `{}`; keep the one that is right",
                    sanction.name, other.name
                ),
            )),
            Some(_) => {}
        }
    }

    /// Every sanction that is in force on a day, with its identifier in the form in which identifiers are compared, in the order of identifiers.
    pub fn on(&self, day: NaiveDate) -> impl Iterator<Item = (&str, &Sanction)> {
        self.by_identifier
            .iter()
            .flat_map(|(identifier, sanctions)| {
                sanctions
                    .iter()
                    .map(move |sanction| (identifier.as_str(), sanction))
            })
            .filter(move |(_, sanction)| {
                sanction.from <= day && sanction.until.is_none_or(|until| day <= until)
            })
    }

    /// The sanctions of an identifier, in the form in which identifiers are compared, that are in force on a day, in the order of the list. A
    /// row without a scheme is of any; a row with one is of that one only.
    pub fn in_force<'s>(
        &'s self,
        scheme: Option<&'s str>,
        identifier: &str,
        day: NaiveDate,
    ) -> impl Iterator<Item = &'s Sanction> {
        self.by_identifier
            .get(identifier)
            .into_iter()
            .flatten()
            .filter(move |sanction| {
                super::is_of_scheme(&sanction.scheme, scheme)
                    && sanction.from <= day
                    && sanction.until.is_none_or(|until| day <= until)
            })
    }
}

fn sanction(row: &Row, problems: &mut Vec<Problem>) -> Option<(String, Sanction)> {
    let identifier = row.identifier("identifier", problems);
    let from = row.day("from", problems);
    let until = row.optional_day("until", problems);
    let authority = row.words("authority", problems);
    let citation = row.words("citation", problems);
    let (from, until) = (from?, until?);
    if let Some(until) = until.filter(|until| *until < from) {
        problems.push(row.problem("until", format!("`{until}` is before `{from}`")));
        return None;
    }
    Some((
        identifier?,
        Sanction {
            scheme: row.text("scheme").to_owned(),
            name: row.text("name").to_owned(),
            from,
            until,
            authority: authority?.to_owned(),
            citation: citation?.to_owned(),
        },
    ))
}
