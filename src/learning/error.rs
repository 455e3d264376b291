//! What this room refuses, named for what the caller can do about it.

/// A refusal: nothing here ever answers with a number that it cannot stand for.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A column is longer or shorter than the others.
    #[error("feature `{feature}` has {found} rows where {expected} were expected")]
    Shape {
        /// The column.
        feature: String,
        /// Rows of the others.
        expected: usize,
        /// Rows it has.
        found: usize,
    },
    /// Two columns of one name.
    #[error("feature `{0}` stands twice")]
    RepeatedFeature(String),
    /// A column that is needed is not there.
    #[error("feature `{0}` is missing")]
    MissingFeature(String),
    /// Columns without any value.
    #[error("no row has a value for: {}; leave these features out or supply them", .0.join(", "))]
    EmptyFeatures(Vec<String>),
    /// Columns with one value only.
    #[error("every row has one value for: {}; such features cannot teach, leave them out", .0.join(", "))]
    ConstantFeatures(Vec<String>),
    /// Too little to learn from or to be examined on.
    #[error("{rows} rows {purpose}, at least {least} are needed: insufficient data")]
    TooFewRows {
        /// Rows there are.
        rows: usize,
        /// Rows needed.
        least: usize,
        /// What they are for.
        purpose: &'static str,
    },
    /// All labels agree.
    #[error("all {rows} labels are {label}: there is nothing to tell apart")]
    OneClass {
        /// Rows there are.
        rows: usize,
        /// What they all say.
        label: bool,
    },
    /// Labels about subjects that are not there.
    #[error("{count} labels name unknown ids, the first `{first}`")]
    UnknownLabels {
        /// How many.
        count: usize,
        /// The first of them, by the order of the file.
        first: String,
    },
    /// A model learned from other features than the code computes.
    #[error("model `{model}` was learned from other features: {difference}; train it again")]
    FeatureList {
        /// Name of the model.
        model: String,
        /// The first difference.
        difference: String,
    },
    /// A model that another version wrote.
    #[error(
        "model `{model}` has format {found}, this program reads format {expected}; train it again"
    )]
    Version {
        /// Name of the model.
        model: String,
        /// What it says.
        found: u32,
        /// What is read.
        expected: u32,
    },
    /// Weights that cannot be read.
    #[error("weights, line {line}: {reason}")]
    Weights {
        /// Line from 1.
        line: usize,
        /// What is wrong there.
        reason: String,
    },
    /// The learner found no solution.
    #[error("the linear learner found no solution: {0}")]
    NoSolution(String),
    /// A name that could not be a folder.
    #[error("`{}` names no model: small letters, digits and dashes, at most 64", .0.chars().take(80).collect::<String>())]
    Name(String),
    /// A file that cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: std::path::PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A file whose text is not what it should be.
    #[error("`{path}`: {reason}")]
    Content {
        /// The file.
        path: std::path::PathBuf,
        /// What is wrong, with its place.
        reason: String,
    },
}
