//! Dead letters: events that were set aside, as pointers to them.

use super::{Exception, LaneId};
use std::sync::Arc;

/// An event that a handler set aside.
///
/// ```
#[doc = include_str!("../../doc/store.txt")]
/// # use jangle::store::{DeadLetterFilter, Remedy};
/// # let generation = store.prepare(vec![BALANCES]).await?[0];
/// # store.claim(claim(lane(generation))).await?;
/// # let exception = Exception {
/// #     position: 1, partition: 4, attempts: 5, state: ExceptionState::Dead, failing_since: None,
/// #     error: "the mail server is gone".to_owned(),
/// # };
/// # let exceptions = vec![ExceptionChange::Put(exception.clone())];
/// # let moved = Move { lane: lane(generation), epoch: 1, from: 0, to: 1, event: None, exceptions };
/// # store.commit(LaneCommit { moves: vec![moved], rows: Vec::new() }).await?;
/// let letters = store.dead_letters(DeadLetterFilter::default()).await?;
/// assert_eq!((&letters[0].exception, letters[0].remedy), (&exception, None));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct StoredDeadLetter {
    /// Whose.
    pub lane: LaneId,
    /// Which event, how often it was tried, and why it was set aside.
    pub exception: Exception,
    /// What a person said is to be done, as long as it is not.
    pub remedy: Option<Remedy>,
}

/// What is done about a dead letter. The owner of its lane carries it out.
///
/// ```
/// use jangle::store::Remedy;
/// assert_eq!(Remedy::Retry.as_str(), "retry");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Remedy {
    /// The event is handled again.
    Retry,
    /// It is forgotten.
    Discard,
}

impl Remedy {
    /// As it is stored.
    ///
    /// ```
    /// use jangle::store::Remedy;
    /// assert_eq!(Remedy::Discard.as_str(), "discard");
    /// ```
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Retry => "retry",
            Self::Discard => "discard",
        }
    }
}

/// Which dead letters are read.
///
/// ```
#[doc = include_str!("../../doc/store.txt")]
/// # use jangle::store::DeadLetterFilter;
/// let of_handler = DeadLetterFilter { handler: Some("count_deposits".into()), ..DeadLetterFilter::default() };
/// assert!(store.dead_letters(of_handler).await?.is_empty());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct DeadLetterFilter {
    /// Of this handler.
    pub handler: Option<Arc<str>>,
    /// Of the event at this position.
    pub position: Option<u64>,
    /// Of events after this position.
    pub after: u64,
    /// Only those about which something is to be done.
    pub with_remedy: bool,
    /// How many at most.
    pub limit: usize,
}

impl Default for DeadLetterFilter {
    fn default() -> Self {
        Self { handler: None, position: None, after: 0, with_remedy: false, limit: 1_000 }
    }
}
