//! One process as OCDS 1.1: one compiled release on a line, or the releases of its history on a line each.

use super::calendar::{Clock, Moment, write_day, write_moment};
use super::cast::Cast;
use super::country::OCID_PREFIX;
use super::json::{Json, write_cents, write_integer};
use super::model::{Habit, Lot, Period, Process, Publication};

/// How much of the process a release tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    Tender,
    Award,
    /// Contracts as they were signed.
    Contract,
    /// Everything, as it stands.
    Whole,
}

/// Appends every line of the process.
pub(super) fn write_process(json: &mut Json, process: &Process, cast: &Cast) {
    let writer = Writer { process, cast };
    if process.papers.is_bare {
        writer.bare_line(json);
        return;
    }
    if process.publication == Publication::Compiled {
        writer.line(json, Stage::Whole, "compiled", process.released);
        if process.papers.is_told_twice {
            let mut other = Vec::new();
            std::mem::swap(&mut other, &mut json.out);
            writer.line(json, Stage::Whole, "compiled", process.released);
            // The same release again, but for one word.
            let again = String::from_utf8_lossy(&json.out).replacen(
                &process.title,
                &format!("{} (corregido)", process.title),
                1,
            );
            json.out = other;
            json.out.extend_from_slice(again.as_bytes());
        }
        return;
    }
    let lot = &process.lots[0];
    let mut lines = Vec::new();
    if !process.papers.begins_with_award {
        lines.push((Stage::Tender, "tender", process.tender.start));
    }
    if let Some(award) = &lot.award {
        lines.push((Stage::Award, "award", award.date.plus_minutes(60)));
    } else if process.tender_status != "active" || !lot.bids.is_empty() {
        lines.push((Stage::Award, "tenderUpdate", process.released));
    }
    if let Some(contract) = &lot.contract {
        lines.push((
            Stage::Contract,
            "contract",
            contract.signed.plus_minutes(60),
        ));
        lines.push((Stage::Whole, "contractUpdate", process.released));
    }
    if process.index.is_multiple_of(10) {
        // Some publishers list the latest first; releases are ordered by their dates, not by their lines.
        lines.reverse();
    }
    for (stage, tag, date) in lines {
        writer.line(json, stage, tag, date);
    }
}

/// Writes the releases of one process.
pub(super) struct Writer<'a> {
    pub(super) process: &'a Process,
    pub(super) cast: &'a Cast,
}

impl Writer<'_> {
    fn line(&self, json: &mut Json, stage: Stage, tag: &str, date: Moment) {
        let process = self.process;
        json.object()
            .text("ocid", &process.ocid)
            .key("id")
            .raw(|out| {
                out.push(b'"');
                write_integer(out, process.index.cast_signed());
                out.push(b'-');
                out.extend_from_slice(tag.as_bytes());
                out.push(b'"');
            });
        json.key("date")
            .raw(|out| quoted_moment(out, date, process.clock));
        json.texts("tag", &[tag]).text("initiationType", "tender");
        let with_firms = stage >= Stage::Award;
        self.cast
            .write_parties(json, &["buyer", "procuringEntity"], with_firms);
        self.cast.refer_to_buyer(json.key("buyer"));
        self.tender(json, stage);
        if with_firms {
            self.bids(json);
            self.awards(json, stage);
        }
        if stage >= Stage::Contract && process.lots.iter().any(|lot| lot.contract.is_some()) {
            self.contracts(json, stage);
        }
        json.end_object().end_line();
    }

    fn tender(&self, json: &mut Json, stage: Stage) {
        let process = self.process;
        let status = if stage == Stage::Tender && process.publication == Publication::History {
            "active"
        } else {
            process.tender_status
        };
        json.key("tender")
            .object()
            .text("id", &process.ocid[OCID_PREFIX.len()..])
            .text("title", &process.title)
            .text("status", status);
        if process.estimate_is_public || stage != Stage::Tender {
            self.value(json, "value", process.estimate_cents());
        }
        json.text("procurementMethod", process.method.code())
            .text("procurementMethodDetails", process.method.name());
        if let Some(rationale) = process.papers.rationale {
            json.text("procurementMethodRationale", rationale);
        }
        json.text("mainProcurementCategory", process.category().code());
        json.text(
            "awardCriteria",
            if process.uses_rated_criteria {
                "ratedCriteria"
            } else {
                "priceOnly"
            },
        );
        let mut period = process.tender;
        if let Some(deadline) = process
            .papers
            .first_deadline
            .filter(|_| stage == Stage::Tender)
        {
            period.end = deadline;
        }
        self.period(json, "tenderPeriod", period);
        if stage > Stage::Tender {
            self.questions_and_changes(json);
        }
        if process.has_lots {
            json.key("lots").array();
            for (position, lot) in process.lots.iter().enumerate() {
                json.object().text(
                    "id",
                    &process
                        .lot_id(position)
                        .expect("a process with lots numbers them"),
                );
                json.key("title").raw(|out| {
                    out.extend_from_slice(format!("\"Renglón {}\"", position + 1).as_bytes());
                });
                json.text("status", lot.status);
                self.value(json, "value", lot.estimate_cents);
                json.end_object();
            }
            json.end_array();
        }
        json.key("items").array();
        for (position, lot) in process.lots.iter().enumerate() {
            self.item(json, position, lot);
        }
        json.end_array().key("documents").array();
        let documents = process.papers.documents;
        if documents.notice {
            self.document(json, 1, "tenderNotice", Some(process.tender.start));
        }
        if documents.bidding {
            self.document(json, 2, "biddingDocuments", None);
        }
        json.end_array().end_object();
    }

    /// What was asked about the tender, and when its documents were changed.
    fn questions_and_changes(&self, json: &mut Json) {
        let papers = &self.process.papers;
        if !papers.enquiries.is_empty() {
            json.key("enquiries").array();
            for (number, enquiry) in (1..).zip(&papers.enquiries) {
                write_numbered(json.object().key("id"), "", number);
                json.key("date")
                    .raw(|out| quoted_moment(out, enquiry.asked, self.process.clock))
                    .text("title", "Consulta sobre los requisitos");
                if let Some(answered) = enquiry.answered {
                    json.text("answer", "Ver pliego de cargos")
                        .key("dateAnswered")
                        .raw(|out| quoted_moment(out, answered, self.process.clock));
                }
                json.end_object();
            }
            json.end_array();
        }
        if !papers.changes.is_empty() {
            json.key("amendments").array();
            for (number, date) in (1..).zip(&papers.changes) {
                write_numbered(json.object().key("id"), "", number);
                json.key("date")
                    .raw(|out| quoted_moment(out, *date, self.process.clock))
                    .text("description", "Adenda al pliego de cargos")
                    .end_object();
            }
            json.end_array();
        }
    }

    /// A release with hardly anything in it: no buyer, no value, no dates.
    fn bare_line(&self, json: &mut Json) {
        let process = self.process;
        json.object()
            .text("ocid", &process.ocid)
            .text("id", &format!("{}-tender", process.index))
            .key("date")
            .raw(|out| quoted_moment(out, process.released, process.clock));
        json.texts("tag", &["tender"])
            .text("initiationType", "tender")
            .key("tender")
            .object()
            .text("id", &process.ocid[OCID_PREFIX.len()..])
            .text("status", "active")
            .key("documents")
            .array();
        self.document(json, 1, "tenderNotice", Some(process.tender.start));
        self.document(json, 2, "biddingDocuments", None);
        json.end_array().end_object().end_object().end_line();
    }

    fn item(&self, json: &mut Json, position: usize, lot: &Lot) {
        let process = self.process;
        let number = i64::try_from(position + 1).expect("a few lots");
        self.id(json.object(), number);
        json.text("description", process.ware.class_name)
            .key("classification")
            .object();
        json.text("scheme", "UNSPSC")
            .text("id", process.ware.class)
            .end_object();
        let as_text = process.habit == Habit::NumbersAsText;
        json.key("quantity")
            .raw(|out| maybe_quoted(out, as_text, |out| write_integer(out, lot.item.quantity)));
        json.key("unit")
            .object()
            .text("name", process.ware.unit)
            .key("value")
            .object()
            .key("amount");
        json.raw(|out| {
            maybe_quoted(out, as_text, |out| {
                write_cents(out, lot.item.unit_cents);
            });
        });
        json.text("currency", process.currency)
            .end_object()
            .end_object();
        if let Some(id) = process.lot_id(position) {
            json.text("relatedLot", &id);
        }
        json.end_object();
    }

    /// A document; the day is given of the one that a stage begins with, and the address of the notice.
    pub(super) fn document(&self, json: &mut Json, number: i64, kind: &str, date: Option<Moment>) {
        let process = self.process;
        self.id(json.object(), number);
        json.text("documentType", kind);
        if number == 1 {
            json.key("url").raw(|out| {
                out.extend_from_slice(b"\"https://compras.example/");
                write_integer(out, process.index.cast_signed());
                out.push(b'"');
            });
        }
        if let Some(date) = date {
            json.key("datePublished")
                .raw(|out| self.loose_moment(out, date));
        }
        json.end_object();
    }

    pub(super) fn related_lots(&self, json: &mut Json, position: usize) {
        if let Some(id) = self.process.lot_id(position) {
            json.texts("relatedLots", &[&id]);
        }
    }

    pub(super) fn value(&self, json: &mut Json, name: &str, cents: i64) {
        json.key(name)
            .object()
            .key("amount")
            .cents(cents)
            .text("currency", self.process.currency)
            .end_object();
    }

    pub(super) fn period(&self, json: &mut Json, name: &str, period: Period) {
        write_period(json, name, period, self.process.clock);
    }

    /// An id of an item or a document, which a few publishers write as a number.
    fn id(&self, json: &mut Json, number: i64) {
        let as_text = self.process.habit != Habit::NumericIds;
        json.key("id")
            .raw(|out| maybe_quoted(out, as_text, |out| write_integer(out, number)));
    }

    /// A date that a few publishers write without its time.
    pub(super) fn loose_moment(&self, out: &mut Vec<u8>, moment: Moment) {
        if self.process.habit == Habit::DatesWithoutTime {
            out.push(b'"');
            write_day(out, moment.day());
            out.push(b'"');
        } else {
            quoted_moment(out, moment, self.process.clock);
        }
    }
}

/// Appends an identifier such as `PAGO-2`.
pub(super) fn write_numbered(json: &mut Json, prefix: &str, number: i64) {
    json.raw(|out| {
        out.push(b'"');
        out.extend_from_slice(prefix.as_bytes());
        write_integer(out, number);
        out.push(b'"');
    });
}

/// Writes a period.
pub(super) fn write_period(json: &mut Json, name: &str, period: Period, clock: Clock) {
    json.key(name)
        .object()
        .key("startDate")
        .raw(|out| quoted_moment(out, period.start, clock));
    json.key("endDate")
        .raw(|out| quoted_moment(out, period.end, clock))
        .end_object();
}

/// Appends a moment in quotation marks.
pub(super) fn quoted_moment(out: &mut Vec<u8>, moment: Moment, clock: Clock) {
    out.push(b'"');
    write_moment(out, moment, clock);
    out.push(b'"');
}

fn maybe_quoted(out: &mut Vec<u8>, quoted: bool, write: impl FnOnce(&mut Vec<u8>)) {
    if quoted {
        out.push(b'"');
    }
    write(out);
    if quoted {
        out.push(b'"');
    }
}
