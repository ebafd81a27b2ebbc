//! One command from its arrival to its answer.

use super::{
    Receipt,
    core::{CommandCore, Permit},
    decide::{Begun, DecidedOn, Verdict, decide, refuse},
    load, receipt,
    repeat::repeated,
    request::{Request, SendOptions},
    ticket::Fate,
};
use crate::{
    aggregate::{Aggregate, HandledBy, RefusalOf, ReplyOf},
    error::SendError,
    store::{AppendResult, Snapshot, StreamId},
    telemetry,
};
use backon::{BackoffBuilder, ExponentialBuilder};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// What the sender of `C` hears.
pub(crate) type Answered<C, A> = Result<Receipt<ReplyOf<C, A>>, SendError<RefusalOf<C, A>>>;

/// An answer, or none where the command must be decided again.
type Attempted<C, A> = Result<Option<Receipt<ReplyOf<C, A>>>, SendError<RefusalOf<C, A>>>;

/// Decides `command`, again where what it was decided on turns out not to be so.
pub(crate) async fn handle<C: HandledBy<A>, A: Aggregate>(
    core: Arc<CommandCore>,
    command: C,
    options: SendOptions,
) -> Answered<C, A> {
    let begun = Instant::now();
    let permit = core.admit(options.from_handler).await?;
    let request = Request::new(&command, A::META.name, options, &*core.environment)?;
    telemetry::command::arrived(&request);
    let mut waits = ExponentialBuilder::new()
        .with_min_delay(Duration::from_millis(1))
        .with_max_delay(Duration::from_millis(200))
        .with_jitter()
        .without_max_times()
        .build();
    let mut command = Some(command);
    loop {
        let again = || {
            C::decode(&request.payload)
                .map_err(|source| SendError::Encode { what: format!("the command `{}`", C::NAME), source })
        };
        let this = command.take().map_or_else(again, Ok)?;
        if let Some(receipt) = attempt::<C, A>(&core, &request, this, &permit).await? {
            return Ok(receipt);
        }
        if begun.elapsed() >= core.settings.command_timeout {
            return Err(SendError::Contended {
                aggregate: request.stream.aggregate_type().to_owned(),
                id: request.stream.aggregate_id().to_owned(),
                waited: begun.elapsed(),
            });
        }
        telemetry::command::overtaken(&request);
        tokio::time::sleep(waits.next().unwrap_or_default()).await;
    }
}

async fn attempt<C: HandledBy<A>, A: Aggregate>(
    core: &Arc<CommandCore>,
    request: &Request,
    command: C,
    permit: &Permit,
) -> Attempted<C, A> {
    let slot = core.cache.slot(&request.stream);
    let Some(cell) = slot.cell::<A>() else {
        let reason = "two aggregates have the same name".to_owned();
        return Err(load::LoadError::Rebuild(reason).of(&request.stream));
    };
    let decided = {
        let mut cached = cell.lock().await;
        if request.has_own_id {
            if let Some(first) = cached.under_way(request.id) {
                drop(cached);
                first.settled().await;
                return Ok(None);
            }
            if let Some(stored) = core.stores.events.receipt(request.id).await? {
                drop(cached);
                return repeated::<C, A>(core, request, stored).await.map(Some);
            }
        }
        let loaded = load::ensure(core, &request.stream, &slot.signals, &mut cached).await;
        loaded.map_err(|error| error.of(&request.stream))?;
        decide::<C, A>(core, request, command, permit, &slot.signals, &mut cached)?
    };
    let refused = match conclude::<C, A>(core, request, decided).await? {
        Conclusion::Answered(receipt) => return Ok(Some(receipt)),
        Conclusion::Again => return Ok(None),
        Conclusion::NotNew { refusal, .. } if !request.has_own_id => return Err(SendError::Refused(refusal)),
        Conclusion::NotNew { refusal, version } => (refusal, version),
    };
    let decided = {
        let mut cached = cell.lock().await;
        let loaded = load::ensure(core, &request.stream, &slot.signals, &mut cached).await;
        loaded.map_err(|error| error.of(&request.stream))?;
        refuse::<C, A>(core, request, refused, permit, &slot.signals, &mut cached)?
    };
    let Some(decided) = decided else { return Ok(None) };
    match conclude::<C, A>(core, request, decided).await? {
        Conclusion::Answered(receipt) => Ok(Some(receipt)),
        Conclusion::Again | Conclusion::NotNew { .. } => Ok(None),
    }
}

/// What a commit came to.
enum Conclusion<T, R> {
    Answered(Receipt<T>),
    /// The command must be decided again.
    Again,
    /// A stream that it begins exists, and this is what it is refused with.
    NotNew {
        refusal: R,
        /// The version that it was decided on.
        version: u64,
    },
}

type Concluded<C, A> = Result<Conclusion<ReplyOf<C, A>, RefusalOf<C, A>>, SendError<RefusalOf<C, A>>>;

/// Waits for the commit, and answers.
async fn conclude<C: HandledBy<A>, A: Aggregate>(
    core: &Arc<CommandCore>,
    request: &Request,
    decided: DecidedOn<C, A>,
) -> Concluded<C, A> {
    match decided.ticket.settled().await {
        Fate::Decided(AppendResult::Appended(appended)) => match decided.verdict {
            Verdict::Accepted(reply) => {
                if request.options.dry_run {
                    check_new(core, decided.begins).await?;
                }
                if let Some(snapshot) = decided.snapshot {
                    save_snapshot(core, request, snapshot);
                }
                Ok(Conclusion::Answered(receipt::first(core, reply, decided.events, &appended).await))
            }
            Verdict::Refused(refusal) => Err(SendError::Refused(refusal)),
            Verdict::Spent { text, .. } => Err(SendError::RefusedBefore { text }),
            Verdict::Stale { expected } => Err(SendError::StaleVersion { expected, actual: decided.version }),
        },
        Fate::Decided(AppendResult::Conflict { .. } | AppendResult::Undone) => Ok(Conclusion::Again),
        Fate::Decided(AppendResult::Repeated(stored)) => {
            repeated::<C, A>(core, request, stored).await.map(Conclusion::Answered)
        }
        Fate::Decided(AppendResult::Exists { stream }) => {
            let begun = decided.begins.into_iter().find(|begun| begun.stream == stream);
            let refusal = begun.and_then(|begun| begun.or_refuse).ok_or_else(|| exists(&stream))?;
            Ok(Conclusion::NotNew { refusal, version: decided.version })
        }
        Fate::Failed(error) => Err(SendError::Store(error)),
        Fate::Unknown(source) => Err(SendError::Unknown { id: request.id, source }),
    }
}

/// For a dry run, whose events the store does not see.
async fn check_new<R>(core: &CommandCore, begins: Vec<Begun<R>>) -> Result<(), SendError<R>> {
    for Begun { stream, or_refuse } in begins {
        if !core.stores.events.read_stream(stream.clone(), 0, 1).await?.is_empty() {
            return Err(or_refuse.map_or_else(|| exists(&stream), SendError::Refused));
        }
    }
    Ok(())
}

fn exists<R>(stream: &StreamId) -> SendError<R> {
    SendError::Exists { aggregate: stream.aggregate_type().to_owned(), id: stream.aggregate_id().to_owned() }
}

/// In the background: a snapshot is a cache, and nobody waits for it.
fn save_snapshot(core: &Arc<CommandCore>, request: &Request, snapshot: Snapshot) {
    let (snapshots, stream) = (Arc::clone(&core.stores.snapshots), request.stream.clone());
    let version = snapshot.version;
    core.background.spawn(async move {
        match snapshots.save(stream.clone(), snapshot).await {
            Ok(()) => telemetry::command::snapshot_taken(&stream, version),
            Err(error) => tracing::warn!(%stream, %error, "a snapshot cannot be saved"),
        }
    });
}
