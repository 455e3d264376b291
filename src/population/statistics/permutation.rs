//! Whether an order is one that chance would give: permutation tests, by drawing.
//!
//! Whether a *share* is needs no drawing: see [`super::shares`].

use super::number;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Permutations that were at least as extreme, after which more would not tell more: the p-value is then known to a tenth of itself.
const ENOUGH_EXTREME: u32 = 100;
/// Statistics this near are a tie, and ties are at least as extreme: a sum in another order differs in its last digits.
const TIE: f64 = 1e-7;

/// Returns the p-value of a permutation test, `(1 + e)/(1 + B)` with `e` of `B = permutations` drawn ones at least as extreme as what was observed.
///
/// It stops early, at `e/b` after `b` permutations, once `e` has reached a hundred: what is ordinary is soon known to be, and what is not gets all
/// permutations. Both are valid p-values. Source: Phipson & Smyth 2010 for counting the observed one; Besag & Clifford 1991, "Sequential Monte
/// Carlo p-values", Biometrika 78(2), for stopping.
///
/// The least answer is `1/(1 + B)`. To be flagged alone among `G` groups after [`super::adjust::benjamini_hochberg`] at `q`, that must be at most
/// `q/G`: 999 serve fifty groups at 5 %, 99,999 five thousand.
pub fn permutation_p(permutations: u32, mut at_least_as_extreme: impl FnMut() -> bool) -> f64 {
    let mut extreme = 0_u32;
    for drawn in 1..=permutations {
        extreme += u32::from(at_least_as_extreme());
        if extreme == ENOUGH_EXTREME {
            return f64::from(extreme) / f64::from(drawn);
        }
    }
    (1.0 + f64::from(extreme)) / (1.0 + f64::from(permutations))
}

/// How the members of a group took turns at winning.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Turns {
    /// Shannon entropy of the wins over `ln(members)`: 0 when one wins all, 1 when all win equally often.
    pub entropy_ratio: f64,
    /// Runs of consecutive wins of one member: as many as wins when nobody wins twice in a row.
    pub runs: u64,
    /// Runs expected of the same wins in random order, `1 + n − Σ nᵢ²/n` (Mood 1940).
    pub expected_runs: f64,
    /// Probability of turns at least this regular by chance.
    pub p_value: f64,
}

/// Tests whether wins are both shared more evenly and alternated more often than chance would have it. `wins` lists the winning member of each lot
/// in the order of time, as a position below `members`; members who never win count.
///
/// *Null*: each lot is won by any member with the same chance, independently. Its draws are multinomial counts of wins in uniformly shuffled
/// order, so one drawn sequence serves both halves. Members of unlike strength win less evenly than that, which makes the test slow to speak, not
/// quick.
///
/// *Statistic*: the sum of two normal scores where both are above zero, and the lesser of them where not, so that one half cannot speak for the
/// other:
/// - evenness: with `G = 2n·(ln members − H)`, chi-square with `d = members − 1` degrees of freedom under the null, the score of Wilson & Hilferty
///   1931, `(1 − 2/9d − ∛(G/d)) / √(2/9d)`;
/// - alternation: `(runs − E)/√V`, given the counts, with `E` as in [`Turns::expected_runs`] and
///   `V = (Σnᵢ²·(Σnᵢ² + n² + n) − 2n·Σnᵢ³ − n³) / (n²(n − 1))` (Mood 1940, "The distribution theory of runs"); 0 when `V` is.
///
/// A share of permutations in which entropy *and* runs are each at least as large would not do as a p-value: for two independent halves it falls
/// below 5 % one time in five. The scores only weigh the halves against each other; the p-value comes from drawing ([`permutation_p`]) and is
/// right whatever their approximation.
///
/// The same seed gives the same answer; groups should have seeds of their own. None for fewer than two members or two wins, or for a winner who is
/// no member.
#[must_use]
pub fn win_turns(wins: &[usize], members: usize, seed: u64, permutations: u32) -> Option<Turns> {
    let choices = u32::try_from(members).ok()?;
    if members < 2 || wins.len() < 2 || wins.iter().any(|winner| members <= *winner) {
        return None;
    }
    let mut regularity = Regularity::new(wins.len(), members);
    let observed = regularity.of(wins.iter().copied());
    let mut key = [0; 32];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    let mut random = ChaCha8Rng::from_seed(key);
    let p_value = permutation_p(permutations, || {
        let drawn = regularity.of((0..wins.len()).map(|_| below(choices, &mut random)));
        observed.score() - TIE <= drawn.score()
    });
    Some(Turns {
        entropy_ratio: observed.entropy / number(members as u64).ln(),
        runs: observed.runs,
        expected_runs: observed.expected_runs,
        p_value,
    })
}

/// A position in `0..choices`. Whole numbers only, so that every machine draws the same; the bias is below 2⁻³² times the choices.
fn below(choices: u32, random: &mut ChaCha8Rng) -> usize {
    let scaled = (u64::from(random.next_u32()) * u64::from(choices)) >> 32;
    usize::try_from(scaled).expect("a position below a u32 is a usize")
}

/// What measures one sequence after the other without allocating.
struct Regularity {
    wins_of: Vec<u32>,
    /// `k·ln k` for every possible number of wins.
    surprise: Vec<f64>,
    lots: f64,
    degrees_of_freedom: f64,
}

struct Measured {
    entropy: f64,
    runs: u64,
    expected_runs: f64,
    evenness_score: f64,
    alternation_score: f64,
}

impl Measured {
    fn score(&self) -> f64 {
        let lesser = self.evenness_score.min(self.alternation_score);
        if lesser <= 0.0 {
            lesser
        } else {
            self.evenness_score + self.alternation_score
        }
    }
}

impl Regularity {
    fn new(lots: usize, members: usize) -> Self {
        let surprise = |wins: u64| number(wins) * number(wins.max(1)).ln();
        Self {
            wins_of: vec![0; members],
            surprise: (0..=lots as u64).map(surprise).collect(),
            lots: number(lots as u64),
            degrees_of_freedom: number(members as u64) - 1.0,
        }
    }

    fn of(&mut self, sequence: impl Iterator<Item = usize>) -> Measured {
        self.wins_of.fill(0);
        let mut runs = 0;
        let mut before = usize::MAX;
        for winner in sequence {
            self.wins_of[winner] += 1;
            runs += u64::from(winner != before);
            before = winner;
        }
        let (mut surprise, mut squares, mut cubes) = (0.0, 0.0, 0.0);
        for wins in &self.wins_of {
            surprise += self.surprise[*wins as usize];
            let wins = f64::from(*wins);
            squares += wins * wins;
            cubes += wins * wins * wins;
        }
        let n = self.lots;
        let entropy = (n.ln() - surprise / n).max(0.0);
        let d = self.degrees_of_freedom;
        let unevenness = (2.0 * n * ((d + 1.0).ln() - entropy)).max(0.0);
        let spread = 2.0 / (9.0 * d);
        let expected_runs = 1.0 + n - squares / n;
        let variance =
            (squares * (squares + n * n + n) - 2.0 * n * cubes - n * n * n) / (n * n * (n - 1.0));
        Measured {
            entropy,
            runs,
            expected_runs,
            evenness_score: (1.0 - spread - (unevenness / d).cbrt()) / spread.sqrt(),
            alternation_score: if TIE < variance {
                (number(runs) - expected_runs) / variance.sqrt()
            } else {
                0.0
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::assert_close;
    use super::*;

    const SEED: u64 = 20_260_101;

    #[test]
    fn the_observed_order_counts_among_the_permutations() {
        assert_close(permutation_p(999, || false), 0.001, 1e-15);
        assert_close(permutation_p(0, || true), 1.0, 1e-15);
        let mut drawn = 0;
        let p_value = permutation_p(999, || {
            drawn += 1;
            drawn % 100 == 0
        });
        assert_close(p_value, 0.01, 1e-15);
    }

    #[test]
    fn what_is_ordinary_is_soon_known_to_be() {
        let mut drawn = 0;
        let p_value = permutation_p(99_999, || {
            drawn += 1;
            drawn % 2 == 0
        });
        assert_eq!(drawn, 200);
        assert_close(p_value, 0.5, 1e-15);
    }

    #[test]
    fn probabilities_of_turns_agree_with_writing_out_every_order() {
        // Python: the score of this file for every sequence of itertools.product(range(members), repeat=lots); the share at or above the observed
        // one. Within three standard errors of as many draws, or of a hundred extreme ones where it stops early.
        for (wins, members, exact) in TURNS {
            let turns = win_turns(wins, *members, SEED, 99_999).unwrap();
            let error = (exact * (1.0 - exact) / 99_999.0).sqrt().max(exact * 0.1);
            assert_close(turns.p_value, *exact, 3.0 * error);
        }
    }
    const TURNS: &[(&[usize], usize, f64)] = &[
        // Strict turns; two thirds of strict turns; even but loose; even, each in a row.
        (&[0, 1, 2, 0, 1, 2, 0, 1, 2], 3, 174.0 / 19_683.0),
        (&[0, 1, 0, 1, 1, 0, 1, 0, 0, 1], 2, 42.0 / 1_024.0),
        (&[0, 1, 2, 2, 1, 0, 0, 2, 1], 3, 5_736.0 / 19_683.0),
        (&[0, 0, 0, 1, 1, 1, 2, 2, 2], 3, 19_680.0 / 19_683.0),
    ];

    #[test]
    fn turns_are_described_beside_their_probability() {
        // scipy: entropy([5, 3, 1]) / log(3); runs by hand; 1 + 9 - 35/9
        let turns = win_turns(&[0, 0, 1, 0, 1, 0, 2, 1, 0], 3, SEED, 9).unwrap();
        assert_close(turns.entropy_ratio, ENTROPY_RATIO, 1e-14);
        assert_eq!(turns.runs, 8);
        assert_close(turns.expected_runs, 10.0 - 35.0 / 9.0, 1e-15);
    }
    const ENTROPY_RATIO: f64 = 0.852_792_488_490_040_4;

    #[test]
    fn one_who_wins_all_takes_no_turns() {
        let turns = win_turns(&[1; 12], 3, SEED, 999).unwrap();
        assert_close(turns.entropy_ratio, 0.0, 1e-15);
        assert_eq!((turns.runs, turns.expected_runs), (1, 1.0));
        assert_close(turns.p_value, 1.0, 1e-3);
    }

    #[test]
    fn two_alternating_beside_a_third_who_never_wins_are_not_even() {
        let wins: Vec<usize> = (0..20).map(|lot| lot % 2).collect();
        assert!(win_turns(&wins, 3, SEED, 999).unwrap().p_value > 0.9);
        assert!(win_turns(&wins, 2, SEED, 999).unwrap().p_value < 0.01);
    }

    #[test]
    fn chance_is_called_regular_no_more_often_than_the_probability_says() {
        let mut random = ChaCha8Rng::from_seed([7; 32]);
        let regular = (0..400).filter(|group| {
            let wins: Vec<usize> = (0..18).map(|_| below(3, &mut random)).collect();
            win_turns(&wins, 3, *group, 999).unwrap().p_value <= 0.05
        });
        // 5 % of 400 are 20; three standard errors more are 33.
        let regular = regular.count();
        assert!((5..=33).contains(&regular), "{regular}");
    }

    #[test]
    fn the_same_seed_draws_the_same() {
        let wins = [0, 1, 2, 0, 2, 1, 0, 1, 2, 0];
        let turns = win_turns(&wins, 3, SEED, 999);
        assert_eq!(turns, win_turns(&wins, 3, SEED, 999));
        // As this program drew it when it was written: no upgrade may change what was said.
        assert_close(turns.unwrap().p_value, DRAWN, 1e-15);
    }
    const DRAWN: f64 = 0.005;

    #[test]
    fn turns_need_two_members_and_two_wins_of_members() {
        assert_eq!(win_turns(&[], 3, SEED, 9), None);
        assert_eq!(win_turns(&[0], 3, SEED, 9), None);
        assert_eq!(win_turns(&[0, 0, 0], 1, SEED, 9), None);
        assert_eq!(win_turns(&[0, 3, 0], 3, SEED, 9), None);
    }
}
