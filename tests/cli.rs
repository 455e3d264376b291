//! The command line: exit codes, and messages that say what to do.

use serde_json::Value;

use crate::support::{self, Desk, Ended, fixture};

fn desk() -> Desk {
    Desk::with(&[("release.json", fixture("release.json"))])
}

fn run(desk: &Desk, arguments: &[&str]) -> Ended {
    Ended::of(desk.veedor(arguments.iter().copied()).output().unwrap())
}

#[test]
fn findings_are_output_and_not_failure() {
    let ended = desk().run_assess(["input"]);
    ended.says(0, &[]);
    for part in [
        "1 processes (1 with bids)",
        "alerts    1 processes",
        "payments-exceed-contract",
        "veedor serve --data data",
    ] {
        assert!(ended.out.contains(part), "`{part}` in {}", ended.out);
    }
}

#[test]
fn json_is_the_assessment_as_it_is_kept() {
    let desk = desk();
    let ended = desk.run_assess(["input", "--json"]);
    ended.says(0, &[]);
    let printed: Value = serde_json::from_str(&ended.out).unwrap();
    let kept = std::fs::read_to_string(desk.served().dataset.join("assessment.json")).unwrap();
    assert_eq!(printed, serde_json::from_str::<Value>(&kept).unwrap());
}

#[test]
fn a_command_line_that_is_wrong_ends_with_two() {
    let desk = desk();
    run(&desk, &["assess"]).says(2, &["PATH"]);
    run(&desk, &["asess", "input"]).says(2, &["assess"]);
    run(&desk, &["assess", "input", "--as-of", "yesterday"]).says(2, &["yesterday"]);
}

#[test]
fn values_that_are_wrong_say_what_is_right() {
    let desk = desk();
    desk.run_assess(["input", "--set", "single-bid"]).says(
        1,
        &["`--set single-bid` is not of the form RULE.PARAMETER=VALUE"],
    );
    desk.run_assess(["input", "--set", "singel-bid.x=1"])
        .says(1, &["single-bid"]);
    desk.run_assess(["input", "--set", "contract-price-growth.note_ratoi=0.5"])
        .says(1, &["note_ratio"]);
    desk.run_assess(["input", "--set", "contract-price-growth.note_ratio=9"])
        .says(1, &["note_ratio"]);
    desk.run_assess(["input", "--jurisdiction", "Panama"])
        .says(1, &["two letters"]);
    assert!(!desk.data().join("veedor.db").exists(), "nothing was begun");
}

#[test]
fn a_parameter_changes_the_answers_and_the_assessment() {
    let desk = desk();
    let first = desk.assess();
    assert_eq!(first.answers("payments-exceed-contract"), (1, 0));
    desk.run_assess([
        "input",
        "--set",
        "payments-exceed-contract.tolerance_ratio=0.2",
    ])
    .says(0, &[]);
    let second = desk.served();
    assert_eq!(second.answers("payments-exceed-contract"), (0, 1));
    assert_ne!(first.id(), second.id());
}

#[test]
fn reference_lists_are_part_of_the_assessment_and_named_where_they_are_wrong() {
    let desk = desk();
    let id = |arguments: &[&str]| {
        let arguments = [&["input", "--json"], arguments].concat();
        let ended = desk.run_assess(arguments);
        ended.says(0, &[]);
        serde_json::from_str::<Value>(&ended.out).unwrap()["id"].clone()
    };
    let list = desk.path("lists/foundations.csv");
    std::fs::create_dir_all(list.parent().unwrap()).unwrap();
    let write = |rows: &str| {
        std::fs::write(&list, format!("scheme,identifier,founded\n{rows}")).unwrap();
    };
    let without = id(&[]);
    write(",1-2-3,2020-01-01\n");
    let with = id(&["--reference", "lists"]);
    assert_ne!(with, without);
    assert_eq!(with, id(&["--reference", "lists"]));
    write(",1-2-3,2021-01-01\n");
    assert_ne!(with, id(&["--reference", "lists"]));
    write(",1-2-3,soon\n");
    desk.run_assess(["input", "--reference", "lists"]).says(
        1,
        &["foundations.csv line 2 column `founded`: `soon` is not a day; write YYYY-MM-DD"],
    );
    desk.run_assess(["input", "--reference", "list"])
        .says(1, &["cannot read `list`"]);
}

#[test]
fn the_day_of_judgement_is_the_latest_date_or_the_operator_s() {
    let desk = desk();
    assert_eq!(
        desk.assess().report.assessment.as_of.to_string(),
        "2024-09-30"
    );
    desk.run_assess(["input", "--as-of", "2025-01-31"])
        .says(0, &[]);
    assert_eq!(
        desk.served().report.assessment.as_of.to_string(),
        "2025-01-31"
    );
}

#[test]
fn a_country_is_generated_assessed_and_evaluated() {
    let desk = Desk::new();
    run(
        &desk,
        &[
            "generate",
            "--processes",
            "200",
            "--seed",
            "1",
            "--out",
            "input",
        ],
    )
    .says(0, &[]);
    std::fs::rename(desk.input().join("truth.jsonl"), desk.path("truth.jsonl")).unwrap();
    desk.run_assess(["input"]).says(0, &[]);
    let ended = run(&desk, &["evaluate", "truth.jsonl", "--data", "data"]);
    ended.says(0, &[]);
    assert!(
        ended.out.contains("recall")
            && ended.out.contains("single-bid")
            && !ended.out.contains("missed single-bid")
            && !ended.out.contains("false alarm single-bid"),
        "{}",
        ended.out
    );
}

#[test]
fn a_truth_file_beside_the_data_it_tells_about_is_told_from_data() {
    let desk = Desk::new();
    run(
        &desk,
        &[
            "generate",
            "--processes",
            "200",
            "--seed",
            "1",
            "--out",
            "input",
        ],
    )
    .says(0, &[]);
    desk.run_assess(["input"]).says(0, &[]);
    assert!(
        !desk.served().rejects().is_empty(),
        "its lines are no releases, and nothing vanishes"
    );
}

#[test]
fn coverage_says_what_could_be_asked_and_what_would_unlock_more() {
    let desk = Desk::new();
    support::country(&desk.input(), 60, false);
    desk.run_assess(["input"]).says(0, &[]);
    let said = |more: &[&str]| {
        let arguments = [&["coverage", "--data", "data"], more].concat();
        run(&desk, &arguments)
    };
    let all = said(&["--years", "--facts"]);
    all.says(0, &[]);
    for words in [
        "single-bid",
        "never answered",
        "unlock",
        "ocds-istmo0",
        "bidder_count",
    ] {
        assert!(all.out.contains(words), "`{words}` in {}", all.out);
    }
    let own = said(&["--lang", "es", "--publisher", "ocds-istmo0"]);
    own.says(0, &[]);
    assert!(
        own.out.contains("cobertura de la evaluación"),
        "{}",
        own.out
    );
    said(&["--publisher", "ocds-zzzzzz"]).says(1, &["no publisher `ocds-zzzzzz`", "ocds-istmo0"]);
}

#[test]
fn a_pair_of_names_is_explained_word_by_word() {
    let desk = desk();
    let pair = [
        "names",
        "match",
        "Constructora Villarreal, S.A.",
        "CONSTRUCTORA VILLAREAL SA",
    ];
    let ended = run(&desk, &pair);
    ended.says(0, &[]);
    for part in [
        "similar  1.000",
        "spelling_variant",
        "VILLAREAL",
        "they sound alike",
        "Jaro-Winkler",
    ] {
        assert!(ended.out.contains(part), "`{part}` in {}", ended.out);
    }
    let spanish = run(&desk, &[&pair[..], &["--lang", "es"]].concat());
    assert!(
        spanish.out.contains("nunca una respuesta"),
        "{}",
        spanish.out
    );
    let json: Value =
        serde_json::from_str(&run(&desk, &[&pair[..], &["--json"]].concat()).out).unwrap();
    assert_eq!(json["class"], "spelling_variant");
    let filler = run(&desk, &["names", "match", "N/A", "Uno"]);
    assert!(filler.out.contains("names nobody"), "{}", filler.out);
}

#[test]
fn a_list_of_names_is_compared_whatever_is_in_it() {
    let desk = desk();
    let list = "ruc;nombre\n155-2;Constructora Villarreal Quintana, S.A.\n966-8;CONSTRUCTORA VILLAREAL QUINTANA SA\n966-8;CONSTRUCTORA VILLAREAL QUINTANA SA\n\
        3;N/A\n4;\n5;X\n6\n7;Transportes Ocampo 2\n8;Transportes Ocampo 3\n";
    std::fs::write(desk.path("list.csv"), list).unwrap();
    let dedupe = |more: &[&str]| {
        let arguments = ["names", "dedupe", "list.csv", "--name-column", "nombre"];
        run(&desk, &[&arguments[..], more].concat())
    };
    dedupe(&[]).says(1, &["`list.csv` has no column `nombre`", "--delimiter ';'"]);
    dedupe(&["--delimiter", ";", "--id-column", "RUC"])
        .says(1, &["--id-column is one of: ruc, nombre"]);
    dedupe(&["--delimiter", ";", "--least", "0.2"])
        .says(1, &["--least 0.2 is not between 0.5 and 1"]);
    dedupe(&["--delimiter", ";", "--format", "parquet"]).says(1, &["--out"]);
    let known = ["--delimiter", ";", "--id-column", "ruc"];
    let ended = dedupe(&[&known[..], &["--unused", "unused.csv"]].concat());
    ended.says(
        0,
        &[
            "9 rows: 7 different, 1 said again",
            "1 name nobody",
            "1 have one letter",
            "1 have no letter",
            "1 had no column",
            "1 of them similar",
        ],
    );
    let mut pairs = ended.out.lines();
    assert!(
        pairs
            .next()
            .unwrap()
            .starts_with("group,score,class,is_similar,ids,left_line")
    );
    let both: String = pairs.collect();
    for part in [
        "spelling_variant,true,unrelated",
        "numbered_sibling,false",
        "CONSTRUCTORA VILLAREAL QUINTANA SA,2",
    ] {
        assert!(both.contains(part), "`{part}` in {both}");
    }
    let unused = std::fs::read_to_string(desk.path("unused.csv")).unwrap();
    assert!(
        unused.contains("5,3,N/A,placeholder") && unused.contains("8,,,no_column"),
        "{unused}"
    );
    let lines = dedupe(&[&known[..], &["--format", "ndjson"]].concat()).out;
    assert!(lines.lines().all(|line| {
        serde_json::from_str::<Value>(line).unwrap()["score"]
            .as_f64()
            .unwrap()
            >= 0.9
    }));
    dedupe(
        &[
            &known[..],
            &["--format", "parquet", "--out", "pairs.parquet"],
        ]
        .concat(),
    )
    .says(0, &[]);
    assert!(
        std::fs::read(desk.path("pairs.parquet"))
            .unwrap()
            .starts_with(b"PAR1")
    );
    std::fs::write(desk.path("empty.csv"), "").unwrap();
    std::fs::create_dir(desk.path("nothing")).unwrap();
    run(
        &desk,
        &["names", "dedupe", "empty.csv", "--name-column", "x"],
    )
    .says(1, &["no column `x`"]);
    run(&desk, &["names", "evaluate", "nothing"]).says(1, &["no list with known truth"]);
}

#[test]
fn learners_are_put_to_the_test_beside_the_truth_of_a_country() {
    let desk = Desk::new();
    let rows: Vec<String> = (0..40)
        .map(|row| {
            format!(
                "{{\"contractId\":\"{row}\",\"contractor\":\"Norte {}\",\"status\":\"Completed\",\
                 \"contractEffectivityDate\":\"2020-01-{:02}\",\"expiryDate\":\"2020-06-01\",\"completionDate\":\"2020-0{}-01\"}}\n",
                row % 7,
                1 + row % 28,
                6 + row % 3
            )
        })
        .collect();
    std::fs::write(desk.path("contracts.jsonl"), rows.concat()).unwrap();
    // The mapping is found by the file's own columns; what is too little is refused and never a number.
    run(&desk, &["evaluate", "overrun", "contracts.jsonl"])
        .says(1, &["40 rows with a known outcome", "insufficient data"]);
    std::fs::write(desk.path("other.csv"), "a,b\n1,2\n").unwrap();
    run(&desk, &["evaluate", "overrun", "other.csv"])
        .says(1, &["no shipped mapping", "new-york-cost", "--mapping"]);
    run(
        &desk,
        &["evaluate", "overrun", "other.csv", "--mapping", "new-york"],
    )
    .says(
        1,
        &["`new-york`: there is no such file", "philippines-time"],
    );
    run(&desk, &["evaluate", "collusion", "nowhere"]).says(1, &["nowhere"]);
    run(&desk, &["evaluate"]).says(2, &["TRUTH"]);
}
