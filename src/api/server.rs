//! Listening: connections that may not be slow or too many, and an end that lets requests in flight finish.
//!
//! `axum::serve` sets no bound on how slowly a client may send its headers, so connections are served here one by one with hyper.

use std::{convert::Infallible, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use axum::{Router, extract::ConnectInfo, http::Request, response::Response};
use hyper::{
    body::Incoming,
    server::conn::http1,
    service::{Service, service_fn},
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::{net::TcpListener, sync::Semaphore};

use super::{AppState, router};

/// How long a client may take to send the headers of a request, and how long a connection may idle between two.
const HEADER_TIME: Duration = Duration::from_secs(15);
/// Bytes of a request's line and headers at most. Longer ones are refused before they reach a route.
const HEAD_BYTES: usize = 64 * 1024;
/// How long requests in flight may take to finish once the end was asked for.
const FAREWELL: Duration = Duration::from_secs(10);
/// How long to wait when no connection can be accepted, for example because no file handle is left.
const RECOVERY: Duration = Duration::from_millis(100);

/// The routes, told where the requests of one connection come from.
fn from(
    peer: SocketAddr,
    routes: Router,
) -> impl Service<Request<Incoming>, Response = Response, Error = Infallible, Future: Send> {
    let routes = TowerToHyperService::new(routes);
    service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        routes.call(request)
    })
}

/// Serves until `shutdown` is done. Then the service says that it is not ready, goes on answering for as long as is configured, and finishes
/// what is in flight.
///
/// # Panics
///
/// Never: the semaphore it waits on is not closed by anybody.
pub async fn serve(listener: TcpListener, state: AppState, shutdown: impl Future<Output = ()>) {
    let operation = state.operation().clone();
    let routes = router(state);
    let connections = Arc::new(Semaphore::new(operation.bounds.connections));
    let graceful = GracefulShutdown::new();
    let mut end = pin!(async {
        shutdown.await;
        operation.stop();
        tokio::time::sleep(operation.bounds.drain_time).await;
    });
    loop {
        let accepted = async {
            let permit = Arc::clone(&connections)
                .acquire_owned()
                .await
                .expect("the semaphore is never closed");
            listener.accept().await.map(|accepted| (accepted, permit))
        };
        let ((stream, peer), permit) = tokio::select! {
            () = &mut end => break,
            accepted = accepted => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(RECOVERY).await;
                    continue;
                }
            },
        };
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEADER_TIME)
            .max_buf_size(HEAD_BYTES)
            .serve_connection(TokioIo::new(stream), from(peer, routes.clone()));
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
            drop(permit);
        });
    }
    drop(listener);
    if tokio::time::timeout(FAREWELL, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!(
            "requests were still in flight after {} seconds",
            FAREWELL.as_secs()
        );
    }
}
