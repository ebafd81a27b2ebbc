//! What an interceptor sees of a command or a query.

use crate::{command::CommandId, store::StreamId};
use std::{any::Any, collections::BTreeMap, fmt};

/// The command or query itself; its type is known to whoever made it.
pub(crate) type Message = Box<dyn Any + Send + Sync>;

/// A command or query on its way.
///
/// ```
/// use jangle::{Interceptor, interceptor::{Call, CallOutcome, Next}, store::BoxFuture};
///
/// struct Log;
///
/// impl Interceptor for Log {
///     fn around<'a>(&'a self, call: &'a mut Call, next: Next<'a>) -> BoxFuture<'a, CallOutcome> {
///         let kind = if call.is_command() { "command" } else { "query" };
///         println!("{kind} {} from {:?}", call.name(), call.metadata("user"));
///         if let Some(stream) = call.aggregate() {
///             println!("to {} {}", stream.aggregate_type(), stream.aggregate_id());
///         }
///         next.run(call)
///     }
/// }
/// ```
pub struct Call {
    name: &'static str,
    command: Option<CommandPart>,
    is_from_handler: bool,
    metadata: BTreeMap<String, String>,
    message: Option<Message>,
}

/// What only a command has.
#[derive(Debug, Clone)]
pub(crate) struct CommandPart {
    pub(crate) stream: StreamId,
    pub(crate) id: CommandId,
    pub(crate) is_dry_run: bool,
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("name", &self.name).field("command", &self.command).finish_non_exhaustive()
    }
}

impl Call {
    pub(crate) fn new(
        name: &'static str,
        command: Option<CommandPart>,
        is_from_handler: bool,
        metadata: BTreeMap<String, String>,
        message: Message,
    ) -> Self {
        Self { name, command, is_from_handler, metadata, message: Some(message) }
    }

    /// The name of the command's or query's type.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Whether it is a command; otherwise it is a query.
    pub fn is_command(&self) -> bool {
        self.command.is_some()
    }

    /// The aggregate that decides, if it is a command.
    pub fn aggregate(&self) -> Option<&StreamId> {
        self.command.as_ref().map(|command| &command.stream)
    }

    /// The command's id, from the caller or made for it; none of a query.
    pub fn command_id(&self) -> Option<CommandId> {
        self.command.as_ref().map(|command| command.id)
    }

    /// Whether it is a command that stores nothing: see [`Sending::dry_run`](crate::Sending::dry_run).
    pub fn is_dry_run(&self) -> bool {
        self.command.as_ref().is_some_and(|command| command.is_dry_run)
    }

    /// Whether a handler sends or asks it. What followed from a command that was let in comes without the caller's
    /// metadata.
    pub fn is_from_handler(&self) -> bool {
        self.is_from_handler
    }

    /// What the caller, or an interceptor outside this one, attached under `key`.
    pub fn metadata(&self, key: &str) -> Option<&str> {
        self.metadata.get(key).map(String::as_str)
    }

    /// Attaches a value, as [`Sending::metadata`](crate::Sending::metadata) does. It counts where it is done before
    /// [`Next::run`](super::Next::run).
    pub fn set_metadata(&mut self, key: impl Into<String>, value: impl Into<String>) {
        self.metadata.insert(key.into(), value.into());
    }

    /// The command or query, if it is an `M` and [`Next::run`](super::Next::run) has not taken it yet.
    pub fn downcast_ref<M: 'static>(&self) -> Option<&M> {
        self.message.as_deref()?.downcast_ref()
    }

    pub(crate) fn all_metadata(&self) -> &BTreeMap<String, String> {
        &self.metadata
    }

    pub(crate) fn take(&mut self) -> Option<Message> {
        self.message.take()
    }
}
