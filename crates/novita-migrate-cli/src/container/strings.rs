//! JSON text inside a JSON string.

use super::layer::{Encoding, Layer};
use crate::read::map::Map;

/// How the strings of one source are escaped, where JSON leaves a choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Quoted {
    /// `/` is written `\/`, as PHP does it.
    slashes: bool,
    /// What is not ASCII is written `\uXXXX`, as Python does it.
    ascii: bool,
}

impl Quoted {
    /// The habits of the source of a string.
    fn of(inner: &[u8]) -> Self {
        let (mut slashes, mut unicode, mut rest) = (false, false, inner);
        // Only what a backslash of this string stands before: `\\/` is a backslash of the text and a bare slash.
        while let Some(at) = memchr::memchr(b'\\', rest) {
            slashes |= rest.get(at + 1) == Some(&b'/');
            unicode |= rest.get(at + 1) == Some(&b'u');
            rest = rest.get(at + 2..).unwrap_or_default();
        }
        Quoted {
            slashes,
            ascii: unicode && inner.is_ascii(),
        }
    }
}

impl Encoding for Quoted {
    fn encode(&self, text: &[u8], out: &mut Vec<u8>) {
        let text = String::from_utf8_lossy(text);
        if !self.slashes && !self.ascii {
            return novita_migrate::json::escape_into(&text, out);
        }
        let mut units = [0; 2];
        for char in text.chars() {
            match char {
                '/' if self.slashes => out.extend_from_slice(b"\\/"),
                char if self.ascii && !char.is_ascii() => {
                    for unit in char.encode_utf16(&mut units) {
                        out.extend_from_slice(format!("\\u{unit:04x}").as_bytes());
                    }
                }
                char => novita_migrate::json::escape_into(char.encode_utf8(&mut [0; 4]), out),
            }
        }
    }
}

/// Decodes what stands between the quotes of a JSON string that the JSON reader has accepted. `None` if it holds half
/// a surrogate pair, which no text can hold.
pub(crate) fn decode(inner: &[u8]) -> Option<Layer<'_, Quoted>> {
    let (mut text, mut map) = (Vec::with_capacity(inner.len()), Map::default());
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'\\', inner.get(at..)?) {
        text.extend_from_slice(inner.get(at..at + found)?);
        at += found;
        map.respelt(text.len(), at);
        at += escape(inner.get(at..)?, &mut text)?;
        map.same(text.len(), at);
    }
    text.extend_from_slice(inner.get(at..)?);
    Some(Layer {
        text,
        map,
        source: inner,
        encoding: Quoted::of(inner),
    })
}

/// Appends what the escape sequence at the start stands for; returns its length.
fn escape(rest: &[u8], text: &mut Vec<u8>) -> Option<usize> {
    let simple = match rest.get(1)? {
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'b' => 8,
        b'f' => 12,
        b'u' => {
            let (unit, length) = match (unit(rest)?, rest.get(6..).and_then(unit)) {
                (high @ 0xd800..0xdc00, Some(low @ 0xdc00..0xe000)) => {
                    (0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00), 12)
                }
                (unit, _) => (unit, 6),
            };
            text.extend_from_slice(char::from_u32(unit)?.encode_utf8(&mut [0; 4]).as_bytes());
            return Some(length);
        }
        byte => *byte,
    };
    text.push(simple);
    Some(2)
}

/// The number in the `\uXXXX` at the start.
fn unit(rest: &[u8]) -> Option<u32> {
    let digits = rest.strip_prefix(b"\\u")?.first_chunk::<4>()?;
    digits.iter().try_fold(0, |unit, digit| {
        Some(unit << 4 | char::from(*digit).to_digit(16)?)
    })
}

/// Whether a string seems to hold a JSON object or list, or such a text as a string once more.
pub(crate) fn may_hold_json(inner: &[u8]) -> bool {
    let mut rest = inner;
    loop {
        rest = match rest {
            [b' ', rest @ ..] | [b'\\', b'n' | b'r' | b't', rest @ ..] => rest,
            [b'{' | b'[', ..] => return inner.len() > 2,
            // A quote, at whatever depth: what it opens is looked at when it is decoded.
            [b'\\', b'"', ..] => return true,
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::container::layer::{AsItIs, Inside, Speller};

    /// What the speller makes of pieces of the string's text, or of new text.
    fn written(inner: &str, write: impl FnOnce(&[u8], &mut dyn FnMut(&[u8]))) -> String {
        let layer = decode(inner.as_bytes()).unwrap();
        let mut out = Vec::new();
        write(&layer.text, &mut |piece| {
            Inside {
                layer: &layer,
                outer: &AsItIs,
            }
            .spell(piece, &mut out)
        });
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn pieces_of_the_text_keep_their_spelling() {
        let inner = r#"{\"a\":\"\u00e9\/\\n\ud83d\ude00\"}"#;
        let layer = decode(inner.as_bytes()).unwrap();
        assert_eq!(
            std::str::from_utf8(&layer.text).unwrap(),
            "{\"a\":\"é/\\n😀\"}"
        );
        assert_eq!(written(inner, |text, spell| spell(text)), inner);
        assert_eq!(
            written(inner, |text, spell| spell(&text[5..])),
            r#"\"\u00e9\/\\n\ud83d\ude00\"}"#
        );
    }

    #[test]
    fn new_text_is_escaped_as_the_source_is() {
        let new = |_: &[u8], spell: &mut dyn FnMut(&[u8])| spell("{\"x\":\"é/\n😀\"}".as_bytes());
        assert_eq!(written("{}", new), "{\\\"x\\\":\\\"é/\\n😀\\\"}");
        assert_eq!(written(r"a\/b", new), "{\\\"x\\\":\\\"é\\/\\n😀\\\"}");
        assert_eq!(written(r"\\/ \\u00e9", new), "{\\\"x\\\":\\\"é/\\n😀\\\"}");
        assert_eq!(
            written(r"\u00e9", new),
            "{\\\"x\\\":\\\"\\u00e9/\\n\\ud83d\\ude00\\\"}"
        );
    }

    #[test]
    fn half_a_surrogate_pair_is_no_text() {
        assert!(decode(br"a\ud83d").is_none());
        assert!(decode(br"a\ud83d\u0041").is_none());
    }

    #[test]
    fn json_is_told_from_its_first_character() {
        for yes in [r"{ }", r"  [1]", r#"\n\t{\"a\":1}"#, r#"\"{\\\"a\\\":1}\""#] {
            assert!(may_hold_json(yes.as_bytes()), "{yes}");
        }
        for no in ["", "a cat", "{}", "iVBORw0KGgo", r"\\{"] {
            assert!(!may_hold_json(no.as_bytes()), "{no}");
        }
    }
}
