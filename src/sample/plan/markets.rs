//! Stories of a market: one class in the block's region and one year.

use super::super::calendar::{day_number, year_of};
use super::super::model::{Indicator, Method};
use super::super::wares;
use super::fill::Wish;
use super::{Planner, Role, Slot, Somebody};

/// Awards of a market that is large enough to be judged.
const LARGE: usize = 25;
/// Awards of one that is not.
const SMALL: usize = 12;

impl Planner {
    /// Tells the stories of markets.
    pub(super) fn markets(&mut self) {
        if self.plants(20) {
            self.market(LARGE, 2, Indicator::ConcentratedMarket);
        }
        if self.tells(15) {
            self.market(LARGE, LARGE, Indicator::ConcentratedMarket);
        }
        if self.tells(30) {
            self.market(SMALL, 2, Indicator::ConcentratedMarket);
        }
        if self.plants(30) {
            self.market(6, 1, Indicator::TerritorialAllocation);
        }
        if self.tells(20) {
            // Four awards are no territory.
            self.market(4, 1, Indicator::TerritorialAllocation);
        }
    }

    /// A market of so many awards in which one firm wins most where `winners` are two, all where it is alone, and no more than
    /// others where they are many.
    fn market(&mut self, awards: usize, winners: usize, indicator: Indicator) {
        let guest = self.guest();
        let year = self.random.between(2021, 2024);
        let mut class = "";
        let is_placed = self.place(|planner| {
            // Classes that every region buys, from firms enough that nobody meets the same ones again and again.
            let sector = planner.random.position(3);
            let ware = wares::draw(&mut planner.random, sector);
            class = ware.family();
            let is_free = |slot: &Slot| slot.ware.family() != class || year_of(slot.first) != year;
            if !planner.plan.slots.iter().all(is_free) {
                return Vec::new();
            }
            (0..awards)
                .map(|number| {
                    let is_guests = winners == 1 || winners == 2 && number < awards * 7 / 10;
                    let hundreds = match winners {
                        1 => (600, 900),
                        2 if is_guests => (1_600, 4_000),
                        _ => (700, 1_400),
                    };
                    let mut slot = planner.draft(&Wish {
                        buyer: Some(planner.buyer_in_turn(number)),
                        method: Some(Method::PublicTender),
                        ware: Some(ware),
                        days: (day_number(year, 1, 10), day_number(year, 10, 20)),
                        hundreds: Some(hundreds),
                        winner: is_guests.then_some(guest),
                        role: Role::Closed,
                        ..Wish::default()
                    });
                    // Three bid: nobody else loses to the guest again and again.
                    slot.firms.truncate(3);
                    slot
                })
                .collect()
        });
        if is_placed {
            self.closed.push((year, class));
        }
        let is_judged = match indicator {
            Indicator::ConcentratedMarket => awards >= LARGE && winners == 2,
            _ => awards > 4,
        };
        if is_placed && is_judged {
            self.mean(indicator, Somebody::Market(class));
        }
    }
}
