//! What a process shows of itself, and when.

use serde_json::{Value, json};

use super::{assess, check, pab, release, state};

fn tender(content: &Value) -> Value {
    let mut tender = json!({
        "procurementMethod": "open",
        "tenderPeriod": {"startDate": "2024-01-10T00:00:00Z", "endDate": "2024-02-10T00:00:00Z"},
    });
    let members = tender.as_object_mut().unwrap();
    members.extend(content.as_object().unwrap().clone());
    json!({"tender": tender})
}

fn with_award(mut content: Value) -> Value {
    content["awards"] = json!([{"id": "a", "status": "active", "date": "2024-03-01T00:00:00Z", "value": pab(5), "suppliers": [{"id": "s"}]}]);
    content
}

#[test]
fn reasons_are_counted_in_characters() {
    let reasons = tender(
        &json!({"procurementMethodRationale": " única ", "procurementMethodRationaleDetails": "año"}),
    );
    let assessed = assess(&[
        state("given", &reasons),
        state("none", &tender(&json!({}))),
        state("no-tender", &json!({"buyer": {"id": "b"}})),
        json!({"id": "p", "contractingProcesses": [{"id": "1", "summary": {"ocid": "summary", "tender": {"procurementMethod": "direct"}}}]}),
    ]);
    check(
        &assessed,
        "process",
        &["rationale_character_count"],
        &[
            ("given", json!([8])),
            ("none", json!([0])),
            ("no-tender", json!([null])),
            ("summary", json!([null])),
        ],
    );
}

#[test]
fn a_tender_is_advertised_when_something_of_it_came_before_the_award() {
    let bare = json!({"tender": {"procurementMethod": "open"}});
    let notice = |date: Option<&str>| {
        tender(
            &json!({"documents": [{"id": "1", "documentType": "tenderNotice", "datePublished": date}]}),
        )
    };
    let assessed = assess(&[
        release("released", "2024-01-05", &["tender"], &bare),
        release(
            "released",
            "2024-03-02",
            &["award"],
            &with_award(bare.clone()),
        ),
        release(
            "noticed",
            "2024-03-02",
            &["award"],
            &with_award(notice(Some("2024-01-10T00:00:00Z"))),
        ),
        release(
            "noticed-late",
            "2024-03-02",
            &["award"],
            &with_award(notice(Some("2024-03-05T00:00:00Z"))),
        ),
        release(
            "noticed-undated",
            "2024-03-02",
            &["award"],
            &with_award(notice(None)),
        ),
        release(
            "published",
            "2024-03-02",
            &["award"],
            &with_award(tender(&json!({"datePublished": "2024-02-29T00:00:00Z"}))),
        ),
        release("opened", "2024-01-02", &["planning"], &tender(&json!({}))),
        release("opened", "2024-03-02", &["award"], &with_award(json!({}))),
        release(
            "never",
            "2024-03-02",
            &["award"],
            &with_award(tender(&json!({}))),
        ),
        release(
            "never",
            "2024-04-02",
            &["contract"],
            &json!({"contracts": [{"id": "c", "awardID": "a"}]}),
        ),
        release(
            "everything",
            "2024-03-02",
            &["tender", "award"],
            &with_award(tender(&json!({}))),
        ),
        state("compiled", &with_award(tender(&json!({})))),
        release("not-awarded", "2024-01-05", &["tender"], &bare),
    ]);
    check(
        &assessed,
        "process",
        &["advertised_before_award"],
        &[
            ("released", json!([true])),
            ("noticed", json!([true])),
            ("noticed-late", json!([false])),
            ("noticed-undated", json!([null])),
            ("published", json!([true])),
            ("opened", json!([true])),
            ("never", json!([false])),
            ("everything", json!([null])),
            ("compiled", json!([null])),
            ("not-awarded", json!([null])),
        ],
    );
}

#[test]
fn key_documents_are_those_of_the_stages_reached() {
    let documents = |types: &[&str]| {
        let list: Vec<_> = types
            .iter()
            .map(|code| json!({"documentType": code}))
            .collect();
        tender(&json!({"documents": list}))
    };
    let mut signed = with_award(documents(&["biddingDocuments"]));
    signed["awards"][0]["documents"] = json!([{"documentType": "EvaluationReports"}]);
    signed["contracts"] = json!([{"id": "c", "awardID": "a", "status": "active", "dateSigned": "2024-03-20T00:00:00Z"}]);
    let mut later =
        json!({"contracts": [{"id": "c", "documents": [{"documentType": "contractSigned"}]}]});
    later["tender"] = json!({"documents": []});
    let mut direct = documents(&[]);
    direct["tender"]["procurementMethod"] = json!("direct");
    let assessed = assess(&[
        state("tender", &documents(&["tenderNotice"])),
        state("nothing", &with_award(documents(&[]))),
        state("signed", &signed),
        release("complete", "2024-04-01", &["contract"], &signed),
        release("complete", "2024-05-01", &["contractUpdate"], &later),
        state("no-list", &with_award(tender(&json!({})))),
        state("direct", &direct),
    ]);
    check(
        &assessed,
        "process",
        &["missing_document_count", "missing_documents"],
        &[
            ("tender", json!([0, null])),
            ("nothing", json!([2, "tenderNotice, awardNotice"])),
            ("signed", json!([1, "contractSigned"])),
            ("complete", json!([0, null])),
            ("no-list", json!([null, null])),
            ("direct", json!([null, null])),
        ],
    );
    check(
        &assessed,
        "process",
        &["days_since_stage"],
        &[
            ("tender", json!([325])),
            ("nothing", json!([305])),
            ("signed", json!([286])),
        ],
    );
}

#[test]
fn changes_of_a_tender_are_counted_to_its_deadline() {
    let dated = |published: &str, modified: Option<&str>| json!({"documentType": "biddingDocuments", "datePublished": published, "dateModified": modified});
    let opened = "2024-01-10T00:00:00Z";
    let longer = json!({"tender": {"tenderPeriod": {"endDate": "2024-02-17T00:00:00Z"}}});
    let assessed = assess(&[
        state(
            "amended",
            &tender(
                &json!({"amendments": [{"id": "1", "date": "2024-02-06T00:00:00Z"}, {"id": "2"}]}),
            ),
        ),
        state(
            "modified",
            &tender(
                &json!({"documents": [dated(opened, Some("2024-02-09T00:00:00Z")), dated(opened, Some("2024-03-09T00:00:00Z"))]}),
            ),
        ),
        state(
            "added",
            &tender(
                &json!({"documents": [dated(opened, None), dated("2024-02-08T00:00:00Z", None)]}),
            ),
        ),
        state(
            "unchanged",
            &tender(&json!({"documents": [dated(opened, Some(opened))]})),
        ),
        state(
            "published-late",
            &tender(&json!({"documents": [dated("2024-02-08T00:00:00Z", None)]})),
        ),
        state(
            "others",
            &tender(
                &json!({"documents": [{"documentType": "clarifications", "dateModified": "2024-02-08T00:00:00Z"}]}),
            ),
        ),
        release(
            "extended",
            "2024-01-10",
            &["tender"],
            &tender(&json!({"amendment": {"date": "2024-02-10T00:00:00Z"}})),
        ),
        release("extended", "2024-02-10", &["tenderUpdate"], &longer),
    ]);
    check(
        &assessed,
        "process",
        &["last_tender_change_days", "deadline_extension_days"],
        &[
            ("amended", json!([4, null])),
            ("modified", json!([1, null])),
            ("added", json!([2, null])),
            ("unchanged", json!([null, null])),
            ("published-late", json!([null, null])),
            ("others", json!([null, null])),
            ("extended", json!([7, 7])),
        ],
    );
}

#[test]
fn enquiries_have_answers_in_time_or_not() {
    let answered = |date: &str| json!({"id": "1", "answer": "Sí", "dateAnswered": date});
    let enquiries = |list: Value| tender(&json!({"enquiries": list}));
    let mut open = enquiries(json!([{"id": "1"}]));
    open["tender"]["tenderPeriod"]["endDate"] = json!("2025-02-10T00:00:00Z");
    let assessed = assess(&[
        state("none", &enquiries(json!([]))),
        state("unknown", &tender(&json!({}))),
        state(
            "in-time",
            &enquiries(json!([answered("2024-02-08T00:00:00Z")])),
        ),
        state(
            "late",
            &enquiries(
                json!([answered("2024-02-09T00:00:00Z"), {"id": "2"}, {"id": "3", "answer": ""}]),
            ),
        ),
        state("open", &open),
        release(
            "later",
            "2024-01-20",
            &["tender"],
            &enquiries(json!([{"id": "1"}])),
        ),
        release(
            "later",
            "2024-02-01",
            &["tenderUpdate"],
            &enquiries(json!([answered("2024-01-30T00:00:00Z")])),
        ),
    ]);
    check(
        &assessed,
        "process",
        &[
            "enquiry_count",
            "unanswered_enquiry_count",
            "late_answer_count",
        ],
        &[
            ("none", json!([0, 0, 0])),
            ("unknown", json!([null, null, null])),
            ("in-time", json!([1, 0, 0])),
            ("late", json!([3, 2, 1])),
            ("open", json!([1, null, 0])),
            ("later", json!([1, 0, 0])),
        ],
    );
}
