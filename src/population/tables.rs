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
