//! A copy of a server's database, put back in another: the same answers, or nothing changed.

use std::fs;

use tempfile::TempDir;
use veedor::store::{Error, Store};

use crate::{
    databases::Kept,
    published::{alert, assessment, party_flag, publish},
};

/// Everything that is served, as text.
fn served(store: &Store) -> String {
    let all = store.read(|snapshot| {
        let record = snapshot.current()?.expect("an assessment is served");
        let alert = snapshot.alert(&record, "a")?.expect("it is there");
        Ok(format!("{:?} {:?}", record.assessment, alert.alert))
    });
    all.unwrap()
}

fn filled() -> Option<(Kept, TempDir)> {
    let kept = Kept::postgres()?;
    publish(
        &kept.store,
        "first",
        &[(alert("a"), 1.0), (alert("b"), 0.5)],
    );
    // What is being written is nobody's yet.
    let mut publication = kept.store.publish(&assessment("next")).unwrap();
    publication
        .add_party_flag(7, &party_flag("S-7", "Siete"))
        .unwrap();
    publication.add(&alert("c"), &[]).unwrap();
    let copy = tempfile::tempdir().unwrap();
    assert_eq!(kept.store.copy_into(copy.path()).unwrap(), ["first"]);
    drop(publication);
    Some((kept, copy))
}

#[test]
fn a_copy_fills_another_database_and_work_goes_on_there() {
    let (Some((kept, copy)), Some(other)) = (filled(), Kept::postgres()) else {
        return;
    };
    let url = other.url.as_deref().unwrap();
    assert!(matches!(
        Store::load_copy(url, copy.path(), false, || Ok(())),
        Err(Error::NotEmpty { .. })
    ));
    publish(&other.store, "other", &[(alert("z"), 1.0)]);
    Store::load_copy(url, copy.path(), true, || Ok(())).unwrap();
    let again = other.again();
    assert_eq!(served(&again), served(&kept.store));
    publish(&again, "second", &[(alert("a"), 1.0)]);
    let current = again.read(|snapshot| snapshot.current()).unwrap().unwrap();
    assert_eq!(current.assessment.id, "second");
}

#[test]
fn a_copy_that_cannot_be_used_changes_nothing() {
    let (Some((_, copy)), Some(other)) = (filled(), Kept::postgres()) else {
        return;
    };
    publish(&other.store, "other", &[(alert("a"), 1.0)]);
    let before = served(&other.store);
    let url = other.url.as_deref().unwrap();
    let fails = || {
        let error = Store::load_copy(url, copy.path(), true, || Ok(())).unwrap_err();
        assert_eq!(served(&other.again()), before);
        error.to_string()
    };

    let refused = Store::load_copy(url, copy.path(), true, || {
        Err(Error::Copy("the directory cannot be moved".into()))
    });
    assert!(refused.unwrap_err().to_string().contains("cannot be moved"));
    assert_eq!(served(&other.again()), before);

    let rows = copy.path().join("assessment.copy");
    let kept = fs::read(&rows).unwrap();
    fs::write(&rows, "damaged\n").unwrap();
    fails();
    fs::write(&rows, kept).unwrap();

    let index = copy.path().join("tables.json");
    let text = fs::read_to_string(&index).unwrap();
    for (from, to) in [
        ("\"slot\": [", "\"slot; DROP TABLE slot\": ["),
        ("\"slots\": [", "\"slots\": [\"x; DROP TABLE slot\", "),
    ] {
        assert!(text.contains(from), "{text}");
        fs::write(&index, text.replacen(from, to, 1)).unwrap();
        assert!(fails().contains("is damaged"));
    }
    let version = text
        .lines()
        .find(|line| line.contains("\"version\""))
        .unwrap();
    fs::write(&index, text.replacen(version, "  \"version\": 1,", 1)).unwrap();
    assert!(fails().contains("restore it with the program that wrote it"));
}
