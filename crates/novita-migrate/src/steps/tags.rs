//! Network tags in a prompt: finding `<lora:name:weight>` and taking it out with the comma and blanks it leaves behind.
//!
//! Grammar: A1111's `modules/extra_networks.py`: `<`, a word, `:`, anything but `>`, `>`; arguments are split at `:`,
//! and one with exactly one `=` is named. Everything here works on a JSON string as it is escaped in the input, so
//! that whatever stays in the prompt keeps its own bytes.

use std::borrow::Cow;
use std::ops::Range;

use smallvec::SmallVec;

use crate::json::{Chars, Value};
use crate::number;

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

/// A prompt as it is escaped, but for escaped ASCII characters, and the way back to all of its escapes. What is left of
/// them means nothing in a tag but `\n`, `\t` and `\r`, which are blanks.
struct Plain<'a> {
    inner: &'a [u8],
    text: Cow<'a, [u8]>,
    /// Behind each character that was decoded: the position in `text` and in `inner`.
    steps: Vec<(usize, usize)>,
}

impl<'a> Plain<'a> {
    fn borrowed(inner: &'a [u8]) -> Self {
        Plain {
            inner,
            text: Cow::Borrowed(inner),
            steps: Vec::new(),
        }
    }

    fn decoded(inner: &'a [u8]) -> Self {
        let (mut text, mut steps, mut read) = (Vec::with_capacity(inner.len()), Vec::new(), 0);
        for at in memchr::memchr_iter(b'\\', inner) {
            // Not the second half of an escaped backslash.
            let Some(run) = inner.get(read..at) else {
                continue;
            };
            text.extend_from_slice(run);
            let escape = inner.get(at..).unwrap_or_default();
            let length = if escape.get(1) == Some(&b'u') { 6 } else { 2 };
            match ascii(escape) {
                Some(char) => {
                    text.push(char);
                    steps.push((text.len(), at + length));
                }
                None => text.extend_from_slice(escape.get(..length).unwrap_or(escape)),
            }
            read = at + length;
        }
        text.extend_from_slice(inner.get(read..).unwrap_or_default());
        Plain {
            inner,
            text: Cow::Owned(text),
            steps,
        }
    }

    /// The position in the escaped bytes.
    fn position(&self, at: usize) -> usize {
        let behind = self.steps.partition_point(|(text, _)| *text <= at);
        match behind.checked_sub(1).and_then(|last| self.steps.get(last)) {
            None => at,
            Some((text, inner)) => inner + (at - text),
        }
    }

    fn raw(&self, range: Range<usize>) -> &'a [u8] {
        self.inner
            .get(self.position(range.start)..self.position(range.end))
            .unwrap_or_default()
    }
}

/// The ASCII character that an escape of six bytes stands for. A backslash is told as another sign: nothing is escaped by
/// it.
fn ascii(escape: &[u8]) -> Option<u8> {
    let hex = escape.strip_prefix(b"\\u00")?.get(..2)?;
    let char = u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok()?;
    match char {
        b'\\' => Some(b'"'),
        _ => Some(char).filter(u8::is_ascii),
    }
}

/// How many bytes of blanks the text begins with.
fn blanks(text: &[u8]) -> usize {
    let mut length = 0;
    loop {
        length += match text.get(length..) {
            Some([b' ' | b'\t' | b'\n' | b'\r', ..]) => 1,
            Some([b'\\', b'n' | b't' | b'r', ..]) => 2,
            _ => return length,
        };
    }
}

/// How many bytes the blank has that the text ends with; 0 if it ends with none.
fn last_blank(text: &[u8]) -> usize {
    match text {
        [.., b' ' | b'\t' | b'\n' | b'\r'] => 1,
        [before @ .., b'\\', b'n' | b't' | b'r'] => {
            // An escaped backslash before an ordinary letter is no blank.
            let escaped = before.iter().rev().take_while(|byte| **byte == b'\\');
            if escaped.count() % 2 == 0 { 2 } else { 0 }
        }
        _ => 0,
    }
}

fn is_blank(text: &[u8]) -> bool {
    blanks(text) == text.len()
}

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

fn next(text: &[u8], from: usize, byte: u8) -> Option<usize> {
    memchr::memchr(byte, text.get(from..)?).map(|at| from + at)
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

/// The prompt without the tags at `cut` (in the plain text), each with the comma and blanks that it leaves behind.
fn without<'a>(plain: &Plain<'a>, cut: &[Range<usize>]) -> Cow<'a, [u8]> {
    if cut.is_empty() {
        return Cow::Borrowed(plain.inner);
    }
    let mut out = Vec::with_capacity(plain.inner.len());
    let mut from = 0;
    for range in gaps(&plain.text, cut) {
        if range.start > from {
            out.extend_from_slice(plain.raw(from..range.start));
        }
        from = from.max(range.end);
    }
    out.extend_from_slice(plain.raw(from..plain.text.len()));
    Cow::Owned(out)
}

/// What goes: the tags, widened. Commas outside the tags cut the text into segments. Neighbouring segments that hold
/// nothing but tags and blanks go whole, with one comma; inside a segment with other text, a tag goes with the blanks
/// on one of its sides, or on both where it ends the segment.
fn gaps(text: &[u8], tags: &[Range<usize>]) -> Ranges {
    let mut gaps = Ranges::new();
    let mut tags = tags;
    // The first of the neighbouring segments without text, and whether a tag is among them.
    let mut run: Option<(usize, bool)> = None;
    let mut start = 0;
    loop {
        if run.is_none() {
            // Only the segments round a tag can change.
            let Some(tag) = tags.first() else { return gaps };
            start = first_segment_before(text, start, tag.start);
        }
        let (end, inside) = segment(text, start, tags);
        let (here, later) = tags.split_at(inside);
        tags = later;
        let content = content_end(text, start..end, here);
        if content == start {
            let (first, tagged) = run.unwrap_or((start, false));
            run = Some((first, tagged || !here.is_empty()));
        } else {
            let mut leads = start == 0;
            if let Some((first, true)) = run {
                leads = first == 0;
                gaps.push(first..start);
            }
            run = None;
            inner_gaps(text, start..end, content, here, leads, &mut gaps);
        }
        if end >= text.len() {
            break;
        }
        start = end + 1;
    }
    if let Some((first, true)) = run {
        // A separator at the end goes too, with the blanks before it.
        let before = 0..first.saturating_sub(1);
        gaps.push(without_blanks(text, before)..text.len());
    }
    gaps
}

/// Where the segment that `tag` stands in begins, or the first of the segments without text right before it; not
/// before `start`.
fn first_segment_before(text: &[u8], start: usize, tag: usize) -> usize {
    let comma = |to: usize| {
        memchr::memrchr(b',', text.get(start..to).unwrap_or_default()).map(|at| start + at)
    };
    let mut comma_before = comma(tag);
    let mut first = comma_before.map_or(start, |at| at + 1);
    while let Some(at) = comma_before {
        let before = comma(at).map_or(start, |at| at + 1);
        if !is_blank(text.get(before..at).unwrap_or_default()) {
            break;
        }
        first = before;
        comma_before = comma(at);
    }
    first
}

/// Where the segment that begins at `start` ends (at a comma outside the tags), and how many tags it holds.
fn segment(text: &[u8], start: usize, tags: &[Range<usize>]) -> (usize, usize) {
    let (mut from, mut inside) = (start, 0);
    loop {
        let tag = tags.get(inside);
        let until = tag.map_or(text.len(), |tag| tag.start);
        match (
            text.get(..until).and_then(|text| next(text, from, b',')),
            tag,
        ) {
            (Some(comma), _) => return (comma, inside),
            (None, None) => return (text.len(), inside),
            (None, Some(tag)) => {
                from = tag.end;
                inside += 1;
            }
        }
    }
}

/// The end of a segment's text, without the blanks and tags behind it; the segment's start where it has no text.
fn content_end(text: &[u8], segment: Range<usize>, tags: &[Range<usize>]) -> usize {
    let mut end = without_blanks(text, segment.clone());
    for tag in tags.iter().rev() {
        if tag.end != end {
            break;
        }
        end = without_blanks(text, segment.start..tag.start);
    }
    end
}

/// The end of a part without the blanks at its end.
fn without_blanks(text: &[u8], part: Range<usize>) -> usize {
    let mut end = part.end;
    loop {
        match last_blank(text.get(part.start..end).unwrap_or_default()) {
            0 => return end,
            blank => end -= blank,
        }
    }
}

/// The gaps of a segment that has text; `leads`: nothing of the prompt stays before it.
fn inner_gaps(
    text: &[u8],
    segment: Range<usize>,
    content: usize,
    tags: &[Range<usize>],
    leads: bool,
    gaps: &mut Ranges,
) {
    // Where the text that stays before the tag ends; blanks count as such unless they lead the prompt.
    let mut kept = segment.start;
    // Whether that text is nothing or ends with a blank.
    let mut behind_blank = true;
    let is_gone = |text: &[u8], from: usize, to: usize| text.get(from..to).is_none_or(is_blank);
    let mut at_start = leads;
    if leads && segment.start > 0 {
        // The blanks before the first text led by a run of tags.
        let blanks = blanks(text.get(segment.start..).unwrap_or_default());
        gaps.push(segment.start..segment.start + blanks);
    }
    for tag in tags.iter().filter(|tag| tag.start < content) {
        at_start &= is_gone(text, kept, tag.start);
        let after = tag.end + blanks(text.get(tag.end..).unwrap_or_default());
        if tag.start > kept {
            behind_blank = last_blank(text.get(kept..tag.start).unwrap_or_default()) > 0;
        }
        let (from, to) = match (at_start, behind_blank) {
            (true, _) => (kept, after),
            (false, true) => (tag.start, after),
            (false, false) => (tag.start, tag.end),
        };
        gaps.push(from..to);
        kept = to;
    }
    if content < segment.end && tags.iter().any(|tag| tag.start >= content) {
        gaps.push(content..segment.end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of a prompt that may hold anything.
    fn tags_of(text: &[u8]) -> Option<Split<'_>> {
        split_text(text, true)
    }

    fn prompt(text: &str) -> String {
        let left = tags_of(text.as_bytes())
            .map_or(text.as_bytes().to_vec(), |split| split.prompt.into_owned());
        String::from_utf8(left).expect("a cut between characters")
    }

    fn loras(text: &str) -> Vec<(String, String)> {
        let text_of = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let tags = tags_of(text.as_bytes())
            .map(|split| split.tags)
            .unwrap_or_default();
        let loras = tags.iter().filter_map(|tag| {
            if let Tag::Lora(lora) = tag {
                Some(lora)
            } else {
                None
            }
        });
        loras
            .map(|lora| (text_of(lora.name), lora.strength.to_string()))
            .collect()
    }

    #[test]
    fn a_tag_takes_its_separator_along() {
        for (before, after) in [
            ("a, <lora:x:1>, b", "a, b"),
            ("a <lora:x:1>, b", "a, b"),
            ("<lora:x:1><lora:y:.5>, b", "b"),
            ("word<lora:x:1>", "word"),
            ("<lora:x:1> b", "b"),
            ("  <lora:x:1> b", "b"),
            ("  a <lora:x:1> b", "  a b"),
            ("<lora:x:1>, <lora:y:1> b", "b"),
            ("a, <lora:x:1> b", "a, b"),
            ("a <lora:x:1> b", "a b"),
            ("a <lora:x:1> <lora:y:1> b", "a b"),
            ("a<lora:x:1><lora:y:1> b", "a b"),
            ("a<lora:x:1><lora:y:1>b <lora:z:1><lora:z:1> c", "ab c"),
            ("a<lora:x:1>b", "ab"),
            ("a<lora:x:1> b", "a b"),
            ("a, <lora:x:1>", "a"),
            ("a , <lora:x:1>", "a"),
            ("a, <lora:x:1>,", "a"),
            ("a, <lora:x:1>, <lora:y:1>, b", "a, b"),
            ("a,<lora:x:1>,b", "a,b"),
            ("a,, <lora:x:1>, b", "a, b"),
            ("a <lora:x:1> ,b", "a,b"),
            (", <lora:x:1>", ""),
            ("<lora:x:1>", ""),
            ("<lora:a,b:1>, c", "c"),
            ("a,\\n<lora:x:1>,\\nb", "a,\\nb"),
            ("a \\n <lora:x:1>", "a"),
        ] {
            assert_eq!(prompt(before), after, "{before}");
        }
    }

    #[test]
    fn what_has_no_tag_keeps_its_bytes() {
        for text in [
            "a,, b ,",
            " a",
            "",
            "a < b > c",
            "<lora",
            "<lora:x",
            "<:x>",
            "\\u00e9,,",
            "<lora:x:1",
            "<3，lora:x:1>",
            "<\\uff0c:<b",
            "<\\uff0c:x>",
        ] {
            assert_eq!(tags_of(text.as_bytes()), None, "{text}");
        }
        // Far from the tag nothing changes either.
        assert_eq!(
            prompt("a,, b ,\\/ \\ud83d, <lora:x:1>, c"),
            "a,, b ,\\/ \\ud83d, c"
        );
        assert_eq!(prompt(" a,, b, <lora:x:1>, c,"), " a,, b, c,");
    }

    #[test]
    fn reads_tags_that_are_escaped() {
        assert_eq!(prompt("a, \\u003clora:x:1\\u003e"), "a");
        assert_eq!(
            loras("a \\u003Clora:x\\u00e9\\u003A0.5\\u003e"),
            [("x\\u00e9".into(), "0.5".into())]
        );
        assert_eq!(loras("\\\\u003clora:x:1>"), []);
        // A backslash that is written so begins no escape: this is no line break.
        assert_eq!(prompt("a\\u005cn<lora:x:1>, b"), "a\\u005cn, b");
        assert_eq!(
            loras("<lora:x\\u005cn:1>"),
            [("x\\u005cn".into(), "1".into())]
        );
        assert_eq!(
            loras("<lora:x:\\u003007\\u002e50>, <lora:y:\\u0031>"),
            [("x".into(), "7.50".into()), ("y".into(), "1".into())]
        );
    }

    #[test]
    fn weights_become_json_numbers() {
        for (weight, strength) in [
            ("0.8", "0.8"),
            ("0.80", "0.80"),
            (".5", "0.5"),
            ("1.", "1"),
            ("007", "7"),
            ("+1", "1"),
            ("1e-1", "1e-1"),
            ("-.5", "-0.5"),
            (" 1 ", "1"),
            ("00", "0"),
        ] {
            assert_eq!(
                loras(&format!("<lora:x:{weight}>")),
                [("x".into(), strength.into())],
                "{weight}"
            );
        }
        assert_eq!(loras("<lora:x>"), [("x".into(), "1".into())]);
        for bad in ["", "a", "nan", "inf", "1_0", "１", ".", "1e", "--1"] {
            assert_eq!(loras(&format!("<lora:x:{bad}>")), [], "{bad}");
        }
    }

    #[test]
    fn other_arguments_and_networks_are_told_apart() {
        let split =
            tags_of(b"<lora:x:0.5:0.7>, <lyco:y:te=1:1>, <lora: >, <hypernet:z:1>, <lora:a=b>")
                .expect("tags");
        assert_eq!(
            split.tags,
            [
                Tag::Lora(Lora {
                    name: b"x",
                    strength: "0.5".into(),
                    lost: vec![b"0.7"]
                }),
                Tag::Lora(Lora {
                    name: b"y",
                    strength: "1".into(),
                    lost: vec![b"te=1"]
                }),
                Tag::Unreadable(b"<lora: >"),
                Tag::Other(b"<hypernet:z:1>"),
                Tag::Unreadable(b"<lora:a=b>"),
            ]
        );
        assert_eq!(&*split.prompt, b"<lora: >, <hypernet:z:1>, <lora:a=b>");
        // Words are words in any script, spelt either way.
        for tag in ["<caf\u{e9}:x>", "<caf\\u00e9_net:x>", "<\u{e9}_net:x>"] {
            let split = tags_of(tag.as_bytes()).expect("a tag");
            assert_eq!(split.tags, [Tag::Other(tag.as_bytes())], "{tag}");
        }
    }
}
