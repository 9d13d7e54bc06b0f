//! Brings one value into the type, range and list of texts that V3 takes, or says why not.

use crate::draft::Out;
use crate::finding::{Code, Fill, Severity, Words};
use crate::json::{Chars, Kind, Value};
use crate::number;
use crate::options::OutOfRange;
use crate::row::Row;
use crate::v3::{Field, Place, Type};
use crate::walk::Walk;

/// Whether it is plain to see that V3 takes the value as it is: of its type, in its range, nothing to be said. That is so
/// of nearly all values; [`fit`] looks closely at the others.
#[inline]
pub(crate) fn fits(value: Value<'_, '_>, field: &Field) -> bool {
    let is_in = |number: f64| {
        field
            .bounds()
            .is_none_or(|bounds| beyond(number, bounds).is_none())
    };
    match (field.kind(), value.kind()) {
        (Type::Integer, Kind::Number) => {
            number::short(value.raw()).is_some_and(|(number, is_whole)| is_whole && is_in(number))
        }
        (Type::Number, Kind::Number) => {
            number::short(value.raw()).is_some_and(|(number, _)| is_in(number))
        }
        (Type::Boolean, Kind::Bool) => true,
        (Type::String, Kind::String) if field.allowed().is_empty() => {
            // A character is at least one byte.
            let bytes = value.raw().len().saturating_sub(2) as u32;
            field
                .length()
                .is_none_or(|(min, max)| min <= 1 && min <= bytes && bytes <= max)
        }
        _ => false,
    }
}

/// The value as V3 takes it in `place`. `None`: nothing is to be written, and a finding says why.
pub(crate) fn fit<'t, 'a>(
    walk: &mut Walk<'t, 'a>,
    value: Value<'t, 'a>,
    place: Place,
    row: Option<&'static Row>,
) -> Option<Out<'a>> {
    let field = place.field();
    let single = match field.kind() {
        Type::Object | Type::List => value,
        _ => only(value),
    };
    let (out, text) = match convert(single, field.kind()) {
        Converted::AsIs => (walk.raw(single), None),
        Converted::Text(text) => (Out::Text(text.clone()), Some(text)),
        Converted::Empty => {
            unset(walk, value, row);
            return None;
        }
        Converted::Impossible => {
            walk.refuse(place);
            walk.wrong_type(value, row, wanted(field.kind()));
            return None;
        }
    };
    if let Some(text) = &text {
        note_conversion(walk, value, place, row, Fill::Text(text.clone()));
    } else if !single.is(value) {
        note_conversion(walk, value, place, row, Fill::Json(single.raw()));
    }
    let written = text.as_ref().map_or(single.raw(), |text| text.as_bytes());
    if let Some(bounds) = field.bounds() {
        return Some(match outside(written, bounds) {
            Some(bound) => out_of_range(walk, value, place, row, bound, out),
            None => out,
        });
    }
    if let Some(inner) = written
        .strip_prefix(b"\"")
        .and_then(|text| text.strip_suffix(b"\""))
    {
        check_text(walk, value, inner, field, row);
    }
    Some(out)
}

/// An object of V2's, such as `extra`. `None`: it is empty or none, and a finding says so.
pub(crate) fn object<'t, 'a>(
    walk: &mut Walk<'t, 'a>,
    value: Value<'t, 'a>,
    row: Option<&'static Row>,
) -> Option<Value<'t, 'a>> {
    match convert(value, Type::Object) {
        Converted::AsIs => return Some(value),
        Converted::Empty => unset(walk, value, row),
        Converted::Text(_) | Converted::Impossible => {
            walk.wrong_type(value, row, wanted(Type::Object));
        }
    }
    None
}

fn unset<'t, 'a>(walk: &mut Walk<'t, 'a>, value: Value<'t, 'a>, row: Option<&'static Row>) {
    walk.report(Code::InactiveField, Severity::Note, value, row)
        .say(Words {
            text: "an empty value where a value belongs is the same as none",
            help: "",
        });
}

/// The only element of a list, with a note; other values are themselves. For what is written in another spelling.
pub(crate) fn single<'t, 'a>(
    walk: &mut Walk<'t, 'a>,
    value: Value<'t, 'a>,
    place: Place,
    row: Option<&'static Row>,
) -> Value<'t, 'a> {
    let single = only(value);
    if !single.is(value) {
        note_conversion(walk, value, place, row, Fill::Json(single.raw()));
    }
    single
}

/// The element of a list of one, for places where a single value belongs; other values are themselves.
pub(crate) fn only<'t, 'a>(value: Value<'t, 'a>) -> Value<'t, 'a> {
    if value.kind() != Kind::Array {
        return value;
    }
    let mut elements = value.elements();
    match (elements.next(), elements.next()) {
        (Some(only), None) if !matches!(only.kind(), Kind::Array | Kind::Null) => only,
        _ => value,
    }
}

/// What became of a value on its way to a type.
#[derive(Debug, PartialEq, Eq)]
enum Converted {
    AsIs,
    /// New JSON text.
    Text(Box<str>),
    /// `""` or `[]` where a value belongs.
    Empty,
    Impossible,
}

fn convert(value: Value<'_, '_>, wanted: Type) -> Converted {
    let raw = value.raw();
    match (wanted, value.kind()) {
        (Type::List, Kind::Array) | (Type::String, Kind::String) => Converted::AsIs,
        _ if is_unset(value) => Converted::Empty,
        (Type::Integer, Kind::Number) => match number::whole(raw) {
            Some(None) => Converted::AsIs,
            Some(Some(text)) => Converted::Text(text),
            None => Converted::Impossible,
        },
        (Type::Number, Kind::Number)
        | (Type::Boolean, Kind::Bool)
        | (Type::Image, Kind::String)
        | (Type::Object, Kind::Object) => Converted::AsIs,
        (Type::Integer | Type::Number | Type::Boolean, Kind::String) => {
            let text = value.text().unwrap_or_default();
            from_text(text.trim(), wanted)
        }
        (Type::Integer, Kind::Bool) => {
            Converted::Text(if raw == b"true" { "1" } else { "0" }.into())
        }
        (Type::Boolean, Kind::Number) => match number::value(raw) {
            Some(1.0) => Converted::Text("true".into()),
            Some(0.0) => Converted::Text("false".into()),
            _ => Converted::Impossible,
        },
        (Type::String, Kind::Number) => match std::str::from_utf8(raw) {
            Ok(text) => Converted::Text(format!("\"{text}\"").into()),
            Err(_) => Converted::Impossible,
        },
        _ => Converted::Impossible,
    }
}

/// A number or a boolean written as text.
fn from_text(text: &str, wanted: Type) -> Converted {
    match wanted {
        _ if text.is_empty() => Converted::Empty,
        Type::Boolean => match text.to_ascii_lowercase().as_str() {
            "true" | "1" => Converted::Text("true".into()),
            "false" | "0" => Converted::Text("false".into()),
            _ => Converted::Impossible,
        },
        _ if !number::is_number(text.as_bytes()) => Converted::Impossible,
        Type::Integer => match number::whole(text.as_bytes()) {
            Some(None) => Converted::Text(text.into()),
            Some(Some(whole)) => Converted::Text(whole),
            None => Converted::Impossible,
        },
        _ => Converted::Text(text.into()),
    }
}

const fn wanted(kind: Type) -> &'static str {
    match kind {
        Type::Integer => "a whole number",
        Type::Number => "a number",
        Type::Boolean => "true or false",
        Type::String => "a text",
        Type::Image => "an image as base64 text",
        Type::Object => "an object",
        Type::List => "a list",
    }
}

/// The bound that a number, written as text, lies beyond.
pub(crate) fn outside(text: &[u8], bounds: (f64, f64)) -> Option<f64> {
    beyond(number::value(text)?, bounds)
}

/// The bound that a number lies beyond.
pub(crate) fn beyond(number: f64, (min, max): (f64, f64)) -> Option<f64> {
    if number < min {
        Some(min)
    } else if number > max {
        Some(max)
    } else {
        None
    }
}

/// Reports a number outside V3's range and gives what is written: the bound, or the number as it was.
pub(crate) fn out_of_range<'t, 'a>(
    walk: &mut Walk<'t, 'a>,
    value: Value<'t, 'a>,
    place: Place,
    row: Option<&'static Row>,
    bound: f64,
    unchanged: Out<'a>,
) -> Out<'a> {
    bounded(
        walk,
        value,
        place,
        row,
        bound,
        unchanged,
        Fill::Json(value.raw()),
    )
}

/// The same for a number that is only a part of `value`, such as the weight in a tag; `shown` tells which.
pub(crate) fn bounded<'t, 'a>(
    walk: &mut Walk<'t, 'a>,
    value: Value<'t, 'a>,
    place: Place,
    row: Option<&'static Row>,
    bound: f64,
    unchanged: Out<'a>,
    shown: Fill<'a>,
) -> Out<'a> {
    let keeps = walk.options.out_of_range == OutOfRange::Keep;
    let (min, max) = place.field().bounds().unwrap_or((bound, bound));
    walk.report(Code::OutOfRange, Severity::Warning, value, row)
        .to(place)
        .say(match keeps {
            true => Words {
                text: "`{0}` is outside V3's range, {1}; kept as it is",
                help: "V3 will refuse it",
            },
            false => Words {
                text: "`{0}` is outside V3's range, {1}; {2} is written",
                help: "",
            },
        })
        .with(shown)
        .with(Fill::Range(min, max))
        .with(Fill::Bound(bound));
    if keeps {
        unchanged
    } else {
        Out::text(number::text(bound))
    }
}

fn note_conversion<'t, 'a>(
    walk: &mut Walk<'t, 'a>,
    value: Value<'t, 'a>,
    place: Place,
    row: Option<&'static Row>,
    written: Fill<'a>,
) {
    walk.report(Code::TypeConverted, Severity::Note, value, row)
        .to(place)
        .say(Words {
            text: "V3 takes {0} here: `{1}` is written as `{2}`",
            help: "",
        })
        .with(Fill::Name(wanted(place.field().kind())))
        .with(Fill::Json(value.raw()))
        .with(written);
}

/// Reports a text (escaped, as it will be written) that V3 does not list, or whose length it refuses. It is kept.
fn check_text<'t, 'a>(
    walk: &mut Walk<'t, 'a>,
    value: Value<'t, 'a>,
    inner: &[u8],
    field: &'static Field,
    row: Option<&'static Row>,
) {
    let is_listed = || spelled(inner, field.allowed(), |allowed| allowed).is_some();
    if !field.allowed().is_empty() && !is_listed() {
        walk.report(Code::NoCounterpart, Severity::Warning, value, row)
            .say(Words {
                text: "V3 does not list `{0}`; kept as it is",
                help: "",
            })
            .with(Fill::Json(value.raw()));
    }
    check_length(walk, value, inner, field, row);
}

/// Reports a text (escaped, as it will be written) that is shorter or longer than V3 takes.
pub(crate) fn check_length<'t, 'a>(
    walk: &mut Walk<'t, 'a>,
    value: Value<'t, 'a>,
    inner: &[u8],
    field: &'static Field,
    row: Option<&'static Row>,
) {
    let Some((min, max)) = field.length() else {
        return;
    };
    let (min, max) = (min as usize, max as usize);
    // A character is at least one byte: only a text of more bytes needs counting.
    let length = if inner.len() <= max {
        inner.len()
    } else {
        Chars::new(inner).count()
    };
    if length < min && max == u32::MAX as usize {
        walk.report(Code::TooLong, Severity::Warning, value, row)
            .say(Words {
                text: "V3 wants a text here, and this one is empty",
                help: "",
            });
    } else if length < min || length > max {
        walk.report(Code::TooLong, Severity::Warning, value, row)
            .say(Words {
                text: "V3 takes {0} to {1} characters here, this text has {2}",
                help: "",
            })
            .with(Fill::Number(min as u64))
            .with(Fill::Number(max as u64))
            .with(Fill::Number(length as u64));
    }
}

/// Whether a JSON string's text, still escaped, is `text`.
pub(crate) fn spells(inner: &[u8], text: &str) -> bool {
    spelled(inner, &[text], |text| text).is_some()
}

/// The entry of a list whose `text` is that of a JSON string, still escaped.
pub(crate) fn spelled<'l, T>(
    inner: &[u8],
    list: &'l [T],
    text: impl Fn(&T) -> &str,
) -> Option<&'l T> {
    let is_escaped = memchr::memchr(b'\\', inner).is_some();
    list.iter().find(|entry| match is_escaped {
        false => inner == text(entry).as_bytes(),
        true => Chars::new(inner)
            .map(|(_, char)| char)
            .eq(text(entry).chars()),
    })
}

/// Whether a value means the JSON text `wanted`: numbers by value (1.0 is 1), with the slips that [`fit`] mends.
pub(crate) fn means(value: Value<'_, '_>, wanted: &str) -> bool {
    let value = only(value);
    if value.raw() == wanted.as_bytes() {
        return true;
    }
    match wanted.as_bytes() {
        [b'"', text @ .., b'"'] => value
            .inner()
            .is_some_and(|inner| std::str::from_utf8(text).is_ok_and(|text| spells(inner, text))),
        b"false" => as_truth(value) == Some(false),
        wanted => as_number(value).is_some_and(|number| number::value(wanted) == Some(number)),
    }
}

/// Whether a value says nothing: `""`, `[]`, `{}`.
pub(crate) fn is_empty(value: Value<'_, '_>) -> bool {
    is_unset(value) || (value.kind() == Kind::Object && value.members().next().is_none())
}

/// Whether a value is what clients without null write for "not set": `""` or `[]`.
pub(crate) fn is_unset(value: Value<'_, '_>) -> bool {
    match value.kind() {
        Kind::String => value.raw().len() == 2,
        Kind::Array => value.elements().next().is_none(),
        _ => false,
    }
}

/// The same for a number, where a text of nothing but blanks is none either.
pub(crate) fn is_blank(value: Value<'_, '_>) -> bool {
    let value = only(value);
    is_unset(value) || value.text().is_some_and(|text| text.trim().is_empty())
}

/// The number that a value means, written as a number, as text or as a boolean, or as the only element of a list.
pub(crate) fn as_number(value: Value<'_, '_>) -> Option<f64> {
    let value = only(value);
    match value.kind() {
        Kind::Number => number::value(value.raw()),
        Kind::String => {
            let text = value.text()?;
            let text = text.trim().as_bytes();
            number::is_number(text).then(|| number::value(text))?
        }
        Kind::Bool => Some(if value.as_bool()? { 1.0 } else { 0.0 }),
        _ => None,
    }
}

/// The truth that a value means, written as a boolean, as text, or as 0 and 1, or as the only element of a list.
pub(crate) fn as_truth(value: Value<'_, '_>) -> Option<bool> {
    let value = only(value);
    if value.kind() == Kind::Bool {
        return value.as_bool();
    }
    match convert(value, Type::Boolean) {
        Converted::AsIs => value.as_bool(),
        Converted::Text(text) => Some(&*text == "true"),
        Converted::Empty => Some(false),
        Converted::Impossible => None,
    }
}
