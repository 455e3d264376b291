//! Figures that the rooms below the doors know of themselves, for `/metrics`.

use crate::{
    api::Operation,
    delivery::{
        self,
        deliveries::{self, DeliveryState},
        outbox,
    },
    metrics::Figure,
    store::Store,
};

/// Lets the figures of operation ask what waits to be told to others, and what was given up.
pub(super) fn register(operation: &Operation, store: &Store) {
    let database = store.database().clone();
    operation.metrics.register(move || {
        let told = database.read(|session| -> Result<_, delivery::Error> {
            Ok((
                outbox::waiting_count(session)?,
                deliveries::counts(session)?,
            ))
        });
        match told {
            Ok((events, messages)) => telling(events, messages),
            Err(error) => {
                tracing::warn!(%error, "the figures of telling others could not be read");
                Vec::new()
            }
        }
    });
}

fn telling(events: u64, messages: [u64; 3]) -> Vec<Figure> {
    let mut figures = vec![Figure::counted(
        "veedor_outbox_events_waiting",
        "Events that were not handed on to subscribers yet",
        events,
    )];
    let states = DeliveryState::ALL.into_iter().zip(messages);
    figures.extend(states.map(|(state, count)| {
        let meaning = "Messages to subscribers: waiting, delivered, or given up (dead)";
        Figure::counted("veedor_deliveries", meaning, count).label("state", state.name())
    }));
    figures
}
