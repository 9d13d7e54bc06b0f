//! Byte offsets as a person counts: lines and columns.

/// A place in a text as editors show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line, from 1; lines end with a line feed.
    pub line: usize,
    /// Column in the line, from 1, in characters; a byte order mark is no column.
    pub column: usize,
}

/// The line and column of a byte offset; an offset behind the end is the end.
///
/// Reads the input up to the offset. Bytes that are no UTF-8 count as one character for each `U+FFFD` that
/// a lossy decoder would show.
pub fn position(input: &[u8], offset: usize) -> Position {
    let before = input.get(..start_of_char(input, offset)).unwrap_or(input);
    let line = 1 + memchr::memchr_iter(b'\n', before).count();
    let start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
    let text = before.get(start..).unwrap_or_default();
    let text = if start == 0 {
        text.strip_prefix(super::scan::BOM).unwrap_or(text)
    } else {
        text
    };
    let characters = match std::str::from_utf8(text) {
        Ok(text) => text.chars().count(),
        Err(_) => text
            .utf8_chunks()
            .map(|chunk| chunk.valid().chars().count() + usize::from(!chunk.invalid().is_empty()))
            .sum(),
    };
    let column = 1 + characters;
    Position { line, column }
}

/// The offset itself, or the first byte of the character that it lies inside of.
fn start_of_char(input: &[u8], offset: usize) -> usize {
    let is_inside = |at: usize| input.get(at).is_some_and(|byte| byte & 0xc0 == 0x80);
    let start = (offset.saturating_sub(3)..=offset)
        .rev()
        .find(|at| !is_inside(*at));
    let Some(start) = start.filter(|start| *start < offset) else {
        return offset;
    };
    let whole = input.get(start..).unwrap_or_default();
    let whole = whole.get(..4).unwrap_or(whole);
    match whole
        .utf8_chunks()
        .next()
        .and_then(|chunk| chunk.valid().chars().next())
    {
        Some(char) if start + char.len_utf8() > offset => start,
        _ => offset,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(input: &[u8], offset: usize) -> (usize, usize) {
        let Position { line, column } = position(input, offset);
        (line, column)
    }

    #[test]
    fn lines_and_columns_count_from_one() {
        let text = b"{\n  \"a\": 1\r\n}";
        assert_eq!(at(text, 0), (1, 1));
        assert_eq!(at(text, 1), (1, 2));
        assert_eq!(at(text, 2), (2, 1));
        assert_eq!(at(text, 9), (2, 8));
        assert_eq!(at(text, 12), (3, 1));
        assert_eq!(at(text, 13), (3, 2));
    }

    #[test]
    fn columns_are_characters() {
        let text = "[\"é東🤖\", x]".as_bytes();
        assert_eq!(at(text, text.len() - 2), (1, 9));
        for inside in 4..7 {
            assert_eq!(
                at(text, inside),
                (1, 4),
                "byte {inside} of a character of three bytes"
            );
        }
        assert_eq!(at(text, 7), (1, 5));
    }

    #[test]
    fn a_byte_order_mark_is_no_column() {
        assert_eq!(at(b"\xef\xbb\xbf{", 3), (1, 1));
        assert_eq!(at(b"\xef\xbb\xbf{", 0), (1, 1));
        assert_eq!(at(b"\xef\xbb\xbf{", 4), (1, 2));
        assert_eq!(at(b"1\n\xef\xbb\xbf2", 5), (2, 2));
    }

    #[test]
    fn any_offset_in_any_bytes_has_a_position() {
        let text = b"\"\xff\xe6\x9d\x80\x80\n\xc3";
        let all: Vec<_> = (0..12).map(|offset| at(text, offset)).collect();
        assert_eq!(all[0], (1, 1));
        assert_eq!(all[1], (1, 2));
        assert_eq!(all[7], (2, 1));
        assert_eq!(all[8], all[11]);
        assert_eq!(position(b"", 7), Position { line: 1, column: 1 });
        assert_eq!(position(b"ab", usize::MAX), Position { line: 1, column: 3 });
    }
}
