//! Events on the stream of another aggregate.

use std::marker::PhantomData;

/// An event for another aggregate than the one that decides, stored in the same transaction.
///
/// It is appended to whatever is there ([`On::new`]), or only where nothing is there ([`On::create`]).
///
/// ```
/// # use jangle::prelude::*;
/// # use serde::{Deserialize, Serialize};
/// #[derive(Debug, Clone, Serialize, Deserialize, Command)]
/// struct Transfer {
///     #[aggregate_id]
///     from: String,
///     to: String,
///     cents: i64,
/// }
/// # #[derive(Debug, Clone, Serialize, Deserialize, Event)]
/// # struct Sent { cents: i64 }
/// # #[derive(Debug, Clone, Serialize, Deserialize, Event)]
/// # struct Received { cents: i64 }
/// # #[derive(Debug, Default)]
/// # struct Account { cents: i64 }
///
/// #[aggregate]
/// impl Account {
///     #[validate_command]
///     fn transfer(&self, command: Transfer) -> (Sent, On<Account, Received>) {
///         let Transfer { to, cents, .. } = command;
///         (Sent { cents }, On::new(to, Received { cents }))
///     }
/// #     #[reconstitute]
/// #     fn sent(&mut self, event: &Sent) { self.cents -= event.cents; }
/// #     #[reconstitute]
/// #     fn received(&mut self, event: &Received) { self.cents += event.cents; }
/// }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let app = Jangle::builder().only(module_path!()).store(MemoryStore::new()).start().await?;
/// let receipt = app.send(Transfer { from: "25".into(), to: "26".into(), cents: 100 }).await?;
/// assert_eq!(receipt.events[1].stream.aggregate_id(), "26");
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct On<A, E> {
    pub(crate) id: String,
    pub(crate) must_be_new: bool,
    pub(crate) event: E,
    aggregate: PhantomData<fn() -> A>,
}

impl<A, E> On<A, E> {
    /// Appends `event` to the stream of the aggregate `A` with this id, whatever is there.
    ///
    /// ```
    /// # use jangle::prelude::*;
    /// # #[derive(Debug)]
    /// # struct Received { cents: i64 }
    /// # #[derive(Debug, Default)]
    /// # struct Account;
    /// let event = On::<Account, _>::new("26", Received { cents: 100 });
    /// # let _ = event;
    /// ```
    pub fn new(id: impl Into<String>, event: E) -> Self {
        Self { id: id.into(), must_be_new: false, event, aggregate: PhantomData }
    }

    /// Begins the stream of the aggregate `A` with this id with `event`; where it exists, nothing of the command is
    /// stored and the caller gets [`SendError::Exists`](crate::SendError::Exists).
    ///
    /// ```
    /// # use jangle::prelude::*;
    /// # use serde::{Deserialize, Serialize};
    /// # #[derive(Debug, Clone, Serialize, Deserialize, Command)]
    /// # struct Invite { #[aggregate_id] host: String, guest: String }
    /// # #[derive(Debug, Clone, Serialize, Deserialize, Event)]
    /// # struct Joined;
    /// # #[derive(Debug, Default)]
    /// # struct Member;
    /// #[aggregate]
    /// impl Member {
    ///     #[validate_command]
    ///     fn invite(&self, command: Invite) -> On<Member, Joined> {
    ///         On::create(command.guest, Joined)
    ///     }
    /// #     #[reconstitute]
    /// #     fn joined(&mut self, _: &Joined) {}
    /// }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let app = Jangle::builder().only(module_path!()).store(MemoryStore::new()).start().await?;
    /// let invite = Invite { host: "ann".into(), guest: "ben".into() };
    /// app.send(invite.clone()).await?;
    /// assert!(matches!(app.send(invite).await, Err(SendError::Exists { .. })));
    /// # Ok(())
    /// # }
    /// ```
    pub fn create(id: impl Into<String>, event: E) -> Self {
        Self { must_be_new: true, ..Self::new(id, event) }
    }
}
