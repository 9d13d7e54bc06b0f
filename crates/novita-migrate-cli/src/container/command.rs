//! The curl commands of a script or a text.

use std::collections::HashMap;
use std::ops::Range;

use super::shell::{Word, here, is_line_end, word};

/// One curl command.
#[derive(Debug)]
pub(crate) struct Command<'s> {
    /// What may be its URL: every word that is no flag, no flag's value and no body.
    pub(crate) words: Vec<Word<'s>>,
    pub(crate) body: Body<'s>,
    /// Whether the body goes into the URL's query (`--get`).
    pub(crate) is_query: bool,
}

/// What a command sends.
#[derive(Debug)]
pub(crate) enum Body<'s> {
    /// A text, which is this part of a word.
    Text(Word<'s>, Range<usize>),
    /// Nothing.
    None,
    /// What another file holds. Where this is said, and the file's name.
    File(usize, String),
    /// Several texts, which curl puts together; where the second one stands.
    Several(usize),
    /// A quote that is opened here is not closed.
    Open(usize),
    /// The command stands here, inside of so many others that nobody looks at it.
    Deep(usize),
}

/// Flags that take a text to send.
const DATA: [&[u8]; 5] = [
    b"--data",
    b"--data-raw",
    b"--data-binary",
    b"--data-ascii",
    b"--json",
];

/// Other flags with a value in the next word.
const VALUED: [&[u8]; 27] = [
    b"--request",
    b"--header",
    b"--output",
    b"--user",
    b"--user-agent",
    b"--referer",
    b"--cookie",
    b"--cookie-jar",
    b"--max-time",
    b"--connect-timeout",
    b"--retry",
    b"--retry-delay",
    b"--proxy",
    b"--cacert",
    b"--cert",
    b"--key",
    b"--form",
    b"--form-string",
    b"--data-urlencode",
    b"--write-out",
    b"--upload-file",
    b"--dump-header",
    b"--resolve",
    b"--interface",
    b"--config",
    b"--limit-rate",
    b"--oauth2-bearer",
];

/// The same as one letter.
const VALUED_LETTERS: &[u8] = b"XHouAebcmxEFwTDKhrtyYzCPQ";

/// Words that a command may follow.
const LEADS: [&[u8]; 17] = [
    b"sudo", b"time", b"exec", b"env", b"nohup", b"command", b"xargs", b"watch", b"then", b"do",
    b"else", b"if", b"while", b"until", b"RUN", b"CMD", b"-",
];

/// A command is looked at inside of the words of this many others.
const DEEPEST: usize = 32;

/// Finds the curl commands of a script, each with the part of the script that was read for it.
///
/// What stands in the quotes of one command may be another one, and an apostrophe in prose opens quotes that are none.
/// So a command is looked for behind every word `curl`, but not inside of any number of others: no script is read more
/// often than so many times.
pub(crate) fn commands(script: &[u8]) -> impl Iterator<Item = (Range<usize>, Command<'_>)> {
    let mut lines = Lines::default();
    // Where the commands end that an offset is inside of.
    let mut ends: Vec<usize> = Vec::new();
    memchr::memmem::find_iter(script, b"curl").filter_map(move |at| {
        if !is_command(script, at) {
            return None;
        }
        ends.retain(|end| *end > at);
        if ends.len() == DEEPEST {
            let command = Command {
                words: Vec::new(),
                body: Body::Deep(at),
                is_query: false,
            };
            return Some((at..at + 4, command));
        }
        let (command, end) = Reader::new(script, at + 4, &mut lines).command();
        ends.push(end);
        Some((at..end, command))
    })
}

/// Whether the word `curl` at an offset begins a command: where a shell would take it for one, or behind a prompt. In
/// the middle of a sentence, or among the arguments of another command, it is only a word.
fn is_command(script: &[u8], at: usize) -> bool {
    /// The name of a folder, as in `/usr/bin/curl`, is shorter.
    const LOOK_BACK: usize = 256;
    let is_whole = script
        .get(at + 4)
        .is_some_and(|byte| byte.is_ascii_whitespace() || *byte == b'\\');
    let before = script
        .get(at.saturating_sub(LOOK_BACK)..at)
        .unwrap_or_default();
    let folder = before
        .iter()
        .rev()
        .take_while(|byte| is_of_path(**byte))
        .count();
    let before = before.get(..before.len() - folder).unwrap_or_default();
    let is_folder = folder == 0 || script.get(at - 1) == Some(&b'/');
    let line = before
        .rsplit(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    let last = line.trim_ascii_end();
    let word = last
        .rsplit(u8::is_ascii_whitespace)
        .next()
        .unwrap_or_default();
    let is_start = match last.last() {
        None => true,
        Some(byte) if b"`(;&|{!$%#>:".contains(byte) => true,
        Some(_) => LEADS.contains(&word) || (word.contains(&b'=') && last.len() < line.len()),
    };
    is_whole && is_folder && is_start
}

fn is_of_path(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"/._~-".contains(&byte)
}

struct Reader<'s, 'l> {
    script: &'s [u8],
    at: usize,
    words: Vec<Word<'s>>,
    body: Body<'s>,
    is_query: bool,
    /// The lines of the last here-document, and whether nothing in them has a meaning.
    input: Option<(Range<usize>, bool)>,
    /// Where it is said that the body comes from the input.
    reads_input: Option<usize>,
    lines: &'l mut Lines<'s>,
}

/// A quote that is not closed, at this offset.
struct Unclosed(usize);

impl<'s, 'l> Reader<'s, 'l> {
    fn new(script: &'s [u8], at: usize, lines: &'l mut Lines<'s>) -> Self {
        Reader {
            script,
            at,
            words: Vec::new(),
            body: Body::None,
            is_query: false,
            input: None,
            reads_input: None,
            lines,
        }
    }

    /// The command, and how far it was read.
    fn command(mut self) -> (Command<'s>, usize) {
        let mut end = 0;
        if let Err(Unclosed(at)) = self.read() {
            self.body = Body::Open(at);
            end = self.script.len();
        } else if let Some(at) = self.reads_input {
            end = self.input.as_ref().map_or(0, |(lines, _)| lines.end);
            let input = self.input.take();
            match input.and_then(|(lines, is_quoted)| here(self.script, lines, is_quoted)) {
                Some(lines) => {
                    let whole = 0..lines.layer.text.len();
                    self.send(lines, whole);
                }
                None => self.body = Body::File(at, "-".to_owned()),
            }
        }
        let command = Command {
            words: self.words,
            body: self.body,
            is_query: self.is_query,
        };
        (command, end.max(self.at))
    }

    /// Reads words up to the command's end.
    fn read(&mut self) -> Result<(), Unclosed> {
        while let Some(word) = self.next()? {
            let text = word.layer.text.clone();
            let (flag, attached) = match text.iter().position(|byte| *byte == b'=') {
                Some(at) if text.starts_with(b"--") => (text.get(..at), Some(at + 1)),
                _ => (Some(text.as_slice()), None),
            };
            let flag = flag.unwrap_or_default();
            let short = Short::of(&text);
            let valued = short.as_ref().and_then(|short| short.valued);
            self.is_query |=
                flag == b"--get" || short.is_some_and(|short| short.switches.contains(&b'G'));
            if DATA.contains(&flag) {
                self.data(word, attached, flag == b"--data-raw")?;
            } else if let Some((b'd', start)) = valued {
                self.data(word, (start < text.len()).then_some(start), false)?;
            } else if (VALUED.contains(&flag) && attached.is_none())
                || valued.is_some_and(|(_, start)| start == text.len())
            {
                self.next()?;
            } else if flag == b"--url" || !text.starts_with(b"-") {
                // `--url` alone is followed by the word that counts.
                if flag != b"--url" || attached.is_some() {
                    self.words.push(word);
                }
            }
        }
        Ok(())
    }

    /// What a flag sends: the rest of its own word, or the next word.
    fn data(
        &mut self,
        flag: Word<'s>,
        attached: Option<usize>,
        is_literal: bool,
    ) -> Result<(), Unclosed> {
        let (word, start) = match attached {
            Some(start) => (flag, start),
            None => match self.next()? {
                Some(word) => (word, 0),
                None => return Ok(()),
            },
        };
        let text = word.layer.text.get(start..).unwrap_or_default();
        match text.strip_prefix(b"@").filter(|_| !is_literal) {
            Some(b"-" | b"/dev/stdin") => self.reads_input = Some(word.range.start),
            Some(name) => {
                let name = String::from_utf8_lossy(name).into_owned();
                self.body = Body::File(word.range.start, name);
            }
            None => {
                let part = start..word.layer.text.len();
                self.send(word, part);
            }
        }
        Ok(())
    }

    fn send(&mut self, word: Word<'s>, part: Range<usize>) {
        self.body = match self.body {
            Body::None => Body::Text(word, part),
            _ => Body::Several(word.range.start),
        };
    }

    /// The next word of the command, if there is another one.
    fn next(&mut self) -> Result<Option<Word<'s>>, Unclosed> {
        loop {
            match self.script.get(self.at) {
                Some(b' ' | b'\t' | b'\r') => self.at += 1,
                Some(b'\\') => match is_line_end(self.script, self.at + 1) {
                    Some(behind) => self.at = behind,
                    None => return self.word(),
                },
                Some(b'<' | b'>') => self.redirection()?,
                Some(b'\n' | b';' | b'|' | b'&' | b'(' | b')' | b'`' | b'#') | None => {
                    return Ok(None);
                }
                // A number before a redirection belongs to it: `2>&1`.
                Some(b'0'..=b'9') if matches!(self.script.get(self.at + 1), Some(b'<' | b'>')) => {
                    self.at += 1;
                }
                Some(_) => return self.word(),
            }
        }
    }

    fn word(&mut self) -> Result<Option<Word<'s>>, Unclosed> {
        let word = word(self.script, self.at).ok_or(Unclosed(self.at))?;
        // A sign that begins no word would be read for ever.
        self.at = word.range.end.max(self.at + 1);
        Ok(Some(word))
    }

    /// Passes over a redirection. The lines of a here-document are the command's input.
    fn redirection(&mut self) -> Result<(), Unclosed> {
        let rest = self.script.get(self.at..).unwrap_or_default();
        let signs = rest
            .iter()
            .take_while(|byte| matches!(byte, b'<' | b'>' | b'&'))
            .count();
        let is_here = rest.starts_with(b"<<") && signs == 2;
        self.at += signs;
        let is_indented = is_here && self.script.get(self.at) == Some(&b'-');
        self.at += usize::from(is_indented);
        while matches!(self.script.get(self.at), Some(b' ' | b'\t')) {
            self.at += 1;
        }
        let Some(name) = self.word()? else {
            return Ok(());
        };
        // Indented lines lose their tabs, which cannot be given back.
        if is_here && !is_indented {
            let is_quoted =
                name.layer.text != name.layer.source || name.range.len() > name.layer.text.len();
            self.input = self
                .lines
                .until(self.script, self.at, &name.layer.text, is_quoted)
                .map(|range| (range, is_quoted));
        }
        Ok(())
    }
}

/// Where each line of a script stands, by its text and by whether the line before it goes on in it: looked up for
/// here-documents, and made when the first one comes.
#[derive(Default)]
struct Lines<'s>(HashMap<(&'s [u8], bool), Vec<usize>>);

impl<'s> Lines<'s> {
    /// The lines of a here-document whose command stands at an offset, up to the line that is its name. Where nothing has
    /// a meaning, a backslash at a line's end has none either.
    fn until(
        &mut self,
        script: &'s [u8],
        at: usize,
        name: &[u8],
        is_quoted: bool,
    ) -> Option<Range<usize>> {
        if self.0.is_empty() {
            let (mut start, mut goes_on) = (0, false);
            for line in script.split(|byte| *byte == b'\n') {
                let text = line.strip_suffix(b"\r").unwrap_or(line);
                self.0.entry((text, goes_on)).or_default().push(start);
                start += line.len() + 1;
                let backslashes = text.iter().rev().take_while(|byte| **byte == b'\\');
                goes_on = backslashes.count() % 2 == 1;
            }
        }
        let start = at + memchr::memchr(b'\n', script.get(at..)?)? + 1;
        let first = |goes_on: bool| {
            let places = self.0.get(&(name, goes_on))?;
            places
                .get(places.partition_point(|place| *place < start))
                .copied()
        };
        let end = match (first(false), is_quoted.then(|| first(true)).flatten()) {
            (Some(one), Some(other)) => one.min(other),
            (one, other) => one.or(other)?,
        };
        Some(start..end)
    }
}

/// A word of short flags, such as `-sGX`.
struct Short<'t> {
    /// Those without a value.
    switches: &'t [u8],
    /// The one with a value, and where in the word that begins; at its end, it is the next word.
    valued: Option<(u8, usize)>,
}

impl<'t> Short<'t> {
    fn of(text: &'t [u8]) -> Option<Self> {
        let letters = text.strip_prefix(b"-")?;
        let is_valued = |letter: &u8| *letter == b'd' || VALUED_LETTERS.contains(letter);
        let at = letters.iter().position(is_valued);
        let switches = letters.get(..at.unwrap_or(letters.len()))?;
        let valued = at.and_then(|at| Some((*letters.get(at)?, at + 2)));
        // The second dash of a long flag is no letter.
        let are_letters = switches.iter().all(u8::is_ascii_alphanumeric);
        are_letters.then_some(Short { switches, valued })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alone(script: &[u8]) -> impl Iterator<Item = Command<'_>> {
        commands(script).map(|(_, command)| command)
    }

    /// What stands for URLs and the body of the only command that has a URL.
    fn read(script: &str) -> (Vec<String>, String) {
        let text = |word: &Word<'_>| String::from_utf8_lossy(&word.layer.text).into_owned();
        let mut found: Vec<_> = alone(script.as_bytes())
            .filter(|command| !command.words.is_empty())
            .collect();
        assert_eq!(found.len(), 1, "{script}");
        let command = found.remove(0);
        let body = match &command.body {
            Body::Text(word, part) => {
                String::from_utf8_lossy(&word.layer.text[part.clone()]).into_owned()
            }
            Body::None => "none".to_owned(),
            Body::File(_, name) => format!("file {name}"),
            Body::Several(_) => "several".to_owned(),
            Body::Open(at) => format!("open at {at}"),
            Body::Deep(at) => format!("deep at {at}"),
        };
        (command.words.iter().map(text).collect(), body)
    }

    #[test]
    fn every_way_to_send_a_body_is_read() {
        for script in [
            "curl u -d '{\"a\": 1}'",
            "curl -sS -X POST u -H 'A: b' --data '{\"a\": 1}' | jq .",
            "curl -d'{\"a\": 1}' u",
            "curl -sSd '{\"a\": 1}' u",
            "curl --json='{\"a\": 1}' u",
            "curl --data-raw \"{\\\"a\\\": 1}\" u > out 2>&1",
            "x=$(curl u \\\n  --data-binary $'{\"a\": 1}')",
            "curl u --data-ascii '{\"a\": 1}' # the call",
            "curl -d @- u <<'END'\n{\"a\": 1}\nEND\necho",
        ] {
            let (words, body) = read(script);
            assert_eq!(words, ["u"], "{script}");
            assert_eq!(body.trim_end(), "{\"a\": 1}", "{script}");
        }
    }

    #[test]
    fn bodies_that_stand_elsewhere_are_told() {
        for (script, told) in [
            ("curl -d @body.json u", "file body.json"),
            ("curl -d @- u", "file -"),
            ("curl -d a -d b u", "several"),
            ("curl u", "none"),
            ("curl u -F a=b", "none"),
            ("curl u -d 'x", "open at 10"),
            ("curl --data-raw @x u", "@x"),
            // The name is a line of its own, unless the line before it goes on.
            ("curl u -d @- <<E\na\\\nE\nE\n", "aE\n"),
            ("curl u -d @- <<E\na\\\\\nE\n", "a\\\n"),
            ("curl u -d @- <<'E'\na\\\nE\nE\n", "a\\\n"),
            ("curl u -d @- <<E\na\\\nE\n", "file -"),
        ] {
            assert_eq!(read(script).1, told, "{script}");
        }
    }

    #[test]
    fn other_words_are_no_commands() {
        for script in [
            "curly u",
            "libcurl x",
            "a.curl x",
            "curl",
            "with curl you can",
            "echo curl u",
            "my-curl u",
        ] {
            assert_eq!(alone(script.as_bytes()).count(), 0, "{script}");
        }
        for script in [
            "  curl u",
            "$ curl u",
            "a && curl u",
            "x=`curl u`",
            "sudo time /usr/bin/curl u",
            "K=v curl u",
            "- run: curl u",
            "if ! curl u; then",
            "{ curl u; }",
        ] {
            assert_eq!(alone(script.as_bytes()).count(), 1, "{script}");
        }
        // An apostrophe in prose does not hide the command behind it.
        let mut found = alone(b"With curl you don't need it:\n\ncurl u -d 'x'\n");
        assert!(found.any(|command| matches!(command.body, Body::Text(..))));
    }

    /// However commands stand inside of each other, no part of a script is read more often than so many times.
    #[test]
    fn commands_inside_of_commands_are_read_so_deep_and_no_deeper() {
        for part in [
            "'{curl u -d",
            "$(curl u ",
            "curl u <<E\n",
            ": curl u \"'",
            "`curl u \"",
        ] {
            let script = part.repeat(2000) + "\nE\n";
            let (mut read, mut deep) = (0, 0);
            for command in alone(script.as_bytes()) {
                deep += usize::from(matches!(command.body, Body::Deep(_)));
                let body = match &command.body {
                    Body::Text(word, _) => word.range.len(),
                    _ => 0,
                };
                let words = command.words.iter().map(|word| word.range.len());
                read += words.sum::<usize>() + body;
            }
            assert!(read <= DEEPEST * script.len(), "{part}: {read}");
            assert!(deep < 2000, "{part}: {deep}");
        }
        let count = |script: &str| {
            let is_deep = |command: &Command<'_>| matches!(command.body, Body::Deep(_));
            alone(script.as_bytes()).filter(is_deep).count()
        };
        assert_eq!(count(&"$(curl ".repeat(DEEPEST)), 0);
        assert_eq!(count(&"$(curl ".repeat(DEEPEST + 3)), 3);
    }
}
