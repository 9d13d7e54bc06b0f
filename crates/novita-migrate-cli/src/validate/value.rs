//! Values as the validator takes them, and the way back from its places to those of the payload.

use jsonschema::paths::{Location, LocationSegment};
use novita_migrate::json::{Kind, Value};
use novita_migrate::v3::{Type, lookup};
use serde_json::{Map, Number};

/// The value for the validator. What its reader would refuse (half a surrogate pair, a number beyond every `f64`) is
/// brought to the nearest that it takes: neither makes a difference to a schema of ranges and names.
pub(super) fn of(value: Value<'_, '_>) -> serde_json::Value {
    match value.kind() {
        Kind::Null => serde_json::Value::Null,
        Kind::Bool => value.as_bool().unwrap_or_default().into(),
        Kind::Number => number(value),
        Kind::String => value.text().unwrap_or_default().into(),
        Kind::Array => value.elements().map(of).collect::<Vec<_>>().into(),
        Kind::Object => {
            let name = |member: Value<'_, '_>| member.key().map(|key| key.name().into_owned());
            let members = value
                .members()
                .filter_map(|member| Some((name(member)?, of(member))));
            serde_json::Value::Object(members.collect::<Map<_, _>>())
        }
    }
}

fn number(value: Value<'_, '_>) -> serde_json::Value {
    let exact: Option<Number> = serde_json::from_slice(value.raw()).ok();
    let nearest = || {
        let number = value.number()?;
        Number::from_f64(number.clamp(f64::MIN, f64::MAX))
    };
    exact
        .or_else(nearest)
        .map_or(serde_json::Value::Null, Into::into)
}

/// The value that the validator speaks of.
pub(super) fn at<'t, 'a>(root: Value<'t, 'a>, location: &Location) -> Option<Value<'t, 'a>> {
    location
        .segments()
        .try_fold(root, |value, segment| match segment {
            LocationSegment::Property(name) => value.get(&name),
            LocationSegment::Index(index) => value.elements().nth(index),
        })
}

/// The value's path as the table of V3's fields writes it: `request.loras[].strength`.
pub(super) fn path(value: Value<'_, '_>) -> String {
    match (value.parent(), value.key()) {
        (None, _) => String::new(),
        (Some(parent), Some(key)) => join(&path(parent), &key.name()),
        (Some(parent), None) => format!("{}[]", path(parent)),
    }
}

/// The path of a member.
pub(super) fn join(holder: &str, name: &str) -> String {
    match holder {
        "" => name.to_owned(),
        holder => format!("{holder}.{name}"),
    }
}

/// Images that are data URIs: the schema knows them as texts only.
pub(super) fn data_uris<'t, 'a>(value: Value<'t, 'a>, found: &mut Vec<Value<'t, 'a>>) {
    let is_uri = value.inner().is_some_and(|text| text.starts_with(b"data:"));
    if is_uri && lookup(&path(value)).is_some_and(|field| field.kind() == Type::Image) {
        found.push(value);
    }
    for inside in value.members().chain(value.elements()) {
        data_uris(inside, found);
    }
}
