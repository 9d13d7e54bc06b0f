//! Payloads inside of larger JSON documents: where `--at` says, or wherever `--find` finds them, in strings too.

use std::fmt::{self, Display};

use novita_migrate::json::{Kind, Pointer, SyntaxError, Tree, Value};
use novita_migrate::{Document, ErrorKind, Shape, Status, detect, is_task_result};

use super::at::Pattern;
use super::edit::Edit;
use super::extended::plain_numbers;
use super::layer::{Inside, Speller, Spelt, spliced};
use super::nearby::{Context, Nearby, Told};
use super::strings;
use crate::read::map::Way;
use crate::run::desk::{Desk, Known};

/// JSON inside of JSON strings is read this many strings deep.
const DEEPEST: usize = 12;

/// Which payloads are looked for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Search<'p> {
    /// All of them.
    Find,
    /// Those at these places.
    At(&'p [Pattern<'p>]),
}

/// One JSON document, or one in a string of another one.
pub(crate) struct Text<'x> {
    pub(crate) bytes: &'x [u8],
    pub(crate) way: Way<'x>,
    pub(crate) speller: &'x dyn Speller,
    /// The pointer of the string that holds it.
    pub(crate) pointer: &'x dyn Display,
    /// What the URLs around the string say.
    pub(crate) context: Context,
    pub(crate) depth: usize,
}

/// What became of a text.
#[derive(Default)]
pub(crate) struct Changed {
    /// What stands in place of parts of the text, spelt as in the input.
    pub(crate) edits: Vec<Edit>,
    /// Payloads that none of its own URLs speaks for.
    pub(crate) told: Vec<Told>,
    /// How many payloads were found.
    pub(crate) found: usize,
}

/// Converts the payloads of a text.
///
/// # Errors
/// Where it is not JSON; nothing is counted then.
pub(crate) fn convert(
    text: &Text<'_>,
    search: Search<'_>,
    desk: &mut Desk<'_>,
) -> Result<Changed, SyntaxError> {
    let tree = Tree::parse(text.bytes)?;
    let mut visit = Visit {
        text,
        desk,
        nearby: Nearby::of(&tree),
        changed: Changed::default(),
    };
    visit.value(tree.root(), search, &text.context);
    let Visit {
        nearby,
        mut changed,
        ..
    } = visit;
    for (range, url) in nearby.edits() {
        let mut spelt = Vec::with_capacity(url.len());
        text.speller.spell(&url, &mut spelt);
        changed.edits.push((range, spelt));
    }
    Ok(changed)
}

/// A value's pointer, behind that of the text which it is in.
struct Here<'x, 'a>(&'x dyn Display, Pointer<'a>);

impl Display for Here<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.0, self.1)
    }
}

/// One walk over a text.
struct Visit<'x, 'd, 'a> {
    text: &'x Text<'x>,
    desk: &'x mut Desk<'d>,
    nearby: Nearby<'a>,
    changed: Changed,
}

impl<'a> Visit<'_, '_, 'a> {
    fn value(&mut self, value: Value<'_, 'a>, search: Search<'_>, around: &Context) {
        let own = if value.kind() == Kind::Object {
            self.nearby.context(value)
        } else {
            None
        };
        let around = own.as_ref().unwrap_or(around);
        match search {
            Search::Find => self.find(value, around),
            Search::At(patterns) => self.at(value, patterns, around),
        }
    }

    fn find(&mut self, value: Value<'_, 'a>, around: &Context) {
        match (value.kind(), detect(value)) {
            // A record that holds an answer looks like one itself once that is V3.
            (Kind::Object, Shape::V2(Document::Response)) if !is_v2_answer(value) => {
                self.children(value, around);
            }
            // Nor does it become a request once what it holds is one of V3.
            (Kind::Object, Shape::V2(_) | Shape::HalfMigrated(_)) if holds_request(value) => {
                self.children(value, around);
            }
            // One name of V2 in somebody's `request` may be chance, and everything else would be lost.
            (Kind::Object, Shape::HalfMigrated(_)) if !speaks(value) => {
                self.children(value, around);
            }
            (Kind::Object, Shape::V2(_) | Shape::HalfMigrated(_)) if !around.foreign => {
                self.payload(value, around);
            }
            // What is inside of it would look half migrated by itself.
            (Kind::Object, Shape::V3) if is_v3_request(value) => self.payload(value, around),
            // An answer may repeat what was asked for, as text; what stands beside the answer is somebody else's.
            (Kind::Object, Shape::V3) => {
                let others = value.members().filter(|member| !is_of_v3_answer(*member));
                others.for_each(|member| self.value(member, Search::Find, around));
            }
            (Kind::Object | Kind::Array, _) => self.children(value, around),
            (Kind::String, _) if value.inner().is_some_and(strings::may_hold_json) => {
                self.string(value, Search::Find, around)
            }
            _ => {}
        }
    }

    fn children(&mut self, value: Value<'_, 'a>, around: &Context) {
        value
            .members()
            .chain(value.elements())
            .for_each(|child| self.value(child, Search::Find, around));
    }

    fn at(&mut self, value: Value<'_, 'a>, patterns: &[Pattern<'_>], around: &Context) {
        let is_meant = patterns.iter().any(Pattern::is_end);
        match value.kind() {
            Kind::String if value.inner().is_some_and(strings::may_hold_json) => {
                self.string(value, Search::At(patterns), around)
            }
            Kind::Null => {}
            _ if is_meant => self.payload(value, around),
            Kind::Object | Kind::Array => {
                for (at, child) in value.members().chain(value.elements()).enumerate() {
                    let inside: Vec<_> = patterns
                        .iter()
                        .filter_map(|pattern| pattern.step(child.key(), at))
                        .collect();
                    if !inside.is_empty() {
                        self.value(child, Search::At(&inside), around);
                    }
                }
            }
            _ => {}
        }
    }

    /// Migrates a payload that stands here.
    fn payload(&mut self, value: Value<'_, 'a>, around: &Context) {
        let known = match detect(value) {
            // A call's URL stands near its answer, too.
            Shape::V2(document @ (Document::Response | Document::Progress)) => Known {
                document: Some(document),
                ..Known::default()
            },
            _ => Known::by(around.request, self.desk.job),
        };
        let (span, raw) = (value.span(), value.raw());
        let pointer = Here(self.text.pointer, value.pointer());
        let wrapped = plain_numbers(raw);
        let migration = match &wrapped {
            None => self
                .desk
                .migrate(raw, known, &self.text.way.part(span.start), &pointer),
            Some(layer) => self.desk.migrate(
                &layer.text,
                known,
                &self.text.way.inside(span.start, &layer.map),
                &pointer,
            ),
        };
        self.changed.found += 1;
        let told = Told::of(migration.as_ref().ok(), known.document);
        if let Ok(migration) = migration.as_ref()
            && migration.status() == Status::Converted
        {
            let (outer, mut new) = (self.text.speller, Vec::with_capacity(raw.len()));
            match &wrapped {
                None => migration.write_to(&mut Spelt {
                    speller: outer,
                    out: &mut new,
                }),
                Some(layer) => migration.write_to(&mut Spelt {
                    speller: &Inside { layer, outer },
                    out: &mut new,
                }),
            }
            self.changed.edits.push((span, new));
        }
        self.tell(around, told);
    }

    fn tell(&mut self, around: &Context, told: Told) {
        if !self.nearby.tell(around, told) {
            self.changed.told.push(told);
        }
    }

    /// Looks into a string that seems to hold JSON.
    fn string(&mut self, value: Value<'_, 'a>, search: Search<'_>, around: &Context) {
        let Some(layer) = value
            .inner()
            .and_then(strings::decode)
            .filter(|_| self.text.depth < DEEPEST)
        else {
            return;
        };
        let start = value.span().start + 1;
        let pointer = Here(self.text.pointer, value.pointer());
        let way = self.text.way.inside(start, &layer.map);
        // What is known about the calls outside is passed on, but not their numbers, which mean nothing inside.
        let context = around.without_numbers();
        let speller = Inside {
            layer: &layer,
            outer: self.text.speller,
        };
        let text = Text {
            bytes: &layer.text,
            way,
            speller: &speller,
            pointer: &pointer,
            context,
            depth: self.text.depth + 1,
        };
        match convert(&text, search, self.desk) {
            Ok(inside) => {
                self.changed.found += inside.found;
                for told in inside.told {
                    self.tell(around, told);
                }
                if !inside.edits.is_empty() {
                    let new = spliced(&layer.text, inside.edits, &speller);
                    self.changed
                        .edits
                        .push((start..start + layer.source.len(), new));
                }
            }
            Err(error) if self.is_wanted(search, &layer.text, around) => {
                self.changed.found += 1;
                self.desk
                    .fail_with(&ErrorKind::Syntax(error.kind), error.offset, &way, &pointer);
                self.tell(around, Told::FAILED);
            }
            // Text that only looks like JSON.
            Err(_) => {}
        }
    }

    /// Whether a string that is not JSON should have been.
    fn is_wanted(&self, search: Search<'_>, text: &[u8], around: &Context) -> bool {
        match search {
            Search::At(_) => true,
            Search::Find => around.any && memchr::memmem::find(text, b"\"prompt\"").is_some(),
        }
    }
}

/// Whether an object has what every answer of V2 had, whatever its `data` is.
fn is_v2_answer(value: Value<'_, '_>) -> bool {
    value.get("code").is_some_and(|code| !code.is_null()) && value.get("msg").is_some()
}

/// Whether the `data` of a record has the form of V3's requests, which no payload of V2 has there.
fn holds_request(value: Value<'_, '_>) -> bool {
    let request = value.get("data").and_then(|data| data.get("request"));
    request.is_some_and(|request| request.kind() == Kind::Object)
}

/// Whether a member of a V3 answer is one that V3 gave it.
fn is_of_v3_answer(member: Value<'_, '_>) -> bool {
    let is_result = || member.parent().is_some_and(is_task_result);
    member.key().is_some_and(|key| match &*key.name() {
        "task_id" => true,
        "extra" | "task" | "images" | "videos" | "audios" => is_result(),
        _ => false,
    })
}

/// What a payload is about: without any of these, other names say little.
const SPEAKING: [&str; 4] = ["prompt", "model_name", "init_images", "image_base64"];

/// Whether a half-migrated payload is one, rather than anything else that has a `request`.
fn speaks(value: Value<'_, '_>) -> bool {
    let has = |object: Value<'_, '_>| SPEAKING.iter().any(|name| object.get(name).is_some());
    has(value) || value.get("request").is_some_and(has)
}

/// Whether an object is the body of a V3 request, rather than anything else that has a `request`.
fn is_v3_request(value: Value<'_, '_>) -> bool {
    value
        .get("request")
        .is_some_and(|request| SPEAKING.iter().any(|name| request.get(name).is_some()))
}
