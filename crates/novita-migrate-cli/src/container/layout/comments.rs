//! Comments of almost-JSON, as far as the layout of a text is to be told without them. What is looked at may be damaged, or
//! end anywhere, which the scanner of `--tolerant` refuses.

/// A text without the blanks that it begins with, and with tolerance without comments there; nothing while it is not
/// known where such a comment ends.
pub(super) fn beginning(text: &[u8], tolerant: bool) -> &[u8] {
    let mut text = text.trim_ascii_start();
    while let Some(end) = comment(text).filter(|_| tolerant) {
        text = text.get(end..).unwrap_or_default().trim_ascii_start();
    }
    text
}

/// How long the comment is that a text begins with.
fn comment(text: &[u8]) -> Option<usize> {
    let end = match text {
        [b'/', b'/', ..] => memchr::memchr(b'\n', text),
        [b'/', b'*', inside @ ..] => memchr::memmem::find(inside, b"*/").map(|at| at + 4),
        _ => return None,
    };
    Some(end.unwrap_or(text.len()))
}

/// The last byte of a line that is neither a blank nor in a comment.
pub(super) fn last_outside(line: &[u8]) -> Option<u8> {
    let (mut last, mut quote, mut at) = (None, None, 0);
    while let Some(&byte) = line.get(at) {
        match (quote, byte) {
            (Some(_), b'\\') => at += 1,
            (Some(open), _) if byte == open => quote = None,
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'/') => {
                if let Some(length) = comment(line.get(at..).unwrap_or_default()) {
                    at += length;
                    continue;
                }
            }
            _ => {}
        }
        if !byte.is_ascii_whitespace() {
            last = Some(byte);
        }
        at += 1;
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_ends_where_it_ends() {
        for (text, length) in [
            ("// a\nb", Some(4)),
            ("/* a\n */b", Some(8)),
            ("/**/b", Some(4)),
            ("/*/b", Some(4)),
            ("/* b", Some(4)),
            ("// b", Some(4)),
            ("/b", None),
            (" // b", None),
        ] {
            assert_eq!(comment(text.as_bytes()), length, "{text}");
        }
    }

    #[test]
    fn what_a_line_ends_with_is_seen_before_its_comments() {
        for (line, last) in [
            (r#""a\"//b": // c"#, Some(b':')),
            (r#""a\\", //" c"#, Some(b',')),
            (r#"'"//', // c"#, Some(b',')),
            ("1, /* a */ /* b */ ", Some(b',')),
            ("1 /* a */, ", Some(b',')),
            ("/* a */ // b", None),
            ("a / b", Some(b'b')),
        ] {
            assert_eq!(last_outside(line.as_bytes()), last, "{line}");
        }
    }
}
