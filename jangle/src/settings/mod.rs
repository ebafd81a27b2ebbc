//! What can be set, with the builder or with environment variables.
//!
//! A setting has one name: that of a method of the [builder](crate::JangleBuilder), of a field of [`Settings`], and, in
//! capitals behind `JANGLE_`, of an environment variable. What the builder says wins; then its variable is not read.
//! Variables are read when an application starts. Durations are written as `30s`, `500ms`, `2m`, `1h`, as seconds
//! without a unit (`30`, `0.5`), or as `unlimited` where there is no upper bound.
//!
//! ```
#![doc = include_str!("../../doc/account.txt")]
#![doc = include_str!("../../doc/main.txt")]
//! let app = Jangle::builder()
//! #   .only(module_path!())
//!     .store(MemoryStore::new())
//!     .environment_variables_from([("JANGLE_BATCH_SIZE", "100"), ("JANGLE_QUERY_TIMEOUT", "2s")])
//!     .query_timeout(Duration::from_secs(5))
//!     .start()
//!     .await?;
//! assert_eq!(app.settings().batch_size, 100);
//! assert_eq!(app.settings().query_timeout, Duration::from_secs(5));
//! # app.shutdown().await?;
//! # Ok(())
//! # }
//! ```

mod error;
mod table;
mod value;
mod variables;

pub use error::{SettingError, SettingErrors};
pub use table::{SettingInfo, Settings};

pub(crate) use table::Given;
pub(crate) use variables::Variables;
