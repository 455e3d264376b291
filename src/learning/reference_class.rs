//! What became of projects of a kind elsewhere: the outside view for projects without a past of their own.
//!
//! The table is a text beside the models; each row says where it comes from. Nothing here is learned.

use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, Normal};

/// The table that ships with the program.
pub const SHIPPED: &str = include_str!("../../models/reference-class.toml");

/// Overruns by kind of project.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReferenceClasses {
    /// What the table is and is not.
    pub note: String,
    /// One row per kind of project.
    pub class: Vec<ReferenceClass>,
}

/// One kind of project.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ReferenceClass {
    /// Its name, such as `rail`.
    pub sector: String,
    /// Words by which a sector's text is recognised, in lower case.
    pub words: Vec<String>,
    /// Mean cost overrun, a share of the budget at the decision to build.
    pub mean_cost_overrun_ratio: f64,
    /// Standard deviation, where the source gives one.
    pub deviation_ratio: Option<f64>,
    /// Percentiles of the overrun by a normal distribution of that mean and deviation: the 50th and the 80th. Absent where the source gives no deviation.
    pub percentile_50_ratio: Option<f64>,
    /// The 80th percentile, likewise.
    pub percentile_80_ratio: Option<f64>,
    /// Projects behind it, where the source says.
    pub projects: Option<u32>,
    /// Where the figures come from.
    pub source: String,
}

impl ReferenceClasses {
    /// Reads a table.
    ///
    /// # Errors
    ///
    /// What TOML refuses.
    pub fn read(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// The first class one of whose words stands in a sector's text, whatever its case.
    #[must_use]
    pub fn of_sector(&self, sector: &str) -> Option<&ReferenceClass> {
        let sector = sector.to_lowercase();
        self.class
            .iter()
            .find(|class| class.words.iter().any(|word| sector.contains(word)))
    }
}

impl ReferenceClass {
    /// Probability of an overrun beyond a share, by a normal distribution of the source's mean and deviation; nothing where it gives no deviation.
    /// The tails of overruns are fatter than the normal's, so that far bounds are understated.
    #[must_use]
    pub fn probability_above(&self, ratio: f64) -> Option<f64> {
        let normal = Normal::new(self.mean_cost_overrun_ratio, self.deviation_ratio?).ok()?;
        Some(1.0 - normal.cdf(ratio))
    }
}
