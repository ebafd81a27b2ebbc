//! Aggregates: what decides commands, rebuilt from its events.

mod snapshot;

pub use snapshot::{SnapshotPolicy, SnapshotState};

use crate::{
    command::{Command, CommandContext, Outcome, OutcomeOf, RefusalValue, ReplyValue},
    event::Event,
    model::Meta,
};

/// A type that decides commands. Written by `#[aggregate]` on its `impl` block.
pub trait Aggregate: Default + Send + Sync + 'static {
    /// Its name in the store, and where it stands.
    const META: Meta;
    /// The commands that it decides.
    const COMMANDS: &'static [CommandInfo];
    /// The events that it is rebuilt from.
    const EVENTS: &'static [Apply<Self>];
    /// When its state is kept, to shorten the next rebuild.
    const SNAPSHOT: Option<SnapshotPolicy<Self>> = None;
}

/// Decides a command `C`: what is called with the aggregate, the command and its context.
pub type Validate<A, C> = fn(&A, C, &CommandContext) -> <C as HandledBy<A>>::Outcome;

/// The reply to command `C`.
pub type ReplyOf<C, A> = <<C as HandledBy<A>>::Outcome as Outcome>::Reply;

/// What command `C` is refused with.
pub type RefusalOf<C, A> = <<C as HandledBy<A>>::Outcome as Outcome>::Refusal;

/// A command that aggregate `A` decides. Written by `#[aggregate]` for each `#[validate_command]` method.
///
/// The command is the implementing type, so that it may live in another crate than the aggregate, and so that the
/// aggregate is inferred from the only impl.
#[diagnostic::on_unimplemented(
    message = "no aggregate validates the command `{Self}`",
    label = "unregistered command",
    note = "add `#[validate_command] fn name(&self, command: {Self})` to an `#[aggregate]` impl block"
)]
pub trait HandledBy<A: Aggregate>: Command {
    /// What its validator returns.
    type Outcome: OutcomeOf<A, Reply: ReplyValue, Refusal: RefusalValue>;
    /// Its validator.
    const VALIDATE: Validate<A, Self>;
}

/// A `#[reconstitute]` method for event `E`.
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
#[derive(Debug, Clone, Copy)]
pub struct CommandInfo {
    name: &'static str,
    aggregate: &'static str,
    events: fn(&mut Vec<&'static str>),
}

impl CommandInfo {
    /// What the types say of command `C`.
    pub const fn of<C: HandledBy<A>, A: Aggregate>() -> Self {
        Self { name: C::NAME, aggregate: A::META.name, events: <C::Outcome as Outcome>::events }
    }

    /// The command's name.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The name of the aggregate that decides it.
    pub fn aggregate(&self) -> &'static str {
        self.aggregate
    }

    /// The type names of the events that it can result in.
    pub fn events(&self) -> Vec<&'static str> {
        let mut events = Vec::new();
        (self.events)(&mut events);
        events
    }
}

/// How one kind of stored event changes aggregate `A`.
#[derive(Debug)]
pub struct Apply<A> {
    pub(crate) name: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) apply: fn(&mut A, &str) -> Result<(), serde_json::Error>,
}

impl<A> Apply<A> {
    /// Decodes an `E` and hands it to its `#[reconstitute]` method.
    pub const fn of<E: Event>() -> Self
    where
        A: Reconstitute<E>,
    {
        Self {
            name: E::NAME,
            kind: E::TYPE,
            apply: |aggregate, payload| {
                (A::APPLY)(aggregate, &E::decode(payload)?);
                Ok(())
            },
        }
    }
}
