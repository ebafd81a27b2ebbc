//! The merge laws, as the macro knows them.

use crate::shared::symbol::{self, Symbol};
use proc_macro2::Ident;

/// How two values of a column become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Law {
    pub(super) name: Symbol,
    /// Its type in the runtime.
    pub(super) ty: &'static str,
    pub(super) setter: Setter,
    /// What the setter does, for its documentation; the column's name is put for `{}`.
    doc: &'static str,
}

/// What a setter takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Setter {
    /// Anything that becomes the column's type.
    Into,
    /// The column's type.
    Bare,
    /// Nothing.
    Mark,
}

const LAWS: &[Law] = &[
    law("latest", "Latest", Setter::Into, "Says what `{}` is, until a later event says otherwise."),
    law("first", "First", Setter::Into, "Says what `{}` is, unless an earlier event has."),
    law("sum", "Sum", Setter::Bare, "Adds to `{}`."),
    law("count", "Count", Setter::Mark, "Adds one to `{}`."),
    law("max", "Max", Setter::Bare, "Raises `{}` to the value, if it is lower."),
    law("min", "Min", Setter::Bare, "Lowers `{}` to the value, if it is higher."),
    law("any", "Any", Setter::Bare, "Makes `{}` true for good, if the value is."),
];

const fn law(name: &'static str, ty: &'static str, setter: Setter, doc: &'static str) -> Law {
    Law { name: Symbol(name), ty, setter, doc }
}

impl Law {
    pub(super) fn named(name: &Ident) -> Option<Self> {
        LAWS.iter().copied().find(|law| *name == law.name)
    }

    pub(super) fn doc(&self, column: &str) -> String {
        self.doc.replace("{}", column)
    }
}

/// The laws as a list for a message.
pub(super) fn list() -> String {
    let names: Vec<_> = LAWS.iter().map(|law| law.name).collect();
    symbol::list(&names)
}
