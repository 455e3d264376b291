//! The reference: every setting with its meaning, its bounds and its default, as a file that could be used as it is.

use std::fmt::Write as _;

use super::{Key, keys};

/// The default configuration, with every setting explained. Settings without a default stand in comments.
#[must_use]
pub fn reference() -> String {
    let mut text =
        String::from("# The configuration of Veedor: every setting, with its default.\n");
    let mut section = "";
    for key in keys() {
        let (own, name) = key.split();
        if own != section {
            let _ = write!(text, "\n[{own}]\n");
            section = own;
        }
        let _ = write!(text, "\n{}", explained(key));
        let _ = match key.default {
            "" => writeln!(text, "# {name} ="),
            default => writeln!(text, "{name} = {default}"),
        };
    }
    text
}

fn explained(key: &Key) -> String {
    let mut lines = wrapped(key.meaning);
    lines.push(format!("Takes {}.", key.kind.expected()));
    if let Some(file) = key.file_path() {
        let (_, name) = file.rsplit_once('.').expect("it stands in a section");
        lines.push(format!("`{name}` names a file to read it from instead."));
    }
    lines.push(format!("Environment: {}", key.variable()));
    format!("# {}\n", lines.join("\n# "))
}

/// Lines of at most a hundred characters.
fn wrapped(text: &str) -> Vec<String> {
    const WIDTH: usize = 100;
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().expect("there is one");
        if line.is_empty() {
            line.push_str(word);
        } else if line.len() + 1 + word.len() <= WIDTH {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

const PAGE: &str = "# Configuration

Made from the program by `veedor config reference --page`; a test compares it with what the program reads.

A setting may be written in four places. From the strongest to the weakest:

1. **A flag.** `--listen` and `--data` are settings with a flag of their own; `--set section.key=value` sets any other, but for secrets, which
   everybody on the machine could read there.
2. **The environment.** `VEEDOR_SECTION__KEY`, with two underscores where the file has a dot: `VEEDOR_SERVER__LISTEN=0.0.0.0:8080`. An empty
   variable is as if it was not set. An unknown one with two underscores is refused.
3. **A file**, in TOML: the one named with `--config FILE`, else with `VEEDOR_CONFIG`, else `veedor.toml` in the working directory, else
   `veedor.toml` in the data directory. One file is read, never two. A path in it is relative to the file; anywhere else it is relative to the
   working directory.
4. **The default**, below.

`veedor config show` prints what is in effect and where each value was written. An unknown setting, or a value that its setting does
not take, stops the program before it does anything, with the place where it was written.

Passwords, secrets and URLs that hold a password print as `***`. Each may be kept in a file of its own: `database.url_file =
\"/run/secrets/database\"`, or `VEEDOR_DATABASE__URL_FILE`. Lists are separated by commas in the environment and in flags.

```toml
";

/// The page about the configuration.
#[must_use]
pub fn page() -> String {
    format!("{PAGE}{}```\n", reference())
}
