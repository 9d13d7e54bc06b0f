//! What the reader remembers of one value.

use super::Kind;

/// In place of a node's number: the root has no parent.
pub(super) const NONE: u32 = u32::MAX;

/// One value. Nodes stand in the order of the input, so a container's first child is the node behind it
/// and a value's next sibling the node at its `next`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node {
    /// Offset of the value's first byte.
    pub(super) start: u32,
    /// Offset behind the value's last byte.
    pub(super) end: u32,
    /// The array or object that holds the value.
    pub(super) parent: u32,
    /// The first node that is not inside this value.
    pub(super) next: u32,
    /// Where the member's key stands; of an element, which one it is.
    pub(super) key: KeySpan,
    pub(super) kind: Kind,
    /// Of a string: whether an ASCII character in it is escaped by its number.
    pub(super) hides: bool,
}

const _: () = assert!(size_of::<Node>() == 32);

impl Node {
    /// Stands in for a node that does not exist: an empty value without siblings.
    pub(super) const NOWHERE: Self = Self {
        start: 0,
        end: 0,
        parent: NONE,
        next: NONE,
        key: KeySpan {
            start: 0,
            end: 0,
            hash: Hash(0),
        },
        kind: Kind::Null,
        hides: false,
    };
}

/// Where a member's key stands.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct KeySpan {
    /// Offset behind the opening quote.
    pub(super) start: u32,
    /// Offset of the closing quote.
    pub(super) end: u32,
    /// Of the decoded name, the lowest bit replaced by whether the key is escaped.
    pub(super) hash: Hash,
}

impl KeySpan {
    /// In place of a key, for the element of an array with this number, from 0.
    pub(super) fn element(number: u32) -> Self {
        Self {
            start: number,
            ..Self::default()
        }
    }

    /// The same for the next element.
    pub(super) fn following(self) -> Self {
        Self::element(self.start.wrapping_add(1))
    }
}

/// A hash of 31 bits of a decoded name, and in its lowest bit whether the key is escaped.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Hash(u32);

impl Hash {
    #[inline(always)]
    pub(super) fn new(hash: u32, escaped: bool) -> Self {
        Self(hash & !1 | u32::from(escaped))
    }

    /// The hash without the bit for escapes: equal for equal names.
    #[inline(always)]
    pub(super) fn of_name(self) -> u32 {
        self.0 & !1
    }

    #[inline(always)]
    pub(super) fn is_escaped(self) -> bool {
        self.0 & 1 == 1
    }
}
