//! One alert as a page to print: every flag with its evidence, its limits and its ordinary explanations, and how to cite it.
//!
//! The page is one file without script: its style is inside, and it asks for nothing when it is opened. Every value is escaped by the
//! template; what is published is shown and never run. Beside each flag is a place for what those concerned reply.

use std::sync::LazyLock;

use askama::Template;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::NaiveDate;
use sha2::{Digest as _, Sha256};

use super::{
    Reply, Result,
    page_words::{self, Words, grade},
};
use crate::{
    Assessment,
    alerts::{Alert, Evidence, FactSource, Flag, Organization, PartyFlag, SourceDocument},
    facts::{
        FactValue, Subject,
        dictionary::{Fact, Unit},
    },
    language::{Language, LocalText},
    rules::{Method, Rule, page_words as names},
};

const STYLE: &str = include_str!("page/alert.css");

/// What the page may do in a browser: show itself in its own style, and nothing else.
pub static POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
});

/// What a page is made of.
#[derive(Clone, Copy, Debug)]
pub struct AlertPage<'a> {
    /// The alert.
    pub alert: &'a Alert,
    /// Its place in the order of work, 0..100.
    pub priority: f64,
    /// Flags of its suppliers.
    pub context: &'a [PartyFlag],
    /// What those concerned replied, oldest first.
    pub replies: &'a [Reply],
    /// The method it was judged by.
    pub method: &'a Method,
    /// The assessment it belongs to.
    pub assessment: &'a Assessment,
}

/// Writes the page in one language.
///
/// # Errors
///
/// When a template fails: a bug of this program.
pub fn alert_page(page: &AlertPage<'_>, language: Language) -> Result<String> {
    let AlertPage { alert, method, .. } = *page;
    let about = |indicator: Option<&str>| -> Vec<ReplyView> {
        let of = |reply: &&Reply| reply.indicator.as_deref() == indicator;
        page.replies.iter().filter(of).map(ReplyView::new).collect()
    };
    let flag = |flag: &Flag| FlagView::new(flag, method, language, about(Some(&flag.indicator)));
    let contributions = alert.contributions.iter().map(|part| ContributionView {
        title: title(method, &part.indicator, language),
        family: names::family(part.family, language),
        points: language.number(part.points),
    });
    let context = page.context.iter().map(|party| ContextView {
        party: name_of(&Organization {
            id: party.party_id.clone(),
            name: party.party_name.clone(),
        }),
        title: title(method, &party.flag.indicator, language),
        message: party.flag.message.in_language(language).to_owned(),
    });
    let template = Document {
        code: language.code(),
        style: STYLE,
        words: page_words::words(language),
        notice: language.notice(),
        id: &alert.id,
        title: alert.title.as_deref().unwrap_or(&alert.subject_id),
        summary: summary(alert, language),
        risk: language.number(alert.risk),
        grade: grade(alert.grade, language),
        coverage: language.percentage(alert.coverage),
        priority: language.number(page.priority),
        contributions: contributions.collect(),
        flags: alert.flags.iter().map(flag).collect(),
        context: context.collect(),
        replies: about(None),
        documents: &alert.documents,
        assessment: &page.assessment.id,
        as_of: page.assessment.as_of,
        rules_fingerprint: &page.assessment.rules_fingerprint,
        program: &page.assessment.code_version,
        fingerprint: &alert.fingerprint,
        subject_id: &alert.subject_id,
    };
    Ok(template.render()?)
}

#[derive(Template)]
#[template(path = "alert.html")]
struct Document<'a> {
    code: &'static str,
    style: &'static str,
    words: &'static Words,
    notice: &'static str,
    id: &'a str,
    title: &'a str,
    summary: Vec<(&'static str, String)>,
    risk: String,
    grade: &'static str,
    coverage: String,
    priority: String,
    contributions: Vec<ContributionView>,
    flags: Vec<FlagView>,
    context: Vec<ContextView>,
    replies: Vec<ReplyView>,
    documents: &'a [SourceDocument],
    assessment: &'a str,
    as_of: NaiveDate,
    rules_fingerprint: &'a str,
    program: &'a str,
    fingerprint: &'a str,
    subject_id: &'a str,
}

struct ContributionView {
    title: String,
    family: &'static str,
    points: String,
}

struct ContextView {
    party: String,
    title: String,
    message: String,
}

struct ReplyView {
    by: String,
    day: String,
    text: String,
}

impl ReplyView {
    fn new(reply: &Reply) -> Self {
        Self {
            by: reply.by.clone(),
            day: reply.day.clone(),
            text: reply.text.clone(),
        }
    }
}

/// One flag with everything needed to question it.
struct FlagView {
    indicator: String,
    version: u32,
    title: String,
    message: String,
    about: String,
    kinds: [&'static str; 3],
    strength: String,
    evidence: Vec<FactView>,
    peers: Vec<FactView>,
    parameters: Vec<(String, String)>,
    explanations: Vec<String>,
    next_steps: String,
    limitations: String,
    references: Vec<ReferenceView>,
    replies: Vec<ReplyView>,
}

struct FactView {
    words: String,
    written: String,
    unit: &'static str,
    sources: Vec<(usize, String)>,
}

struct ReferenceView {
    title: String,
    locator: String,
    /// Empty unless it is an address of the web: a link of any other kind could run something.
    url: String,
}

impl FlagView {
    fn new(flag: &Flag, method: &Method, language: Language, replies: Vec<ReplyView>) -> Self {
        let rule = method.rule(&flag.indicator);
        let said = |text: fn(&Rule) -> &LocalText| {
            rule.map_or_else(String::new, |rule| {
                text(rule).in_language(language).to_owned()
            })
        };
        // Facts about the peer group are compared with, and read better together.
        let (peers, evidence): (Vec<_>, Vec<_>) = flag
            .evidence
            .iter()
            .partition(|evidence| evidence.fact.contains("_peer_"));
        let facts = |evidence: Vec<&Evidence>| {
            evidence
                .into_iter()
                .map(|it| FactView::new(flag.subject, it, method, language))
                .collect()
        };
        let explanations = rule.map_or(&[][..], |rule| &rule.innocent_explanations);
        let references = rule.map_or(&[][..], |rule| &rule.references);
        Self {
            indicator: flag.indicator.clone(),
            version: flag.version,
            title: title(method, &flag.indicator, language),
            message: flag.message.in_language(language).to_owned(),
            about: format!(
                "{} {}",
                names::subject(flag.subject, language),
                flag.subject_id
            ),
            kinds: [
                names::stage(flag.stage, language),
                names::family(flag.family, language),
                names::severity(flag.severity, language),
            ],
            strength: language.percentage(flag.strength),
            evidence: facts(evidence),
            peers: facts(peers),
            parameters: flag
                .parameters
                .iter()
                .map(|(name, value)| parameter(rule, name, *value, language))
                .collect(),
            explanations: explanations
                .iter()
                .map(|text| text.in_language(language).to_owned())
                .collect(),
            next_steps: said(|rule| &rule.next_steps),
            limitations: said(|rule| &rule.limitations),
            references: references
                .iter()
                .map(|reference| ReferenceView {
                    title: reference.title.clone(),
                    locator: reference.locator.clone().unwrap_or_default(),
                    url: reference
                        .url
                        .clone()
                        .filter(|url| url.starts_with("https://") || url.starts_with("http://"))
                        .unwrap_or_default(),
                })
                .collect(),
            replies,
        }
    }
}

impl FactView {
    fn new(subject: Subject, evidence: &Evidence, method: &Method, language: Language) -> Self {
        let fact = method.dictionary().fact(subject, &evidence.fact);
        let place = |source: &FactSource| (source.document + 1, source.pointer.clone());
        Self {
            words: fact.map_or_else(
                || evidence.fact.clone(),
                |fact| fact.words.in_language(language).to_owned(),
            ),
            written: written(fact, evidence.value.as_ref(), language),
            unit: fact
                .filter(|_| evidence.value.is_some())
                .map_or("", |fact| page_words::unit(fact.unit, language)),
            sources: evidence.sources.iter().map(place).collect(),
        }
    }
}

fn written(fact: Option<&Fact>, value: Option<&FactValue>, language: Language) -> String {
    match (value, fact) {
        (Some(value), Some(fact)) => fact.write(value, language),
        (Some(value), None) => serde_json::to_string(value).unwrap_or_default(),
        (None, _) => language.unknown().to_owned(),
    }
}

/// What a parameter means, and the value that held.
fn parameter(rule: Option<&Rule>, name: &str, value: f64, language: Language) -> (String, String) {
    let parameter = rule.and_then(|rule| rule.parameters.get(name));
    let unit = parameter
        .and_then(|parameter| Unit::from_name(&parameter.unit))
        .unwrap_or_default();
    let meaning = parameter.map_or_else(
        || name.to_owned(),
        |parameter| parameter.meaning.in_language(language).to_owned(),
    );
    let value = format!(
        "{} {}",
        unit.write(value, language),
        page_words::unit(unit, language)
    );
    (meaning, value.trim_end().to_owned())
}

fn title(method: &Method, indicator: &str, language: Language) -> String {
    method
        .rule(indicator)
        .map_or(indicator, |rule| rule.title.in_language(language))
        .to_owned()
}

fn name_of(organization: &Organization) -> String {
    match (&organization.name, &organization.id) {
        (Some(name), Some(id)) => format!("{name} ({id})"),
        (Some(text), None) | (None, Some(text)) => text.clone(),
        (None, None) => "-".to_owned(),
    }
}

/// Who, where, how and how much, as far as it is published.
fn summary(alert: &Alert, language: Language) -> Vec<(&'static str, String)> {
    let words = page_words::words(language);
    let stake = alert.amount_at_stake.as_ref().map(|stake| {
        let currency = stake.currency.as_deref().unwrap_or_default();
        format!("{currency} {}", language.amount(stake.amount))
            .trim()
            .to_owned()
    });
    let suppliers: Vec<String> = alert.suppliers.iter().map(name_of).collect();
    [
        (
            page_words::about(alert.subject, language),
            Some(alert.subject_id.clone()),
        ),
        (words.buyer, Some(name_of(&alert.buyer))),
        (
            words.suppliers,
            (!suppliers.is_empty()).then(|| suppliers.join("; ")),
        ),
        (words.region, alert.region.clone()),
        (words.procurement_method, alert.procurement_method.clone()),
        (words.category, alert.main_procurement_category.clone()),
        (words.year, alert.year.map(|year| year.to_string())),
        (words.amount, stake),
    ]
    .into_iter()
    .filter_map(|(label, value)| Some((label, value?)))
    .collect()
}
