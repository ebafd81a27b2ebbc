//! Which files this process has open.
//!
//! On POSIX a process that closes a file loses all locks that it holds on it, also those of other connections. So a file
//! that SQLite has open here must not be opened and closed beside it to look at its header.

use crate::store::StoreError;
use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

static OPENED: Mutex<Option<HashMap<PathBuf, usize>>> = Mutex::new(None);

/// Keeps a file known as open.
#[derive(Debug)]
pub(super) struct Opened {
    file: PathBuf,
}

impl Opened {
    /// Notes that the file at `path` is opened, after `look` at it, unless it is open here already.
    pub(super) fn after(path: &Path, look: impl FnOnce(&Path) -> Result<(), StoreError>) -> Result<Self, StoreError> {
        let file = real(path);
        let mut opened = OPENED.lock().unwrap_or_else(PoisonError::into_inner);
        let opened = opened.get_or_insert_default();
        if !opened.contains_key(&file) {
            look(path)?;
        }
        *opened.entry(file.clone()).or_default() += 1;
        Ok(Self { file })
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        let mut opened = OPENED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(opened) = opened.as_mut()
            && let Some(times) = opened.get_mut(&self.file)
        {
            *times -= 1;
            if *times == 0 {
                opened.remove(&self.file);
            }
        }
    }
}

/// One name for a file, whatever it is called by, also where it does not exist yet.
fn real(path: &Path) -> PathBuf {
    let in_directory = || {
        let directory = path.parent()?.canonicalize().ok()?;
        Some(directory.join(path.file_name()?))
    };
    path.canonicalize().ok().or_else(in_directory).unwrap_or_else(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[test]
    fn a_file_that_is_open_here_is_not_looked_at_again_until_it_is_closed() {
        let path = std::env::temp_dir().join("jangle-opened-test.db");
        let looks = Cell::new(0);
        let open = || {
            Opened::after(&path, |_| {
                looks.set(looks.get() + 1);
                Ok(())
            })
        };
        let (first, second) = (open().ok(), open().ok());
        assert_eq!(looks.get(), 1);
        drop(first);
        let third = open().ok();
        assert_eq!(looks.get(), 1);
        drop((second, third));
        let _fourth = open().ok();
        assert_eq!(looks.get(), 2);
    }
}
