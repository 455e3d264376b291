//! Chance that is the same on every machine: one stream per process, whole numbers only.
//!
//! A draw uses integers and comparisons and nothing from a platform's mathematics library, so the same seed gives the same
//! bytes everywhere, and stays so when the `rand` crates change how they make ranges or floats.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// One reproducible stream of draws.
pub(super) struct Random {
    generator: ChaCha8Rng,
}

/// Streams of projects, of blocks and of pairs of projects start far above those of processes, which count from zero.
const PROJECT_STREAMS: u64 = 1 << 62;
const BLOCK_STREAMS: u64 = 1 << 61;
const PAIR_STREAMS: u64 = 3 << 61;

/// One decade in 32 equal steps of the logarithm, in millionths: literals, because `powf` differs between machines.
const DECADE: [i64; 33] = [
    1_000_000, 1_074_608, 1_154_782, 1_240_938, 1_333_521, 1_433_013, 1_539_927, 1_654_817,
    1_778_279, 1_910_953, 2_053_525, 2_206_734, 2_371_374, 2_548_297, 2_738_420, 2_942_727,
    3_162_278, 3_398_208, 3_651_741, 3_924_190, 4_216_965, 4_531_584, 4_869_675, 5_232_991,
    5_623_413, 6_042_964, 6_493_816, 6_978_306, 7_498_942, 8_058_422, 8_659_643, 9_305_720,
    10_000_000,
];

impl Random {
    /// The stream of the process at `index`: it depends on nothing but the seed and the index.
    pub(super) fn for_process(seed: u64, index: u64) -> Self {
        Self::for_stream(seed, index)
    }

    /// The stream of the project at `index`.
    pub(super) fn for_project(seed: u64, index: u64) -> Self {
        Self::for_stream(seed, PROJECT_STREAMS + index)
    }

    /// The stream of a block of processes, whose common schemes every member can work out alone.
    pub(super) fn for_block(seed: u64, block: u64) -> Self {
        Self::for_stream(seed, BLOCK_STREAMS + block)
    }

    /// The stream of two neighbouring projects.
    pub(super) fn for_pair_of_projects(seed: u64, pair: u64) -> Self {
        Self::for_stream(seed, PAIR_STREAMS + pair)
    }

    fn for_stream(seed: u64, stream: u64) -> Self {
        let mut key = [0_u8; 32];
        for (word, bytes) in (0_u64..).zip(key.chunks_exact_mut(8)) {
            bytes.copy_from_slice(&mix(seed, word).to_le_bytes());
        }
        let mut generator = ChaCha8Rng::from_seed(key);
        generator.set_stream(stream);
        Self { generator }
    }

    /// A whole number in `0..bound`. The bias of the multiplication is below 2⁻³², far under what a sample country can show.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        scale(self.generator.next_u64(), bound)
    }

    /// A whole number in `low..=high`.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        debug_assert!(low <= high, "{low} is above {high}");
        low + self.below((high - low + 1).cast_unsigned()).cast_signed()
    }

    /// Whether something of this many parts in ten thousand happens.
    pub(super) fn happens(&mut self, per_ten_thousand: u64) -> bool {
        self.below(10_000) < per_ten_thousand
    }

    /// One of the items.
    pub(super) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.position(items.len())]
    }

    /// A position in a list of this length.
    pub(super) fn position(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).expect("a draw below a usize is a usize")
    }

    /// An amount between two others whose logarithm is as likely to be anywhere: what Benford's law asks for.
    pub(super) fn logarithmic(&mut self, low: i64, high: i64) -> i64 {
        loop {
            let step = self.position(DECADE.len() - 1);
            let within = self.between(0, 999);
            let millionths = DECADE[step] + (DECADE[step + 1] - DECADE[step]) * within / 1_000;
            let mut amount = low / 1_000 * millionths / 1_000;
            let mut reach = low;
            let mut decades = 1;
            while reach.saturating_mul(10) < high {
                reach *= 10;
                decades += 1;
            }
            for _ in 0..self.below(decades) {
                amount *= 10;
            }
            if amount <= high {
                return amount;
            }
        }
    }
}

/// A number that looks random and is always the same for the same pair (`SplitMix64`): attributes of buyers and firms.
pub(super) const fn mix(seed: u64, index: u64) -> u64 {
    let mut state = seed.wrapping_add(index.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}

/// Maps 64 random bits onto `0..bound`.
fn scale(bits: u64, bound: u64) -> u64 {
    u64::try_from((u128::from(bits) * u128::from(bound)) >> 64)
        .expect("the upper half of 128 bits fits in 64")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_depends_on_seed_and_index_alone() {
        let draws = |seed, index| {
            let mut random = Random::for_process(seed, index);
            [random.below(1 << 40), random.below(1 << 40)]
        };
        assert_eq!(draws(7, 3), draws(7, 3));
        assert_ne!(draws(7, 3), draws(7, 4));
        assert_ne!(draws(7, 3), draws(8, 3));
    }

    #[test]
    fn the_first_draws_are_pinned() {
        // A change of these numbers is a change of every generated country: it needs a line in the changelog.
        let mut random = Random::for_process(1, 0);
        assert_eq!(
            [random.below(1000), random.below(1000), random.below(1000)],
            [935, 539, 47]
        );
    }

    #[test]
    fn logarithms_are_spread_evenly() {
        let mut random = Random::for_process(1, 2);
        let draws: Vec<i64> = (0..4_000)
            .map(|_| random.logarithmic(200_000, 2_000_000_000))
            .collect();
        assert!(
            draws
                .iter()
                .all(|draw| (200_000..=2_000_000_000).contains(draw))
        );
        let ones = draws
            .iter()
            .filter(|draw| draw.to_string().starts_with('1'))
            .count();
        assert!(
            (1_100..1_310).contains(&ones),
            "thirty per cent start with one: {ones}"
        );
    }

    #[test]
    fn between_reaches_both_ends() {
        let mut random = Random::for_process(1, 1);
        let draws: Vec<i64> = (0..200).map(|_| random.between(-1, 1)).collect();
        assert!([-1, 0, 1].iter().all(|value| draws.contains(value)));
        assert!(draws.iter().all(|value| (-1..=1).contains(value)));
    }
}
