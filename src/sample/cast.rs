//! Who takes part in one document, each with identifier and name worked out once.

use super::country::Buyer;
use super::firms::Appearance;
use super::json::Json;
use super::model::Process;

/// The public body and the firms of one process or project.
pub(super) struct Cast {
    pub(super) buyer: Buyer,
    buyer_id: String,
    firms: Vec<Member>,
}

/// One firm, with its part.
struct Member {
    appearance: Appearance,
    id: String,
    name: String,
    is_tenderer: bool,
    is_supplier: bool,
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
                cast.add(bid.firm, true, false);
            }
            if let Some(award) = &lot.award {
                cast.add(award.firm, award.bid.is_some(), true);
            }
        }
        cast
    }

    /// Adds a firm, or a further part of one that is here.
    pub(super) fn add(&mut self, appearance: Appearance, is_tenderer: bool, is_supplier: bool) {
        if let Some(member) = self
            .firms
            .iter_mut()
            .find(|member| member.appearance == appearance)
        {
            member.is_tenderer |= is_tenderer;
            member.is_supplier |= is_supplier;
        } else {
            self.firms.push(Member {
                appearance,
                id: appearance.id(),
                name: appearance.name(),
                is_tenderer,
                is_supplier,
            });
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

    /// Writes a reference to the public body that names nothing but its identifier.
    pub(super) fn refer_to_buyer_by_id(&self, json: &mut Json) {
        json.object().text("id", &self.buyer_id).end_object();
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
            .text("locality", buyer.town)
            .text("region", buyer.province);
        json.text("countryName", "Panamá").end_object();
        json.key("contactPoint")
            .object()
            .text("email", &buyer.email)
            .end_object();
        json.texts("roles", buyer_roles).end_object();
        for member in self.firms.iter().filter(|_| with_firms) {
            json.object()
                .text("id", &member.id)
                .text("name", &member.name);
            write_identifier(
                json,
                member.appearance.scheme(),
                &member.appearance.number(),
            );
            if member.is_supplier {
                json.key("address")
                    .object()
                    .text("region", member.appearance.province())
                    .text("countryName", "Panamá")
                    .end_object();
            }
            let roles: &[&str] = match (member.is_tenderer, member.is_supplier) {
                (true, true) => &["tenderer", "supplier"],
                (false, true) => &["supplier"],
                _ => &["tenderer"],
            };
            json.texts("roles", roles).end_object();
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
