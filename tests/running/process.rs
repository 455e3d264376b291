//! The program itself: what it logs while it serves, and how it ends.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    process::{Command, Stdio},
};

use serde_json::Value;

use crate::support::{Desk, Ended};

/// The whole answer to one question.
fn ask(address: &str, uri: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let question =
        format!("GET {uri} HTTP/1.1\r\nhost: a\r\nuser-agent: hidden\r\nconnection: close\r\n\r\n");
    stream.write_all(question.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn one_line_a_request_says_which_route_and_not_who_asked_what() {
    let desk = Desk::new();
    let mut server = desk
        .veedor(["serve", "--listen", "127.0.0.1:0"])
        .env("VEEDOR_LOG__FORMAT", "json")
        .env("VEEDOR_SERVER__METRICS", "local")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(server.stdout.take().unwrap());
    let mut first = String::new();
    out.read_line(&mut first).unwrap();
    let address = first.trim().rsplit('/').next().unwrap().to_owned();
    let answer = ask(&address, "/api/v1/alerts/hidden-name?q=hidden");
    let id = answer
        .lines()
        .find_map(|line| line.strip_prefix("x-request-id: "))
        .unwrap();
    let figures = ask(&address, "/metrics");
    for line in [
        r#"veedor_deliveries{state="dead"} 0.0"#,
        "veedor_outbox_events_waiting 0.0",
    ] {
        assert!(
            figures.lines().any(|it| it == line),
            "`{line}` in {figures}"
        );
    }

    let health = |arguments: &[&str]| {
        let listen = ["health", "--listen", address.as_str()];
        Ended::of(desk.veedor([&listen, arguments].concat()).output().unwrap())
    };
    health(&[]).says(0, &[]);
    health(&["--ready"]).says(1, &["/readyz", "503"]);

    let terminated = Command::new("kill").arg(server.id().to_string()).status();
    assert!(terminated.unwrap().success());
    assert!(
        server.wait().unwrap().success(),
        "a service that is told to stop ends well"
    );
    health(&[]).says(1, &["nobody answers"]);
    let mut log = String::new();
    server
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut log)
        .unwrap();
    assert!(!log.contains("hidden"), "{log}");
    let lines: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let line = lines
        .iter()
        .find(|line| line["request.id"] == id)
        .unwrap_or_else(|| panic!("{log}"));
    assert_eq!(line["message"], "answered a request");
    assert_eq!(line["level"], "INFO");
    assert_eq!(line["http.route"], "/api/v1/alerts/{id}");
    assert_eq!(line["http.status"], 400);
    assert!(line["duration_ms"].as_f64().unwrap() >= 0.0);
    assert!(
        lines
            .iter()
            .any(|line| line["message"].as_str().unwrap().starts_with("stopping"))
    );
}
