//! What a line consists of.

/// A part of a line of the log, for [`Logging::fields`](super::Logging::fields).
///
/// ```
/// use jangle::logging::Field;
/// assert_eq!(Field::ALL[0].key(), "timestamp");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Field {
    /// When: RFC 3339, in UTC, with microseconds.
    Timestamp,
    /// `ERROR`, `WARN`, `INFO`, `DEBUG` or `TRACE`.
    Level,
    /// Which part of the program tells it.
    Target,
    /// What happened.
    Message,
    /// The source file, where it is known.
    File,
    /// The line in it.
    Line,
    /// The thread's name, or its number where it has none.
    Thread,
    /// The process's number.
    Process,
    /// What was under way, the outermost first: name and fields of each span.
    Spans,
    /// The event's own fields.
    Fields,
    /// The error and its causes, where the event has a field `error`.
    Error,
}

impl Field {
    /// All of them, in the order that a line has unless told otherwise.
    ///
    /// ```
    /// use jangle::logging::Field;
    /// let keys: Vec<_> = Field::ALL.iter().map(|field| field.key()).collect();
    /// assert_eq!(keys[..4], ["timestamp", "level", "target", "message"]);
    /// ```
    pub const ALL: &'static [Self] = &[
        Self::Timestamp,
        Self::Level,
        Self::Target,
        Self::Message,
        Self::File,
        Self::Line,
        Self::Thread,
        Self::Process,
        Self::Spans,
        Self::Fields,
        Self::Error,
    ];

    /// The key in a line of JSON.
    ///
    /// ```
    /// assert_eq!(jangle::logging::Field::Spans.key(), "spans");
    /// ```
    pub const fn key(self) -> &'static str {
        match self {
            Self::Timestamp => "timestamp",
            Self::Level => "level",
            Self::Target => "target",
            Self::Message => "message",
            Self::File => "file",
            Self::Line => "line",
            Self::Thread => "thread",
            Self::Process => "process",
            Self::Spans => "spans",
            Self::Fields => "fields",
            Self::Error => "error",
        }
    }
}
