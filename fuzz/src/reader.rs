//! The library's own reader of JSON accepts and rejects what `serde_json` does, and reads the same values.

use novita_migrate::json::{Tree, position, unescape};

use crate::{grown, kept};

#[path = "../../tests/laws/reader.rs"]
mod law;

/// Holds the law on any bytes.
pub fn check(data: &[u8]) {
    kept(law::agree(data).map(|_| ()), data);
    // Also meant for bytes that no reader has accepted.
    let _ = (unescape(data), position(data, data.len() / 2));
    if let Some(large) = grown::from(data) {
        let _ = Tree::parse(&large);
    }
}
