//! `veedor health`: asks a service whether it lives, where there is no other program that could ask, as in a container.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream, ToSocketAddrs as _},
    time::Duration,
};

use anyhow::{Context as _, Result, bail};

use super::settings::ServiceArguments;

/// How long a service may take to say that it lives.
const TIME: Duration = Duration::from_secs(4);
/// The first line of an answer is within these.
const ANSWER_BYTES: u64 = 4 * 1024;

/// Ask the service that is configured here whether it lives.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Ask whether it can answer, and not only whether it lives.
    #[arg(long)]
    ready: bool,
    /// Where it listens.
    #[command(flatten)]
    service: ServiceArguments,
}

/// Asks.
///
/// # Errors
/// When nobody answers, or not with yes.
pub fn run(arguments: &Arguments) -> Result<()> {
    let config = arguments.service.load("veedor health", &[])?;
    let path = if arguments.ready {
        "/readyz"
    } else {
        "/healthz"
    };
    let listen = &config.server.listen;
    let address = reachable(listen)?;
    let status = ask(address, path).with_context(|| format!("nobody answers at `{address}`"))?;
    if !status.starts_with("HTTP/1.1 200") {
        bail!("`{path}` at `{address}` says `{status}`");
    }
    Ok(())
}

/// Where to connect: a service that listens on all addresses listens on this machine's own.
fn reachable(listen: &str) -> Result<SocketAddr> {
    let mut address = listen
        .to_socket_addrs()
        .with_context(|| format!("cannot find `{listen}`"))?
        .next()
        .with_context(|| format!("`{listen}` is no address"))?;
    if address.ip().is_unspecified() {
        address.set_ip(match address {
            SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
        });
    }
    Ok(address)
}

/// The first line of an answer.
fn ask(address: SocketAddr, path: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, TIME)?;
    stream.set_read_timeout(Some(TIME))?;
    stream.set_write_timeout(Some(TIME))?;
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n"
    )?;
    let mut answer = Vec::new();
    stream.take(ANSWER_BYTES).read_to_end(&mut answer)?;
    let answer = String::from_utf8_lossy(&answer);
    Ok(answer.lines().next().unwrap_or_default().to_owned())
}
