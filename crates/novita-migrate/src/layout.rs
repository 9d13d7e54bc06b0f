//! The form of the source, and printing in it: indentation, line ends, blanks after `:` and `,`.

use crate::draft::{Member, Name, Out};
use crate::json::Value;
use crate::migration::Sink;

/// Pieces of at least this many bytes are lent to the sink, smaller ones are copied.
const LENT: usize = 4096;

/// How the source is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style<'a> {
    /// What stands in the input before the payload's object and after it.
    before: &'a [u8],
    after: &'a [u8],
    /// After `:` and, on one line, after `,`.
    colon: &'a [u8],
    comma: &'a [u8],
    /// On one line: between a brace and what it holds.
    pad: &'a [u8],
    lines: Option<Lines<'a>>,
}

/// One member a line.
#[derive(Debug, Clone, Copy)]
struct Lines<'a> {
    end: &'a [u8],
    /// The indentation of the object's own closing brace, and one level more.
    base: &'a [u8],
    unit: &'a [u8],
}

impl<'a> Style<'a> {
    /// Reads the style off an object: off its first two members and its closing brace.
    pub(crate) fn of(root: Value<'_, 'a>) -> Self {
        let input = root.tree().input();
        let span = root.span();
        let gap = |from: usize, to: usize| input.get(from..to).unwrap_or_default();
        let mut style = Style {
            before: gap(0, span.start),
            after: gap(span.end, input.len()),
            colon: b"",
            comma: b"",
            pad: b"",
            lines: None,
        };
        let mut members = root.members();
        let Some((first, key)) = members
            .next()
            .and_then(|value| Some((value, value.key()?.span())))
        else {
            return style;
        };
        style.colon = blanks(gap(key.end, first.span().start));
        let open = gap(span.start + 1, key.start);
        match open.iter().rposition(|byte| *byte == b'\n') {
            None => {
                style.pad = open;
                if let Some(second) = members.next().and_then(|value| value.key()) {
                    style.comma = blanks(gap(first.span().end, second.span().start));
                }
            }
            Some(at) => {
                let indent = open.get(at + 1..).unwrap_or_default();
                let inside = gap(first.span().end, span.end.saturating_sub(1));
                let base = inside
                    .iter()
                    .rposition(|byte| *byte == b'\n')
                    .and_then(|at| inside.get(at + 1..));
                // The brace is indented less than the members, by one level; anything else is nobody's style.
                let base = base
                    .filter(|base| indent.starts_with(base))
                    .unwrap_or_default();
                let end = if at > 0 && open.get(at - 1) == Some(&b'\r') {
                    &b"\r\n"[..]
                } else {
                    b"\n"
                };
                style.lines = Some(Lines {
                    end,
                    base,
                    unit: indent.get(base.len()..).unwrap_or_default(),
                });
            }
        }
        style
    }

    /// One line without blanks.
    const fn plain() -> Self {
        Style {
            before: b"",
            after: b"",
            colon: b"",
            comma: b"",
            pad: b"",
            lines: None,
        }
    }

    pub(crate) fn printer<'s, S: Sink<'a> + ?Sized>(
        &'s self,
        sink: &'s mut S,
    ) -> Printer<'s, 'a, S> {
        Printer {
            style: self,
            sink,
            depth: 0,
            empty: true,
        }
    }
}

/// A value by itself, as JSON text.
pub(crate) fn plain(value: &Out<'_>) -> Vec<u8> {
    let mut text = Vec::new();
    Style::plain().printer(&mut text).value(value);
    text
}

/// The blanks that follow a separator; those before it (as in `"a" : 1`) are not kept.
fn blanks(gap: &[u8]) -> &[u8] {
    let at = gap.iter().position(|byte| matches!(byte, b':' | b','));
    at.and_then(|at| gap.get(at + 1..)).unwrap_or_default()
}

/// Prints objects and lists in a style.
pub(crate) struct Printer<'s, 'a, S: ?Sized> {
    style: &'s Style<'a>,
    sink: &'s mut S,
    depth: usize,
    /// Nothing was printed since the last opening brace.
    empty: bool,
}

impl<'a, S: Sink<'a> + ?Sized> Printer<'_, 'a, S> {
    pub(crate) fn before(&mut self) {
        self.sink.copy(self.style.before);
    }

    pub(crate) fn after(&mut self) {
        self.sink.copy(self.style.after);
    }

    pub(crate) fn open(&mut self, brace: u8) {
        self.sink.copy(&[brace]);
        self.depth += 1;
        self.empty = true;
    }

    pub(crate) fn close(&mut self, brace: u8) {
        self.depth -= 1;
        if !self.empty {
            match self.style.lines {
                Some(_) => self.line(),
                None => self.sink.copy(self.style.pad),
            }
        }
        self.sink.copy(&[brace]);
        self.empty = false;
    }

    /// Before each member or element.
    fn next(&mut self) {
        if !self.empty {
            self.sink.copy(b",");
        }
        if self.style.lines.is_some() {
            self.line();
        } else if self.empty {
            self.sink.copy(self.style.pad);
        } else {
            self.sink.copy(self.style.comma);
        }
        self.empty = false;
    }

    fn line(&mut self) {
        if let Some(lines) = self.style.lines {
            self.sink.copy(lines.end);
            self.sink.copy(lines.base);
            for _ in 0..self.depth {
                self.sink.copy(lines.unit);
            }
        }
    }

    /// A key that needs no escaping.
    pub(crate) fn key(&mut self, key: &[u8]) {
        self.next();
        self.sink.copy(b"\"");
        self.sink.copy(key);
        self.sink.copy(b"\":");
        self.sink.copy(self.style.colon);
    }

    pub(crate) fn object(&mut self, members: &[Member<'a>]) {
        self.open(b'{');
        self.members(members);
        self.close(b'}');
    }

    /// Members of the object that is open.
    pub(crate) fn members(&mut self, members: &[Member<'a>]) {
        for member in members {
            match member.key {
                Name::V3(place) => self.key(place.field().name().as_bytes()),
                Name::Raw(key) => self.key(key),
            }
            self.value(&member.value);
        }
    }

    pub(crate) fn value(&mut self, value: &Out<'a>) {
        match value {
            Out::Text(text) => self.sink.copy(text.as_bytes()),
            Out::Quoted(inner) => {
                self.sink.copy(b"\"");
                self.lend(inner);
                self.sink.copy(b"\"");
            }
            Out::OwnedQuoted(inner) => {
                self.sink.copy(b"\"");
                self.sink.copy(inner);
                self.sink.copy(b"\"");
            }
            Out::Object(members) => self.object(members),
            Out::List(elements) => {
                self.open(b'[');
                for element in elements {
                    self.next();
                    self.value(element);
                }
                self.close(b']');
            }
            Out::Raw(raw, depth) => self.raw(raw, *depth),
        }
    }

    /// JSON text of the source. One that spans lines is indented anew where it stands deeper, or less deep, than in
    /// the source: a line break inside JSON text always lies between tokens, never inside a string.
    fn raw(&mut self, raw: &'a [u8], depth: usize) {
        let is_tree = matches!(raw.first(), Some(b'{' | b'['));
        match self.style.lines {
            Some(lines) if is_tree && depth != self.depth && raw.contains(&b'\n') => {
                for (at, line) in raw.split_inclusive(|byte| *byte == b'\n').enumerate() {
                    let mut line = line;
                    if at > 0 {
                        for _ in depth..self.depth {
                            self.sink.copy(lines.unit);
                        }
                        for _ in self.depth..depth {
                            line = line.strip_prefix(lines.unit).unwrap_or(line);
                        }
                    }
                    self.sink.copy(line);
                }
            }
            _ => self.lend(raw),
        }
    }

    fn lend(&mut self, piece: &'a [u8]) {
        if piece.len() >= LENT {
            self.sink.lend(piece)
        } else {
            self.sink.copy(piece)
        }
    }
}
