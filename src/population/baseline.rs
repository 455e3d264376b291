//! Baselines: the distributions that subjects are compared with, as they are kept.
//!
//! Every assessment writes the distributions of its own population beside its tables. A *frozen* baseline is a copy of those under a name; an
//! assessment that uses one compares with yesterday's distributions, so that its flags do not change because tomorrow's data moved a fence.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use polars::prelude::{
    Column, DataFrame, IntoColumn, NamedFrom, ParquetReader, ParquetWriter, PolarsError, SerReader,
    Series,
};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

/// Places of the grid of quantiles: every twentieth, with minimum and maximum. The quantiles that rules ask for (5, 10, 75, 80, 90, 95 %) are among
/// them.
pub(crate) const GRID: usize = 21;
/// Where baselines are, in the data directory.
const DIRECTORY: &str = "baselines";
/// The distributions, in the directory of a dataset and in that of a baseline.
pub(crate) const DISTRIBUTIONS: &str = "baseline.parquet";
const DESCRIPTION: &str = "baseline.json";
/// Names the baseline that assessments use unless they are told another.
const IN_USE: &str = "in-use";

/// What is kept of one measure in one group.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Distribution {
    pub(crate) measure: String,
    pub(crate) level: String,
    pub(crate) key: i64,
    pub(crate) count: u64,
    pub(crate) grid: [f64; GRID],
    /// Upper fence of the logarithms, adjusted for skew, on the scale of the values.
    pub(crate) fence: Option<f64>,
    pub(crate) log_median: Option<f64>,
    pub(crate) log_deviation: Option<f64>,
    /// The beta distribution that shares are shrunk towards.
    pub(crate) prior: Option<(f64, f64)>,
}

impl Distribution {
    /// One of the kept quantiles: 0.05, 0.10, … 0.95.
    pub(crate) fn quantile(&self, share: f64) -> f64 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a share of 21 places"
        )]
        let place = (share * (GRID - 1) as f64).round() as usize;
        self.grid[place.min(GRID - 1)]
    }

    /// The share of the group that is below a value, between the kept quantiles in a straight line; half of those that equal it count.
    pub(crate) fn percentile(&self, value: f64) -> f64 {
        let below = self.grid.partition_point(|quantile| *quantile < value);
        let not_above = self.grid.partition_point(|quantile| *quantile <= value);
        #[expect(clippy::cast_precision_loss, reason = "21 places")]
        let share = |place: f64| (place / (GRID - 1) as f64).clamp(0.0, 1.0);
        #[expect(clippy::cast_precision_loss, reason = "21 places")]
        if not_above > below {
            share(f64::midpoint(below as f64, (not_above - 1) as f64))
        } else if below == 0 {
            0.0
        } else if below == GRID {
            1.0
        } else {
            let (lower, upper) = (self.grid[below - 1], self.grid[below]);
            share((below - 1) as f64 + (value - lower) / (upper - lower))
        }
    }
}

/// The distributions that an assessment compares with.
#[derive(Clone, Debug, Default)]
pub(crate) struct Baseline {
    distributions: Vec<Distribution>,
    places: FxHashMap<(u64, i64), usize>,
}

/// What is said of a frozen baseline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Description {
    /// Its name.
    pub id: String,
    /// The assessment whose distributions it holds.
    pub assessment: String,
    /// The day as of which that was judged.
    pub as_of: String,
    /// Groups held.
    pub groups: u64,
}

/// A baseline that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// The file cannot be read or written.
    #[error("cannot use the baseline file `{}`: {source}", path.display())]
    File {
        /// Where.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file is not one of distributions.
    #[error("`{}` does not hold distributions: {reason}", path.display())]
    Damaged {
        /// Where.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// There is none of that name.
    #[error("there is no baseline `{id}`; `veedor baseline list` names those there are: {known}")]
    Unknown {
        /// The name.
        id: String,
        /// Those there are.
        known: String,
    },
    /// The name cannot be a directory's.
    #[error("`{0}` cannot name a baseline; use letters, digits and dashes")]
    Name(String),
    /// One of that name is there already.
    #[error(
        "there is a baseline `{0}` already, and what is frozen does not change; choose another name"
    )]
    Taken(String),
}

impl Baseline {
    pub(crate) fn new(distributions: Vec<Distribution>) -> Self {
        let places = distributions
            .iter()
            .enumerate()
            .map(|(place, held)| ((measure_key(&held.measure), held.key), place))
            .collect();
        Self {
            distributions,
            places,
        }
    }

    /// A digest of everything that the answers of an assessment may come from.
    pub(crate) fn fingerprint(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        for held in &self.distributions {
            hasher.update(held.measure.as_bytes());
            hasher.update(&held.key.to_le_bytes());
            hasher.update(&held.count.to_le_bytes());
            let prior = held
                .prior
                .map_or([None; 2], |prior| [Some(prior.0), Some(prior.1)]);
            let more = [held.fence, held.log_median, held.log_deviation];
            let numbers = held.grid.iter().copied().map(Some).chain(more).chain(prior);
            for number in numbers {
                hasher.update(&number.unwrap_or(f64::NAN).to_bits().to_le_bytes());
            }
        }
        hasher.finalize().to_hex().to_string()
    }

    /// The distribution of a measure in a group; none where the group was too small.
    pub(crate) fn find(&self, measure: u64, key: i64) -> Option<&Distribution> {
        self.places
            .get(&(measure, key))
            .map(|place| &self.distributions[*place])
    }

    /// Writes the distributions.
    pub(crate) fn write(&self, path: &Path) -> Result<(), BaselineError> {
        let failed = |source| BaselineError::File {
            path: path.to_owned(),
            source,
        };
        let file = File::create(path).map_err(failed)?;
        let mut frame = self.frame();
        ParquetWriter::new(file)
            .set_parallel(false)
            .finish(&mut frame)
            .map_err(|error| failed(io::Error::other(error)))?;
        Ok(())
    }

    fn frame(&self) -> DataFrame {
        let held = &self.distributions;
        let words = |name: &str, of: fn(&Distribution) -> &str| {
            Series::new(name.into(), held.iter().map(of).collect::<Vec<_>>()).into_column()
        };
        let numbers = |name: &str, of: &dyn Fn(&Distribution) -> Option<f64>| {
            Series::new(name.into(), held.iter().map(of).collect::<Vec<_>>()).into_column()
        };
        let mut columns: Vec<Column> = vec![
            words("measure", |held| &held.measure),
            words("level", |held| &held.level),
            Series::new(
                "key".into(),
                held.iter().map(|held| held.key).collect::<Vec<_>>(),
            )
            .into_column(),
            Series::new(
                "count".into(),
                held.iter()
                    .map(|held| i64::try_from(held.count).unwrap_or(i64::MAX))
                    .collect::<Vec<_>>(),
            )
            .into_column(),
            numbers("fence", &|held| held.fence),
            numbers("log_median", &|held| held.log_median),
            numbers("log_deviation", &|held| held.log_deviation),
            numbers("prior_alpha", &|held| held.prior.map(|prior| prior.0)),
            numbers("prior_beta", &|held| held.prior.map(|prior| prior.1)),
        ];
        columns.extend(
            (0..GRID).map(|place| numbers(&quantile_name(place), &|held| Some(held.grid[place]))),
        );
        DataFrame::new(held.len(), columns).expect("each column has a value for each distribution")
    }

    /// Reads distributions.
    pub(crate) fn read(path: &Path) -> Result<Self, BaselineError> {
        let file = File::open(path).map_err(|source| BaselineError::File {
            path: path.to_owned(),
            source,
        })?;
        let damaged = |error: PolarsError| BaselineError::Damaged {
            path: path.to_owned(),
            reason: error.to_string(),
        };
        let frame = ParquetReader::new(file).finish().map_err(damaged)?;
        read_frame(&frame).map(Self::new).map_err(damaged)
    }
}

fn read_frame(frame: &DataFrame) -> Result<Vec<Distribution>, PolarsError> {
    let number = |name: &str| frame.column(name)?.f64();
    let (measures, levels) = (
        frame.column("measure")?.str()?,
        frame.column("level")?.str()?,
    );
    let (keys, counts) = (frame.column("key")?.i64()?, frame.column("count")?.i64()?);
    let grid = (0..GRID)
        .map(|place| number(&quantile_name(place)))
        .collect::<Result<Vec<_>, _>>()?;
    let (fence, median, deviation) = (
        number("fence")?,
        number("log_median")?,
        number("log_deviation")?,
    );
    let (alpha, beta) = (number("prior_alpha")?, number("prior_beta")?);
    Ok((0..frame.height())
        .map(|row| Distribution {
            measure: measures.get(row).unwrap_or_default().to_owned(),
            level: levels.get(row).unwrap_or_default().to_owned(),
            key: keys.get(row).unwrap_or_default(),
            count: counts
                .get(row)
                .and_then(|count| u64::try_from(count).ok())
                .unwrap_or_default(),
            grid: std::array::from_fn(|place| grid[place].get(row).unwrap_or(f64::NAN)),
            fence: fence.get(row),
            log_median: median.get(row),
            log_deviation: deviation.get(row),
            prior: alpha.get(row).zip(beta.get(row)),
        })
        .collect())
}

fn quantile_name(place: usize) -> String {
    format!("q{:03}", place * 100 / (GRID - 1))
}

/// The number that stands for a measure's name.
pub(crate) fn measure_key(measure: &str) -> u64 {
    xxhash_rust::xxh3::xxh3_64(measure.as_bytes())
}

fn directory(data: &Path, id: &str) -> Result<PathBuf, BaselineError> {
    let is_name = !id.is_empty()
        && id.len() <= 64
        && id
            .bytes()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == b'-');
    if is_name {
        Ok(data.join(DIRECTORY).join(id))
    } else {
        Err(BaselineError::Name(id.to_owned()))
    }
}

/// The frozen baselines of a data directory, in the order of their names.
///
/// # Errors
/// A directory or a description that cannot be read.
pub fn list(data: &Path) -> Result<Vec<Description>, BaselineError> {
    let path = data.join(DIRECTORY);
    let entries = match fs::read_dir(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other.map_err(|source| BaselineError::File {
            path: path.clone(),
            source,
        })?,
    };
    let mut found = Vec::new();
    for entry in entries.flatten() {
        let path = entry.path().join(DESCRIPTION);
        let Ok(text) = fs::read(&path) else { continue };
        found.push(
            serde_json::from_slice::<Description>(&text).map_err(|error| {
                BaselineError::Damaged {
                    path,
                    reason: error.to_string(),
                }
            })?,
        );
    }
    found.sort_by(|one, other| one.id.cmp(&other.id));
    Ok(found)
}

/// Keeps the distributions of a dataset under a name.
///
/// # Errors
/// A name that cannot be one or is taken, and files that cannot be read or written.
pub fn freeze(
    data: &Path,
    dataset: &Path,
    description: &mut Description,
) -> Result<(), BaselineError> {
    let place = directory(data, &description.id)?;
    if place.exists() {
        return Err(BaselineError::Taken(description.id.clone()));
    }
    let own = Baseline::read(&dataset.join(DISTRIBUTIONS))?;
    description.groups = own.distributions.len() as u64;
    // Made beside and put in its place at once: a baseline is whole or not there.
    let partial = data.join(DIRECTORY).join(format!(".{}", description.id));
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| BaselineError::File { path, source }
    };
    fs::create_dir_all(&partial).map_err(failed(&partial))?;
    own.write(&partial.join(DISTRIBUTIONS))?;
    let text = serde_json::to_vec_pretty(description).map_err(|error| BaselineError::Damaged {
        path: partial.join(DESCRIPTION),
        reason: error.to_string(),
    })?;
    fs::write(partial.join(DESCRIPTION), text).map_err(failed(&partial))?;
    fs::rename(&partial, &place).map_err(failed(&place))
}

/// The baseline that assessments in this data directory use unless they are told another.
///
/// # Errors
/// The name cannot be read.
pub fn in_use(data: &Path) -> Result<Option<String>, BaselineError> {
    let path = data.join(DIRECTORY).join(IN_USE);
    match fs::read_to_string(&path) {
        Ok(id) => Ok(Some(id.trim().to_owned()).filter(|id| !id.is_empty())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(BaselineError::File { path, source }),
    }
}

/// Makes a baseline, or none, the one that assessments use.
///
/// # Errors
/// There is none of that name, or the name cannot be written.
pub fn put_in_use(data: &Path, id: Option<&str>) -> Result<(), BaselineError> {
    if let Some(id) = id {
        open(data, id)?;
    }
    let directory = data.join(DIRECTORY);
    let partial = directory.join(format!(".{IN_USE}"));
    let write = || -> io::Result<()> {
        fs::create_dir_all(&directory)?;
        fs::write(&partial, format!("{}\n", id.unwrap_or_default()))?;
        fs::rename(&partial, directory.join(IN_USE))
    };
    write().map_err(|source| BaselineError::File {
        path: partial.clone(),
        source,
    })
}

/// The frozen baseline of a name.
///
/// # Errors
/// There is none of that name, or it cannot be read.
pub(crate) fn open(data: &Path, id: &str) -> Result<Baseline, BaselineError> {
    let place = directory(data, id)?;
    if !place.join(DESCRIPTION).is_file() {
        let known: Vec<_> = list(data)?.into_iter().map(|held| held.id).collect();
        return Err(BaselineError::Unknown {
            id: id.to_owned(),
            known: if known.is_empty() {
                "none yet, `veedor baseline freeze` makes one".to_owned()
            } else {
                known.join(", ")
            },
        });
    }
    Baseline::read(&place.join(DISTRIBUTIONS))
}
