//! What a setting is: its path, what values it takes, its default and what it is for. Everything else about settings (checking, the reference,
//! what `config show` prints) is derived from these declarations.

/// One setting.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Its place in the file, as `server.listen`.
    pub path: &'static str,
    /// What it takes.
    pub kind: Kind,
    /// Its default as it would be written in the file; empty when it has none.
    pub default: &'static str,
    /// What it is for, and what follows from changing it.
    pub meaning: &'static str,
}

/// What a setting takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `true` or `false`.
    Switch,
    /// A whole number of units, between two bounds, both allowed.
    Whole {
        /// What is counted.
        unit: &'static str,
        /// The least that is taken.
        least: u64,
        /// The most that is taken.
        most: u64,
    },
    /// One of these words.
    Choice(&'static [&'static str]),
    /// Words, not empty.
    Text,
    /// A host or address with a port: `127.0.0.1:8080`.
    Address,
    /// A file or directory. In the file it is relative to the file's directory, elsewhere to the working directory.
    Path,
    /// An address of the web with one of these schemes.
    Url(&'static [&'static str]),
    /// As [`Kind::Url`], holding a password that is never shown.
    SecretUrl(&'static [&'static str]),
    /// Words that are never shown.
    Secret,
    /// A list of these.
    List(Item),
    /// Names of others, each with one of these words.
    Mapping(&'static [&'static str]),
}

/// What a list holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Item {
    /// Directories, files or addresses of the web.
    Source,
    /// Where a browser's page comes from: `https://example.org`.
    Origin,
    /// An address or a network of the internet: `10.0.0.1`, `10.0.0.0/8`.
    Network,
}

impl Key {
    pub(super) const fn new(
        path: &'static str,
        kind: Kind,
        default: &'static str,
        meaning: &'static str,
    ) -> Self {
        Self {
            path,
            kind,
            default,
            meaning,
        }
    }

    /// The section and the rest: `server` and `listen`, `access.oidc` and `issuer`.
    #[must_use]
    pub fn split(&self) -> (&'static str, &'static str) {
        self.path
            .rsplit_once('.')
            .expect("every setting stands in a section")
    }

    /// The variable of the environment that sets it.
    #[must_use]
    pub fn variable(&self) -> String {
        variable(self.path)
    }

    /// The setting that names a file to read its value from, for secrets.
    #[must_use]
    pub fn file_path(&self) -> Option<String> {
        self.kind.is_secret().then(|| format!("{}_file", self.path))
    }
}

impl Kind {
    /// Whether its value is masked wherever it is shown.
    #[must_use]
    pub const fn is_secret(self) -> bool {
        matches!(self, Self::Secret | Self::SecretUrl(_))
    }

    /// What it takes, in words that follow "it takes".
    #[must_use]
    pub fn expected(self) -> String {
        let words = |words: &[&str]| {
            words
                .iter()
                .map(|word| format!("`{word}`"))
                .collect::<Vec<_>>()
                .join(", ")
        };
        match self {
            Self::Switch => "`true` or `false`".to_owned(),
            Self::Whole { unit, least, most } => {
                format!("a whole number of {unit} from {least} to {most}")
            }
            Self::Choice(choices) => format!("one of {}", words(choices)),
            Self::Text => "words".to_owned(),
            Self::Address => {
                "an address and a port, as `127.0.0.1:8080` or `[::1]:8080`".to_owned()
            }
            Self::Path => "a path".to_owned(),
            Self::Url(schemes) | Self::SecretUrl(schemes) => {
                format!("a URL whose scheme is one of {}", words(schemes))
            }
            Self::Secret => "a secret of at least 8 characters".to_owned(),
            Self::List(Item::Source) => {
                "a list of directories, files and http(s) URLs (separated by commas outside the file)".to_owned()
            }
            Self::List(Item::Origin) => {
                "a list of origins, as `https://example.org` without a path (separated by commas outside the file)".to_owned()
            }
            Self::List(Item::Network) => {
                "a list of addresses or networks, as `10.0.0.1` or `10.0.0.0/8` (separated by commas outside the file)".to_owned()
            }
            Self::Mapping(choices) => format!(
                "a table of names with one of {} each (outside the file `name=word,name=word`)",
                words(choices)
            ),
        }
    }
}

/// The variable of the environment that sets what stands at a path.
pub(super) fn variable(path: &str) -> String {
    format!("VEEDOR_{}", path.replace('.', "__").to_uppercase())
}
