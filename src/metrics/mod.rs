//! Figures of operation, written as Prometheus reads them: requests, and whatever else the rooms say of themselves.
//!
//! Requests are counted here as they are answered. Everything else is asked when somebody reads the figures: a room that has some gives
//! [`Metrics::register`] something that implements [`Figures`], often a closure. Nothing here knows a person, an address or a query: routes
//! are counted by their pattern, so that the number of series is bounded by the number of routes.

mod process;

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric as _, text},
    metrics::{
        counter::Counter,
        family::Family,
        gauge::{ConstGauge, Gauge},
        histogram::Histogram,
        info::Info,
    },
    registry::{Metric, Registry},
};

/// The media type of [`Metrics::text`].
pub const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Upper bounds of the buckets of durations, in seconds: from an answer out of memory to the longest that a request may take.
const DURATIONS: [f64; 13] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0,
];

/// One number that is true now.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// Its name, beginning with `veedor_` and ending with its unit where it has one.
    pub name: &'static str,
    /// What it is; the same wherever the name is the same.
    pub meaning: &'static str,
    /// What tells it from others of the same name. Few values: each is a series that is kept for months.
    pub labels: Vec<(&'static str, String)>,
    /// The number.
    pub value: f64,
}

impl Figure {
    /// A figure without labels.
    #[must_use]
    pub const fn new(name: &'static str, meaning: &'static str, value: f64) -> Self {
        Self {
            name,
            meaning,
            labels: Vec::new(),
            value,
        }
    }

    /// A count. Counts below 2^53 are exact as a figure; above, the last digits say nothing.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        reason = "figures are floating-point numbers"
    )]
    pub const fn counted(name: &'static str, meaning: &'static str, count: u64) -> Self {
        Self::new(name, meaning, count as f64)
    }

    /// With a label more.
    #[must_use]
    pub fn label(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.labels.push((name, value.into()));
        self
    }
}

/// Something that can say numbers about itself. It is asked on a thread that may block; what it cannot find out it leaves out.
pub trait Figures: Send + Sync {
    /// The numbers as they are now.
    fn figures(&self) -> Vec<Figure>;
}

impl<F: Fn() -> Vec<Figure> + Send + Sync> Figures for F {
    fn figures(&self) -> Vec<Figure> {
        self()
    }
}

/// Which requests are counted together.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Requests {
    method: &'static str,
    route: String,
    status: &'static str,
}

/// Everything that is counted. Cheap to clone.
#[derive(Clone)]
pub struct Metrics {
    registry: Arc<Registry>,
    requests: Family<Requests, Counter>,
    durations: Family<Requests, Histogram>,
    in_flight: Gauge,
    suppliers: Suppliers,
}

impl fmt::Debug for Metrics {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Metrics").finish_non_exhaustive()
    }
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::default();
        let requests = Family::default();
        let durations: Family<Requests, Histogram> =
            Family::new_with_constructor(|| Histogram::new(DURATIONS));
        let in_flight = Gauge::default();
        let suppliers = Suppliers::default();
        add(
            &mut registry,
            "veedor_http_requests",
            "Requests that were answered",
            &requests,
        );
        add(
            &mut registry,
            "veedor_http_request_duration_seconds",
            "How long requests took until the answer began",
            &durations,
        );
        add(
            &mut registry,
            "veedor_http_requests_in_flight",
            "Requests that are being answered",
            &in_flight,
        );
        let version = [("version", env!("CARGO_PKG_VERSION"))].to_vec();
        registry.register("veedor_build", "The program", Info::new(version));
        registry.register_collector(Box::new(suppliers.clone()));
        let metrics = Self {
            registry: Arc::new(registry),
            requests,
            durations,
            in_flight,
            suppliers,
        };
        metrics.register(process::figures);
        metrics
    }
}

fn add(registry: &mut Registry, name: &str, meaning: &str, metric: &(impl Metric + Clone)) {
    registry.register(name, meaning, metric.clone());
}

impl Metrics {
    /// Asks this as well whenever the figures are read.
    pub fn register(&self, figures: impl Figures + 'static) {
        self.suppliers.all().push(Arc::new(figures));
    }

    /// A request arrived. It counts as in flight until what is returned is dropped.
    #[must_use]
    pub fn arrived(&self) -> InFlight {
        self.in_flight.inc();
        InFlight(self.in_flight.clone())
    }

    /// A request was answered: its method, the pattern of its route, its status and how long it took.
    pub fn answered(&self, method: &str, route: &str, status: u16, took: Duration) {
        let labels = Requests {
            method: known_method(method),
            route: route.to_owned(),
            status: class(status),
        };
        self.requests.get_or_create(&labels).inc();
        self.durations
            .get_or_create(&labels)
            .observe(took.as_secs_f64());
    }

    /// All figures as text. Blocks while they are asked.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        text::encode(&mut text, &self.registry).expect("writing to a string does not fail");
        text
    }
}

/// A request that is being answered.
#[derive(Debug)]
pub struct InFlight(Gauge);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// Whatever else anybody sends as a method is one of these or `other`: methods are written by strangers.
fn known_method(method: &str) -> &'static str {
    ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
        .into_iter()
        .find(|known| *known == method)
        .unwrap_or("other")
}

const fn class(status: u16) -> &'static str {
    match status {
        100..=199 => "1xx",
        200..=299 => "2xx",
        300..=399 => "3xx",
        400..=499 => "4xx",
        _ => "5xx",
    }
}

/// Those who are asked when the figures are read.
#[derive(Clone, Default)]
struct Suppliers(Arc<Mutex<Vec<Arc<dyn Figures>>>>);

impl Suppliers {
    fn all(&self) -> std::sync::MutexGuard<'_, Vec<Arc<dyn Figures>>> {
        // A list is whole whatever panicked while it was held.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Suppliers {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_tuple("Suppliers")
            .field(&self.all().len())
            .finish()
    }
}

impl Collector for Suppliers {
    fn encode(&self, mut encoder: DescriptorEncoder) -> Result<(), fmt::Error> {
        let suppliers = self.all().clone();
        let mut figures: Vec<Figure> = suppliers.iter().flat_map(|it| it.figures()).collect();
        // One description, then all figures of that name.
        figures.sort_by(|left, right| (left.name, &left.labels).cmp(&(right.name, &right.labels)));
        figures.dedup_by(|left, right| left.name == right.name && left.labels == right.labels);
        for same in figures.chunk_by(|left, right| left.name == right.name) {
            let first = &same[0];
            let gauge = ConstGauge::new(first.value);
            let mut described =
                encoder.encode_descriptor(first.name, first.meaning, None, gauge.metric_type())?;
            if let [only] = same
                && only.labels.is_empty()
            {
                gauge.encode(described)?;
                continue;
            }
            for figure in same {
                ConstGauge::new(figure.value).encode(described.encode_family(&figure.labels)?)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_counted_by_route_and_kind_of_status() {
        let metrics = Metrics::default();
        for status in [200, 204, 404] {
            metrics.answered("GET", "/a/{id}", status, Duration::from_millis(3));
        }
        metrics.answered("BREW", "/a/{id}", 405, Duration::ZERO);
        let held = metrics.arrived();
        let text = metrics.text();
        for line in [
            r#"veedor_http_requests_total{method="GET",route="/a/{id}",status="2xx"} 2"#,
            r#"veedor_http_requests_total{method="GET",route="/a/{id}",status="4xx"} 1"#,
            r#"veedor_http_requests_total{method="other",route="/a/{id}",status="4xx"} 1"#,
            r#"veedor_http_request_duration_seconds_bucket{le="0.0025",method="GET",route="/a/{id}",status="2xx"} 0"#,
            r#"veedor_http_request_duration_seconds_bucket{le="0.005",method="GET",route="/a/{id}",status="2xx"} 2"#,
            "veedor_http_requests_in_flight 1",
        ] {
            assert!(text.lines().any(|it| it == line), "{line} in\n{text}");
        }
        assert!(text.ends_with("# EOF\n"));
        drop(held);
        assert!(metrics.text().contains("veedor_http_requests_in_flight 0"));
    }

    #[test]
    fn figures_of_one_name_stand_together_and_once() {
        let metrics = Metrics::default();
        let figure =
            |state: &str, value| Figure::new("veedor_x", "What it is", value).label("state", state);
        metrics.register(move || vec![figure("b", 2.0)]);
        metrics.register(move || vec![figure("a", 1.0), figure("b", 9.0)]);
        metrics.register(|| vec![Figure::new("veedor_y", "Alone", 0.5)]);
        let text = metrics.text();
        let lines: Vec<_> = text
            .lines()
            .filter(|line| line.contains("veedor_x"))
            .collect();
        assert!(text.lines().any(|line| line == "veedor_y 0.5"), "{text}");
        assert_eq!(
            lines,
            [
                "# HELP veedor_x What it is",
                "# TYPE veedor_x gauge",
                "veedor_x{state=\"a\"} 1.0",
                "veedor_x{state=\"b\"} 2.0",
            ]
        );
    }
}
