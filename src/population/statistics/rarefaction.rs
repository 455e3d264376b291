//! How many different classes a draw of a given size is expected to show: variety that is fair to small and large suppliers.

use super::number;
use statrs::function::gamma::ln_gamma;

/// Returns the expected number of distinct classes among `draws` taken without replacement from a population that has `frequencies[i]` of class
/// `i`: `Σᵢ 1 − C(N − Nᵢ, n)/C(N, n)`, with `N = Σ Nᵢ`.
///
/// Source: Hurlbert 1971, "The nonconcept of species diversity", Ecology 52(4). Binomial coefficients by log-gamma, right to nine digits for
/// populations of millions. Zero for no draws; the number of classes that occur for a draw of everything. None for more draws than there is to
/// draw from.
#[must_use]
pub fn expected_classes(frequencies: &[u64], draws: u64) -> Option<f64> {
    let total: u64 = frequencies.iter().sum();
    if total < draws {
        return None;
    }
    let all = ln_draws(total, draws);
    let seen = frequencies.iter().map(|frequency| {
        let others = total - frequency;
        if others < draws {
            1.0
        } else {
            -(ln_draws(others, draws) - all).exp_m1()
        }
    });
    Some(seen.sum())
}

/// The logarithm of the ordered draws `N!/(N − n)!`; the `n!` of the binomial coefficient cancels.
fn ln_draws(total: u64, draws: u64) -> f64 {
    ln_gamma(number(total) + 1.0) - ln_gamma(number(total - draws) + 1.0)
}

#[cfg(test)]
mod tests {
    use super::super::assert_close;
    use super::*;

    #[test]
    fn agrees_with_an_independent_implementation() {
        // R vegan 2.6: rarefy(c(40, 25, 20, 8, 4, 2, 1), n)
        for (draws, expected) in RAREFIED {
            assert_close(
                expected_classes(&[40, 25, 20, 8, 4, 2, 1], draws),
                expected,
                1e-12,
            );
        }
        // Python, exact: sum(1 - Fraction(comb(N - f, 50), comb(N, 50)) for f in (400_000, 90_000, 9_990, 10))
        assert_close(
            expected_classes(&[400_000, 90_000, 9_990, 10], 50),
            LARGE,
            1e-9,
        );
    }
    const RAREFIED: [(u64, f64); 4] = [
        (2, 1.736_363_636_363_621),
        (5, 3.061_815_849_426_298),
        (20, 4.994_402_297_070_088),
        (60, 6.418_704_479_178_222),
    ];
    const LARGE: f64 = 2.636_427_271_005_498;

    #[test]
    fn one_draw_shows_one_class_and_all_draws_show_all() {
        assert_close(expected_classes(&[40, 25, 1], 1), 1.0, 1e-12);
        assert_close(expected_classes(&[40, 25, 1, 0], 66), 3.0, 1e-12);
        assert_close(expected_classes(&[40, 25, 1], 0), 0.0, 1e-12);
    }

    #[test]
    fn one_class_is_one_class_however_many_draws() {
        assert_close(expected_classes(&[9], 5), 1.0, 1e-12);
    }

    #[test]
    fn nothing_can_be_drawn_from_nothing() {
        assert_eq!(expected_classes(&[], 0), Some(0.0));
        assert_eq!(expected_classes(&[], 1), None);
        assert_eq!(expected_classes(&[3, 2], 6), None);
    }
}
