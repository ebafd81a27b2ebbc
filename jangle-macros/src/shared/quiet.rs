//! Lints that blame the user for a shape that the framework asks for.

use syn::{Attribute, parse_quote};

/// For `#[validate_command]` methods: what they return says what can happen, and they decide whatever they need for it.
pub(crate) fn validator() -> Attribute {
    parse_quote! {
        #[allow(
            clippy::missing_const_for_fn,
            clippy::needless_pass_by_value,
            clippy::type_complexity,
            clippy::unnecessary_wraps,
            clippy::unused_self
        )]
    }
}

/// For `#[reconstitute]` methods: an event may change nothing, and is taken by reference whatever its size.
pub(crate) fn reconstitutor() -> Attribute {
    parse_quote! {
        #[allow(
            clippy::missing_const_for_fn,
            clippy::needless_pass_by_ref_mut,
            clippy::trivially_copy_pass_by_ref,
            clippy::unused_self
        )]
    }
}

/// For the receivers of a saga: they look at what they need, and what they return says what can happen.
pub(crate) fn receiver() -> Attribute {
    parse_quote! {
        #[allow(
            clippy::missing_const_for_fn,
            clippy::trivially_copy_pass_by_ref,
            clippy::type_complexity,
            clippy::unnecessary_wraps,
            clippy::unused_self
        )]
    }
}

/// For handlers: parameters come by value, and the future is awaited whether or not the body waits.
pub(crate) fn handler() -> Attribute {
    parse_quote! {
        #[allow(clippy::needless_pass_by_value, clippy::unnecessary_wraps, clippy::unused_async)]
    }
}
