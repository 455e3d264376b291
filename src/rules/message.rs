//! Messages: a sentence with names in braces, and the values that take their place.

use std::collections::BTreeSet;

/// One piece of a message.
enum Piece<'a> {
    Words(&'a str),
    Name(&'a str),
}

/// Takes a message apart; a brace without its partner, or braces around nothing, is an error.
fn pieces(template: &str) -> Result<Vec<Piece<'_>>, String> {
    let mut pieces = Vec::new();
    let mut rest = template;
    while let Some(open) = rest.find(['{', '}']) {
        let (words, from_brace) = rest.split_at(open);
        pieces.push(Piece::Words(words));
        let name_length = from_brace.strip_prefix('{').and_then(|after| {
            after
                .find(['{', '}'])
                .filter(|end| after[*end..].starts_with('}'))
        });
        match name_length {
            Some(length) if length > 0 => {
                pieces.push(Piece::Name(&from_brace[1..=length]));
                rest = &from_brace[length + 2..];
            }
            _ => {
                return Err(format!(
                    "a brace without its partner or without a name at `{from_brace}`; write {{name}}"
                ));
            }
        }
    }
    pieces.push(Piece::Words(rest));
    Ok(pieces)
}

/// The names that a message mentions.
pub(super) fn names(template: &str) -> Result<BTreeSet<&str>, String> {
    Ok(pieces(template)?
        .into_iter()
        .filter_map(|piece| match piece {
            Piece::Name(name) => Some(name),
            Piece::Words(_) => None,
        })
        .collect())
}

/// Writes the message with values in place of names. A message that cannot be taken apart is written as it is: rules are checked when loaded.
pub(super) fn render(template: &str, mut value: impl FnMut(&str) -> String) -> String {
    let Ok(pieces) = pieces(template) else {
        return template.to_owned();
    };
    pieces.into_iter().fold(
        String::with_capacity(template.len() + 32),
        |mut written, piece| {
            match piece {
                Piece::Words(words) => written.push_str(words),
                Piece::Name(name) => written.push_str(&value(name)),
            }
            written
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_braces_give_way_to_values_once() {
        let written = render("¿{a} de {b}? {a}", |name| format!("{{{name}}}!"));
        assert_eq!(written, "¿{a}! de {b}!? {a}!", "values are not read again");
        assert_eq!(names("{b}{a} {b}"), Ok(BTreeSet::from(["a", "b"])));
        assert_eq!(names(""), Ok(BTreeSet::new()));
    }

    #[test]
    fn a_brace_needs_its_partner_and_a_name() {
        for template in ["{", "}", "{a", "a}", "{}", "{a{b}}", "{{a}}"] {
            assert!(names(template).is_err(), "{template}");
        }
    }
}
