//! What the room promises: planted causes are found, chance is refused, equal seeds give equal bytes, reasons sum, nothing later is seen.

use proptest::prelude::*;

use super::{
    Error, Matrix, Said, asof,
    calibration::Calibration,
    card,
    contracts::{Contract, Outcome, Target},
    drift,
    forest::{Forest, ForestKind, ForestSettings},
    gate,
    linear::LinearSettings,
    metrics,
    model::{Days, Learner, check},
    novelty, reference_class, screen_rank, screens, splits, weights,
};

/// A country of so many contracts with six features; `planted` says how strongly two of them drive the outcome.
fn country(rows: usize, planted: f64, seed: u64) -> (Matrix, Vec<bool>) {
    let noise: Vec<Vec<f64>> = (0..7)
        .map(|column| {
            splits::shuffled(rows, seed * 31 + column)
                .into_iter()
                .map(|place| place as f64 / rows as f64)
                .collect()
        })
        .collect();
    let labels = (0..rows)
        .map(|row| {
            let odds = planted * (noise[0][row] - 0.5) + planted * (noise[1][row] - 0.5);
            noise[6][row] < 1.0 / (1.0 + (-odds).exp())
        })
        .collect();
    let columns = noise
        .into_iter()
        .take(6)
        .enumerate()
        .map(|(place, column)| (format!("f{place}"), column))
        .collect();
    (Matrix::new(columns).unwrap(), labels)
}

fn small_forest(kind: ForestKind) -> Learner {
    Learner::Forest(ForestSettings {
        kind,
        trees: 60,
        least_leaf_weight: 5,
        ..ForestSettings::default()
    })
}

fn learners() -> Vec<Learner> {
    vec![
        Learner::Logistic(LinearSettings::default()),
        small_forest(ForestKind::RandomForest),
        small_forest(ForestKind::ExtraTrees),
    ]
}

/// Learns from the first half, examines on the second.
fn holdout_of(learner: &Learner, matrix: &Matrix, labels: &[bool]) -> gate::Holdout {
    let half = labels.len() / 2;
    let (train, test): (Vec<usize>, Vec<usize>) = (0..labels.len()).partition(|&row| row < half);
    let groups: Vec<u64> = (0..half as u64).collect();
    let model = learner
        .fit(&matrix.take(&train), &labels[..half], &groups, 1)
        .unwrap();
    let later = matrix.take(&test);
    let probabilities = model.probabilities(&later).unwrap();
    let none = vec![0.0; test.len()];
    gate::examine(&probabilities, &labels[half..], later.column(4), &none, &[])
}

#[test]
fn planted_causes_are_found_by_every_learner() {
    let (matrix, labels) = country(2000, 8.0, 1);
    for learner in learners() {
        let auc = holdout_of(&learner, &matrix, &labels).auc.unwrap();
        assert!(auc.value >= 0.8, "{learner:?}: {auc:?}");
    }
}

#[test]
fn chance_is_refused_by_the_gate_in_at_least_19_of_20_seeds() {
    for learner in learners() {
        let refused = (0..20)
            .filter(|&seed| {
                let (matrix, labels) = country(600, 0.0, seed + 1);
                !gate::decide(&holdout_of(&learner, &matrix, &labels)).passed
            })
            .count();
        assert!(refused >= 19, "{learner:?}: {refused}");
    }
}

#[test]
fn a_model_that_knows_passes_and_one_that_is_worse_for_a_region_does_not() {
    let labels: Vec<bool> = (0..1000).map(|row| row % 10 < 3).collect();
    let honest: Vec<f64> = (0..1000)
        .map(|row| if row % 10 < 3 { 0.9 } else { 0.05 })
        .collect();
    let honest: Vec<f64> = honest
        .iter()
        .map(|p| if *p > 0.5 { 0.98 } else { 0.02 })
        .collect();
    let none = vec![0.0; 1000];
    let good = gate::decide(&gate::examine(&honest, &labels, &none, &none, &[]));
    assert!(good.passed, "{:?}", good.reasons);
    // Fifty rows of the region "north" are forecast highest and turn out negative.
    let mut skewed = honest.clone();
    let mut regions = vec!["south".to_owned(); 1000];
    for row in (0..1000).filter(|row| row % 10 == 9).take(50) {
        skewed[row] = 0.99;
        regions[row] = "north".into();
    }
    let verdict = gate::decide(&gate::examine(
        &skewed,
        &labels,
        &none,
        &none,
        &[("region".into(), regions)],
    ));
    assert!(
        verdict
            .reasons
            .iter()
            .any(|reason| reason.en.contains("north") && reason.es.contains("north")),
        "{:?}",
        verdict.reasons
    );
}

#[test]
fn equal_seeds_give_equal_bytes_for_any_number_of_threads() {
    let (matrix, labels) = country(400, 3.0, 2);
    let groups: Vec<u64> = (0..400).collect();
    for learner in learners() {
        let run = |threads| {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .unwrap();
            pool.install(|| {
                weights::write(&learner.fit(&matrix, &labels, &groups, 7).unwrap().weights)
            })
        };
        assert!(run(1) == run(4));
    }
    let settings = ForestSettings {
        trees: 5,
        rows_per_tree: 100,
        ..ForestSettings::default()
    };
    let one = Forest::grow(&settings, &matrix, &labels, None, 1);
    assert!(
        one != Forest::grow(&settings, &matrix, &labels, None, 2),
        "the seed matters"
    );
}

#[test]
fn contributions_sum_to_the_log_odds_of_the_probability() {
    let (matrix, labels) = country(400, 4.0, 3);
    let mut columns: Vec<(String, Vec<f64>)> = matrix
        .names()
        .iter()
        .cloned()
        .zip((0..6).map(|place| matrix.column(place).to_vec()))
        .collect();
    columns[2]
        .1
        .iter_mut()
        .step_by(3)
        .for_each(|value| *value = f64::NAN);
    let matrix = Matrix::new(columns).unwrap();
    let groups: Vec<u64> = (0..400).collect();
    for learner in learners() {
        let mut model = learner.fit(&matrix, &labels, &groups, 1).unwrap();
        let isotonic = Calibration::isotonic(
            &learner
                .unseen_scores(&matrix, &labels, &groups, 5, 1)
                .unwrap(),
            &labels,
        );
        for calibration in [model.calibration.clone(), isotonic] {
            model.calibration = calibration;
            let probabilities = model.probabilities(&matrix).unwrap();
            for (row, probability) in probabilities.iter().enumerate().take(50) {
                let why = model.explain(&matrix.row(row));
                let sum = why.base + why.contributions.iter().sum::<f64>() + why.calibration;
                let expected = (probability / (1.0 - probability)).ln();
                assert!(
                    (sum - expected).abs() < 1e-6,
                    "{learner:?} {sum} {expected}"
                );
                assert!((why.log_odds - expected).abs() < 1e-6);
            }
        }
    }
}

#[test]
fn weights_and_cards_read_back_exactly_and_refuse_what_differs() {
    let (matrix, labels) = country(300, 3.0, 4);
    let groups: Vec<u64> = (0..300).collect();
    let directory = std::env::temp_dir().join(format!("learning-card-{}", std::process::id()));
    for learner in learners() {
        let model = learner.fit(&matrix, &labels, &groups, 1).unwrap();
        let holdout = holdout_of(&learner, &matrix, &labels);
        let kept = card::Card {
            format: card::FORMAT,
            name: "likely-delay".into(),
            purpose: Said::default(),
            not_for: Said::default(),
            limits: Said::default(),
            features: model.features.clone(),
            split: Said::default(),
            learned_until: "2020-12-31".into(),
            seed: 1,
            rows: 300,
            base_rate: 0.5,
            data_fingerprint: card::data_fingerprint(&matrix, &labels),
            weights_fingerprint: String::new(),
            learner: learner.clone(),
            calibration: model.calibration.clone(),
            verdict: gate::decide(&holdout),
            holdout,
            learned_from: card::feature_shares(&matrix),
        };
        card::save(&directory, &kept, &model).unwrap();
        let (read, again) = card::load(&directory, &model.features).unwrap();
        assert!(again == model);
        assert!(
            read.stability(&matrix)
                .iter()
                .all(|(_, index)| *index < 1e-12)
        );
        let mut other = model.features.clone();
        other.swap(0, 1);
        assert!(matches!(
            card::load(&directory, &other),
            Err(Error::FeatureList { .. })
        ));
        let path = directory.join("model.toml");
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, text.replacen("format = 1", "format = 9", 1)).unwrap();
        assert!(matches!(
            card::load(&directory, &model.features),
            Err(Error::Version { found: 9, .. })
        ));
    }
    std::fs::remove_dir_all(directory).unwrap();
    assert!(
        weights::read("forest 1 1\n0.5\ntree 1 5\n0 255 0 0.5\n", 1).is_err(),
        "a depth that is not the tree's"
    );
    assert!(
        weights::read(
            "forest 1 1\n0.5\ntree 3 1\n0 1 0 0.5\n0 255 1 0\n0 255 2 1\n",
            1
        )
        .is_err(),
        "a circle"
    );
}

#[test]
fn what_cannot_teach_is_refused() {
    let (matrix, labels) = country(200, 1.0, 5);
    let with = |column: Vec<f64>| {
        Matrix::new(vec![
            ("f0".into(), matrix.column(0).to_vec()),
            ("odd".into(), column),
        ])
        .unwrap()
    };
    assert!(matches!(
        check(&matrix.take(&[0, 1, 2]), &labels[..3]),
        Err(Error::TooFewRows { .. })
    ));
    assert!(matches!(
        check(&matrix, &[true; 200]),
        Err(Error::OneClass { .. })
    ));
    assert!(matches!(
        check(&with(vec![1.0; 200]), &labels),
        Err(Error::ConstantFeatures(_))
    ));
    assert!(matches!(
        check(&with(vec![f64::NAN; 200]), &labels),
        Err(Error::EmptyFeatures(_))
    ));
    assert!(matches!(
        check(&matrix, &labels[1..]),
        Err(Error::Shape { .. })
    ));
    assert!(matrix.select(&["absent".into()]).is_err());
    assert!(Matrix::new(vec![("a".into(), vec![]), ("a".into(), vec![])]).is_err());
}

/// Contracts of four buyers and seven suppliers, one signed every third day.
fn contracts(count: i32) -> Vec<Contract> {
    (0..count)
        .map(|row| Contract {
            id: format!("c{row:04}"),
            signed_day: 18_000 + 3 * row,
            value: Some(f64::from(1000 + row * 37 % 911)),
            planned_days: Some(f64::from(30 + row % 50)),
            categories: vec![
                Some(format!("b{}", row % 4)),
                (row % 9 != 0).then(|| format!("s{}", row % 7)),
            ],
            outcome: (row % 11 != 0).then(|| Outcome {
                known_day: 18_000 + 3 * row + 20 + row % 60,
                excess: f64::from(row % 5) / 10.0,
            }),
            ..Contract::default()
        })
        .collect()
}

fn features_of(contracts: &[Contract]) -> Matrix {
    asof::features(
        contracts,
        &["buyer".into(), "supplier".into()],
        Target::CostAbove { share: 0.1 },
        1,
    )
    .unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(30))]

    #[test]
    fn poisoning_what_became_known_later_changes_no_feature(day in 18_000_i32..18_600, poison in -1e6_f64..1e6) {
        let clean = contracts(200);
        let mut poisoned = clean.clone();
        for contract in &mut poisoned {
            if let Some(outcome) = &mut contract.outcome
                && outcome.known_day >= day
            {
                outcome.excess = poison;
                outcome.known_day += 1000;
            }
        }
        let (before, after) = (features_of(&clean), features_of(&poisoned));
        for (row, contract) in clean.iter().enumerate().filter(|(_, contract)| contract.signed_day <= day) {
            let same = before.row(row).iter().zip(after.row(row)).all(|(a, b)| a.to_bits() == b.to_bits());
            prop_assert!(same, "{}", contract.id);
        }
    }

    #[test]
    fn screens_know_no_price_level_and_no_order(mut bids in proptest::collection::vec(1.0_f64..1e6, 2..12), level in 0_i32..8) {
        let first = screens::of_tender(&bids);
        prop_assert_eq!(first.len(), screens::names().len());
        bids.reverse();
        let factor = 2_f64.powi(level);
        for bid in &mut bids {
            *bid *= factor;
        }
        for (a, b) in first.iter().zip(screens::of_tender(&bids)) {
            prop_assert!(a.is_nan() && b.is_nan() || (a - b).abs() <= 1e-9 * a.abs().max(1.0), "{} {}", a, b);
        }
    }

    #[test]
    fn isotonic_steps_never_fall(scores in proptest::collection::vec(-3.0_f64..3.0, 1..60), flips in proptest::collection::vec(any::<bool>(), 60)) {
        let fitted = Calibration::isotonic(&scores, &flips[..scores.len()]);
        let mut ordered = scores.clone();
        ordered.sort_by(f64::total_cmp);
        prop_assert!(ordered.windows(2).all(|pair| fitted.apply(pair[0]) <= fitted.apply(pair[1])));
    }
}

#[test]
fn features_do_not_depend_on_the_order_of_the_contracts() {
    let given = contracts(60);
    let mut turned = given.clone();
    turned.reverse();
    let (a, b) = (features_of(&given), features_of(&turned));
    for row in 0..60 {
        assert!(
            a.row(row)
                .iter()
                .zip(b.row(59 - row))
                .all(|(x, y)| x.to_bits() == y.to_bits())
        );
    }
}

#[test]
fn a_row_teaches_an_origin_only_once_its_outcome_was_known() {
    let begun: Vec<i32> = (0..100).collect();
    let known: Vec<i32> = (0..100).map(|day| day + 30).collect();
    let origins = splits::rolling_origins(&begun, &known, 4, 0.5);
    assert_eq!(origins.len(), 4);
    for origin in &origins {
        assert!(
            origin
                .split
                .train
                .iter()
                .all(|&row| known[row] <= origin.day)
        );
        assert!(origin.split.test.iter().all(|&row| begun[row] > origin.day));
    }
    assert_eq!(
        origins
            .iter()
            .map(|origin| origin.split.test.len())
            .sum::<usize>(),
        50
    );
}

#[test]
fn groups_stay_together() {
    let groups: Vec<u64> = (0..90).map(|row| row / 3).collect();
    let labels: Vec<bool> = groups.iter().map(|group| group % 2 == 0).collect();
    for split in splits::grouped_folds(&groups, &labels, 5, 1) {
        assert!(split.test.iter().all(|&row| {
            split
                .train
                .iter()
                .all(|&other| groups[other] != groups[row])
        }));
    }
}

#[test]
fn metrics_of_known_cases() {
    let labels = [true, false, true, false];
    let auc = metrics::auc(&[0.9, 0.8, 0.7, 0.1], &labels).unwrap();
    assert!((auc.value - 0.75).abs() < 1e-12 && auc.low <= 0.75 && auc.high >= 0.75);
    assert!(
        (metrics::auc(&[0.5; 4], &labels).unwrap().value - 0.5).abs() < 1e-12,
        "ties are even"
    );
    assert!(metrics::auc(&[0.1], &[true]).is_none());
    assert!(
        (metrics::average_precision(&[0.9, 0.8, 0.7, 0.1], &labels).unwrap()
            - f64::midpoint(1.0, 2.0 / 3.0))
        .abs()
            < 1e-12
    );
    assert_eq!(
        metrics::precision_at(&[0.9, 0.8, 0.8, 0.1], &labels, 2),
        Some(0.75),
        "ties at the border count in part"
    );
    assert_eq!(
        metrics::balanced_accuracy(&[0.9, 0.8, 0.7, 0.1], &labels, 0.5),
        Some(0.75)
    );
    assert!((metrics::calibration_error(&[0.5; 4], &labels).unwrap()).abs() < 1e-12);
    assert!(
        metrics::average_precision(&[], &[]).is_none()
            && metrics::calibration_error(&[], &[]).is_none()
    );
}

#[test]
fn a_feature_that_moved_is_told() {
    let learned: Vec<f64> = (0..1000).map(f64::from).collect();
    let cuts = drift::cuts(&learned);
    let index = |values: &[f64]| {
        drift::stability_index(
            &drift::shares(&learned, &cuts),
            &drift::shares(values, &cuts),
        )
    };
    assert!(index(&learned) < 1e-12);
    let moved: Vec<f64> = learned.iter().map(|value| value + 400.0).collect();
    assert!(index(&moved) > drift::SHIFTED);
    assert!(
        index(&[f64::NAN; 10]) > drift::SHIFTED,
        "absence is a shift as well"
    );
}

#[test]
fn the_row_far_from_all_is_the_most_novel_and_says_why() {
    let (matrix, _) = country(300, 0.0, 6);
    let mut columns: Vec<(String, Vec<f64>)> = matrix
        .names()
        .iter()
        .cloned()
        .zip((0..6).map(|place| matrix.column(place).to_vec()))
        .collect();
    columns[3].1[17] = 50.0;
    columns[5].1[17] = -50.0;
    let ranked = novelty::rank(&Matrix::new(columns).unwrap(), 1);
    assert!(
        ranked
            .iter()
            .enumerate()
            .all(|(row, other)| row == 17 || other.score < ranked[17].score)
    );
    let places: Vec<usize> = ranked[17]
        .set_apart_by
        .iter()
        .map(|fact| fact.0)
        .take(2)
        .collect();
    assert!(places.contains(&3) && places.contains(&5));
    assert!(novelty::rank(&Matrix::default(), 1).is_empty());
}

#[test]
fn tenders_of_close_bids_stand_out_of_the_permutation_null_and_chance_does_not() {
    let tender = |row: usize| -> Vec<f64> {
        let order = splits::shuffled(100, row as u64 + 1);
        let spread = |place: usize| order[place] as f64;
        if row < 10 {
            // One bid set apart below followers that crowd together.
            vec![
                97.0,
                100.0,
                100.1 + spread(0) / 1000.0,
                100.3,
                100.4 + spread(1) / 1000.0,
            ]
        } else {
            (0..5).map(|place| 60.0 + spread(place)).collect()
        }
    };
    let rank_of = |rows: std::ops::Range<usize>| {
        screen_rank::untrained(&rows.map(tender).collect::<Vec<_>>(), 1)
    };
    let rank = rank_of(0..100);
    assert!(
        rank.stands_out[..10].iter().filter(|out| **out).count() >= 8,
        "{:?}",
        &rank.chances[..10]
    );
    assert!(
        rank_of(10..100)
            .stands_out
            .iter()
            .filter(|out| **out)
            .count()
            <= 2
    );
}

#[test]
fn screens_of_few_or_equal_bids_are_absent_and_never_a_number_from_nothing() {
    for bids in [vec![], vec![5.0], vec![-1.0, 0.0, f64::NAN]] {
        assert!(
            screens::of_tender(&bids)[1..]
                .iter()
                .all(|screen| screen.is_nan())
        );
    }
    let equal = screens::of_tender(&[7.0; 5]);
    assert!(equal[0] == 5.0 && equal[1] == 0.0 && equal.iter().all(|screen| !screen.is_infinite()));
}

#[test]
fn the_reference_table_reads_and_answers() {
    let table = reference_class::ReferenceClasses::read(reference_class::SHIPPED).unwrap();
    let roads = table.of_sector("Carreteras y caminos").unwrap();
    assert_eq!(roads.sector, "roads");
    assert!((roads.probability_above(0.204).unwrap() - 0.5).abs() < 1e-9);
    assert!(table.of_sector("nothing known").is_none());
    assert!(table.class.iter().all(|class| !class.source.is_empty()));
}

#[test]
fn calibration_learned_in_time_holds_on_later_rows() {
    let (matrix, labels) = country(800, 6.0, 9);
    let days = Days {
        begun: (0..800).collect(),
        known: (5..805).collect(),
    };
    let groups: Vec<u64> = (0..800).collect();
    let model = small_forest(ForestKind::RandomForest)
        .fit_in_time(&matrix, &labels, &days, &groups, 1)
        .unwrap();
    let (later, truth) = country(800, 6.0, 10);
    assert!(
        metrics::calibration_error(&model.probabilities(&later).unwrap(), &truth).unwrap() < 0.08
    );
}
