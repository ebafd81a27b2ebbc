//! What every store does, on each store.

mod store_common;

#[path = "store_contract/appending.rs"]
mod appending;
#[path = "store_contract/dividing.rs"]
mod dividing;
#[path = "store_contract/lanes.rs"]
mod lanes;
#[path = "store_contract/reading.rs"]
mod reading;
#[path = "store_contract/snapshots.rs"]
mod snapshots;
#[path = "store_contract/views.rs"]
mod views;

use jangle::store::{MemoryStore, SqliteStore};
use std::sync::Arc;
use store_common::{Opened, Outcome};

async fn memory() -> Outcome<Opened> {
    Ok(Opened { store: Arc::new(MemoryStore::new()), directory: None })
}

async fn sqlite() -> Outcome<Opened> {
    let directory = tempfile::tempdir()?;
    let store = SqliteStore::open(directory.path().join("store.db")).await?;
    Ok(Opened { store: Arc::new(store), directory: Some(directory) })
}

async fn sqlite_in_memory() -> Outcome<Opened> {
    Ok(Opened { store: Arc::new(SqliteStore::in_memory().await?), directory: None })
}

/// Runs each of these on every store.
macro_rules! on_every_store {
    ($($test:ident),* $(,)?) => {
        crate::on_every_store! { @each $($test)*; memory [$($test)*] sqlite [$($test)*] sqlite_in_memory [$($test)*] }
    };
    (@each $($all:ident)*; $($store:ident [$($test:ident)*])*) => { $(
        mod $store {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $test() -> crate::store_common::Outcome {
                    let opened = crate::$store().await?;
                    super::$test(std::sync::Arc::clone(&opened.store)).await?;
                    opened.store.close().await?;
                    Ok(())
                }
            )*
        }
    )* };
}
use on_every_store;
