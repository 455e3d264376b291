//! Statistics of populations: pure functions over counts and sorted numbers, which know nothing of procurement tables.
//!
//! In reading order: [`quantiles`] places a value among its peers; [`medcouple`] measures how skewed they are and [`robust`] sets fences that
//! follow the skew; [`beta_binomial`] shrinks the rate of a small member towards its peers; [`binomial`] says how likely so many are by
//! chance, and [`adjust`] what is left of that when many were asked. [`benford`] looks at digits, [`concentration`] at shares,
//! [`rarefaction`] at variety, [`screens`] at the prices of one lot. [`cliques`] finds who bids with whom,
//! [`permutation`] whether their wins alternate more than chance lets them, and [`shares`] whether flags crowd in a market.
//!
//! What holds everywhere:
//!
//! - *An answer that does not exist is `None`*, never a zero, an infinity or a NaN: too few values, no spread, a rate without trials.
//! - *Slices named `sorted` ascend and hold finite numbers.* [`quantiles::sorted`] is the door that makes them so; functions behind it do not look
//!   again, but for a check of the order in debug builds where it costs no more than the work itself.
//! - *The same arguments give the same result.* Where chance is drawn, the seed is an argument; ties are decided by a written rule.
//! - *Reference values in tests come from elsewhere*: R (`stats`, robustbase, e1071, vegan, VGAM) or Python (numpy, scipy, statsmodels,
//!   mpmath, networkx), with the call that gives them.

pub mod adjust;
pub mod benford;
pub mod beta_binomial;
pub mod binomial;
pub mod cliques;
pub mod concentration;
mod crossing;
pub mod medcouple;
pub mod permutation;
pub mod quantiles;
pub mod rarefaction;
pub mod robust;
pub mod screens;
pub mod shares;

pub use benford::Benford;
pub use beta_binomial::Beta;
pub use cliques::Cliques;
pub use permutation::Turns;
pub use robust::Fences;
pub use shares::Stratum;

/// A count as a number.
#[expect(
    clippy::cast_precision_loss,
    reason = "no population has 2^53 members; beyond that the last digit is lost and nothing else"
)]
const fn number(count: u64) -> f64 {
    count as f64
}

/// The length of a slice as a number.
const fn length<T>(values: &[T]) -> f64 {
    number(values.len() as u64)
}

#[cfg(test)]
fn assert_close(actual: impl Into<Option<f64>>, expected: f64, tolerance: f64) {
    let actual = actual.into().expect("a value was expected");
    assert!(
        (actual - expected).abs() <= tolerance * expected.abs().max(1.0),
        "{actual} is not {expected} within {tolerance}"
    );
}
