//! The library's reader of JSON against `serde_json`: both accept the same texts, and read the same values out of them.
//!
//! What differs is written down in the documentation of `novita_migrate::json`, and held here exactly: a byte order mark
//! may come first, no name stands twice in one object, and half a surrogate pair is allowed in every string. The depth
//! is `serde_json`'s.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use novita_migrate::json::{
    Kind, Position, SyntaxError, SyntaxErrorKind, Tree, Value, escape_into, position, unescape,
};
use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::error::Category;
use serde_json::value::RawValue;

/// As many arrays and objects as both allow inside each other.
const DEEPEST: usize = 127;

/// Fails unless something holds.
macro_rules! hold {
    ($holds:expr, $($why:tt)+) => {
        if !$holds {
            return Err(format!($($why)+));
        }
    };
}

/// What `serde_json` says of a text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is JSON.
    Json,
    /// It is JSON but for a name that stands twice, or too much depth.
    Refused,
    /// It is no JSON.
    No,
}

/// Compares both readers on one input, or tells where they differ.
pub(crate) fn agree(input: &[u8]) -> Result<Verdict, String> {
    let ours = Tree::parse(input);
    let json = input.strip_prefix("\u{feff}".as_bytes()).unwrap_or(input);
    let mark = input.len() - json.len();
    if let Err(error) = &ours {
        place(input, error)?;
    }
    prefix(input, mark, json)?;
    // `serde_json` does not look at the bytes of strings that it skips.
    let Ok(text) = std::str::from_utf8(json) else {
        hold!(ours.is_err(), "what is no UTF-8 was read");
        return Ok(Verdict::No);
    };
    // Skips everything, so that neither numbers beyond `f64`, half surrogates nor depth count.
    if let Err(error) = serde_json::from_str::<IgnoredAny>(text) {
        let ours = ours
            .err()
            .ok_or_else(|| format!("only we read it: {error}"))?;
        return Ok(broken(input, mark, &ours, &error)?).map(|()| Verdict::No);
    }
    let theirs = Theirs::read(text)?;
    let said_deep = match serde_json::from_str::<serde_json::Value>(text) {
        Err(error) => error.to_string().starts_with("recursion limit exceeded"),
        Ok(_) => {
            hold!(theirs.depth <= DEEPEST, "{} levels were read", theirs.depth);
            false
        }
    };
    hold!(
        !said_deep || theirs.depth > DEEPEST,
        "{} levels are too deep for `serde_json`",
        theirs.depth
    );
    let is_refused = theirs.depth > DEEPEST || !theirs.twins.is_empty();
    match (ours, is_refused) {
        (Ok(tree), false) => {
            theirs.agrees(&tree)?;
            Ok(Verdict::Json)
        }
        (Ok(_), true) => Err(format!(
            "{} levels and {:?} were read",
            theirs.depth, theirs.twins
        )),
        (Err(error), false) => Err(format!("only `serde_json` reads it: {error}")),
        (Err(error), true) => {
            match error.kind {
                SyntaxErrorKind::TooDeep => deep(input, &error)?,
                SyntaxErrorKind::DuplicateKey { first } => hold!(
                    theirs.twins.contains(&(first - mark, error.offset - mark)),
                    "{error} (first at {first}), but there are {:?}",
                    theirs.twins
                ),
                _ => return Err(format!("only `serde_json` reads it: {error}")),
            }
            Ok(Verdict::Refused)
        }
    }
}

/// An error has a place in the input, on the line and in the column where people would look for it.
fn place(input: &[u8], error: &SyntaxError) -> Result<(), String> {
    hold!(error.offset <= input.len(), "{error} is behind the end");
    let Position { line, column } = position(input, error.offset);
    let before = input.get(..error.offset).unwrap_or_default();
    let lines = before.iter().filter(|byte| **byte == b'\n').count();
    let last = before
        .rsplit(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    hold!(line == lines + 1, "{error} on line {line}");
    hold!(
        (1..=last.len() + 1).contains(&column),
        "{error} in column {column}"
    );
    Ok(())
}

/// The reader that stops behind the first document stops where `serde_json` does.
fn prefix(input: &[u8], mark: usize, json: &[u8]) -> Result<(), String> {
    let ours = Tree::parse_prefix(input).map(|tree| tree.root().span().end - mark);
    // Behind a number or a word `serde_json` wants a blank or a sign.
    let first = json.iter().find(|byte| !b" \t\r\n".contains(byte));
    if !matches!(first, Some(b'{' | b'[' | b'"')) {
        return Ok(());
    }
    let mut stream = serde_json::Deserializer::from_slice(json).into_iter::<IgnoredAny>();
    let theirs = stream.next().and_then(Result::ok);
    match (ours, theirs) {
        (Ok(end), None) => Err(format!("only we read a document, up to {end}")),
        (Ok(end), Some(_)) => {
            let theirs = stream.byte_offset();
            hold!(end == theirs, "it ends at {end}, and for them at {theirs}");
            Ok(())
        }
        (Err(error), Some(_)) => {
            let is_ours = matches!(
                error.kind,
                SyntaxErrorKind::TooDeep
                    | SyntaxErrorKind::DuplicateKey { .. }
                    | SyntaxErrorKind::InvalidUtf8
            );
            hold!(is_ours, "only `serde_json` reads the beginning: {error}");
            Ok(())
        }
        (Err(_), None) => Ok(()),
    }
}

/// Both refuse a text: what ours says of it is true, too.
fn broken(
    input: &[u8],
    mark: usize,
    ours: &SyntaxError,
    theirs: &serde_json::Error,
) -> Result<(), String> {
    match ours.kind {
        SyntaxErrorKind::TooDeep => deep(input, ours),
        SyntaxErrorKind::DuplicateKey { first } => {
            let name = |at: usize| {
                let rest = input.get(at..).unwrap_or_default();
                let mut stream = serde_json::Deserializer::from_slice(rest).into_iter::<Text>();
                stream.next().and_then(Result::ok)
            };
            let (first, second) = (name(first), name(ours.offset));
            hold!(
                first.is_some() && first == second,
                "{ours}, but {first:?} and {second:?}"
            );
            Ok(())
        }
        kind => {
            // People are told that a file seems to be cut off.
            let is_end = matches!(
                kind,
                SyntaxErrorKind::UnexpectedEnd | SyntaxErrorKind::Empty
            );
            let is_their_end = theirs.classify() == Category::Eof;
            // `serde_json` calls a number invalid that is cut off behind its sign, point or exponent, and wants four more
            // bytes behind `\u` before it looks at the first of them.
            let is_cut_number = matches!(input.last(), Some(b'-' | b'+' | b'.' | b'e' | b'E'));
            let is_cut_escape =
                kind == SyntaxErrorKind::InvalidEscape && ours.offset + 6 > input.len();
            hold!(
                is_end == is_their_end
                    || (is_end && is_cut_number)
                    || (is_their_end && is_cut_escape),
                "{ours}, but {theirs}"
            );
            hold!(
                is_end == (ours.offset == input.len()),
                "{ours} of {} bytes",
                input.len()
            );
            hold!(ours.offset >= mark, "{ours}, in the byte order mark");
            Ok(())
        }
    }
}

/// So many brackets are open before the place of the error.
fn deep(input: &[u8], error: &SyntaxError) -> Result<(), String> {
    let (mut open, mut in_string, mut escaped) = (0, false, false);
    for byte in input.get(..error.offset).unwrap_or_default() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = in_string,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => open += 1,
            b'}' | b']' if !in_string => open -= 1,
            _ => {}
        }
    }
    hold!(open == DEEPEST, "{error}, with {open} open");
    Ok(())
}

/// What `serde_json` reads.
struct Theirs<'a> {
    text: &'a str,
    /// In the order of the text, containers before what they hold.
    nodes: Vec<Node<'a>>,
    depth: usize,
    /// The offsets of every two keys in one object that have one name; of three, of the first two.
    twins: Vec<(usize, usize)>,
}

struct Node<'a> {
    raw: &'a str,
    /// The key in an object.
    key: Option<Text<'a>>,
    children: usize,
    depth: usize,
}

impl<'a> Theirs<'a> {
    fn read(text: &'a str) -> Result<Self, String> {
        let raw: &RawValue = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let mut all = Theirs {
            text,
            nodes: Vec::new(),
            depth: 0,
            twins: Vec::new(),
        };
        // A list of what is left to read, since texts may be nested deeper than the stack is.
        let mut left = vec![(raw.get(), None, 0)];
        while let Some((raw, key, depth)) = left.pop() {
            let mut children: Vec<(Option<Text<'a>>, &'a str)> = Vec::new();
            match raw.as_bytes().first() {
                Some(b'{') => {
                    let Members(members) =
                        serde_json::from_str(raw).map_err(|error| error.to_string())?;
                    all.look_for_twins(raw, &members);
                    children.extend(members.into_iter().map(|(key, raw)| (Some(key), raw)));
                }
                Some(b'[') => {
                    let elements: Vec<&'a RawValue> =
                        serde_json::from_str(raw).map_err(|error| error.to_string())?;
                    children.extend(elements.into_iter().map(|raw| (None, raw.get())));
                }
                _ => {}
            }
            let inside = depth + usize::from(raw.starts_with(['{', '[']));
            all.depth = all.depth.max(inside);
            all.nodes.push(Node {
                raw,
                key,
                children: children.len(),
                depth,
            });
            let children = children.into_iter().rev();
            left.extend(children.map(|(key, raw)| (raw, key, inside)));
        }
        Ok(all)
    }

    fn look_for_twins(&mut self, object: &str, members: &[(Text<'a>, &'a str)]) {
        let mut seen: HashMap<&[u8], (usize, bool)> = HashMap::new();
        // A key stands behind the value before it.
        let mut behind = self.offset(object) + 1;
        for (key, value) in members {
            let rest = self.text.get(behind..).unwrap_or_default();
            let at = behind + rest.find('"').unwrap_or_default();
            behind = self.offset(value) + value.len();
            match seen.get_mut(&*key.0) {
                None => {
                    seen.insert(&key.0, (at, false));
                }
                Some((first, told)) => {
                    if !std::mem::replace(told, true) {
                        self.twins.push((*first, at));
                    }
                }
            }
        }
    }

    /// Where a part of the text stands in it.
    fn offset(&self, part: &str) -> usize {
        part.as_ptr() as usize - self.text.as_ptr() as usize
    }

    /// Walks both readings side by side.
    fn agrees(&self, tree: &Tree<'_>) -> Result<(), String> {
        let mark = tree.input().len() - self.text.len();
        let mut left = vec![(tree.root(), 0)];
        let mut theirs = self.nodes.iter();
        while let Some((ours, depth)) = left.pop() {
            let node = theirs.next().ok_or("only we read another value")?;
            let pointer = ours.pointer();
            hold!(
                ours.raw() == node.raw.as_bytes() && depth == node.depth,
                "{pointer}: {ours:?} is {}",
                node.raw
            );
            hold!(
                ours.span().start == self.offset(node.raw) + mark,
                "{pointer}: {ours:?} stands elsewhere"
            );
            scalar(ours, node)?;
            let key = ours.key().map(|key| key.name());
            hold!(
                key.as_deref() == node.key.as_ref().map(Text::shown).as_deref(),
                "{pointer}: the key is {key:?}, and for them {:?}",
                node.key
            );
            let children: Vec<_> = ours.members().chain(ours.elements()).collect();
            hold!(
                children.len() == node.children,
                "{pointer}: {} children, and for them {}",
                children.len(),
                node.children
            );
            for child in &children {
                let around = child.parent().map(|parent| parent.span());
                hold!(
                    around == Some(ours.span()),
                    "{pointer}: a child of another value"
                );
            }
            let inside = depth + usize::from(matches!(ours.kind(), Kind::Object | Kind::Array));
            left.extend(children.into_iter().rev().map(|child| (child, inside)));
        }
        hold!(theirs.next().is_none(), "only they read another value");
        Ok(())
    }
}

/// A value that holds no other ones.
fn scalar(ours: Value<'_, '_>, theirs: &Node<'_>) -> Result<(), String> {
    let raw = theirs.raw;
    let kind = match raw.as_bytes().first() {
        Some(b'{') => Kind::Object,
        Some(b'[') => Kind::Array,
        Some(b'"') => Kind::String,
        Some(b't' | b'f') => Kind::Bool,
        Some(b'n') => Kind::Null,
        _ => Kind::Number,
    };
    hold!(ours.kind() == kind, "{raw} is {:?}", ours.kind());
    match kind {
        Kind::String => {
            let text: Text<'_> = serde_json::from_str(raw).map_err(|error| error.to_string())?;
            hold!(
                ours.text().as_deref() == Some(&*text.shown()),
                "{raw} is {:?}, and for them {text:?}",
                ours.text()
            );
            // Written again it is the same text, in `serde_json`'s own spelling.
            if let Ok(text) = serde_json::from_str::<String>(raw) {
                let mut inner = Vec::new();
                escape_into(&text, &mut inner);
                let spelt = serde_json::to_string(&text).map_err(|error| error.to_string())?;
                hold!(
                    spelt.as_bytes() == [b"\"", &*inner, b"\""].concat(),
                    "{spelt} is written {}",
                    String::from_utf8_lossy(&inner)
                );
                hold!(unescape(&inner) == text, "{spelt} is read otherwise");
            }
        }
        Kind::Number => {
            let number = ours.number().ok_or_else(|| format!("{raw} is no number"))?;
            // Beyond every `f64` they have none.
            if let Ok(theirs) = serde_json::from_str::<f64>(raw) {
                // Its fast way of reading is off by a last digit now and then.
                let is_near =
                    (number - theirs).abs() <= theirs.abs() * f64::EPSILON + f64::MIN_POSITIVE;
                hold!(is_near, "{raw} is {number}, and for them {theirs}");
            } else {
                hold!(number.is_infinite(), "{raw} is {number}");
            }
        }
        Kind::Bool => hold!(
            ours.as_bool() == serde_json::from_str(raw).ok(),
            "{raw} is {:?}",
            ours.as_bool()
        ),
        _ => {}
    }
    Ok(())
}

/// The bytes of a string; half a surrogate pair is spelt as UTF-8 would spell it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Text<'a>(Cow<'a, [u8]>);

impl Text<'_> {
    /// As our reader shows it: with U+FFFD for half a pair.
    fn shown(&self) -> Cow<'_, str> {
        match std::str::from_utf8(&self.0) {
            Ok(text) => text.into(),
            Err(_) => {
                let mut text = String::new();
                let mut rest = &*self.0;
                while let Some(first) = rest.first() {
                    let length = rest
                        .utf8_chunks()
                        .next()
                        .map_or(0, |chunk| chunk.valid().len());
                    // The text is UTF-8 but for halves, three bytes each.
                    let (valid, half) = match length {
                        0 => (0, 3 * usize::from(*first == 0xed)),
                        length => (length, 0),
                    };
                    if half > 0 {
                        text.push('\u{fffd}');
                    }
                    let (now, later) = rest.split_at((valid + half).clamp(1, rest.len()));
                    text.push_str(std::str::from_utf8(now).unwrap_or_default());
                    rest = later;
                }
                text.into()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;
        impl<'de> Visitor<'de> for Bytes {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_borrowed_bytes<E: Error>(self, bytes: &'de [u8]) -> Result<Text<'de>, E> {
                Ok(Text(bytes.into()))
            }

            fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Text<'de>, E> {
                Ok(Text(bytes.to_vec().into()))
            }
        }
        deserializer.deserialize_bytes(Bytes)
    }
}

/// An object's members in their order, names that stand twice among them.
struct Members<'a>(Vec<(Text<'a>, &'a str)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct All;
        impl<'de> Visitor<'de> for All {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some((key, value)) = map.next_entry::<Text<'de>, &'de RawValue>()? {
                    members.push((key, value.get()));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(All)
    }
}
