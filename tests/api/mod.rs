//! The API, shaped like its URLs: what is asked, and what comes back.

mod access;
mod alert;
mod alerts;
mod cases;
mod export;
mod facets;
mod method;
mod organizations;
mod problems;
mod search;
mod server;
mod service;
mod subjects;
mod suppliers;
mod telling;

use std::{collections::BTreeMap, sync::LazyLock};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode},
};
use polars::prelude::*;
use serde_json::Value;
use tempfile::TempDir;
use tower::ServiceExt as _;
use veedor::{
    AnswerCounts,
    access::{
        Role,
        keys::{self, Wish},
    },
    alerts::{Alert, AlertSubject},
    api::{self, AppState},
    coverage::{Coverage, IndicatorCoverage, MissingFact, PublisherCoverage, YearRate},
    facts::Subject,
    ingest::key_of,
    jurisdiction::Jurisdictions,
    rules::{Engine, Rulebook},
    store::Store,
};

use crate::published::{alert, assessment, flag, organization, party_flag};

/// The program's own method, as `assess` writes it. Compiled on a thread of its own: the engine refuses the tests' small runtimes.
static METHOD: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let compile = || {
        let rulebook = Rulebook::load(None).unwrap();
        let engine = Engine::new(&rulebook, Jurisdictions::embedded(), &BTreeMap::new()).unwrap();
        serde_json::to_vec(engine.method()).unwrap()
    };
    std::thread::spawn(compile).join().unwrap()
});

/// What could be asked of two lots of `ocds-aaaaaa`, of which one says nothing of its bids.
fn coverage() -> Coverage {
    let indicators = vec![IndicatorCoverage {
        answers: AnswerCounts {
            indicator: "single-bid".to_owned(),
            flagged: 1,
            insufficient_data: 1,
            ..AnswerCounts::default()
        },
        missing: vec![MissingFact {
            fact: "bidder_count".to_owned(),
            subjects: 1,
        }],
        never_answered: false,
    }];
    let all = PublisherCoverage {
        processes: 2,
        completeness_ratio: Some(0.75),
        indicators,
        ..PublisherCoverage::default()
    };
    let own = PublisherCoverage {
        publisher: Some("ocds-aaaaaa".to_owned()),
        ..all.clone()
    };
    let year = YearRate {
        indicator: "single-bid".to_owned(),
        year: Some(2025),
        flagged: 1,
        clear: 0,
    };
    Coverage {
        publishers: vec![all, own],
        years: vec![year],
    }
}

/// A service over a data directory of its own.
pub(crate) struct TestApp {
    pub(crate) store: Store,
    pub(crate) router: Router,
    directory: TempDir,
}

/// An answer, read whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }
}

impl TestApp {
    /// Nothing published yet.
    pub(crate) fn empty() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(directory.path()).unwrap();
        let router = api::router(AppState::new(store.clone()));
        Self {
            store,
            router,
            directory,
        }
    }

    /// The assessment `first` with the alerts of [`ten`].
    pub(crate) fn new() -> Self {
        let app = Self::empty();
        app.publish("first", &ten());
        app
    }

    /// Publishes alerts in the given order of priority. The supplier `S-2` carries a flag of its own.
    pub(crate) fn publish(&self, id: &str, alerts: &[Alert]) {
        self.write_dataset(id);
        let mut publication = self.store.publish(&assessment(id)).unwrap();
        for alert in alerts {
            let keys: Vec<i64> = alert
                .suppliers
                .iter()
                .map(|it| key_of(it.id.as_deref().unwrap()))
                .collect();
            publication.add(alert, &keys).unwrap();
        }
        publication
            .add_party_flag(key_of("S-2"), &party_flag("S-2", "Dos, S.A."))
            .unwrap();
        let priorities: Vec<f64> = (0..alerts.len())
            .map(|place| 1.0 - place as f64 / alerts.len() as f64)
            .collect();
        publication.rank(&priorities).unwrap();
        publication.finish(&assessment(id)).unwrap();
    }

    /// The process `ocds-a` with one lot that was flagged and one without bids published, and the project `P-1`.
    pub(crate) fn write_dataset(&self, id: &str) {
        let dataset = self.directory.path().join("datasets").join(id);
        std::fs::create_dir_all(dataset.join("tables")).unwrap();
        std::fs::create_dir_all(dataset.join("outcomes")).unwrap();
        std::fs::write(dataset.join("method.json"), &*METHOD).unwrap();
        std::fs::write(
            dataset.join("assessment.json"),
            serde_json::to_vec(&assessment(id)).unwrap(),
        )
        .unwrap();
        std::fs::write(
            dataset.join("coverage.json"),
            serde_json::to_vec(&coverage()).unwrap(),
        )
        .unwrap();
        let write = |path: &str, mut frame: DataFrame| {
            let file = std::fs::File::create(dataset.join(path)).unwrap();
            ParquetWriter::new(file).finish(&mut frame).unwrap();
        };
        let (key, other) = (key_of("ocds-a"), key_of("ocds-b"));
        let (first, second) = if key < other {
            ("ocds-a", "ocds-b")
        } else {
            ("ocds-b", "ocds-a")
        };
        write(
            "tables/process-0000.parquet",
            df!("process_key" => [key.min(other), key.max(other)], "ocid" => [first, second], "title" => ["Road", "Road"],
                "procurement_method" => ["open", "open"], "submission_days" => [5_i64, 5], "tender_start_day" => [20_089_i32, 20_089],
                "buyer_key" => [key_of("B-1"), key_of("B-1")], "buyer_id" => ["B-1", "B-1"],
                "buyer_name" => ["Ministerio de Educación", "Ministerio de Educación"], "year" => [2024_i64, 2024],
                "amount_at_stake" => [Some(1_000.0), None], "amount_at_stake_currency" => [Some("PAB"), None])
            .unwrap(),
        );
        write(
            "outcomes/process-0000.parquet",
            df!("process_key" => [key.min(other), key.max(other)], "ocid" => [first, second])
                .unwrap()
                .hstack(&[
                    Series::new("short-submission-period".into(), &[1_u8, 1]).into(),
                    Series::new("short-submission-period.strength".into(), &[0.75_f32, 0.75])
                        .into(),
                ])
                .unwrap(),
        );
        write(
            "tables/lot-0000.parquet",
            df!("process_key" => [key, key], "ocid" => ["ocds-a", "ocds-a"], "lot_id" => ["1", "2"],
                "procurement_method" => ["open", "open"], "submission_closed" => [true, true], "bidder_count" => [Some(1_i64), None])
            .unwrap(),
        );
        write(
            "outcomes/lot-0000.parquet",
            df!("process_key" => [key, key], "ocid" => ["ocds-a", "ocds-a"], "lot_id" => ["1", "2"]).unwrap()
                .hstack(&[Series::new("single-bid".into(), &[1_u8, 4]).into(), Series::new("late-bid-won".into(), &[2_u8, 3]).into()])
                .unwrap(),
        );
        write(
            "tables/participation-0000.parquet",
            df!("process_key" => [key, key], "bidder_key" => [key_of("S-2"), key_of("S-3")], "ocid" => ["ocds-a", "ocds-a"],
                "lot_id" => ["1", "1"], "bidder_id" => ["S-2", "S-3"], "bidder_name" => ["Dos, S.A.", "Constr. Villarreal Quintana, S.A."],
                "is_winner" => [false, false])
            .unwrap(),
        );
        write(
            "tables/award-0000.parquet",
            df!("process_key" => [key.min(other), key.max(other)], "supplier_key" => [key_of("S-2"), key_of("S-2")], "supplier_id" => ["S-2", "S-2"],
                "supplier_name" => ["Dos, S.A.", "Dos, S.A."], "award_amount" => [Some(700.5), Some(300.0)], "award_currency" => ["PAB", "PAB"])
            .unwrap(),
        );
        write(
            "tables/release-0000.parquet",
            df!("process_key" => [key], "release_index" => [0_i64], "file" => ["f.jsonl"], "line" => [3_i64], "pointer" => [""],
                "release_id" => ["r"], "release_date" => ["2025-01-01T00:00:00Z"])
            .unwrap(),
        );
        write(
            "tables/party-0000.parquet",
            df!("party_key" => [1_i64, 2, 3, 4, 5, 6, 7], "party_id" => [Some("S-1"), Some("S-2"), Some("S-3"), Some("S-3"), Some("B-1"), None, Some("S/4")],
                "name" => ["Constructora Villarreal Quintana, S.A.", "Dos, S.A.", "CONSTRUCTORA VILLAREAL QUINTANA SA", "Constr. Villarreal Quintana, S.A.",
                    "Constructora Villarreal Quintana, S.A.", "N/A", "Transportes Ocampo Ibarra, S.A."],
                "is_supplier" => [true, true, true, true, false, true, true], "process_count" => [3_i64, 1, 2, 1, 9, 1, 1])
            .unwrap(),
        );
        write(
            "tables/project-0000.parquet",
            df!("project_key" => [key_of("P/1")], "project_id" => ["P/1"], "title" => ["Bridge"])
                .unwrap(),
        );
    }

    /// A key of somebody with this role.
    pub(crate) fn key(&self, name: &str, role: Role) -> String {
        let wish = Wish {
            name: name.to_owned(),
            role,
            scopes: Vec::new(),
            expires_days: 1,
        };
        // The year 3000: no test outlives a key of that time.
        let now_ms = 32_503_680_000_000;
        let made = self
            .store
            .database()
            .write(|session| keys::create(session, &wish, "test", now_ms))
            .unwrap();
        made.secret.reveal().to_owned()
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        answer(&self.router, request).await
    }

    pub(crate) async fn get(&self, uri: &str) -> Answer {
        self.send(Request::get(uri).body(Body::empty()).unwrap())
            .await
    }

    #[track_caller]
    pub(crate) fn get_with(
        &self,
        uri: &str,
        header: &str,
        value: &str,
    ) -> impl Future<Output = Answer> {
        self.send(
            Request::get(uri)
                .header(header, value)
                .body(Body::empty())
                .unwrap(),
        )
    }

    /// The identifiers that a list holds, joined.
    pub(crate) async fn listed(&self, query: &str) -> String {
        let answer = self.get(&format!("/api/v1/alerts?{query}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        ids(&answer.json())
    }
}

/// What routes answer, read whole.
pub(crate) async fn answer(router: &Router, request: Request<Body>) -> Answer {
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    Answer {
        status: parts.status,
        headers: parts.headers,
        text: String::from_utf8_lossy(&body).into_owned(),
        bytes: body.into(),
    }
}

pub(crate) fn ids(list: &Value) -> String {
    list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["id"].as_str().unwrap())
        .collect()
}

/// Ten alerts, `a` first in the order of work. What differs from [`alert`] is said here.
pub(crate) fn ten() -> Vec<Alert> {
    let mut alerts = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"].map(alert);
    let [_, b, c, d, e, f, g, ..] = &mut alerts;
    b.flags.push(flag("contract-delay", Subject::Contract, "k"));
    c.suppliers = vec![organization("S-2", "Dos, S.A.")];
    d.buyer = organization("B-2", "Caja de Seguro Social");
    d.risk = 80.0;
    e.subject = AlertSubject::Project;
    "P/1".clone_into(&mut e.subject_id);
    f.title = Some("Ampliación <script>alert(1)</script> del hospital".to_owned());
    f.year = Some(2021);
    g.amount_at_stake.as_mut().unwrap().amount = 9_000.0;
    g.procurement_method = Some("direct".to_owned());
    alerts.to_vec()
}
