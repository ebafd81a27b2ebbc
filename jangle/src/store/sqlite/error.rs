//! What SQLite says, as what a caller can act on.

use crate::store::StoreError;
use rusqlite::ErrorCode;

/// Why work on a connection failed.
#[derive(Debug)]
pub(super) enum Failure {
    /// SQLite says so.
    Driver(rusqlite::Error),
    /// We say so.
    Store(StoreError),
}

pub(super) type Result<T, E = Failure> = std::result::Result<T, E>;

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Driver(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Failure {
    /// Something stored is not what was written. The reason says where, and never what is there.
    pub(super) fn damaged(reason: impl Into<String>) -> Self {
        Self::Store(StoreError::Damaged { reason: reason.into() })
    }

    /// Whether the disk failed: what the connection holds of it is no longer to be trusted.
    pub(super) fn is_io(&self) -> bool {
        matches!(self, Self::Driver(error) if error.sqlite_error_code() == Some(ErrorCode::SystemIoFailure))
    }

    /// Whether something else has the file locked.
    pub(super) fn is_busy(&self) -> bool {
        matches!(
            self,
            Self::Driver(error) if matches!(
                error.sqlite_error_code(),
                Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)
            )
        )
    }
}

impl From<Failure> for StoreError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Store(error) => error,
            Failure::Driver(error) => classified(error),
        }
    }
}

fn classified(error: rusqlite::Error) -> StoreError {
    let said = error.to_string();
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StoreError::Full { reason: said },
        Some(ErrorCode::ReadOnly) => {
            StoreError::ReadOnly { reason: format!("{said}; make the file and its directory writable") }
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy {
            reason: format!("{said}; another program keeps it locked: end that one, or wait, and try again"),
        },
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            StoreError::Damaged { reason: format!("{said}; restore a backup") }
        }
        _ => StoreError::failed(error),
    }
}
