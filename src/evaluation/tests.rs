//! A hand-made truth against hand-made outcomes.

use std::fs::File;

use polars::prelude::{DataFrame, ParquetWriter, df};

use super::*;

const FLAGGED: u8 = Answer::Flagged.code();
const CLEAR: u8 = Answer::Clear.code();
const NO_DATA: u8 = Answer::InsufficientData.code();

fn written(directory: &Path, name: &str, mut table: DataFrame) {
    std::fs::create_dir_all(directory.join("outcomes")).unwrap();
    let file = File::create(directory.join("outcomes").join(name)).unwrap();
    ParquetWriter::new(file).finish(&mut table).unwrap();
}

/// One process without lots, one with two, a contract; the second table is a second part of the first.
fn assessed() -> (tempfile::TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let truth = directory.path().join("truth.jsonl");
    let lines = [
        r#"{"truth":"veedor","processes":3,"seed":1,"honest":false,"ocid_prefix":"x-","project_prefix":"p-","party_prefix":"PA-"}"#,
        r#"{"indicator":"single-bid","subject":"lot","ocid":"x-1","scheme":"planted"}"#,
        r#"{"indicator":"single-bid","subject":"lot","ocid":"x-2","lot_id":"1","scheme":"planted"}"#,
        r#"{"indicator":"single-bid","subject":"lot","ocid":"x-9","scheme":"natural"}"#,
        r#"{"indicator":"contract-delay","subject":"contract","ocid":"x-2","contract_id":"C1","scheme":"planted"}"#,
    ];
    std::fs::write(&truth, lines.join("\n")).unwrap();
    let lots = df!(
        "process_key" => [1_i64, 2, 2, 7],
        "ocid" => ["x-1", "x-2", "x-2", "other-1"],
        "lot_id" => [None, Some("1"), Some("2"), None::<&str>],
        "single-bid" => [FLAGGED, NO_DATA, FLAGGED, FLAGGED],
        "few-bidders" => [CLEAR, CLEAR, CLEAR, FLAGGED],
        "single-bid.strength" => [1.0_f32, 1.0, 1.0, 1.0],
    );
    written(directory.path(), "lot-0000.parquet", lots.unwrap());
    let more = df!("process_key" => [8_i64], "ocid" => ["x-8"], "lot_id" => [None::<&str>], "single-bid" => [CLEAR], "few-bidders" => [CLEAR]);
    written(directory.path(), "lot-0001.parquet", more.unwrap());
    let contracts = df!("process_key" => [2_i64], "ocid" => ["x-2"], "contract_id" => ["C1"], "contract-delay" => [FLAGGED]);
    written(
        directory.path(),
        "contract-0000.parquet",
        contracts.unwrap(),
    );
    (directory, truth)
}

#[test]
fn misses_and_false_alarms_are_counted_and_named() {
    let (directory, truth) = assessed();
    let evaluation = evaluate(&truth, directory.path()).unwrap();
    let ids: Vec<&str> = evaluation
        .scores
        .iter()
        .map(|score| score.indicator.as_str())
        .collect();
    assert_eq!(ids, ["contract-delay", "few-bidders", "single-bid"]);
    let single = &evaluation.scores[2];
    assert_eq!(
        (
            single.truth,
            single.planted,
            single.flagged,
            single.true_positives
        ),
        (3, 2, 2, 1)
    );
    assert_eq!(
        (single.insufficient_data, single.absent, single.clear),
        (1, 1, 0)
    );
    assert_eq!(
        (single.recall, single.precision),
        (Some(1.0 / 3.0), Some(0.5))
    );
    let name = |id: &str, part: &str| SubjectName {
        id: id.to_owned(),
        part: part.to_owned(),
    };
    assert_eq!(
        single.misses,
        [
            (name("x-2", "1"), "insufficient-data".to_owned()),
            (name("x-9", ""), "absent".to_owned())
        ]
    );
    assert_eq!(single.false_alarms, [name("x-2", "2")].into());
    assert_eq!(
        (evaluation.scores[0].recall, evaluation.scores[0].precision),
        (Some(1.0), Some(1.0))
    );
}

#[test]
fn other_countries_are_counted_and_not_judged() {
    let (directory, truth) = assessed();
    let evaluation = evaluate(&truth, directory.path()).unwrap();
    assert_eq!(evaluation.foreign_subjects["lot"], 1);
    let few = &evaluation.scores[1];
    assert_eq!((few.flagged, few.recall, few.precision), (0, None, None));
}

#[test]
fn what_cannot_be_read_says_what_to_do() {
    let (directory, truth) = assessed();
    let message = |truth: &Path, dataset: &Path| evaluate(truth, dataset).unwrap_err().to_string();
    assert!(
        message(
            &directory.path().join("outcomes/lot-0000.parquet"),
            directory.path()
        )
        .starts_with("cannot read")
    );
    assert!(message(&truth, &directory.path().join("nowhere")).contains("nowhere"));
    std::fs::write(&truth, "{}\n").unwrap();
    assert!(message(&truth, directory.path()).starts_with("line 1 of the truth file"));
}
