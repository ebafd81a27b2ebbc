//! Interceptors: what stands around every command and every query. Authorisation, audit, tenants, measurement.
//!
//! An interceptor gets the [`Call`] and the [`Next`] thing to do, as a middleware of `tower` or `axum` does: what it
//! does before and after [`Next::run`] happens before and after the command or query, and without it nothing happens.
//!
//! # Authorisation
//!
//! The caller says who it is in the metadata, and an interceptor looks at what is asked for:
//!
//! ```
#![doc = include_str!("../../doc/account.txt")]
#![doc = include_str!("../../doc/main.txt")]
//! use jangle::{Interceptor, interceptor::{Call, CallOutcome, Next}, store::BoxFuture};
//!
//! struct OnlyOwnersWithdraw;
//!
//! impl Interceptor for OnlyOwnersWithdraw {
//!     fn around<'a>(&'a self, call: &'a mut Call, next: Next<'a>) -> BoxFuture<'a, CallOutcome> {
//!         Box::pin(async move {
//!             if let Some(withdraw) = call.downcast_ref::<Withdraw>()
//!                 && call.metadata("user") != Some(withdraw.account.as_str())
//!             {
//!                 return CallOutcome::deny("only its owner can take money from an account");
//!             }
//!             next.run(call).await
//!         })
//!     }
//! }
//!
//! let app = Jangle::builder()
//! #   .only(module_path!())
//!     .store(MemoryStore::new())
//!     .interceptor(OnlyOwnersWithdraw)
//!     .start()
//!     .await?;
//! app.send(Deposit { account: "ann".into(), cents: 100 }).await?;
//! let withdraw = Withdraw { account: "ann".into(), cents: 50 };
//! let denied = app.send(withdraw.clone()).metadata("user", "ben").await;
//! assert!(matches!(denied, Err(SendError::Denied { .. })));
//! app.send(withdraw).metadata("user", "ann").await?;
//! # Ok(())
//! # }
//! ```
//!
//! # Audit
//!
//! What was asked for, by whom, what came of it, and how long it took:
//!
//! ```
#![doc = include_str!("../../doc/account.txt")]
#![doc = include_str!("../../doc/main.txt")]
//! use jangle::{Interceptor, interceptor::{Call, CallOutcome, Next}, store::BoxFuture};
//! use std::{sync::{Arc, Mutex}, time::Instant};
//!
//! #[derive(Clone, Default)]
//! struct Audit(Arc<Mutex<Vec<String>>>);
//!
//! impl Interceptor for Audit {
//!     fn around<'a>(&'a self, call: &'a mut Call, next: Next<'a>) -> BoxFuture<'a, CallOutcome> {
//!         Box::pin(async move {
//!             let begun = Instant::now();
//!             let outcome = next.run(call).await;
//!             let came_to = match &outcome {
//!                 CallOutcome::Accepted { version, events, .. } => format!("version {version}, {} events", events.len()),
//!                 CallOutcome::Refused { text, .. } => format!("refused: {text}"),
//!                 other => format!("{other:?}"),
//!             };
//!             let user = call.metadata("user").unwrap_or("somebody");
//!             self.0.lock().unwrap().push(format!("{user}: {} → {came_to}", call.name()));
//!             println!("{} took {:?}", call.name(), begun.elapsed());
//!             outcome
//!         })
//!     }
//! }
//!
//! let audit = Audit::default();
//! let app = Jangle::builder()
//! #   .only(module_path!())
//!     .store(MemoryStore::new())
//!     .interceptor(audit.clone())
//!     .start()
//!     .await?;
//! app.send(Deposit { account: "25".into(), cents: 100 }).metadata("user", "ann").await?;
//! assert_eq!(*audit.0.lock().unwrap(), ["ann: Deposit → version 1, 1 events"]);
//! # Ok(())
//! # }
//! ```

mod call;
mod next;
mod outcome;

pub use call::Call;
pub use next::Next;
pub use outcome::CallOutcome;

pub(crate) use call::{CommandPart, Message};
pub(crate) use next::{Interceptors, Passage, Reached};

use crate::store::BoxFuture;

/// Stands around every command and query, also those that handlers send and ask. Given to the application with
/// [`JangleBuilder::interceptor`](crate::JangleBuilder::interceptor); several stand in the order in which they were given,
/// the first one outermost. Without any, nothing is done for them.
///
/// The [module](self) has examples of authorisation and audit.
pub trait Interceptor: Send + Sync + 'static {
    /// Does what is to be done before `call`, lets it pass with [`Next::run`] or denies it with
    /// [`CallOutcome::deny`], and does what is to be done after it.
    ///
    /// ```
    /// use jangle::{Interceptor, interceptor::{Call, CallOutcome, Next}, store::BoxFuture};
    ///
    /// /// Marks whatever happens with the tenant of this server.
    /// struct Tenant(String);
    ///
    /// impl Interceptor for Tenant {
    ///     fn around<'a>(&'a self, call: &'a mut Call, next: Next<'a>) -> BoxFuture<'a, CallOutcome> {
    ///         call.set_metadata("tenant", self.0.as_str());
    ///         next.run(call)
    ///     }
    /// }
    /// ```
    fn around<'a>(&'a self, call: &'a mut Call, next: Next<'a>) -> BoxFuture<'a, CallOutcome>;
}
