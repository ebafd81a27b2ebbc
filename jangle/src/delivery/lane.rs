//! A lane: one handler on its way through the events of a range of partitions, owned or not.

use super::{
    exceptions::{Exceptions, Targets},
    leases::Tenure,
    owned::{OwnedLane, Piece, Target},
    status::LaneStatus,
};
use crate::{
    app::Inner,
    event::OnDead,
    model::HandlerEntry,
    store::{
        Claim, Claimed, Divided, Division, Exception, ExceptionState, Generation, LaneId, PartitionRange, StoreError,
    },
    view::ColumnInfo,
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::watch;

/// How soon, and how late, a lane that another process has is claimed again: it may be given back at any time.
const SHORTEST_WAIT: Duration = Duration::from_millis(10);
const LONGEST_WAIT: Duration = Duration::from_millis(500);

/// How many events are read at a time when a lane is claimed.
const RESTORED: usize = 500;

/// What is said of an event that was to be tried again.
pub(super) const GONE: &str = "the event is gone from the store";

/// What a handler fills: a generation of a view, or nothing for a reaction.
#[derive(Debug, Clone)]
pub(crate) struct Destination {
    pub(crate) view: Option<&'static str>,
    pub(crate) generation: Generation,
    pub(crate) columns: &'static [ColumnInfo],
}

/// What the lanes of one process have in common.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// The shares in which this process divides the events of each handler.
    pub(crate) ranges: Vec<PartitionRange>,
    /// The names of all events that the program knows.
    pub(crate) knows: Arc<[Arc<str>]>,
    /// Where reactions begin that the store has not seen.
    pub(crate) head: u64,
}

/// A lane that may or may not be owned at the moment.
#[derive(Debug)]
pub(crate) struct Lane {
    pub(crate) entry: &'static HandlerEntry,
    pub(crate) app: Arc<Inner>,
    pub(crate) partitions: PartitionRange,
    destinations: Vec<Destination>,
    plan: Plan,
    status: watch::Sender<LaneStatus>,
}

/// Why a lane is not owned now, and after how long to try again.
#[derive(Debug)]
pub(crate) struct Busy {
    wait: Duration,
    /// What is wrong, where it is not just another process at work.
    why: Option<String>,
}

impl Busy {
    fn taken(wait: Duration) -> Self {
        Self { wait: wait.clamp(SHORTEST_WAIT, LONGEST_WAIT), why: None }
    }

    fn because(why: String) -> Self {
        Self { wait: LONGEST_WAIT, why: Some(why) }
    }
}

/// What a claim gets: the targets of each range, by destination, and what is not done.
#[derive(Default)]
struct Taken {
    pieces: BTreeMap<PartitionRange, Vec<Target>>,
    exceptions: Vec<(Targets, Exception)>,
}

impl Lane {
    pub(crate) fn new(
        app: Arc<Inner>,
        entry: &'static HandlerEntry,
        partitions: PartitionRange,
        destinations: Vec<Destination>,
        plan: Plan,
        status: watch::Sender<LaneStatus>,
    ) -> Self {
        Self { entry, app, partitions, destinations, plan, status }
    }

    /// Takes the lane, as soon as no other process has it.
    pub(crate) async fn own(&self) -> Result<OwnedLane, StoreError> {
        let mut told = None;
        loop {
            match self.claim().await? {
                Ok(owned) => return Ok(owned),
                Err(Busy { wait, why }) => {
                    if let Some(why) = why.filter(|why| told.as_ref() != Some(why)) {
                        tracing::warn!(handler = self.entry.meta.name, "{why}");
                        told = Some(why);
                    }
                    tokio::time::sleep(wait).await;
                }
            }
        }
    }

    /// Takes the lane, or says why not.
    pub(crate) async fn claim(&self) -> Result<Result<OwnedLane, Busy>, StoreError> {
        let tenure = Tenure::new(Instant::now(), self.app.leases.duration);
        let mut taken = Taken::default();
        match self.take_all(&tenure, &mut taken).await {
            Ok(None) => {}
            busy_or_failed => {
                let ids = taken.pieces.into_values().flatten().map(|target| target.id).collect();
                self.app.leases.give_back(ids).await?;
                return busy_or_failed.map(|busy| Err(busy.unwrap_or_else(|| Busy::taken(SHORTEST_WAIT))));
            }
        }
        let exceptions = self.restore(taken.exceptions).await?;
        let pieces = taken.pieces.into_iter().map(|(partitions, targets)| Piece { partitions, targets });
        let owned = OwnedLane::new(self, pieces.collect(), exceptions, tenure, self.status.clone());
        owned.publish(owned.position());
        Ok(Ok(owned))
    }

    /// Takes every range of every destination; answers why that is not possible.
    async fn take_all(&self, tenure: &Tenure, taken: &mut Taken) -> Result<Option<Busy>, StoreError> {
        for (index, destination) in self.destinations.iter().enumerate() {
            let ranges = match self.divide(destination.generation).await? {
                Ok(ranges) => ranges,
                Err(busy) => return Ok(Some(busy)),
            };
            for partitions in ranges {
                if let Some(busy) = self.take(index, destination, partitions, tenure, taken).await? {
                    return Ok(Some(busy));
                }
            }
        }
        Ok(None)
    }

    /// The stored ranges that this lane is made of.
    async fn divide(&self, generation: Generation) -> Result<Result<Vec<PartitionRange>, Busy>, StoreError> {
        let now = self.app.core.environment.now();
        let division = Division {
            generation,
            handler: self.entry.meta.name.into(),
            formerly: self.entry.formerly.map(Arc::from),
            follows: self.entry.follows_text(),
            ranges: self.plan.ranges.clone(),
            begin_at: self.begin_at(),
            owner: self.app.leases.owner,
            now,
        };
        let ranges = match self.app.core.stores.views.divide(division).await? {
            Divided::Into(ranges) => ranges,
            Divided::Taken { until } => return Ok(Err(Busy::taken(until.since(now)))),
            Divided::Renamed { to } => {
                let why = format!("a newer program calls this handler `{to}` and goes on with it; this one leaves it");
                return Ok(Err(Busy::because(why)));
            }
        };
        let of_lane = ranges.into_iter().filter(|range| range.shared(self.partitions).is_some());
        let of_lane: Vec<_> = of_lane.collect();
        // Another process has a range that reaches beyond this lane.
        let is_whole = of_lane.iter().all(|range| range.shared(self.partitions) == Some(*range));
        Ok(if is_whole { Ok(of_lane) } else { Err(Busy::taken(LONGEST_WAIT)) })
    }

    /// A projection begins with the first event; a reaction, with what comes after its first start.
    fn begin_at(&self) -> u64 {
        if self.entry.is_projection() { 0 } else { self.plan.head }
    }

    async fn take(
        &self,
        index: usize,
        destination: &Destination,
        partitions: PartitionRange,
        tenure: &Tenure,
        taken: &mut Taken,
    ) -> Result<Option<Busy>, StoreError> {
        let leases = &self.app.leases;
        let now = self.app.core.environment.now();
        let id = LaneId { generation: destination.generation, handler: self.entry.meta.name.into(), partitions };
        let claim = Claim {
            lane: id.clone(),
            follows: self.entry.follows_text(),
            knows: Arc::clone(&self.plan.knows),
            owner: leases.owner,
            now,
            until: now.after(leases.duration),
            begin_at: self.begin_at(),
        };
        match self.app.core.stores.views.claim(claim).await? {
            Claimed::Owned { epoch, checkpoint, event, exceptions } => {
                leases.hold(id.clone(), epoch, tenure.clone());
                taken.exceptions.extend(exceptions.into_iter().map(|exception| (1 << index, exception)));
                let target =
                    Target { destination: destination.clone(), id, epoch, checkpoint, position: checkpoint, event };
                taken.pieces.entry(partitions).or_default().push(target);
                Ok(None)
            }
            Claimed::Taken { until } => Ok(Some(Busy::taken(until.since(now)))),
            Claimed::Divided => Ok(Some(Busy::taken(SHORTEST_WAIT))),
            Claimed::Newer { follows } => Ok(Some(Busy::because(format!(
                "its progress is that of a newer program, in which it follows `{follows}`, an event that this program does not know"
            )))),
        }
    }

    /// Of what waits, the events are read for their aggregates only.
    async fn restore(&self, stored: Vec<(Targets, Exception)>) -> Result<Exceptions, StoreError> {
        let mut exceptions = Exceptions::default();
        let (dead, waiting): (Vec<_>, Vec<_>) =
            stored.into_iter().partition(|(_, exception)| exception.state == ExceptionState::Dead);
        if self.entry.on_dead == OnDead::Hold {
            for page in dead.chunks(RESTORED) {
                let positions: BTreeSet<u64> = page.iter().map(|(_, exception)| exception.position).collect();
                for event in self.app.feed.read_at(positions.into_iter().collect()).await? {
                    exceptions.restore_held(&event.stream, event.position);
                }
            }
        }
        for (targets, exception) in dead {
            exceptions.restore_dead(exception.position, targets, exception.error);
        }
        for page in waiting.chunks(RESTORED) {
            let positions: BTreeSet<u64> = page.iter().map(|(_, exception)| exception.position).collect();
            let events = self.app.feed.read_at(positions.into_iter().collect()).await?;
            let streams: HashMap<u64, _> = events.iter().map(|event| (event.position, &event.stream)).collect();
            for (targets, exception) in page {
                match streams.get(&exception.position) {
                    Some(stream) => exceptions.restore(stream, *targets, exception),
                    None => exceptions.restore_dead(exception.position, *targets, GONE.to_owned()),
                }
            }
        }
        Ok(exceptions)
    }
}
