//! Everything published about what is judged again: what the assessment kept, what arrived since, and what arrives now.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::{Document, DocumentKind, Error, Held};
use crate::{
    ingest::{arrival, key_of},
    procurement::{Project, Release, ReleaseKind},
};

/// The encoded documents of one key.
#[derive(Debug, Default)]
struct Encoded {
    kept: Vec<Vec<u8>>,
    arrived: Vec<Vec<u8>>,
}

/// What is judged again, with all its documents, and those of the processes that its projects are made of.
#[derive(Debug)]
pub(super) struct Sources<'h> {
    held: &'h Held,
    documents: BTreeMap<(DocumentKind, i64), Encoded>,
    /// Names of arrivals, in order.
    names: Vec<String>,
    pub(super) processes: BTreeSet<(i64, String)>,
    pub(super) projects: BTreeSet<(i64, String)>,
    /// Processes that are read for their projects' sake.
    pub(super) summed: BTreeSet<(i64, String)>,
}

/// One thing's documents, decoded.
pub(super) struct Decoded<T> {
    pub(super) documents: Vec<T>,
    /// Whether the assessment knew it.
    pub(super) was_assessed: bool,
}

/// A document that knows where it was read and what it is about.
trait Placed {
    fn file(&mut self) -> &mut u32;
    fn subject_id(&self) -> &str;
}

impl Placed for Release<'_> {
    fn file(&mut self) -> &mut u32 {
        &mut self.source.file
    }

    fn subject_id(&self) -> &str {
        &self.body.ocid
    }
}

impl Placed for Project<'_> {
    fn file(&mut self) -> &mut u32 {
        &mut self.source.file
    }

    fn subject_id(&self) -> &str {
        &self.id
    }
}

impl<'h> Sources<'h> {
    /// Reads what is kept, asks for what arrived before, and finds what else is touched.
    pub(super) fn gather<E: From<Error>>(
        held: &'h Held,
        documents: &[Document],
        mut earlier: impl FnMut(DocumentKind, i64) -> Result<Vec<Vec<u8>>, E>,
    ) -> Result<Self, E> {
        let mut sources = Self {
            held,
            documents: BTreeMap::new(),
            names: Vec::new(),
            processes: BTreeSet::new(),
            projects: BTreeSet::new(),
            summed: BTreeSet::new(),
        };
        for document in documents {
            let touched = match document.kind {
                DocumentKind::Process => &mut sources.processes,
                DocumentKind::Project => &mut sources.projects,
            };
            touched.insert((document.key, document.subject_id.clone()));
            sources.take(document.kind, document.key, &mut earlier)?;
            let encoded = sources
                .documents
                .entry((document.kind, document.key))
                .or_default();
            encoded.arrived.push(document.encoded.clone());
        }
        for (project_key, id) in sources.projects_of_processes()? {
            sources.take(DocumentKind::Project, project_key, &mut earlier)?;
            sources.projects.insert((project_key, id));
        }
        for (process_key, ocid) in sources.processes_of_projects()? {
            sources.take(DocumentKind::Process, process_key, &mut earlier)?;
            sources.summed.insert((process_key, ocid));
        }
        sources.names = sources.names()?;
        Ok(sources)
    }

    /// Takes what is known under a key, once.
    fn take<E: From<Error>>(
        &mut self,
        kind: DocumentKind,
        key: i64,
        earlier: &mut impl FnMut(DocumentKind, i64) -> Result<Vec<Vec<u8>>, E>,
    ) -> Result<(), E> {
        if self.documents.contains_key(&(kind, key)) {
            return Ok(());
        }
        let kept = match kind {
            DocumentKind::Process => self.held.processes.find(key)?,
            DocumentKind::Project => self.held.projects.find(key)?,
        };
        let arrived = earlier(kind, key)?;
        self.documents
            .insert((kind, key), Encoded { kept, arrived });
        Ok(())
    }

    /// The projects that name the processes: the summary in such a project says which.
    fn projects_of_processes(&self) -> Result<Vec<(i64, String)>, Error> {
        let mut projects = Vec::new();
        for (key, ocid) in &self.processes {
            for release in self.releases(*key, ocid)?.documents {
                if release.body.kind == ReleaseKind::Summary
                    && let Some(id) = release.body.project_id
                {
                    projects.push((key_of(&id), id.into_owned()));
                }
            }
        }
        Ok(projects)
    }

    /// The processes whose contracts are summed up for the projects.
    fn processes_of_projects(&self) -> Result<Vec<(i64, String)>, Error> {
        let mut processes = Vec::new();
        for (key, id) in &self.projects {
            for project in self.versions(*key, id)?.documents {
                let ocids = project.processes.into_iter().map(|process| process.ocid);
                processes.extend(ocids.map(|ocid| (key_of(&ocid), ocid.into_owned())));
            }
        }
        Ok(processes)
    }

    fn names(&self) -> Result<Vec<String>, Error> {
        let mut names = BTreeSet::new();
        for ((kind, key), encoded) in &self.documents {
            for document in &encoded.arrived {
                let name = arrival::name_of(document).ok_or_else(|| not_a_document(*kind, *key))?;
                names.insert(name.to_owned());
            }
        }
        Ok(names.into_iter().collect())
    }

    /// The releases of a process.
    pub(super) fn releases(&self, key: i64, ocid: &str) -> Result<Decoded<Release<'_>>, Error> {
        self.decoded(DocumentKind::Process, key, ocid)
    }

    /// The versions of a project.
    pub(super) fn versions(&self, key: i64, id: &str) -> Result<Decoded<Project<'_>>, Error> {
        self.decoded(DocumentKind::Project, key, id)
    }

    /// Documents carry the number of their file: those that were kept as they did, arrivals after them in the order of their names.
    fn decoded<'s, T: Placed + Deserialize<'s>>(
        &'s self,
        kind: DocumentKind,
        key: i64,
        subject_id: &str,
    ) -> Result<Decoded<T>, Error> {
        let mut documents = Vec::new();
        let Some(encoded) = self.documents.get(&(kind, key)) else {
            return Ok(Decoded {
                documents,
                was_assessed: false,
            });
        };
        let files = self.held.files.len();
        for bytes in &encoded.kept {
            let mut document: T = postcard::from_bytes(bytes)
                .map_err(|error| Error::damaged(&self.held.directory, error))?;
            if *document.file() as usize >= files {
                let reason = "a document is of a file that is not listed";
                return Err(Error::damaged(&self.held.directory, reason));
            }
            // Two identifiers of one key have not been seen; they are told apart here.
            if document.subject_id() == subject_id {
                documents.push(document);
            }
        }
        let was_assessed = !documents.is_empty();
        for bytes in &encoded.arrived {
            let (name, mut document) =
                arrival::decoded::<T>(bytes).ok_or_else(|| not_a_document(kind, key))?;
            if document.subject_id() == subject_id {
                let place = self.names.partition_point(|other| other.as_str() < name);
                *document.file() = u32::try_from(files + place)
                    .map_err(|error| Error::damaged(&self.held.directory, error))?;
                documents.push(document);
            }
        }
        Ok(Decoded {
            documents,
            was_assessed,
        })
    }

    /// The name of the file or arrival of this number, as [`Sources::decoded`] gave it.
    pub(super) fn label(&self, file: u32) -> &str {
        let (file, files) = (file as usize, &self.held.files);
        files
            .get(file)
            .unwrap_or_else(|| &self.names[file - files.len()])
    }
}

fn not_a_document(kind: DocumentKind, key: i64) -> Error {
    Error::NotADocument {
        kind: kind.name(),
        key,
    }
}
