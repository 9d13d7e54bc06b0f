//! Reads JSON without copying it: one validating pass leaves a flat, ordered tree of borrowed values.
//!
//! ```
//! use novita_migrate::json::Tree;
//!
//! let tree = Tree::parse(br#"{"prompt": "a cat", "steps": 20}"#)?;
//! let steps = tree.root().get("steps").map(|value| value.raw());
//! assert_eq!(steps, Some(b"20".as_slice()));
//! # Ok::<(), novita_migrate::json::SyntaxError>(())
//! ```
//!
//! What is accepted is what `serde_json` accepts, with three differences: a UTF-8 byte order mark may come
//! first, two members of one object may not have the same name, and `\ud800` without its second half is
//! allowed in every string, as JSON's grammar allows it (`serde_json` does so where it skips a value).

mod error;
mod keys;
mod node;
mod pointer;
mod position;
mod read;
mod scan;
mod text;
mod tree;
mod utf8;
mod value;

pub use error::{SyntaxError, SyntaxErrorKind};
pub(crate) use keys::hash_of;
pub use pointer::{Pointer, Segment};
pub use position::{Position, position};
pub use text::{Chars, escape_into, unescape};
pub use tree::{Scratch, Tree};
pub use value::{Key, Kind, Value};
