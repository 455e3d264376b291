//! Who takes part in one document, each with identifier and name worked out once.

use super::country::Buyer;
use super::firms::{Appearance, Contact, MISSING};
use super::json::Json;
use super::model::Process;

/// The public body and the firms of one process or project.
pub(super) struct Cast {
    pub(super) buyer: Buyer,
    buyer_id: String,
    firms: Vec<Member>,
}

/// What a firm does in a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Tenderer,
    Supplier,
    Subcontractor,
    Payee,
}

/// One firm, with its parts.
struct Member {
    appearance: Appearance,
    id: String,
    name: String,
    contact: Contact,
    parts: Vec<Part>,
}

impl Part {
    const ALL: [Self; 4] = [
        Self::Tenderer,
        Self::Supplier,
        Self::Subcontractor,
        Self::Payee,
    ];

    /// The OCDS party role.
    const fn role(self) -> &'static str {
        match self {
            Self::Tenderer => "tenderer",
            Self::Supplier => "supplier",
            Self::Subcontractor => "subcontractor",
            Self::Payee => "payee",
        }
    }
}

impl Cast {
    /// A public body, and no firms yet.
    pub(super) fn of_buyer(position: usize) -> Self {
        let buyer = Buyer::at(position);
        Self {
            buyer_id: buyer.id(),
            buyer,
            firms: Vec::new(),
        }
    }

    /// Everyone in a process.
    pub(super) fn of_process(process: &Process) -> Self {
        let mut cast = Self::of_buyer(process.buyer);
        for lot in &process.lots {
            for bid in &lot.bids {
                cast.add(bid.firm, Part::Tenderer);
            }
            if let Some(award) = &lot.award {
                if award.bid.is_some() {
                    cast.add(award.firm, Part::Tenderer);
                }
                cast.add(award.firm, Part::Supplier);
            }
            if let Some(contract) = &lot.contract {
                let paid = contract.transactions.iter().filter_map(|paid| paid.payee);
                paid.for_each(|payee| cast.add(payee, Part::Payee));
                if let Some(firm) = contract.subcontractor {
                    cast.add(firm, Part::Subcontractor);
                }
            }
        }
        for (firm, contact) in &process.contacts {
            cast.reach(*firm, contact);
        }
        cast
    }

    /// Adds a firm, or a further part of one that is here.
    pub(super) fn add(&mut self, appearance: Appearance, part: Part) {
        let place = self
            .firms
            .iter()
            .position(|member| member.appearance == appearance);
        let member = if let Some(place) = place {
            &mut self.firms[place]
        } else {
            self.firms.push(Member {
                appearance,
                id: appearance.id(),
                name: appearance.name(),
                contact: Contact::of(appearance.firm),
                parts: Vec::with_capacity(2),
            });
            self.firms.last_mut().expect("one was just added")
        };
        if !member.parts.contains(&part) {
            member.parts.push(part);
        }
    }

    /// Gives a firm another contact than its own.
    pub(super) fn reach(&mut self, firm: u32, contact: &Contact) {
        for member in &mut self.firms {
            if member.appearance.firm == firm {
                member.contact = contact.clone();
            }
        }
    }

    /// The firms, as published.
    pub(super) fn appearances(&self) -> impl Iterator<Item = Appearance> {
        self.firms.iter().map(|member| member.appearance)
    }

    /// Writes a reference to a firm.
    pub(super) fn refer(&self, json: &mut Json, appearance: Appearance) {
        let member = self.member(appearance);
        json.object()
            .text("id", &member.id)
            .text("name", &member.name)
            .end_object();
    }

    /// Writes a reference to a firm that names nothing but its identifier.
    pub(super) fn refer_by_id(&self, json: &mut Json, appearance: Appearance) {
        json.object()
            .text("id", &self.member(appearance).id)
            .end_object();
    }

    /// Writes a reference to the public body.
    pub(super) fn refer_to_buyer(&self, json: &mut Json) {
        json.object()
            .text("id", &self.buyer_id)
            .text("name", &self.buyer.name)
            .end_object();
    }

    fn member(&self, appearance: Appearance) -> &Member {
        self.firms
            .iter()
            .find(|member| member.appearance == appearance)
            .expect("every firm of a document is in its cast")
    }

    /// Writes the `parties` array; before the award only the public body is public.
    pub(super) fn write_parties(&self, json: &mut Json, buyer_roles: &[&str], with_firms: bool) {
        let buyer = &self.buyer;
        json.key("parties").array();
        json.object()
            .text("id", &self.buyer_id)
            .text("name", &buyer.name);
        write_identifier(json, "PA-RUC", &buyer.ruc);
        json.key("address")
            .object()
            .text("streetAddress", &buyer.street)
            .text("locality", buyer.town)
            .text("region", &buyer.region);
        json.text("countryName", "Panamá").end_object();
        json.key("contactPoint")
            .object()
            .text("email", &buyer.email)
            .text("telephone", &buyer.telephone)
            .end_object();
        json.texts("roles", buyer_roles).end_object();
        for member in self.firms.iter().filter(|_| with_firms) {
            json.object()
                .text("id", &member.id)
                .text("name", &member.name);
            if member.appearance.identity != MISSING {
                write_identifier(
                    json,
                    member.appearance.scheme(),
                    &member.appearance.number(),
                );
            }
            let contact = &member.contact;
            json.key("address")
                .object()
                .text("streetAddress", &contact.street)
                .end_object();
            json.key("contactPoint").object();
            if member.parts.contains(&Part::Supplier) {
                json.text("name", &contact.person);
            }
            json.text("email", &contact.email)
                .text("telephone", &contact.telephone)
                .end_object();
            json.key("roles").array();
            for part in Part::ALL {
                if member.parts.contains(&part) {
                    json.string(part.role());
                }
            }
            json.end_array().end_object();
        }
        json.end_array();
    }
}

fn write_identifier(json: &mut Json, scheme: &str, number: &str) {
    json.key("identifier")
        .object()
        .text("scheme", scheme)
        .text("id", number)
        .end_object();
}
