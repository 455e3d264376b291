//! What the operator's reference lists say of those who were awarded a process: sanctions in force on the day of the award, and their age.
//!
//! Suppliers are matched by their identifier exactly, in the form in which identifiers are compared; a name matches nobody. Without the list, the
//! day of an award or a supplier's identifier, that nobody is on it is not known.

use chrono::NaiveDate;

use crate::{
    ingest::merge::Process,
    procurement::{OrganizationRef, Party, normalised_identifier},
    reference::{Foundations, Sanctions},
};

use super::{
    locale::Locale,
    lot::count,
    party::{is_placeholder, split_identifier},
    process::name_of,
    rows::ProcessRow,
};

/// A scheme, where it is known, and an identifier in the form in which identifiers are compared.
pub(super) type Identity = (Option<String>, String);

/// A supplier of an award that stands, with the day of that award.
struct Awarded<'p, 'a> {
    supplier: &'p OrganizationRef<'a>,
    identity: Option<Identity>,
    day: Option<NaiveDate>,
}

impl Awarded<'_, '_> {
    fn scheme_identifier_day(&self) -> Option<(Option<&str>, &str, NaiveDate)> {
        let (scheme, identifier) = self.identity.as_ref()?;
        Some((scheme.as_deref(), identifier, self.day?))
    }
}

/// Fills the facts that need reference lists.
pub(super) fn fill<'a>(row: &mut ProcessRow<'a>, process: &Process<'a>, locale: &Locale<'_>) {
    let reference = locale.setting.reference;
    if reference.sanctions.is_none() && reference.foundations.is_none() {
        return;
    }
    let awarded = awarded(process, locale);
    if let Some(list) = &reference.sanctions {
        sanctions(row, process, list, &awarded);
    }
    if let Some(list) = &reference.foundations {
        youngest(row, process, list, &awarded);
    }
}

/// Suppliers of awards that stand; where those name none, the contracts' under the one award that stands.
fn awarded<'p, 'a>(process: &'p Process<'a>, locale: &Locale<'_>) -> Vec<Awarded<'p, 'a>> {
    let of = |supplier: &'p OrganizationRef<'a>, date| Awarded {
        supplier,
        identity: identity(&process.parties, supplier),
        day: locale.day(date).and_then(NaiveDate::from_epoch_days),
    };
    let standing = || {
        process
            .awards
            .iter()
            .filter(|award| award.item.status.is_final())
    };
    let mut awarded: Vec<_> = standing()
        .flat_map(|award| {
            (award.item.suppliers.iter()).map(move |supplier| (supplier, award.item.date))
        })
        .map(|(supplier, date)| of(supplier, date))
        .collect();
    if awarded.is_empty() {
        let mut dates = standing().map(|award| award.item.date);
        let date = dates.next().flatten().filter(|_| dates.next().is_none());
        awarded.extend(
            process
                .contracts
                .iter()
                .flat_map(|history| &history.contract.suppliers)
                .map(|supplier| of(supplier, date)),
        );
    }
    awarded.retain(|awarded| awarded.supplier.key().is_some());
    awarded
}

/// The identity of the party that is referred to, else the one inside the reference; a placeholder is none.
pub(super) fn identity(parties: &[Party<'_>], supplier: &OrganizationRef<'_>) -> Option<Identity> {
    let party = parties
        .iter()
        .filter(|party| party.identifier.is_some())
        .find(|party| party.organization.key() == supplier.key());
    let (scheme, identifier) = party.map_or_else(
        || split_identifier(supplier.id.as_deref()),
        |party| {
            (
                party.identifier_scheme.as_deref(),
                party.identifier.as_deref(),
            )
        },
    );
    let identifier = normalised_identifier(identifier?);
    (!is_placeholder(&identifier)).then(|| (scheme.map(str::to_owned), identifier))
}

/// Sanctions in force. Zero is said only where every supplier could be looked up.
fn sanctions<'a>(
    row: &mut ProcessRow<'a>,
    process: &Process<'a>,
    list: &Sanctions,
    awarded: &[Awarded<'_, 'a>],
) {
    let mut suppliers: Vec<&str> = Vec::new();
    let mut named: Vec<String> = Vec::new();
    let mut stated: Vec<String> = Vec::new();
    let mut is_any_unknown = awarded.is_empty();
    for supplier in awarded {
        let Some((scheme, identifier, day)) = supplier.scheme_identifier_day() else {
            is_any_unknown = true;
            continue;
        };
        let mut found = list.in_force(scheme, identifier, day).peekable();
        if found.peek().is_none() {
            continue;
        }
        let key = supplier.supplier.key().unwrap_or_default();
        if !suppliers.contains(&key) {
            suppliers.push(key);
            named.push(words(process, supplier));
        }
        for sanction in found {
            let until = sanction
                .until
                .map_or_else(|| "..".to_owned(), |until| until.to_string());
            let words = format!(
                "{}, {} ({}/{until})",
                sanction.authority, sanction.citation, sanction.from
            );
            if !stated.contains(&words) {
                stated.push(words);
            }
        }
    }
    if suppliers.is_empty() {
        row.sanctioned_supplier_count = (!is_any_unknown).then_some(0);
        return;
    }
    row.sanctioned_supplier_count = count(suppliers.len());
    row.sanctioned_suppliers = Some(named.join("; ").into());
    row.sanctions = Some(stated.join("; ").into());
}

/// The youngest of the suppliers whose foundation is on the list; of several of one age, the first.
fn youngest<'a>(
    row: &mut ProcessRow<'a>,
    process: &Process<'a>,
    list: &Foundations,
    awarded: &[Awarded<'_, 'a>],
) {
    let youngest = awarded
        .iter()
        .filter_map(|supplier| {
            let (scheme, identifier, day) = supplier.scheme_identifier_day()?;
            let age = day - list.founded(scheme, identifier)?;
            Some((age.num_days(), supplier))
        })
        .min_by_key(|(age, _)| *age);
    row.youngest_supplier_age_days = youngest.map(|(age, _)| age);
    row.youngest_supplier = youngest.map(|(_, supplier)| words(process, supplier).into());
}

fn words<'a>(process: &Process<'a>, awarded: &Awarded<'_, 'a>) -> String {
    let name = name_of(process, awarded.supplier);
    let id = awarded.supplier.id.as_deref();
    match (name, id) {
        (Some(name), Some(id)) => format!("{name} ({id})"),
        (name, id) => name.as_deref().or(id).unwrap_or_default().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        facts::locale::Setting, ingest::convert::process_of, jurisdiction::Jurisdictions,
        reference::Reference,
    };

    const RELEASE: &str = r#"{"ocid": "o", "id": "1", "date": "2022-01-01T00:00:00Z", "tag": ["award"],
        "parties": [{"id": "S", "name": "Sur, S.A.", "identifier": {"scheme": "PA-RUC", "id": "155-1 DV 2"}, "roles": ["supplier"]}],
        "awards": [
            {"id": "1", "status": "active", "date": "2021-03-01T00:00:00Z", "suppliers": [{"id": "S", "name": "Sur, S.A."}]},
            {"id": "2", "status": "active", "date": "2021-06-01T00:00:00Z", "suppliers": [{"id": "PA-RUC-8-9", "name": "Norte"}]},
            {"id": "3", "status": "cancelled", "date": "2021-06-01T00:00:00Z", "suppliers": [{"id": "PA-RUC-7-1", "name": "Este"}]}]}"#;
    const SANCTIONS: &str = "scheme,identifier,name,from,until,authority,citation\n";

    fn row(release: &str, lists: &[(&str, &str)]) -> ProcessRow<'static> {
        let directory = tempfile::tempdir().expect("a directory");
        for (name, text) in lists {
            std::fs::write(directory.path().join(name), text).expect("a file");
        }
        let read =
            (!lists.is_empty()).then(|| Reference::read(directory.path()).expect("valid lists"));
        let setting = Setting {
            jurisdictions: Jurisdictions::embedded(),
            jurisdiction: None,
            as_of_day: 0,
            reference: read.as_ref().unwrap_or(Reference::none()),
        };
        let process = process_of(&[Box::leak(release.to_owned().into_boxed_str())]);
        let mut row = ProcessRow::default();
        let locale = Locale::of(&setting, None, &[], None);
        fill(&mut row, &process, &locale);
        row
    }

    fn sanctioned(release: &str, rows: &str) -> ProcessRow<'static> {
        row(release, &[("sanctions.csv", &format!("{SANCTIONS}{rows}"))])
    }

    #[test]
    fn a_sanction_counts_on_the_day_of_the_suppliers_own_award() {
        for (rows, count, suppliers, sanctions) in [
            (
                "PA-RUC,155-12,Sur,2021-02-01,2021-03-01,DGCP,Resolución 5",
                Some(1),
                Some("Sur, S.A. (S)"),
                Some("DGCP, Resolución 5 (2021-02-01/2021-03-01)"),
            ),
            // After its award, though before the other's.
            ("PA-RUC,155-12,Sur,2021-03-02,,DGCP,R", Some(0), None, None),
            (
                ",8-9,Norte,2020-01-01,,DGCP,R",
                Some(1),
                Some("Norte (PA-RUC-8-9)"),
                Some("DGCP, R (2020-01-01/..)"),
            ),
            // Of another register, of a cancelled award, of the same name.
            ("CO-RUE,8-9,Norte,2020-01-01,,DGCP,R", Some(0), None, None),
            ("PA-RUC,7-1,Este,2020-01-01,,DGCP,R", Some(0), None, None),
            ("PA-RUC,5-1,Norte,2020-01-01,,DGCP,R", Some(0), None, None),
        ] {
            let row = sanctioned(RELEASE, rows);
            assert_eq!(row.sanctioned_supplier_count, count, "{rows}");
            assert_eq!(row.sanctioned_suppliers.as_deref(), suppliers, "{rows}");
            assert_eq!(row.sanctions.as_deref(), sanctions, "{rows}");
        }
    }

    #[test]
    fn that_nobody_is_on_a_list_is_known_only_where_everybody_could_be_looked_up() {
        const NOBODY: &str = "PA-RUC,5-1,Nadie,2020-01-01,,DGCP,R";
        const NORTE: &str = "PA-RUC,8-9,Norte,2020-01-01,,DGCP,R";
        assert_eq!(row(RELEASE, &[]).sanctioned_supplier_count, None);
        let undated = RELEASE.replacen(r#""date": "2021-03-01T00:00:00Z", "#, "", 1);
        assert_eq!(sanctioned(&undated, NOBODY).sanctioned_supplier_count, None);
        assert_eq!(
            sanctioned(&undated, NORTE).sanctioned_supplier_count,
            Some(1)
        );
        let unidentified = RELEASE.replacen("155-1 DV 2", "N/A", 1);
        assert_eq!(
            sanctioned(&unidentified, NOBODY).sanctioned_supplier_count,
            None
        );
        let nobody_awarded = r#"{"ocid": "o", "id": "1", "tag": ["tender"], "tender": {}}"#;
        assert_eq!(
            sanctioned(nobody_awarded, NOBODY).sanctioned_supplier_count,
            None
        );
    }

    #[test]
    fn the_youngest_supplier_is_so_many_days_old_at_its_award() {
        let founded = |rows: &str| {
            row(
                RELEASE,
                &[(
                    "foundations.csv",
                    &format!("scheme,identifier,founded\n{rows}"),
                )],
            )
        };
        let both = founded("PA-RUC,155-12,2021-01-30\n,8-9,2021-05-31");
        assert_eq!(both.youngest_supplier_age_days, Some(1));
        assert_eq!(
            both.youngest_supplier.as_deref(),
            Some("Norte (PA-RUC-8-9)")
        );
        assert_eq!(both.sanctioned_supplier_count, None);
        let one = founded("PA-RUC,155-12,2021-01-30");
        assert_eq!(one.youngest_supplier_age_days, Some(30));
        assert_eq!(founded(",1-2,2000-01-01").youngest_supplier_age_days, None);
    }
}
