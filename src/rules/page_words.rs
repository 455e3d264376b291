//! The words of pages that no rule says: the catalogue's headings, and the names of stages, families and the like.

use super::{Family, Severity, Stage, Status};
use crate::{facts::Subject, language::Language};

/// What the page says between the rules' own texts.
#[derive(Clone, Copy)]
pub(super) enum Heading {
    Title,
    Introduction,
    Columns,
    Version,
    Rationale,
    Method,
    AppliesWhen,
    FlagWhen,
    Strength,
    Requires,
    Evidence,
    ParameterColumns,
    Limitations,
    OrdinaryReasons,
    NextSteps,
    References,
}

pub(super) const fn heading(heading: Heading, language: Language) -> &'static str {
    let (en, es) = match heading {
        Heading::Title => ("The indicators", "Los indicadores"),
        Heading::Introduction => (
            "Each indicator describes a pattern in what was published that deserves a second look. A flag is a question, never a proof: every indicator says \
what it cannot see and names ordinary reasons for the pattern. Indicators in `shadow` are computed and never scored; `experimental` and `stable` ones are \
scored.",
            "Cada indicador describe un patrón en lo publicado que merece una segunda mirada. Una señal es una pregunta, nunca una prueba: cada indicador dice \
lo que no puede ver y nombra razones corrientes de lo que observa. Los indicadores en la sombra se calculan y nunca puntúan; los experimentales y los estables \
puntúan. La fuente de cada parámetro está en inglés, como en las reglas.",
        ),
        Heading::Columns => (
            "| Indicator | Observed | About | Stage | Family | Severity | Status |",
            "| Indicador | Qué se observa | Sobre | Etapa | Familia | Gravedad | Estado |",
        ),
        Heading::Version => ("version", "versión"),
        Heading::Rationale => ("Why it is worth a look", "Por qué merece una mirada"),
        Heading::Method => ("Method", "Método"),
        Heading::AppliesWhen => ("speaks where", "se pronuncia donde"),
        Heading::FlagWhen => ("flags where", "señala donde"),
        Heading::Strength => ("how strongly, from 0 to 1", "con qué fuerza, de 0 a 1"),
        Heading::Requires => ("No answer without", "No hay respuesta sin"),
        Heading::Evidence => ("Shown as evidence", "Se muestra como evidencia"),
        Heading::ParameterColumns => (
            "| Parameter | Default | Bounds | Meaning | Source |",
            "| Parámetro | Valor | Límites | Significado | Fuente |",
        ),
        Heading::Limitations => ("What it cannot see", "Lo que no puede ver"),
        Heading::OrdinaryReasons => ("Ordinary reasons", "Razones corrientes"),
        Heading::NextSteps => ("What to check first", "Qué revisar primero"),
        Heading::References => ("References", "Referencias"),
    };
    choose(language, en, es)
}

pub(crate) const fn subject(subject: Subject, language: Language) -> &'static str {
    let (en, es) = match subject {
        Subject::Process => ("process", "proceso"),
        Subject::Lot => ("lot", "lote"),
        Subject::Contract => ("contract", "contrato"),
        Subject::Project => ("project", "proyecto"),
        Subject::Participation => ("participation", "participación"),
        Subject::Party => ("party", "parte"),
        Subject::Item => ("item", "renglón"),
        Subject::Buyer => ("buyer", "entidad"),
        Subject::Supplier => ("supplier", "proveedor"),
        Subject::BuyerSupplier => ("buyer and supplier", "entidad y proveedor"),
        Subject::Market => ("market", "mercado"),
        Subject::BidderPair => ("pair of bidders", "par de oferentes"),
        Subject::BidderGroup => ("group of bidders", "grupo de oferentes"),
        Subject::SupplierPair => ("pair of suppliers", "par de proveedores"),
    };
    choose(language, en, es)
}

pub(crate) const fn stage(stage: Stage, language: Language) -> &'static str {
    let (en, es) = match stage {
        Stage::Planning => ("planning", "planificación"),
        Stage::Tender => ("tender", "licitación"),
        Stage::Award => ("award", "adjudicación"),
        Stage::Contract => ("contract", "contrato"),
        Stage::Implementation => ("implementation", "ejecución"),
        Stage::Project => ("project", "proyecto"),
    };
    choose(language, en, es)
}

pub(crate) const fn family(family: Family, language: Language) -> &'static str {
    let (en, es) = match family {
        Family::Competition => ("competition", "competencia"),
        Family::Price => ("price", "precio"),
        Family::Procedure => ("procedure", "procedimiento"),
        Family::Supplier => ("supplier", "proveedor"),
        Family::Collusion => ("collusion", "colusión"),
        Family::Execution => ("execution", "ejecución"),
        Family::Project => ("project", "proyecto"),
        Family::Transparency => ("transparency", "transparencia"),
        Family::DataQuality => ("data quality", "calidad de los datos"),
    };
    choose(language, en, es)
}

pub(crate) const fn severity(severity: Severity, language: Language) -> &'static str {
    let (en, es) = match severity {
        Severity::Low => ("low", "baja"),
        Severity::Medium => ("medium", "media"),
        Severity::High => ("high", "alta"),
    };
    choose(language, en, es)
}

pub(crate) const fn status(status: Status, language: Language) -> &'static str {
    let (en, es) = match status {
        Status::Shadow => ("shadow", "en la sombra"),
        Status::Experimental => ("experimental", "experimental"),
        Status::Stable => ("stable", "estable"),
        Status::Deprecated => ("deprecated", "retirado"),
    };
    choose(language, en, es)
}

/// A unit of the dictionary as it reads behind a number; units that are the same in both languages stand as they are.
pub(super) fn unit(unit: &str, language: Language) -> &str {
    match (unit, language) {
        ("count", _) => "",
        ("days", Language::Spanish) => "días",
        ("ratio", Language::Spanish) => "proporción",
        (unit, _) => unit,
    }
}

const fn choose(language: Language, en: &'static str, es: &'static str) -> &'static str {
    match language {
        Language::English => en,
        Language::Spanish => es,
    }
}
