//! What a generated country promises: the same bytes for a seed, independence of size, an honest country without patterns.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::write::{Output, write_to};
use super::*;

/// Processes, projects and truth as text.
fn generated(processes: u64, seed: u64, honest: bool) -> [String; 3] {
    let mut output = Output {
        processes: Vec::new(),
        projects: Vec::new(),
        truth: Vec::new(),
        sanctions: Vec::new(),
        foundations: Vec::new(),
    };
    write_to(
        &Country {
            processes,
            seed,
            honest,
        },
        &mut output,
    )
    .unwrap();
    [output.processes, output.projects, output.truth].map(|bytes| String::from_utf8(bytes).unwrap())
}

fn truth_of(files: &[String; 3]) -> Vec<TruthLine> {
    files[2]
        .lines()
        .skip(1)
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn a_seed_is_a_country() {
    assert_eq!(generated(300, 4, false), generated(300, 4, false));
    assert_ne!(generated(300, 4, false)[0], generated(300, 5, false)[0]);
    let alone = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .unwrap();
    assert_eq!(
        alone.install(|| generated(600, 4, false)),
        generated(600, 4, false)
    );
}

#[test]
fn a_process_does_not_know_how_many_others_there_are() {
    let (few, many) = (generated(150, 9, false), generated(400, 9, false));
    assert!(many[0].starts_with(&few[0]));
}

#[test]
fn an_honest_country_shows_no_pattern() {
    let files = generated(4_000, 11, true);
    assert_eq!(truth_of(&files), []);
    let bytes_per_process = files[0].len() / 4_000;
    assert!(
        (3_000..4_600).contains(&bytes_per_process),
        "three to four and a half kilobytes per process, not {bytes_per_process}"
    );
}

#[test]
fn every_pattern_is_planted_about_as_often_as_its_rate_says() {
    let files = generated(8_000, 2, false);
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for line in truth_of(&files) {
        *counts.entry(line.indicator).or_default() += 1;
    }
    assert!(counts.len() >= 60, "{counts:?}");
    for (indicator, range) in [
        ("single-bid", 60..190),
        ("few-bidders", 50..200),
        ("late-bid-won", 25..90),
        ("identical-bid-prices", 20..105),
        ("payments-exceed-contract", 60..200),
        ("contract-price-growth", 150..450),
        ("short-submission-period", 45..170),
        ("split-purchases", 15..80),
        ("sanctioned-supplier", 15..80),
        ("bidders-share-contact", 20..100),
    ] {
        assert!(
            range.contains(&counts[indicator]),
            "{indicator}: {}",
            counts[indicator]
        );
    }
}

#[test]
fn truth_names_published_subjects() {
    let files = generated(1_000, 3, false);
    let mut subjects: BTreeSet<(String, String)> = BTreeSet::new();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let array = |value: &Value| value.as_array().cloned().unwrap_or_default();
    for line in files[0].lines() {
        let release: Value = serde_json::from_str(line).unwrap();
        let ocid = text(&release["ocid"]);
        for part in array(&release["tender"]["lots"])
            .iter()
            .chain(&array(&release["contracts"]))
        {
            subjects.insert((ocid.clone(), text(&part["id"])));
        }
        for party in array(&release["parties"]) {
            subjects.insert((text(&party["id"]), text(&party["name"])));
        }
        subjects.insert((ocid, String::new()));
    }
    let package: Value = serde_json::from_str(&files[1]).unwrap();
    for project in array(&package["projects"]) {
        subjects.insert((text(&project["id"]), String::new()));
        for party in array(&project["parties"]) {
            subjects.insert((text(&party["id"]), text(&party["name"])));
        }
        for process in array(&project["contractingProcesses"]) {
            subjects.insert((text(&process["id"]), String::new()));
        }
    }
    // Buyers, markets and circles of bidders are not named by one document.
    let of_documents = truth_of(&files).into_iter().filter(|line| {
        line.item_id.is_none()
            && (line.ocid.is_some() || line.project_id.is_some() || line.party_id.is_some())
    });
    for line in of_documents {
        let id = line.ocid.or(line.project_id).or(line.party_id).unwrap();
        let part = line
            .lot_id
            .or(line.contract_id)
            .or(line.name)
            .unwrap_or_default();
        assert!(
            subjects.contains(&(id.clone(), part.clone())),
            "{} {id} {part}",
            line.indicator
        );
    }
}

#[test]
fn projects_point_to_generated_processes() {
    let files = generated(2_000, 6, false);
    let ocids: BTreeSet<String> = files[0]
        .lines()
        .map(|line| {
            serde_json::from_str::<Value>(line).unwrap()["ocid"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    let package: Value = serde_json::from_str(&files[1]).unwrap();
    let projects = package["projects"].as_array().unwrap();
    assert_eq!(projects.len(), 20);
    let parts: Vec<bool> = projects
        .iter()
        .flat_map(|project| project["contractingProcesses"].as_array().unwrap())
        .map(|process| ocids.contains(process["id"].as_str().unwrap()))
        .collect();
    let linked = parts.iter().filter(|linked| **linked).count();
    assert!(
        linked >= projects.len() / 2 && linked < parts.len(),
        "{linked} of {} contracting processes are published with their releases too",
        parts.len()
    );
}
