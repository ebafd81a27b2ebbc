//! The book: its listings, and what the tests of its pages share.

use std::{env, fs, path::PathBuf};

/// Holds what a program shows against the file that the book prints. With `BOOK=overwrite` the file is written
/// instead: look at each difference as a reader would.
///
/// # Panics
/// Where they differ.
pub fn shown(name: &str, text: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("listings").join(name);
    if env::var_os("BOOK").is_some_and(|value| value == "overwrite") {
        fs::write(&path, text)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
    let printed = fs::read_to_string(&path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert_eq!(
        printed, text,
        "the book prints {name}, which is out of date: run with BOOK=overwrite"
    );
}
