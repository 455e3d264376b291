//! Precedence, origins, refusals and secrets of the configuration.

use std::{fs, path::Path};

use super::*;

/// A directory with these files.
fn directory(files: &[(&str, &str)]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = directory.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    directory
}

fn sources(directory: &Path, environment: &[(&str, &str)], flags: &[(&str, &str)]) -> Sources {
    Sources {
        directory: Some(directory.to_owned()),
        environment: environment
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        flags: flags
            .iter()
            .map(|(key, value)| Flag {
                key: (*key).to_owned(),
                value: (*value).to_owned(),
                typed: "--set",
            })
            .collect(),
        ..Sources::default()
    }
}

fn effective(config: &Config, key: &str) -> Effective {
    config.effective().find(|it| it.key == key).unwrap()
}

/// The message about a file with this text.
#[track_caller]
fn refused(text: &str) -> String {
    let directory = directory(&[(FILE_NAME, text)]);
    let error = Config::load(&sources(directory.path(), &[], &[])).unwrap_err();
    error
        .to_string()
        .replace(&format!("{}/", directory.path().display()), "")
}

/// The message about these variables and flags.
#[track_caller]
fn refused_elsewhere(environment: &[(&str, &str)], flags: &[(&str, &str)]) -> String {
    let empty = directory(&[]);
    Config::load(&sources(empty.path(), environment, flags))
        .unwrap_err()
        .to_string()
}

#[test]
fn the_strongest_source_wins_and_is_named() {
    let directory = directory(&[(
        FILE_NAME,
        "[server]\nlisten = \"127.0.0.1:1\"\nbody_bytes = 2048\n",
    )]);
    let load = |environment: &[_], flags: &[_]| {
        Config::load(&sources(directory.path(), environment, flags)).unwrap()
    };
    let origin = |config: &Config, key| effective(config, key).origin;

    let config = load(&[], &[]);
    assert_eq!(
        (config.server.listen.as_str(), config.server.body_bytes),
        ("127.0.0.1:1", 2048)
    );
    let file = Origin::File {
        path: directory.path().join(FILE_NAME),
        line: 3,
    };
    assert_eq!(origin(&config, "server.body_bytes"), file);
    assert_eq!(origin(&config, "server.data"), Origin::Default);

    let variable = ("VEEDOR_SERVER__LISTEN", "127.0.0.1:2");
    let config = load(&[variable], &[]);
    assert_eq!(config.server.listen, "127.0.0.1:2");
    assert_eq!(
        origin(&config, "server.listen"),
        Origin::Environment(variable.0.to_owned())
    );

    let config = load(&[variable], &[("server.listen", "127.0.0.1:3")]);
    assert_eq!(config.server.listen, "127.0.0.1:3");
    assert_eq!(
        origin(&config, "server.listen"),
        Origin::Flag("--set".to_owned())
    );
}

#[test]
fn a_command_has_defaults_of_its_own_that_anything_written_replaces() {
    let empty = directory(&[]);
    let mut sources = sources(empty.path(), &[], &[]);
    sources.command = Some((
        "veedor demo",
        vec![("server.data", "veedor-demo"), ("log.level", "warn")],
    ));
    let config = Config::load(&sources).unwrap();
    assert_eq!(config.server.data, Path::new("veedor-demo"));
    assert_eq!(
        effective(&config, "log.level").origin,
        Origin::Command("veedor demo")
    );
    sources.environment = vec![("VEEDOR_LOG__LEVEL".to_owned(), "debug".to_owned())];
    assert_eq!(Config::load(&sources).unwrap().log.level, "debug");
}

#[test]
fn one_file_is_read_the_named_one_first_and_the_data_directory_last() {
    let listen = |port: u16| format!("[server]\nlisten = \"h:{port}\"\n");
    let directory = directory(&[
        (FILE_NAME, &listen(1)),
        ("veedor-data/veedor.toml", &listen(2)),
        ("a.toml", &listen(3)),
        ("b.toml", &listen(4)),
    ]);
    let path = |name| directory.path().join(name).to_string_lossy().into_owned();
    let listens = |sources: &Sources| Config::load(sources).unwrap().server.listen;
    let mut sources = sources(directory.path(), &[("VEEDOR_CONFIG", &path("b.toml"))], &[]);
    sources.file = Some(directory.path().join("a.toml"));
    assert_eq!(listens(&sources), "h:3");
    sources.file = None;
    assert_eq!(listens(&sources), "h:4");
    sources.environment.clear();
    assert_eq!(listens(&sources), "h:1");
    fs::remove_file(directory.path().join(FILE_NAME)).unwrap();
    assert_eq!(listens(&sources), "h:2");
}

#[test]
fn a_path_in_the_file_is_beside_the_file() {
    let directory = directory(&[(
        FILE_NAME,
        "[server]\ndata = \"d\"\n[watch]\nsources = [\"in\", \"https://h/x\", \"/abs\"]\n",
    )]);
    let config = Config::load(&sources(directory.path(), &[], &[])).unwrap();
    let beside = |name| directory.path().join(name).to_string_lossy().into_owned();
    assert_eq!(config.server.data, directory.path().join("d"));
    assert_eq!(
        config.watch.sources,
        [beside("in"), "https://h/x".to_owned(), "/abs".to_owned()]
    );
    let config = Config::load(&sources(
        directory.path(),
        &[("VEEDOR_SERVER__DATA", "e")],
        &[],
    ))
    .unwrap();
    assert_eq!(config.server.data, Path::new("e"));
}

#[test]
fn what_is_unknown_is_refused_with_what_was_probably_meant() {
    assert_eq!(
        refused("\n[server]\nlisen = \"h:1\""),
        "unknown setting `server.lisen` (veedor.toml:3); did you mean `server.listen`?"
    );
    assert_eq!(
        refused("[databse]\nurl = \"x\""),
        "unknown setting `databse` (veedor.toml:1); `veedor config reference` lists all of them"
    );
    assert_eq!(
        refused("[server]\nsmtp_from = \"x\""),
        "unknown setting `server.smtp_from` (veedor.toml:2); did you mean `delivery.smtp_from`?"
    );
    assert_eq!(
        refused_elsewhere(&[("VEEDOR_LOG__LEVLE", "info")], &[]),
        "unknown setting `log.levle` (environment VEEDOR_LOG__LEVLE); did you mean `log.level`?"
    );
    assert_eq!(
        refused_elsewhere(&[("VEEDOR_LOG_LEVEL", "info")], &[]),
        "unknown setting `VEEDOR_LOG_LEVEL` (environment VEEDOR_LOG_LEVEL); did you mean `VEEDOR_LOG__LEVEL`?"
    );
    assert_eq!(
        refused_elsewhere(&[], &[("server.port", "1")]),
        "unknown setting `server.port` (flag --set); `veedor config reference` lists all of them"
    );
    assert!(
        refused("[server\n")
            .starts_with("the configuration file `veedor.toml` is not TOML at line 1: ")
    );
}

#[test]
fn variables_of_others_are_passed_over() {
    let empty = directory(&[]);
    let environment = [
        ("VEEDOR_PORT", "tcp://10.0.0.1:80"),
        ("PATH", "x"),
        ("VEEDOR_LOG__LEVEL", ""),
    ];
    let config = Config::load(&sources(empty.path(), &environment, &[])).unwrap();
    assert_eq!(config.log.level, "info");
}

#[test]
fn a_value_out_of_its_bounds_is_refused_with_them() {
    assert_eq!(
        refused("[database]\nconnections = 0"),
        "`database.connections` is `0` (veedor.toml:2); it takes a whole number of connections from 1 to 200"
    );
    assert_eq!(
        refused("[database]\nconnections = \"8\""),
        "`database.connections` is `8` (veedor.toml:2); it takes a whole number of connections from 1 to 200"
    );
    assert_eq!(
        refused_elsewhere(&[("VEEDOR_SERVER__PUBLIC_READER", "yes")], &[]),
        "`server.public_reader` is `yes` (environment VEEDOR_SERVER__PUBLIC_READER); it takes `true` or `false`"
    );
    for wrong in [
        "[server]\nlisten = \"8080\"",
        "[server]\nlisten = \"::1:80\"",
        "[server]\nlisten = \"h:99999\"",
        "[server]\ncors_origins = [\"https://h/path\"]",
        "[server]\ncors_origins = [\"*\"]",
        "[server]\ncors_origins = \"https://h\"",
        "[server]\ntrusted_proxies = [\"10.0.0.0/33\"]",
        "[server]\nrequest_seconds = -1",
        "[server]\ndata = \"\"",
        "[log]\nformat = \"xml\"",
        "[access.oidc]\nroles = { g = \"king\" }",
        "[database]\nurl = \"mysql://h\"",
        "server = 1",
    ] {
        refused(wrong);
    }
}

#[test]
fn what_belongs_together_is_given_together() {
    assert_eq!(
        refused("[access.oidc]\nissuer = \"https://h\"\nclient_secret = \"12345678\""),
        "`access.oidc.client_id` is not given; logging in needs `access.oidc.issuer`, `access.oidc.client_id`, \
         `access.oidc.client_secret`, `access.oidc.redirect_url`"
    );
    assert!(
        refused("[delivery]\nsmtp_url = \"smtp://h\"")
            .starts_with("`delivery.smtp_from` is not given")
    );
    assert!(
        refused("[delivery]\nfirst_delay_seconds = 60\nlargest_delay_seconds = 1")
            .contains("largest_delay")
    );
    assert!(
        refused("[watch]\nfirst_delay_seconds = 60\nlargest_delay_seconds = 1")
            .contains("largest_delay")
    );
}

#[test]
fn a_secret_comes_from_a_file_and_is_never_shown() {
    let directory = directory(&[
        ("url", "postgres://u:hidden@h/d\n"),
        (
            FILE_NAME,
            "[database]\nurl_file = \"url\"\n[access.oidc]\nissuer = \"https://h\"\nclient_id = \"c\"\n\
          client_secret = \"hidden words\"\nredirect_url = \"https://v/back\"\nroles = { control = \"analyst\" }\n",
        ),
    ]);
    let config = Config::load(&sources(directory.path(), &[], &[])).unwrap();
    assert_eq!(
        config.database.url.as_ref().unwrap().expose(),
        "postgres://u:hidden@h/d"
    );
    assert_eq!(
        config.access.oidc.as_ref().unwrap().roles["control"],
        "analyst"
    );
    let shown = effective(&config, "database.url");
    assert_eq!(shown.value.unwrap(), "\"postgres://u:***@h/d\"");
    assert!(matches!(shown.origin, Origin::File { line: 2, .. }));
    let kept = config.without_secrets();
    assert!(
        kept.contains("issuer = \"https://h\"") && kept.contains("# url was given and is a secret")
    );
    assert!(!kept.contains("hidden"), "{kept}");
    let all: Vec<_> = config.effective().map(|it| it.value).collect();
    let printed = format!("{config:?} {all:?}");
    assert!(!printed.contains("hidden"), "{printed}");
}

#[test]
fn no_message_repeats_a_secret() {
    let messages = [
        refused("[database]\nurl = \"mysql://u:hidden@h/d\""),
        refused("[access.oidc]\nclient_secret = \"hidden\""),
        refused("[database]\nurl = \"postgres://u:hidden@h\"\nurl_file = \"f\""),
        refused_elsewhere(&[("VEEDOR_DATABASE__URL", "u:hidden@h")], &[]),
        refused_elsewhere(&[], &[("database.url", "postgres://u:hidden@h")]),
    ];
    for message in messages {
        assert!(!message.contains("hidden"), "{message}");
    }
    let directory = directory(&[
        ("s", "hidden"),
        (FILE_NAME, "[delivery]\nsmtp_password_file = \"s\"\n"),
    ]);
    let message = Config::load(&sources(directory.path(), &[], &[]))
        .unwrap_err()
        .to_string();
    assert!(
        message.contains("does not hold a secret of at least 8 characters")
            && !message.contains("hidden")
    );
    assert!(refused("[delivery]\nsmtp_password_file = \"nowhere\"").contains("cannot be read"));
}

#[test]
fn lists_and_tables_may_stand_in_the_environment() {
    let empty = directory(&[]);
    let environment = [
        ("VEEDOR_SERVER__CORS_ORIGINS", "https://a, https://b:1"),
        ("VEEDOR_ACCESS__OIDC__ISSUER", "https://h"),
        ("VEEDOR_ACCESS__OIDC__CLIENT_ID", "c"),
        ("VEEDOR_ACCESS__OIDC__CLIENT_SECRET", "12345678"),
        ("VEEDOR_ACCESS__OIDC__REDIRECT_URL", "https://v/back"),
        ("VEEDOR_ACCESS__OIDC__ROLES", "cn=a=analyst,b=supervisor"),
    ];
    let config = Config::load(&sources(empty.path(), &environment, &[])).unwrap();
    assert_eq!(config.server.cors_origins, ["https://a", "https://b:1"]);
    let roles = config.access.oidc.unwrap().roles;
    assert_eq!(
        (roles["cn=a"].as_str(), roles["b"].as_str()),
        ("analyst", "supervisor")
    );
}

#[test]
fn the_file_of_a_data_directory_does_not_name_another() {
    let directory = directory(&[("veedor-data/veedor.toml", "[server]\ndata = \"x\"\n")]);
    let error = Config::load(&sources(directory.path(), &[], &[])).unwrap_err();
    assert!(error.to_string().contains("take it out"));
}

#[test]
fn the_reference_is_a_file_that_can_be_used_and_says_the_defaults() {
    let directory = directory(&[(FILE_NAME, &reference())]);
    let config = Config::load(&sources(directory.path(), &[], &[])).unwrap();
    let default = Config::default();
    for (given, default) in config.effective().zip(default.effective()) {
        if given.key != "server.data" {
            assert_eq!(given.value, default.value, "{}", given.key);
        }
    }
}
