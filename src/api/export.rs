//! `GET /api/v1/alerts/export`: the list of alerts as a file.
//!
//! A file is sent while it is written: one thread reads a batch, writes it, and waits for the reader when some hundred kilobytes are not
//! taken yet. Whoever takes nothing for half a minute, or is not done after ten minutes, is left: the transfer then ends without its end, so that a
//! part is never taken for the whole.

use std::{
    collections::BTreeMap,
    io::{self, Write},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{
    body::{Body, Bytes},
    extract::State,
    http::{HeaderValue, header},
    response::Response,
};
use serde::de::DeserializeOwned;
use tokio::{
    runtime::Handle,
    sync::{OwnedSemaphorePermit, Semaphore, mpsc},
};
use tokio_stream::{StreamExt as _, wrappers::ReceiverStream};

use super::{
    alert_parameters::{ExportParameters, FilterParameters, KNOWN_TO_EXPORT, SORTS, read_filters},
    alerts::check_amounts,
    desk::{AppState, Desk},
    language::Asked,
    parameters::Parameters,
    problem::{MEDIA_TYPE, Problem, ProblemDocument, ProblemKind},
};
use crate::{
    access::{Shown, View},
    alerts::{Alert, AlertOutline},
    casework,
    export::{
        About, Format, Reply,
        alerts::{AlertFile, Beside, list_name},
    },
    language::Language,
    store::{AlertFilters, AlertQuery, AssessmentRecord, Batch, Listed, Position, Sort, Store},
};

const FORMATS: [(&str, Format); 4] = [
    ("csv", Format::Csv),
    ("xlsx", Format::Xlsx),
    ("ndjson", Format::Ndjson),
    ("parquet", Format::Parquet),
];

/// Files written at once: each keeps a thread busy, and others want to read alerts too.
pub(super) const AT_ONCE: usize = 4;
/// How long one file may take.
const TIME: Duration = Duration::from_mins(10);
/// How long a reader may take nothing.
const PATIENCE: Duration = Duration::from_secs(30);
/// Alerts read at once.
const BATCH: usize = 500;
/// Bytes sent at once, and how many such pieces may wait for the reader.
const PIECE_BYTES: usize = 64 * 1024;
const PIECES: usize = 8;

/// Takes the list of alerts away
///
/// All alerts that pass the filters, in one file, with how to read them, what was asked, the data set and the version of the method inside. The columns are
/// described in `docs/exports.md` and, in a workbook, on its second sheet.
#[utoipa::path(
    get, path = "/api/v1/alerts/export", tag = "Alerts",
    params(FilterParameters, ExportParameters),
    responses(
        (status = 200, description = "The file", content(
            (String = "text/csv"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            (String = "application/x-ndjson"),
            (Vec<u8> = "application/vnd.apache.parquet"),
        )),
        (status = 304, description = "The file is the one that `If-None-Match` names"),
        (status = 400, description = "A parameter is unknown, repeated or invalid", body = ProblemDocument, content_type = MEDIA_TYPE),
        (status = 503, description = "No assessment yet, or too many files are being written", body = ProblemDocument, content_type = MEDIA_TYPE),
    )
)]
pub(super) async fn export_alerts(
    State(state): State<AppState>,
    asked: Asked,
) -> Result<Response, Problem> {
    let parameters = Parameters::read(&asked.query, &KNOWN_TO_EXPORT)?;
    let format = parameters
        .choice("format", &FORMATS)?
        .unwrap_or(Format::Csv);
    let byte_order_mark = parameters
        .choice("bom", &[("true", true), ("false", false)])?
        .unwrap_or(true);
    let filters = read_filters(&parameters)?;
    let sort = parameters.choice("sort", &SORTS)?.unwrap_or(SORTS[0].1);
    let permit = permit(&state.exports)?;
    let language = asked.language;
    let (list, head) = state
        .ask(asked, None, move |desk, asked| {
            let list = begin(desk, &parameters, filters, sort, language)?;
            let replies = casework::public_reply_count(desk.snapshot.session())?;
            Ok((list, desk.head(asked, &replies.to_string())))
        })
        .await?;
    let mut response = head;
    if response.status().is_success() {
        let file = File {
            list,
            format,
            byte_order_mark,
            language,
        };
        let name = format.file_name(&[
            "veedor",
            "alerts",
            &file.list.record.assessment.as_of.to_string(),
            &file.list.record.assessment.id,
        ]);
        *response.body_mut() = stream(state.store().clone(), file, permit);
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static(format.media_type()),
        );
        if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
            headers.insert(header::CONTENT_DISPOSITION, value);
        }
    }
    Ok(response)
}

fn permit(exports: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit, Problem> {
    Arc::clone(exports).try_acquire_owned().map_err(|_| {
        Problem::new(
            ProblemKind::Overloaded,
            "as many files as may be are being written; ask again in a minute",
            "se están escribiendo tantos archivos como se puede a la vez; consulte de nuevo en un minuto",
        )
    })
}

/// What a file is made from.
struct List {
    /// What the reader is shown, as it was when they asked.
    view: View,
    record: AssessmentRecord,
    filters: AlertFilters,
    sort: Sort,
    total: u64,
    about: About,
}

struct File {
    list: List,
    format: Format,
    byte_order_mark: bool,
    language: Language,
}

/// Everything that can be refused is refused here, before the first byte.
fn begin(
    desk: &Desk<'_>,
    parameters: &Parameters,
    mut filters: AlertFilters,
    sort: Sort,
    language: Language,
) -> Result<List, Problem> {
    let open = desk.open()?;
    let indicators: Vec<String> = open.method.rules().map(|rule| rule.id.clone()).collect();
    filters.indicators = parameters.words("indicator", &indicators)?;
    check_amounts(desk, &filters, sort)?;
    let total = desk.total(&filters)?;
    let query = parameters.written(&["format", "bom", "lang"]);
    let about = About::new(
        &desk.record.assessment,
        list_name(),
        &query,
        total,
        language,
    );
    Ok(List {
        view: desk.snapshot.view().clone(),
        record: desk.record.clone(),
        filters,
        sort,
        total,
        about,
    })
}

fn stream(store: Store, file: File, permit: OwnedSemaphorePermit) -> Body {
    let (sender, receiver) = mpsc::channel(PIECES);
    let is_whole = Arc::new(AtomicBool::new(false));
    let wrote_all = Arc::clone(&is_whole);
    let runtime = Handle::current();
    let span = tracing::Span::current();
    tokio::task::spawn_blocking(move || {
        let _entered = span.enter();
        let outlet = Outlet {
            sender: sender.clone(),
            runtime,
            deadline: Instant::now() + TIME,
            piece: Vec::with_capacity(PIECE_BYTES),
        };
        match write(&store, &file, outlet) {
            Ok(()) => wrote_all.store(true, Ordering::Release),
            Err(failure) if sender.is_closed() => {
                tracing::debug!(%failure, "the reader of a file left");
            }
            Err(failure) => tracing::error!(%failure, "a file could not be written to its end"),
        }
        drop(permit);
    });
    // Whatever kept the file from its end, a panic too: the transfer breaks, and the reader does not take the part for the whole.
    let mut is_told = false;
    let end = std::iter::from_fn(move || {
        let breaks = !is_told && !is_whole.load(Ordering::Acquire);
        is_told = true;
        breaks.then(|| Err(io::Error::other("the file could not be written to its end")))
    });
    Body::from_stream(ReceiverStream::new(receiver).chain(tokio_stream::iter(end)))
}

/// Why a file ends before its end.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Store(#[from] crate::store::Error),
    #[error(transparent)]
    Export(#[from] crate::export::Error),
    #[error("assessment `{0}` is served no more; ask again for the current one")]
    Replaced(String),
    #[error("the reader left")]
    Left,
}

fn write(store: &Store, file: &File, outlet: Outlet) -> Result<(), Failure> {
    let sender = outlet.sender.clone();
    let mut written = AlertFile::begin(
        file.format,
        outlet,
        &file.list.about,
        file.byte_order_mark,
        file.language,
    )?;
    let mut after: Option<Position> = None;
    loop {
        // A workbook is sent at its end only: nothing else would tell that nobody waits for it.
        if sender.is_closed() {
            return Err(Failure::Left);
        }
        after = if written.is_detailed() {
            let (batch, replies) = read_batch(store, &file.list, after.as_ref(), id_of_alert)?;
            for listed in &batch.alerts {
                written.push_detail(&listed.alert, beside(listed, &listed.alert.id, &replies))?;
            }
            batch.next
        } else {
            let (batch, replies) = read_batch(store, &file.list, after.as_ref(), id_of_outline)?;
            for listed in &batch.alerts {
                written.push(&listed.alert, beside(listed, &listed.alert.id, &replies))?;
            }
            batch.next
        };
        if after.is_none() {
            break;
        }
    }
    Ok(written.finish()?)
}

const fn id_of_alert(alert: &Alert) -> &String {
    &alert.id
}

const fn id_of_outline(alert: &AlertOutline) -> &String {
    &alert.id
}

/// Public replies by alert.
type Replies = BTreeMap<String, Vec<Reply>>;

fn beside<'a, T>(listed: &'a Listed<T>, id: &str, replies: &'a Replies) -> Beside<'a> {
    Beside {
        priority: listed.priority,
        context_indicators: &listed.context_indicators,
        replies: replies.get(id).map_or(&[], Vec::as_slice),
    }
}

/// The next alerts with the public replies to them, as of now, of the assessment in which the file began.
fn read_batch<T: DeserializeOwned + Shown + Send>(
    store: &Store,
    list: &List,
    after: Option<&Position>,
    id_of: fn(&T) -> &String,
) -> Result<(Batch<T>, Replies), Failure> {
    let begun = &list.record;
    let read = store.read(|moment| {
        let snapshot = moment.seen_by(list.view.clone());
        let served = snapshot.assessment(&begun.assessment.id)?;
        let Some(record) = served.filter(|record| record.completed_at == begun.completed_at) else {
            return Ok(None);
        };
        let query = AlertQuery {
            filters: &list.filters,
            sort: list.sort,
            limit: BATCH,
            after,
            total: list.total,
        };
        let batch: Batch<T> = snapshot.batch(&record, &query)?;
        let alerts = batch.alerts.iter();
        let ids: Vec<&str> = alerts.map(|listed| id_of(&listed.alert).as_str()).collect();
        let replies = casework::public_replies(snapshot.session(), &ids)?;
        Ok(Some((batch, replies)))
    })?;
    let (batch, replies) = read.ok_or_else(|| Failure::Replaced(begun.assessment.id.clone()))?;
    let shown = replies
        .into_iter()
        .map(|(alert, replies)| (alert, replies.into_iter().map(shown_reply).collect()));
    Ok((batch, shown.collect()))
}

/// A public reply as files and pages show it.
pub(super) fn shown_reply(reply: casework::Reply) -> Reply {
    Reply {
        indicator: reply.indicator,
        by: reply.author,
        day: reply.said_day,
        text: reply.words,
    }
}

/// Where a file goes: piece by piece to whoever reads it.
struct Outlet {
    sender: mpsc::Sender<io::Result<Bytes>>,
    runtime: Handle,
    deadline: Instant,
    piece: Vec<u8>,
}

impl Outlet {
    fn send(&mut self) -> io::Result<()> {
        if self.piece.is_empty() {
            return Ok(());
        }
        let piece = std::mem::replace(&mut self.piece, Vec::with_capacity(PIECE_BYTES));
        let left = self.deadline.saturating_duration_since(Instant::now());
        let send = self.sender.send(Ok(piece.into()));
        let sent = self
            .runtime
            .block_on(async { tokio::time::timeout(left.min(PATIENCE), send).await });
        match sent {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(io::ErrorKind::BrokenPipe.into()),
            Err(_) => Err(io::ErrorKind::TimedOut.into()),
        }
    }
}

impl Write for Outlet {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.piece.extend_from_slice(bytes);
        if self.piece.len() >= PIECE_BYTES {
            self.send()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.send()
    }
}
