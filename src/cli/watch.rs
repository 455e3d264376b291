//! `veedor watch`: looks at directories, files and addresses again and again, and takes what is new in them.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use reqwest::{StatusCode, header};

use super::{clock::now_ms, logs, serve::stopped, settings::DataArguments};
use crate::{
    arrivals::{
        self, Desk,
        watch::{self, Look, MOST_BYTES, Seen},
    },
    assessment::{self, Options},
    config::{Config, Secret},
    ingest::Progress,
    store::Store,
};

/// Take what is new in directories, files and addresses, as long as it runs.
///
/// What is new is judged at once beside the current assessment, as documents that are sent to `POST /api/v1/releases` are. Run `veedor assess` once before. How far each source
/// was read is kept in the database: a watch that was stopped goes on where it was. Sources that fail are asked again later.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Directories, files, and http(s) addresses; else those of `watch.sources` in the configuration.
    #[arg(value_name = "SOURCE")]
    sources: Vec<String>,
    /// Look once at each source and end.
    #[arg(long)]
    once: bool,
    /// From what.
    #[command(flatten)]
    data: DataArguments,
}

struct Watch {
    config: Config,
    store: Store,
    desk: Desk,
    client: reqwest::Client,
    sources: Vec<String>,
}

/// Runs the command until it is interrupted.
///
/// # Errors
///
/// When nothing can be watched, or the database cannot be used.
pub fn run(arguments: &Arguments) -> Result<()> {
    let config = arguments.data.load("veedor watch", &[], Vec::new())?;
    let _ending = logs::begin(&config)?;
    let mut sources = arguments.sources.clone();
    if sources.is_empty() {
        sources.clone_from(&config.watch.sources);
    }
    if sources.is_empty() {
        bail!(
            "there is nothing to watch; name directories, files or addresses, or write them in `watch.sources`"
        );
    }
    let store = Store::open_with(
        &config.server.data,
        config.database.url.as_ref().map(Secret::expose),
    )?;
    if store.read(|snapshot| snapshot.current())?.is_none() {
        bail!(
            "there is no assessment in `{}` yet to judge what is new beside; run `veedor assess PATH… --data {0}` first",
            config.server.data.display()
        );
    }
    let client = reqwest::Client::builder()
        .timeout(config.watch.request_time)
        .user_agent(concat!("veedor/", env!("CARGO_PKG_VERSION")))
        .build()
        .context("cannot prepare to ask addresses")?;
    let watch = Watch {
        desk: Desk::open(store.clone()),
        config,
        store,
        client,
        sources,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .context("cannot start")?;
    runtime.block_on(watch.look_until_stopped(arguments.once))
}

impl Watch {
    async fn look_until_stopped(&self, once: bool) -> Result<()> {
        let mut stopped = std::pin::pin!(stopped());
        let mut assessed_ms = now_ms();
        loop {
            let mut wait = self.config.watch.poll;
            for source in &self.sources {
                tokio::select! {
                    () = &mut stopped => return Ok(()),
                    waited = self.look(source) => wait = wait.min(waited?),
                }
            }
            if once {
                return Ok(());
            }
            if let Some(interval) = self.config.watch.assessment_interval
                && now_ms() - assessed_ms >= i64::try_from(interval.as_millis()).unwrap_or(i64::MAX)
            {
                tokio::task::block_in_place(|| self.assess_again());
                assessed_ms = now_ms();
            }
            tokio::select! {
                () = &mut stopped => return Ok(()),
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    /// Looks at a source, if it is time; says how long to wait for the next look.
    async fn look(&self, source: &str) -> Result<Duration> {
        let now = now_ms();
        let seen = self.database_read(source)?;
        if seen.failures > 0 && seen.next_look_ms > now {
            return Ok(as_duration(seen.next_look_ms - now));
        }
        let is_address = source.starts_with("https://") || source.starts_with("http://");
        let found = if is_address {
            self.ask(source, &seen, now).await
        } else {
            tokio::task::block_in_place(|| self.look_at_files(Path::new(source), now))
        };
        match found {
            Ok(look) => {
                if look != Look::default() {
                    say(source, look);
                }
                if !is_address && seen.failures > 0 {
                    self.remember(source, &Seen::default())?;
                }
                Ok(self.config.watch.poll)
            }
            Err(error) => {
                let failures = seen.failures.saturating_add(1);
                let wait = watch::wait_ms(
                    whole_ms(self.config.watch.first_delay),
                    whole_ms(self.config.watch.largest_delay),
                    failures,
                );
                tracing::warn!(%error, source, failures, wait_ms = wait, "a source cannot be looked at; it is asked again later");
                let seen = Seen {
                    failures,
                    next_look_ms: now.saturating_add(wait),
                    ..seen
                };
                self.remember(source, &seen)?;
                Ok(as_duration(wait))
            }
        }
    }

    fn look_at_files(&self, source: &Path, now: i64) -> Result<Look> {
        let mut all = Look::default();
        for file in watch::files_of(source)? {
            all += watch::look_at_file(&self.desk, &file, self.store.database(), now)?;
        }
        Ok(all)
    }

    /// Asks an address for what is new: it may answer that nothing is.
    async fn ask(&self, source: &str, seen: &Seen, now: i64) -> Result<Look> {
        let mut request = self.client.get(source);
        if let Some(tag) = seen.stamp.strip_prefix("etag ") {
            request = request.header(header::IF_NONE_MATCH, tag);
        } else if let Some(date) = seen.stamp.strip_prefix("date ") {
            request = request.header(header::IF_MODIFIED_SINCE, date);
        }
        let mut answer = request.send().await.context("no answer")?;
        if answer.status() == StatusCode::NOT_MODIFIED {
            self.remember(
                source,
                &Seen {
                    failures: 0,
                    next_look_ms: 0,
                    ..seen.clone()
                },
            )?;
            return Ok(Look::default());
        }
        if !answer.status().is_success() {
            bail!("it answered {}", answer.status());
        }
        let said = |name| {
            let value = answer.headers().get(name)?;
            value.to_str().ok().map(str::to_owned)
        };
        let stamp = match (said(header::ETAG), said(header::LAST_MODIFIED)) {
            (Some(tag), _) => format!("etag {tag}"),
            (None, Some(date)) => format!("date {date}"),
            (None, None) => String::new(),
        };
        let mut bytes = Vec::new();
        while let Some(chunk) = answer.chunk().await.context("the answer broke off")? {
            bytes.extend_from_slice(&chunk);
            if bytes.len() as u64 > MOST_BYTES {
                bail!(
                    "it answers with more than {MOST_BYTES} bytes; download it and run `veedor assess`"
                );
            }
        }
        let look =
            tokio::task::block_in_place(|| watch::take_answer(&self.desk, source, &bytes, now))?;
        let seen = Seen {
            stamp,
            read_bytes: bytes.len() as u64,
            ..Seen::default()
        };
        self.remember(source, &seen)?;
        Ok(look)
    }

    fn database_read(&self, source: &str) -> Result<Seen> {
        Ok(self
            .store
            .database()
            .read(|session| watch::seen(session, source))?)
    }

    fn remember(&self, source: &str, seen: &Seen) -> Result<()> {
        Ok(self
            .store
            .database()
            .write(|session| watch::remember(session, source, seen))?)
    }

    /// Assesses everything anew: the files that are watched, and all that arrived. What fails is said, and tried again the next time.
    fn assess_again(&self) {
        let mut paths: Vec<PathBuf> = self
            .sources
            .iter()
            .filter(|source| !source.starts_with("http"))
            .map(PathBuf::from)
            .collect();
        let arrived = self.store.data().join(arrivals::DIRECTORY);
        if arrived.is_dir() {
            paths.push(arrived);
        }
        if paths.is_empty() {
            return;
        }
        let options = Options {
            paths,
            data: self.store.data().to_path_buf(),
            database_url: self
                .config
                .database
                .url
                .as_ref()
                .map(|url| url.expose().to_owned()),
            ..Options::default()
        };
        match assessment::run(&options, &Progress::default()) {
            Ok(report) => {
                tracing::info!(
                    assessment = report.assessment.id,
                    "everything was assessed anew"
                );
            }
            Err(error) => tracing::error!(%error, "everything could not be assessed anew"),
        }
    }
}

fn say(source: &str, look: Look) {
    let mut out = std::io::stdout();
    // Whoever closed our output still wants the watch.
    let _ = writeln!(
        out,
        "{source}: {} new documents, {} alerts changed, {} could not be read",
        look.new_documents, look.changes, look.rejects
    );
}

fn as_duration(ms: i64) -> Duration {
    Duration::from_millis(u64::try_from(ms).unwrap_or_default())
}

fn whole_ms(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
