//! Events on the stream of another aggregate.

use std::marker::PhantomData;

/// An event for another aggregate than the one that decides, stored in the same transaction.
///
/// It is appended to whatever is there ([`On::new`]), or only where nothing is there ([`On::create`], and
/// [`On::or_refuse`] to say what the command is refused with otherwise).
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
pub struct On<A, E, Or = ()> {
    pub(crate) id: String,
    pub(crate) must_be_new: bool,
    pub(crate) event: E,
    pub(crate) or: Or,
    aggregate: PhantomData<fn() -> A>,
}

/// What a command is refused with where the stream that it would begin exists: the third parameter of [`On`].
///
/// See [`On::or_refuse`].
#[derive(Debug)]
pub struct OrRefuse<R>(pub(crate) R);

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
        Self { id: id.into(), must_be_new: false, event, or: (), aggregate: PhantomData }
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

    /// Begins the stream, as [`On::create`] does; where it exists, the command is refused with `refusal`, like any
    /// command that a rule refuses. That is how something is made unique across aggregates.
    ///
    /// The method is refused with the same type, and its return type says so: `On<_, _, OrRefuse<R>>` in a
    /// `Result<_, R>`.
    ///
    /// ```
    /// # use jangle::prelude::*;
    /// # use serde::{Deserialize, Serialize};
    /// # #[derive(Debug, Clone, Serialize, Deserialize, Command)]
    /// # struct Register { #[aggregate_id] user: String, email: String }
    /// # #[derive(Debug, Clone, Serialize, Deserialize, Event)]
    /// # struct Registered;
    /// # #[derive(Debug, Clone, Serialize, Deserialize, Event)]
    /// # struct Claimed { by: String }
    /// # #[derive(Debug, Default)]
    /// # struct Email;
    /// # #[aggregate]
    /// # impl Email {
    /// #     #[reconstitute]
    /// #     fn claimed(&mut self, _: &Claimed) {}
    /// # }
    /// # #[derive(Debug, Default)]
    /// # struct User;
    /// #[derive(Debug, PartialEq, thiserror::Error)]
    /// enum Refusal {
    ///     #[error("this address has an account already")]
    ///     EmailTaken,
    /// }
    ///
    /// #[aggregate]
    /// impl User {
    ///     #[validate_command]
    ///     fn register(
    ///         &self,
    ///         command: Register,
    ///     ) -> Result<(Registered, On<Email, Claimed, OrRefuse<Refusal>>), Refusal> {
    ///         let claim = On::create(command.email, Claimed { by: command.user });
    ///         Ok((Registered, claim.or_refuse(Refusal::EmailTaken)))
    ///     }
    /// #     #[reconstitute]
    /// #     fn registered(&mut self, _: &Registered) {}
    /// }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let app = Jangle::builder().only(module_path!()).store(MemoryStore::new()).start().await?;
    /// app.send(Register { user: "ann".into(), email: "a@example.org".into() }).await?;
    /// let second = app.send(Register { user: "ben".into(), email: "a@example.org".into() }).await;
    /// assert!(matches!(second, Err(SendError::Refused(Refusal::EmailTaken))));
    /// # Ok(())
    /// # }
    /// ```
    pub fn or_refuse<R>(self, refusal: R) -> On<A, E, OrRefuse<R>> {
        On { id: self.id, must_be_new: true, event: self.event, or: OrRefuse(refusal), aggregate: PhantomData }
    }
}
