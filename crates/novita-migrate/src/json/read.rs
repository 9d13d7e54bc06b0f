//! The one pass over the input.

use super::SyntaxErrorKind as E;
use super::keys::{self, Seen};
use super::node::{Hash, KeySpan, NONE, Node};
use super::scan::{self, BOM, peek};
use super::{Kind, SyntaxError};

/// As many arrays and objects as `serde_json` allows inside each other.
const MAX_DEPTH: u32 = 127;

/// Reads one document into `nodes`; returns the offset behind it.
pub(super) fn document(input: &[u8], nodes: &mut Vec<Node>) -> Result<usize, SyntaxError> {
    if u32::try_from(input.len()).is_err() {
        return Err(E::TooLarge.at(0));
    }
    let start = if input.starts_with(BOM) { BOM.len() } else { 0 };
    let mut at = scan::blanks(input, start);
    if at == input.len() {
        return Err(E::Empty.at(at));
    }
    let mut seen = Seen::new();
    let mut parent = NONE;
    let mut in_object = false;
    let mut depth = 0;
    let mut key = KeySpan::default();
    // The value that was read last.
    let mut last;
    'value: loop {
        // At the first byte of a value.
        let first = peek(input, at);
        let id = nodes.len() as u32;
        last = id;
        let node = Node {
            start: at as u32,
            end: 0,
            parent,
            next: id + 1,
            key,
            kind: Kind::Null,
            hides: false,
        };
        let mut hides = false;
        let (kind, end) = if first == b'"' {
            let text = scan::string(input, at + 1)?;
            hides = text.hides;
            (Kind::String, text.end + 1)
        } else if first.is_ascii_digit() || first == b'-' {
            (Kind::Number, scan::number(input, at)?)
        } else if first == b'{' || first == b'[' {
            if depth == MAX_DEPTH {
                return Err(E::TooDeep.at(at));
            }
            depth += 1;
            parent = id;
            in_object = first == b'{';
            let kind = if in_object { Kind::Object } else { Kind::Array };
            nodes.push(Node { kind, ..node });
            at = scan::blanks(input, at + 1);
            // The closing bracket is two behind the opening one in ASCII.
            if peek(input, at) != first + 2 {
                if in_object {
                    (key, at) = read_key(input, at)?;
                    seen.add(input, nodes, parent, key)?;
                } else {
                    key = KeySpan::element(0);
                }
                continue 'value;
            }
            (kind, NONE as usize)
        } else {
            literal(input, at)?
        };
        if end != NONE as usize {
            nodes.push(Node {
                kind,
                end: end as u32,
                hides,
                ..node
            });
            at = end;
        }
        // Behind a value, or behind the opening bracket of an empty array or object.
        loop {
            if parent == NONE {
                return Ok(at);
            }
            let mut byte = peek(input, at);
            if byte <= b' ' {
                at = scan::blanks(input, at);
                byte = peek(input, at);
            }
            if byte == b',' {
                at = scan::blanks(input, at + 1);
                if in_object {
                    (key, at) = read_key(input, at)?;
                    seen.add(input, nodes, parent, key)?;
                } else {
                    key = nodes
                        .get(last as usize)
                        .map_or(key, |node| node.key.following());
                }
                continue 'value;
            }
            if byte != if in_object { b'}' } else { b']' } {
                return Err(unexpected(input, at));
            }
            if in_object {
                seen.close(input, nodes, parent)?;
            }
            at += 1;
            depth -= 1;
            let next = nodes.len() as u32;
            last = parent;
            if let Some(node) = nodes.get_mut(parent as usize) {
                node.end = at as u32;
                node.next = next;
                parent = node.parent;
            }
            in_object = nodes
                .get(parent as usize)
                .is_some_and(|node| node.kind == Kind::Object);
        }
    }
}

/// Fails where anything but blanks stands from `at` on.
pub(super) fn end(input: &[u8], at: usize) -> Result<(), SyntaxError> {
    match scan::blanks(input, at) {
        at if at == input.len() => Ok(()),
        at => Err(E::TrailingData.at(at)),
    }
}

/// The error for a byte that cannot stand at `at`, or for the end of the input.
#[cold]
fn unexpected(input: &[u8], at: usize) -> SyntaxError {
    match input.get(at) {
        Some(byte) => E::Unexpected(*byte).at(at),
        None => E::UnexpectedEnd.at(input.len()),
    }
}

/// Reads a member's key and colon; returns the offset of its value.
#[inline(always)]
fn read_key(input: &[u8], at: usize) -> Result<(KeySpan, usize), SyntaxError> {
    if peek(input, at) != b'"' {
        return Err(unexpected(input, at));
    }
    let text = scan::string(input, at + 1)?;
    let (start, end) = (at + 1, text.end);
    let hash = if text.escaped {
        keys::hash_escaped(input, start, end)
    } else {
        keys::hash(input, start, end)
    };
    let key = KeySpan {
        start: start as u32,
        end: end as u32,
        hash: Hash::new(hash, text.escaped),
    };
    let mut at = end + 1;
    if peek(input, at) != b':' {
        at = scan::blanks(input, at);
        if peek(input, at) != b':' {
            return Err(unexpected(input, at));
        }
    }
    Ok((key, scan::blanks(input, at + 1)))
}

/// Reads one of the three words.
#[inline(always)]
fn literal(input: &[u8], at: usize) -> Result<(Kind, usize), SyntaxError> {
    let rest = input.get(at..).unwrap_or_default();
    match rest.first_chunk::<4>() {
        Some(b"true") => return Ok((Kind::Bool, at + 4)),
        Some(b"null") => return Ok((Kind::Null, at + 4)),
        Some(b"fals") if rest.get(4) == Some(&b'e') => return Ok((Kind::Bool, at + 5)),
        _ => {}
    }
    Err(no_literal(input, at))
}

#[cold]
fn no_literal(input: &[u8], at: usize) -> SyntaxError {
    let rest = input.get(at..).unwrap_or_default();
    match rest.first() {
        Some(b't' | b'f' | b'n') => {
            let is_cut = [b"true".as_slice(), b"false", b"null"]
                .iter()
                .any(|word| word.starts_with(rest));
            if is_cut {
                E::UnexpectedEnd.at(input.len())
            } else {
                E::InvalidLiteral.at(at)
            }
        }
        _ => unexpected(input, at),
    }
}
