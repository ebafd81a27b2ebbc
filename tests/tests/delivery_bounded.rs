//! Law 13: memory stays bounded, however far a handler is behind.
#![allow(missing_docs, clippy::unwrap_used, reason = "a failed expectation of a test ends it")]

use jangle::{
    prelude::*,
    store::{Append, EventStore, NewEvent, StreamId},
};
use jangle_tests::{accounts::Deposited, probe::Probe, stores::Disk};
use std::{
    alloc::{GlobalAlloc, Layout, System},
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

/// Counts the bytes that Rust code has.
struct Counting;

static HELD: AtomicUsize = AtomicUsize::new(0);

#[allow(unsafe_code, reason = "an allocator cannot be written without; it passes everything on")]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        HELD.fetch_add(layout.size(), Ordering::Relaxed);
        // SAFETY: what the caller keeps to, it keeps to for the system's allocator.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: it came from the system's allocator, with this layout.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

mod stuck {
    use super::*;

    #[event_handler]
    async fn stuck(event: Recorded<Deposited>, probe: State<Probe>) -> Result<(), HandlerError> {
        probe.note("begun", &event);
        std::future::pending::<()>().await;
        Ok(())
    }
}

mod steady {
    use super::*;

    pub(crate) static HANDLED: AtomicUsize = AtomicUsize::new(0);

    #[event_handler]
    async fn steady(event: Recorded<Deposited>) -> Result<(), HandlerError> {
        assert!(event.amount > 0);
        HANDLED.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

fn deposited(account: usize) -> NewEvent {
    NewEvent {
        id: jangle::EventId::from_uuid(CommandId::new().as_uuid()),
        stream: StreamId::new("account", format!("account {account}")),
        must_be_new: false,
        name: "accounts.deposited".into(),
        schema_version: 1,
        payload: r#"{"amount":1}"#.to_owned(),
        metadata: Metadata::default(),
        occurred_at: None,
    }
}

/// Stores `events` events of a thousand accounts, as another process would.
async fn store(events: usize, store: &impl EventStore) {
    for page in 0..events / 1000 {
        let expected = (StreamId::new("other", format!("{}", CommandId::new().as_uuid())), 0);
        let recorded_at = Timestamp::from_micros(page as i64);
        let events = (0..1000).map(deposited).collect();
        store.append(vec![Append { expected, depends_on: vec![], events, receipt: None, recorded_at }]).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn law_13_memory_is_flat_while_a_handler_never_catches_up_with_200_000_events() {
    let disk = Disk::new();
    let builder = Jangle::builder().store(disk.open().await).state(Probe::default());
    let builder = builder.only("delivery_bounded::stuck").only("delivery_bounded::steady");
    let app = builder.start().await.unwrap();
    let other = disk.open().await;
    let mut held = Vec::new();
    for events in [20_000, 180_000] {
        store(events, &other).await;
        let stored = other.head().await.unwrap() as usize;
        while steady::HANDLED.load(Ordering::SeqCst) < stored {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        held.push(HELD.load(Ordering::SeqCst));
    }
    assert!(!app.state::<Probe>().seen("begun").is_empty());
    assert!(held[1] < held[0] * 2 + (4 << 20), "bytes held after 20,000 and after 200,000 events: {held:?}");
}
