//! `veedor serve`: answers over HTTP from a data directory until it is told to stop.

use std::io::Write as _;

use anyhow::{Context as _, anyhow};
use tokio::net::TcpListener;

use super::{figures, logs, settings::ServiceArguments, telling::Telling};
use crate::{
    access::{self, rates::Rate},
    api::{self, AppState, Operation},
    config::{Config, Secret},
    store::Store,
};

/// Serve the alerts of a data directory over HTTP.
#[derive(Clone, Debug, clap::Args)]
pub struct Arguments {
    /// Where, and from what.
    #[command(flatten)]
    pub service: ServiceArguments,
}

/// Serves until the program is interrupted or terminated.
///
/// # Errors
///
/// When the configuration cannot be used, the data directory cannot be opened or the address is taken.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let config = arguments.service.load("veedor serve", &[])?;
    let _ending = logs::begin(&config)?;
    serve(&config)
}

/// Serves as configured until the program is interrupted or terminated.
pub(super) fn serve(config: &Config) -> anyhow::Result<()> {
    let store = Store::open_with(
        &config.server.data,
        config.database.url.as_ref().map(Secret::expose),
    )?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the server's threads")?;
    runtime.block_on(listen(store, config))?;
    // A question that timed out may still be on its thread; nothing waits for it.
    runtime.shutdown_background();
    Ok(())
}

async fn listen(store: Store, config: &Config) -> anyhow::Result<()> {
    // Whoever reads that it serves may tell it to stop.
    let stopped = stopped();
    let address = config.server.listen.as_str();
    let listener = TcpListener::bind(address)
        .await
        .map_err(|error| cannot_listen(address, &error))?;
    let local = listener
        .local_addr()
        .context("cannot tell the address that is listened on")?;
    let is_empty = store.read(|snapshot| snapshot.current())?.is_none();
    let mut out = std::io::stdout();
    // Whoever closed our output still wants the server.
    let _ = writeln!(out, "serving {} at http://{local}", store.data().display());
    if is_empty {
        let _ = writeln!(
            out,
            "no assessment is complete yet: run `veedor assess PATH --data {}`; it is served as soon as it is",
            store.data().display()
        );
    }
    if !local.ip().is_loopback() {
        tracing::warn!(%local, "anybody who reaches this address can read everything that is served");
    }
    let operation = Operation::new(config);
    figures::register(&operation, &store);
    let telling = Telling::new(config)?;
    let state = AppState::configured(store.clone(), operation, access_of(config)?)
        .with_telling(telling.at_the_door());
    let worker = telling.begin(&store, state.clone())?;
    api::serve(listener, state, stopped).await;
    worker.end();
    Ok(())
}

/// Who is let in, and how often.
fn access_of(config: &Config) -> anyhow::Result<access::Settings> {
    let limits = config.limits;
    let rate = |per_minute: Option<u32>, burst| Rate {
        per_minute: per_minute.unwrap_or_default(),
        burst,
    };
    let trusted_proxies = config.server.trusted_proxies.iter().map(|network| {
        let one = network.parse::<std::net::IpAddr>().map(ipnet::IpNet::from);
        one.or_else(|_| network.parse()).with_context(|| {
            format!("`{network}` in server.trusted_proxies is neither an address nor a network")
        })
    });
    Ok(access::Settings {
        public_reader: config.server.public_reader,
        allowed_origins: config.server.cors_origins.clone(),
        trusted_proxies: trusted_proxies.collect::<anyhow::Result<_>>()?,
        address_rate: rate(
            limits.requests_per_minute_per_address,
            limits.burst_per_address,
        ),
        key_rate: rate(limits.requests_per_minute_per_key, limits.burst_per_key),
    })
}

fn cannot_listen(address: &str, error: &std::io::Error) -> anyhow::Error {
    let port = address.rsplit_once(':').map_or(address, |(_, port)| port);
    match error.kind() {
        std::io::ErrorKind::AddrInUse => anyhow!(
            "port `{port}` is taken on `{address}`; stop the program that holds it, or choose another with --listen 127.0.0.1:8081 \
             (port 0 takes any that is free)"
        ),
        std::io::ErrorKind::PermissionDenied => {
            anyhow!(
                "`{address}` may not be listened on; choose a port above 1023 with --listen 127.0.0.1:8080"
            )
        }
        _ => anyhow!(
            "cannot listen on `{address}`: {error}; give an address and a port, such as --listen 127.0.0.1:8080"
        ),
    }
}

/// Done when the program is interrupted (Ctrl-C) or terminated. From the call on, either ends nothing by itself. To be called inside a runtime.
#[cfg(unix)]
pub(super) fn stopped() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};
    let signals = [SignalKind::interrupt(), SignalKind::terminate()].map(|kind| signal(kind).ok());
    async move {
        let [mut interrupted, mut terminated] = signals;
        // A signal that cannot be heard never comes.
        tokio::select! {
            Some(()) = async { interrupted.as_mut()?.recv().await } => {}
            Some(()) = async { terminated.as_mut()?.recv().await } => {}
            else => std::future::pending().await,
        }
        tracing::info!("stopping: requests in flight may finish");
    }
}

/// Done when the program is interrupted.
#[cfg(not(unix))]
pub(super) async fn stopped() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
    tracing::info!("stopping: requests in flight may finish");
}
