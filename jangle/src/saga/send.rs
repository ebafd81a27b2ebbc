//! Sending the commands of a saga, as they are stored.

use super::transition::Own;
use crate::{
    aggregate::{Aggregate, HandledBy, RefusalOf, ReplyOf},
    command::{Command, RefusalValue, Sending, core::CommandCore, request::SendOptions, spent::Spending},
    error::SendError,
    event::Retry,
    store::BoxFuture,
};
use serde::{Deserialize, Serialize};
use std::{fmt, sync::Arc, time::Duration};

/// A command as it is stored before it is sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Prepared {
    pub(crate) command: String,
    pub(crate) aggregate: String,
    pub(crate) aggregate_id: String,
    /// Its JSON, or why there is none.
    pub(crate) payload: Result<String, String>,
    /// What undoes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) undo: Option<Box<Prepared>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) retry_refused: Option<Retried>,
}

impl Prepared {
    pub(super) fn new<C: Command>(command: &C, aggregate: &'static str) -> Self {
        let payload = command.encode();
        Self {
            command: C::NAME.to_owned(),
            aggregate: aggregate.to_owned(),
            aggregate_id: command.aggregate_id(),
            payload: payload.map_err(|error| format!("the command `{}` cannot be encoded: {error}", C::NAME)),
            undo: None,
            retry_refused: None,
        }
    }
}

/// A policy as it is stored: what a newer program says of it does not change what is under way.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Retried {
    attempts: u32,
    first_millis: u64,
    factor: u32,
    max_millis: u64,
}

impl From<Retry> for Retried {
    fn from(retry: Retry) -> Self {
        let millis = |duration: Duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        Self {
            attempts: retry.attempts,
            first_millis: millis(retry.first),
            factor: retry.factor,
            max_millis: millis(retry.max),
        }
    }
}

impl Retried {
    /// How long to wait after `attempts` refused ones; none where the refusal is the outcome.
    pub(super) fn delay_after(self, attempts: u32) -> Option<Duration> {
        let retry = Retry {
            attempts: self.attempts,
            first: Duration::from_millis(self.first_millis),
            factor: self.factor,
            max: Duration::from_millis(self.max_millis),
            ..Retry::DEFAULT
        };
        retry.delay_after(attempts)
    }
}

/// An answer to a command of a saga.
#[derive(Debug)]
pub(crate) enum Answered<T> {
    /// It was accepted.
    Accepted(T),
    /// It was refused, and this event follows, where one does.
    Refused {
        /// The refusal in words.
        text: String,
        /// What follows.
        own: Own,
    },
}

/// A command that got no answer: it is sent again.
#[derive(Debug)]
pub(crate) struct Unanswered {
    pub(crate) error: String,
    /// Whether it can be sent again at once, because only what was made for this attempt is used up.
    pub(crate) at_once: bool,
}

impl Unanswered {
    pub(crate) fn because(error: impl fmt::Display) -> Self {
        Self { error: error.to_string(), at_once: false }
    }
}

/// One sending of a stored command.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) core: Arc<CommandCore>,
    pub(crate) payload: String,
    pub(crate) options: SendOptions,
    /// Whether a refusal is the outcome, or the command may be tried again.
    pub(crate) is_last: bool,
}

/// Sends a stored command, and answers with its reply.
pub(super) type Sender<T, R> =
    fn(Call, Box<dyn FnOnce(R) -> Own + Send>) -> BoxFuture<'static, Result<Answered<T>, Unanswered>>;

/// How commands `C` are sent from what is stored of them.
pub(super) fn sender<C: HandledBy<A>, A: Aggregate>() -> Sender<ReplyOf<C, A>, RefusalOf<C, A>> {
    |call, refusing| Box::pin(send::<C, A>(call, refusing))
}

async fn send<C: HandledBy<A>, A: Aggregate>(
    call: Call,
    refusing: Box<dyn FnOnce(RefusalOf<C, A>) -> Own + Send>,
) -> Result<Answered<ReplyOf<C, A>>, Unanswered> {
    let Call { core, payload, mut options, is_last } = call;
    let command = C::decode(&payload)
        .map_err(|error| Unanswered::because(format!("the stored command `{}` cannot be decoded: {error}", C::NAME)))?;
    let spending = if is_last { Spending::new(refusing) } else { Spending::without_outcome::<RefusalOf<C, A>>() };
    options.spending = Some(spending.clone());
    match Sending::new::<C, A>(core, command, options).await {
        Ok(receipt) => Ok(Answered::Accepted(receipt.reply)),
        Err(SendError::RefusedBefore { text }) => {
            let own = spending.outcome();
            Ok(Answered::Refused { text, own })
        }
        Err(error) => {
            let at_once = matches!(error, SendError::Contended { .. }) && spending.is_used_up();
            Err(Unanswered { error: RefusalOf::<C, A>::error_in_words(&error), at_once })
        }
    }
}

/// Sends a stored command of which only the effect matters: it undoes another.
pub(crate) type SendStored = fn(Call) -> BoxFuture<'static, Result<Answered<()>, Unanswered>>;

/// How commands `C` are sent from what is stored of them, where nothing follows from the answer.
pub(crate) const fn send_stored<C: HandledBy<A>, A: Aggregate>() -> SendStored {
    |call| {
        Box::pin(async move {
            Ok(match send::<C, A>(call, Box::new(|_refusal| Ok(None))).await? {
                Answered::Accepted(_reply) => Answered::Accepted(()),
                Answered::Refused { text, own } => Answered::Refused { text, own },
            })
        })
    }
}

type CarryOut = dyn FnOnce(Call) -> BoxFuture<'static, Result<Answered<Own>, Unanswered>> + Send;

/// Sends a planned command, and answers with the event that follows.
pub(crate) struct Carry(Box<CarryOut>);

impl Carry {
    pub(super) fn new(
        carry: impl FnOnce(Call) -> BoxFuture<'static, Result<Answered<Own>, Unanswered>> + Send + 'static,
    ) -> Self {
        Self(Box::new(carry))
    }

    pub(crate) fn out(self, call: Call) -> BoxFuture<'static, Result<Answered<Own>, Unanswered>> {
        (self.0)(call)
    }
}

impl fmt::Debug for Carry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Carry").finish_non_exhaustive()
    }
}
