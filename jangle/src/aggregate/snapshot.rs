//! When and how an aggregate's state is kept.

use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

/// A state that can be kept in a snapshot.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be kept in a snapshot",
    label = "not serialisable",
    note = "`snapshot_every` asks for `#[derive(serde::Serialize, serde::Deserialize)]` on the aggregate"
)]
pub trait SnapshotState: Default {
    /// The state in MessagePack, with the names of its fields.
    ///
    /// # Errors
    /// What serde says.
    fn save(&self) -> Result<Vec<u8>, rmp_serde::encode::Error>;

    /// The state that `bytes` stand for.
    ///
    /// # Errors
    /// What serde says where the bytes are of another shape.
    fn load(bytes: &[u8]) -> Result<Self, rmp_serde::decode::Error>;
}

impl<A: Default + Serialize + DeserializeOwned> SnapshotState for A {
    fn save(&self) -> Result<Vec<u8>, rmp_serde::encode::Error> {
        rmp_serde::to_vec_named(self)
    }

    fn load(bytes: &[u8]) -> Result<Self, rmp_serde::decode::Error> {
        rmp_serde::from_slice(bytes)
    }
}

/// Says how often an aggregate is snapshotted, and how.
#[derive(Debug)]
pub struct SnapshotPolicy<A> {
    pub(crate) every: u64,
    pub(crate) save: fn(&A) -> Result<Vec<u8>, rmp_serde::encode::Error>,
    pub(crate) load: fn(&[u8]) -> Result<A, rmp_serde::decode::Error>,
    version: u32,
    reconstitutors: u64,
}

impl<A: SnapshotState> SnapshotPolicy<A> {
    /// A snapshot each time the version reaches or passes a multiple of `every`; never where that is 0.
    ///
    /// `version` is the declared `snapshot_version`; `reconstitutors` is a hash of the tokens of the `#[reconstitute]`
    /// methods.
    pub const fn new(every: u64, version: u32, reconstitutors: u64) -> Self {
        Self { every, save: A::save, load: A::load, version, reconstitutors }
    }
}

impl<A: Default> SnapshotPolicy<A> {
    /// Changes whenever what a snapshot holds may have changed its meaning: the reconstitutors, the shape of a new
    /// state, or the declared version.
    pub(crate) fn fingerprint(&self) -> Uuid {
        let mut text = format!("{}\n{:016x}\n", self.version, self.reconstitutors).into_bytes();
        text.extend((self.save)(&A::default()).unwrap_or_default());
        Uuid::new_v5(&Uuid::NAMESPACE_OID, &text)
    }

    /// Whether a step from version `from` to version `to` reaches or passes a multiple.
    pub(crate) fn is_due(&self, from: u64, to: u64) -> bool {
        self.every > 0 && from / self.every < to / self.every
    }
}
