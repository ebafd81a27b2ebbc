//! What is asked of an event store for one command, and what it answers.

use super::StreamId;
use crate::{
    Timestamp,
    command::CommandId,
    event::{EventId, Metadata},
};
use std::sync::Arc;
use uuid::Uuid;

/// One decided command: what it was decided on, and what it leaves behind. Where it leaves nothing, it still confirms
/// that what it was decided on was true.
///
/// ```
#[doc = include_str!("../../doc/store.txt")]
/// let append = Append {
///     expected: (StreamId::new("account", "25"), 1),
///     depends_on: Vec::new(),
///     events: vec![deposited(50)],
///     receipt: None,
///     recorded_at: "1996-07-28T12:00:00Z".parse()?,
/// };
/// let results = store.append(vec![append]).await?;
/// assert!(matches!(&results[0], AppendResult::Appended(appended) if appended.version == 2));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Append {
    /// The stream that it was decided on, and the version that this must have.
    pub expected: (StreamId, u64),
    /// Earlier appends of the same batch that it was decided on; it is stored only if they are.
    pub depends_on: Vec<usize>,
    /// What happened, in order; versions follow on the streams' own.
    pub events: Vec<NewEvent>,
    /// What is kept under the command's id.
    pub receipt: Option<NewReceipt>,
    /// The time that is recorded.
    pub recorded_at: Timestamp,
}

/// An event that is to be stored.
///
/// ```
#[doc = include_str!("../../doc/store.txt")]
/// let event = NewEvent {
///     id: EventId::from_uuid(Uuid::now_v7()),
///     stream: StreamId::new("account", "26"),
///     must_be_new: true,
///     name: "bank.opened".into(),
///     schema_version: 1,
///     payload: "null".to_owned(),
///     metadata: Metadata::default(),
///     occurred_at: None,
/// };
/// store.append(vec![append(1, vec![event.clone()])]).await?;
/// let results = store.append(vec![append(1, vec![event])]).await?;
/// assert!(matches!(&results[0], AppendResult::Exists { stream } if stream.aggregate_id() == "26"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct NewEvent {
    /// Its id.
    pub id: EventId,
    /// The stream to append to.
    pub stream: StreamId,
    /// Whether the stream must be empty before it.
    pub must_be_new: bool,
    /// The name of its type.
    pub name: Arc<str>,
    /// The version of its payload's schema.
    pub schema_version: u32,
    /// The event, as JSON.
    pub payload: String,
    /// Where it comes from.
    pub metadata: Metadata,
    /// When it happened in the business, if the sender said so.
    pub occurred_at: Option<Timestamp>,
}

/// What is to be kept under a command id.
///
/// ```
#[doc = include_str!("../../doc/store.txt")]
/// let id = CommandId::new();
/// let receipt = NewReceipt {
///     id,
///     command: "Deposit".into(),
///     stream: StreamId::new("account", "25"),
///     hash: Uuid::new_v5(&Uuid::NAMESPACE_OID, b"the request"),
///     outcome: Answer::Accepted { reply: Some("150".to_owned()), stored: () },
/// };
/// store.append(vec![Append { receipt: Some(receipt), ..append(1, vec![deposited(50)]) }]).await?;
/// assert!(store.receipt(id).await?.is_some());
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct NewReceipt {
    /// The command's id.
    pub id: CommandId,
    /// The command's name.
    pub command: Arc<str>,
    /// The aggregate that decided.
    pub stream: StreamId,
    /// A hash of name, aggregate and payload: another request under the same id has another one.
    pub hash: Uuid,
    /// The answer.
    pub outcome: NewOutcome,
}

/// The answer to a command that is to be kept.
///
/// ```
/// use jangle::store::{Answer, NewOutcome};
/// let outcome: NewOutcome = Answer::Accepted { reply: None, stored: () };
/// # let _ = outcome;
/// ```
pub type NewOutcome = Answer<()>;

/// The answer to a command that is kept.
///
/// ```
#[doc = include_str!("../../doc/store.txt")]
/// # let id = CommandId::new();
/// # let receipt = NewReceipt {
/// #     id,
/// #     command: "Deposit".into(),
/// #     stream: StreamId::new("account", "25"),
/// #     hash: Uuid::new_v5(&Uuid::NAMESPACE_OID, b"the request"),
/// #     outcome: Answer::Accepted { reply: Some("150".to_owned()), stored: () },
/// # };
/// # store.append(vec![Append { receipt: Some(receipt), ..append(1, vec![deposited(50)]) }]).await?;
/// let kept = store.receipt(id).await?.unwrap();
/// let outcome: jangle::store::ReceiptOutcome = kept.outcome;
/// assert!(matches!(outcome, Answer::Accepted { .. }));
/// # Ok(())
/// # }
/// ```
pub type ReceiptOutcome = Answer<Stored>;

/// An answer to a command; `S` is what is known of an accepted one once it is stored.
///
/// ```
/// use jangle::store::Answer;
/// let answer: Answer<()> = Answer::Refused { text: "only 100 cents are left".to_owned(), event: None };
/// # let _ = answer;
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum Answer<S> {
    /// It was accepted.
    Accepted {
        /// The reply, as JSON; none where there is none.
        reply: Option<String>,
        /// Where its events are.
        stored: S,
    },
    /// It was refused; the id is spent.
    Refused {
        /// The refusal in words.
        text: String,
        /// The event that a saga made of it, as JSON: what follows for the saga that sent the command.
        event: Option<String>,
    },
}

/// Where the events of an accepted command are.
///
/// ```
#[doc = include_str!("../../doc/store.txt")]
/// # let id = CommandId::new();
/// # let receipt = NewReceipt {
/// #     id,
/// #     command: "Deposit".into(),
/// #     stream: StreamId::new("account", "25"),
/// #     hash: Uuid::new_v5(&Uuid::NAMESPACE_OID, b"the request"),
/// #     outcome: Answer::Accepted { reply: Some("150".to_owned()), stored: () },
/// # };
/// # store.append(vec![Append { receipt: Some(receipt), ..append(1, vec![deposited(50)]) }]).await?;
/// let Answer::Accepted { stored, .. } = store.receipt(id).await?.unwrap().outcome else { panic!() };
/// assert_eq!(stored, Stored { version: 2, position: 2, events: vec![2] });
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The deciding stream's version after the command.
    pub version: u64,
    /// The store's highest position when it was decided.
    pub position: u64,
    /// The positions of its events.
    pub events: Vec<u64>,
}

/// What is kept under a command id.
///
/// ```
#[doc = include_str!("../../doc/store.txt")]
/// # let id = CommandId::new();
/// # let receipt = NewReceipt {
/// #     id,
/// #     command: "Deposit".into(),
/// #     stream: StreamId::new("account", "25"),
/// #     hash: Uuid::new_v5(&Uuid::NAMESPACE_OID, b"the request"),
/// #     outcome: Answer::Accepted { reply: Some("150".to_owned()), stored: () },
/// # };
/// # store.append(vec![Append { receipt: Some(receipt), ..append(1, vec![deposited(50)]) }]).await?;
/// let kept = store.receipt(id).await?.unwrap();
/// assert_eq!((&*kept.command, kept.stream.aggregate_id()), ("Deposit", "25"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct StoredReceipt {
    /// The command's name.
    pub command: Arc<str>,
    /// The aggregate that decided.
    pub stream: StreamId,
    /// The hash that it was stored with.
    pub hash: Uuid,
    /// The answer.
    pub outcome: ReceiptOutcome,
}

/// What became of one append of a batch.
///
/// ```
#[doc = include_str!("../../doc/store.txt")]
/// // Decided on the empty stream, which has an event now.
/// let results = store.append(vec![append(0, vec![deposited(50)])]).await?;
/// assert_eq!(results, [AppendResult::Conflict { actual: 1 }]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum AppendResult {
    /// It was stored; or, where there was nothing to store, what it was decided on was true.
    Appended(Appended),
    /// The stream that it was decided on has another version.
    Conflict {
        /// The version that it has.
        actual: u64,
    },
    /// A stream that had to be empty is not.
    Exists {
        /// Which.
        stream: StreamId,
    },
    /// The command id has a receipt already; nothing was stored.
    Repeated(StoredReceipt),
    /// It was decided on an append that was not stored.
    Undone,
}

/// A stored append.
///
/// ```
#[doc = include_str!("../../doc/store.txt")]
/// let results = store.append(vec![append(1, vec![deposited(50), deposited(25)])]).await?;
/// let expected = Appended { version: 3, position: 3, events: vec![(2, 2), (3, 3)] };
/// assert_eq!(results, [AppendResult::Appended(expected)]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appended {
    /// The deciding stream's version after it.
    pub version: u64,
    /// The store's highest position after it.
    pub position: u64,
    /// The version and the position of each event, in order.
    pub events: Vec<(u64, u64)>,
}
