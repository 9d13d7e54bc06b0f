//! Places in a payload and in a body, as dotted paths.

use std::collections::BTreeSet;

use novita_migrate::json::{Pointer, Segment, Value, unescape};
use novita_migrate::{Code, Finding, Row};

/// The V2 field that a finding is about, as the guide's table writes it. Of a field that is missing, V3's name.
pub(crate) fn field_of(finding: &Finding<'_>) -> String {
    match (finding.row().and_then(Row::v2), finding.to()) {
        (Some(path), _) => path.to_owned(),
        (None, Some(to)) if finding.code() == Code::MissingRequired => {
            let to = to.to_string();
            let mut path = String::new();
            for part in to.split('/').skip(1) {
                match part.parse::<u32>() {
                    Ok(_) => path.push_str("[]"),
                    Err(_) if path.is_empty() => path.push_str(part),
                    Err(_) => path.extend([".", part]),
                }
            }
            path
        }
        (None, _) => dotted(finding.pointer()),
    }
}

/// A pointer with dots, and `[]` for each index.
fn dotted(pointer: &Pointer<'_>) -> String {
    let mut out = String::new();
    for segment in pointer.segments() {
        match segment {
            Segment::Index(_) => out.push_str("[]"),
            Segment::Key(raw) => {
                if !out.is_empty() {
                    out.push('.');
                }
                out.push_str(&unescape(raw));
            }
        }
    }
    out
}

/// The value that a pointer leads to.
pub(crate) fn at<'t, 'a>(root: Value<'t, 'a>, pointer: &Pointer<'_>) -> Option<Value<'t, 'a>> {
    pointer
        .segments()
        .try_fold(root, |value, segment| match segment {
            Segment::Key(raw) => value
                .members()
                .find(|member| member.key().is_some_and(|key| key.raw() == raw)),
            Segment::Index(index) => value.elements().nth(index as usize),
        })
}

/// The dotted paths of everything in a body.
pub(crate) fn paths(value: Value<'_, '_>, path: &str, found: &mut BTreeSet<String>) {
    for member in value.members() {
        let path = join(path, member);
        paths(member, &path, found);
        found.insert(path);
    }
    let inside = format!("{path}[]");
    value
        .elements()
        .for_each(|element| paths(element, &inside, found));
}

/// The path of a member of the object at `path`.
pub(crate) fn join(path: &str, member: Value<'_, '_>) -> String {
    let name = member.key().map(|key| key.name()).unwrap_or_default();
    if path.is_empty() {
        name.into_owned()
    } else {
        format!("{path}.{name}")
    }
}
