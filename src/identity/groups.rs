//! Groups of similar names: a view for readers, guarded so that a chain of small resemblances does not tie strangers.
//!
//! Pairs are what is known; a group is what they add up to. Names are united by pairs at the alert threshold, weaker pairs attach a name only to a
//! group whose most typical name it resembles, and groups that grow large are cut at higher and higher scores until every member fits.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use super::{
    index::{Index, Pair},
    weights::ALERT,
};

/// Score from which a weaker pair may attach a name (docs/supplier-names.md).
const LEAST_ATTACHING: f32 = 0.5;

/// Score with the most typical name that a newcomer needs (docs/supplier-names.md).
const LEAST_FIT: f32 = 0.7;

/// Names above which a group is cut at a higher score (docs/supplier-names.md).
const LARGEST_UNCUT: usize = 12;

/// Names above which every member must fit the most typical one.
const LARGEST_UNCHECKED: usize = 40;

/// How far each higher cut goes towards 1.
const CUTS: [f32; 5] = [0.95, 0.98, 0.99, 0.995, 0.999];

/// Rows with similar names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// Its rows, in order.
    pub rows: Vec<u32>,
    /// The row whose name is most like the others'.
    pub medoid: u32,
}

fn root(parents: &mut [u32], mut row: u32) -> u32 {
    while parents[row as usize] != row {
        parents[row as usize] = parents[parents[row as usize] as usize];
        row = parents[row as usize];
    }
    row
}

/// Groups of at least two rows, in the order of their first rows. `pairs` as [`Index::pairs`] gives them from a score of 0.5.
#[must_use]
pub fn group(index: &Index, pairs: &[Pair]) -> Vec<Group> {
    let rows = index.counts().rows;
    let mut edges: FxHashMap<(u32, u32), f32> = FxHashMap::default();
    for pair in pairs.iter().filter(|pair| pair.score >= LEAST_ATTACHING) {
        if pair.class.is_similar() || pair.score < ALERT {
            edges.insert(
                (pair.left.min(pair.right), pair.left.max(pair.right)),
                pair.score,
            );
        }
    }
    let strong: Vec<(u32, u32, f32)> = pairs
        .iter()
        .filter(|pair| pair.score >= ALERT && pair.class.is_similar())
        .map(|pair| (pair.left, pair.right, pair.score))
        .collect();
    let all: Vec<u32> = (0..super::vocabulary::number(rows)).collect();
    let mut groups = Vec::new();
    for members in components(&all, &strong, rows) {
        cut(members, &strong, &edges, 0, &mut groups);
    }
    attach(pairs, &edges, rows, &mut groups);
    groups.sort_by(|a, b| a.rows.cmp(&b.rows));
    groups
}

/// Connected rows, groups of two and more.
fn components(members: &[u32], edges: &[(u32, u32, f32)], rows: usize) -> Vec<Vec<u32>> {
    let mut parents: Vec<u32> = (0..super::vocabulary::number(rows)).collect();
    for (left, right, _) in edges {
        let (a, b) = (root(&mut parents, *left), root(&mut parents, *right));
        // The smaller row leads, so that the order of edges does not show.
        parents[a.max(b) as usize] = a.min(b);
    }
    let mut of_root: Vec<(u32, u32)> = members
        .iter()
        .map(|row| (root(&mut parents, *row), *row))
        .collect();
    of_root.sort_unstable();
    of_root
        .chunk_by(|a, b| a.0 == b.0)
        .filter(|group| group.len() > 1)
        .map(|group| group.iter().map(|(_, row)| *row).collect())
        .collect()
}

fn score(edges: &FxHashMap<(u32, u32), f32>, a: u32, b: u32) -> f32 {
    if a == b {
        return 1.0;
    }
    edges.get(&(a.min(b), a.max(b))).copied().unwrap_or(0.0)
}

/// The row most like the others; of equals the first.
fn medoid(members: &[u32], edges: &FxHashMap<(u32, u32), f32>) -> u32 {
    let mut best = (members[0], -1.0_f32);
    for row in members {
        let sum = members.iter().map(|other| score(edges, *row, *other)).sum();
        if sum > best.1 {
            best = (*row, sum);
        }
    }
    best.0
}

/// Cuts a group that is too large at the next higher score, and drops members that do not fit from what stays large.
fn cut(
    members: Vec<u32>,
    strong: &[(u32, u32, f32)],
    edges: &FxHashMap<(u32, u32), f32>,
    level: usize,
    groups: &mut Vec<Group>,
) {
    let medoid = medoid(&members, edges);
    let fits = |row: &u32| score(edges, medoid, *row) >= LEAST_FIT;
    if members.len() <= LARGEST_UNCUT || members.iter().all(fits) {
        groups.push(Group {
            rows: members,
            medoid,
        });
        return;
    }
    if level == CUTS.len() {
        // What fits stays; the others start again among themselves.
        let (stay, leave): (Vec<u32>, Vec<u32>) = if members.len() > LARGEST_UNCHECKED {
            members.into_iter().partition(fits)
        } else {
            (members, Vec::new())
        };
        if stay.len() > 1 {
            groups.push(Group { rows: stay, medoid });
        }
        if leave.len() > 1 {
            let among = within(&leave, strong, 0.0);
            for members in local_components(&leave, &among) {
                cut(members, &among, edges, level, groups);
            }
        }
        return;
    }
    let among = within(&members, strong, CUTS[level]);
    for members in local_components(&members, &among) {
        cut(members, &among, edges, level + 1, groups);
    }
}

/// Edges among members, from a score.
fn within(members: &[u32], edges: &[(u32, u32, f32)], least: f32) -> Vec<(u32, u32, f32)> {
    edges
        .iter()
        .filter(|(left, right, score)| {
            *score >= least
                && members.binary_search(left).is_ok()
                && members.binary_search(right).is_ok()
        })
        .copied()
        .collect()
}

/// [`components`] of few rows, without room for all.
fn local_components(members: &[u32], edges: &[(u32, u32, f32)]) -> Vec<Vec<u32>> {
    let place = |row: &u32| {
        super::vocabulary::number(
            members
                .binary_search(row)
                .expect("edges are among the members"),
        )
    };
    let local: Vec<(u32, u32, f32)> = edges
        .iter()
        .map(|(left, right, score)| (place(left), place(right), *score))
        .collect();
    let all: Vec<u32> = (0..super::vocabulary::number(members.len())).collect();
    components(&all, &local, members.len())
        .into_iter()
        .map(|group| group.iter().map(|at| members[*at as usize]).collect())
        .collect()
}

/// Attaches rows in no group to the group they resemble, strongest pairs first.
fn attach(pairs: &[Pair], edges: &FxHashMap<(u32, u32), f32>, rows: usize, groups: &mut [Group]) {
    let mut group_of = vec![u32::MAX; rows];
    for (place, group) in groups.iter().enumerate() {
        for row in &group.rows {
            group_of[*row as usize] = super::vocabulary::number(place);
        }
    }
    for pair in pairs
        .iter()
        .filter(|pair| (LEAST_ATTACHING..ALERT).contains(&pair.score))
    {
        let of = (group_of[pair.left as usize], group_of[pair.right as usize]);
        let (newcomer, place) = match of {
            (u32::MAX, place) if place != u32::MAX => (pair.left, place),
            (place, u32::MAX) if place != u32::MAX => (pair.right, place),
            _ => continue,
        };
        let group = &mut groups[place as usize];
        if score(edges, group.medoid, newcomer) >= LEAST_FIT {
            group.rows.push(newcomer);
            group_of[newcomer as usize] = place;
        }
    }
    for group in groups {
        group.rows.sort_unstable();
    }
}
