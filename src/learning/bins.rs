//! Values cut into at most 255 bins, so that a forest compares bytes.
//!
//! Bin 0 is *absent*; the others follow the order of the values, so that a split "bin ≤ b" is a split "value ≤ edge". Edges stand half-way between
//! distinct values where these are few, else at quantiles. A column keeps one byte per row: a row of 40 features is one line of the processor's cache.

use rayon::prelude::*;

use super::Matrix;

/// Most edges of one feature: bins 1..=255 lie between them and bin 0 is for what is absent.
const MOST_EDGES: usize = 254;

/// Rows looked at to place the edges, evenly spread over the table. Ours: at 100,000 rows a quantile of 1/255 is known to within
/// a tenth of its width, and sorting more only costs time.
const ROWS_FOR_EDGES: usize = 100_000;

/// Rows binned in one go by one thread; ours, to fit the processor's nearest cache.
const BLOCK_ROWS: usize = 2048;

/// Where each feature is cut.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Bins {
    /// Ascending and finite, one list per feature.
    pub(super) edges: Vec<Vec<f64>>,
}

/// The bins of rows, one row after the other.
#[derive(Debug)]
pub(super) struct Binned {
    pub(super) codes: Vec<u8>,
    pub(super) width: usize,
}

impl Bins {
    /// Places the edges by the values of a table.
    pub(super) fn of(matrix: &Matrix) -> Self {
        let step = matrix.rows().div_ceil(ROWS_FOR_EDGES).max(1);
        let edges = (0..matrix.width())
            .into_par_iter()
            .map(|place| {
                let mut values: Vec<f64> = matrix
                    .column(place)
                    .iter()
                    .step_by(step)
                    .copied()
                    .filter(|value| !value.is_nan())
                    .collect();
                values.sort_unstable_by(f64::total_cmp);
                edges_between(&values)
            })
            .collect();
        Self { edges }
    }

    /// The bin of one value of one feature.
    pub(super) fn code(&self, feature: usize, value: f64) -> u8 {
        if value.is_nan() {
            return 0;
        }
        let below = self.edges[feature].partition_point(|&edge| edge < value);
        u8::try_from(below + 1).expect("there are at most 254 edges")
    }

    /// The bins of these rows of a table, row after row.
    pub(super) fn codes_of_rows(&self, matrix: &Matrix, from: usize, to: usize) -> Vec<u8> {
        let width = matrix.width();
        let mut codes = vec![0_u8; (to - from) * width];
        for feature in 0..width {
            for (offset, &value) in matrix.column(feature)[from..to].iter().enumerate() {
                codes[offset * width + feature] = self.code(feature, value);
            }
        }
        codes
    }

    /// The bins of a whole table.
    pub(super) fn apply(&self, matrix: &Matrix) -> Binned {
        let width = matrix.width();
        let mut codes = vec![0_u8; matrix.rows() * width];
        codes
            .par_chunks_mut((BLOCK_ROWS * width).max(1))
            .enumerate()
            .for_each(|(block, into)| {
                let from = block * BLOCK_ROWS;
                let to = from + into.len() / width;
                into.copy_from_slice(&self.codes_of_rows(matrix, from, to));
            });
        Binned { codes, width }
    }
}

/// Edges that cut sorted values into bins of nearly equal numbers.
fn edges_between(sorted: &[f64]) -> Vec<f64> {
    let mut edges = Vec::new();
    let distinct = 1 + sorted.windows(2).filter(|pair| pair[0] < pair[1]).count();
    if distinct <= MOST_EDGES + 1 {
        for pair in sorted.windows(2).filter(|pair| pair[0] < pair[1]) {
            edges.push(middle(pair[0], pair[1]));
        }
    } else {
        for cut in 1..=MOST_EDGES {
            let place = cut * sorted.len() / (MOST_EDGES + 1);
            let next = sorted.partition_point(|value| *value <= sorted[place - 1]);
            if next < sorted.len() {
                edges.push(middle(sorted[next - 1], sorted[next]));
            }
        }
        edges.dedup();
    }
    edges
}

/// A value at or above the first and below the second, so that an edge separates them whatever the rounding.
fn middle(low: f64, high: f64) -> f64 {
    let low = low.max(f64::MIN);
    let middle = low + (high.min(f64::MAX) - low) / 2.0;
    if middle < high && middle >= low {
        middle
    } else {
        low
    }
}
