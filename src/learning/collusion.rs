//! Bid screens put to the test where the truth is known: labelled tenders, market by market, and never across markets, where transfer was measured to be chance.
//!
//! *Protocol.* A tender is one row, and all its bids stay on one side of every split. Per bid: 80 of 100 tenders teach, the others examine, in ten random splits; every bid
//! has its tender's score. Per tender: five folds. Identifiers are put in an order drawn from a seed of its own before any split is drawn, so that the order of the file tells nothing.
//! The threshold of the balanced accuracy is learned from tenders that teach, by folds among them.
//!
//! *Features* are what the bids of a tender tell about each other ([`screens`]): no date, place, price level or identity.

use std::path::Path;

use rayon::prelude::*;
use serde::Serialize;

use super::{
    Error, Matrix,
    forest::{Forest, ForestKind, ForestSettings},
    markets::{LabelledTender, Market, read_markets},
    metrics, screen_rank,
    screens::{self, deviation, mean},
    splits,
};

/// What was reached in one market.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MarketScore {
    /// Name of the market.
    pub market: String,
    /// Tenders and bids.
    pub tenders: usize,
    /// Bids.
    pub bids: usize,
    /// Share of the tenders that are labelled.
    pub base_rate: f64,
    /// Per bid, mean over splits: balanced accuracy at the learned threshold.
    pub balanced_accuracy: f64,
    /// Per bid, mean over splits: balanced accuracy at one half.
    pub balanced_accuracy_at_half: f64,
    /// Per bid, mean over splits, and its standard deviation.
    pub bid_auc: (f64, f64),
    /// Per tender, mean over folds, and the lower and upper end of the 95 % interval of the forecasts of all folds together.
    pub tender_auc: (f64, f64, f64),
    /// Per tender, mean over folds.
    pub tender_average_precision: f64,
    /// Per tender, of the untrained rank of screens: AUC with interval.
    pub untrained_auc: (f64, f64, f64),
    /// Per tender, of low CV alone.
    pub low_cv_auc: f64,
    /// Tenders whose untrained rank stands out of its permutation null at 5 % after Benjamini and Hochberg, and how many of them are labelled.
    pub standing_out: (usize, usize),
}

/// Share of the tenders that examine, and number of random splits: the protocol of the figures it is compared with.
const TEST_SHARE: f64 = 0.2;
const SPLITS: u64 = 10;
/// Folds per tender, likewise.
const FOLDS: usize = 5;
/// The order of the identifiers is drawn from the seed with these bits turned, so that it has nothing to do with the splits.
const ORDER_SEED: u64 = 0x9e37_79b9_7f4a_7c15;

/// Published figures for the protocol, by a word of the market's name: balanced accuracy and AUC per bid in percent, AUC per tender, of Extra Trees of 300 in scikit-learn.
pub const REFERENCE: &[(&str, f64, f64, f64)] = &[
    ("Brazil", 82.0, 93.7, 0.898),
    ("Italy", 85.0, 91.9, 0.902),
    ("Japan", 62.7, 85.1, 0.832),
    ("Ticino", 82.7, 96.1, 0.928),
];

/// The screens of every tender of a market, from its bids only.
///
/// # Errors
///
/// None in practice: the names of the screens differ from each other.
pub fn features(market: &Market) -> Result<Matrix, Error> {
    let rows: Vec<Vec<f64>> = market
        .tenders
        .par_iter()
        .map(|tender| screens::of_tender(&tender.bids))
        .collect();
    let names = screens::names();
    Matrix::new(
        names
            .into_iter()
            .enumerate()
            .map(|(place, name)| (name, rows.iter().map(|row| row[place]).collect()))
            .collect(),
    )
}

/// The learner of the bid screens: the mean of extremely randomised trees and of a random forest, which err differently.
#[must_use]
pub fn learners() -> [ForestSettings; 2] {
    let settings = |kind| ForestSettings {
        kind,
        trees: 300,
        least_leaf_weight: 3,
        balanced: true,
        ..ForestSettings::default()
    };
    [
        settings(ForestKind::ExtraTrees),
        settings(ForestKind::RandomForest),
    ]
}

/// Scores of some tenders by learners that saw others.
fn forecast(
    matrix: &Matrix,
    labels: &[bool],
    train: &[usize],
    test: &[usize],
    seed: u64,
) -> Vec<f64> {
    let known: Vec<bool> = train.iter().map(|&row| labels[row]).collect();
    let (learn, examine) = (matrix.take(train), matrix.take(test));
    let mut scores = vec![0.0; test.len()];
    let learners = learners();
    for settings in &learners {
        let forest = Forest::grow(settings, &learn, &known, None, seed);
        for (score, share) in scores.iter_mut().zip(forest.shares(&examine)) {
            *score += share / learners.len() as f64;
        }
    }
    scores
}

/// The table that serves a market best, as the tenders that teach say by folds among them, and the scores of these folds. Summaries over subsets help where cartels
/// are partial and cost where tenders are few or alike, so each market decides for itself.
fn chosen<'a>(
    tables: &'a [Matrix],
    labels: &[bool],
    train: &[usize],
    seed: u64,
) -> (&'a Matrix, Vec<f64>) {
    let known: Vec<bool> = train.iter().map(|&row| labels[row]).collect();
    let numbers: Vec<u64> = (0..train.len() as u64).collect();
    let folds = splits::grouped_folds(&numbers, &known, FOLDS, seed);
    let mut best: Option<(f64, &Matrix, Vec<f64>)> = None;
    for table in tables {
        let mut unseen = vec![0.0; known.len()];
        for fold in &folds {
            let rows =
                |places: &[usize]| places.iter().map(|&place| train[place]).collect::<Vec<_>>();
            let scores = forecast(table, labels, &rows(&fold.train), &rows(&fold.test), seed);
            for (&place, score) in fold.test.iter().zip(scores) {
                unseen[place] = score;
            }
        }
        let auc = metrics::auc(&unseen, &known).map_or(0.5, |auc| auc.value);
        if best.as_ref().is_none_or(|best| auc > best.0) {
            best = Some((auc, table, unseen));
        }
    }
    let (_, table, unseen) = best.expect("there is at least one table");
    (table, unseen)
}

/// Scores and labels of each bid of some tenders.
fn per_bid(market: &[&LabelledTender], rows: &[usize], scores: &[f64]) -> (Vec<f64>, Vec<bool>) {
    let mut of_bids = (Vec::new(), Vec::new());
    for (&row, &score) in rows.iter().zip(scores) {
        for &label in &market[row].labels {
            of_bids.0.push(score);
            of_bids.1.push(label);
        }
    }
    of_bids
}

/// Evaluates one market.
///
/// # Errors
///
/// Too few tenders, or labels that all agree.
pub fn evaluate_market(market: &Market, seed: u64) -> Result<MarketScore, Error> {
    let order = splits::shuffled(market.tenders.len(), seed ^ ORDER_SEED);
    let tenders: Vec<&LabelledTender> = order.iter().map(|&row| &market.tenders[row]).collect();
    let matrix = features(market)?.take(&order);
    let labels: Vec<bool> = tenders
        .iter()
        .map(|tender| tender.labels.iter().any(|label| *label))
        .collect();
    super::model::check(&matrix.usable()?, &labels)?;
    let numbers: Vec<u64> = (0..labels.len() as u64).collect();
    let whole: Vec<String> = matrix
        .names()
        .iter()
        .filter(|name| !name.contains("_of_3_"))
        .cloned()
        .collect();
    let tables = [matrix.select(&whole)?, matrix.clone()];

    let (mut learned, mut half, mut bid_aucs) = (Vec::new(), Vec::new(), Vec::new());
    for split_seed in 0..SPLITS {
        let seed = seed.wrapping_mul(1000).wrapping_add(split_seed);
        let split = splits::random_part(labels.len(), TEST_SHARE, seed);
        let (table, unseen) = chosen(&tables, &labels, &split.train, seed);
        let (scores, of_bids) = per_bid(&tenders, &split.train, &unseen);
        let threshold = metrics::best_threshold(&scores, &of_bids);
        let scores = forecast(table, &labels, &split.train, &split.test, seed);
        let (scores, of_bids) = per_bid(&tenders, &split.test, &scores);
        // A part without both classes examines nothing.
        if let Some(auc) = metrics::auc(&scores, &of_bids) {
            bid_aucs.push(auc.value);
            learned.extend(metrics::balanced_accuracy(&scores, &of_bids, threshold));
            half.extend(metrics::balanced_accuracy(&scores, &of_bids, 0.5));
        }
    }

    let (mut fold_aucs, mut precisions) = (Vec::new(), Vec::new());
    let mut together = vec![0.0; labels.len()];
    for fold in splits::grouped_folds(&numbers, &labels, FOLDS, seed) {
        let (table, _) = chosen(&tables, &labels, &fold.train, seed);
        let scores = forecast(table, &labels, &fold.train, &fold.test, seed);
        let of_fold: Vec<bool> = fold.test.iter().map(|&row| labels[row]).collect();
        fold_aucs.extend(metrics::auc(&scores, &of_fold).map(|auc| auc.value));
        precisions.extend(metrics::average_precision(&scores, &of_fold));
        for (&row, score) in fold.test.iter().zip(scores) {
            together[row] = score;
        }
    }
    let interval = |scores: &[f64]| {
        metrics::auc(scores, &labels).map_or((f64::NAN, f64::NAN, f64::NAN), |auc| {
            (auc.value, auc.low, auc.high)
        })
    };
    let (_, low, high) = interval(&together);

    let rank = screen_rank::untrained(
        &tenders
            .iter()
            .map(|tender| tender.bids.clone())
            .collect::<Vec<_>>(),
        seed,
    );
    let cv: Vec<f64> = matrix
        .named("cv")
        .unwrap_or(&[])
        .iter()
        .map(|cv| if cv.is_nan() { f64::NEG_INFINITY } else { -cv })
        .collect();
    let out: Vec<usize> = (0..labels.len())
        .filter(|&row| rank.stands_out[row])
        .collect();
    Ok(MarketScore {
        market: market.name.clone(),
        tenders: labels.len(),
        bids: tenders.iter().map(|tender| tender.bids.len()).sum(),
        base_rate: labels.iter().filter(|label| **label).count() as f64 / labels.len() as f64,
        balanced_accuracy: mean(&learned),
        balanced_accuracy_at_half: mean(&half),
        bid_auc: (mean(&bid_aucs), deviation(&bid_aucs)),
        tender_auc: (mean(&fold_aucs), low, high),
        tender_average_precision: mean(&precisions),
        untrained_auc: interval(&rank.scores),
        low_cv_auc: interval(&cv).0,
        standing_out: (out.len(), out.iter().filter(|&&row| labels[row]).count()),
    })
}

/// A market's name with what was reached in it, or why nothing could be.
pub type NamedScore = (String, Result<MarketScore, Error>);

/// Evaluates every market of a directory; a market that cannot be evaluated says why.
///
/// # Errors
///
/// What [`read_markets`] refuses.
pub fn evaluate_collusion(directory: &Path, seed: u64) -> Result<Vec<NamedScore>, Error> {
    Ok(read_markets(directory)?
        .iter()
        .map(|market| (market.name.clone(), evaluate_market(market, seed)))
        .collect())
}

/// The evaluation as a table for people, beside the published figures, with the features declared.
#[must_use]
pub fn table(scores: &[NamedScore]) -> String {
    let mut lines = vec![
        "per bid: 80/20 by tender, 10 splits, balanced accuracy % (threshold learned | at one half) and AUC %; per tender: 5 folds, AUC [95 %] and average precision".to_owned(),
        "to beat: Extra Trees of 300 in scikit-learn under this protocol".to_owned(),
    ];
    for (market, score) in scores {
        match score {
            Err(refusal) => lines.push(format!("{market}: {refusal}")),
            Ok(score) => {
                lines.push(format!(
                    "{market}: {} tenders, {} bids, {:.1} % of tenders labelled",
                    score.tenders,
                    score.bids,
                    100.0 * score.base_rate
                ));
                lines.push(format!(
                    "  per bid     {:.1} | {:.1}   AUC {:.1} (sd over splits {:.1})",
                    100.0 * score.balanced_accuracy,
                    100.0 * score.balanced_accuracy_at_half,
                    100.0 * score.bid_auc.0,
                    100.0 * score.bid_auc.1
                ));
                let (value, low, high) = score.tender_auc;
                lines.push(format!(
                    "  per tender  AUC {value:.3} [{low:.3}, {high:.3}]   AP {:.3}",
                    score.tender_average_precision
                ));
                if let Some((_, accuracy, bid, tender)) =
                    REFERENCE.iter().find(|known| market.contains(known.0))
                {
                    lines.push(format!(
                        "  to beat     {accuracy:.1}   AUC {bid:.1}   per tender {tender:.3}"
                    ));
                }
                let (value, low, high) = score.untrained_auc;
                lines.push(format!(
                    "  untrained   AUC {value:.3} [{low:.3}, {high:.3}] per tender; low CV alone {:.3}; {} tenders stand out of the permutation null, {} of them labelled",
                    score.low_cv_auc, score.standing_out.0, score.standing_out.1
                ));
            }
        }
    }
    lines.push(format!(
        "features (from the bids of the tender only): {}",
        screens::names().join(", ")
    ));
    lines.push(
        "not used: date, place, estimate, price level, identity of bidders, winner".to_owned(),
    );
    lines.join("\n") + "\n"
}
