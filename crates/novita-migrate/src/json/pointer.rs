//! JSON Pointers (RFC 6901) into the input.

use std::fmt::{self, Write};

use super::text::Chars;
use super::{Key, Value};

/// Pointers of up to so many segments need no allocation: `/controlnet_units/0/model`.
const INLINE: usize = 3;

/// The way from a document's root to one of its values.
///
/// `Display` prints it as RFC 6901 spells it, with decoded names: `/controlnet_units/0/model`.
#[derive(Clone)]
pub struct Pointer<'a>(Segments<'a>);

/// One step of a [`Pointer`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Segment<'a> {
    /// The member with this key, which is as escaped as in the input.
    Key(&'a [u8]),
    /// The element with this number, from 0.
    Index(u32),
}

#[derive(Clone)]
enum Segments<'a> {
    Inline([Segment<'a>; INLINE], u8),
    Boxed(Box<[Segment<'a>]>),
}

impl<'a> Pointer<'a> {
    /// The document itself.
    pub(crate) const ROOT: Self = Self(Segments::Inline([Segment::Index(0); INLINE], 0));

    /// Walks up from a value.
    pub(super) fn to(value: Value<'_, 'a>) -> Self {
        let mut pointer = Self::ROOT;
        pointer.lead_to(value);
        pointer
    }

    /// Becomes the way to a value. Where it stands: a processor waits for what is written in parts and moved as a whole.
    #[inline]
    pub(crate) fn lead_to(&mut self, value: Value<'_, 'a>) {
        // Nearly every one is a member of the payload itself.
        if let Some(holder) = value.parent()
            && holder.parent().is_none()
            && let Segments::Inline([first, ..], depth) = &mut self.0
        {
            *first = segment(value);
            *depth = 1;
        } else {
            *self = Self::walk_up(value);
        }
    }

    fn walk_up(value: Value<'_, 'a>) -> Self {
        let mut inline = [Segment::Index(0); INLINE];
        let ancestors = std::iter::successors(Some(value), |value| value.parent());
        let depth = ancestors.clone().count() - 1;
        let segments = ancestors.take(depth).map(segment);
        match inline.get_mut(..depth) {
            Some(slots) => {
                slots
                    .iter_mut()
                    .rev()
                    .zip(segments)
                    .for_each(|(slot, segment)| *slot = segment);
                Self(Segments::Inline(inline, depth as u8))
            }
            None => {
                let mut all: Vec<_> = segments.collect();
                all.reverse();
                Self(Segments::Boxed(all.into()))
            }
        }
    }

    fn as_slice(&self) -> &[Segment<'a>] {
        match &self.0 {
            Segments::Inline(segments, depth) => {
                segments.get(..usize::from(*depth)).unwrap_or_default()
            }
            Segments::Boxed(segments) => segments,
        }
    }

    /// The steps from the root on.
    pub fn segments(&self) -> impl Iterator<Item = Segment<'a>> + Clone {
        self.as_slice().iter().copied()
    }

    /// Whether it points to the document itself.
    pub fn is_root(&self) -> bool {
        self.as_slice().is_empty()
    }
}

/// The last step on the way to a value.
fn segment<'a>(value: Value<'_, 'a>) -> Segment<'a> {
    match value.key() {
        Some(key) => Segment::Key(Key::raw(key)),
        None => Segment::Index(value.index()),
    }
}

impl PartialEq for Pointer<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl Eq for Pointer<'_> {}

impl fmt::Display for Pointer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for segment in self.segments() {
            match segment {
                Segment::Index(index) => write!(f, "/{index}")?,
                Segment::Key(raw) => {
                    f.write_char('/')?;
                    for (_, char) in Chars::new(raw) {
                        match char {
                            '~' => f.write_str("~0")?,
                            '/' => f.write_str("~1")?,
                            char => f.write_char(char)?,
                        }
                    }
                }
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Pointer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.to_string())
    }
}
