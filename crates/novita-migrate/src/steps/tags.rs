//! Network tags in a prompt: reading `<lora:name:weight>`. How they are taken out: `tags/cut.rs`.
//!
//! Grammar: A1111's `modules/extra_networks.py`: `<`, a word, `:`, anything but `>`, `>`; arguments are split at `:`,
//! and one with exactly one `=` is named. Everything here works on a JSON string as it is escaped in the input, so
//! that whatever stays in the prompt keeps its own bytes.

mod cut;
mod plain;

use std::borrow::Cow;
use std::ops::Range;

use smallvec::SmallVec;

use crate::json::{Chars, Value};
use crate::number;
use cut::without;
use plain::{Plain, blanks, next, without_blanks};

/// What a prompt's tags say.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Split<'a> {
    /// The prompt without the tags that were read, still escaped.
    pub(crate) prompt: Cow<'a, [u8]>,
    pub(crate) tags: Vec<Tag<'a>>,
}

/// One tag of a prompt. Texts are escaped as in the input.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Tag<'a> {
    /// Taken out of the prompt.
    Lora(Lora<'a>),
    /// A LoRA tag without a name, or with a weight that is no number: stays in the prompt.
    Unreadable(&'a [u8]),
    /// A tag of another network: stays in the prompt.
    Other(&'a [u8]),
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Lora<'a> {
    pub(crate) name: &'a [u8],
    /// A JSON number.
    pub(crate) strength: Cow<'a, str>,
    /// The arguments that V3 has no place for.
    pub(crate) lost: Vec<&'a [u8]>,
}

/// Room for the tags of a usual prompt.
const USUAL: usize = 4;

/// Reads the tags of a prompt; `None` if there are none.
pub(crate) fn split<'a>(prompt: Value<'_, 'a>) -> Option<Split<'a>> {
    split_text(prompt.inner()?, prompt.hides_ascii())
}

/// `hides`: ASCII characters in it may be escaped, such as `<` written as `\u003c`, as Go's encoder does.
fn split_text(inner: &[u8], hides: bool) -> Option<Split<'_>> {
    let plain = match hides {
        false => Plain::borrowed(inner),
        true => Plain::decoded(inner),
    };
    memchr::memchr(b'<', &plain.text)?;
    let mut cut = Ranges::new();
    let mut tags = Vec::with_capacity(USUAL);
    for tag in find(&plain) {
        let raw = plain.raw(tag.start..tag.end);
        let word = plain.text.get(tag.start + 1..tag.colon).unwrap_or_default();
        // `lyco` is A1111's alias of `lora`.
        tags.push(if word != b"lora" && word != b"lyco" {
            Tag::Other(raw)
        } else if let Some(lora) = arguments(&plain, tag.colon + 1..tag.end - 1) {
            cut.push(tag.start..tag.end);
            Tag::Lora(lora)
        } else {
            Tag::Unreadable(raw)
        });
    }
    if tags.is_empty() {
        return None;
    }
    Some(Split {
        prompt: without(&plain, &cut),
        tags,
    })
}

/// Parts of a text, few in most prompts.
type Ranges = SmallVec<[Range<usize>; USUAL]>;

/// Where a tag stands in the plain text.
struct Found {
    start: usize,
    colon: usize,
    end: usize,
}

/// The tags, from left to right. Once no `>` follows, none is looked for again: the cost stays linear.
fn find(plain: &Plain<'_>) -> impl Iterator<Item = Found> {
    let text: &[u8] = &plain.text;
    let mut at = 0;
    std::iter::from_fn(move || {
        while let Some(start) = next(text, at, b'<') {
            let colon = start + 1 + word(text.get(start + 1..).unwrap_or_default());
            at = colon;
            let name = text.get(start + 1..colon).unwrap_or_default();
            if name.is_empty() || text.get(colon) != Some(&b':') || !is_word(name) {
                continue;
            }
            let Some(close) = next(text, colon, b'>') else {
                at = text.len();
                break;
            };
            at = close + 1;
            return Some(Found {
                start,
                colon,
                end: at,
            });
        }
        None
    })
}

/// How many bytes at the beginning look like a word: ASCII letters, digits and `_`, and whatever is beyond ASCII.
fn word(text: &[u8]) -> usize {
    let mut length = 0;
    loop {
        length += match text.get(length..) {
            Some([b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | 0x80.., ..]) => 1,
            Some([b'\\', b'u', ..]) => 6,
            _ => return length,
        };
    }
}

/// Whether what looks like a word is one: A1111's `\w` is about letters and digits of any script, not about other signs.
fn is_word(text: &[u8]) -> bool {
    let is_plain = text.is_ascii() && !text.contains(&b'\\');
    is_plain || Chars::new(text).all(|(_, char)| char.is_alphanumeric() || char == '_')
}

/// The arguments of a LoRA tag; `None` where it has no name or a weight that is no number.
fn arguments<'a>(plain: &Plain<'a>, range: Range<usize>) -> Option<Lora<'a>> {
    let mut positional = 0;
    let (mut name, mut strength, mut lost) = (None, Cow::Borrowed("1"), Vec::new());
    let mut start = range.start;
    while start <= range.end {
        let end = next(plain.text.get(..range.end)?, start, b':').unwrap_or(range.end);
        let argument = trimmed(&plain.text, start..end);
        let text = plain.text.get(argument.clone())?;
        let raw = plain.raw(argument);
        if memchr::memchr_iter(b'=', text).count() == 1 {
            lost.push(raw);
        } else {
            match positional {
                0 => name = Some(raw).filter(|name| !name.is_empty()),
                1 => strength = weight(raw, text)?,
                _ => lost.push(raw),
            }
            positional += 1;
        }
        start = end + 1;
    }
    Some(Lora {
        name: name?,
        strength,
        lost,
    })
}

fn trimmed(text: &[u8], range: Range<usize>) -> Range<usize> {
    let part = text.get(range.clone()).unwrap_or_default();
    let start = range.start + blanks(part);
    start..without_blanks(text, start..range.end)
}

/// A weight (as it is escaped, and as it reads) as a JSON number: its own spelling where that is one, else the same
/// number spelled so.
pub(crate) fn weight<'a>(raw: &'a [u8], text: &[u8]) -> Option<Cow<'a, str>> {
    if number::is_number(raw) {
        return std::str::from_utf8(raw).ok().map(Cow::Borrowed);
    }
    let text = std::str::from_utf8(text).ok()?;
    if number::is_number(text.as_bytes()) {
        return Some(Cow::Owned(text.to_owned()));
    }
    // What Python's float() takes and JSON does not: `+1`, `.5`, `1.`, `007`.
    let unsigned = text
        .strip_prefix('+')
        .or_else(|| text.strip_prefix('-'))
        .unwrap_or(text);
    let sign = if text.starts_with('-') { "-" } else { "" };
    let (mantissa, exponent) =
        unsigned.split_at(unsigned.find(['e', 'E']).unwrap_or(unsigned.len()));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let point = if fraction.is_empty() { "" } else { "." };
    let spelled = format!("{sign}{whole}{point}{fraction}{exponent}");
    number::is_number(spelled.as_bytes()).then_some(Cow::Owned(spelled))
}

#[cfg(test)]
mod tests;
