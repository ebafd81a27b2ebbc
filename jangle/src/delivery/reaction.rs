//! Reactions: many runs at once, in order for each aggregate; progress follows what is done.

use super::{
    exceptions::TargetChange,
    owned::{LaneStop, OwnedLane},
    run::{Failure, run},
};
use crate::store::{StoredEvent, StreamId};
use std::{
    collections::{BTreeMap, HashMap, HashSet, VecDeque},
    sync::Arc,
    time::Duration,
};
use tokio::{task::JoinSet, time::Instant};

/// How many events are handled, or how much time passes, before progress is stored.
const COMMIT_AFTER: usize = 256;
const COMMIT_WITHIN: Duration = Duration::from_millis(50);

/// How many events of one aggregate wait in memory behind a run; further ones wait as exceptions, so that a slow
/// aggregate does not keep the others from being read.
const QUEUE: usize = 16;

/// How many events that were read may be open, for each run that may be under way.
const OPEN: usize = 16;

/// There is one target: a reaction fills no view.
const ONLY: u64 = 1;

/// The runs of one reaction.
struct Runs {
    running: JoinSet<(Arc<StoredEvent>, Result<(), Failure>)>,
    /// Which of them are retries. They may take half of the room, so that new events have the other half.
    retries: HashSet<u64>,
    /// For each aggregate with a run under way, its next events.
    queues: HashMap<StreamId, VecDeque<Arc<StoredEvent>>>,
    /// What comes next, as far as it was read ahead.
    page: VecDeque<Arc<StoredEvent>>,
    /// What was read and is not done: by position, the event read before it.
    open: BTreeMap<u64, Option<Arc<StoredEvent>>>,
    /// The last event that was read.
    last: Option<Arc<StoredEvent>>,
    exceptions: Vec<TargetChange>,
    finished: usize,
    commit_at: Option<Instant>,
}

/// Handles events until the lane stops; then waits for what is running.
pub(crate) async fn follow(lane: &mut OwnedLane) -> LaneStop {
    let mut runs = Runs::new();
    let stop = loop {
        if let Err(stop) = runs.turn(lane).await {
            break stop;
        }
    };
    while let Some(finished) = runs.running.join_next().await {
        runs.finish(lane, finished, false);
    }
    if matches!(stop, LaneStop::Stopped)
        && let Err(stop) = runs.commit(lane).await
    {
        return stop;
    }
    stop
}

impl Runs {
    fn new() -> Self {
        Self {
            running: JoinSet::new(),
            retries: HashSet::new(),
            queues: HashMap::new(),
            page: VecDeque::new(),
            open: BTreeMap::new(),
            last: None,
            exceptions: Vec::new(),
            finished: 0,
            commit_at: None,
        }
    }

    /// Starts what can be started, stores progress when it is time, and waits for something to happen.
    async fn turn(&mut self, lane: &mut OwnedLane) -> Result<(), LaneStop> {
        lane.check()?;
        lane.carry_out_remedies().await?;
        let mut head = lane.feed().head();
        head.mark_unchanged();
        // A lane that is paused tries a new event rather than one that has failed already.
        let is_paused = lane.pause.next_probe().is_some();
        let mut more = is_paused && self.read(lane).await?;
        self.start_due(lane).await?;
        more |= !is_paused && self.read(lane).await?;
        let is_idle = self.running.is_empty() && (self.finished > 0 || !self.exceptions.is_empty());
        let is_time = self.commit_at.is_some_and(|at| at <= Instant::now()) || lane.is_time_to_store();
        if self.finished >= COMMIT_AFTER || is_time || is_idle {
            self.commit(lane).await?;
        }
        lane.publish(self.done_to(lane));
        if more {
            return Ok(());
        }
        let (stop, lost, commit_at) = (lane.app.stop.clone(), lane.tenure.lost.clone(), self.commit_at);
        let (is_taking, has_room) = (self.is_taking(lane), self.has_room_for_retry(lane));
        let has_new = is_taking && self.has_room(lane) && *head.borrow() > self.read_to(lane);
        let queues = &self.queues;
        let due = lane.until_due(has_new, has_room, |stream| queues.contains_key(stream));
        tokio::select! {
            Some(finished) = self.running.join_next() => {
                self.finish(lane, finished, true);
                while let Some(finished) = self.running.try_join_next() {
                    self.finish(lane, finished, true);
                }
            }
            changed = head.changed(), if is_taking => changed.map_err(|_| LaneStop::Stopped)?,
            () = due => {}
            () = lane.until_time_to_store() => {}
            () = lane.until_remedies() => {}
            () = async { tokio::time::sleep_until(commit_at.unwrap_or_else(Instant::now)).await }, if commit_at.is_some() => {}
            () = lost.cancelled() => {}
            () = stop.cancelled() => {}
        }
        Ok(())
    }

    fn is_taking(&self, lane: &OwnedLane) -> bool {
        self.open.len() < lane.app.core.settings.reaction_runs * OPEN && !lane.exceptions.is_full()
    }

    /// The position up to which events were read.
    fn read_to(&self, lane: &OwnedLane) -> u64 {
        self.last.as_ref().map_or_else(|| lane.position(), |last| last.position)
    }

    /// Reads events and begins to handle them; answers whether there may be more.
    async fn read(&mut self, lane: &mut OwnedLane) -> Result<bool, LaneStop> {
        if !self.is_taking(lane) {
            return Ok(false);
        }
        if self.page.is_empty() {
            let limit = lane.app.core.settings.batch_size;
            self.page = lane.feed().read(self.read_to(lane), limit).await?.into();
        }
        let mut more = false;
        while let Some(event) = self.page.pop_front() {
            let is_known =
                lane.exceptions.knows(event.position, ONLY) || lane.exceptions.holds(&event.stream, event.position);
            let is_new = lane.concerned(&event) != 0 && !is_known;
            if is_new && !(self.is_taking(lane) && self.take(lane, &event)) {
                self.page.push_front(event);
                break;
            }
            lane.read_to = event.position;
            self.last = Some(event);
            more = true;
        }
        self.advance(lane);
        Ok(more)
    }

    /// Begins to handle an event, or has it wait; answers whether that was possible.
    fn take(&mut self, lane: &mut OwnedLane, event: &Arc<StoredEvent>) -> bool {
        let queued = self.queues.get(&event.stream).map(VecDeque::len);
        if lane.exceptions.blocks(&event.stream) || queued.is_some_and(|queued| queued >= QUEUE) {
            self.exceptions.push(lane.exceptions.behind(event, ONLY));
            self.is_dirty();
            return true;
        }
        if queued.is_none() && !(self.has_room(lane) && lane.pause.admits()) {
            return false;
        }
        self.open.insert(event.position, self.last.clone());
        match self.queues.get_mut(&event.stream) {
            Some(queue) => queue.push_back(Arc::clone(event)),
            None => {
                self.queues.insert(event.stream.clone(), VecDeque::new());
                self.start(lane, Arc::clone(event));
            }
        }
        true
    }

    fn has_room(&self, lane: &OwnedLane) -> bool {
        self.running.len() < lane.app.core.settings.reaction_runs
    }

    fn has_room_for_retry(&self, lane: &OwnedLane) -> bool {
        self.has_room(lane) && self.retries.len() < lane.app.core.settings.reaction_runs.div_ceil(2)
    }

    async fn start_due(&mut self, lane: &mut OwnedLane) -> Result<(), LaneStop> {
        while self.has_room_for_retry(lane) {
            let queues = &self.queues;
            let Some((event, _)) = lane.take_due(|stream| queues.contains_key(stream)).await? else { break };
            self.retries.insert(event.position);
            self.start(lane, event);
        }
        Ok(())
    }

    fn start(&mut self, lane: &OwnedLane, event: Arc<StoredEvent>) {
        let (jangle, entry) = (lane.jangle(), lane.entry);
        self.running.spawn(async move {
            let result = run(jangle, entry, &event).await.map(|_merged_nothing| ());
            (event, result)
        });
    }

    fn finish(
        &mut self,
        lane: &mut OwnedLane,
        finished: Result<(Arc<StoredEvent>, Result<(), Failure>), tokio::task::JoinError>,
        go_on: bool,
    ) {
        // Runs catch panics and are never aborted, so the only failed join is that of a runtime which is going down.
        let Ok((event, result)) = finished else { return };
        self.open.remove(&event.position);
        self.retries.remove(&event.position);
        self.finished += 1;
        self.is_dirty();
        let go_on = go_on && !lane.tenure.is_over();
        match result {
            Ok(()) => {
                self.exceptions.extend(lane.succeeded(event.position));
                self.next(lane, &event.stream, go_on);
            }
            Err(failure) => {
                self.exceptions.extend(lane.failed(&event, ONLY, failure));
                let is_held = lane.exceptions.holds(&event.stream, u64::MAX);
                match is_held || lane.exceptions.blocks(&event.stream) || !lane.pause.admits() {
                    true => self.postpone(lane, &event.stream),
                    false => self.next(lane, &event.stream, go_on),
                }
            }
        }
        self.advance(lane);
    }

    /// Starts the aggregate's next event, if it has one.
    fn next(&mut self, lane: &OwnedLane, stream: &StreamId, go_on: bool) {
        if !go_on {
            return;
        }
        let Some(queue) = self.queues.get_mut(stream) else { return };
        match queue.pop_front() {
            Some(event) => self.start(lane, event),
            None => {
                self.queues.remove(stream);
            }
        }
    }

    /// Puts the aggregate's next events behind the one that failed.
    fn postpone(&mut self, lane: &mut OwnedLane, stream: &StreamId) {
        for event in self.queues.remove(stream).unwrap_or_default() {
            self.open.remove(&event.position);
            if !lane.exceptions.holds(stream, event.position) {
                self.exceptions.push(lane.exceptions.behind(&event, ONLY));
            }
        }
    }

    /// Moves the lane to the last event before the first that is not done.
    fn advance(&mut self, lane: &mut OwnedLane) {
        let reached = match self.open.first_key_value() {
            Some((_, before)) => before.clone(),
            None => self.last.clone(),
        };
        if let Some(event) = reached.filter(|event| event.position > lane.position()) {
            lane.move_to(&event);
        }
    }

    fn is_dirty(&mut self) {
        self.commit_at.get_or_insert_with(|| Instant::now() + COMMIT_WITHIN);
    }

    async fn commit(&mut self, lane: &mut OwnedLane) -> Result<(), LaneStop> {
        lane.commit(Vec::new(), &self.exceptions).await?;
        self.exceptions.clear();
        self.finished = 0;
        self.commit_at = None;
        Ok(())
    }

    fn done_to(&self, lane: &OwnedLane) -> u64 {
        self.open.keys().next().map_or_else(|| self.read_to(lane), |first| first - 1)
    }
}
