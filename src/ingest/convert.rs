//! Releases: from what was read loosely to [`ReleaseBody`].

mod documents;
mod items;
mod parties;
mod payments;

pub(super) use documents::earlier;
pub(super) use parties::{organization, parties, party};
pub(super) use payments::transactions;

use crate::procurement::{
    Award, AwardStatus, Bid, BidStatistic, BidStatus, Contract, ContractStatus, Lot, Method,
    Milestone, ReleaseBody, ReleaseKind, Tags, Tender, Text,
};

use self::documents::{amendments, enquiries};
use super::{
    intake::{Intake, Place},
    loose::{List, One, Scalar},
    wire::{
        LotReference, WireAward, WireBid, WireBids, WireContract, WireMilestone, WireRelease,
        WireStatistic, WireTender,
    },
};

/// What one release says. Without an ocid there is nothing it could be about: the caller rejects it.
pub(super) fn release<'a>(
    intake: &mut Intake<'a>,
    wire: WireRelease<'a>,
    kind: Option<ReleaseKind>,
) -> Option<ReleaseBody<'a>> {
    let root = Place::ROOT;
    let ocid = intake.identifier(wire.ocid, &root.key("ocid"))?;
    let mut tags = Tags::default();
    let tag_place = root.key("tag");
    for (index, tag) in intake.list(wire.tag, &tag_place).into_iter().enumerate() {
        if let Some(tag) = intake.words(tag, &tag_place.index(index)) {
            tags.add(&tag);
        }
    }
    let kind = kind.unwrap_or(if tags.has(Tags::COMPILED) {
        ReleaseKind::Compiled
    } else {
        ReleaseKind::Release
    });
    let bids = intake
        .take(wire.bids, &root.key("bids"))
        .unwrap_or_default();
    let WireBids {
        details,
        statistics,
        ..
    } = bids;
    let planning_place = root.key("planning");
    let budget_place = planning_place.key("budget");
    let planning = intake
        .take(wire.planning, &planning_place)
        .and_then(|planning| intake.take(planning.budget, &budget_place));
    Some(ReleaseBody {
        id: intake.identifier(wire.id, &root.key("id")),
        date: intake.moment(&wire.date, &root.key("date")),
        kind,
        tags,
        project_id: None,
        buyer: intake
            .take(wire.buyer, &root.key("buyer"))
            .map(|buyer| organization(intake, buyer, &root.key("buyer"))),
        parties: parties(intake, wire.parties, &root.key("parties")),
        planning_budget: planning
            .and_then(|budget| intake.money(&budget.amount, &budget_place.key("amount"))),
        tender: intake
            .take(wire.tender, &root.key("tender"))
            .map(|wire| tender(intake, wire, &root.key("tender"))),
        bids: objects(intake, details, &root.key("bids").key("details"), bid),
        bid_statistics: objects(
            intake,
            statistics,
            &root.key("bids").key("statistics"),
            statistic,
        )
        .into_iter()
        .flatten()
        .collect(),
        awards: objects(intake, wire.awards, &root.key("awards"), award),
        contracts: objects(intake, wire.contracts, &root.key("contracts"), contract),
        ocid,
    })
}

/// Converts every object of a list, with its place.
pub(super) fn objects<'a, W, T>(
    intake: &mut Intake<'a>,
    list: List<One<W>>,
    place: &Place<'_>,
    convert: impl Fn(&mut Intake<'a>, W, &Place<'_>) -> T,
) -> Vec<T> {
    let items = intake.list(list, place);
    let mut converted = Vec::with_capacity(items.len());
    for (index, item) in items.into_iter().enumerate() {
        let place = place.index(index);
        if let Some(item) = intake.take(item, &place) {
            converted.push(convert(intake, item, &place));
        }
    }
    converted
}

pub(super) fn tender<'a>(
    intake: &mut Intake<'a>,
    wire: WireTender<'a>,
    place: &Place<'_>,
) -> Tender<'a> {
    let value = match intake.money(&wire.value, &place.key("value")) {
        Some(value) => Some(value),
        None => intake.money(&wire.cost_estimate, &place.key("costEstimate")),
    };
    let (items, item_class) = items::of_tender(intake, wire.items, &place.key("items"));
    let documents = documents::of_tender(intake, wire.documents, &place.key("documents"));
    Tender {
        title: intake.words(wire.title, &place.key("title")),
        status: intake.words(wire.status, &place.key("status")),
        method: method(
            intake,
            wire.procurement_method,
            &place.key("procurementMethod"),
        ),
        method_details: intake.words(
            wire.procurement_method_details,
            &place.key("procurementMethodDetails"),
        ),
        category: category(
            intake,
            wire.main_procurement_category,
            &place.key("mainProcurementCategory"),
        ),
        award_criteria: intake.words(wire.award_criteria, &place.key("awardCriteria")),
        has_electronic_auction: has_electronic_auction(
            intake,
            wire.submission_method,
            &place.key("submissionMethod"),
        ),
        value: positive(intake, value, &place.key("value")),
        period: intake.period(&wire.tender_period, &place.key("tenderPeriod")),
        published: intake.moment(&wire.date_published, &place.key("datePublished")),
        number_of_tenderers: intake
            .count(&wire.number_of_tenderers, &place.key("numberOfTenderers")),
        tenderers: objects(
            intake,
            wire.tenderers,
            &place.key("tenderers"),
            organization,
        ),
        procuring_entity: intake
            .take(wire.procuring_entity, &place.key("procuringEntity"))
            .map(|entity| organization(intake, entity, &place.key("procuringEntity"))),
        lots: lots(intake, wire.lots, &place.key("lots")),
        item_class,
        rationale_characters: [
            characters(
                intake,
                wire.procurement_method_rationale,
                &place.key("procurementMethodRationale"),
            ),
            characters(
                intake,
                wire.procurement_method_rationale_details,
                &place.key("procurementMethodRationaleDetails"),
            ),
        ],
        documents: documents.types,
        notice_published: documents.notice_published,
        terms_dates: documents.terms_dates,
        amendments: amendments(intake, wire.amendments, wire.amendment, place).unwrap_or_default(),
        enquiries: enquiries(intake, wire.enquiries, &place.key("enquiries")),
        items,
    }
}

/// Whether one of the methods of submission is an electronic auction; unknown where none is published.
fn has_electronic_auction<'a>(
    intake: &mut Intake<'a>,
    methods: List<Scalar<'a>>,
    place: &Place<'_>,
) -> Option<bool> {
    let methods = intake.list(methods, place);
    (!methods.is_empty()).then(|| {
        methods.into_iter().enumerate().any(|(index, method)| {
            let method = intake.words(method, &place.index(index));
            method.is_some_and(|method| method.eq_ignore_ascii_case("electronicAuction"))
        })
    })
}

/// How much is said, without what surrounds it.
fn characters<'a>(intake: &mut Intake<'a>, scalar: Scalar<'a>, place: &Place<'_>) -> Option<u32> {
    let words = intake.words(scalar, place)?;
    u32::try_from(words.chars().count()).ok()
}

/// An estimate or value of zero is how publishers write "not known".
pub(super) fn positive(
    intake: &mut Intake<'_>,
    value: Option<crate::procurement::Money>,
    place: &Place<'_>,
) -> Option<crate::procurement::Money> {
    match value {
        Some(value) if value.amount == 0.0 => {
            intake.issue(&place.key("amount"), "0", "amount-of-zero-read-as-unknown");
            None
        }
        value => value,
    }
}

fn lots<'a>(
    intake: &mut Intake<'a>,
    wire: List<One<super::wire::WireLot<'a>>>,
    place: &Place<'_>,
) -> Vec<Lot<'a>> {
    let items = intake.list(wire, place);
    let mut lots = Vec::with_capacity(items.len());
    for (position, item) in (0..).zip(items) {
        let place = place.index(position as usize);
        if let Some(lot) = intake.take(item, &place) {
            let value = intake.money(&lot.value, &place.key("value"));
            lots.push(Lot {
                id: intake.identifier(lot.id, &place.key("id")),
                position,
                status: intake.words(lot.status, &place.key("status")),
                value: positive(intake, value, &place.key("value")),
            });
        }
    }
    lots
}

fn method<'a>(intake: &mut Intake<'a>, scalar: Scalar<'a>, place: &Place<'_>) -> Option<Method> {
    let text = intake.words(scalar, place)?;
    let method = match text.to_ascii_lowercase().as_str() {
        "open" => Some(Method::Open),
        "selective" => Some(Method::Selective),
        "limited" => Some(Method::Limited),
        "direct" => Some(Method::Direct),
        _ => None,
    };
    if method.is_none() {
        intake.issue(place, &text, "code-outside-codelist");
    }
    method
}

fn category<'a>(
    intake: &mut Intake<'a>,
    scalar: Scalar<'a>,
    place: &Place<'_>,
) -> Option<Text<'a>> {
    let words = intake.words(scalar, place)?;
    if !matches!(&*words, "goods" | "works" | "services") {
        intake.issue(place, &words, "code-outside-codelist");
    }
    Some(words)
}

fn bid<'a>(intake: &mut Intake<'a>, wire: WireBid<'a>, place: &Place<'_>) -> Bid<'a> {
    let mut related_lots = lot_identifiers(intake, wire.related_lots, &place.key("relatedLots"));
    related_lots.extend(lot_identifiers(
        intake,
        wire.related_lot,
        &place.key("relatedLot"),
    ));
    let status = intake
        .words(wire.status, &place.key("status"))
        .map(|status| bid_status(intake, &status, &place.key("status")));
    Bid {
        id: intake.identifier(wire.id, &place.key("id")),
        date: intake.moment(&wire.date, &place.key("date")),
        status,
        tenderers: objects(
            intake,
            wire.tenderers,
            &place.key("tenderers"),
            organization,
        ),
        value: intake.money(&wire.value, &place.key("value")),
        related_lots,
    }
}

/// The bid status codelist of the bid extension, and the words that publishers use beside it.
fn bid_status(intake: &mut Intake<'_>, text: &str, place: &Place<'_>) -> BidStatus {
    let (status, listed) = match text {
        "invited" => (BidStatus::Invited, true),
        "pending" => (BidStatus::Submitted, true),
        "valid" => (BidStatus::Valid, true),
        "disqualified" => (BidStatus::Disqualified, true),
        "withdrawn" => (BidStatus::Withdrawn, true),
        _ => match text
            .to_ascii_lowercase()
            .replace(['-', '_', ' '], "")
            .as_str()
        {
            "valid" | "active" | "qualified" | "accepted" | "awarded" | "winner" => {
                (BidStatus::Valid, false)
            }
            "disqualified"
            | "notqualified"
            | "unqualified"
            | "rejected"
            | "invalid"
            | "invalidpreselection"
            | "unsuccessful" => (BidStatus::Disqualified, false),
            "withdrawn" | "cancelled" | "canceled" | "deleted" => (BidStatus::Withdrawn, false),
            "invited" | "draft" => (BidStatus::Invited, false),
            _ => (BidStatus::Submitted, false),
        },
    };
    if !listed {
        intake.issue(
            place,
            text,
            match status {
                BidStatus::Valid => "bid-status-outside-codelist-read-as-valid",
                BidStatus::Disqualified => "bid-status-outside-codelist-read-as-disqualified",
                BidStatus::Withdrawn => "bid-status-outside-codelist-read-as-withdrawn",
                BidStatus::Invited => "bid-status-outside-codelist-read-as-invited",
                BidStatus::Submitted => "bid-status-outside-codelist-read-as-submitted",
            },
        );
    }
    status
}

fn statistic<'a>(
    intake: &mut Intake<'a>,
    wire: WireStatistic<'a>,
    place: &Place<'_>,
) -> Option<BidStatistic<'a>> {
    Some(BidStatistic {
        measure: intake.words(wire.measure, &place.key("measure"))?,
        value: intake.number(&wire.value, &place.key("value"))?,
        related_lot: intake.identifier(wire.related_lot, &place.key("relatedLot")),
    })
}

fn award<'a>(intake: &mut Intake<'a>, wire: WireAward<'a>, place: &Place<'_>) -> Award<'a> {
    let mut related_lots = lot_identifiers(intake, wire.related_lots, &place.key("relatedLots"));
    related_lots.extend(lot_identifiers(
        intake,
        wire.related_lot,
        &place.key("relatedLot"),
    ));
    related_lots.extend(lot_identifiers(intake, wire.lot_id, &place.key("lotID")));
    let status = match intake.words(wire.status, &place.key("status")).as_deref() {
        None => AwardStatus::Unknown,
        Some("active") => AwardStatus::Active,
        Some("pending") => AwardStatus::Pending,
        Some("cancelled") => AwardStatus::Cancelled,
        Some("unsuccessful") => AwardStatus::Unsuccessful,
        Some(other) => {
            intake.issue(&place.key("status"), other, "code-outside-codelist");
            AwardStatus::Unknown
        }
    };
    let value = intake.money(&wire.value, &place.key("value"));
    Award {
        id: intake.identifier(wire.id, &place.key("id")),
        position: place.position(),
        status,
        date: intake.moment(&wire.date, &place.key("date")),
        value: positive(intake, value, &place.key("value")),
        suppliers: objects(
            intake,
            wire.suppliers,
            &place.key("suppliers"),
            organization,
        ),
        related_lots,
        related_bid: intake.identifier(wire.related_bid, &place.key("relatedBid")),
        contract_period: intake.period(&wire.contract_period, &place.key("contractPeriod")),
        documents: documents::types(intake, wire.documents, &place.key("documents")),
        items: items::of_parent(intake, wire.items, place),
    }
}

fn contract<'a>(
    intake: &mut Intake<'a>,
    wire: WireContract<'a>,
    place: &Place<'_>,
) -> Contract<'a> {
    let status = match intake.words(wire.status, &place.key("status")).as_deref() {
        None => ContractStatus::Unknown,
        Some("active") => ContractStatus::Active,
        Some("pending") => ContractStatus::Pending,
        Some("cancelled") => ContractStatus::Cancelled,
        Some("terminated") => ContractStatus::Terminated,
        Some(other) => {
            intake.issue(&place.key("status"), other, "code-outside-codelist");
            ContractStatus::Unknown
        }
    };
    let implementation_place = place.key("implementation");
    let implementation = intake
        .take(wire.implementation, &implementation_place)
        .unwrap_or_default();
    let value = intake.money(&wire.value, &place.key("value"));
    Contract {
        id: intake.identifier(wire.id, &place.key("id")),
        position: place.position(),
        award_id: intake.identifier(wire.award_id, &place.key("awardID")),
        status,
        value: positive(intake, value, &place.key("value")),
        period: intake.period(&wire.period, &place.key("period")),
        date_signed: intake.moment(&wire.date_signed, &place.key("dateSigned")),
        suppliers: objects(
            intake,
            wire.suppliers,
            &place.key("suppliers"),
            organization,
        ),
        amendments: amendments(intake, wire.amendments, wire.amendment, place),
        modifications: Vec::new(),
        final_value: None,
        transactions: transactions(
            intake,
            implementation.transactions,
            &implementation_place.key("transactions"),
        ),
        milestones: objects(
            intake,
            implementation.milestones,
            &implementation_place.key("milestones"),
            milestone,
        ),
        documents: documents::types(intake, wire.documents, &place.key("documents")),
        items: items::of_parent(intake, wire.items, place),
    }
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "`objects` hands over what it read"
)]
pub(super) fn milestone<'a>(
    intake: &mut Intake<'a>,
    wire: WireMilestone<'a>,
    place: &Place<'_>,
) -> Milestone {
    Milestone {
        due: intake.moment(&wire.due_date, &place.key("dueDate")),
        met: intake.moment(&wire.date_met, &place.key("dateMet")),
    }
}

fn lot_identifiers<'a>(
    intake: &mut Intake<'a>,
    wire: List<LotReference<'a>>,
    place: &Place<'_>,
) -> Vec<Text<'a>> {
    let mut lots = Vec::new();
    // A lone identifier is how `relatedLot` and `lotID` are meant.
    for (index, item) in wire.items.into_iter().enumerate() {
        let place = place.index(index);
        let lot = match item {
            LotReference::Identifier(scalar) => intake.identifier(scalar, &place),
            LotReference::Object(object) => {
                intake.issue(&place, "{…}", "object-for-identifier");
                intake
                    .identifier(object.id, &place)
                    .or_else(|| intake.identifier(object.lot_id, &place))
            }
        };
        lots.extend(lot);
    }
    lots
}

/// The process that these releases make.
#[cfg(test)]
pub(crate) fn process_of(releases: &[&'static str]) -> super::merge::Process<'static> {
    use super::loose::Loose as _;
    let releases = releases.iter().map(|text| {
        let mut wire = One::<WireRelease<'static>>::Absent;
        One::read_into(&mut wire, &mut serde_json::Deserializer::from_str(text)).expect(text);
        let mut intake = Intake::default();
        let wire = intake.take(wire, &Place::ROOT).expect(text);
        crate::procurement::Release {
            source: crate::procurement::Source {
                file: 0,
                line: 1,
                pointer: "".into(),
            },
            issues: Vec::new(),
            body: release(&mut intake, wire, None).expect("a release with an ocid"),
        }
    });
    super::merge::process(releases.collect())
}
