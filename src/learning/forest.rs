//! Forests of classification trees over binned features: random forest (Breiman 2001, doi 10.1023/A:1010933404324) and
//! extremely randomised trees (Geurts, Ernst & Wehenkel 2006, doi 10.1007/s10994-006-6226-1).
//!
//! *Why not the ensembles of linfa:* its forest (linfa-ensemble 0.8) votes over classes and gives no probabilities, breaks ties by the order of a
//! hash map, and grows its trees one after the other over sorted copies of every feature at every node. Here every number is a count of rows, so the
//! order of additions cannot matter, each tree has a random stream of its own, and threads only decide who grows which tree.
//!
//! A node keeps the share of positive rows, so that a prediction can be told apart along its path (Saabas; Palczewska et al. 2014,
//! doi 10.1007/978-3-319-04717-1_9): the contributions of a tree are the changes of that share from node to node.

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng, SeedableRng},
};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{
    Matrix,
    bins::{Binned, Bins},
    grow::Grower,
};

/// How the trees of a forest differ from each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ForestKind {
    /// Each tree sees a bootstrap sample and takes the best threshold of each feature it tries.
    RandomForest,
    /// Each tree sees all rows and takes the best of one random threshold per feature it tries.
    ExtraTrees,
}

/// What a forest is grown with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ForestSettings {
    /// How the trees differ from each other.
    pub kind: ForestKind,
    /// Number of trees.
    pub trees: usize,
    /// Features tried at each split; 0 stands for the square root of their number, rounded down (Breiman's choice).
    pub features_per_split: usize,
    /// Least weight of rows in a leaf.
    pub least_leaf_weight: u32,
    /// Most splits between root and leaf.
    pub most_depth: usize,
    /// Most rows drawn for one tree; 0 stands for as many as there are.
    pub rows_per_tree: usize,
    /// Whether both classes weigh equally in the choice of splits and in the shares of leaves, whatever their numbers.
    pub balanced: bool,
}

impl Default for ForestSettings {
    /// 300 trees of no bound, as the collusion studies use (García Rodríguez et al. 2022, doi 10.1016/j.autcon.2021.104047).
    fn default() -> Self {
        Self {
            kind: ForestKind::RandomForest,
            trees: 300,
            features_per_split: 0,
            least_leaf_weight: 1,
            most_depth: 64,
            rows_per_tree: 0,
            balanced: false,
        }
    }
}

/// One place of a tree. A leaf points at itself and holds every bin, so that walking past it changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Node {
    /// The feature asked about.
    pub(super) feature: u16,
    /// Bins up to this go to `left`, the others to `left + 1`.
    pub(super) bin: u8,
    /// Place of the left child; of the node itself in a leaf.
    pub(super) left: u32,
}

/// One tree: its nodes, parents before children, and the share of positive rows at each.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Tree {
    pub(super) nodes: Vec<Node>,
    pub(super) shares: Vec<f64>,
    pub(super) depth: usize,
}

/// A grown forest.
#[derive(Debug, Clone, PartialEq)]
pub struct Forest {
    pub(super) bins: Bins,
    pub(super) trees: Vec<Tree>,
}

/// Rows scored in one go by one thread: so many that a tree, once in the near cache, serves many rows, whose bins are read in order. Ours, measured.
const BLOCK_ROWS: usize = 16_384;

/// Rows that walk down a tree side by side, so that the processor does not wait for one of them. Ours, measured.
const ABREAST: usize = 16;

impl Forest {
    /// Grows a forest. `weights` are whole numbers of times that a row counts; without them every row counts once.
    ///
    /// # Panics
    ///
    /// If `labels` or `weights` are not as long as the table: the callers of this room check that first.
    #[must_use]
    pub fn grow(
        settings: &ForestSettings,
        matrix: &Matrix,
        labels: &[bool],
        weights: Option<&[u32]>,
        seed: u64,
    ) -> Self {
        assert_eq!(labels.len(), matrix.rows(), "one label per row");
        let bins = Bins::of(matrix);
        let binned = bins.apply(matrix);
        let grower = Grower::new(settings, &binned, &bins, labels, weights);
        let trees = (0..settings.trees)
            .into_par_iter()
            .map(|tree| {
                let mut random = ChaCha8Rng::seed_from_u64(seed);
                random.set_stream(tree as u64);
                grower.tree(&mut random)
            })
            .collect();
        Self { bins, trees }
    }

    /// The share of positive rows that the forest expects for each row, between 0 and 1: the mean over its trees.
    #[must_use]
    pub fn shares(&self, matrix: &Matrix) -> Vec<f64> {
        let width = matrix.width();
        let mut shares = vec![0.0; matrix.rows()];
        shares
            .par_chunks_mut(BLOCK_ROWS)
            .enumerate()
            .for_each(|(block, into)| {
                let from = block * BLOCK_ROWS;
                let codes = self.bins.codes_of_rows(matrix, from, from + into.len());
                for tree in &self.trees {
                    tree.add_shares(&codes, width, into);
                }
                for share in into {
                    *share /= self.trees.len() as f64;
                }
            });
        shares
    }

    /// The share before any question was asked, and what each feature added to it on the way to the leaf: they sum to the share of that row.
    #[must_use]
    pub fn share_contributions(&self, values: &[f64]) -> (f64, Vec<f64>) {
        let codes: Vec<u8> = values
            .iter()
            .enumerate()
            .map(|(feature, &value)| self.bins.code(feature, value))
            .collect();
        let mut base = 0.0;
        let mut contributions = vec![0.0; values.len()];
        for tree in &self.trees {
            let mut place = 0;
            base += tree.shares[0];
            loop {
                let next = tree.next(place, &codes);
                if next == place {
                    break;
                }
                contributions[usize::from(tree.nodes[place].feature)] +=
                    tree.shares[next] - tree.shares[place];
                place = next;
            }
        }
        let trees = self.trees.len() as f64;
        for contribution in &mut contributions {
            *contribution /= trees;
        }
        (base / trees, contributions)
    }
}

impl Tree {
    fn next(&self, place: usize, codes: &[u8]) -> usize {
        let node = self.nodes[place];
        node.left as usize + usize::from(codes[usize::from(node.feature)] > node.bin)
    }

    /// Adds the share of each row's leaf.
    fn add_shares(&self, codes: &[u8], width: usize, into: &mut [f64]) {
        let mut groups = into.chunks_exact_mut(ABREAST);
        let mut first = 0;
        for group in &mut groups {
            let mut places = [0_u32; ABREAST];
            for _ in 0..self.depth {
                for (lane, place) in places.iter_mut().enumerate() {
                    let node = self.nodes[*place as usize];
                    let code = codes[(first + lane) * width + usize::from(node.feature)];
                    *place = node.left + u32::from(code > node.bin);
                }
            }
            for (share, place) in group.iter_mut().zip(places) {
                *share += self.shares[place as usize];
            }
            first += ABREAST;
        }
        for (offset, share) in groups.into_remainder().iter_mut().enumerate() {
            let row = (first + offset) * width;
            let mut place = 0;
            for _ in 0..self.depth {
                place = self.next(place, &codes[row..row + width]);
            }
            *share += self.shares[place];
        }
    }
}

/// A whole number below `bound`, without the bias of a remainder (Lemire 2019, doi 10.1145/3230636).
pub(super) fn below(random: &mut ChaCha8Rng, bound: u32) -> u32 {
    let mut product = u64::from(random.next_u32()) * u64::from(bound);
    if (product as u32) < bound {
        let least = bound.wrapping_neg() % bound;
        while (product as u32) < least {
            product = u64::from(random.next_u32()) * u64::from(bound);
        }
    }
    (product >> 32) as u32
}

/// The same rows and bins seen as bytes per feature: used where only one feature is of interest.
impl Binned {
    pub(super) fn code(&self, row: u32, feature: usize) -> u8 {
        self.codes[row as usize * self.width + feature]
    }
}
