//! Whether a market has more flags than chance would give it: a permutation test that needs no drawing.

use super::number;

/// Lots of one kind, and those of one market among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stratum {
    /// Lots of the kind, those of the market included.
    pub lots: u64,
    /// Those of them that are flagged.
    pub flagged: u64,
    /// Lots of the market.
    pub market_lots: u64,
    /// Those of them that are flagged.
    pub market_flagged: u64,
}

impl Stratum {
    fn is_consistent(&self) -> bool {
        self.market_lots <= self.lots
            && self.flagged <= self.lots
            && self.market_flagged <= self.market_lots.min(self.flagged)
            && self.flagged - self.market_flagged <= self.lots - self.market_lots
    }

    /// The hypergeometric probabilities of every possible number of flagged lots in the market, from the least possible on.
    ///
    /// By the ratio of neighbours outwards from the mode, then scaled to one: no factorial that could overflow, and no logarithm that could lose
    /// digits.
    fn chances(&self) -> (u64, Vec<f64>) {
        let Self {
            lots,
            flagged,
            market_lots,
            ..
        } = *self;
        let least = (market_lots + flagged).saturating_sub(lots);
        let most = market_lots.min(flagged);
        let mode = (u128::from(market_lots + 1) * u128::from(flagged + 1) / u128::from(lots + 2))
            .try_into()
            .unwrap_or(most)
            .clamp(least, most);
        // P(count + 1)/P(count); `least` makes the last factor at least one.
        let ratio = |count: u64| {
            number(market_lots - count) / number(count + 1) * number(flagged - count)
                / number(lots + count + 1 - market_lots - flagged)
        };
        let mut chances: Vec<f64> = Vec::new();
        let mut chance = 1.0;
        for count in (least..mode).rev() {
            chance /= ratio(count);
            chances.push(chance);
        }
        chances.reverse();
        chances.push(1.0);
        chance = 1.0;
        for count in mode..most {
            chance *= ratio(count);
            chances.push(chance);
        }
        let total: f64 = chances.iter().sum();
        for chance in &mut chances {
            *chance /= total;
        }
        (least, chances)
    }
}

/// Returns the probability that a market has at least as many flagged lots as it has, when flags are shuffled over all lots of its stratum; with
/// several strata, within each.
///
/// The number of flags that fall into the market is then hypergeometric, so the permutation test has an exact answer and nothing is drawn:
/// `P(X ≥ k) = Σ C(K, x)·C(N − K, n − x)/C(N, n)` over `x ≥ k` (Fisher's exact test, one-sided); for several strata the sum of independent such
/// numbers, by convolution. None for a market without lots, or counts that contradict each other.
pub fn share_above_null(strata: &[Stratum]) -> Option<f64> {
    let lots: u64 = strata.iter().map(|stratum| stratum.market_lots).sum();
    if lots == 0 || !strata.iter().all(Stratum::is_consistent) {
        return None;
    }
    let observed: u64 = strata.iter().map(|stratum| stratum.market_flagged).sum();
    let (mut least, mut chances) = (0, vec![1.0]);
    for (stratum_least, stratum_chances) in strata.iter().map(Stratum::chances) {
        let mut sums = vec![0.0; chances.len() + stratum_chances.len() - 1];
        for (position, chance) in chances.iter().enumerate() {
            for (sum, other) in sums[position..].iter_mut().zip(&stratum_chances) {
                *sum += chance * other;
            }
        }
        chances = sums;
        least += stratum_least;
    }
    let below = usize::try_from(observed - least).ok()?;
    // From the far end, so that the small ones are added first.
    Some(chances[below..].iter().rev().sum::<f64>().min(1.0))
}

#[cfg(test)]
mod tests {
    use super::super::assert_close;
    use super::*;

    const fn stratum(lots: u64, flagged: u64, market_lots: u64, market_flagged: u64) -> Stratum {
        Stratum {
            lots,
            flagged,
            market_lots,
            market_flagged,
        }
    }

    #[test]
    fn a_share_by_chance_is_hypergeometric() {
        // scipy: hypergeom.sf(k - 1, N, K, n)
        for (stratum, expected) in [
            (stratum(200, 30, 20, 7), 0.016_137_336_361_887_39),
            (stratum(10, 3, 4, 1), 0.833_333_333_333_333_4),
            (stratum(10, 8, 7, 6), 0.533_333_333_333_333_3),
        ] {
            assert_close(share_above_null(&[stratum]), expected, 1e-12);
        }
        // scipy: np.log(hypergeom.sf(79, 100_000, 500, 1_000))
        let far = share_above_null(&[stratum(100_000, 500, 1_000, 80)]).unwrap();
        assert_close(far.ln(), -158.661_804_570_521_64, 1e-10);
    }

    #[test]
    fn strata_are_shuffled_each_for_itself() {
        // numpy, scipy: np.convolve(hypergeom.pmf(np.arange(21), 200, 30, 20), hypergeom.pmf(np.arange(11), 50, 20, 10))[10:].sum()
        let both = share_above_null(&[stratum(200, 30, 20, 5), stratum(50, 20, 10, 5)]);
        assert_close(both, 0.114_104_148_159_462_39, 1e-12);
    }

    #[test]
    fn what_cannot_be_otherwise_is_certain() {
        // No flags, all flags, the whole stratum, a market without lots beside one with.
        for certain in [
            &[stratum(50, 0, 10, 0)][..],
            &[stratum(50, 50, 10, 10)],
            &[stratum(50, 13, 50, 13)],
            &[stratum(50, 13, 0, 0), stratum(9, 0, 3, 0)],
        ] {
            assert_close(share_above_null(certain), 1.0, 1e-12);
        }
    }

    #[test]
    fn a_market_without_lots_or_with_more_than_there_are_has_no_answer() {
        assert_eq!(share_above_null(&[]), None);
        assert_eq!(share_above_null(&[stratum(50, 13, 0, 0)]), None);
        assert_eq!(share_above_null(&[stratum(50, 13, 60, 3)]), None);
        assert_eq!(share_above_null(&[stratum(50, 13, 20, 14)]), None);
        assert_eq!(share_above_null(&[stratum(50, 48, 20, 1)]), None);
    }
}
