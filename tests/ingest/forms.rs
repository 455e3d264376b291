//! Every form in which a release or a project is published gives the same rows as the plain one.

use std::{io::Write as _, process::Stdio};

use serde_json::{Value, json};

use crate::support::{Assessed, Desk, Row, fixture_value, gzipped, zstandard};

fn release() -> Value {
    fixture_value("release.json")
}

fn project() -> Value {
    fixture_value("project.json")["projects"][0].clone()
}

/// The rows of the process and of its lot and contract, without the places in the source and the number of data issues.
fn process_rows(assessed: &Assessed) -> Vec<Row> {
    let rows = ["process", "lot", "contract"].map(|table| assessed.row(table));
    rows.into_iter().map(without_places).collect()
}

fn without_places(mut row: Row) -> Row {
    row.retain(|column, _| {
        !column.ends_with("_version")
            && !column.ends_with("_position")
            && column != "data_issue_count"
    });
    row
}

fn rows_of_file(name: &str, bytes: impl AsRef<[u8]>) -> Vec<Row> {
    let assessed = Desk::with(&[(name, bytes)]).assess();
    assert_eq!(assessed.rejects(), Vec::<Value>::new(), "{name}");
    process_rows(&assessed)
}

fn plain() -> Vec<Row> {
    rows_of_file("release.json", release().to_string())
}

#[track_caller]
fn check(form: Value) {
    assert_eq!(rows_of_file("form.json", form.to_string()), plain());
}

/// Every value with the one version there is of it; identifiers stand alone, as the standard says.
fn versioned(value: &Value, key: &str) -> Value {
    let version = |value: &Value| json!([{"releaseID": "r-1", "releaseDate": release()["date"], "releaseTag": release()["tag"], "value": value}]);
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(key, member)| (key.clone(), versioned(member, key)))
            .collect(),
        Value::Array(items)
            if !items.is_empty() && items.iter().all(|item| item.get("id").is_some()) =>
        {
            items.iter().map(|item| versioned(item, "")).collect()
        }
        value if key == "id" => value.clone(),
        value => version(value),
    }
}

fn versioned_release() -> Value {
    let mut release = release();
    let members = release.as_object_mut().unwrap();
    for key in ["ocid", "id", "date", "tag"] {
        members.remove(key);
    }
    let mut versioned = versioned(&release, "");
    versioned["ocid"] = json!("ocds-t-1");
    versioned
}

#[test]
fn a_bare_release_is_read() {
    let process = plain().remove(0);
    assert_eq!(process["ocid"], json!("ocds-t-1"));
    assert_eq!(process["bidder_count"], json!(2));
    assert_eq!(process["submission_days"], json!(41));
}

#[test]
fn a_release_package_gives_what_its_releases_give() {
    check(
        json!({"uri": "u", "version": "1.1", "publisher": {"name": "P"}, "releases": [release()]}),
    );
}

#[test]
fn a_record_with_embedded_releases_gives_what_they_give() {
    let record = json!({"ocid": "ocds-t-1", "releases": [release()], "compiledRelease": {"ocid": "ocds-t-1", "tag": ["compiled"]}});
    check(record.clone());
    check(json!({"version": "1.1", "records": [record]}));
}

#[test]
fn a_record_with_links_gives_its_compiled_release() {
    let record = json!({
        "ocid": "ocds-t-1",
        "releases": [{"url": "https://compras.example/r-1.json", "date": release()["date"], "tag": ["tender"]}],
        "compiledRelease": release(),
    });
    check(record.clone());
    check(json!({"version": "1.1", "records": [record]}));
}

#[test]
fn a_link_that_is_not_followed_is_a_data_issue() {
    let record =
        json!({"ocid": "ocds-t-1", "releases": [{"url": "u"}], "compiledRelease": release()});
    let assessed = Desk::with(&[("record.json", record.to_string())]).assess();
    assert_eq!(
        assessed.issues(),
        [["/releases", "1", "linked-releases-not-fetched"]]
    );
}

#[test]
fn a_record_without_releases_gives_its_compiled_release() {
    check(json!({"ocid": "ocds-t-1", "compiledRelease": release()}));
}

#[test]
fn a_record_of_embedded_and_linked_releases_without_a_compiled_one_gives_what_is_embedded() {
    check(
        json!({"ocid": "ocds-t-1", "releases": [{"url": "u", "date": "2024-01-01T00:00:00Z", "tag": ["planning"]}, release()]}),
    );
}

#[test]
fn a_versioned_release_gives_what_was_published_at_each_date() {
    let record = json!({"ocid": "ocds-t-1", "releases": [{"url": "u"}], "versionedRelease": versioned_release()});
    check(record.clone());
    check(json!({"version": "1.1", "records": [record.clone()]}));
    check(json!([record.clone()]));
    check(json!([{"version": "1.1", "records": [record]}]));
}

#[test]
fn arrays_hold_releases_records_or_packages() {
    check(json!([release()]));
    check(json!([{"ocid": "ocds-t-1", "releases": [release()]}]));
    check(json!([{"version": "1.1", "releases": [release()]}]));
}

#[test]
fn lines_hold_releases_records_or_packages() {
    let record = json!({"ocid": "ocds-t-1", "compiledRelease": release()});
    for line in [
        release(),
        record.clone(),
        json!({"releases": [release()]}),
        json!({"records": [record]}),
        json!([release()]),
    ] {
        assert_eq!(
            rows_of_file("lines.jsonl", format!("{line}\n")),
            plain(),
            "{line}"
        );
        // A second process beside the first, so that the file is lines for certain.
        let lines = format!(
            "\n{}\n{line}\r\n\n",
            json!({"ocid": "ocds-t-2", "id": "1", "date": "2024-01-01T00:00:00Z"})
        );
        let assessed = Desk::with(&[("lines.jsonl", lines)]).assess();
        let processes: Vec<_> = assessed
            .rows("process")
            .into_iter()
            .map(without_places)
            .filter(|row| row["ocid"] == "ocds-t-1")
            .collect();
        assert_eq!(processes, [plain().remove(0)], "{line}");
    }
}

#[test]
fn compressed_files_are_recognised_by_their_content() {
    let package = json!({"releases": [release()]}).to_string();
    let line = format!("{}\n", release());
    for text in [&package, &line] {
        assert_eq!(
            rows_of_file("name-without-extension", gzipped(text.as_bytes())),
            plain()
        );
        assert_eq!(
            rows_of_file("misleading.gz", zstandard(text.as_bytes())),
            plain()
        );
    }
}

#[test]
fn gzip_members_and_zstandard_frames_follow_one_another() {
    let package = json!({"releases": [release()]}).to_string();
    let (start, end) = package.as_bytes().split_at(package.len() / 2);
    assert_eq!(
        rows_of_file("a.gz", [gzipped(start), gzipped(end)].concat()),
        plain()
    );
    assert_eq!(
        rows_of_file("a.zst", [zstandard(start), zstandard(end)].concat()),
        plain()
    );
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_text() {
    assert_eq!(
        rows_of_file("a.json", format!("\u{feff}{}", release())),
        plain()
    );
    assert_eq!(
        rows_of_file("a.jsonl", format!("\u{feff}{}\n{}\n", release(), release())),
        plain()
    );
}

#[test]
fn a_pretty_printed_document_is_one_document() {
    for form in [
        release(),
        json!({"releases": [release()]}),
        json!([release()]),
    ] {
        assert_eq!(
            rows_of_file("pretty.json", serde_json::to_string_pretty(&form).unwrap()),
            plain()
        );
    }
}

#[test]
fn a_package_may_be_written_with_one_element_a_line() {
    let other = json!({"ocid": "ocds-t-2", "id": "1", "date": "2024-01-01T00:00:00Z"});
    for (start, end) in [
        ("{\"version\":\"1.1\",\"releases\":[", "]}"),
        ("[", "]"),
        ("{\n\"releases\": [", "]\n}"),
    ] {
        let text = format!("{start}\n{},\n{other}\n{end}\n", release());
        let assessed = Desk::with(&[("package.json", &text)]).assess();
        assert_eq!(assessed.rows("process").len(), 2, "{text}");
        assert_eq!(assessed.rejects(), Vec::<Value>::new());
    }
}

#[test]
fn standard_input_is_read_as_a_file_is() {
    let desk = Desk::new();
    let mut command = desk.veedor(["assess", "-", "--data", "data"]);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(&gzipped(release().to_string().as_bytes()))
        .unwrap();
    assert!(child.wait().unwrap().success());
    let assessed = desk.served();
    assert_eq!(process_rows(&assessed), plain());
    assert_eq!(assessed.row("release")["file"], json!("stdin"));
}

#[test]
fn every_form_of_a_project_is_the_same_project() {
    let rows = |text: String| {
        let assessed = Desk::with(&[("project.json", text)]).assess();
        assert_eq!(assessed.rejects(), Vec::<Value>::new());
        let rows = [assessed.rows("project"), assessed.rows("contract")].concat();
        rows.into_iter().map(without_places).collect::<Vec<_>>()
    };
    let package = rows(fixture_value("project.json").to_string());
    assert_eq!(package.len(), 3, "a project and two contracts");
    for form in [
        json!({"projects": [project()]}),
        project(),
        json!([project()]),
        json!([{"projects": [project()]}]),
    ] {
        assert_eq!(rows(form.to_string()), package);
        assert_eq!(rows(serde_json::to_string_pretty(&form).unwrap()), package);
        assert_eq!(
            rows(format!("{form}\n{form}\n")),
            package,
            "lines, one of them twice"
        );
    }
}

#[test]
fn a_directory_holds_any_mixture_at_any_depth() {
    let other = |ocid: &str| json!({"ocid": ocid, "id": "1", "date": "2024-01-01T00:00:00Z", "tender": {"title": ocid}});
    let desk = Desk::new();
    desk.write(
        "a/package.json",
        json!({"releases": [other("1")]}).to_string(),
    );
    desk.write(
        "a/b/records.json.gz",
        gzipped(
            json!({"records": [{"ocid": "2", "compiledRelease": other("2")}]})
                .to_string()
                .as_bytes(),
        ),
    );
    desk.write(
        "a/b/lines",
        format!("{}\n{}\n", other("3"), json!({"releases": [other("4")]})),
    );
    desk.write(
        "projects.zst",
        zstandard(fixture_value("project.json").to_string().as_bytes()),
    );
    desk.write(
        "mixed.json",
        json!([other("5"), {"records": [{"ocid": "6", "releases": [other("6")]}]}, project()])
            .to_string(),
    );
    let assessed = desk.assess();
    let mut ocids: Vec<_> = assessed
        .rows("process")
        .iter()
        .map(|row| row["ocid"].as_str().unwrap().to_owned())
        .collect();
    ocids.sort();
    assert_eq!(
        ocids,
        [
            "1",
            "2",
            "3",
            "4",
            "5",
            "6",
            "ocds-t-road",
            "ocds-t-supervision"
        ]
    );
    assert_eq!(
        assessed.rows("project").len(),
        1,
        "the same project in two files"
    );
    assert_eq!(assessed.rejects(), Vec::<Value>::new());
}
