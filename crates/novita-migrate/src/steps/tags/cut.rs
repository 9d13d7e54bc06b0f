//! Taking tags out of a prompt, each with the comma and the blanks that it leaves behind.

use std::borrow::Cow;
use std::ops::Range;

use super::Ranges;
use super::plain::{Plain, blanks, is_blank, last_blank, next, without_blanks};

/// The prompt without the tags at `cut` (in the plain text), each with the comma and blanks that it leaves behind.
pub(super) fn without<'a>(plain: &Plain<'a>, cut: &[Range<usize>]) -> Cow<'a, [u8]> {
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
