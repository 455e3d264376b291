//! `GET /api/v1/suppliers`, `GET /api/v1/suppliers/{id}/similar`, `POST /api/v1/match` and `/api/v1/reconcile`.

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use serde_json::{Value, json};

use super::{Answer, TestApp};

async fn post(app: &TestApp, uri: &str, body: impl Into<Body>) -> Answer {
    app.send(Request::post(uri).body(body.into()).unwrap())
        .await
}

fn found(answer: &Value) -> Vec<&str> {
    let items = answer["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| item["name"].as_str().unwrap())
        .collect()
}

const NAME: &str = "/api/v1/suppliers?similar_to=CONSTRUCTORA%20VILLARREAL%20QUINTANA%20S.A.";

#[tokio::test]
async fn suppliers_with_similar_names_are_found_and_buyers_are_not() {
    let app = TestApp::new();
    let list = app.get(NAME).await.json();
    assert_eq!(
        (&list["total"], &list["standing"]["code"]),
        (&json!(3), &json!("usable"))
    );
    let strongest = &list["items"][0];
    assert_eq!(
        strongest["id"], "S-1",
        "the buyer B-1 has that name too and is no supplier"
    );
    assert_eq!(strongest["class"]["code"], "identical_core");
    assert_eq!(
        (&strongest["is_similar"], &strongest["processes"]),
        (&json!(true), &json!(3))
    );
    assert_eq!(strongest["alerts"], "/api/v1/alerts?supplier=S-1");
    assert!(strongest["evidence"].is_null());
    let one = app.get(&format!("{NAME}&limit=1&lang=es")).await.json();
    assert_eq!((found(&one).len(), &one["total"]), (1, &json!(3)));
    assert!(
        one["notice"]
            .as_str()
            .unwrap()
            .starts_with("Los nombres similares son una pregunta")
    );
}

#[tokio::test]
async fn evidence_says_which_words_match_and_how() {
    let app = TestApp::new();
    let list = app.get(&format!("{NAME}&evidence=true")).await.json();
    let item = list["items"].as_array().unwrap().iter();
    let misspelt = item
        .clone()
        .find(|item| item["name"] == "CONSTRUCTORA VILLAREAL QUINTANA SA")
        .unwrap();
    let words = misspelt["evidence"]["words"].as_array().unwrap();
    let villarreal = words
        .iter()
        .find(|word| word["word"] == "VILLARREAL")
        .unwrap();
    assert_eq!(villarreal["matched"], "VILLAREAL");
    assert_ne!(villarreal["how"]["code"], "exact");
    assert!(misspelt["evidence"]["weights_version"].is_string());
    assert!(misspelt["evidence"]["jaro_winkler"].as_f64().unwrap() > 0.5);
}

#[tokio::test]
async fn a_supplier_is_compared_with_all_others_under_each_of_its_names() {
    let app = TestApp::new();
    let answer = app.get("/api/v1/suppliers/S-3/similar").await.json();
    let names = answer["names"].as_array().unwrap();
    assert_eq!(names.len(), 2, "two spellings stand under S-3");
    for name in names {
        assert_eq!(
            found(name),
            ["Constructora Villarreal Quintana, S.A."],
            "its own other spelling is no collision"
        );
        assert_eq!(name["items"][0]["identifiers"]["code"], "unrelated");
    }
    let missing = app.get("/api/v1/suppliers/B-1/similar").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    assert!(
        missing.json()["detail"]
            .as_str()
            .unwrap()
            .contains("similar_to")
    );
}

#[tokio::test]
async fn a_batch_is_answered_name_by_name() {
    let app = TestApp::new();
    let body = json!({"names": ["Constructora Villarreal Quintana", "N/A", "", "Nadie Conocido", "\u{202e}\u{0}"], "limit": 1}).to_string();
    let answer = post(&app, "/api/v1/match", body).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    assert_eq!(
        answer.header("etag"),
        "",
        "its address does not tell its version"
    );
    let names = answer.json()["names"].clone();
    assert_eq!(found(&names[0]).len(), 1);
    let standing = |place: usize| names[place]["standing"]["code"].clone();
    assert_eq!(
        [standing(1), standing(2), standing(4)],
        ["placeholder", "empty", "empty"]
    );
    for place in 1..5 {
        assert!(
            found(&names[place]).is_empty(),
            "a filler ties no strangers: {}",
            names[place]
        );
    }
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused_with_what_can() {
    let app = TestApp::new();
    for (uri, parameter) in [
        ("/api/v1/suppliers", "similar_to"),
        ("/api/v1/suppliers?similar_to=x&similar=y", "similar"),
        ("/api/v1/suppliers?similar_to=x&limit=101", "limit"),
        ("/api/v1/suppliers?similar_to=x&least=0.1", "least"),
        ("/api/v1/suppliers?similar_to=x&least=NaN", "least"),
        ("/api/v1/reconcile?extend=%7B%7D", "extend"),
        ("/api/v1/reconcile?queries=7", "queries"),
    ] {
        let answer = app.get(uri).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{uri}: {answer:?}");
        assert_eq!(answer.json()["parameter"], parameter, "{uri}");
    }
    let many = json!({"names": vec!["a"; 101]}).to_string();
    let long = json!({"names": ["ñ".repeat(501)]}).to_string();
    for body in [
        "",
        "[]",
        r#"{"names":[],"nmaes":[]}"#,
        r#"{"names":["a"],"limit":0}"#,
        r#"{"names":["a"],"least":2}"#,
        &many,
        &long,
    ] {
        let answer = post(&app, "/api/v1/match?lang=es", body.to_owned()).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}: {answer:?}");
        assert_eq!(answer.header("content-language"), "es");
    }
    let heavy = post(&app, "/api/v1/match", vec![b' '; 65 * 1024]).await;
    assert_eq!(heavy.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(
        app.get("/api/v1/match").await.status,
        StatusCode::METHOD_NOT_ALLOWED
    );
}

#[tokio::test]
async fn a_client_of_the_reconciliation_api_can_use_it() {
    let app = TestApp::new();
    let manifest = app.get("/api/v1/reconcile").await;
    assert_eq!(manifest.header("access-control-allow-origin"), "*");
    let said = manifest.json();
    assert_eq!(
        (&said["versions"], &said["defaultTypes"][0]["id"]),
        (&json!(["0.2"]), &json!("supplier"))
    );
    assert!(
        said["name"].is_string()
            && said["identifierSpace"].is_string()
            && said["schemaSpace"].is_string()
    );

    // As OpenRefine writes a batch, with all it may say.
    let queries = json!({
        "q0": {"query": "TRANSPORTES OCAMPO IBARRA SA", "type": "supplier", "type_strict": "should", "limit": 3, "properties": [{"pid": "x", "v": "y"}]},
        "q1": {"query": "Constructora Villarreal Quintana SA"},
        "q2": {"query": "Constructora Villarreal Quintana SA", "type": ["person"]},
        "q3": {"query": ""},
    })
    .to_string();
    let form: String = form_urlencoded::Serializer::new(String::new())
        .append_pair("queries", &queries)
        .finish();
    let posted = post(&app, "/api/v1/reconcile", form.clone()).await;
    assert_eq!(
        posted.header("access-control-allow-origin"),
        "",
        "what is published here is not for other pages"
    );
    let answer = posted.json();
    let (two, many) = (
        &answer["q0"]["result"][0],
        answer["q1"]["result"].as_array().unwrap(),
    );
    assert_eq!(
        (&two["id"], &two["name"], &two["match"]),
        (
            &json!("S/4"),
            &json!("Transportes Ocampo Ibarra, S.A."),
            &json!(true)
        )
    );
    assert_eq!(two["type"][0]["id"], "supplier");
    let ids: Vec<&Value> = many.iter().map(|candidate| &candidate["id"]).collect();
    assert_eq!(ids, ["S-1", "S-3"], "each identifier once");
    assert!(
        many.iter().all(|candidate| candidate["match"] == false),
        "two candidates are a question"
    );
    assert!(many[0]["score"].as_f64().unwrap() > 90.0);
    assert_eq!(
        (&answer["q2"]["result"], &answer["q3"]["result"]),
        (&json!([]), &json!([]))
    );
    let asked = app.get(&format!("/api/v1/reconcile?{form}")).await;
    assert_eq!(asked.json(), answer, "however it is sent");
}
