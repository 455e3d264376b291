//! Arrivals: what comes after an assessment is judged alone as a full assessment would judge it, and judging again changes nothing.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use serde_json::{Value, json};
use veedor::{
    alerts::Alert,
    assessment::{
        Options,
        arrivals::{
            Document, DocumentKind, Error, Held, Reassessed, Received, SubjectRows, receive,
        },
    },
    facts::FactValue,
    population::baseline::{self, Description},
    store::{Store, SubjectRow},
};

use crate::support::{Assessed, Desk, country, fixture, fixture_value, gzipped};

const MOST_BYTES: u64 = 1 << 20;

/// Facts that a process has only beside others: they are as of the assessment.
const BESIDE_OTHERS: [&str; 5] = [
    "split_",
    "failed_",
    "nearby_",
    "shared_contact_",
    "buyer_contact_",
];

fn received(name: &str, bytes: impl AsRef<[u8]>) -> Vec<Document> {
    let received = receive(name, bytes.as_ref(), MOST_BYTES);
    assert_eq!(received.rejects, [], "everything in {name} can be read");
    received.documents
}

/// Documents with nothing that arrived before them.
fn alone(held: &Held, documents: &[Document]) -> Vec<Reassessed> {
    held.reassess(documents, |_, _| Ok::<_, Error>(Vec::new()))
        .unwrap()
}

fn held(desk: &Desk, assessed: &Assessed) -> Held {
    Held::open(&desk.data(), assessed.id()).unwrap()
}

/// The rows of the subject, of its lots and of its contracts.
fn rows(rows: &SubjectRows) -> Vec<&SubjectRow> {
    match rows {
        SubjectRows::Process(rows) => std::iter::once(&rows.process)
            .chain(&rows.lots)
            .chain(&rows.contracts)
            .chain(&rows.participations)
            .collect(),
        SubjectRows::Project(rows) => vec![&rows.project],
    }
}

fn is_beside_others(fact: &str) -> bool {
    BESIDE_OTHERS.iter().any(|prefix| fact.starts_with(prefix))
}

fn own_facts(row: &SubjectRow) -> BTreeMap<&String, &FactValue> {
    row.facts
        .iter()
        .filter(|(fact, _)| !is_beside_others(fact))
        .collect()
}

/// What the doors show of a subject after an assessment.
fn shown(desk: &Desk, assessed: &Assessed, subject: &Reassessed) -> SubjectRows {
    let dataset = Store::open(&desk.data())
        .unwrap()
        .dataset(assessed.id())
        .unwrap();
    let id = &subject.subject_id;
    match subject.kind {
        DocumentKind::Process => SubjectRows::Process(dataset.process(id).unwrap().unwrap()),
        DocumentKind::Project => SubjectRows::Project(dataset.project(id).unwrap().unwrap()),
    }
}

/// Its alert as it is served: through JSON, whose reader may miss the last digit of a number.
fn served(subject: &Reassessed) -> Option<Alert> {
    let json = serde_json::to_vec(subject.alert.as_ref()?).unwrap();
    Some(serde_json::from_slice(&json).unwrap())
}

/// A country whose last words come later: some releases of its processes, and one of its projects.
struct Country {
    earlier: Vec<String>,
    later: Vec<String>,
    projects: Value,
    later_project: Value,
}

fn published(desk: &Desk) -> Country {
    country(&desk.path("country"), 420, false);
    let from = desk.path("country/published");
    let text = fs::read_to_string(from.join("processes.jsonl")).unwrap();
    let ocid = |line: &str| serde_json::from_str::<Value>(line).unwrap()["ocid"].to_string();
    let lines: Vec<(String, &str)> = text.lines().map(|line| (ocid(line), line)).collect();
    let (mut earlier, mut later) = (Vec::new(), Vec::new());
    for (number, (ocid, line)) in lines.iter().enumerate() {
        let is_last_word = number > 0
            && lines[number - 1].0 == *ocid
            && lines.get(number + 1).is_none_or(|next| next.0 != *ocid);
        let lines = if is_last_word || number % 6 == 5 {
            &mut later
        } else {
            &mut earlier
        };
        lines.push((*line).to_owned());
    }
    let mut projects: Value =
        serde_json::from_slice(&fs::read(from.join("projects.json")).unwrap()).unwrap();
    let mut later_project = projects.clone();
    let last = projects["projects"]
        .as_array_mut()
        .unwrap()
        .pop()
        .expect("there are projects");
    later_project["projects"] = json!([last]);
    Country {
        earlier,
        later,
        projects,
        later_project,
    }
}

fn freeze(desk: &Desk, assessed: &Assessed, id: &str) {
    let mut description = Description {
        id: id.to_owned(),
        assessment: assessed.id().to_owned(),
        as_of: assessed.report.assessment.as_of.to_string(),
        groups: 0,
    };
    baseline::freeze(&desk.data(), &assessed.dataset, &mut description).unwrap();
}

#[test]
fn what_arrives_is_judged_as_a_full_assessment_judges_it() {
    let desk = Desk::new();
    let country = published(&desk);
    desk.write("earlier.jsonl", country.earlier.join("\n"));
    desk.write("projects.json", country.projects.to_string());
    let first = desk.assess();
    freeze(&desk, &first, "fixed");
    let options = Options {
        baseline: Some("fixed".to_owned()),
        as_of: Some("2026-01-01".parse().unwrap()),
        reference: Some(desk.path("country/published/reference")),
        ..desk.options()
    };
    let before = desk.assess_with(&options);
    let held = held(&desk, &before);
    let mut documents = received("input/later.jsonl", country.later.join("\n"));
    documents.extend(received(
        "input/later-project.json",
        country.later_project.to_string(),
    ));
    let reassessed = alone(&held, &documents);

    desk.write("later.jsonl", country.later.join("\n"));
    desk.write("later-project.json", country.later_project.to_string());
    let full = desk.assess_with(&options);
    let alerts: BTreeMap<_, _> = full
        .alerts()
        .into_iter()
        .map(|(alert, _)| ((alert.subject, alert.subject_id.clone()), alert))
        .collect();
    let touched: BTreeSet<_> = reassessed
        .iter()
        .map(|subject| (subject.kind, subject.subject_id.clone()))
        .collect();
    assert!(
        documents
            .iter()
            .all(|document| { touched.contains(&(document.kind, document.subject_id.clone())) })
    );
    let (mut same, mut flagged, mut new) = (0, 0, 0);
    for subject in &reassessed {
        let expected = shown(&desk, &full, subject);
        let (here, there) = (rows(&subject.rows), rows(&expected));
        assert_eq!(here.len(), there.len(), "{}", subject.subject_id);
        for (here, there) in here.iter().zip(&there) {
            assert_eq!(own_facts(here), own_facts(there), "{}", subject.subject_id);
        }
        new += usize::from(!subject.was_assessed);
        if here != there {
            // Its neighbours are those of the assessment, and some of them arrived as well.
            continue;
        }
        same += 1;
        flagged += usize::from(subject.alert.is_some());
        assert_eq!(subject.rows, expected, "{}", subject.subject_id);
        let key = (subject.alert_subject(), subject.subject_id.clone());
        assert_eq!(
            served(subject).as_ref(),
            alerts.get(&key),
            "{}",
            subject.subject_id
        );
    }
    assert!(
        same * 10 > reassessed.len() * 9,
        "{same} of {}",
        reassessed.len()
    );
    assert!(
        flagged > 10 && new > 10 && new + 10 < reassessed.len(),
        "{flagged} flagged, {new} new of {}",
        reassessed.len()
    );
    assert!(
        touched
            .iter()
            .any(|(kind, _)| *kind == DocumentKind::Project),
        "{touched:?}"
    );
    // In whatever company, and however often.
    for one in [&documents[0], &documents[documents.len() - 1]] {
        let own: Vec<_> = documents
            .iter()
            .filter(|other| other.subject_id == one.subject_id)
            .flat_map(|own| [own.clone(), own.clone()])
            .collect();
        let again = alone(&held, &own);
        assert!(again.iter().any(|again| again.subject_id == one.subject_id));
        for again in again.iter().filter(|again| again.kind == one.kind) {
            assert!(reassessed.contains(again), "{}", again.subject_id);
        }
    }
}

#[test]
fn the_same_release_again_changes_nothing() {
    let desk = Desk::new();
    let country = published(&desk);
    desk.write("earlier.jsonl", country.earlier.join("\n"));
    desk.write("projects.json", country.projects.to_string());
    let assessed = desk.assess_with(&Options {
        jurisdiction: Some("PA".to_owned()),
        parameters: BTreeMap::from([(
            "short-submission-period".to_owned(),
            BTreeMap::from([("minimum_days".to_owned(), 30.0)]),
        )]),
        ..desk.options()
    });
    let held = held(&desk, &assessed);
    let again: Vec<_> = country.earlier.iter().step_by(7).cloned().collect();
    let mut documents = received("again.jsonl", again.join("\n"));
    documents.extend(received("again.json", country.projects.to_string()));
    let alerts: BTreeMap<_, _> = assessed
        .alerts()
        .into_iter()
        .map(|(alert, priority)| {
            let key = (alert.subject, alert.subject_id.clone());
            (key, (alert, priority))
        })
        .collect();
    let mut flagged = 0;
    for subject in alone(&held, &documents) {
        assert!(subject.was_assessed, "{}", subject.subject_id);
        assert_eq!(subject.rows, shown(&desk, &assessed, &subject));
        let key = (subject.alert_subject(), subject.subject_id.clone());
        let known = alerts.get(&key);
        assert_eq!(served(&subject).as_ref(), known.map(|(alert, _)| alert));
        assert_eq!(subject.priority, known.map(|(_, priority)| *priority));
        assert_eq!(subject.prepared().is_some(), known.is_some());
        flagged += usize::from(known.is_some());
    }
    assert!(flagged > 10, "there is something to compare");
}

/// Three releases of one process: its contract is signed, grows, and grows again while its end moves.
fn growing(id: &str, date: &str, amount: u32, end: &str) -> String {
    json!({
        "ocid": "o", "id": id, "date": date, "tag": ["contract"],
        "contracts": [{
            "id": "c", "status": "active", "dateSigned": "2020-01-02T00:00:00Z", "value": {"amount": amount, "currency": "PAB"},
            "period": {"startDate": "2020-01-10T00:00:00Z", "endDate": end},
        }],
    })
    .to_string()
}

fn contract(subject: &Reassessed) -> &SubjectRow {
    match &subject.rows {
        SubjectRows::Process(rows) => &rows.contracts[0],
        SubjectRows::Project(_) => panic!("a process"),
    }
}

#[test]
fn what_arrived_before_is_part_of_the_history() {
    let first = growing("1", "2020-01-05T00:00:00Z", 100, "2020-07-08T00:00:00Z");
    let second = growing("2", "2020-04-05T00:00:00Z", 150, "2020-07-08T00:00:00Z");
    let third = growing("3", "2020-06-05T00:00:00Z", 175, "2020-10-06T00:00:00Z");
    let desk = Desk::with(&[("first.json", &first)]);
    let assessed = desk.assess();
    let held = held(&desk, &assessed);
    let second = received("second", second);
    let third = received("third", third);
    let now = alone(&held, &second);
    assert_eq!(
        contract(&now[0]).facts["price_growth_ratio"],
        FactValue::Number(0.5)
    );
    assert_eq!(now[0].as_of.to_string(), "2020-04-05", "its own latest day");
    // Whatever the order, and although what arrives is kept already.
    let mut kept: Vec<_> = [&third, &second]
        .into_iter()
        .flatten()
        .map(|document| document.encoded.clone())
        .collect();
    let mut both = Vec::new();
    for _ in 0..2 {
        both.push(
            held.reassess(&third, |kind, key| {
                let is_asked = (kind, key) == (DocumentKind::Process, third[0].key);
                Ok::<_, Error>(if is_asked { kept.clone() } else { Vec::new() })
            })
            .unwrap(),
        );
        kept.reverse();
    }
    assert_eq!(both[0], both[1]);
    let row = contract(&both[0][0]);
    let facts = [
        "original_amount",
        "current_amount",
        "amendment_count",
        "delay_days",
    ];
    assert_eq!(
        facts.map(|fact| serde_json::to_value(&row.facts[fact]).unwrap()),
        [json!(100.0), json!(175.0), json!(2), json!(90)]
    );
    let files = |subject: &Reassessed| match &subject.rows {
        SubjectRows::Process(rows) => rows
            .documents
            .iter()
            .map(|document| document.file.clone())
            .collect::<Vec<_>>(),
        SubjectRows::Project(_) => Vec::new(),
    };
    assert_eq!(files(&both[0][0]), ["input/first.json", "second", "third"]);
}

#[test]
fn a_release_of_a_process_is_a_word_about_its_project() {
    let desk = Desk::with(&[("project.json", fixture("project.json"))]);
    let assessed = desk.assess();
    let held = held(&desk, &assessed);
    let release = json!({
        "ocid": "ocds-t-road", "id": "9", "date": "2020-12-02T00:00:00Z", "tag": ["contract"],
        "contracts": [
            { "id": "c-1", "status": "active", "value": {"amount": 9_000_000, "currency": "PAB"} },
            { "id": "c-2", "status": "active", "value": {"amount": 12_000_000, "currency": "PAB"} },
        ],
    });
    let documents = received("late.json", release.to_string());
    let reassessed = alone(&held, &documents);
    let kinds: Vec<_> = reassessed
        .iter()
        .map(|subject| (subject.kind, subject.subject_id.as_str()))
        .collect();
    assert_eq!(
        kinds,
        [
            (DocumentKind::Process, "ocds-t-road"),
            (DocumentKind::Project, "oc4ids-t-1")
        ]
    );
    desk.write("late.json", release.to_string());
    let full = desk.assess();
    let SubjectRows::Project(there) = shown(&desk, &full, &reassessed[1]) else {
        panic!("a project")
    };
    let SubjectRows::Project(here) = &reassessed[1].rows else {
        panic!("a project")
    };
    assert_eq!(own_facts(&here.project), own_facts(&there.project));
    let SubjectRows::Project(before) = shown(&desk, &assessed, &reassessed[1]) else {
        panic!("a project")
    };
    assert_ne!(
        before.project.facts["contracts_current_amount"],
        here.project.facts["contracts_current_amount"]
    );
}

#[test]
fn every_form_is_read_and_what_cannot_be_is_told() {
    let desk = Desk::with(&[("release.json", fixture("release.json"))]);
    let assessed = desk.assess();
    let held = held(&desk, &assessed);
    let mut other = fixture_value("release.json");
    other["ocid"] = json!("ocds-t-new");
    let forms = [
        other.to_string(),
        json!([other]).to_string(),
        json!({ "releases": [other] }).to_string(),
        json!({ "records": [{ "ocid": "ocds-t-new", "releases": [other] }] }).to_string(),
        format!("{other}\n{other}\n"),
    ];
    let expected = alone(&held, &received("one", &forms[0]));
    assert_eq!(expected.len(), 1);
    assert!(!expected[0].was_assessed);
    assert!(
        !expected[0]
            .issues
            .iter()
            .any(|issue| issue.reason.is_empty())
    );
    for form in &forms {
        for bytes in [form.clone().into_bytes(), gzipped(form.as_bytes())] {
            let documents = received("one", bytes);
            assert_eq!(documents[0].digest, received("two", &forms[0])[0].digest);
            let found = alone(&held, &documents);
            assert_eq!(found.len(), 1);
            assert_eq!(
                found[0].alert.as_ref().map(|alert| &alert.fingerprint),
                expected[0].alert.as_ref().map(|alert| &alert.fingerprint)
            );
        }
    }
    let Received { documents, rejects } = receive(
        "mixed.jsonl",
        format!("{other}\nnot json\n{{\"id\": 1}}\n").as_bytes(),
        MOST_BYTES,
    );
    assert_eq!(documents.len(), 1);
    let places: Vec<_> = rejects
        .iter()
        .map(|reject| (reject.file.as_str(), reject.line))
        .collect();
    assert_eq!(places, [("mixed.jsonl", 2), ("mixed.jsonl", 3)]);
    let bomb = receive("bomb", &gzipped(&vec![b' '; 1 << 16]), 1 << 10);
    assert!(bomb.documents.is_empty());
    let mut reasons = bomb.rejects.iter().map(|reject| &reject.reason);
    assert!(
        reasons.any(|reason| reason.contains("1024 bytes")),
        "{:?}",
        bomb.rejects
    );
}

#[test]
fn what_cannot_be_judged_beside_is_refused() {
    let desk = Desk::with(&[("release.json", fixture("release.json"))]);
    let assessed = desk.assess();
    let refused = Held::open(&desk.data(), "2020-01-01-0123456789ab").unwrap_err();
    assert!(matches!(refused, Error::NotKept(_)), "{refused}");
    let held = held(&desk, &assessed);
    let documents = received("again", fixture("release.json"));
    let refused = held
        .reassess(&documents, |_, _| Ok::<_, Error>(vec![vec![7, 7, 7]]))
        .unwrap_err();
    assert!(matches!(refused, Error::NotADocument { .. }), "{refused}");
    let ground = assessed.dataset.join("kept/ground.bin");
    let mut bytes = fs::read(&ground).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x55;
    fs::write(&ground, bytes).unwrap();
    let refused = Held::open(&desk.data(), assessed.id()).unwrap_err();
    assert!(matches!(refused, Error::Damaged { .. }), "{refused}");
    // What was opened before is not touched by it.
    assert_eq!(alone(&held, &documents).len(), 1);
}
