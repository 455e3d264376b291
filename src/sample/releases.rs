//! One process as OCDS 1.1: one compiled release on a line, or the releases of its history on a line each.

use super::calendar::{Clock, Moment, write_day, write_moment};
use super::cast::Cast;
use super::json::{Json, write_cents, write_integer};
use super::model::{BidStatus, Contract, Habit, Lot, Period, Process, Publication};

/// How much of the process a release tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
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
    if process.publication == Publication::Compiled {
        writer.line(json, Stage::Whole, "compiled", process.released);
        return;
    }
    writer.line(json, Stage::Tender, "tender", process.tender.start);
    let lot = &process.lots[0];
    if let Some(award) = &lot.award {
        writer.line(json, Stage::Award, "award", award.date.plus_minutes(60));
    } else if process.tender_status != "active" || !lot.bids.is_empty() {
        writer.line(json, Stage::Award, "tenderUpdate", process.released);
    }
    if let Some(contract) = &lot.contract {
        writer.line(json, Stage::Contract, "contract", contract.signed.plus_minutes(60));
        writer.line(json, Stage::Whole, "contractUpdate", process.released);
    }
}

struct Writer<'a> {
    process: &'a Process,
    cast: &'a Cast,
}

impl Writer<'_> {
    fn line(&self, json: &mut Json, stage: Stage, tag: &str, date: Moment) {
        let process = self.process;
        json.object().text("ocid", &process.ocid).key("id").raw(|out| {
            out.push(b'"');
            out.extend_from_slice(process.ocid.as_bytes());
            out.push(b'-');
            out.extend_from_slice(tag.as_bytes());
            out.push(b'"');
        });
        json.key("date").raw(|out| quoted_moment(out, date, process.clock));
        json.texts("tag", &[tag]).text("initiationType", "tender").text("language", "es");
        let with_firms = stage >= Stage::Award;
        self.cast.write_parties(json, &["buyer", "procuringEntity"], with_firms);
        self.cast.refer_to_buyer(json.key("buyer"));
        self.planning(json);
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

    fn planning(&self, json: &mut Json) {
        let process = self.process;
        json.key("planning").object().text("rationale", "Plan anual de compras de la entidad");
        if process.estimate_is_public {
            // The budget leaves a twentieth above the estimate.
            json.key("budget").object();
            self.value(json, "amount", process.estimate_cents() / 20 * 21);
            json.end_object();
        }
        json.end_object();
    }

    fn tender(&self, json: &mut Json, stage: Stage) {
        let process = self.process;
        let status = if stage == Stage::Tender && process.publication == Publication::History { "active" } else { process.tender_status };
        json.key("tender").object().text("id", &process.ocid).text("title", &process.title).text("status", status);
        self.cast.refer_to_buyer(json.key("procuringEntity"));
        if process.estimate_is_public || stage != Stage::Tender {
            self.value(json, "value", process.estimate_cents());
        }
        json.text("procurementMethod", process.method.code()).text("procurementMethodDetails", process.method.name());
        if !process.method.is_competitive() {
            json.text("procurementMethodRationale", "Cuantía y objeto conforme a la ley de contrataciones de Istmania");
        }
        json.text("mainProcurementCategory", process.category.code());
        json.text("awardCriteria", if process.uses_rated_criteria { "ratedCriteria" } else { "priceOnly" });
        json.text("submissionMethodDetails", "Portal de compras de Istmania");
        self.period(json, "tenderPeriod", process.tender);
        if process.has_lots {
            json.key("lots").array();
            for (position, lot) in process.lots.iter().enumerate() {
                json.object().text("id", &process.lot_id(position).expect("a process with lots numbers them"));
                json.key("title").raw(|out| out.extend_from_slice(format!("\"Renglón {}\"", position + 1).as_bytes()));
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
        self.document(json, 1, "tenderNotice", "Aviso de convocatoria", process.tender.start);
        self.document(json, 2, "biddingDocuments", "Pliego de cargos", process.tender.start);
        json.end_array().end_object();
    }

    fn item(&self, json: &mut Json, position: usize, lot: &Lot) {
        let process = self.process;
        let number = i64::try_from(position + 1).expect("a few lots");
        let quantity = 1 + (process.index.cast_signed() * 7 + number * 13) % 240;
        self.id(json.object(), number);
        json.text("description", process.ware.class_name).key("classification").object();
        json.text("scheme", "UNSPSC").text("id", process.ware.class).text("description", process.ware.class_name).end_object();
        let as_text = process.habit == Habit::NumbersAsText;
        json.key("quantity").raw(|out| maybe_quoted(out, as_text, |out| write_integer(out, quantity)));
        json.key("unit").object().text("name", process.ware.unit).key("value").object().key("amount");
        json.raw(|out| maybe_quoted(out, as_text, |out| write_cents(out, lot.estimate_cents / quantity)));
        json.text("currency", process.currency).end_object().end_object();
        if let Some(id) = process.lot_id(position) {
            json.text("relatedLot", &id);
        }
        json.end_object();
    }

    fn bids(&self, json: &mut Json) {
        let process = self.process;
        if process.lots.iter().all(|lot| lot.bids.is_empty()) {
            return;
        }
        json.key("bids").object().key("details").array();
        for (lot_position, lot) in process.lots.iter().enumerate() {
            for (position, bid) in lot.bids.iter().enumerate() {
                json.object();
                bid_id(json.key("id"), lot_position, position);
                json.key("date").raw(|out| quoted_moment(out, bid.date, process.clock)).text("status", bid.status.code());
                self.cast.refer(json.key("tenderers").array(), bid.firm);
                json.end_array();
                if bid.status != BidStatus::Invited {
                    self.value(json, "value", bid.cents);
                }
                self.related_lots(json, lot_position);
                json.end_object();
            }
        }
        json.end_array().end_object();
    }

    fn awards(&self, json: &mut Json, stage: Stage) {
        let process = self.process;
        json.key("awards").array();
        for (position, lot) in process.lots.iter().enumerate() {
            let Some(award) = &lot.award else { continue };
            award_id(json.object().key("id"), position);
            json.text("title", "Resolución de adjudicación").text("status", "active");
            json.key("date").raw(|out| quoted_moment(out, award.date, process.clock));
            self.value(json, "value", award.cents);
            self.cast.refer(json.key("suppliers").array(), award.firm);
            json.end_array();
            if let Some(bid) = award.bid.filter(|_| award.names_bid) {
                bid_id(json.key("relatedBid"), position, bid);
            }
            self.related_lots(json, position);
            if let Some(contract) = lot.contract.as_ref().filter(|_| stage >= Stage::Contract) {
                self.period(json, "contractPeriod", contract.original);
            }
            json.end_object();
        }
        json.end_array();
    }

    fn contracts(&self, json: &mut Json, stage: Stage) {
        let process = self.process;
        json.key("contracts").array();
        for (position, lot) in process.lots.iter().enumerate() {
            let (Some(contract), Some(award)) = (&lot.contract, &lot.award) else { continue };
            let is_whole = stage == Stage::Whole;
            json.object().text("id", &process.contract_id(position));
            award_id(json.key("awardID"), position);
            json.text("title", &process.title);
            json.text("status", if is_whole && contract.is_terminated { "terminated" } else { "active" });
            json.key("dateSigned").raw(|out| quoted_moment(out, contract.signed, process.clock));
            self.value(json, "value", if is_whole { contract.current_cents } else { contract.original_cents });
            self.period(json, "period", if is_whole { contract.current } else { contract.original });
            json.key("documents").array();
            self.document(json, 3, "contractSigned", "Contrato firmado", contract.signed);
            json.end_array().key("amendments").array();
            for (number, date) in (1..).zip(contract.amendments.iter().filter(|_| is_whole)) {
                let (description, rationale) = amendment_words(contract);
                self.numbered(json.object().key("id"), "ADENDA-", number);
                json.key("date").raw(|out| quoted_moment(out, *date, process.clock));
                json.text("description", description).text("rationale", rationale).end_object();
            }
            json.end_array();
            if is_whole {
                self.implementation(json, contract, award.firm);
            }
            json.end_object();
        }
        json.end_array();
    }

    fn implementation(&self, json: &mut Json, contract: &Contract, payee: super::firms::Appearance) {
        let process = self.process;
        let currency = if contract.is_paid_at_par { "PAB" } else { process.currency };
        json.key("implementation").object().key("transactions").array();
        for (number, transaction) in (1..).zip(&contract.transactions) {
            self.numbered(json.object().key("id"), "PAGO-", number);
            json.key("date").raw(|out| self.loose_moment(out, transaction.date));
            json.key("value").object().key("amount").cents(transaction.cents).text("currency", currency).end_object();
            self.cast.refer(json.key("payee"), payee);
            json.end_object();
        }
        json.end_array();
        if !contract.milestones.is_empty() {
            json.key("milestones").array();
            for (number, milestone) in (1..).zip(&contract.milestones) {
                self.numbered(json.object().key("id"), "HITO-", number);
                json.text("title", if number == 1 { "Entrega parcial" } else { "Entrega sustancial" }).text("type", "delivery");
                json.text("status", if milestone.met.is_some() { "met" } else { "scheduled" });
                json.key("dueDate").raw(|out| quoted_moment(out, milestone.due, process.clock));
                if let Some(met) = milestone.met {
                    json.key("dateMet").raw(|out| quoted_moment(out, met, process.clock));
                }
                json.end_object();
            }
            json.end_array();
        }
        json.end_object();
    }

    fn document(&self, json: &mut Json, number: i64, kind: &str, title: &str, date: Moment) {
        self.id(json.object(), number);
        json.text("documentType", kind).text("title", title).key("url").raw(|out| {
            out.extend_from_slice(b"\"https://compras.istmania.example/");
            out.extend_from_slice(self.process.ocid.as_bytes());
            out.push(b'/');
            out.extend_from_slice(kind.as_bytes());
            out.extend_from_slice(b".pdf\"");
        });
        json.key("datePublished").raw(|out| self.loose_moment(out, date)).text("format", "application/pdf").end_object();
    }

    fn related_lots(&self, json: &mut Json, position: usize) {
        if let Some(id) = self.process.lot_id(position) {
            json.texts("relatedLots", &[&id]);
        }
    }

    fn value(&self, json: &mut Json, name: &str, cents: i64) {
        json.key(name).object().key("amount").cents(cents).text("currency", self.process.currency).end_object();
    }

    fn period(&self, json: &mut Json, name: &str, period: Period) {
        write_period(json, name, period, self.process.clock);
    }

    /// An id of an item or a document, which a few publishers write as a number.
    fn id(&self, json: &mut Json, number: i64) {
        let as_text = self.process.habit != Habit::NumericIds;
        json.key("id").raw(|out| maybe_quoted(out, as_text, |out| write_integer(out, number)));
    }

    fn numbered(&self, json: &mut Json, prefix: &str, number: i64) {
        write_numbered(json, prefix, number);
    }

    /// A date that a few publishers write without its time.
    fn loose_moment(&self, out: &mut Vec<u8>, moment: Moment) {
        if self.process.habit == Habit::DatesWithoutTime {
            out.push(b'"');
            write_day(out, moment.day());
            out.push(b'"');
        } else {
            quoted_moment(out, moment, self.process.clock);
        }
    }
}

/// What an amendment says it is for.
pub(super) const fn amendment_words(contract: &Contract) -> (&'static str, &'static str) {
    let grows = contract.current_cents != contract.original_cents;
    let extends = contract.current.end.0 != contract.original.end.0;
    match (grows, extends) {
        (true, true) => ("Adenda de monto y plazo", "Cantidades adicionales no previstas en el diseño"),
        (true, false) => ("Adenda de monto", "Ajuste de cantidades durante la ejecución"),
        (false, true) => ("Prórroga del plazo de entrega", "Lluvias y demoras en la entrega de materiales"),
        (false, false) => ("Adenda de alcance", "Sustitución de renglones sin cambio de monto"),
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
    json.key(name).object().key("startDate").raw(|out| quoted_moment(out, period.start, clock));
    json.key("endDate").raw(|out| quoted_moment(out, period.end, clock)).end_object();
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

fn bid_id(json: &mut Json, lot: usize, bid: usize) {
    write_numbered(json, "OFERTA-", i64::try_from((lot + 1) * 100 + bid + 1).expect("a few bids"));
}

fn award_id(json: &mut Json, lot: usize) {
    write_numbered(json, "ADJ-", i64::try_from(lot + 1).expect("a few lots"));
}
