//! How the published weights came about: a logistic regression on lists with known truth, and nothing else.
//!
//! Newton's method with a small ridge on all candidate pairs of the lists (Hosmer and Lemeshow, "Applied Logistic Regression", chapter 1); then the
//! curve is moved so that 0.9 stands where F1 is best.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::{
    evaluate::TrueList,
    features::{FEATURE_NAMES, FEATURES, NumbersCompared},
    index::Index,
    normalize::Role,
    weights::Weights,
};

/// Features and the constant.
const TERMS: usize = FEATURES + 1;

/// Ridge: keeps weights of features that seldom differ from running away. Ours.
const RIDGE: f64 = 3.0;

/// Steps of Newton's method; it converges within ten.
const STEPS: usize = 10;

/// Candidate pairs of one list that are used: of more, every n-th by a hash of the pair.
const MOST_PAIRS: usize = 1_000_000;

/// Features that may only speak for a pair (1) or against it (-1), where a list that lacks the counterexample would teach the contrary: misspelling
/// and what is left over are never evidence that two names are one.
const SIGNS: [(&str, f64); 17] = [
    ("dice", 1.0),
    ("dice_squared", 1.0),
    ("conflict", -1.0),
    ("addition", -1.0),
    ("group", -1.0),
    ("worst_fuzzy", -1.0),
    ("fuzzy_loss", -1.0),
    ("established_swaps", -1.0),
    ("strongest_shared", 1.0),
    ("other_form", -1.0),
    ("alone_on_both_sides", -1.0),
    ("strongest_alone", -1.0),
    ("strongest_alone_both", -1.0),
    ("conflict_in_group", -1.0),
    ("addition_in_group", -1.0),
    ("equal_letters", 1.0),
    ("strongest_added", -1.0),
];

/// One of so many originals of a list gets strangers that resemble it. Ours: about as many as there are misspelt names in a generated list.
const STRANGERS_EVERY: u64 = 12;

/// A list with strangers that real registers have and generated lists lack: firms that share a phrase and differ in the one word that names them, firms
/// named by a word more, and firms whose short names are one letter apart. Chosen by a hash of the row, so always the same.
fn with_strangers(list: &TrueList) -> TrueList {
    let mut list = list.clone();
    let rows = list.names.len();
    let mut counts: FxHashMap<String, u32> = FxHashMap::default();
    for word in list
        .names
        .iter()
        .flat_map(|name| name.split([' ', ',', '-']))
    {
        *counts.entry(word.to_owned()).or_default() += 1;
    }
    let rarest = |name: &str| {
        name.split([' ', ',', '-'])
            .filter(|word| word.chars().count() > 2 && word.chars().all(char::is_alphabetic))
            .min_by_key(|word| counts[*word])
            .unwrap_or("NADIE")
            .to_owned()
    };
    let mut next = list.entities.iter().max().map_or(0, |entity| entity + 1);
    let mut add = |list: &mut TrueList, name: String| {
        list.names.push(name);
        list.entities.push(next);
        list.families.push(next);
        list.operations.push(String::new());
        next += 1;
    };
    for row in 0..rows {
        let hash = xxhash_rust::xxh3::xxh3_64(&(row as u64).to_le_bytes());
        if !list.operations[row].is_empty() || !hash.is_multiple_of(STRANGERS_EVERY) {
            continue;
        }
        let choice = hash / STRANGERS_EVERY;
        let other = (choice / 8 % rows as u64) as usize;
        let words: Vec<String> = list.names[row].split(' ').map(str::to_owned).collect();
        let own = rarest(&list.names[other]);
        match choice % 4 {
            // The phrase "A B" names two firms: A B X and A B Y.
            0 | 1 => {
                let second = rarest(&list.names[(other + 1) % rows]);
                let (first, second) = (words.iter().cloned(), second);
                let stem: Vec<String> = first.filter(|word| !word.contains('.')).collect();
                add(&mut list, format!("{} {own}", stem.join(" ")));
                add(&mut list, format!("{} {second}", stem.join(" ")));
            }
            2 => {
                let mut longer = words;
                let place = (choice / 4 % longer.len() as u64) as usize;
                longer.insert(place, own);
                add(&mut list, longer.join(" "));
            }
            _ => {
                let short = words
                    .iter()
                    .position(|word| (4..=6).contains(&word.len()) && word.is_ascii());
                if let Some(place) = short {
                    let mut letters: Vec<char> = words[place].chars().collect();
                    let at = (choice / 4 % letters.len() as u64) as usize;
                    letters[at] = char::from(b'A' + (choice / 32 % 26) as u8);
                    let mut twin = words;
                    twin[place] = letters.into_iter().collect();
                    add(&mut list, twin.join(" "));
                }
            }
        }
    }
    list
}

/// Candidate pairs with their truth.
#[derive(Default)]
struct Sample {
    values: Vec<[f32; FEATURES]>,
    is_one: Vec<bool>,
    /// True pairs of the lists that were no candidates.
    missed: usize,
}

/// Fits weights on lists with truth.
#[must_use]
pub fn fit(lists: &[TrueList], version: &str) -> Weights {
    let mut sample = Sample::default();
    for list in lists {
        add(&with_strangers(list), &mut sample);
    }
    let terms = constrained(&sample);
    let shift = best_threshold(&sample, &terms);
    let mut weights = [0.0; FEATURES];
    weights.copy_from_slice(&terms[..FEATURES]);
    let titles: Vec<&str> = lists.iter().map(|list| list.title.as_str()).collect();
    Weights::Logistic {
        version: version.to_owned(),
        fitted_on: titles.join(", "),
        // At the best threshold the log-odds become those of 0.9.
        intercept: terms[FEATURES] - shift + 9.0_f64.ln(),
        weights: Box::new(weights),
    }
}

/// Adds the candidate pairs of a list. Numbered siblings are left out, because numbers are for classes and not for scores; other connected suppliers
/// are strangers.
fn add(list: &TrueList, sample: &mut Sample) {
    let index = Index::build(&list.names);
    let pairs = index.name_pairs(
        |_| true,
        |(left, right, scored), pairs: &mut Vec<([f32; FEATURES], bool)>| {
            if scored.features.numbers == NumbersCompared::Other {
                return;
            }
            let row = |name: u32| {
                index
                    .corpus
                    .holders(name)
                    .iter()
                    .find(|holder| holder.role == Role::Whole)
                    .map(|holder| holder.row as usize)
            };
            if let (Some(a), Some(b)) = (row(left), row(right)) {
                pairs.push((scored.features.values, list.entities[a] == list.entities[b]));
            }
        },
    );
    let every = pairs.len().div_ceil(MOST_PAIRS).max(1);
    let mut found = 0;
    for (place, (values, is_one)) in pairs.into_iter().enumerate() {
        found += usize::from(is_one);
        if place % every == 0 {
            sample.values.push(values);
            sample.is_one.push(is_one);
        }
    }
    let mut sizes = std::collections::BTreeMap::<u32, usize>::new();
    for entity in &list.entities {
        *sizes.entry(*entity).or_default() += 1;
    }
    let all: usize = sizes.values().map(|size| size * (size - 1) / 2).sum();
    sample.missed += all.saturating_sub(found) / every;
}

fn sum(terms: &[f64; TERMS], values: &[f32; FEATURES]) -> f64 {
    values
        .iter()
        .zip(terms)
        .fold(terms[FEATURES], |sum, (value, term)| {
            sum + term * f64::from(*value)
        })
}

/// Fits, and again without the feature that most speaks with the wrong sign, until none does.
fn constrained(sample: &Sample) -> [f64; TERMS] {
    let mut is_free = [true; TERMS];
    let mut reach = [0.0_f64; FEATURES];
    for values in &sample.values {
        for (reach, value) in reach.iter_mut().zip(values) {
            *reach += f64::from(*value).abs();
        }
    }
    loop {
        let terms = newton(sample, &is_free);
        let worst = FEATURE_NAMES
            .iter()
            .enumerate()
            .filter(|(index, name)| {
                SIGNS
                    .iter()
                    .any(|(signed, sign)| signed == *name && terms[*index] * sign < 0.0)
            })
            .map(|(index, _)| (terms[index].abs() * reach[index], index))
            .max_by(|a, b| a.0.total_cmp(&b.0));
        match worst {
            None => return terms,
            Some((_, index)) => is_free[index] = false,
        }
    }
}

/// Maximum of the penalised likelihood over the free terms; the others are 0. Chunks are summed in order, so that the result does not depend on the number of threads.
fn newton(sample: &Sample, is_free: &[bool; TERMS]) -> [f64; TERMS] {
    let mut terms = [0.0; TERMS];
    for _ in 0..STEPS {
        let parts: Vec<([f64; TERMS], Vec<[f64; TERMS]>)> = sample
            .values
            .par_chunks(1 << 16)
            .zip(sample.is_one.par_chunks(1 << 16))
            .map(|(values, is_one)| {
                let mut gradient = [0.0; TERMS];
                let mut curvature = vec![[0.0; TERMS]; TERMS];
                for (values, is_one) in values.iter().zip(is_one) {
                    let probability = 1.0 / (1.0 + (-sum(&terms, values)).exp());
                    let mut row = [1.0; TERMS];
                    for (index, value) in values.iter().enumerate() {
                        row[index] = if is_free[index] {
                            f64::from(*value)
                        } else {
                            0.0
                        };
                    }
                    let error = f64::from(u8::from(*is_one)) - probability;
                    let spread = probability * (1.0 - probability);
                    for i in 0..TERMS {
                        gradient[i] += error * row[i];
                        for j in 0..=i {
                            curvature[i][j] += spread * row[i] * row[j];
                        }
                    }
                }
                (gradient, curvature)
            })
            .collect();
        let mut gradient = [0.0; TERMS];
        let mut curvature = vec![[0.0; TERMS]; TERMS];
        for (part, part_curvature) in parts {
            for i in 0..TERMS {
                gradient[i] += part[i];
                for (sum, part) in curvature[i].iter_mut().zip(&part_curvature[i][..=i]) {
                    *sum += part;
                }
            }
        }
        for i in 0..TERMS {
            if i < FEATURES {
                gradient[i] -= RIDGE * terms[i];
            }
            curvature[i][i] += RIDGE;
            let (above, below) = curvature.split_at_mut(i + 1);
            for (value, row) in above[i][i + 1..].iter_mut().zip(below.iter()) {
                *value = row[i];
            }
        }
        for (term, step) in terms.iter_mut().zip(solve(curvature, gradient)) {
            *term += step;
        }
    }
    terms
}

/// Solves a positive definite system by elimination.
fn solve(mut matrix: Vec<[f64; TERMS]>, mut right: [f64; TERMS]) -> [f64; TERMS] {
    for i in 0..TERMS {
        for j in i + 1..TERMS {
            let factor = matrix[j][i] / matrix[i][i];
            let row = matrix[i];
            for (value, above) in matrix[j].iter_mut().zip(row) {
                *value -= factor * above;
            }
            right[j] -= factor * right[i];
        }
    }
    for i in (0..TERMS).rev() {
        for j in i + 1..TERMS {
            right[i] -= matrix[i][j] * right[j];
        }
        right[i] /= matrix[i][i];
    }
    right
}

/// The log-odds from which F1 is best.
fn best_threshold(sample: &Sample, terms: &[f64; TERMS]) -> f64 {
    let mut scored: Vec<(f64, bool)> = sample
        .values
        .iter()
        .zip(&sample.is_one)
        .map(|(values, is_one)| (sum(terms, values), *is_one))
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    let all = sample.is_one.iter().filter(|is_one| **is_one).count() + sample.missed;
    let (mut right, mut best, mut threshold) = (0_usize, 0.0, 0.0);
    for (place, (score, is_one)) in scored.iter().enumerate() {
        right += usize::from(*is_one);
        let f1 = super::evaluate::share(2 * right, place + 1 + all);
        if f1 > best {
            (best, threshold) = (f1, *score);
        }
    }
    threshold
}
