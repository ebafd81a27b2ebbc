//! Starting: the model is checked, tables are made, and each handler takes its lane.

use super::{Inner, Jangle, States};
use crate::{
    command::core::{CommandCore, Extensions},
    delivery::{
        Destination, Feed, Lane, LaneHandle, LaneStatus, Leases, Others, Plan, Remedies, caught, drive, follow_head,
    },
    error::StartError,
    event::Retry,
    model::{HandlerEntry, Model, ViewEntry},
    settings::{Given, Variables},
    store::{Generation, PartitionRange, StoreError, Stores, ViewSchema},
    tasks::Tasks,
    telemetry,
    time::Environment,
};
use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, OnceLock},
    time::Instant,
};
use tokio::{sync::watch, task::JoinSet};
use tokio_util::sync::{CancellationToken, DropGuard};
use uuid::Uuid;

/// What the builder collected.
pub(super) struct Parts {
    pub(super) stores: Stores,
    pub(super) environment: Arc<dyn Environment>,
    pub(super) states: States,
    pub(super) model: Model,
    pub(super) retired: Vec<String>,
    pub(super) retry: Retry,
    pub(super) settings: Given,
    pub(super) variables: Variables,
    pub(super) extensions: Extensions,
}

/// Starts an application; where that fails, nothing of it is left running.
pub(super) async fn start(parts: Parts) -> Result<Jangle, StartError> {
    let begun = Instant::now();
    let Parts { stores, environment, states, model, retired, retry, settings, variables, extensions } = parts;
    let settings = settings.resolve(&variables)?;
    telemetry::app::configured(&settings, &variables);
    model.check()?;
    let destinations = destinations(&model, &stores).await?;
    check_progress(&model, &stores, &destinations, &retired).await?;
    tell_of_unknown_aggregates(&model, &stores).await?;
    let head = stores.events.head().await?;
    let plan = Plan {
        ranges: PartitionRange::parts(settings.lanes),
        knows: known_events(&model, &extensions.ignored_events),
        head,
    };
    let feed = Arc::new(Feed::new(Arc::clone(&stores.events), head, settings.events_ready_for_dispatch_queue_size));
    let leases = Leases::new(Arc::clone(&stores.views), Arc::clone(&environment), settings.lease);
    let core = CommandCore::start(stores, environment, settings, extensions, Arc::clone(&feed));
    let stop = CancellationToken::new();
    let others = Arc::new(Others::new(Arc::clone(&feed), stop.clone()));
    let inner = Arc::new(Inner {
        core: Arc::new(core),
        elsewhere: elsewhere(&model, &destinations, &others),
        others,
        feed,
        leases,
        stop,
        model,
        states,
        lanes: OnceLock::new(),
        retry,
        sagas_told: watch::Sender::new(()),
        remedies: Arc::new(Remedies::default()),
        tasks: Tasks::new(),
    });
    // Dropped, also by a runtime that ends, it ends the renewals.
    let renewals = inner.leases.over.clone().drop_guard();
    keep_leases(&inner)?;
    start_lanes(&inner, &destinations, &plan).await?;
    keep_going(&inner, renewals);
    telemetry::app::started(&inner.model, begun);
    let alive = Arc::new(inner.stop.clone().drop_guard());
    Ok(Jangle { inner, _alive: Some(alive) })
}

/// The names of all events that the program knows, whatever part of it is taken, and of those that it passes over.
fn known_events(model: &Model, ignored: &BTreeSet<String>) -> Arc<[Arc<str>]> {
    let mut names: BTreeSet<Arc<str>> = ignored.iter().map(|name| Arc::from(name.as_str())).collect();
    names.extend(model.program().events().into_iter().map(|event| Arc::from(event.meta.name)));
    names.into_iter().collect()
}

/// The generation of each view that is filled.
async fn destinations(model: &Model, stores: &Stores) -> Result<HashMap<&'static str, Destination>, StoreError> {
    let filled = |view: &ViewEntry| ViewSchema { filling: filling(model, view), ..view.schema.clone() };
    let schemas: Vec<_> = model.views().map(filled).collect();
    let generations = stores.views.prepare(schemas.clone()).await?;
    let destinations = schemas.into_iter().zip(generations).map(|(schema, generation)| {
        (schema.view, Destination { view: Some(schema.view), generation, columns: schema.columns })
    });
    Ok(destinations.collect())
}

/// Which versions of its handlers fill a view. Those that never changed do not count, so that one more handler does not
/// begin the view anew.
fn filling(model: &Model, view: &ViewEntry) -> Uuid {
    let changed =
        model.handlers().filter(|entry| entry.version > 1 && entry.writes().any(|name| name == view.meta.name));
    let changed: BTreeSet<_> = changed.map(|entry| format!("{} {}\n", entry.identity(), entry.version)).collect();
    match changed.is_empty() {
        true => Uuid::nil(),
        false => Uuid::new_v5(&Uuid::NAMESPACE_OID, changed.into_iter().collect::<String>().as_bytes()),
    }
}

/// Makes sure that no handler is gone whose view, or whose backlog, is still there.
async fn check_progress(
    model: &Model,
    stores: &Stores,
    destinations: &HashMap<&'static str, Destination>,
    retired: &[String],
) -> Result<(), StartError> {
    // Handlers that this application leaves out are part of the program all the same.
    let program = model.program();
    let is_known = |id: &str| {
        program.consumers().any(|entry| entry.meta.name == id || entry.formerly == Some(id))
            || retired.iter().any(|retired| retired == id)
    };
    let lives = |generation| {
        generation == Generation::NONE || destinations.values().any(|destination| destination.generation == generation)
    };
    let progress = stores.views.progress().await?;
    let gone = progress.iter().filter(|of| lives(of.lane.generation) && !is_known(&of.lane.handler));
    let gone: BTreeSet<_> = gone.map(|of| of.lane.handler.to_string()).collect();
    match gone.is_empty() {
        true => Ok(()),
        false => Err(StartError::HandlersGone { handlers: gone.into_iter().collect() }),
    }
}

/// The handlers of the program that this application leaves out: other processes may have them.
fn elsewhere(
    model: &Model,
    destinations: &HashMap<&'static str, Destination>,
    others: &Arc<Others>,
) -> Vec<LaneHandle> {
    let handle = |entry: &'static HandlerEntry| {
        let generations = match entry.is_projection() {
            true => entry.writes().filter_map(|view| Some(destinations.get(view)?.generation)).collect(),
            false => vec![Generation::NONE],
        };
        LaneHandle::elsewhere(entry, generations, Arc::clone(others))
    };
    model.handlers_elsewhere().into_iter().map(handle).collect()
}

/// An aggregate that was renamed begins anew, and nothing but its old name tells that it had a history.
async fn tell_of_unknown_aggregates(model: &Model, stores: &Stores) -> Result<(), StoreError> {
    let program = model.program();
    let is_known = |name: &str| program.aggregates().any(|entry| entry.meta.name == name);
    let stored = stores.events.aggregate_types().await?;
    telemetry::app::lost_sight_of(stored.into_iter().filter(|name| !is_known(name)));
    Ok(())
}

/// Claims all lanes together, so that their commits are one.
async fn start_lanes(
    inner: &Arc<Inner>,
    destinations: &HashMap<&'static str, Destination>,
    plan: &Plan,
) -> Result<(), StartError> {
    let (mut handles, mut claims) = (Vec::new(), JoinSet::new());
    // A saga gets its events in the order of their positions, which several lanes would not keep.
    let of_saga = Plan { ranges: vec![PartitionRange::ALL], ..plan.clone() };
    let plan_of = |entry: &HandlerEntry| if entry.saga.is_some() { &of_saga } else { plan };
    let lanes =
        inner.model.consumers().flat_map(|entry| plan_of(entry).ranges.iter().map(move |range| (entry, *range)));
    for (entry, partitions) in lanes {
        let plan = plan_of(entry);
        let (status, others) = (watch::Sender::new(LaneStatus::default()), Arc::clone(&inner.others));
        let destinations = destinations_of(entry, destinations);
        let generations = destinations.iter().map(|destination| destination.generation).collect();
        handles.push(LaneHandle { entry, partitions, generations, status: status.clone(), others });
        let lane = Lane::new(Arc::clone(inner), entry, partitions, destinations, plan.clone(), status);
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

/// Renews leases on a thread of their own: a handler that blocks the threads of the runtime does not lose its lanes to
/// another process. One that is stopped does, as all of its threads are.
fn keep_leases(inner: &Arc<Inner>) -> Result<(), StartError> {
    let of_thread = Arc::clone(inner);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(no_thread)?;
    let log = tracing::dispatcher::get_default(tracing::Dispatch::clone);
    let keep = move || {
        let renewals = async {
            tokio::select! {
                () = of_thread.leases.over.cancelled() => {}
                () = renew(&of_thread.leases) => {}
            }
        };
        tracing::dispatcher::with_default(&log, || runtime.block_on(renewals));
    };
    let thread = std::thread::Builder::new().name("jangle-leases".to_owned()).spawn(keep).map_err(no_thread)?;
    inner.leases.kept_by(thread);
    Ok(())
}

/// Renews leases; a clock of a user's own that panics does not end that.
async fn renew(leases: &Leases) {
    while let Err(panic) = caught(leases.keep()).await {
        tracing::error!(panic, "leases could not be renewed: something panicked");
    }
}

fn no_thread(source: std::io::Error) -> StartError {
    StartError::Thread { source }
}

/// What runs beside the lanes, until the last of them has ended.
fn keep_going(inner: &Arc<Inner>, renewals: DropGuard) {
    let inner = Arc::clone(inner);
    tokio::spawn(async move {
        let _until_the_end = renewals;
        let work = async {
            tokio::join!(
                follow_head(Arc::clone(&inner.feed), inner.core.settings.poll),
                inner.core.keep_cache(),
                inner.remedies.follow(&*inner.core.stores.views),
                inner.others.follow(inner.lanes(), &inner.elsewhere, &inner.core.stores),
                telemetry::app::keep_lags(&inner),
            );
        };
        let ended = async {
            inner.stop.cancelled().await;
            inner.tasks.wait().await;
        };
        tokio::select! {
            () = ended => {}
            () = work => {}
        }
    });
}
