//! The keys of OCDS that facts are made of, as publishers spell them; everything else is skipped while reading.

use super::{
    loose::{List, One, Presence, Scalar, object},
    wire_project::WireProject,
};

object! {
    /// A release, and the keys that tell the other forms of document from it.
    struct WireRelease {
        "ocid" => ocid: Scalar<'a>,
        "id" => id: Scalar<'a>,
        "date" => date: Scalar<'a>,
        "tag" => tag: List<Scalar<'a>>,
        "buyer" => buyer: One<WireOrganization<'a>>,
        "parties" => parties: List<One<WireParty<'a>>>,
        "planning" => planning: One<WirePlanning<'a>>,
        "tender" => tender: One<WireTender<'a>>,
        "bids" => bids: One<WireBids<'a>>,
        "awards" => awards: List<One<WireAward<'a>>>,
        "contracts" => contracts: List<One<WireContract<'a>>>,
        "releases" => releases: Presence,
        "records" => records: Presence,
        "compiledRelease" => compiled_release: Presence,
        "versionedRelease" => versioned_release: Presence,
        "projects" => projects: Presence,
        "contractingProcesses" => contracting_processes: Presence,
        "updated" => updated: Presence,
        "publicAuthority" => public_authority: Presence,
    }
    /// A package of releases, records or projects.
    struct WirePackage {
        "releases" => releases: List<One<WireRelease<'a>>>,
        "records" => records: List<One<WireRecord<'a>>>,
        "projects" => projects: List<One<WireProject<'a>>>,
    }
    struct WireRecord {
        "ocid" => ocid: Scalar<'a>,
        "releases" => releases: List<One<WireRelease<'a>>>,
        "compiledRelease" => compiled_release: One<WireRelease<'a>>,
        "versionedRelease" => versioned_release: Presence,
    }
    struct WireOrganization {
        "id" => id: Scalar<'a>,
        "name" => name: Scalar<'a>,
        "identifier" => identifier: One<WireIdentifier<'a>>,
        "address" => address: One<WireAddress<'a>>,
    }
    struct WireIdentifier {
        "scheme" => scheme: Scalar<'a>,
        "id" => id: Scalar<'a>,
        "legalName" => legal_name: Scalar<'a>,
    }
    struct WireAddress {
        "streetAddress" => street_address: Scalar<'a>,
        "region" => region: Scalar<'a>,
        "countryName" => country_name: Scalar<'a>,
    }
    struct WireParty {
        "id" => id: Scalar<'a>,
        "name" => name: Scalar<'a>,
        "identifier" => identifier: One<WireIdentifier<'a>>,
        "address" => address: One<WireAddress<'a>>,
        "contactPoint" => contact_point: One<WireContactPoint<'a>>,
        "roles" => roles: List<Scalar<'a>>,
    }
    struct WireContactPoint {
        "name" => name: Scalar<'a>,
        "email" => email: Scalar<'a>,
        "telephone" => telephone: Scalar<'a>,
    }
    struct WirePlanning {
        "budget" => budget: One<WireBudget<'a>>,
    }
    struct WireBudget {
        "amount" => amount: One<WireMoney<'a>>,
    }
    struct WireMoney {
        "amount" => amount: Scalar<'a>,
        "currency" => currency: Scalar<'a>,
    }
    struct WirePeriod {
        "startDate" => start_date: Scalar<'a>,
        "endDate" => end_date: Scalar<'a>,
        "durationInDays" => duration_in_days: Scalar<'a>,
    }
    struct WireTender {
        "title" => title: Scalar<'a>,
        "status" => status: Scalar<'a>,
        "procurementMethod" => procurement_method: Scalar<'a>,
        "procurementMethodDetails" => procurement_method_details: Scalar<'a>,
        "procurementMethodRationale" => procurement_method_rationale: Scalar<'a>,
        "procurementMethodRationaleDetails" => procurement_method_rationale_details: Scalar<'a>,
        "mainProcurementCategory" => main_procurement_category: Scalar<'a>,
        "awardCriteria" => award_criteria: Scalar<'a>,
        "submissionMethod" => submission_method: List<Scalar<'a>>,
        "value" => value: One<WireMoney<'a>>,
        "costEstimate" => cost_estimate: One<WireMoney<'a>>,
        "tenderPeriod" => tender_period: One<WirePeriod<'a>>,
        "datePublished" => date_published: Scalar<'a>,
        "numberOfTenderers" => number_of_tenderers: Scalar<'a>,
        "tenderers" => tenderers: List<One<WireOrganization<'a>>>,
        "procuringEntity" => procuring_entity: One<WireOrganization<'a>>,
        "lots" => lots: List<One<WireLot<'a>>>,
        "items" => items: List<One<WireItem<'a>>>,
        "documents" => documents: List<One<WireDocument<'a>>>,
        "amendments" => amendments: List<One<WireAmendment<'a>>>,
        "amendment" => amendment: List<One<WireAmendment<'a>>>,
        "enquiries" => enquiries: List<One<WireEnquiry<'a>>>,
    }
    struct WireDocument {
        "documentType" => document_type: Scalar<'a>,
        "datePublished" => date_published: Scalar<'a>,
        "dateModified" => date_modified: Scalar<'a>,
    }
    struct WireEnquiry {
        "id" => id: Scalar<'a>,
        "dateAnswered" => date_answered: Scalar<'a>,
        "answer" => answer: Scalar<'a>,
    }
    struct WireLot {
        "id" => id: Scalar<'a>,
        "status" => status: Scalar<'a>,
        "value" => value: One<WireMoney<'a>>,
    }
    struct WireItem {
        "id" => id: Scalar<'a>,
        "description" => description: Scalar<'a>,
        "classification" => classification: One<WireClassification<'a>>,
        "quantity" => quantity: Scalar<'a>,
        "unit" => unit: One<WireUnit<'a>>,
    }
    struct WireUnit {
        "name" => name: Scalar<'a>,
        "value" => value: One<WireMoney<'a>>,
    }
    struct WireClassification {
        "id" => id: Scalar<'a>,
    }
    struct WireBids {
        "details" => details: List<One<WireBid<'a>>>,
        "statistics" => statistics: List<One<WireStatistic<'a>>>,
    }
    struct WireBid {
        "id" => id: Scalar<'a>,
        "date" => date: Scalar<'a>,
        "status" => status: Scalar<'a>,
        "tenderers" => tenderers: List<One<WireOrganization<'a>>>,
        "value" => value: One<WireMoney<'a>>,
        "relatedLots" => related_lots: List<LotReference<'a>>,
        "relatedLot" => related_lot: List<LotReference<'a>>,
    }
    struct WireStatistic {
        "measure" => measure: Scalar<'a>,
        "value" => value: Scalar<'a>,
        "relatedLot" => related_lot: Scalar<'a>,
    }
    struct WireAward {
        "id" => id: Scalar<'a>,
        "status" => status: Scalar<'a>,
        "date" => date: Scalar<'a>,
        "value" => value: One<WireMoney<'a>>,
        "suppliers" => suppliers: List<One<WireOrganization<'a>>>,
        "relatedLots" => related_lots: List<LotReference<'a>>,
        "relatedLot" => related_lot: List<LotReference<'a>>,
        "lotID" => lot_id: List<LotReference<'a>>,
        "relatedBid" => related_bid: Scalar<'a>,
        "contractPeriod" => contract_period: One<WirePeriod<'a>>,
        "documents" => documents: List<One<WireDocument<'a>>>,
        "items" => items: List<One<WireItem<'a>>>,
    }
    struct WireContract {
        "id" => id: Scalar<'a>,
        "awardID" => award_id: Scalar<'a>,
        "status" => status: Scalar<'a>,
        "value" => value: One<WireMoney<'a>>,
        "period" => period: One<WirePeriod<'a>>,
        "dateSigned" => date_signed: Scalar<'a>,
        "suppliers" => suppliers: List<One<WireOrganization<'a>>>,
        "amendments" => amendments: List<One<WireAmendment<'a>>>,
        "amendment" => amendment: List<One<WireAmendment<'a>>>,
        "implementation" => implementation: One<WireImplementation<'a>>,
        "documents" => documents: List<One<WireDocument<'a>>>,
        "items" => items: List<One<WireItem<'a>>>,
    }
    struct WireAmendment {
        "id" => id: Scalar<'a>,
        "date" => date: Scalar<'a>,
    }
    struct WireImplementation {
        "transactions" => transactions: List<One<WireTransaction<'a>>>,
        "milestones" => milestones: List<One<WireMilestone<'a>>>,
    }
    struct WireTransaction {
        "id" => id: Scalar<'a>,
        "date" => date: Scalar<'a>,
        "value" => value: One<WireMoney<'a>>,
        "amount" => amount: One<WireMoney<'a>>,
        "payee" => payee: One<WirePayee<'a>>,
        "receiverOrganization" => receiver_organization: One<WirePayee<'a>>,
    }
    /// A reference to an organisation, or the identifier of one, which OCDS 1.0 wrote in its place.
    struct WirePayee {
        "id" => id: Scalar<'a>,
        "name" => name: Scalar<'a>,
        "scheme" => scheme: Scalar<'a>,
        "legalName" => legal_name: Scalar<'a>,
    }
    struct WireMilestone {
        "dueDate" => due_date: Scalar<'a>,
        "dateMet" => date_met: Scalar<'a>,
    }
    /// A lot written as an object instead of its identifier.
    struct WireLotReference {
        "lotId" => lot_id: Scalar<'a>,
        "id" => id: Scalar<'a>,
    }
}

impl Default for LotReference<'_> {
    fn default() -> Self {
        Self::Identifier(Scalar::Absent)
    }
}

/// A lot's identifier, alone or inside an object.
#[derive(Clone, Debug)]
pub(super) enum LotReference<'a> {
    Identifier(Scalar<'a>),
    Object(WireLotReference<'a>),
}

mod lot_reference {
    use std::{borrow::Cow, fmt, marker::PhantomData};

    use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

    use super::{LotReference, Scalar};
    use crate::ingest::loose::{Element, FromObject, Loose, Shape};

    struct LotVisitor<'a>(PhantomData<&'a ()>);

    impl<'de: 'a, 'a> Visitor<'de> for LotVisitor<'a> {
        type Value = LotReference<'a>;
        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("any value")
        }
        fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
            Ok(LotReference::Identifier(Scalar::Text(Cow::Borrowed(text))))
        }
        fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
            Ok(LotReference::Identifier(Scalar::Text(Cow::Owned(
                text.to_owned(),
            ))))
        }
        fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
            Ok(LotReference::Identifier(Scalar::Boolean(value)))
        }
        fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
            Ok(LotReference::Identifier(Scalar::Integer(value)))
        }
        fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
            Ok(LotReference::Identifier(
                i64::try_from(value).map_or(Scalar::Wrong(Shape::Scalar), Scalar::Integer),
            ))
        }
        fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
            Ok(LotReference::Identifier(Scalar::Number(value)))
        }
        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(LotReference::Identifier(Scalar::Absent))
        }
        fn visit_none<E>(self) -> Result<Self::Value, E> {
            Ok(LotReference::Identifier(Scalar::Absent))
        }
        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
            let mut reference = super::WireLotReference::default();
            reference.fill(map)?;
            Ok(LotReference::Object(reference))
        }
        fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Self::Value, A::Error> {
            while sequence.next_element::<IgnoredAny>()?.is_some() {}
            Ok(LotReference::Identifier(Scalar::Wrong(Shape::Array)))
        }
    }

    impl<'de: 'a, 'a> Deserialize<'de> for LotReference<'a> {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            deserializer.deserialize_any(LotVisitor(PhantomData))
        }
    }

    impl<'de: 'a, 'a> Loose<'de> for LotReference<'a> {
        fn read_into<D: Deserializer<'de>>(
            place: &mut Self,
            deserializer: D,
        ) -> Result<(), D::Error> {
            *place = Self::deserialize(deserializer)?;
            Ok(())
        }
    }

    impl<'de: 'a, 'a> Element<'de> for LotReference<'a> {
        fn from_lone_object<A: MapAccess<'de>>(map: A) -> Result<Self, A::Error> {
            let mut reference = super::WireLotReference::default();
            reference.fill(map)?;
            Ok(LotReference::Object(reference))
        }
        fn from_lone_text(text: Cow<'de, str>) -> Self {
            LotReference::Identifier(Scalar::Text(text))
        }
        fn from_lone_number(number: f64) -> Self {
            LotReference::Identifier(Scalar::from_lone_number(number))
        }
    }
}
