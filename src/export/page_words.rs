//! What the page of an alert says between the values, in both languages.

use crate::{
    alerts::{AlertSubject, Grade},
    facts::dictionary::Unit,
    language::Language,
};

/// The page's own words.
pub(super) struct Words {
    pub(super) alert: &'static str,
    pub(super) buyer: &'static str,
    pub(super) suppliers: &'static str,
    pub(super) region: &'static str,
    pub(super) procurement_method: &'static str,
    pub(super) category: &'static str,
    pub(super) year: &'static str,
    pub(super) amount: &'static str,
    pub(super) risk: &'static str,
    pub(super) of_hundred: &'static str,
    pub(super) grade: &'static str,
    pub(super) coverage: &'static str,
    pub(super) priority: &'static str,
    pub(super) contributions: &'static str,
    pub(super) indicator: &'static str,
    pub(super) family: &'static str,
    pub(super) points: &'static str,
    pub(super) flags: &'static str,
    pub(super) version: &'static str,
    pub(super) about: &'static str,
    pub(super) kinds: &'static str,
    pub(super) strength: &'static str,
    pub(super) evidence: &'static str,
    pub(super) fact: &'static str,
    pub(super) value: &'static str,
    pub(super) source: &'static str,
    pub(super) derived: &'static str,
    pub(super) peers: &'static str,
    pub(super) parameters: &'static str,
    pub(super) explanations: &'static str,
    pub(super) next_steps: &'static str,
    pub(super) limitations: &'static str,
    pub(super) references: &'static str,
    pub(super) replies: &'static str,
    pub(super) no_replies: &'static str,
    pub(super) context: &'static str,
    pub(super) context_note: &'static str,
    pub(super) documents: &'static str,
    pub(super) document: &'static str,
    pub(super) line: &'static str,
    pub(super) release: &'static str,
    pub(super) how_to_read: &'static str,
    pub(super) made_from: &'static str,
    pub(super) assessment: &'static str,
    pub(super) as_of: &'static str,
    pub(super) method: &'static str,
    pub(super) program: &'static str,
    pub(super) fingerprint: &'static str,
    pub(super) how_to_cite: &'static str,
    pub(super) cited_alert: &'static str,
    pub(super) cited_about: &'static str,
    pub(super) cited_question: &'static str,
}

const ENGLISH: Words = Words {
    alert: "Alert",
    buyer: "Buyer or public authority",
    suppliers: "Suppliers",
    region: "Region",
    procurement_method: "Procurement method",
    category: "Category",
    year: "Year",
    amount: "Amount at stake",
    risk: "Risk",
    of_hundred: "of 100",
    grade: "Grade",
    coverage: "Share of the questions that could be answered",
    priority: "Place in the order of work",
    contributions: "What the risk is made of",
    indicator: "Indicator",
    family: "Family",
    points: "Points",
    flags: "What was observed",
    version: "version",
    about: "About",
    kinds: "Stage · family · severity",
    strength: "Strength",
    evidence: "Evidence",
    fact: "Fact",
    value: "Value",
    source: "Where it was read",
    derived: "derived",
    peers: "Compared with its peers",
    parameters: "Parameters that held",
    explanations: "Ordinary explanations",
    next_steps: "What to check first",
    limitations: "What the indicator cannot see",
    references: "References",
    replies: "Replies of those concerned",
    no_replies: "None received.",
    context: "Flags of its suppliers",
    context_note: "Context that adds nothing to the risk.",
    documents: "Source documents",
    document: "document",
    line: "line",
    release: "release",
    how_to_read: "How to read this page",
    made_from: "What this was made from",
    assessment: "Data set (assessment)",
    as_of: "Judged as of",
    method: "Version of the method",
    program: "Program",
    fingerprint: "Fingerprint of the evidence",
    how_to_cite: "How to cite",
    cited_alert: "alert",
    cited_about: "about",
    cited_question: "A flag is a question, never a proof.",
};

const SPANISH: Words = Words {
    alert: "Alerta",
    buyer: "Entidad compradora o autoridad",
    suppliers: "Proveedores",
    region: "Región",
    procurement_method: "Método de contratación",
    category: "Categoría",
    year: "Año",
    amount: "Monto en juego",
    risk: "Riesgo",
    of_hundred: "de 100",
    grade: "Grado",
    coverage: "Parte de las preguntas que se pudo responder",
    priority: "Lugar en el orden de trabajo",
    contributions: "De qué se compone el riesgo",
    indicator: "Indicador",
    family: "Familia",
    points: "Puntos",
    flags: "Lo que se observó",
    version: "versión",
    about: "Sobre",
    kinds: "Etapa · familia · gravedad",
    strength: "Fuerza",
    evidence: "Evidencia",
    fact: "Dato",
    value: "Valor",
    source: "Dónde se leyó",
    derived: "derivado",
    peers: "Comparación con sus pares",
    parameters: "Parámetros que rigieron",
    explanations: "Razones corrientes",
    next_steps: "Qué revisar primero",
    limitations: "Lo que el indicador no puede ver",
    references: "Referencias",
    replies: "Réplicas de los aludidos",
    no_replies: "No se ha recibido ninguna.",
    context: "Señales sobre sus proveedores",
    context_note: "Contexto que no suma al riesgo.",
    documents: "Documentos de origen",
    document: "documento",
    line: "línea",
    release: "entrega",
    how_to_read: "Cómo leer esta página",
    made_from: "De qué se hizo",
    assessment: "Conjunto de datos (evaluación)",
    as_of: "Evaluado al",
    method: "Versión del método",
    program: "Programa",
    fingerprint: "Huella de la evidencia",
    how_to_cite: "Cómo citar",
    cited_alert: "alerta",
    cited_about: "sobre",
    cited_question: "Una señal es una pregunta, nunca una prueba.",
};

pub(super) const fn words(language: Language) -> &'static Words {
    match language {
        Language::English => &ENGLISH,
        Language::Spanish => &SPANISH,
    }
}

pub(super) const fn grade(grade: Grade, language: Language) -> &'static str {
    let (en, es) = match grade {
        Grade::NotEnoughData => ("not enough data", "datos insuficientes"),
        Grade::Low => ("low", "bajo"),
        Grade::Medium => ("medium", "medio"),
        Grade::High => ("high", "alto"),
    };
    choose(language, en, es)
}

pub(super) const fn about(subject: AlertSubject, language: Language) -> &'static str {
    let (en, es) = match subject {
        AlertSubject::Process => ("Contracting process", "Proceso de contratación"),
        AlertSubject::Project => ("Project", "Proyecto"),
    };
    choose(language, en, es)
}

/// What stands behind a number of this unit; nothing where the number says it itself.
pub(super) const fn unit(unit: Unit, language: Language) -> &'static str {
    let (en, es) = match unit {
        Unit::Days => ("days", "días"),
        Unit::Minutes => ("minutes", "minutos"),
        _ => ("", ""),
    };
    choose(language, en, es)
}

const fn choose(language: Language, en: &'static str, es: &'static str) -> &'static str {
    match language {
        Language::English => en,
        Language::Spanish => es,
    }
}
