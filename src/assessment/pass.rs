//! The first pass over every part, and what it found in all of them.

use std::collections::BTreeMap;

use super::{
    AssessmentError, Counts,
    parts::in_order,
    rows::{Found, Held, Rows, count_issues, currency_key},
};
use crate::{
    coverage::PublisherCounts,
    facts::{party::Parties, project::ContractSums, tables::ProjectTables},
    jurisdiction::Jurisdictions,
    population::points::{Offsets, Points},
};

/// What the first pass found in all parts.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) parties: Parties,
    pub(super) sums: BTreeMap<i64, ContractSums>,
    pub(super) counts: Counts,
    pub(super) issues: BTreeMap<String, u64>,
    pub(super) points: Points,
    pub(super) publishers: PublisherCounts,
    /// The tables of each part, and where its rows begin in the population.
    pub(super) held: Vec<(Held, Offsets)>,
}

impl Gathered {
    fn add(&mut self, found: Found) {
        self.parties.merge(found.parties);
        self.sums.extend(found.sums);
        self.counts.add(&found.counts);
        for (reason, number) in found.issues {
            *self.issues.entry(reason).or_default() += number;
        }
        self.publishers.merge(found.publishers);
        self.held.push((found.held, self.points.offsets()));
        self.points.append(found.points);
    }

    /// Adds what projects say: they are few, and made once all processes are.
    pub(super) fn add_projects(
        &mut self,
        projects: &ProjectTables<'_>,
        jurisdictions: &Jurisdictions,
    ) {
        self.counts.projects = projects.projects.len() as u64;
        self.counts.repeated_releases += projects.repeated;
        self.counts.data_issues += projects.issues.len() as u64;
        count_issues(&mut self.issues, &projects.issues);
        for project in &projects.projects {
            self.publishers
                .add(project.project_id.as_deref().unwrap_or_default());
        }
        self.points
            .add_projects(projects, |currency| currency_key(jurisdictions, currency));
    }

    /// Data issues by reason, most frequent first.
    pub(super) fn issues_by_number(self) -> Vec<(String, u64)> {
        let mut issues: Vec<_> = self.issues.into_iter().collect();
        issues.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
        issues
    }
}

/// The first pass over every part.
pub(super) fn gather(rows: &Rows<'_>, threads: usize) -> Result<Gathered, AssessmentError> {
    let mut gathered = Gathered::default();
    let parts = rows.parts();
    let work: Vec<_> = (0..parts).collect();
    in_order(
        threads,
        work,
        |part, _| rows.part(part, parts),
        |found| {
            gathered.add(found);
            true
        },
    )?;
    Ok(gathered)
}
