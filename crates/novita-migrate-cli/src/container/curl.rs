//! Scripts and texts with curl commands: the URL and the JSON body of each V2 call are rewritten where they stand.

use std::collections::BTreeMap;
use std::ops::Range;

use novita_migrate::json::{Kind, Tree};
use novita_migrate::{Document, Shape, Status, detect};

use super::command::{Body, Command, commands};
use super::edit::Edit;
use super::layer::{AsItIs, Inside, Layer, Made, Speller, Spelt};
use super::nearby::{Told, v3_path};
use super::shell::Word;
use super::stray::Strays;
use super::url::{Call, Host, V2Url, hides_endpoint, host};
use crate::read::map::Way;
use crate::read::strict;
use crate::run::desk::{Desk, Known};

/// Converts the calls of a text. In a shell script (`is_shell`) V2 URLs that no curl command calls are told, too; a
/// text may only speak of them.
pub(crate) fn convert(
    script: &[u8],
    is_shell: bool,
    way: Way<'_>,
    desk: &mut Desk<'_>,
) -> Vec<Edit> {
    let before = desk.totals.payloads();
    let mut calls = Calls {
        script,
        way,
        desk,
        edits: BTreeMap::new(),
        had_deep: false,
    };
    let mut strays = is_shell.then(|| Strays::of(script));
    for (place, command) in commands(script) {
        if let Some(strays) = &mut strays {
            calls.uncalled(strays.before(place.start));
            strays.pass(&place);
        }
        calls.command(&command);
    }
    if let Some(mut strays) = strays {
        calls.uncalled(strays.before(script.len()));
    }
    let edits = calls.edits.into_values().collect();
    if desk.totals.payloads() == before {
        desk.totals.passed += 1;
    }
    edits
}

struct Calls<'c, 'd> {
    script: &'c [u8],
    way: Way<'c>,
    desk: &'c mut Desk<'d>,
    /// By where they begin; none of them overlaps another one.
    edits: BTreeMap<usize, Edit>,
    /// A command was told that nobody looks at.
    had_deep: bool,
}

impl Calls<'_, '_> {
    fn command(&mut self, command: &Command<'_>) {
        let urls: Vec<_> = command
            .words
            .iter()
            .filter_map(|word| Some((word, url(word)?)))
            .collect();
        let Some((word, (_, url))) = urls.first() else {
            return self.without_url(command);
        };
        if urls.iter().any(|(word, _)| self.is_taken(&word.place())) {
            return;
        }
        // curl sends one body to all of its URLs.
        if let Some((other, _)) = urls.iter().find(|(_, (_, other))| other.call != url.call) {
            let message = "V2 URLs of different calls in one command";
            return self.fail(message, HELP_BODY, other.range.start);
        }
        // Such a word can only be written anew as a whole, and then a variable would be text.
        let is_mixed = |word: &Word<'_>| word.expansion.is_some() && !word.layer.encoding.is_even();
        if let Some((mixed, _)) = urls.iter().find(|(word, _)| is_mixed(word)) {
            return self.fail(
                "a V2 URL with a shell variable, in more than one manner of quoting",
                HELP_BODY,
                mixed.range.start,
            );
        }
        if url.call == Call::Progress {
            return self.question(command, &urls);
        }
        let body = match &command.body {
            Body::Text(body, part) => (body, part),
            Body::None => {
                return self.fail("a V2 call without a body", HELP_BODY, word.range.start);
            }
            Body::File(at, name) => {
                return self.fail(
                    &format!("the body is in another file, `{name}`"),
                    "convert that file, and change the URL by hand",
                    *at,
                );
            }
            Body::Several(at) => return self.fail("a body in several parts", HELP_BODY, *at),
            Body::Open(at) => return self.fail(UNCLOSED, HELP_BODY, *at),
            // Nothing was read of it, so that it has no URL either.
            Body::Deep(_) => return,
        };
        if self.is_taken(&body.0.place()) {
            return;
        }
        if let Some(at) = body.0.expansion {
            return self.fail(
                "the body holds a shell variable or a command, and cannot be read",
                HELP_BODY,
                at,
            );
        }
        let Some((told, edit)) = self.body(body.0, body.1.clone(), url.call) else {
            return;
        };
        let Some(path) = v3_path(url.call, &[told]) else {
            return;
        };
        // The two belong together: one without the other would be a call that no API knows.
        self.rewrite(&urls, path);
        self.edit(edit);
    }

    /// A question for a task's result: only its URL is V2.
    fn question(&mut self, command: &Command<'_>, urls: &[(&Word<'_>, (usize, V2Url<'_>))]) {
        match command.body {
            Body::Open(at) => return self.fail(UNCLOSED, HELP_BODY, at),
            Body::None => {}
            _ if command.is_query => {}
            _ => {
                let at = urls.first().map_or(0, |(word, _)| word.range.start);
                return self.fail("a question for progress that sends a body", HELP_BODY, at);
            }
        }
        self.rewrite(urls, Call::Progress.path());
        self.desk.totals.converted += 1;
    }

    /// Whether something is written there already: a command that was found inside of another one, which is V3 now, was a
    /// part of what that one sends.
    fn is_taken(&self, place: &Range<usize>) -> bool {
        let before = self.edits.range(..place.end).next_back();
        before.is_some_and(|(_, (range, _))| range.end > place.start)
    }

    fn edit(&mut self, edit: Edit) {
        self.edits.insert(edit.0.start, edit);
    }

    /// A command that calls no V2 URL that can be seen.
    fn without_url(&mut self, command: &Command<'_>) {
        let open = command.words.iter().find(|word| {
            // A bare word ends where a command in backticks begins.
            let goes_on = self.script.get(word.range.end) == Some(&b'`');
            (word.expansion.is_some() || goes_on) && {
                let more = if goes_on { "`" } else { "" };
                hides_endpoint(&(String::from_utf8_lossy(&word.layer.text) + more))
            }
        });
        if let Some(word) = open {
            let message = "a V2 URL with a shell variable for what it calls";
            return self.fail(message, HELP_BODY, word.range.start);
        }
        let (body, part) = match &command.body {
            Body::Text(body, part) => (body, part),
            // One such place in a script is told: where it is, people see the others.
            Body::Deep(at) if !std::mem::replace(&mut self.had_deep, true) => {
                let message = "more commands inside of each other than are looked at";
                return self.fail(message, "write this command where it stands alone", *at);
            }
            _ => return,
        };
        let is_hidden = command.words.iter().any(|word| {
            let text = String::from_utf8_lossy(&word.layer.text);
            word.expansion.is_some() && word.start != body.start && host(&text) == Host::Open
        });
        let text = body.layer.text.get(part.clone()).unwrap_or_default();
        let is_v2 = || match Tree::parse(text) {
            Ok(tree) => {
                tree.root().kind() == Kind::Object
                    && matches!(
                        detect(tree.root()),
                        Shape::V2(Document::Txt2img | Document::Img2img)
                    )
            }
            Err(_) => false,
        };
        if is_hidden && body.expansion.is_none() && is_v2() {
            let help = "write the URL where it is called, or change both by hand";
            self.fail(
                "a V2 body whose URL is in a shell variable, where it cannot be changed",
                help,
                body.range.start,
            );
        }
    }

    /// Migrates a body.
    fn body(&mut self, word: &Word<'_>, part: Range<usize>, call: Call) -> Option<(Told, Edit)> {
        let outer = Inside {
            layer: &word.layer,
            outer: &AsItIs,
        };
        let around = self.way;
        let way = around.inside(word.start, &word.layer.map);
        let way = way.part(part.start);
        let text = word.layer.text.get(part.clone()).unwrap_or_default();
        if Tree::parse(text).is_ok() {
            return self.json(text, call, &way, &outer, word, part);
        }
        // Raw line breaks in strings, and the backslashes of scraped Markdown, are usual in texts.
        match strict::make(text) {
            Ok(json) => {
                let layer = Layer {
                    text: json.text,
                    map: json.map,
                    source: text,
                    encoding: Made,
                };
                let speller = Inside {
                    layer: &layer,
                    outer: &outer,
                };
                let way = way.inside(0, &layer.map);
                let done = self.json(&layer.text, call, &way, &speller, word, part);
                if done.is_some() {
                    self.desk.totals.comments += json.comments;
                }
                done
            }
            Err(error) => {
                self.desk
                    .fail(error.message, Some(HELP_BODY), error.offset, &way, &"");
                None
            }
        }
    }

    fn json(
        &mut self,
        text: &[u8],
        call: Call,
        way: &Way<'_>,
        speller: &dyn Speller,
        word: &Word<'_>,
        part: Range<usize>,
    ) -> Option<(Told, Edit)> {
        let migration = self
            .desk
            .migrate(text, Known::by(Some(call), self.desk.job), way, &"")
            .ok()?;
        let told = Told::of(Some(&migration), None);
        if migration.status() != Status::Converted {
            return None;
        }
        let outer = Inside {
            layer: &word.layer,
            outer: &AsItIs,
        };
        let mut new = Vec::with_capacity(text.len());
        outer.spell(word.layer.text.get(..part.start)?, &mut new);
        migration.write_to(&mut Spelt {
            speller,
            out: &mut new,
        });
        Some((told, (word.place(), word.written(new))))
    }

    /// Puts V3's URL in the place of V2's.
    fn rewrite(&mut self, urls: &[(&Word<'_>, (usize, V2Url<'_>))], path: &str) {
        for (word, (prefix, url)) in urls {
            let speller = Inside {
                layer: &word.layer,
                outer: &AsItIs,
            };
            let mut new = Vec::new();
            speller.spell(word.layer.text.get(..*prefix).unwrap_or_default(), &mut new);
            for part in url.parts(path) {
                if !part.is_empty() {
                    speller.spell(part.as_bytes(), &mut new);
                }
            }
            self.edit((word.place(), word.written(new)));
        }
    }

    /// V2 URLs outside of commands.
    fn uncalled(&mut self, places: Vec<usize>) {
        for at in places {
            let message = "a V2 URL that no curl command calls; it stays as it is";
            self.fail(
                message,
                "change the call by hand, or write it with curl",
                at,
            );
        }
    }

    fn fail(&mut self, message: &str, help: &'static str, at: usize) {
        let way = self.way.part(at);
        self.desk.fail(message.to_owned(), Some(help), 0, &way, &"");
    }
}

/// The V2 URL that a word is, and how many bytes of a flag stand before it.
fn url<'w>(word: &'w Word<'_>) -> Option<(usize, V2Url<'w>)> {
    let text = std::str::from_utf8(&word.layer.text).ok()?;
    let url = text.strip_prefix("--url=").unwrap_or(text);
    Some((text.len() - url.len(), V2Url::parse(url)?))
}

const HELP_BODY: &str = "change this call by hand";
const UNCLOSED: &str = "a quote that is not closed";
