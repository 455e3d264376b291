//! The store's contract, held to on each database: whole assessments become visible at once, lists page without gaps, and errors say what to do.

use polars::prelude::*;
use veedor::{
    alerts::{Alert, AlertSubject},
    database,
    facts::{FactValue, Subject},
    ingest::key_of,
    rules::{Answer, Family, Stage},
    store::{AlertFilters, AlertQuery, Dataset, Error, Position, Range, Sort, SortColumn, Store},
};

use crate::{
    databases::contract,
    published::{alert, assessment, flag, organization, party_flag, publish, store},
};

const BY_PRIORITY: Sort = Sort {
    column: SortColumn::Priority,
    descending: true,
};

contract! {
    nothing_is_visible_before_the_end_and_a_dropped_publication_leaves_no_trace;
    the_current_and_the_previous_assessment_are_kept;
    a_reader_sees_one_moment_whatever_is_published_meanwhile;
    every_sort_pages_without_gaps_and_keeps_unknown_keys_last;
    filters_narrow_together_and_their_values_are_alternatives;
    context_is_the_flags_of_an_alerts_suppliers;
    a_second_publication_waits_and_is_then_refused_as_busy;
}

fn list(store: &Store, filters: &AlertFilters, sort: Sort) -> Vec<String> {
    let (ids, total) = store
        .read(|snapshot| {
            let record = snapshot.current()?.expect("an assessment is served");
            let total = snapshot.count(&record, filters)?;
            let mut ids = Vec::new();
            let mut after: Option<Position> = None;
            loop {
                let query = AlertQuery {
                    filters,
                    sort,
                    limit: 2,
                    after: after.as_ref(),
                    total,
                };
                let page = snapshot.alerts(&record, &query)?;
                assert!(page.alerts.len() <= 2);
                ids.extend(page.alerts.into_iter().map(|(stored, _)| stored.alert.id));
                match page.next {
                    Some(next) => after = Some(next),
                    None => return Ok((ids, total)),
                }
            }
        })
        .unwrap();
    assert_eq!(ids.len() as u64, total, "the total counts what is listed");
    ids
}

fn served(store: &Store) -> Vec<(String, bool)> {
    let read = |snapshot: &veedor::store::Snapshot<'_>| snapshot.assessments();
    let records = store.read(read).unwrap();
    records
        .into_iter()
        .map(|record| (record.assessment.id, record.is_current))
        .collect()
}

fn nothing_is_visible_before_the_end_and_a_dropped_publication_leaves_no_trace(store: &Store) {
    let mut publication = store.publish(&assessment("first")).unwrap();
    assert_eq!(publication.add(&alert("a"), &[]).unwrap(), 0);
    assert_eq!(publication.add(&alert("b"), &[]).unwrap(), 1);
    assert!(served(store).is_empty());
    drop(publication);
    assert!(served(store).is_empty());
    publish(store, "first", &[(alert("c"), 0.5)]);
    assert_eq!(list(store, &AlertFilters::default(), BY_PRIORITY), ["c"]);
}

fn the_current_and_the_previous_assessment_are_kept(store: &Store) {
    let drops = |id: &str, alerts: &[&str]| {
        let alerts: Vec<_> = alerts.iter().map(|id| (alert(id), 0.5)).collect();
        publish(store, id, &alerts).dropped
    };
    assert!(drops("first", &["a"]).is_empty());
    assert!(drops("second", &["a", "b"]).is_empty());
    assert_eq!(
        served(store),
        [("second".to_owned(), true), ("first".to_owned(), false)]
    );
    assert_eq!(drops("third", &["c"]), ["first"]);
    assert!(drops("third", &["d"]).is_empty(), "written over itself");
    assert_eq!(
        served(store),
        [("third".to_owned(), true), ("second".to_owned(), false)]
    );
    assert_eq!(list(store, &AlertFilters::default(), BY_PRIORITY), ["d"]);
    assert!(
        drops("second", &["e"]).is_empty(),
        "the previous one comes back"
    );
    assert_eq!(
        served(store),
        [("second".to_owned(), true), ("third".to_owned(), false)]
    );
}

fn a_reader_sees_one_moment_whatever_is_published_meanwhile(store: &Store) {
    publish(store, "first", &[(alert("a"), 0.5)]);
    store
        .read(|snapshot| {
            let record = snapshot.current()?.expect("served");
            publish(store, "second", &[(alert("b"), 0.5)]);
            publish(store, "third", &[(alert("c"), 0.5)]);
            assert_eq!(snapshot.current()?.expect("served").assessment.id, "first");
            assert!(snapshot.alert(&record, "a")?.is_some());
            Ok(())
        })
        .unwrap();
    assert_eq!(list(store, &AlertFilters::default(), BY_PRIORITY), ["c"]);
}

fn varied() -> Vec<(Alert, f64)> {
    let mut alerts: Vec<(Alert, f64)> = ["a", "b", "c", "d", "e"]
        .map(alert)
        .into_iter()
        .zip([0.5, 0.9, 0.5, 0.1, 0.7])
        .collect();
    alerts[1].0.flags = vec![flag("contract-delay", Subject::Contract, "k")];
    alerts[1].0.year = None;
    alerts[2].0.buyer = organization("B-2", "Caja de Seguro Social");
    alerts[2].0.title = Some("Ampliación del hospital".to_owned());
    alerts[2].0.risk = 80.0;
    alerts[3].0.amount_at_stake = None;
    alerts[3].0.subject = AlertSubject::Project;
    alerts[4].0.suppliers = vec![organization("S-2", "Dos, S.A.")];
    alerts[4].0.year = Some(2023);
    alerts[4].0.amount_at_stake.as_mut().unwrap().amount = 5_000.0;
    alerts
}

fn every_sort_pages_without_gaps_and_keeps_unknown_keys_last(store: &Store) {
    publish(store, "first", &varied());
    let check = |column, descending, expected: &str| {
        let ids = list(store, &AlertFilters::default(), Sort { column, descending });
        assert_eq!(ids.concat(), expected, "{column:?} {descending}");
    };
    check(SortColumn::Priority, true, "becad");
    check(SortColumn::Priority, false, "daceb");
    check(SortColumn::Risk, true, "cedba");
    check(SortColumn::Value, true, "ecbad");
    check(SortColumn::Value, false, "abced");
    check(SortColumn::Year, true, "dcaeb");
    check(SortColumn::Year, false, "eacdb");
}

fn filters_narrow_together_and_their_values_are_alternatives(store: &Store) {
    let mut publication = store.publish(&assessment("first")).unwrap();
    let alerts = varied();
    for (alert, _) in &alerts {
        let key = if alert.id == "e" { 8 } else { 7 };
        publication.add(alert, &[key]).unwrap();
    }
    publication
        .add_party_flag(8, &party_flag("S-2", "Dos, S.A."))
        .unwrap();
    let priorities: Vec<f64> = alerts.iter().map(|(_, priority)| *priority).collect();
    publication.rank(&priorities).unwrap();
    publication.finish(&assessment("first")).unwrap();

    let check = |expected: &str, narrow: &dyn Fn(&mut AlertFilters)| {
        let mut filters = AlertFilters::default();
        narrow(&mut filters);
        let mut ids = list(store, &filters, BY_PRIORITY);
        ids.sort();
        assert_eq!(ids.concat(), expected, "{filters:?}");
    };
    let words = |words: &[&str]| {
        words
            .iter()
            .map(|word| (*word).to_owned())
            .collect::<Vec<_>>()
    };
    check("abcde", &|_| {});
    check("b", &|it| it.indicators = words(&["contract-delay"]));
    check("abcde", &|it| {
        it.indicators = words(&["contract-delay", "single-bid"]);
    });
    check("e", &|it| it.indicators = words(&["one-name-several-ids"]));
    check("b", &|it| it.families = vec![Family::Execution]);
    check("acde", &|it| it.stages = vec![Stage::Tender]);
    check("", &|it| {
        (it.stages, it.families) = (vec![Stage::Tender], vec![Family::Execution]);
    });
    check("c", &|it| it.buyers = words(&["Caja de Seguro Social"]));
    check("c", &|it| it.buyers = words(&["B-2", "nobody"]));
    check("e", &|it| it.suppliers = words(&["S-2"]));
    check("abcd", &|it| it.suppliers = words(&["Constructora Uno"]));
    check("d", &|it| it.subjects = vec![AlertSubject::Project]);
    check("e", &|it| it.years = vec![2023]);
    check("acd", &|it| {
        it.year = Range {
            min: Some(2024),
            max: None,
        }
    });
    check("e", &|it| it.amount.min = Some(1_000.5));
    check("c", &|it| {
        it.risk = Range {
            min: Some(80.0),
            max: Some(80.0),
        }
    });
    check("c", &|it| it.text = Some("ampliacion HOSP".to_owned()));
    check("abde", &|it| {
        it.text = Some("educacion construc".to_owned());
    });
    check("e", &|it| it.text = Some("dos,".to_owned()));
    check("abcde", &|it| it.text = Some("ocds-".to_owned()));
    check("", &|it| it.text = Some("\"*:".to_owned()));
    check("", &|it| it.text = Some("title:construction".to_owned()));
}

fn context_is_the_flags_of_an_alerts_suppliers(store: &Store) {
    let mut publication = store.publish(&assessment("first")).unwrap();
    publication.add(&alert("a"), &[7]).unwrap();
    publication
        .add_party_flag(7, &party_flag("S-1", "Constructora Uno"))
        .unwrap();
    publication
        .add_party_flag(8, &party_flag("S-9", "Otra"))
        .unwrap();
    publication.rank(&[0.5]).unwrap();
    publication.finish(&assessment("first")).unwrap();
    store
        .read(|snapshot| {
            let record = snapshot.current()?.expect("served");
            let stored = snapshot
                .alert_about(&record, AlertSubject::Process, "ocds-a")?
                .expect("published");
            assert_eq!(stored.alert, alert("a"));
            assert_eq!(
                snapshot.context(&record, &stored)?,
                [party_flag("S-1", "Constructora Uno")]
            );
            let other = snapshot.flags_of_party(&record, Some("S-9"), Some("Otra"))?;
            assert_eq!(other, [party_flag("S-9", "Otra")]);
            assert!(
                snapshot
                    .flags_of_party(&record, Some("S-9"), None)?
                    .is_empty()
            );
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_damaged_database_and_a_newer_one_are_refused_with_the_next_step() {
    let (directory, store) = store();
    drop(store);
    let database = directory.path().join("veedor.db");
    let connection = rusqlite::Connection::open(&database).unwrap();
    connection.pragma_update(None, "user_version", 999).unwrap();
    drop(connection);
    let newer = Store::open(directory.path()).unwrap_err();
    assert!(
        matches!(newer, Error::Database(database::Error::NewerVersion { .. })),
        "{newer}"
    );
    assert!(newer.to_string().contains("upgrade"), "{newer}");

    std::fs::remove_file(directory.path().join("veedor.db")).unwrap();
    std::fs::write(&database, "this is not a database, whatever its name says").unwrap();
    let damaged = Store::open(directory.path()).unwrap_err();
    assert!(
        matches!(damaged, Error::Database(database::Error::Damaged { .. })),
        "{damaged}"
    );
    assert!(damaged.to_string().contains("veedor assess"), "{damaged}");
}

fn a_second_publication_waits_and_is_then_refused_as_busy(store: &Store) {
    let _first = store.publish(&assessment("first")).unwrap();
    let second = store.publish(&assessment("second")).unwrap_err();
    assert!(
        matches!(second, Error::Database(database::Error::Busy { .. })) && second.is_temporary(),
        "{second}"
    );
}

/// Two parts; the lots of `ocds-b` lie on both sides of a row group's end.
fn write_dataset(data: &std::path::Path) -> Dataset {
    let tables = data.join("datasets/first/tables");
    let outcomes = data.join("datasets/first/outcomes");
    std::fs::create_dir_all(&tables).unwrap();
    std::fs::create_dir_all(&outcomes).unwrap();
    let mut ocids = ["ocds-a", "ocds-b", "ocds-c", "ocds-d"];
    ocids.sort_by_key(|ocid| key_of(ocid));
    let write = |path: std::path::PathBuf, mut frame: DataFrame| {
        ParquetWriter::new(std::fs::File::create(path).unwrap())
            .with_row_group_size(Some(2))
            .finish(&mut frame)
            .unwrap();
    };
    for (part, ocids) in ocids.chunks(2).enumerate() {
        let keys: Vec<i64> = ocids.iter().map(|ocid| key_of(ocid)).collect();
        write(
            tables.join(format!("process-{part:04}.parquet")),
            df!("process_key" => &keys, "ocid" => ocids, "title" => [Some("T"), None], "tender_start_day" => [Some(20_089_i32), None],
                "year" => [2025_i64, 2024], "estimate_amount" => [Some(1.5), None], "submission_closed" => [true, false])
            .unwrap(),
        );
        write(
            outcomes.join(format!("process-{part:04}.parquet")),
            df!("process_key" => &keys, "ocid" => ocids)
                .unwrap()
                .hstack(&[
                    Series::new("short-submission-period".into(), &[1_u8, 4]).into(),
                    Series::new(
                        "short-submission-period.strength".into(),
                        &[Some(0.5_f32), None],
                    )
                    .into(),
                ])
                .unwrap(),
        );
        let lots: Vec<(i64, &str, String)> = keys
            .iter()
            .zip(ocids)
            .flat_map(|(key, ocid)| (1..=3).map(move |lot| (*key, *ocid, format!("{ocid}/{lot}"))))
            .collect();
        write(
            tables.join(format!("lot-{part:04}.parquet")),
            df!("process_key" => lots.iter().map(|it| it.0).collect::<Vec<_>>(),
                "ocid" => lots.iter().map(|it| it.1).collect::<Vec<_>>(),
                "lot_id" => lots.iter().map(|it| it.2.clone()).collect::<Vec<_>>())
            .unwrap(),
        );
        write(
            tables.join(format!("release-{part:04}.parquet")),
            df!("process_key" => &keys, "release_index" => [0_i64, 0], "file" => ["f.jsonl", "f.jsonl"], "line" => [1_i64, 2],
                "pointer" => ["", "/releases/0"], "release_id" => [Some("r"), None], "release_date" => [Some("2025-01-01T00:00:00Z"), None])
            .unwrap(),
        );
    }
    Dataset::open(data, "first").unwrap()
}

#[test]
fn one_process_is_found_in_its_part_with_all_its_rows() {
    let directory = tempfile::tempdir().unwrap();
    let dataset = write_dataset(directory.path());
    for ocid in ["ocds-a", "ocds-b", "ocds-c", "ocds-d"] {
        let rows = dataset.process(ocid).unwrap().expect(ocid);
        assert_eq!(rows.process.text("ocid"), Some(ocid));
        let lots: Vec<_> = rows
            .lots
            .iter()
            .map(|lot| lot.text("lot_id").unwrap().to_owned())
            .collect();
        assert_eq!(lots, [1, 2, 3].map(|lot| format!("{ocid}/{lot}")));
        assert!(rows.contracts.is_empty() && rows.participations.is_empty());
        assert_eq!(rows.documents.len(), 1);
        let answer = rows.process.answers["short-submission-period"];
        if rows.process.facts["year"] == FactValue::Integer(2025) {
            assert_eq!(answer, Answer::Flagged);
            assert_eq!(rows.process.strengths["short-submission-period"], 0.5);
            assert_eq!(rows.process.text("tender_start_day"), Some("2025-01-01"));
            assert_eq!(
                rows.process.facts["estimate_amount"],
                FactValue::Number(1.5)
            );
            assert_eq!(
                rows.process.facts["submission_closed"],
                FactValue::Boolean(true)
            );
        } else {
            assert_eq!(answer, Answer::InsufficientData);
            assert!(
                !rows.process.facts.contains_key("title"),
                "unknown facts are absent"
            );
        }
    }
    assert_eq!(dataset.process("ocds-x").unwrap(), None);
    assert_eq!(dataset.project("ocds-a").unwrap(), None);
}

#[test]
fn a_dataset_that_is_gone_says_how_to_get_it_back() {
    let directory = tempfile::tempdir().unwrap();
    let gone = Dataset::open(directory.path(), "first").unwrap_err();
    assert!(matches!(gone, Error::DatasetMissing { .. }));
    assert!(
        gone.to_string().contains("run `veedor assess` again"),
        "{gone}"
    );
}
