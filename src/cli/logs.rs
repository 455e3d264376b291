//! Logs: lines for people or JSON for programs, on standard error.

use std::{
    any::Any,
    io::{self, IsTerminal as _},
};

use anyhow::Result;
use tracing_subscriber::{EnvFilter, Layer, Registry, layer::SubscriberExt as _};

use crate::config::{Config, LogFormat};

/// What is said when nothing is configured: commands speak on standard output, and warn.
const QUIET: &str = "warn";

/// Begins to log as a command does: warnings, for people.
pub(super) fn begin_quietly() {
    install(
        Registry::default()
            .with(filter(QUIET))
            .with(lines(LogFormat::Text)),
    );
    record_panics();
}

/// A layer of the log, whatever it is made of.
pub(super) type BoxedLayer<S> = Box<dyn Layer<S> + Send + Sync>;

/// What has to be there until the program ends.
pub(super) type Ending = Option<Box<dyn Any>>;

/// Begins to log as the configuration says. What is returned sends the last traces when it is dropped.
///
/// # Errors
/// When traces are to be sent and this program cannot send them.
pub(super) fn begin(config: &Config) -> Result<Ending> {
    let (traces, ending) = match &config.telemetry.otlp_endpoint {
        Some(endpoint) => {
            let (traces, ending) = traces(endpoint)?;
            (Some(traces), ending)
        }
        None => (None, None),
    };
    install(
        Registry::default()
            .with(filter(&config.log.level))
            .with(lines(config.log.format))
            .with(traces),
    );
    record_panics();
    Ok(ending)
}

#[cfg(feature = "otlp")]
fn traces<S>(endpoint: &str) -> Result<(BoxedLayer<S>, Ending)>
where
    S: tracing::Subscriber + for<'a> tracing_subscriber::registry::LookupSpan<'a> + Send + Sync,
{
    let (layer, traces) = super::traces::layer(endpoint)?;
    Ok((layer, Some(Box::new(traces))))
}

#[cfg(not(feature = "otlp"))]
fn traces<S>(endpoint: &str) -> Result<(BoxedLayer<S>, Ending)> {
    anyhow::bail!(
        "`telemetry.otlp_endpoint` is `{endpoint}`, and this program was built without the feature `otlp`; take the setting out, or build \
         with `cargo build --release --features otlp`"
    )
}

fn install(subscriber: impl tracing::Subscriber + Send + Sync) {
    tracing::subscriber::set_global_default(subscriber).expect("a program begins to log once");
}

fn filter(level: &str) -> EnvFilter {
    EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(level))
}

fn lines<S>(format: LogFormat) -> BoxedLayer<S>
where
    S: tracing::Subscriber + for<'a> tracing_subscriber::registry::LookupSpan<'a>,
{
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr);
    match format {
        LogFormat::Text => lines.with_ansi(io::stderr().is_terminal()).boxed(),
        LogFormat::Json => lines
            .json()
            .flatten_event(true)
            .with_current_span(true)
            .with_span_list(false)
            .boxed(),
    }
}

/// A panic inside a rule is caught and becomes that rule's answer; it is logged, and does not print over what the command says.
fn record_panics() {
    std::panic::set_hook(Box::new(
        |panic| tracing::error!(%panic, backtrace = %std::backtrace::Backtrace::capture(), "a panic"),
    ));
}
