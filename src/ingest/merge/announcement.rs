//! How a tender was announced and its deadline set, as far as the order of the versions tells.

use crate::procurement::{Moment, ReleaseBody, ReleaseKind, Tags};

/// What the versions of a process tell of its announcement. Compiled releases and summaries have no history and tell nothing.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Announcement {
    /// The date of the first release that is about the tender and of no award yet.
    pub(crate) tender_released: Option<Moment>,
    /// Whether any version speaks of no award yet.
    pub(crate) has_version_before_award: bool,
    /// The date of the first release that speaks of an award.
    pub(crate) award_released: Option<Moment>,
    /// How the first release stands to the award.
    pub(crate) start: Start,
    /// The first deadline that was published.
    pub(crate) first_deadline: Option<Moment>,
    /// Differently dated releases that give a deadline.
    pub(crate) deadlines_seen: usize,
    last_deadline_release: Option<i64>,
}

/// What the first release of a process is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Start {
    /// There is no release.
    #[default]
    Unknown,
    /// It speaks of no award.
    BeforeAward,
    /// It speaks of an award, and does not say that it is about the tender as well.
    WithAward,
    /// It is about the tender and its award at once: the state of a process, as compiled releases are, and not its history.
    WithEverything,
}

impl Announcement {
    /// Takes in the next release, in the order of their dates.
    pub(super) fn note(&mut self, body: &ReleaseBody<'_>) {
        if body.kind != ReleaseKind::Release {
            return;
        }
        let is_about_award = body.tags.has(Tags::AWARD | Tags::CONTRACT);
        let has_award = is_about_award || !body.awards.is_empty() || !body.contracts.is_empty();
        if self.start == Start::Unknown {
            self.start = if !has_award {
                Start::BeforeAward
            } else if body.tags.has(Tags::TENDER) || !is_about_award {
                Start::WithEverything
            } else {
                Start::WithAward
            };
        }
        if has_award {
            self.award_released = self.award_released.or(body.date);
        } else if self.award_released.is_none() {
            self.has_version_before_award = true;
            if body.tags.has(Tags::TENDER) {
                self.tender_released = self.tender_released.or(body.date);
            }
        }
        if let Some(deadline) = body.tender.as_ref().and_then(|tender| tender.period.end) {
            self.first_deadline = self.first_deadline.or(Some(deadline));
            let date = body.date.map(|date| date.utc_seconds(None));
            if self.deadlines_seen == 0 || self.last_deadline_release != date {
                self.deadlines_seen += 1;
                self.last_deadline_release = date;
            }
        }
    }
}
