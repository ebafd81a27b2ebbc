//! What the clients do, and when it counts.

use crate::processor;
use std::{
    fmt, thread,
    time::{Duration, Instant},
};

/// How many accounts there are, unless all clients use the same one.
pub(crate) const ACCOUNTS: usize = 1000;

/// What is paid in each time.
pub(crate) const CENTS: i64 = 100;

/// How many clients, on how many accounts. Each sends its next command when the last one was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub(crate) enum Workload {
    /// One client.
    One,
    /// 16 clients.
    Sixteen,
    /// 64 clients.
    SixtyFour,
    /// 256 clients.
    TwoFiftySix,
    /// 16 clients on one account.
    Hot,
}

impl Workload {
    pub(crate) const ALL: [Self; 5] = [Self::One, Self::Sixteen, Self::SixtyFour, Self::TwoFiftySix, Self::Hot];

    pub(crate) fn clients(self) -> usize {
        match self {
            Self::One => 1,
            Self::Sixteen | Self::Hot => 16,
            Self::SixtyFour => 64,
            Self::TwoFiftySix => 256,
        }
    }

    pub(crate) fn accounts(self) -> usize {
        if self == Self::Hot { 1 } else { ACCOUNTS }
    }

    /// The account of a client's n-th command: clients begin apart, and each visits all.
    pub(crate) fn account(self, client: usize, nth: usize) -> String {
        ((client * 127 + nth * 13) % self.accounts()).to_string()
    }
}

impl fmt::Display for Workload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::One => "1 client",
            Self::Sixteen => "16 clients",
            Self::SixtyFour => "64 clients",
            Self::TwoFiftySix => "256 clients",
            Self::Hot => "16 on one account",
        })
    }
}

/// The time that counts, behind one for warming up.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Window {
    begin: Instant,
    end: Instant,
}

impl Window {
    pub(crate) fn new(duration: Duration) -> Self {
        let begin = Instant::now() + duration / 4;
        Self { begin, end: begin + duration }
    }

    pub(crate) fn is_over(&self) -> bool {
        Instant::now() >= self.end
    }

    pub(crate) fn seconds(&self) -> f64 {
        (self.end - self.begin).as_secs_f64()
    }

    /// How much a counter rises while it counts, and how much the cores work.
    pub(crate) fn watch(&self, counter: impl Fn() -> u64) -> (u64, Option<Duration>) {
        sleep_until(self.begin);
        let (before, idle) = (counter(), processor::used());
        sleep_until(self.end);
        let work = processor::used().zip(idle).map(|(after, before)| after.saturating_sub(before));
        (counter() - before, work)
    }
}

fn sleep_until(moment: Instant) {
    thread::sleep(moment.saturating_duration_since(Instant::now()));
}

/// One client's answers within the window.
#[derive(Debug)]
pub(crate) struct Stopwatch {
    window: Window,
    micros: Vec<u32>,
}

impl Stopwatch {
    pub(crate) fn new(window: Window) -> Self {
        Self { window, micros: Vec::new() }
    }

    /// Notes that what was asked at `asked` is answered.
    pub(crate) fn answered(&mut self, asked: Instant) {
        let now = Instant::now();
        if (self.window.begin..self.window.end).contains(&now) {
            self.micros.push(u32::try_from((now - asked).as_micros()).unwrap_or(u32::MAX));
        }
    }

    /// The latencies in microseconds.
    pub(crate) fn finish(self) -> Vec<u32> {
        self.micros
    }
}
