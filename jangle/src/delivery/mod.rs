//! Delivery: every handler gets every event of its type, in order for each aggregate, until it succeeds or the event is
//! set aside.

mod context;
mod drive;
mod exceptions;
mod feed;
mod fold;
mod lane;
mod leases;
mod projection;
mod reaction;
mod retries;
mod run;
mod wait;

pub use context::HandlerContext;

pub(crate) use drive::drive;
pub(crate) use feed::{Feed, follow_head};
pub(crate) use lane::{Destination, Lane, LaneHandle, LaneStatus};
pub(crate) use leases::Leases;
pub(crate) use run::{caught, panic_message};
pub(crate) use wait::{Awaited, deadline, reached, settled};
