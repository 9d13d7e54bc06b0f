//! What payloads are kept in: how an input is laid out, where its payloads are, and how they are written there.

mod at;
pub(crate) mod command;
pub(crate) mod curl;
pub(crate) mod edit;
pub(crate) mod embedded;
mod extended;
pub(crate) mod layer;
mod layout;
mod nearby;
mod parts;
mod shell;
mod stray;
mod strings;
pub(crate) mod table;
mod url;

pub(crate) use at::Pattern;
pub(crate) use layout::{Layout, is_shell};
pub(crate) use url::Call;
