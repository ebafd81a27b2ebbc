//! The program is killed while it imports, as `kill -9` does, again and again in the same file; then it imports to the
//! end, and its books must be those of an import that nothing disturbed.
//!
//! `KILLS` says how many kills there are (20 unless set) and `KILL_SEED` what their moments derive from (1 unless set).
//! Kills come in rounds, each with a store and a seed of its own. A failure prints the command that repeats its round:
//! it kills at the same number of events again, though not at the same instruction.

mod audit;
mod books;
mod ending;
mod plan;
mod round;
mod statements;
mod victim;

use ending::Undisturbed;
use plan::Plan;
use round::Round;
use std::io::Write;

/// How many kills must come between the first and the last commit, of as many as this or more.
const ENOUGH: usize = 10;

#[test]
fn an_import_that_is_killed_again_and_again_ends_in_the_same_books() {
    let (kills, first) = (number("KILLS", 20), number("KILL_SEED", 1));
    tell(&format!("KILLS={kills} KILL_SEED={first}"));
    let mut undisturbed = Undisturbed::default();
    let (mut done, mut between, mut rounds) = (0, 0, 0);
    for seed in first.. {
        let left = usize::try_from(kills).expect("a number of kills") - done;
        if left == 0 {
            break;
        }
        let plan = Plan::of(seed, left);
        let round = Round::run(plan, &mut undisturbed);
        println!("{round}");
        done += round.kills();
        between += round.between();
        rounds += 1;
    }
    tell(&format!("{done} kills in {rounds} rounds, {between} of them between the first and the last commit"));
    assert!(done < ENOUGH || between * 2 >= done, "only {between} of {done} kills came between two commits");
}

/// Says it also where the output of tests that pass is not shown.
fn tell(text: &str) {
    writeln!(std::io::stderr(), "{text}").expect("standard error");
}

fn number(name: &str, otherwise: u64) -> u64 {
    match std::env::var(name) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{name}={text}, which is not a number")),
        Err(_) => otherwise,
    }
}
