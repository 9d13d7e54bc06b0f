//! One thing a person should know about one payload.

use std::borrow::Cow;
use std::fmt;

use serde::ser::{Serialize, SerializeStruct, Serializer};

pub use crate::code::Code;
use crate::json::Pointer;
use crate::row::Row;
use crate::v3::Place;

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Severity {
    /// Nothing is lost.
    Note,
    /// Something the payload asked for is lost or changed, or V3 documents that it refuses it.
    Warning,
    /// Cannot be converted; the payload stays V2.
    Error,
}

impl Severity {
    /// `note`, `warning` or `error`.
    pub const fn name(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One thing a person should know about one payload. Serializes as in the report:
/// `{"code","severity","pointer","to","message"}`.
#[derive(Debug, Clone)]
pub struct Finding<'a> {
    pub(crate) code: Code,
    pub(crate) severity: Severity,
    pub(crate) pointer: Pointer<'a>,
    pub(crate) offset: usize,
    pub(crate) to: Option<To>,
    pub(crate) row: Option<&'static Row>,
    pub(crate) message: Message<'a>,
}

impl<'a> Finding<'a> {
    /// One that says nothing yet.
    pub(crate) const fn new(code: Code, severity: Severity) -> Self {
        Finding {
            code,
            severity,
            pointer: Pointer::ROOT,
            offset: 0,
            to: None,
            row: None,
            message: Message {
                words: Words { text: "", help: "" },
                values: [Fill::Nothing, Fill::Nothing, Fill::Nothing],
            },
        }
    }

    /// What kind of finding it is.
    pub fn code(&self) -> Code {
        self.code
    }

    /// How much it matters, after the caller's [levels](crate::Options::level).
    pub fn severity(&self) -> Severity {
        self.severity
    }

    /// Where in the V2 input, as an RFC 6901 JSON Pointer.
    pub fn pointer(&self) -> &Pointer<'a> {
        &self.pointer
    }

    /// Where in the V2 input, in bytes from its start; [`json::position`](crate::json::position) makes it line and column.
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// The place in the V3 body that it is about, if it has one.
    pub fn to(&self) -> Option<To> {
        self.to
    }

    /// The guide's line behind it, if there is one.
    pub fn row(&self) -> Option<&'static Row> {
        self.row
    }

    /// What happened, in one sentence without a full stop; base64 and long texts are shortened.
    pub fn message(&self) -> &Message<'a> {
        &self.message
    }

    /// What to do about it.
    pub fn help(&self) -> &'static str {
        if self.message.words.help.is_empty() {
            self.code.help()
        } else {
            self.message.words.help
        }
    }
}

impl fmt::Display for Finding<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}[{}] {}: {}",
            self.severity, self.code, self.pointer, self.message
        )
    }
}

impl Serialize for Finding<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Finding", 5)?;
        out.serialize_field("code", self.code.name())?;
        out.serialize_field("severity", self.severity.name())?;
        out.serialize_field("pointer", &format_args!("{}", self.pointer))?;
        out.serialize_field("to", &self.to.map(|to| to.to_string()))?;
        out.serialize_field("message", &format_args!("{}", self.message))?;
        out.end()
    }
}

/// A place in the V3 body. Displays as a JSON Pointer, such as `/request/loras/0/strength`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct To {
    /// Its path has `[]` where a list index belongs.
    pub(crate) place: Place,
    pub(crate) index: Option<usize>,
}

impl fmt::Display for To {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in self.place.field().path().split('.') {
            match (part.strip_suffix("[]"), self.index) {
                (None, _) => write!(f, "/{part}")?,
                (Some(name), Some(index)) => write!(f, "/{name}/{index}")?,
                (Some(name), None) => write!(f, "/{name}")?,
            }
        }
        Ok(())
    }
}

/// The sentence of a finding: fixed words with a few values of the payload filled in when it is displayed.
#[derive(Debug, Clone)]
pub struct Message<'a> {
    pub(crate) words: Words,
    pub(crate) values: [Fill<'a>; 3],
}

/// Words with `{0}`, `{1}`, `{2}` where values go. `help` overrides the code's own help where it is not empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Words {
    pub(crate) text: &'static str,
    pub(crate) help: &'static str,
}

/// A value filled into a message.
#[derive(Debug, Clone, Default)]
pub(crate) enum Fill<'a> {
    #[default]
    Nothing,
    /// JSON text of the payload, shortened for people.
    Json(&'a [u8]),
    Name(&'static str),
    Number(u64),
    /// The bounds of a range; one that is infinite is none.
    Range(f64, f64),
    Bound(f64),
    Text(Box<str>),
}

impl fmt::Display for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.words.text;
        while let Some((before, after)) = rest.split_once('{') {
            let Some((index, tail)) = after.split_once('}') else {
                break;
            };
            f.write_str(before)?;
            match index
                .parse::<usize>()
                .ok()
                .and_then(|index| self.values.get(index))
            {
                None | Some(Fill::Nothing) => {}
                Some(Fill::Json(text)) => f.write_str(&shorten(text))?,
                Some(Fill::Name(name)) => f.write_str(name)?,
                Some(Fill::Number(number)) => write!(f, "{number}")?,
                Some(Fill::Bound(number)) => write!(f, "{number}")?,
                Some(Fill::Range(min, max)) if max.is_finite() => write!(f, "{min} to {max}")?,
                Some(Fill::Range(min, _)) => write!(f, "{min} or more")?,
                Some(Fill::Text(text)) => f.write_str(text)?,
            }
            rest = tail;
        }
        f.write_str(rest)
    }
}

/// The longest value, in characters, that a message quotes whole.
const QUOTED: usize = 60;

/// Objects and lists may stand on several lines; strings hold no line breaks.
fn on_one_line(text: Cow<'_, str>) -> Cow<'_, str> {
    match text.contains('\n') {
        true => Cow::Owned(text.split_ascii_whitespace().collect::<Vec<_>>().join(" ")),
        false => text,
    }
}

/// JSON text for people: whole when short, else its beginning and its size.
fn shorten(text: &[u8]) -> Cow<'_, str> {
    let head = on_one_line(String::from_utf8_lossy(
        text.get(..QUOTED * 4).unwrap_or(text),
    ));
    match head.char_indices().nth(QUOTED) {
        None if text.len() <= QUOTED * 4 => head,
        _ => {
            let short: String = head.chars().take(24).collect();
            Cow::Owned(format!("{short}… ({} bytes)", text.len()))
        }
    }
}
