//! One project of all its versions, with the first budget, plan and forecasts that its facts are held against.

use crate::procurement::{Issue, Metric, Money, Period, Project, ReleaseKind, Source};

use super::{Version, replace, replace_list, update_period};

/// One project with its history.
#[derive(Clone, Debug)]
pub(crate) struct ProjectHistory<'a> {
    /// As it stands.
    pub(crate) project: Project<'a>,
    /// Every version, first to last.
    pub(crate) versions: Vec<Version<'a>>,
    pub(crate) issues: Vec<(usize, Issue<'a>)>,
    /// The first budget and plan known, with their versions.
    pub(crate) first_budget: Option<(usize, Money)>,
    pub(crate) first_period: Option<(usize, Period)>,
    /// What each forecast was when it was first published.
    pub(crate) first_forecasts: Vec<Metric<'a>>,
    pub(crate) repeated: u64,
}

/// Merges the versions of one project; there must be at least one.
pub(crate) fn project(mut projects: Vec<Project<'_>>) -> ProjectHistory<'_> {
    let order = |project: &Project<'_>| {
        let seconds = project
            .updated
            .map_or(i64::MIN, |updated| updated.utc_seconds(None));
        (
            seconds,
            project.source.file,
            project.source.line,
            project.source.pointer.to_string(),
        )
    };
    projects.sort_by_key(order);
    let before = projects.len();
    let mut kept: Vec<Project<'_>> = Vec::with_capacity(before);
    for project in projects {
        let is_repeated = kept
            .iter()
            .rev()
            .take_while(|other| other.updated == project.updated)
            .any(|other| says_the_same(other, &project));
        if !is_repeated {
            kept.push(project);
        }
    }
    let repeated = (before - kept.len()) as u64;
    let mut history: Option<ProjectHistory<'_>> = None;
    for (index, mut project) in kept.into_iter().enumerate() {
        let version = Version {
            source: project.source.clone(),
            id: None,
            date: project.updated,
            kind: ReleaseKind::Summary,
        };
        let issues: Vec<_> = std::mem::take(&mut project.issues)
            .into_iter()
            .map(|issue| (index, issue))
            .collect();
        let budget = project.budget.map(|budget| (index, budget));
        let period = Some(project.period)
            .filter(|period| period.end.is_some())
            .map(|period| (index, period));
        match &mut history {
            None => {
                history = Some(ProjectHistory {
                    first_forecasts: project.forecasts.clone(),
                    project,
                    versions: vec![version],
                    issues,
                    first_budget: budget,
                    first_period: period,
                    repeated,
                });
            }
            Some(history) => {
                history.versions.push(version);
                history.issues.extend(issues);
                history.first_budget = history.first_budget.or(budget);
                history.first_period = history.first_period.or(period);
                for forecast in &project.forecasts {
                    let is_known = |first: &Metric<'_>| first.id == forecast.id;
                    if !history.first_forecasts.iter().any(is_known) {
                        history.first_forecasts.push(forecast.clone());
                    }
                }
                update_project(&mut history.project, project);
            }
        }
    }
    history.expect("a project has at least one version")
}

fn says_the_same(one: &Project<'_>, other: &Project<'_>) -> bool {
    let without_place = |project: &Project<'_>| {
        let mut project = project.clone();
        project.source = Source {
            file: 0,
            line: 0,
            pointer: "".into(),
        };
        postcard::to_allocvec(&project).expect("a project holds nothing that cannot be encoded")
    };
    without_place(one) == without_place(other)
}

fn update_project<'a>(old: &mut Project<'a>, new: Project<'a>) {
    replace(&mut old.updated, new.updated);
    replace(&mut old.title, new.title);
    replace(&mut old.status, new.status);
    replace(&mut old.project_type, new.project_type);
    replace(&mut old.sector, new.sector);
    replace(&mut old.region, new.region);
    replace(&mut old.country, new.country);
    replace(&mut old.public_authority, new.public_authority);
    replace_list(&mut old.parties, new.parties);
    update_period(&mut old.period, new.period);
    replace(&mut old.budget, new.budget);
    replace(&mut old.budget_approved, new.budget_approved);
    replace(&mut old.completion_end, new.completion_end);
    replace(&mut old.completion_value, new.completion_value);
    old.has_final_scope |= new.has_final_scope;
    old.has_completion_certificate = old
        .has_completion_certificate
        .max(new.has_completion_certificate);
    replace_list(&mut old.milestones, new.milestones);
    update_metrics(&mut old.metrics, new.metrics);
    replace_list(&mut old.forecasts, new.forecasts);
    replace(&mut old.transactions, new.transactions);
    replace(&mut old.point, new.point);
    replace_list(&mut old.ties, new.ties);
    for process in new.processes {
        match old
            .processes
            .iter_mut()
            .find(|known| known.ocid == process.ocid)
        {
            Some(known) => {
                if !process.natures.is_empty() {
                    known.natures = process.natures;
                }
                replace_list(&mut known.suppliers, process.suppliers);
            }
            None => old.processes.push(process),
        }
    }
    old.source = new.source;
}

/// Measurements are kept from version to version: many publishers show the last one only. One for the same day replaces the one before.
fn update_metrics<'a>(old: &mut Vec<Metric<'a>>, new: Vec<Metric<'a>>) {
    for metric in new {
        match old.iter_mut().find(|known| known.id == metric.id) {
            Some(known) => {
                let days: Vec<_> = metric
                    .observations
                    .iter()
                    .map(|observation| observation.date)
                    .collect();
                known
                    .observations
                    .retain(|observation| !days.contains(&observation.date));
                known.observations.extend(metric.observations);
            }
            None => old.push(metric),
        }
    }
}
