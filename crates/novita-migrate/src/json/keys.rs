//! Equal names in one object.

use std::borrow::Cow;

use super::SyntaxError;
use super::SyntaxErrorKind as E;
use super::node::{KeySpan, Node};
use super::text::Units;

/// A document's first keys go through a filter of this many words; it needs no allocation.
const WORDS: usize = 32;

/// So many keys leave the filter empty enough to seldom take two names for one.
const FILTERED: u32 = 128;

const MIX: u64 = 0x9e37_79b9_7f4a_7c15;

/// The names seen in a document.
///
/// The first keys are checked one by one, with a filter. In documents of more keys than that, every object
/// is checked when it closes.
pub(super) struct Seen {
    filter: [u64; WORDS],
    keys: u32,
}

impl Seen {
    #[inline(always)]
    pub(super) fn new() -> Self {
        Self {
            filter: [0; WORDS],
            keys: 0,
        }
    }

    /// Notes a key of the object `parent`, whose members before it are nodes already.
    #[inline(always)]
    pub(super) fn add(
        &mut self,
        input: &[u8],
        nodes: &[Node],
        parent: u32,
        key: KeySpan,
    ) -> Result<(), SyntaxError> {
        if self.keys == FILTERED {
            return Ok(());
        }
        self.keys += 1;
        let hash = key.hash.of_name() ^ parent.wrapping_mul(MIX as u32);
        let Some(word) = self.filter.get_mut((hash >> 6) as usize % WORDS) else {
            return Ok(());
        };
        let bit = 1 << ((hash >> 1) % 64);
        if *word & bit != 0 {
            return compare(input, nodes, parent, key);
        }
        *word |= bit;
        Ok(())
    }

    /// Checks the object `id`, whose nodes are the last ones, unless its keys went through the filter.
    #[inline(always)]
    pub(super) fn close(&self, input: &[u8], nodes: &[Node], id: u32) -> Result<(), SyntaxError> {
        if self.keys < FILTERED {
            return Ok(());
        }
        check(input, nodes, id)
    }
}

/// A hash of the key between two offsets: of its first and last eight bytes and its length.
///
/// Names that it takes for equal are compared, and no number of them makes that slow, so it may be weak.
#[inline(always)]
pub(super) fn hash(input: &[u8], start: usize, end: usize) -> u32 {
    let length = end.wrapping_sub(start);
    let first = input.get(start..).and_then(<[u8]>::first_chunk::<8>);
    let last = input.get(..end).and_then(<[u8]>::last_chunk::<8>);
    let (Some(first), Some(last)) = (first, last) else {
        return hash_bytes(input.get(start..end).unwrap_or_default());
    };
    // Of a key shorter than a word, what is not the key is shifted out. Its length is hard to predict, so
    // there is no branch; in two steps, because an empty key shifts by 64.
    let short = 4 * 8usize.saturating_sub(length) as u32;
    let first = u64::from_le_bytes(*first) << short << short;
    let last = u64::from_le_bytes(*last) >> short >> short;
    mix(first, last, length)
}

/// The hash by which a document's keys can be looked up in a table: [`Hash::of_name`] of a key with this name.
///
/// [`Hash::of_name`]: super::node::Hash::of_name
pub(crate) const fn hash_of(name: &str) -> u32 {
    hash_bytes(name.as_bytes()) & !1
}

/// The same hash of a name that stands alone.
#[cold]
const fn hash_bytes(name: &[u8]) -> u32 {
    match (name.first_chunk::<8>(), name.last_chunk::<8>()) {
        (Some(first), Some(last)) => mix(
            u64::from_le_bytes(*first),
            u64::from_le_bytes(*last),
            name.len(),
        ),
        _ => {
            let (mut word, mut rest) = (0, name);
            while let Some((byte, before)) = rest.split_last() {
                word = (word << 8) | *byte as u64;
                rest = before;
            }
            let short = 4 * (8 - name.len() as u32);
            mix(word << short << short, word, name.len())
        }
    }
}

/// The same hash of a key with escapes.
#[cold]
pub(super) fn hash_escaped(input: &[u8], start: usize, end: usize) -> u32 {
    hash_bytes(&decode(input.get(start..end).unwrap_or_default()))
}

#[inline(always)]
const fn mix(first: u64, last: u64, length: usize) -> u32 {
    let word = first.rotate_left(23) ^ last ^ (length as u64).rotate_left(56);
    let product = word as u128 * MIX as u128;
    (product as u64 ^ (product >> 64) as u64) as u32
}

/// A key's decoded bytes.
fn decoded(input: &[u8], key: KeySpan) -> Cow<'_, [u8]> {
    let raw = input
        .get(key.start as usize..key.end as usize)
        .unwrap_or_default();
    if key.hash.is_escaped() {
        Cow::Owned(decode(raw))
    } else {
        Cow::Borrowed(raw)
    }
}

/// Half a surrogate pair is spelled as UTF-8 would spell its number: names that differ in it are different.
pub(super) fn decode(raw: &[u8]) -> Vec<u8> {
    let mut name = Vec::with_capacity(raw.len());
    for (_, unit) in Units::new(raw) {
        match char::from_u32(unit) {
            Some(char) => name.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes()),
            None => name.extend([
                0xe0 | (unit >> 12) as u8,
                0x80 | (unit >> 6 & 63) as u8,
                0x80 | (unit & 63) as u8,
            ]),
        }
    }
    name
}

/// Compares a key with those of the members before it.
#[cold]
#[inline(never)]
fn compare(input: &[u8], nodes: &[Node], parent: u32, key: KeySpan) -> Result<(), SyntaxError> {
    let mut child = parent + 1;
    while let Some(node) = nodes.get(child as usize) {
        let is_equal = node.key.hash.of_name() == key.hash.of_name();
        if is_equal && decoded(input, node.key) == decoded(input, key) {
            return Err(duplicate(node.key, key));
        }
        child = node.next;
    }
    Ok(())
}

/// Sorts the members by hash, and those of one hash by name: no set of names makes this slow.
#[cold]
#[inline(never)]
fn check(input: &[u8], nodes: &[Node], id: u32) -> Result<(), SyntaxError> {
    let key = |id: u64| {
        nodes
            .get(id as u32 as usize)
            .map(|node| node.key)
            .unwrap_or_default()
    };
    let mut members = Vec::new();
    let mut child = id + 1;
    while let Some(node) = nodes.get(child as usize) {
        members.push(u64::from(node.key.hash.of_name()) << 32 | u64::from(child));
        child = node.next;
    }
    members.sort_unstable();
    let mut found: Option<(KeySpan, KeySpan)> = None;
    for twins in members
        .chunk_by(|a, b| a >> 32 == b >> 32)
        .filter(|twins| twins.len() > 1)
    {
        let mut names: Vec<_> = twins
            .iter()
            .map(|id| (decoded(input, key(*id)), *id))
            .collect();
        names.sort_unstable();
        for same in names.chunk_by(|a, b| a.0 == b.0) {
            if let [first, second, ..] = same {
                let (first, second) = (key(first.1), key(second.1));
                if found.is_none_or(|(_, earlier)| second.start < earlier.start) {
                    found = Some((first, second));
                }
            }
        }
    }
    match found {
        Some((first, second)) => Err(duplicate(first, second)),
        None => Ok(()),
    }
}

fn duplicate(first: KeySpan, second: KeySpan) -> SyntaxError {
    E::DuplicateKey {
        first: first.start as usize - 1,
    }
    .at(second.start as usize - 1)
}
