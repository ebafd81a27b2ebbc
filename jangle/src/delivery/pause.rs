//! A lane on which everything fails waits, instead of setting everything aside.

use crate::store::StreamId;
use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use std::{collections::HashSet, time::Duration};
use tokio::time::Instant;

/// So many aggregates fail, without one that succeeds, before a lane pauses. One that fails alone delays no other.
const MOST_FAILING: usize = 100;

/// How soon, and how late, a lane that is paused tries one event.
const FIRST_PROBE: Duration = Duration::from_millis(100);
const LAST_PROBE: Duration = Duration::from_secs(30);

/// Whether a lane handles events, or tries one now and then.
#[derive(Debug, Default)]
pub(crate) struct Pause {
    /// The aggregates that failed since the last success.
    failing: HashSet<StreamId>,
    probes: Option<Probes>,
}

#[derive(Debug)]
struct Probes {
    next: Instant,
    waits: ExponentialBackoff,
}

impl Pause {
    /// Whether an event may be handled now. While the lane is paused, that is the probe.
    pub(crate) fn admits(&mut self) -> bool {
        let Some(probes) = &mut self.probes else { return true };
        let now = Instant::now();
        let is_time = probes.next <= now;
        if is_time {
            probes.next = now + probes.waits.next().unwrap_or(LAST_PROBE);
        }
        is_time
    }

    /// When the next event is tried; none while the lane is not paused.
    pub(crate) fn next_probe(&self) -> Option<Instant> {
        self.probes.as_ref().map(|probes| probes.next)
    }

    /// Notes that an event was handled; answers whether this ended a pause.
    pub(crate) fn succeeded(&mut self) -> bool {
        self.failing.clear();
        self.probes.take().is_some()
    }

    /// Notes that an event of `stream` failed; answers whether this began a pause.
    pub(crate) fn failed(&mut self, stream: &StreamId) -> bool {
        if self.probes.is_some() {
            return false;
        }
        if !self.failing.contains(stream) {
            self.failing.insert(stream.clone());
        }
        if self.failing.len() < MOST_FAILING {
            return false;
        }
        let mut waits = ExponentialBuilder::new()
            .with_min_delay(FIRST_PROBE)
            .with_max_delay(LAST_PROBE)
            .without_max_times()
            .build();
        let next = Instant::now() + waits.next().unwrap_or(FIRST_PROBE);
        self.probes = Some(Probes { next, waits });
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(number: usize) -> StreamId {
        StreamId::new("account", number.to_string())
    }

    #[test]
    fn a_lane_pauses_when_many_aggregates_fail_in_a_row_and_not_when_one_fails_often() {
        let mut pause = Pause::default();
        for _ in 0..1000 {
            assert!(!pause.failed(&stream(0)) && pause.admits());
        }
        for number in 1..MOST_FAILING - 1 {
            assert!(!pause.failed(&stream(number)) && pause.admits());
        }
        assert!(pause.failed(&stream(MOST_FAILING)));
        assert!(!pause.admits() && pause.next_probe().is_some());
    }

    #[test]
    fn one_success_ends_a_pause_and_begins_the_count_anew() {
        let mut pause = Pause::default();
        for number in 0..MOST_FAILING {
            pause.failed(&stream(number));
        }
        assert!(pause.succeeded() && pause.admits());
        assert!(!pause.failed(&stream(0)) && pause.admits());
    }

    #[test]
    fn one_probe_is_admitted_at_a_time_and_the_next_ones_ever_later() {
        let mut pause = Pause::default();
        for number in 0..MOST_FAILING {
            pause.failed(&stream(number));
        }
        let mut waited = Vec::new();
        for _ in 0..12 {
            let before = Instant::now();
            pause.probes.as_mut().expect("it is paused").next = before;
            assert!(pause.admits() && !pause.admits());
            waited.push((pause.next_probe().expect("it is paused") - before).as_millis());
        }
        let last = LAST_PROBE.as_millis();
        assert!(waited.iter().take(6).is_sorted_by(|a, b| a < b) && waited[0] < last / 10, "{waited:?}");
        assert!(waited[11] >= last, "{waited:?}");
    }
}
