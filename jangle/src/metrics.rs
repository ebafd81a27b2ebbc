//! What is counted and measured, for the [`metrics`](https://docs.rs/metrics) facade (feature `metrics`).
//!
//! Metrics go to the recorder that the program installs, such as `metrics-exporter-prometheus`. Labels are names from the
//! model and outcomes from fixed sets, never ids, so their number is bounded.
//!
//! | metric | kind | labels | meaning |
//! |---|---|---|---|
//! | `jangle_commands_total` | counter | `command`, `outcome` | commands that were answered |
//! | `jangle_command_duration_seconds` | histogram | `command` | from sending a command to its answer |
//! | `jangle_command_retries_total` | counter | `command` | decisions that were made again, because what they were made on had changed |
//! | `jangle_commits_total` | counter | | batches of commands that were stored |
//! | `jangle_commit_commands` | histogram | | commands in a stored batch |
//! | `jangle_commit_duration_seconds` | histogram | | storing a batch |
//! | `jangle_events_appended_total` | counter | | events that were stored |
//! | `jangle_conflicts_total` | counter | | appends whose stream another process had changed |
//! | `jangle_cache_hits_total` | counter | `aggregate` | commands whose aggregate was in memory |
//! | `jangle_cache_misses_total` | counter | `aggregate` | commands whose aggregate was rebuilt |
//! | `jangle_handler_runs_total` | counter | `handler`, `outcome` | runs of event handlers |
//! | `jangle_handler_duration_seconds` | histogram | `handler` | one run of an event handler |
//! | `jangle_handler_lag_events` | gauge | `handler` | positions from what a handler has done to the last one of the store |
//! | `jangle_dead_letters_total` | counter | `handler` | events that were set aside |
//! | `jangle_queries_total` | counter | `query`, `outcome` | queries that were answered |
//! | `jangle_query_duration_seconds` | histogram | `query` | from asking a query to its answer |
//!
//! The outcomes are those of [`mod@crate::logging`]. The lag is measured as often as the store is polled, and at the end
//! of a shutdown.

use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};

/// The names of the metrics.
pub mod names {
    macro_rules! names {
        ($($constant:ident = $name:literal;)+) => {
            $(
                #[doc = concat!("`", $name, "`")]
                ///
                /// ```
                #[doc = concat!("assert_eq!(jangle::metrics::names::", stringify!($constant), ", \"", $name, "\");")]
                /// ```
                pub const $constant: &str = $name;
            )+

            /// All of them.
            ///
            /// ```
            /// assert!(jangle::metrics::names::ALL.iter().all(|name| name.starts_with("jangle_")));
            /// ```
            pub const ALL: &[&str] = &[$($constant),+];
        };
    }

    names! {
        COMMANDS = "jangle_commands_total";
        COMMAND_SECONDS = "jangle_command_duration_seconds";
        COMMAND_RETRIES = "jangle_command_retries_total";
        COMMITS = "jangle_commits_total";
        COMMIT_COMMANDS = "jangle_commit_commands";
        COMMIT_SECONDS = "jangle_commit_duration_seconds";
        EVENTS = "jangle_events_appended_total";
        CONFLICTS = "jangle_conflicts_total";
        CACHE_HITS = "jangle_cache_hits_total";
        CACHE_MISSES = "jangle_cache_misses_total";
        HANDLER_RUNS = "jangle_handler_runs_total";
        HANDLER_SECONDS = "jangle_handler_duration_seconds";
        HANDLER_LAG = "jangle_handler_lag_events";
        DEAD_LETTERS = "jangle_dead_letters_total";
        QUERIES = "jangle_queries_total";
        QUERY_SECONDS = "jangle_query_duration_seconds";
    }
}

/// Tells the installed recorder the units and the meanings of all metrics. It is called once, after the recorder was
/// installed; metrics are also kept without it.
///
/// ```
/// jangle::metrics::describe();
/// ```
pub fn describe() {
    describe_counter!(names::COMMANDS, Unit::Count, "Commands that were answered");
    describe_histogram!(names::COMMAND_SECONDS, Unit::Seconds, "From sending a command to its answer");
    describe_counter!(names::COMMAND_RETRIES, Unit::Count, "Decisions that were made again");
    describe_counter!(names::COMMITS, Unit::Count, "Batches of commands that were stored");
    describe_histogram!(names::COMMIT_COMMANDS, Unit::Count, "Commands in a stored batch");
    describe_histogram!(names::COMMIT_SECONDS, Unit::Seconds, "Storing a batch");
    describe_counter!(names::EVENTS, Unit::Count, "Events that were stored");
    describe_counter!(names::CONFLICTS, Unit::Count, "Appends whose stream another process had changed");
    describe_counter!(names::CACHE_HITS, Unit::Count, "Commands whose aggregate was in memory");
    describe_counter!(names::CACHE_MISSES, Unit::Count, "Commands whose aggregate was rebuilt");
    describe_counter!(names::HANDLER_RUNS, Unit::Count, "Runs of event handlers");
    describe_histogram!(names::HANDLER_SECONDS, Unit::Seconds, "One run of an event handler");
    describe_gauge!(names::HANDLER_LAG, Unit::Count, "Positions from what a handler has done to the last of the store");
    describe_counter!(names::DEAD_LETTERS, Unit::Count, "Events that were set aside");
    describe_counter!(names::QUERIES, Unit::Count, "Queries that were answered");
    describe_histogram!(names::QUERY_SECONDS, Unit::Seconds, "From asking a query to its answer");
}
