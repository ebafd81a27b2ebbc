//! Faults of events, receipts and snapshots.

use jangle::{
    EventId, MemoryStore,
    store::{Append, AppendResult, EventStore, NewReceipt, Snapshot, SnapshotStore, StoreError, StoredEvent, StreamId},
};
use jangle_tests::planted::{Answer, Fault};
use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
};

type Answers<'a> = Answer<'a, Vec<AppendResult>>;

/// The version of `stream`.
async fn version(store: &MemoryStore, stream: &StreamId) -> Result<u64, StoreError> {
    Ok(store.read_stream(stream.clone(), 0, usize::MAX).await?.len() as u64)
}

/// Stores the events of `append` under new ids, on whatever is there.
async fn force(store: &MemoryStore, append: &Append, receipt: Option<NewReceipt>) -> Result<(), StoreError> {
    let mut forced = Append { depends_on: vec![], receipt, ..append.clone() };
    forced.expected.1 = version(store, &forced.expected.0).await?;
    for event in &mut forced.events {
        event.id = EventId::from_uuid(jangle::CommandId::new().as_uuid());
    }
    store.append(vec![forced]).await?;
    Ok(())
}

/// An event at a fifth position becomes visible after those that were stored with it.
#[derive(Default)]
struct Skips(Mutex<HashSet<u64>>);

impl Fault for Skips {
    fn read(&self, mut events: Vec<StoredEvent>) -> Vec<StoredEvent> {
        let mut hidden = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let last = events.last().map_or(0, |event| event.position);
        events.retain(|event| {
            let is_late = event.position % 5 == 0 && event.position < last;
            !(is_late && hidden.insert(event.position))
        });
        events
    }
}

/// No stream has a version 3.
struct Holes;

/// The versions of a store with holes, as it shows them.
fn with_hole(version: u64) -> u64 {
    version + u64::from(version >= 3)
}

impl Fault for Holes {
    fn append<'a>(&'a self, right: &'a MemoryStore, mut batch: Vec<Append>) -> Answers<'a> {
        for append in &mut batch {
            append.expected.1 -= u64::from(append.expected.1 > 3);
        }
        Box::pin(async move {
            let mut results = right.append(batch).await?;
            for result in &mut results {
                if let AppendResult::Appended(appended) = result {
                    appended.version = with_hole(appended.version);
                    appended.events.iter_mut().for_each(|(version, _)| *version = with_hole(*version));
                }
            }
            Ok(results)
        })
    }

    fn read(&self, mut events: Vec<StoredEvent>) -> Vec<StoredEvent> {
        events.iter_mut().for_each(|event| event.version = with_hole(event.version));
        events
    }
}

/// Each append is stored twice.
struct Doubles;

impl Fault for Doubles {
    fn append<'a>(&'a self, right: &'a MemoryStore, batch: Vec<Append>) -> Answers<'a> {
        Box::pin(async move {
            let results = right.append(batch.clone()).await?;
            for (append, result) in batch.iter().zip(&results) {
                if matches!(result, AppendResult::Appended(_)) {
                    force(right, append, None).await?;
                }
            }
            Ok(results)
        })
    }
}

/// A repeat gets the first answer, but takes effect again.
struct RepeatsTakeEffect;

impl Fault for RepeatsTakeEffect {
    fn append<'a>(&'a self, right: &'a MemoryStore, batch: Vec<Append>) -> Answers<'a> {
        Box::pin(async move {
            let results = right.append(batch.clone()).await?;
            for (append, result) in batch.iter().zip(&results) {
                if matches!(result, AppendResult::Repeated(_)) {
                    force(right, append, None).await?;
                }
            }
            Ok(results)
        })
    }
}

/// Of an append that cannot be stored, what comes before the mistake is.
struct TearsAppends;

impl Fault for TearsAppends {
    fn append<'a>(&'a self, right: &'a MemoryStore, batch: Vec<Append>) -> Answers<'a> {
        Box::pin(async move {
            let results = right.append(batch.clone()).await?;
            for (mut append, result) in batch.into_iter().zip(&results) {
                if matches!(result, AppendResult::Exists { .. }) {
                    append.events.retain(|event| !event.must_be_new);
                    force(right, &append, None).await?;
                }
            }
            Ok(results)
        })
    }
}

/// Of a batch, only the first append is stored.
struct TearsBatches;

impl Fault for TearsBatches {
    fn append<'a>(&'a self, right: &'a MemoryStore, batch: Vec<Append>) -> Answers<'a> {
        let count = batch.len();
        Box::pin(async move {
            let mut results = right.append(batch.into_iter().take(1).collect()).await?;
            let first = results.first().cloned();
            results.extend(std::iter::repeat_n(first, count.saturating_sub(1)).flatten());
            Ok(results)
        })
    }
}

/// What an append was decided on does not matter.
struct ForgetsWhatItDependsOn;

impl Fault for ForgetsWhatItDependsOn {
    fn append<'a>(&'a self, right: &'a MemoryStore, mut batch: Vec<Append>) -> Answers<'a> {
        batch.iter_mut().for_each(|append| append.depends_on.clear());
        right.append(batch)
    }
}

/// Any stream is new.
struct ForgetsWhatIsNew;

impl Fault for ForgetsWhatIsNew {
    fn append<'a>(&'a self, right: &'a MemoryStore, mut batch: Vec<Append>) -> Answers<'a> {
        batch.iter_mut().flat_map(|append| &mut append.events).for_each(|event| event.must_be_new = false);
        right.append(batch)
    }
}

/// Receipts are stored in a transaction of their own.
struct ReceiptsApart;

impl Fault for ReceiptsApart {
    fn append<'a>(&'a self, right: &'a MemoryStore, batch: Vec<Append>) -> Answers<'a> {
        Box::pin(async move {
            let results = right.append(batch.clone()).await?;
            for (append, result) in batch.into_iter().zip(&results) {
                if !matches!(result, AppendResult::Appended(_) | AppendResult::Repeated(_)) {
                    let receipt = append.receipt.clone();
                    force(right, &Append { events: vec![], ..append }, receipt).await?;
                }
            }
            Ok(results)
        })
    }
}

/// The last one wins: a conflict is stored behind what is there.
struct LastOneWins;

impl Fault for LastOneWins {
    fn append<'a>(&'a self, right: &'a MemoryStore, batch: Vec<Append>) -> Answers<'a> {
        Box::pin(async move {
            let results = right.append(batch.clone()).await?;
            for (append, result) in batch.iter().zip(&results) {
                if matches!(result, AppendResult::Conflict { .. }) {
                    force(right, append, None).await?;
                }
            }
            Ok(results)
        })
    }
}

/// Names that differ in case only are the same, as in some databases.
struct FoldsCase;

impl Fault for FoldsCase {
    fn append<'a>(&'a self, right: &'a MemoryStore, mut batch: Vec<Append>) -> Answers<'a> {
        let folded = |stream: &StreamId| {
            StreamId::new(stream.aggregate_type().to_lowercase(), stream.aggregate_id().to_lowercase())
        };
        for append in &mut batch {
            append.expected.0 = folded(&append.expected.0);
            append.events.iter_mut().for_each(|event| event.stream = folded(&event.stream));
        }
        right.append(batch)
    }
}

/// A column that is too short.
struct CutsTexts;

impl Fault for CutsTexts {
    fn read(&self, mut events: Vec<StoredEvent>) -> Vec<StoredEvent> {
        for event in &mut events {
            event.payload = event.payload.chars().take(65_000).collect();
        }
        events
    }
}

/// Whatever is saved last is kept.
struct GoesBack;

impl Fault for GoesBack {
    fn save<'a>(&'a self, right: &'a MemoryStore, stream: StreamId, snapshot: Snapshot) -> Answer<'a, ()> {
        Box::pin(async move {
            right.discard(stream.clone()).await?;
            right.save(stream, snapshot).await
        })
    }
}

finds! {
    a_position_that_becomes_visible_after_a_higher_one: Skips::default() =>
        no_reader_passes_an_event_that_becomes_visible_later;
    a_version_that_is_left_out: Holes =>
        versions_go_on_where_the_stream_ends;
    an_append_that_is_stored_twice: Doubles =>
        an_append_is_stored_once;
    a_repeat_that_takes_effect_again: RepeatsTakeEffect =>
        a_command_id_takes_effect_once;
    half_of_an_append: TearsAppends =>
        an_append_that_is_dropped_stores_none_of_its_events;
    half_of_a_batch: TearsBatches =>
        an_append_is_stored_once;
    an_append_that_outlives_what_it_was_decided_on: ForgetsWhatItDependsOn =>
        an_undone_append_takes_with_it_what_was_decided_on_it_and_nothing_else, what_an_undone_append_was_to_leave_under_its_id_is_not_stored;
    a_stream_that_is_new_twice: ForgetsWhatIsNew =>
        a_stream_that_must_be_new_must_be_empty, a_stream_is_new_only_once_within_an_append;
    a_receipt_without_its_events: ReceiptsApart =>
        a_receipt_is_stored_with_its_events_or_not_at_all, an_append_that_is_dropped_stores_none_of_its_events;
    an_append_on_another_version: LastOneWins =>
        another_version_is_a_conflict_and_stores_nothing;
    names_whose_case_is_lost: FoldsCase =>
        streams_and_events_may_have_any_name;
    a_text_that_is_cut: CutsTexts =>
        a_store_keeps_long_texts;
    a_snapshot_that_goes_back: GoesBack =>
        an_older_snapshot_of_the_same_code_does_not_replace_a_newer_one;
}
