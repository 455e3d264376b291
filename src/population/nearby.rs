//! Projects of one authority side by side: works of one kind that lie next to each other and begin together, each below the threshold.

use polars::prelude::{Column, IntoColumn, NamedFrom, Series};
use rustc_hash::FxHashMap;

use super::points::{Points, ProjectPoint};

/// How near, and how close in time: the catalogue's (split-by-location).
const NEAR_METRES: f64 = 1_000.0;
const WINDOW_DAYS: i32 = 180;
/// Mean radius of the earth (IUGG).
const EARTH_RADIUS_METRES: f64 = 6_371_008.8;
/// Projects listed beside one; more are counted, not listed.
const LISTED: usize = 10;

/// The columns of every project, in the order of the dictionary.
pub(super) fn columns(points: &Points) -> Vec<Column> {
    let mut groups: FxHashMap<(i64, i64, i64, i64), Vec<usize>> = FxHashMap::default();
    for (position, project) in points.projects.iter().enumerate() {
        if is_part(project) {
            groups
                .entry((
                    project.authority_key,
                    project.traits.class_key,
                    project.traits.division_key,
                    project.currency_key,
                ))
                .or_default()
                .push(position);
        }
    }
    let mut counts = Vec::with_capacity(points.projects.len());
    let mut amounts = Vec::with_capacity(points.projects.len());
    let mut lists = Vec::with_capacity(points.projects.len());
    for (position, project) in points.projects.iter().enumerate() {
        let group = groups.get(&(
            project.authority_key,
            project.traits.class_key,
            project.traits.division_key,
            project.currency_key,
        ));
        let Some(group) = group.filter(|_| is_part(project)) else {
            counts.push(None);
            amounts.push(None);
            lists.push(None);
            continue;
        };
        // Itself among them.
        let near: Vec<&ProjectPoint> = group
            .iter()
            .map(|other| &points.projects[*other])
            .filter(|other| is_near(project, other))
            .collect();
        debug_assert!(group.contains(&position), "a project is in its own group");
        counts.push(i64::try_from(near.len()).ok());
        amounts.push(Some(
            near.iter().filter_map(|other| other.amount).sum::<f64>(),
        ));
        lists.push((near.len() > 1).then(|| listed(&near)));
    }
    vec![
        Series::new("nearby_project_count".into(), counts).into_column(),
        Series::new("nearby_amount".into(), amounts).into_column(),
        Series::new("nearby_project_ids".into(), lists).into_column(),
    ]
}

/// Whether a project could be a part: below the threshold, of a known authority, place and time.
fn is_part(project: &ProjectPoint) -> bool {
    project.authority_key != 0
        && project.traits.class_key != 0
        && project.location.is_some()
        && project.planned_start_day.is_some()
        && project
            .competition_threshold
            .zip(project.amount)
            .is_some_and(|(threshold, amount)| amount > 0.0 && amount < threshold)
}

fn is_near(one: &ProjectPoint, other: &ProjectPoint) -> bool {
    let together = one
        .planned_start_day
        .zip(other.planned_start_day)
        .is_some_and(|(one, other)| (one - other).abs() <= WINDOW_DAYS);
    together
        && one
            .location
            .zip(other.location)
            .is_some_and(|(one, other)| metres(one, other) <= NEAR_METRES)
}

/// The length of the great circle between two places, by the haversine formula (Sinnott 1984).
fn metres((longitude, latitude): (f64, f64), (other_longitude, other_latitude): (f64, f64)) -> f64 {
    let half = |one: f64, other: f64| ((other - one).to_radians() / 2.0).sin().powi(2);
    let chord = half(latitude, other_latitude)
        + latitude.to_radians().cos()
            * other_latitude.to_radians().cos()
            * half(longitude, other_longitude);
    2.0 * EARTH_RADIUS_METRES * chord.sqrt().min(1.0).asin()
}

fn listed(near: &[&ProjectPoint]) -> String {
    let mut ids: Vec<&str> = near.iter().map(|project| &*project.project_id).collect();
    ids.sort_unstable();
    let more = ids.len().saturating_sub(LISTED);
    ids.truncate(LISTED);
    let list = ids.join(", ");
    if more == 0 {
        list
    } else {
        format!("{list}, +{more}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_those_of_the_globe() {
        // By the spherical law of cosines, worked out in Python with the same radius.
        let distance = metres((-79.52, 8.98), (-79.50, 9.00));
        assert!((distance - 3_125.813_88).abs() < 1e-3, "{distance}");
        assert!(metres((-79.52, 8.98), (-79.52, 8.98)).abs() < f64::EPSILON);
    }
}
