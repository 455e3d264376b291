//! The configuration from outside: what `veedor config` prints, and what a command refuses before it does anything.

use std::fs;

use crate::support::{Desk, Ended};

fn run(desk: &Desk, environment: &[(&str, &str)], arguments: &[&str]) -> Ended {
    let mut command = desk.veedor(arguments.iter().copied());
    command.envs(environment.iter().copied());
    Ended::of(command.output().unwrap())
}

/// `UPDATE=1 cargo test` writes the file.
#[test]
fn the_page_about_settings_is_the_one_in_the_repository() {
    let made = veedor::config::page();
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/configuration.md");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &made).unwrap();
    }
    assert!(
        fs::read_to_string(&path).unwrap_or_default() == made,
        "docs/configuration.md is not what the program reads; run `UPDATE=1 cargo test configuration` and review the difference"
    );
}

#[test]
fn each_setting_is_shown_with_where_it_was_written() {
    let desk = Desk::new();
    let file = "[server]\ndata = \"d\"\n[database]\nurl = \"postgres://u:hidden@h/d\"\n";
    fs::write(desk.path("veedor.toml"), file).unwrap();
    let ended = run(
        &desk,
        &[("VEEDOR_LOG__FORMAT", "json")],
        &[
            "config",
            "show",
            "--set",
            "log.level=debug",
            "--listen",
            "[::1]:80",
        ],
    );
    ended.says(0, &[]);
    for line in [
        "# read from veedor.toml",
        "listen = \"[::1]:80\" # flag --listen",
        "data = \"d\" # veedor.toml:2",
        "url = \"postgres://u:***@h/d\" # veedor.toml:4",
        "connections = 8 # default",
        "# issuer is not set",
        "format = \"json\" # environment VEEDOR_LOG__FORMAT",
        "level = \"debug\" # flag --set",
    ] {
        assert!(
            ended.out.lines().any(|it| it == line),
            "`{line}` in {}",
            ended.out
        );
    }
    assert!(!ended.out.contains("hidden"));
}

#[test]
fn a_configuration_that_is_wrong_stops_the_service_before_it_begins() {
    let desk = Desk::new();
    fs::write(desk.path("a.toml"), "[server]\nlisten = 8080\n").unwrap();
    run(&desk, &[], &["serve", "--config", "a.toml"]).says(
        1,
        &["`server.listen` is `8080` (a.toml:2); it takes an address and a port"],
    );
    run(&desk, &[], &["serve", "--config", "b.toml"]).says(1, &["`b.toml` cannot be read"]);
    run(&desk, &[], &["serve", "--set", "server.listen"]).says(2, &["has no `=`"]);
    run(&desk, &[("VEEDOR_SERVER__DATTA", "x")], &["demo"])
        .says(1, &["did you mean `server.data`?"]);
    assert!(!desk.path("veedor-data").exists() && !desk.path("veedor-demo").exists());
}
