//! Runs that are killed in one file, one after another, and the run that comes to the end.

use crate::{
    audit::{Found, audit},
    ending::{Bank, Undisturbed, shown},
    plan::{Moment, Plan},
    victim::Victim,
};
use std::fmt;

/// A round that held.
#[derive(Debug)]
pub(crate) struct Round {
    plan: Plan,
    /// How many events the file had after each kill.
    left: Vec<(Moment, usize)>,
    /// How many it had in the end.
    events: usize,
}

impl Round {
    /// Runs the program until it is killed, as often as planned, then to its end.
    pub(crate) fn run(plan: Plan, undisturbed: &mut Undisturbed) -> Self {
        undisturbed.begin(&plan);
        let bank = Bank::new();
        let mut repeat = Repeat { seed: plan.seed, kills: 0 };
        let mut left = Vec::new();
        let mut before = Found::default();
        for moment in &plan.moments {
            repeat.kills += 1;
            let ended = Victim::start(bank.import(&plan)).kill_at(*moment, &bank.store(), before.epoch);
            let found = audit(&bank.store());
            assert!(found.events.starts_with(&before.events), "events of an earlier run are gone or others");
            assert!(found.events.len() as u64 >= ended.seen, "events that a reader saw are gone: {ended:?}");
            assert!(found.lines >= ended.acknowledged, "{} lines are there of {ended:?}", found.lines);
            if !ended.killed {
                break;
            }
            left.push((*moment, found.events.len()));
            before = found;
        }
        assert!(!left.is_empty(), "the first run came to its end before it was killed");
        let ended = shown(&bank.import(&plan).output().expect("the program runs"));
        assert_eq!(figure(&ended, "lines read"), plan.statements.lines, "{ended}");
        let known = figure(&ended, "accepted") + figure(&ended, "refused") + figure(&ended, "already known");
        assert_eq!(known, plan.statements.lines, "{ended}");
        let ending = bank.ending(&plan);
        ending.must_be(&undisturbed.ending(&plan), &plan);
        Self { plan, left, events: ending.events() }
    }

    /// How often a run was killed.
    pub(crate) fn kills(&self) -> usize {
        self.left.len()
    }

    /// How many kills came between the first and the last commit of events.
    pub(crate) fn between(&self) -> usize {
        self.left.iter().filter(|(_, events)| (1..self.events).contains(events)).count()
    }
}

impl fmt::Display for Round {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Plan { seed, statements, limit, clients, moments } = &self.plan;
        let limit = limit.map_or("no limit".to_owned(), |limit| format!("limit {limit}"));
        write!(f, "seed {seed}: {} lines, {limit}, {clients} clients, {} events;", statements.lines, self.events)?;
        for (moment, events) in &self.left {
            write!(f, " {moment:?} left {events},")?;
        }
        write!(f, " {} too late", moments.len() - self.left.len())
    }
}

/// Says how to repeat a round that fails.
struct Repeat {
    seed: u64,
    kills: usize,
}

impl Drop for Repeat {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let Self { seed, kills } = self;
            eprintln!("to repeat this round: KILLS={kills} KILL_SEED={seed} cargo test -p bank --test kills");
        }
    }
}

/// A figure of what an import prints.
fn figure(text: &str, name: &str) -> u64 {
    let line = text.lines().find(|line| line.starts_with(name)).expect(name);
    line[name.len()..].trim().replace(',', "").parse().expect(name)
}
