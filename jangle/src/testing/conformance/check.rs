//! Running checks.

use super::{
    appending, conflicts, dead_letters, dividing, lanes, merging,
    place::{Durable, Opened, Place},
    progress, racing, reading, receipts, reopening, sagas, scanning, snapshots, texts, views,
    violation::{Broken, Outcome, StoreViolation},
};
use crate::store::{BoxFuture, Store};
use std::{fmt, sync::Arc, time::Duration};

/// A store that has not answered after so long never will.
const LONGEST: Duration = Duration::from_secs(120);

/// One promise of a store, and how it is tested.
///
/// [`store_conformance!`](crate::testing::store_conformance) runs all of them. To run one by hand:
///
/// ```
/// use jangle::{MemoryStore, testing::{StoreViolation, store_checks}};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), StoreViolation> {
/// let check = store_checks().iter().find(|check| check.name() == "a_command_id_takes_effect_once").unwrap();
/// assert_eq!(check.law(), "2, once by id");
/// check.run(MemoryStore::new()).await?;
/// # Ok(())
/// # }
/// ```
pub struct StoreCheck {
    name: &'static str,
    law: &'static str,
    body: fn(Arc<dyn Place>) -> BoxFuture<'static, Outcome>,
}

impl StoreCheck {
    /// What it promises, as the name of a test.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The law that the promise belongs to.
    pub fn law(&self) -> &'static str {
        self.law
    }

    /// Runs it on a new, empty store, which it closes.
    ///
    /// # Errors
    /// [`StoreViolation`], where the promise is not kept.
    pub async fn run(&self, store: impl Store) -> Result<(), StoreViolation> {
        self.run_at(Opened(Arc::new(store)).into_place()).await
    }

    /// Runs it on a new, empty place. It closes each store that it opens there.
    ///
    /// # Errors
    /// [`StoreViolation`], where the promise is not kept.
    ///
    /// ```
    /// use jangle::{SqliteStore, StoreError, testing::{Durable, StoreViolation, durable_store_checks}};
    /// use tempfile::TempDir;
    ///
    /// struct Folder(TempDir);
    ///
    /// impl Durable for Folder {
    ///     type Store = SqliteStore;
    ///     async fn open(&self) -> Result<SqliteStore, StoreError> {
    ///         SqliteStore::open(self.0.path().join("shop.db")).await
    ///     }
    /// }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// for check in durable_store_checks() {
    ///     check.run_durable(Folder(tempfile::tempdir()?)).await?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn run_durable(&self, place: impl Durable) -> Result<(), StoreViolation> {
        self.run_at(Arc::new(place)).await
    }

    async fn run_at(&self, place: Arc<dyn Place>) -> Result<(), StoreViolation> {
        let never = |_| Err(Broken::new("a request", "an answer", &format_args!("none within {LONGEST:?}")));
        let outcome = tokio::time::timeout(LONGEST, (self.body)(place)).await.unwrap_or_else(never);
        outcome.map_err(|Broken { what, expected, found }| StoreViolation {
            check: self.name,
            law: self.law,
            what,
            expected,
            found,
        })
    }
}

impl fmt::Debug for StoreCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreCheck").field("name", &self.name).field("law", &self.law).finish_non_exhaustive()
    }
}

/// Opens the store, checks it, and closes it.
async fn opened<F: Future<Output = Outcome>>(place: Arc<dyn Place>, check: fn(Arc<dyn Store>) -> F) -> Outcome {
    let store = place.open().await?;
    check(Arc::clone(&store)).await?;
    Ok(store.close().await?)
}

macro_rules! on_a_store {
    ($($file:ident $law:literal [$($name:ident)*])*) => { &[$($(StoreCheck {
        name: stringify!($name),
        law: $law,
        body: |place| Box::pin(opened(place, $file::$name)),
    }),*),*] };
}

macro_rules! on_a_place {
    ($($file:ident $law:literal [$($name:ident)*])*) => { &[$($(StoreCheck {
        name: stringify!($name),
        law: $law,
        body: |place| Box::pin($file::$name(place)),
    }),*),*] };
}

/// What every store promises.
///
/// ```
/// use jangle::testing::store_checks;
/// assert!(store_checks().iter().any(|check| check.law() == "6, none skipped"));
/// ```
pub fn store_checks() -> &'static [StoreCheck] {
    crate::__store_checks!([on_a_store])
}

/// What a store promises further that outlives its process.
///
/// ```
/// use jangle::testing::durable_store_checks;
/// assert!(durable_store_checks().iter().all(|check| !check.name().is_empty()));
/// ```
pub fn durable_store_checks() -> &'static [StoreCheck] {
    crate::__durable_store_checks!([on_a_place])
}

/// Runs the check of this name, as the tests that the macro writes do.
#[doc(hidden)]
pub fn conforms<F: Future>(
    name: &str,
    run: impl FnOnce(&'static StoreCheck) -> F,
) -> Result<F::Output, std::io::Error> {
    let mut all = store_checks().iter().chain(durable_store_checks());
    let check = all.find(|check| check.name == name).ok_or(std::io::ErrorKind::NotFound)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let outcome = runtime.block_on(run(check));
    // A store that does not answer holds up this check only.
    runtime.shutdown_background();
    Ok(outcome)
}
