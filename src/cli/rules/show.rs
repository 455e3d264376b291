//! One rule as its reader sees it.

use std::io::Write;
use std::process::ExitCode;

use anyhow::Result;

use super::word;
use crate::{language::Language, rules::Rule};

/// Prints what the rule says, why, how it may be wrong, and how it is computed.
pub(super) fn show(rule: &Rule, language: Language, out: &mut dyn Write) -> Result<ExitCode> {
    writeln!(out, "{}: {}", rule.id, rule.title.in_language(language))?;
    writeln!(
        out,
        "{} · {} · {} · {} · {} {}",
        rule.subject.name(),
        word(&rule.stage),
        word(&rule.family),
        word(&rule.severity),
        word(&rule.status),
        rule.version,
    )?;
    for (system, code) in &rule.codes {
        writeln!(out, "{system} {code}")?;
    }
    for (title, text) in [
        (
            heading(language, "What is said", "Qué se dice"),
            &rule.message,
        ),
        (
            heading(
                language,
                "Why it is worth a look",
                "Por qué merece una mirada",
            ),
            &rule.rationale,
        ),
        (
            heading(language, "What it cannot see", "Lo que no puede ver"),
            &rule.limitations,
        ),
        (
            heading(language, "What to check first", "Qué revisar primero"),
            &rule.next_steps,
        ),
    ] {
        writeln!(out, "\n{title}\n  {}", text.in_language(language))?;
    }
    writeln!(
        out,
        "\n{}",
        heading(language, "Ordinary reasons", "Razones corrientes")
    )?;
    for reason in &rule.innocent_explanations {
        writeln!(out, "  - {}", reason.in_language(language))?;
    }
    show_method(rule, language, out)?;
    Ok(ExitCode::SUCCESS)
}

fn show_method(rule: &Rule, language: Language, out: &mut dyn Write) -> Result<()> {
    writeln!(out, "\n{}", heading(language, "Method", "Método"))?;
    for (key, text) in [
        ("applies_when", rule.applies_when.as_deref()),
        ("flag_when", Some(rule.flag_when.as_str())),
        ("strength", rule.strength.as_deref()),
    ] {
        if let Some(text) = text {
            writeln!(out, "  {key}: {text}")?;
        }
    }
    writeln!(out, "  requires: {}", rule.requires.join(", "))?;
    writeln!(out, "  evidence: {}", rule.evidence.join(", "))?;
    for (name, parameter) in &rule.parameters {
        writeln!(
            out,
            "  {name} = {} ({}, {} – {}): {}. {}",
            parameter.default,
            parameter.unit,
            parameter.minimum,
            parameter.maximum,
            parameter.meaning.in_language(language),
            parameter.source
        )?;
    }
    writeln!(out, "\n{}", heading(language, "References", "Referencias"))?;
    for reference in &rule.references {
        let parts = [
            Some(&reference.title),
            reference.locator.as_ref(),
            reference.url.as_ref(),
        ];
        let parts: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
        writeln!(out, "  - {}", parts.join(", "))?;
    }
    Ok(())
}

const fn heading(language: Language, en: &'static str, es: &'static str) -> &'static str {
    match language {
        Language::English => en,
        Language::Spanish => es,
    }
}
