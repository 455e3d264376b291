//! OC4IDS projects: the project itself, and the summary of each of its contracting processes as a release of that process.

mod parts;

use std::borrow::Cow;

use crate::procurement::{
    Award, AwardStatus, Contract, ContractStatus, Modification, Money, OrganizationRef, Party,
    Project, ProjectProcess, ReleaseBody, ReleaseKind, Roles, Source, Tags, Tender, Text,
};

use super::{
    convert::{milestone, objects, organization, positive, tender, transactions},
    intake::{Intake, Place},
    loose::{List, One, Scalar},
    wire::WireMoney,
    wire_project::{WireModification, WireProject, WireProjectProcess, WireSummary},
};

/// The project, and its contracting processes with their positions. Without an identifier there is nothing it could be about.
pub(super) fn project<'a>(
    intake: &mut Intake<'a>,
    wire: WireProject<'a>,
    source: Source<'a>,
) -> Option<(Project<'a>, Vec<(usize, ReleaseBody<'a>)>)> {
    let root = Place::ROOT;
    let id = intake.identifier(wire.id, &root.key("id"))?;
    let updated = intake.moment(&wire.updated, &root.key("updated"));
    let completion_place = root.key("completion");
    let completion = intake
        .take(wire.completion, &completion_place)
        .unwrap_or_default();
    let budget_place = root.key("budget");
    let budget = intake.take(wire.budget, &budget_place).unwrap_or_default();
    let locations: Vec<_> = objects(
        intake,
        wire.locations,
        &root.key("locations"),
        |intake, location, place| {
            let point = parts::point(intake, location.geometry, &place.key("geometry"));
            let place = place.key("address");
            let address = intake.take(location.address, &place).unwrap_or_default();
            (
                intake.words(address.region, &place.key("region")),
                intake.words(address.country_name, &place.key("countryName")),
                point,
            )
        },
    );
    let mut sectors = intake.list(wire.sector, &root.key("sector")).into_iter();
    let sector = sectors
        .next()
        .and_then(|sector| intake.words(sector, &root.key("sector").index(0)));

    let (parties, ties) = parts::parties(intake, wire.parties, &root.key("parties"));
    let contracting = contracting_processes(
        intake,
        wire.contracting_processes,
        &id,
        &root.key("contractingProcesses"),
    );
    let certified =
        parts::has_completion_certificate(intake, wire.documents, &root.key("documents"));
    let has_completion_certificate = contracting.has_completion_certificate.max(certified);
    let mut summaries = contracting.summaries;
    for (_, body) in &mut summaries {
        body.project_id = Some(id.clone());
        body.date = updated;
        body.parties = named_parties(body, &parties);
    }
    let project = Project {
        source,
        issues: Vec::new(),
        updated,
        title: intake.words(wire.title, &root.key("title")),
        // `completed` was renamed to `maintenance` in OC4IDS 0.9.4.
        status: intake
            .words(wire.status, &root.key("status"))
            .map(|status| {
                if status == "completed" {
                    Cow::Borrowed("maintenance")
                } else {
                    status
                }
            }),
        project_type: intake.words(wire.project_type, &root.key("type")),
        sector,
        region: locations.iter().find_map(|(region, ..)| region.clone()),
        country: locations.iter().find_map(|(_, country, _)| country.clone()),
        point: locations.iter().find_map(|(_, _, point)| *point),
        public_authority: intake
            .take(wire.public_authority, &root.key("publicAuthority"))
            .map(|authority| organization(intake, authority, &root.key("publicAuthority"))),
        parties,
        period: intake.period(&wire.period, &root.key("period")),
        budget: positive_money(intake, &budget.amount, &budget_place.key("amount")),
        budget_approved: intake.moment(&budget.approval_date, &budget_place.key("approvalDate")),
        completion_end: intake.moment(&completion.end_date, &completion_place.key("endDate")),
        completion_value: positive_money(
            intake,
            &completion.final_value,
            &completion_place.key("finalValue"),
        ),
        has_final_scope: intake
            .words(completion.final_scope, &completion_place.key("finalScope"))
            .is_some(),
        has_completion_certificate,
        milestones: objects(intake, wire.milestones, &root.key("milestones"), milestone),
        metrics: parts::metrics(intake, wire.metrics, &root.key("metrics")),
        forecasts: parts::metrics(intake, wire.forecasts, &root.key("forecasts")),
        transactions: transactions(intake, wire.transactions, &root.key("transactions")),
        ties,
        processes: contracting.processes,
        id,
    };
    Some((project, summaries))
}

/// What a project says of its contracting processes.
#[derive(Default)]
struct Contracting<'a> {
    processes: Vec<ProjectProcess<'a>>,
    /// What each summary says, with its position.
    summaries: Vec<(usize, ReleaseBody<'a>)>,
    /// Whether a completion certificate stands beside a contract whose works it certifies.
    has_completion_certificate: Option<bool>,
}

fn contracting_processes<'a>(
    intake: &mut Intake<'a>,
    wire: List<One<WireProjectProcess<'a>>>,
    project_id: &str,
    list_place: &Place<'_>,
) -> Contracting<'a> {
    let mut contracting = Contracting::default();
    for (index, item) in intake.list(wire, list_place).into_iter().enumerate() {
        let place = list_place.index(index);
        let Some(item) = intake.take(item, &place) else {
            continue;
        };
        let local_id = intake.identifier(item.id, &place.key("id"));
        let summary_place = place.key("summary");
        let mut summary = intake
            .take(item.summary, &summary_place)
            .unwrap_or_default();
        let certified = parts::has_completion_certificate(
            intake,
            std::mem::take(&mut summary.documents),
            &summary_place.key("documents"),
        );
        contracting.has_completion_certificate =
            contracting.has_completion_certificate.max(certified);
        let ocid = process_id(intake, project_id, local_id, summary.ocid.clone(), &place);
        let Some(ocid) = ocid else {
            intake.issue(&place, "", "contracting-process-without-identifier");
            continue;
        };
        let (natures, nature) = parts::natures(
            intake,
            std::mem::take(&mut summary.nature),
            &summary_place.key("nature"),
        );
        let body = summary_release(intake, summary, ocid, nature.as_deref(), &summary_place);
        contracting.processes.push(ProjectProcess {
            ocid: body.ocid.clone(),
            natures,
            suppliers: body
                .awards
                .iter()
                .flat_map(|award| award.suppliers.iter().cloned())
                .collect(),
        });
        contracting.summaries.push((index, body));
    }
    contracting
}

/// The ocid where there is one; else the project's identifier and the local one, so that two projects' process "1" stay apart.
fn process_id<'a>(
    intake: &mut Intake<'a>,
    project: &str,
    local_id: Option<Text<'a>>,
    ocid: Scalar<'a>,
    place: &Place<'_>,
) -> Option<Text<'a>> {
    if let Some(ocid) = intake.identifier(ocid, &place.key("summary").key("ocid")) {
        return Some(ocid);
    }
    let local_id = local_id?;
    if local_id.starts_with("ocds-") {
        return Some(local_id);
    }
    Some(Cow::Owned(format!("{project}/{local_id}")))
}

fn summary_release<'a>(
    intake: &mut Intake<'a>,
    wire: WireSummary<'a>,
    ocid: Text<'a>,
    nature: Option<&str>,
    place: &Place<'_>,
) -> ReleaseBody<'a> {
    let status = intake.words(wire.status, &place.key("status"));
    let mut summary_tender = intake
        .take(wire.tender, &place.key("tender"))
        .map_or_else(Tender::default, |wire| {
            tender(intake, wire, &place.key("tender"))
        });
    summary_tender.title = intake.words(wire.title, &place.key("title"));
    summary_tender.status.clone_from(&status);
    summary_tender.category = match nature {
        Some("construction") => Some(Cow::Borrowed("works")),
        Some("design" | "supervision") => Some(Cow::Borrowed("services")),
        _ => None,
    };
    let suppliers = objects(
        intake,
        wire.suppliers,
        &place.key("suppliers"),
        organization,
    );
    let value = positive_money(intake, &wire.contract_value, &place.key("contractValue"));
    let period = intake.period(&wire.contract_period, &place.key("contractPeriod"));
    let modifications = objects(
        intake,
        wire.modifications,
        &place.key("modifications"),
        modification,
    );
    let final_value = positive_money(intake, &wire.final_value, &place.key("finalValue"));
    let transactions = transactions(intake, wire.transactions, &place.key("transactions"));
    let has_contract =
        value.is_some() || !period.is_empty() || final_value.is_some() || !modifications.is_empty();
    let contract = has_contract.then(|| Contract {
        id: Some(ocid.clone()),
        position: 0,
        award_id: None,
        status: match status.as_deref() {
            Some("pre-award") => ContractStatus::Pending,
            Some("active") => ContractStatus::Active,
            Some("closed") => ContractStatus::Terminated,
            _ => ContractStatus::Unknown,
        },
        value,
        period,
        date_signed: None,
        suppliers: suppliers.clone(),
        amendments: None,
        modifications,
        final_value,
        transactions,
        milestones: objects(intake, wire.milestones, &place.key("milestones"), milestone),
        documents: None,
        items: Vec::new(),
    });
    let award = (!suppliers.is_empty() || value.is_some()).then(|| Award {
        id: None,
        position: 0,
        status: AwardStatus::Active,
        date: None,
        value,
        suppliers,
        related_lots: Vec::new(),
        related_bid: None,
        contract_period: period,
        documents: None,
        items: Vec::new(),
    });
    ReleaseBody {
        ocid,
        id: None,
        date: None,
        kind: ReleaseKind::Summary,
        tags: Tags::default(),
        project_id: None,
        buyer: None,
        parties: Vec::new(),
        planning_budget: None,
        tender: Some(summary_tender),
        bids: Vec::new(),
        bid_statistics: Vec::new(),
        awards: award.into_iter().collect(),
        contracts: contract.into_iter().collect(),
    }
}

/// Money of which zero is how publishers write "not known".
fn positive_money<'a>(
    intake: &mut Intake<'a>,
    money: &One<WireMoney<'a>>,
    place: &Place<'_>,
) -> Option<Money> {
    let money = intake.money(money, place);
    positive(intake, money, place)
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "`objects` hands over what it read"
)]
fn modification<'a>(
    intake: &mut Intake<'a>,
    wire: WireModification<'a>,
    place: &Place<'_>,
) -> Modification {
    Modification {
        date: intake.moment(&wire.date, &place.key("date")),
        new_value: intake.money(&wire.new_contract_value, &place.key("newContractValue")),
        new_period: intake.period(&wire.new_contract_period, &place.key("newContractPeriod")),
    }
}

/// A project and the releases of its summaries, as its text says.
/// Of a project's parties those that a summary names, and its buyers: who they are, and in which country, the project says. The bidders of one
/// process are strangers to another.
fn named_parties<'a>(body: &ReleaseBody<'a>, parties: &[Party<'a>]) -> Vec<Party<'a>> {
    let tenderers = body.tender.iter().flat_map(|tender| &tender.tenderers);
    let awarded = body.awards.iter().flat_map(|award| &award.suppliers);
    let contracted = body
        .contracts
        .iter()
        .flat_map(|contract| &contract.suppliers);
    let named: Vec<&str> = tenderers
        .chain(awarded)
        .chain(contracted)
        .filter_map(OrganizationRef::key)
        .collect();
    let is_named = |party: &&Party<'a>| {
        party
            .roles
            .has(Roles::BUYER | Roles::PROCURING_ENTITY | Roles::PUBLIC_AUTHORITY)
            || party
                .organization
                .key()
                .is_some_and(|key| named.contains(&key))
    };
    parties.iter().filter(is_named).cloned().collect()
}

#[cfg(test)]
pub(crate) fn project_of(text: &'static str) -> (Project<'static>, Vec<ReleaseBody<'static>>) {
    use super::loose::Loose as _;
    let mut wire = One::<WireProject<'static>>::Absent;
    One::read_into(&mut wire, &mut serde_json::Deserializer::from_str(text)).expect(text);
    let One::Object(wire) = wire else {
        panic!("not an object: {text}");
    };
    let source = Source {
        file: 0,
        line: 1,
        pointer: "".into(),
    };
    let (project, summaries) =
        project(&mut Intake::default(), wire, source).expect("a project with an identifier");
    (
        project,
        summaries.into_iter().map(|(_, body)| body).collect(),
    )
}
