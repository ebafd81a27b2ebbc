//! A command on its way, without its type.

use super::{Command, CommandContext, CommandId, decide::long_id, emitted::ID_SIZE, spent::Spending};
use crate::{
    Timestamp,
    error::SendError,
    event::{EventId, Metadata},
    store::StreamId,
    time::Environment,
};
use serde_json::value::RawValue;
use std::{collections::BTreeMap, sync::Arc};
use uuid::Uuid;

/// What a sender can say besides the command.
#[derive(Debug, Clone, Default)]
pub(crate) struct SendOptions {
    pub(crate) id: Option<CommandId>,
    /// One that was made for the command, where it has none of its own and needed one early.
    pub(crate) made_id: Option<CommandId>,
    pub(crate) expected_version: Option<u64>,
    pub(crate) dry_run: bool,
    pub(crate) correlation: Option<String>,
    pub(crate) causation: Option<EventId>,
    pub(crate) metadata: BTreeMap<String, String>,
    pub(crate) occurred_at: Option<Timestamp>,
    /// Sent by a handler, which may finish during a shutdown.
    pub(crate) from_handler: bool,
    /// What a saga makes of a refusal.
    pub(crate) spending: Option<Spending>,
}

/// The most bytes of metadata, correlation included.
const METADATA_SIZE: usize = 16 << 10;

impl SendOptions {
    fn check<R>(&self) -> Result<(), SendError<R>> {
        let entries: usize = self.metadata.iter().map(|(key, value)| key.len() + value.len()).sum();
        let size = entries + self.correlation.as_ref().map_or(0, String::len);
        match size > METADATA_SIZE {
            true => Err(SendError::TooLarge { what: "the metadata".to_owned(), size, limit: METADATA_SIZE }),
            false => Ok(()),
        }
    }
}

/// One request: what identifies it, and what is recorded with its events.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) stream: StreamId,
    pub(crate) command: &'static str,
    pub(crate) id: CommandId,
    /// Whether the id came with the command, so that a repeat must find it.
    pub(crate) has_own_id: bool,
    pub(crate) hash: Uuid,
    pub(crate) payload: String,
    pub(crate) received_at: Timestamp,
    pub(crate) options: SendOptions,
}

impl Request {
    pub(crate) fn new<C: Command, R>(
        command: &C,
        aggregate: &'static str,
        options: SendOptions,
        environment: &dyn Environment,
    ) -> Result<Self, SendError<R>> {
        options.check()?;
        let id = command.aggregate_id();
        if id.len() > ID_SIZE {
            return Err(long_id(id.len()));
        }
        let encode_error = |source| SendError::Encode { what: format!("the command `{}`", C::NAME), source };
        let payload = command.encode().map_err(encode_error)?;
        let stream = StreamId::new(aggregate, id);
        let hash = hash(C::NAME, &stream, &payload).map_err(encode_error)?;
        let id = options.id.or(options.made_id).unwrap_or_else(|| CommandId::from_uuid(environment.new_id()));
        Ok(Self {
            stream,
            command: C::NAME,
            id,
            has_own_id: options.id.is_some(),
            hash,
            payload,
            received_at: environment.now(),
            options,
        })
    }

    pub(crate) fn context(&self, version: u64) -> CommandContext {
        CommandContext {
            version,
            command_id: self.id,
            received_at: self.received_at,
            metadata: self.options.metadata.clone(),
        }
    }

    pub(crate) fn event_metadata(&self) -> Metadata {
        Metadata {
            correlation: Some(self.options.correlation.clone().unwrap_or_else(|| self.id.to_string())),
            causation: self.options.causation,
            command_id: Some(self.id),
            user: self.options.metadata.clone(),
        }
    }
}

/// Identifies name, aggregate and payload of a command. Maps are taken in the order of their keys, because that of a
/// hash map differs from run to run.
fn hash(command: &str, stream: &StreamId, payload: &str) -> Result<Uuid, serde_json::Error> {
    let mut text = String::with_capacity(payload.len() + 128);
    for part in [command, stream.aggregate_type(), stream.aggregate_id()] {
        text.push_str(&serde_json::to_string(part)?);
    }
    write_sorted(payload, &mut text)?;
    Ok(Uuid::new_v5(&Uuid::NAMESPACE_OID, text.as_bytes()))
}

/// Writes JSON with sorted keys. Other values are copied as they are, so that no digit of a number is lost.
fn write_sorted(json: &str, into: &mut String) -> Result<(), serde_json::Error> {
    match json.trim_start().as_bytes().first() {
        Some(b'{') => {
            let map: BTreeMap<String, &RawValue> = serde_json::from_str(json)?;
            into.push('{');
            for (key, value) in map {
                into.push_str(&serde_json::to_string(&key)?);
                into.push(':');
                write_sorted(value.get(), into)?;
                into.push(',');
            }
            into.push('}');
        }
        Some(b'[') => {
            let values: Vec<&RawValue> = serde_json::from_str(json)?;
            into.push('[');
            for value in values {
                write_sorted(value.get(), into)?;
                into.push(',');
            }
            into.push(']');
        }
        _ => into.push_str(json.trim()),
    }
    Ok(())
}

/// Names shared by every event of a type, made once for each decision.
pub(crate) fn shared(name: &'static str) -> Arc<str> {
    Arc::from(name)
}
