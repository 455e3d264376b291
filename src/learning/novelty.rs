//! How unlike its peers a row is: an isolation forest (Liu, Ting & Zhou 2008, doi 10.1109/ICDM.2008.17) over robustly scaled facts, with the three that set it apart.
//!
//! A rank, shown apart from flags: unlike is not wrong. Ours rather than a kept crate's, because it shares the seeded streams of the forests and none at hand gives equal results for any number of threads.

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng, SeedableRng},
};
use rayon::prelude::*;

use super::{Matrix, forest::below, metrics::ranks};

/// Trees and rows per tree: those of the paper.
const TREES: u64 = 100;
const ROWS_PER_TREE: usize = 256;
/// Facts named for each row.
const FACTS_NAMED: usize = 3;
/// Makes the median absolute deviation of a normal distribution its standard deviation (Rousseeuw & Croux 1993, doi 10.1080/01621459.1993.10476408).
const MAD_TO_DEVIATION: f64 = 1.4826;
/// Scaled values are kept within this many deviations, so that one absurd amount does not hide the others. Ours.
const FARTHEST: f64 = 10.0;

/// One row's novelty.
#[derive(Debug, Clone, PartialEq)]
pub struct Novelty {
    /// Isolation score, between 0 and 1; about 0.5 for an ordinary row.
    pub score: f64,
    /// Share of rows that are less novel, ties halved.
    pub percentile: f64,
    /// The facts farthest from their median: place of the column, and distance in robust standard deviations with its sign. At most three, the farthest first.
    pub set_apart_by: Vec<(usize, f64)>,
}

enum Isolation {
    Leaf {
        rows: usize,
        depth: usize,
    },
    Question {
        feature: usize,
        threshold: f64,
        children: Box<[Isolation; 2]>,
    },
}

/// Ranks the rows of a table. Absent values count as the median and never set a row apart.
#[must_use]
pub fn rank(matrix: &Matrix, seed: u64) -> Vec<Novelty> {
    let rows = matrix.rows();
    let scaled: Vec<Vec<f64>> = (0..matrix.width())
        .into_par_iter()
        .map(|place| robustly_scaled(matrix.column(place)))
        .collect();
    let sample = ROWS_PER_TREE.min(rows);
    if sample < 2 || scaled.is_empty() {
        return vec![
            Novelty {
                score: 0.5,
                percentile: 0.5,
                set_apart_by: Vec::new()
            };
            rows
        ];
    }
    let deepest = (sample as f64).log2().ceil() as usize;
    let trees: Vec<Isolation> = (0..TREES)
        .into_par_iter()
        .map(|tree| {
            let mut random = ChaCha8Rng::seed_from_u64(seed);
            random.set_stream(tree);
            let mut drawn: Vec<usize> = Vec::with_capacity(sample);
            // Selection in order (Knuth, volume 2, algorithm 3.4.2 S).
            for row in 0..rows {
                let left = u32::try_from(rows - row).expect("fewer than 2^32 rows");
                if (below(&mut random, left) as usize) < sample - drawn.len() {
                    drawn.push(row);
                }
            }
            isolate(&scaled, &drawn, 0, deepest, &mut random)
        })
        .collect();
    let usual = usual_depth(sample);
    let scores: Vec<f64> = (0..rows)
        .into_par_iter()
        .map(|row| {
            let depth: f64 = trees
                .iter()
                .map(|tree| depth_of(tree, &scaled, row))
                .sum::<f64>()
                / TREES as f64;
            (-depth / usual).exp2()
        })
        .collect();
    let ranked = ranks(&scores);
    (0..rows)
        .map(|row| {
            let mut apart: Vec<(usize, f64)> = scaled
                .iter()
                .enumerate()
                .map(|(place, column)| (place, column[row]))
                .filter(|(_, distance)| *distance != 0.0)
                .collect();
            apart.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then(a.0.cmp(&b.0)));
            apart.truncate(FACTS_NAMED);
            Novelty {
                score: scores[row],
                percentile: (ranked[row] - 0.5) / rows as f64,
                set_apart_by: apart,
            }
        })
        .collect()
}

/// Distances from the median in robust standard deviations. Where more than half of the values are equal, the deviation of all is taken; where all are, nothing stands apart.
fn robustly_scaled(column: &[f64]) -> Vec<f64> {
    let middle = |values: &mut Vec<f64>| -> f64 {
        values.sort_unstable_by(f64::total_cmp);
        if values.is_empty() {
            0.0
        } else {
            f64::midpoint(values[(values.len() - 1) / 2], values[values.len() / 2])
        }
    };
    let mut present: Vec<f64> = column
        .iter()
        .copied()
        .filter(|value| value.is_finite())
        .collect();
    let median = middle(&mut present);
    let mut distances: Vec<f64> = present.iter().map(|value| (value - median).abs()).collect();
    let mut spread = MAD_TO_DEVIATION * middle(&mut distances);
    if spread <= 0.0 {
        spread = (distances
            .iter()
            .map(|distance| distance * distance)
            .sum::<f64>()
            / distances.len().max(1) as f64)
            .sqrt();
    }
    column
        .iter()
        .map(|value| {
            if value.is_nan() || spread <= 0.0 {
                0.0
            } else {
                ((value - median) / spread).clamp(-FARTHEST, FARTHEST)
            }
        })
        .collect()
}

fn isolate(
    scaled: &[Vec<f64>],
    rows: &[usize],
    depth: usize,
    deepest: usize,
    random: &mut ChaCha8Rng,
) -> Isolation {
    let spread = |feature: usize| {
        rows.iter()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &row| {
                (
                    low.min(scaled[feature][row]),
                    high.max(scaled[feature][row]),
                )
            })
    };
    let varying: Vec<usize> = if depth >= deepest || rows.len() < 2 {
        Vec::new()
    } else {
        (0..scaled.len())
            .filter(|&feature| {
                let (low, high) = spread(feature);
                low < high
            })
            .collect()
    };
    if varying.is_empty() {
        return Isolation::Leaf {
            rows: rows.len(),
            depth,
        };
    }
    let feature = varying[below(
        random,
        u32::try_from(varying.len()).expect("fewer than 2^32 features"),
    ) as usize];
    let (low, high) = spread(feature);
    let share = (random.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
    let threshold = low + share * (high - low);
    let (left, right): (Vec<usize>, Vec<usize>) = rows
        .iter()
        .partition(|&&row| scaled[feature][row] <= threshold);
    let children = Box::new([
        isolate(scaled, &left, depth + 1, deepest, random),
        isolate(scaled, &right, depth + 1, deepest, random),
    ]);
    Isolation::Question {
        feature,
        threshold,
        children,
    }
}

fn depth_of(tree: &Isolation, scaled: &[Vec<f64>], row: usize) -> f64 {
    let mut place = tree;
    loop {
        match place {
            Isolation::Leaf { rows, depth } => return *depth as f64 + usual_depth(*rows),
            Isolation::Question {
                feature,
                threshold,
                children,
            } => {
                place = &children[usize::from(scaled[*feature][row] > *threshold)];
            }
        }
    }
}

/// Mean depth of an unsuccessful search in a binary tree of so many rows (equation 1 of the paper).
fn usual_depth(rows: usize) -> f64 {
    match rows {
        0 | 1 => 0.0,
        2 => 1.0,
        rows => {
            let before = rows as f64 - 1.0;
            2.0 * (before.ln() + 0.577_215_664_901_532_9) - 2.0 * before / rows as f64
        }
    }
}
