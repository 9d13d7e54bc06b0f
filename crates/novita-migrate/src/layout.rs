//! The form of the source, and printing in it: indentation, line ends, blanks after `:` and `,`.

use crate::draft::{Member, Name, Out};
use crate::gather::{Gather, Short};
use crate::json::Value;
use crate::migration::Sink;
use crate::v3::Place;

/// How the source is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style<'a> {
    input: &'a [u8],
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
            ..Style::plain(input)
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
    const fn plain(input: &'a [u8]) -> Self {
        Style {
            input,
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
            out: Gather::new(sink),
            comma: match self.lines {
                None => Short::of(&[b",", self.comma]),
                Some(_) => None,
            },
            depth: 0,
            empty: true,
        }
    }
}

/// A value by itself, as JSON text. `input` is what it was made from.
pub(crate) fn plain<'a>(value: &Out<'a>, input: &'a [u8]) -> Vec<u8> {
    let mut text = Vec::new();
    let style = Style::plain(input);
    let mut printer = style.printer(&mut text);
    printer.value(value);
    printer.after();
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
    out: Gather<'s, S>,
    /// What stands between two members on one line, where it is short.
    comma: Option<Short>,
    depth: usize,
    /// Nothing was printed since the last opening brace.
    empty: bool,
}

impl<'a, S: Sink<'a> + ?Sized> Printer<'_, 'a, S> {
    pub(crate) fn before(&mut self) {
        self.out.lend(self.style.before);
    }

    /// The end: nothing is printed behind it.
    pub(crate) fn after(mut self) {
        self.out.lend(self.style.after);
        self.out.finish();
    }

    pub(crate) fn open(&mut self, brace: u8) {
        self.out.byte(brace);
        self.depth += 1;
        self.empty = true;
    }

    pub(crate) fn close(&mut self, brace: u8) {
        self.depth -= 1;
        if !self.empty {
            match self.style.lines {
                Some(_) => self.line(),
                None => self.out.copy(self.style.pad),
            }
        }
        self.out.byte(brace);
        self.empty = false;
    }

    /// Before each member or element.
    #[inline]
    fn next(&mut self) {
        match (&self.comma, self.empty) {
            (Some(comma), false) => self.out.short(comma),
            _ => self.next_in_style(),
        }
    }

    #[inline(never)]
    fn next_in_style(&mut self) {
        let is_first = self.empty;
        if !is_first {
            self.out.byte(b',');
        }
        if self.style.lines.is_some() {
            self.line();
        } else {
            self.out.copy(match is_first {
                true => self.style.pad,
                false => self.style.comma,
            });
        }
        self.empty = false;
    }

    fn line(&mut self) {
        if let Some(lines) = self.style.lines {
            self.out.copy(lines.end);
            self.out.copy(lines.base);
            for _ in 0..self.depth {
                self.out.copy(lines.unit);
            }
        }
    }

    /// The key of a place of V3, with its colon.
    #[inline]
    pub(crate) fn key(&mut self, place: Place) {
        self.next();
        self.out.short(place.key());
        self.out.copy(self.style.colon);
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
                Name::V3(place) => self.key(place),
                // Of the input, still escaped.
                Name::Raw(key) => {
                    self.next();
                    self.out.byte(b'"');
                    self.out.lend(key);
                    self.out.copy(b"\":");
                    self.out.copy(self.style.colon);
                }
            }
            self.value(&member.value);
        }
    }

    #[inline]
    pub(crate) fn value(&mut self, value: &Out<'a>) {
        match value {
            // Nearly every one.
            Out::Raw {
                start,
                end,
                depth: 0,
            } => self
                .out
                .part(self.style.input, *start as usize, *end as usize),
            other => self.made(other),
        }
    }

    fn made(&mut self, value: &Out<'a>) {
        match value {
            Out::Raw { start, end, depth } => self.raw(*start as usize, *end as usize, *depth),
            Out::Lent(text) => self.out.lend(text.as_bytes()),
            Out::Text(text) => self.out.copy(text.as_bytes()),
            Out::Quoted(inner) => {
                self.out.byte(b'"');
                self.out.lend(inner);
                self.out.byte(b'"');
            }
            Out::OwnedQuoted(inner) => {
                self.out.byte(b'"');
                self.out.copy(inner);
                self.out.byte(b'"');
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
        }
    }

    /// JSON text of the source. One that spans lines is indented anew where it stands deeper, or less deep, than in
    /// the source: a line break inside JSON text always lies between tokens, never inside a string.
    fn raw(&mut self, start: usize, end: usize, depth: u8) {
        let depth = usize::from(depth);
        match self.style.lines {
            // Other values than objects and lists hold no line breaks, and have no depth.
            Some(lines) if depth != 0 && depth != self.depth => {
                let raw = self.style.input.get(start..end).unwrap_or_default();
                for (at, line) in raw.split_inclusive(|byte| *byte == b'\n').enumerate() {
                    let mut line = line;
                    if at > 0 {
                        for _ in depth..self.depth {
                            self.out.copy(lines.unit);
                        }
                        for _ in self.depth..depth {
                            line = line.strip_prefix(lines.unit).unwrap_or(line);
                        }
                    }
                    self.out.lend(line);
                }
            }
            _ => self.out.part(self.style.input, start, end),
        }
    }
}
