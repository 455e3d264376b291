//! Stories of firms that meet in many tenders: groups that take turns, and pairs of which always the same one wins.

use super::super::calendar::day_number;
use super::super::firms::Appearance;
use super::super::model::{Indicator, Method};
use super::super::wares;
use super::fill::Wish;
use super::{Planner, Role, Somebody};

/// Tenders of a closed group.
const ROUNDS: usize = 24;
/// Days between one tender of a group and the next: more than the days by which deadlines and decisions differ.
const ROUND_DAYS: i64 = 84;

impl Planner {
    /// Tells the stories of bidders.
    pub(super) fn bidders(&mut self) {
        if self.plants(25) {
            let turns = (0..ROUNDS).map(|round| round % 3).collect();
            let group = self.closed_group(turns);
            self.mean(Indicator::BidRotation, Somebody::Group(group));
        }
        if self.tells(20) {
            let winners = self.chance();
            self.closed_group(winners);
        }
        if self.plants(35) {
            self.shadowed();
        }
        if self.tells(20) {
            self.strong_firm();
        }
    }

    /// Winners as chance has them: nobody goes empty, and as many runs as chance makes.
    fn chance(&mut self) -> Vec<usize> {
        loop {
            let winners: Vec<usize> = (0..ROUNDS).map(|_| self.random.position(3)).collect();
            let wins = |firm| winners.iter().filter(|&&winner| winner == firm).count();
            let runs = 1 + winners.windows(2).filter(|pair| pair[0] != pair[1]).count();
            let is_uneven = (0..3).any(|firm| !(7..=9).contains(&wins(firm)));
            if is_uneven && (0..3).all(|firm| wins(firm) >= 5) && (14..=17).contains(&runs) {
                return winners;
            }
        }
    }

    /// Three firms that bid with each other and with nobody else.
    fn closed_group(&mut self, winners: Vec<usize>) -> [u32; 3] {
        let group = [self.guest(), self.guest(), self.guest()];
        for (round, winner) in winners.into_iter().enumerate() {
            let others = [1, 2].map(|step| group[(winner + step) % 3]);
            self.tender(round, group[winner], others.to_vec());
        }
        self.plan.groups.push(group);
        group
    }

    /// One tender of a story, in which exactly these firms bid, and those that the story does not name.
    fn tender(&mut self, round: usize, winner: u32, others: Vec<u32>) {
        let day = day_number(2019, 9, 1) + i64::try_from(round).expect("small") * ROUND_DAYS;
        let wish = Wish {
            buyer: Some(self.buyer_in_turn(round)),
            method: Some(Method::PublicTender),
            days: (day, day),
            hundreds: Some((600, 20_000)),
            winner: Some(winner),
            others: Some(others),
            role: Role::Closed,
            ..Wish::default()
        };
        self.place(|planner| {
            let ware = Some(wares::draw(&mut planner.random, wares::WORKS));
            vec![planner.draft(&Wish {
                ware,
                ..wish.clone()
            })]
        });
    }

    /// Firms of the works trade that are nobody in particular.
    fn passers_by(&mut self, number: usize) -> Vec<u32> {
        let (block, honest) = (self.plan.block, self.plan.honest);
        let mut firms: Vec<u32> = Vec::new();
        while firms.len() < number {
            let firm = Appearance::of_trade(&mut self.random, block, 0, honest);
            if firm == Appearance::plain(firm.firm) && !firms.contains(&firm.firm) {
                firms.push(firm.firm);
            }
        }
        firms
    }

    /// Where two firms meet, one always wins; elsewhere it wins now and then, and the other is never seen.
    fn shadowed(&mut self) {
        let (winner, shadow) = (self.guest(), self.guest());
        for round in 0..16 {
            let mut others = self.passers_by(2);
            others.insert(0, shadow);
            self.tender(round, winner, others);
        }
        for round in 16..ROUNDS {
            let mut firms = self.passers_by(3);
            let place = usize::from(round % 4 != 0);
            firms.insert(place, winner);
            let first = firms.remove(0);
            self.tender(round, first, firms);
        }
        self.mean(
            Indicator::SameWinnerAmongCoBidders,
            Somebody::Bidders(winner, shadow),
        );
        self.mean(Indicator::SerialLoser, Somebody::Supplier(shadow));
    }

    /// A strong firm wins against everybody; the one it meets most often wins where it is away.
    fn strong_firm(&mut self) {
        let (strong, rival) = (self.guest(), self.guest());
        for round in 0..ROUNDS {
            let mut others = self.passers_by(2);
            match round % 3 {
                0 => {
                    others.push(rival);
                    self.tender(round, strong, others);
                }
                1 => self.tender(round, strong, others),
                _ => self.tender(round, rival, others),
            }
        }
    }
}
