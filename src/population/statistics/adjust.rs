//! What is left of a small probability when many were asked.

use super::number;

/// Returns the Benjamini–Hochberg adjusted p-values, in the order given: of `m` tests, the one of rank `i` becomes `min over j ≥ i of m·p(j)/j`,
/// at most 1. Flagging those at or below `q` keeps the expected share of flags made by chance at or below `q`, also under positive dependence.
///
/// Source: Benjamini & Hochberg 1995; Benjamini & Yekutieli 2001 for dependence. Equal p-values get equal answers, whatever their order. A NaN is
/// a test that was not made: it stays NaN and does not count in `m`. p-values are between 0 and 1.
#[must_use]
pub fn benjamini_hochberg(p_values: &[f64]) -> Vec<f64> {
    let mut adjusted = p_values.to_vec();
    let mut made: Vec<usize> = (0..p_values.len())
        .filter(|position| !p_values[*position].is_nan())
        .collect();
    made.sort_unstable_by(|one, other| {
        p_values[*one]
            .total_cmp(&p_values[*other])
            .then(one.cmp(other))
    });
    let tests = super::length(&made);
    let mut least = 1.0_f64;
    for (before, position) in made.iter().enumerate().rev() {
        least = least.min(p_values[*position] * tests / number(before as u64 + 1));
        adjusted[*position] = least;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::super::assert_close;
    use super::*;

    #[test]
    fn agrees_with_an_independent_implementation_in_the_order_given() {
        // R 4.2: p.adjust(c(.04,.001,.5,.03,.03,.2,.0002,.9,.012,1), "BH"); the same from statsmodels multipletests(p, method="fdr_bh")
        let p_values = [0.04, 0.001, 0.5, 0.03, 0.03, 0.2, 0.000_2, 0.9, 0.012, 1.0];
        for (actual, expected) in benjamini_hochberg(&p_values).into_iter().zip(ADJUSTED) {
            assert_close(actual, expected, 1e-14);
        }
    }
    const ADJUSTED: [f64; 10] = [
        0.066_666_666_666_666_67,
        0.005,
        0.625,
        0.06,
        0.06,
        0.285_714_285_714_285_75,
        0.002,
        1.0,
        0.04,
        1.0,
    ];

    #[test]
    fn one_test_is_its_own_answer_and_none_is_none() {
        assert_eq!(benjamini_hochberg(&[0.03]), [0.03]);
        assert!(benjamini_hochberg(&[]).is_empty());
    }

    #[test]
    fn equal_p_values_stay_as_they_are() {
        assert_eq!(benjamini_hochberg(&[0.2; 4]), [0.2; 4]);
    }

    #[test]
    fn a_test_that_was_not_made_does_not_count() {
        let adjusted = benjamini_hochberg(&[0.01, f64::NAN, 0.04]);
        assert_eq!((adjusted[0], adjusted[2]), (0.02, 0.04));
        assert!(adjusted[1].is_nan());
    }
}
