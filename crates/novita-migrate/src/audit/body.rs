//! A body with a line for each member, and its values as they are spelled.

use std::fmt::{self, Write};

use super::abridged::abridged;
use crate::json::{Key, Kind, Tree, Value};

/// Writes a JSON document, indented by two blanks.
pub(super) fn write(text: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match Tree::parse(text) {
        Ok(tree) => value(tree.root(), 0, f),
        // Of a migration's output this does not happen; to show it is better than to fail.
        Err(_) => f.write_str(&String::from_utf8_lossy(text)),
    }
}

fn value(value: Value<'_, '_>, depth: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match value.kind() {
        Kind::Object => children(value.members(), ['{', '}'], depth, f),
        Kind::Array => children(value.elements(), ['[', ']'], depth, f),
        _ => f.write_str(&abridged(value.raw())),
    }
}

fn children<'t, 'a: 't>(
    children: impl Iterator<Item = Value<'t, 'a>>,
    [open, close]: [char; 2],
    depth: usize,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    f.write_char(open)?;
    let mut is_empty = true;
    for child in children {
        let comma = if is_empty { "" } else { "," };
        is_empty = false;
        write!(f, "{comma}\n{:1$}", "", 2 * (depth + 1))?;
        if let Some(key) = child.key() {
            write!(f, "\"{}\": ", abridged(Key::raw(key)))?;
        }
        value(child, depth + 1, f)?;
    }
    if !is_empty {
        write!(f, "\n{:1$}", "", 2 * depth)?;
    }
    f.write_char(close)
}
