//! Groups of bidders that all bid with each other: maximal cliques of the graph of joint bids.

use petgraph::algo::maximal_cliques;
use petgraph::graph::UnGraph;
use std::collections::BTreeMap;

/// Members from which on bidders are a group and not a pair.
const LEAST_MEMBERS: usize = 3;

/// Groups of bidders, and who was not looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cliques {
    /// Maximal cliques of at least three: members ascend, and so do groups. A bidder may be in several.
    pub groups: Vec<Vec<u32>>,
    /// Bidders with more neighbours than the bound, ascending. Groups are those of the graph without them.
    pub left_out: Vec<u32>,
}

/// Finds the maximal cliques of at least three bidders of which every two have met at least `minimum_joint_count` times.
///
/// `edges` are two bidders and how often both bid, in any order; a pair that stands there twice counts as its larger number, a bidder beside
/// itself not at all.
///
/// *Bound on work*: a bidder with more than `maximum_degree` neighbours is left out, with all its edges, and reported; all such at once, so their
/// order does not matter. Those who meet everybody are hubs of a market, and a graph of `d` neighbours may have 3^(d/3) cliques (Moon & Moser
/// 1965): 59,049 for 30, two million for 40. The bidders that stay are taken by ascending degree; each is searched for cliques with those after
/// it, so that petgraph's search (Bron & Kerbosch 1973 with pivot) sees graphs of at most `maximum_degree` vertices and never the adjacency matrix
/// of a whole component. A clique found so is kept unless somebody before it knows all its members.
#[must_use]
pub fn cliques(
    edges: &[(u32, u32, u32)],
    minimum_joint_count: u32,
    maximum_degree: usize,
) -> Cliques {
    let mut pairs: Vec<(u32, u32)> = edges
        .iter()
        .filter(|(one, other, count)| one != other && minimum_joint_count <= *count)
        .flat_map(|(one, other, _)| [(*one, *other), (*other, *one)])
        .collect();
    pairs.sort_unstable();
    pairs.dedup();
    let everybody = neighbours_of(&pairs);
    let left_out: Vec<u32> = everybody
        .iter()
        .filter(|(_, neighbours)| maximum_degree < neighbours.len())
        .map(|(bidder, _)| *bidder)
        .collect();
    let is_left_out = |bidder: u32| left_out.binary_search(&bidder).is_ok();
    pairs.retain(|(one, other)| !is_left_out(*one) && !is_left_out(*other));
    let neighbours = neighbours_of(&pairs);

    let mut groups = Vec::new();
    for (bidder, around) in &neighbours {
        let place = |other: u32| (neighbours[&other].len(), other);
        let (before, after): (Vec<u32>, Vec<u32>) = around
            .iter()
            .partition(|other| place(**other) < place(*bidder));
        let know_each_other = |one: u32, other: u32| neighbours[&one].binary_search(&other).is_ok();
        for mut group in cliques_among(&after, know_each_other) {
            let can_grow = before
                .iter()
                .any(|other| group.iter().all(|member| know_each_other(*other, *member)));
            group.push(*bidder);
            if LEAST_MEMBERS <= group.len() && !can_grow {
                group.sort_unstable();
                groups.push(group);
            }
        }
    }
    groups.sort_unstable();
    Cliques { groups, left_out }
}

/// Ascending pairs, by their first.
fn neighbours_of(pairs: &[(u32, u32)]) -> BTreeMap<u32, Vec<u32>> {
    pairs
        .chunk_by(|one, other| one.0 == other.0)
        .map(|of_one| {
            let others = of_one.iter().map(|(_, other)| *other).collect();
            (of_one[0].0, others)
        })
        .collect()
}

/// The maximal cliques among these bidders, in no order: petgraph walks hash sets. The caller sorts.
fn cliques_among(bidders: &[u32], know_each_other: impl Fn(u32, u32) -> bool) -> Vec<Vec<u32>> {
    if bidders.len() + 1 < LEAST_MEMBERS {
        return Vec::new();
    }
    let mut graph = UnGraph::<u32, ()>::default();
    let vertices: Vec<_> = bidders
        .iter()
        .map(|bidder| graph.add_node(*bidder))
        .collect();
    for (position, one) in vertices.iter().enumerate() {
        for other in &vertices[position + 1..] {
            if know_each_other(graph[*one], graph[*other]) {
                graph.add_edge(*one, *other, ());
            }
        }
    }
    maximal_cliques(&graph)
        .into_iter()
        .map(|clique| clique.into_iter().map(|vertex| graph[vertex]).collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Five that all met, of whom two met a sixth.
    const RING: [(u32, u32, u32); 12] = [
        (1, 2, 9),
        (1, 3, 9),
        (1, 4, 9),
        (1, 5, 9),
        (2, 3, 9),
        (2, 4, 9),
        (2, 5, 9),
        (3, 4, 9),
        (3, 5, 9),
        (4, 5, 9),
        (4, 6, 7),
        (5, 6, 7),
    ];

    fn groups(edges: &[(u32, u32, u32)], minimum_joint_count: u32) -> Vec<Vec<u32>> {
        cliques(edges, minimum_joint_count, 30).groups
    }

    #[test]
    fn everybody_who_met_everybody_is_a_group() {
        assert_eq!(groups(&RING, 5), [vec![1, 2, 3, 4, 5], vec![4, 5, 6]]);
    }

    #[test]
    fn those_who_met_too_seldom_did_not_meet() {
        assert_eq!(groups(&RING, 8), [[1, 2, 3, 4, 5]]);
        assert!(groups(&RING, 10).is_empty());
        // The bound itself is enough.
        assert_eq!(groups(&RING, 9).len(), 1);
    }

    #[test]
    fn two_are_a_pair_and_not_a_group() {
        assert!(groups(&[(1, 2, 50)], 1).is_empty());
        assert!(groups(&[(1, 2, 50), (2, 3, 50)], 1).is_empty());
        assert!(groups(&[], 1).is_empty());
    }

    #[test]
    fn order_direction_and_repetition_of_edges_do_not_matter() {
        let mut edges: Vec<_> = RING
            .iter()
            .rev()
            .map(|(a, b, count)| (*b, *a, *count))
            .collect();
        edges.extend([(1, 2, 3), (2, 1, 9), (4, 4, 99)]);
        assert_eq!(groups(&edges, 5), groups(&RING, 5));
    }

    #[test]
    fn a_hub_is_left_out_and_said_to_be() {
        let mut edges = RING.to_vec();
        edges.extend((1..=6).chain(20..60).map(|other| (0, other, 9)));
        let found = cliques(&edges, 5, 30);
        assert_eq!(found.left_out, [0]);
        assert_eq!(found.groups, groups(&RING, 5));
        // As many neighbours as the bound are not too many.
        assert!(cliques(&edges, 5, 46).left_out.is_empty());
    }

    #[test]
    fn agrees_with_an_independent_implementation() {
        // A graph without pattern. Python, networkx: c = sorted(sorted(c) for c in find_cliques(G) if len(c) >= 3); len(c), max(map(len, c)) and
        // sum((i + 1) * sum(x) for i, x in enumerate(c)).
        let met = |one: u32, other: u32| (one * 7_919 + other * other * 104_729) % 101 < 55;
        let edges: Vec<_> = (0..60)
            .flat_map(|one| (one + 1..60).map(move |other| (one, other)))
            .filter(|(one, other)| met(*one, *other))
            .map(|(one, other)| (one, other, 1))
            .collect();
        let found = cliques(&edges, 1, 60);
        assert!(found.left_out.is_empty());
        assert_eq!(found.groups.len(), GROUPS);
        assert_eq!(found.groups.iter().map(Vec::len).max(), Some(LARGEST));
        let check: u32 = (1..)
            .zip(&found.groups)
            .map(|(rank, group)| rank * group.iter().sum::<u32>())
            .sum();
        assert_eq!(check, CHECK);
    }
    const GROUPS: usize = 1_045;
    const LARGEST: usize = 15;
    const CHECK: u32 = 134_330_679;

    #[test]
    fn the_densest_graph_within_the_bound_has_all_its_groups() {
        // Moon & Moser: parts of three that meet all but themselves; one choice from each part is a group, 3^6 of them.
        let edges: Vec<_> = (0..18)
            .flat_map(|one| (one + 1..18).map(move |other| (one, other, 1)))
            .filter(|(one, other, _)| one / 3 != other / 3)
            .collect();
        assert_eq!(groups(&edges, 1).len(), 729);
    }
}
