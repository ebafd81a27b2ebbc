//! What a saga is about to do, as it is stored.

use super::send::Prepared;
use crate::{Timestamp, command::CommandId, event::EventId};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// What a saga is about to do.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Progress {
    /// The event that started it.
    pub(super) started: Option<EventId>,
    /// The position of the event that it last saw.
    pub(super) seen_to: u64,
    /// The transition whose commands are sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) pending: Option<Pending>,
    /// Its own events that it has not yet reacted to.
    #[serde(skip_serializing_if = "VecDeque::is_empty")]
    pub(super) unreacted: VecDeque<EventId>,
    /// What is undone when it fails, the last first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) undo: Vec<Undo>,
    /// Why it fails: what it did is being undone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) fails: Option<String>,
    /// What keeps it from going on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) failing: Option<Failing>,
    /// Whether it tries no more, until a person says so.
    pub(super) gave_up: bool,
    /// Whether its deadline has passed, and it has reacted to that.
    pub(super) expired: bool,
}

/// What a transition follows from.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) enum Trigger {
    Event(EventId),
    Deadline,
}

/// A transition whose commands are sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Pending {
    pub(super) trigger: Trigger,
    pub(super) commands: Vec<PendingCommand>,
    pub(super) completes: bool,
    pub(super) fails: Option<String>,
}

/// A command of a transition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct PendingCommand {
    pub(super) prepared: Prepared,
    /// How often it was refused and is tried again.
    #[serde(default)]
    pub(super) refused: u32,
    /// When it is tried again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) again_at: Option<Timestamp>,
}

/// What undoes a command that was accepted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Undo {
    pub(super) prepared: Prepared,
    /// The id of that command.
    pub(super) undoes: CommandId,
}

/// Attempts that came to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct Failing {
    pub(super) attempts: u32,
    pub(super) again_at: Timestamp,
}

impl Pending {
    /// How many of the commands before `index` have its name and aggregate.
    fn nth(&self, index: usize) -> usize {
        let of = &self.commands[index].prepared;
        let is_same = |other: &&PendingCommand| {
            other.prepared.command == of.command && other.prepared.aggregate_id == of.aggregate_id
        };
        self.commands[..index].iter().filter(is_same).count()
    }
}

/// The ids of what a saga causes: they derive from the saga and from what it reacts to, so that it causes everything
/// once, however often it is interrupted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Origin<'a> {
    pub(super) saga: &'a str,
    pub(super) id: &'a str,
}

impl Origin<'_> {
    fn derived(self, parts: &[&str]) -> CommandId {
        CommandId::derived(&format!("saga {}", self.saga), &[&[self.id], parts].concat().join("\0"))
    }

    /// The id of a command of a transition, at its present attempt.
    pub(super) fn command(self, pending: &Pending, index: usize) -> CommandId {
        let PendingCommand { prepared, refused, .. } = &pending.commands[index];
        let (nth, attempt) = (pending.nth(index).to_string(), refused.to_string());
        let trigger = trigger(pending.trigger);
        self.derived(&[&trigger, &prepared.command, &prepared.aggregate_id, &nth, &attempt])
    }

    /// The id of the command that undoes another.
    pub(super) fn undo(self, undo: &Undo) -> CommandId {
        self.derived(&["undo", &undo.undoes.to_string()])
    }

    /// The id of the event that follows from a transition's command.
    pub(super) fn event(self, pending: &Pending, index: usize) -> EventId {
        EventId::from_uuid(self.derived(&[&trigger(pending.trigger), "outcome", &index.to_string()]).as_uuid())
    }
}

fn trigger(trigger: Trigger) -> String {
    match trigger {
        Trigger::Event(id) => id.to_string(),
        Trigger::Deadline => "deadline".to_owned(),
    }
}
