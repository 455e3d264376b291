//! The catalogue as a page: every indicator with its method and its limits, in Markdown and in one language.
//!
//! Written from the rules alone, so that it cannot say anything else than what the program does. `docs/` keeps it for readers without
//! the program, and a test compares.

use std::fmt::Write as _;

use super::{
    Parameter, Rule,
    page_words::{self as words, Heading},
};
use crate::language::Language;

/// Writes the page: one table of all rules, then one section a rule.
#[must_use]
pub fn page(rules: &[Rule], language: Language) -> String {
    let mut page = format!(
        "<!-- Generated from rules/indicators by `veedor rules page --lang {}`. To change it, change a rule and run: UPDATE=1 cargo test --lib page -->\n\n",
        language.code()
    );
    let says = |heading| words::heading(heading, language);
    line(&mut page, format_args!("# {}\n", says(Heading::Title)));
    line(&mut page, format_args!("{}\n", says(Heading::Introduction)));
    line(&mut page, format_args!("{}", says(Heading::Columns)));
    line(&mut page, format_args!("|---|---|---|---|---|---|---|"));
    for rule in rules {
        line(
            &mut page,
            format_args!(
                "| [{0}](#{0}) | {1} | {2} | {3} | {4} | {5} | {6} |",
                rule.id,
                cell(rule.title.in_language(language)),
                words::subject(rule.subject, language),
                words::stage(rule.stage, language),
                words::family(rule.family, language),
                words::severity(rule.severity, language),
                words::status(rule.status, language),
            ),
        );
    }
    for rule in rules {
        section(&mut page, rule, language);
    }
    page
}

fn section(page: &mut String, rule: &Rule, language: Language) {
    let says = |heading| words::heading(heading, language);
    let other = match language {
        Language::English => Language::Spanish,
        Language::Spanish => Language::English,
    };
    line(page, format_args!("\n## {}\n", rule.id));
    line(
        page,
        format_args!(
            "**{}** · *{}*\n",
            rule.title.in_language(language),
            rule.title.in_language(other)
        ),
    );
    let mut codes = String::new();
    for (system, code) in &rule.codes {
        codes.push_str(" · ");
        codes.push_str(&system.to_uppercase());
        codes.push(' ');
        codes.push_str(code);
    }
    line(
        page,
        format_args!(
            "{} · {} · {} · {} · {}, {} {}{codes}\n",
            words::subject(rule.subject, language),
            words::stage(rule.stage, language),
            words::family(rule.family, language),
            words::severity(rule.severity, language),
            words::status(rule.status, language),
            says(Heading::Version),
            rule.version,
        ),
    );
    line(
        page,
        format_args!("> {}\n", rule.message.in_language(language)),
    );
    paragraph(
        page,
        says(Heading::Rationale),
        rule.rationale.in_language(language),
    );
    method(page, rule, language);
    paragraph(
        page,
        says(Heading::Limitations),
        rule.limitations.in_language(language),
    );
    line(
        page,
        format_args!("**{}**\n", says(Heading::OrdinaryReasons)),
    );
    for reason in &rule.innocent_explanations {
        line(page, format_args!("- {}", reason.in_language(language)));
    }
    line(page, format_args!(""));
    paragraph(
        page,
        says(Heading::NextSteps),
        rule.next_steps.in_language(language),
    );
    line(page, format_args!("**{}**\n", says(Heading::References)));
    for reference in &rule.references {
        let title = match &reference.url {
            Some(url) => format!("[{}]({url})", reference.title),
            None => reference.title.clone(),
        };
        match &reference.locator {
            Some(locator) => line(page, format_args!("- {title}, {locator}")),
            None => line(page, format_args!("- {title}")),
        }
    }
}

fn method(page: &mut String, rule: &Rule, language: Language) {
    let says = |heading| words::heading(heading, language);
    line(
        page,
        format_args!("**{}**\n\n```sql", says(Heading::Method)),
    );
    for (heading, expression) in [
        (Heading::AppliesWhen, rule.applies_when.as_deref()),
        (Heading::FlagWhen, Some(rule.flag_when.as_str())),
        (Heading::Strength, rule.strength.as_deref()),
    ] {
        if let Some(expression) = expression {
            line(
                page,
                format_args!("-- {}\n{}", says(heading), expression.trim()),
            );
        }
    }
    line(page, format_args!("```\n"));
    let named = |facts: &[String]| {
        facts
            .iter()
            .map(|fact| format!("`{fact}`"))
            .collect::<Vec<_>>()
            .join(", ")
    };
    if !rule.requires.is_empty() {
        line(
            page,
            format_args!("{}: {}.\n", says(Heading::Requires), named(&rule.requires)),
        );
    }
    line(
        page,
        format_args!("{}: {}.\n", says(Heading::Evidence), named(&rule.evidence)),
    );
    if rule.parameters.is_empty() {
        return;
    }
    line(
        page,
        format_args!("{}\n|---|---|---|---|---|", says(Heading::ParameterColumns)),
    );
    for (name, parameter) in &rule.parameters {
        let Parameter {
            default,
            unit,
            meaning,
            minimum,
            maximum,
            source,
        } = parameter;
        line(
            page,
            format_args!(
                "| `{name}` | {} | {minimum} – {maximum} | {} | {} |",
                format!("{default} {}", words::unit(unit, language)).trim_end(),
                cell(meaning.in_language(language)),
                cell(source)
            ),
        );
    }
    line(page, format_args!(""));
}

fn paragraph(page: &mut String, heading: &str, text: &str) {
    line(page, format_args!("**{heading}.** {}\n", text.trim()));
}

fn line(page: &mut String, text: std::fmt::Arguments<'_>) {
    writeln!(page, "{text}").expect("a string takes what is written to it");
}

/// Text inside a table.
fn cell(text: &str) -> String {
    text.trim().replace('|', "\\|").replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;
    use crate::rules::Rulebook;

    #[test]
    fn the_pages_kept_in_docs_are_what_the_rules_say() {
        let rulebook = Rulebook::load(None).unwrap();
        let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
        for (name, language) in [
            ("catalogue.md", Language::English),
            ("catalogo.md", Language::Spanish),
        ] {
            let now = page(rulebook.rules(), language);
            let path = docs.join(name);
            if std::env::var_os("UPDATE").is_some() {
                fs::create_dir_all(&docs).unwrap();
                fs::write(&path, &now).unwrap();
            }
            let kept = fs::read_to_string(&path).unwrap_or_default();
            assert!(
                kept == now,
                "docs/{name} is not what the rules say; run `UPDATE=1 cargo test --lib page` and review the difference"
            );
        }
    }

    #[test]
    fn a_bar_does_not_end_a_cell() {
        assert_eq!(cell("a | b\n"), "a \\| b");
    }
}
