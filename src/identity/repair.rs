//! What broke on a name's way, repaired: HTML entities, UTF-8 read as another alphabet, quotes that became `null;`.
//!
//! Refuses to guess: only sequences that decode to one letter are replaced, everything else is left as it was.

use std::borrow::Cow;

/// Characters of a name that are looked at. Ours: the longest real names of public registers stay below 300; what is longer is a document in the
/// wrong field, and its beginning is enough.
const MOST_CHARACTERS: usize = 512;

/// A name as it was probably meant, with entities and wrongly decoded letters repaired; longer ones are cut.
#[must_use]
pub fn repair(raw: &str) -> Cow<'_, str> {
    let cut = if raw.len() > MOST_CHARACTERS {
        raw.char_indices()
            .nth(MOST_CHARACTERS)
            .map_or(raw, |(end, _)| &raw[..end])
    } else {
        raw
    };
    let mut name = Cow::Borrowed(cut);
    if name.contains('&') {
        // Twice: `&amp;ntilde;` was escaped twice.
        for _ in 0..2 {
            name = Cow::Owned(entities(&name));
        }
    }
    if name.contains("null;") {
        // A quote that some exporter looked up in a table and did not find.
        name = Cow::Owned(name.replace("null;", " "));
    }
    if !name.is_ascii() {
        // Twice: read wrongly, written, and read wrongly again.
        for _ in 0..2 {
            if let Some(better) = decoded_again(&name) {
                name = Cow::Owned(better);
            }
        }
    }
    name
}

/// Replaces `&amp;`, `&#38;`, `&#x26;` and the entities that are a letter with a mark.
fn entities(name: &str) -> String {
    let mut repaired = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(start) = rest.find('&') {
        repaired.push_str(&rest[..start]);
        rest = &rest[start..];
        let end = rest.bytes().take(10).position(|byte| byte == b';');
        if let Some((letter, end)) = end.and_then(|end| Some((entity(rest.get(1..end)?)?, end))) {
            repaired.push(letter);
            rest = &rest[end + 1..];
        } else {
            repaired.push('&');
            rest = &rest[1..];
        }
    }
    repaired.push_str(rest);
    repaired
}

fn entity(text: &str) -> Option<char> {
    if let Some(number) = text.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code);
    }
    match text {
        "amp" | "AMP" => return Some('&'),
        "quot" | "QUOT" => return Some('"'),
        "apos" => return Some('\''),
        "lt" => return Some('<'),
        "gt" => return Some('>'),
        "nbsp" => return Some(' '),
        "szlig" => return Some('ß'),
        _ => {}
    }
    // A letter and the name of its mark: what remains of the mark after folding is nothing, so the letter alone is exact enough.
    let letter = text.chars().next().filter(char::is_ascii_alphabetic)?;
    matches!(
        &text[1..],
        "acute" | "grave" | "uml" | "tilde" | "circ" | "cedil" | "ring" | "slash" | "caron"
    )
    .then_some(letter)
}

/// The byte that a character stood for when UTF-8 was read as Windows-1252 or as Latin-1.
fn byte_of(letter: char) -> Option<u8> {
    // The places of Windows-1252 that differ from Latin-1 (Unicode Consortium, CP1252.TXT).
    const WINDOWS_1252: [(char, u8); 27] = [
        ('€', 0x80),
        ('‚', 0x82),
        ('ƒ', 0x83),
        ('„', 0x84),
        ('…', 0x85),
        ('†', 0x86),
        ('‡', 0x87),
        ('ˆ', 0x88),
        ('‰', 0x89),
        ('Š', 0x8A),
        ('‹', 0x8B),
        ('Œ', 0x8C),
        ('Ž', 0x8E),
        ('‘', 0x91),
        ('’', 0x92),
        ('“', 0x93),
        ('”', 0x94),
        ('•', 0x95),
        ('–', 0x96),
        ('—', 0x97),
        ('˜', 0x98),
        ('™', 0x99),
        ('š', 0x9A),
        ('›', 0x9B),
        ('œ', 0x9C),
        ('ž', 0x9E),
        ('Ÿ', 0x9F),
    ];
    match u32::from(letter) {
        code @ 0x80..=0xFF => u8::try_from(code).ok(),
        _ => WINDOWS_1252
            .iter()
            .find(|(seen, _)| *seen == letter)
            .map(|(_, byte)| *byte),
    }
}

/// Decodes runs of characters that are the bytes of one UTF-8 letter. `None`: there was none.
fn decoded_again(name: &str) -> Option<String> {
    let letters: Vec<char> = name.chars().collect();
    let mut repaired = String::with_capacity(name.len());
    let mut at = 0;
    let mut has_changed = false;
    while at < letters.len() {
        let lead = byte_of(letters[at]).unwrap_or(0);
        let length = match lead {
            0xC2..=0xDF => 2,
            0xE0..=0xEF => 3,
            0xF0..=0xF4 => 4,
            _ => 1,
        };
        let bytes: Vec<u8> = letters[at..]
            .iter()
            .take(length)
            .filter_map(|letter| byte_of(*letter))
            .collect();
        let decoded = (length > 1 && bytes.len() == length)
            .then(|| std::str::from_utf8(&bytes).ok())
            .flatten();
        if let Some(decoded) = decoded {
            repaired.push_str(decoded);
            has_changed = true;
            at += length;
        } else if lead == 0xC3 && matches!(letters.get(at + 1), Some('?' | '\u{FFFD}')) {
            // `Ã` and a lost second byte: some accented letter, we do not know which.
            repaired.push('?');
            has_changed = true;
            at += 2;
        } else {
            repaired.push(letters[at]);
            at += 1;
        }
    }
    has_changed.then_some(repaired)
}
