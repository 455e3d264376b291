//! The plan of a block: who buys what, when and from whom in five hundred neighbouring processes.
//!
//! A scheme of several processes needs members that know of each other, and a process must not depend on how many others there
//! are. So the country is made of blocks: each has a region, buyers and firms of its own, and a plan drawn from the seed and the
//! block's number, which every member can work out alone. First come the stories (`stories`, `bidders`, `markets`), each of which
//! takes a few slots; then `fill` gives the others to honest business, which `admits` keeps from looking like a story by chance.

mod admits;
mod bidders;
mod fill;
mod markets;
mod single;
mod stories;

use super::calendar::day_number;
use super::country::{BUYERS_PER_BLOCK, REGULAR_BUYERS};
use super::firms::{Appearance, Contact, FIRST_GUEST, number_of};
use super::model::{Indicator, Method};
use super::random::{Random, mix};
use super::schemes::ContractScheme;
use super::wares::Ware;

/// Processes of one block.
pub(super) const BLOCK: u64 = 500;
/// Buyers of every block before this one.
const BUYERS: u64 = BUYERS_PER_BLOCK as u64;
/// First day on which a tender opens.
const FIRST_DAY: i64 = day_number(2019, 1, 7);
/// Last day on which a tender opens.
const LAST_DAY: i64 = day_number(2025, 12, 10);
/// First day of schemes around a legal threshold: the law that sets it is in force since September 2020.
const THRESHOLDS_HOLD: i64 = day_number(2020, 10, 1);
/// Last day on which a scheme begins: all that it is made of ends before today.
const LAST_STORY_DAY: i64 = day_number(2025, 6, 30);
/// Awards without open competition, in a hundred, of a buyer that hardly ever asks for bids.
const HEAVY_PERCENT: u64 = 97;
/// A hundred balboas, in cents: estimates are round.
pub(super) const HUNDRED: i64 = 100 * 100;

/// What a process of the block is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Honest business, in which one process alone may still show something.
    Ordinary,
    /// Part of a story: it is awarded, and nothing else is drawn for it.
    Quiet,
    /// The same, and exactly the firms of the slot bid.
    Closed,
    /// Nobody is awarded.
    Failing,
    /// The buyer gives up.
    Cancelled,
}

/// What the plan says of one process.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    pub(super) buyer: usize,
    pub(super) method: Method,
    pub(super) ware: &'static Ware,
    /// The day on which the tender opens.
    pub(super) first: i64,
    /// The estimate of each lot, in cents.
    pub(super) estimates: Vec<i64>,
    /// The winner of each lot, then others that are interested.
    pub(super) firms: Vec<Appearance>,
    pub(super) role: Role,
    /// How the contract runs, where that is part of the story.
    pub(super) contract: Option<ContractScheme>,
    pub(super) contacts: Vec<(u32, Contact)>,
    pub(super) meant: &'static [Indicator],
}

impl Slot {
    /// The estimate of the whole.
    pub(super) fn cents(&self) -> i64 {
        self.estimates.iter().sum()
    }

    /// Whether a part of it goes to whoever the buyer asks.
    pub(super) const fn is_direct(&self) -> bool {
        !self.method.is_competitive()
    }

    /// The firms that win.
    pub(super) fn winners(&self) -> &[Appearance] {
        &self.firms[..self.estimates.len()]
    }
}

/// How readily a buyer disqualifies bids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Strictness {
    Usual,
    /// One of four bids or more.
    Mild,
    /// About half of all bids.
    Hard,
}

/// Somebody of whom a pattern is meant to be seen over several processes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Somebody {
    Buyer(usize),
    /// A buyer and a firm.
    Pair(usize, u32),
    Supplier(u32),
    /// A class of the block's region.
    Market(&'static str),
    Bidders(u32, u32),
    Group([u32; 3]),
}

/// A sanction, with its first and last day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sanction {
    pub(super) firm: u32,
    pub(super) from: i64,
    /// Absent where it has no end.
    pub(super) until: Option<i64>,
}

/// The plan of one block.
pub(super) struct Plan {
    pub(super) seed: u64,
    pub(super) block: u64,
    pub(super) honest: bool,
    pub(super) slots: Vec<Slot>,
    pub(super) strictness: [Strictness; BUYERS_PER_BLOCK],
    pub(super) meant: Vec<(Indicator, Somebody)>,
    /// Closed groups of bidders, of which some take turns.
    pub(super) groups: Vec<[u32; 3]>,
    pub(super) sanctions: Vec<Sanction>,
    /// Firms founded on another day than most.
    pub(super) founded: Vec<(u32, i64)>,
    /// Buyers whose numbers a story lives on: no project is built on what they bought.
    pub(super) reserved: Vec<usize>,
}

/// What the region's largest buyer does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Bigness {
    /// There is none.
    None,
    /// Its amounts are what amounts are.
    Natural,
    /// Its amounts are invented.
    Invented,
}

/// A plan in the making.
struct Planner {
    random: Random,
    plan: Plan,
    bigness: Bigness,
    /// Buyers that buy regularly here.
    regular: usize,
    /// Awards without open competition, in a hundred, by buyer.
    direct_percent: [u64; BUYERS_PER_BLOCK],
    /// Slots of each buyer that end in an award, and those without open competition.
    counts: [(u64, u64); BUYERS_PER_BLOCK],
    next_guest: u32,
    /// Markets that only a story may enter, by year and class.
    closed: Vec<(i64, &'static str)>,
    /// Years in which a buyer spends little beside its story.
    capped: Vec<(usize, i64)>,
}

impl Plan {
    /// The plan of a block: the same for the same seed.
    pub(super) fn of(seed: u64, block: u64, honest: bool) -> Self {
        let random = Random::for_block(seed, block);
        let bigness = match mix(seed ^ 0xb16, block) % 12 {
            0 if !honest => Bigness::Invented,
            0 | 1 => Bigness::Natural,
            _ => Bigness::None,
        };
        let mut planner = Planner {
            random,
            plan: Self {
                seed,
                block,
                honest,
                slots: Vec::new(),
                strictness: [Strictness::Usual; BUYERS_PER_BLOCK],
                meant: Vec::new(),
                groups: Vec::new(),
                sanctions: Vec::new(),
                founded: Vec::new(),
                reserved: Vec::new(),
            },
            bigness,
            regular: if bigness == Bigness::None {
                REGULAR_BUYERS
            } else {
                3
            },
            direct_percent: [50; BUYERS_PER_BLOCK],
            counts: [(0, 0); BUYERS_PER_BLOCK],
            next_guest: FIRST_GUEST,
            closed: Vec::new(),
            capped: Vec::new(),
        };
        planner.settle_buyers();
        planner.single();
        if bigness == Bigness::None {
            planner.stories();
            planner.bidders();
            planner.markets();
        }
        planner.fill();
        planner.shuffle();
        planner.plan
    }

    /// The slot of a process of this block.
    pub(super) fn slot(&self, index: u64) -> &Slot {
        &self.slots[usize::try_from(index % BLOCK).expect("below five hundred")]
    }

    /// Whether somebody was meant to show a pattern.
    pub(super) fn means(&self, indicator: Indicator, somebody: Somebody) -> bool {
        self.meant.contains(&(indicator, somebody))
    }

    /// How readily a buyer disqualifies.
    pub(super) fn strictness_of(&self, buyer: usize) -> Strictness {
        self.strictness[buyer % BUYERS_PER_BLOCK]
    }
}

impl Planner {
    /// A firm that appears in one story.
    fn guest(&mut self) -> u32 {
        let firm = number_of(self.plan.block, self.next_guest);
        self.next_guest += 1;
        firm
    }

    /// The number of a buyer of this block.
    fn buyer(&self, local: usize) -> usize {
        usize::try_from(self.plan.block * BUYERS)
            .expect("a country has fewer buyers than addresses")
            + local
    }

    /// The regular buyers of which stories are told, in turn: one that hardly ever asks for bids, or disqualifies half of them, has
    /// its own.
    fn buyer_in_turn(&self, turn: usize) -> usize {
        let open: Vec<usize> = (0..self.regular)
            .filter(|&buyer| self.direct_percent[buyer] < HEAVY_PERCENT)
            .filter(|&buyer| self.plan.strictness[buyer] != Strictness::Hard)
            .collect();
        open.get(turn % open.len().max(1)).copied().unwrap_or(0)
    }

    /// Some regular buyer.
    fn some_buyer(&mut self) -> usize {
        let turn = self.random.position(self.regular);
        self.buyer_in_turn(turn)
    }

    /// Whether a story that plants something is told.
    fn plants(&mut self, percent: u64) -> bool {
        // The draw comes first, so that the honest country draws what the other draws.
        self.random.below(100) < percent && !self.plan.honest
    }

    /// Whether a look-alike is told.
    fn tells(&mut self, percent: u64) -> bool {
        self.random.below(100) < percent
    }

    fn mean(&mut self, indicator: Indicator, somebody: Somebody) {
        self.plan.meant.push((indicator, somebody));
    }

    /// Tries until the slots that `make` draws stand beside all that is there; `false` where they never do. No slots ask for
    /// another try.
    fn place(&mut self, mut make: impl FnMut(&mut Self) -> Vec<Slot>) -> bool {
        for _ in 0..80 {
            let slots = make(self);
            if !slots.is_empty() && slots.iter().all(|slot| self.admits(slot)) {
                for slot in slots {
                    self.push(slot);
                }
                return true;
            }
        }
        false
    }

    fn push(&mut self, slot: Slot) {
        let count = &mut self.counts[slot.buyer % BUYERS_PER_BLOCK];
        // What fails makes no award, and shares are of awards.
        count.0 += u64::from(!matches!(slot.role, Role::Failing | Role::Cancelled));
        count.1 += u64::from(slot.is_direct());
        self.plan.slots.push(slot);
    }

    /// Scatters the stories over the block.
    fn shuffle(&mut self) {
        for last in (1..self.plan.slots.len()).rev() {
            let other = self.random.position(last + 1);
            self.plan.slots.swap(last, other);
        }
    }
}
