//! Each step is told through `tracing`, and the log writes it; what users store is never told.
#![allow(clippy::unwrap_used, reason = "a failed expectation of a test ends it")]

#[path = "logging/denied.rs"]
mod denied;
#[path = "logging/lines.rs"]
mod lines;
#[path = "logging/renamed.rs"]
mod renamed;
#[path = "logging/steps.rs"]
mod steps;
#[path = "logging/support.rs"]
mod support;
