//! Names as a tree: slices of associated constants cannot be joined while compiling, references to them can be nested.

use crate::{command::Command, event::Event};

/// The names of the commands or events of a transition.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub enum Names {
    /// None.
    None,
    /// One.
    One(&'static str),
    /// Those of both.
    Both(&'static Names, &'static Names),
    /// Those of each.
    All(&'static [Names]),
}

impl Names {
    /// That of an event.
    pub const fn event<E: Event>() -> Self {
        Self::One(E::NAME)
    }

    /// That of a command.
    pub const fn command<C: Command>() -> Self {
        Self::One(C::NAME)
    }

    /// Whether `name` is one of them.
    pub const fn contains(&self, name: &str) -> bool {
        match self {
            Self::None => false,
            Self::One(one) => same(one.as_bytes(), name.as_bytes()),
            Self::Both(first, second) => first.contains(name) || second.contains(name),
            Self::All(all) => {
                let mut index = 0;
                while index < all.len() && !all[index].contains(name) {
                    index += 1;
                }
                index < all.len()
            }
        }
    }

    /// Stops the compiler with `message` where `name` is none of them.
    ///
    /// # Panics
    /// While compiling, which is what it is for.
    #[track_caller]
    pub const fn expect(&self, name: &str, message: &'static str) {
        if !self.contains(name) {
            panic!("{}", message)
        }
    }

    /// All of them, in order, each once.
    pub(crate) fn list(&self) -> Vec<&'static str> {
        let mut names = Vec::new();
        self.push_to(&mut names);
        names
    }

    fn push_to(&self, names: &mut Vec<&'static str>) {
        match self {
            Self::None => {}
            Self::One(name) if names.contains(name) => {}
            Self::One(name) => names.push(name),
            Self::Both(first, second) => {
                first.push_to(names);
                second.push_to(names);
            }
            Self::All(all) => all.iter().for_each(|each| each.push_to(names)),
        }
    }
}

const fn same(one: &[u8], other: &[u8]) -> bool {
    let mut index = 0;
    while index < one.len() && index < other.len() && one[index] == other[index] {
        index += 1;
    }
    index == one.len() && index == other.len()
}

#[cfg(test)]
mod tests {
    use super::Names;

    #[test]
    fn names_are_found_and_listed_once() {
        const NAMES: Names = Names::All(&[
            Names::Both(&Names::One("a"), &Names::Both(&Names::One("bc"), &Names::One("a"))),
            Names::One("d"),
        ]);
        assert_eq!(NAMES.list(), ["a", "bc", "d"]);
        assert!(NAMES.contains("bc") && NAMES.contains("d") && !NAMES.contains("b") && !NAMES.contains("bcd"));
        assert!(!Names::None.contains("") && !Names::All(&[]).contains(""));
    }
}
