//! What comes after the tender in a release: bids, awards, contracts and their implementation.

use super::firms::Appearance;
use super::json::Json;
use super::model::{BidStatus, Contract};
use super::releases::{Stage, Writer, quoted_moment, write_numbered};

impl Writer<'_> {
    pub(super) fn bids(&self, json: &mut Json) {
        let process = self.process;
        if process.lots.iter().all(|lot| lot.bids.is_empty()) {
            return;
        }
        json.key("bids").object().key("details").array();
        for (lot_position, lot) in process.lots.iter().enumerate() {
            for (position, bid) in lot.bids.iter().enumerate() {
                json.object();
                bid_id(json.key("id"), lot_position, position);
                json.key("date")
                    .raw(|out| quoted_moment(out, bid.date, process.clock))
                    .text("status", bid.status.code());
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

    pub(super) fn awards(&self, json: &mut Json, stage: Stage) {
        let process = self.process;
        json.key("awards").array();
        for (position, lot) in process.lots.iter().enumerate() {
            let Some(award) = &lot.award else { continue };
            award_id(json.object().key("id"), position);
            json.text("status", "active");
            json.key("date")
                .raw(|out| quoted_moment(out, award.date, process.clock));
            self.value(json, "value", award.cents);
            self.cast.refer(json.key("suppliers").array(), award.firm);
            json.end_array();
            if let Some(bid) = award.bid.filter(|_| award.names_bid) {
                bid_id(json.key("relatedBid"), position, bid);
            }
            self.related_lots(json, position);
            if process.papers.documents.award {
                json.key("documents").array();
                self.document(json, 3, "awardNotice", Some(award.date));
                if process.method.is_competitive() {
                    self.document(json, 4, "evaluationReports", None);
                }
                json.end_array();
            }
            // The award keeps the period that an amendment may have changed since.
            let is_amended =
                |contract: &&Contract| stage >= Stage::Contract && !contract.amendments.is_empty();
            if let Some(contract) = lot.contract.as_ref().filter(is_amended) {
                self.period(json, "contractPeriod", contract.original);
            }
            json.end_object();
        }
        json.end_array();
    }

    pub(super) fn contracts(&self, json: &mut Json, stage: Stage) {
        let process = self.process;
        json.key("contracts").array();
        for (position, lot) in process.lots.iter().enumerate() {
            let (Some(contract), Some(award)) = (&lot.contract, &lot.award) else {
                continue;
            };
            let is_whole = stage == Stage::Whole;
            json.object().text("id", &process.contract_id(position));
            award_id(json.key("awardID"), position);
            json.text(
                "status",
                if is_whole && contract.is_terminated {
                    "terminated"
                } else {
                    "active"
                },
            );
            json.key("dateSigned")
                .raw(|out| quoted_moment(out, contract.signed, process.clock));
            self.value(
                json,
                "value",
                if is_whole {
                    contract.current_cents
                } else {
                    contract.original_cents
                },
            );
            self.period(
                json,
                "period",
                match contract.typed {
                    Some(typed) => typed,
                    None if is_whole => contract.current,
                    None => contract.original,
                },
            );
            if process.papers.documents.contract {
                json.key("documents").array();
                self.document(json, 5, "contractSigned", Some(contract.signed));
                json.end_array();
            }
            json.key("amendments").array();
            for (number, date) in (1..).zip(contract.amendments.iter().filter(|_| is_whole)) {
                let (description, rationale) = amendment_words(contract);
                write_numbered(json.object().key("id"), "ADENDA-", number);
                json.key("date")
                    .raw(|out| quoted_moment(out, *date, process.clock));
                json.text("description", description)
                    .text("rationale", rationale)
                    .end_object();
            }
            json.end_array();
            if is_whole {
                self.implementation(json, contract, award.firm);
            }
            json.end_object();
        }
        json.end_array();
    }

    fn implementation(&self, json: &mut Json, contract: &Contract, supplier: Appearance) {
        let process = self.process;
        let currency = if contract.is_paid_at_par {
            "PAB"
        } else {
            process.currency
        };
        json.key("implementation")
            .object()
            .key("transactions")
            .array();
        for (number, transaction) in (1..).zip(&contract.transactions) {
            write_numbered(json.object().key("id"), "PAGO-", number);
            json.key("date")
                .raw(|out| self.loose_moment(out, transaction.date));
            json.key("value")
                .object()
                .key("amount")
                .cents(transaction.cents)
                .text("currency", currency)
                .end_object();
            self.cast
                .refer_by_id(json.key("payee"), transaction.payee.unwrap_or(supplier));
            json.end_object();
        }
        json.end_array();
        if !contract.milestones.is_empty() {
            json.key("milestones").array();
            for (number, milestone) in (1..).zip(&contract.milestones) {
                write_numbered(json.object().key("id"), "HITO-", number);
                json.text(
                    "title",
                    if number == 1 {
                        "Entrega parcial"
                    } else {
                        "Entrega sustancial"
                    },
                );
                json.text(
                    "status",
                    if milestone.met.is_some() {
                        "met"
                    } else {
                        "scheduled"
                    },
                );
                json.key("dueDate")
                    .raw(|out| quoted_moment(out, milestone.due, process.clock));
                if let Some(met) = milestone.met {
                    json.key("dateMet")
                        .raw(|out| quoted_moment(out, met, process.clock));
                }
                json.end_object();
            }
            json.end_array();
        }
        json.end_object();
    }
}

/// What an amendment says it is for.
pub(super) const fn amendment_words(contract: &Contract) -> (&'static str, &'static str) {
    let grows = contract.current_cents != contract.original_cents;
    let extends = contract.current.end.0 != contract.original.end.0;
    match (grows, extends) {
        (true, true) => (
            "Adenda de monto y plazo",
            "Cantidades adicionales no previstas en el diseño",
        ),
        (true, false) => (
            "Adenda de monto",
            "Ajuste de cantidades durante la ejecución",
        ),
        (false, true) => (
            "Prórroga del plazo de entrega",
            "Lluvias y demoras en la entrega de materiales",
        ),
        (false, false) => (
            "Adenda de alcance",
            "Sustitución de renglones sin cambio de monto",
        ),
    }
}

fn bid_id(json: &mut Json, lot: usize, bid: usize) {
    write_numbered(
        json,
        "OFERTA-",
        i64::try_from((lot + 1) * 100 + bid + 1).expect("a few bids"),
    );
}

fn award_id(json: &mut Json, lot: usize) {
    write_numbered(json, "ADJ-", i64::try_from(lot + 1).expect("a few lots"));
}
