//! Any script to plain capitals: the alphabet in which names are compared.
//!
//! Letters and digits become `A`–`Z` and `0`–`9`; a letter that was lost (`?`, U+FFFD) stays as `?`, which matches any letter; everything else
//! becomes marks, kept because they tell where a name's members and legal forms begin.

/// Marks that stand before a piece, as bits.
pub(super) mod mark {
    pub(in super::super) const COMMA: u8 = 1;
    pub(in super::super) const DASH: u8 = 2;
    pub(in super::super) const SLASH: u8 = 4;
    pub(in super::super) const BRACKET: u8 = 8;
    pub(in super::super) const SPACE: u8 = 32;
    pub(in super::super) const SEMICOLON: u8 = 64;
}

/// Letters of one word that are looked at: the width of the machine word in which distances are computed.
pub(super) const MOST_LETTERS: usize = 64;

/// A run of letters and digits in a folded name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Marks between the piece before and this one.
    pub(super) before: u8,
    /// Whether a dot follows.
    pub(super) is_dotted: bool,
    /// Whether it was written `&`.
    pub(super) is_ampersand: bool,
}

/// A name in plain capitals, in pieces.
#[derive(Debug, Default)]
pub(super) struct Folded {
    pub(super) letters: Vec<u8>,
    pub(super) pieces: Vec<Piece>,
}

impl Folded {
    pub(super) fn piece(&self, index: usize) -> &[u8] {
        let piece = self.pieces[index];
        &self.letters[piece.start..piece.end]
    }

    pub(super) fn joined(&self, from: usize, to: usize, into: &mut Vec<u8>) {
        into.clear();
        for index in from..to {
            into.extend_from_slice(self.piece(index));
        }
    }
}

/// Folds a repaired name, reusing the space of the one before.
pub(super) fn fold_into(name: &str, folded: &mut Folded) {
    folded.letters.clear();
    folded.pieces.clear();
    let mut state = State {
        folded,
        start: None,
        before: 0,
    };
    let mut letters = name.chars().peekable();
    let mut was_lower = false;
    while let Some(letter) = letters.next() {
        let next = letters.peek().copied();
        match letter {
            'A'..='Z' => {
                // `SiemensAG`: a legal form glued to a name in small letters.
                if was_lower && is_glued_form(letter, &letters) {
                    state.mark(mark::SPACE);
                }
                state.letter(letter as u8);
            }
            'a'..='z' => state.letter(letter.to_ascii_uppercase() as u8),
            '0'..='9' => state.letter(letter as u8),
            ' ' | '\t' | '\n' | '\r' => state.mark(mark::SPACE),
            '.' => state.dot(),
            ',' => state.mark(mark::COMMA),
            ';' | '|' => state.mark(mark::SEMICOLON),
            '-' | '–' | '—' | '‐' | '−' => state.mark(mark::DASH),
            '/' | '\\' => state.mark(mark::SLASH),
            '(' | ')' | '[' | ']' => state.mark(mark::BRACKET),
            '&' | '+' => state.ampersand(),
            '\'' | '`' | '´' | '’' | '‘' | 'ʼ' | '′' | 'ª' | 'º' | '°' => {}
            '?' | '¿' | '\u{FFFD}' => {
                if state.start.is_some() || next.is_some_and(char::is_alphabetic) {
                    state.letter(b'?');
                } else {
                    state.mark(mark::SPACE);
                }
            }
            _ if letter.is_ascii() || letter.is_control() || letter.is_whitespace() => {
                state.mark(mark::SPACE);
            }
            _ if letter.is_alphanumeric() => {
                for plain in any_ascii::any_ascii_char(letter).bytes() {
                    if plain.is_ascii_alphanumeric() {
                        state.letter(plain.to_ascii_uppercase());
                    }
                }
            }
            // Marks that combine with the letter before, marks of direction and joiners take no room.
            '\u{0300}'..='\u{036F}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{2069}'
            | '\u{00AD}'
            | '\u{FEFF}' => {}
            _ => state.mark(mark::SPACE),
        }
        was_lower = letter.is_lowercase();
    }
    state.close(false);
}

/// Whether a capital after a small letter begins nothing but capitals up to the end: `AG`, `GmbH` is not.
fn is_glued_form(first: char, rest: &std::iter::Peekable<std::str::Chars<'_>>) -> bool {
    let tail: String = std::iter::once(first)
        .chain(rest.clone())
        .take(6)
        .filter(|letter| letter.is_alphanumeric())
        .collect();
    (2..=4).contains(&tail.len()) && tail.bytes().all(|letter| letter.is_ascii_uppercase())
}

struct State<'a> {
    folded: &'a mut Folded,
    start: Option<usize>,
    before: u8,
}

impl State<'_> {
    fn letter(&mut self, letter: u8) {
        let start = *self.start.get_or_insert(self.folded.letters.len());
        if self.folded.letters.len() - start < MOST_LETTERS {
            self.folded.letters.push(letter);
        }
    }

    fn close(&mut self, is_dotted: bool) {
        if let Some(start) = self.start.take() {
            self.folded.pieces.push(Piece {
                start,
                end: self.folded.letters.len(),
                before: self.before,
                is_dotted,
                is_ampersand: false,
            });
            self.before = 0;
        }
    }

    fn mark(&mut self, mark: u8) {
        self.close(false);
        self.before |= mark;
    }

    fn dot(&mut self) {
        self.close(true);
    }

    fn ampersand(&mut self) {
        self.close(false);
        self.letter(b'Y');
        self.close(false);
        if let Some(piece) = self.folded.pieces.last_mut() {
            piece.is_ampersand = true;
        }
    }
}
