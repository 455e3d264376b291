//! Versioned releases: every value with the list of its versions. Turned back into one snapshot per release, so that the one way of
//! reading and merging releases serves them too.
//!
//! This is the one form that is walked as a whole JSON tree; it is rare, and such records are small.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// Versions of one process that are told apart; later ones are what matters, earlier ones fold into the first kept.
const MOST_VERSIONS: usize = 200;

/// The releases that a versioned release holds, as JSON texts in the order of their dates.
///
/// `text` is a record, or a record package when `record` tells which of its records is meant.
pub(super) fn snapshots(text: &str, record: Option<usize>) -> Result<Vec<String>, String> {
    let document: Value = serde_json::from_str(text)
        .map_err(|error| format!("the versioned release could not be read: {error}"))?;
    let record = match record {
        Some(index) => document.get("records").and_then(|records| {
            if records.is_array() {
                records.get(index)
            } else {
                Some(records)
            }
        }),
        None => Some(&document),
    };
    let record = record.ok_or("the record is not where it was seen")?;
    let versioned = record
        .get("versionedRelease")
        .ok_or("the record has no versioned release")?;
    let mut versions = BTreeSet::new();
    collect_versions(versioned, &mut versions);
    if versions.is_empty() {
        return Err("the versioned release holds no versions".to_owned());
    }
    let skipped = versions.len().saturating_sub(MOST_VERSIONS);
    let ocid = record
        .get("ocid")
        .or_else(|| versioned.get("ocid"))
        .cloned();
    Ok(versions
        .iter()
        .skip(skipped)
        .map(|(date, id)| {
            let mut snapshot = match as_of(versioned, date) {
                Some(Value::Object(snapshot)) => snapshot,
                _ => Map::new(),
            };
            if let Some(ocid) = &ocid {
                snapshot.insert("ocid".to_owned(), ocid.clone());
            }
            snapshot.insert("date".to_owned(), Value::String(date.clone()));
            snapshot.insert("id".to_owned(), Value::String(id.clone()));
            if let Some(tags) = tags_of(versioned, date, id) {
                snapshot.insert("tag".to_owned(), tags);
            }
            Value::Object(snapshot).to_string()
        })
        .collect())
}

fn versions_of(value: &Value) -> Option<&Vec<Value>> {
    let versions = value.as_array()?;
    let is_version = |version: &Value| {
        version.get("releaseDate").is_some() && version.get("releaseID").is_some()
    };
    (!versions.is_empty() && versions.iter().all(is_version)).then_some(versions)
}

fn collect_versions(value: &Value, versions: &mut BTreeSet<(String, String)>) {
    if let Some(list) = versions_of(value) {
        for version in list {
            if let (Some(date), Some(id)) = (
                version["releaseDate"].as_str(),
                version["releaseID"].as_str(),
            ) {
                versions.insert((date.to_owned(), id.to_owned()));
            }
        }
        return;
    }
    match value {
        Value::Array(items) => items
            .iter()
            .for_each(|item| collect_versions(item, versions)),
        Value::Object(members) => members
            .values()
            .for_each(|member| collect_versions(member, versions)),
        _ => {}
    }
}

/// The value as it stood after the release of that date.
fn as_of(value: &Value, date: &str) -> Option<Value> {
    if let Some(versions) = versions_of(value) {
        // Dates of one publisher are written alike, so that their order as text is their order in time.
        let version = versions.iter().rev().find(|version| {
            version["releaseDate"]
                .as_str()
                .is_some_and(|released| released <= date)
        })?;
        return version
            .get("value")
            .cloned()
            .filter(|value| !value.is_null());
    }
    match value {
        Value::Array(items) => {
            let items: Vec<_> = items.iter().filter_map(|item| as_of(item, date)).collect();
            (!items.is_empty()).then_some(Value::Array(items))
        }
        Value::Object(members) => {
            let kept: Map<_, _> = members
                .iter()
                .filter_map(|(key, member)| Some((key.clone(), as_of(member, date)?)))
                .collect();
            // An object of which only the identifier is left had not been published yet.
            let only_identifier = kept.len() == 1 && kept.contains_key("id") && members.len() > 1;
            (!kept.is_empty() && !only_identifier).then_some(Value::Object(kept))
        }
        other => Some(other.clone()),
    }
}

fn tags_of(value: &Value, date: &str, id: &str) -> Option<Value> {
    if let Some(versions) = versions_of(value) {
        let same = versions
            .iter()
            .find(|version| version["releaseDate"] == date && version["releaseID"] == id)?;
        return same.get("releaseTag").cloned();
    }
    match value {
        Value::Array(items) => items.iter().find_map(|item| tags_of(item, date, id)),
        Value::Object(members) => members
            .values()
            .find_map(|member| tags_of(member, date, id)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::snapshots;

    #[test]
    fn each_release_is_what_was_known_then() {
        let record = r#"{"ocid":"o","versionedRelease":{"tender":{"title":[
            {"releaseID":"1","releaseDate":"2020-01-01","releaseTag":["tender"],"value":"first"},
            {"releaseID":"2","releaseDate":"2020-02-01","releaseTag":["tenderUpdate"],"value":"second"}]},
            "awards":[{"id":"a","title":[{"releaseID":"2","releaseDate":"2020-02-01","releaseTag":["tenderUpdate"],"value":"award"}]}]}}"#;
        insta::assert_snapshot!(snapshots(record, None).expect("it is a versioned release").join("\n"), @r#"
        {"date":"2020-01-01","id":"1","ocid":"o","tag":["tender"],"tender":{"title":"first"}}
        {"awards":[{"id":"a","title":"award"}],"date":"2020-02-01","id":"2","ocid":"o","tag":["tenderUpdate"],"tender":{"title":"second"}}
        "#);
    }
}
