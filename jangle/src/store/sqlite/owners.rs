//! Whether the process that owns a lane still lives.
//!
//! A lease is valid for its time. But a process that was killed cannot give it back, and nobody should have to wait for
//! it. So each owner keeps a file beside the store locked while it lives: the operating system frees the lock when the
//! process ends, however it ends.

use super::{error::Result, file::beside};
use crate::store::{Owner, StoreError};
use std::{
    collections::HashMap,
    ffi::OsStr,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};
use uuid::Uuid;

/// The owners that this store speaks for, each with its locked file.
pub(super) struct Owners {
    /// None in memory, where no other process can be.
    store: Option<PathBuf>,
    living: HashMap<Owner, File>,
}

/// How often a file is made again that another process took for a dead owner's before it was locked.
const ATTEMPTS: usize = 16;

impl Owners {
    pub(super) fn none() -> Self {
        Self { store: None, living: HashMap::new() }
    }

    /// Owners of lanes in the store at `store`. Files of dead ones are removed.
    pub(super) fn beside(store: PathBuf) -> Self {
        remove_dead(&store);
        Self { store: Some(store), living: HashMap::new() }
    }

    /// Shows that `owner` lives, until it is forgotten or this process ends.
    pub(super) fn show(&mut self, owner: Owner) -> Result<()> {
        let Some(store) = &self.store else { return Ok(()) };
        if self.living.contains_key(&owner) {
            return Ok(());
        }
        let file = locked(&file_of(store, owner)).map_err(|error| {
            let reason = format!("the file that shows who owns its lanes cannot be made beside it: {error}");
            StoreError::ReadOnly { reason }
        })?;
        self.living.insert(owner, file);
        Ok(())
    }

    /// Whether `owner` has surely ended. Its file is then removed.
    pub(super) fn is_dead(&self, owner: Owner) -> bool {
        match &self.store {
            Some(store) if !self.living.contains_key(&owner) => remove_if_dead(&file_of(store, owner)),
            _ => false,
        }
    }

    /// Gives up all owners.
    pub(super) fn forget_all(&mut self) {
        let Some(store) = &self.store else { return };
        for (owner, file) in self.living.drain() {
            // Removed while it is locked, so that nobody finds it unlocked.
            let _ = fs::remove_file(file_of(store, owner));
            drop(file);
        }
    }
}

fn file_of(store: &Path, owner: Owner) -> PathBuf {
    beside(store, &format!("-owner-{}", owner.0))
}

/// A new locked file at `path`. It gets its name only once it is locked, so that a file with that name and without a
/// lock is always a dead owner's.
fn locked(path: &Path) -> io::Result<File> {
    let unnamed = beside(path, ".new");
    let mut last = io::Error::other("other processes keep removing it");
    for _ in 0..ATTEMPTS {
        let file = File::create(&unnamed)?;
        match file.try_lock() {
            Ok(()) => match fs::rename(&unnamed, path) {
                Ok(()) => return Ok(file),
                Err(error) => last = error,
            },
            Err(error) => last = error.into(),
        }
    }
    Err(last)
}

/// Whether no living process has locked the file at `path`.
fn remove_if_dead(path: &Path) -> bool {
    let file = match File::options().write(true).open(path) {
        Ok(file) => file,
        Err(error) => return error.kind() == io::ErrorKind::NotFound,
    };
    // Where locks are not supported, the lease's time decides alone.
    let dead = file.try_lock().is_ok();
    if dead {
        let _ = fs::remove_file(path);
    }
    dead
}

/// Removes the files that owners left behind which were killed.
fn remove_dead(store: &Path) {
    let (Some(directory), Some(name)) = (store.parent(), store.file_name()) else { return };
    let directory = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
    let Ok(entries) = fs::read_dir(directory) else { return };
    for entry in entries.flatten() {
        if is_owner_file(name, &entry.file_name()) {
            remove_if_dead(&entry.path());
        }
    }
}

fn is_owner_file(store: &OsStr, file: &OsStr) -> bool {
    let rest = file.as_encoded_bytes().strip_prefix(store.as_encoded_bytes());
    let Some(id) = rest.and_then(|rest| rest.strip_prefix(b"-owner-")) else { return false };
    Uuid::try_parse_ascii(id.strip_suffix(b".new").unwrap_or(id)).is_ok()
}
