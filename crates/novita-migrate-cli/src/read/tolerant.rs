//! `--tolerant`: JSON as people write it, made JSON: comments, trailing commas, single-quoted strings, bare keys, raw
//! line breaks and other control characters in strings, and the backslashes that scraped Markdown puts at line ends.
//!
//! The tokens are those of the crate jsonc-parser. Everything between and inside them that is JSON already keeps its
//! bytes: layout, numbers, escapes.

use jsonc_parser::tokens::Token;
use jsonc_parser::{Scanner, ScannerOptions};

/// JSON text made from something like it.
#[derive(Debug)]
pub(crate) struct Strict {
    pub(crate) text: String,
    pub(crate) map: Map,
}

/// From offsets of the JSON text to offsets of what it was made from.
#[derive(Debug, Default)]
pub(crate) struct Map {
    /// Pairs of offsets, ascending: what follows the first has stood behind the second.
    steps: Vec<(usize, usize)>,
}

impl Map {
    /// The offset in the original.
    pub(crate) fn original(&self, offset: usize) -> usize {
        let behind = self.steps.partition_point(|(strict, _)| *strict <= offset);
        match behind.checked_sub(1).and_then(|last| self.steps.get(last)) {
            None => offset,
            Some((strict, original)) => original + (offset - strict),
        }
    }
}

impl Map {
    /// The map of the part of the text that begins at `start`.
    pub(crate) fn from(&self, start: usize) -> Map {
        let later = self.steps.iter().filter(|(strict, _)| *strict > start);
        let steps = std::iter::once((0, self.original(start)))
            .chain(later.map(|(strict, original)| (strict - start, *original)));
        Map {
            steps: steps.collect(),
        }
    }
}

/// What even this reader cannot read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unreadable {
    pub(crate) offset: usize,
    pub(crate) message: String,
}

/// Makes JSON of `text`. Whether the tokens stand in the order of the grammar is for the JSON reader to say.
pub(crate) fn to_strict(text: &str) -> Result<Strict, Unreadable> {
    let source = without_line_end_backslashes(text);
    let options = ScannerOptions {
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
        ..ScannerOptions::default()
    };
    let mut scanner = Scanner::new(&source, &options);
    let mut out = Writer {
        source: &source,
        text: String::with_capacity(source.len() + 16),
        map: Map::default(),
        from: 0,
    };
    // A comma waits for what follows it: before a closing brace it is not JSON's.
    let mut comma = None;
    loop {
        let token = scanner.scan().map_err(|error| {
            let kind = error.kind().to_string();
            Unreadable {
                offset: error.range().start,
                message: lower_first(&kind),
            }
        })?;
        let (start, end) = (scanner.token_start(), scanner.token_end());
        let Some(token) = token else { break };
        match token {
            Token::CommentLine(_) | Token::CommentBlock(_) => out.skip(start, end),
            Token::Comma if comma.is_none() => comma = Some((start, end)),
            token => {
                if let Some((start, end)) = comma.take()
                    && matches!(token, Token::CloseBrace | Token::CloseBracket)
                {
                    out.remove_comma(start, end);
                }
                match token {
                    Token::String(_) => out.string(start, end),
                    Token::Word(word) => out.replace(start, end, &format!("\"{word}\"")),
                    Token::Comma => comma = Some((start, end)),
                    _ => {}
                }
            }
        }
    }
    out.copy(source.len());
    Ok(Strict {
        text: out.text,
        map: out.map,
    })
}

/// Builds the JSON text.
struct Writer<'a> {
    source: &'a str,
    text: String,
    map: Map,
    /// Where the part of the source begins that is not written yet.
    from: usize,
}

impl Writer<'_> {
    fn copy(&mut self, to: usize) {
        if self.from < to {
            self.map.steps.push((self.text.len(), self.from));
            self.text
                .push_str(self.source.get(self.from..to).unwrap_or_default());
            self.from = to;
        }
    }

    fn skip(&mut self, start: usize, end: usize) {
        self.copy(start);
        self.from = end;
    }

    fn replace(&mut self, start: usize, end: usize, text: &str) {
        self.copy(start);
        self.map.steps.push((self.text.len(), start));
        self.text.push_str(text);
        self.from = end;
    }

    /// The comma may be written already, where comments followed it.
    fn remove_comma(&mut self, start: usize, end: usize) {
        if self.from <= start {
            self.skip(start, end);
        } else if let Some(at) = self.text.rfind(',') {
            self.text.replace_range(at..=at, " ");
        }
    }

    /// A string: between double quotes, control characters escaped.
    fn string(&mut self, start: usize, end: usize) {
        let raw = self.source.get(start..end).unwrap_or_default();
        let single = raw.starts_with('\'');
        if !single && !raw.bytes().any(|byte| byte < 0x20) {
            return;
        }
        let inner = raw.get(1..raw.len().saturating_sub(1)).unwrap_or_default();
        let mut text = String::with_capacity(raw.len() + 16);
        text.push('"');
        let mut chars = inner.chars();
        while let Some(char) = chars.next() {
            match char {
                '\\' => match chars.next() {
                    Some('\'') => text.push('\''),
                    Some(next) => text.extend(['\\', next]),
                    None => text.push('\\'),
                },
                '"' => text.push_str("\\\""),
                '\n' => text.push_str("\\n"),
                '\r' => text.push_str("\\r"),
                '\t' => text.push_str("\\t"),
                char if char < ' ' => text.push_str(&format!("\\u{:04x}", u32::from(char))),
                char => text.push(char),
            }
        }
        text.push('"');
        self.replace(start, end, &text);
    }
}

/// Blanks the backslash before a line break outside strings, as copies of rendered Markdown have it (`[\`).
fn without_line_end_backslashes(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.contains("\\\n") && !text.contains("\\\r\n") {
        return text.into();
    }
    let (mut out, mut quote, mut escaped) = (String::with_capacity(text.len()), None, false);
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        match quote {
            None if char == '\\' && matches!(chars.peek(), Some('\n' | '\r')) => {
                out.push(' ');
                continue;
            }
            None if matches!(char, '"' | '\'') => quote = Some(char),
            Some(_) if escaped => escaped = false,
            Some(_) if char == '\\' => escaped = true,
            Some(open) if char == open => quote = None,
            _ => {}
        }
        out.push(char);
    }
    out.into()
}

fn lower_first(text: &str) -> String {
    let mut chars = text.trim_end_matches('.').chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(chars).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strict(text: &str) -> String {
        to_strict(text).unwrap().text
    }

    #[test]
    fn json_keeps_its_bytes() {
        for text in [
            r#"{"a": [1.50, "x\/\u00e9"], "b":null}"#,
            " [ ] ",
            "{\n\t\"a\" : -1e2\r\n}",
        ] {
            assert_eq!(strict(text), text);
        }
    }

    #[test]
    fn what_people_write_becomes_json() {
        assert_eq!(
            strict("{'a': 'it\\'s \"x\"', b: 1,}"),
            r#"{"a": "it's \"x\"", "b": 1}"#
        );
        assert_eq!(
            strict("{\"a\": \"one\ntwo\r\n\tthree\u{1}\"}"),
            r#"{"a": "one\ntwo\r\n\tthree\u0001"}"#
        );
        assert_eq!(
            strict("// head\n[1, /* two */ 2, // end\n]"),
            "\n[1,  2  \n]"
        );
        assert_eq!(
            strict("{\"a\": [\\\n  \"x\"\\\n]}"),
            "{\"a\": [ \n  \"x\" \n]}"
        );
        assert_eq!(
            strict("{\"a\": \"// no comment, \\\\\"}"),
            "{\"a\": \"// no comment, \\\\\"}"
        );
    }

    #[test]
    fn offsets_lead_back_to_the_original() {
        let text = "/* c */ {'a': 'x\ny', 'b': 1}";
        let Strict { text: strict, map } = to_strict(text).unwrap();
        let original = |needle: &str| map.original(strict.find(needle).unwrap());
        assert_eq!(original("\"a\""), text.find("'a'").unwrap());
        assert_eq!(original("\"b\""), text.find("'b'").unwrap());
        assert_eq!(original("1}"), text.find("1}").unwrap());
    }

    #[test]
    fn what_is_left_unreadable_has_a_place() {
        assert_eq!(to_strict("{\"a\": \"x").unwrap_err().offset, 6);
    }
}
