//! `[watch]`: where new documents are looked for, how often, and how often everything is assessed again.

use std::time::Duration;

use super::{
    Error,
    key::{Item, Key, Kind},
    values::Values,
};

pub(super) const KEYS: &[Key] = &[
    Key::new(
        "watch.sources",
        Kind::List(Item::Source),
        "[]",
        "Directories, files and http(s) URLs that `veedor watch` looks at when it is given none.",
    ),
    Key::new(
        "watch.poll_seconds",
        Kind::Whole {
            unit: "seconds",
            least: 1,
            most: 86_400,
        },
        "300",
        "How long to wait between two looks at a source.",
    ),
    Key::new(
        "watch.request_seconds",
        Kind::Whole {
            unit: "seconds",
            least: 1,
            most: 3_600,
        },
        "60",
        "How long a publisher may take to answer.",
    ),
    Key::new(
        "watch.first_delay_seconds",
        Kind::Whole {
            unit: "seconds",
            least: 1,
            most: 3_600,
        },
        "5",
        "How long to wait after a source failed once; the time doubles with each further failure.",
    ),
    Key::new(
        "watch.largest_delay_seconds",
        Kind::Whole {
            unit: "seconds",
            least: 1,
            most: 604_800,
        },
        "3600",
        "How long to wait at most before a source that fails is asked again.",
    ),
    Key::new(
        "watch.assessment_hours",
        Kind::Whole {
            unit: "hours",
            least: 0,
            most: 8_760,
        },
        "24",
        "How often everything is assessed again, which refreshes what is said of buyers, suppliers and markets. 0: only when \
         somebody runs `veedor assess`.",
    ),
];

/// Where new documents are looked for.
#[derive(Clone, Debug)]
pub struct Watch {
    /// Directories, files and URLs.
    pub sources: Vec<String>,
    /// Between two looks.
    pub poll: Duration,
    /// How long a publisher may take.
    pub request_time: Duration,
    /// The wait after the first failure.
    pub first_delay: Duration,
    /// The longest wait after failures.
    pub largest_delay: Duration,
    /// Between two full assessments; none when they are made by hand.
    pub assessment_interval: Option<Duration>,
}

impl Watch {
    pub(super) fn read(values: &Values) -> Result<Self, Error> {
        let watch = Self {
            sources: values.list("watch.sources"),
            poll: values.seconds("watch.poll_seconds"),
            request_time: values.seconds("watch.request_seconds"),
            first_delay: values.seconds("watch.first_delay_seconds"),
            largest_delay: values.seconds("watch.largest_delay_seconds"),
            assessment_interval: Some(values.hours("watch.assessment_hours"))
                .filter(|interval| !interval.is_zero()),
        };
        if watch.first_delay > watch.largest_delay {
            return Err(Error::Together {
                key: "watch.first_delay_seconds".to_owned(),
                what: "is more than `watch.largest_delay_seconds`; give a shorter one".to_owned(),
            });
        }
        Ok(watch)
    }
}
