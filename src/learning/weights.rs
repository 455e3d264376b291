//! Weights as text that reads back exactly: every number in the shortest decimal form that gives the same bits.
//!
//! One line per thing, words separated by blanks. Linear: `linear FEATURES INTERCEPT`, then per feature `MEAN DEVIATION COEFFICIENT ABSENT`. Forest: `forest FEATURES TREES`, then per
//! feature its edges, then per tree a line `tree NODES DEPTH` and per node `FEATURE BIN LEFT SHARE`.

use std::{fmt::Write as _, str::FromStr};

use super::{
    Error,
    bins::Bins,
    forest::{Forest, Node, Tree},
    linear::{Linear, Term},
    model::Weights,
};

/// Writes weights.
#[must_use]
pub fn write(weights: &Weights) -> String {
    let mut text = String::new();
    // Writing to a text cannot fail.
    match weights {
        Weights::Logistic(linear) => {
            let _ = writeln!(text, "linear {} {:?}", linear.terms.len(), linear.intercept);
            for term in &linear.terms {
                let _ = writeln!(
                    text,
                    "{:?} {:?} {:?} {:?}",
                    term.mean, term.deviation, term.coefficient, term.absent
                );
            }
        }
        Weights::Forest(forest) => {
            let _ = writeln!(
                text,
                "forest {} {}",
                forest.bins.edges.len(),
                forest.trees.len()
            );
            for edges in &forest.bins.edges {
                let edges: Vec<String> = edges.iter().map(|edge| format!("{edge:?}")).collect();
                let _ = writeln!(text, "{}", edges.join(" "));
            }
            for tree in &forest.trees {
                let _ = writeln!(text, "tree {} {}", tree.nodes.len(), tree.depth);
                for (node, share) in tree.nodes.iter().zip(&tree.shares) {
                    let _ = writeln!(
                        text,
                        "{} {} {} {share:?}",
                        node.feature, node.bin, node.left
                    );
                }
            }
        }
    }
    text
}

/// The lines of a text with their numbers.
struct Lines<'a> {
    lines: std::str::Lines<'a>,
    number: usize,
}

impl<'a> Lines<'a> {
    fn next(&mut self) -> Result<Vec<&'a str>, Error> {
        self.number += 1;
        let line = self
            .lines
            .next()
            .ok_or_else(|| self.refuse("the text ends here"))?;
        Ok(line.split_ascii_whitespace().collect())
    }

    fn refuse(&self, reason: &str) -> Error {
        Error::Weights {
            line: self.number,
            reason: reason.to_owned(),
        }
    }

    fn value<T: FromStr>(&self, words: &[&str], place: usize) -> Result<T, Error> {
        words
            .get(place)
            .and_then(|word| word.parse().ok())
            .ok_or_else(|| {
                self.refuse(&format!(
                    "word {} is not the number it should be",
                    place + 1
                ))
            })
    }
}

/// Reads weights for this many features, and refuses what could not be walked: children that do not stand after their parent, features out of range.
///
/// # Errors
///
/// Names the line and what is wrong there.
pub fn read(text: &str, features: usize) -> Result<Weights, Error> {
    let mut lines = Lines {
        lines: text.lines(),
        number: 0,
    };
    let head = lines.next()?;
    if lines.value::<usize>(&head, 1)? != features {
        return Err(lines.refuse("the number of features is not the card's"));
    }
    let weights = match head[0] {
        "linear" => {
            let intercept = lines.value(&head, 2)?;
            let mut terms = Vec::new();
            for _ in 0..features {
                let words = lines.next()?;
                terms.push(Term {
                    mean: lines.value(&words, 0)?,
                    deviation: lines.value(&words, 1)?,
                    coefficient: lines.value(&words, 2)?,
                    absent: lines.value(&words, 3)?,
                });
            }
            Weights::Logistic(Linear { intercept, terms })
        }
        "forest" => {
            let count: usize = lines.value(&head, 2)?;
            let mut edges = Vec::new();
            for _ in 0..features {
                let words = lines.next()?;
                let of_feature = (0..words.len())
                    .map(|place| lines.value(&words, place))
                    .collect::<Result<Vec<f64>, _>>()?;
                if of_feature.len() > 254 || of_feature.windows(2).any(|pair| pair[0] >= pair[1]) {
                    return Err(lines.refuse("edges must ascend, at most 254"));
                }
                edges.push(of_feature);
            }
            let mut trees = Vec::new();
            for _ in 0..count {
                trees.push(tree(&mut lines, features)?);
            }
            Weights::Forest(Forest {
                bins: Bins { edges },
                trees,
            })
        }
        _ => return Err(lines.refuse("neither `linear` nor `forest`")),
    };
    match lines.next() {
        Err(_) => Ok(weights),
        Ok(_) => Err(lines.refuse("nothing should follow")),
    }
}

fn tree(lines: &mut Lines<'_>, features: usize) -> Result<Tree, Error> {
    let head = lines.next()?;
    let (nodes, depth): (usize, usize) = (lines.value(&head, 1)?, lines.value(&head, 2)?);
    let mut tree = Tree {
        depth,
        ..Tree::default()
    };
    let mut depths = vec![0_usize; nodes];
    for place in 0..nodes {
        let words = lines.next()?;
        let node = Node {
            feature: lines.value(&words, 0)?,
            bin: lines.value(&words, 1)?,
            left: lines.value(&words, 2)?,
        };
        let left = node.left as usize;
        let leaf = left == place && node.bin == u8::MAX;
        if !leaf && (left <= place || left + 1 >= nodes) || usize::from(node.feature) >= features {
            return Err(
                lines.refuse("a node must stand before its children and ask about a known feature")
            );
        }
        if !leaf {
            depths[left] = depths[place] + 1;
            depths[left + 1] = depths[place] + 1;
        }
        tree.nodes.push(node);
        tree.shares.push(lines.value(&words, 3)?);
    }
    if nodes == 0 || depths.iter().max() != Some(&depth) {
        return Err(lines.refuse("the depth is not that of the tree's nodes"));
    }
    Ok(tree)
}
