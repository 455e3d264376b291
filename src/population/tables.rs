//! The points as tables, and the SQL that is asked of them.
//!
//! The files are `rules/facts/<name>.sql`, in a subset that any SQL engine over the same columns understands: joins on keys, GROUP BY, CASE, plain
//! aggregates. Keys are integers, days are numbers, and every result has an order.

use polars::{
    prelude::{Column, DataFrame, IntoColumn, IntoLazy, NamedFrom, PolarsResult, Series},
    sql::SQLContext,
};

use super::points::Points;

/// Bidders of a lot from which it is not compared with others: the pairs in a lot are the square of its bidders, and where so many bid there is
/// no small circle. Ours: the largest tender in the public collusion data has fewer.
const MOST_BIDDERS: u32 = 60;

/// One question, as its file asks it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Question {
    Buyer,
    Supplier,
    BuyerSupplier,
    Market,
    BidderPair,
}

impl Question {
    const fn sql(self) -> &'static str {
        match self {
            Self::Buyer => include_str!("../../rules/facts/buyer.sql"),
            Self::Supplier => include_str!("../../rules/facts/supplier.sql"),
            Self::BuyerSupplier => include_str!("../../rules/facts/buyer_supplier.sql"),
            Self::Market => include_str!("../../rules/facts/market.sql"),
            Self::BidderPair => include_str!("../../rules/facts/bidder_pair.sql"),
        }
    }
}

/// The tables that questions are asked of.
pub(super) struct Asked {
    process: DataFrame,
    award: DataFrame,
    bidder: DataFrame,
}

impl Asked {
    pub(super) fn new(points: &Points) -> Self {
        Self {
            process: processes(points),
            award: awards(points),
            bidder: bidders(points),
        }
    }

    /// The answer, as a table in the order that the question states.
    pub(super) fn answer(&self, question: Question) -> DataFrame {
        self.ask(question.sql())
            .expect("the questions are the program's own, and its tests ask them")
    }

    fn ask(&self, sql: &str) -> PolarsResult<DataFrame> {
        let mut context = SQLContext::new();
        context.register("process", self.process.clone().lazy());
        context.register("award", self.award.clone().lazy());
        context.register("bidder", self.bidder.clone().lazy());
        context.execute(sql)?.collect()
    }
}

/// A column of an answer: whole numbers, none where unknown.
pub(super) fn integers(table: &DataFrame, name: &str) -> Vec<Option<i64>> {
    let column = table
        .column(name)
        .and_then(|column| column.cast(&polars::prelude::DataType::Int64));
    let column = column.expect("the answer has the columns its question names");
    column
        .i64()
        .expect("it was cast to this type")
        .iter()
        .collect()
}

/// A column of an answer: numbers, none where unknown.
pub(super) fn numbers(table: &DataFrame, name: &str) -> Vec<Option<f64>> {
    let column = table
        .column(name)
        .and_then(|column| column.cast(&polars::prelude::DataType::Float64));
    let column = column.expect("the answer has the columns its question names");
    column
        .f64()
        .expect("it was cast to this type")
        .iter()
        .collect()
}

fn column<T, P>(name: &str, points: impl Iterator<Item = P>, of: impl Fn(P) -> T) -> Column
where
    Series: NamedFrom<Vec<T>, [T]>,
{
    Series::new(name.into(), points.map(of).collect::<Vec<T>>()).into_column()
}

fn table(columns: Vec<Column>) -> DataFrame {
    let height = columns.first().map_or(0, Column::len);
    DataFrame::new(height, columns).expect("each column has a value for each point")
}

fn processes(points: &Points) -> DataFrame {
    let all = || points.processes.iter();
    table(vec![
        column("buyer_key", all(), |point| point.buyer_key),
        column("jurisdiction_key", all(), |point| {
            point.traits.jurisdiction_key
        }),
        column("estimate", all(), |point| point.estimate),
        column("threshold", all(), |point| point.competition_threshold),
    ])
}

fn awards(points: &Points) -> DataFrame {
    let all = || {
        points
            .awards
            .iter()
            .map(|award| (award, &points.processes[award.process as usize]))
    };
    table(vec![
        column("buyer_key", all(), |(_, process)| process.buyer_key),
        column("supplier_key", all(), |(award, _)| award.supplier_key),
        column("jurisdiction_key", all(), |(_, process)| {
            process.traits.jurisdiction_key
        }),
        column("class_key", all(), |(_, process)| process.traits.class_key),
        column("region_key", all(), |(_, process)| {
            process.traits.region_key
        }),
        column("year", all(), |(_, process)| process.traits.year),
        column("currency_key", all(), |(_, process)| process.currency_key),
        column("amount", all(), |(award, _)| award.amount),
        column("is_restricted", all(), |(_, process)| {
            i32::from(process.traits.method.is_restricted())
        }),
    ])
}

fn bidders(points: &Points) -> DataFrame {
    let mut sizes = vec![0_u32; points.lots.len()];
    for bidder in &points.bidders {
        sizes[bidder.lot as usize] += 1;
    }
    let all = || {
        points
            .bidders
            .iter()
            .filter(|bidder| sizes[bidder.lot as usize] <= MOST_BIDDERS)
    };
    let buyer = |lot: u32| {
        let process = points.lots[lot as usize].process;
        points.processes[process as usize].buyer_key
    };
    table(vec![
        column("lot", all(), |bidder| i64::from(bidder.lot)),
        column("bidder_key", all(), |bidder| bidder.bidder_key),
        column("buyer_key", all(), |bidder| buyer(bidder.lot)),
        column("has_won", all(), |bidder| i32::from(bidder.has_won)),
        column("is_judged", all(), |bidder| i32::from(bidder.is_judged)),
        column("is_disqualified", all(), |bidder| {
            i32::from(bidder.is_disqualified)
        }),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::population::points::{
        AwardPoint, BidderPoint, LotPoint, Method, ProcessPoint, Traits,
    };

    /// Six direct purchases of one buyer with two bidders each, of which the first wins; amounts 100, 200, … 600.
    fn points() -> Points {
        let mut points = Points::default();
        for index in 0..6_u32 {
            points.processes.push(ProcessPoint {
                buyer_key: 7,
                currency_key: 1,
                traits: Traits {
                    method: Method::Direct,
                    year: Some(2024),
                    class_key: 3,
                    region_key: 4,
                    jurisdiction_key: 5,
                    ..Traits::default()
                },
                estimate: Some(480.0),
                competition_threshold: Some(500.0),
                ..ProcessPoint::default()
            });
            points.lots.push(LotPoint {
                process: index,
                bidder_count: Some(2.0),
                lowest_gap_ratio: None,
                decision_days: None,
                price_variation_ratio: None,
                relative_distance: None,
                valid_priced_bidder_count: 2,
            });
            for bidder_key in [11, 12] {
                points.bidders.push(BidderPoint {
                    lot: index,
                    bidder_key,
                    has_won: bidder_key == 11,
                    is_judged: true,
                    is_disqualified: bidder_key == 12 && index == 0,
                });
            }
            points.awards.push(AwardPoint {
                process: index,
                supplier_key: 11,
                amount: Some(f64::from(index + 1) * 100.0),
                day: Some(19_000),
            });
        }
        points
    }

    #[test]
    fn every_question_is_answered_as_it_is_asked() {
        let asked = Asked::new(&points());
        let buyers = asked.answer(Question::Buyer);
        for (name, value) in [
            ("buyer_key", 7),
            ("process_count", 6),
            ("below_threshold_count", 6),
            ("above_threshold_count", 0),
            ("award_count", 6),
            ("direct_award_count", 6),
            ("judged_bid_count", 12),
            ("disqualified_bid_count", 1),
        ] {
            assert_eq!(integers(&buyers, name), [Some(value)], "{name}");
        }
        assert_eq!(numbers(&buyers, "amount"), [Some(2_100.0)]);
        let winners = asked.answer(Question::Supplier);
        assert_eq!(integers(&winners, "bidder_key"), [Some(12)]);
        assert_eq!(integers(&winners, "winner_key"), [Some(11)]);
        assert_eq!(integers(&winners, "lot_count"), [Some(6)]);
        let relations = asked.answer(Question::BuyerSupplier);
        assert_eq!(integers(&relations, "pair_award_count"), [Some(6)]);
        assert_eq!(numbers(&relations, "buyer_amount"), [Some(2_100.0)]);
        let markets = asked.answer(Question::Market);
        assert_eq!(integers(&markets, "award_count"), [Some(6)]);
        let pairs = asked.answer(Question::BidderPair);
        assert_eq!(integers(&pairs, "lot_count"), [Some(6)]);
        assert_eq!(integers(&pairs, "bidder_win_count"), [Some(6)]);
        assert_eq!(integers(&pairs, "other_win_count"), [Some(0)]);
    }

    #[test]
    fn nothing_is_answered_with_nothing() {
        let asked = Asked::new(&Points::default());
        for question in [
            Question::Buyer,
            Question::Supplier,
            Question::BuyerSupplier,
            Question::Market,
            Question::BidderPair,
        ] {
            assert_eq!(asked.answer(question).height(), 0, "{question:?}");
        }
    }
}
