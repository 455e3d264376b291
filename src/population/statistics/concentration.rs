//! How a market is shared: concentration, the largest share, and what a place has more of than elsewhere.

/// Returns the Herfindahl–Hirschman index `Σ sᵢ²` of the shares of the amounts: `1/n` when `n` are equal, 1 for a single one. A ratio (multiply by
/// 10,000 for the points of competition authorities).
///
/// Source: Hirschman 1964, "The paternity of an index". Amounts are not negative and not NaN, one for each supplier. None when they do not add up
/// to anything.
#[must_use]
pub fn herfindahl_hirschman(amounts: &[f64]) -> Option<f64> {
    let total = positive(amounts.iter().sum())?;
    // Shares first: the square of an amount in cents may lose digits.
    Some(amounts.iter().map(|amount| (amount / total).powi(2)).sum())
}

/// Returns the position of the largest amount and its share, a ratio; of equal amounts the first. None when they do not add up to anything.
#[must_use]
pub fn largest_share(amounts: &[f64]) -> Option<(usize, f64)> {
    let total = positive(amounts.iter().sum())?;
    let (position, amount) = amounts
        .iter()
        .enumerate()
        .reduce(|best, next| if best.1 < next.1 { next } else { best })?;
    Some((position, amount / total))
}

/// Returns the location quotient `(part/whole here) / (part/whole everywhere)`: 1 when a place has as much of the part as everywhere, 5 when five
/// times.
///
/// Source: Isard 1960, "Methods of regional analysis". "Everywhere" includes the place; no part is NaN. None when a whole is nothing, or the part is nothing
/// everywhere.
#[must_use]
pub fn location_quotient(
    part_here: f64,
    whole_here: f64,
    part_everywhere: f64,
    whole_everywhere: f64,
) -> Option<f64> {
    let share_here = part_here / positive(whole_here)?;
    let share_everywhere = positive(part_everywhere / positive(whole_everywhere)?)?;
    Some(share_here / share_everywhere)
}

fn positive(amount: f64) -> Option<f64> {
    (amount > 0.0 && amount.is_finite()).then_some(amount)
}

#[cfg(test)]
mod tests {
    use super::super::assert_close;
    use super::*;

    #[test]
    fn the_index_is_the_sum_of_squared_shares() {
        // numpy: a = np.array([50, 30, 15, 5]); ((a / a.sum()) ** 2).sum()
        assert_close(herfindahl_hirschman(&[50.0, 30.0, 15.0, 5.0]), 0.365, 1e-15);
        // Whatever the currency.
        assert_close(herfindahl_hirschman(&[5e9, 3e9, 1.5e9, 5e8]), 0.365, 1e-15);
    }

    #[test]
    fn one_supplier_is_all_and_equal_ones_are_one_in_their_number() {
        assert_eq!(herfindahl_hirschman(&[12.0]), Some(1.0));
        assert_close(herfindahl_hirschman(&[7.0; 8]), 0.125, 1e-15);
        // A supplier without amount changes nothing.
        assert_close(herfindahl_hirschman(&[7.0, 0.0, 7.0]), 0.5, 1e-15);
    }

    #[test]
    fn nothing_has_no_shares() {
        assert_eq!(herfindahl_hirschman(&[]), None);
        assert_eq!(herfindahl_hirschman(&[0.0, 0.0]), None);
        assert_eq!(largest_share(&[]), None);
        assert_eq!(largest_share(&[0.0]), None);
    }

    #[test]
    fn of_equal_amounts_the_first_is_the_largest() {
        assert_eq!(largest_share(&[1.0, 4.0, 4.0, 1.0]), Some((1, 0.4)));
    }

    #[test]
    fn a_place_with_five_times_the_share_has_a_quotient_of_five() {
        assert_close(location_quotient(30.0, 60.0, 100.0, 1_000.0), 5.0, 1e-15);
        assert_eq!(location_quotient(0.0, 60.0, 100.0, 1_000.0), Some(0.0));
    }

    #[test]
    fn a_share_of_nothing_has_no_quotient() {
        assert_eq!(location_quotient(0.0, 0.0, 100.0, 1_000.0), None);
        assert_eq!(location_quotient(0.0, 60.0, 0.0, 1_000.0), None);
        assert_eq!(location_quotient(0.0, 60.0, 0.0, 0.0), None);
    }
}
