//! Where the parts of a model stand, and what they are called.

use crate::event::Event;
use std::{any::TypeId, fmt};

/// A name, and the place in the source that it was given.
///
/// ```
#[doc = include_str!("../../doc/account.txt")]
#[doc = include_str!("../../doc/balance.txt")]
#[doc = include_str!("../../doc/main.txt")]
#[doc = include_str!("../../doc/running.txt")]
/// let meta = app.model().aggregates().next().unwrap().meta;
/// assert_eq!((meta.name, meta.kind, meta.module), ("account", "Account", module_path!()));
/// println!("{meta}"); // `Account` (src/account.rs:17)
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meta {
    /// The name: as stored of an aggregate's type, a command or an event; a handler's id; a view or query.
    pub name: &'static str,
    /// The Rust name of the type or function.
    pub kind: &'static str,
    /// The module path.
    pub module: &'static str,
    /// The source file.
    pub file: &'static str,
    /// The line in it.
    pub line: u32,
    /// The package.
    pub package: &'static str,
}

impl Meta {
    /// The arguments in the order of the fields.
    #[doc(hidden)]
    pub const fn new(
        name: &'static str,
        kind: &'static str,
        module: &'static str,
        file: &'static str,
        line: u32,
        package: &'static str,
    ) -> Self {
        Self { name, kind, module, file, line, package }
    }

    /// The name that Rust gives to the crate.
    pub(crate) fn crate_name(&self) -> &'static str {
        self.module.split("::").next().unwrap_or_default()
    }

    /// Whether it stands in the module `path` or below.
    pub(crate) fn is_within(&self, path: &str) -> bool {
        let path = path.trim_end_matches("::");
        self.module.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
    }
}

impl fmt::Display for Meta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` ({}:{})", self.kind, self.file, self.line)
    }
}

/// A [`Meta`] of the place where it is written.
#[doc(hidden)]
#[macro_export]
macro_rules! __meta {
    ($name:expr, $kind:expr) => {
        $crate::__private::Meta::new(
            $name,
            $kind,
            ::core::module_path!(),
            ::core::file!(),
            ::core::line!(),
            ::core::env!("CARGO_PKG_NAME"),
        )
    };
}

/// An event's type: its names, the place where it stands, and the version of its schema.
///
/// ```
#[doc = include_str!("../../doc/account.txt")]
#[doc = include_str!("../../doc/balance.txt")]
#[doc = include_str!("../../doc/main.txt")]
#[doc = include_str!("../../doc/running.txt")]
/// let event = app.model().events()[0];
/// assert_eq!((event.meta.name, event.meta.kind, event.schema_version), ("bank.deposited", "Deposited", 1));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventType {
    /// The name that it is stored under, its type's own name, and its place.
    pub meta: Meta,
    /// The version of its payload's schema.
    pub schema_version: u32,
    pub(crate) id: TypeId,
}

impl EventType {
    /// What the type says.
    #[doc(hidden)]
    pub const fn of<E: Event>() -> Self {
        Self { meta: E::META, schema_version: E::SCHEMA_VERSION, id: TypeId::of::<E>() }
    }
}

/// A command or a query: a type that something else decides or answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    pub(crate) meta: Meta,
    pub(crate) id: TypeId,
}

impl Asked {
    pub(super) const fn of<T: 'static>(meta: Meta) -> Self {
        Self { meta, id: TypeId::of::<T>() }
    }
}
