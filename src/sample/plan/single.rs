//! Stories of one process each: who a bidder is, and how an estimate stands to a legal threshold.

use super::super::country::Buyer;
use super::super::firms::Contact;
use super::super::model::{Indicator, Method};
use super::super::schemes::ContractScheme;
use super::super::wares::{self, Category};
use super::fill::Wish;
use super::{FIRST_DAY, LAST_STORY_DAY, Planner, Role, Sanction, THRESHOLDS_HOLD};

impl Planner {
    /// Tells the stories of one process.
    pub(super) fn single(&mut self) {
        for _ in 0..5 {
            if self.plants(90) {
                self.just_below_threshold();
            }
        }
        for _ in 0..3 {
            if self.plants(80) {
                self.sister_bidders();
            }
        }
        for _ in 0..2 {
            if self.plants(90) {
                self.bidder_at_the_buyers();
            }
            if self.plants(90) {
                self.young_winner(true);
            }
            if self.tells(90) {
                self.young_winner(false);
            }
            if self.plants(90) {
                self.sanctioned_winner(-400, Some(800));
            }
            if self.plants(90) {
                self.change_orders();
            }
            if self.tells(60) {
                self.growth_below_threshold();
            }
        }
        if self.tells(90) {
            // The sanction had ended.
            self.sanctioned_winner(-900, Some(-60));
        }
        if self.tells(90) {
            // It was imposed later.
            self.sanctioned_winner(300, None);
        }
    }

    /// An estimate one to five per cent below 10,000 or 50,000; for works, up to a tenth.
    fn just_below_threshold(&mut self) {
        let threshold = if self.random.happens(4_000) { 100 } else { 500 };
        self.place(|planner| {
            let ware = wares::draw_any(&mut planner.random);
            let least = if ware.category() == Category::Works {
                91
            } else {
                96
            };
            vec![planner.draft(&Wish {
                method: Some(Method::MinorPurchase),
                ware: Some(ware),
                days: (THRESHOLDS_HOLD, LAST_STORY_DAY),
                hundreds: Some((threshold * least / 100, threshold * 99 / 100)),
                meant: &[Indicator::ValueJustBelowThreshold],
                ..Wish::default()
            })]
        });
    }

    /// Two bidders of one tender can be reached in the same place.
    fn sister_bidders(&mut self) {
        let sisters = [self.guest(), self.guest()];
        let (first, mut second) = (Contact::of(sisters[0]), Contact::of(sisters[1]));
        match self.random.below(3) {
            0 => second.email = first.email.to_uppercase(),
            1 => second.telephone = first.telephone.replace('-', " "),
            _ => second.street = first.street,
        }
        let wish = Wish {
            method: Some(Method::PublicTender),
            days: (FIRST_DAY, LAST_STORY_DAY),
            role: Role::Closed,
            meant: &[Indicator::BiddersShareContact],
            ..Wish::default()
        };
        self.place(|planner| {
            let mut slot = planner.draft(&wish);
            // One of the two wins in half of these tenders; two others bid as well.
            slot.firms.truncate(2);
            let place = 2 * planner.random.position(2);
            for sister in sisters {
                slot.firms.insert(
                    place.min(slot.firms.len()),
                    super::Appearance::plain(sister),
                );
            }
            slot.contacts = vec![(sisters[1], second.clone())];
            vec![slot]
        });
    }

    /// A bidder gives a contact of the buyer for its own.
    fn bidder_at_the_buyers(&mut self) {
        let guest = self.guest();
        let wish = Wish {
            method: Some(Method::PublicTender),
            days: (FIRST_DAY, LAST_STORY_DAY),
            winner: Some(guest),
            role: Role::Closed,
            meant: &[Indicator::BidderSharesContactWithBuyer],
            ..Wish::default()
        };
        self.place(|planner| {
            let mut slot = planner.draft(&wish);
            slot.firms.truncate(3);
            let buyer = Buyer::at(slot.buyer);
            let mut contact = Contact::of(guest);
            match planner.random.below(3) {
                0 => contact.email = buyer.email,
                1 => contact.telephone = buyer.telephone,
                _ => contact.street = buyer.street,
            }
            slot.contacts = vec![(guest, contact)];
            vec![slot]
        });
    }

    /// The winner was founded some months before; what it wins is among the largest of its kind, or small.
    fn young_winner(&mut self, is_large: bool) {
        let guest = self.guest();
        let wish = Wish {
            days: (FIRST_DAY, LAST_STORY_DAY),
            winner: Some(guest),
            meant: if is_large {
                &[Indicator::NewlyCreatedSupplier]
            } else {
                &[]
            },
            ..Wish::default()
        };
        let is_placed = self.place(|planner| {
            let ware = wares::draw_any(&mut planner.random);
            let hundreds = match ware.category() {
                _ if !is_large => (30, 60),
                Category::Works => (140_000, 190_000),
                _ => (42_000, 49_000),
            };
            let mut slot = planner.draft(&Wish {
                method: Some(if is_large {
                    Method::PublicTender
                } else {
                    Method::MinorPurchase
                }),
                ware: Some(ware),
                hundreds: Some(hundreds),
                ..wish.clone()
            });
            slot.firms.truncate(3);
            slot.role = Role::Closed;
            vec![slot]
        });
        if let Some(slot) = self.plan.slots.last().filter(|_| is_placed) {
            let days = self.random.between(20, 230);
            self.plan.founded.push((guest, slot.first - days));
        }
    }

    /// The winner is on the list of sanctions, from and until so many days after the tender opened.
    fn sanctioned_winner(&mut self, from: i64, until: Option<i64>) {
        let guest = self.guest();
        let wish = Wish {
            days: (FIRST_DAY, LAST_STORY_DAY),
            winner: Some(guest),
            meant: if from < 0 && until.is_none_or(|until| until > 0) {
                &[Indicator::SanctionedSupplier]
            } else {
                &[]
            },
            ..Wish::default()
        };
        let is_placed = self.place(|planner| {
            let mut slot = planner.draft(&wish);
            slot.firms.truncate(3);
            vec![slot]
        });
        if let Some(slot) = self.plan.slots.last().filter(|_| is_placed) {
            let (first, lag) = (slot.first, self.random.between(0, 40));
            let is_endless = until.is_some_and(|until| until > 0) && self.random.happens(3_000);
            self.plan.sanctions.push(Sanction {
                firm: guest,
                from: first + from - lag,
                until: until
                    .filter(|_| !is_endless)
                    .map(|until| first + until + lag / 2),
            });
        }
    }

    /// Bought without open competition below the threshold; what is added later lifts it above.
    fn change_orders(&mut self) {
        self.place(|planner| {
            let ware = wares::draw_small(&mut planner.random);
            let mut slot = planner.draft(&Wish {
                method: Some(Method::Exceptional),
                ware: Some(ware),
                days: (THRESHOLDS_HOLD, LAST_STORY_DAY - 360),
                hundreds: Some((460, 470)),
                meant: &[Indicator::DirectAwardThenChangeOrders],
                ..Wish::default()
            });
            slot.contract = Some(ContractScheme::ChangeOrders);
            vec![slot]
        });
    }

    /// It grows a little and stays below.
    fn growth_below_threshold(&mut self) {
        self.place(|planner| {
            let ware = wares::draw_small(&mut planner.random);
            let mut slot = planner.draft(&Wish {
                method: Some(Method::Exceptional),
                ware: Some(ware),
                days: (FIRST_DAY, LAST_STORY_DAY - 360),
                hundreds: Some((400, 440)),
                ..Wish::default()
            });
            slot.contract = Some(ContractScheme::ModestGrowth);
            vec![slot]
        });
    }
}
