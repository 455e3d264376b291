//! A table of numbers with named columns: what every learner reads.
//!
//! Absent values are not-a-number. Nothing here knows what the columns mean.

use super::Error;

/// Named columns of equal length; an absent value is not-a-number.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Matrix {
    names: Vec<String>,
    columns: Vec<Vec<f64>>,
    rows: usize,
}

impl Matrix {
    /// Puts columns together.
    ///
    /// # Errors
    ///
    /// Refuses columns of different lengths and names that stand twice.
    pub fn new(columns: Vec<(String, Vec<f64>)>) -> Result<Self, Error> {
        let rows = columns.first().map_or(0, |(_, column)| column.len());
        let (names, columns): (Vec<_>, Vec<_>) = columns.into_iter().unzip();
        for (place, name) in names.iter().enumerate() {
            if columns[place].len() != rows {
                return Err(Error::Shape {
                    feature: name.clone(),
                    expected: rows,
                    found: columns[place].len(),
                });
            }
            if names[..place].contains(name) {
                return Err(Error::RepeatedFeature(name.clone()));
            }
        }
        Ok(Self {
            names,
            columns,
            rows,
        })
    }

    /// How many rows there are.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// How many columns there are.
    #[must_use]
    pub fn width(&self) -> usize {
        self.names.len()
    }

    /// The names of the columns, in order.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// One column, by its place.
    #[must_use]
    pub fn column(&self, place: usize) -> &[f64] {
        &self.columns[place]
    }

    /// The column of this name, if there is one.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&[f64]> {
        let place = self.names.iter().position(|known| known == name)?;
        Some(&self.columns[place])
    }

    /// The values of one row, in the order of the columns.
    #[must_use]
    pub fn row(&self, row: usize) -> Vec<f64> {
        self.columns.iter().map(|column| column[row]).collect()
    }

    /// A table of these rows, in the order given; a row may be taken more than once.
    #[must_use]
    pub fn take(&self, rows: &[usize]) -> Self {
        Self {
            names: self.names.clone(),
            columns: self
                .columns
                .iter()
                .map(|column| rows.iter().map(|&row| column[row]).collect())
                .collect(),
            rows: rows.len(),
        }
    }

    /// A table of these columns, by name and in this order.
    ///
    /// # Errors
    ///
    /// Names a column that is not there.
    pub fn select(&self, names: &[String]) -> Result<Self, Error> {
        let columns = names
            .iter()
            .map(|name| {
                self.named(name)
                    .map(|column| (name.clone(), column.to_vec()))
                    .ok_or_else(|| Error::MissingFeature(name.clone()))
            })
            .collect::<Result<Vec<_>, _>>()?;
        Self::new(columns)
    }

    /// Columns that hold nothing, and columns that hold one value only, by name: neither can teach anything.
    #[must_use]
    pub fn empty_and_constant(&self) -> (Vec<String>, Vec<String>) {
        let (mut empty, mut constant) = (Vec::new(), Vec::new());
        for (name, column) in self.names.iter().zip(&self.columns) {
            let mut values = column.iter().filter(|value| !value.is_nan());
            match values.next() {
                None => empty.push(name.clone()),
                // Where some values are absent, their absence is a second value.
                Some(first)
                    if values.all(|value| value == first)
                        && !column.iter().any(|value| value.is_nan()) =>
                {
                    constant.push(name.clone());
                }
                Some(_) => {}
            }
        }
        (empty, constant)
    }

    /// A table without the columns that cannot teach.
    ///
    /// # Errors
    ///
    /// None is left.
    pub fn usable(&self) -> Result<Self, Error> {
        let (empty, constant) = self.empty_and_constant();
        let kept: Vec<String> = self
            .names()
            .iter()
            .filter(|name| !empty.contains(name) && !constant.contains(name))
            .cloned()
            .collect();
        self.select(&kept)
    }
}
