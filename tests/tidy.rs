//! The house is in order: which room imports which, how files begin and how long they get, which words are not used, what dependencies are for.
//!
//! Reads files and nothing else. What is written here as a table is the law: whoever needs a new arrow writes it down with its reason, or
//! finds another way.
#![expect(
    clippy::unwrap_used,
    reason = "what fails here is a failed test, in helpers as well"
)]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The rooms from the bottom up, each with the rooms it imports. Imports go downwards only: a room may import those above it in this table.
const ROOMS: &[(&str, &[&str])] = &[
    ("embedded", &[]),
    ("language", &[]),
    ("telemetry", &[]),
    // The only room that reads the environment.
    ("config", &[]),
    // Asked by the doors, told by anybody: it must be below all of them.
    ("metrics", &[]),
    // Files and hashes: the database writes itself.
    ("backup", &[]),
    ("procurement", &[]),
    // Conversations with a database and nothing else: what is kept there is the business of the rooms above.
    ("database", &[]),
    // Events and those who are told of them; what an alert is, others say.
    ("delivery", &["database", "language"]),
    // Names and nothing else: what is similar must not depend on what was bought.
    ("identity", &[]),
    // Tables of numbers and nothing else: what a model may see is decided by what it is given.
    ("learning", &[]),
    ("jurisdiction", &["embedded", "procurement"]),
    ("reference", &["procurement"]),
    ("ingest", &["procurement"]),
    (
        "facts",
        &[
            "embedded",
            "ingest",
            "jurisdiction",
            "language",
            "procurement",
            "reference",
        ],
    ),
    (
        "population",
        &[
            "facts",
            "identity",
            "ingest",
            "jurisdiction",
            "procurement",
            "reference",
        ],
    ),
    ("rules", &["embedded", "facts", "jurisdiction", "language"]),
    ("scoring", &["rules"]),
    ("coverage", &["facts", "jurisdiction", "rules"]),
    ("alerts", &["facts", "rules", "scoring"]),
    // Who asks, what they may do, and what they are shown: the store hands out nothing that did not pass here.
    ("access", &["alerts", "database", "facts", "identity"]),
    (
        "store",
        &[
            "access",
            "alerts",
            "assessment",
            "database",
            "facts",
            "ingest",
            "language",
            "rules",
        ],
    ),
    // What people do with alerts: above what is published, below the run that publishes.
    (
        "casework",
        &[
            "access", "alerts", "database", "delivery", "facts", "language", "store",
        ],
    ),
    (
        "assessment",
        &[
            "alerts",
            "casework",
            "coverage",
            "database",
            "facts",
            "ingest",
            "jurisdiction",
            "population",
            "procurement",
            "reference",
            "rules",
            "scoring",
            "store",
            "telemetry",
        ],
    ),
    // Rows and an alert in, bytes out: no HTTP and no SQL.
    (
        "export",
        &["alerts", "assessment", "facts", "language", "rules"],
    ),
    // What comes between two assessments: judged by the assessment's ground, shown by the store, told of to others.
    (
        "arrivals",
        &[
            "access",
            "alerts",
            "assessment",
            "casework",
            "database",
            "delivery",
            "ingest",
            "store",
        ],
    ),
    // Nothing of the house: the truth must not agree with the rules by construction.
    ("sample", &[]),
    ("evaluation", &["rules", "sample"]),
    (
        "api",
        &[
            "access",
            "alerts",
            "arrivals",
            "assessment",
            "casework",
            "config",
            "coverage",
            "database",
            "delivery",
            "export",
            "facts",
            "identity",
            "ingest",
            "jurisdiction",
            "language",
            "learning",
            "metrics",
            "rules",
            "store",
        ],
    ),
    (
        "cli",
        &[
            "access",
            "api",
            "arrivals",
            "assessment",
            "backup",
            "config",
            "coverage",
            "database",
            "delivery",
            "evaluation",
            "facts",
            "identity",
            "ingest",
            "jurisdiction",
            "language",
            "learning",
            "metrics",
            "population",
            "rules",
            "sample",
            "store",
        ],
    ),
    ("main", &["cli"]),
];

/// Arrows that go upwards all the same, with the reason.
const UPWARDS: &[(&str, &str, &str)] = &[(
    "store",
    "assessment",
    "the summary of an assessment is kept beside its alerts: a plain value, without the run that makes it",
)];

/// What stands at the crate's root is a word of this room.
const ROOT_WORDS: &[(&str, &str)] = &[
    ("Assessment", "assessment"),
    ("AnswerCounts", "assessment"),
    ("Counts", "assessment"),
];

/// Lines of a file, without its tests.
const MOST_LINES: usize = 400;

/// Files that are longer, with a length they do not exceed: they may shrink and not grow.
const LONG_FILES: &[(&str, usize)] = &[
    ("src/population/points.rs", 500),
    ("src/sample/wares.rs", 470),
    ("src/sample/firms.rs", 450),
    ("src/sample/projects.rs", 450),
    ("src/population/baseline.rs", 410),
    ("src/ingest/merge.rs", 680),
    ("src/ingest/convert.rs", 560),
    ("src/facts/lot.rs", 520),
    ("src/assessment/part.rs", 480),
    ("src/ingest/document.rs", 460),
    ("src/store/filters.rs", 455),
    ("src/store/publication.rs", 450),
];

/// Words that no identifier holds: those that judge, and those that say nothing.
const FORBIDDEN: &[&str] = &[
    "fraud",
    "corrupt",
    "corruption",
    "suspicious",
    "guilty",
    "manager",
    "helper",
    "helpers",
    "util",
    "utils",
    "misc",
];

/// Identifiers that others chose.
const NOT_OURS: &[&str] = &["DatabaseCorrupt", "hyper_util"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every file of the project under a directory with this ending: its name from the root, with its text.
fn files(directory: &str, ending: &str) -> Vec<(String, String)> {
    fn walk(directory: &Path, ending: &str, found: &mut Vec<(String, String)>) {
        let Ok(entries) = fs::read_dir(directory) else {
            return;
        };
        for path in entries.map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                walk(&path, ending, found);
            } else if path.to_string_lossy().ends_with(ending) {
                let name = path
                    .strip_prefix(root())
                    .unwrap()
                    .to_string_lossy()
                    .into_owned();
                found.push((name, fs::read_to_string(&path).unwrap_or_default()));
            }
        }
    }
    let mut found = Vec::new();
    walk(&root().join(directory), ending, &mut found);
    found.sort();
    assert!(
        !found.is_empty(),
        "there are no {ending} files in {directory}"
    );
    found
}

/// Fails with every complaint at once.
#[track_caller]
fn report(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

/// Rust without comments and without what stands in quotes.
fn code(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let skipped = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("r#\"") {
            rest.find("\"#").map_or(rest.len(), |end| end + 2)
        } else if first == '"' {
            quoted(rest)
        } else if rest.starts_with("'\"'")
            || rest.starts_with("'\\\"'")
            || rest.starts_with("b'\"'")
        {
            rest[1..].find('\'').map_or(1, |end| end + 2).max(3)
        } else {
            code.push(first);
            first.len_utf8()
        };
        rest = &rest[skipped..];
    }
    code
}

/// The length of a string literal at the start of a text.
fn quoted(text: &str) -> usize {
    let mut is_escaped = false;
    for (index, letter) in text.char_indices().skip(1) {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => return index + 1,
            _ => {}
        }
    }
    text.len()
}

fn is_identifier(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// The first identifier of each member of `a::b` or `{a::b, c::{d, e}}`.
fn heads(path: &str) -> Vec<String> {
    let head = |text: &str| {
        text.trim_start()
            .chars()
            .take_while(|letter| is_identifier(*letter))
            .collect::<String>()
    };
    let Some(group) = path.strip_prefix('{') else {
        return vec![head(path)];
    };
    let (mut depth, mut member, mut found) = (1, String::new(), Vec::new());
    for letter in group.chars() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 || (depth == 1 && letter == ',') {
            found.push(head(&member));
            member.clear();
        } else {
            member.push(letter);
        }
        if depth == 0 {
            break;
        }
    }
    found.retain(|name| !name.is_empty());
    found
}

fn room_of(file: &str) -> &str {
    let name = file.strip_prefix("src/").unwrap();
    name.split('/').next().unwrap().trim_end_matches(".rs")
}

/// The rooms that a file of the library names: by `crate::`, or by climbing to the root with `super::`.
fn imported(file: &str, text: &str) -> BTreeSet<String> {
    let text = code(text);
    let mut names: Vec<String> = Vec::new();
    for start in ["crate::", "veedor::"] {
        names.extend(
            text.match_indices(start)
                .flat_map(|(at, _)| heads(&text[at + start.len()..])),
        );
    }
    let is_root_of_room = file.ends_with("/mod.rs");
    let depth = file.matches('/').count() - usize::from(is_root_of_room);
    for line in text.lines().filter(|line| !line.starts_with(' ')) {
        let climb = "super::".repeat(depth);
        names.extend(
            line.match_indices(&climb)
                .flat_map(|(at, _)| heads(&line[at + climb.len()..])),
        );
    }
    let rooms = names.into_iter().map(|name| {
        ROOT_WORDS
            .iter()
            .find(|(word, _)| *word == name)
            .map_or(name, |(_, room)| (*room).to_owned())
    });
    rooms
        .filter(|room| room != room_of(file) && ROOMS.iter().any(|(known, _)| known == room))
        .collect()
}

#[test]
fn imports_go_downwards_and_are_written_down() {
    let mut complaints = Vec::new();
    let mut found: BTreeSet<(String, String)> = BTreeSet::new();
    for (file, text) in files("src", ".rs") {
        let room = room_of(&file).to_owned();
        if room == "lib" {
            continue;
        }
        let Some((_, allowed)) = ROOMS.iter().find(|(known, _)| *known == room) else {
            complaints.push(format!("{file}: the room `{room}` is not in the table"));
            continue;
        };
        for target in imported(&file, &text) {
            if !allowed.contains(&target.as_str()) {
                complaints.push(format!(
                    "{file} imports `{target}`: a new arrow from `{room}`"
                ));
            }
            found.insert((room.clone(), target));
        }
    }
    for (position, (room, targets)) in ROOMS.iter().enumerate() {
        for target in *targets {
            let is_below = ROOMS[..position].iter().any(|(below, _)| below == target);
            if !is_below
                && !UPWARDS
                    .iter()
                    .any(|(from, to, _)| from == room && to == target)
            {
                complaints.push(format!(
                    "the arrow from `{room}` to `{target}` goes upwards"
                ));
            }
            if !found.contains(&((*room).to_owned(), (*target).to_owned())) {
                complaints.push(format!("nothing in `{room}` imports `{target}` any more: take the arrow out of the table"));
            }
        }
    }
    report(&complaints);
}

#[test]
fn the_scan_sees_every_way_of_naming_a_room() {
    let rooms = |file: &str, text: &str| {
        imported(file, text)
            .into_iter()
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(
        rooms(
            "src/facts/lot.rs",
            "use crate::{\n    ingest::{key_of, merge::Process},\n    procurement::Money,\n};"
        ),
        "ingest procurement"
    );
    assert_eq!(
        rooms("src/facts/lot.rs", "fn f(x: crate::api::Error) {}"),
        "api"
    );
    assert_eq!(rooms("src/facts/lot.rs", "use super::super::cli;"), "cli");
    assert_eq!(
        rooms("src/facts/mod.rs", "use super::store::Store;"),
        "store"
    );
    assert_eq!(
        rooms("src/store/error.rs", "use crate::Assessment;"),
        "assessment"
    );
    assert_eq!(
        rooms(
            "src/facts/lot.rs",
            "//! [`crate::api`]\nconst A: &str = \"crate::api\"; use super::rows; // crate::cli"
        ),
        ""
    );
}

#[test]
fn every_file_says_what_it_is() {
    let all = [
        files("src", ".rs"),
        files("tests", ".rs"),
        files("benches", ".rs"),
    ]
    .concat();
    let silent = all.iter().filter(|(_, text)| !text.starts_with("//! "));
    report(
        &silent
            .map(|(file, _)| format!("{file} does not open with `//! ` and what it is"))
            .collect::<Vec<_>>(),
    );
}

#[test]
fn files_stay_short() {
    let mut complaints = Vec::new();
    for (file, text) in files("src", ".rs")
        .iter()
        .filter(|(file, _)| !file.ends_with("tests.rs"))
    {
        let lines = text
            .lines()
            .take_while(|line| *line != "#[cfg(test)]")
            .count();
        let most = LONG_FILES
            .iter()
            .find(|(long, _)| long == file)
            .map_or(MOST_LINES, |(_, most)| *most);
        if lines > most {
            complaints.push(format!(
                "{file} has {lines} lines without its tests, more than {most}: it holds two ideas"
            ));
        }
    }
    report(&complaints);
}

/// The words of an identifier: `paid_ratio`, `PaidRatio` and `PAID_RATIO` are two.
fn words(identifier: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for letter in identifier.chars() {
        if letter == '_' || (letter.is_uppercase() && was_lower) {
            words.push(String::new());
        }
        if letter != '_' {
            words
                .last_mut()
                .expect("there is one")
                .extend(letter.to_lowercase());
        }
        was_lower = letter.is_lowercase();
    }
    words
}

#[test]
fn identifiers_neither_judge_nor_say_nothing() {
    let mut complaints = Vec::new();
    for (file, text) in [files("src", ".rs"), files("tests", ".rs")].concat() {
        let code = code(&text);
        let identifiers: BTreeSet<_> = code
            .split(|letter| !is_identifier(letter))
            .filter(|word| !NOT_OURS.contains(word))
            .collect();
        let forbidden = identifiers.into_iter().filter(|identifier| {
            words(identifier)
                .iter()
                .any(|word| FORBIDDEN.contains(&word.as_str()))
        });
        complaints.extend(forbidden.map(|identifier| format!("{file}: `{identifier}`")));
    }
    for (file, text) in files("rules", ".toml") {
        let keys = text
            .lines()
            .filter_map(|line| line.split_once('='))
            .map(|(key, _)| key.trim().to_owned());
        let forbidden = keys.filter(|key| {
            key.split(['_', '-', '.'])
                .any(|word| FORBIDDEN.contains(&word))
        });
        complaints.extend(forbidden.map(|key| format!("{file}: `{key}`")));
    }
    report(&complaints);
}

#[test]
fn a_file_of_rules_bears_the_name_of_what_it_holds() {
    let mut complaints = Vec::new();
    for (directory, key) in [("rules/indicators", "id"), ("rules/jurisdictions", "code")] {
        for (file, text) in files(directory, ".toml") {
            let value = text
                .lines()
                .find_map(|line| line.strip_prefix(key)?.trim_start().strip_prefix('='))
                .unwrap_or_default();
            let value = value.trim().trim_matches('"').to_lowercase();
            let stem = Path::new(&file)
                .file_stem()
                .unwrap()
                .to_string_lossy()
                .into_owned();
            if value != stem {
                complaints.push(format!("{file}: {key} is `{value}`"));
            }
        }
    }
    report(&complaints);
}

#[test]
fn nothing_names_a_place_of_one_machine() {
    let places = ["work", "root", "home", "Users"].map(|directory| format!("/{directory}/"));
    let all = ["src", "tests", "benches", "rules", "docs"]
        .into_iter()
        .flat_map(|directory| files(directory, ""));
    let mut complaints = Vec::new();
    for (file, text) in all {
        let lines = (1..)
            .zip(text.lines())
            .filter(|(_, line)| places.iter().any(|place| line.contains(place.as_str())));
        complaints.extend(lines.map(|(number, line)| format!("{file}:{number}: {}", line.trim())));
    }
    report(&complaints);
}

/// The direct dependencies in `Cargo.toml`: name, and whether a comment says what it is for (behind it, inside it, or right above it).
fn dependencies() -> Vec<(String, bool)> {
    let text = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let (mut found, mut is_table, mut was_comment): (Vec<(String, bool)>, _, _) =
        (Vec::new(), false, false);
    for line in text.lines() {
        if line.starts_with('[') {
            is_table = line.starts_with("[dependencies")
                || line.starts_with("[dev-dependencies")
                || line.starts_with("[build-dependencies");
        } else if is_table && line.starts_with(|first: char| first.is_ascii_alphabetic()) {
            let name = line.split([' ', '=']).next().unwrap();
            found.push((name.to_owned(), was_comment || line.contains(" # ")));
        } else if is_table && line.starts_with(' ') && line.contains(" # ") {
            found.last_mut().expect("it began").1 = true;
        }
        was_comment = line.starts_with('#');
    }
    assert!(found.len() > 20, "{found:?}");
    found
}

#[test]
fn every_dependency_says_what_it_is_for() {
    let silent = dependencies()
        .into_iter()
        .filter(|(_, is_explained)| !is_explained);
    report(
        &silent
            .map(|(name, _)| format!("Cargo.toml: what is `{name}` for?"))
            .collect::<Vec<_>>(),
    );
}

#[test]
fn every_dependency_may_be_used_under_our_licences() {
    const ALLOWED: &[&str] = &[
        "MIT",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "ISC",
        "Zlib",
        "CC0-1.0",
        "Unlicense",
        "0BSD",
        "BSL-1.0",
    ];
    let cargo = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO"))
            .args(arguments)
            .current_dir(root())
            .output()
            .unwrap();
        let told = String::from_utf8(output.stdout).unwrap();
        (output.status.success(), told, output.stderr)
    };
    // What other machines would need has not been downloaded here.
    let (_, version, _) = cargo(&["-vV"]);
    let host = version
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .unwrap();
    let metadata = |further: &[&'static str]| {
        let always = [
            "metadata",
            "--offline",
            "--locked",
            "--format-version",
            "1",
            "--filter-platform",
            host,
        ];
        cargo(&[&always[..], further].concat())
    };
    // What is built in only when asked for has been downloaded where somebody asked for it, as the lints of the gate do.
    let (has_all, mut told, _) = metadata(&["--all-features"]);
    if !has_all {
        let (has_most, most, error) = metadata(&[]);
        assert!(has_most, "{}", String::from_utf8_lossy(&error));
        told = most;
    }
    let metadata: serde_json::Value = serde_json::from_str(&told).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let mut complaints = Vec::new();
    for (name, _) in dependencies() {
        let package = packages
            .iter()
            .find(|package| package["name"] == name.as_str());
        if package.is_none() && !has_all {
            continue;
        }
        let licence = package
            .and_then(|package| package["license"].as_str())
            .unwrap_or("none");
        let is_allowed = licence
            .split(" OR ")
            .flat_map(|licence| licence.split('/'))
            .any(|choice| {
                choice
                    .trim_matches(['(', ')'])
                    .split(" AND ")
                    .all(|licence| ALLOWED.contains(&licence.trim_matches(['(', ')', ' '])))
            });
        if !is_allowed {
            complaints.push(format!("`{name}` is licensed under `{licence}`"));
        }
    }
    report(&complaints);
}

/// Two types of one name are one in the document of the API, and whichever comes last describes both.
#[test]
fn what_the_api_describes_has_a_name_of_its_own() {
    let mut named: Vec<(String, String)> = Vec::new();
    for (file, text) in files("src", ".rs") {
        for (at, _) in text.match_indices("#[derive(") {
            let item = &text[at..];
            let Some(end) = item.find(")]") else { continue };
            if !item[..end].contains("ToSchema") {
                continue;
            }
            let after: Vec<&str> = item[end..].lines().skip(1).take(12).collect();
            let said = after
                .iter()
                .take_while(|line| line.starts_with("#["))
                .find_map(|line| line.strip_prefix("#[schema(as = "))
                .and_then(|rest| rest.split(')').next());
            let own = after.iter().find_map(|line| {
                let (_, rest) = line
                    .split_once("struct ")
                    .or_else(|| line.split_once("enum "))?;
                rest.split(|it: char| !it.is_alphanumeric()).next()
            });
            named.extend(said.or(own).map(|name| (name.to_owned(), file.clone())));
        }
    }
    named.sort();
    let twice: Vec<String> = named
        .windows(2)
        .filter(|pair| pair[0].0 == pair[1].0)
        .map(|pair| format!("`{}` in {} and {}", pair[0].0, pair[0].1, pair[1].1))
        .collect();
    assert!(named.len() > 50, "the types are found");
    report(&twice);
}
