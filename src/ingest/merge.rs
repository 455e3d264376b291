//! One process of all its releases, in the order of their dates, with the history that its contracts need.
//!
//! As in OCDS merging, what a later release says replaces what an earlier one said, lists whose elements have identifiers merge by
//! identifier, other lists are replaced; what a release leaves out stays. The summary of an OC4IDS project joins last: it holds the
//! *initial* value and period of the contract and its modifications, and fills what no release said.

mod announcement;
mod project;
mod update;

use crate::procurement::{
    Award, Bid, BidStatistic, Contract, Currency, Issue, Moment, Money, OrganizationRef, Party,
    Period, Release, ReleaseBody, ReleaseKind, Source, Tags, Tender, Text,
};

pub(crate) use announcement::{Announcement, Start};
pub(crate) use project::{ProjectHistory, project};
use update::{
    fill_tender, merge, merge_known, place_items, replace, replace_list, unite, update_award,
    update_bid, update_period, update_tender,
};

/// One published version of a process.
#[derive(Clone, Debug)]
pub(crate) struct Version<'a> {
    pub(crate) source: Source<'a>,
    pub(crate) id: Option<Text<'a>>,
    pub(crate) date: Option<Moment>,
    pub(crate) kind: ReleaseKind,
}

/// Something of a list, with the version that spoke of it last.
#[derive(Clone, Debug)]
pub(crate) struct Held<T> {
    pub(crate) item: T,
    pub(crate) version: usize,
}

/// A contract with its history.
#[derive(Clone, Debug)]
pub(crate) struct ContractHistory<'a> {
    /// As it stands.
    pub(crate) contract: Contract<'a>,
    /// The version that spoke of it last, and the one its original is from.
    pub(crate) version: usize,
    pub(crate) original: Original,
    /// Dates of versions in which its value or period was another than before.
    pub(crate) changes: Vec<Moment>,
    /// Differently dated versions that speak of it.
    pub(crate) dates_seen: usize,
    last_date_seconds: Option<i64>,
    /// Whether its initial value, modifications and final value come from an OC4IDS summary, and which version that is.
    pub(crate) summary_version: Option<usize>,
}

/// A contract in the first version in which it has a value and a period, or else in the first version.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Original {
    pub(crate) value: Option<Money>,
    pub(crate) period: Period,
    pub(crate) version: usize,
    pub(crate) position: u32,
    /// Whether it had been amended already.
    pub(crate) is_amended: bool,
}

impl Original {
    fn is_complete(&self) -> bool {
        self.value.is_some() && self.period.end.is_some()
    }

    fn of(contract: &Contract<'_>, version: usize) -> Self {
        Self {
            value: contract.value,
            period: contract.period,
            version,
            position: contract.position,
            is_amended: contract
                .amendments
                .as_ref()
                .is_some_and(|amendments| !amendments.is_empty()),
        }
    }
}

/// One contracting process with its history.
#[derive(Clone, Debug)]
pub(crate) struct Process<'a> {
    pub(crate) ocid: Text<'a>,
    pub(crate) versions: Vec<Version<'a>>,
    pub(crate) issues: Vec<(usize, Issue<'a>)>,
    /// Releases that said again what another had said.
    pub(crate) repeated: u64,
    /// Releases with the identifier of another that say something else.
    pub(crate) conflicting: usize,
    pub(crate) project_id: Option<Text<'a>>,
    pub(crate) tags: Tags,
    pub(crate) buyer: Option<OrganizationRef<'a>>,
    pub(crate) parties: Vec<Party<'a>>,
    pub(crate) planning_budget: Option<Money>,
    pub(crate) tender: Option<Tender<'a>>,
    pub(crate) bids: Vec<Bid<'a>>,
    pub(crate) bid_statistics: Vec<BidStatistic<'a>>,
    pub(crate) awards: Vec<Held<Award<'a>>>,
    pub(crate) contracts: Vec<ContractHistory<'a>>,
    /// Whether the estimate was public in a version before any award; unknown where no such version is there.
    pub(crate) estimate_published: Option<bool>,
    /// What the versions tell of how the tender was announced and its deadline set.
    pub(crate) announcement: Announcement,
    /// The last version that spoke of the tender, of bids, and of anything.
    pub(crate) tender_version: usize,
    pub(crate) bids_version: usize,
}

/// Merges the releases of one process; there must be at least one.
pub(crate) fn process(mut releases: Vec<Release<'_>>) -> Process<'_> {
    releases.sort_by(|one, other| order(one).cmp(&order(other)));
    let before = releases.len();
    let mut kept: Vec<Release<'_>> = Vec::with_capacity(before);
    for release in releases {
        // What is said twice stands next to itself, or apart only by releases of the same date.
        let is_repeated = kept
            .iter()
            .rev()
            .take_while(|other| same_date(other, &release))
            .any(|other| other.body == release.body);
        if !is_repeated {
            kept.push(release);
        }
    }
    let repeated = (before - kept.len()) as u64;
    let conflicting = conflicting(&kept);
    let mut versions = kept.into_iter().enumerate();
    let (_, first) = versions.next().expect("a process has at least one release");
    let mut process = Process {
        ocid: first.body.ocid.clone(),
        versions: Vec::new(),
        issues: Vec::new(),
        repeated,
        conflicting,
        project_id: None,
        tags: Tags::default(),
        buyer: None,
        parties: Vec::new(),
        planning_budget: None,
        tender: None,
        bids: Vec::new(),
        bid_statistics: Vec::new(),
        awards: Vec::new(),
        contracts: Vec::new(),
        estimate_published: None,
        announcement: Announcement::default(),
        tender_version: 0,
        bids_version: 0,
    };
    process.add(0, first);
    for (index, release) in versions {
        process.add(index, release);
    }
    process
}

/// Releases that bear the identifier of another of their kind: those that say the same are not among them any more. A compiled release may bear that of the last
/// release it was made of.
fn conflicting(kept: &[Release<'_>]) -> usize {
    if kept.len() < 2 {
        return 0;
    }
    let mut ids: Vec<_> = kept
        .iter()
        .filter(|release| release.body.kind != ReleaseKind::Summary)
        .filter_map(|release| Some((release.body.kind, release.body.id.as_deref()?)))
        .collect();
    let published = ids.len();
    ids.sort_unstable();
    ids.dedup();
    published - ids.len()
}

fn same_date(one: &Release<'_>, other: &Release<'_>) -> bool {
    one.body.date.map(|date| date.utc_seconds(None))
        == other.body.date.map(|date| date.utc_seconds(None))
}

/// By date; without one, a release stands first and a compiled release last. Summaries stand last whatever their date. The rest breaks ties by rule.
fn order<'r>(
    release: &'r Release<'_>,
) -> (bool, i64, ReleaseKind, Option<&'r str>, u32, u64, &'r str) {
    let is_summary = release.body.kind == ReleaseKind::Summary;
    let without_date = if release.body.kind == ReleaseKind::Compiled {
        i64::MAX
    } else {
        i64::MIN
    };
    let seconds = release
        .body
        .date
        .map_or(without_date, |date| date.utc_seconds(None));
    (
        is_summary,
        seconds,
        release.body.kind,
        release.body.id.as_deref(),
        release.source.file,
        release.source.line,
        &release.source.pointer,
    )
}

impl<'a> Process<'a> {
    fn add(&mut self, version: usize, release: Release<'a>) {
        let Release {
            source,
            issues,
            body,
        } = release;
        self.issues
            .extend(issues.into_iter().map(|issue| (version, issue)));
        self.versions.push(Version {
            source,
            id: body.id.clone(),
            date: body.date,
            kind: body.kind,
        });
        if body.kind == ReleaseKind::Summary {
            self.add_summary(version, body)
        } else {
            self.add_release(version, body)
        }
    }

    fn add_release(&mut self, version: usize, mut body: ReleaseBody<'a>) {
        place_items(&mut body, version);
        self.tags = self.tags.with(body.tags);
        self.note_estimate(&body);
        self.announcement.note(&body);
        replace(&mut self.buyer, body.buyer);
        replace(&mut self.planning_budget, body.planning_budget);
        merge(
            &mut self.parties,
            body.parties,
            |party| party.organization.id.as_deref(),
            |old, new| {
                // The same party may be given once per role.
                let roles = old.roles.with(new.roles);
                let contacts = std::mem::take(&mut old.contacts);
                *old = new;
                old.roles = roles;
                if old.contacts.is_empty() {
                    old.contacts = contacts;
                }
            },
        );
        if let Some(tender) = body.tender {
            self.tender_version = version;
            match &mut self.tender {
                Some(old) => update_tender(old, tender),
                None => self.tender = Some(tender),
            }
        }
        if !body.bids.is_empty() {
            self.bids_version = version;
            merge(
                &mut self.bids,
                body.bids,
                |bid| bid.id.as_deref(),
                update_bid,
            );
        }
        if !body.bid_statistics.is_empty() {
            self.bid_statistics = body.bid_statistics;
        }
        let awards = body
            .awards
            .into_iter()
            .map(|item| Held { item, version })
            .collect();
        merge(
            &mut self.awards,
            awards,
            |award| award.item.id.as_deref(),
            update_award,
        );
        let contracts = body
            .contracts
            .into_iter()
            .map(|contract| ContractHistory::new(contract, version, body.date))
            .collect();
        merge(
            &mut self.contracts,
            contracts,
            |history| history.contract.id.as_deref(),
            ContractHistory::update,
        );
    }

    /// The estimate was public if a version that speaks of the tender and of no award yet already held it.
    fn note_estimate(&mut self, body: &ReleaseBody<'_>) {
        let before_award = body.kind == ReleaseKind::Release
            && body.tags.has(Tags::TENDER)
            && !body.tags.has(Tags::AWARD | Tags::CONTRACT)
            && body.awards.is_empty();
        if before_award && self.awards.is_empty() {
            let has_estimate = body.tender.as_ref().is_some_and(|tender| {
                tender.value.is_some() || tender.lots.iter().any(|lot| lot.value.is_some())
            });
            self.estimate_published = Some(self.estimate_published == Some(true) || has_estimate);
        }
    }

    fn add_summary(&mut self, version: usize, body: ReleaseBody<'a>) {
        replace(&mut self.project_id, body.project_id);
        let is_alone = self.versions[..version]
            .iter()
            .all(|other| other.kind == ReleaseKind::Summary);
        match (&mut self.tender, body.tender) {
            (Some(tender), Some(summary)) if !is_alone => fill_tender(tender, summary),
            (_, Some(summary)) => {
                self.tender = Some(summary);
                self.tender_version = version;
            }
            (_, None) => {}
        }
        if is_alone {
            self.parties = body.parties;
        }
        if is_alone || self.awards.is_empty() {
            self.awards = body
                .awards
                .into_iter()
                .map(|item| Held { item, version })
                .collect();
        }
        let Some(contract) = body.contracts.into_iter().next() else {
            return;
        };
        let standing = self
            .contracts
            .iter()
            .filter(|history| {
                history.contract.status != crate::procurement::ContractStatus::Cancelled
            })
            .count();
        match (is_alone, standing) {
            (true, _) | (false, 0) => {
                let mut history = ContractHistory::new(contract, version, body.date);
                history.summary_version = Some(version);
                self.contracts
                    .retain(|history| history.summary_version.is_none());
                self.contracts.push(history);
            }
            (false, 1) => {
                let history = self
                    .contracts
                    .iter_mut()
                    .find(|history| {
                        history.contract.status != crate::procurement::ContractStatus::Cancelled
                    })
                    .expect("one contract stands");
                history.join_summary(contract, version);
            }
            // A summary of several contracts gives their sum: it cannot be told apart again.
            (false, _) => self.issues.push((
                version,
                Issue {
                    pointer: "/contractValue".into(),
                    value: standing.to_string().into(),
                    reason: "summary-covers-several-contracts".into(),
                },
            )),
        }
    }
}

impl<'a> ContractHistory<'a> {
    fn new(contract: Contract<'a>, version: usize, date: Option<Moment>) -> Self {
        let original = Original::of(&contract, version);
        let last_date_seconds = date.map(|date| date.utc_seconds(None));
        Self {
            contract,
            version,
            original,
            changes: date.into_iter().collect(),
            dates_seen: 1,
            last_date_seconds,
            summary_version: None,
        }
    }

    /// Takes in what a later version says of this contract.
    fn update(&mut self, later: Self) {
        let date = later.changes.first().copied();
        let new = later.contract;
        let changed = differs(self.contract.value, new.value)
            || (new.period.end.is_some()
                && self.contract.period.end.is_some()
                && new.period.end != self.contract.period.end);
        if later.last_date_seconds != self.last_date_seconds {
            self.dates_seen += 1;
            self.last_date_seconds = later.last_date_seconds;
        }
        if changed {
            self.changes.extend(date);
        }
        if !self.original.is_complete() && later.original.is_complete() {
            self.original = later.original;
        }
        self.version = later.version;
        let old = &mut self.contract;
        old.position = new.position;
        replace(&mut old.award_id, new.award_id);
        if new.status != crate::procurement::ContractStatus::Unknown {
            old.status = new.status;
        }
        replace(&mut old.value, new.value);
        update_period(&mut old.period, new.period);
        replace(&mut old.date_signed, new.date_signed);
        replace_list(&mut old.suppliers, new.suppliers);
        merge_known(&mut old.amendments, new.amendments, |amendment| {
            amendment.id.as_deref()
        });
        merge_known(&mut old.transactions, new.transactions, |transaction| {
            transaction.id.as_deref()
        });
        replace_list(&mut old.milestones, new.milestones);
        unite(&mut old.documents, new.documents);
        replace_list(&mut old.items, new.items);
    }

    /// Dates on which its value or period changed between versions.
    pub(crate) fn change_dates(&self) -> &[Moment] {
        // The first entry is the date of the first version itself, when it had one.
        &self.changes[self.changes.len().min(1)..]
    }

    fn join_summary(&mut self, summary: Contract<'a>, version: usize) {
        self.original = Original::of(&summary, version);
        self.summary_version = Some(version);
        let contract = &mut self.contract;
        contract.modifications = summary.modifications;
        contract.final_value = summary.final_value;
        if contract.value.is_none() {
            contract.value = summary.value;
        }
        if contract.period.is_empty() {
            contract.period = summary.period;
        }
        if contract.transactions.is_none() {
            contract.transactions = summary.transactions;
        }
        if contract.milestones.is_empty() {
            contract.milestones = summary.milestones;
        }
        if contract.status == crate::procurement::ContractStatus::Unknown {
            contract.status = summary.status;
        }
    }
}

/// Whether a value is another than it was; a currency left out is the one that was there.
fn differs(old: Option<Money>, new: Option<Money>) -> bool {
    match (old, new) {
        (Some(old), Some(new)) => {
            let same_currency =
                |a: Option<Currency>, b: Option<Currency>| a.is_none() || b.is_none() || a == b;
            old.cents() != new.cents() || !same_currency(old.currency, new.currency)
        }
        _ => false,
    }
}
