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

    fn decode(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }
}
