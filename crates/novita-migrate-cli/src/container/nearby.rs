//! Which calls of a document a payload belongs to: the V2 URLs that stand near it.
//!
//! A URL speaks for every object that it stands in, however deep, up to the next list: for a HAR entry with its
//! request and its response, for a Postman item, for one job of a queue. The innermost object with a URL wins.

use std::collections::HashMap;
use std::ops::Range;

use novita_migrate::json::{Kind, Tree, Value, escape_into};
use novita_migrate::{Document, Endpoint, Migration, Status};

use super::parts::Parts;
use super::url::{Call, Host, V2Url, host};

/// URLs longer than this are none: looking into megabytes of base64 would cost more than it finds.
const LONGEST: usize = 2048;

/// The calls of one document.
#[derive(Debug, Default)]
pub(crate) struct Nearby<'a> {
    calls: Vec<Seen<'a>>,
    /// From where an object begins to the calls that it holds, by their numbers.
    by_object: HashMap<usize, Vec<usize>>,
}

/// A V2 URL in a document, and what became of its payloads.
#[derive(Debug)]
struct Seen<'a> {
    call: Call,
    spelt: Spelt<'a>,
    outcomes: Vec<Told>,
}

/// How a URL is written in a document.
#[derive(Debug)]
enum Spelt<'a> {
    /// As one string, which stands here with its quotes.
    Text(Range<usize>, &'a [u8]),
    /// In parts, as Postman does it.
    Parts(Parts<'a>),
    /// It belongs to somebody else's API.
    Foreign,
}

/// What became of a payload.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Told {
    pub(crate) document: Option<Document>,
    /// `None`: it failed.
    pub(crate) status: Option<Status>,
    pub(crate) endpoint: Option<Endpoint>,
}

/// What the URLs near a payload say about it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Context {
    /// The request that is sent there, if they agree about it.
    pub(crate) request: Option<Call>,
    /// Only other APIs are called here.
    pub(crate) foreign: bool,
    /// There is a V2 URL.
    pub(crate) any: bool,
    /// The calls, by their numbers.
    calls: Vec<usize>,
}

impl Told {
    /// What became of a payload that is not one.
    pub(crate) const FAILED: Told = Told {
        document: None,
        status: None,
        endpoint: None,
    };

    /// What became of a payload; without a migration, of one that should have been of this document.
    pub(crate) fn of(migration: Option<&Migration<'_>>, document: Option<Document>) -> Self {
        match migration {
            Some(done) => Told {
                document: done.document(),
                status: Some(done.status()),
                endpoint: done.endpoint(),
            },
            None => Told {
                document,
                ..Told::FAILED
            },
        }
    }
}

impl Context {
    /// What calls say that stand beside a document, rather than in it.
    pub(crate) fn of_calls(calls: impl Iterator<Item = Call> + Clone) -> Self {
        let mut requests = calls.clone().filter(|call| *call != Call::Progress);
        let first = requests.next();
        let request = first.filter(|first| requests.all(|other| other == *first));
        Context {
            request,
            foreign: false,
            any: calls.count() > 0,
            calls: Vec::new(),
        }
    }

    /// What is known, for a document inside of this one, in which this one's calls have no numbers.
    pub(crate) fn without_numbers(&self) -> Self {
        Context {
            calls: Vec::new(),
            ..self.clone()
        }
    }
}

impl<'a> Nearby<'a> {
    /// Looks for the URLs of a document.
    pub(crate) fn of(tree: &Tree<'a>) -> Self {
        let mut nearby = Nearby::default();
        // Most documents have none: one search over their bytes tells.
        if [&b"2img"[..], b"progress", b"method"]
            .iter()
            .any(|word| memchr::memmem::find(tree.input(), word).is_some())
        {
            nearby.look(tree.root());
        }
        nearby
    }

    fn look(&mut self, value: Value<'_, 'a>) {
        match value.kind() {
            Kind::Object => {
                if let Some((parts, call)) = Parts::of(value) {
                    return self.add(value, call, Spelt::Parts(parts));
                }
                if is_foreign(value) {
                    self.add(value, Call::Progress, Spelt::Foreign);
                }
                value.members().for_each(|member| self.look(member));
            }
            Kind::Array => value.elements().for_each(|element| self.look(element)),
            Kind::String => {
                if let Some(text) = short_text(value)
                    && let Some(url) = V2Url::parse(&text)
                {
                    self.add(value, url.call, Spelt::Text(value.span(), value.raw()));
                }
            }
            _ => {}
        }
    }

    fn add(&mut self, value: Value<'_, 'a>, call: Call, spelt: Spelt<'a>) {
        let number = self.calls.len();
        self.calls.push(Seen {
            call,
            spelt,
            outcomes: Vec::new(),
        });
        let ancestors = std::iter::successors(Some(value), |value| value.parent());
        for object in ancestors
            .skip_while(|value| value.kind() != Kind::Object)
            .take_while(|value| value.kind() == Kind::Object)
        {
            self.by_object
                .entry(object.span().start)
                .or_default()
                .push(number);
        }
    }

    /// What the calls that an object holds say; `None` where it holds none.
    pub(crate) fn context(&self, object: Value<'_, '_>) -> Option<Context> {
        let numbers = self.by_object.get(&object.span().start)?;
        let calls = || {
            numbers
                .iter()
                .filter_map(|number| Some((*number, self.calls.get(*number)?)))
        };
        let ours = || calls().filter(|(_, seen)| !matches!(seen.spelt, Spelt::Foreign));
        let context = Context::of_calls(ours().map(|(_, seen)| seen.call));
        Some(Context {
            foreign: !context.any,
            calls: ours().map(|(number, _)| number).collect(),
            ..context
        })
    }

    /// Remembers what became of a payload; returns false if none of this document's calls is concerned.
    pub(crate) fn tell(&mut self, context: &Context, told: Told) -> bool {
        for number in &context.calls {
            if let Some(seen) = self.calls.get_mut(*number) {
                seen.outcomes.push(told);
            }
        }
        !context.calls.is_empty()
    }

    /// The V3 URLs of the calls whose payloads are V3 now.
    pub(crate) fn edits(&self) -> Vec<(Range<usize>, Vec<u8>)> {
        let mut edits = Vec::new();
        for seen in &self.calls {
            let Some(path) = v3_path(seen.call, &seen.outcomes) else {
                continue;
            };
            match &seen.spelt {
                Spelt::Text(span, raw) => {
                    edits.extend(rewritten(raw, path).map(|new| (span.clone(), new)))
                }
                Spelt::Parts(parts) => parts.edits(path, &mut edits),
                Spelt::Foreign => {}
            }
        }
        edits
    }
}

/// Where a call goes in V3, if its request was converted; where only answers are at hand, if they were.
pub(crate) fn v3_path(call: Call, outcomes: &[Told]) -> Option<&'static str> {
    let is_request =
        |told: &&Told| !matches!(told.document, Some(Document::Response | Document::Progress));
    let mut decisive: Vec<&Told> = outcomes.iter().filter(is_request).collect();
    if decisive.is_empty() {
        decisive = outcomes.iter().collect();
    }
    // A document that stands near two different URLs belongs to one of them.
    let fits = |told: &&&Told| match (call, told.document) {
        (
            Call::Txt2img(_) | Call::Img2img(_),
            Some(document @ (Document::Txt2img | Document::Img2img)),
        ) => document == call.document(),
        (Call::Progress, document) => document == Some(Document::Progress),
        (_, document) => document != Some(Document::Progress),
    };
    let mut decisive = decisive.iter().filter(fits).peekable();
    let endpoint = decisive.peek()?.endpoint;
    let all_converted = decisive.all(|told| told.status == Some(Status::Converted));
    all_converted.then(|| endpoint.map_or(call.path(), Endpoint::path))
}

/// The V3 form of a JSON string that holds a V2 URL, escaped as it was.
pub(crate) fn rewritten(raw: &[u8], path: &str) -> Option<Vec<u8>> {
    let inner = raw.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
    let text = novita_migrate::json::unescape(inner);
    let url = V2Url::parse(&text)?.to_v3(path);
    let mut out = vec![b'"'];
    escape_into(&url, &mut out);
    out.push(b'"');
    if memchr::memmem::find(inner, b"\\/").is_some() {
        out = String::from_utf8_lossy(&out)
            .replace('/', "\\/")
            .into_bytes();
    }
    Some(out)
}

/// The text of a string that is short enough for a URL.
pub(crate) fn short_text<'a>(value: Value<'_, 'a>) -> Option<std::borrow::Cow<'a, str>> {
    (value.raw().len() <= LONGEST)
        .then(|| value.text())
        .flatten()
}

/// Whether an object is a request, with a method and a URL, that goes to another API.
fn is_foreign(object: Value<'_, '_>) -> bool {
    let is_request = object
        .get("method")
        .is_some_and(|method| method.kind() == Kind::String);
    let Some(url) = object.get("url").filter(|_| is_request) else {
        return false;
    };
    let url = if url.kind() == Kind::Object {
        url.get("raw")
    } else {
        Some(url)
    };
    let Some(text) = url.and_then(short_text) else {
        return false;
    };
    V2Url::parse(&text).is_none() && host(&text) == Host::Other
}
