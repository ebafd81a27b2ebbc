//! How items come into a model: by the linker, or by name.

use super::{entry::Entry, meta::Meta};

/// All entries of the program. The name carries the version, because it is one for a whole binary.
#[cfg(not(any(miri, target_family = "wasm")))]
#[allow(unsafe_code, reason = "linkme collects the statics of all crates through a linker section")]
#[linkme::distributed_slice]
pub static JANGLE_0_1_ENTRIES: [Entry];

/// Where no linker collects them there are none: items are named with `with`.
#[cfg(any(miri, target_family = "wasm"))]
pub static JANGLE_0_1_ENTRIES: [Entry; 0] = [];

pub use JANGLE_0_1_ENTRIES as ENTRIES;

/// What can be named with [`with`](crate::JangleBuilder::with): an aggregate, a view, an event handler or a query handler.
///
/// The macros write it: on the type of an aggregate or a view, and for a handler on a type that has its function's name.
///
/// ```
#[doc = include_str!("../../doc/account.txt")]
#[doc = include_str!("../../doc/balance.txt")]
/// use jangle::{JangleBuilder, model::ModelItem};
///
/// /// What reads accounts: given together, or not at all.
/// fn with_books<B: ModelItem>(builder: JangleBuilder) -> JangleBuilder {
///     builder.with::<Balance>().with::<count_deposits>().with::<count_withdrawals>().with::<B>()
/// }
///
/// let model = with_books::<balance_of>(Jangle::builder().with::<Account>()).model();
/// assert_eq!((model.handlers().count(), model.queries().count()), (2, 1));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no item of a model",
    label = "neither an aggregate, nor a view, nor the name of a handler",
    note = "give the type of an `#[aggregate]` or a `View`, or the name of an `#[event_handler]` or `#[query_handler]` function; commands, events and queries come with what takes them"
)]
pub trait ModelItem: 'static {
    /// What the model knows of it.
    #[doc(hidden)]
    const ENTRY: Entry;
    /// The same, in one place.
    #[doc(hidden)]
    const STATIC_ENTRY: &'static Entry = &Self::ENTRY;
}

/// What a `link!` expects.
#[derive(Debug)]
pub struct Link {
    pub(crate) meta: Meta,
    pub(crate) crates: &'static [&'static str],
}

/// Links crates whose items are part of the application, although nothing in the code names them.
///
/// Rust leaves a crate out that is in `Cargo.toml` and never named, and its handlers with it. Each crate that is named here
/// is linked, and has to contribute: one of which nothing is registered is an error at start. It stands where a function
/// may stand, usually in `main.rs`.
///
/// A dependency that `Cargo.toml` renames is followed by the name of its package: `link!(books = "acme-books")`.
///
/// ```
/// # use jangle::prelude::*;
/// # fn main() {
/// jangle::link!(serde, tokio); // two crates that have nothing to do with jangle
///
/// let errors = Jangle::builder()
/// #   .only(module_path!())
///     .model()
///     .check()
///     .unwrap_err()
///     .to_string();
/// assert!(errors.contains("the crate `serde`") && errors.contains("the crate `tokio`"));
/// # }
/// ```
#[macro_export]
macro_rules! link {
    ($($krate:ident $(= $package:literal)?),+ $(,)?) => {
        const _: () = {
            $(use ::$krate as _;)+
            $crate::__entry!($crate::__private::Entry::link(
                $crate::__meta!("link", "link!"),
                &[$($crate::__linked!($krate $($package)?)),+],
            ));
        };
    };
}

/// The name by which a linked crate's entries are known.
#[doc(hidden)]
#[macro_export]
macro_rules! __linked {
    ($krate:ident) => {
        ::core::stringify!($krate)
    };
    ($krate:ident $package:literal) => {
        $package
    };
}

/// Enters something into the list that the linker collects: `register!(command Deposit)`.
#[doc(hidden)]
#[macro_export]
macro_rules! __register {
    ($kind:ident $subject:ty) => {
        $crate::__entry!($crate::__private::Entry::$kind::<$subject>());
    };
}

/// Likewise an item, and makes it a [`ModelItem`], which can be named. A handler comes with what it handles:
/// `register_item!(query_handler balance, Balance, by_balance)`.
#[doc(hidden)]
#[macro_export]
macro_rules! __register_item {
    ($kind:ident $item:ty $(, $of:ty)*) => {
        impl $crate::__private::ModelItem for $item {
            const ENTRY: $crate::__private::Entry = $crate::__private::Entry::$kind::<$item $(, $of)*>();
        }
        $crate::__entry!(<$item as $crate::__private::ModelItem>::ENTRY);
    };
}

/// One static in the linker's section.
#[doc(hidden)]
#[macro_export]
macro_rules! __entry {
    ($entry:expr) => {
        #[cfg(not(any(miri, target_family = "wasm")))]
        #[$crate::__private::linkme::distributed_slice($crate::__private::ENTRIES)]
        #[linkme(crate = $crate::__private::linkme)]
        static ENTRY: $crate::__private::Entry = $entry;
    };
}
