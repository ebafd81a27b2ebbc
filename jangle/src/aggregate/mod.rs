//! Aggregates: what decides commands, rebuilt from its events.

mod handle;
mod past;
mod snapshot;

pub use handle::AggregateHandle;
pub use past::PastEvent;

#[doc(hidden)]
pub use snapshot::{SnapshotPolicy, SnapshotState};

use crate::{
    command::{Command, CommandContext, Never, Outcome, OutcomeOf, RefusalValue, RefusesWith, ReplyValue},
    event::Event,
    model::{EventType, Meta},
    saga::{SendStored, send_stored},
};
use std::any::TypeId;

/// A type that decides commands. Written by `#[aggregate]` on its `impl` block.
///
/// ```
/// use jangle::prelude::*;
/// # use serde::{Deserialize, Serialize};
/// # #[derive(Debug, Clone, Serialize, Deserialize, Command)]
/// # struct Open { #[aggregate_id] door: String }
/// # #[derive(Debug, Clone, Serialize, Deserialize, Event)]
/// # struct Opened;
/// #[derive(Debug, Default)]
/// struct FrontDoor {
///     open: bool,
/// }
///
/// #[aggregate]
/// impl FrontDoor {
///     #[validate_command]
///     fn open(&self, _: Open) -> Option<Opened> {
///         (!self.open).then_some(Opened)
///     }
///
///     #[reconstitute]
///     fn opened(&mut self, _: &Opened) {
///         self.open = true;
///     }
/// }
///
/// assert_eq!(FrontDoor::META.name, "front_door");
/// assert_eq!(FrontDoor::COMMANDS[0].name(), "Open");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an aggregate",
    label = "not an aggregate",
    note = "write `#[aggregate]` on an impl block of `{Self}`"
)]
pub trait Aggregate: Default + Send + Sync + 'static {
    /// Its name in the store, and where it stands.
    const META: Meta;
    /// The commands that it decides.
    const COMMANDS: &'static [CommandInfo];
    /// The events that it is rebuilt from.
    #[doc(hidden)]
    const EVENTS: &'static [Apply<Self>];
    /// When its state is kept, to shorten the next rebuild.
    #[doc(hidden)]
    const SNAPSHOT: Option<SnapshotPolicy<Self>> = None;
}

/// Decides a command `C`: what is called with the aggregate, the command and its context.
#[doc(hidden)]
pub type Validate<A, C> = fn(&A, C, &CommandContext) -> <C as HandledBy<A>>::Outcome;

/// The reply to command `C`.
///
/// ```
/// # use jangle::{aggregate::{HandledBy, Reconstitute, RefusalOf, ReplyOf}, prelude::*};
/// # use serde::{Deserialize, Serialize};
/// # #[derive(Debug, Clone, Serialize, Deserialize, Command)]
/// # struct Withdraw { #[aggregate_id] account: String }
/// # #[derive(Debug, Clone, Serialize, Deserialize, Event)]
/// # struct Withdrawn;
/// # #[derive(Debug, Default)]
/// # struct Account { withdrawals: u32 }
/// #[aggregate]
/// impl Account {
///     #[validate_command]
///     fn withdraw(&self, _: Withdraw) -> Result<(Withdrawn, Reply<u32>), String> {
///         Ok((Withdrawn, Reply(self.withdrawals + 1)))
///     }
/// #     #[reconstitute]
/// #     fn withdrawn(&mut self, _: &Withdrawn) { self.withdrawals += 1; }
/// }
///
/// let reply: ReplyOf<Withdraw, Account> = 1_u32;
/// # let _ = reply;
/// ```
pub type ReplyOf<C, A> = <<C as HandledBy<A>>::Outcome as Outcome>::Reply;

/// What command `C` is refused with.
///
/// ```
/// # use jangle::{aggregate::{HandledBy, Reconstitute, RefusalOf, ReplyOf}, prelude::*};
/// # use serde::{Deserialize, Serialize};
/// # #[derive(Debug, Clone, Serialize, Deserialize, Command)]
/// # struct Withdraw { #[aggregate_id] account: String }
/// # #[derive(Debug, Clone, Serialize, Deserialize, Event)]
/// # struct Withdrawn;
/// # #[derive(Debug, Default)]
/// # struct Account { withdrawals: u32 }
/// #[aggregate]
/// impl Account {
///     #[validate_command]
///     fn withdraw(&self, _: Withdraw) -> Result<(Withdrawn, Reply<u32>), String> {
///         Ok((Withdrawn, Reply(self.withdrawals + 1)))
///     }
/// #     #[reconstitute]
/// #     fn withdrawn(&mut self, _: &Withdrawn) { self.withdrawals += 1; }
/// }
///
/// let refusal: RefusalOf<Withdraw, Account> = String::from("nothing is left");
/// # let _ = refusal;
/// ```
pub type RefusalOf<C, A> = <<C as HandledBy<A>>::Outcome as Outcome>::Refusal;

/// A command that aggregate `A` decides. Written by `#[aggregate]` for each `#[validate_command]` method.
///
/// The command is the implementing type, so that it may live in another crate than the aggregate, and so that the
/// aggregate is inferred from the only impl.
///
/// ```
/// # use jangle::{aggregate::{HandledBy, Reconstitute, RefusalOf, ReplyOf}, prelude::*};
/// # use serde::{Deserialize, Serialize};
/// # #[derive(Debug, Clone, Serialize, Deserialize, Command)]
/// # struct Withdraw { #[aggregate_id] account: String }
/// # #[derive(Debug, Clone, Serialize, Deserialize, Event)]
/// # struct Withdrawn;
/// # #[derive(Debug, Default)]
/// # struct Account { withdrawals: u32 }
/// #[aggregate]
/// impl Account {
///     #[validate_command]
///     fn withdraw(&self, _: Withdraw) -> Result<(Withdrawn, Reply<u32>), String> {
///         Ok((Withdrawn, Reply(self.withdrawals + 1)))
///     }
/// #     #[reconstitute]
/// #     fn withdrawn(&mut self, _: &Withdrawn) { self.withdrawals += 1; }
/// }
///
/// /// What tests a command before it is sent.
/// async fn would_be_accepted<A: Aggregate, C: HandledBy<A>>(app: &Jangle, command: C) -> bool {
///     app.send(command).dry_run().await.is_ok()
/// }
/// # let _ = would_be_accepted::<Account, Withdraw>;
/// ```
#[diagnostic::on_unimplemented(
    message = "no aggregate validates the command `{Self}`",
    label = "unregistered command",
    note = "add `#[validate_command] fn name(&self, command: {Self})` to an `#[aggregate]` impl block"
)]
pub trait HandledBy<A: Aggregate>: Command {
    /// What its validator returns.
    type Outcome: OutcomeOf<A, Reply: ReplyValue, Refusal: RefusalValue, Or: RefusesWith<Never>>;
    /// Its validator.
    #[doc(hidden)]
    const VALIDATE: Validate<A, Self>;
}

/// A `#[reconstitute]` method for event `E`.
///
/// ```
/// # use jangle::{aggregate::{HandledBy, Reconstitute, RefusalOf, ReplyOf}, prelude::*};
/// # use serde::{Deserialize, Serialize};
/// # #[derive(Debug, Clone, Serialize, Deserialize, Command)]
/// # struct Withdraw { #[aggregate_id] account: String }
/// # #[derive(Debug, Clone, Serialize, Deserialize, Event)]
/// # struct Withdrawn;
/// # #[derive(Debug, Default)]
/// # struct Account { withdrawals: u32 }
/// #[aggregate]
/// impl Account {
///     #[validate_command]
///     fn withdraw(&self, _: Withdraw) -> Result<(Withdrawn, Reply<u32>), String> {
///         Ok((Withdrawn, Reply(self.withdrawals + 1)))
///     }
/// #     #[reconstitute]
/// #     fn withdrawn(&mut self, _: &Withdrawn) { self.withdrawals += 1; }
/// }
///
/// let mut account = Account::default();
/// (<Account as Reconstitute<Withdrawn>>::APPLY)(&mut account, &Withdrawn);
/// assert_eq!(account.withdrawals, 1);
/// ```
#[diagnostic::on_unimplemented(
    message = "aggregate `{Self}` cannot be rebuilt from event `{E}`",
    label = "`{Self}` has no `#[reconstitute]` method for `{E}`",
    note = "add `#[reconstitute] fn name(&mut self, event: &{E})` to the `#[aggregate] impl {Self}` block"
)]
pub trait Reconstitute<E>: Sized {
    /// The method.
    const APPLY: fn(&mut Self, &E);
}

/// A command as the model shows it.
///
/// ```
#[doc = include_str!("../../doc/account.txt")]
#[doc = include_str!("../../doc/balance.txt")]
#[doc = include_str!("../../doc/main.txt")]
#[doc = include_str!("../../doc/running.txt")]
/// let command = app.model().commands().find(|command| command.name() == "Deposit").unwrap();
/// assert_eq!((command.aggregate(), command.events()), ("account", vec!["Deposited"]));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct CommandInfo {
    /// Its name, and where it stands.
    pub meta: Meta,
    pub(crate) id: TypeId,
    pub(crate) decided_by: Meta,
    events: fn(&mut Vec<EventType>),
    /// Sends it as it is stored.
    pub(crate) send_stored: SendStored,
}

impl CommandInfo {
    /// What the types say of command `C`.
    #[doc(hidden)]
    pub const fn of<C: HandledBy<A>, A: Aggregate>() -> Self {
        Self {
            meta: C::META,
            id: TypeId::of::<C>(),
            decided_by: A::META,
            events: <C::Outcome as Outcome>::events,
            send_stored: send_stored::<C, A>(),
        }
    }

    /// The command's name.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    #[doc = include_str!("../../doc/running.txt")]
    /// let commands: Vec<_> = app.model().commands().collect();
    /// assert_eq!(commands.iter().map(|command| command.name()).collect::<Vec<_>>(), ["Deposit", "Withdraw"]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn name(&self) -> &'static str {
        self.meta.name
    }

    /// The name of the aggregate that decides it.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    #[doc = include_str!("../../doc/running.txt")]
    /// let commands: Vec<_> = app.model().commands().collect();
    /// assert_eq!(commands[0].aggregate(), "account");
    /// # Ok(())
    /// # }
    /// ```
    pub fn aggregate(&self) -> &'static str {
        self.decided_by.name
    }

    /// The type names of the events that it can result in.
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    #[doc = include_str!("../../doc/running.txt")]
    /// let commands: Vec<_> = app.model().commands().collect();
    /// assert_eq!(commands[1].events(), ["Withdrawn"]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn events(&self) -> Vec<&'static str> {
        self.event_types().iter().map(|event| event.meta.kind).collect()
    }

    pub(crate) fn event_types(&self) -> Vec<EventType> {
        let mut events = Vec::new();
        (self.events)(&mut events);
        events
    }
}

/// How one kind of stored event changes aggregate `A`.
#[doc(hidden)]
#[derive(Debug)]
pub struct Apply<A> {
    pub(crate) event: EventType,
    pub(crate) apply: fn(&mut A, &str) -> Result<(), serde_json::Error>,
}

impl<A> Apply<A> {
    /// Decodes an `E` and hands it to its `#[reconstitute]` method.
    pub const fn of<E: Event>() -> Self
    where
        A: Reconstitute<E>,
    {
        Self {
            event: EventType::of::<E>(),
            apply: |aggregate, payload| {
                (A::APPLY)(aggregate, &E::decode(payload)?);
                Ok(())
            },
        }
    }
}
