//! Words of shell commands: read with their quotes, written again in the same quoting style.

use std::ops::Range;

use super::layer::{Encoding, Layer};
use crate::read::map::Map;

/// How text is quoted in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// `\{\"a\"\}`
    Bare,
    /// `'…'`
    Single,
    /// `"…"`
    Double,
    /// `$'…'`
    Dollar,
    /// The lines of a here-document, in which variables are replaced.
    Here,
    /// The lines of a here-document, in which nothing has a meaning.
    Verbatim,
}

impl Style {
    /// What stands around text of this style.
    fn quotes(self) -> (&'static str, &'static str) {
        match self {
            Style::Single => ("'", "'"),
            Style::Double => ("\"", "\""),
            Style::Dollar => ("$'", "'"),
            Style::Bare | Style::Here | Style::Verbatim => ("", ""),
        }
    }
}

/// How a word is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shell {
    pub(crate) style: Style,
    /// Whether the word has one style from its beginning to its end.
    is_even: bool,
}

impl Shell {
    pub(crate) fn is_even(self) -> bool {
        self.is_even
    }
}

impl Encoding for Shell {
    fn encode(&self, text: &[u8], out: &mut Vec<u8>) {
        for byte in text {
            match (self.style, byte) {
                (Style::Single, b'\'') => out.extend_from_slice(b"'\\''"),
                (Style::Double, b'"' | b'\\' | b'$' | b'`') => out.extend([b'\\', *byte]),
                (Style::Here, b'\\' | b'$' | b'`') => out.extend([b'\\', *byte]),
                (Style::Dollar, b'\'' | b'\\') => out.extend([b'\\', *byte]),
                (Style::Dollar, b'\n') => out.extend_from_slice(b"\\n"),
                (Style::Bare, b'\n') => out.extend_from_slice(b"'\n'"),
                (Style::Bare, byte) if byte.is_ascii() && !is_safe(*byte) => {
                    out.extend([b'\\', *byte])
                }
                (_, byte) => out.push(*byte),
            }
        }
    }

    fn keeps_spelling(&self) -> bool {
        self.is_even
    }
}

/// Whether a character has no meaning to a shell.
fn is_safe(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_./:=@%+,-".contains(&byte)
}

/// A word of a command, or the lines of a here-document.
#[derive(Debug)]
pub(crate) struct Word<'s> {
    /// With its quotes, in the script.
    pub(crate) range: Range<usize>,
    /// What a command would get, as far as it can be known: variables stand as they are written.
    pub(crate) layer: Layer<'s, Shell>,
    /// Where the source of the layer begins in the script.
    pub(crate) start: usize,
    /// Where the first variable or command substitution stands in the script.
    pub(crate) expansion: Option<usize>,
}

/// Reads the word that begins at an offset of a script. `None` if a quote is not closed.
pub(crate) fn word(script: &[u8], start: usize) -> Option<Word<'_>> {
    let mut parts = Vec::new();
    let mut reader = Reader {
        script,
        at: start,
        expansion: None,
    };
    while let Some(part) = reader.part()? {
        parts.push(part);
    }
    let (range, expansion) = (start..reader.at.min(script.len()), reader.expansion);
    Some(Word::of(script, range, &parts, expansion))
}

/// Reads the lines of a here-document as if they were a word.
pub(crate) fn here(script: &[u8], range: Range<usize>, is_quoted: bool) -> Option<Word<'_>> {
    let lines = script.get(range.clone())?;
    let style = if is_quoted {
        Style::Verbatim
    } else {
        Style::Here
    };
    let expansion = (0..lines.len()).find(|at| !is_quoted && is_expansion(lines, *at));
    let expansion = expansion.map(|at| range.start + at);
    let parts = [Part {
        style,
        inner: range.clone(),
    }];
    Some(Word::of(script, range, &parts, expansion))
}

impl<'s> Word<'s> {
    /// In the style that most of it has. Where that is not the style of its first and its last part, the word can only
    /// be written anew as a whole.
    fn of(script: &'s [u8], range: Range<usize>, parts: &[Part], expansion: Option<usize>) -> Self {
        let mut bytes: Vec<(Style, usize)> = Vec::new();
        for part in parts {
            match bytes.iter_mut().find(|(style, _)| *style == part.style) {
                Some((_, sum)) => *sum += part.inner.len(),
                None => bytes.push((part.style, part.inner.len())),
            }
        }
        // Of styles with equally many bytes, the first.
        let most = bytes.iter().rev().max_by_key(|(_, sum)| *sum);
        let style = most.map_or(Style::Bare, |(style, _)| *style);
        let ends = parts.first().zip(parts.last());
        let even = ends.filter(|(first, last)| first.style == style && last.style == style);
        let inside = match even {
            Some((first, last)) => first.inner.start..last.inner.end,
            None => range.clone(),
        };
        let (mut text, mut map) = (Vec::new(), Map::default());
        // Where the last part of the word's own style ended, as long as others follow it.
        let mut left: Option<usize> = None;
        for part in parts {
            let is_own = part.style == style || even.is_none();
            if is_own {
                map.same(text.len(), part.inner.start - inside.start);
                decode(script, part, inside.start, &mut text, &mut map);
                left = Some(part.inner.end);
            } else {
                // Closing one quote, opening another and the way back belong to what is said in between.
                if let Some(end) = left.take() {
                    map.respelt(text.len(), end - inside.start);
                }
                decode(script, part, inside.start, &mut text, &mut Map::default());
            }
        }
        Word {
            start: inside.start,
            layer: Layer {
                text,
                map,
                source: script.get(inside).unwrap_or_default(),
                encoding: Shell {
                    style,
                    is_even: even.is_some(),
                },
            },
            range,
            expansion,
        }
    }

    /// The part of the script that [`written`](Self::written) replaces.
    pub(crate) fn place(&self) -> Range<usize> {
        self.start..self.start + self.layer.source.len()
    }

    /// What is to stand there for an inside that is spelt already: with quotes where none would be left.
    pub(crate) fn written(&self, inside: Vec<u8>) -> Vec<u8> {
        let Shell { style, is_even } = self.layer.encoding;
        let (open, close) = if is_even { ("", "") } else { style.quotes() };
        [open.as_bytes(), &inside, close.as_bytes()].concat()
    }
}

/// A part of a word with quotes of its own, or without any.
#[derive(Debug)]
struct Part {
    style: Style,
    /// Between the quotes.
    inner: Range<usize>,
}

struct Reader<'s> {
    script: &'s [u8],
    at: usize,
    expansion: Option<usize>,
}

impl Reader<'_> {
    fn peek(&self, ahead: usize) -> Option<u8> {
        self.script.get(self.at + ahead).copied()
    }

    /// The next part: `Some(None)` at the word's end, `None` where a quote is not closed.
    #[expect(clippy::option_option, reason = "an end and an error are two things")]
    fn part(&mut self) -> Option<Option<Part>> {
        let (style, open) = match (self.peek(0), self.peek(1)) {
            (Some(b'\''), _) => (Style::Single, 1),
            (Some(b'"'), _) => (Style::Double, 1),
            (Some(b'$'), Some(b'\'')) => (Style::Dollar, 2),
            (Some(b'$'), Some(b'"')) => (Style::Double, 2),
            _ => (Style::Bare, 0),
        };
        self.at += open;
        let start = self.at;
        loop {
            let Some(byte) = self.peek(0) else {
                return if style == Style::Bare {
                    Some(self.bare(start))
                } else {
                    None
                };
            };
            match (style, byte) {
                (Style::Bare, b'\'' | b'"') => return Some(self.bare(start)),
                (Style::Bare, b'$') if matches!(self.peek(1), Some(b'\'' | b'"')) => {
                    return Some(self.bare(start));
                }
                (
                    Style::Bare,
                    b' ' | b'\t' | b'\n' | b'\r' | b';' | b'|' | b'&' | b'<' | b'>' | b'(' | b')'
                    | b'`',
                ) => {
                    return Some(self.bare(start));
                }
                (Style::Bare, b'\\') if is_line_end(self.script, self.at + 1).is_some() => {
                    return Some(self.bare(start));
                }
                (Style::Single, b'\'') | (Style::Double, b'"') | (Style::Dollar, b'\'') => {
                    self.at += 1;
                    return Some(Some(Part {
                        style,
                        inner: start..self.at - 1,
                    }));
                }
                (Style::Bare | Style::Double | Style::Dollar, b'\\') => self.at += 2,
                (Style::Bare | Style::Double, b'$' | b'`')
                    if is_expansion(self.script, self.at) =>
                {
                    self.expansion.get_or_insert(self.at);
                    self.at = substitution_end(self.script, self.at)?;
                }
                _ => self.at += 1,
            }
        }
    }

    /// A part without quotes that ends here, if there is anything of it.
    fn bare(&self, start: usize) -> Option<Part> {
        (self.at > start).then_some(Part {
            style: Style::Bare,
            inner: start..self.at.min(self.script.len()),
        })
    }
}

/// Whether a variable or a command substitution begins here.
fn is_expansion(script: &[u8], at: usize) -> bool {
    match (script.get(at), script.get(at + 1)) {
        (Some(b'`'), _) => at == 0 || script.get(at - 1) != Some(&b'\\'),
        (Some(b'$'), Some(next)) => {
            (next.is_ascii_alphanumeric() || b"_{(@*#?$!-".contains(next))
                && (at == 0 || script.get(at - 1) != Some(&b'\\'))
        }
        _ => false,
    }
}

/// The end of what begins here and is replaced by the shell: of a command substitution with everything in it, else of
/// the sign alone. `None` if it is not closed.
fn substitution_end(script: &[u8], at: usize) -> Option<usize> {
    match script.get(at..)? {
        [b'`', rest @ ..] => Some(at + 2 + memchr::memchr(b'`', rest)?),
        [b'$', b'(', rest @ ..] => {
            let mut depth = 1;
            for (offset, byte) in rest.iter().enumerate() {
                match byte {
                    b'(' => depth += 1,
                    b')' => depth -= 1,
                    _ => {}
                }
                if depth == 0 {
                    return Some(at + 3 + offset);
                }
            }
            None
        }
        _ => Some(at + 1),
    }
}

/// The line's end, if nothing but blanks comes before it; returns the offset behind it.
pub(crate) fn is_line_end(script: &[u8], at: usize) -> Option<usize> {
    let rest = script.get(at..)?;
    let blanks = rest
        .iter()
        .take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r'))
        .count();
    (rest.get(blanks) == Some(&b'\n')).then_some(at + blanks + 1)
}

/// Appends what a part stands for.
fn decode(script: &[u8], part: &Part, origin: usize, text: &mut Vec<u8>, map: &mut Map) {
    let end = part.inner.end;
    let mut at = part.inner.start;
    if matches!(part.style, Style::Single | Style::Verbatim) {
        return text.extend_from_slice(script.get(at..end).unwrap_or_default());
    }
    while let Some(byte) = script.get(at).filter(|_| at < end) {
        let escaped = if *byte == b'\\' {
            escape(script.get(at + 1..end).unwrap_or_default(), part.style)
        } else {
            None
        };
        match escaped {
            None => {
                text.push(*byte);
                at += 1;
            }
            Some((length, decoded)) => {
                map.respelt(text.len(), at - origin);
                text.extend_from_slice(&decoded);
                at += 1 + length;
                map.same(text.len(), at - origin);
            }
        }
    }
}

/// What the bytes after a backslash mean together with it, and how many they are; `None` if it is only a backslash.
fn escape(rest: &[u8], style: Style) -> Option<(usize, Vec<u8>)> {
    let byte = *rest.first()?;
    let new_line = match rest {
        [b'\n', ..] => Some(1),
        [b'\r', b'\n', ..] => Some(2),
        _ => None,
    };
    match style {
        Style::Single | Style::Verbatim => None,
        Style::Dollar => Some(ansi(rest)),
        _ if new_line.is_some() => Some((new_line?, Vec::new())),
        Style::Bare => Some((1, vec![byte])),
        Style::Double if matches!(byte, b'"' | b'\\' | b'$' | b'`') => Some((1, vec![byte])),
        Style::Here if matches!(byte, b'\\' | b'$' | b'`') => Some((1, vec![byte])),
        Style::Double | Style::Here => None,
    }
}

/// An escape sequence of `$'…'`.
fn ansi(rest: &[u8]) -> (usize, Vec<u8>) {
    let number = |skip: usize, most: usize, radix: u32| {
        let digits = rest
            .iter()
            .skip(skip)
            .take(most)
            .take_while(|byte| char::from(**byte).is_digit(radix))
            .count();
        let text = rest
            .get(skip..skip + digits)
            .and_then(|digits| std::str::from_utf8(digits).ok());
        text.and_then(|text| u32::from_str_radix(text, radix).ok())
            .map(|number| (skip + digits, number))
    };
    let byte = |found: Option<(usize, u32)>| {
        found.and_then(|(length, number)| Some((length, vec![u8::try_from(number & 0xff).ok()?])))
    };
    let char = |found: Option<(usize, u32)>| {
        found.and_then(|(length, number)| {
            Some((length, char::from_u32(number)?.to_string().into_bytes()))
        })
    };
    let special = match rest.first() {
        Some(b'n') => Some((1, vec![b'\n'])),
        Some(b't') => Some((1, vec![b'\t'])),
        Some(b'r') => Some((1, vec![b'\r'])),
        Some(b'a') => Some((1, vec![7])),
        Some(b'b') => Some((1, vec![8])),
        Some(b'e' | b'E') => Some((1, vec![0x1b])),
        Some(b'f') => Some((1, vec![12])),
        Some(b'v') => Some((1, vec![11])),
        Some(sign @ (b'\\' | b'\'' | b'"' | b'?')) => Some((1, vec![*sign])),
        Some(b'x') => byte(number(1, 2, 16)),
        Some(b'u') => char(number(1, 4, 16)),
        Some(b'U') => char(number(1, 8, 16)),
        Some(b'0'..=b'7') => byte(number(0, 3, 8)),
        _ => None,
    };
    special.unwrap_or((0, vec![b'\\']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::container::layer::{AsItIs, Inside, Speller};

    fn text(script: &str) -> String {
        let word = word(script.as_bytes(), 0).unwrap();
        assert_eq!(word.range, 0..script.len(), "{script}");
        String::from_utf8(word.layer.text).unwrap()
    }

    #[test]
    fn every_style_is_read() {
        assert_eq!(text("'{\"a\": \"$x\n\"}'"), "{\"a\": \"$x\n\"}");
        assert_eq!(text(r#""{\"a\": \"\$\`\x\\\"}""#), r#"{"a": "$`\x\"}"#);
        assert_eq!(text("\"a\\\nb\""), "ab");
        assert_eq!(text(r"$'it\'s \u00e9\n\x41\101'"), "it's é\nAA");
        assert_eq!(text(r"'it'\''s'"), "it's");
        assert_eq!(text("'it'\"'\"'s'"), "it's");
        assert_eq!(text("a\\ b\\\"c"), "a b\"c");
    }

    #[test]
    fn words_end_where_the_shell_ends_them() {
        let end = |script: &str| word(script.as_bytes(), 0).map(|word| word.range.end);
        assert_eq!(end("'a b'\"c d\"e f"), Some(11));
        assert_eq!(end("a;b"), Some(1));
        assert_eq!(end("a\\\n b"), Some(1));
        assert_eq!(end("'a"), None);
        assert_eq!(end("\"$(cat \"x\")\" y"), Some(12));
        assert_eq!(end("a\\"), Some(2));
    }

    #[test]
    fn variables_are_noticed_where_the_shell_replaces_them() {
        let expands = |script: &str| word(script.as_bytes(), 0).unwrap().expansion;
        assert_eq!(expands("\"a $b\""), Some(3));
        assert_eq!(expands("'a '\"$b\"' c'"), Some(5));
        assert_eq!(expands("\"`date`\""), Some(1));
        for literal in ["'$b'", "\"\\$b\"", "\"5 $\"", "$'$b'"] {
            assert_eq!(expands(literal), None, "{literal}");
        }
    }

    #[test]
    fn pieces_keep_their_spelling_and_new_text_gets_the_style() {
        for (script, new) in [
            (r"'it'\''s'", r#"it'\''sx'\''"$\y"#),
            (r#"'it'"'"'s'"#, r#"it'"'"'sx'\''"$\y"#),
            (r#""it's \\""#, r#"it's \\x'\"\$\\y"#),
            (r"$'it\'s'", r#"it\'sx\'"$\\y"#),
            (r"it\'s", r#"it\'sx\'\"\$\\y"#),
        ] {
            let word = word(script.as_bytes(), 0).unwrap();
            let speller = Inside {
                layer: &word.layer,
                outer: &AsItIs,
            };
            let mut out = Vec::new();
            speller.spell(&word.layer.text, &mut out);
            speller.spell(b"x'\"$\\y", &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), new, "{script}");
        }
    }

    #[test]
    fn a_word_of_several_styles_is_written_as_a_whole() {
        let script = br#"--url='https://a b/'"c""#;
        let word = word(script, 0).unwrap();
        assert_eq!(word.layer.text, b"--url=https://a b/c");
        assert_eq!(word.place(), 0..script.len());
        let speller = Inside {
            layer: &word.layer,
            outer: &AsItIs,
        };
        let mut out = Vec::new();
        speller.spell(b"--url=it's", &mut out);
        assert_eq!(word.written(out), br"'--url=it'\''s'");
    }
}
