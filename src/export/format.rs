//! The formats a list can be taken away in, and how each is called.

/// What a file is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values (RFC 4180).
    Csv,
    /// A workbook of spreadsheet programs.
    Xlsx,
    /// One JSON object on each line.
    Ndjson,
    /// Apache Parquet.
    Parquet,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 4] = [Self::Csv, Self::Xlsx, Self::Ndjson, Self::Parquet];

    /// Its name, which is also the ending of file names.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Ndjson => "ndjson",
            Self::Parquet => "parquet",
        }
    }

    /// Its media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Ndjson => "application/x-ndjson",
            Self::Parquet => "application/vnd.apache.parquet",
        }
    }

    /// A name for a file that every system takes: what is neither a letter, a digit nor a hyphen becomes one.
    #[must_use]
    pub fn file_name(self, parts: &[&str]) -> String {
        /// Characters of one part at most: a name of several stays well under what file systems take.
        const PART: usize = 40;
        let mut name = String::new();
        for part in parts {
            if !name.is_empty() {
                name.push('-');
            }
            name.extend(part.chars().take(PART).map(|character| {
                if character.is_ascii_alphanumeric() {
                    character
                } else {
                    '-'
                }
            }));
        }
        format!("{name}.{}", self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::Format;

    #[test]
    fn a_file_name_holds_nothing_that_means_something_to_a_system_or_a_header() {
        assert_eq!(
            Format::Csv.file_name(&["veedor", "alerts", "2025-06-30"]),
            "veedor-alerts-2025-06-30.csv"
        );
        assert_eq!(
            Format::Xlsx.file_name(&["../\"\r\né", "a"]),
            "--------a.xlsx"
        );
    }
}
