//! One value of a document, and the key that it has in an object.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use super::keys;
use super::node::{Hash, KeySpan, NONE, Node};
use super::text::{Chars, unescape};
use super::{Pointer, Tree};

/// JSON's kinds of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `null`
    Null,
    /// `true` or `false`
    Bool,
    /// A number, of any size and precision.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl Kind {
    /// The kind with its article, for messages: `a number`, `an object`.
    pub const fn noun(self) -> &'static str {
        match self {
            Kind::Null => "null",
            Kind::Bool => "a boolean",
            Kind::Number => "a number",
            Kind::String => "a string",
            Kind::Array => "a list",
            Kind::Object => "an object",
        }
    }
}

/// A value in a [`Tree`]: cheap to copy, reads from the input when asked.
#[derive(Clone, Copy)]
pub struct Value<'t, 'a> {
    tree: &'t Tree<'a>,
    id: u32,
}

/// The key of an object's member.
#[derive(Clone, Copy)]
pub struct Key<'a> {
    raw: &'a [u8],
    offset: usize,
    hash: Hash,
}

impl<'t, 'a> Value<'t, 'a> {
    #[inline]
    pub(super) fn new(tree: &'t Tree<'a>, id: u32) -> Self {
        Self { tree, id }
    }

    #[inline]
    fn node(self) -> &'t Node {
        // A value is only made for a node of its tree; this one stands in for what cannot happen.
        self.tree
            .nodes()
            .get(self.id as usize)
            .unwrap_or(&Node::NOWHERE)
    }

    /// What kind of value it is.
    #[inline]
    pub fn kind(self) -> Kind {
        self.node().kind
    }

    /// The value's own bytes, a string with its quotes.
    #[inline]
    pub fn raw(self) -> &'a [u8] {
        self.tree.input().get(self.span()).unwrap_or_default()
    }

    /// Where the value stands, in bytes of the input.
    #[inline]
    pub fn span(self) -> Range<usize> {
        let node = self.node();
        node.start as usize..node.end as usize
    }

    /// The member's key, where the value is in an object.
    #[inline]
    pub fn key(self) -> Option<Key<'a>> {
        let is_member = self.parent()?.kind() == Kind::Object;
        is_member.then(|| self.own_key())
    }

    /// The key of what is a member.
    #[inline]
    fn own_key(self) -> Key<'a> {
        let KeySpan { start, end, hash } = self.node().key;
        let raw = self.tree.input().get(start as usize..end as usize);
        Key {
            raw: raw.unwrap_or_default(),
            offset: (start as usize).saturating_sub(1),
            hash,
        }
    }

    /// The members of an object in their order, each with its [`key`](Value::key); nothing for other kinds.
    #[inline]
    pub fn members(self) -> impl Iterator<Item = Value<'t, 'a>> + Clone {
        Children::of(self, Kind::Object)
    }

    /// The same, each beside its key.
    #[inline]
    pub(crate) fn entries(self) -> impl Iterator<Item = (Key<'a>, Value<'t, 'a>)> {
        self.members().map(|value| (value.own_key(), value))
    }

    /// The elements of an array in their order; nothing for other kinds.
    #[inline]
    pub fn elements(self) -> impl Iterator<Item = Value<'t, 'a>> + Clone {
        Children::of(self, Kind::Array)
    }

    /// The member of an object that has this name, however its key is escaped.
    pub fn get(self, name: &str) -> Option<Value<'t, 'a>> {
        self.members()
            .find(|member| member.key().is_some_and(|key| key.is(name)))
    }

    /// Whether both are the same value: at the same place of the same document.
    #[inline]
    pub(crate) fn is(self, other: Self) -> bool {
        self.id == other.id && std::ptr::eq(self.tree, other.tree)
    }

    /// Whether the value is `null`.
    #[inline]
    pub fn is_null(self) -> bool {
        self.kind() == Kind::Null
    }

    /// A boolean's value; `None` for other kinds.
    pub fn as_bool(self) -> Option<bool> {
        (self.kind() == Kind::Bool).then(|| self.raw() == b"true")
    }

    /// A string's bytes between the quotes, still escaped; `None` for other kinds.
    pub fn inner(self) -> Option<&'a [u8]> {
        match self.kind() {
            Kind::String => self.raw().get(1..)?.strip_suffix(b"\""),
            _ => None,
        }
    }

    /// A string's text, decoded where it is escaped; `None` for other kinds.
    ///
    /// Half a surrogate pair becomes `U+FFFD`.
    pub fn text(self) -> Option<Cow<'a, str>> {
        self.inner().map(unescape)
    }

    /// Whether an ASCII character in a string is escaped by its number (`\u003c`).
    #[inline]
    pub(crate) fn hides_ascii(self) -> bool {
        self.node().hides
    }

    /// A number's value, the nearest `f64` (infinite beyond its range); `None` for other kinds.
    pub fn number(self) -> Option<f64> {
        match self.kind() {
            Kind::Number => std::str::from_utf8(self.raw()).ok()?.parse().ok(),
            _ => None,
        }
    }

    /// The way from the root to the value.
    pub fn pointer(self) -> Pointer<'a> {
        Pointer::to(self)
    }

    /// The array or object that holds the value; `None` for the root.
    #[inline]
    pub fn parent(self) -> Option<Value<'t, 'a>> {
        match self.node().parent {
            NONE => None,
            id => Some(Value {
                tree: self.tree,
                id,
            }),
        }
    }

    /// The document that the value is in.
    #[inline]
    pub fn tree(self) -> &'t Tree<'a> {
        self.tree
    }

    /// The number of an element in its array, from 0.
    pub(super) fn index(self) -> u32 {
        match self.parent().map(Value::kind) {
            Some(Kind::Array) => self.node().key.start,
            _ => 0,
        }
    }
}

impl fmt::Debug for Value<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} at {:?}", self.kind(), self.span())
    }
}

#[derive(Clone)]
struct Children<'t, 'a> {
    tree: &'t Tree<'a>,
    next: u32,
    end: u32,
}

impl<'t, 'a> Children<'t, 'a> {
    #[inline]
    fn of(value: Value<'t, 'a>, kind: Kind) -> Self {
        let node = value.node();
        let next = if node.kind == kind {
            value.id + 1
        } else {
            node.next
        };
        Self {
            tree: value.tree,
            next,
            end: node.next,
        }
    }
}

impl<'t, 'a> Iterator for Children<'t, 'a> {
    type Item = Value<'t, 'a>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.next >= self.end {
            return None;
        }
        let child = Value {
            tree: self.tree,
            id: self.next,
        };
        self.next = child.node().next;
        Some(child)
    }
}

impl<'a> Key<'a> {
    /// The bytes between the quotes, still escaped.
    #[inline]
    pub fn raw(self) -> &'a [u8] {
        self.raw
    }

    /// The decoded name; half a surrogate pair becomes `U+FFFD`.
    pub fn name(self) -> Cow<'a, str> {
        unescape(self.raw)
    }

    /// The name in bytes, of which two are equal where the names are: half a surrogate pair is spelled as UTF-8 would
    /// spell its number.
    pub(crate) fn bytes(self) -> Cow<'a, [u8]> {
        match self.is_plain() {
            true => Cow::Borrowed(self.raw),
            false => Cow::Owned(keys::decode(self.raw)),
        }
    }

    /// Where the key stands with its quotes, in bytes of the input.
    #[inline]
    pub fn span(self) -> Range<usize> {
        self.offset..self.offset + self.raw.len() + 2
    }

    /// Whether nothing in the key is escaped: its raw bytes are its name.
    #[inline]
    pub fn is_plain(self) -> bool {
        !self.hash.is_escaped()
    }

    /// The hash of the name: [`hash_of`](super::hash_of).
    #[inline]
    pub(crate) fn hash(self) -> u32 {
        self.hash.of_name()
    }

    /// Whether this is the name.
    #[inline]
    pub(crate) fn is(self, name: &str) -> bool {
        if self.is_plain() {
            return self.raw == name.as_bytes();
        }
        Chars::new(self.raw).map(|(_, char)| char).eq(name.chars())
    }
}

impl fmt::Debug for Key<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.name())
    }
}
