//! When a failed event is handled again, and when it is set aside.

use crate::{
    error::Advice,
    event::{OnDead, Retry},
    settings::Settings,
};
use std::time::Duration;

/// A handler's `retry`, within the bounds that the settings put to it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Retries {
    retry: Retry,
    on_dead: OnDead,
    longest: Duration,
    max_age: Duration,
}

impl Retries {
    pub(crate) fn new(retry: Retry, on_dead: OnDead, settings: &Settings) -> Self {
        let (longest, max_age) = (settings.failed_events_retry_interval, settings.failed_events_max_age);
        Self { retry, on_dead, longest, max_age }
    }

    /// Whether later events of an aggregate wait behind one that is set aside.
    pub(crate) fn holds(&self) -> bool {
        self.on_dead == OnDead::Hold
    }

    /// How long to wait after `attempts` failed ones, the first of them `age` ago; none when the event is to be set
    /// aside.
    pub(crate) fn delay_after(&self, attempts: u32, age: Duration, advice: Advice) -> Option<Duration> {
        let delay = self.retry.delay_after(attempts).filter(|_| age < self.max_age)?;
        match advice {
            Advice::Permanent => None,
            Advice::RetryAfter(wait) => Some(wait),
            Advice::None => Some(delay.min(self.longest)),
        }
    }
}
