//! What `#[event_handler]` writes for a function.

use super::{HandlerContext, ParamInfo, Recorded};
use crate::{error::HandlerError, model::Meta, store::BoxFuture};
use std::time::Duration;

/// A run of a handler, or why it could not begin.
pub type Handling = Result<BoxFuture<'static, Result<(), HandlerError>>, HandlerError>;

/// Boxes a handler's future; the bound is what rustc reports where a handler is not `Send` or returns something else.
///
/// # Errors
/// None; the shape serves the expansion, whose parameters can fail.
pub fn handling(run: impl Future<Output = Result<(), HandlerError>> + Send + 'static) -> Handling {
    Ok(Box::pin(run))
}

/// How often, and after how long, a failed event is handled again before it is set aside.
///
/// The wait doubles (or whatever `factor` says) after each attempt, up to `max`: exponential back-off. It is written as
/// `#[event_handler(retry(…))]`.
///
/// ```
/// use jangle::event::Retry;
/// use std::time::Duration;
/// assert_eq!((Retry::DEFAULT.attempts, Retry::DEFAULT.first), (5, Duration::from_millis(100)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Retry {
    /// How often in all.
    pub attempts: u32,
    /// How long to wait before the second attempt.
    pub first: Duration,
    /// What each further wait is multiplied by.
    pub factor: u32,
    /// The longest wait.
    pub max: Duration,
    /// Whether each wait is longer by a random share of itself, so that what failed together is not tried together.
    pub jitter: bool,
    /// How long one attempt may take; beyond it, it has failed. None is no limit.
    pub timeout: Option<Duration>,
}

impl Retry {
    /// Five attempts, 100 ms, 200 ms, 400 ms and 800 ms apart.
    pub const DEFAULT: Self = Self {
        attempts: 5,
        first: Duration::from_millis(100),
        factor: 2,
        max: Duration::from_secs(60),
        jitter: false,
        timeout: None,
    };

    /// For ever, at first after 100 ms, and at last every minute: what sagas do unless they say otherwise.
    pub const PERSISTENT: Self = Self { attempts: u32::MAX, ..Self::DEFAULT };

    /// How long to wait after `attempts` failed ones; none when the event is to be set aside.
    pub(crate) fn delay_after(&self, attempts: u32) -> Option<Duration> {
        use backon::BackoffBuilder;
        let waits = backon::ExponentialBuilder::new()
            .with_min_delay(self.first)
            .with_factor(self.factor.max(1) as f32)
            .with_max_delay(self.max)
            .with_max_times(self.attempts.saturating_sub(1) as usize);
        let mut waits = if self.jitter { waits.with_jitter() } else { waits }.build();
        waits.nth(attempts.saturating_sub(1) as usize)
    }
}

/// What happens to an aggregate's later events when a handler sets one of its events aside. It is written as
/// `#[event_handler(on_dead = "…")]`.
///
/// ```
/// use jangle::event::OnDead;
/// assert_eq!(OnDead::default(), OnDead::SetAside);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OnDead {
    /// They are handled: `"set_aside"`, unless said otherwise.
    #[default]
    SetAside,
    /// They wait until it is handled or discarded: `"hold"`.
    Hold,
}

/// An `async fn` that follows an event. Written by `#[event_handler]` on a marker type named as the function.
///
/// What it follows is a parameter, because an associated type could not be less visible than the function; that it is
/// an event is asked for in one place, where the handler is registered.
pub trait EventHandler<E>: 'static {
    /// Its id, and where it stands.
    const META: Meta;
    /// What happens when it fails.
    const RETRY: Retry;
    /// What happens to an aggregate's later events when one of its events is set aside.
    const ON_DEAD: OnDead = OnDead::SetAside;
    /// Its version: a greater one fills its views anew.
    const VERSION: u32 = 1;
    /// The id that it had before.
    const FORMERLY: Option<&'static str> = None;
    /// What it takes besides the event.
    const PARAMS: &'static [ParamInfo];

    /// Runs it once.
    ///
    /// # Errors
    /// When a parameter cannot be provided.
    fn call(event: Recorded<E>, cx: &HandlerContext) -> Handling;
}
