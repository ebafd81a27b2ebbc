//! Counters and histograms. Without the feature `metrics`, the functions are empty.

#[cfg(feature = "metrics")]
use crate::metrics::names;
use std::time::Duration;

/// Whether anything is counted.
pub(super) const ARE_KEPT: bool = cfg!(feature = "metrics");

macro_rules! counts {
    ($($(#[$doc:meta])* fn $name:ident($($argument:ident: $kind:ty),*) $body:block)*) => { $(
        $(#[$doc])*
        #[cfg(feature = "metrics")]
        pub(super) fn $name($($argument: $kind),*) $body

        $(#[$doc])*
        #[cfg(not(feature = "metrics"))]
        #[inline(always)]
        pub(super) fn $name($(_: $kind),*) {}
    )* };
}

counts! {
    fn command(command: &'static str, outcome: &'static str, duration: Duration) {
        ::metrics::counter!(names::COMMANDS, "command" => command, "outcome" => outcome).increment(1);
        ::metrics::histogram!(names::COMMAND_SECONDS, "command" => command).record(duration);
    }

    fn looked_up(aggregate: &str, is_cached: bool) {
        let name = if is_cached { names::CACHE_HITS } else { names::CACHE_MISSES };
        ::metrics::counter!(name, "aggregate" => aggregate.to_owned()).increment(1);
    }

    fn overtaken(command: &'static str) {
        ::metrics::counter!(names::COMMAND_RETRIES, "command" => command).increment(1);
    }

    fn conflicts(conflicts: usize) {
        if conflicts > 0 {
            ::metrics::counter!(names::CONFLICTS).increment(conflicts as u64);
        }
    }

    fn committed(commands: usize, events: usize, duration: Duration) {
        ::metrics::counter!(names::COMMITS).increment(1);
        ::metrics::counter!(names::EVENTS).increment(events as u64);
        ::metrics::histogram!(names::COMMIT_COMMANDS).record(commands as f64);
        ::metrics::histogram!(names::COMMIT_SECONDS).record(duration);
    }

    fn handled(handler: &'static str, outcome: &'static str, duration: Duration) {
        ::metrics::counter!(names::HANDLER_RUNS, "handler" => handler, "outcome" => outcome).increment(1);
        ::metrics::histogram!(names::HANDLER_SECONDS, "handler" => handler).record(duration);
    }

    fn lag(handler: &'static str, events: u64) {
        ::metrics::gauge!(names::HANDLER_LAG, "handler" => handler).set(events as f64);
    }

    fn set_aside(handler: &'static str) {
        ::metrics::counter!(names::DEAD_LETTERS, "handler" => handler).increment(1);
    }

    fn query(query: &'static str, outcome: &'static str, duration: Duration) {
        ::metrics::counter!(names::QUERIES, "query" => query, "outcome" => outcome).increment(1);
        ::metrics::histogram!(names::QUERY_SECONDS, "query" => query).record(duration);
    }
}
