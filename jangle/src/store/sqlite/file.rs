//! Whether a file may be opened: only looks, so that a file that is not ours stays as it is.

use super::error::{Failure, Result};
use crate::store::StoreError;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
};

/// What marks a file as ours: "JNGL", in the header of the file (<https://sqlite.org/fileformat2.html>, offset 68).
pub(super) const APPLICATION_ID: u32 = 0x4A4E_474C;

const MAGIC: &[u8; 16] = b"SQLite format 3\0";
const HEADER: usize = 100;

/// Why `path` cannot be opened, and what to do.
pub(super) fn refused(path: &Path, reason: impl Into<String>) -> StoreError {
    StoreError::Open { path: path.display().to_string(), reason: reason.into() }
}

/// What a failure while opening means to the caller.
pub(super) fn explained(path: &Path, failure: Failure) -> StoreError {
    let error = match failure {
        Failure::Driver(error) => error,
        Failure::Store(error @ StoreError::Open { .. }) => return error,
        Failure::Store(StoreError::Damaged { reason }) => {
            return refused(path, format!("it is damaged: {reason}; name another file, or restore a backup"));
        }
        Failure::Store(error) => return refused(path, error.to_string()),
    };
    let advice = match error.sqlite_error_code() {
        Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
            "; let this user write the file and its directory, where SQLite keeps a log beside it"
        }
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => "; name another file, or restore a backup",
        Some(ErrorCode::DiskFull) => "; free some space on its disk, or allow it more pages, and open it again",
        Some(ErrorCode::SystemIoFailure) => {
            "; its disk failed, or files may not grow that large: look at the system's log and at `ulimit -f`, and open \
             it again"
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "; another program keeps it locked: end that one, or wait, and open it again"
        }
        _ => "",
    };
    refused(path, format!("{error}{advice}"))
}

/// Looks at what is at `path`, and says why it cannot be a store.
pub(super) fn inspect(path: &Path) -> Result<(), StoreError> {
    let directory = path.parent().filter(|directory| !directory.as_os_str().is_empty());
    if let Some(directory) = directory.filter(|directory| !directory.is_dir()) {
        let reason = format!("the directory {} does not exist; create it", directory.display());
        return Err(refused(path, reason));
    }
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => Err(refused(path, "this is a directory; name a file in it")),
        Ok(found) if found.len() == 0 => writable(path),
        Ok(_) => inspect_content(path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(refused(path, format!("{error}; let this user read and write it"))),
    }
}

fn inspect_content(path: &Path) -> Result<(), StoreError> {
    let header = header(path).map_err(|error| refused(path, format!("{error}; let this user read and write it")))?;
    let Some(header) = header.filter(|header| header.starts_with(MAGIC)) else {
        return Err(refused(path, "this is not an SQLite file; name another one, or a new one"));
    };
    let mut id = [0; 4];
    id.copy_from_slice(&header[68..72]);
    match u32::from_be_bytes(id) {
        APPLICATION_ID => writable(path),
        0 => match writable(path).map(|()| has_tables(path))? {
            Ok(false) => Ok(()),
            Ok(true) => {
                Err(refused(path, "this SQLite file belongs to another program; name another one, or a new one"))
            }
            Err(failure) => Err(explained(path, failure)),
        },
        id => {
            let reason = format!(
                "this SQLite file belongs to another program (application id {id:#010x}); name another one, or a new one"
            );
            Err(refused(path, reason))
        }
    }
}

/// Whether the file at `path` can be written, and what lies beside it. SQLite would also read a file that it cannot
/// write, and leave a log that belongs to this user, which the file's owner then cannot write.
fn writable(path: &Path) -> Result<(), StoreError> {
    let denied = |error: io::Error| refused(path, format!("{error}; let this user write it"));
    File::options().write(true).open(path).map_err(denied)?;
    // SQLite keeps its files beside the file itself, and not beside a link to it.
    let file = path.canonicalize().map_err(denied)?;
    let (log, index) = (beside(&file, "-wal"), beside(&file, "-shm"));
    check_beside(path, &log)?;
    // SQLite locks the index, and a process that closes it loses these locks. So it is opened only where its owner and
    // its mode leave a doubt.
    if same_access(&index, &file) || same_access(&index, &log) { Ok(()) } else { check_beside(path, &index) }
}

fn check_beside(path: &Path, file: &Path) -> Result<(), StoreError> {
    match File::options().write(true).open(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            let reason = format!(
                "{error} for {}, which lies beside it; let this user write that too, or have its owner close the store",
                file.display()
            );
            Err(refused(path, reason))
        }
        _ => Ok(()),
    }
}

/// Whether whoever may write one file may write the other.
#[cfg(unix)]
fn same_access(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let access = |path: &Path| fs::metadata(path).map(|found| (found.uid(), found.gid(), found.mode()));
    matches!((access(one), access(other)), (Ok(one), Ok(other)) if one == other)
}

#[cfg(not(unix))]
fn same_access(_: &Path, _: &Path) -> bool {
    false
}

fn header(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let mut header = Vec::with_capacity(HEADER);
    File::open(path)?.take(HEADER as u64).read_to_end(&mut header)?;
    Ok((header.len() == HEADER).then_some(header))
}

/// Whether there is anything in a file without an application id.
fn has_tables(path: &Path) -> Result<bool> {
    let read_only = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = if beside(path, "-wal").exists() || beside(path, "-journal").exists() {
        // Another program's unfinished work is looked at through its log.
        Connection::open_with_flags(path, read_only)?
    } else {
        // As on a disc that cannot change: no lock, no log, not a byte anywhere.
        let uri = format!("file:{}?immutable=1", escaped(path));
        Connection::open_with_flags(uri, read_only | OpenFlags::SQLITE_OPEN_URI)?
    };
    Ok(connection.query_row("SELECT EXISTS (SELECT 1 FROM sqlite_schema)", [], |row| row.get(0))?)
}

/// The file that SQLite, or we, keep beside `path`.
pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// A path within a URI.
fn escaped(path: &Path) -> String {
    let mut uri = String::new();
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | b':' => uri.push(char::from(*byte)),
            b'\\' => uri.push('/'),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_escaped_within_a_uri() {
        assert_eq!(escaped(Path::new("/a b/c?d#e%.db")), "/a%20b/c%3Fd%23e%25.db");
    }
}
