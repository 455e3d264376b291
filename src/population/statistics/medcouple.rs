//! The medcouple: how skewed values are, from −1 to 1, whatever their outliers.
//!
//! Source: Brys, Hubert & Struyf 2004, "A robust measure of skewness", Journal of Computational and Graphical Statistics 13(4).

use super::quantiles::median;

/// Halvings of −1..1 after which neighbouring kernel values cannot be told apart: 2⁻⁵⁹ is below the spacing of numbers near one.
const HALVINGS: u32 = 60;

/// Returns the medcouple: the median of `h(x⁺, x⁻) = ((x⁺ − m) − (m − x⁻)) / (x⁺ − x⁻)` over all pairs of a value at or above the median `m`
/// and one at or below it. No unit; 0 for symmetric values, positive for a long right tail. None for no values; 0 when all are equal.
///
/// Of values tied with the median the kernel is a sign: with `k` of them, the pair of the i-th and the j-th counts −1, 0 or +1 as `i + j − 1` is
/// below, equal to or above `k`. So ties give `k(k−1)/2` times −1, `k` times 0 and `k(k−1)/2` times +1; a tie beside a value below gives −1,
/// beside a value above +1.
///
/// Exact for any number of values, without the `n²/4` kernel values: as the kernel grows in both arguments, those at most `t` are counted by one
/// walk along the staircase, and `t` is found by halving −1..1. That is `O(n)` a step and no allocation, so no subsample is needed:
/// a hundred thousand values take some hundredths of a second.
#[must_use]
pub fn medcouple(sorted: &[f64]) -> Option<f64> {
    debug_assert!(sorted.is_sorted(), "values must ascend");
    let centre = median(sorted)?;
    let first_tie = sorted.partition_point(|value| *value < centre);
    let first_above = sorted.partition_point(|value| *value <= centre);
    let kernel = Kernel {
        centre,
        below: &sorted[..first_tie],
        above: &sorted[first_above..],
        ties: (first_above - first_tie) as u64,
    };
    let pairs = kernel.pairs();
    let upper_middle = kernel.at_rank(pairs / 2 + 1);
    Some(if pairs.is_multiple_of(2) {
        f64::midpoint(kernel.at_rank(pairs / 2), upper_middle)
    } else {
        upper_middle
    })
}

/// The kernel values of all pairs, not written out.
struct Kernel<'s> {
    centre: f64,
    below: &'s [f64],
    above: &'s [f64],
    ties: u64,
}

impl Kernel<'_> {
    fn pairs(&self) -> u64 {
        (self.above.len() as u64 + self.ties) * (self.below.len() as u64 + self.ties)
    }

    /// The kernel value that has `rank − 1` before it in ascending order.
    fn at_rank(&self, rank: u64) -> f64 {
        let unlike_ties = self.ties * self.ties.saturating_sub(1) / 2;
        let lowest = self.ties * self.below.len() as u64 + unlike_ties;
        let highest = self.ties * self.above.len() as u64 + unlike_ties;
        if rank <= lowest {
            return -1.0;
        }
        if rank > self.pairs() - highest {
            return 1.0;
        }
        let rank = rank - lowest;
        let (mut too_low, mut high_enough) = (-1.0, 1.0);
        for _ in 0..HALVINGS {
            let middle = f64::midpoint(too_low, high_enough);
            if self.at_most(middle).0 < rank {
                too_low = middle;
            } else {
                high_enough = middle;
            }
        }
        self.at_most(high_enough).1
    }

    /// How many pairs strictly between −1 and 1 have a kernel value of at most `limit`, and the largest such value.
    fn at_most(&self, limit: f64) -> (u64, f64) {
        let (mut count, mut largest): (u64, f64) = if 0.0 <= limit {
            (self.ties, if self.ties == 0 { -1.0 } else { 0.0 })
        } else {
            (0, -1.0)
        };
        let mut step = self.below.len();
        for above in self.above {
            let value = |below: f64| {
                let (up, down) = (above - self.centre, self.centre - below);
                (up - down) / (up + down)
            };
            while step > 0 && limit < value(self.below[step - 1]) {
                step -= 1;
            }
            if step == 0 {
                break;
            }
            count += step as u64;
            largest = largest.max(value(self.below[step - 1]));
        }
        (count, largest)
    }
}

#[cfg(test)]
mod tests {
    use super::super::assert_close;
    use super::super::quantiles::sorted;
    use super::*;

    #[test]
    fn agrees_with_independent_implementations() {
        // R robustbase 0.95: mc(x, doReflect = TRUE), which takes the mean of both middle kernel values as the definition does;
        // the same from statsmodels 0.15: medcouple(np.array(x), use_fast=False).
        for (values, expected) in SAMPLES {
            assert_close(medcouple(&sorted(values.iter().copied())), *expected, 1e-14);
        }
    }
    const SAMPLES: &[(&[f64], f64)] = &[
        // a long right tail, odd and even
        (&[0.2, 0.5, 0.7, 1.0, 1.3, 2.0, 3.7, 5.1, 9.0], 0.6),
        (
            &[0.2, 0.5, 0.7, 1.0, 1.3, 2.0, 3.7, 5.1, 9.0, 20.0],
            0.670_454_545_454_545_5,
        ),
        // a long left tail
        (
            &[-20.0, -9.0, -5.1, -3.7, -2.0, -1.3, -1.0, -0.7],
            -0.466_770_307_034_589_9,
        ),
        // ties with the median, odd and even
        (
            &[1.0, 2.0, 5.0, 5.0, 5.0, 6.0, 9.0, 30.0],
            0.071_428_571_428_571_42,
        ),
        (&[1.0, 5.0, 5.0, 7.0, 8.0], 0.0),
        (&[1.0, 2.0, 5.0, 5.0, 5.0, 5.0, 6.0], -0.55),
        (&[5.0, 5.0, 5.0, 6.0, 7.0], 1.0),
        (&[1.0, 2.0, 4.0], 0.166_666_666_666_666_66),
    ];

    #[test]
    fn symmetric_values_are_not_skewed() {
        assert_eq!(medcouple(&[-3.0, -1.0, 0.0, 1.0, 3.0]), Some(0.0));
        assert_eq!(medcouple(&[1.0, 2.0]), Some(0.0));
    }

    #[test]
    fn without_spread_there_is_no_skew() {
        assert_eq!(medcouple(&[5.0; 6]), Some(0.0));
        assert_eq!(medcouple(&[5.0]), Some(0.0));
        assert_eq!(medcouple(&[]), None);
    }

    #[test]
    fn a_mirrored_sample_has_the_opposite_skew() {
        for (values, _) in SAMPLES {
            let skew = medcouple(&sorted(values.iter().copied()));
            let mirrored = medcouple(&sorted(values.iter().map(|value| -value)));
            assert_close(mirrored, -skew.unwrap(), 1e-14);
        }
    }

    #[test]
    fn the_staircase_finds_what_writing_out_all_pairs_finds() {
        // Numbers without pattern, with many ties: multiples of a prime, cut to a few values and cubed.
        // R robustbase 0.95: x <- (((0:(count - 1)) * 7919) %% values)^3; mc(x, doReflect = TRUE)
        for (count, values, expected) in CUBES {
            let sample = sorted((0..count).map(|i| f64::from(i * 7_919 % values).powi(3)));
            assert_close(medcouple(&sample), expected, 1e-14);
            assert_close(medcouple(&sample), written_out(&sample), 1e-14);
        }
    }
    const CUBES: [(u32, u32, f64); 4] = [
        (40, 11, 0.524_553_571_428_571_4),
        (101, 23, 0.545_673_076_923_076_9),
        (200, 1_000, 0.544_664_691_305_937),
        (333, 7, 0.580_645_161_290_322_6),
    ];

    /// The definition, pair by pair.
    fn written_out(sorted: &[f64]) -> f64 {
        let centre = median(sorted).unwrap();
        let below: Vec<f64> = sorted.iter().copied().filter(|x| *x <= centre).collect();
        let above: Vec<f64> = sorted.iter().copied().filter(|x| *x >= centre).collect();
        let ties = below.iter().filter(|x| **x >= centre).count();
        let mut kernel = Vec::new();
        for (i, up) in above.iter().enumerate() {
            for (j, down) in below.iter().rev().enumerate() {
                kernel.push(if down < up {
                    ((up - centre) - (centre - down)) / (up - down)
                } else {
                    match (i + j + 1).cmp(&ties) {
                        std::cmp::Ordering::Less => -1.0,
                        std::cmp::Ordering::Equal => 0.0,
                        std::cmp::Ordering::Greater => 1.0,
                    }
                });
            }
        }
        kernel.sort_by(f64::total_cmp);
        median(&kernel).unwrap()
    }
}
