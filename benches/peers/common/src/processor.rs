//! How much the process computes.

use std::{fs, time::Duration};

/// One tick of the accounts that Linux keeps.
const TICK: Duration = Duration::from_millis(10);

/// The time that all cores together have worked for this process; none where the operating system does not say so.
pub(crate) fn used() -> Option<Duration> {
    let status = fs::read_to_string("/proc/self/stat").ok()?;
    // The second field, the program's name in parentheses, may contain blanks.
    let (_, fields) = status.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(11);
    let (user, system): (u32, u32) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    Some(TICK * (user + system))
}
