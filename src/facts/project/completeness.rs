//! How much of what can be expected of a project at its stage is published. Never part of risk.

use super::super::{process::quality::share_of_expected, rows::ProjectRow};
use crate::procurement::Project;

/// The fields that the catalogue's indicators of projects are made of and that the `CoST` Infrastructure Data Standard asks for, of those that can be
/// expected at the status reached (the choice is ours). Contracts are expected once works began, and what was built in the end once they are done.
pub(super) fn fill(row: &mut ProjectRow<'_>, project: &Project<'_>) {
    let is_planned = matches!(
        project.status.as_deref(),
        Some("identification" | "preparation")
    );
    let is_done = row.is_completed == Some(true);
    let fields = [
        ("title", true, row.title.is_some()),
        ("status", true, row.project_status.is_some()),
        ("type", true, row.project_type.is_some()),
        ("sector", true, row.sector.is_some()),
        (
            "locations",
            true,
            row.region.is_some() || project.point.is_some(),
        ),
        (
            "publicAuthority",
            true,
            row.public_authority_id.is_some() || row.public_authority_name.is_some(),
        ),
        ("budget/amount", true, row.budget_amount.is_some()),
        (
            "budget/approvalDate",
            true,
            project.budget_approved.is_some(),
        ),
        ("period/startDate", true, row.planned_start_day.is_some()),
        ("period/endDate", true, row.planned_end_day.is_some()),
        (
            "contractingProcesses",
            !is_planned,
            !project.processes.is_empty(),
        ),
        (
            "contractingProcesses/summary/contractValue",
            !is_planned && !project.processes.is_empty(),
            row.contracts_original_amount.is_some(),
        ),
        (
            "completion/endDate",
            is_done,
            project.completion_end.is_some(),
        ),
        (
            "completion/finalValue",
            is_done,
            project.completion_value.is_some(),
        ),
        ("completion/finalScope", is_done, project.has_final_scope),
        (
            "documents",
            is_done,
            project.has_completion_certificate.is_some(),
        ),
    ];
    let (ratio, names) = share_of_expected(&fields);
    row.completeness_ratio = Some(ratio);
    row.missing_fields = names;
}
