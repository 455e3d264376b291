//! Stories of a buyer: purchases that belong together, tenders that fail, suppliers that come back.

use super::super::calendar::{day_number, year_of};
use super::super::model::{Indicator, Method};
use super::super::wares::{self, Ware};
use super::fill::Wish;
use super::{FIRST_DAY, LAST_STORY_DAY, Planner, Role, Slot, Somebody, THRESHOLDS_HOLD};

/// One ware of each division, from works to training.
const ONE_OF_EACH_DIVISION: usize = 20;

impl Planner {
    /// Tells the stories of buyers.
    pub(super) fn stories(&mut self) {
        if self.plants(25) {
            self.bunching();
        }
        if self.plants(70) {
            self.split_purchases();
        }
        if self.tells(50) {
            self.same_need(&[(0, 0), (200, 300)], (340, 440), true);
        }
        if self.tells(50) {
            self.same_need(&[(0, 0), (5, 60)], (340, 440), false);
        }
        if self.tells(50) {
            self.same_need(&[(0, 0), (5, 30), (35, 60)], (80, 88), true);
        }
        if self.plants(80) {
            let percent = if self.random.happens(5_000) {
                (97, 104)
            } else {
                (118, 121)
            };
            self.failed_tender(Method::Exceptional, percent, true);
        }
        if self.tells(50) {
            self.failed_tender(Method::PublicTender, (97, 104), false);
        }
        if self.tells(50) {
            self.failed_tender(Method::Exceptional, (45, 55), false);
        }
        if self.plants(60) {
            let number = 3 + self.random.position(2);
            self.asks_again(number, (50, 88));
        }
        if self.plants(30) {
            self.asks_again(2, (340, 440));
        }
        if self.tells(60) {
            self.asks_again(2, (50, 88));
        }
        if self.plants(30) {
            self.dominated(5);
        }
        if self.tells(30) {
            self.dominated(2);
        }
        if self.plants(16) {
            self.sells_everything();
        }
    }

    /// A window of some months within one year after the law on thresholds.
    fn months(&mut self) -> (i64, i64) {
        let year = self.random.between(2021, 2024);
        (day_number(year, 1, 10), day_number(year, 6, 20))
    }

    /// Two dozen purchases just below 50,000 and none just above.
    fn bunching(&mut self) {
        let buyer = self.some_buyer();
        let wish = Wish {
            buyer: Some(buyer),
            method: Some(Method::MinorPurchase),
            days: (THRESHOLDS_HOLD, LAST_STORY_DAY),
            hundreds: Some((452, 498)),
            ..Wish::default()
        };
        let mut number = 0;
        for _ in 0..26 {
            let is_placed = self.place(|planner| {
                let ware = Some(wares::draw_small(&mut planner.random));
                vec![planner.draft(&Wish {
                    ware,
                    ..wish.clone()
                })]
            });
            number += usize::from(is_placed);
        }
        if number >= 22 {
            let somebody = Somebody::Buyer(self.buyer(buyer));
            self.mean(Indicator::BunchingBelowThreshold, somebody);
            self.plan.reserved.push(self.buyer(buyer));
        }
    }

    /// Two to four purchases of one class within two months, any two of which pass the threshold together.
    fn split_purchases(&mut self) {
        let number = 2 + self.random.position(3);
        let guest = self.guest();
        let one_supplier = self.random.happens(5_000).then_some(guest);
        self.place(|planner| {
            let (buyer, ware) = (planner.some_buyer(), wares::draw_small(&mut planner.random));
            let months = planner.months();
            let first = planner.random.between(months.0, months.1 - 60);
            (0..number)
                .map(|_| {
                    planner.draft(&Wish {
                        buyer: Some(buyer),
                        method: Some(Method::MinorPurchase),
                        ware: Some(ware),
                        days: (first, first + 60),
                        hundreds: Some((340, 440)),
                        winner: one_supplier,
                        meant: &[Indicator::SplitPurchases],
                        ..Wish::default()
                    })
                })
                .collect()
        });
    }

    /// Small purchases so many days after the first one, of one class or of different ones: each a need of its own.
    fn same_need(&mut self, after: &[(i64, i64)], hundreds: (i64, i64), one_class: bool) {
        self.place(|planner| {
            let buyer = planner.some_buyer();
            let mut ware = wares::draw_small(&mut planner.random);
            let first = planner.random.between(FIRST_DAY, LAST_STORY_DAY - 300);
            let mut slots: Vec<Slot> = Vec::new();
            for &(least, most) in after {
                let is_taken = |ware: &Ware, slots: &[Slot]| {
                    slots.iter().any(|slot| slot.ware.family() == ware.family())
                };
                while !one_class && is_taken(ware, &slots) {
                    ware = wares::draw_small(&mut planner.random);
                }
                slots.push(planner.draft(&Wish {
                    buyer: Some(buyer),
                    method: Some(Method::MinorPurchase),
                    ware: Some(ware),
                    days: (first + least, first + most),
                    hundreds: Some(hundreds),
                    ..Wish::default()
                }));
            }
            if winners_differ(&slots) {
                slots
            } else {
                Vec::new()
            }
        });
    }

    /// A tender that fails, and some weeks later a purchase of the same class.
    fn failed_tender(&mut self, then: Method, percent: (i64, i64), is_meant: bool) {
        self.place(|planner| {
            let ware = wares::draw_small(&mut planner.random);
            let failed = planner.draft(&Wish {
                method: Some(Method::PublicTender),
                ware: Some(ware),
                days: (FIRST_DAY, LAST_STORY_DAY),
                hundreds: Some((1_200, 6_000)),
                role: Role::Failing,
                ..Wish::default()
            });
            let hundreds = failed.cents() / super::HUNDRED;
            let mut bought = planner.draft(&Wish {
                method: Some(then),
                ware: Some(ware),
                days: (failed.first + 60, failed.first + 75),
                hundreds: Some((hundreds * percent.0 / 100, hundreds * percent.1 / 100)),
                meant: if is_meant {
                    &[Indicator::FailedTenderThenDirectAward]
                } else {
                    &[]
                },
                ..Wish::default()
            });
            bought.buyer = failed.buyer;
            vec![failed, bought]
        });
    }

    /// Purchases of different classes from one supplier within half a year, without open competition.
    fn asks_again(&mut self, number: usize, hundreds: (i64, i64)) {
        let guest = self.guest();
        let mut buyer = 0;
        let is_placed = self.place(|planner| {
            buyer = planner.some_buyer();
            let days = planner.months();
            let mut slots: Vec<Slot> = Vec::new();
            while slots.len() < number {
                let ware = wares::draw_small(&mut planner.random);
                if slots.iter().any(|slot| slot.ware.family() == ware.family()) {
                    continue;
                }
                let method = *planner
                    .random
                    .pick(&[Method::MinorPurchase, Method::Exceptional]);
                slots.push(planner.draft(&Wish {
                    buyer: Some(buyer),
                    method: Some(method),
                    ware: Some(ware),
                    days,
                    hundreds: Some(hundreds),
                    winner: Some(guest),
                    ..Wish::default()
                }));
            }
            slots
        });
        if is_placed && (number > 2 || hundreds.0 > 250) {
            let somebody = Somebody::Pair(self.buyer(buyer), guest);
            self.mean(Indicator::RepeatedDirectAwards, somebody);
        }
    }

    /// A year in which one supplier gets most of a buyer's money, in five awards; or as much in two, which may be chance.
    fn dominated(&mut self, awards: usize) {
        let guest = self.guest();
        let mut buyer = 0;
        let is_placed = self.place(|planner| {
            buyer = planner.some_buyer();
            let mut other = buyer;
            while other == buyer {
                other = planner.some_buyer();
            }
            let days = planner.months();
            let large = (120_000, 180_000);
            let mut slots: Vec<Slot> = Vec::new();
            for number in 0..awards + 7 {
                let is_own = number < awards;
                let ware = is_own.then(|| wares::draw(&mut planner.random, wares::WORKS));
                slots.push(planner.draft(&Wish {
                    buyer: Some(buyer),
                    method: Some(Method::PublicTender),
                    ware,
                    days,
                    hundreds: Some(if is_own { large } else { (600, 5_000) }),
                    winner: is_own.then_some(guest),
                    ..Wish::default()
                }));
            }
            // It has another customer, whom it does not dominate.
            slots.push(planner.draft(&Wish {
                buyer: Some(other),
                method: Some(Method::PublicTender),
                ware: Some(slots[0].ware),
                days,
                hundreds: Some((600, 900)),
                winner: Some(guest),
                ..Wish::default()
            }));
            slots
        });
        if is_placed {
            let year = self.plan.slots.last().map(|slot| year_of(slot.first));
            let number = self.buyer(buyer);
            self.capped.extend(year.map(|year| (number, year)));
            self.plan.reserved.push(number);
            if awards > 2 {
                self.mean(
                    Indicator::SupplierDominatesBuyer,
                    Somebody::Pair(number, guest),
                );
            }
        }
    }

    /// One firm sells something of every division, to every buyer once in a while.
    fn sells_everything(&mut self) {
        let guest = self.guest();
        let mut divisions: Vec<&'static Ware> = Vec::new();
        while divisions.len() < ONE_OF_EACH_DIVISION {
            let ware = wares::draw_any(&mut self.random);
            if divisions
                .iter()
                .all(|other| other.division() != ware.division())
            {
                divisions.push(ware);
            }
        }
        let mut number = 0;
        for (place, ware) in divisions.iter().chain(&divisions[..4]).enumerate() {
            let round = i64::try_from(place / self.regular).expect("a few rounds");
            let wish = Wish {
                buyer: Some(self.buyer_in_turn(place)),
                method: Some(Method::MinorPurchase),
                ware: Some(ware),
                days: (
                    day_number(2019 + 2 * round, 2, 1),
                    day_number(2019 + 2 * round, 9, 1),
                ),
                hundreds: Some((30, 80)),
                winner: Some(guest),
                ..Wish::default()
            };
            number += usize::from(self.place(|planner| vec![planner.draft(&wish)]));
        }
        if number >= 20 {
            self.mean(Indicator::HeterogeneousSupplier, Somebody::Supplier(guest));
        }
    }
}

fn winners_differ(slots: &[Slot]) -> bool {
    slots.iter().enumerate().all(|(place, slot)| {
        slots[place + 1..]
            .iter()
            .all(|other| other.firms[0].firm != slot.firms[0].firm)
    })
}
