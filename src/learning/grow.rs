//! How one tree grows: rows are kept in order inside their node, every count is a whole number, and the purest split wins.

use rand_chacha::ChaCha8Rng;

use super::{
    bins::{Binned, Bins},
    forest::{ForestKind, ForestSettings, Node, Tree, below},
};

/// Bins of one feature.
const BINS: usize = 256;

/// Rows above which the counts of several features are made in one pass over the rows: below, one feature after the other is faster. Ours, measured.
const WIDE_NODE_ROWS: usize = 512;

/// A row in a node: where it stands, how often it counts, and its label.
#[derive(Clone, Copy)]
struct Entry {
    row: u32,
    /// The weight times two, plus one when positive.
    weight_and_label: u32,
}

impl Entry {
    fn counts(self) -> Counts {
        let weight = u64::from(self.weight_and_label >> 1);
        Counts(weight << (32 * (self.weight_and_label & 1)))
    }
}

/// Weights of negative (low half) and positive rows (high half), added in one instruction.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Counts(u64);

impl Counts {
    fn negative(self) -> u32 {
        (self.0 & 0xffff_ffff) as u32
    }
    fn positive(self) -> u32 {
        (self.0 >> 32) as u32
    }
    fn total(self) -> u64 {
        u64::from(self.negative()) + u64::from(self.positive())
    }
}

/// A split under consideration: the higher the purity, the better.
struct Split {
    feature: usize,
    bin: u8,
    purity: f64,
}

/// What all trees of a forest share.
pub(super) struct Grower<'a> {
    settings: &'a ForestSettings,
    binned: &'a Binned,
    /// Features with at least one edge: the others cannot split anything.
    features: Vec<usize>,
    entries: Vec<Entry>,
    features_per_split: usize,
    /// What a negative and a positive row weigh in shares and purities.
    class_weights: [f64; 2],
}

impl<'a> Grower<'a> {
    pub(super) fn new(
        settings: &'a ForestSettings,
        binned: &'a Binned,
        bins: &Bins,
        labels: &[bool],
        weights: Option<&[u32]>,
    ) -> Self {
        let entries: Vec<Entry> = labels
            .iter()
            .enumerate()
            .map(|(row, &label)| {
                let weight = weights.map_or(1, |weights| weights[row]);
                Entry {
                    row: u32::try_from(row).expect("a table has fewer than 2^32 rows"),
                    weight_and_label: weight * 2 + u32::from(label),
                }
            })
            .filter(|entry| entry.weight_and_label > 1)
            .collect();
        let sum = entries.iter().fold(Counts::default(), |sum, entry| {
            Counts(sum.0 + entry.counts().0)
        });
        let class_weights = if settings.balanced && sum.negative() > 0 && sum.positive() > 0 {
            [
                sum.total() as f64 / 2.0 / f64::from(sum.negative()),
                sum.total() as f64 / 2.0 / f64::from(sum.positive()),
            ]
        } else {
            [1.0, 1.0]
        };
        let width = binned.width;
        Self {
            settings,
            binned,
            // A feature that is sometimes absent and else constant has no edge and still two bins.
            features: (0..width).collect(),
            entries,
            features_per_split: match settings.features_per_split {
                0 => width.isqrt().max(1),
                wanted => wanted.min(width),
            },
            class_weights,
        }
        .without_constant(bins)
    }

    fn without_constant(mut self, bins: &Bins) -> Self {
        let binned = self.binned;
        let entries = &self.entries;
        self.features.retain(|&feature| {
            !bins.edges[feature].is_empty()
                || entries.windows(2).any(|pair| {
                    binned.code(pair[0].row, feature) != binned.code(pair[1].row, feature)
                })
        });
        self
    }

    fn share(&self, counts: Counts) -> f64 {
        let positive = f64::from(counts.positive()) * self.class_weights[1];
        let negative = f64::from(counts.negative()) * self.class_weights[0];
        if positive + negative > 0.0 {
            positive / (positive + negative)
        } else {
            0.0
        }
    }

    /// The sum over both classes of squared weight over weight: maximal where the Gini impurity of the children is minimal.
    fn purity(&self, counts: Counts) -> f64 {
        let positive = f64::from(counts.positive()) * self.class_weights[1];
        let negative = f64::from(counts.negative()) * self.class_weights[0];
        (positive * positive + negative * negative) / (positive + negative)
    }

    /// The rows of one tree: all, a part without repetition, or a bootstrap sample.
    fn sample(&self, random: &mut ChaCha8Rng) -> Vec<Entry> {
        let number = self.entries.len();
        let wanted = match self.settings.rows_per_tree {
            0 => number,
            rows => rows.min(number),
        };
        let bound = u32::try_from(number).expect("a table has fewer than 2^32 rows");
        match self.settings.kind {
            ForestKind::ExtraTrees if wanted == number => self.entries.clone(),
            ForestKind::ExtraTrees => {
                // Selection in order (Knuth, volume 2, algorithm 3.4.2 S): each row is kept with the chance that leaves the right number.
                let mut kept = Vec::with_capacity(wanted);
                for (seen, entry) in self.entries.iter().enumerate() {
                    let left = u32::try_from(number - seen).expect("at most the number of rows");
                    if (below(random, left) as usize) < wanted - kept.len() {
                        kept.push(*entry);
                    }
                }
                kept
            }
            ForestKind::RandomForest => {
                let mut times = vec![0_u32; number];
                for _ in 0..wanted {
                    times[below(random, bound) as usize] += 1;
                }
                self.entries
                    .iter()
                    .zip(times)
                    .filter(|(_, times)| *times > 0)
                    .map(|(entry, times)| Entry {
                        row: entry.row,
                        weight_and_label: (entry.weight_and_label >> 1) * times * 2
                            + (entry.weight_and_label & 1),
                    })
                    .collect()
            }
        }
    }

    /// Grows one tree from its own random stream.
    pub(super) fn tree(&self, random: &mut ChaCha8Rng) -> Tree {
        let mut entries = self.sample(random);
        let mut spare = Vec::with_capacity(entries.len());
        let mut tree = Tree::default();
        let mut features = self.features.clone();
        let mut counters = vec![Counts::default(); BINS * self.features_per_split];
        let root = sum(&entries);
        tree.push(self.share(root));
        let mut waiting = vec![(0_usize, 0_usize, entries.len(), 0_usize, root)];
        while let Some((place, from, to, depth, counts)) = waiting.pop() {
            tree.depth = tree.depth.max(depth);
            let least = u64::from(self.settings.least_leaf_weight.max(1));
            if depth == self.settings.most_depth
                || counts.negative() == 0
                || counts.positive() == 0
                || counts.total() < 2 * least
            {
                continue;
            }
            let rows = &mut entries[from..to];
            let Some(split) = self.best(rows, counts, &mut features, &mut counters, random) else {
                continue;
            };
            let (middle, left) = self.part(rows, &split, &mut spare);
            let right = Counts(counts.0 - left.0);
            let child = tree.push(self.share(left));
            tree.push(self.share(right));
            tree.nodes[place] = Node {
                feature: u16::try_from(split.feature).expect("fewer than 2^16 features"),
                bin: split.bin,
                left: u32::try_from(child).expect("fewer nodes than twice the rows"),
            };
            waiting.push((child + 1, from + middle, to, depth + 1, right));
            waiting.push((child, from, from + middle, depth + 1, left));
        }
        tree
    }

    /// The purest split among features drawn without repetition, until as many as wanted could split these rows at all.
    fn best(
        &self,
        rows: &[Entry],
        counts: Counts,
        features: &mut [usize],
        counters: &mut [Counts],
        random: &mut ChaCha8Rng,
    ) -> Option<Split> {
        let mut best: Option<Split> = None;
        let mut drawn = 0;
        let mut usable = 0;
        while usable < self.features_per_split && drawn < features.len() {
            let batch = (self.features_per_split - usable).min(features.len() - drawn);
            for place in drawn..drawn + batch {
                let left = u32::try_from(features.len() - place).expect("fewer than 2^16 features");
                features.swap(place, place + below(random, left) as usize);
            }
            let tried = &features[drawn..drawn + batch];
            drawn += batch;
            let together =
                self.settings.kind == ForestKind::RandomForest && rows.len() >= WIDE_NODE_ROWS;
            if together {
                self.count(rows, tried, counters);
            }
            for (place, &feature) in tried.iter().enumerate() {
                let found = if self.settings.kind == ForestKind::ExtraTrees {
                    self.random_split(rows, counts, feature, random)
                } else {
                    let counters = &mut counters[place * BINS..(place + 1) * BINS];
                    if !together {
                        self.count(rows, &[feature], counters);
                    }
                    self.best_split(counters, counts, feature)
                };
                let Some(found) = found else { continue };
                usable += 1;
                let better = best.as_ref().is_none_or(|best| found.purity > best.purity);
                if better && found.purity.is_finite() {
                    best = Some(found);
                }
            }
        }
        best
    }

    /// Counts the rows of each bin of some features.
    fn count(&self, rows: &[Entry], features: &[usize], counters: &mut [Counts]) {
        counters[..features.len() * BINS].fill(Counts::default());
        for entry in rows {
            let codes =
                &self.binned.codes[entry.row as usize * self.binned.width..][..self.binned.width];
            let counts = entry.counts();
            for (place, &feature) in features.iter().enumerate() {
                counters[place * BINS + usize::from(codes[feature])].0 += counts.0;
            }
        }
    }

    /// The purest of all thresholds; the lowest of equals. Nothing if the rows fall into one bin.
    fn best_split(&self, counters: &[Counts], counts: Counts, feature: usize) -> Option<Split> {
        let least = u64::from(self.settings.least_leaf_weight.max(1));
        let mut left = Counts::default();
        let mut best = None;
        for (bin, of_bin) in counters[..BINS - 1].iter().enumerate() {
            if of_bin.0 == 0 {
                continue;
            }
            left.0 += of_bin.0;
            let right = Counts(counts.0 - left.0);
            if right.0 == 0 {
                break;
            }
            let purity = if left.total() < least || right.total() < least {
                f64::NEG_INFINITY
            } else {
                self.purity(left) + self.purity(right)
            };
            if best
                .as_ref()
                .is_none_or(|best: &Split| purity > best.purity)
            {
                best = Some(Split {
                    feature,
                    bin: bin as u8,
                    purity,
                });
            }
        }
        best
    }

    /// One threshold drawn evenly between the lowest and the highest bin. Nothing if the rows fall into one bin.
    fn random_split(
        &self,
        rows: &[Entry],
        counts: Counts,
        feature: usize,
        random: &mut ChaCha8Rng,
    ) -> Option<Split> {
        let (mut low, mut high) = (u8::MAX, 0);
        for entry in rows {
            let code = self.binned.code(entry.row, feature);
            low = low.min(code);
            high = high.max(code);
        }
        if low >= high {
            return None;
        }
        let bin = low + below(random, u32::from(high - low)) as u8;
        let mut left = Counts::default();
        for entry in rows {
            if self.binned.code(entry.row, feature) <= bin {
                left.0 += entry.counts().0;
            }
        }
        let right = Counts(counts.0 - left.0);
        let least = u64::from(self.settings.least_leaf_weight.max(1));
        let purity = if left.total() < least || right.total() < least {
            f64::NEG_INFINITY
        } else {
            self.purity(left) + self.purity(right)
        };
        Some(Split {
            feature,
            bin,
            purity,
        })
    }

    /// Parts the rows of a node, each side in the order it had; answers how many went left and their counts.
    fn part(&self, rows: &mut [Entry], split: &Split, spare: &mut Vec<Entry>) -> (usize, Counts) {
        spare.clear();
        let mut kept = 0;
        let mut left = Counts::default();
        for place in 0..rows.len() {
            let entry = rows[place];
            if self.binned.code(entry.row, split.feature) <= split.bin {
                left.0 += entry.counts().0;
                rows[kept] = entry;
                kept += 1;
            } else {
                spare.push(entry);
            }
        }
        rows[kept..].copy_from_slice(spare);
        (kept, left)
    }
}

fn sum(entries: &[Entry]) -> Counts {
    entries.iter().fold(Counts::default(), |sum, entry| {
        Counts(sum.0 + entry.counts().0)
    })
}

impl Tree {
    /// Adds a leaf and answers its place.
    fn push(&mut self, share: f64) -> usize {
        let place = self.nodes.len();
        self.nodes.push(Node {
            feature: 0,
            bin: u8::MAX,
            left: u32::try_from(place).expect("fewer nodes than twice the rows"),
        });
        self.shares.push(share);
        place
    }
}
