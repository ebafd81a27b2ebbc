//! Setting up what stands around commands, queries and what is stored.

use super::JangleBuilder;
use crate::{
    interceptor::Interceptor,
    serializer::{Codec, Serializer},
};

impl JangleBuilder {
    /// What stands between JSON and the store, to encrypt or compress what is stored, or to write another format. Without
    /// it, JSON is stored as it is. See [`Serializer`].
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    /// use jangle::{Serializer, SerializerError, serializer::Content};
    ///
    /// /// Writes the letters of a text in the other direction.
    /// struct Mirror;
    ///
    /// impl Serializer for Mirror {
    ///     fn write(&self, json: String, _of: &Content<'_>) -> Result<String, SerializerError> {
    ///         Ok(json.chars().rev().collect())
    ///     }
    ///     fn read(&self, stored: &str, _of: &Content<'_>) -> Result<String, SerializerError> {
    ///         Ok(stored.chars().rev().collect())
    ///     }
    /// }
    ///
    /// let app = Jangle::builder()
    /// #   .only(module_path!())
    ///     .store(MemoryStore::new())
    ///     .serializer(Mirror)
    ///     .start()
    ///     .await?;
    /// # app.shutdown().await?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn serializer(mut self, serializer: impl Serializer) -> Self {
        self.codec = Codec::new(serializer);
        self
    }

    /// Puts `interceptor` around every command and query, inside those that were given before it. See [`Interceptor`].
    ///
    /// ```
    #[doc = include_str!("../../doc/account.txt")]
    #[doc = include_str!("../../doc/main.txt")]
    /// use jangle::{Interceptor, interceptor::{Call, CallOutcome, Next}, store::BoxFuture};
    ///
    /// struct ReadOnly;
    ///
    /// impl Interceptor for ReadOnly {
    ///     fn around<'a>(&'a self, call: &'a mut Call, next: Next<'a>) -> BoxFuture<'a, CallOutcome> {
    ///         Box::pin(async move {
    ///             if call.is_command() {
    ///                 return CallOutcome::deny("this server only answers questions");
    ///             }
    ///             next.run(call).await
    ///         })
    ///     }
    /// }
    ///
    /// let app = Jangle::builder()
    /// #   .only(module_path!())
    ///     .store(MemoryStore::new())
    ///     .interceptor(ReadOnly)
    ///     .start()
    ///     .await?;
    /// let denied = app.send(Deposit { account: "25".into(), cents: 100 }).await;
    /// assert!(matches!(denied, Err(SendError::Denied { .. })));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn interceptor(mut self, interceptor: impl Interceptor) -> Self {
        self.interceptors.push(interceptor);
        self
    }
}
