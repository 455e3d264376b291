//! The truth about a project, and about the processes that are published nowhere else.

use super::calendar::TODAY;
use super::firms::Contact;
use super::model::Indicator;
use super::project_parts::{Nature, Part};
use super::project_schemes::Fate;
use super::projects::Project;
use super::truth;
use super::truth_line::TruthLine;
use super::truth_process::THRESHOLDS_FROM;

impl Project {
    /// Every pattern that the project shows, and those of the processes that are published nowhere else.
    pub(super) fn list(&self) -> Vec<TruthLine> {
        let mut lines: Vec<TruthLine> = self
            .shown()
            .into_iter()
            .map(|indicator| TruthLine {
                project_id: Some(self.id.clone()),
                ..TruthLine::new(indicator, "project", &self.planted)
            })
            .collect();
        for part in self.parts.iter().filter(|part| !part.is_linked) {
            list_part(part, &mut lines);
        }
        lines
    }

    fn shown(&self) -> Vec<Indicator> {
        let contracted: i64 = self.sum(|part| part.contract.current_cents);
        let cost = self.final_cents.unwrap_or(contracted);
        let late_days = self
            .completed
            .map_or(0, |ended| ended.day() - self.period.end.day());
        let is_built = self.status != "cancelled";
        let seen = [
            (
                Indicator::ProjectCostOverrun,
                truth::cost_overrun(self.budget_cents, cost),
            ),
            (
                Indicator::ProjectDelay,
                truth::delay(self.period.days(), late_days),
            ),
            (Indicator::StalledWorks, self.stands_still()),
            (
                Indicator::PaidAheadOfProgress,
                self.progress
                    .last()
                    .is_some_and(|last| last.financial - last.physical > 20),
            ),
            (
                Indicator::SupervisorNotIndependent,
                is_built && self.builder_supervises(),
            ),
            (
                Indicator::SplitByLocation,
                self.fate == Fate::Neighbour
                    && self.has_neighbour
                    && self.period.start.day() >= THRESHOLDS_FROM,
            ),
            (
                Indicator::ScopeCutPriceKept,
                self.quantity
                    .built
                    .is_some_and(|built| built * 10 <= self.quantity.planned * 9)
                    && cost * 100 >= self.sum(|part| part.contract.original_cents) * 95,
            ),
            (Indicator::UnitCostOutlier, self.is_dear(cost)),
            (
                Indicator::ClosedWithoutEvidence,
                self.is_closed_without_evidence(),
            ),
        ];
        seen.into_iter()
            .filter_map(|(indicator, is_seen)| is_seen.then_some(indicator))
            .collect()
    }

    fn sum(&self, of: impl Fn(&Part) -> i64) -> i64 {
        self.parts.iter().map(of).sum()
    }

    /// Under construction, and nothing more was built for half a year.
    fn stands_still(&self) -> bool {
        let mut last_step = None;
        let mut highest = -1;
        for observed in &self.progress {
            if observed.physical > highest {
                highest = observed.physical;
                last_step = Some(observed.day.day());
            }
        }
        self.status == "implementation"
            && highest < 100
            && last_step.is_some_and(|day| TODAY - day >= 180)
    }

    /// The firm that builds or designs supervises as well, or is reached where the one that supervises is.
    fn builder_supervises(&self) -> bool {
        let contact_of = |firm: u32| {
            let other = self.contacts.iter().find(|(number, _)| *number == firm);
            other.map_or_else(|| Contact::of(firm), |(_, contact)| contact.clone())
        };
        let supervisors = self
            .parts
            .iter()
            .filter(|part| part.nature == Nature::Supervision);
        supervisors.into_iter().any(|supervision| {
            let supervisor = contact_of(supervision.supplier.firm);
            self.parts
                .iter()
                .filter(|part| part.nature != Nature::Supervision)
                .any(|part| {
                    let builder = contact_of(part.supplier.firm);
                    part.supplier.firm == supervision.supplier.firm
                        || builder.telephone == supervisor.telephone
                        || builder.email == supervisor.email
                        || builder.street == supervisor.street
                })
        })
    }

    /// A unit costs four times what it does elsewhere.
    fn is_dear(&self, cost: i64) -> bool {
        cost / self.quantity.planned >= 4 * super::projects::unit_of(&self.title).1
    }

    /// Completed without a certificate or a final value, or given up after a twentieth of the budget was spent.
    fn is_closed_without_evidence(&self) -> bool {
        let spent: i64 = self.transactions.iter().map(|paid| paid.cents).sum();
        (self.completed.is_some() && (!self.has_certificate || self.final_cents.is_none()))
            || (self.status == "cancelled" && spent * 20 > self.budget_cents)
    }
}

fn list_part(part: &Part, lines: &mut Vec<TruthLine>) {
    let mut list = |indicator, subject, planted| {
        lines.push(TruthLine {
            ocid: Some(part.ocid.clone()),
            ..TruthLine::new(indicator, subject, planted)
        });
    };
    match part.tenderers.len() {
        1 => list(Indicator::SingleBid, "lot", part.planted),
        2 => list(Indicator::FewBidders, "lot", part.planted),
        _ => {}
    }
    if truth::at_or_above_estimate(part.contract.original_cents, part.estimate_cents, true) {
        list(
            Indicator::AwardAtOrAboveEstimate,
            "lot",
            &[Indicator::AwardAtOrAboveEstimate],
        );
    }
    for indicator in truth::of_contract(&part.contract, None, true) {
        list(indicator, "contract", part.contract.planted);
    }
}
