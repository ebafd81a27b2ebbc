//! Law 13: what is too large is refused before anything is stored, and memory stays bounded.
#![allow(missing_docs, clippy::unwrap_used, reason = "a failed expectation of a test ends it")]

use jangle::{prelude::*, store::EventStore};
use serde::{Deserialize, Serialize};
use std::{
    alloc::{GlobalAlloc, Layout, System},
    sync::atomic::{AtomicUsize, Ordering},
};

/// Counts what is allocated, and the most that was.
struct Counting;

static NOW: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

#[allow(unsafe_code, reason = "an allocator is unsafe to write; this one passes everything on to that of the system")]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let now = NOW.fetch_add(layout.size(), Ordering::SeqCst) + layout.size();
        MOST.fetch_max(now, Ordering::SeqCst);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Ordering::SeqCst);
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[derive(Debug, Clone, Serialize, Deserialize, Command)]
struct Write {
    #[aggregate_id]
    book: String,
    text: String,
}

#[derive(Debug, Clone, Serialize, Deserialize, Event)]
#[event(name = "limits.written")]
struct Written {
    text: String,
}

#[derive(Debug, Default)]
struct Book {
    length: usize,
}

#[aggregate(name = "book")]
impl Book {
    #[validate_command]
    fn write(&self, command: Write) -> (Written, Reply<usize>) {
        (Written { text: command.text }, Reply(self.length))
    }

    #[reconstitute]
    fn written(&mut self, event: &Written) {
        self.length += event.text.len();
    }
}

/// Of the event that holds a text of no letters.
const FRAME: usize = r#"{"text":""}"#.len();

const MEBIBYTE: usize = 1 << 20;

async fn sent(app: &Jangle, letters: usize) -> Result<Receipt<usize>, SendError<jangle::command::Never>> {
    app.send(Write { book: "b".into(), text: "x".repeat(letters) }).await
}

#[tokio::test]
async fn law_13_an_event_of_a_mebibyte_is_stored_and_one_byte_more_is_not() {
    let store = MemoryStore::new();
    let app = Jangle::builder().store(store.clone()).start().await.unwrap();
    let large = sent(&app, MEBIBYTE - FRAME + 1).await;
    assert!(
        matches!(large, Err(SendError::TooLarge { size, limit: MEBIBYTE, .. }) if size == MEBIBYTE + 1),
        "{large:?}"
    );
    assert_eq!(store.head().await.unwrap(), 0);
    assert_eq!(sent(&app, MEBIBYTE - FRAME).await.unwrap().version, 1);
    assert_eq!(sent(&app, 1).await.unwrap().reply, MEBIBYTE - FRAME, "the aggregate goes on");

    // In this test too, because what others allocate meanwhile would count.
    let letters = 100 * MEBIBYTE;
    let command = Write { book: "b".into(), text: "x".repeat(letters) };
    let before = NOW.load(Ordering::SeqCst);
    MOST.store(before, Ordering::SeqCst);
    let error = app.send(command).await.unwrap_err();
    assert!(matches!(error, SendError::TooLarge { size, .. } if size == letters + FRAME), "{error:?}");
    assert_eq!(
        error.to_string(),
        "the event `limits.written` has 104857611 bytes, and at most 1048576 are stored; make it smaller, or raise the \
         builder's `event_size`"
    );
    let more = MOST.load(Ordering::SeqCst) - before;
    assert!(more < 4 * letters, "{more} bytes for a command of {letters}");
    assert!(NOW.load(Ordering::SeqCst) < before, "the command is gone, and nothing is kept of it");
    assert_eq!(store.head().await.unwrap(), 2);
}
