//! The line around a place in an input, cut to what a person can read. The input may be one line of 60 MB: only the
//! neighbourhood of the place is looked at, whatever the length.

mod secrets;

use std::ops::Range;

use unicode_width::UnicodeWidthChar;

/// A cut of one line, safe for terminals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Excerpt {
    /// The text; `…` marks where it was cut.
    pub(crate) text: String,
    /// Terminal columns before the place.
    pub(crate) indent: usize,
}

/// Characters shown before and after the place.
const BEFORE: usize = 30;
const AFTER: usize = 50;

/// How far a word may stand before the place that tells that a secret follows.
const LOOK_BACK: usize = 4096;

/// The line that holds `offset`, cut around it; nothing outside of `bounds` is shown, and no key or token. `None`
/// where there is nothing to see.
pub(crate) fn cut(input: &[u8], offset: usize, bounds: Range<usize>) -> Option<Excerpt> {
    let before = input.get(bounds.start..offset)?;
    let after = input.get(offset..bounds.end.min(input.len()))?;
    let before = before.get(before.len().saturating_sub(LOOK_BACK)..)?;
    let before = memchr::memrchr(b'\n', before).map_or(Some(before), |at| before.get(at + 1..))?;
    // Four bytes are the longest character; one more tells whether something was cut.
    let after = after.get(..(AFTER + 1) * 4).unwrap_or(after);
    let after = after.split(|byte| *byte == b'\n').next()?;
    let after = after.strip_suffix(b"\r").unwrap_or(after);
    let shown = before.len().saturating_sub((BEFORE + 1) * 4);
    let before = before.get(secrets::beginning(before, shown)..)?;
    let line = [before, after].concat();
    let line = secrets::hidden(&line);
    let (before, after) = line.split_at_checked(before.len())?;
    let before = before.get(before.len().saturating_sub((BEFORE + 1) * 4)..)?;
    let (before, after) = (
        String::from_utf8_lossy(before),
        String::from_utf8_lossy(after),
    );

    let count = before.chars().count();
    let mut text = String::new();
    if count > BEFORE {
        text.push('…');
    }
    text.extend(
        before
            .chars()
            .skip(count.saturating_sub(BEFORE))
            .map(visible),
    );
    // Indentation says nothing here.
    let mut text = text.trim_start().to_owned();
    let indent = text.chars().map(|char| char.width().unwrap_or(0)).sum();
    text.extend(after.chars().take(AFTER).map(visible));
    if after.chars().nth(AFTER).is_some() {
        text.push('…');
    }
    let text = text.trim_end().to_owned();
    (!text.is_empty()).then_some(Excerpt { text, indent })
}

/// What a terminal would act upon, or what would mirror the text, as a sign of one column.
fn visible(char: char) -> char {
    match char {
        '\t' => ' ',
        '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{feff}' => '\u{fffd}',
        _ if char.is_control() => '\u{fffd}',
        _ => char,
    }
}

#[cfg(test)]
mod tests {
    use super::Excerpt;

    fn cut(input: &[u8], offset: usize) -> Option<Excerpt> {
        super::cut(input, offset, 0..input.len())
    }

    #[test]
    fn nothing_outside_of_the_payload_is_shown() {
        let input = b"curl -H 'x: abc' -d '{\"n\":4}' -H 'y: def'";
        let excerpt = super::cut(input, 22, 21..28).unwrap();
        assert_eq!((excerpt.text.as_str(), excerpt.indent), ("{\"n\":4}", 1));
    }

    #[test]
    fn a_short_line_is_shown_whole_without_its_indentation() {
        let input = b"{\n\t\"n_iter\": 4,\r\n}";
        let excerpt = cut(input, 13).unwrap();
        assert_eq!(excerpt.text, "\"n_iter\": 4,");
        assert_eq!(excerpt.indent, 10);
    }

    #[test]
    fn a_long_line_is_cut_on_both_sides() {
        let input = "x".repeat(10_000);
        let excerpt = cut(input.as_bytes(), 5_000).unwrap();
        assert_eq!(excerpt.text, format!("…{}…", "x".repeat(80)));
        assert_eq!(excerpt.indent, 31);
        assert_eq!(cut(input.as_bytes(), 0).unwrap().indent, 0);
    }

    #[test]
    fn wide_characters_move_the_caret_by_their_width() {
        let input = "\"東京\": 1";
        let excerpt = cut(input.as_bytes(), input.len() - 1).unwrap();
        assert_eq!((excerpt.text.as_str(), excerpt.indent), (input, 8));
    }

    #[test]
    fn nothing_reaches_the_terminal_that_it_would_act_upon() {
        let excerpt = cut(b"a\x1b[2Jb\xffc", 0).unwrap();
        assert_eq!(excerpt.text, "a\u{fffd}[2Jb\u{fffd}c");
        assert!(
            !cut(&"\u{9b}1m\u{202e}z\u{7}".repeat(9).into_bytes(), 20)
                .unwrap()
                .text
                .contains(char::is_control)
        );
    }

    #[test]
    fn no_place_no_excerpt() {
        assert_eq!(cut(b"", 0), None);
        assert_eq!(cut(b"abc", 4), None);
        assert_eq!(cut(b"a\n\nb", 2), None);
    }
}
