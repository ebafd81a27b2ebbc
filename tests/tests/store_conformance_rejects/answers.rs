//! Faults of single requests to events and snapshots.

use jangle::{
    MemoryStore, StoreError,
    store::{Append, AppendResult, Appended, EventStore, Snapshot, SnapshotStore, StoredEvent, StreamId},
};
use jangle_tests::planted::{Answer, Fault};
use std::{collections::HashSet, sync::Arc};
use uuid::Uuid;

/// Another batch is stored than was given.
struct Takes(fn(&mut [Append]));

impl Fault for Takes {
    fn append<'a>(&'a self, right: &'a MemoryStore, mut batch: Vec<Append>) -> Answer<'a, Vec<AppendResult>> {
        (self.0)(&mut batch);
        right.append(batch)
    }
}

/// The events of other streams are lost.
fn without_other_streams(batch: &mut [Append]) {
    for append in batch {
        append.events.retain(|event| event.stream == append.expected.0);
    }
}

/// A second append to a stream is compared with what was there before the batch.
fn compared_before_the_batch(batch: &mut [Append]) {
    let mut seen = HashSet::new();
    for append in batch {
        if !seen.insert(append.expected.0.clone()) {
            append.expected.1 = u64::MAX;
        }
    }
}

/// A second append under an id is compared with what was there before the batch.
fn looked_up_before_the_batch(batch: &mut [Append]) {
    let mut seen = HashSet::new();
    for append in batch {
        append.receipt.take_if(|receipt| !seen.insert(receipt.id));
    }
}

/// Only events have a receipt.
fn without_receipts_of_nothing(batch: &mut [Append]) {
    for append in batch {
        append.receipt.take_if(|_| append.events.is_empty());
    }
}

/// Another result is answered than it came to.
struct Answers(fn(&[Append], &mut Vec<AppendResult>));

impl Fault for Answers {
    fn append<'a>(&'a self, right: &'a MemoryStore, batch: Vec<Append>) -> Answer<'a, Vec<AppendResult>> {
        Box::pin(async move {
            let mut results = right.append(batch.clone()).await?;
            (self.0)(&batch, &mut results);
            Ok(results)
        })
    }
}

/// A batch of nothing is answered with something.
fn never_nothing(_: &[Append], results: &mut Vec<AppendResult>) {
    if results.is_empty() {
        results.push(AppendResult::Undone);
    }
}

/// What stores nothing is always fine.
fn nothing_to_compare(batch: &[Append], results: &mut Vec<AppendResult>) {
    for (append, result) in batch.iter().zip(results) {
        if append.events.is_empty() {
            *result = AppendResult::Appended(Appended { version: append.expected.1, position: 2, events: vec![] });
        }
    }
}

/// The version is compared before the receipt is looked up.
fn version_first(batch: &[Append], results: &mut Vec<AppendResult>) {
    for (append, result) in batch.iter().zip(results) {
        if matches!(result, AppendResult::Repeated(_)) {
            *result = AppendResult::Conflict { actual: append.expected.1 + 1 };
        }
    }
}

/// A repeat gets the receipt with the hash that it came with.
fn own_hash(batch: &[Append], results: &mut Vec<AppendResult>) {
    for (append, result) in batch.iter().zip(results) {
        if let (AppendResult::Repeated(stored), Some(receipt)) = (result, &append.receipt) {
            stored.hash = receipt.hash;
        }
    }
}

/// Events are read otherwise than they were stored.
struct Reads(fn(&mut [StoredEvent]));

impl Fault for Reads {
    fn read(&self, mut events: Vec<StoredEvent>) -> Vec<StoredEvent> {
        (self.0)(&mut events);
        events
    }
}

/// One event more than was asked for, from where was asked.
struct LongPages;

impl Fault for LongPages {
    fn read_stream<'a>(
        &'a self,
        right: &'a MemoryStore,
        stream: StreamId,
        after: u64,
        limit: usize,
    ) -> Answer<'a, Vec<StoredEvent>> {
        right.read_stream(stream, after, limit.saturating_add(1))
    }

    fn read_all<'a>(&'a self, right: &'a MemoryStore, after: u64, limit: usize) -> Answer<'a, Vec<StoredEvent>> {
        right.read_all(after, limit.saturating_add(1))
    }
}

/// Events at positions come as often and in the order as they were asked for.
struct AsAsked;

impl Fault for AsAsked {
    fn read_at<'a>(&'a self, right: &'a MemoryStore, positions: Vec<u64>) -> Answer<'a, Vec<StoredEvent>> {
        Box::pin(async move {
            let mut events = Vec::new();
            for position in positions {
                events.extend(right.read_at(vec![position]).await?);
            }
            Ok(events)
        })
    }
}

/// The head is the next position.
struct NextAsHead;

impl Fault for NextAsHead {
    fn head<'a>(&'a self, right: &'a MemoryStore) -> Answer<'a, u64> {
        Box::pin(async move { Ok(right.head().await? + 1) })
    }
}

/// A type is named for each of its events.
struct NamesEach;

impl Fault for NamesEach {
    fn aggregate_types<'a>(&'a self, right: &'a MemoryStore) -> Answer<'a, Vec<Arc<str>>> {
        Box::pin(async move {
            let events = right.read_all(0, usize::MAX).await?;
            let mut names: Vec<_> = events.iter().map(|event| Arc::from(event.stream.aggregate_type())).collect();
            names.sort();
            Ok(names)
        })
    }
}

/// A stream without events is an error.
struct NoSuchStream;

impl Fault for NoSuchStream {
    fn read_stream<'a>(
        &'a self,
        right: &'a MemoryStore,
        stream: StreamId,
        after: u64,
        limit: usize,
    ) -> Answer<'a, Vec<StoredEvent>> {
        Box::pin(async move {
            let events = right.read_stream(stream, after, limit).await?;
            let error = StoreError::Damaged { reason: "there is no such stream".to_owned() };
            if events.is_empty() { Err(error) } else { Ok(events) }
        })
    }
}

/// What is wrong with snapshots.
enum Snapshots {
    CutAtZero,
    OfAnyCode,
    NeverDiscarded,
}

impl Fault for Snapshots {
    fn save<'a>(&'a self, right: &'a MemoryStore, stream: StreamId, mut snapshot: Snapshot) -> Answer<'a, ()> {
        match self {
            Self::CutAtZero => {
                let end = snapshot.state.iter().position(|byte| *byte == 0);
                snapshot.state.truncate(end.unwrap_or(usize::MAX));
            }
            Self::OfAnyCode => snapshot.fingerprint = Uuid::nil(),
            Self::NeverDiscarded => {}
        }
        right.save(stream, snapshot)
    }

    fn discard<'a>(&'a self, right: &'a MemoryStore, stream: StreamId) -> Answer<'a, ()> {
        match self {
            Self::NeverDiscarded => Box::pin(async { Ok(()) }),
            _ => right.discard(stream),
        }
    }
}

finds! {
    events_of_other_streams_that_are_lost: Takes(without_other_streams) =>
        an_append_over_several_streams_is_stored_whole;
    a_version_that_is_compared_before_the_batch: Takes(compared_before_the_batch) =>
        earlier_appends_of_the_batch_count;
    a_receipt_that_is_looked_up_before_the_batch: Takes(looked_up_before_the_batch) =>
        a_command_id_takes_effect_once_within_a_batch;
    receipts_of_events_only: Takes(without_receipts_of_nothing) =>
        an_accepted_command_without_events_leaves_a_receipt,
        a_refusal_is_kept_and_its_command_never_decided_again;
    an_answer_to_nothing: Answers(never_nothing) => a_batch_of_nothing_is_answered_with_nothing;
    a_confirmation_that_compares_nothing: Answers(nothing_to_compare) => an_append_without_events_confirms_the_version;
    a_version_that_is_compared_before_the_receipt: Answers(version_first) =>
        a_receipt_is_found_before_the_version_is_compared;
    a_hash_that_is_not_the_first: Answers(own_hash) =>
        another_request_under_an_id_stores_nothing_and_shows_the_first_ones_hash;
    a_time_that_is_lost: Reads(|events| events.iter_mut().for_each(|event| event.occurred_at = None)) =>
        an_event_is_read_as_it_was_stored;
    events_in_another_order: Reads(<[_]>::reverse) => positions_rise_in_the_order_of_appends;
    pages_that_are_too_long: LongPages => a_stream_is_read_page_by_page, all_events_are_read_page_by_page;
    events_that_are_read_twice: AsAsked => events_are_read_at_their_positions;
    a_head_that_is_no_position: NextAsHead => the_head_is_the_highest_position;
    a_type_that_is_named_twice: NamesEach => each_type_of_aggregates_is_named_once;
    a_stream_that_is_missing: NoSuchStream => what_is_not_there_is_read_as_nothing;
    a_snapshot_that_is_cut: Snapshots::CutAtZero => a_snapshot_is_loaded_as_it_was_saved;
    a_snapshot_of_old_code_that_stays: Snapshots::OfAnyCode => a_snapshot_of_other_code_replaces_any;
    a_snapshot_that_is_never_discarded: Snapshots::NeverDiscarded => a_discarded_snapshot_is_gone;
}
