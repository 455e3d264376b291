//! How a run is cut into parts, and how several threads share them without changing what comes out.

use std::collections::BTreeMap;

use super::AssessmentError;
use crate::ingest::shelf::BUCKETS;

/// Documents that one part is made for; what is held in memory at a time grows with it and not with the input.
const PART_DOCUMENTS: u64 = 1 << 14;
/// Parts that there are at least, so that threads share the work, unless they would be smaller than this.
const LEAST_PARTS: u64 = 4;
const LEAST_PART_DOCUMENTS: u64 = 1 << 11;

/// Parts: a power of two, so that each is a whole number of the shelf's buckets; where there is enough to share, enough of them for a few threads.
pub(super) fn part_count(documents: u64) -> usize {
    let shared = documents.div_ceil(LEAST_PART_DOCUMENTS).min(LEAST_PARTS);
    let wanted = documents
        .div_ceil(PART_DOCUMENTS)
        .max(shared)
        .next_power_of_two();
    usize::try_from(wanted).unwrap_or(BUCKETS).min(BUCKETS)
}

/// Does work on several threads and takes the results in the order of the work, whichever is ready first, until they are wanted no more.
pub(super) fn in_order<W: Send, R: Send>(
    threads: usize,
    work: Vec<W>,
    does: impl Fn(usize, W) -> Result<R, AssessmentError> + Sync,
    mut takes: impl FnMut(R) -> bool,
) -> Result<(), AssessmentError> {
    let (give, next) = crossbeam_channel::unbounded();
    let threads = threads.clamp(1, work.len().max(1));
    for (position, piece) in work.into_iter().enumerate() {
        give.send((position, piece))
            .expect("the receiver is held until the threads end");
    }
    drop(give);
    let (ready, results) = crossbeam_channel::bounded(1);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let (next, ready, does) = (next.clone(), ready.clone(), &does);
            // Threads of their own, not those of a shared pool: one that waits there for the rules to be run would take up the next part meanwhile.
            let thread = std::thread::Builder::new().name("part".to_owned());
            let spawned = thread.spawn_scoped(scope, move || {
                for (position, piece) in next {
                    if ready.send((position, does(position, piece))).is_err() {
                        return;
                    }
                }
            });
            spawned.expect("the system gives a thread");
        }
        drop(ready);
        let mut early = BTreeMap::new();
        let mut expected = 0;
        for (position, result) in results {
            early.insert(position, result?);
            while let Some(result) = early.remove(&expected) {
                expected += 1;
                if !takes(result) {
                    return Ok(());
                }
            }
        }
        Ok(())
    })
}
