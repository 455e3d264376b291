//! Numbers in names: "II", "2", "DOS" and "Segunda" are one thing, and a thing apart from words, because a firm and its numbered sibling are not one
//! firm spelt twice.

use super::{normalize::push, words::WORDS};

/// Writes one piece of a name as a word, or as a number tagged `#`.
pub(super) fn write_word(piece: &[u8], is_last: bool, words: &mut String) {
    let digits = piece.iter().filter(|sign| sign.is_ascii_digit()).count();
    if digits == 0 {
        if let Some(number) = WORDS.numbers.get(piece) {
            return push_number(words, *number);
        }
        if let Some(number) = roman(piece)
            && (piece.len() > 1 || is_last)
        {
            return push_number(words, number);
        }
        match WORDS.written.get(piece) {
            Some(written) => push(words, written.as_bytes()),
            None => push(words, piece),
        }
        return;
    }
    let letters = piece.len() - digits;
    if letters == 0 {
        return push_digits(words, piece);
    }
    // "1ST", "2DA", "3ER": an ordinal.
    let leading_digits = piece
        .iter()
        .take_while(|sign| sign.is_ascii_digit())
        .count();
    if leading_digits == digits
        && matches!(
            &piece[leading_digits..],
            b"ST" | b"ND" | b"RD" | b"TH" | b"RA" | b"RO" | b"DA" | b"DO" | b"ER" | b"A" | b"O"
        )
    {
        return push_digits(words, &piece[..leading_digits]);
    }
    let leading_letters = piece
        .iter()
        .take_while(|sign| !sign.is_ascii_digit())
        .count();
    let trailing = &piece[leading_letters..];
    if leading_letters >= 3
        && trailing.iter().all(u8::is_ascii_digit)
        && !(trailing.len() == 1 && leading_letters >= 5 && looks_like(trailing[0]) != trailing[0])
    {
        // "ALFA360": a word and a number.
        push(words, &piece[..leading_letters]);
        return push_digits(words, trailing);
    }
    if letters >= 2 && letters >= digits {
        // A digit inside a word is a letter read wrongly by a machine.
        let read: Vec<u8> = piece.iter().map(|sign| looks_like(*sign)).collect();
        return push(words, &read);
    }
    push(words, piece);
}

/// Adds the number that was just written after `length` to tens that stand before it: "forty four".
pub(super) fn add_to_tens(words: &mut String, length: usize) {
    let before = words[..length].rfind(' ').map_or(0, |space| space + 1);
    let number = |text: &str| {
        text.strip_prefix('#')
            .and_then(|digits| digits.parse::<u32>().ok())
    };
    let (Some(tens), Some(ones)) = (
        number(&words[before..length]),
        number(words[length..].trim_start()),
    ) else {
        return;
    };
    if (20..100).contains(&tens) && tens % 10 == 0 && (1..10).contains(&ones) {
        words.truncate(before.saturating_sub(1));
        push_text(words, &(tens + ones).to_string());
    }
}

/// The letter that a digit is read for.
fn looks_like(digit: u8) -> u8 {
    match digit {
        b'0' => b'O',
        b'1' => b'I',
        b'2' => b'Z',
        b'5' => b'S',
        b'6' => b'G',
        b'8' => b'B',
        other => other,
    }
}

fn push_digits(words: &mut String, digits: &[u8]) {
    let significant = digits
        .iter()
        .position(|digit| *digit != b'0')
        .map_or(&digits[digits.len() - 1..], |first| &digits[first..]);
    let text = std::str::from_utf8(significant).expect("digits are ASCII");
    push_text(words, text);
}

fn push_number(words: &mut String, number: u32) {
    push_text(words, &number.to_string());
}

fn push_text(words: &mut String, text: &str) {
    if !words.is_empty() {
        words.push(' ');
    }
    words.push('#');
    words.push_str(text);
}

/// Roman numerals of I, V and X up to 39: others are words more often than numbers ("MI", "DC", "CV", "MIX").
fn roman(piece: &[u8]) -> Option<u32> {
    if piece.len() > 6 || !piece.iter().all(|sign| b"IVX".contains(sign)) {
        return None;
    }
    let tens = piece.iter().take_while(|sign| **sign == b'X').count();
    let (tens, rest) = (tens.min(3), &piece[tens.min(3)..]);
    let ones = match rest {
        b"" => 0,
        b"I" => 1,
        b"II" => 2,
        b"III" => 3,
        b"IV" => 4,
        b"V" => 5,
        b"VI" => 6,
        b"VII" => 7,
        b"VIII" => 8,
        b"IX" => 9,
        _ => return None,
    };
    let value = u32::try_from(tens * 10 + ones).expect("below 40");
    (value > 0).then_some(value)
}
