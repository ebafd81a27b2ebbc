//! How far an import is: a bar on a terminal, lines otherwise. Both go to standard error.

use super::log::{self, note};
use bank::{group, import::Progress};
use indicatif::{ProgressBar, ProgressState, ProgressStyle};
use std::{
    fmt,
    io::{self, IsTerminal},
    sync::Arc,
};

/// After how many lines a plain line is written.
const EVERY: u64 = 1000;

/// What is told of an import's progress.
pub(super) struct Told {
    bar: Option<ProgressBar>,
    lines: u64,
}

impl Told {
    /// For an import of this many lines.
    pub(super) fn new(lines: u64) -> Self {
        let bar = (io::stderr().is_terminal() && !log::is_on()).then(|| {
            let template = "{bar:30.cyan/dim} {human_pos} of {human_len} lines, {rate} a second, {eta} left";
            let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
            ProgressBar::new(lines).with_style(style.with_key("rate", rate))
        });
        Self { bar, lines }
    }

    /// What the import calls.
    pub(super) fn progress(&self) -> Progress {
        let lines = self.lines;
        match self.bar.clone() {
            Some(bar) => Arc::new(move |done| bar.set_position(done)),
            None => Arc::new(move |done| {
                if done.is_multiple_of(EVERY) {
                    note(&format!("imported {done} of {lines} lines"));
                }
            }),
        }
    }

    /// Takes the bar away.
    pub(super) fn finish(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}

fn rate(state: &ProgressState, to: &mut dyn fmt::Write) {
    // Where it cannot be written, there is no bar either.
    let _ = write!(to, "{}", group(&format!("{:.0}", state.per_sec())));
}
