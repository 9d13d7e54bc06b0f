//! Which finding names which scalar, and which V2 field a V3 field comes from: read off the public table, not off the
//! engine.

use std::collections::{BTreeSet, HashMap};

use novita_migrate::json::{Kind, Segment, Value, unescape};
use novita_migrate::{CHOICES, Code, Document, Finding, rows, unlisted, v3};

use crate::choices::Choices;

/// Every scalar below a value, null apart.
pub(crate) fn scalars<'t, 'a>(value: Value<'t, 'a>, found: &mut Vec<Value<'t, 'a>>) {
    match value.kind() {
        Kind::Null => {}
        Kind::Object => value.members().for_each(|member| scalars(member, found)),
        Kind::Array => value.elements().for_each(|element| scalars(element, found)),
        _ => found.push(value),
    }
}

/// How often each text occurs among the scalars.
pub(crate) fn tally<'a>(root: Value<'_, 'a>) -> HashMap<&'a [u8], usize> {
    let mut found = Vec::new();
    scalars(root, &mut found);
    let mut tally = HashMap::new();
    for scalar in found {
        *tally.entry(scalar.raw()).or_default() += 1;
    }
    tally
}

/// Whether a finding says of a value (or of what it stands in) that V3 gets it not at all, or not as it was.
pub(crate) fn names(finding: &Finding<'_>, value: Value<'_, '_>, choices: &Choices) -> bool {
    let tells = match finding.code() {
        // These leave the value as it is, or are about something that is not there.
        Code::MissingRequired
        | Code::ValueAssumed
        | Code::Unwrapped
        | Code::HalfMigrated
        | Code::TooLong
        | Code::TooMany
        | Code::DuplicateLora
        | Code::LoraUnreadable
        | Code::LoraInactive
        | Code::LoraArgument
        | Code::UnknownModel
        | Code::UnavailableModel
        | Code::UnsuitedModel => false,
        // Answers lose them whatever was chosen for requests.
        Code::UnknownField => finding.message().to_string().contains("left out"),
        Code::OutOfRange => !choices.keeps_range,
        // A value that V3 does not list goes to its place as it is; what has no place is lost.
        Code::NoCounterpart => finding.to().is_none(),
        _ => true,
    };
    let pointer = value.pointer();
    let mut way = pointer.segments();
    tells
        && !finding.pointer().is_root()
        && finding
            .pointer()
            .segments()
            .all(|segment| way.next() == Some(segment))
}

/// The value that a pointer leads to.
pub(crate) fn resolve<'t, 'a>(
    root: Value<'t, 'a>,
    way: impl Iterator<Item = Segment<'a>>,
) -> Option<Value<'t, 'a>> {
    let mut value = root;
    for segment in way {
        value = match segment {
            Segment::Key(raw) => value
                .members()
                .find(|member| member.key().is_some_and(|key| key.raw() == raw))?,
            Segment::Index(index) => value.elements().nth(index as usize)?,
        };
    }
    Some(value)
}

/// The last name of a scalar's way, decoded; `None` inside lists and deeper objects.
pub(crate) fn field(value: Value<'_, '_>) -> Option<String> {
    let pointer = value.pointer();
    // A list of one is as good as its entry.
    let way = pointer.segments().filter_map(|segment| match segment {
        Segment::Key(raw) => Some(unescape(raw).into_owned()),
        Segment::Index(0) => None,
        Segment::Index(_) => Some("[]".to_owned()),
    });
    let way: Vec<_> = way.collect();
    match way.as_slice() {
        [name] => Some(name.clone()),
        // `params` is the wrapper that payloads were seen in.
        [outer, name] if outer == "request" || outer == "params" => Some(name.clone()),
        [outer, inner, name] if outer == "params" && inner == "request" => Some(name.clone()),
        _ => None,
    }
}

/// The V2 names in the order of the source from which a member of `request` can come.
pub(crate) fn sources(document: Document, v3_name: &str) -> BTreeSet<&'static str> {
    let choices = CHOICES.iter().flat_map(|choice| choice.rows);
    let all = rows(document).iter().chain(unlisted()).chain(choices);
    let mut names: BTreeSet<_> = all
        .filter(|row| row.v3().and_then(|v3| v3.strip_prefix("request.")) == Some(v3_name))
        .filter_map(|row| row.v2())
        .collect();
    if v3_name == "controlnet" {
        names.insert("controlnet_units");
    }
    names.retain(|name| !name.contains('.'));
    names
}

/// The names that only V2 has in an object of V3: `request`, `extra`, or an entry of `request.controlnet.units`.
pub(crate) fn only_v2(
    document: Document,
    v2_prefix: &str,
    v3_prefix: &str,
) -> BTreeSet<&'static str> {
    let mut names: BTreeSet<_> = rows(document)
        .iter()
        .chain(unlisted())
        .filter_map(|row| row.v2()?.strip_prefix(v2_prefix))
        .collect();
    names.retain(|name| {
        !name.contains('.')
            && v3::lookup(&format!("{v3_prefix}{name}")).is_none()
            && *name != "extra"
    });
    names
}

/// The names that one field has at the top of a payload and in `request`: itself, and those of its rows.
pub(crate) fn twins(name: &str) -> BTreeSet<String> {
    twins_below("", "request.", name)
}

/// The same in a unit of ControlNet.
pub(crate) fn twins_in_units(name: &str) -> BTreeSet<String> {
    twins_below("controlnet_units[].", "request.controlnet.units[].", name)
}

fn twins_below(v2: &str, v3: &str, name: &str) -> BTreeSet<String> {
    let documents = [Document::Txt2img, Document::Img2img];
    let all = documents.into_iter().flat_map(rows).chain(unlisted());
    let pairs =
        all.filter_map(|row| Some((row.v2()?.strip_prefix(v2)?, row.v3()?.strip_prefix(v3)?)));
    let pairs = pairs.filter(|(v2, v3)| *v2 == name || *v3 == name);
    let mut names: BTreeSet<_> = pairs
        .flat_map(|(v2, v3)| [v2.to_owned(), v3.to_owned()])
        .collect();
    names.insert(name.to_owned());
    names
}
