//! One JSON text, whatever it holds: a release, a record, a project, a package of them, or an array of any of these.
//!
//! The text is read straight into the release's shape; only when keys say that it is something else is it read again as that. A package
//! with a broken element is read element by element up to the break: what stands before it is used.

use std::borrow::Cow;

use crate::procurement::{Project, Release, ReleaseBody, ReleaseKind, Source};

use super::{
    convert,
    depth::{TOO_DEEP, is_too_deep},
    intake::{Intake, Place},
    loose::{FromObject, Loose, One},
    oc4ids, versioned,
    wire::{WirePackage, WireRecord, WireRelease},
    wire_project::WireProject,
};

/// Takes what a text held. Each value lives only for the call.
pub(super) trait Taker {
    fn release(&mut self, release: &Release<'_>);
    fn project(&mut self, project: &Project<'_>);
    /// What could not be read at all: the pointer inside the text, and why.
    fn reject(&mut self, pointer: &str, reason: &str);
}

/// Where a text was read.
#[derive(Clone, Copy)]
pub(super) struct Origin {
    pub(super) file: u32,
    pub(super) line: u64,
}

/// Reads one text.
pub(super) fn read(bytes: &[u8], origin: Origin, taker: &mut dyn Taker) {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    match simdutf8::compat::from_utf8(bytes) {
        Ok(text) => read_text(text, origin, None, taker),
        Err(_) if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") => {
            taker.reject("", "the text is UTF-16; convert it to UTF-8");
        }
        Err(error) => {
            // The words around a broken letter are still worth reading; the break is told with its place.
            let note = format!("byte {} of the text", error.valid_up_to());
            read_text(&String::from_utf8_lossy(bytes), origin, Some(&note), taker);
        }
    }
}

fn read_text(text: &str, origin: Origin, broken_letter: Option<&str>, taker: &mut dyn Taker) {
    let text = text.trim();
    let mut reader = Reader {
        origin,
        broken_letter,
        taker,
    };
    match text.as_bytes().first() {
        _ if is_too_deep(text.as_bytes()) => reader.taker.reject("", TOO_DEEP),
        None => reader.taker.reject("", "the text is empty"),
        Some(b'[') => reader.array(text, ""),
        Some(b'{') => reader.object(text, ""),
        Some(_) => reader
            .taker
            .reject("", "the text is not a JSON object or array"),
    }
}

struct Reader<'r> {
    origin: Origin,
    broken_letter: Option<&'r str>,
    taker: &'r mut dyn Taker,
}

impl Reader<'_> {
    /// An array of documents.
    fn array(&mut self, text: &str, pointer: &str) {
        if text.starts_with('{') {
            // One element without its array.
            return self.object(text, pointer);
        }
        if !text.starts_with('[') {
            return self.taker.reject(pointer, "an array is expected here");
        }
        for (index, element) in sonic_rs::to_array_iter(text).enumerate() {
            let pointer = format!("{pointer}/{index}");
            match element {
                Ok(element) if element.as_raw_str().starts_with('{') => {
                    self.object(element.as_raw_str(), &pointer)
                }
                Ok(_) => self.taker.reject(&pointer, "the element is not an object"),
                Err(error) => {
                    self.taker.reject(
                        &pointer,
                        &format!("the array breaks here: {}", first_line(&error)),
                    );
                    return;
                }
            }
        }
    }

    /// One document.
    fn object(&mut self, text: &str, pointer: &str) {
        let release = match parse::<WireRelease<'_>>(text) {
            Ok(Some(release)) => release,
            Ok(None) => return self.taker.reject(pointer, "the text is not a JSON object"),
            Err(error) => {
                return if is_probably_package(text) {
                    self.salvage(text, pointer)
                } else {
                    self.taker.reject(pointer, &first_line(&error))
                };
            }
        };
        let is_record = release.compiled_release.0
            || release.versioned_release.0
            || (release.releases.0 && release.ocid != super::loose::Scalar::Absent);
        let is_package = release.releases.0 || release.records.0 || release.projects.0;
        let is_project = release.contracting_processes.0
            || ((release.updated.0 || release.public_authority.0)
                && release.ocid == super::loose::Scalar::Absent);
        if is_record {
            self.record(text, pointer);
        } else if is_package {
            self.package(text, pointer);
        } else if is_project {
            match parse::<WireProject<'_>>(text) {
                Ok(Some(project)) => self.project(project, pointer),
                _ => self.taker.reject(pointer, "the project could not be read"),
            }
        } else {
            self.release(release, pointer, None);
        }
    }

    fn package(&mut self, text: &str, pointer: &str) {
        let Ok(Some(package)) = parse::<WirePackage<'_>>(text) else {
            return self.salvage(text, pointer);
        };
        for (index, release) in package.releases.items.into_iter().enumerate() {
            let pointer = format!("{pointer}/releases/{index}");
            match release {
                One::Object(release) | One::FirstOf(release) => {
                    self.release(release, &pointer, None)
                }
                One::Absent | One::Wrong(_) => {
                    self.taker.reject(&pointer, "the release is not an object")
                }
            }
        }
        for (index, record) in package.records.items.into_iter().enumerate() {
            let pointer = format!("{pointer}/records/{index}");
            match record {
                One::Object(record) | One::FirstOf(record) => {
                    if !self.wire_record(record, &pointer) {
                        self.versioned(text, Some(index), &pointer);
                    }
                }
                One::Absent | One::Wrong(_) => {
                    self.taker.reject(&pointer, "the record is not an object")
                }
            }
        }
        for (index, project) in package.projects.items.into_iter().enumerate() {
            let pointer = format!("{pointer}/projects/{index}");
            match project {
                One::Object(project) | One::FirstOf(project) => self.project(project, &pointer),
                One::Absent | One::Wrong(_) => {
                    self.taker.reject(&pointer, "the project is not an object")
                }
            }
        }
    }

    /// Reads a package element by element, up to where its text breaks.
    fn salvage(&mut self, text: &str, pointer: &str) {
        let mut read_to = 0;
        for member in sonic_rs::to_object_iter(text) {
            let (key, value) = match member {
                Ok(member) => member,
                Err(error) => {
                    return self.salvage_broken_member(
                        &text[read_to..],
                        pointer,
                        &first_line(&error),
                    );
                }
            };
            let value = value.as_raw_str();
            read_to = value.as_ptr().addr() + value.len() - text.as_ptr().addr();
            if matches!(&*key, "releases" | "records" | "projects") {
                self.array(value, &format!("{pointer}/{key}"));
            }
        }
    }

    /// The broken member is the first of the rest; where it is one of a package's lists, its elements are read up to the break.
    fn salvage_broken_member(&mut self, rest: &str, pointer: &str, reason: &str) {
        let member = rest
            .trim_start()
            .trim_start_matches(['{', ','])
            .trim_start();
        let list = ["releases", "records", "projects"].iter().find_map(|key| {
            let value = member
                .strip_prefix('"')?
                .strip_prefix(key)?
                .strip_prefix('"')?
                .trim_start()
                .strip_prefix(':')?
                .trim_start();
            value.starts_with('[').then_some((key, value))
        });
        match list {
            Some((key, value)) => self.array(value, &format!("{pointer}/{key}")),
            None => self.taker.reject(pointer, reason),
        }
    }

    fn record(&mut self, text: &str, pointer: &str) {
        match parse::<WireRecord<'_>>(text) {
            Ok(Some(record)) => {
                if !self.wire_record(record, pointer) {
                    self.versioned(text, None, pointer);
                }
            }
            _ => self.taker.reject(pointer, "the record could not be read"),
        }
    }

    /// Uses the embedded releases, else the compiled release. False where only the versioned release is left.
    fn wire_record(&mut self, record: WireRecord<'_>, pointer: &str) -> bool {
        // A link has an address, a date and tags, and nothing else that a release has.
        let is_embedded = |release: &WireRelease<'_>| {
            release.planning.get().is_some()
                || release.tender.get().is_some()
                || release.bids.get().is_some()
                || release.buyer.get().is_some()
                || release.parties.is_present()
                || release.contracts.is_present()
                || release.awards.is_present()
        };
        let mut embedded = record
            .releases
            .items
            .iter()
            .filter(|release| release.get().is_some_and(is_embedded));
        let has_state = record.compiled_release.get().is_some() || record.versioned_release.0;
        // Where some are links, a state of the whole process says more than the rest of its releases.
        let uses_releases = if has_state {
            embedded.count() == record.releases.items.len() && !record.releases.items.is_empty()
        } else {
            embedded.next().is_some()
        };
        if uses_releases {
            let links = record
                .releases
                .items
                .iter()
                .filter(|release| !release.get().is_some_and(is_embedded))
                .count();
            let first = record
                .releases
                .items
                .iter()
                .position(|release| release.get().is_some_and(is_embedded));
            for (index, release) in record.releases.items.into_iter().enumerate() {
                if let One::Object(mut release) | One::FirstOf(mut release) = release
                    && is_embedded(&release)
                {
                    if release.ocid == super::loose::Scalar::Absent {
                        release.ocid = record.ocid.clone();
                    }
                    // Told once, with the first release that is there.
                    let links = if first == Some(index) { links } else { 0 };
                    self.release_with_note(
                        release,
                        &format!("{pointer}/releases/{index}"),
                        None,
                        links,
                    );
                }
            }
            return true;
        }
        if record.versioned_release.0 {
            return false;
        }
        let links = record.releases.items.len();
        match record.compiled_release {
            One::Object(mut release) | One::FirstOf(mut release) => {
                if release.ocid == super::loose::Scalar::Absent {
                    release.ocid = record.ocid;
                }
                self.release_with_note(
                    release,
                    &format!("{pointer}/compiledRelease"),
                    Some(ReleaseKind::Compiled),
                    links,
                );
            }
            One::Absent | One::Wrong(_) => {
                self.taker.reject(pointer, "the record holds neither releases nor a compiled release; linked releases are not fetched");
            }
        }
        true
    }

    /// `record` tells which record of a package is meant; the text is the record's own otherwise.
    fn versioned(&mut self, text: &str, record: Option<usize>, pointer: &str) {
        match versioned::snapshots(text, record) {
            Ok(snapshots) => {
                for snapshot in &snapshots {
                    match parse::<WireRelease<'_>>(snapshot) {
                        Ok(Some(release)) => {
                            self.release(release, &format!("{pointer}/versionedRelease"), None)
                        }
                        _ => self.taker.reject(
                            pointer,
                            "a version of the versioned release could not be read",
                        ),
                    }
                }
            }
            Err(reason) => self.taker.reject(pointer, &reason),
        }
    }

    fn release(&mut self, wire: WireRelease<'_>, pointer: &str, kind: Option<ReleaseKind>) {
        self.release_with_note(wire, pointer, kind, 0);
    }

    fn release_with_note(
        &mut self,
        wire: WireRelease<'_>,
        pointer: &str,
        kind: Option<ReleaseKind>,
        links: usize,
    ) {
        let mut intake = Intake::default();
        self.note_broken_letter(&mut intake);
        if links > 0 {
            intake.issue(
                &Place::ROOT.key("releases"),
                &links.to_string(),
                "linked-releases-not-fetched",
            );
        }
        if !holds_anything(&wire) {
            return self.taker.reject(pointer, "neither a release (it has no tender, award, contract, date or tag), nor a record, a project or a package of these");
        }
        let Some(body) = convert::release(&mut intake, wire, kind) else {
            return self.taker.reject(pointer, "a release without an ocid");
        };
        self.give(intake.take_issues(), body, pointer);
    }

    fn project(&mut self, wire: WireProject<'_>, pointer: &str) {
        let mut intake = Intake::default();
        self.note_broken_letter(&mut intake);
        let source = self.source(pointer);
        let Some((mut project, summaries)) = oc4ids::project(&mut intake, wire, source) else {
            return self.taker.reject(pointer, "the project has no id");
        };
        project.issues = intake.take_issues();
        self.taker.project(&project);
        for (index, body) in summaries {
            // The project carries the issues of its summaries: their pointers start at the project.
            self.give(
                Vec::new(),
                body,
                &format!("{pointer}/contractingProcesses/{index}/summary"),
            );
        }
    }

    fn give(
        &mut self,
        issues: Vec<crate::procurement::Issue<'_>>,
        body: ReleaseBody<'_>,
        pointer: &str,
    ) {
        let release = Release {
            source: self.source(pointer),
            issues,
            body,
        };
        self.taker.release(&release);
    }

    fn source<'p>(&self, pointer: &'p str) -> Source<'p> {
        Source {
            file: self.origin.file,
            line: self.origin.line,
            pointer: Cow::Borrowed(pointer),
        }
    }

    fn note_broken_letter(&self, intake: &mut Intake<'_>) {
        if let Some(place) = self.broken_letter {
            intake.issue(&Place::ROOT, place, "invalid-utf8-replaced");
        }
    }
}

/// An ocid alone is a reference to a process, as in many tables; a release says something of it.
fn holds_anything(wire: &WireRelease<'_>) -> bool {
    wire.tender.get().is_some()
        || wire.planning.get().is_some()
        || wire.buyer.get().is_some()
        || wire.bids.get().is_some()
        || wire.parties.is_present()
        || wire.awards.is_present()
        || wire.contracts.is_present()
        || wire.tag.is_present()
        || wire.date != super::loose::Scalar::Absent
}

/// `None` where the text is JSON but not an object.
fn parse<'t, T: FromObject<'t>>(text: &'t str) -> Result<Option<T>, sonic_rs::Error> {
    let mut deserializer = sonic_rs::Deserializer::from_str(text);
    let mut one = One::<T>::Absent;
    One::read_into(&mut one, &mut deserializer)?;
    deserializer.end()?;
    Ok(match one {
        One::Object(value) => Some(value),
        _ => None,
    })
}

fn is_probably_package(text: &str) -> bool {
    ["\"releases\"", "\"records\"", "\"projects\""]
        .iter()
        .any(|key| text.contains(key))
}

/// The parser's message without the excerpt of the text it adds on further lines.
fn first_line(error: &sonic_rs::Error) -> String {
    error
        .to_string()
        .lines()
        .next()
        .unwrap_or("the text is not JSON")
        .to_owned()
}
