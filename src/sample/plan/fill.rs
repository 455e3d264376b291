//! Buyers and their habits, and the honest business that is most of what they do.

use super::super::country::{BIG_BUYER, BUYERS_PER_BLOCK, REGULAR_BUYERS, THIN_BUYER};
use super::super::firms::Appearance;
use super::super::model::{Indicator, Method};
use super::super::wares::{self, Category, Ware};
use super::{
    BLOCK, Bigness, FIRST_DAY, HEAVY_PERCENT, HUNDRED, LAST_DAY, Planner, Role, Slot, Somebody,
    Strictness,
};

/// Slots of the largest buyer, where there is one.
const BIG_SLOTS: u64 = 370;

/// What a slot should be; what is not said is drawn.
#[derive(Clone, Debug)]
pub(super) struct Wish {
    /// The buyer's place in its block.
    pub(super) buyer: Option<usize>,
    pub(super) method: Option<Method>,
    pub(super) ware: Option<&'static Ware>,
    /// First and last day on which the tender may open.
    pub(super) days: (i64, i64),
    /// Least and largest estimate, in hundreds of balboas.
    pub(super) hundreds: Option<(i64, i64)>,
    pub(super) winner: Option<u32>,
    /// The other bidders.
    pub(super) others: Option<Vec<u32>>,
    pub(super) role: Role,
    pub(super) meant: &'static [Indicator],
}

impl Default for Wish {
    fn default() -> Self {
        Self {
            buyer: None,
            method: None,
            ware: None,
            days: (FIRST_DAY, LAST_DAY),
            hundreds: None,
            winner: None,
            others: None,
            role: Role::Quiet,
            meant: &[],
        }
    }
}

impl Planner {
    /// Gives buyers their habits: how often they buy without open competition, and how readily they disqualify.
    pub(super) fn settle_buyers(&mut self) {
        // Peers are compared at nine in ten: three in ten buyers are far from the rest for reasons of their own, so that nine in ten is
        // among them wherever a block is cut.
        let shift = self.random.position(REGULAR_BUYERS);
        for buyer in 0..self.regular {
            let somebody = Somebody::Buyer(self.buyer(buyer));
            let is_heavy = self.plants(4);
            self.direct_percent[buyer] = match (buyer + shift) % REGULAR_BUYERS {
                _ if is_heavy => HEAVY_PERCENT,
                0 | 3 | 6 => 66,
                // The mildly strict are alike in this as well.
                2 | 5 | 8 => 58,
                _ => 50,
            };
            if is_heavy {
                self.mean(Indicator::HeavyUseOfDirectAwards, somebody);
                self.plan.reserved.push(self.buyer(buyer));
            }
            let is_hard = self.plants(5) && self.direct_percent[buyer] <= 60;
            self.plan.strictness[buyer] = match (buyer + shift) % REGULAR_BUYERS {
                _ if is_hard => Strictness::Hard,
                2 | 5 | 8 => Strictness::Mild,
                _ => Strictness::Usual,
            };
            if is_hard {
                self.mean(Indicator::ExcessiveDisqualification, somebody);
            }
        }
        if self.tells(40) {
            self.buy_once_in_a_while(THIN_BUYER, 3, 100);
        }
        if self.tells(40) {
            self.plan.strictness[THIN_BUYER + 1] = Strictness::Hard;
            self.buy_once_in_a_while(THIN_BUYER + 1, 1, 0);
        }
        self.buy_once_in_a_while(THIN_BUYER + 2, 2, 50);
        if self.bigness != Bigness::None {
            let big = self.buyer(BIG_BUYER);
            self.plan.reserved.push(big);
            if self.bigness == Bigness::Invented {
                self.mean(Indicator::BenfordDeviation, Somebody::Buyer(big));
            }
        }
    }

    fn buy_once_in_a_while(&mut self, buyer: usize, slots: u64, direct_percent: u64) {
        self.direct_percent[buyer] = direct_percent;
        for _ in 0..slots {
            let wish = Wish {
                buyer: Some(buyer),
                ..Wish::default()
            };
            self.place(|planner| vec![planner.draft(&wish)]);
        }
    }

    /// Gives every slot that is left to honest business.
    pub(super) fn fill(&mut self) {
        let mut targets = [1; BUYERS_PER_BLOCK];
        for (buyer, target) in targets.iter_mut().enumerate().take(self.regular) {
            // What stories made it buy without open competition stays within its share.
            let (_, direct) = self.counts[buyer];
            let least = direct * 100 / self.direct_percent[buyer] + 1;
            *target = least.max(42 + self.random.below(17));
        }
        let big = u64::from(self.bigness != Bigness::None) * BIG_SLOTS;
        while (self.plan.slots.len() as u64) < BLOCK {
            let buyer = if self.counts[BIG_BUYER].0 < big {
                BIG_BUYER
            } else {
                // Whoever lacks most of what it usually buys.
                (0..self.regular)
                    .min_by_key(|&buyer| self.counts[buyer].0 * 10_000 / targets[buyer])
                    .expect("a block has regular buyers")
            };
            let role = match self.random.below(1_000) {
                0..10 => Role::Cancelled,
                10..30 => Role::Failing,
                _ => Role::Ordinary,
            };
            let wish = Wish {
                buyer: Some(buyer),
                role,
                ..Wish::default()
            };
            if !self.place(|planner| vec![planner.draft(&wish)]) {
                // Nothing fits any more, which a block of this size does not come to: what stands is judged as it is.
                let slot = self.draft(&wish);
                self.push(slot);
            }
        }
    }

    /// Draws a slot as it is wished.
    pub(super) fn draft(&mut self, wish: &Wish) -> Slot {
        let local = match wish.buyer {
            Some(buyer) => buyer,
            None => self.some_buyer(),
        };
        let ware = match wish.ware {
            Some(ware) => ware,
            None => wares::draw_any(&mut self.random),
        };
        let (method, cents) = match (wish.method, wish.hundreds) {
            (Some(method), Some((low, high))) => (method, self.random.between(low, high) * HUNDRED),
            (None, None) if local == BIG_BUYER => self.big_purchase(),
            (method, _) => {
                let method = method.unwrap_or_else(|| self.next_method(local));
                (method, self.estimate(method, ware.category()))
            }
        };
        let role =
            if method.is_competitive() || !matches!(wish.role, Role::Failing | Role::Cancelled) {
                wish.role
            } else {
                Role::Ordinary
            };
        let is_divided = role == Role::Ordinary
            && method.is_competitive()
            && cents >= 1_200 * HUNDRED
            && self.random.happens(2_700);
        let estimates = if is_divided {
            self.divided(cents)
        } else {
            vec![cents]
        };
        let firms = self.firms(wish, method, ware, estimates.len());
        Slot {
            buyer: self.buyer(local),
            method,
            ware,
            first: self.random.between(wish.days.0, wish.days.1),
            estimates,
            firms,
            role,
            contract: None,
            contacts: Vec::new(),
            meant: wish.meant,
        }
    }

    /// Two or three lots of different size: no amount is twice another.
    fn divided(&mut self, cents: i64) -> Vec<i64> {
        let parts: &[i64] = if self.random.happens(7_000) {
            &[57, 43]
        } else {
            &[45, 31, 24]
        };
        parts
            .iter()
            .map(|percent| cents * percent / 100 / HUNDRED * HUNDRED)
            .collect()
    }

    /// The winners, then others: all of the ware's trade unless wished otherwise.
    fn firms(&mut self, wish: &Wish, method: Method, ware: &Ware, lots: usize) -> Vec<Appearance> {
        let (block, honest) = (self.plan.block, self.plan.honest);
        let mut firms: Vec<Appearance> = wish.winner.map(Appearance::plain).into_iter().collect();
        let number = match (&wish.others, method) {
            (Some(others), _) => {
                firms.extend(others.iter().copied().map(Appearance::plain));
                firms.len()
            }
            (None, Method::MinorPurchase) => 3,
            (None, Method::Exceptional) => 1,
            (None, _) => lots + 5,
        };
        while firms.len() < number.max(1) {
            let is_busy =
                firms.is_empty() && !method.is_competitive() && self.random.happens(7_000);
            let firm = if is_busy {
                Appearance::busy_of_trade(&mut self.random, block, ware.trade, honest)
            } else {
                Appearance::of_trade(&mut self.random, block, ware.trade, honest)
            };
            if firms.iter().all(|other| other.firm != firm.firm) {
                firms.push(firm);
            }
        }
        firms
    }

    /// The method that keeps the buyer at its share of purchases without open competition.
    fn next_method(&mut self, buyer: usize) -> Method {
        let (slots, direct) = self.counts[buyer];
        if direct * 100 < self.direct_percent[buyer] * (slots + 1) {
            if self.random.happens(2_800) {
                Method::Exceptional
            } else {
                Method::MinorPurchase
            }
        } else {
            competitive_method(self.random.below(43))
        }
    }

    /// A round estimate in cents, within what the procedure is for, clear of what a rule could take for something else.
    fn estimate(&mut self, method: Method, category: Category) -> i64 {
        loop {
            let cents = match (method, self.random.below(10)) {
                (Method::MinorPurchase, 0..5) => self.random.between(20, 100) * HUNDRED,
                (Method::MinorPurchase, _) => self.random.between(100, 449) * HUNDRED,
                (Method::Exceptional, 0..6) => self.random.between(50, 449) * HUNDRED,
                (Method::Exceptional, _) => {
                    // Awarded for less, it is still above the threshold.
                    self.random.logarithmic(560 * HUNDRED, 20_000 * HUNDRED)
                }
                _ if category == Category::Works => {
                    self.random.logarithmic(510 * HUNDRED, 200_000 * HUNDRED)
                }
                _ => self.random.logarithmic(510 * HUNDRED, 50_000 * HUNDRED),
            } / HUNDRED
                * HUNDRED;
            if is_clear(cents) {
                return cents;
            }
        }
    }

    /// What the largest buyer buys: amounts over four decades, by the method that each amount asks for.
    fn big_purchase(&mut self) -> (Method, i64) {
        let cents = loop {
            let cents = if self.bigness == Bigness::Invented && !self.random.happens(600) {
                // Whoever invents amounts likes them to begin high.
                let hundreds = self.random.between(6_000, 9_999);
                *self
                    .random
                    .pick(&[hundreds / 100, hundreds / 10, hundreds, hundreds * 10])
                    * HUNDRED
            } else {
                self.random.logarithmic(20 * HUNDRED, 200_000 * HUNDRED) / HUNDRED * HUNDRED
            };
            if is_clear(cents) {
                break cents;
            }
        };
        let is_small = cents < 500 * HUNDRED;
        let method = match self.random.below(100) {
            0..70 if is_small => Method::MinorPurchase,
            _ if is_small => Method::Exceptional,
            0..25 if cents >= 560 * HUNDRED => Method::Exceptional,
            draw => competitive_method(draw % 43),
        };
        (method, cents)
    }
}

/// Local procedures as often as a small country uses them.
const fn competitive_method(draw: u64) -> Method {
    match draw {
        0..29 => Method::PublicTender,
        29..39 => Method::BestValueTender,
        _ => Method::FrameworkTender,
    }
}

/// Whether an amount is neither close below a legal threshold, nor on one, nor made of nines.
pub(super) fn is_clear(cents: i64) -> bool {
    let hundreds = cents / HUNDRED;
    let mut digits = hundreds;
    while digits % 10 == 0 && digits > 0 {
        digits /= 10;
    }
    let is_nines = [9, 99, 999, 9_999, 99_999].contains(&digits);
    let is_close = |threshold: i64| (threshold * 89 / 100..=threshold).contains(&hundreds);
    !is_nines && hundreds >= 20 && !is_close(100) && !(450..=500).contains(&hundreds)
}
