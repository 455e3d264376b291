//! Several firms in one field: where one member of a name ends and the next begins.

use super::{
    fold::{Folded, mark},
    forms::{FORMS, Forms},
    normalize::{Part, Role},
    words::{WORDS, Words},
};

/// Pieces of one member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Section {
    pub(super) start: usize,
    pub(super) end: usize,
}

/// Letters without which a section is not a member: initials are part of a name.
const LEAST_LETTERS: usize = 3;

/// Members of one field that are looked at. Ours: consortia have up to a dozen; more is a list.
const MOST_SECTIONS: usize = 16;

/// Splits pieces `start..end` into the sections of a name; at least one. Returns how many pieces before the first section are a word like
/// "consortium", which is of all of them.
pub(super) fn split(
    folded: &Folded,
    start: usize,
    end: usize,
    sections: &mut Vec<Section>,
) -> usize {
    sections.clear();
    let piece = |index: usize| (index < end).then(|| folded.piece(index));
    let lead = Words::phrase_at(&WORDS.joint_leads, |index| piece(start + index));
    let is_joint = lead > 0 && start + lead < end;
    let mut begin = start;
    let mut index = start + 1;
    while index < end && sections.len() + 1 < MOST_SECTIONS {
        let link = if matches!(
            folded.piece(index),
            b"EN"
                | b"PARTICIPACION"
                | b"CONJUNTAMENTE"
                | b"ASOCIADO"
                | b"ASOCIADA"
                | b"PROPUESTA"
                | b"IN"
                | b"JV"
        ) {
            Words::phrase_at(&WORDS.joint_links, |offset| piece(index + offset))
        } else {
            0
        };
        if link > 0 && index + link < end {
            sections.push(Section {
                start: begin,
                end: index,
            });
            begin = index + link;
            index = begin + 1;
            continue;
        }
        let before = folded.pieces[index].before;
        let is_cut = before & !mark::SPACE != 0 || is_joint;
        let is_boundary = if is_cut {
            divides(folded, begin, index, end, before, is_joint)
        } else {
            is_silent_boundary(folded, begin, index, end)
        };
        if is_boundary {
            sections.push(Section {
                start: begin,
                end: index,
            });
            begin = index;
        }
        index += 1;
    }
    sections.push(Section { start: begin, end });
    if !is_joint || sections.len() < 2 {
        return 0;
    }
    sections[0].start += lead;
    if sections[0].start >= sections[0].end {
        sections.remove(0);
    }
    lead
}

fn letters(folded: &Folded, from: usize, to: usize) -> usize {
    folded.pieces[from..to]
        .iter()
        .map(|piece| piece.end - piece.start)
        .sum()
}

/// Whether a mark before a piece parts two members.
fn divides(
    folded: &Folded,
    begin: usize,
    index: usize,
    end: usize,
    before: u8,
    is_joint: bool,
) -> bool {
    if letters(folded, begin, index) < LEAST_LETTERS || letters(folded, index, end) < LEAST_LETTERS
    {
        return false;
    }
    let ends_with_form = || {
        FORMS
            .tail(folded, begin, index)
            .is_some_and(|form| form.is_whole)
    };
    // "S.A.- X" but not "S.A. - S.A.C.": what follows must be more than a form.
    let is_only_form = || {
        FORMS
            .tail(folded, index - 1, end)
            .is_some_and(|form| form.pieces >= end - index)
    };
    if before & (mark::SLASH | mark::SEMICOLON) != 0 {
        let length = |index: usize| folded.pieces[index].end - folded.pieces[index].start;
        return (before & mark::SPACE != 0 || ends_with_form())
            && length(index - 1).max(length(index)) > 1
            && !is_only_form();
    }
    if is_joint && before & mark::DASH != 0 {
        return !is_only_form();
    }
    before & (mark::DASH | mark::COMMA | mark::BRACKET) != 0 && ends_with_form() && !is_only_form()
}

/// Whether a form in the middle of a name, with another at its end, parts two members: "RED DE COMBUSTIBLES SAC REDCOL SAC".
fn is_silent_boundary(folded: &Folded, begin: usize, index: usize, end: usize) -> bool {
    // Cheap first: forms that are certain end in one of these letters, and the next piece is not a single letter of the same form.
    let last = folded.piece(index - 1);
    if !matches!(last.last(), Some(b'A' | b'C' | b'L' | b'V' | b'H'))
        || index < begin + 2
        || folded.pieces[index].end - folded.pieces[index].start < LEAST_LETTERS
    {
        return false;
    }
    let Some(form) = FORMS.tail(folded, begin, index) else {
        return false;
    };
    // "SOCIEDAD ANONIMA | CERRADA": a longer form goes on.
    let goes_on = || {
        (1..=4).filter(|more| index + more <= end).any(|more| {
            FORMS
                .tail(folded, begin, index + more)
                .is_some_and(|longer| longer.is_whole && longer.pieces > more)
        })
    };
    form.is_whole
        && Forms::is_certain(folded, index - form.pieces, index)
        && !goes_on()
        && FORMS
            .tail(folded, index - 1, end)
            .is_some_and(|tail| tail.is_whole && tail.pieces < end - index)
}

/// Tells what each part is to the whole. With several, a part that says the first again is dropped or becomes its alias; if others remain, the
/// first is a member too and the whole is all of their words, after those that lead them.
pub(super) fn assign_roles(parts: &mut Vec<Part>, lead: &str) {
    if parts.len() < 2 {
        return;
    }
    let mut kept: Vec<Part> = Vec::with_capacity(parts.len() + 1);
    for mut part in parts.drain(..) {
        part.role = Role::Member;
        if kept.iter().any(|seen| seen.words == part.words) {
            continue;
        }
        if kept
            .first()
            .is_some_and(|first| abbreviates(&part.words, &first.words))
        {
            part.role = Role::Alias;
        }
        kept.push(part);
    }
    if kept.iter().skip(1).all(|part| part.role == Role::Alias) {
        kept[0].role = Role::Whole;
    } else {
        let mut words = lead.to_owned();
        for word in kept
            .iter()
            .filter(|part| part.role == Role::Member)
            .flat_map(|part| part.words.split(' '))
            .take(super::normalize::MOST_WORDS)
        {
            super::normalize::push(&mut words, word.as_bytes());
        }
        kept.insert(
            0,
            Part {
                role: Role::Whole,
                words,
                form: kept[0].form,
            },
        );
        // A member without a name of its own ("Norte") would tie strangers.
        kept.retain(|part| part.role != Role::Member || part.words.len() > LEAST_LETTERS);
    }
    *parts = kept;
}

/// Whether one name is a short way of writing another: each of its words is among the other's or made of their initials, or it is one word whose
/// letters follow each other in the other from the same first letter.
fn abbreviates(short: &str, long: &str) -> bool {
    if short.len() >= long.len() {
        return false;
    }
    let initials: Vec<u8> = long.split(' ').map(|word| word.as_bytes()[0]).collect();
    let is_part = |word: &str| {
        long.split(' ').any(|other| other == word)
            || (word.len() > 1 && is_subsequence(word.as_bytes(), &initials))
    };
    let has_word = || {
        short
            .split(' ')
            .any(|word| long.split(' ').any(|other| other == word))
    };
    if has_word() && short.split(' ').all(is_part) {
        return true;
    }
    let letters: Vec<u8> = long.bytes().filter(|letter| *letter != b' ').collect();
    !short.contains(' ')
        && short.as_bytes()[0] == letters[0]
        && is_subsequence(short.as_bytes(), &letters)
}

/// Whether all letters stand in another row of letters in the same order.
pub(super) fn is_subsequence(short: &[u8], long: &[u8]) -> bool {
    let mut rest = long.iter();
    short.iter().all(|letter| rest.any(|other| other == letter))
}
