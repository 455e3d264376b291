//! What the service says of itself while it runs: figures for those who may read them, readiness that is true, an end that others can see.

use std::{fs, net::SocketAddr};

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{Request, StatusCode},
};
use tokio::net::TcpListener;
use veedor::{
    api::{self, AppState, Operation},
    config::{Config, Flag, Sources},
};

use crate::api::{Answer, TestApp, answer};

/// A configuration with these settings.
fn config(settings: &[(&str, &str)]) -> Config {
    let flags = settings.iter().map(|(key, value)| Flag {
        key: (*key).to_owned(),
        value: (*value).to_owned(),
        typed: "--set",
    });
    Config::load(&Sources {
        flags: flags.collect(),
        ..Sources::default()
    })
    .unwrap()
}

fn operated(app: &TestApp, settings: &[(&str, &str)]) -> (Router, Operation) {
    let operation = Operation::new(&config(settings));
    let state = AppState::operated(app.store.clone(), operation.clone());
    (api::router(state), operation)
}

async fn get(router: &Router, uri: &str) -> Answer {
    answer(router, Request::get(uri).body(Body::empty()).unwrap()).await
}

/// `/metrics` asked from an address, perhaps by a proxy.
async fn metrics_from(router: &Router, peer: &str, header: Option<&str>) -> StatusCode {
    let mut request =
        Request::get("/metrics").extension(ConnectInfo(peer.parse::<SocketAddr>().unwrap()));
    if let Some(header) = header {
        request = request.header(header, "10.0.0.1");
    }
    answer(router, request.body(Body::empty()).unwrap())
        .await
        .status
}

#[tokio::test]
async fn figures_are_off_unless_asked_for() {
    let app = TestApp::new();
    let answer = app.get("/metrics").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(answer.json()["type"], "/problems/unknown-route");
}

#[tokio::test]
async fn figures_count_requests_by_route_and_name_nobody() {
    let app = TestApp::new();
    let (router, operation) = operated(&app, &[("server.metrics", "open")]);
    operation.metrics.register(|| {
        vec![veedor::metrics::Figure::new(
            "veedor_outbox_backlog",
            "Deliveries that wait",
            3.0,
        )]
    });
    get(&router, "/api/v1/alerts/somebody?q=hidden").await;
    get(&router, "/nowhere/hidden").await;
    let answer = get(&router, "/metrics").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(
        answer
            .header("content-type")
            .starts_with("application/openmetrics-text")
    );
    for line in [
        r#"veedor_http_requests_total{method="GET",route="/api/v1/alerts/{id}",status="4xx"} 1"#,
        r#"veedor_http_requests_total{method="GET",route="none",status="4xx"} 1"#,
        "veedor_http_requests_in_flight 1",
        "veedor_outbox_backlog 3.0",
        r#"veedor_database_connections{state="most"} 8.0"#,
    ] {
        assert!(
            answer.text.lines().any(|it| it == line),
            "`{line}` in\n{}",
            answer.text
        );
    }
    assert!(answer.text.contains(r#"veedor_alerts{subject="process"} "#));
    assert!(
        answer
            .text
            .contains(r#"veedor_assessment_completed_timestamp_seconds{assessment="first"} "#)
    );
    for absent in ["hidden", "somebody"] {
        assert!(!answer.text.contains(absent));
    }
}

#[tokio::test]
async fn local_figures_are_for_programs_of_this_machine_that_no_proxy_sent() {
    let app = TestApp::new();
    let (router, _) = operated(&app, &[("server.metrics", "local")]);
    for local in ["127.0.0.1:5", "[::1]:5", "[::ffff:127.0.0.1]:5"] {
        assert_eq!(
            metrics_from(&router, local, None).await,
            StatusCode::OK,
            "{local}"
        );
    }
    for forwarded in ["x-forwarded-for", "forwarded", "x-real-ip", "via"] {
        let status = metrics_from(&router, "127.0.0.1:5", Some(forwarded)).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{forwarded}");
    }
    assert_eq!(
        metrics_from(&router, "192.0.2.1:5", None).await,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        get(&router, "/metrics").await.status,
        StatusCode::NOT_FOUND,
        "nobody knows who asks"
    );
}

#[tokio::test]
async fn a_service_that_stops_is_not_ready_and_still_answers() {
    let app = TestApp::new();
    let (router, operation) = operated(&app, &[]);
    assert_eq!(get(&router, "/readyz").await.status, StatusCode::OK);
    operation.stop();
    let answer = get(&router, "/readyz").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.json()["type"], "/problems/stopping");
    assert_eq!(get(&router, "/healthz").await.status, StatusCode::OK);
    assert_eq!(get(&router, "/api/v1/alerts").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_service_without_its_database_is_not_ready_and_lives() {
    let app = TestApp::new();
    let (router, _) = operated(&app, &[]);
    fs::write(app.store.data().join("veedor.db"), "something else").unwrap();
    let answer = get(&router, "/readyz").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.json()["type"], "/problems/database-unavailable");
    assert_eq!(get(&router, "/healthz").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_database_of_another_version_is_not_answered_from() {
    for version in [0, 1_000] {
        let app = TestApp::new();
        let (router, _) = operated(&app, &[]);
        app.store
            .database()
            .write(|session| session.batch(&format!("PRAGMA user_version = {version}")))
            .unwrap();
        let answer = get(&router, "/readyz").await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{version}");
        assert_eq!(answer.json()["type"], "/problems/database-version");
    }
}

#[tokio::test]
async fn bounds_are_those_of_the_configuration() {
    let app = TestApp::new();
    let (router, _) = operated(&app, &[("server.body_bytes", "1024")]);
    let long = Request::post("/api/v1/match")
        .body(Body::from("x".repeat(1025)))
        .unwrap();
    assert_eq!(
        answer(&router, long).await.status,
        StatusCode::PAYLOAD_TOO_LARGE
    );
}

/// Told to stop with ten minutes to drain, it listens on and says that it is not ready.
#[tokio::test]
async fn while_it_drains_new_connections_learn_that_it_is_not_ready() {
    let app = TestApp::new();
    let operation = Operation::new(&config(&[("server.drain_seconds", "600")]));
    let state = AppState::operated(app.store.clone(), operation);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(api::serve(listener, state, async {}));
    let ask = move || {
        use std::io::{Read as _, Write as _};
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        stream
            .write_all(b"GET /readyz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
            .unwrap();
        let mut seen = String::new();
        stream.read_to_string(&mut seen).unwrap();
        seen
    };
    // The end may be noticed after the first connection.
    let seen = loop {
        let seen = tokio::task::spawn_blocking(ask).await.unwrap();
        if !seen.starts_with("HTTP/1.1 200") {
            break seen;
        }
    };
    assert!(
        seen.starts_with("HTTP/1.1 503") && seen.contains("/problems/stopping"),
        "{seen}"
    );
    server.abort();
}
