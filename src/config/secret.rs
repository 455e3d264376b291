//! Words that are used and never shown.

use std::fmt;

/// What stands in the place of a secret.
pub(super) const MASK: &str = "***";

/// A secret: it prints as `***`, so that it cannot reach a log by accident.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub(super) fn new(text: String) -> Self {
        Self(text)
    }

    /// The words themselves, for the one place that uses them.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(MASK)
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(MASK)
    }
}

/// A URL without what must not be seen: the password before the host, and whatever a query calls a password, a secret or a token.
#[must_use]
pub fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return MASK.to_owned();
    };
    // A password may hold any of these signs although it should not: the last `@` before the query is taken as its end.
    let (before, query) = rest
        .split_once('?')
        .map_or((rest, None), |(before, query)| (before, Some(query)));
    let before = match before.rsplit_once('@') {
        Some((credentials, host)) => {
            let user = credentials
                .split_once(':')
                .map(|(user, _)| format!("{user}:{MASK}"));
            format!("{}@{host}", user.as_deref().unwrap_or(credentials))
        }
        None => before.to_owned(),
    };
    let query = query.map(|query| {
        let pairs = query.split('&').map(|pair| match pair.split_once('=') {
            Some((name, _)) if is_secret_name(name) => format!("{name}={MASK}"),
            _ => pair.to_owned(),
        });
        format!("?{}", pairs.collect::<Vec<_>>().join("&"))
    });
    format!("{scheme}://{before}{}", query.unwrap_or_default())
}

fn is_secret_name(name: &str) -> bool {
    let name = name.to_lowercase();
    ["pass", "secret", "token", "key"]
        .iter()
        .any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_shown_without_its_password() {
        for (url, shown) in [
            ("postgres://u:p@h/d", "postgres://u:***@h/d"),
            ("postgres://u:p@ss@h/d", "postgres://u:***@h/d"),
            ("postgres://u:p/w#d@h/d", "postgres://u:***@h/d"),
            ("postgres://u@h/d", "postgres://u@h/d"),
            (
                "postgres:///d?host=/run&password=p",
                "postgres:///d?host=/run&password=***",
            ),
            ("smtp://h", "smtp://h"),
            ("nonsense", "***"),
        ] {
            assert_eq!(without_password(url), shown);
        }
    }

    #[test]
    fn a_secret_prints_as_a_mask() {
        let secret = Secret::new("word".to_owned());
        assert_eq!(format!("{secret} {secret:?}"), "*** ***");
        assert_eq!(secret.expose(), "word");
    }
}
