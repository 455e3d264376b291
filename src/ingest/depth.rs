//! How deeply a text is nested: readers of JSON recurse, and a text of brackets alone would exhaust their stack and end the program.

/// Levels that are read. Published documents have about ten; the fast reader stops by itself at 255 of the levels it knows.
const MOST_LEVELS: usize = 200;

/// What is said of a text that is nested more deeply.
pub(super) const TOO_DEEP: &str = "the text is nested more than 200 levels deep";

/// Whether a text is nested too deeply to be read.
pub(super) fn is_too_deep(text: &[u8]) -> bool {
    // `[` and `{` differ in one bit, as do `]` and `}`. Counting all of them is far cheaper than following them, and enough for most lines.
    let opening = text.iter().filter(|byte| **byte | 0x20 == b'{').count();
    opening > MOST_LEVELS && levels_exceed(text, MOST_LEVELS)
}

fn levels_exceed(text: &[u8], most: usize) -> bool {
    let (mut levels, mut in_string, mut is_escaped) = (0_usize, false, false);
    for byte in text {
        if in_string {
            match byte {
                _ if is_escaped => is_escaped = false,
                b'\\' => is_escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'[' | b'{' => {
                levels += 1;
                if levels > most {
                    return true;
                }
            }
            b']' | b'}' => levels = levels.saturating_sub(1),
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_open_at_once_counts() {
        let nested =
            |levels: usize| format!("{}{}", "[{".repeat(levels / 2), "}]".repeat(levels / 2));
        assert!(!is_too_deep(nested(MOST_LEVELS).as_bytes()));
        assert!(is_too_deep(nested(MOST_LEVELS + 2).as_bytes()));
        assert!(
            !is_too_deep("[{}]".repeat(1_000).as_bytes()),
            "side by side"
        );
        assert!(
            !is_too_deep(format!(r#"{{"a":"\"{}"}}"#, "[".repeat(1_000)).as_bytes()),
            "inside a string"
        );
        assert!(TOO_DEEP.contains(&MOST_LEVELS.to_string()));
    }
}
