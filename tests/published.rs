//! What the tests of the store and the API publish: a few alerts whose identifiers say what they show.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use tempfile::TempDir;
use veedor::{
    AnswerCounts, Assessment,
    alerts::{
        Alert, AlertSubject, Amount, Contribution, Evidence, FactSource, Flag, Grade, Organization,
        PartyFlag, SourceDocument,
    },
    facts::{FactValue, Subject},
    language::LocalText,
    rules::{Family, Severity, Stage},
    store::Store,
};

pub(crate) fn text(en: &str, es: &str) -> LocalText {
    LocalText {
        en: en.to_owned(),
        es: es.to_owned(),
    }
}

pub(crate) fn assessment(id: &str) -> Assessment {
    Assessment {
        id: id.to_owned(),
        as_of: NaiveDate::from_ymd_opt(2025, 6, 30).unwrap(),
        code_version: "0.1.0".to_owned(),
        rules_fingerprint: "r".to_owned(),
        baseline: None,
        input_fingerprint: "i".to_owned(),
        counts: veedor::Counts::default(),
        answers: vec![AnswerCounts {
            indicator: "single-bid".to_owned(),
            flagged: 1,
            clear: 3,
            ..AnswerCounts::default()
        }],
    }
}

pub(crate) fn organization(id: &str, name: &str) -> Organization {
    Organization {
        id: Some(id.to_owned()),
        name: Some(name.to_owned()),
    }
}

/// A flag of `single-bid`, `contract-delay` (implementation, execution) or any other name (award, price).
pub(crate) fn flag(indicator: &str, subject: Subject, subject_id: &str) -> Flag {
    let (stage, family) = match indicator {
        "single-bid" => (Stage::Tender, Family::Competition),
        "contract-delay" => (Stage::Implementation, Family::Execution),
        "one-name-several-ids" => (Stage::Award, Family::Supplier),
        _ => (Stage::Award, Family::Price),
    };
    Flag {
        indicator: indicator.to_owned(),
        version: 1,
        subject,
        subject_id: subject_id.to_owned(),
        stage,
        family,
        severity: Severity::Medium,
        strength: 1.0,
        message: text("One bid was received.", "Se recibió una oferta."),
        evidence: vec![Evidence {
            fact: "bidder_count".to_owned(),
            value: Some(FactValue::Integer(1)),
            sources: vec![FactSource {
                document: 0,
                pointer: "/bids/details".to_owned(),
            }],
        }],
        parameters: BTreeMap::new(),
    }
}

/// An alert about the process `ocds-<id>`, open, for works, of the year 2024, with a medium risk of 40 and 1,000 PAB at stake.
pub(crate) fn alert(id: &str) -> Alert {
    let ocid = format!("ocds-{id}");
    Alert {
        id: id.to_owned(),
        subject: AlertSubject::Process,
        title: Some(format!("Construction {id}")),
        buyer: organization("B-1", "Ministerio de Educación"),
        suppliers: vec![organization("S-1", "Constructora Uno")],
        region: Some("Colón".to_owned()),
        procurement_method: Some("open".to_owned()),
        main_procurement_category: Some("works".to_owned()),
        year: Some(2024),
        amount_at_stake: Some(Amount {
            amount: 1_000.0,
            currency: Some("PAB".to_owned()),
        }),
        risk: 40.0,
        grade: Grade::Medium,
        coverage: 0.75,
        actionability: 0.5,
        contributions: vec![Contribution {
            indicator: "single-bid".to_owned(),
            family: Family::Competition,
            points: 40.0,
        }],
        flags: vec![flag("single-bid", Subject::Lot, "1")],
        documents: vec![SourceDocument {
            file: "releases.jsonl".to_owned(),
            line: 3,
            pointer: String::new(),
            release_id: Some("r-1".to_owned()),
            release_date: Some("2024-03-01T00:00:00Z".to_owned()),
        }],
        fingerprint: format!("f-{id}"),
        subject_id: ocid,
    }
}

pub(crate) fn party_flag(id: &str, name: &str) -> PartyFlag {
    PartyFlag {
        party_id: Some(id.to_owned()),
        party_name: Some(name.to_owned()),
        flag: flag("one-name-several-ids", Subject::Party, id),
    }
}

/// Publishes alerts with their priorities; every alert's first supplier has the party key 7.
pub(crate) fn publish(store: &Store, id: &str, alerts: &[(Alert, f64)]) -> veedor::store::Finished {
    let mut publication = store.publish(&assessment(id)).unwrap();
    for (alert, _) in alerts {
        publication.add(alert, &[7]).unwrap();
    }
    let priorities: Vec<f64> = alerts.iter().map(|(_, priority)| *priority).collect();
    publication.rank(&priorities).unwrap();
    publication.finish(&assessment(id)).unwrap()
}

pub(crate) fn store() -> (TempDir, Store) {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(directory.path()).unwrap();
    (directory, store)
}
