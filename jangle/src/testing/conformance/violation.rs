//! What a check found.

use crate::StoreError;
use std::fmt;

/// A promise that a store did not keep.
///
/// ```
/// use jangle::{MemoryStore, testing::store_checks};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// for check in store_checks() {
///     if let Err(violation) = check.run(MemoryStore::new()).await {
///         panic!("{violation}");
///     }
/// }
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("law {law}: {check} does not hold\n  of:        {what}\n  expected:  {expected}\n  the store: {found}")]
#[non_exhaustive]
pub struct StoreViolation {
    /// The check's name.
    pub check: &'static str,
    /// The law that is broken.
    pub law: &'static str,
    /// What was looked at.
    pub what: String,
    /// What it should have been.
    pub expected: String,
    /// What the store did instead.
    pub found: String,
}

/// A violation before it is known which check found it.
#[derive(Debug)]
pub(super) struct Broken {
    pub(super) what: String,
    pub(super) expected: String,
    pub(super) found: String,
}

/// What a check, or a part of one, comes to.
pub(super) type Outcome<T = ()> = Result<T, Broken>;

impl Broken {
    pub(super) fn new(what: &str, expected: &str, found: &impl fmt::Debug) -> Self {
        Self { what: what.to_owned(), expected: expected.to_owned(), found: shown(found) }
    }
}

impl From<StoreError> for Broken {
    fn from(error: StoreError) -> Self {
        let (what, expected) = ("a request".to_owned(), "an answer".to_owned());
        Self { what, expected, found: format!("failed: {error}") }
    }
}

impl From<crate::view::ViewError> for Broken {
    fn from(error: crate::view::ViewError) -> Self {
        let (what, expected) = ("the value of a column".to_owned(), "one of its type".to_owned());
        Self { what, expected, found: error.to_string() }
    }
}

impl From<tokio::task::JoinError> for Broken {
    fn from(error: tokio::task::JoinError) -> Self {
        let (what, expected) = ("a request".to_owned(), "an answer".to_owned());
        Self { what, expected, found: error.to_string() }
    }
}

/// That two values are the same.
pub(super) fn same<F: PartialEq<E> + fmt::Debug, E: fmt::Debug>(what: &str, found: F, expected: E) -> Outcome {
    if found == expected { Ok(()) } else { Err(Broken::new(what, &shown(&expected), &found)) }
}

/// That something holds of `found`.
pub(super) fn holds(what: &str, expected: &str, found: &impl fmt::Debug, is_so: bool) -> Outcome {
    if is_so { Ok(()) } else { Err(Broken::new(what, expected, found)) }
}

/// A value as a message shows it: its beginning, where it is long.
fn shown(value: &impl fmt::Debug) -> String {
    const LONGEST: usize = 600;
    let text = format!("{value:?}");
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
