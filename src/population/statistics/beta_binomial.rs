//! Rates of small members, shrunk towards their peers: the beta-binomial model.
//!
//! Each member's true rate is drawn from a beta distribution common to its peers, the prior; its successes among its trials are binomial. What is
//! known of a member is then again a beta distribution: near the peers with few trials, near its own rate with many.
//! Source: Skellam 1948, "A probability distribution derived from the binomial distribution"; Efron & Morris 1975 for shrinkage.

use super::crossing::crossing;
use super::number;
use statrs::function::{beta::checked_beta_reg, gamma::digamma};

/// Least precision of a fitted prior: members that are all at 0 % or at 100 % would give zero.
const LOOSEST: f64 = 0.01;
/// Greatest precision of a fitted prior: members that vary no more than chance lets them would give infinity. A thousand is a standard deviation
/// of 1.6 percentage points between members at one half; peers are not taken to be more alike than that, so that a member with
/// hundreds of trials is still heard.
const TIGHTEST: f64 = 1_000.0;
/// Reach of the search for the mean, in log-odds: e⁻⁴⁰ is below the spacing of numbers near one.
const EXTREME_LOG_ODDS: f64 = 40.0;
/// Halvings of 0..1 after which a quantile is as near as a number can say.
const QUANTILE_HALVINGS: u32 = 60;

/// A beta distribution of a rate: of the peers (the prior) or of one member (its posterior). Both shapes are positive.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Beta {
    /// Shape on the side of success: as many successes, thought of beforehand.
    pub alpha: f64,
    /// Shape on the side of failure.
    pub beta: f64,
}

impl Beta {
    /// Fits the prior to `(successes, trials)` of the peers by maximum likelihood of the beta-binomial. The order of the members does not matter.
    ///
    /// With `ψ` the digamma function, mean `μ` and precision `M` (`α = Mμ`, `β = M(1−μ)`), the likelihood is highest where
    /// `Σψ(α+k) − ψ(α) = Σψ(β+n−k) − ψ(β) = Σψ(M+n) − ψ(M)`. For a given `M` it is concave in `μ`, so the first equation has one solution;
    /// along those solutions the second is solved for `M` between a hundredth and a thousand (for a given mean the likelihood has one peak in
    /// `M`: Levin & Reeds 1977). Both are sought in brackets: no starting value, no divergence, the same result every time.
    ///
    /// - Members that vary no more than chance (all equal rates among them) get the greatest precision, a thousand, around the common rate.
    /// - Members that are all at 0 or 1 with both present get the least.
    /// - None for fewer than two members with trials; when no member has two trials, as the precision is then in no way visible; and when
    ///   nobody or everybody always succeeds, as nothing is known of how members differ. Members without trials are passed over.
    ///
    /// Successes must not exceed trials.
    #[must_use]
    pub fn fit(members: &[(u64, u64)]) -> Option<Self> {
        debug_assert!(
            members
                .iter()
                .all(|(successes, trials)| successes <= trials)
        );
        let successes = Counts::of(members.iter().map(|(successes, _)| *successes));
        let failures = Counts::of(
            members
                .iter()
                .map(|(successes, trials)| trials.saturating_sub(*successes)),
        );
        let trials = Counts::of(members.iter().map(|(_, trials)| *trials));
        let most_trials = trials.0.last()?.0;
        if trials.members() < 2.0
            || most_trials < 2.0
            || successes.0.is_empty()
            || failures.0.is_empty()
        {
            return None;
        }
        let best_for = |log_precision: f64| {
            let precision = log_precision.exp();
            let log_odds = crossing(-EXTREME_LOG_ODDS, EXTREME_LOG_ODDS, |log_odds| {
                let shapes = Self::with_mean(log_odds, precision);
                // The derivative by log-odds: multiplied by both shapes it stays finite at both ends.
                (successes.rise(shapes.alpha) - failures.rise(shapes.beta))
                    * shapes.alpha
                    * shapes.beta
            });
            Self::with_mean(log_odds, precision)
        };
        let gain_of_precision = |log_precision: f64| {
            let best = best_for(log_precision);
            best.mean() * successes.rise(best.alpha)
                + (1.0 - best.mean()) * failures.rise(best.beta)
                - trials.rise(best.alpha + best.beta)
        };
        Some(best_for(crossing(
            LOOSEST.ln(),
            TIGHTEST.ln(),
            gain_of_precision,
        )))
    }

    fn with_mean(log_odds: f64, precision: f64) -> Self {
        // Each side by its own exponential: one minus the other would round to zero at the far end.
        Self {
            alpha: precision / (1.0 + (-log_odds).exp()),
            beta: precision / (1.0 + log_odds.exp()),
        }
    }

    /// Returns what is known of a member's rate after `successes` among `trials`, this being what was known before:
    /// `Beta(α + successes, β + trials − successes)`.
    #[must_use]
    pub fn posterior(self, successes: u64, trials: u64) -> Self {
        debug_assert!(successes <= trials);
        Self {
            alpha: self.alpha + number(successes),
            beta: self.beta + number(trials.saturating_sub(successes)),
        }
    }

    /// Returns the expected rate `α/(α+β)`; of a posterior, the shrunk rate.
    #[must_use]
    pub fn mean(self) -> f64 {
        self.alpha / (self.alpha + self.beta)
    }

    /// Returns the probability that the rate is above `bound`: `1 − I_bound(α, β)`, the regularised incomplete beta function. None for a bound
    /// that is not in 0..=1.
    ///
    /// Right to about nine digits up to 10⁵ trials; far beyond, to three.
    #[must_use]
    pub fn probability_above(self, bound: f64) -> Option<f64> {
        // The other tail of the mirrored distribution, so that a small probability keeps its digits.
        checked_beta_reg(self.beta, self.alpha, 1.0 - bound).ok()
    }

    /// Returns the rate that is not exceeded with this probability, `I⁻¹(α, β)`: of a prior, the quantile of the peers' true rates. None for a
    /// probability that is not in 0..=1.
    #[must_use]
    pub fn quantile(self, probability: f64) -> Option<f64> {
        if !(0.0..=1.0).contains(&probability) {
            return None;
        }
        // The ends by themselves: near them the distribution rounds to 0 and 1.
        if probability <= 0.0 || 1.0 <= probability {
            return Some(probability);
        }
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..QUANTILE_HALVINGS {
            let middle = f64::midpoint(low, high);
            if checked_beta_reg(self.alpha, self.beta, middle).ok()? < probability {
                low = middle;
            } else {
                high = middle;
            }
        }
        Some(high)
    }
}

/// Counts above zero in ascending order, each with the number of members that have it.
struct Counts(Vec<(f64, f64)>);

impl Counts {
    fn of(counts: impl Iterator<Item = u64>) -> Self {
        let mut counts: Vec<u64> = counts.filter(|count| 0 < *count).collect();
        counts.sort_unstable();
        Self(
            counts
                .chunk_by(|one, other| one == other)
                .map(|equal| (number(equal[0]), super::length(equal)))
                .collect(),
        )
    }

    fn members(&self) -> f64 {
        self.0.iter().map(|(_, members)| members).sum()
    }

    /// `Σ ψ(shape + count) − ψ(shape)` over the members.
    fn rise(&self, shape: f64) -> f64 {
        let far = |(count, members): &(f64, f64)| members * digamma(shape + count);
        self.0.iter().map(far).sum::<f64>() - self.members() * digamma(shape)
    }
}

#[cfg(test)]
mod tests {
    use super::super::assert_close;
    use super::*;

    /// Endometrial tumours in groups of rats, with how many groups had that many (Tarone 1982; Gelman et al., Bayesian Data Analysis, table 5.1
    /// without the experiment at hand).
    #[rustfmt::skip]
    const TUMOURS: [(u64, u64, usize); 38] = [
        (0, 20, 7), (0, 19, 4), (0, 18, 2), (0, 17, 1), (1, 20, 4), (1, 19, 2), (1, 18, 2), (2, 25, 1),
        (2, 24, 1), (2, 23, 1), (2, 20, 6), (1, 10, 1), (5, 49, 1), (2, 19, 1), (5, 46, 1), (3, 27, 1),
        (2, 17, 1), (7, 49, 1), (7, 47, 1), (3, 20, 2), (2, 13, 1), (9, 48, 1), (10, 50, 1), (4, 20, 7),
        (10, 48, 1), (4, 19, 3), (5, 22, 1), (11, 46, 1), (12, 49, 1), (5, 20, 2), (6, 23, 1), (5, 19, 1),
        (6, 22, 1), (6, 20, 3), (16, 52, 1), (15, 47, 1), (15, 46, 1), (9, 24, 1),
    ];

    /// Rates from nothing to everything, with few and with many trials.
    const UNEVEN: [(u64, u64); 7] = [
        (1, 4),
        (30, 40),
        (2, 5),
        (0, 3),
        (55, 60),
        (7, 7),
        (100, 400),
    ];

    fn tumours() -> Vec<(u64, u64)> {
        TUMOURS
            .iter()
            .flat_map(|(successes, trials, groups)| {
                std::iter::repeat_n((*successes, *trials), *groups)
            })
            .collect()
    }

    #[test]
    fn the_prior_is_the_one_under_which_the_members_are_likeliest() {
        // Python, mpmath with 40 digits: findroot of the two sums of ψ; scipy's minimize of -betabinom.logpmf(k, n, a, b).sum() by Nelder–Mead and
        // R VGAM's vglm(cbind(k, n - k) ~ 1, betabinomialff) agree with it to six digits.
        let prior = Beta::fit(&tumours()).unwrap();
        assert_close(prior.alpha, 2.304_783_312_124_333, 1e-9);
        assert_close(prior.beta, 14.079_809_031_547_965, 1e-9);
        let prior = Beta::fit(&UNEVEN).unwrap();
        assert_close(prior.alpha, 1.019_173_009_912_076_4, 1e-9);
        assert_close(prior.beta, 0.831_444_200_160_688, 1e-9);
    }

    #[test]
    fn the_order_of_members_and_those_without_trials_do_not_matter() {
        let mut members = UNEVEN.to_vec();
        members.reverse();
        members.push((0, 0));
        assert_eq!(Beta::fit(&members), Beta::fit(&UNEVEN));
    }

    #[test]
    fn equal_rates_give_the_greatest_precision() {
        let prior = Beta::fit(&[(2, 8), (5, 20), (10, 40)]).unwrap();
        assert_close(prior.alpha + prior.beta, TIGHTEST, 1e-9);
        assert_close(prior.mean(), 0.25, 1e-3);
    }

    #[test]
    fn all_or_nothing_gives_the_least_precision() {
        let prior = Beta::fit(&[(0, 9), (12, 12), (0, 7), (30, 30)]).unwrap();
        assert_close(prior.alpha + prior.beta, LOOSEST, 1e-9);
        assert_close(prior.mean(), 0.5, 1e-2);
    }

    #[test]
    fn nothing_is_known_of_how_members_differ() {
        assert_eq!(Beta::fit(&[]), None, "nobody");
        assert_eq!(Beta::fit(&[(3, 9)]), None, "one member");
        assert_eq!(Beta::fit(&[(3, 9), (0, 0)]), None, "one with trials");
        assert_eq!(Beta::fit(&[(0, 9), (0, 4)]), None, "nobody succeeds");
        assert_eq!(Beta::fit(&[(9, 9), (4, 4)]), None, "everybody does");
        assert_eq!(Beta::fit(&[(1, 1), (0, 1), (1, 1)]), None, "one trial each");
    }

    #[test]
    fn few_trials_stay_near_the_peers_and_many_near_themselves() {
        let prior = Beta {
            alpha: 2.0,
            beta: 8.0,
        };
        assert_close(prior.posterior(0, 0).mean(), 0.2, 1e-15);
        assert_close(prior.posterior(2, 2).mean(), 4.0 / 12.0, 1e-15);
        assert_close(
            prior.posterior(1_000, 1_000).mean(),
            1_002.0 / 1_010.0,
            1e-15,
        );
    }

    #[test]
    fn probabilities_and_quantiles_agree_with_an_independent_implementation() {
        let prior = Beta {
            alpha: 2.304_783_508_711_853_6,
            beta: 14.079_810_738_176_123,
        };
        // scipy: beta.ppf(q, a, b)
        for (probability, expected) in [
            (0.05, 0.032_357_684_500_256_58),
            (0.5, 0.125_997_397_748_977_75),
            (0.9, 0.255_440_574_683_442_94),
        ] {
            assert_close(prior.quantile(probability), expected, 1e-12);
        }
        // scipy: beta.sf(.25, a + 9, b + 1); beta.sf(beta.ppf(.9, a, b), a + 2, b + 8)
        let nine_of_ten = prior.posterior(9, 10).probability_above(0.25);
        assert_close(nine_of_ten, 0.974_932_495_858_044_5, 1e-12);
        let ninth_decile = prior.quantile(0.9).unwrap();
        let two_of_ten = prior.posterior(2, 10).probability_above(ninth_decile);
        assert_close(two_of_ten, 0.106_611_761_698_486_96, 1e-12);
        // scipy: beta.sf(.9, 2, 30); a small probability keeps its digits.
        let small = Beta {
            alpha: 2.0,
            beta: 30.0,
        }
        .probability_above(0.9)
        .unwrap();
        assert_close(small / 2.8e-29, 1.0, 1e-12);
        // scipy: beta.ppf(.9, .05, .2)
        let at_both_ends = Beta {
            alpha: 0.05,
            beta: 0.2,
        };
        assert_close(at_both_ends.quantile(0.9), 0.971_514_487_008_020_2, 1e-12);
    }

    #[test]
    fn bounds_and_probabilities_are_between_zero_and_one() {
        let prior = Beta {
            alpha: 2.0,
            beta: 8.0,
        };
        assert_eq!(prior.probability_above(0.0), Some(1.0));
        assert_eq!(prior.probability_above(1.0), Some(0.0));
        assert_eq!(prior.quantile(1.0), Some(1.0));
        assert_eq!(prior.quantile(0.0), Some(0.0));
        for outside in [-0.1, 1.1, f64::NAN] {
            assert_eq!(prior.probability_above(outside), None);
            assert_eq!(prior.quantile(outside), None);
        }
    }
}
