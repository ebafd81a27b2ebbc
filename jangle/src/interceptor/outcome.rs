//! What an interceptor hears of a command or query.

use crate::command::EventRef;

/// What a command or query came to. The caller gets the typed answer, whatever an interceptor makes of this; only
/// where nothing was run, the caller gets the denial.
///
/// ```
/// use jangle::interceptor::CallOutcome;
/// fn class(outcome: &CallOutcome) -> &'static str {
///     match outcome {
///         CallOutcome::Accepted { .. } | CallOutcome::Answered => "good",
///         CallOutcome::Refused { .. } | CallOutcome::Denied { .. } => "no",
///         _ => "failed",
///     }
/// }
/// assert_eq!(class(&CallOutcome::deny("not on Sundays")), "no");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CallOutcome {
    /// The command was accepted.
    #[non_exhaustive]
    Accepted {
        /// The aggregate's version after it.
        version: u64,
        /// What happened.
        events: Vec<EventRef>,
        /// Whether it had been accepted before under the same id.
        repeated: bool,
    },
    /// The command was refused, now or before.
    #[non_exhaustive]
    Refused {
        /// The refusal in words.
        text: String,
    },
    /// The query was answered.
    Answered,
    /// It failed.
    #[non_exhaustive]
    Failed {
        /// The error in words.
        text: String,
    },
    /// An interceptor did not let it pass.
    #[non_exhaustive]
    Denied {
        /// Why.
        reason: String,
    },
}

impl CallOutcome {
    /// Does not let a command or query pass: the caller gets [`SendError::Denied`](crate::SendError::Denied) or
    /// [`AskError::Denied`](crate::AskError::Denied) with this reason.
    pub fn deny(reason: impl Into<String>) -> Self {
        Self::Denied { reason: reason.into() }
    }

    /// Why nothing was run.
    pub(crate) fn into_denial(self) -> String {
        match self {
            Self::Denied { reason } => reason,
            _ => "an interceptor did not run it, and did not say why".to_owned(),
        }
    }
}
