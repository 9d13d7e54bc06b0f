//! Inputs made large, to find what costs more than it should.
//!
//! The inputs that an engine makes are short, and a quadratic algorithm is fast on them. So one input in so many is
//! taken again with a part of it repeated, a part that the input itself chooses: then what is linear takes some
//! milliseconds, and what is quadratic longer than the engine's `-timeout` allows. No clock is read here: the same input
//! does the same work on any machine.

use novita_migrate::json::{Kind, Tree, Value};

/// Bytes of the large input.
const SIZE: usize = 200_000;

/// One input in so many.
const ONE_IN: u64 = 128;

/// The input with a part repeated; `None` for most inputs.
pub(crate) fn from(data: &[u8]) -> Option<Vec<u8>> {
    let hash = novita_migrate::fnv1a(data);
    if data.len() < 2 || !hash.is_multiple_of(ONE_IN) {
        return None;
    }
    let pick = (hash / ONE_IN) as usize;
    let (part, between) = of_json(data, pick).unwrap_or_else(|| {
        let start = pick % data.len();
        let length = 1 + (pick / data.len()) % 64;
        (start..(start + length).min(data.len()), &b""[..])
    });
    let mut large = data.get(..part.start)?.to_vec();
    let piece = data.get(part.clone())?;
    while large.len() < SIZE {
        large.extend_from_slice(piece);
        large.extend_from_slice(between);
    }
    large.extend_from_slice(data.get(part.start..)?);
    Some(large)
}

/// An element of a list or what a string holds, so that JSON stays JSON.
fn of_json(data: &[u8], pick: usize) -> Option<(std::ops::Range<usize>, &'static [u8])> {
    let tree = Tree::parse(data).ok()?;
    let mut parts = Vec::new();
    let mut left = vec![tree.root()];
    while let Some(value) = left.pop() {
        left.extend(value.members().chain(value.elements()));
        let span = value.span();
        let is_element = value.parent().map(Value::kind) == Some(Kind::Array);
        if is_element {
            parts.push((span.clone(), &b","[..]));
        }
        if value.inner().is_some_and(|inner| !inner.is_empty()) {
            parts.push((span.start + 1..span.end - 1, b""));
        }
    }
    let at = pick.checked_rem(parts.len())?;
    Some(parts.swap_remove(at))
}
