//! The environment variables of an application.

use super::table::{Settings, variable};
use std::{
    collections::BTreeMap,
    ffi::{OsStr, OsString},
};

/// What all variables of jangle begin with.
const PREFIX: &str = "JANGLE_";

/// Variables that are no settings of an application.
const OTHERS: [&str; 1] = ["JANGLE_LOG"];

/// Where environment variables come from.
#[derive(Debug, Clone, Default)]
pub(crate) enum Variables {
    /// Those of the process.
    #[default]
    Process,
    /// These, and no others.
    Given(Vec<(OsString, OsString)>),
}

/// The variables that are jangle's.
#[derive(Debug)]
pub(super) struct Read(BTreeMap<String, OsString>);

impl Variables {
    pub(super) fn read(&self) -> Read {
        let of_jangle = |(name, value): (OsString, OsString)| {
            let name = name.into_string().ok()?;
            let begins = name.get(..PREFIX.len()).is_some_and(|start| start.eq_ignore_ascii_case(PREFIX));
            begins.then_some((name, value))
        };
        Read(match self {
            Self::Process => std::env::vars_os().filter_map(of_jangle).collect(),
            Self::Given(variables) => variables.iter().cloned().filter_map(of_jangle).collect(),
        })
    }

    /// Variables that are not known and look like ones that are, with these.
    pub(crate) fn misspelt(&self) -> Vec<(String, String)> {
        let settings = Settings::default().each().into_iter().map(|setting| variable(setting.name));
        let known: Vec<String> = settings.chain(OTHERS.map(str::to_owned)).collect();
        let unknown = self.read().0.into_keys().filter(|name| !known.contains(name));
        unknown
            .filter_map(|name| Some((nearest(&name, &known)?.to_owned(), name)))
            .map(|(to, name)| (name, to))
            .collect()
    }
}

impl Read {
    pub(super) fn get(&self, variable: &str) -> Option<&OsStr> {
        self.0.get(variable).map(OsString::as_os_str)
    }
}

/// The known name that `name` is meant to be: at most every fourth of its own letters is wrong.
fn nearest<'a>(name: &str, known: &'a [String]) -> Option<&'a str> {
    let name = name.to_ascii_uppercase();
    let distances = known.iter().map(|known| (distance(&name, known), known));
    let (distance, nearest) = distances.min()?;
    (distance * 4 <= nearest.len() - PREFIX.len()).then_some(nearest)
}

/// How many letters must be changed, added or removed (Levenshtein's distance).
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (line, letter) in from.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], line + 1);
        for (column, other) in to.iter().enumerate() {
            let changed = diagonal + usize::from(letter != *other);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[to.len()]
}
