//! What it was measured on.

use std::{
    fs,
    path::{Path, PathBuf},
    thread,
};

/// The machine in one line.
pub(crate) fn facts(folder: &Path) -> String {
    let cores = thread::available_parallelism().map_or_else(|_| "?".to_owned(), |cores| cores.to_string());
    let shown = folder.parent().unwrap_or(folder).display();
    let file_system = file_system(folder).unwrap_or_else(|| "unknown file system".to_owned());
    format!("{cores} cores; {shown} on {file_system}; SQLite {}", rusqlite::version())
}

/// The file system of `folder`, where the operating system has a list.
fn file_system(folder: &Path) -> Option<String> {
    let folder = folder.canonicalize().ok()?;
    let mounts = fs::read_to_string("/proc/self/mounts").ok()?;
    let mounts = mounts.lines().filter_map(|line| {
        let mut fields = line.split(' ').skip(1);
        Some((PathBuf::from(fields.next()?), fields.next()?))
    });
    let around = mounts.filter(|(mount, _)| folder.starts_with(mount));
    around.max_by_key(|(mount, _)| mount.components().count()).map(|(_, kind)| kind.to_owned())
}
