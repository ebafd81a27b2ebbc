//! The log: what is told, and writers for it.
//!
//! Every step is told through [`tracing`](https://docs.rs/tracing), to whatever subscriber the program has. [`json`] and
//! [`pretty`] are two that are ready. Without a subscriber nothing is written, and nothing is made to be written.
//!
//! ```
//! jangle::logging::json().install()?; // at the beginning of `main`
//! tracing::info!(shelf = 7, "counted");
//! # Ok::<(), jangle::logging::LogError>(())
//! ```
//!
//! That writes to standard error, on one line:
//!
//! ```json
//! {"timestamp":"2026-08-21T09:30:00.123456Z","level":"INFO","target":"shop","message":"counted",
//!  "file":"src/main.rs","line":3,"thread":"main","process":4711,"fields":{"shelf":7}}
//! ```
//!
//! # What is written
//!
//! The environment variable `JANGLE_LOG`, or [`Logging::filter`], has a level, and others for some targets:
//! `info,jangle::command=debug`. Unless told otherwise it is `info`.
//!
//! In a line of JSON
//! - `error` is a list: the error, and what caused it;
//! - `spans` lists what was under way, the outermost first;
//! - fields whose names begin with `_` are left out;
//! - a field `detail` that is a map or a list as JSON is written as such, without the keys in it that begin with `_`, at
//!   any depth; any other field is a number, a truth value or text.
//!
//! # Spans
//!
//! All at the level debug, because a busy program has many.
//!
//! | span | target | fields |
//! |---|---|---|
//! | `command` | `jangle::command` | `command`, `aggregate`, `aggregate_id`, `command_id` |
//! | `event_handler` | `jangle::delivery` | `handler`, `event`, `aggregate`, `aggregate_id`, `version`, `position`, `command_id` |
//! | `query` | `jangle::query` | `query` |
//!
//! # Events
//!
//! In normal operation nothing that happens for each command, event or query is told above debug, so that the log does
//! not grow with the load.
//!
//! | target | level | message | fields |
//! |---|---|---|---|
//! | `jangle::app` | info | an application has started | `aggregates`, `commands`, `handlers`, `queries`, `views`, `duration_us` |
//! | | debug | a setting | `setting`, `value`: one that is not the default |
//! | | warn | an environment variable is not known; another one is meant? | `variable`, `known` |
//! | | warn | the store holds events of aggregates named `…`, which this program does not have; where the aggregate was renamed, write `#[aggregate(name = "…")]` | `aggregate` |
//! | | info | an application is shutting down | |
//! | | info | an application has shut down | `duration_us` |
//! | | error | an application could not shut down in order | `duration_us`, `error` |
//! | `jangle::command` | debug | a command arrived | `command`, `aggregate`, `aggregate_id`, `command_id` |
//! | | debug | an aggregate was looked up | `aggregate`, `aggregate_id`, `is_cached` |
//! | | debug | an event was applied | `aggregate`, `aggregate_id`, `event`, `version` |
//! | | debug | an aggregate was rebuilt | `aggregate`, `aggregate_id`, `version`, `duration_us` |
//! | | debug | a command was decided | `command`, `aggregate`, `aggregate_id`, `command_id`, `version`, `events` |
//! | | debug | a batch was committed | `commands`, `events`, `conflicts`, `duration_us` |
//! | | debug | what a command was decided on has changed; deciding again | `command`, `aggregate`, `aggregate_id`, `command_id` |
//! | | debug | a command was answered | `command`, `aggregate`, `aggregate_id`, `outcome`, `duration_us`; where it was accepted, `version`, `position` |
//! | | warn | a command was given up | `command`, `aggregate`, `aggregate_id`, `outcome`, `duration_us` |
//! | | warn | a command was slow | the same |
//! | | error | a command failed | the same, `error` |
//! | | info | a snapshot was taken | `aggregate`, `aggregate_id`, `version` |
//! | | warn | a snapshot is broken, outdated or of another history; rebuilding from the events | the same |
//! | `jangle::delivery` | debug | a handler has run | `handler`, `event`, `aggregate`, `aggregate_id`, `position`, `outcome`, `duration_us` |
//! | | warn | a handler was slow | the same |
//! | | warn | a handler failed; it is tried again | `handler`, `event`, `aggregate`, `aggregate_id`, `position`, `attempt`, `error`, `again_at` |
//! | | error | a handler failed; the event is set aside | the same without `again_at` |
//! | | info | a handler was taken over from another process | `handler`, `position` |
//! | `jangle::saga` | debug | a saga begins; a saga goes on | `saga`, `saga_id`, `event`, `position` |
//! | | debug | a saga is complete; the deadline of a saga has passed | `saga`, `saga_id` |
//! | | warn | a saga cannot go on | `saga`, `saga_id`, `error`: it is tried again |
//! | | warn | a saga has failed; a saga is stuck | `saga`, `saga_id`, `error` |
//! | | warn | events for a saga that never started are let go | `saga`, `saga_id`, `events` |
//! | | error | a command that undoes another was refused | `saga`, `saga_id`, `command`, `refusal` |
//! | `jangle::query` | debug | a query was answered | `query`, `outcome`, `duration_us` |
//! | | warn | a query was given up; a query was slow | the same, `error` |
//! | | error | a query failed | the same, `error` |
//!
//! Stores, leases and lanes that fail and are tried again are warnings of the module that has them.
//!
//! The outcome of a command is `accepted`, `repeated`, `refused`, `refused_before`, `stale_version`, `exists`,
//! `id_reused`, `too_large`, `contended`, `overloaded`, `shutting_down`, `denied` or `failed`; that of a run of a handler
//! `done` or `failed`; that of a query `answered`, `behind`, `set_aside`, `shutting_down`, `denied` or `failed`.
//!
//! Never told: what is in commands, events, queries, replies and refusals, and the values of the metadata that a sender
//! attached. An `error` is what a handler, a query handler or a panic of user code says, in its own words.

mod builder;
mod field;
mod filter;
mod json;
mod layer;
mod pretty;
mod record;

pub use builder::{Logging, json, pretty};
pub use field::Field;
pub use filter::LogError;
