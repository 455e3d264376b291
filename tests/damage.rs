//! Damage: input that is broken, a disk that is full, a run that is stopped. The message says what happened and what to do, the exit code is right,
//! and the last good assessment is still served.

use std::{
    fs,
    io::Write as _,
    os::unix::{fs::PermissionsExt as _, process::CommandExt as _},
    process::{Child, Command, Stdio},
};

use serde_json::{Value, json};

use crate::support::{Desk, Ended, country, fixture, fixture_value, gzipped, zstandard};

fn release(ocid: &str) -> Value {
    let mut release = fixture_value("release.json");
    release["ocid"] = json!(ocid);
    release
}

fn lines(ocids: &[&str]) -> String {
    ocids
        .iter()
        .map(|ocid| format!("{}\n", release(ocid)))
        .collect()
}

fn package(ocids: &[&str]) -> String {
    json!({"version": "1.1", "releases": ocids.iter().map(|ocid| release(ocid)).collect::<Vec<_>>()}).to_string()
}

/// Assesses one damaged file: it ends well, these processes are used, and this is the only reject (line, pointer, and part of the reason).
#[track_caller]
fn used(bytes: impl AsRef<[u8]>, ocids: &[&str], reject: Option<(u64, &str, &str)>) -> Desk {
    let desk = Desk::with(&[("damaged", bytes)]);
    let ended = desk.run_assess(["input"]);
    ended.says(0, &[]);
    let assessed = desk.served();
    let mut found: Vec<_> = assessed
        .rows("process")
        .iter()
        .map(|row| row["ocid"].as_str().unwrap().to_owned())
        .collect();
    found.sort();
    assert_eq!(found, ocids);
    let rejects = assessed.rejects();
    assert_eq!(rejects.len(), usize::from(reject.is_some()), "{rejects:?}");
    assert_eq!(
        assessed.report.assessment.counts.rejected,
        rejects.len() as u64
    );
    if let Some((line, pointer, reason)) = reject {
        assert_eq!(
            (&rejects[0]["line"], &rejects[0]["pointer"]),
            (&json!(line), &json!(pointer)),
            "{rejects:?}"
        );
        assert!(
            rejects[0]["reason"].as_str().unwrap().contains(reason),
            "{rejects:?}"
        );
        assert!(ended.out.contains(reason), "the reason is printed");
    }
    desk
}

/// A desk with an assessment that is served, whose input was then replaced by this.
fn desk_with_good_assessment(bytes: impl AsRef<[u8]>) -> Desk {
    let desk = Desk::with(&[("file", lines(&["good"]))]);
    desk.run_assess(["input"]).says(0, &[]);
    desk.write("file", bytes);
    desk
}

/// The run fails with these words, and what was served before still is, whole.
#[track_caller]
fn fails(desk: &Desk, ended: &Ended, messages: &[&str]) {
    ended.says(1, messages);
    assert_eq!(desk.served().row("process")["ocid"], json!("good"));
    assert_eq!(
        desk.datasets(),
        [desk.current().unwrap()],
        "nothing partial is left"
    );
}

#[test]
fn of_truncated_lines_the_whole_ones_are_used() {
    let lines = lines(&["a", "b", "c"]);
    used(
        &lines.as_bytes()[..lines.len() - 40],
        &["a", "b"],
        Some((3, "", "EOF")),
    );
}

#[test]
fn of_truncated_gzip_what_stands_before_the_break_is_used() {
    // Stored blocks, so that the break falls where we say.
    let lines = lines(&["a", "b", "c"]);
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
    encoder.write_all(lines.as_bytes()).unwrap();
    let whole = encoder.finish().unwrap();
    let desk = Desk::with(&[("damaged.gz", &whole[..whole.len() - 60])]);
    let ended = desk.run_assess(["input"]);
    ended.says(0, &[]);
    let assessed = desk.served();
    assert_eq!(assessed.rows("process").len(), 2);
    let rejects = assessed.rejects();
    assert_eq!(
        rejects
            .iter()
            .map(|reject| reject["line"].clone())
            .collect::<Vec<_>>(),
        [3, 3],
        "{rejects:?}"
    );
    assert!(
        ended.out.contains("the compressed content breaks off here"),
        "{}",
        ended.out
    );
}

#[test]
fn compressed_content_that_holds_nothing_is_rejected() {
    for bytes in [
        gzipped(b"{}")[..5].to_vec(),
        zstandard(b"{}")[..5].to_vec(),
        [&[0x28, 0xb5, 0x2f, 0xfd][..], b"not zstd"].concat(),
    ] {
        let desk = desk_with_good_assessment(bytes);
        fails(
            &desk,
            &desk.run_assess(["input"]),
            &["nothing could be assessed", "input/file line 1"],
        );
    }
}

#[test]
fn of_a_truncated_package_the_elements_before_the_break_are_used() {
    let package = package(&["a", "b", "c"]);
    used(
        &package.as_bytes()[..package.len() - 60],
        &["a", "b"],
        Some((1, "/releases/2", "the array breaks here")),
    );
}

#[test]
fn a_package_broken_behind_its_releases_gives_each_of_them_once() {
    let package = package(&["a", "b"]);
    let broken = format!("{},\"publisher\":{{\"name\"", &package[..package.len() - 1]);
    let reordered = json!({"releases": [release("a"), release("b")]}).to_string();
    let broken_at_end = format!("{},\"version\":", &reordered[..reordered.len() - 1]);
    for text in [broken, broken_at_end] {
        let desk = Desk::with(&[("damaged", text)]);
        desk.run_assess(["input"]).says(0, &[]);
        let assessed = desk.served();
        assert_eq!(assessed.rows("process").len(), 2);
        assert_eq!(assessed.report.assessment.counts.repeated_releases, 0);
        assert_eq!(assessed.rejects().len(), 1, "the break is told");
    }
}

#[test]
fn of_a_broken_package_of_records_every_form_of_record_is_used() {
    let version = |value: Value| json!([{"releaseID": "1", "releaseDate": "2024-01-01T00:00:00Z", "releaseTag": ["tender"], "value": value}]);
    let versioned =
        json!({"ocid": "v", "versionedRelease": {"tender": {"title": version(json!("T"))}}});
    let records = [
        json!({"ocid": "a", "compiledRelease": release("a")}),
        versioned,
        json!({"ocid": "b", "releases": [release("b")]}),
    ];
    let package = json!({"records": records}).to_string();
    used(
        format!("{},{{\"ocid\":", &package[..package.len() - 2]),
        &["a", "b", "v"],
        Some((1, "/records/3", "the array breaks here")),
    );
}

#[test]
fn letters_that_are_no_utf_8_are_replaced_and_told() {
    let text =
        lines(&["a", "b"]).replacen("Ministerio de Puentes", "Ministerio de Pue\u{1}ntes", 1);
    let bytes: Vec<u8> = text
        .bytes()
        .map(|byte| if byte == 1 { 0xff } else { byte })
        .collect();
    let assessed = used(bytes, &["a", "b"], None).served();
    let issues = assessed.issues();
    assert_eq!(issues.len(), 1);
    assert_eq!(
        [&issues[0][0], &issues[0][2]],
        ["", "invalid-utf8-replaced"]
    );
    assert!(issues[0][1].starts_with("byte "), "{issues:?}");
    let names: Vec<_> = assessed
        .rows("process")
        .iter()
        .map(|row| row["buyer_name"].as_str().unwrap().to_owned())
        .collect();
    assert!(
        names.iter().any(|name| name.contains('\u{fffd}')) || names.len() == 2,
        "{names:?}"
    );
}

#[test]
fn utf_16_is_named() {
    let bytes: Vec<u8> = "\u{feff}{\"ocid\":\"a\"}\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let desk = desk_with_good_assessment(bytes);
    fails(
        &desk,
        &desk.run_assess(["input"]),
        &["the text is UTF-16; convert it to UTF-8"],
    );
}

#[test]
fn a_line_of_fifty_megabytes_among_good_ones_is_rejected_with_its_place() {
    const MEGABYTES: usize = 50;
    let mut text = lines(&["a", "b"]).into_bytes();
    text.extend(b"{\"ocid\":\"long\",\"note\":\"");
    text.resize(text.len() + (MEGABYTES << 20), b'x');
    text.extend(b"\"}\n");
    text.extend(lines(&["c"]).bytes());
    used(
        text,
        &["a", "b", "c"],
        Some((3, "", "the line is longer than 32 MiB")),
    );
}

#[test]
fn a_hundred_thousand_levels_are_rejected_with_their_place() {
    const LEVELS: usize = 100_000;
    let nested =
        |open: &str, close: &str| format!("{}1{}", open.repeat(LEVELS), close.repeat(LEVELS));
    let deep = [
        format!("{{\"ocid\":\"x\",\"unknown\":{}}}", nested("{\"a\":", "}")),
        format!(
            "{{\"ocid\":\"x\",\"tender\":{}}}",
            nested("{\"value\":", "}")
        ),
        format!("{{\"ocid\":\"x\",\"tender\":{}}}", nested("[", "]")),
        nested("{\"releases\":[", "]}"),
        nested("[", "]"),
        format!("{{\"ocid\":\"x\",\"unknown\":{}", "[".repeat(LEVELS)),
    ];
    for deep in deep {
        let text = format!("{}{deep}\n{}", lines(&["a"]), lines(&["b"]));
        used(
            text,
            &["a", "b"],
            Some((2, "", "nested more than 200 levels deep")),
        );
        let desk = desk_with_good_assessment(deep);
        fails(
            &desk,
            &desk.run_assess(["input"]),
            &["nested more than 200 levels deep"],
        );
    }
}

#[test]
fn an_empty_file_is_told_and_the_others_are_used() {
    let desk = Desk::with(&[("empty", ""), ("blank", "\n \n"), ("good", &*lines(&["a"]))]);
    desk.run_assess(["input"]).says(0, &[]);
    let rejects = desk.served().rejects();
    assert_eq!(
        rejects
            .iter()
            .map(|reject| &reject["reason"])
            .collect::<Vec<_>>(),
        ["the file is empty"; 2],
        "{rejects:?}"
    );
    let desk = desk_with_good_assessment("");
    fails(
        &desk,
        &desk.run_assess(["input"]),
        &["nothing could be assessed", "the file is empty"],
    );
}

#[test]
fn an_empty_directory_is_named() {
    let desk = desk_with_good_assessment("");
    fs::create_dir(desk.path("nothing")).unwrap();
    fails(
        &desk,
        &desk.run_assess(["nothing"]),
        &["there are no files in `nothing`", "name files, directories"],
    );
}

#[test]
fn a_file_that_is_not_json_is_rejected() {
    for bytes in [
        "ocid,title\na,b\n".as_bytes(),
        b"<html></html>",
        &[0x89, b'P', b'N', b'G', 0, 1, 2, 3],
        b"\"ocid\"",
        b"7",
    ] {
        let desk = desk_with_good_assessment(bytes);
        fails(
            &desk,
            &desk.run_assess(["input"]),
            &["nothing could be assessed", "input/file line 1"],
        );
    }
}

#[test]
fn a_path_that_is_not_there_is_named() {
    let desk = desk_with_good_assessment("");
    fails(
        &desk,
        &desk.run_assess(["nowhere.json"]),
        &["cannot read `nowhere.json`", "check that it exists"],
    );
}

#[test]
fn where_everything_is_rejected_the_last_assessment_stays() {
    let desk = desk_with_good_assessment("{\"a\":1}\n{\"b\":2}\n");
    fails(
        &desk,
        &desk.run_assess(["input"]),
        &[
            "nothing could be assessed: 2 of the texts read were rejected",
            "neither a release",
        ],
    );
}

/// A user that is not root: whoever runs the tests may be.
const NOBODY: u32 = 65_534;

#[test]
fn a_directory_without_read_permission_is_named() {
    let desk = desk_with_good_assessment("");
    let closed = desk.input().join("closed");
    fs::create_dir(&closed).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_veedor"));
    if fs::metadata(desk.directory()).is_ok() && is_root() {
        // The program's own directory may be closed to others.
        let program = desk.path("veedor");
        fs::copy(env!("CARGO_BIN_EXE_veedor"), &program).unwrap();
        fs::set_permissions(desk.directory(), fs::Permissions::from_mode(0o755)).unwrap();
        for entry in walkdir::WalkDir::new(desk.data()) {
            std::os::unix::fs::chown(entry.unwrap().path(), Some(NOBODY), Some(NOBODY)).unwrap();
        }
        command = Command::new(program);
        command.uid(NOBODY).gid(NOBODY);
    }
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    command
        .args(["assess", "input", "--data", "data"])
        .current_dir(desk.directory());
    let ended = Ended::of(command.output().unwrap());
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).unwrap();
    fails(
        &desk,
        &ended,
        &[
            "cannot read `",
            "/input/closed`",
            "ermission denied",
            "check that it exists and that this user may read it",
        ],
    );
}

fn is_root() -> bool {
    let probe = tempfile::tempdir().unwrap();
    fs::set_permissions(probe.path(), fs::Permissions::from_mode(0o000)).unwrap();
    fs::read_dir(probe.path()).is_ok()
}

/// Assesses where no file may grow beyond `blocks` KiB, as on a disk that is full.
fn assess_on_full_disk(desk: &Desk, blocks: u32) -> Ended {
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" assess input --data data");
    let mut command = Command::new("bash");
    command
        .args(["-c", &script, env!("CARGO_BIN_EXE_veedor")])
        .current_dir(desk.directory())
        .env_remove("RUST_LOG");
    Ended::of(command.output().unwrap())
}

#[test]
fn a_full_disk_leaves_nothing_partial_and_the_last_assessment_served() {
    let desk = desk_with_good_assessment("");
    fs::remove_dir_all(desk.input()).unwrap();
    country(&desk.path("country"), 800, false);
    fs::rename(desk.path("country/published"), desk.input()).unwrap();
    // From a disk with no room at all to one on which the tables fit and the database does not.
    for blocks in [0, 8, 64, 160] {
        let ended = assess_on_full_disk(&desk, blocks);
        fails(&desk, &ended, &["`data/"]);
        let next_steps = [
            "free some space",
            "check that the directory exists and may be read and written",
        ];
        assert!(
            next_steps.iter().any(|step| ended.err.contains(step)),
            "{}",
            ended.err
        );
    }
    desk.run_assess(["input"]).says(0, &[]);
    assert!(desk.served().report.assessment.counts.processes >= 800);
}

/// A run that holds the data directory and waits for its standard input.
fn waiting_run(desk: &Desk) -> Child {
    let mut command = desk.veedor(["assess", "-", "--data", "data"]);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .as_mut()
        .unwrap()
        .write_all(lines(&["a", "b"]).as_bytes())
        .unwrap();
    let partial = desk.data().join("datasets/.partial/tables");
    while !partial.exists() {
        assert!(
            child.try_wait().unwrap().is_none(),
            "it ended before it began"
        );
        std::thread::yield_now();
    }
    child
}

#[test]
fn a_second_run_on_one_data_directory_is_refused() {
    let desk = desk_with_good_assessment(lines(&["other"]));
    let mut first = waiting_run(&desk);
    let second = desk.run_assess(["input"]);
    second.says(
        1,
        &[
            "another `assess` is writing to `data`",
            "wait for it to end",
        ],
    );
    assert_eq!(desk.served().row("process")["ocid"], json!("good"));
    drop(first.stdin.take());
    assert!(
        first.wait().unwrap().success(),
        "the first is not disturbed"
    );
    assert_eq!(desk.served().rows("process").len(), 2);
}

#[test]
fn a_run_that_is_killed_while_reading_leaves_the_last_assessment_served() {
    let desk = desk_with_good_assessment(lines(&["next"]));
    let mut run = waiting_run(&desk);
    run.kill().unwrap();
    run.wait().unwrap();
    assert_eq!(desk.served().row("process")["ocid"], json!("good"));
    desk.run_assess(["input"]).says(0, &[]);
    assert_eq!(desk.served().row("process")["ocid"], json!("next"));
    assert_eq!(
        desk.datasets()
            .iter()
            .filter(|name| name.starts_with('.'))
            .count(),
        0,
        "what was partial is gone"
    );
}

#[test]
fn a_run_that_is_killed_while_writing_leaves_a_whole_assessment_served() {
    let desk = desk_with_good_assessment("");
    country(&desk.path("country"), 3_000, false);
    for table in [
        "tables/process-0000.parquet",
        "outcomes/contract-0000.parquet",
        "tables/party-0000.parquet",
        "assessment.json",
    ] {
        let mut command = desk.veedor(["assess", "country/published", "--data", "data"]);
        let mut run = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let sign = desk.data().join("datasets/.partial").join(table);
        while !sign.exists() && run.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        run.kill().unwrap();
        run.wait().unwrap();
        // Killed in time, the good one is served; killed too late, the new one is. Either is whole.
        let processes = desk.served().rows("process").len();
        assert!(processes == 1 || processes >= 3_000, "{processes}");
    }
    desk.run_assess(["country/published"]).says(0, &[]);
    assert!(desk.served().rows("process").len() >= 3_000);
}

#[test]
fn what_was_read_is_used_beside_what_was_not() {
    let desk = Desk::with(&[
        ("good.json", &*fixture("release.json")),
        ("bad.json", "{\"releases\": 7, \"x\":"),
        ("not.csv", "a,b"),
    ]);
    let ended = desk.run_assess(["input"]);
    ended.says(0, &[]);
    assert!(ended.out.contains("rejected  3 texts"), "{}", ended.out);
    let places: Vec<_> = desk
        .served()
        .rejects()
        .iter()
        .map(|reject| [&reject["file"], &reject["pointer"]].map(Clone::clone))
        .collect();
    assert_eq!(
        places,
        [
            ["input/bad.json", ""],
            ["input/bad.json", "/releases"],
            ["input/not.csv", ""]
        ]
    );
}
