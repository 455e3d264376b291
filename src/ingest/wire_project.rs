//! The keys of OC4IDS projects that facts are made of, as publishers spell them.

use super::{
    coordinates::Coordinates,
    loose::{List, One, Scalar, object},
    wire::{
        WireAddress, WireContactPoint, WireIdentifier, WireMilestone, WireMoney, WireOrganization,
        WirePeriod, WireTender, WireTransaction,
    },
};

object! {
    /// An OC4IDS project.
    struct WireProject {
        "id" => id: Scalar<'a>,
        "updated" => updated: Scalar<'a>,
        "title" => title: Scalar<'a>,
        "status" => status: Scalar<'a>,
        "type" => project_type: Scalar<'a>,
        "sector" => sector: List<Scalar<'a>>,
        "locations" => locations: List<One<WireLocation<'a>>>,
        "publicAuthority" => public_authority: One<WireOrganization<'a>>,
        "parties" => parties: List<One<WireProjectParty<'a>>>,
        "period" => period: One<WirePeriod<'a>>,
        "budget" => budget: One<WireProjectBudget<'a>>,
        "completion" => completion: One<WireCompletion<'a>>,
        "milestones" => milestones: List<One<WireMilestone<'a>>>,
        "metrics" => metrics: List<One<WireMetric<'a>>>,
        "forecasts" => forecasts: List<One<WireMetric<'a>>>,
        "documents" => documents: List<One<WireProjectDocument<'a>>>,
        "transactions" => transactions: List<One<WireTransaction<'a>>>,
        "contractingProcesses" => contracting_processes: List<One<WireProjectProcess<'a>>>,
    }
    struct WireLocation {
        "address" => address: One<WireAddress<'a>>,
        "geometry" => geometry: One<WireGeometry<'a>>,
    }
    struct WireGeometry {
        "coordinates" => coordinates: Coordinates,
    }
    struct WireProjectParty {
        "id" => id: Scalar<'a>,
        "name" => name: Scalar<'a>,
        "identifier" => identifier: One<WireIdentifier<'a>>,
        "address" => address: One<WireAddress<'a>>,
        "roles" => roles: List<Scalar<'a>>,
        "contactPoint" => contact_point: One<WireContactPoint<'a>>,
        "beneficialOwners" => beneficial_owners: List<One<WirePerson<'a>>>,
    }
    struct WirePerson {
        "id" => id: Scalar<'a>,
        "name" => name: Scalar<'a>,
        "identifier" => identifier: One<WireIdentifier<'a>>,
    }
    struct WireProjectBudget {
        "amount" => amount: One<WireMoney<'a>>,
        "approvalDate" => approval_date: Scalar<'a>,
    }
    struct WireCompletion {
        "endDate" => end_date: Scalar<'a>,
        "finalValue" => final_value: One<WireMoney<'a>>,
        "finalScope" => final_scope: Scalar<'a>,
    }
    struct WireMetric {
        "id" => id: Scalar<'a>,
        "observations" => observations: List<One<WireObservation<'a>>>,
    }
    struct WireObservation {
        "period" => period: One<WirePeriod<'a>>,
        "measure" => measure: Scalar<'a>,
        "unit" => unit: One<WireUnit<'a>>,
    }
    struct WireUnit {
        "name" => name: Scalar<'a>,
        "id" => id: Scalar<'a>,
    }
    struct WireProjectDocument {
        "documentType" => document_type: Scalar<'a>,
    }
    struct WireProjectProcess {
        "id" => id: Scalar<'a>,
        "summary" => summary: One<WireSummary<'a>>,
    }
    struct WireSummary {
        "ocid" => ocid: Scalar<'a>,
        "title" => title: Scalar<'a>,
        "status" => status: Scalar<'a>,
        "nature" => nature: List<Scalar<'a>>,
        "tender" => tender: One<WireTender<'a>>,
        "suppliers" => suppliers: List<One<WireOrganization<'a>>>,
        "contractValue" => contract_value: One<WireMoney<'a>>,
        "contractPeriod" => contract_period: One<WirePeriod<'a>>,
        "finalValue" => final_value: One<WireMoney<'a>>,
        "modifications" => modifications: List<One<WireModification<'a>>>,
        "transactions" => transactions: List<One<WireTransaction<'a>>>,
        "milestones" => milestones: List<One<WireMilestone<'a>>>,
        "documents" => documents: List<One<WireProjectDocument<'a>>>,
    }
    struct WireModification {
        "date" => date: Scalar<'a>,
        "newContractValue" => new_contract_value: One<WireMoney<'a>>,
        "newContractPeriod" => new_contract_period: One<WirePeriod<'a>>,
    }
}
