//! Starting: the model is checked, tables are made, and each handler takes its lane.

use super::{Inner, Jangle, States};
use crate::{
    command::core::CommandCore,
    delivery::{Destination, Feed, Lane, LaneHandle, LaneStatus, Leases, drive, follow_head},
    error::StartError,
    model::{HandlerEntry, Model},
    settings::Settings,
    store::{Generation, StoreError, Stores},
    time::Environment,
};
use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, OnceLock},
};
use tokio::{sync::watch, task::JoinSet};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// What the builder collected.
pub(super) struct Parts {
    pub(super) stores: Stores,
    pub(super) environment: Arc<dyn Environment>,
    pub(super) states: States,
    pub(super) model: Model,
    pub(super) settings: Settings,
}

/// Starts an application; where that fails, nothing of it is left running.
pub(super) async fn start(parts: Parts) -> Result<Jangle, StartError> {
    let Parts { stores, environment, states, model, settings } = parts;
    settings.check()?;
    model.check()?;
    let destinations = destinations(&model, &stores).await?;
    let head = stores.events.head().await?;
    let feed = Arc::new(Feed::new(Arc::clone(&stores.events), head, settings.recent_events));
    let leases = Leases::new(Arc::clone(&stores.views), Arc::clone(&environment), settings.lease);
    let core = CommandCore::start(stores, environment, settings, Arc::clone(&feed));
    let inner = Arc::new(Inner {
        core: Arc::new(core),
        feed,
        leases,
        stop: CancellationToken::new(),
        model,
        states,
        lanes: OnceLock::new(),
        tasks: TaskTracker::new(),
    });
    start_lanes(&inner, &destinations, head).await?;
    keep_going(&inner);
    let alive = Arc::new(inner.stop.clone().drop_guard());
    Ok(Jangle { inner, _alive: Some(alive) })
}

/// The generation of each view that is filled.
async fn destinations(model: &Model, stores: &Stores) -> Result<HashMap<&'static str, Destination>, StoreError> {
    let schemas: Vec<_> = model.views().map(|view| view.schema.clone()).collect();
    let generations = stores.views.prepare(schemas.clone()).await?;
    let destinations = schemas.into_iter().zip(generations).map(|(schema, generation)| {
        (schema.view, Destination { view: Some(schema.view), generation, columns: schema.columns })
    });
    Ok(destinations.collect())
}

/// Claims all lanes together, so that their commits are one.
async fn start_lanes(
    inner: &Arc<Inner>,
    destinations: &HashMap<&'static str, Destination>,
    head: u64,
) -> Result<(), StartError> {
    let (mut handles, mut claims) = (Vec::new(), JoinSet::new());
    for entry in inner.model.handlers() {
        let status = watch::Sender::new(LaneStatus::default());
        handles.push(LaneHandle { entry, status: status.subscribe() });
        // A projection begins with the first event; a reaction, with what comes after its first start.
        let begin_at = if entry.is_projection() { 0 } else { head };
        let lane = Lane::new(Arc::clone(inner), entry, destinations_of(entry, destinations), begin_at, status);
        claims.spawn(async move {
            let owned = lane.claim().await?.ok();
            match owned {
                None => Ok((lane, None)),
                Some(owned) => match owned.check_history().await {
                    Ok(()) => Ok((lane, Some(owned))),
                    Err(error) => {
                        owned.give_back().await;
                        Err::<_, StartError>(error)
                    }
                },
            }
        });
    }
    // Set before a handler runs, because its queries may wait for other handlers.
    let _ = inner.lanes.set(handles);
    let (mut lanes, mut failure) = (Vec::new(), None);
    while let Some(claimed) = claims.join_next().await {
        match claimed {
            Ok(Ok(lane)) => lanes.push(lane),
            Ok(Err(error)) => failure = failure.or(Some(error)),
            Err(error) => failure = failure.or(Some(StoreError::failed(error.to_string()).into())),
        }
    }
    if let Some(failure) = failure {
        // Whoever starts next need not wait for the leases to end.
        for owned in lanes.into_iter().filter_map(|(_, owned)| owned) {
            owned.give_back().await;
        }
        return Err(failure);
    }
    for (lane, owned) in lanes {
        inner.tasks.spawn(drive(lane, owned));
    }
    Ok(())
}

fn destinations_of(entry: &HandlerEntry, destinations: &HashMap<&'static str, Destination>) -> Vec<Destination> {
    // A handler may take the same `Merge` twice.
    let names: BTreeSet<_> = entry.writes().collect();
    let views: Vec<_> = names.into_iter().filter_map(|view| destinations.get(view).cloned()).collect();
    match views.is_empty() {
        true => vec![Destination { view: None, generation: Generation::NONE, columns: &[] }],
        false => views,
    }
}

/// What runs beside the lanes, until the last of them has ended.
fn keep_going(inner: &Arc<Inner>) {
    let inner = Arc::clone(inner);
    tokio::spawn(async move {
        let work = async {
            tokio::join!(
                inner.leases.keep(),
                follow_head(Arc::clone(&inner.feed), inner.core.settings.poll),
                inner.core.keep_cache(),
            );
        };
        let ended = async {
            inner.stop.cancelled().await;
            inner.tasks.close();
            inner.tasks.wait().await;
        };
        tokio::select! {
            () = ended => {}
            () = work => {}
        }
    });
}
