//! The list of alerts as rows: a column for each thing that can be sorted, narrowed or counted; in JSON lines, every flag with its evidence.

use std::io::Write;

use serde::Serialize;

use super::{About, Cell, Column, Format, Kind, Lines, Reply, Result, Sheet, sheet::joined};
use crate::{
    alerts::{Alert, AlertOutline, AlertSubject, Grade},
    language::{Language, LocalText},
};

const fn text(name: &'static str, en: &'static str, es: &'static str) -> Column {
    Column {
        name,
        kind: Kind::Text,
        words: (en, es),
    }
}

const fn number(name: &'static str, en: &'static str, es: &'static str) -> Column {
    Column {
        name,
        kind: Kind::Number,
        words: (en, es),
    }
}

const fn integer(name: &'static str, en: &'static str, es: &'static str) -> Column {
    Column {
        name,
        kind: Kind::Integer,
        words: (en, es),
    }
}

/// The columns of a list of alerts, in order. New ones are added at the end.
pub const COLUMNS: &[Column] = &[
    text(
        "alert_id",
        "Identifier of the alert, stable over assessments; `/api/v1/alerts/{alert_id}` holds all its evidence",
        "Identificador de la alerta, estable entre evaluaciones; `/api/v1/alerts/{alert_id}` contiene toda su evidencia",
    ),
    text(
        "subject",
        "`process` or `project`",
        "`process` (proceso) o `project` (proyecto)",
    ),
    text(
        "subject_id",
        "The ocid, or the identifier of the project",
        "El ocid, o el identificador del proyecto",
    ),
    text("title", "Title as published", "Título publicado"),
    text(
        "buyer_id",
        "Identifier of the buyer, or of a project's public authority",
        "Identificador de la entidad compradora, o de la autoridad de un proyecto",
    ),
    text(
        "buyer_name",
        "Name of the buyer as published",
        "Nombre publicado de la entidad compradora",
    ),
    text(
        "supplier_ids",
        "Identifiers of the suppliers awarded or contracted",
        "Identificadores de los proveedores adjudicados o contratados",
    ),
    text(
        "supplier_names",
        "Names of those suppliers, in the same order",
        "Nombres de esos proveedores, en el mismo orden",
    ),
    text(
        "region",
        "Region of the buyer or the project",
        "Región de la entidad o del proyecto",
    ),
    text(
        "procurement_method",
        "`open`, `selective`, `limited`, `direct`",
        "`open` (abierto), `selective` (selectivo), `limited` (limitado), `direct` (directo)",
    ),
    text(
        "main_procurement_category",
        "`goods`, `works`, `services`",
        "`goods` (bienes), `works` (obras), `services` (servicios)",
    ),
    integer("year", "Year in which it opened", "Año en que se abrió"),
    number(
        "amount_at_stake",
        "Amount at stake, in units of the currency",
        "Monto en juego, en unidades de la moneda",
    ),
    text(
        "currency",
        "ISO 4217 code of that amount; amounts compare within one currency",
        "Código ISO 4217 de ese monto; los montos se comparan dentro de una moneda",
    ),
    number("risk", "Risk, 0 to 100", "Riesgo, de 0 a 100"),
    text(
        "grade",
        "How the risk reads: `low`, `medium`, `high`, or `not_enough_data`, which is not low",
        "Cómo se lee el riesgo: `low` (bajo), `medium` (medio), `high` (alto) o `not_enough_data` (datos insuficientes, que no es bajo)",
    ),
    number(
        "coverage",
        "Share of the catalogue's weight that could be answered, 0 to 1",
        "Parte del peso del catálogo que se pudo responder, de 0 a 1",
    ),
    number(
        "priority",
        "Place in the order of work, 0 to 100, larger first",
        "Lugar en el orden de trabajo, de 0 a 100, mayor primero",
    ),
    number(
        "actionability",
        "What can still be acted upon, 0 to 1",
        "Lo que aún se puede atender, de 0 a 1",
    ),
    integer("flag_count", "Number of flags", "Número de señales"),
    text(
        "indicators",
        "Indicators that flagged it, those with most points first",
        "Indicadores que la señalan, primero los de más puntos",
    ),
    text(
        "indicator_points",
        "Points of the risk of each of those indicators, in the same order; 0 for what is not scored",
        "Puntos del riesgo de cada uno de esos indicadores, en el mismo orden; 0 si no puntúa",
    ),
    text(
        "families",
        "Families of those indicators, in the same order",
        "Familias de esos indicadores, en el mismo orden",
    ),
    text(
        "context_indicators",
        "Indicators that flagged one of its suppliers: context that adds nothing to the risk",
        "Indicadores que señalan a uno de sus proveedores: contexto que no suma al riesgo",
    ),
    text(
        "observations",
        "What was observed, flag by flag, in the language that was asked for",
        "Lo observado, señal por señal, en el idioma solicitado",
    ),
    text(
        "fingerprint",
        "Changes only when what was flagged, or on which values, changes",
        "Cambia solo si cambia lo señalado o los valores que lo sustentan",
    ),
    text(
        "replies",
        "What those concerned replied, with who and when, as far as everybody may read it",
        "Lo que respondieron los aludidos, con quién y cuándo, en lo que es público",
    ),
];

/// What a list of alerts is called.
#[must_use]
pub fn list_name() -> LocalText {
    LocalText {
        en: "Alerts".to_owned(),
        es: "Alertas".to_owned(),
    }
}

/// A file of alerts being written.
#[derive(Debug)]
pub struct AlertFile<W: Write + Send>(Written<W>);

#[derive(Debug)]
enum Written<W: Write + Send> {
    Rows(Box<Sheet<W>>, Language),
    Detail(Lines<W>),
}

/// What stands beside an alert in a list.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Beside<'a> {
    /// Its place in the order of work, 0..100.
    pub priority: f64,
    /// Indicators that flagged its suppliers.
    pub context_indicators: &'a [String],
    /// What those concerned replied, oldest first.
    pub replies: &'a [Reply],
}

/// One alert as a line: everything that is kept of it.
#[derive(Serialize)]
struct Detail<'a> {
    #[serde(flatten)]
    alert: &'a Alert,
    #[serde(flatten)]
    beside: Beside<'a>,
}

impl<W: Write + Send> AlertFile<W> {
    /// Begins a file; see [`Sheet::begin`].
    ///
    /// # Errors
    ///
    /// When `out` does not take what is written.
    pub fn begin(
        format: Format,
        out: W,
        about: &About,
        byte_order_mark: bool,
        language: Language,
    ) -> Result<Self> {
        Ok(Self(match format {
            Format::Ndjson => Written::Detail(Lines::begin(out, about)?),
            _ => Written::Rows(
                Box::new(Sheet::begin(format, out, COLUMNS, about, byte_order_mark)?),
                language,
            ),
        }))
    }

    /// Whether alerts are written whole: [`AlertFile::push_detail`] then takes the place of [`AlertFile::push`].
    #[must_use]
    pub const fn is_detailed(&self) -> bool {
        matches!(self.0, Written::Detail(_))
    }

    /// Writes one alert as a row.
    ///
    /// # Errors
    ///
    /// When `out` does not take what is written.
    ///
    /// # Panics
    ///
    /// When alerts are written whole.
    pub fn push(&mut self, alert: &AlertOutline, beside: Beside<'_>) -> Result<()> {
        let Written::Rows(sheet, language) = &mut self.0 else {
            unreachable!("lines hold whole alerts: `is_detailed` says so")
        };
        sheet.push(&cells(alert, beside, *language))
    }

    /// Writes one alert with all its evidence.
    ///
    /// # Errors
    ///
    /// When `out` does not take what is written.
    ///
    /// # Panics
    ///
    /// When alerts are written as rows.
    pub fn push_detail(&mut self, alert: &Alert, beside: Beside<'_>) -> Result<()> {
        let Written::Detail(lines) = &mut self.0 else {
            unreachable!("rows hold outlines: `is_detailed` says so")
        };
        lines.push(&Detail { alert, beside })
    }

    /// Writes what is left and the end of the file.
    ///
    /// # Errors
    ///
    /// When `out` does not take what is written.
    pub fn finish(self) -> Result<()> {
        match self.0 {
            Written::Rows(sheet, _) => sheet.finish(),
            Written::Detail(lines) => lines.finish(),
        }
    }
}

/// One alert's cells, in the order of [`COLUMNS`].
fn cells<'a>(
    alert: &'a AlertOutline,
    beside: Beside<'a>,
    language: Language,
) -> [Cell<'a>; COLUMNS.len()] {
    let indicators = indicators(alert);
    let stake = alert.amount_at_stake.as_ref();
    let named = |name: fn(&crate::alerts::Organization) -> &Option<String>| {
        joined(
            alert
                .suppliers
                .iter()
                .map(|supplier| name(supplier).as_deref().unwrap_or("-")),
        )
    };
    let points: Vec<String> = indicators
        .iter()
        .map(|(_, points, _)| format!("{points:.2}"))
        .collect();
    let replies: Vec<String> = beside
        .replies
        .iter()
        .map(|reply| format!("{} ({}): {}", reply.by, reply.day, reply.text))
        .collect();
    let mut observations: Vec<&str> = Vec::new();
    for flag in &alert.flags {
        let observed = flag.message.in_language(language);
        if !observations.contains(&observed) {
            observations.push(observed);
        }
    }
    [
        alert.id.as_str().into(),
        match alert.subject {
            AlertSubject::Process => "process",
            AlertSubject::Project => "project",
        }
        .into(),
        alert.subject_id.as_str().into(),
        (&alert.title).into(),
        (&alert.buyer.id).into(),
        (&alert.buyer.name).into(),
        named(|supplier| &supplier.id),
        named(|supplier| &supplier.name),
        (&alert.region).into(),
        (&alert.procurement_method).into(),
        (&alert.main_procurement_category).into(),
        alert.year.map(i64::from).into(),
        stake.map(|stake| stake.amount).into(),
        stake.and_then(|stake| stake.currency.as_deref()).into(),
        alert.risk.into(),
        match alert.grade {
            Grade::NotEnoughData => "not_enough_data",
            Grade::Low => "low",
            Grade::Medium => "medium",
            Grade::High => "high",
        }
        .into(),
        alert.coverage.into(),
        beside.priority.into(),
        alert.actionability.into(),
        i64::try_from(alert.flags.len()).unwrap_or(i64::MAX).into(),
        joined(indicators.iter().map(|(indicator, ..)| *indicator)),
        joined(points.iter().map(String::as_str)),
        joined(indicators.iter().map(|(.., family)| *family)),
        joined(beside.context_indicators.iter().map(String::as_str)),
        joined(observations),
        alert.fingerprint.as_str().into(),
        joined(replies.iter().map(String::as_str)),
    ]
}

/// Each indicator once with its points and family: those with most points first, then by identifier.
fn indicators(alert: &AlertOutline) -> Vec<(&str, f64, &'static str)> {
    let mut indicators: Vec<(&str, f64, &'static str)> = Vec::new();
    for flag in &alert.flags {
        if indicators.iter().any(|(seen, ..)| *seen == flag.indicator) {
            continue;
        }
        let points = alert
            .contributions
            .iter()
            .find(|part| part.indicator == flag.indicator)
            .map_or(0.0, |part| part.points);
        indicators.push((&flag.indicator, points, flag.family.name()));
    }
    indicators.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    indicators
}
