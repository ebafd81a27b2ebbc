//! When a round kills: everything of it derives from its seed.

use crate::statements::Statements;

/// Numbers that follow from a seed (SplitMix64).
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    pub(crate) fn one_of<T: Copy>(&mut self, things: &[T]) -> T {
        things[usize::try_from(self.below(things.len() as u64)).expect("a small number")]
    }
}

/// What a run of the program is killed at, by what another connection sees in the file.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Moment {
    /// The file is being made.
    Made,
    /// The run has taken the lanes of the run before, and begins to catch up with what that left.
    Claimed,
    /// So many events are stored.
    Stored(u64),
    /// A view has got so far.
    Viewed(u64),
}

/// What a round does.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    pub(crate) statements: Statements,
    pub(crate) limit: Option<&'static str>,
    pub(crate) clients: &'static str,
    /// One for each kill; the runs between them go on in one file.
    pub(crate) moments: Vec<Moment>,
}

impl Plan {
    /// The round of this seed, with at most so many kills.
    pub(crate) fn of(seed: u64, kills: usize) -> Self {
        let mut dice = Dice::new(seed);
        // The whole takes ten times as long, so it is for one round in five.
        let whole = if seed % 5 == 1 { Statements::whole() } else { None };
        let (statements, rounds_kills, limit) = match whole {
            Some(whole) => (whole, 6, None),
            None => (Statements::sample(), 4, dice.one_of(&[None, Some("0")])),
        };
        let clients = dice.one_of(&["3", "16", "64"]);
        let events = statements.most_events();
        let moments = (0..rounds_kills).map(|nth| moment(&mut dice, nth, rounds_kills, events));
        let moments = moments.collect::<Vec<_>>().into_iter().take(kills).collect();
        Self { seed, statements, limit, clients, moments }
    }

    /// The arguments of an import.
    pub(crate) fn options(&self) -> Vec<&'static str> {
        let mut options = vec!["--clients", self.clients];
        options.extend(self.limit.iter().flat_map(|limit| ["--overdraft-limit", limit]));
        options
    }
}

/// The nth moment lies in the nth part of the import, so that the runs of a round get further and further.
fn moment(dice: &mut Dice, nth: u64, of: u64, events: u64) -> Moment {
    let part = events / of;
    let at = nth * part + 1 + dice.below(part - part / 10);
    match (dice.below(6), nth) {
        (0, 0) => Moment::Made,
        (0 | 1, 1..) => Moment::Claimed,
        (2, _) => Moment::Viewed(at),
        _ => Moment::Stored(at),
    }
}
