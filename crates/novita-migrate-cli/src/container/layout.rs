//! How an input is laid out: by the format asked for, by its name, else by its beginning.

mod comments;

use std::path::Path;

use self::comments::{beginning, last_outside};
use crate::args::FormatArg;
use crate::read::split::{Json, Lines, Rows, Span, Splitter};
use crate::run::Job;
use crate::run::place::MARK;

/// How an input is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    /// JSON documents, one after the other; of lists each element.
    Json,
    /// One JSON document a line.
    Lines,
    /// A table, with this byte between cells.
    Table(u8),
    /// Text with curl commands.
    Curl,
}

/// How much of an input is looked at when its first line says nothing.
const ENOUGH: usize = 64 << 10;

/// A second line whose end is not read yet is a line of its own if it is longer than this.
const SHORT: usize = 4 << 10;

impl Layout {
    /// What the format or the name says; a name's ending for packed files does not count.
    pub(crate) fn said(job: &Job, name: &Path) -> Option<Self> {
        match job.format {
            FormatArg::Json => return Some(Layout::Json),
            FormatArg::Ndjson => return Some(Layout::Lines),
            FormatArg::Csv => return Some(Layout::Table(b',')),
            FormatArg::Tsv => return Some(Layout::Table(b'\t')),
            FormatArg::Curl => return Some(Layout::Curl),
            FormatArg::Auto => {}
        }
        match ending(name).as_deref() {
            Some("ndjson" | "jsonl" | "jsonlines") => Some(Layout::Lines),
            Some("csv") => Some(Layout::Table(b',')),
            Some("tsv" | "tab") => Some(Layout::Table(b'\t')),
            Some("curl") => Some(Layout::Curl),
            Some(ending) if SHELLS.contains(&ending) => Some(Layout::Curl),
            _ => None,
        }
    }

    /// What the beginning says; `None`: it says nothing yet. Of an input that has `ended` it always says something.
    ///
    /// `unbroken`: so many bytes of the first line were looked through and do not end it. It grows while more is read,
    /// so that a first line of many megabytes is looked through once.
    pub(crate) fn seen(job: &Job, bytes: &[u8], ended: bool, unbroken: &mut usize) -> Option<Self> {
        let bytes = bytes.strip_prefix(MARK).unwrap_or(bytes);
        let first = bytes.trim_ascii_start().first();
        if !job.column.is_empty() && !matches!(first, Some(b'{' | b'[')) {
            let end = memchr::memchr(b'\n', bytes).or(ended.then_some(bytes.len()))?;
            let header = bytes.get(..end).unwrap_or_default();
            return Some(Layout::Table(if header.contains(&b'\t') {
                b'\t'
            } else {
                b','
            }));
        }
        let bytes = beginning(bytes, job.tolerant);
        match bytes.first() {
            None => ended.then_some(Layout::Json),
            Some(b'[') => Some(Layout::Json),
            Some(_) => Self::of_lines(bytes, ended, unbroken, job.tolerant),
        }
    }

    /// Tells one document from lines that are each one, though the first or the second of them may be damaged.
    fn of_lines(bytes: &[u8], ended: bool, unbroken: &mut usize, tolerant: bool) -> Option<Self> {
        let fresh = bytes.get(*unbroken..).unwrap_or_default();
        let Some(end) = memchr::memchr(b'\n', fresh).map(|at| *unbroken + at) else {
            *unbroken = bytes.len();
            return ended.then(|| {
                if !begins_object(bytes) && calls_curl(bytes) {
                    Layout::Curl
                } else {
                    Layout::Json
                }
            });
        };
        let (first, rest) = bytes.split_at(end);
        let rest = beginning(rest, tolerant);
        if rest.is_empty() && !ended {
            return None;
        }
        let is_object = first.starts_with(b"{");
        if !is_object && (ended || bytes.len() >= ENOUGH) && calls_curl(bytes) {
            return Some(Layout::Curl);
        }
        let second_end = memchr::memchr(b'\n', rest);
        if second_end.is_none() && rest.len() < SHORT && !ended {
            return None;
        }
        let second = rest
            .get(..second_end.unwrap_or(rest.len()))
            .unwrap_or_default();
        let is_second_open = second_end.is_some() && is_open(second, tolerant);
        let lines = match (is_object && is_balanced(first), second.starts_with(b"{")) {
            // A compact document, and a second one that spans lines.
            (true, true) => !is_second_open,
            (true, false) => memchr::memmem::find(rest, b"\n{").is_some(),
            (false, true) => {
                !is_open(first, tolerant) && second.starts_with(b"{\"") && !is_second_open
            }
            (false, false) => false,
        };
        match lines {
            true => Some(Layout::Lines),
            false if is_object || ended || bytes.len() >= ENOUGH => Some(Layout::Json),
            false => None,
        }
    }

    /// How to cut an input of this layout. With `whole`, documents are not cut out of it.
    pub(crate) fn splitter(self, whole: bool) -> Splitter {
        match self {
            Layout::Json if whole => Splitter::Whole,
            Layout::Json => Splitter::Json(Json::default()),
            Layout::Lines => Splitter::Lines(Lines::default()),
            Layout::Table(delimiter) => Splitter::Rows(Rows::new(delimiter)),
            Layout::Curl => Splitter::Whole,
        }
    }
}

/// How the names of shell scripts end.
const SHELLS: [&str; 3] = ["sh", "bash", "zsh"];

/// Whether an input is a shell script, by its name or its first line.
pub(crate) fn is_shell(name: &Path, bytes: &[u8]) -> bool {
    ending(name).is_some_and(|ending| SHELLS.contains(&ending.as_str())) || bytes.starts_with(b"#!")
}

/// How a name ends, in lower case; an ending for packed files does not count.
fn ending(name: &Path) -> Option<String> {
    let of = |name: &Path| {
        name.extension()
            .map(|ending| ending.to_string_lossy().to_lowercase())
    };
    match of(name).as_deref() {
        Some("gz" | "gzip" | "zst" | "zstd") => of(Path::new(name.file_stem()?)),
        _ => of(name),
    }
}

/// Whether a line is one object as far as its brackets tell.
fn is_balanced(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    let mut spans = Vec::new();
    Json::default().cut(line, true, &mut spans);
    matches!(spans.as_slice(), [Span { range, element: None }] if *range == (0..line.len()))
        && line.ends_with(b"}")
}

/// Whether a document goes on behind a line.
fn is_open(line: &[u8], tolerant: bool) -> bool {
    let last = match tolerant {
        true => last_outside(line),
        false => line.trim_ascii_end().last().copied(),
    };
    matches!(last, Some(b'{' | b'[' | b',' | b':'))
}

/// Whether a text begins like an object, rather than like a group of a shell's commands.
fn begins_object(bytes: &[u8]) -> bool {
    let inside = bytes.strip_prefix(b"{").map(<[u8]>::trim_ascii_start);
    inside.is_some_and(|inside| matches!(inside.first(), Some(b'"' | b'}')))
}

/// Words behind which a shell, a Dockerfile or the like has another command.
const LEADING: [&[u8]; 15] = [
    b"sudo", b"time", b"exec", b"command", b"nohup", b"watch", b"xargs", b"if", b"while", b"until",
    b"then", b"do", b"else", b"RUN", b"CMD",
];

/// How far from the word `curl` is looked for what makes it a command: text may hold it without end on one line.
const NEAR: usize = 128;

/// Whether a word is an argument that curl could have, rather than a word of a prompt: an option of one letter, a
/// variable, a URL.
fn is_argument(word: &[u8]) -> bool {
    match word {
        [b'-', letter, ..] => letter.is_ascii_alphabetic(),
        [b'$', ..] => true,
        _ => memchr::memmem::find(word, b"://").is_some(),
    }
}

/// Whether a text is a script, or calls curl somewhere. To take a prompt that speaks of a curl for a command would leave
/// its payload V2; to take a command for none is an error that is told.
fn calls_curl(bytes: &[u8]) -> bool {
    let is_command = |at: usize| {
        let before = bytes.get(at.saturating_sub(NEAR)..at).unwrap_or_default();
        let behind = bytes.get(at..).unwrap_or_default();
        let behind = behind.get(..NEAR).unwrap_or(behind);
        let line = match memchr::memrchr(b'\n', before) {
            Some(end) => before.get(end + 1..).unwrap_or_default(),
            None => before,
        };
        let lead = line.trim_ascii_end();
        let is_led = match lead.last() {
            None => true,
            Some(b'(') => lead.ends_with(b"$(") || lead.ends_with(b"<(") || lead.len() == 1,
            Some(b'`' | b'{' | b';' | b'&' | b'|' | b'$' | b'>' | b'%' | b'#' | b'-' | b'!') => {
                true
            }
            Some(b':') => line.len() > lead.len(),
            Some(_) => {
                let word = lead.rsplit(u8::is_ascii_whitespace).next();
                line.len() > lead.len() && word.is_some_and(|word| LEADING.contains(&word))
            }
        };
        let Some([blank, behind @ ..]) = behind.get(4..) else {
            return false;
        };
        let mut words = behind.trim_ascii_start().split(u8::is_ascii_whitespace);
        let leads = line.len() > lead.len() && words.next().is_some_and(is_argument);
        blank.is_ascii_whitespace() && (is_led || leads)
    };
    bytes.starts_with(b"#!") || memchr::memmem::find_iter(bytes, b"curl").any(is_command)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(bytes: &[u8]) -> (Option<Layout>, Option<Layout>) {
        let job = Job::default();
        (
            Layout::seen(&job, bytes, false, &mut 0),
            Layout::seen(&job, bytes, true, &mut 0),
        )
    }

    #[test]
    fn with_tolerance_comments_say_nothing_of_the_layout() {
        let job = Job {
            tolerant: true,
            ..Job::default()
        };
        for (text, layout) in [
            (
                &b"// head\n{\"a\": 1, // in\n \"b\": 2} // behind\n// tail\n"[..],
                Layout::Json,
            ),
            (
                b"/* { */ // {\n{\"a\": \"//\", /* in */\n\"b\": 2}",
                Layout::Json,
            ),
            (b"{\"a\": 1}\n// next\n{\"b\": // in\n2}", Layout::Json),
            (b"// saved\n\n// {\n[{}]", Layout::Json),
            (
                b"// saved\n{\"a\": 1} // one,\n/* two */\n{\"b\": \"x, // y\"} // z,\n{\"c\": 3}\n",
                Layout::Lines,
            ),
            (b"{\"a\": 1} /* { */ // {\n{\"b\": 2}\n", Layout::Lines),
        ] {
            let seen = Layout::seen(&job, text, true, &mut 0);
            assert_eq!(seen, Some(layout), "{}", text.escape_ascii());
            // Nothing that was read in part says something else.
            for end in 0..text.len() {
                let early = Layout::seen(&job, &text[..end], false, &mut 0);
                assert!(
                    early.is_none_or(|early| early == layout),
                    "{}: {early:?}",
                    text[..end].escape_ascii()
                );
            }
        }
    }

    #[test]
    fn lines_are_told_from_documents() {
        for lines in [
            &b"{\"a\":1}\n{\"b\":2}\n"[..],
            b"\xef\xbb\xbf{\"a\":1}\r\n\r\n{}\r\n",
            b"{\"a\":1}\noops\n{\"b\":2}\n",
            b"{\"a\":\"cut off\n{\"b\":2}\n",
            b"tail of a line\"}\n{\"b\":2}\n",
        ] {
            assert_eq!(
                seen(lines),
                (Some(Layout::Lines), Some(Layout::Lines)),
                "{}",
                lines.escape_ascii()
            );
        }
        for document in [
            &b"{\n  \"a\": 1\n}\n"[..],
            b"[{}]\n[{}]\n",
            b"{\"a\":1}\n{\n\"b\":2}",
            b"{\"a\":[\n{\"b\":2}\n]}\n",
            b"{\"a\":1,\n{\n",
        ] {
            assert_eq!(
                seen(document),
                (Some(Layout::Json), Some(Layout::Json)),
                "{}",
                document.escape_ascii()
            );
        }
        assert_eq!(seen(b"{\"a\":1}\n{"), (None, Some(Layout::Lines)));
        for open in [
            &b""[..],
            b"\n",
            b"{\"a\":1}",
            b"{\"a\":1}\n",
            b"{\"a\":1",
            b"42",
        ] {
            assert_eq!(
                seen(open),
                (None, Some(Layout::Json)),
                "{}",
                open.escape_ascii()
            );
        }
    }

    #[test]
    fn what_comes_in_pieces_is_told_as_what_comes_at_once() {
        let job = Job::default();
        for (text, layout) in [
            (&b"  {\"a\":1, \"b\": 2}\n{\"b\":2}\n"[..], Layout::Lines),
            (b"\xef\xbb\xbf{\"a\":1}\n{\n\"b\":2}", Layout::Json),
            (b"{\"prompt\": \"a curl \"}", Layout::Json),
            (b"{ curl x; }", Layout::Curl),
        ] {
            let mut unbroken = 0;
            let told = (0..=text.len()).find_map(|length| {
                Layout::seen(&job, &text[..length], length == text.len(), &mut unbroken)
            });
            assert_eq!(told, Some(layout), "{}", text.escape_ascii());
        }
    }

    #[test]
    fn scripts_are_told_by_their_commands() {
        for script in [
            &b"#!/bin/sh\necho\n"[..],
            b"curl -X POST x",
            b"# Calls\n\n```\n$ curl \\\n",
            b"FROM x\nRUN curl x\n",
            b"a: 1\nrun: curl x\n",
            b"echo 1\nx=$(curl -s x)\n",
            b"time  curl x",
            b"timeout 9 curl -s x",
            b"A=1 curl $URL",
            b"ssh host curl https://x",
        ] {
            assert_eq!(
                seen(script).1,
                Some(Layout::Curl),
                "{}",
                script.escape_ascii()
            );
        }
        for text in [
            &b"the curly cat\n"[..],
            b"// a comment\n{\"prompt\": \"a curl of hair, (curl hair:1.2), curl \"}\n",
            b"id,body\n1,\"{\"\"prompt\"\":\"\"one curl , curl two\"\"}\"\n",
        ] {
            assert_ne!(seen(text).1, Some(Layout::Curl), "{}", text.escape_ascii());
        }
    }

    #[test]
    fn names_and_flags_come_first() {
        let said = |format, name: &str| {
            Layout::said(
                &Job {
                    format,
                    ..Job::default()
                },
                Path::new(name),
            )
        };
        for (name, layout) in [
            ("a.ndjson", Some(Layout::Lines)),
            ("a.JSONL.gz", Some(Layout::Lines)),
            ("a.csv.zst", Some(Layout::Table(b','))),
            ("a.tsv", Some(Layout::Table(b'\t'))),
            ("a.sh", Some(Layout::Curl)),
            ("a.json", None),
            ("a.json.gz", None),
            ("-", None),
        ] {
            assert_eq!(said(FormatArg::Auto, name), layout, "{name}");
            assert_eq!(said(FormatArg::Ndjson, name), Some(Layout::Lines));
        }
    }

    #[test]
    fn a_column_makes_a_table() {
        let job = Job {
            column: vec!["body".to_owned()],
            ..Job::default()
        };
        assert_eq!(
            Layout::seen(&job, b"id,body\n", false, &mut 0),
            Some(Layout::Table(b','))
        );
        assert_eq!(
            Layout::seen(&job, b"id\tbody\n", false, &mut 0),
            Some(Layout::Table(b'\t'))
        );
        assert_eq!(Layout::seen(&job, b"id\tbo", false, &mut 0), None);
        // JSON beside tables stays JSON.
        assert_eq!(
            Layout::seen(&job, b"{\"a\":1}", true, &mut 0),
            Some(Layout::Json)
        );
    }
}
