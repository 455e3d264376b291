//! Surroundings: what of a population one process or project is judged beside that arrives after it was put together.
//!
//! The distributions of peers are the [baseline](super::baseline)'s. Here is the rest, as of the assessment that left it: purchases that could be parts of a split
//! one or failed before a direct award, projects, and who can be reached by which contact. Whoever arrives stands in it in the place of what was
//! known of it, or in the place that is its own by order, and changes it for nobody else: what is said of one does not depend on who
//! arrived with it or before. What is said is what the population says where nothing else is new, because it is computed by the
//! same functions over the few that matter.

use polars::prelude::Column;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::{
    baseline::Baseline,
    nearby, peers,
    points::{Points, ProcessPoint, ProjectPoint},
    together::{FAILED_WINDOW_DAYS, SPLIT_WINDOW_DAYS, Together, day_of_failure, part_of_split},
};
use crate::{facts::Subject, ingest::key_of};

/// A purchase that may be named in the evidence of another.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Purchase {
    ocid: Box<str>,
    point: ProcessPoint,
}

/// What a population leaves.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Surroundings {
    /// In the order of their keys, as all members of a population.
    purchases: Vec<Purchase>,
    projects: Vec<ProjectPoint>,
    /// Contacts with the parties that have them, in the order of the contacts.
    contacts: Vec<(u64, Vec<i64>)>,
    #[serde(skip)]
    places: Places,
}

/// Where those of one buyer and class, or of one authority, stand.
#[derive(Debug, Default)]
struct Places {
    purchases: FxHashMap<(i64, i64), Vec<u32>>,
    projects: FxHashMap<i64, Vec<u32>>,
}

impl Surroundings {
    pub(super) fn of(mut points: Points) -> Self {
        let ocids = &mut points.ocids;
        let purchases = (0_u32..)
            .zip(points.processes)
            .filter(|(_, point)| part_of_split(point).is_some() || day_of_failure(point).is_some())
            .filter_map(|(position, point)| {
                let ocid = ocids.remove(&position)?;
                Some(Purchase { ocid, point })
            })
            .collect();
        Self {
            purchases,
            projects: points.projects,
            contacts: points.contacts.into_shared_values(),
            places: Places::default(),
        }
    }

    /// Ready to be asked, after it was read.
    pub(crate) fn indexed(mut self) -> Self {
        let mut places = Places::default();
        for (place, Purchase { point, .. }) in (0_u32..).zip(&self.purchases) {
            let of_one = (point.buyer_key, point.traits.class_key);
            places.purchases.entry(of_one).or_default().push(place);
        }
        for (place, project) in (0_u32..).zip(&self.projects) {
            let of_one = project.authority_key;
            places.projects.entry(of_one).or_default().push(place);
        }
        self.places = places;
        self
    }

    /// The population facts of one process, its lots, its contracts and its items, in the order of the dictionaries. `points` hold that process and nothing else.
    pub(crate) fn of_process<const N: usize>(
        &self,
        mut points: Points,
        ocid: &str,
        baseline: &Baseline,
        subjects: [Subject; N],
    ) -> [Vec<Column>; N] {
        points.contacts.add_holders(&self.contacts);
        subjects.map(|subject| {
            let rows = match subject {
                Subject::Lot => points.lots.len(),
                Subject::Contract => points.contracts.len(),
                Subject::Item => points.items.len(),
                _ => points.processes.len(),
            };
            let mut columns = peers(subject, &points, baseline, &(0..rows));
            if subject == Subject::Process {
                let (beside, place) = self.beside_purchase(&points.processes[0], ocid);
                columns.extend(Together::of(&beside).columns(&beside, place..place + 1));
                columns.extend(points.contacts.columns(0..1));
            }
            columns
        })
    }

    /// The population facts of some projects, in the order of the dictionary. `points` hold those projects and nothing else.
    pub(crate) fn of_projects(&self, points: &Points, baseline: &Baseline) -> Vec<Column> {
        let rows = 0..points.projects.len();
        let mut columns = peers(Subject::Project, points, baseline, &rows);
        let mut near: Vec<Column> = Vec::new();
        for project in &points.projects {
            let (beside, place) = self.beside_project(project);
            let at = i64::try_from(place).expect("a position among projects");
            let own = nearby::columns(&beside)
                .into_iter()
                .map(|column| column.slice(at, 1));
            if near.is_empty() {
                near = own.collect();
            } else {
                for (column, own) in near.iter_mut().zip(own) {
                    column
                        .append_owned(own)
                        .expect("the same columns have the same types");
                }
            }
        }
        columns.extend(near);
        columns
    }

    /// A purchase among those of its buyer and class that are near it in time, and its place among them.
    fn beside_purchase(&self, purchase: &ProcessPoint, ocid: &str) -> (Points, usize) {
        let of_one = (purchase.buyer_key, purchase.traits.class_key);
        let day = purchase.day();
        // What is further away shares no window with it, and is remembered no more.
        let is_near = |other: &ProcessPoint| {
            let apart = |other_day: i32| day.map(|day| i64::from(day) - i64::from(other_day));
            let is_part = part_of_split(other)
                .and_then(|(other_day, _)| apart(other_day))
                .is_some_and(|days| days.abs() < i64::from(SPLIT_WINDOW_DAYS));
            let has_failed = day_of_failure(other)
                .and_then(apart)
                .is_some_and(|days| (0..=i64::from(FAILED_WINDOW_DAYS)).contains(&days));
            is_part || has_failed
        };
        let mut beside: Vec<(i64, &str, &ProcessPoint)> = self
            .places
            .purchases
            .get(&of_one)
            .into_iter()
            .flatten()
            .map(|place| &self.purchases[*place as usize])
            .filter(|other| *other.ocid != *ocid && is_near(&other.point))
            .map(|other| (key_of(&other.ocid), &*other.ocid, &other.point))
            .collect();
        let place = insert(&mut beside, (key_of(ocid), ocid, purchase));
        let mut points = Points::default();
        for (position, (_, ocid, point)) in (0_u32..).zip(beside) {
            points.ocids.insert(position, ocid.into());
            points.processes.push(point.clone());
        }
        (points, place)
    }

    /// A project among those of its authority, and its place among them.
    fn beside_project(&self, project: &ProjectPoint) -> (Points, usize) {
        let id = &*project.project_id;
        let mut beside: Vec<(i64, &str, &ProjectPoint)> = self
            .places
            .projects
            .get(&project.authority_key)
            .into_iter()
            .flatten()
            .map(|place| &self.projects[*place as usize])
            .filter(|other| *other.project_id != *id)
            .map(|other| (key_of(&other.project_id), &*other.project_id, other))
            .collect();
        let place = insert(&mut beside, (key_of(id), id, project));
        let points = Points {
            projects: beside
                .into_iter()
                .map(|(_, _, project)| project.clone())
                .collect(),
            ..Points::default()
        };
        (points, place)
    }
}

/// Puts a member in its place by key and identifier, and gives that place.
fn insert<'m, P>(members: &mut Vec<(i64, &'m str, &'m P)>, member: (i64, &'m str, &'m P)) -> usize {
    let place = members.partition_point(|other| (other.0, other.1) < (member.0, member.1));
    members.insert(place, member);
    place
}

#[cfg(test)]
mod tests {
    use polars::prelude::DataFrame;
    use proptest::prelude::*;

    use super::*;
    use crate::{
        facts::table::frame,
        population::points::{Method, Traits},
    };

    /// Day, buyer, class, currency, method, whether it failed, amount: few of each, so that they meet.
    type Drawn = (i32, i64, i64, i64, u8, bool, u8);

    fn drawn() -> impl Strategy<Value = Drawn> {
        (
            0..600,
            0..3_i64,
            0..2_i64,
            1..3_i64,
            0..4_u8,
            any::<bool>(),
            1..40_u8,
        )
    }

    fn process((day, buyer, class, currency, method, has_failed, amount): Drawn) -> ProcessPoint {
        ProcessPoint {
            traits: Traits {
                method: match method {
                    0 => Method::Open,
                    1 => Method::Limited,
                    _ => Method::Direct,
                },
                class_key: class,
                ..Traits::default()
            },
            buyer_key: buyer,
            currency_key: currency,
            has_failed,
            award_day: Some(day),
            opened_day: Some(day - 20),
            tender_end_day: Some(day - 3),
            estimate: Some(f64::from(amount)),
            awarded: (!has_failed).then_some(f64::from(amount)),
            award_count: u32::from(!has_failed),
            competition_threshold: Some(50.0),
            supplier_key: i64::from(amount % 2) + 1,
        }
    }

    /// A population in the order of its keys.
    fn points(drawn: Vec<Drawn>) -> (Points, Vec<String>) {
        let mut ocids: Vec<String> = (0..drawn.len())
            .map(|number| format!("o-{number}"))
            .collect();
        ocids.sort_by_key(|ocid| key_of(ocid));
        let processes: Vec<ProcessPoint> = drawn.into_iter().map(process).collect();
        let named = (0_u32..)
            .zip(&processes)
            .zip(&ocids)
            .filter(|((_, point), _)| {
                let can_be_named = point.has_failed || point.traits.method.is_restricted();
                can_be_named && point.buyer_key != 0 && point.traits.class_key != 0
            });
        let points = Points {
            ocids: named
                .map(|((position, _), ocid)| (position, ocid.as_str().into()))
                .collect(),
            processes,
            ..Points::default()
        };
        (points, ocids)
    }

    fn said(together: &Together, points: &Points, place: usize) -> DataFrame {
        frame(together.columns(points, place..place + 1))
    }

    proptest! {
        /// What a population says of a purchase, its surroundings say: of one that was among them, and of one that joins them.
        #[test]
        fn the_few_that_matter_say_what_all_say(drawn in prop::collection::vec(drawn(), 1..60), joins in any::<prop::sample::Index>()) {
            let (all, ocids) = points(drawn);
            let together = Together::of(&all);
            let surroundings = Surroundings::of(all.clone()).indexed();
            for (place, ocid) in ocids.iter().enumerate() {
                let (beside, own) = surroundings.beside_purchase(&all.processes[place], ocid);
                prop_assert!(said(&together, &all, place).equals_missing(&said(&Together::of(&beside), &beside, own)), "{ocid}");
            }
            let place = joins.index(ocids.len());
            let position = u32::try_from(place).unwrap_or_default();
            let mut others = all.clone();
            others.processes.remove(place);
            others.ocids = all
                .ocids
                .iter()
                .filter(|(held, _)| **held != position)
                .map(|(held, ocid)| (held - u32::from(*held > position), ocid.clone()))
                .collect();
            let surroundings = Surroundings::of(others).indexed();
            let (beside, own) = surroundings.beside_purchase(&all.processes[place], &ocids[place]);
            prop_assert!(said(&together, &all, place).equals_missing(&said(&Together::of(&beside), &beside, own)));
        }
    }
}
