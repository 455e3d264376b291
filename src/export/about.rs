//! What every file says of itself: how to read a flag, what was asked, of which assessment, and by which method.

use chrono::NaiveDate;
use serde::Serialize;

use crate::{
    Assessment,
    language::{Language, LocalText},
};

/// What a file says of itself. The same in every format; `docs/exports.md` says where each keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct About {
    /// What the rows are.
    pub list: LocalText,
    /// How to read a flag.
    pub notice: LocalText,
    /// What was asked for, as a query string; empty when everything was.
    pub query: String,
    /// The assessment the rows belong to: it names the data set.
    pub assessment: String,
    /// The day as of which it judges.
    pub as_of: NaiveDate,
    /// Fingerprint of the rules, dictionaries and jurisdictions that were used.
    pub method: String,
    /// Fingerprint of the documents that were read.
    pub input: String,
    /// The frozen baseline that was compared with; absent where the population itself was.
    pub baseline: Option<String>,
    /// The program's version.
    pub program: String,
    /// The language of what was observed.
    pub language: Language,
    /// Rows that were to be written.
    pub rows: u64,
}

impl About {
    /// Describes rows of an assessment.
    #[must_use]
    pub fn new(
        assessment: &Assessment,
        list: LocalText,
        query: &str,
        rows: u64,
        language: Language,
    ) -> Self {
        Self {
            list,
            notice: LocalText::from_fn(|language| language.notice().to_owned()),
            query: query.to_owned(),
            assessment: assessment.id.clone(),
            as_of: assessment.as_of,
            method: assessment.rules_fingerprint.clone(),
            input: assessment.input_fingerprint.clone(),
            baseline: assessment.baseline.clone(),
            program: assessment.code_version.clone(),
            language,
            rows,
        }
    }

    /// The same lines in every format: a stable name, what it is, and the value.
    pub(super) fn lines(&self) -> Vec<Line> {
        let line = |name, en, es, value: String| Line {
            name,
            words: (en, es),
            value,
        };
        vec![
            line("list", "List", "Lista", both(&self.list)),
            line(
                "notice_en",
                "How to read a flag",
                "Cómo leer una señal (en inglés)",
                self.notice.en.clone(),
            ),
            line(
                "notice_es",
                "How to read a flag (in Spanish)",
                "Cómo leer una señal",
                self.notice.es.clone(),
            ),
            line("query", "What was asked", "Consulta", self.asked()),
            line(
                "assessment",
                "Data set (assessment)",
                "Conjunto de datos (evaluación)",
                self.assessment.clone(),
            ),
            line(
                "as_of",
                "Judged as of",
                "Evaluado al",
                self.as_of.to_string(),
            ),
            line(
                "method",
                "Method version (fingerprint of the rules)",
                "Versión del método (huella de las reglas)",
                self.method.clone(),
            ),
            line(
                "input",
                "Fingerprint of the documents read",
                "Huella de los documentos leídos",
                self.input.clone(),
            ),
            line(
                "baseline",
                "Baseline",
                "Línea de base",
                self.baseline
                    .clone()
                    .unwrap_or_else(|| "own population / población propia".to_owned()),
            ),
            line(
                "program",
                "Program",
                "Programa",
                format!("veedor {}", self.program),
            ),
            line(
                "language",
                "Language of what was observed",
                "Idioma de lo observado",
                self.language.code().to_owned(),
            ),
            line("rows", "Rows", "Filas", self.rows.to_string()),
        ]
    }

    fn asked(&self) -> String {
        if self.query.is_empty() {
            "everything / todo".to_owned()
        } else {
            self.query.clone()
        }
    }
}

/// One line of what a file says of itself.
pub(super) struct Line {
    /// Stable, for programs.
    pub(super) name: &'static str,
    words: (&'static str, &'static str),
    pub(super) value: String,
}

impl Line {
    pub(super) const fn words(&self, language: Language) -> &'static str {
        match language {
            Language::English => self.words.0,
            Language::Spanish => self.words.1,
        }
    }
}

/// A text in both languages, for a place that takes one.
fn both(text: &LocalText) -> String {
    format!("{} / {}", text.en, text.es)
}
