//! Which items an application is made of.

use super::{ENTRIES, Entry, ModelItem};
use std::any::TypeId;

/// What the builder was told: items by name, or parts of what is linked.
#[derive(Debug, Clone, Default)]
pub(crate) struct Choice {
    items: Vec<(TypeId, &'static Entry)>,
    pub(super) only: Vec<String>,
}

impl Choice {
    /// Names an item. A second time changes nothing.
    pub(crate) fn add<T: ModelItem>(&mut self) {
        let id = TypeId::of::<T>();
        if self.items.iter().all(|(known, _)| *known != id) {
            self.items.push((id, T::STATIC_ENTRY));
        }
    }

    /// Names a module path, for what is linked.
    pub(crate) fn restrict(&mut self, path: String) {
        self.only.push(path);
    }

    /// Everything that is chosen from: the named items alone, or what is linked.
    pub(super) fn candidates(&self) -> Vec<&'static Entry> {
        match self.items.is_empty() {
            true => ENTRIES.iter().collect(),
            false => self.items.iter().map(|(_, entry)| *entry).collect(),
        }
    }

    /// Whether this one of the candidates is chosen.
    pub(super) fn takes(&self, entry: &Entry) -> bool {
        let named = !self.items.is_empty();
        named || self.only.is_empty() || self.only.iter().any(|path| entry.meta().is_within(path))
    }
}
