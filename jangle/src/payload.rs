//! What can be stored: anything that serde can write and read back.

use serde::{Serialize, de::DeserializeOwned};

/// A value that is stored as JSON: a command, an event, a reply.
///
/// Implemented for every type that derives `Serialize` and `Deserialize`.
///
/// ```
/// use jangle::Payload;
/// #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
/// struct Deposited {
///     cents: i64,
/// }
/// let text = Deposited { cents: 100 }.encode()?;
/// assert_eq!(text, r#"{"cents":100}"#);
/// assert_eq!(Deposited::decode(&text)?, Deposited { cents: 100 });
/// # Ok::<(), serde_json::Error>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be stored",
    label = "not serialisable",
    note = "write `#[derive(serde::Serialize, serde::Deserialize)]` on it"
)]
pub trait Payload: Sized + Send + Sync + 'static {
    /// The value as JSON text.
    ///
    /// # Errors
    /// What serde says, for example a map whose keys are not text.
    fn encode(&self) -> Result<String, serde_json::Error>;

    /// The value as JSON text of at most `limit` bytes; where it is longer, its size, and no more than `limit` bytes of it
    /// are ever in memory.
    ///
    /// # Errors
    /// What serde says.
    #[doc(hidden)]
    fn encode_within(&self, limit: usize) -> Result<Result<String, usize>, serde_json::Error>;

    /// The value that `text` stands for.
    ///
    /// # Errors
    /// What serde says where the text is not JSON or not of this shape.
    fn decode(text: &str) -> Result<Self, serde_json::Error>;
}

impl<T: Serialize + DeserializeOwned + Send + Sync + 'static> Payload for T {
    fn encode(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    fn encode_within(&self, limit: usize) -> Result<Result<String, usize>, serde_json::Error> {
        let mut text = Limited { bytes: Vec::with_capacity(128), size: 0, limit };
        serde_json::to_writer(&mut text, self)?;
        match text.size > limit {
            true => Ok(Err(text.size)),
            false => String::from_utf8(text.bytes).map(Ok).map_err(serde::ser::Error::custom),
        }
    }

    fn decode(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }
}

/// Keeps what fits, and counts the rest.
struct Limited {
    bytes: Vec<u8>,
    size: usize,
    limit: usize,
}

impl std::io::Write for Limited {
    fn write(&mut self, more: &[u8]) -> std::io::Result<usize> {
        self.size += more.len();
        match self.size > self.limit {
            true => self.bytes = Vec::new(),
            false => self.bytes.extend_from_slice(more),
        }
        Ok(more.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Why `text` could not be decoded, without what it holds: serde's own words can quote a value.
pub(crate) fn why_undecodable(error: &serde_json::Error) -> String {
    let told = error.to_string();
    let names_only = ["missing field", "duplicate field"].iter().any(|safe| told.starts_with(safe));
    match (error.classify(), names_only) {
        (_, true) => told,
        (serde_json::error::Category::Data, _) => format!("a value of another type at column {}", error.column()),
        _ => format!("broken JSON at column {}", error.column()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Payload, why_undecodable};

    #[test]
    fn a_limit_counts_bytes_and_what_fits_is_the_same_text() {
        let value = vec!["é".to_owned(), "\n".to_owned()];
        let text = value.encode().expect("it is text");
        assert_eq!(value.encode_within(text.len()).expect("it is text"), Ok(text.clone()));
        assert_eq!(value.encode_within(text.len() - 1).expect("it is text"), Err(text.len()));
    }

    #[test]
    fn what_cannot_be_decoded_is_told_without_its_content() {
        let why = |text| why_undecodable(&<(i64,)>::decode(text).expect_err("it must not fit"));
        assert_eq!(why(r#"["secret"]"#), "a value of another type at column 9");
        assert_eq!(why(r#"[secret"#), "broken JSON at column 2");
    }
}
