//! What every macro shares.

pub(crate) mod ctxt;
pub(crate) mod duration;
pub(crate) mod emit;
pub(crate) mod fingerprint;
pub(crate) mod identity;
pub(crate) mod item;
pub(crate) mod keys;
pub(crate) mod method;
pub(crate) mod name;
pub(crate) mod params;
pub(crate) mod path;
pub(crate) mod quiet;
pub(crate) mod reconstitutor;
pub(crate) mod retry;
pub(crate) mod signature;
pub(crate) mod span;
pub(crate) mod symbol;

pub(crate) use ctxt::Ctxt;
pub(crate) use identity::Identity;
pub(crate) use keys::Keys;
pub(crate) use path::CratePath;
pub(crate) use retry::Retry;
