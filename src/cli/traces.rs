//! Traces: spans sent to a collector with OTLP over HTTP. Only in programs built with the feature `otlp`.

use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

use opentelemetry::trace::TracerProvider as _;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response, hyper::HyperClient};
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::{Resource, trace::SdkTracerProvider};
use tokio::runtime::{Builder, Runtime};
use tracing_subscriber::{Layer as _, registry::LookupSpan};

use super::logs::BoxedLayer;

/// How long a collector may take.
const TIME: Duration = Duration::from_secs(5);

/// Sends what is left when it is dropped.
#[derive(Debug)]
pub(super) struct Traces(SdkTracerProvider);

impl Drop for Traces {
    fn drop(&mut self) {
        if let Err(error) = self.0.shutdown() {
            tracing::warn!(%error, "the last traces could not be sent");
        }
    }
}

/// A client with a thread of its own: spans are sent from a thread that knows no runtime.
#[derive(Debug)]
struct OwnThread {
    client: Arc<HyperClient>,
    runtime: Runtime,
}

impl HttpClient for OwnThread {
    fn send_bytes<'client, 'sending>(
        &'client self,
        request: Request<Bytes>,
    ) -> Pin<Box<dyn Future<Output = Result<Response<Bytes>, HttpError>> + Send + 'sending>>
    where
        'client: 'sending,
        Self: 'sending,
    {
        let client = Arc::clone(&self.client);
        let sent = self
            .runtime
            .spawn(async move { client.send_bytes(request).await });
        Box::pin(async move { sent.await? })
    }
}

/// A layer that sends spans to a collector, and what sends the last of them.
///
/// # Errors
/// When the endpoint is not one.
pub(super) fn layer<S>(endpoint: &str) -> anyhow::Result<(BoxedLayer<S>, Traces)>
where
    S: tracing::Subscriber + for<'a> LookupSpan<'a> + Send + Sync,
{
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .thread_name("traces")
        .enable_all()
        .build()?;
    let client = OwnThread {
        client: Arc::new(HyperClient::with_default_connector(TIME, None)),
        runtime,
    };
    let exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(client)
        .with_endpoint(endpoint)
        .with_timeout(TIME)
        .build()?;
    let provider = SdkTracerProvider::builder()
        .with_batch_exporter(exporter)
        .with_resource(Resource::builder().with_service_name("veedor").build())
        .build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("veedor"));
    Ok((layer.boxed(), Traces(provider)))
}
