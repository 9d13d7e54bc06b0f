//! Long scalars, made short enough to be looked at.

use std::borrow::Cow;

use crate::json::Chars;

/// Text without a blank (base64, a signed URL) is abridged from so many bytes on: no word or name is so long.
const OPAQUE: usize = 200;
/// Text with blanks is for people to read, and stays whole up to so many bytes.
const READABLE: usize = 4000;
/// How many characters stay of text without blanks: of a picture, enough to tell the kind.
const OPAQUE_HEAD: usize = 24;
/// How many characters stay of text with blanks.
const READABLE_HEAD: usize = 400;

/// A JSON scalar as [audits](crate::Audit) show it: its own text, or where that is long, its beginning, its length in
/// bytes and a hash, such as `"iVBORw0KGgoAAAANSUhEUgAA… (51234 bytes, fnv1a 8f1e2d3c4b5a6978)"`.
///
/// Length and hash are of what stands between the quotes, as it is spelled: any change of it shows. The hash is 64-bit
/// FNV-1a, which tells accidents from one another; it is no protection against somebody who wants two texts to look
/// alike.
pub fn abridged(scalar: &[u8]) -> Cow<'_, str> {
    let (quote, inner) = match scalar
        .strip_prefix(b"\"")
        .and_then(|text| text.strip_suffix(b"\""))
    {
        Some(inner) => ("\"", inner),
        None => ("", scalar),
    };
    let head = if inner.len() > READABLE {
        READABLE_HEAD
    } else if inner.len() >= OPAQUE && !inner.contains(&b' ') {
        OPAQUE_HEAD
    } else {
        return String::from_utf8_lossy(scalar);
    };
    let head = if inner.contains(&b' ') {
        head
    } else {
        OPAQUE_HEAD
    };
    // By characters, so that no escape sequence is cut in two.
    let end = Chars::new(inner)
        .nth(head)
        .map_or(inner.len(), |(range, _)| range.start);
    let head = String::from_utf8_lossy(inner.get(..end).unwrap_or_default());
    Cow::Owned(format!(
        "{quote}{head}… ({} bytes, fnv1a {:016x}){quote}",
        inner.len(),
        fnv1a(inner)
    ))
}

/// The 64-bit FNV-1a hash of some bytes: the same on every machine and in every version.
pub fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::{OPAQUE, READABLE, abridged, fnv1a};

    #[test]
    fn the_hash_is_the_published_one() {
        // Test vectors of the FNV authors.
        assert_eq!(fnv1a(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a(b"a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(fnv1a(b"foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn what_people_can_read_stays() {
        let prompt = format!("\"{}\"", "a cat, ".repeat(READABLE / 7));
        for text in [
            "7.50",
            "\"a cat\"",
            "null",
            &prompt,
            &format!("\"{}\"", "x".repeat(OPAQUE - 1)),
        ] {
            assert_eq!(abridged(text.as_bytes()), text);
        }
    }

    #[test]
    fn pictures_cost_one_line_and_cannot_change_unseen() {
        let picture = format!("\"iVBORw0KGgoAAAANSUhEUgAA{}\"", "Ab+\\/".repeat(2000));
        let short = abridged(picture.as_bytes()).into_owned();
        assert!(
            short.starts_with("\"iVBORw0KGgoAAAANSUhEUgAA… (10024 bytes, fnv1a "),
            "{short}"
        );
        assert!(short.len() < 90, "{short}");
        let other = picture.replacen("Ab", "Ac", 1);
        assert_ne!(abridged(other.as_bytes()), short);
    }

    #[test]
    fn no_escape_sequence_and_no_character_is_cut() {
        let text = format!("\"{}\\ud83d\\ude00{}\"", "é".repeat(23), "x".repeat(300));
        assert!(
            abridged(text.as_bytes())
                .starts_with(&format!("\"{}\\ud83d\\ude00… (", "é".repeat(23)))
        );
    }

    #[test]
    fn long_prompts_keep_their_beginning() {
        let text = format!("\"{}\"", "two words ".repeat(1000));
        let short = abridged(text.as_bytes());
        assert!(
            short.starts_with("\"two words two words") && (400..500).contains(&short.len()),
            "{short}"
        );
    }
}
