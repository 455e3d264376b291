//! Where a function crosses zero.

/// The search ends when the root is known to this.
const TOLERANCE: f64 = 1e-11;
/// How far a step by the secant is drawn towards the middle, in squared brackets over the first one (the authors' choice).
const TRUNCATION: f64 = 0.2;

/// Returns where a function that is positive at `low` and negative at `high` is zero, to 10⁻¹¹; the end itself when it does not change its sign.
///
/// By interpolation, truncation and projection: steps of the secant, held near enough to the middle that the bracket closes in at most one step
/// more than halving takes, whatever the function, and in far fewer when it is smooth. Source: Oliveira & Takahashi 2020, "An enhancement
/// of the bisection method average performance preserving minmax optimality", ACM Transactions on Mathematical Software 47(1).
pub(super) fn crossing(mut low: f64, mut high: f64, mut value_at: impl FnMut(f64) -> f64) -> f64 {
    let (mut at_low, mut at_high) = (value_at(low), value_at(high));
    if at_low <= 0.0 {
        return low;
    }
    if 0.0 <= at_high {
        return high;
    }
    let truncation = TRUNCATION / (high - low);
    // What halving would have left of the bracket, and one step of grace.
    let mut allowance = high - low;
    while TOLERANCE < high - low {
        let middle = f64::midpoint(low, high);
        let secant = low + (high - low) * at_low / (at_low - at_high);
        let towards_middle = (truncation * (high - low).powi(2)).min((middle - secant).abs());
        let truncated = secant + (middle - secant).signum() * towards_middle;
        let reach = (allowance - (high - low) / 2.0).max(0.0);
        let point = truncated.clamp(middle - reach, middle + reach);
        allowance /= 2.0;
        if point <= low || high <= point {
            break; // neighbouring numbers
        }
        let value = value_at(point);
        if 0.0 < value {
            (low, at_low) = (point, value);
        } else {
            (high, at_high) = (point, value);
        }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use super::super::assert_close;
    use super::*;

    #[test]
    fn finds_the_root_of_steep_and_of_flat_functions() {
        // By hand: ln 2, the cube root of 1/8, and a step.
        assert_close(crossing(0.0, 9.0, |x| 2.0 - x.exp()), 2.0_f64.ln(), 1e-10);
        assert_close(crossing(-4.0, 3.0, |x| 0.125 - x.powi(3)), 0.5, 1e-10);
        let step = |x: f64| if x < 0.3 { 1.0 } else { -1e-9 };
        assert_close(crossing(0.0, 1.0, step), 0.3, 1e-10);
    }

    #[test]
    fn a_root_that_is_met_exactly_is_the_answer() {
        assert_close(crossing(-1.0, 1.0, |x| -x), 0.0, 1e-10);
        assert_close(crossing(0.0, 4.0, |x| 1.0 - x), 1.0, 1e-10);
    }

    #[test]
    fn without_a_change_of_sign_the_end_is_the_answer() {
        assert_close(crossing(1.0, 2.0, |x| x), 2.0, 0.0);
        assert_close(crossing(1.0, 2.0, |x| -x), 1.0, 0.0);
    }
}
