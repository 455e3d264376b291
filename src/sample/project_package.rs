//! Projects as an OC4IDS 0.9.5 package: its head, one project a line, its tail.

use super::calendar::{Clock, Moment};
use super::cast::Cast;
use super::country::{Buyer, PUBLISHER};
use super::firms::Appearance;
use super::json::{Json, write_integer};
use super::model::Transaction;
use super::project_parts::Part;
use super::projects::Project;
use super::release_stages::amendment_words;
use super::releases::{quoted_moment, write_numbered, write_period};

/// What comes before the first project.
pub(super) fn write_head(json: &mut Json) {
    json.object()
        .text("uri", "https://obras.istmania.example/proyectos.json")
        .text("publishedDate", "2026-01-05T09:00:00-05:00");
    json.text("version", "0.9")
        .key("publisher")
        .object()
        .text("name", PUBLISHER)
        .end_object();
    json.key("projects").array();
    json.out.push(b'\n');
}

/// What comes after the last.
pub(super) fn write_tail(json: &mut Json) {
    json.end_array().end_object().end_line();
}

/// Appends one project.
pub(super) fn write_project(json: &mut Json, project: &Project, cast: &Cast) {
    let buyer = Buyer::at(project.buyer);
    json.object()
        .text("id", &project.id)
        .key("updated")
        .raw(|out| quoted_moment(out, project.updated, Clock::Local));
    json.text("title", &project.title).text(
        "description",
        "Obra pública de la República de Istmania, país ficticio",
    );
    json.text("status", project.status);
    json.text(
        "type",
        if project.title.starts_with("Construcción") {
            "construction"
        } else {
            "rehabilitation"
        },
    );
    json.texts("sector", &[sector(&project.title)]);
    cast.refer_to_buyer(json.key("publicAuthority"));
    write_period(json, "period", project.period, Clock::Local);
    json.key("locations")
        .array()
        .object()
        .text("id", "1")
        .key("geometry")
        .object()
        .text("type", "Point")
        .key("coordinates")
        .array();
    json.raw(|out| write_thousandths(out, project.place.1))
        .raw(|out| write_thousandths(out, project.place.0));
    json.end_array()
        .end_object()
        .key("address")
        .object()
        .text("locality", buyer.town)
        .text("region", &buyer.region);
    json.text("countryName", "Panamá")
        .end_object()
        .end_object()
        .end_array();
    json.key("budget")
        .object()
        .text("description", "Presupuesto aprobado para la obra");
    value(json, "amount", project.budget_cents);
    json.key("approvalDate")
        .raw(|out| quoted_moment(out, project.period.start, Clock::Local))
        .end_object();
    cast.write_parties(json, &["publicAuthority", "buyer", "procuringEntity"], true);
    forecast(json, project);
    metrics(json, project);
    json.key("contractingProcesses").array();
    for part in &project.parts {
        summary(json, part, cast);
    }
    json.end_array();
    if let Some(ended) = project.completed {
        json.key("completion")
            .object()
            .key("endDate")
            .raw(|out| quoted_moment(out, ended, Clock::Local));
        if let Some(cents) = project.final_cents {
            value(json, "finalValue", cents);
        }
        json.text("finalScope", "Obra recibida conforme al alcance contratado")
            .end_object();
    }
    json.key("documents").array();
    document(json, "projectScope", project.period.start);
    if let Some(ended) = project.completed.filter(|_| project.has_certificate) {
        document(json, "completionCertificate", ended);
    }
    json.end_array();
    if !project.transactions.is_empty() {
        transactions(json, &project.transactions, project.parts[0].supplier, cast);
    }
    json.end_object();
    json.out.push(b'\n');
}

fn summary(json: &mut Json, part: &Part, cast: &Cast) {
    let contract = &part.contract;
    json.object()
        .text("id", &part.ocid)
        .key("summary")
        .object()
        .text("ocid", &part.ocid);
    json.texts("nature", &[part.nature.code()])
        .text("title", &part.title);
    json.text(
        "status",
        if contract.is_terminated {
            "closed"
        } else {
            "active"
        },
    );
    json.key("tender")
        .object()
        .text("procurementMethod", part.method.code())
        .text("procurementMethodDetails", part.method.name());
    json.key("datePublished")
        .raw(|out| quoted_moment(out, part.tender_day, Clock::Local));
    value(json, "costEstimate", part.estimate_cents);
    if !part.tenderers.is_empty() {
        json.key("numberOfTenderers")
            .integer(i64::try_from(part.tenderers.len()).expect("a few tenderers"))
            .key("tenderers")
            .array();
        for &tenderer in &part.tenderers {
            cast.refer(json, tenderer);
        }
        json.end_array();
    }
    cast.refer_to_buyer(json.key("procuringEntity"));
    json.end_object();
    cast.refer(json.key("suppliers").array(), part.supplier);
    json.end_array();
    value(json, "contractValue", contract.original_cents);
    write_period(json, "contractPeriod", contract.original, Clock::Local);
    if contract.is_terminated {
        value(json, "finalValue", contract.current_cents);
    }
    modifications(json, part);
    transactions(json, &contract.transactions, part.supplier, cast);
    json.key("documents").array();
    document(json, "tenderNotice", part.tender_day);
    document(json, "biddingDocuments", part.tender_day);
    document(json, "awardNotice", contract.signed.plus_days(-9));
    document(json, "evaluationReports", contract.signed.plus_days(-9));
    document(json, "contractSigned", contract.signed);
    json.end_array().end_object().end_object();
}

fn document(json: &mut Json, kind: &str, date: Moment) {
    json.object()
        .text("id", kind)
        .text("documentType", kind)
        .key("datePublished")
        .raw(|out| quoted_moment(out, date, Clock::Local))
        .end_object();
}

fn transactions(json: &mut Json, paid: &[Transaction], supplier: Appearance, cast: &Cast) {
    json.key("transactions").array();
    for (number, transaction) in (1..).zip(paid) {
        write_numbered(json.object().key("id"), "PAGO-", number);
        json.key("date")
            .raw(|out| quoted_moment(out, transaction.date, Clock::Local));
        value(json, "value", transaction.cents);
        cast.refer(json.key("payee"), transaction.payee.unwrap_or(supplier));
        json.end_object();
    }
    json.end_array();
}

/// One modification per amendment; the change is spread over them evenly, and each starts where the one before ended.
fn modifications(json: &mut Json, part: &Part) {
    let contract = &part.contract;
    let (description, rationale) = amendment_words(contract);
    let grown = contract.current_cents - contract.original_cents;
    let extended_days = contract.current.end.day() - contract.original.end.day();
    let number = i64::try_from(contract.amendments.len()).expect("a few amendments");
    json.key("modifications").array();
    for (place, date) in (1..).zip(&contract.amendments) {
        write_numbered(json.object().key("id"), "ADENDA-", place);
        json.key("date")
            .raw(|out| quoted_moment(out, *date, Clock::Local));
        json.text("description", description)
            .text("rationale", rationale);
        json.text(
            "type",
            if grown != 0 {
                "value"
            } else if extended_days != 0 {
                "duration"
            } else {
                "scope"
            },
        );
        if grown != 0 {
            value(
                json,
                "oldContractValue",
                contract.original_cents + grown * (place - 1) / number,
            );
            value(
                json,
                "newContractValue",
                contract.original_cents + grown * place / number,
            );
        }
        if extended_days != 0 {
            let after = |place: i64| {
                let mut period = contract.original;
                period.end = period.end.plus_days(extended_days * place / number);
                period
            };
            write_period(json, "oldContractPeriod", after(place - 1), Clock::Local);
            write_period(json, "newContractPeriod", after(place), Clock::Local);
        }
        json.end_object();
    }
    json.end_array();
}

/// What is to be built.
fn forecast(json: &mut Json, project: &Project) {
    json.key("forecasts").array();
    observed(json, "quantity", "Cantidad de obra");
    observation(
        json,
        1,
        project.quantity.planned,
        project.quantity.unit,
        project.period.end,
    );
    json.end_array().end_object().end_array();
}

/// How far the works have come, what was paid, and what was built in the end.
fn metrics(json: &mut Json, project: &Project) {
    json.key("metrics").array();
    if !project.progress.is_empty() {
        observed(json, "physicalProgress", "Avance físico");
        for (number, seen) in (1..).zip(&project.progress) {
            observation(json, number, seen.physical, "percent", seen.day);
        }
        json.end_array().end_object();
        observed(json, "financialProgress", "Avance financiero");
        for (number, seen) in (1..).zip(&project.progress) {
            observation(json, number, seen.financial, "percent", seen.day);
        }
        json.end_array().end_object();
    }
    if let (Some(built), Some(ended)) = (project.quantity.built, project.completed) {
        observed(json, "quantity", "Cantidad de obra");
        observation(json, 1, built, project.quantity.unit, ended);
        json.end_array().end_object();
    }
    json.end_array();
}

/// Opens a metric and the list of its observations.
fn observed(json: &mut Json, id: &str, title: &str) {
    json.object()
        .text("id", id)
        .text("title", title)
        .key("observations")
        .array();
}

fn observation(json: &mut Json, number: i64, measure: i64, unit: &str, day: Moment) {
    write_numbered(json.object().key("id"), "", number);
    json.key("measure")
        .integer(measure)
        .key("unit")
        .object()
        .text("name", unit)
        .end_object();
    json.key("period")
        .object()
        .key("endDate")
        .raw(|out| quoted_moment(out, day, Clock::Local));
    json.end_object().end_object();
}

/// OC4IDS project sector, from what is built.
fn sector(title: &str) -> &'static str {
    match title {
        _ if title.contains("puente") || title.contains("carretera") => "transport.road",
        _ if title.contains("escuela") => "education",
        _ if title.contains("salud") => "health",
        _ if title.contains("acueducto") => "waterAndWaste",
        _ if title.contains("riberas") => "naturalResources.floodProtection",
        _ => "cultureSportsAndRecreation",
    }
}

fn value(json: &mut Json, name: &str, cents: i64) {
    json.key(name)
        .object()
        .key("amount")
        .cents(cents)
        .text("currency", "PAB")
        .end_object();
}

fn write_thousandths(out: &mut Vec<u8>, thousandths: i64) {
    write_integer(out, thousandths / 1_000);
    out.extend_from_slice(format!(".{:03}", (thousandths % 1_000).abs()).as_bytes());
}
