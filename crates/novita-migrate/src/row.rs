//! The type of a row: one line of the guide's tables.

use std::fmt;

use crate::document::Document;
use crate::json::Value;
use crate::v3::Place;
use crate::walk::Walk;

/// What the guide says happens to a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum What {
    /// The same name in the same place (an empty description).
    Same,
    /// "Moved Inside": the same name, inside `request` or an object of it.
    Moved,
    /// "Changed": another name.
    Changed,
    /// "Deprecated": V3 has no such field.
    Deprecated,
    /// "New Field": V2 had no such field.
    New,
}

impl What {
    /// `same`, `moved`, `changed`, `deprecated` or `new`.
    pub const fn name(self) -> &'static str {
        match self {
            What::Same => "same",
            What::Moved => "moved",
            What::Changed => "changed",
            What::Deprecated => "deprecated",
            What::New => "new",
        }
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Judgement for a field that is not just moved or dropped: one file of `steps/` each.
pub(crate) type Step = for<'w, 't, 'a> fn(&'w mut Walk<'t, 'a>, Value<'t, 'a>, &'static Row);

/// One line of the guide's tables, or (with [`line`](Row::line) 0) one V2 field that the guide leaves out.
#[derive(Clone, Copy)]
pub struct Row {
    v2: &'static str,
    v3: &'static str,
    what: What,
    note: &'static str,
    line: u16,
    document: Document,
    is_response: bool,
    pub(crate) place: Option<Place>,
    pub(crate) step: Option<Step>,
    pub(crate) inert: &'static [&'static str],
    default: &'static str,
}

impl Row {
    const fn new(v2: &'static str, v3: &'static str, what: What) -> Row {
        Row {
            v2,
            v3,
            what,
            note: "",
            line: 0,
            document: Document::Txt2img,
            is_response: false,
            place: if v3.is_empty() {
                None
            } else {
                Some(Place::of(v3))
            },
            step: None,
            inert: &[],
            default: "",
        }
    }

    /// The rest of the guide's description.
    pub(crate) const fn note(mut self, note: &'static str) -> Row {
        self.note = note;
        self
    }

    /// The step that decides about the value.
    pub(crate) const fn by(mut self, step: Step) -> Row {
        self.step = Some(step);
        self
    }

    /// Values (JSON text) of a deprecated field that did nothing in V2.
    pub(crate) const fn inert(mut self, values: &'static [&'static str]) -> Row {
        self.inert = values;
        self
    }

    /// V2's default (JSON text), written where the payload lacks the field.
    pub(crate) const fn default(mut self, value: &'static str) -> Row {
        self.default = value;
        self
    }

    /// V2's default as JSON text, where it is written into payloads that lack the field.
    pub const fn v2_default(&self) -> Option<&'static str> {
        if self.default.is_empty() {
            None
        } else {
            Some(self.default)
        }
    }

    /// The V2 name as a dotted path (`controlnet_units[].model`); `None` for a field that is new in V3.
    pub const fn v2(&self) -> Option<&'static str> {
        if self.v2.is_empty() {
            None
        } else {
            Some(self.v2)
        }
    }

    /// The place in the V3 body as a dotted path (`request.image_num`); `None` for a field that is gone.
    pub const fn v3(&self) -> Option<&'static str> {
        if self.v3.is_empty() {
            None
        } else {
            Some(self.v3)
        }
    }

    /// What happens to the field.
    pub const fn what(&self) -> What {
        self.what
    }

    /// What the guide adds, in few words; may be empty.
    pub const fn description(&self) -> &'static str {
        self.note
    }

    /// The line of the guide's text, from 1; 0 for a field that the guide does not mention.
    pub const fn line(&self) -> u16 {
        self.line
    }

    /// The endpoint whose tables hold the row.
    pub const fn document(&self) -> Document {
        self.document
    }

    /// Whether the row is of the response table.
    pub const fn is_response(&self) -> bool {
        self.is_response
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} → {}", self.what, self.v2, self.v3)
    }
}

impl PartialEq for Row {
    fn eq(&self, other: &Row) -> bool {
        (self.v2, self.v3, self.line, self.document)
            == (other.v2, other.v3, other.line, other.document)
    }
}

pub(crate) const fn same(path: &'static str) -> Row {
    Row::new(path, path, What::Same)
}
pub(crate) const fn moved(v2: &'static str, v3: &'static str) -> Row {
    Row::new(v2, v3, What::Moved)
}
pub(crate) const fn changed(v2: &'static str, v3: &'static str) -> Row {
    Row::new(v2, v3, What::Changed)
}
pub(crate) const fn deprecated(v2: &'static str) -> Row {
    Row::new(v2, "", What::Deprecated)
}
pub(crate) const fn new(v3: &'static str) -> Row {
    Row::new("", v3, What::New)
}

/// Gives the rows of one table their document and, since the lines of a table follow one another in the guide, their
/// lines from `first` on.
#[allow(clippy::indexing_slicing, reason = "evaluated at compile time only")]
pub(crate) const fn table<const N: usize>(
    document: Document,
    is_response: bool,
    first: u16,
    mut rows: [Row; N],
) -> [Row; N] {
    let mut at = 0;
    while at < N {
        rows[at].document = document;
        rows[at].is_response = is_response;
        rows[at].line = if first == 0 { 0 } else { first + at as u16 };
        at += 1;
    }
    rows
}
