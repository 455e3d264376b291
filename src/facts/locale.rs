//! Where a process stands in the world: which jurisdiction's rules, clock and currencies hold for it.

use crate::{
    jurisdiction::Jurisdictions,
    procurement::{Currency, LocalClock, Moment, Money, OrganizationRef, Party, Period, Roles},
    reference::Reference,
};

/// What every fact of an assessment shares.
#[derive(Clone, Debug)]
pub(crate) struct Setting<'s> {
    pub(crate) jurisdictions: &'s Jurisdictions,
    /// The operator's word on the jurisdiction of everything that is read.
    pub(crate) jurisdiction: Option<String>,
    /// The day as of which the assessment judges, counted from 1970-01-01.
    pub(crate) as_of_day: i32,
    /// What the operator's lists say.
    pub(crate) reference: &'s Reference,
}

/// The jurisdiction of one process or project.
#[derive(Clone, Debug)]
pub(crate) struct Locale<'s> {
    pub(crate) setting: &'s Setting<'s>,
    pub(crate) code: Option<String>,
    pub(crate) clock: Option<LocalClock>,
}

impl<'s> Locale<'s> {
    /// Takes the operator's word; else the buyer's identifier scheme (`PA-RUC`) or address; else what all parties agree on. Where they do not, none.
    pub(crate) fn of(
        setting: &'s Setting<'s>,
        buyer: Option<&OrganizationRef<'_>>,
        parties: &[Party<'_>],
        country: Option<&str>,
    ) -> Self {
        let code = setting.jurisdiction.clone().or_else(|| {
            let buying = parties.iter().filter(|party| {
                party
                    .roles
                    .has(Roles::BUYER | Roles::PROCURING_ENTITY | Roles::PUBLIC_AUTHORITY)
                    || buyer.is_some_and(|buyer| {
                        buyer.id.is_some() && buyer.id == party.organization.id
                    })
            });
            agreed(buying.map(|party| country_of_party(setting, party)))
                .or_else(|| buyer.and_then(|buyer| country_of_identifier(buyer.id.as_deref()?)))
                .or_else(|| country.and_then(|country| country_of_name(setting, country)))
                .or_else(|| agreed(parties.iter().map(|party| country_of_party(setting, party))))
        });
        let clock = code
            .as_deref()
            .and_then(|code| setting.jurisdictions.clock(code));
        Self {
            setting,
            code,
            clock,
        }
    }

    /// The whole local day of a moment.
    pub(crate) fn day(&self, moment: Option<Moment>) -> Option<i32> {
        moment.map(|moment| moment.local_day(self.clock))
    }

    /// Whether two amounts can be compared. One without a currency is taken to be in the other's: publishers leave it out inside one document.
    pub(crate) fn comparable(&self, one: Option<Currency>, other: Option<Currency>) -> bool {
        match (one, other) {
            (Some(one), Some(other)) => {
                one == other
                    || self.setting.jurisdictions.at_par(
                        self.code.as_deref(),
                        one.code(),
                        other.code(),
                    )
            }
            _ => true,
        }
    }

    /// The sum of amounts that can be compared, in the first currency that is named; none where one cannot or there are none.
    pub(crate) fn sum(&self, amounts: impl IntoIterator<Item = Money>) -> Option<Money> {
        let mut amounts = amounts.into_iter();
        let mut sum = amounts.next()?;
        for money in amounts {
            if !self.comparable(sum.currency, money.currency) {
                return None;
            }
            sum.amount += money.amount;
            sum.currency = sum.currency.or(money.currency);
        }
        Some(sum)
    }

    /// `one / other`, where they can be compared and `other` is more than nothing.
    pub(crate) fn ratio(&self, one: Option<Money>, other: Option<Money>) -> Option<f64> {
        let (one, other) = (one?, other?);
        (self.comparable(one.currency, other.currency) && other.amount > 0.0)
            .then(|| one.amount / other.amount)
    }

    /// First day, last day and whole days of a period; a stated duration stands in for a missing end.
    pub(crate) fn days(&self, period: Period) -> (Option<i32>, Option<i32>, Option<i64>) {
        let start = self.day(period.start);
        let end = self
            .day(period.end)
            .or_else(|| Some(start? + period.duration_days?));
        let duration = match (start, end) {
            (Some(start), Some(end)) => Some(i64::from(end) - i64::from(start)),
            _ => period.duration_days.map(i64::from),
        };
        // An end before its start is a data error, not a negative duration.
        (start, end, duration.filter(|days| *days >= 0))
    }
}

/// The one country that all those name who name any.
fn agreed(countries: impl Iterator<Item = Option<String>>) -> Option<String> {
    let mut named = countries.flatten();
    let first = named.next()?;
    named.all(|country| country == first).then_some(first)
}

fn country_of_party(setting: &Setting<'_>, party: &Party<'_>) -> Option<String> {
    party
        .identifier_scheme
        .as_deref()
        .and_then(country_of_scheme)
        .or_else(|| {
            party
                .organization
                .id
                .as_deref()
                .and_then(country_of_identifier)
        })
        .or_else(|| country_of_name(setting, party.country.as_deref()?))
}

/// org-id.guide lists start with the country's code and name the register in letters: `PA-RUC`.
fn country_of_scheme(scheme: &str) -> Option<String> {
    let (country, register) = scheme.split_once('-')?;
    let is_country =
        country.len() == 2 && country.bytes().all(|letter| letter.is_ascii_uppercase());
    let is_register = (2..=8).contains(&register.len())
        && register.bytes().all(|letter| letter.is_ascii_uppercase());
    (is_country && is_register).then(|| country.to_owned())
}

/// An identifier made of such a list and a number: `PA-RUC-155-1-2`. Publishers' own codes that merely look alike have no register in letters.
fn country_of_identifier(identifier: &str) -> Option<String> {
    let register_end = identifier.get(3..)?.find('-')? + 3;
    country_of_scheme(&identifier[..register_end])
}

fn country_of_name(setting: &Setting<'_>, name: &str) -> Option<String> {
    if name.len() == 2 && name.bytes().all(|letter| letter.is_ascii_uppercase()) {
        return Some(name.to_owned());
    }
    setting
        .jurisdictions
        .by_name(name)
        .map(|jurisdiction| jurisdiction.code.clone())
}
