//! The names of attributes and keys, each written once.

use proc_macro2::Ident;
use std::fmt;
use syn::{Path, ext::IdentExt};

/// The name of an attribute or of a key in one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Symbol(pub(crate) &'static str);

pub(crate) const AGGREGATE: Symbol = Symbol("aggregate");
pub(crate) const AGGREGATE_ID: Symbol = Symbol("aggregate_id");
pub(crate) const ATTEMPTS: Symbol = Symbol("attempts");
pub(crate) const BY: Symbol = Symbol("by");
pub(crate) const BY_AGGREGATE: Symbol = Symbol("by_aggregate");
pub(crate) const COMMAND: Symbol = Symbol("command");
pub(crate) const CRATE: Symbol = Symbol("crate");
pub(crate) const DEADLINE: Symbol = Symbol("deadline");
pub(crate) const EVENT: Symbol = Symbol("event");
pub(crate) const EVENT_RECEIVER: Symbol = Symbol("event_receiver");
pub(crate) const FACTOR: Symbol = Symbol("factor");
pub(crate) const FIRST: Symbol = Symbol("first");
pub(crate) const FORMERLY: Symbol = Symbol("formerly");
pub(crate) const ID: Symbol = Symbol("id");
pub(crate) const JITTER: Symbol = Symbol("jitter");
pub(crate) const KEY: Symbol = Symbol("key");
pub(crate) const MAX: Symbol = Symbol("max");
pub(crate) const MERGE: Symbol = Symbol("merge");
pub(crate) const NAME: Symbol = Symbol("name");
pub(crate) const ON_DEAD: Symbol = Symbol("on_dead");
pub(crate) const ON_DEADLINE: Symbol = Symbol("on_deadline");
pub(crate) const QUERY: Symbol = Symbol("query");
pub(crate) const RECONSTITUTE: Symbol = Symbol("reconstitute");
pub(crate) const REQUIRES: Symbol = Symbol("requires");
pub(crate) const RESPONSE: Symbol = Symbol("response");
pub(crate) const RETRY: Symbol = Symbol("retry");
pub(crate) const SAGA: Symbol = Symbol("saga");
pub(crate) const SNAPSHOT_EVERY: Symbol = Symbol("snapshot_every");
pub(crate) const SNAPSHOT_VERSION: Symbol = Symbol("snapshot_version");
pub(crate) const STARTS: Symbol = Symbol("starts");
pub(crate) const TIMEOUT: Symbol = Symbol("timeout");
pub(crate) const UNLESS: Symbol = Symbol("unless");
pub(crate) const VALIDATE_COMMAND: Symbol = Symbol("validate_command");
pub(crate) const VERSION: Symbol = Symbol("version");
pub(crate) const VIEW: Symbol = Symbol("view");

impl Symbol {
    /// Whether an attribute's path is this name, also behind a path: `jangle::validate_command`.
    pub(crate) fn ends(self, path: &Path) -> bool {
        path.segments.last().is_some_and(|segment| segment.ident == self.0)
    }
}

impl PartialEq<Symbol> for Ident {
    fn eq(&self, symbol: &Symbol) -> bool {
        self.unraw() == symbol.0
    }
}

impl fmt::Display for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// The names as a list for a message: `` `name`, `crate` ``.
pub(crate) fn list(symbols: &[Symbol]) -> String {
    let quoted: Vec<_> = symbols.iter().map(|symbol| format!("`{symbol}`")).collect();
    quoted.join(", ")
}
