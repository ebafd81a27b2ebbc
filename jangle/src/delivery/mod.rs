//! Delivery: every handler gets every event of its type, in order for each aggregate, until it succeeds or the event is
//! set aside.

mod context;
mod drive;
mod exceptions;
mod feed;
mod fold;
mod lane;
mod leases;
mod owned;
mod pause;
mod projection;
mod reaction;
mod remedies;
mod retries;
mod run;
mod status;
mod subscription;
mod wait;

pub use context::HandlerContext;
pub use subscription::Subscription;

pub(crate) use drive::drive;
pub(crate) use feed::{Feed, follow_head};
pub(crate) use lane::{Destination, Lane, Plan};
pub(crate) use leases::{Leases, Tenure};
pub(crate) use owned::{LaneStop, OwnedLane};
pub(crate) use remedies::Remedies;
pub(crate) use run::{caught, panic_message};
pub(crate) use status::{LaneHandle, LaneStatus, Others, at_work, deployed};
pub(crate) use wait::{Awaited, Unsettled, deadline, reached, settled};
