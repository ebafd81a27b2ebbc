//! The fate of an append on its way: one who waits, and all that was decided on it, hear the same.

use crate::store::{AppendResult, StoreError};
use tokio::sync::SetOnce;

/// What became of an append.
#[derive(Debug, Clone)]
pub(crate) enum Fate {
    /// The store decided.
    Decided(AppendResult),
    /// The store failed; nothing was stored.
    Failed(StoreError),
    /// It is not known, and could not be found out in time.
    Unknown(StoreError),
}

impl Fate {
    /// Whether what was decided on it stands.
    pub(crate) fn is_stored(&self) -> bool {
        matches!(self, Self::Decided(AppendResult::Appended(_)))
    }
}

/// An append on its way.
#[derive(Debug, Default)]
pub(crate) struct Ticket {
    fate: SetOnce<Fate>,
}

impl Ticket {
    /// Its fate, once there is one.
    pub(crate) async fn settled(&self) -> Fate {
        self.fate.wait().await.clone()
    }

    pub(crate) fn fate(&self) -> Option<&Fate> {
        self.fate.get()
    }

    pub(crate) fn is_settled(&self) -> bool {
        self.fate.initialized()
    }

    /// Only the first fate counts.
    pub(crate) fn settle(&self, fate: Fate) {
        let _ = self.fate.set(fate);
    }
}
