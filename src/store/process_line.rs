//! What a list shows of a process: a few columns of its row, looked up for the few that are shown.

use polars::prelude::{DataFrame, PolarsResult};

use super::{Dataset, Error, Result};
use crate::{
    access::suppression::Suppressible,
    alerts::{Amount, Organization},
};

/// What a list shows of a process.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProcessLine {
    /// Open Contracting ID.
    pub ocid: String,
    /// Title as published.
    pub title: Option<String>,
    /// Who buys.
    pub buyer: Organization,
    /// `open`, `selective`, `limited`, `direct`.
    pub procurement_method: Option<String>,
    /// What the money at stake is.
    pub amount_at_stake: Option<Amount>,
}

impl ProcessLine {
    const COLUMNS: [&'static str; 7] = [
        "ocid",
        "title",
        "buyer_id",
        "buyer_name",
        "procurement_method",
        "amount_at_stake",
        "amount_at_stake_currency",
    ];

    fn read(frame: &DataFrame) -> PolarsResult<Vec<Self>> {
        let text = |name: &str, row: usize| -> PolarsResult<Option<String>> {
            Ok(frame.column(name)?.str()?.get(row).map(str::to_owned))
        };
        (0..frame.height())
            .map(|row| {
                let amount = frame.column("amount_at_stake")?.f64()?.get(row);
                let currency = text("amount_at_stake_currency", row)?;
                Ok(Self {
                    ocid: text("ocid", row)?.unwrap_or_default(),
                    title: text("title", row)?,
                    buyer: Organization {
                        id: text("buyer_id", row)?,
                        name: text("buyer_name", row)?,
                    },
                    procurement_method: text("procurement_method", row)?,
                    amount_at_stake: amount.map(|amount| Amount { amount, currency }),
                })
            })
            .collect()
    }
}

impl Dataset {
    /// What a list shows of the processes of these keys, in the same order; those that are gone are left out.
    ///
    /// # Errors
    ///
    /// When the table is gone or damaged.
    pub fn process_lines(&self, keys: &[i64]) -> Result<Vec<ProcessLine>> {
        let mut lines = Vec::with_capacity(keys.len());
        for key in keys {
            for run in self.process.find(*key)? {
                let frame = self.process.rows_of(run, &ProcessLine::COLUMNS)?;
                let line = ProcessLine::read(&frame)
                    .map_err(|error| Error::damaged(self.process.path(run), error))?;
                let is_there =
                    |line: &ProcessLine| !self.view().hides(Suppressible::Process, &line.ocid);
                lines.extend(line.into_iter().filter(is_there));
            }
        }
        Ok(lines)
    }
}
